"""Pausing and activating: what would be sent, what it does to spend, and what is left as it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.tools.support import (
    ACCOUNT,
    BROAD,
    EARLY_BIRD,
    JACKET,
    PROSPECTING,
    SPRING,
    SUMMER,
    TENT,
    Desk,
)
from tools.domain.changes import Change, Effect, Request, Spend, marker_of
from tools.domain.references import require
from tools.domain.spend import starting_spend

LOOKALIKE = "23847000000003"
"""Another ad set below the campaign that BROAD belongs to."""


def spent_daily(desk: Desk, node: str) -> int:
    """Minor units per day over the last seven days, asked without our tools."""
    rows = desk.graph(f"{node}/insights", date_preset="last_7d", fields="spend")["data"]
    return int(Decimal(rows[0]["spend"]) * 100 / 7) if rows else 0


def test_pausing_an_ad_is_one_complete_change(reading: Desk) -> None:
    """Request, states, effect on spend, parents and the way back are all in the change."""
    change = reading.one("set_status", ids=[TENT], status="PAUSED", reason="client asked")
    state = reading.state()
    call = reading.context.call_id
    assert change == Change(
        id=f"run.{call}.0",
        kind="set_status",
        effect=Effect.STOP_SPEND,
        account=ACCOUNT,
        level="ad",
        target=TENT,
        name="Static – Tent 20% off",
        names=(TENT, PROSPECTING, SUMMER, *(state[i]["name"] for i in (TENT, PROSPECTING, SUMMER))),
        where=tuple(f"“{state[i]['name']}” ({i})" for i in (SUMMER, PROSPECTING)),
        request=Request(path=TENT, params={"status": "PAUSED"}),
        before={"status": "ACTIVE"},
        after={"status": "PAUSED"},
        spend=Spend(
            daily_minor=0,
            currency="USD",
            note="the mean of the last 7 days; not spent at all while no other ad runs on that budget",
            stays_minor=spent_daily(reading, TENT),
        ),
        reason="client asked",
        marker=marker_of(f"run.{call}.0"),
        undo_note="set back to ACTIVE",
    )


@pytest.mark.parametrize(("node", "level"), [(PROSPECTING, "adset"), (SPRING, "campaign")])
def test_pausing_a_parent_saves_what_it_spent(reading: Desk, node: str, level: str) -> None:
    """What has a budget of its own saves its own average of the last seven days."""
    change = reading.one("set_status", ids=[node], status="PAUSED")
    assert (change.level, change.target, change.request.path) == (level, node, node)
    assert change.spend == Spend(
        daily_minor=-spent_daily(reading, node), currency="USD", note="the mean of the last 7 days"
    )
    assert change.reason == "asked for"


def test_an_ad_set_leaves_what_it_spent_to_others_where_the_campaign_has_the_budget(reading: Desk) -> None:
    """Nothing is saved by a pause below a budget that stays: as with an ad, its other ads may spend it."""
    spend = reading.one("set_status", ids=[BROAD], status="PAUSED").spend
    assert (spend.daily_minor, spend.stays_minor) == (0, spent_daily(reading, BROAD))
    assert spend.stays_minor > 0


def test_a_pause_is_worth_the_same_before_and_after_a_review(desk: Desk) -> None:
    """Its spend is the mean of the same days, whether a review ran earlier in the talk or not."""

    def pauses() -> dict[str, int]:
        asked = desk.propose("set_status", ids=judged, status="PAUSED")
        return {change.target: change.spend.stays_minor for change in asked.changes}

    judged = [row["id"] for row in desk.ask("review_performance")["pause"]][:4]
    after = pauses()
    desk.context.evidence.clear()
    assert after == pauses()
    assert all(after.values())


def test_pausing_parent_and_child_counts_the_spend_once(reading: Desk) -> None:
    """What is paused along with its campaign or ad set adds nothing to the saving."""
    changes = reading.propose("set_status", ids=[TENT, PROSPECTING, SUMMER, JACKET], status="PAUSED").changes
    assert [c.target for c in changes] == [TENT, PROSPECTING, SUMMER, JACKET]
    assert [(c.spend.daily_minor, c.spend.stays_minor) for c in changes] == [
        (0, 0),
        (0, 0),
        (-spent_daily(reading, SUMMER), 0),
        (0, spent_daily(reading, JACKET)),
    ]
    assert changes[0].spend.note == "counted with its parent"


def test_an_ad_that_does_not_spend_saves_nothing(desk: Desk) -> None:
    """Pausing an ad without delivery is no saving, and leaves nothing to others."""
    desk.elsewhere(EARLY_BIRD, status="ACTIVE")
    spend = desk.one("set_status", ids=[EARLY_BIRD], status="PAUSED").spend
    assert (spend.daily_minor, spend.stays_minor) == (0, 0)


def quiet(desk: Desk, holder: str) -> None:
    """Nothing under it runs any more; it is active itself."""
    for row in desk.graph(f"{holder}/ads", fields="id,status", limit=100)["data"]:
        if row["status"] == "ACTIVE":
            desk.elsewhere(row["id"], status="PAUSED")


def test_a_budget_that_is_being_spent_is_not_added(reading: Desk) -> None:
    """Another ad in an ad set that delivers shares its budget with those that run."""
    change = reading.one("set_status", ids=[EARLY_BIRD], status="ACTIVE")
    budget = int(reading.state()[PROSPECTING]["daily_budget"])
    said = f"its budget of {budget / 100:.2f} USD per day is being spent already"
    assert change.spend == Spend(daily_minor=0, currency="USD", note=said)


def test_each_of_several_ads_says_that_its_budget_is_spent_already(desk: Desk) -> None:
    """No other change of the set counts it, so that each has the same to say, and says it in a part of the set as well."""
    desk.elsewhere(TENT, status="PAUSED")
    changes = desk.propose("set_status", ids=[EARLY_BIRD, TENT], status="ACTIVE").changes
    said = {(change.spend.daily_minor, change.spend.note) for change in changes}
    assert said == {(0, "its budget of 360.00 USD per day is being spent already")}


def test_a_lifetime_budget_counts_by_what_is_left_for_a_day(desk: Desk) -> None:
    """Ten days before the end, a tenth of what is left may be spent a day."""
    quiet(desk, PROSPECTING)
    node = desk.world.nodes[PROSPECTING].data
    node.pop("daily_budget")
    node |= {
        "lifetime_budget": "100000",
        "end_time": f"{desk.context.now() + timedelta(days=9.5):%Y-%m-%dT%H:%M:%S%z}",
    }
    left = int(desk.graph(PROSPECTING, fields="budget_remaining")["budget_remaining"])
    change = desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE")
    assert change.spend.daily_minor == -(-left // 10)
    assert change.spend.note.endswith("per day, as is left of a lifetime budget")


def test_activating_states_the_budget_it_draws_on(desk: Desk) -> None:
    """An ad may at most spend its ad set's budget."""
    quiet(desk, PROSPECTING)
    change = desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE")
    budget = int(desk.state()[PROSPECTING]["daily_budget"])
    assert change.effect is Effect.START_SPEND
    assert change.request == Request(path=EARLY_BIRD, params={"status": "ACTIVE"})
    assert (change.before, change.after) == ({"status": "PAUSED"}, {"status": "ACTIVE"})
    assert change.spend == Spend(
        daily_minor=budget, currency="USD", note=f"at most {budget / 100:.2f} USD per day"
    )
    assert change.undo_note == "set back to PAUSED"


def test_a_shared_budget_is_counted_once(desk: Desk) -> None:
    """Two ad sets and an ad below one campaign budget can together spend no more than it."""
    paused = next(
        ad for ad, label in desk.world.truth.items() if label == "paused" and in_set(desk, ad, BROAD)
    )
    quiet(desk, SPRING)
    for node in (BROAD, LOOKALIKE):
        desk.elsewhere(node, status="PAUSED")
    changes = desk.propose("set_status", ids=[BROAD, LOOKALIKE, paused], status="ACTIVE").changes
    budget = int(desk.state()[SPRING]["daily_budget"])
    assert [c.spend.daily_minor for c in changes] == [budget, 0, 0]
    assert {c.spend.note for c in changes[1:]} == {"shares a budget above"}


def in_set(desk: Desk, ad: str, adset: str) -> bool:
    return desk.world.nodes[ad].data["adset_id"] == adset


def test_two_ads_of_one_ad_set_share_its_budget(desk: Desk) -> None:
    """The ad set's budget is counted for the first of them only."""
    quiet(desk, PROSPECTING)
    changes = desk.propose("set_status", ids=[TENT, EARLY_BIRD], status="ACTIVE").changes
    budget = int(desk.state()[PROSPECTING]["daily_budget"])
    assert [c.spend.daily_minor for c in changes] == [budget, 0]


def test_a_campaign_without_a_budget_starts_those_of_its_ad_sets(desk: Desk) -> None:
    """A campaign whose ad sets hold the budgets may spend those of the ad sets that it sets running."""
    desk.elsewhere(SUMMER, status="PAUSED")
    sets = desk.graph(f"{SUMMER}/adsets", fields="id,status,daily_budget", limit=100)["data"]
    budgets = [int(row["daily_budget"]) for row in sets if row["status"] == "ACTIVE"]
    change = desk.one("set_status", ids=[SUMMER], status="ACTIVE")
    assert change.spend.daily_minor == sum(budgets) > max(budgets)


def test_a_budget_that_nobody_knows_is_not_guessed(desk: Desk) -> None:
    """A lifetime budget without an end counts as unknown."""
    quiet(desk, PROSPECTING)
    node = desk.world.nodes[PROSPECTING].data
    node.pop("daily_budget")
    node |= {"lifetime_budget": "100000"}
    change = desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE")
    assert change.spend == Spend(daily_minor=None, currency="USD", note="no daily budget known")


def test_a_paused_parent_is_said(desk: Desk) -> None:
    """An ad in a paused ad set, and an ad set in a paused campaign, will not deliver yet."""
    desk.elsewhere(PROSPECTING, status="PAUSED")
    spend = desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE").spend
    assert spend.daily_minor == 0
    assert spend.note.startswith("adds nothing yet: its ad set is paused; at most ")
    desk.elsewhere(SUMMER, status="PAUSED")
    spend = desk.one("set_status", ids=[PROSPECTING], status="ACTIVE").spend
    assert spend.daily_minor == 0
    assert spend.note.startswith("adds nothing yet: its campaign is paused; at most ")


@pytest.mark.parametrize("status", ["ARCHIVED", "DELETED"])
def test_a_parent_that_is_gone_is_not_called_paused(desk: Desk, status: str) -> None:
    """What stands in it cannot deliver, and no start of the parent is promised, whatever else is paused."""
    (ad,) = require(desk.context, [EARLY_BIRD])
    paused = {"adset": ad.adset | {"status": "PAUSED"}, "campaign": ad.campaign | {"status": status}}
    spend = starting_spend(desk.context, [replace(ad, row=ad.row | paused)])[ad.id]
    assert spend == Spend(
        daily_minor=0, currency="USD", note=f"adds nothing: its campaign is {status.lower()}"
    )


def test_with_its_parent_it_may_spend(desk: Desk) -> None:
    """An ad set and its paused campaign, activated together, are counted together."""
    quiet(desk, SUMMER)
    for node in (SUMMER, PROSPECTING):
        desk.elsewhere(node, status="PAUSED")
    changes = desk.propose("set_status", ids=[PROSPECTING, SUMMER], status="ACTIVE").changes
    budget = int(desk.state()[PROSPECTING]["daily_budget"])
    assert sum(c.spend.daily_minor or 0 for c in changes) >= budget
    assert not any(c.spend.note.startswith("adds nothing yet") for c in changes)


def test_what_is_so_already_needs_no_change(desk: Desk) -> None:
    """Nothing is proposed for what has the status, and what hides behind a parent says so."""
    desk.elsewhere(PROSPECTING, status="PAUSED")
    proposal = desk.propose("set_status", ids=[TENT, JACKET], status="ACTIVE")
    assert proposal.changes == ()
    assert proposal.note == (
        "already ACTIVE: Static – Tent 20% off (effectively ADSET_PAUSED), Static – Rain jacket grey"
    )


def test_some_change_and_some_do_not(reading: Desk) -> None:
    """A mixed list gives changes for those that need one, in order and each once."""
    proposal = reading.propose("set_status", ids=[JACKET, EARLY_BIRD, TENT, JACKET], status="PAUSED")
    assert [c.target for c in proposal.changes] == [JACKET, TENT]
    assert [c.id[-2:] for c in proposal.changes] == [".0", ".1"]
    assert proposal.note == "already PAUSED: Static – Early bird summer"


@pytest.mark.parametrize("missing", ["999", "''", "'me/x'", "'act_123456789'", "23848000000050"])
def test_ids_that_are_not_of_this_account_are_refused(reading: Desk, missing: str) -> None:
    """One unknown or archived id refuses the whole call and is named."""
    said = reading.refusal("set_status", ids=[TENT, missing.strip("'")], status="PAUSED")
    assert f"Not a campaign, ad set or ad of {ACCOUNT}: {missing} (" in said


def test_many_missing_ids_are_counted(reading: Desk) -> None:
    """Only the first few are named, with how many more there are."""
    said = reading.refusal("set_status", ids=[str(n) for n in range(200)], status="PAUSED")
    assert "0, 1, 2, 3, 4 and 195 more" in said


def test_many_objects_are_found_in_one_request(desk: Desk) -> None:
    """All levels of seventy ids are looked up in a single batch; three more requests say what starting them adds."""
    ads = [row["id"] for row in desk.graph(f"{ACCOUNT}/ads", fields="id", limit=500)["data"]]
    requests = desk.wire.stats.requests
    proposal = desk.propose("set_status", ids=[*ads, SPRING, BROAD], status="ACTIVE")
    assert desk.wire.stats.requests <= requests + 4
    assert {c.target for c in proposal.changes} == {
        ad for ad in ads if desk.world.nodes[ad].data["status"] == "PAUSED"
    }


def test_an_account_in_yen_counts_in_yen(made: Callable[..., Desk]) -> None:
    """Without decimals a spend of 700 yen in seven days is 100 minor units a day."""
    row = {"id": "1", "name": "Ad", "status": "ACTIVE", "adset": {"daily_budget": "9000"}, "adset_id": "7"}
    desk = made("JPY", ads=[row], insights=[{"ad_id": "1", "spend": "700"}])
    assert desk.one("set_status", ids=["1"], status="PAUSED").spend.stays_minor == 100
    desk = made("JPY", ads=[row | {"status": "PAUSED"}])
    spend = desk.one("set_status", ids=["1"], status="ACTIVE").spend
    assert spend == Spend(daily_minor=9000, currency="JPY", note="at most 9,000 JPY per day")
