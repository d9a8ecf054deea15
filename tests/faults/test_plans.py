"""The plans of the histories know every kind of change, and every setting that a change of what is there can have."""

from collections import defaultdict

import httpx
import pytest

from tests.faults import faults
from tests.faults.history import History
from tests.faults.plans import MAKERS, Wish
from tests.faults.server import Exchange
from tools.domain.change_kind import Limit
from tools.domain.kinds import KINDS

RESET_AFTER = faults.lost("reset after", httpx.ReadError, after=True)


@pytest.fixture
def planned(history: History):
    """All changes that any wish, for its first and for its second thing, leads to on a new account."""
    wishes = [[Wish(what, index)] for what in MAKERS for index in range(2)]
    sets = [history.planner.plan(wish) for wish in wishes]
    return [change for change_set in sets if change_set for change in change_set.changes]


def test_every_kind_of_change_is_planned(planned):
    """A kind that is added to the table, and forgotten here, would never meet a lost answer."""
    assert {change.kind for change in planned} == KINDS.keys()


def test_every_setting_is_planned(planned):
    """What a change of what is there may set is set by some plan, budgets for a lifetime apart."""
    sent = defaultdict(set)
    for change in planned:
        sent[change.kind] |= change.request.params.keys()
    settable = {k: row for k, row in KINDS.items() if not row.creates and row.limit is not Limit.BUDGET_STEP}
    assert {kind: sent[kind] for kind in settable} == {
        k: row.parameters.keys() for k, row in settable.items()
    }


@pytest.mark.parametrize("what", MAKERS)
def test_each_wish_comes_true_without_an_answer(history: History, what):
    """All answers to its writes are lost: each change is found where it is, once, and nothing is sent again."""
    change_set = history.propose([Wish(what, 0, 2)])
    history.run(change_set, [_lost] * 9)
    outcomes = history.observer.outcomes(change_set)
    assert {(o.state, o.attempt) for o in outcomes} == {("CONFIRMED", 1)}
    history.end()


def _lost(exchange: Exchange) -> httpx.Response:
    """Executed, and never answered; the parts of a video come before anything is made."""
    return exchange.answer(exchange.run()) if exchange.part else RESET_AFTER(exchange)
