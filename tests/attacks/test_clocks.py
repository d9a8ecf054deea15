"""Whatever the clocks say, nothing is made twice and nothing is called absent before Meta must show it."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.agent.support import Killed
from tests.attacks.state_folders import PLANS, kept, proposed, put_back, there
from tests.attacks.test_restored_journal import said

A_DAY = timedelta(days=1)
JUMPS = {
    "a day ahead": A_DAY,
    "a day behind": -A_DAY,
    "summer time begins": timedelta(hours=1),
    "summer time ends": -timedelta(hours=1),
    "two minutes ahead": timedelta(minutes=2),
}
HEADERS = {
    "missing": None,
    "empty": "",
    "words": "yesterday evening",
    "the beginning": "Thu, 01 Jan 1970 00:00:00 GMT",
    "the end": "Fri, 31 Dec 9999 23:59:59 GMT",
    "no such day": "Mon, 32 Nov 2026 25:61:61 GMT",
    "a number": "1764234567",
    "long": "x" * 5000,
}
CREATES = [plan for plan in PLANS if plan not in ("budget", "pause")]


class World:
    """A machine whose clock can be set, and a Meta with a clock of its own that makes things late."""

    def __init__(self, faults):
        self.faults = faults
        self.wrong = timedelta(0)
        """How far this machine's clock is ahead."""
        self.header = "right"
        self.late = []
        self._sleep, self._start = faults.clock.sleep, faults.clock.at
        faults.clock.sleep = self.sleep
        faults.dated = self.dated

    def set_clock(self, ahead):
        self.faults.clock.at += ahead
        self.wrong += ahead

    def dated(self, headers):
        """What Meta's answer says of the time."""
        if self.header == "right":
            headers["date"] = format_datetime(self.faults.clock.at - self.wrong, usegmt=True)
        elif self.header is None:
            headers.pop("date", None)
        else:
            headers["date"] = self.header

    def sleep(self, seconds):
        """Time passes, and what is late is made after 80 seconds of it."""
        self._sleep(seconds)
        for due_s, forward in list(self.late):
            if sum(self.faults.clock.waits) >= due_s:
                self.late.remove((due_s, forward))
                forward()

    def later(self, seconds):
        """Time passes between two processes."""
        self.faults.clock.waits.append(seconds)
        self.faults.clock.at += timedelta(seconds=seconds)

    def dies_and_is_late(self, forward, request):
        """The process dies with its request on the way; Meta makes what it asks for 80 s later."""
        self.late.append((sum(self.faults.clock.waits) + 80, forward))
        raise Killed


@pytest.fixture
def world(faults):
    return World(faults)


def cut_off(world, open_session, sandbox, plan):
    """A set whose process died at its first write that makes something, which Meta makes late."""
    change_set = proposed(open_session("none"), sandbox, plan)
    parts = [None] * 2 if plan == "video" else []  # the request that ends an upload makes the video
    world.faults.writes = [*parts, world.dies_and_is_late]
    with pytest.raises(Killed):
        open_session().apply(change_set)
    return change_set


def assert_made_once(sandbox, open_session, change_set, before, plan):
    """One of each thing the set makes, and all of it called done."""
    report = open_session().apply(change_set)
    assert set(said(report)) == {"done"}
    made = sum(change.creates for change in change_set.changes)
    grown = sum(after - was for after, was in zip(there(sandbox)[:-1], before[:-1], strict=True))
    assert grown == made, plan


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("plan", CREATES)
def test_a_clock_that_is_set_between_two_processes(world, open_session, sandbox, plan, jump):
    """Sent, killed, the clock set, applied again: it waits until Meta must show it, and makes it once."""
    before = there(sandbox)
    change_set = cut_off(world, open_session, sandbox, plan)
    world.set_clock(JUMPS[jump])
    assert_made_once(sandbox, open_session, change_set, before, plan)


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("plan", CREATES)
def test_a_clock_that_was_wrong_when_it_was_sent(world, open_session, sandbox, plan, jump):
    """The journal's own stamp is wrong, and put right before the next process looks."""
    before = there(sandbox)
    world.set_clock(JUMPS[jump])
    change_set = cut_off(world, open_session, sandbox, plan)
    world.set_clock(-JUMPS[jump])
    assert_made_once(sandbox, open_session, change_set, before, plan)


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_is_set_while_meta_tells_no_time(world, open_session, sandbox, header, jump):
    """Headers that say nothing count as none: then only time that this process saw pass counts."""
    before = there(sandbox)
    world.header = HEADERS[header]
    change_set = cut_off(world, open_session, sandbox, "ad set")
    world.set_clock(JUMPS[jump])
    assert_made_once(sandbox, open_session, change_set, before, header)


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("first", [True, False])
def test_a_header_that_is_there_only_once(world, open_session, sandbox, header, first):
    """Either of the two processes is told no time, and the machine's clock goes a day ahead between them."""
    before = there(sandbox)
    world.header = HEADERS[header] if first else "right"
    change_set = cut_off(world, open_session, sandbox, "ad set")
    world.header = "right" if first else HEADERS[header]
    world.set_clock(A_DAY)
    assert_made_once(sandbox, open_session, change_set, before, header)


@pytest.mark.parametrize("wrong", [-A_DAY, A_DAY], ids=["behind", "ahead"])
@pytest.mark.parametrize("sending", [True, False])
def test_a_server_whose_own_clock_is_wrong(world, open_session, sandbox, wrong, sending):
    """One of Meta's servers tells yesterday's or tomorrow's time to one of the processes: ours contradicts it."""
    before = there(sandbox)
    odd = format_datetime(world.faults.clock.at + wrong, usegmt=True)
    world.header = odd if sending else "right"
    change_set = cut_off(world, open_session, sandbox, "ad set")
    world.header = "right" if sending else odd
    assert_made_once(sandbox, open_session, change_set, before, "ad set")


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_in_the_middle_of_a_run(world, open_session, sandbox, faults, jump):
    """The clock is set right after an answer was lost: the same process goes by a clock that nobody can set."""
    before = there(sandbox)
    change_set = proposed(open_session("none"), sandbox, "campaign, ad sets, ads")

    def lost_late_and_jumped(forward, request):
        try:
            world.dies_and_is_late(forward, request)
        except Killed:
            world.set_clock(JUMPS[jump])
            return answer_of_a_dead_proxy()

    def answer_of_a_dead_proxy():
        import httpx

        return httpx.Response(502, text="<html>Bad gateway</html>")

    faults.writes = [None, lost_late_and_jumped]
    assert_made_once(sandbox, open_session, change_set, before, "chain")


@pytest.mark.parametrize("jump", JUMPS)
def test_a_restored_folder_and_a_clock_that_is_set(world, open_session, sandbox, workspace, jump):
    """Both at once: an older journal right after the sending, on a machine whose clock was set."""
    before = there(sandbox)
    change_set = proposed(open_session("none"), sandbox, "ad set")
    backup = kept(workspace / "state")
    world.faults.writes = [world.dies_and_is_late]
    with pytest.raises(Killed):
        open_session().apply(change_set)
    put_back(workspace / "state", backup)
    world.set_clock(JUMPS[jump])
    assert_made_once(sandbox, open_session, change_set, before, "ad set")


@pytest.mark.parametrize("jump", JUMPS)
def test_a_creation_that_was_deleted_is_found_in_the_log_by_metas_time(
    world, open_session, sandbox, faults, jump
):
    """The log is read from when Meta's clock says it was sent: a clock that was ahead hides no deletion."""
    change_set = proposed(open_session("none"), sandbox, "ad set")
    world.set_clock(JUMPS[jump])

    def made_and_deleted(forward, request):
        made = forward().json()
        sandbox.post(made["id"], status="DELETED")
        raise Killed

    faults.writes = [made_and_deleted]
    with pytest.raises(Killed):
        open_session().apply(change_set)
    world.set_clock(-JUMPS[jump])
    world.later(3600)
    sent = len(faults.sent_writes())
    (outcome,) = open_session().apply(change_set).change_sets[0].outcomes
    assert outcome.said == "conflict"
    assert "somebody has deleted it since" in outcome.note
    assert len(faults.sent_writes()) == sent


def test_with_right_clocks_an_hour_is_an_hour(world, open_session, sandbox, faults):
    """What was sent an hour ago and is not there was not made: the next process sends it without waiting."""
    from tests.agent.support import die_before

    before = there(sandbox)
    change_set = proposed(open_session("none"), sandbox, "ad set")
    faults.writes = [die_before]
    with pytest.raises(Killed):
        open_session().apply(change_set)
    world.later(3600)
    waited = len(faults.clock.waits)
    assert_made_once(sandbox, open_session, change_set, before, "ad set")
    assert not [w for w in faults.clock.waits[waited:] if w > 1]
