"""What a person should weigh stands before the question on every surface, in words and amounts that people read."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.cli.entry import _guarded
from agent.hosts import gate_approvals
from agent.run.events import ToolFinished
from agent.show.change_lines import total_effect
from agent.show.screen import Screen
from agent.writes.approval import Decision
from agent.writes.policy import Ruling
from tests.agent.hosts.hosts import Host, Person
from tests.agent.writes.test_policy import budget, policy
from tests.attacks.terminals import packed
from tools.domain.brand import Amount
from tools.domain.changes import ChangeSet
from tools.domain.money import grouped, separated
from tools.domain.text import clock_of

EVERGREEN = "protect: *evergreen*\nmax_pauses_per_day: 90\n"


class Reader:
    """An approver that keeps what it was asked, and puts it off."""

    def __init__(self) -> None:
        self.asked: list[ChangeSet] = []

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision:
        self.asked.append(change_set)
        return Decision("later", "a test")


@pytest.fixture
def shielded(workspace: Path) -> Path:
    (workspace / "brand" / "stack.md").write_text(EVERGREEN, encoding="utf-8")
    return workspace


@pytest.fixture
def host(shielded, sandbox, faults, monkeypatch) -> Iterator[Host]:
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    opened = Host(shielded, faults.clock, person=Person(action="decline"))
    yield opened
    opened.server.close()


def reviewed(call: Callable[..., Any]) -> tuple[dict[str, Any], list[str]]:
    """A review, and the ids that it says to pause."""
    review = call("review_performance")
    return review, [row["id"] for row in review["pause"]]


def test_a_review_s_risk_effect_and_left_outs_come_before_the_question_of_a_host(host: Host) -> None:
    """In the table, in the question, in the gate's file and in its prompt or named there as missing."""
    review, ids = reviewed(host.call)
    proposed = host.call("set_status", ids=ids, status="PAUSED")
    host.apply(proposed)
    (question,) = host.person.asked
    waiting = gate_approvals.folder() / "waiting" / f"{proposed['change_set_id']}.json"
    prompt = json.loads(waiting.read_text())["summary"]
    for text in (question, proposed["table"], waiting.with_suffix(".txt").read_text()):
        told = text.partition("Apply this change set?")[0]
        assert f"  Risk: {review['pause_expected_good']}" in told
        assert f"  Effect: {review['pause_effect'][0]}" in told
        assert re.search(r"^  Left out, protected by stack\.md: “Evergreen.*” \(\d+\)", told, re.MULTILINE)
        assert told.index("Risk: ") < told.index("pause ad")
    assert "Risk: " in prompt or "notes" in prompt.rpartition("…")[2]


def test_they_come_before_the_question_at_a_terminal_and_in_show(open_session, shielded, capsys) -> None:
    """The set that the approver is asked about holds them, and whoever comes back to it reads them again."""
    session = open_session("ask", approver := Reader())
    session.tool("review_performance", {})
    (ids,) = (sorted(found) for found in session.weighed)
    session.tool("set_status", {"ids": ids, "status": "PAUSED"})
    (asked,) = approver.asked
    assert [note.partition(":")[0] for note in asked.notes if note][:2] == ["Risk", "Effect"]
    assert _guarded(["show", asked.id, "--workspace", str(shielded)]) == 0
    assert packed("\n".join(asked.notes)) in packed(capsys.readouterr().out)


def test_other_pauses_than_those_of_a_review_do_not_claim_its_risk(open_session) -> None:
    """One ad fewer is another plan."""
    session = open_session("ask", approver := Reader())
    session.tool("review_performance", {})
    (ids,) = (sorted(found) for found in session.weighed)
    session.tool("set_status", {"ids": ids[1:], "status": "PAUSED"})
    (together,) = approver.asked[0].notes
    assert together.startswith(f"Stops {len(ids) - 1} ads that delivered, 0 of which meet the target")


def test_a_stop_says_in_words_what_stops_and_what_nobody_read(host: Host) -> None:
    """No sum of nothing, no number of unknowns: how many ads stop, that their spend was not read, and why."""
    proposed = host.call("stop", reach="all")
    host.apply(proposed)
    (question,) = host.person.asked
    waiting = gate_approvals.folder() / "waiting" / f"{proposed['change_set_id']}.json"
    for text in (question, proposed["table"], json.loads(waiting.read_text())["summary"]):
        said = r"\d+ changes, \d+ ads stop that spend or soon would: how much per day was not read \(stop waits for no figures\)"
        assert re.search(said, text)
        assert "0.00" not in text.partition("\n1")[0]
    assert "Note: protected by stack.md, still running: Evergreen" in question.partition("Apply this")[0]


def test_a_stop_of_what_is_protected_says_so_first(host: Host) -> None:
    """The second word of a person does not make it look like any other stop."""
    table = host.call("stop", reach="protected")["table"]
    assert "  Note: protected by stack.md, and paused all the same: Evergreen" in table.partition("\n1")[0]


def test_a_set_of_known_and_unknown_sums_says_both() -> None:
    """What is known is added up, what is not is counted."""
    known, unknown = budget(5000, 6000), budget(5000, 6000)
    spend = unknown.spend.model_copy(update={"daily_minor": None, "note": "no daily budget known"})
    said = total_effect([known, unknown.model_copy(update={"spend": spend})])
    assert (
        said
        == "2 changes, +10.00 USD per day, and 1 whose effect is not known beforehand (no daily budget known)"
    )


# Refusals


def test_a_refusal_says_a_value_once_and_how_to_make_the_file_it_names(tmp_path, capsys, monkeypatch) -> None:
    """Without a stack.md the way to one; no JSON among the words for a person."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    code = _guarded(
        [
            "run",
            'set the daily budget of "Summer – Prospecting" to 90000 USD',
            "--sandbox",
            "--model",
            "offline",
        ]
    )
    told = capsys.readouterr()
    assert (code, told.out) == (6, "")
    assert '{"error"' not in told.err
    assert told.err.count("90,000.00 USD") == 1
    assert "over max_daily_budget 500.00 USD, which stack.md can set" in told.err
    assert told.err.count("`adsteward init` makes one") == 1


def test_a_refusal_names_no_init_where_there_is_a_file(open_session, sandbox) -> None:
    """The same refusal in a workspace that has its brand file."""
    ids = [ad["id"] for ad in sandbox.ads() if ad["name"].startswith("Evergreen")][:1]
    _, told = open_session("none").tool("set_status", {"ids": ids, "status": "PAUSED"})
    assert "protected by stack.md" in told["error"]
    assert "init" not in told["error"]


def test_a_refusal_of_any_tool_tells_the_way_to_a_file(open_session, sandbox, workspace) -> None:
    """Whatever a tool says should stand in stack.md."""
    (workspace / "brand" / "stack.md").unlink()
    evergreen = [ad["id"] for ad in sandbox.ads() if ad["name"].startswith("Evergreen")]
    for tool, given in (
        ("set_budget", {"id": "23847000000001", "daily_budget": "4000.00 USD"}),
        ("set_status", {"ids": evergreen, "status": "PAUSED"}),
    ):
        _, told = open_session("none").tool(tool, given)
        assert "stack.md" in told["error"]
        assert told["error"].endswith("`adsteward init` makes one.")


def test_a_screen_shows_no_json_of_a_refusal(capsys) -> None:
    """The first sentence; the answer tells the rest."""
    content = json.dumps({"error": "Refused: 1,000.00 USD is too much. Do something else."})
    Screen()(ToolFinished("1", "set_budget", content, is_error=True))
    told = capsys.readouterr().err
    assert "! set_budget: Refused" in told
    assert "{" not in told


# Amounts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at most 9000 JPY a day", "at most 9,000 JPY a day"),
        ("from 1234.50 EUR to 12345.60 EUR", "from 1,234.50 EUR to 12,345.60 EUR"),
        ("act_123456789 and 23847000000001", "act_123456789 and 23847000000001"),
        ("Sale 2024.10", "Sale 2024.10"),
        ("1,234.50 EUR", "1,234.50 EUR"),
        ("5000 XYZ", "5000 XYZ"),
    ],
)
def test_amounts_with_a_currency_have_separators_and_nothing_else(text: str, said: str) -> None:
    """Ids, years and names stay as they are."""
    assert separated(text) == said


def test_a_plain_number_is_grouped_and_no_other_text() -> None:
    """Figures of tables; what is no number is left."""
    assert [grouped(text) for text in ("12345.60", "-1234", "-", "1e9", "999")] == [
        "12,345.60",
        "-1,234",
        "-",
        "1e9",
        "999",
    ]


@pytest.mark.parametrize("minor", [1_234_500, 999_999_900])
def test_limits_and_refusals_have_separators(minor: int) -> None:
    """A refusal, the limits of a day and a setting."""
    refusal = policy(max_daily_budget="1000.00 USD").refusal(budget(1000, minor))
    assert re.search(r"\d,\d{3}\.\d\d USD is over max_daily_budget 1,000\.00 USD", refusal)
    over = policy(max_daily_budget="1000.00 USD").ruling([budget(1_000_000, minor)]).over
    assert not re.search(r"\d{4}", over)
    assert Amount.parse("1234567.5 EUR").said == "1,234,567.50 EUR"


def test_what_the_built_in_model_says_has_separators(open_session) -> None:
    """Its prose on figures, budgets and reviews; the tool's own numbers stay plain."""
    from agent.models.offline import Offline

    session = open_session("none")
    for request in ("how did my ads do last 30 days?", "which ads underperform?", "daily check"):
        answer = session.run(request, Offline()).answer
        assert not re.search(r"(?<![\d.,])\d{4,}\.\d\d(?!\d)", answer), answer
    _, told = session.tool("get_insights", {"level": "account"})
    assert re.fullmatch(r"\d+\.\d\d", told["totals"]["spend"])


# Recordings and settings


@pytest.mark.parametrize(
    "command", [["history"], ["show", "ID"], ["decline", "ID"], ["tool", "list"], ["launch", "--schema"]]
)
def test_what_asks_meta_nothing_refuses_to_record(workspace, tmp_path, capsys, command) -> None:
    """No option is taken and forgotten: the file is not there, and the person is told why."""
    file = tmp_path / "calls.jsonl"
    code = _guarded([*command, "--workspace", str(workspace), "--record", str(file)])
    assert code == 2
    assert "nothing to record" in "".join(capsys.readouterr())
    assert not file.exists()


@pytest.mark.parametrize("command", [["doctor"], ["history", "--outcomes"], ["tool", "list_ads"]])
def test_what_asks_meta_writes_its_recording(workspace, tmp_path, capsys, command) -> None:
    """A header and at least one request."""
    file = tmp_path / "calls.jsonl"
    _guarded([*command, "--sandbox", "--workspace", str(workspace), "--record", str(file)])
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert "adsteward" in lines[0]
    assert any("method" in line for line in lines[1:])


def test_show_names_whose_limits_judged_a_set(open_session, sandbox, workspace, capsys) -> None:
    """The brand file with its place, as of when, and what it said."""
    session = open_session("none")
    report, _ = session.tool("set_status", {"ids": sandbox.of_class("loser")[:1], "status": "PAUSED"})
    (stored,) = report.change_sets
    assert _guarded(["show", stored.change_set.id, "--workspace", str(workspace)]) == 0
    told = capsys.readouterr().out
    file = workspace / "brand" / "stack.md"
    assert (
        f"limits: {file}, as they were on {clock_of(stored.change_set.created_at, 'America/New_York')}: "
        in told
    )
    assert "max_pauses_per_day 50" in told
    assert "max_daily_budget 1,000.00 USD; " in told
    assert "max_lowering_per_day 1,000.00 USD; max_new_objects_per_day 30" in told
