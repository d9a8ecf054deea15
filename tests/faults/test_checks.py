"""The checks can fail: each promise is broken once, by a client that is made worse than ours, and is seen broken."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.writes.look import Sighting, Witness
from agent.writes.resolve import Settler
from agent.writes.store import Store
from tests.faults import checks, faults
from tests.faults.account import PERSON
from tests.faults.checks import Violation
from tests.faults.history import History
from tests.faults.plans import Wish
from tests.faults.process import Process
from tools.graph import GraphError, GraphFailure, GraphWriter, NotSent

AFTER = next(fault for fault in faults.BROKEN if fault.name == "HTML 502 after")
BEFORE = next(fault for fault in faults.BROKEN if fault.name == "HTML 502 before")


def writer_that(answers: Callable[[Any], Any]) -> type[GraphWriter]:
    """A writer that tells something else where an answer was lost."""

    class Worse(GraphWriter):
        def send(self, requests):
            outcomes = super().send(requests)
            return [answers(o) if isinstance(o, GraphFailure) else o for o in outcomes]

    return Worse


def broken(history: History, wishes: list[Wish], *writes: Any) -> str:
    """Which promise a history breaks."""
    change_set = history.propose(wishes)
    try:
        history.run(change_set, writes)
        history.end()
    except Violation as seen:
        return seen.kind
    return "none"


@pytest.mark.parametrize(("wish", "before"), [("new ads", 0), ("launch", 1), ("rules", 0), ("video", 3)])
def test_a_double_is_seen(history, monkeypatch, wish, before):
    """A client whose look finds nothing makes a create twice."""
    monkeypatch.setattr(Witness, "look", lambda *_, **__: Sighting())
    assert broken(history, [Wish(wish)], *[None] * before, AFTER) == "doubled"


def test_an_activation_that_never_was_is_seen(history, monkeypatch):
    """A client that takes a lost answer for a success calls what its own set made active, and it is not."""
    monkeypatch.setattr(
        "tests.faults.process.GraphWriter", writer_that(lambda _: {"success": True, "id": "9"})
    )
    monkeypatch.setattr(Settler, "prove", lambda *_: None)
    assert broken(history, [Wish("started structure", 1)], None, None, BEFORE) == "lie"


def test_a_lie_is_seen(history, monkeypatch):
    """A client that takes a lost answer for a success calls something done that never was."""
    believing = writer_that(lambda _: {"success": True, "id": "999"})
    monkeypatch.setattr("tests.faults.process.GraphWriter", believing)
    assert broken(history, [Wish("launch")], None, BEFORE) == "lie"


def test_a_lie_about_what_was_approved_is_seen(history):
    """An ad that is made in another ad set than the one approved is not what was approved."""

    def elsewhere(exchange):
        (call,) = exchange.calls
        call.params["adset_id"] = "23"
        return exchange.answer(exchange.run())

    assert broken(history, [Wish("new ads")], elsewhere) == "lie"


def test_what_is_not_reported_is_seen(history, monkeypatch):
    """A client that takes a lost answer for a refusal calls something refused that was done."""
    giving_up = writer_that(lambda _: GraphError({"code": 100}, http_status=400))
    monkeypatch.setattr("tests.faults.process.GraphWriter", giving_up)
    assert broken(history, [Wish("ad status")], AFTER) == "unreported"


def test_an_invented_refusal_is_seen(history, monkeypatch):
    """The same client calls something refused that nobody refused."""
    giving_up = writer_that(lambda _: GraphError({"code": 100}, http_status=400))
    monkeypatch.setattr("tests.faults.process.GraphWriter", giving_up)
    assert broken(history, [Wish("ad status")], BEFORE) == "invented"


def test_a_budget_that_is_set_twice_is_seen(history, monkeypatch):
    """A client that takes a lost answer for a lost request sends a budget again at once."""
    hasty = writer_that(lambda _: NotSent("believed"))
    monkeypatch.setattr("tests.faults.process.GraphWriter", hasty)
    assert broken(history, [Wish("budget")], AFTER) == "doubled"


def test_a_write_that_was_not_announced_is_seen(history, monkeypatch):
    """A journal that is written only after sending is not written first."""
    event = Store.event
    monkeypatch.setattr(
        Store, "event", lambda self, run, name, *rest: name == "sent" or event(self, run, name, *rest)
    )
    assert broken(history, [Wish("ad status")]) == "unannounced"


def test_a_change_that_never_comes_to_an_end_is_seen(history):
    """A program that dies at its first step each time loses the plan."""

    def stillborn(place, server, steps, **more):
        steps.dies_at = 1
        return Process(place, server, steps, **more)

    history._make = stillborn
    assert broken(history, [Wish("ad status")]) == "lost"


def test_a_false_conflict_is_seen(history, monkeypatch):
    """A client that calls everything a conflict has nobody to blame."""
    monkeypatch.setattr(
        Witness, "look_all", lambda _, changes: [Sighting(conflict="is odd") for _ in changes]
    )
    assert broken(history, [Wish("new ads")]) == "false conflict"


def test_a_needless_write_is_seen(history):
    """Sending again what the journal already has confirmed is needless, whatever it does."""
    change_set = history.propose([Wish("ad status")])
    history.run(change_set)
    history.account.arrival += 1
    history.server.places[history.account.arrival] = history.place
    history.server.requested[0] = (history.account.arrival, *history.server.requested[0][1:])
    with pytest.raises(Violation, match="needless"):
        checks.after_a_run(history)


def test_a_write_that_nobody_planned_is_seen(history):
    """What is written in the name of a set must be in the set."""
    change_set = history.propose([Wish("ad status")])
    history.account.who = change_set.id
    history.account.update("3030", {"status": "PAUSED"})
    with pytest.raises(Violation, match="stranger"):
        checks.after_a_run(history)


def test_a_budget_changed_too_often_is_seen(history):
    """The fifth change within an hour would lock the ad set."""
    change_set = history.propose([Wish("budget")])
    history.account.who = change_set.id
    for minor in range(5):
        history.account.update(change_set.changes[0].target, {"daily_budget": str(3000 + minor)})
    with pytest.raises(Violation, match="budget locked"):
        checks._budgets_unlocked(history)


EDITED = [
    ("budget", "targeting"),
    ("ad status", "creative"),
    ("ad status", "above status"),
    ("refresh", "above budget"),
]


@pytest.mark.parametrize(("wish", "edit"), [*EDITED, ("new ads", "status"), ("delete ads", "creative")])
def test_a_write_into_another_world_is_seen(history, monkeypatch, wish, edit):
    """A client that compares nothing sends what was approved before somebody's edit."""
    monkeypatch.setattr("agent.writes.resolve.differences", lambda *_: "")
    change_set = history.propose([Wish(wish, 4 if wish == "ad status" else 0)])
    if wish == "new ads":
        history.account.update("20", {"status": "PAUSED"})
    elif wish == "refresh":
        history.account.update("20", {"daily_budget": "9000000"})
    else:
        history.meddle(edit, 0)
    with pytest.raises(Violation, match="moved"):
        history.run(change_set)


@pytest.mark.parametrize("wish", ["budget", "delete ads", "refresh"])
def test_a_comparison_that_is_kept_over_a_wait_is_seen(history, monkeypatch, wish):
    """A client that looks once does not see an edit of the minute in which it was throttled."""
    monkeypatch.setattr(Settler, "still_standing", lambda _, __, group: list(group))
    change_set = history.propose([Wish(wish)])

    def throttled(exchange):
        for id_ in ("20", "3000"):
            edit = {"targeting": {}} if id_ == "20" else {"creative_id": "42"}
            kept, history.account.who = history.account.who, PERSON
            history.account.update(id_, edit)
            history.account.who = kept
        return faults.answered("throttled", faults.THROTTLES["17/2446079"])(exchange)

    writes = [None, throttled] if wish == "refresh" else [throttled]
    with pytest.raises(Violation, match="moved"):
        history.run(change_set, writes)


def test_an_edit_after_the_last_look_is_nobodys_fault(history):
    """Between the last read and the write nobody can know better."""
    change_set = history.propose([Wish("budget")])

    def edited(exchange):
        kept, history.account.who = history.account.who, PERSON
        history.account.update("20", {"targeting": {}})
        history.account.who = kept
        return exchange.answer(exchange.run())

    history.run(change_set, [edited])
    history.end()
