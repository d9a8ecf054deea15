"""Each target is told each thing once, when it may be, and whatever goes wrong is a line."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.notices import apprise_sender, messenger
from agent.notices.messenger import deliver
from agent.notices.notice_ledger import NoticeLedger
from agent.notices.notice_text import Notice
from agent.writes.journal import Journal
from tests.agent.fleet.test_pending_sets import proposed
from tests.agent.notices.conftest import Hall
from tests.agent.support import Clock
from tools.domain.notify.notify_targets import NotifyTarget, notify_targets
from tools.domain.text import zone_of

HOUR_S = 3_600
NEW_YORK = zone_of("America/New_York")
Tell = Callable[..., list[str]]


def targets(text: str) -> tuple[NotifyTarget, ...]:
    found = notify_targets(text)
    assert isinstance(found, tuple)
    return found


def problem(number: int = 1) -> Notice:
    return Notice(f"problem {number}", "problems", "LIVE · Shop (act_1)", f"problem {number}")


@pytest.fixture
def tell(state: Path, clock: Clock) -> Tell:
    """Tells the targets of a text what is given, at the clock's time."""
    return lambda text, *notices, **other: messenger.tell(
        state, targets(text), notices, NEW_YORK, now=clock.now, **other
    )


def test_each_target_is_told_once_what_it_is_about(tell: Tell, hall: Hall, state: Path, clock: Clock) -> None:
    """By whatever process, again and again, a thing is one message; what a target is not about it never hears."""
    assert tell("$HALL about problems", problem(), Notice("w", "waiting", "LIVE", "waits")) == []
    assert (hall.got[0]["title"], hall.told) == ("adsteward: 1 problem", ["LIVE · Shop (act_1)\nproblem 1"])
    for _ in range(2):
        assert tell("$HALL", problem()) == []
    with closing(NoticeLedger.of(state, clock.now)) as other:
        assert other.take() == {}
    assert len(hall.got) == 1
    assert "secret" not in (state / NoticeLedger.file).read_bytes().decode("latin-1")


def test_nobody_asked_for_costs_nothing(tell: Tell, state: Path) -> None:
    """Without targets, or without anything to say, there is no file and no line."""
    assert (tell("", problem()), tell("$HALL"), deliver(state), state.exists()) == ([], [], [], False)


def test_two_that_see_the_same_at_once_tell_it_once(
    tell: Tell, hall: Hall, state: Path, clock: Clock
) -> None:
    """Whoever takes it sends it; the other finds nothing left."""
    tell("$HALL quiet 06:00-08:00", problem())
    clock.later(2 * HOUR_S)
    with closing(NoticeLedger.of(state, clock.now)) as one, closing(NoticeLedger.of(state, clock.now)) as two:
        assert [len(found) for found in (one.take(), two.take())] == [1, 0]
    assert (deliver(state, clock.now), hall.got) == ([], [])  # its process died: told or not, never twice


def test_what_is_held_back_for_the_night_is_one_message(
    tell: Tell, hall: Hall, state: Path, clock: Clock
) -> None:
    """By the account's clock; sent by the first that comes after the quiet hours."""
    for number in range(3):
        assert tell("$HALL quiet 22:00-07:30", problem(number)) == []
        clock.later(60)
    assert hall.got == []
    clock.later(1_500)
    assert (deliver(state, clock.now), hall.got) == ([], [])
    clock.later(300)
    assert deliver(state, clock.now) == deliver(state, clock.now) == []
    assert hall.told == ["LIVE · Shop (act_1)\nproblem 0\nproblem 1\nproblem 2"]


def test_what_failed_before_the_night_is_not_tried_in_it(
    tell: Tell, hall: Hall, state: Path, clock: Clock
) -> None:
    """Nor does what a target rested with go out then."""
    hall.statuses = [503]
    (said,) = tell("$HALL quiet 07:04-08:00", problem(1))
    assert "tried again from 2026-11-27 13:00 UTC on" in said
    for late_s in (300, 3_000):
        clock.later(late_s)
        assert tell("$HALL", problem(2)) == []
    assert len(hall.got) == 1
    clock.later(300)
    assert deliver(state, clock.now) == []
    assert [told.count("problem") for told in hall.told] == [1, 2]


def test_a_set_that_somebody_decided_on_overnight_is_no_news(
    tell: Tell, hall: Hall, state: Path, clock: Clock
) -> None:
    """What waits still is told, what was declined meanwhile is not."""
    with closing(Journal(state / "journal.sqlite", now=clock.now)) as journal:
        declined, waits = proposed(journal, "26T08:00", 1), proposed(journal, "26T08:00", 2)
        notices = [Notice(f"waiting {one.id}", "waiting", "LIVE", one.id) for one in (declined, waits)]
        tell("$HALL quiet 22:00-08:00", *notices)
        journal.decline(declined, "me", "no")
    clock.later(HOUR_S)
    assert deliver(state, clock.now) == []
    assert hall.told == [f"LIVE\n{waits.id}"]


def test_a_problem_is_told_again_only_after_it_was_gone(tell: Tell, hall: Hall) -> None:
    """It lasts: one message; gone and back: another; what is of another kind stays."""
    for still in ((1, 2), (1, 2), (2,), (1, 2)):
        found = [problem(number) for number in still]
        tell("$HALL", *found, over={"problem ": [one.thing for one in found], "other ": []})
    assert [told.count("\n") for told in hall.told] == [2, 1]
    assert hall.told[1].endswith("problem 1")


def test_a_target_that_is_down_delays_nobody_and_is_tried_a_few_times(
    tell: Tell, hall: Hall, state: Path, clock: Clock
) -> None:
    """The other is told at once; this one rests longer each time with all it is to be told, and is given up without its address shown."""
    first = tell("$HALL, $DOWN", problem(1))
    assert first == [
        "Not told: $DOWN did not take the message (tried again from 2026-11-27 12:05 UTC on). `adsteward notify test` tries it."
    ]
    assert len(hall.got) == 1
    clock.later(240)
    assert tell("$DOWN", problem(2)) == []  # it rests
    said = list[str]()
    for wait_s in (60, 1_800, 7_200):
        clock.later(wait_s)
        said += deliver(state, clock.now)
    assert [line.partition("(")[2].partition(")")[0] for line in said] == [
        "tried again from 2026-11-27 12:35 UTC on",
        "tried again from 2026-11-27 14:35 UTC on",
        "tried again from 2026-11-27 16:35 UTC on",
    ]
    clock.later(7_200)
    assert deliver(state, clock.now)[0].endswith("(not tried again). `adsteward notify test` tries it.")
    with closing(NoticeLedger.of(state, clock.now)) as ledger:
        assert ledger.counts("$DOWN") == {"lost": 2}
    assert "secret" not in "".join([*first, *said])


def test_what_failed_goes_with_what_came_since(tell: Tell, hall: Hall, state: Path, clock: Clock) -> None:
    """A target that is back hears all of it in one message."""
    hall.statuses = [503]
    assert len(tell("$HALL", problem(1))) == 1
    tell("$HALL", problem(2))
    clock.later(301)
    assert deliver(state, clock.now) == []
    assert hall.told[1:] == ["LIVE · Shop (act_1)\nproblem 1\nproblem 2"]


@pytest.fixture
def silence(hall: Hall) -> Iterator[threading.Event]:
    hall.silent = threading.Event()
    yield hall.silent
    hall.silent.set()


def test_one_that_never_answers_is_not_waited_for(
    tell: Tell,
    hall: Hall,
    silence: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    state: Path,
    clock: Clock,
) -> None:
    """It may have been told, so it is not told again; an address that gives up sooner by itself changes nothing of that."""
    monkeypatch.setenv("HALL", f"{os.environ['HALL']}?rto=0.005")
    monkeypatch.setattr(messenger, "PATIENCE_S", 0.03)
    (line,) = tell("$HALL", problem())
    assert line.startswith("$HALL did not answer in time; whether it was told is not known")
    clock.later(9 * HOUR_S)
    assert deliver(state, clock.now) == []


@pytest.mark.parametrize(
    ("where", "held", "told"),
    [
        ("$NOWHERE", "", "$NOWHERE is not set: put the address into the variable NOWHERE"),
        ("$ODD", "xoxb-canary", "$ODD holds no address of one target"),
        ("$ODD", "json://canary json://canary", "$ODD holds no address of one target"),
        ("$ODD", "nosuch://canary", "$ODD holds an address that Apprise does not know"),
        ("~/hook", "", "~/hook is not there: put the address into that file"),
        ("~/open", "json://canary", "can be read by others, so it is not used"),
    ],
)  # fmt: skip
def test_what_is_not_set_up_is_said_with_what_to_do(
    tell: Tell,
    sealed: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    where: str,
    held: str,
    told: str,
) -> None:
    """The name of the place, never what it holds."""
    monkeypatch.setenv("ODD", held)
    (sealed / "open").write_text(held, encoding="utf-8")
    (sealed / "open").chmod(0o644)
    (line,) = tell(where, problem())
    assert told in line
    assert "canary" not in line + caplog.text


def test_an_address_in_a_private_file_serves(
    tell: Tell, hall: Hall, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As well as one in a variable."""
    import os

    (sealed / "hook").write_text(os.environ["HALL"] + "\n", encoding="utf-8")
    (sealed / "hook").chmod(0o600)
    assert (tell("~/hook", problem()), len(hall.got)) == ([], 1)


def test_without_apprise_it_is_said_what_to_install(
    tell: Tell, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, and nothing is lost yet."""
    monkeypatch.setattr(apprise_sender, "installed", lambda: False)
    (line,) = tell("$HALL", problem())
    assert "`uv tool install '.[notify]'` in a checkout of adsteward (tried again from" in line


def test_a_file_of_messages_that_is_none_is_a_line(tell: Tell, state: Path) -> None:
    """The run that it is about went as it went."""
    state.mkdir()
    (state / NoticeLedger.file).write_text("no database" * 100, encoding="utf-8")
    (line,) = tell("$HALL", problem())
    assert line.startswith("Nobody was told: The file of messages ")
