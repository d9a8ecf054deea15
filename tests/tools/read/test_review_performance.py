"""The judgement on the demo account, whose ads carry the truth about themselves."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.tools.support import (
    ACCOUNT,
    ALWAYS,
    BLOG,
    BROAD,
    EVERGREEN,
    JACKET,
    NOW,
    PROSPECTING,
    SUMMER,
    TENT,
    Desk,
    demo_brand,
)
from tools.analysis.verdicts import Review
from tools.domain.brand import Amount
from tools.read.review import review_reads

LISTS = ("pause", "protected", "scale", "watch", "too_early")


def of_class(desk: Desk, *labels: str) -> set[str]:
    """The ads that the demo account made to be of these classes."""
    return {ad for ad, label in desk.world.truth.items() if label in labels}


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def table(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return json.loads(Path(answer["full_table"]).read_text(encoding="utf-8"))


def test_exactly_the_losers_are_to_be_paused(reading: Desk) -> None:
    """Every loser is under pause, and no ad that is protected, new, learning, tiny or good."""
    answer = reading.ask("review_performance")
    assert set(ids(answer["pause"])) == of_class(reading, "loser")
    assert len(answer["pause"]) == 7


def test_protected_losers_are_named_and_spared(reading: Desk) -> None:
    """What the brand protects is shown with the pattern that protects it."""
    answer = reading.ask("review_performance")
    assert set(ids(answer["protected"])) == of_class(reading, "protected_bad")
    assert {row["protected_by"] for row in answer["protected"]} == {"*evergreen*"}


def test_young_and_small_ads_are_left_alone(reading: Desk) -> None:
    """New, learning and tiny ads are too early to judge, and fading or average ones are no pauses."""
    decisions = {row["id"]: row["decision"] for row in table(reading.ask("review_performance"))}
    assert {decisions[ad] for ad in of_class(reading, "new", "learning")} == {"too early"}
    assert {decisions[ad] for ad in of_class(reading, "tiny")} <= {"too early", "watch"}
    spared = of_class(reading, "average", "mild", "winner", "fatigued", "protected_good")
    assert {decisions[ad] for ad in spared} <= {"keep", "scale", "watch", "refresh"}
    assert {ad for ad, decision in decisions.items() if decision == "refresh"} == of_class(
        reading, "fatigued"
    )
    assert {decisions[ad] for ad in of_class(reading, "winner")} == {"scale"}


def test_the_worst_come_first_with_computed_reasons(reading: Desk) -> None:
    """Pauses are ordered by what each would save in a week, and each reason holds the numbers."""
    answer = reading.ask("review_performance")
    verdicts = {v.ad.ad_id: v for v in details(reading).verdicts}
    saved = [going.saving for ad in ids(answer["pause"]) if (going := verdicts[ad].heading)]
    assert len(saved) == len(answer["pause"])
    assert saved == sorted(saved, reverse=True)
    assert answer["pause"][0]["id"] == TENT
    assert "without a purchase (target 25.00 USD each); 99 % sure" in answer["pause"][0]["reason"]


def details(desk: Desk, **arguments: Any) -> Review:
    """The verdicts that people and logs get."""
    review = desk.call("review_performance", **arguments).details["review"]
    assert isinstance(review, Review)
    return review


def test_counts_and_totals_are_of_all_ads(reading: Desk) -> None:
    """Every ad is counted once, totals are the account's own, and all of it is in the table."""
    answer = reading.ask("review_performance")
    rows = table(answer)
    assert answer["counts"] == dict(Counter(row["decision"] for row in rows))
    assert sum(answer["counts"].values()) == 70 == len({row["id"] for row in rows})
    insights = reading.ask("get_insights", since="2026-08-21", until="2026-11-19")["totals"]
    assert answer["totals"].items() <= (insights | {"currency": "USD"}).items()
    assert set(insights) - set(answer["totals"]) == {"clicks", "ctr", "cpc"}
    assert answer["complete"].startswith(f"all 70 ads; {daily_rows(reading)} daily rows and ")
    assert answer["period"] == "2026-08-21 to 2026-11-19"


def daily_rows(desk: Desk) -> str:
    """How many ads delivered on how many of the newest four weeks' days, counted in the sandbox's world."""
    world = desk.world
    days = range(world.day_index - 28, world.day_index)
    ads = world.of("ad", account_id=world.account.data["account_id"])
    hidden = {ad.id for ad in ads if ad.data["status"] == "ARCHIVED"}
    made = [world.delivery.days(ad.id, world.day_index) for ad in ads if ad.id not in hidden]
    number = sum(day in figures for figures in made for day in days)
    return f"all {number}"


def test_the_answer_is_short(reading: Desk) -> None:
    """What goes to the model stays below 6,000 characters, and lists are cut evenly and with a word."""
    answer = reading.ask("review_performance")
    assert len(json.dumps(answer, ensure_ascii=False)) < 6000
    shown = int(answer["shown"].split()[2])
    assert len(answer["scale"]) == min(shown, answer["counts"]["scale"])
    assert len(answer["too_early"]) == min(shown, answer["counts"]["too early"])


def test_winners_come_best_first(reading: Desk) -> None:
    """Of the ads to scale, those with the cheapest results are shown."""
    winners = [v for v in details(reading).verdicts if v.decision == "scale"]
    best = [v.ad.ad_id for v in sorted(winners, key=lambda v: v.judged.spend / v.judged.results)]
    shown = ids(reading.ask("review_performance")["scale"])
    assert shown == best[: len(shown)]
    assert shown[0] in of_class(reading, "winner")


def test_assumptions_are_said(reading: Desk) -> None:
    """The target and what is left out are stated, so that a person can object."""
    said = " | ".join(reading.ask("review_performance")["assumptions"])
    assert "target CPA 25.00 USD" in said
    assert "today is left out" in said


@pytest.mark.parametrize(
    ("scope", "level", "parent", "said"),
    [
        (SUMMER, "campaign_id", SUMMER, "campaign Summer Sale – Sales"),
        ("Summer Sale", "campaign_id", SUMMER, "campaign Summer Sale – Sales"),
        ("retargeting", "campaign_id", ALWAYS, "campaign Retargeting – Always On"),
        (PROSPECTING, "adset_id", PROSPECTING, "ad set Summer – Prospecting"),
        ("spring – broad us", "adset_id", BROAD, "ad set Spring – Broad US"),
    ],
)
def test_a_scope_is_an_id_or_a_name(reading: Desk, scope: str, level: str, parent: str, said: str) -> None:
    """A campaign or ad set is found by id or part of the name, and the answer says which one was meant."""
    answer = reading.ask("review_performance", scope=scope, date_preset="last_30d")
    rows = reading.graph(f"{ACCOUNT}/ads", fields=level, limit=500)["data"]
    inside = {row["id"] for row in rows if row[level] == parent}
    assert {row["id"] for row in table(answer)} == inside
    assert (answer["scope"], answer["ads_in_scope"]) == (said, len(inside))
    assert set(ids(answer["pause"])) == of_class(reading, "loser") & inside
    spend = reading.ask("get_insights", ids=[parent], date_preset="last_30d")["totals"]["spend"]
    assert answer["totals"]["spend"] == spend


def test_a_whole_name_beats_a_part_of_another(desk: Desk) -> None:
    """An ad set called exactly so is meant, even where a campaign's name holds the word."""
    desk.elsewhere(BROAD, name="Summer")
    answer = desk.ask("review_performance", scope="summer")
    assert answer["scope"] == "ad set Summer"


def test_an_unknown_scope_is_answered_with_the_known_ones(reading: Desk, made: Callable[..., Desk]) -> None:
    """A name or a label that fits nothing brings what there is."""
    said = reading.refusal("review_performance", scope="Monsoon")
    assert said.startswith("No campaign, ad set or ad is called 'Monsoon'. There are: Blog Traffic, Blog –")
    assert "has the label 'none'" in reading.refusal("review_performance", scope="label:none")
    assert made("USD").refusal("review_performance", scope="x").endswith("There are: none with ads.")


def test_ads_are_a_scope_by_id_by_name_and_by_label(desk: Desk) -> None:
    """Only the ads meant are judged, though their figures are asked for by ad set."""
    by_id = desk.ask("review_performance", scope=TENT)
    assert (ids(table(by_id)), by_id["scope"]) == ([TENT], "ad Static – Tent 20% off")
    by_name = desk.ask("review_performance", scope="sandals")
    assert by_name["ads_in_scope"] == len(table(by_name)) > 1
    assert all("sandals" in row["name"].casefold() for row in table(by_name))
    spend = desk.ask("get_insights", ids=[TENT], since="2026-08-21", until="2026-11-19")["totals"]["spend"]
    assert by_id["totals"]["spend"] == spend
    desk.elsewhere(TENT, adlabels=json.dumps([{"name": "Clearance"}]))
    assert ids(table(desk.ask("review_performance", scope="label: clearance"))) == [TENT]


@pytest.mark.parametrize(
    ("most", "left"),
    [
        (3, "4 more; 3 may be paused now (max_pauses_per_day)"),
        (0, "7 more; 0 may be paused now (max_pauses_per_day)"),
    ],
)
def test_pauses_keep_to_the_limit_of_a_run(desk: Desk, most: int, left: str) -> None:
    """Only the worst so many are proposed, and the rest are counted."""
    every = ids(desk.ask("review_performance")["pause"])
    desk.context.brand = demo_brand(max_pauses_per_day=most)
    answer = desk.ask("review_performance")
    assert ids(answer["pause"]) == every[:most]
    assert answer["pause_later"] == left
    assert answer["counts"]["pause"] == 9


def test_without_a_target_the_assumption_is_said(desk: Desk) -> None:
    """With no target in the brand file the account's own average serves, openly."""
    desk.context.brand = demo_brand(target_cpa=None)
    answer = desk.ask("review_performance")
    assert "over all ads of these weeks, running or stopped, serves as the target" in " | ".join(
        answer["assumptions"]
    )
    assert of_class(desk, "loser") <= set(ids(answer["pause"])) <= of_class(desk, "loser", "tiny", "traffic")


def test_ads_that_buy_clicks_are_not_judged_by_sales(reading: Desk) -> None:
    """Traffic ads are not judged without a benchmark for clicks, and say so."""
    rows = table(reading.ask("review_performance", scope=BLOG))
    assert {row["decision"] for row in rows} == {"not judged"}
    assert "optimises for LINK_CLICKS" in rows[0]["reason"]


def test_the_evidence_is_kept_for_the_change(desk: Desk) -> None:
    """A pause after a review carries the computed reason and what the ad spent per day in the last seven."""
    answer = desk.ask("review_performance")
    change = desk.one("set_status", ids=[JACKET], status="PAUSED", reason="I just feel like it")
    assert change.reason == next(row["reason"] for row in answer["pause"] if row["id"] == JACKET)
    rows = desk.graph(
        f"{JACKET}/insights",
        time_range={"since": "2026-11-13", "until": "2026-11-19"},
        fields="spend",
    )["data"]
    assert change.spend.stays_minor == int(Decimal(rows[0]["spend"]) * 100 / 7)


@pytest.mark.parametrize("label", ["new", "learning", "tiny"])
def test_an_ad_that_was_not_judged_is_paused_at_what_it_spends_now(desk: Desk, label: str) -> None:
    """An ad too young or small to be judged leaves to others what it spent in the last seven days."""
    decisions = {row["id"]: row["decision"] for row in table(desk.ask("review_performance"))}
    young = min(ad for ad in of_class(desk, label) if decisions[ad] == "too early")
    change = desk.one("set_status", ids=[young], status="PAUSED")
    (row,) = desk.graph(f"{young}/insights", date_preset="last_7d", fields="spend")["data"]
    assert change.spend.stays_minor == int(Decimal(row["spend"]) * 100 / 7) > 0
    assert change.reason.startswith("too early:")


def test_a_hostile_name_stays_a_name(reading: Desk) -> None:
    """Orders and markup in an ad's name come through as text, and change nothing."""
    answer = reading.ask("review_performance")
    (row,) = [row for row in answer["pause"] if row["name"].startswith("[red]SALE[/red] ignore")]
    assert row["id"] in of_class(reading, "loser")
    assert row["name"] == reading.world.nodes[row["id"]].data["name"]
    assert reading.writes() == []


def losing(number: int, name: str) -> dict[str, list[dict[str, Any]]]:
    """Ads that spent for a month and sold nothing, as Meta's rows; a sale of another ad says that sales are seen."""
    group = {"name": name, "status": "ACTIVE", "optimization_goal": "OFFSITE_CONVERSIONS"}
    ads = [
        {"id": str(n), "name": name, "status": "ACTIVE", "effective_status": "ACTIVE"}
        | {"created_time": "2026-01-01T00:00:00+0000", "adset_id": "7", "campaign_id": "8"}
        | {"adset": group, "campaign": group}
        for n in range(10**13, 10**13 + number)
    ]
    days = [(NOW.date() - timedelta(days=ago)).isoformat() for ago in range(1, 31)]
    rows = [
        {"ad_id": ad["id"], "spend": str(900 + n), "impressions": "5000", "date_start": day, "date_stop": day}
        for n, ad in enumerate(ads)
        for day in days
    ]
    sold = {"ad_id": "9", "spend": "1", "impressions": "1", "date_start": days[9], "date_stop": days[9]}
    sold |= {"actions": [{"action_type": "purchase", "value": "1"}]}
    return {"ads": ads, "insights": [*rows, sold]}


@pytest.mark.parametrize(("number", "most", "chosen"), [(12, 10, 10), (70, 60, 50)])
def test_a_bad_account_with_long_names_still_fits(
    made: Callable[..., Desk], number: int, most: int, chosen: int
) -> None:
    """However many and long the names, the answer is short and holds the id of every pause."""
    desk = made("JPY", **losing(number, "Very long name of an ad " * 16))
    desk.context.brand = demo_brand(max_pauses_per_day=most)
    answer = desk.ask("review_performance", date_preset="last_30d")
    assert len(json.dumps(answer, ensure_ascii=False)) < 6000
    assert ids(answer["pause"]) == [str(10**13 + number - 1 - n) for n in range(chosen)]
    assert all("reason" in row for row in answer["pause"][:10])
    assert answer["counts"] == {"pause": number}
    assert answer["pause"][0]["reason"].startswith("spent 2")
    assert " JPY without a purchase" in answer["pause"][0]["reason"]


def test_an_account_without_ads_has_nothing_to_judge(made: Callable[..., Desk]) -> None:
    """No ads and no figures give empty lists and zeros."""
    answer = made("JPY").ask("review_performance")
    assert (answer["counts"], answer["pause"]) == ({}, [])
    assert answer["totals"]["spend"] == "0"
    assert not set(LISTS[1:]) & set(answer)


def test_today_is_the_accounts_today(desk: Desk) -> None:
    """Just after midnight in UTC it is still yesterday in New York, and that day is not judged."""
    desk.context.now = lambda: NOW.replace(day=21, hour=2)
    assert desk.context.now().date() == date(2026, 11, 21)
    late = {row["id"]: row["reason"] for row in table(desk.ask("review_performance"))}
    desk.context.now = lambda: NOW
    assert late == {row["id"]: row["reason"] for row in table(desk.ask("review_performance"))}


def test_a_review_of_one_evergreen_set_pauses_nothing(reading: Desk) -> None:
    """Where the only loser is protected, nothing is to be paused and nothing is expected of it."""
    answer = reading.ask("review_performance", scope="Cart 14d")
    assert answer["pause"] == []
    assert ids(answer["protected"]) == [EVERGREEN]
    assert "pause_expected_good" not in answer


def test_the_last_delivering_ad_is_put_apart(made: Callable[..., Desk]) -> None:
    """Of an ad set in which everything loses, one ad is left and named, and the budget's way is told."""
    desk = made("JPY", **losing(3, "Ad"))
    desk.context.brand = demo_brand()
    answer = desk.ask("review_performance", date_preset="last_30d")
    assert len(answer["pause"]) == 2
    assert len(answer["last_delivering"]) == 1
    assert "ask first" in answer["last_delivering_note"]
    assert answer["pause_effect"][1].endswith("goes to 1 other ad of ad set Ad")
    assert answer["pause_expected_good"].endswith("; all are surer than 95 %")


def test_a_stricter_threshold_is_worked_out(desk: Desk) -> None:
    """Where pauses are not all sure, the answer says how many a higher threshold leaves, and how many good ones."""
    desk.context.brand = demo_brand(target_cpa=Amount.parse("22.50"))
    told = desk.ask("review_performance")["pause_expected_good"]
    assert re.search(r"expected to be good ads after all; pausing only from 80 %: [0-9]+, [0-9.]+ good", told)


def test_the_table_is_also_a_spreadsheet(made: Callable[..., Desk]) -> None:
    """The CSV file has a line per ad, and no name in it can be a formula."""
    desk = made("JPY", **losing(3, "=HYPERLINK(1)"))
    desk.context.brand = demo_brand()
    answer = desk.ask("review_performance", date_preset="last_30d")
    with Path(answer["full_table_csv"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ids(table(answer))
    assert {row["name"] for row in rows} == {"'=HYPERLINK(1)"}
    assert rows[0]["p_worse"] > "0.9"


def test_events_and_windows_come_from_the_ad_sets(desk: Desk) -> None:
    """Without an event in stack.md each ad set's own counts, and the answer says whence and how it is credited."""
    desk.context.brand = demo_brand(conversion_event=None)
    said = desk.ask("review_performance")["results_are"]
    assert said.startswith("purchase (what the ad sets optimise for")
    assert said.endswith("attribution as the ad sets have it: 7-day click, 1-day view")


def test_winners_come_with_a_budget_step_or_what_speaks_against_it(desk: Desk) -> None:
    """Steps keep to the brand's limits, and frequency at its maximum leaves no head-room."""
    high = demo_brand(max_daily_budget=Amount.parse("5000"), max_budget_step_pct=Decimal(10))
    high = high.model_copy(update={"target_cpa": Amount.parse("29")})
    desk.context.brand = high
    steps = desk.ask("review_performance")["budgets"]
    raised = [step for step in steps if "raise_to" in step]
    assert raised
    for step in raised:
        now, then = (Decimal(step[name].split()[0]) for name in ("daily_budget", "raise_to"))
        assert now < then <= now * Decimal("1.1")
    desk.context.brand = high.model_copy(update={"max_frequency": Decimal("0.5")})
    assert all("raise_to" not in step for step in desk.ask("review_performance")["budgets"])
    assert any("no head-room" in step["leave"] for step in desk.ask("review_performance")["budgets"])


def test_each_review_of_the_account_notes_what_young_days_showed(desk: Desk) -> None:
    """One line per day; a damaged file, and a review of a part read without the rest, change nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(review_reads, "MOST_BESIDE", 1)
        desk.ask("review_performance", scope=SUMMER)
    assert not list(desk.context.results_dir.glob("results-seen-*.jsonl"))
    desk.ask("review_performance")
    desk.ask("review_performance")
    (notes,) = desk.context.results_dir.glob("results-seen-*.jsonl")
    assert len(notes.read_text(encoding="utf-8").splitlines()) == 1
    notes.write_text("[]\n{broken\n", encoding="utf-8")
    desk.ask("review_performance")
    assert len(notes.read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize("most", [2, 4])
def test_where_the_budget_goes_adds_up_to_what_the_pauses_free(
    reading: Desk, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """To the cent, as each pause shows it; what has no line of its own is summed in the last."""
    monkeypatch.setattr("tools.read.review.pause_effect.MOST_EFFECTS", most)
    monkeypatch.setattr(reading.context, "weighed", {})
    reading.ask("review_performance")
    ((paused, told),) = reading.context.weighed.items()
    goes = [Decimal(line.split()[1].replace(",", "")) for line in told if " a day goes to " in line]
    freed = sum(reading.context.evidence[ad].daily_spend_minor or 0 for ad in paused)
    assert sum(goes) * 100 == freed > 0
    assert any("to other ads of 2 more budgets" in line for line in told) == (most == 2)


def test_tired_ads_are_to_be_refreshed_with_what_they_cost_now(reading: Desk) -> None:
    """Good on the whole and dear today: each is named with both costs, how it moves and since when, or by its id."""
    answer = reading.ask("review_performance")
    shown = answer["refresh"]
    assert {*ids(shown), *answer.get("refresh_more", ())} == of_class(reading, "fatigued")
    for row in shown:
        assert float(row["cost"]) < 25 < float(row["now"])
        assert row["since"] < "2026-11-20"
    assert not {row["id"] for row in answer["scale"]} & of_class(reading, "fatigued")


def test_reasons_for_no_verdict_are_counted(reading: Desk) -> None:
    """Every ad without a verdict stands under a reason in a few words."""
    answer = reading.ask("review_performance")
    for decision in ("not judged", "too early"):
        assert sum(answer[f"{decision.replace(' ', '_')}_because"].values()) == answer["counts"][decision]
    assert answer["not_judged_because"]["optimises for LINK_CLICKS"] == 5


def test_a_pause_says_what_it_saves_and_what_it_risks(reading: Desk) -> None:
    """The savings of a week stand beside each pause and add up in the effect."""
    answer = reading.ask("review_performance")
    saved = sum(Decimal(row["wasted_a_week"].replace(",", "")) for row in answer["pause"])
    (line,) = [text for text in answer["pause_effect"] if text.startswith("a week of waiting wastes")]
    assert abs(Decimal(line.split()[5].replace(",", "")) - saved) < 1
    a_day = Decimal(answer["pause_effect"][0].split()[0].replace(",", ""))
    assert abs(7 * a_day - saved) < 1


@pytest.mark.parametrize("target", [True, False])
@pytest.mark.parametrize("days", [{}, {"date_preset": "last_7d"}])
def test_a_scope_limits_what_is_shown_and_not_what_it_is_judged_beside(
    reading: Desk, days: dict[str, str], *, target: bool
) -> None:
    """An ad asked about alone, or with its campaign, has the verdict, the words and the figures it has in a review of all."""
    if not target:
        reading.context.brand = demo_brand(target_cpa=None)
    whole = details(reading, **days)
    every = {v.ad.ad_id: v for v in whole.verdicts}
    paused, watched = ([v.ad.ad_id for v in whole.verdicts if v.decision == d] for d in ("pause", "watch"))
    for scope in (paused[0], *watched[-1:], SUMMER, BLOG):
        part = details(reading, scope=scope, **days)
        assert part.verdicts
        assert all(v == every[v.ad.ad_id] for v in part.verdicts)
        assert part.totals.spend == sum(v.totals.spend for v in part.verdicts)
        assert part.assumptions == whole.assumptions


def test_a_scope_says_what_its_own_ads_are_after(desk: Desk) -> None:
    """Leads within an account for purchases are counted as leads, and called so."""
    desk.context.brand = demo_brand(conversion_event=None)
    for node in desk.world.nodes.values():
        if node.kind == "adset" and node.data["campaign_id"] == SUMMER:
            node.data |= {"optimization_goal": "LEAD_GENERATION", "promoted_object": {}}
    for scope, event in (
        ({"scope": SUMMER}, "lead (what"),
        ({"scope": BLOG}, "purchase (assumed)"),
        ({}, "purchase (what"),
    ):
        assert desk.ask("review_performance", **scope)["results_are"].startswith(event)


def test_a_part_of_an_account_too_large_is_judged_alone_and_says_so(
    reading: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its ads have fewer neighbours than in a review of all, so that may judge otherwise."""
    assert "judged_beside" not in reading.ask("review_performance", scope=TENT)
    monkeypatch.setattr(review_reads, "MOST_BESIDE", 10)
    assert "may judge otherwise" in reading.ask("review_performance", scope=TENT)["judged_beside"]
    assert "judged_beside" not in reading.ask("review_performance")


@pytest.mark.parametrize(("sure", "least"), [(0.5, 0.5), (0.95, 0.95)])
def test_a_surer_pause_can_be_asked_for(reading: Desk, sure: float, least: float) -> None:
    """Nothing is paused with less certainty than was asked for, and what makes no sense is refused."""
    verdicts = details(reading, min_certainty=sure).verdicts
    paused = [v.probability_worse or 0 for v in verdicts if v.decision == "pause"]
    assert paused
    assert min(paused) >= least
    assert "how sure a pause must be: from 0.5 to 0.99" in reading.refusal(
        "review_performance", min_certainty=75
    )


def test_counts_are_those_of_the_lists(made: Callable[..., Desk], desk: Desk) -> None:
    """The ads counted as to be paused are in the lists, or named as more; what is to be refreshed is all named."""
    bad = made("JPY", **losing(12, "Ad"))
    bad.context.brand = demo_brand(max_pauses_per_day=4)
    desk.context.brand = demo_brand(max_pauses_per_day=3)
    for one, preset in ((bad, "last_30d"), (desk, "last_14d")):
        answer = one.ask("review_performance", date_preset=preset)
        lists = dict(reversed(part.split(" ")) for part in answer["pause_count"].split(", "))
        assert sum(map(int, lists.values())) == answer["counts"]["pause"]
        assert len(answer["pause"]) == int(lists["pause"])
        assert answer["pause_later"].startswith(f"{lists['pause_later']} more;")
        assert len(answer.get("protected", [])) == int(lists.get("protected", 0))
        more = answer.get("refresh_more", [])
        assert len(answer.get("refresh", [])) + len(more) == answer["counts"].get("refresh", 0)
        assert sum(answer["counts"].values()) == len(table(answer))


def test_a_limit_of_the_day_keeps_the_dearest(desk: Desk) -> None:
    """Of the pauses that a day allows, none is left for later that would save more in a week."""
    whole = desk.ask("review_performance")
    desk.context.brand = demo_brand(max_pauses_per_day=3)
    answer = desk.ask("review_performance")
    assert ids(answer["pause"]) == ids(whole["pause"])[:3]
    kept, later = ids(answer["pause"]), ids(answer["pause_later_ads"])
    assert later
    saving = {row["id"]: float(row["wasted_per_week"]) for row in table(answer) if "wasted_per_week" in row}
    assert min(saving[ad] for ad in kept) >= max(saving[ad] for ad in later)
