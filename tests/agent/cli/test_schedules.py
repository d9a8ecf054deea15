"""`schedule`, `work` and `inbox`: what comes back by itself, and what waits for a person because of it."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from agent.cli.entry import _guarded
from agent.cli.fleet.work import exit_code
from agent.fleet.order_book import OrderBook
from agent.fleet.orders import End, Spot
from agent.overview.snapshots import Place, Snapshots
from agent.setup.file_lock import held
from agent.setup.stops import Exit
from agent.writes.journal import Journal
from tests.agent.fleet.test_pending_sets import proposed
from tests.agent.support import (
    ACCOUNT,
    NOT_NOW,
    Action,
    Faults,
    Sandbox,
    brand,
    drop_before,
    graph_error,
    html_after,
    refuse,
)
from tools.domain.text import clock

JAPAN, OUTLET = "act_234567890", "act_345678901"
PAUSE = "pause underperforming ads"
Cli = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """One sandbox for all commands of a test."""
    sandbox, faults = Sandbox(), Faults()
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    faults.dated = lambda _: None
    return faults


@pytest.fixture
def cli(ws: Path, faults: Faults, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command in this process; gives its exit code, what it printed (read, if it is JSON), and what it said of errors."""

    def call(*arguments: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = _guarded([*arguments])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments and out else " ".join(out.split()), err

    return call


def make_due(ws: Path, days: int = 0) -> None:
    """Time passes: all that is to come was due a minute, or some days, ago."""
    due = datetime.now(UTC) - timedelta(days=days, minutes=1)
    with closing(OrderBook.of(ws / "state")) as book:
        book.run("UPDATE slots SET due=?", due.isoformat(timespec="microseconds"))


def test_from_an_order_to_an_approval(cli: Cli, ws: Path, faults: Faults) -> None:
    """Added, done when due, waiting in the inbox, shown, applied, and not there any more; each step writes nothing of its own."""
    code, said, _ = cli("schedule", "add", PAUSE, "--every", "monday", "--at", "9:05", "--sandbox")
    assert (code, said.split("next")[0]) == (
        0, f"s1 {PAUSE} · every monday at 09:05 · SANDBOX {ACCOUNT} · approval: none Northwind Outdoor (demo) ({ACCOUNT}): ")  # fmt: skip
    assert "adsteward work" in said
    assert cli("work", "--once")[1].startswith("Nothing was due. Next: ")
    make_due(ws)
    code, done, _ = cli("work", "--once", "--json")
    (ran,) = done["runs"]
    assert (code, ran["status"], ran["exit_code"], ran["account"], ran["note"]) == (
        3,
        "needs_approval",
        3,
        ACCOUNT,
        "",
    )
    assert faults.sent_writes() == []
    transcript = Path(ran["transcript"]).read_text(encoding="utf-8")
    assert PAUSE in transcript.splitlines()[0]
    code, waits, _ = cli("inbox", "--json")
    (pending,) = waits["waiting"]
    assert [pending["id"]] == ran["change_sets"]
    assert (pending["state"], pending["request"], pending["account"], pending["expires_at"]) == (
        "proposed",
        PAUSE,
        ACCOUNT,
        None,
    )
    code, said, _ = cli("inbox")
    assert (
        f"{pending['id']} SANDBOX Northwind Outdoor (demo) ({ACCOUNT}) · 0 min old · waits for approval"
        in said
    )
    assert f"per day stays in the budgets, for other ads asked for: {PAUSE}" in said
    code, said, _ = cli("inbox", "show", pending["id"])
    assert (code, f"`adsteward apply {pending['id']}` asks for your approval" in said) == (0, True)
    assert cli("apply", pending["id"], "--approve", "safe")[0] == 0
    assert len(faults.sent_writes()) > 0
    assert cli("inbox")[1] == "Nothing waits for an approval."
    listed = cli("schedule", "list")[1]
    assert f"left changes to approve [1 change set: {pending['id']}]" in listed
    assert "Pause what underperforms · Nothing was changed yet" in listed
    assert "wait for your approval. ·" in listed


def test_the_standing_policy_is_that_of_a_run(cli: Cli, ws: Path, faults: Faults) -> None:
    """`--approve safe` lets through what cannot raise spend, once, as `adsteward run --approve safe` does; limits hold."""
    assert cli("schedule", "add", PAUSE, "--approve", "safe", "--sandbox")[0] == 0
    code, ran, _ = cli("schedule", "run", "s1", "--json")
    assert (code, ran["runs"][0]["status"]) == (0, "done")
    sent, (set_id,) = len(faults.sent_writes()), ran["runs"][0]["change_sets"]
    assert sent > 0
    code, shown, _ = cli("show", set_id, "--json")
    assert [event["event"] for event in shown["events"]][:2] == ["proposed", "approved"]
    assert json.loads(shown["events"][1]["data"])["who"] == "policy"
    assert (
        cli("schedule", "run", "S1", "--json")[1]["runs"][0]["change_sets"] == []
    )  # nothing is left to pause
    assert len(faults.sent_writes()) == sent


def test_a_wrong_brand_file_does_not_hold_up_a_scheduled_stop(cli: Cli, ws: Path, faults: Faults) -> None:
    """It waits for a person's word as ever; all other orders fail and say why."""
    for request in ("stop everything", PAUSE):
        assert cli("schedule", "add", request, "--sandbox")[0] == 0
    brand(ws, "max_pauses_per_day: 1O\n")
    assert cli("schedule", "run", "s2", "--json")[1]["runs"][0]["exit_code"] == Exit.USAGE
    (stopped,) = cli("schedule", "run", "s1", "--json")[1]["runs"]
    assert (stopped["status"], len(stopped["change_sets"])) == ("needs_approval", 1)
    assert not faults.sent_writes()


def test_all_is_a_run_in_each_account_and_late_ones_say_so(cli: Cli, ws: Path) -> None:
    """Each by its own clock and with its own end; what was missed is one run."""
    code, said, _ = cli(
        "schedule", "add", "how many ads do I have?", "--account", "ALL", "--sandbox", "--json"
    )
    (order,) = said["schedules"]
    assert (code, order["account"]) == (0, "all")
    assert {one["account"]: one["timezone"] for one in order["accounts"]} == {
        ACCOUNT: "America/New_York", JAPAN: "Asia/Tokyo", OUTLET: "America/New_York"}  # fmt: skip
    make_due(ws, days=2)
    code, done, _ = cli("work", "--once", "--json")
    assert (code, [ran["account"] for ran in done["runs"]]) == (0, [ACCOUNT, JAPAN, OUTLET])
    assert len({ran["transcript"] for ran in done["runs"]}) == 3
    for ran in done["runs"]:
        assert ran["note"].startswith("late by 48 h 1 min: it was due at ")
        assert "later times that passed meanwhile counted as done with it" in ran["note"]
    assert cli("work", "--once", "--json")[1]["runs"] == []
    listed = cli("schedule", "list")[1]
    assert listed.count("(late by 48 h 1 min") == 3


def test_a_set_of_an_account_that_is_not_seen_any_more_says_so(cli: Cli, ws: Path) -> None:
    """Whoever tries to apply it is told, and from then on the inbox says it and how the set is taken out."""
    with closing(Journal(ws / "state" / "journal.sqlite")) as journal:
        lost = proposed(journal, "25T08:00", -500, account="act_987654321", world="sandbox")
    assert "cannot be applied" not in cli("inbox")[1]
    assert cli("apply", lost.id, "--json")[0] == 2
    assert "cannot be applied: There is no account act_987654321 that your token can see" in (
        said := cli("inbox")[1]
    )
    assert f"`adsteward decline {lost.id}` takes it out." in said
    assert cli("inbox", "--json")[1]["waiting"][0]["cannot_be_applied"].startswith("There is no account")
    cli("decline", lost.id)
    assert cli("inbox")[1] == "Nothing waits for an approval."


def test_an_account_that_is_gone_fails_alone(cli: Cli, ws: Path) -> None:
    """A run in an account that the token lost ends with why; the order stays and comes again."""
    cli("schedule", "add", "how many ads do I have?", "--sandbox")
    with closing(OrderBook.of(ws / "state")) as book:
        book.run("UPDATE slots SET account='act_987654321'")
    make_due(ws)
    code, said, _ = cli("work", "--once")
    assert code == 2
    assert "(act_987654321): failed" in said
    assert "There is no account act_987654321 that your token can see" in said
    last = cli("schedule", "list", "--json")[1]["schedules"][0]["accounts"][0]
    assert (last["last"]["exit_code"], last["next"] is None) == (2, False)


@pytest.mark.parametrize("at", [0, 1], ids=["opening", "within"])
@pytest.mark.parametrize(
    ("action", "again"),
    [
        (refuse, True),
        (drop_before, True),
        (html_after, True),
        (graph_error(2, status=500), True),
        (graph_error(17, 2446079), True),
        (graph_error(190, 463), False),
        (graph_error(200), False),
        (graph_error(368), False),
    ],
    ids=[
        "no network",
        "cut",
        "bad gateway",
        "passing",
        "throttled",
        "dead token",
        "not permitted",
        "blocked",
    ],
)
def test_a_run_that_met_a_passing_failure_is_tried_again(
    cli: Cli, ws: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch, action: Action, again: bool, at: int
) -> None:
    """Whether Meta was away as the account was opened or later; what lasts waits for its next time. The list says it."""
    monkeypatch.setattr("tools.graph.retry.CONNECT_BACKOFF_S", (0.0,))
    assert cli("schedule", "add", "how many ads do I have?", *NOT_NOW, "--sandbox", "--max-wait", "0")[0] == 0
    make_due(ws)
    faults.reads[:] = [None] * at + [action] * 50
    code, done, _ = cli("work", "--once", "--json")
    faults.reads.clear()
    assert code in (4, 6)
    assert ("tried again from" in done["runs"][0]["note"]) is again
    listed = cli("schedule", "list")[1]
    assert (f"before that tried again from {datetime.now(UTC):%Y}" in listed) is again
    slot = cli("schedule", "list", "--json")[1]["schedules"][0]["accounts"][0]
    assert ((slot["again"] or slot["next"]) < slot["next"]) is again


def held_up(minutes: int) -> Action:
    """Meta wants the account to be left alone for so long."""
    usage = {"123": [{"type": "ads_management", "estimated_time_to_regain_access": minutes}]}

    def act(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        answer = graph_error(17, 2446079)(forward, request)
        answer.headers["x-business-use-case-usage"] = json.dumps(usage)
        return answer

    return act


def test_a_run_that_has_not_begun_gives_its_place_back_until_meta_lets_it(
    cli: Cli, ws: Path, faults: Faults
) -> None:
    """No worker waits ten minutes for one account while others are due: it is taken up again when Meta said."""
    assert cli("schedule", "add", "how many ads do I have?", *NOT_NOW, "--sandbox")[0] == 0
    make_due(ws)
    faults.reads[:] = [held_up(10)]
    began = datetime.now(UTC)
    _, done, _ = cli("work", "--once", "--json")
    assert "tried again from" in done["runs"][0]["note"]
    slot = cli("schedule", "list", "--json")[1]["schedules"][0]["accounts"][0]
    again_in = datetime.fromisoformat(slot["again"]) - began
    assert timedelta(minutes=9) < again_in < timedelta(minutes=11)
    assert done["runs"][0]["change_sets"] == []


def test_a_wait_of_our_own_is_none_that_meta_said(cli: Cli, ws: Path, faults: Faults) -> None:
    """An outage that outlasts what a run may wait is tried again after minutes that grow, not each minute until it is given up."""
    assert cli("schedule", "add", "how many ads do I have?", *NOT_NOW, "--sandbox", "--max-wait", "0")[0] == 0
    make_due(ws)
    faults.reads[:] = [html_after] * 50
    began = datetime.now(UTC)
    cli("work", "--once", "--json")
    slot = cli("schedule", "list", "--json")[1]["schedules"][0]["accounts"][0]
    again_in = datetime.fromisoformat(slot["again"]) - began
    assert timedelta(minutes=4) < again_in < timedelta(minutes=6)


def test_somebody_is_asked_to_decide(cli: Cli, ws: Path) -> None:
    """Who is asked stands in the inbox and in the events of the set, the last one counts, and anybody may decide all the same."""
    pause = '{"ids": ["Static – Tent 20% off"], "status": "PAUSED"}'
    set_id = cli("tool", "set_status", pause, "--sandbox", "--json")[1]["change_sets"][0]["id"]
    code, said, _ = cli("inbox", "assign", set_id, "Tom")
    assert (code, said.startswith(f"{set_id} is asked of Tom: `adsteward inbox --mine 'Tom'` lists it.")) == (
        0,
        True,
    )
    code, one, _ = cli("inbox", "assign", set_id, " Maria\n\u202eX " + "x" * 200, "--json")
    assert (code, one["assigned_to"]) == (0, "Maria X " + "x" * 71 + "…")
    assert cli("inbox", "assign", set_id, "Maria")[0] == 0
    assert "waits for approval · asked of Maria" in cli("inbox")[1]
    assert [w["assigned_to"] for w in cli("inbox", "--mine", "maria", "--json")[1]["waiting"]] == ["Maria"]
    assert cli("inbox", "--mine", "Tom")[1] == "Nothing waits for Tom."
    events = [event["event"] for event in cli("show", set_id, "--json")[1]["events"]]
    assert events == ["proposed", "assigned", "assigned", "assigned"]
    assert cli("apply", set_id, "--approve", "safe")[0] == 0
    code, _, err = cli("inbox", "assign", set_id, "Tom")
    assert (code, err.endswith("Nothing was changed.\n")) == (2, True)


def test_machines_say_where_a_set_and_its_transcript_came_from(
    cli: Cli, ws: Path, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a shared database: transcripts stay on the machine of their run, and every other one names it."""
    monkeypatch.setattr("platform.node", lambda: "alpha")
    cli("schedule", "add", "pause underperforming ads", "--sandbox")
    make_due(ws)
    (run,) = cli("work", "--once", "--json")[1]["runs"]
    (set_id,) = run["change_sets"]
    monkeypatch.setattr("platform.node", lambda: "beta")
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(tmp_path / "there"))
    (tmp_path / "there").mkdir()
    assert "waits for approval · from alpha" in cli("inbox")[1]
    assert [one["machine"] for one in cli("inbox", "--json")[1]["waiting"]] == ["alpha"]
    kept = Path(run["transcript"]).relative_to(ws)
    assert f"transcript: alpha, {kept} of its workspace" in cli("inbox", "show", set_id)[1]
    last = cli("schedule", "list", "--json")[1]["schedules"][0]["accounts"][0]["last"]
    assert last["transcript"] == f"alpha:{run['transcript']}"


def test_doctor_names_how_what_is_not_finished_goes_on(cli: Cli, ws: Path) -> None:
    """Each set by its own command."""
    pause = '{"ids": ["Static – Tent 20% off"], "status": "PAUSED"}'
    set_id = cli("tool", "set_status", pause, "--sandbox", "--json")[1]["change_sets"][0]["id"]
    with closing(Journal(ws / "state" / "journal.sqlite")) as journal:
        journal.approve(journal.change_set(set_id), "me")
    code, report, _ = cli("doctor", "--sandbox", "--json")
    (check,) = [one for one in report["checks"] if one["what"] == "journal"]
    assert (code, check["problem"]) == (4, f"not finished: {set_id}. To go on: `adsteward apply {set_id}`.")


def test_paused_resumed_removed(cli: Cli, ws: Path) -> None:
    """A paused one does not come; removed it is not listed, and what is not there is said."""
    cli("schedule", "add", "how many ads do I have?", "--sandbox")
    assert cli("schedule", "pause", "s1")[1].endswith(
        "s1 is paused; it does not come until `adsteward schedule resume s1`."
    )
    make_due(ws)
    assert cli("work", "--once")[1] == "Nothing was due. There are no schedules: `adsteward schedule add`."
    assert cli("schedule", "resume", "s1", "--json")[1]["schedules"][0]["state"] == "active"
    assert cli("work", "--once", "--json")[1]["runs"] == []
    assert cli("schedule", "remove", "s1")[0] == 0
    assert cli("schedule", "list")[1].startswith("There are no schedules.")
    for verb in ("pause", "resume", "remove", "run"):
        code, out, err = cli("schedule", verb, "s1")
        assert (code, out, "There is no schedule 's1'" in err) == (2, "", True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("schedule", "add", "x", "--at", "25:00"), "'25:00' is no time of day: write one such as 08:00"),
        (("schedule", "add", "x", "--at", "8"), "'8' is no time of day"),
        (("schedule", "add", "x", "--at", "08:60"), "is no time of day"),
        (("schedule", "add", "x", "--every", "fortnight"), "'fortnight' is not one of"),
        (("schedule", "add", "x", "--approve", "ask"), "'ask' is not one of"),
        (("schedule", "add", " ", "--sandbox"), "Say what to do"),
        (("schedule", "add", "x", "--sandbox", "--account", "act_987654321"), "There is no account act_987654321"),
        (("schedule", "add", "x", "--sandbox", "--account", "mine"), "write the account number, for example act_123456789 (`adsteward accounts` lists names and numbers)"),
        (("schedule", "add", "x"), "No access token"),
        (("schedule", "add", "\U0001f525", "--sandbox"), "No schedule was added, as the built-in rules"),
        (("schedule", "add", "asdf qwer", "--sandbox", "--account", "all"), "how are my ads"),
        (("work", "--json"), "needs --once"),
        (("work", "--print", "init"), "'init' is not one of"),
        (("inbox", "show", "cs-000000000000"), "There is no change set cs-000000000000"),
        (("inbox", "assign", "cs-000000000000", "Tom"), "There is no change set cs-000000000000"),
        (("inbox", "assign", "cs-000000000000", " "), "Say who is to decide"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    cli: Cli, ws: Path, arguments: tuple[str, ...], told: str
) -> None:
    """Exit code 2, a line on why, and no order."""
    code, out, err = cli(*arguments)
    assert code == 2
    assert told in (out["answer"] if isinstance(out, dict) else err)
    assert cli("schedule", "list", "--json")[1]["schedules"] == []


@pytest.mark.parametrize(
    "text",
    [
        "undo", "redo", "do it", "the second one", "pause them", "help", "and last month?", "remember that we close in May", "thanks",
        "mach das rückgängig", "deshazlo", "desfaz isso", "annule ça",
        "pause everything until monday", "spend less", "double my budget", "pause the ad for the tent", "pause nothing",
    ],
)  # fmt: skip
def test_what_would_be_asked_back_or_leans_on_a_talk_is_no_standing_order(cli: Cli, text: str) -> None:
    """Each run begins anew, and nobody is there to answer; nothing is kept, and why is said."""
    code, _, err = cli("schedule", "add", text, "--sandbox", "--approve", "all")
    assert (code, "No schedule was added" in err) == (2, True)


@pytest.mark.parametrize(
    "text",
    [
        "puase underpreforming ads",
        "history",
        "pause underperforming ads, thanks",
        'pause ads in "x" with cpa over 60',
        "stop",
    ],
)
def test_what_would_be_done_at_any_time_is_a_standing_order(cli: Cli, text: str) -> None:
    """A misspelled word, a name in quotes and what looks back at changes are fine."""
    assert cli("schedule", "add", text, "--sandbox")[0] == 0


def test_an_order_for_what_is_not_in_the_account_is_added_with_a_word(cli: Cli, ws: Path) -> None:
    """It may come to be; until then a run would only answer that nothing is called so, and nothing waits of having looked."""
    code, said, _ = cli("schedule", "add", "pause Static – Nonexistent", "--sandbox")
    assert (code, 'all that comes of it is: No campaign or ad set or ad is called "Static' in said) == (
        0,
        True,
    )
    told = cli("schedule", "add", 'pause ads in "winter wonder" with cpa over 60', "--sandbox", "--json")[1]
    assert 'is called "winter wonder"' in told["said"]
    for request in ("raise the budget of Summer – Prospecting by 10%", 'pause "Static – Gift card"', PAUSE):
        assert "As the account is now" not in cli("schedule", "add", request, "--sandbox")[1]
    assert cli("inbox")[1] == "Nothing waits for an approval."


def test_an_order_for_what_is_in_none_of_all_accounts_is_added_with_a_word(cli: Cli, ws: Path) -> None:
    """What is in one of them is an order like any other; where it is in none that was looked at, that is said."""
    everywhere = ("--account", "all", "--sandbox", "--json")
    said = cli("schedule", "add", "pause Static – Nonexistent", *everywhere)[1]["said"]
    assert "As 3 of the 3 accounts are now, all that comes of it is: No campaign or ad set or ad" in said
    for request in ('pause "Static – Gift card"', 'pause "Static – Down vest"', "daily check"):
        assert "comes of it" not in cli("schedule", "add", request, *everywhere)[1]["said"]
    assert cli("inbox")[1] == "Nothing waits for an approval."


def test_accounts_that_cannot_be_read_hold_no_order_up(cli: Cli, ws: Path, faults: Faults) -> None:
    """Few are tried, however many there are; what is said is of those that were looked at."""

    def many(forward: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        rows = [{"id": f"act_{n}", "name": f"Account {n}"} for n in range(900, 940)]
        rows.insert(2, {"id": ACCOUNT, "name": "Northwind Outdoor (demo)"})
        return httpx.Response(200, json={"data": rows, "summary": {"total_count": len(rows)}})

    faults.reads = [many]
    everywhere = ("--account", "all", "--sandbox", "--json")
    said = cli("schedule", "add", "pause Static – Nonexistent", *everywhere)[1]["said"]
    assert "As 1 of the 41 accounts is now, all that comes of it is: No campaign or ad set or ad" in said
    asked = {part for r in faults.requests for part in r.url.path.split("/") if part.startswith("act_9")}
    assert asked == {f"act_{n}" for n in range(900, 904)}


def test_a_wrong_account_of_the_command_line_is_no_fault_of_a_file(cli: Cli, ws: Path) -> None:
    """The emergency stop is spoken of beside a wrong line of stack.md alone, which does not hinder it."""
    _, _, err = cli("schedule", "add", "daily check", "--sandbox", "--account", "mine")
    assert err.rstrip().endswith("Nothing was done.")
    brand(ws, "max_pauses_per_day: many\n")
    _, _, err = cli("schedule", "add", "daily check", "--sandbox")
    assert 'Stopping all works even so: adsteward "stop everything"' in " ".join(err.split())


def test_what_a_set_is_by_now_is_told_on_the_clock_of_its_account(cli: Cli, ws: Path) -> None:
    """One clock in one answer: when it was proposed, since when it waits, when it was applied."""
    cli("run", PAUSE, "--sandbox", "--model", "offline")
    (row,) = cli("history", "--json")[1]["change_sets"]
    at = clock(datetime.fromisoformat(row["when"]).astimezone(ZoneInfo(row["timezone"])))
    said = cli("inbox", "show", row["id"])[1]
    assert f"proposed {at}" in said
    assert f"waits since it was proposed at {at}:" in said
    assert "UTC:" not in said


def test_a_token_in_a_request_is_kept_nowhere(cli: Cli, ws: Path) -> None:
    """What was pasted by mistake stands neither in the list nor in the file."""
    token = "EAAcanaryTOKENcanaryTOKEN0123456789"
    assert cli("schedule", "add", f'pause "{token}"', "--sandbox")[0] == 0
    assert token not in cli("schedule", "list")[1]
    assert not any(token.encode() in path.read_bytes() for path in (ws / "state").glob("schedules*"))


def test_a_bug_of_one_run_keeps_no_other(
    cli: Cli, ws: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It ends with exit code 70 and a file, and the next one is done."""
    for _ in range(2):
        cli("schedule", "add", "how many ads do I have?", "--sandbox")
    make_due(ws)
    from agent.run.session import Session

    whole, ran = Session.run, list[str]()

    def break_once(self: Session, request: str, *rest: Any) -> Any:
        ran.append(request)
        if len(ran) == 1:
            raise RuntimeError("nobody foresaw it")
        return whole(self, request, *rest)

    monkeypatch.setattr(Session, "run", break_once)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, done, _ = cli("work", "--once", "--json")
    assert (code, [ran["exit_code"] for ran in done["runs"]]) == (70, [70, 0])
    assert "hit a bug (RuntimeError)" in done["runs"][0]["answer"]


def test_what_another_is_at_is_not_done_beside_it(cli: Cli, ws: Path) -> None:
    """`schedule run` says which account is busy, and does nothing."""
    cli("schedule", "add", "how many ads do I have?", "--sandbox")
    with closing(OrderBook.of(ws / "state")) as book, held(ws / "state" / "worker-other.lock"):
        assert book.claim_now(book.order("s1"), book.slots(book.order("s1"))[0].spot, "other")
        code, _, err = cli("schedule", "run", "s1")
        assert code == 2
        assert f"Another adsteward is at work on {ACCOUNT}. Nothing was done" in err
        assert "and not ended yet" in cli("schedule", "list")[1]


def test_a_loop_ends_with_ctrl_c(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it waits that is its usual end: exit code 0, and when something comes next."""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    cli("schedule", "add", "how many ads do I have?", "--sandbox")
    monkeypatch.setattr("agent.cli.fleet.work.time.sleep", interrupt)
    code, said, _ = cli("work")
    assert (code, said.split("Next: ")[0]) == (0, "Doing what is due, until Ctrl-C. Nothing was due. ")


def test_units_name_the_workspace(cli: Cli, ws: Path) -> None:
    """Whatever the scheduler, it works in the workspace that it was printed for; nothing is made by printing."""
    for system in ("systemd", "launchd", "cron"):
        code, said, _ = cli("work", "--print", system)
        assert code == 0
        assert str(ws) in said
        assert "--once" in said
    assert not (ws / "state").exists()


@pytest.mark.parametrize(
    ("exits", "code"), [([], 0), ([0, 0], 0), ([0, 3, 0], 3), ([0, 3, 2], 2), ([4, 6, 3], 6), ([130], 130)]
)
def test_several_runs_are_one_exit_code(exits: list[int], code: int) -> None:
    """The worst failure; else that something waits; else done."""
    assert exit_code(exits) == code


def test_a_scheduled_run_reads_anew_what_the_page_shows_of_its_account(cli: Cli, ws: Path) -> None:
    """Only where somebody looked before, and when that was some time ago; the run ends as it would have."""
    cli("schedule", "add", "list my ads", "--account", OUTLET, "--sandbox")
    long_ago = datetime.now(UTC) - timedelta(hours=3)
    place = Place("sandbox", OUTLET, "Outlet", "USD", "UTC")
    make_due(ws)
    assert cli("work", "--once")[0] == 0
    with closing(Snapshots(ws / "state" / Snapshots.file, now=lambda: long_ago)) as kept:
        assert kept.all_of("check", sandboxed=True) == []
        kept.keep(place, "check", {})
        make_due(ws)
        assert cli("work", "--once")[0] == 0
        (one,) = kept.all_of("check", "tree", sandboxed=True)
    assert one.parts["check"].taken_at > long_ago
    assert one.parts["tree"].answer["rows"]


def test_a_thousand_accounts_are_told_by_their_sums(cli: Cli, ws: Path) -> None:
    """When they come and how they ended, and by name those that failed; a file has them all."""
    spots = [Spot(f"act_{number}", f"Shop {number}", "UTC") for number in range(1, 1001)]
    (ws / "state").mkdir(exist_ok=True)
    with closing(OrderBook.of(ws / "state")) as book:
        told = {"every": "day", "account": "all", "approve": "none", "options": {"sandbox": True}}
        order = book.add("daily check", at=time(8), **told, spots=spots)
        for spot, end in zip(
            spots[:2], [End("error", Exit.META, "no permission"), End("done", Exit.DONE, "")], strict=True
        ):
            claim = book.claim_now(order, spot, "someone")
            assert claim
            book.finish(claim, end)
    lines = cli("schedule", "list")[1]
    assert "1,000 accounts: next" in lines
    assert "(1,000) last: failed (1), done (1) Shop 1 (act_1): next" in lines
    assert "failed: no permission" in lines
    assert "Shop 2 (" not in lines
    assert len(cli("schedule", "list", "--json")[1]["schedules"][0]["accounts"]) == 1000
