"""Histories that once broke a promise, each as short as it could be made."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import httpx
import pytest

from agent.writes.apply import IN_VAIN
from tests.faults import faults
from tests.faults.account import PERSON
from tests.faults.faults import OLDEST
from tests.faults.history import History
from tests.faults.plans import Wish
from tests.faults.server import LATE_S, SHOWN_S, Exchange

STATUS, BUDGET, DELETE = Wish("ad status"), Wish("budget"), Wish("delete ads")
UPDATES = pytest.mark.parametrize("wish", [STATUS, BUDGET, DELETE], ids=lambda wish: wish.what)
AN_HOUR = faults.answered("throttled for an hour", faults.THROTTLES["80004, an hour"])
CUT_AFTER = faults.lost("reset after", httpx.ReadError, after=True)
NOT_SHOWN = faults.stale(0, SHOWN_S)


@UPDATES
def test_a_late_update_is_not_made_twice(history: History, wish: Wish):
    """Meta executes a change a minute after the connection broke: one change, not two."""
    change_set = history.propose([wish])
    history.run(change_set, [faults.late(LATE_S, reset=True)])
    history.end()


@UPDATES
def test_a_late_update_is_not_called_unsent(history: History, wish: Wish):
    """The first attempt may still be executed when the second is throttled: it stays unknown until settled."""
    change_set = history.propose([wish])
    history.run(change_set, [faults.late(10, reset=True), AN_HOUR])
    history.run(change_set, [AN_HOUR])
    history.end()


@UPDATES
def test_an_update_that_is_not_shown_yet_is_not_called_unsent(history: History, wish: Wish):
    """A read that is seconds old does not prove that a change was not made."""
    change_set = history.propose([wish])
    history.clock.sleep(60)
    history.run(change_set, [CUT_AFTER, AN_HOUR], [None, NOT_SHOWN])
    history.end()


@UPDATES
def test_an_update_refused_with_an_odd_code_is_looked_for_until_it_must_be_there(
    history: History, wish: Wish
):
    """A code nobody knows came with a change that was made; one look too early must not call it refused."""
    change_set = history.propose([wish])
    history.clock.sleep(60)
    odd = faults.answered("unknown code after", faults.error(faults.UNKNOWN_CODE), after=True)
    history.run(change_set, [odd], [None, NOT_SHOWN])
    history.end()


@UPDATES
def test_a_refused_second_attempt_does_not_unmake_the_first(history: History, wish: Wish):
    """The first attempt was made without an answer, the second is refused: what happened is not called refused."""
    change_set = history.propose([wish])
    history.clock.sleep(60)
    history.run(change_set, [CUT_AFTER, *faults.REFUSED[:1]], [None, NOT_SHOWN])
    history.end()


def test_an_upload_that_is_not_listed_yet_is_not_called_unsent(history: History):
    """An image in the library is found there, or unknown, but never called not sent."""
    change_set = history.propose([Wish("launch")])
    history.run(change_set, [CUT_AFTER, AN_HOUR], [OLDEST])
    history.end()


def test_an_ad_that_is_not_listed_yet_is_no_conflict(history: History):
    """Meta gave an id; that its lists do not show the ad within seconds contradicts nothing."""
    change_set = history.propose([Wish("new ads")])
    history.run(change_set, reads=[OLDEST] * 3)
    history.end()


def test_an_archived_ad_is_not_a_deleted_one(history: History):
    """A person archived the ad before it was to be deleted: it is not there in lists, and yet not deleted."""
    change_set = history.propose([DELETE])
    history.clock.sleep(60)
    history.meddle("ARCHIVED", 0)
    history.run(change_set)
    history.end()


MADE = [Wish("structure", 0, 2), Wish("structure", 1, 2), Wish("refresh", 0, 2)]


@pytest.mark.parametrize("wish", MADE, ids=["campaign", "ad sets", "refresh"])
@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("after_s", [10, LATE_S])
def test_what_is_made_late_is_not_made_twice(history: History, wish: Wish, position: int, after_s: float):
    """A campaign, an ad set, a creative or an ad's new creative comes a minute after its answer was lost."""
    change_set = history.propose([wish])
    history.run(change_set, [*[None] * position, faults.late(after_s, reset=True)], [OLDEST])
    history.end()


@pytest.mark.parametrize("wish", MADE, ids=["campaign", "ad sets", "refresh"])
def test_a_death_at_any_step_leaves_nothing_twice(
    new_history: Callable[[], AbstractContextManager[History]], wish: Wish
):
    """Wherever it dies, applied again the chain ends whole, and no object is made twice."""
    with new_history() as history:
        history.run(history.propose([wish]))
        steps = history.steps
    for step in range(1, steps + 1):
        with new_history() as history:
            change_set = history.propose([wish])
            history.run(change_set, dies_at=step)
            history.end()


def test_a_deletion_is_asked_for_again_after_what_was_sent_before_it(history: History):
    """While the picture of the same set goes up somebody changes the ad: it was read a moment ago, and is not deleted."""
    change_set = history.propose([Wish("launch"), DELETE])

    def edited(exchange: Exchange) -> httpx.Response:
        kept, history.account.who = history.account.who, PERSON
        history.account.update(change_set.changes[-1].target, {"creative_id": "42"})
        history.account.who = kept
        return exchange.answer(exchange.run())

    history.run(change_set, [edited])
    assert history.observer.outcomes(change_set)[-1].state == "CONFLICT"
    assert not [commit for commit in history.account.commits if commit.verb == "delete"]
    history.end()


IN_IT = [Wish("ad set name"), Wish("archive campaigns")]
SOME_LATER = faults.items("items throttled 4", faults.Items(1, 5), faults.THROTTLES["4"])


@pytest.mark.parametrize("wishes", [IN_IT, IN_IT[::-1]], ids=["before", "after"])
def test_what_stands_in_something_archived_later_was_done(history: History, wishes: list[Wish]):
    """An ad set is renamed and its campaign archived by one set: no list shows it then, and both were done."""
    change_set = history.propose(wishes)
    history.run(change_set)
    assert {o.state for o in history.observer.outcomes(change_set)} == {"CONFIRMED"}
    assert [c.verb + str(c.values) for c in history.account.commits][-1] == "update{'status': 'ARCHIVED'}"
    history.end()


def test_one_removal_does_not_stop_another(history: History):
    """The ads that vanish with an archived campaign are no reason to leave alone what is deleted inside of it."""
    change_set = history.propose([Wish("archive campaigns"), Wish("delete ad sets")])
    history.run(change_set, [SOME_LATER])
    assert [o.state for o in history.observer.outcomes(change_set)] == ["CONFIRMED"] * 2
    history.end()


def test_a_rule_that_is_gone_or_changed_is_not_deleted(history: History):
    """It was deleted by a person, or switched off, since the deletion was proposed: nothing is sent."""
    change_set = history.propose([Wish("delete rules", 0, 2)])
    history.clock.sleep(60)
    history.meddle("DELETED", 0)
    history.meddle("status", 1)
    history.run(change_set)
    told = [(o.state, o.note) for o in history.observer.outcomes(change_set)]
    assert told[0] == ("CONFIRMED", "was so already; nothing sent")
    assert told[1] == ("CONFLICT", "reads status DISABLED")
    assert history.server.seen["write requests"] == 0
    history.end()


def test_what_is_perhaps_being_started_is_not_read_back_as_paused(history: History):
    """An activation without an answer happens while its last attempt fails: the ad that its set made is as it should be."""
    refused = faults.lost("no connection in time", httpx.ConnectTimeout, waited_s=5)
    change_set = history.propose([Wish("started structure", 1)])
    history.run(change_set, [None, None, refused, refused, faults.late(3, reset=True), refused])
    history.end()
    assert {o.state for o in history.observer.outcomes(change_set)} == {"CONFIRMED"}


def test_a_video_that_was_tried_is_not_called_unsent(
    new_history: Callable[[], AbstractContextManager[History]],
):
    """It dies while a video goes up, and the ad set of its ad is deleted meanwhile: the video was tried, and is given up."""
    said = set[str]()
    for step in range(1, 20):
        with new_history() as history:
            change_set = history.propose([Wish("video")])
            history.run(change_set, fresh=True, dies_at=step)
            history.account.who, kept = PERSON, history.account.who
            history.account.update(change_set.changes[-1].request.params["adset_id"], {"status": "DELETED"})
            history.account.who = kept
            history.end()
            said |= {o.note for o in history.observer.outcomes(change_set) if o.state == "REJECTED"}
    assert {f"not sent, {IN_VAIN}", f"given up after it failed, {IN_VAIN}"} <= said


def test_a_rule_that_a_copy_made_is_found_under_another_name(history: History):
    """The folder is copied while a new rule is approved, the copy makes it, and somebody adds to its name: it is not made again."""
    change_set = history.propose([Wish("rules")])
    here, history.place = history.place, history.copy()
    history.run(change_set)
    history.meddle("name", 0)
    history.place = here
    history.run(change_set)
    assert [commit.verb for commit in history.account.commits if commit.who != PERSON] == ["create"]
    history.end()


@pytest.mark.parametrize("index", [0, 1])
def test_what_was_made_in_something_archived_later_was_done(history: History, index: int):
    """What is new is started, and the campaign around it archived, by one set: no list shows it then, and all were done."""
    change_set = history.propose([Wish("started structure", index), Wish("archive campaigns")])
    history.run(change_set)
    history.end()
    assert {o.state for o in history.observer.outcomes(change_set)} == {"CONFIRMED"}
