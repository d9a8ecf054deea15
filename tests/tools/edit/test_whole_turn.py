"""What a set does to spend is counted over the whole of it, in whichever calls and whatever order it was put together."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

from tests.tools.support import BROAD, EARLY_BIRD, PROSPECTING, SPRING, SUMMER, Desk
from tools.domain.changes import Change
from tools.edit.whole_turn import together
from tools.graph import AnswerLost

Call = tuple[str, dict[str, Any]]
LATER = "2027-06-01"


def status(to: str, *ids: str) -> Call:
    return "set_status", {"ids": list(ids), "status": to}


def on(*ids: str) -> Call:
    return status("ACTIVE", *ids)


def off(*ids: str) -> Call:
    return status("PAUSED", *ids)


EXTENDED: Call = ("edit_limits", {"id": PROSPECTING, "end_time": LATER})
RAISED: Call = ("set_budget", {"id": PROSPECTING, "daily_budget": "3000 USD"})


def turn(desk: Desk, *calls: Call) -> tuple[Change, ...]:
    """The changes of one turn of these calls."""
    desk.context.pending = []
    made = [change for name, arguments in calls for change in desk.propose(name, **arguments).changes]
    return together(desk.context, made)


def added(desk: Desk, *calls: Call) -> int | None:
    """What the turn adds to a day; None where part of it is not known."""
    minors = [change.spend.daily_minor for change in turn(desk, *calls)]
    return None if None in minors else sum(minor or 0 for minor in minors)


def only_prospecting(desk: Desk) -> None:
    """The campaign and all in it is paused."""
    for row in desk.graph(f"{SUMMER}/adsets", fields="id", limit=50)["data"]:
        desk.elsewhere(str(row["id"]), status="PAUSED")
    desk.elsewhere(SUMMER, status="PAUSED")


def over(desk: Desk, budget: str = "daily_budget") -> None:
    """The ad set is paused and ended yesterday, with a budget of 2,000.00 a day, or of 200,000.00."""
    desk.elsewhere(PROSPECTING, status="PAUSED")
    data = desk.world.nodes[PROSPECTING].data
    data.pop("daily_budget")
    end = desk.context.now() - timedelta(days=1)
    data |= {
        budget: "200000" if budget == "daily_budget" else "20000000",
        "end_time": f"{end:%Y-%m-%dT%H:%M:%S%z}",
    }


def unended(desk: Desk) -> int:
    """What an ad set that had no end would take of its lifetime budget in a day, until LATER."""
    left = int(desk.graph(PROSPECTING, fields="budget_remaining")["budget_remaining"])
    (change,) = turn(desk, EXTENDED)
    assert change.spend.daily_minor is not None
    assert 0 < change.spend.daily_minor < left / 30
    return change.spend.daily_minor


def in_any_order(desk: Desk, *calls: Call) -> set[int | None]:
    return {added(desk, *order) for order in permutations(calls)}


def test_parent_and_child_started_by_two_calls(desk: Desk) -> None:
    """An ad set under a paused campaign, and that campaign, and an ad in it, add the ad set's budget once, in any order."""
    only_prospecting(desk)
    budget = int(desk.state()[PROSPECTING]["daily_budget"])
    assert added(desk, on(PROSPECTING, SUMMER)) == budget
    assert in_any_order(desk, on(PROSPECTING), on(SUMMER), on(EARLY_BIRD)) == {budget}
    assert in_any_order(desk, on(PROSPECTING), on(SUMMER), RAISED) == {300000}
    assert added(desk, on(PROSPECTING), on(EARLY_BIRD)) == 0


def test_parent_and_child_paused_by_two_calls(reading: Desk) -> None:
    """What an ad set and its ad spent is saved with the campaign, once; so is what its lower budget would save."""
    desk = reading
    whole = added(desk, off(SUMMER))
    ad = next(
        r["id"]
        for r in desk.graph(f"{PROSPECTING}/ads", fields="id,status", limit=9)["data"]
        if r["status"] == "ACTIVE"
    )
    lower: Call = ("set_budget", {"id": PROSPECTING, "daily_budget": "20 USD"})
    assert in_any_order(desk, off(SUMMER), off(PROSPECTING), off(str(ad))) == {whole}
    assert in_any_order(desk, off(SUMMER), lower) == {whole}
    assert in_any_order(desk, off(PROSPECTING), lower) == {added(desk, off(PROSPECTING))}


def test_an_end_that_is_past_and_is_moved_in_the_turn_that_starts(desk: Desk) -> None:
    """Alone neither runs; together the whole budget does, and an ad in it adds none of its own."""
    over(desk)
    assert added(desk, on(PROSPECTING)) == 0
    assert in_any_order(desk, on(PROSPECTING), EXTENDED, on(EARLY_BIRD)) == {200000}
    narrower: Call = ("edit_targeting", {"adset_ids": [PROSPECTING], "age_min": 30})
    assert in_any_order(desk, on(PROSPECTING), EXTENDED, narrower) == {200000}


def test_a_lifetime_budget_that_is_over_takes_nothing_of_a_day(desk: Desk) -> None:
    """A later end adds what it leaves for each day until then, alone as with what starts it, and counts it once."""
    over(desk, "lifetime_budget")
    rate = unended(desk)
    assert in_any_order(desk, on(PROSPECTING), EXTENDED) == {rate}
    only_prospecting(desk)
    assert in_any_order(desk, on(PROSPECTING), EXTENDED, on(SUMMER)) == {rate}


def test_a_later_end_lowers_nothing_of_what_is_started(desk: Desk) -> None:
    """The edit may fail, and what is left of a lifetime budget then goes in the days until the end that there is."""
    over(desk, "lifetime_budget")
    end = desk.context.now() + timedelta(days=2)
    desk.world.nodes[PROSPECTING].data["end_time"] = f"{end:%Y-%m-%dT%H:%M:%S%z}"
    alone = added(desk, on(PROSPECTING))
    assert alone is not None
    assert alone > 1_000_000
    assert in_any_order(desk, on(PROSPECTING), EXTENDED) == {alone}


def test_what_is_made_in_the_turn_counts_with_what_is_started(desk: Desk) -> None:
    """A new ad set in a paused campaign, started with that campaign, adds its own budget."""
    only_prospecting(desk)
    new: Call = (
        "create_ad_set",
        {"name": "New", "campaign_id": SUMMER, "targeting": {"countries": ["US"]}, "daily_budget": "10 USD"},
    )
    budget = 1000 + int(desk.state()[PROSPECTING]["daily_budget"])
    for order in permutations([on("new:New"), on(SUMMER), on(PROSPECTING)]):
        assert added(desk, new, *order) == budget


def test_what_cannot_be_read_together_is_not_known(desk: Desk) -> None:
    """Then a person decides, whatever the calls said one by one."""
    only_prospecting(desk)
    made = turn(desk, on(PROSPECTING), on(SUMMER))
    desk.context.graph = Unreadable()
    assert {change.spend.daily_minor for change in together(desk.context, made)} == {None}


class Unreadable:
    """An account that Meta does not show."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def fails(*_: object, **__: object) -> Any:
            raise AnswerLost("no answer")

        return fails


def test_a_budget_above_what_is_over_is_not_being_spent(desk: Desk) -> None:
    """Meta leaves ACTIVE on ads of an ad set that ended; another one that starts takes the campaign's budget anew."""
    end = f"{desk.context.now() - timedelta(days=1):%Y-%m-%dT%H:%M:%S%z}"
    desk.elsewhere(BROAD, status="PAUSED")
    assert added(desk, on(BROAD)) == 0
    for row in desk.graph(f"{SPRING}/adsets", fields="id", limit=50)["data"]:
        if row["id"] != BROAD:
            desk.world.nodes[str(row["id"])].data["end_time"] = end
    assert added(desk, on(BROAD)) == int(desk.state()[SPRING]["daily_budget"])
