"""While a person reads a question, the world goes on: what they say then is judged by how it is then."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agent.run.reopen import carry_out
from agent.writes.approval import Decision
from agent.writes.journal import Journal
from tests.agent.writes.test_apply import active, pause
from tests.attacks.test_clocks import World
from tools.domain.changes import ChangeSet


class Meanwhile:
    """A person who says yes after something else has happened."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self.asked = 0

    def decide(self, change_set, ruling) -> Decision:
        self.asked += 1
        if self.asked == 1:
            self._act()
        return Decision("approved", "the person", over=True)


def proposed(open_session, sandbox, number: int = 1) -> ChangeSet:
    return open_session("none").run("pause", pause(active(sandbox, number))).change_sets[0].change_set


@pytest.mark.parametrize("how", ["a stored set", "a fresh set"])
@pytest.mark.parametrize("line", ["protect:\n- {}", "protect:\n- '*'"], ids=["by id", "by pattern"])
def test_what_is_protected_while_the_question_stands_is_not_touched(
    open_session, sandbox, workspace, faults, line, how
):
    """The yes comes after stack.md got tighter: it is refused, and that is told."""
    (ad,) = active(sandbox, 1)
    made = proposed(open_session, sandbox) if how == "a stored set" else None
    stack = workspace / "brand" / "stack.md"

    def protect():
        stack.parent.mkdir(exist_ok=True)
        stack.write_text(line.format(ad) + "\n", encoding="utf-8")

    session = open_session("ask", approver=Meanwhile(protect))
    report = carry_out(session, made) if made else session.run("pause", pause([ad]))
    assert faults.sent_writes() == []
    assert sandbox.status(ad) == "ACTIVE"
    assert session.journal.state(report.change_sets[0].change_set.id) == "proposed"


@pytest.mark.parametrize("level", ["ad", "adset", "campaign"])
def test_a_name_that_became_a_protected_one_keeps_its_ad(open_session, sandbox, faults, level):
    """Renamed since it was proposed, itself or what it stands in: a conflict that names both names."""
    (ad,) = active(sandbox, 1)
    made = proposed(open_session, sandbox)
    row = sandbox.get(ad, fields="id,adset_id,campaign_id")
    sandbox.post(row["id"] if level == "ad" else row[f"{level}_id"], name="Keep this one")
    faults.clock.later(60)
    report = carry_out(open_session("ask", approver=Meanwhile(lambda: None)), made)
    (outcome,) = report.change_sets[0].outcomes
    assert outcome.state == "CONFLICT"
    assert "→ Keep this one" in outcome.note
    assert sandbox.status(ad) == "ACTIVE"
    assert faults.sent_writes() == []


def test_a_set_that_is_declined_elsewhere_is_not_applied_by_an_older_question(open_session, sandbox, faults):
    """Two people have it before them; one says no, and the other's yes comes later."""
    made = proposed(open_session, sandbox)
    session = open_session("ask")

    def decline():
        other = Journal(session.settings.journal)
        other.decline(made, "a colleague", "wrong ad")
        other.close()

    session.approver = person = Meanwhile(decline)
    report = carry_out(session, made)
    assert person.asked == 1
    assert session.journal.state(made.id) == "declined"
    assert report.change_sets[0].state == "declined"
    assert faults.sent_writes() == []


@pytest.mark.parametrize(
    "wrong", [timedelta(0), timedelta(hours=-25), timedelta(hours=25), timedelta(days=400)]
)
def test_a_wrong_clock_gives_no_second_envelope(open_session, sandbox, workspace, faults, wrong):
    """Ten pauses of the day, whatever this machine's clock says when they are made: Meta's own clock counts too."""
    (workspace / "brand" / "stack.md").write_text("max_pauses_per_day: 10\n", encoding="utf-8")
    ads = active(sandbox, 12)
    world = World(faults)
    world.set_clock(wrong)
    assert open_session("safe").run("pause", pause(ads[:8])).status == "done"
    world.set_clock(-wrong)
    assert open_session("safe").run("pause", pause(ads[8:])).status == "needs_approval"
    assert len(faults.sent_writes()) == 1
