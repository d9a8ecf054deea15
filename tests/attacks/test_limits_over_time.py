"""The limits of stack.md hold over any 24 hours of an account, whoever asks, however often, and from wherever."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.models.offline import Offline
from agent.run.reopen import carry_out
from agent.writes.approval import Decision, approved_by
from agent.writes.change_events import Proposed
from agent.writes.journal import Journal
from tests import warm
from tests.agent.hosts.hosts import Host, Person
from tests.agent.support import Events, Faults, Sandbox, ScriptedModel
from tests.attacks.limits import OVER, PERSON, Office, back, budget, new, pause, start
from tools.domain.changes import Change
from tools.domain.text import clock

AUTOMATIC = ("safe", "all", "standing")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    yield opened
    opened.close()


def pauses(number: int, begin: int = 0) -> list[Change]:
    return [pause(str(n)) for n in range(begin, begin + number)]


# --- many runs, restarted sessions, several processes


@pytest.mark.parametrize("mode", AUTOMATIC)
def test_many_runs_share_one_envelope(office: Office, mode: Any) -> None:
    """Each run is a session of its own; the eleventh pause waits, and what is left until when is said."""
    for run in range(3):
        assert office.through(*pauses(3, 3 * run), mode=mode).verdict == "approved"
        office.clock.later(minutes=10)
    said = office.through(*pauses(3, 9), mode=mode)
    until = (office.clock.at - timedelta(minutes=30) + timedelta(days=1)).astimezone()
    assert said.verdict == "later"
    assert f"max_pauses_per_day 10: 1 left until {clock(until)}, this needs 3" in said.reason
    assert office.through(pause("9"), mode=mode).verdict == "approved"
    assert office.through(pause("10"), mode=mode).verdict == "later"


@pytest.mark.parametrize("mode", AUTOMATIC)
def test_what_is_approved_and_not_yet_sent_counts(office: Office, mode: Any) -> None:
    """Approvals are not saved up: what may still be sent has its place in the envelope."""
    assert office.through(*pauses(10), mode=mode, send=False).verdict == "approved"
    assert office.through(pause("99"), mode=mode).verdict == "later"


RACER = """
import sys, time
from pathlib import Path
from agent.writes.journal import Journal
from tests.agent.hosts.hosts import Host, Person
from tests.agent.support import Faults, Sandbox, ScriptedModel
from tests.attacks.limits import Office
office = Office(Path(sys.argv[1]))
journal = Journal(office.folder / "journal.sqlite")
sets = [journal.change_set(i) for i in sys.argv[3:]]
print("ready", flush=True)
sys.stdin.readline()
for made in sets:
    if office.decide(journal, made, sys.argv[2]).verdict == "approved":
        office.apply(journal, made)
        print(made.id, flush=True)
"""


@pytest.mark.parametrize("mode", ["safe", "standing"])
def test_three_processes_at_once_share_one_envelope(tmp_path: Path, mode: str) -> None:
    """Thirty pauses in sets of five, from three real processes at the same moment: ten are approved, never more."""
    office = Office(tmp_path)
    with closing(Journal(tmp_path / "journal.sqlite")) as journal:
        made = [office.propose(journal, pauses(5, 5 * n)) for n in range(6)]
        racers = [
            warm.Popen(
                [sys.executable, "-c", RACER, str(tmp_path), mode, made[2 * n].id, made[2 * n + 1].id],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for n in range(3)
        ]
        for racer in racers:
            assert racer.stdout
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin
            racer.stdin.write("go\n")
            racer.stdin.flush()
        done = [line for racer in racers for line in racer.communicate(timeout=60)[0].split()]
        assert [racer.returncode for racer in racers] == [0, 0, 0]
        assert len(done) == 2
        assert len(journal.day("act_1").counted) == 10


# --- what counts, and until when


@pytest.mark.parametrize("seconds", [-1, 0])
def test_a_place_is_free_after_24_hours_and_not_before(office: Office, seconds: int) -> None:
    """Counted from the moment it was sent; at exactly a day it still counts."""
    assert office.through(*pauses(10)).verdict == "approved"
    office.clock.later(days=1, seconds=seconds)
    assert office.through(pause("99")).verdict == "later"
    office.clock.later(seconds=1 - seconds)
    assert office.through(pause("99")).verdict == "approved"


def test_what_is_sent_late_counts_from_then(office: Office) -> None:
    """Approved in the morning and sent at the end of the approval: both days together hold one envelope."""
    journal = office.session()
    early = office.propose(journal, pauses(10))
    assert office.decide(journal, early).verdict == "approved"
    office.clock.later(hours=23, minutes=59)
    office.apply(journal, early)
    office.clock.later(minutes=2)
    assert office.through(pause("99")).verdict == "later"
    office.clock.later(hours=24)
    assert office.through(pause("99")).verdict == "approved"


def test_a_clock_that_was_set_back_frees_nothing(office: Office) -> None:
    """What was sent in a future that is none counts."""
    assert office.through(*pauses(10)).verdict == "approved"
    office.clock.later(hours=-30)
    assert office.through(pause("99")).verdict == "later"


@pytest.mark.parametrize(
    ("end", "counts"), [("CONFIRMED", True), ("SENT", True), ("CONFLICT", True), ("REJECTED", False)]
)
def test_what_may_have_been_done_counts(office: Office, end: Any, counts: bool) -> None:
    """An unknown outcome counts as done; what Meta refused does not."""
    journal = office.session()
    made = office.propose(journal, pauses(10))
    office.decide(journal, made)
    office.apply(journal, made, [end] * 10)
    assert office.through(pause("99")).verdict == ("later" if counts else "approved")


def test_what_was_declined_expired_or_never_approved_does_not_count(office: Office) -> None:
    """Only what may still be sent takes a place."""
    journal = office.session()
    for _ in range(3):
        office.propose(journal, pauses(10))
    journal.decline(office.propose(journal, pauses(10)), "a person", "no")
    assert office.through(*pauses(10), send=False).verdict == "approved"
    office.clock.later(days=1, seconds=1)
    assert office.through(*pauses(10)).verdict == "approved"


def test_going_on_with_a_set_does_not_count_it_twice(office: Office) -> None:
    """A set that was half done is approved again for its rest, within the same envelope."""
    journal = office.session()
    made = office.propose(journal, pauses(10))
    office.decide(journal, made)
    office.apply(journal, made, [*["CONFIRMED"] * 4, *["SENT"] * 6])
    assert office.decide(journal, made).verdict == "approved"
    assert office.through(pause("99")).verdict == "later"


def test_another_account_has_an_envelope_of_its_own(office: Office) -> None:
    """What was done elsewhere takes nothing here."""
    journal = office.session()
    made = office.propose(journal, pauses(10))
    office.decide(journal, made)
    assert journal.day("act_2").counted == []


# --- budgets: down, up, up and down, and by undo


@pytest.mark.parametrize("mode", AUTOMATIC)
@pytest.mark.parametrize("after", [100, 7_999])
def test_budgets_are_not_cut_without_a_person(office: Office, mode: Any, after: int) -> None:
    """Neither to 1.00 nor by a cent more than the step of a day."""
    said = office.through(*(budget(str(n), 10_000, after) for n in range(5)), mode=mode)
    assert said.verdict == "later"
    assert "max_budget_step_pct 20: 'set_budget 0' may be lowered by 20.00 USD" in said.reason
    assert office.through(budget("0", 10_000, 8_000), mode=mode).verdict == "approved"


@pytest.mark.parametrize("mode", AUTOMATIC)
@pytest.mark.parametrize("of", ["daily_budget", "lifetime_budget"])
def test_a_ladder_of_small_steps_goes_no_further_than_one(office: Office, mode: Any, of: str) -> None:
    """Steps add up over the day, in sessions of their own, whatever kind of budget it is."""
    assert office.through(budget("7", 10_000, 9_000, of=of), mode=mode).verdict == "approved"
    office.clock.later(hours=1)
    assert office.through(budget("7", 9_000, 8_000, of=of), mode=mode).verdict == "approved"
    office.clock.later(hours=1)
    assert office.through(budget("7", 8_000, 7_900, of=of), mode=mode).verdict == "later"
    office.clock.later(hours=22, seconds=1)
    assert office.through(budget("7", 8_000, 7_900, of=of), mode=mode).verdict == "approved"


def test_lowering_first_gives_no_room_to_raise(office: Office) -> None:
    """Lower, then raise: measured from where the day began, not from the low."""
    assert office.through(budget("7", 10_000, 8_000), mode="all").verdict == "approved"
    assert office.through(budget("7", 8_000, 12_000), mode="all").verdict == "approved"
    assert office.through(budget("7", 12_000, 12_001), mode="all").verdict == "later"


def test_raising_after_somebody_else_lowered_is_a_raise(office: Office) -> None:
    """100 at the day's begin, 95 by us, 10 by a person, 90 again: that is 80 more, not 10 less."""
    assert office.through(budget("7", 10_000, 9_500), mode="all").verdict == "approved"
    said = office.through(budget("7", 1_000, 9_000), mode="all")
    assert (said.verdict, "max_budget_step_pct" in said.reason) == ("later", True)


def test_all_budgets_in_sum_have_a_limit_both_ways(office: Office) -> None:
    """Twenty per cent of everything is much: the sum of raises and that of lowerings are limited as well."""
    office.brand |= {"max_daily_budget": "100.00"}
    for n in range(5):
        assert office.through(budget(f"u{n}", 8_000, 9_600), mode="all").verdict == "approved"
        assert office.through(budget(f"d{n}", 9_600, 8_000), mode="all").verdict == "approved"
    for n in range(2):
        office.through(budget(f"u{n}", 8_000, 9_600), mode="all")
    up = office.through(budget("u9", 9_000, 9_999 + 1), mode="all")
    assert up.verdict == "approved"
    up = office.through(budget("u8", 8_000, 9_600), mode="all")
    down = office.through(*(budget(f"d{n}", 9_600, 8_000) for n in range(7, 9)), mode="all")
    assert "max_daily_budget 100.00 USD: 10.00 USD left until" in up.reason
    assert "max_lowering_per_day 100.00 USD: 20.00 USD left until" in down.reason


@pytest.mark.parametrize("days", [0, 2])
@pytest.mark.parametrize("mode", ["none", "all"])
def test_undo_is_a_raise_like_any_other_unless_it_is_of_today(office: Office, mode: Any, days: int) -> None:
    """Taking back within the day gives back what was there; later the same request raises a budget."""
    journal = office.session()
    made = office.propose(journal, [budget("7", 28_000, 14_000)])
    assert office.decide(journal, made, "none", OVER).verdict == "approved"
    office.apply(journal, made)
    office.clock.later(days=days, minutes=5)
    said = office.through(back(made.changes[0]), mode=mode, approver=PERSON)
    assert said.verdict == ("later" if days else "approved")
    assert ("max_budget_step_pct 20" in said.reason) == bool(days)


def test_undoing_an_undo_does_not_get_back_what_a_person_let_through(office: Office) -> None:
    """Ten times the budget was a person's word, once; the way back up needs it again."""
    journal = office.session()
    up = office.propose(journal, [budget("7", 1_000, 10_000)])
    office.decide(journal, up, "none", OVER)
    office.apply(journal, up)
    down = office.propose(journal, [back(up.changes[0])])
    assert office.decide(journal, down, "none", PERSON).verdict == "approved"
    office.apply(journal, down)
    assert office.through(back(down.changes[0]), mode="all", approver=PERSON).verdict == "later"


def test_an_undo_that_claims_what_nobody_did_is_judged_like_any_change(office: Office) -> None:
    """`restores` counts only when the journal knows the change, of this day, with these values, on this object."""
    office.brand |= {"max_pauses_per_day": 0}
    journal = office.session()
    made = office.propose(journal, [start("7")])
    office.decide(journal, made, "none", PERSON)
    office.apply(journal, made)
    true = back(made.changes[0])
    forged = (true.model_copy(update={"restores": "r9.t.0"}), true.model_copy(update={"target": "8"}))
    for change in forged:
        assert office.through(change, mode="all").verdict == "later"
    assert office.through(true, mode="all").verdict == "approved"
    office.clock.later(days=1, seconds=1)
    assert office.through(true, mode="all").verdict == "later"


@pytest.mark.parametrize("mode", ["all"])
def test_activations_add_up_over_the_day(office: Office, mode: Any) -> None:
    """What `all` starts without a person stays below max_daily_budget in 24 hours; giving back a pause is free."""
    office.brand |= {"max_daily_budget": "100.00"}
    assert office.through(start("1", 6_000), mode=mode).verdict == "approved"
    assert office.through(start("2", 6_000), mode=mode).verdict == "later"
    journal = office.session()
    made = office.propose(journal, [pause("3")])
    office.decide(journal, made)
    office.apply(journal, made)
    again = back(made.changes[0]).model_copy(update={"spend": start("3", 28_055).spend})
    assert office.through(again, mode=mode).verdict == "approved"


# --- what is new


@pytest.mark.parametrize("kind", ["create_campaign", "create_ad_set", "create_creative", "create_ad"])
@pytest.mark.parametrize("mode", AUTOMATIC)
def test_two_hundred_new_objects_need_a_person(office: Office, mode: Any, kind: str) -> None:
    """In one set or in many, of one kind or of several."""
    assert office.through(*(new(kind) for _ in range(200)), mode=mode).verdict == "later"
    approved = [office.through(*(new(kind) for _ in range(5)), mode=mode).verdict for _ in range(40)]
    assert approved.count("approved") == (2 if kind == "create_ad" else 6)
    other = "create_campaign" if kind != "create_campaign" else "create_creative"
    rest = office.through(*(new(other) for _ in range(30)), mode=mode)
    assert "max_new_objects_per_day 30" in rest.reason


def test_uploads_are_no_new_objects(office: Office) -> None:
    """A picture in the library spends nothing and is seen by nobody."""
    assert office.through(*(new("upload_image") for _ in range(60))).verdict == "approved"


def test_the_budgets_of_what_is_made_add_up_over_the_day(office: Office) -> None:
    """Paused they spend nothing, and together they may not be set up for more than a day may gain."""
    office.brand |= {"max_daily_budget": "100.00"}
    assert office.through(new(daily=6_000)).verdict == "approved"
    said = office.through(new("create_ad_set", daily=6_000))
    assert (said.verdict, "max_daily_budget 100.00 USD: 40.00 USD left" in said.reason) == ("later", True)


# --- who may go over


def test_a_plain_yes_does_not_go_over(office: Office) -> None:
    """Not a host's, not the command line's: only who typed that it goes over, at a terminal."""
    said = office.through(*pauses(11), mode="none", approver=PERSON)
    assert said.verdict == "later"
    assert "Only a person at a terminal may go over that: adsteward apply cs-" in said.reason
    assert office.through(*pauses(11), mode="none", approver=OVER).verdict == "approved"
    assert office.through(pause("99"), mode="safe").verdict == "later"


def test_what_a_person_let_through_leaves_the_other_limits_alone(office: Office) -> None:
    """Pauses over their limit take no room of budgets or new ads."""
    assert office.through(*pauses(11), mode="none", approver=OVER).verdict == "approved"
    assert office.through(budget("7", 10_000, 9_000)).verdict == "approved"
    assert office.through(new("create_ad")).verdict == "approved"


def test_a_yes_that_came_too_late_is_asked_for_again(office: Office) -> None:
    """While the person thought, another process filled the envelope: the yes was to something else."""

    class Slow:
        def __init__(self) -> None:
            self.asked: list[str] = []

        def decide(self, change_set: Any, ruling: Any) -> Decision:
            self.asked.append(ruling.over)
            if len(self.asked) == 1:
                office.through(*pauses(10, 100))
            return (
                Decision("approved", "a person") if not ruling.over else Decision("later", "a person", "hm")
            )

    person = Slow()
    assert office.through(*pauses(3), mode="ask", approver=person).verdict == "later"
    assert person.asked[0] == ""
    assert "0 left" in person.asked[1]


# --- stop


@pytest.mark.parametrize("mode", AUTOMATIC)
def test_stop_in_a_full_envelope(office: Office, mode: Any) -> None:
    """What adsteward started is paused at once; everything else after a plain yes, protected things too."""
    assert office.through(*pauses(10), mode=mode).verdict == "approved"
    brakes = [pause(str(n), emergency=True) for n in range(100, 150)]
    assert office.through(*brakes, mode=mode).verdict == "approved"
    for reach in ("all", "protected"):
        wide = pause("1", emergency=True, reach=reach, stops=200, level="campaign")
        said = office.through(wide, mode=mode)
        assert said.verdict == "later"
        assert office.through(wide, mode=mode, approver=PERSON).verdict == "approved"


def test_stop_of_everything_within_the_envelope_asks_nobody(office: Office) -> None:
    """A small account is stopped by a script."""
    assert office.through(pause("1", emergency=True, reach="all", stops=10)).verdict == "approved"
    assert office.through(pause("2")).verdict == "later"


# --- every surface


class Surfaces:
    """The ways in: each pauses some ads, as far as it may without a person at a terminal."""

    def __init__(self, open_session: Any, workspace: Path, faults: Faults) -> None:
        self.open, self.workspace, self.clock = open_session, workspace, faults.clock

    def tool(self, ids: list[str]) -> None:
        self.open("safe").tool("set_status", {"ids": ids, "status": "PAUSED"})

    def run(self, ids: list[str]) -> None:
        model = ScriptedModel([[("set_status", {"ids": ids, "status": "PAUSED"})], "done"])
        self.open("all").run("pause them", model)

    def apply(self, ids: list[str]) -> None:
        report, _ = self.open("none").tool("set_status", {"ids": ids, "status": "PAUSED"})
        session = self.open("none", approver=approved_by("the command line"))
        carry_out(session, report.change_sets[0].change_set)

    def host(self, ids: list[str], **more: Any) -> dict[str, Any]:
        host = Host(self.workspace, self.clock, **more)
        try:
            proposed = host.propose(ids)
            return host.apply(proposed) | {"proposed": proposed}
        finally:
            host.server.close()

    def person_at_host(self, ids: list[str]) -> None:
        self.host(ids, person=Person())


WAYS_IN = ("tool", "run", "apply", "host", "person_at_host")


@pytest.mark.parametrize("first", WAYS_IN)
def test_every_way_in_counts_and_is_counted(
    open_session: Any, sandbox: Sandbox, workspace: Path, faults: Faults, first: str
) -> None:
    """Whatever filled the envelope, no other way makes it larger; a day later there is room again."""
    brand = "max_pauses_per_day: 3\nassistant_approval: safe\n"
    (workspace / "brand" / "stack.md").write_text(brand, encoding="utf-8")
    ways, losers = Surfaces(open_session, workspace, faults), sandbox.of_class("loser")
    before = sandbox.paused()
    getattr(ways, first)(losers[:3])
    assert sandbox.paused() - before == set(losers[:3])
    for way in WAYS_IN:
        getattr(ways, way)(losers[3:4])
    assert sandbox.paused() - before == set(losers[:3])
    faults.clock.later(86_401)
    getattr(ways, first)(losers[3:4])
    assert sandbox.paused() - before == set(losers[:4])


def test_a_host_tells_at_once_that_it_cannot_approve_what_is_over(
    open_session: Any, sandbox: Sandbox, workspace: Path, faults: Faults
) -> None:
    """Its person is not asked in vain: the answer names the limit, what is left, and the line for a terminal."""
    (workspace / "brand" / "stack.md").write_text("max_pauses_per_day: 2\n", encoding="utf-8")
    person = Person()
    told = Surfaces(open_session, workspace, faults).host(sandbox.of_class("loser")[:3], person=person)
    for answer in (told, told["proposed"]):
        assert answer["status"] == "approval_required"
        assert "max_pauses_per_day 2: 2 left, this needs 3" in answer["reason"]
        assert answer["in_a_terminal"].startswith("adsteward apply cs-")
    assert not person.asked
    assert not sandbox.writes()


def test_nothing_is_stopped_by_a_bid_or_a_targeting(
    open_session: Any, sandbox: Sandbox, workspace: Path, faults: Faults, events: Events
) -> None:
    """Where no pause goes ahead with nobody asked, no cent of a bid does, no narrow targeting, and no undo that is as one."""
    (workspace / "brand" / "stack.md").write_text("max_pauses_per_day: 0\n", encoding="utf-8")
    node, bid = "23847000000001", {"bid_strategy": "COST_CAP", "bid_amount": "1"}
    sandbox.post(node, **bid)
    running = sum(a["adset_id"] == node and a["effective_status"] == "ACTIVE" for a in sandbox.ads())
    raised, _ = open_session("all").tool("edit_limits", {"id": node, "bid_amount": "50.00 USD"})
    assert raised.status == "done"
    faults.clock.later(2 * 86_400)
    (done,) = raised.change_sets
    for tool, given in (
        ("edit_limits", {"id": node, "bid_amount": "0.01 USD"}),
        ("edit_targeting", {"adset_ids": [node], "age_min": 60}),
        ("undo", {"change_set_id": done.change_set.id}),
    ):
        for mode in ("safe", "all"):
            report, _ = open_session(mode).tool(tool, given)
            assert report.status == "needs_approval"
            (waiting,) = report.change_sets
            assert f"max_pauses_per_day 0: 0 left, this needs {running}" in events.of(Proposed)[-1].ruling
            assert waiting.change_set.changes[0].stops == running > 1
    assert len(faults.sent_writes()) == 1


def test_pause_everything_offers_the_rest_where_ads_are_protected(
    open_session: Any, sandbox: Sandbox, workspace: Path
) -> None:
    """The protected run on and are named; a plain yes is enough, however full the envelope."""
    text = 'max_pauses_per_day: 0\nprotect:\n- "*evergreen*"\n'
    (workspace / "brand" / "stack.md").write_text(text, encoding="utf-8")
    report = open_session("safe").run("pause everything", Offline())
    assert report.status == "needs_approval"
    report = open_session("ask", approver=approved_by("a person")).run("pause everything", Offline())
    running = [ad["name"] for ad in sandbox.ads() if ad["effective_status"] == "ACTIVE"]
    assert running
    assert all("evergreen" in name.casefold() for name in running)
    assert "still running" in report.answer


def test_what_is_to_be_paused_fits_into_what_is_left(
    open_session: Any, sandbox: Sandbox, workspace: Path
) -> None:
    """The second check of a day proposes what the first left room for, so that it need not wait as a whole."""
    (workspace / "brand" / "stack.md").write_text("max_pauses_per_day: 5\n", encoding="utf-8")
    losers = sandbox.of_class("loser")
    open_session("safe").tool("set_status", {"ids": losers[:3], "status": "PAUSED"})
    report = open_session("safe").run("pause underperforming ads", Offline())
    assert report.status == "done"
    assert len(report.change_sets[0].outcomes) == 2
    assert "2 may be paused now (max_pauses_per_day)" in report.answer
