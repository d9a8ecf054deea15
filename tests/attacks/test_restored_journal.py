"""A state folder put back from a backup, copied, or without its home sends nothing twice, and says what it is."""

import pytest

from agent.run.session import Session
from agent.setup.settings import Options
from agent.writes.approval import Nobody, ruling_on
from tests.agent.support import Killed, die_after, drop_after
from tests.attacks.state_folders import OLDER, PLANS, kept, lose_home, proposed, put_back, there

ALL = pytest.mark.parametrize("plan", PLANS)


def said(report):
    return [outcome.said for stored in report.change_sets for outcome in stored.outcomes]


@pytest.fixture
def state(workspace):
    return workspace / "state"


@pytest.fixture
def elsewhere(open_session, workspace, faults, events):
    """Opens sessions on a copy of the workspace, as it is at the first use."""
    opened = []

    def start():
        copy = workspace.with_name("copied")
        if not copy.exists():
            (copy / "state").mkdir(parents=True)
            put_back(copy / "state", kept(workspace / "state"))
        options = Options(sandbox=True, workspace=copy)
        now, sleep = faults.clock.now, faults.clock.sleep
        session = Session.open(options, approver=Nobody(), listener=events, mode="safe", now=now, sleep=sleep)
        session.monotonic = faults.clock.monotonic
        opened.append(session)
        return session

    yield start
    for session in opened:
        session.close()


@ALL
def test_a_set_applied_before_the_restore_is_not_sent_again(open_session, sandbox, faults, state, plan):
    """Backed up while the set waited, applied, put back, applied again: all is found, nothing is sent."""
    change_set = proposed(open_session("none"), sandbox, plan)
    backup = kept(state)
    open_session().apply(change_set)
    before, sent = there(sandbox), len(faults.sent_writes())
    put_back(state, backup)
    faults.clock.later(3600)
    report = open_session().apply(change_set)
    assert set(said(report)) == {"done"}
    assert there(sandbox) == before
    assert len(faults.sent_writes()) == sent
    assert OLDER in report.answer


@ALL
def test_a_set_cut_off_before_the_restore_goes_on_where_it_was(open_session, sandbox, faults, state, plan):
    """What was made before the process died is found; only the rest is sent, once."""
    change_set = proposed(open_session("none"), sandbox, plan)
    backup, empty = kept(state), there(sandbox)
    faults.writes = [die_after]
    with pytest.raises(Killed):
        open_session().apply(change_set)
    put_back(state, backup)
    faults.clock.later(3600)
    assert set(said(open_session().apply(change_set))) == {"done"}
    grown = there(sandbox)
    put_back(state, backup)
    assert set(said(open_session().apply(change_set))) == {"done"}
    assert there(sandbox) == grown != empty


@ALL
def test_a_restore_right_after_the_sending_waits_for_what_is_late(open_session, sandbox, faults, state, plan):
    """The answer was lost, Meta makes it half a minute later: the older journal waits, finds it, and sends no more."""
    change_set = proposed(open_session("none"), sandbox, plan)
    backup, late = kept(state), []

    def made_late(forward, request):
        late.append(forward)
        raise Killed

    faults.writes = [made_late]
    with pytest.raises(Killed):
        open_session().apply(change_set)
    put_back(state, backup)
    sleep = faults.clock.sleep

    def sleeping(seconds):
        sleep(seconds)
        if late and sum(faults.clock.waits) >= 30:
            late.pop()()

    faults.clock.sleep = sleeping
    assert set(said(open_session().apply(change_set))) == {"done"}
    once = there(sandbox)
    put_back(state, backup)
    faults.clock.sleep = sleep
    open_session().apply(change_set)
    assert there(sandbox) == once
    labels = [
        str(row.get("adlabels"))
        for row in sandbox.ads("id,adlabels")
        if "adsteward:" in str(row.get("adlabels"))
    ]
    assert len(labels) == len(set(labels))


@ALL
def test_two_copies_in_turn_send_nothing_twice(open_session, elsewhere, sandbox, faults, plan):
    """A copied folder knows the waiting set, too: what one has sent the other finds."""
    change_set = proposed(open_session("none"), sandbox, plan)
    copy = elsewhere()
    open_session().apply(change_set)
    before, sent = there(sandbox), len(faults.sent_writes())
    assert set(said(copy.apply(change_set))) == {"done"}
    assert set(said(elsewhere().apply(change_set))) == {"done"}
    assert there(sandbox) == before
    assert len(faults.sent_writes()) == sent


@ALL
def test_the_process_that_proposed_notices_a_copy_that_was_faster(
    open_session, elsewhere, sandbox, faults, plan
):
    """It knows its own sets without a look, but not any more when the number outside has moved on."""
    session = open_session("none")
    change_set = proposed(session, sandbox, plan)
    elsewhere().apply(change_set)
    before, sent = there(sandbox), len(faults.sent_writes())
    report = session.apply(change_set)
    assert set(said(report)) == {"done"}
    assert there(sandbox) == before
    assert len(faults.sent_writes()) == sent
    assert OLDER in report.answer


@ALL
def test_another_process_in_between_hides_no_copy(open_session, elsewhere, sandbox, faults, plan):
    """A third process of the folder is told first; the one that proposed must look all the same."""
    session = open_session("none")
    change_set = proposed(session, sandbox, plan)
    elsewhere().apply(change_set)
    before, sent = there(sandbox), len(faults.sent_writes())
    open_session("none")
    assert set(said(session.apply(change_set))) == {"done"}
    assert there(sandbox) == before
    assert len(faults.sent_writes()) == sent


@ALL
def test_a_lost_home_is_not_taken_for_a_new_folder(open_session, sandbox, faults, state, plan):
    """The number outside is gone with the home, the folder is an older one: all is found."""
    change_set = proposed(open_session("none"), sandbox, plan)
    backup = kept(state)
    open_session().apply(change_set)
    before, sent = there(sandbox), len(faults.sent_writes())
    put_back(state, backup)
    lose_home()
    report = open_session().apply(change_set)
    assert set(said(report)) == {"done"}
    assert there(sandbox) == before
    assert len(faults.sent_writes()) == sent
    assert "another machine" in report.answer


@ALL
def test_home_and_folder_from_the_same_backup_send_nothing_twice(
    open_session, sandbox, faults, state, plan, sealed
):
    """The whole machine was put back, so both numbers agree: a set older than its process is looked for."""
    change_set = proposed(open_session("none"), sandbox, plan)
    backup = kept(state)
    folder = sealed / ".adsteward" / "generations"
    numbers = {path: path.read_text() for path in folder.iterdir() if path.suffix != ".lock"}
    open_session().apply(change_set)
    before, sent = there(sandbox), len(faults.sent_writes())
    put_back(state, backup)
    for path, text in numbers.items():
        path.write_text(text)
    assert set(said(open_session().apply(change_set))) == {"done"}
    assert there(sandbox) == before
    assert len(faults.sent_writes()) == sent


def test_what_was_deleted_since_is_not_made_again(open_session, sandbox, faults, state):
    """The restored folder made it once, and a person removed it: that is told, and nothing is made."""
    change_set = proposed(open_session("none"), sandbox, "ad set")
    backup = kept(state)
    made = open_session().apply(change_set).change_sets[0].outcomes[0].target
    sandbox.post(made, status="DELETED")
    before, sent = there(sandbox), len(faults.sent_writes())
    put_back(state, backup)
    faults.clock.later(3600)
    (outcome,) = open_session().apply(change_set).change_sets[0].outcomes
    assert outcome.said == "conflict"
    assert f"was made as {made}, and somebody has deleted it since" in outcome.note
    assert (there(sandbox), len(faults.sent_writes())) == (before, sent)


def test_a_deletion_before_the_restore_is_not_sent_again(open_session, sandbox, faults, state):
    """An undo that deletes was done: the restored folder sees it and sends nothing."""
    made = proposed(open_session("none"), sandbox, "ad set")
    open_session().apply(made)
    session = open_session("none")
    report, _ = session.tool("undo", {"change_set_id": made.id})
    undo = report.change_sets[0].change_set
    session.journal.approve(undo, "test")
    backup = kept(state)
    open_session().apply(undo)
    before, sent = there(sandbox), len(faults.sent_writes())
    put_back(state, backup)
    assert said(open_session().apply(undo)) == ["done"]
    assert (there(sandbox), len(faults.sent_writes())) == (before, sent)


def test_it_is_told_once(open_session, sandbox, state):
    """The first run on the older folder says so; the next ones do not say it again."""
    change_set = proposed(open_session("none"), sandbox, "pause")
    backup = kept(state)
    open_session().apply(change_set)
    put_back(state, backup)
    session = open_session("none")
    first, second = (session.tool("list_ads", {})[0] for _ in range(2))
    assert OLDER in first.answer
    assert OLDER not in second.answer
    assert OLDER not in open_session().apply(change_set).answer


def test_a_set_of_another_process_costs_one_read(open_session, sandbox, faults):
    """Applied by its id from a second process it takes one request more than from its own, and no waiting."""
    asked = []
    for same in (True, False):
        session = open_session("none")
        change_set = proposed(session, sandbox, "ad set")
        session = session if same else open_session()
        before = len(faults.requests)
        report = session.apply(change_set)
        assert set(said(report)) == {"done"}
        assert OLDER not in report.answer
        asked.append(len(faults.requests) - before)
    assert asked[1] == asked[0] + 1
    assert not [w for w in faults.clock.waits if w > 1]


def test_an_answer_lost_after_the_restore_is_looked_for_as_ever(open_session, sandbox, faults, state):
    """The older journal sends what really was unsent, and treats a lost answer as any journal does."""
    change_set = proposed(open_session("none"), sandbox, "ad set")
    other = proposed(open_session("none"), sandbox, "pause")
    backup, before = kept(state), there(sandbox)
    open_session().apply(other)
    put_back(state, backup)
    faults.clock.later(3600)
    faults.writes = [drop_after]
    assert said(open_session().apply(change_set)) == ["done"]
    assert there(sandbox)[1] == before[1] + 1


@pytest.mark.parametrize("harm", ["no folder for it", "damaged", "a link", "a folder"])
def test_a_number_that_cannot_be_kept_stops_nothing_and_is_told(open_session, sandbox, faults, sealed, harm):
    """Without the number outside nothing proves the journal the newest: it looks before each first send, and says why."""
    change_set = proposed(open_session("none"), sandbox, "ad set")
    (number,) = [path for path in (sealed / ".adsteward" / "generations").iterdir() if path.suffix != ".lock"]
    if harm == "damaged":
        number.write_text("7")
    elif harm == "no folder for it":
        lose_home()
        (sealed / ".adsteward").mkdir(mode=0o700)
        (sealed / ".adsteward" / "generations").write_text("")
    else:
        number.unlink()
        number.mkdir() if harm == "a folder" else number.symlink_to(sealed / "elsewhere")
    report = open_session().apply(change_set)
    assert said(report) == ["done"]
    assert "looked for" in report.answer


@pytest.mark.parametrize("harm", ["damaged", "no folder for it"])
def test_a_day_is_not_known_where_the_number_outside_is_damaged(open_session, sandbox, sealed, harm):
    """A folder that was put back has no fresh day either when its number cannot be read: nothing goes ahead unattended."""
    change_set = proposed(open_session("none"), sandbox, "ad set")
    folder = sealed / ".adsteward" / "generations"
    (number,) = [path for path in folder.iterdir() if path.suffix != ".lock"]
    if harm == "damaged":
        number.write_text("junk")
    else:
        lose_home()
        folder.parent.mkdir(mode=0o700)
        folder.write_text("")
    session = open_session()
    session.journal.bring_in_line(session.journal.moment)
    assert "not all known" in ruling_on(session.journal, change_set, session.policy()).reason


def test_what_comes_to_nothing_raises_no_number(open_session, sandbox, sealed):
    """A transaction that the disk did not take leaves the number outside as it was, so nothing seems put back."""
    proposed(session := open_session("none"), sandbox, "ad set")
    folder = sealed / ".adsteward" / "generations"
    (number,) = [path for path in folder.iterdir() if path.suffix != ".lock"]
    before, journal = number.read_text(), session.journal
    with pytest.raises(OSError, match="full"), journal._store.transaction("x"):  # noqa: PT012
        journal._generation.raise_it(journal.moment)
        assert number.read_text() != before
        raise OSError("full")
    assert number.read_text() == before
    assert journal.bring_in_line(journal.moment) == ""
