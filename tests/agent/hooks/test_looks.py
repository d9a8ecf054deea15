"""What was told is looked at, once, whatever order it came in and whoever died meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from agent.cli.fleet.hooks import _line
from agent.fleet.due_work import MOST_BESIDE
from agent.fleet.orders import Claim, End
from agent.hooks.look_queue import AGAIN_AFTER_S, KEPT, MOST_ATTEMPTS, Look, LookQueue
from agent.hooks.looking import Looker
from agent.setup.stops import Exit
from tests.agent.hooks.conftest import AT, OPTIONS, Door, body, issue
from tests.agent.support import Clock, Killed

Open = Callable[[], LookQueue]


class Crew:
    """Workers of a state folder, whose looks end as they are told to."""

    def __init__(self, state: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state, self.alive = state, set[str]()
        self.looked = list[tuple[str, str]]()
        self.told = list[tuple[str, int, str]]()
        self.during = list[Callable[[], End]]()
        monkeypatch.setattr(LookQueue, "of", lambda state: LookQueue(state / "hooks.sqlite", now=clock.now))

    def round(self, owner: str = "a") -> list[int]:
        return Looker(self.state, self._look, self._tell, self.alive.__contains__).round(owner, MOST_BESIDE)

    def _look(self, _: Claim, look: Look) -> End:
        self.looked.append((look.object_id, look.said))
        return self.during.pop(0)() if self.during else End("done", Exit.DONE, "fine")

    def _tell(self, claim: Claim, end: End, _: str) -> None:
        self.told.append((claim.order.id, int(end.exit_code), end.answer))


@pytest.fixture
def crew(state: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Crew:
    return Crew(state, clock, monkeypatch)


def die() -> End:
    raise Killed


def no_net() -> End:
    return End("error", Exit.META, "Meta was not reached.", passing=True)


def test_no_webhook_no_work(crew: Crew, state: Path) -> None:
    """Who uses none has no file of them either."""
    assert crew.round() == []
    assert not state.exists()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_same_again_in_any_order_is_one_look(door: Door, crew: Crew, order: tuple[int, ...]) -> None:
    """Three events for one object, each three times, shuffled: the newest is looked at, once."""
    told = [body(issue(words=f"state {number}"), at=AT + number) for number in range(3)]
    for number in (*order, *reversed(order), *order):
        assert door.post(told[number]).status == 200
    assert crew.round() == [0]
    assert crew.looked == [("111", "state 2")]
    for number in order:  # and again, after it was looked at
        door.post(told[number])
    assert (crew.round(), len(crew.told)) == ([], 1)


def test_what_is_newer_is_looked_at_again(door: Door, crew: Crew, queue: LookQueue) -> None:
    """An object that changes after a look is looked at once more; an older event that comes late is not."""
    door.post(body(issue(words="first"), at=AT + 10))
    crew.round()
    door.post(body(issue(words="older"), at=AT))
    door.post(body(issue(words="newer"), at=AT + 20))
    assert crew.round() == [0]
    assert crew.looked == [("111", "first"), ("111", "newer")]
    assert [look.state for look in reversed(queue.newest(9))] == ["ended", "superseded", "ended"]


def test_in_one_body_or_in_several_it_is_the_same_event(door: Door, crew: Crew, queue: LookQueue) -> None:
    """Meta puts events together as it likes when it sends them again."""
    door.post(body(issue(1), issue(2)))
    door.post(body(issue(2)))
    door.post(body(issue(3), issue(1)))
    assert [look.object_id for look in queue.newest(9)] == ["3", "2", "1"]
    assert crew.round() == [0, 0, 0]


def test_other_objects_fields_and_worlds_are_apart(door: Door, crew: Crew, queue: LookQueue) -> None:
    """Only an event for the same object, of the same kind, in the same world takes another's place."""
    door.post(body(issue(1), issue(2)))
    door.post(body(("in_process_ad_objects", {"id": "1", "status_name": "ACTIVE"})))
    door.post(body(issue(1), account="99"))
    door.receiver.options = OPTIONS | {"sandbox": False}
    door.post(body(issue(1)))
    assert {look.state for look in queue.newest(9)} == {"waiting"}
    assert len(crew.round()) == 5


def test_a_clock_of_the_future_hides_nothing(door: Door, crew: Crew, clock: Clock) -> None:
    """An event that says it is of next year is of now, so that what comes after it counts."""
    door.post(body(issue(words="odd"), at=AT + 10**8))
    crew.round()
    clock.later(60)
    door.post(body(issue(words="next"), at=int(clock.now().timestamp())))
    assert (crew.round(), crew.looked[-1]) == ([0], ("111", "next"))


def test_a_kill_between_keeping_and_looking_loses_nothing(door: Door, crew: Crew, open_queue: Open) -> None:
    """What was answered with 200 is on the disk: another process looks at it."""
    door.post(body(issue()))
    door.receiver.queue.close()
    assert crew.round() == [0]
    assert [look.state for look in open_queue().newest(9)] == ["ended"]


def test_a_look_outlives_its_worker(door: Door, crew: Crew) -> None:
    """What a dead worker had taken is taken again, what a living one has is left to it; in the end it is given up and told."""
    door.post(body(issue()))
    for attempt in range(MOST_ATTEMPTS):
        crew.during = [die]
        with pytest.raises(Killed):
            crew.round(f"w{attempt}")
        crew.alive = {f"w{attempt}"}
        assert crew.round("other") == []
        crew.alive = set()
    assert crew.round() == []
    ((name, code, answer),) = crew.told
    assert (name, code, len(crew.looked)) == ("w1", 130, MOST_ATTEMPTS)
    assert answer.endswith("Its worker ended each time it was looked at.")


def test_who_stops_a_worker_stops_no_look(door: Door, crew: Crew) -> None:
    """Ctrl-C in the middle leaves the look to the next worker, and tells nothing yet."""
    door.post(body(issue()))
    crew.during = [lambda: End("error", Exit.INTERRUPTED, "Stopped.")]
    with pytest.raises(KeyboardInterrupt):
        crew.round()
    assert crew.told == []
    assert crew.round() == [0]


def test_a_look_that_does_not_reach_meta_is_tried_again_later(door: Door, crew: Crew, clock: Clock) -> None:
    """With growing waits, a few times; only its last end is told."""
    door.post(body(issue()))
    crew.during = [no_net] * MOST_ATTEMPTS
    for wait_s in AGAIN_AFTER_S:
        assert (crew.round(), crew.told) == ([], [])
        clock.later(wait_s - 1)
        assert crew.round() == []
        clock.later(2)
    assert crew.round() == [4]
    said = (
        "Meta tells that 111 of act_123456789 has issues: “Ad post is not available”.\nMeta was not reached."
    )
    assert crew.told == [("w1", 4, said)]
    assert len(crew.looked) == MOST_ATTEMPTS


def test_what_lasts_is_not_tried_again(door: Door, crew: Crew, clock: Clock) -> None:
    """A dead token or a missing permission is met once, and told at once."""
    door.post(body(issue()))
    crew.during = [lambda: End("error", Exit.META, "Meta error 190: the token has expired.")]
    assert (crew.round(), len(crew.told)) == ([4], 1)
    clock.later(AGAIN_AFTER_S[-1])
    assert (crew.round(), len(crew.looked)) == ([], 1)


def test_an_end_that_is_not_its_owners_counts_no_more(door: Door, queue: LookQueue, open_queue: Open) -> None:
    """A worker that was taken for dead and wakes up changes nothing of what another does."""
    door.post(body(issue()))
    slept, other = queue.take("slept"), open_queue()
    assert slept is not None
    other.put_back(slept)
    assert other.take("awake") is not None
    queue.finish(slept, End("done", 0, "late"))
    assert [(look.state, look.owner) for look in other.newest(9)] == [("running", "awake")]


def test_events_are_known_for_a_month_and_then_forgotten(
    door: Door, crew: Crew, queue: LookQueue, clock: Clock
) -> None:
    """Longer than Meta tries to deliver one; what nobody has looked at yet is never forgotten."""
    door.post(body(issue(1)))
    crew.round()
    door.post(body(issue(2)))
    clock.later((KEPT - timedelta(hours=1)).total_seconds())
    door.post(body(issue(1)))
    assert [look.object_id for look in queue.newest(9)] == ["2", "1"]
    clock.later(7200)
    door.post(body(issue(3)))
    assert [look.object_id for look in queue.newest(9)] == ["3", "2"]


def test_a_flood_is_looked_at_a_part_at_a_time(door: Door, crew: Crew) -> None:
    """Whatever one body tells of: nothing of it is lost, and the schedules have their turn between."""
    door.post(body(*(issue(number) for number in range(1, MOST_BESIDE + 3))))
    assert [len(crew.round()) for _ in range(3)] == [MOST_BESIDE, 2, 0]


def test_what_meta_says_is_kept_without_secrets(door: Door, queue: LookQueue) -> None:
    """A token in a message of Meta's is not listed, printed or told on."""
    door.post(body(issue(words="see https://x.example/?access_token=EAAcanary0123456789canary0123 now")))
    (look,) = queue.newest(9)
    assert look.said == "see https://x.example/?access_token=[hidden] now"


def test_a_field_of_a_newer_release_is_left_to_it(door: Door, crew: Crew, queue: LookQueue) -> None:
    """Machines of two releases may share the queue: what one does not know takes none of its workers down, and is listed."""
    door.post(body(issue(1), issue(2)))
    for state in ("waiting", "running"):
        queue.run("UPDATE looks SET field='next_year', state=? WHERE object_id='1'", state)
        crew.round()
    assert (crew.looked, [look.state for look in queue.newest(9)]) == (
        [("2", "Ad post is not available")],
        ["ended", "running"],
    )
    assert "1 of act_123456789 next_year: “Ad post is not available” · being looked at" in _line(
        queue.newest(9)[1]
    )
