"""ACTIVE is not running: what has ended, has not begun or may not spend is told apart, wherever ads are counted."""

from datetime import timedelta
from typing import Any

import pytest

from tests.tools.support import ACCOUNT, JACKET, NOW, PROSPECTING, SPRING, SUMMER, TENT, Desk
from tools import registry
from tools.domain import objects, running
from tools.domain.account import Account
from tools.domain.settings.ad_statuses import MEANINGS, SWITCHED_ON, SWITCHES, WAITING
from tools.domain.tool import ToolError

HERE = Account("act_1", "Shop", "EUR", "Europe/Paris")
LONG_AGO, LATER = NOW - timedelta(days=400), NOW + timedelta(days=9)


def wire(when: Any) -> str:
    """A time as Meta writes it, without a colon in its zone."""
    return f"{when:%Y-%m-%dT%H:%M:%S%z}"


def ad(status: str = "ACTIVE", *, adset: dict[str, Any] | None = None, **row: Any) -> objects.AdObject:
    """An ad with the parents that a list shows."""
    above = {"adset": {"status": "ACTIVE", **(adset or {})}, "campaign": {"status": "ACTIVE"}}
    mine = {"id": "1", "adset_id": "2", "campaign_id": "3", "status": "ACTIVE", "effective_status": status}
    return objects.parse("ad", mine | above | row)


@pytest.mark.parametrize("status", MEANINGS)
def test_every_status_has_a_meaning_of_its_own(status: str) -> None:
    """Only three of Meta's words mean that something runs; each is told by words."""
    state = running.standing(ad(status), HERE, NOW)
    assert state.runs == (status in {"ACTIVE", "IN_PROCESS", "WITH_ISSUES"})
    assert state.said
    assert state.said == state.said.lower()


def test_a_status_that_is_not_known_does_not_run() -> None:
    """It is told as Meta writes it."""
    state = running.standing(ad("SOMETHING_NEW"), HERE, NOW)
    assert (state.runs, state.word) == (False, "something_new (not known here)")


@pytest.mark.parametrize(
    ("adset", "campaign", "own", "said"),
    [
        ({"end_time": wire(LONG_AGO)}, {}, {}, "ad set ended 2025-10-16"),
        ({}, {"stop_time": wire(LONG_AGO)}, {}, "campaign ended 2025-10-16"),
        ({}, {}, {"ad_schedule_end_time": wire(LONG_AGO)}, "ended 2025-10-16"),
        ({"start_time": wire(LATER)}, {}, {}, "ad set begins 2026-11-29"),
        ({}, {"start_time": wire(LATER)}, {}, "campaign begins 2026-11-29"),
        ({"lifetime_budget": "9000", "budget_remaining": "0"}, {}, {}, "ad set lifetime budget used up"),
        ({}, {"lifetime_budget": "9000", "budget_remaining": 0}, {}, "campaign lifetime budget used up"),
        ({"lifetime_budget": "9000", "budget_remaining": "-120"}, {}, {}, "ad set lifetime budget used up"),
    ],
)
def test_what_is_switched_on_may_be_kept_from_running(
    adset: dict[str, Any], campaign: dict[str, Any], own: dict[str, Any], said: str
) -> None:
    """The reason names what holds it, and the day."""
    held = ad(adset=adset, campaign={"status": "ACTIVE"} | campaign, **own)
    state = running.standing(held, HERE, NOW)
    assert (state.runs, state.halted, state.said) == (False, True, said)


@pytest.mark.parametrize(
    "adset",
    [
        {"end_time": "1969-12-31T15:59:59-0800"},
        {"end_time": "1970-01-01T00:00:00+0000"},
        {"end_time": ""},
        {"end_time": None},
        {"end_time": 0},
        {"end_time": "soon"},
        {"end_time": wire(LATER), "start_time": wire(LONG_AGO)},
        {"daily_budget": "9000", "budget_remaining": "0"},
        {"lifetime_budget": "0", "budget_remaining": "0"},
    ],
)
def test_no_end_is_no_end(adset: dict[str, Any]) -> None:
    """Meta writes the beginning of Unix time for none; a daily budget comes back tomorrow."""
    assert running.standing(ad(adset=adset), HERE, NOW).runs


def test_an_account_that_may_not_run_stops_everything() -> None:
    """Unpaid, closed, or its spend cap used up."""
    unpaid = Account("act_1", "Shop", "EUR", "Europe/Paris", state="UNSETTLED")
    capped = Account("act_1", "Shop", "EUR", "Europe/Paris", cap_left_minor=0)
    assert running.standing(ad(), unpaid, NOW).said == "the account cannot run ads (UNSETTLED)"
    assert running.standing(ad(), capped, NOW).said == "the account's spend cap is used up"


@pytest.mark.parametrize(
    ("adset", "campaign", "status", "said"),
    [
        ({"status": "ARCHIVED"}, {}, "ACTIVE", "ad set archived"),
        ({"status": "DELETED"}, {}, "ADSET_PAUSED", "ad set deleted"),
        ({}, {"status": "ARCHIVED"}, "CAMPAIGN_PAUSED", "campaign archived"),
        ({}, {"status": "ACTIVE", "effective_status": "DELETED"}, "PAUSED", "campaign deleted"),
        ({"status": "ARCHIVED"}, {}, "DELETED", "deleted"),
    ],
)
def test_what_stands_in_something_archived_or_deleted_is_not_called_paused(
    adset: dict[str, Any], campaign: dict[str, Any], status: str, said: str
) -> None:
    """It cannot be started by starting its parent; its own end goes before that of its parents."""
    state = running.standing(ad(status, adset=adset, campaign=campaign), HERE, NOW)
    assert (state.runs, state.word, state.said) == (False, said, said)


def _end(desk: Desk, *adsets: str) -> set[str]:
    """Let ad sets end; gives the ads below them that are switched on."""
    for adset in adsets:
        desk.world.nodes[adset].data |= {"end_time": wire(LONG_AGO)}
    rows = desk.graph(f"{ACCOUNT}/ads", fields="effective_status,adset_id", limit=500)["data"]
    over = {r["id"] for r in rows if r["adset_id"] in adsets and r["effective_status"] == "ACTIVE"}
    assert over
    return over


def _listed(answer: dict[str, Any]) -> dict[str, list[str]]:
    sets = [adset for campaign in answer["campaigns"] for adset in campaign["adsets"]]
    return {entry[0]: entry for adset in sets for entry in adset["ads"]}


def test_a_list_tells_what_has_ended_and_counts_it_apart(desk: Desk) -> None:
    """Meta still calls these ACTIVE."""
    before = desk.ask("list_ads")["running"]
    over = _end(desk, PROSPECTING)
    answer = desk.ask("list_ads")
    assert over
    assert answer["running"] == before - len(over)
    assert answer["not_running"]["ad set ended"] == len(over)
    listed = _listed(answer)
    assert all(listed[ad_id][2:] == ["ACTIVE", "ad set ended 2025-10-16"] for ad_id in over)
    (adset,) = [a for c in answer["campaigns"] for a in c["adsets"] if a["id"] == PROSPECTING]
    assert adset["now"] == "ended 2025-10-16"


def test_running_is_a_filter_of_its_own(desk: Desk) -> None:
    """It leaves out what is only switched on."""
    over = _end(desk, PROSPECTING)
    answer = desk.ask("list_ads", effective_status=["RUNNING"])
    assert not over & set(_listed(answer))
    assert answer["matching"] == answer["running"] > 0


@pytest.mark.parametrize("review", WAITING)
def test_what_begins_to_spend_by_itself_is_told_beside_what_runs(desk: Desk, review: str) -> None:
    """A list of what is on names it without counting it; by the own switch of an ad it is one of all that are on."""
    desk.world.nodes[TENT].data |= {"review": review}
    desk.elsewhere(SPRING, status="PAUSED")
    for wanted in ("RUNNING", "ACTIVE"):
        answer = desk.ask("list_ads", effective_status=[wanted])
        assert TENT not in _listed(answer)
        assert answer["also_on"] == f"1 {MEANINGS[review].word}; status ON lists them, too"
    own = {ad["id"]: ad["status"] for ad in desk.graph(f"{ACCOUNT}/ads", fields="status", limit=500)["data"]}
    for switch, status in SWITCHES.items():
        listed = _listed(desk.ask("list_ads", effective_status=[switch]))
        assert set(listed) == {ad for ad, mine in own.items() if mine == status}
        assert any(entry[2] == "CAMPAIGN_PAUSED" for entry in listed.values())
    assert "also_on" not in desk.ask("list_ads", effective_status=["ACTIVE", *WAITING])
    assert _refused(["ON", "PAUSED"]).partition(". ")[0] == "ON goes with no other status: give it alone"


def _refused(statuses: list[str]) -> str:
    with pytest.raises(ToolError) as told:
        registry.validated(registry.find("list_ads"), {"effective_status": statuses})
    return str(told.value).partition("effective_status: ")[2]


def test_running_beside_another_status_adds_only_what_runs(desk: Desk) -> None:
    """Each of two words keeps its meaning."""
    over = _end(desk, PROSPECTING)
    answer = desk.ask("list_ads", effective_status=["RUNNING", "DISAPPROVED"])
    assert not over & set(_listed(answer))
    assert set(answer["by_status"]) == {"ACTIVE", "DISAPPROVED"}


def test_paused_includes_what_a_parent_pauses_and_says_so(desk: Desk) -> None:
    """A person who asks for paused ads means these as well."""
    desk.elsewhere(SUMMER, status="PAUSED")
    desk.elsewhere(PROSPECTING, status="PAUSED")
    answer = desk.ask("list_ads", effective_status=["PAUSED"])
    assert {"PAUSED", "CAMPAIGN_PAUSED"} <= set(answer["by_status"])
    assert answer["status_note"] == "PAUSED includes ADSET_PAUSED and CAMPAIGN_PAUSED"
    assert TENT in _listed(answer)


def test_the_daily_check_counts_and_names_only_what_runs(desk: Desk) -> None:
    """Ended ads are told as ended, and not as ones that are on and show nothing."""
    over = _end(desk, PROSPECTING)
    told = desk.ask("daily_check")["answers"]
    assert f"{len(over)} ad set ended" in told["running"][0]
    assert not any("showed nothing" in line for line in told["problems"])


def test_an_unpaid_account_runs_nothing(desk: Desk) -> None:
    """Said once, as what it is, and not as so many quiet ads."""
    desk.world.nodes[ACCOUNT].data |= {"account_status": 3}
    told = desk.ask("daily_check")["answers"]
    assert told["running"][0] == "Nothing: the account cannot run ads (UNSETTLED). Switched on:"
    assert not any("showed nothing" in line or "Nothing was spent" in line for line in told["problems"])
    stopped = "the account cannot run ads (UNSETTLED)"
    listed = desk.ask("list_ads")
    assert (listed["running"], listed["not_running"][stopped] > 0) == (0, True)
    assert desk.ask("inspect", id=JACKET)["now"] == stopped
    review = desk.ask("review_performance")
    assert review["account"] == f"Nothing runs: {stopped}"
    assert review["pause_effect"] == [f"none now, as {stopped}; they stay paused when it runs again"]
    assert not {"budgets", "shifts"} & review.keys()
    assert not any("wasted_a_week" in row for row in review["pause"])


def test_a_review_does_not_judge_what_is_over(desk: Desk) -> None:
    """It says why, with the day."""
    over = _end(desk, PROSPECTING)
    answer = desk.ask("review_performance")
    assert not over & {row["id"] for row in answer["pause"]}
    table = desk.call("review_performance").details["review"].verdicts
    reasons = {v.ad.ad_id: v.reason for v in table}
    assert all("does not deliver (ad set ended 2025-10-16)" in reasons[ad_id] for ad_id in over)


def test_a_spend_cap_of_a_campaign_is_looked_up(desk: Desk) -> None:
    """Meta gives the cap, and what was spent only as a figure."""
    assert JACKET in _listed(desk.ask("list_ads", effective_status=["RUNNING"]))
    desk.world.nodes[SPRING].data |= {"spend_cap": "100"}
    answer = desk.ask("list_ads")
    assert _listed(answer)[JACKET][3] == "campaign spend cap used up"
    assert desk.ask("inspect", id=JACKET)["now"] == "campaign spend cap used up"


def test_starting_what_has_ended_adds_nothing(desk: Desk) -> None:
    """The proposal says so, instead of announcing a budget that nobody can spend."""
    desk.elsewhere(TENT, status="PAUSED")
    _end(desk, PROSPECTING)
    change = desk.one("set_status", ids=[TENT], status="ACTIVE")
    assert change.spend.daily_minor == 0
    assert change.spend.note == "adds nothing: its ad set ended 2025-10-16"


def test_pausing_what_has_ended_saves_nothing(desk: Desk) -> None:
    """It spent until its end, and spends no more; a budget that is changed there says so as well."""
    _end(desk, PROSPECTING)
    for target in (TENT, PROSPECTING):
        change = desk.one("set_status", ids=[target], status="PAUSED")
        assert change.spend.daily_minor == 0
        assert change.spend.note.startswith("saves nothing: it")
        assert change.spend.note.endswith(" ended 2025-10-16")
    raised = desk.one("set_budget", id=PROSPECTING, daily_budget="500 USD")
    assert raised.spend.note == "not delivering now: it ended 2025-10-16"


def test_starting_what_begins_later_names_the_day(desk: Desk) -> None:
    """The amount counts, from that day on."""
    desk.elsewhere(PROSPECTING, status="PAUSED")
    desk.world.nodes[PROSPECTING].data |= {"start_time": wire(LATER)}
    change = desk.one("set_status", ids=[PROSPECTING], status="ACTIVE")
    assert change.spend.daily_minor
    assert change.spend.note.startswith("from 2026-11-29 on: at most ")


@pytest.mark.parametrize("status", SWITCHED_ON)
def test_what_a_parent_pauses_does_not_run_whatever_its_own_status_says(status: str) -> None:
    """Meta may not have said so yet."""
    paused = ad(status, adset={"status": "PAUSED"})
    assert running.standing(paused, HERE, NOW).said == "ad set paused"
    assert running.effective(paused) == "ADSET_PAUSED"


def test_a_spend_cap_is_reached_by_the_sum_of_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures that were too heavy at once come as several rows of one campaign."""
    desk.world.nodes[SPRING].data |= {"spend_cap": "10000"}
    parts = [{"campaign_id": SPRING, "spend": spend} for spend in ("60", "50")]
    monkeypatch.setattr(desk.context.graph, "insights", lambda *_, **__: iter(parts))
    campaign = objects.parse("campaign", {"id": SPRING, "status": "ACTIVE", "spend_cap": "10000"})
    assert running.used_up(desk.context, [campaign]) == {SPRING}
    parts.pop()
    assert running.used_up(desk.context, [campaign]) == set()
