"""The loop asks, runs tools, gives results back in order, and always comes to an end."""

import dataclasses
import json
from pathlib import Path
from typing import get_args

import pytest
from anthropic.types import StopReason

from agent.run import loop
from agent.run.events import Replied, ToolStarted, TurnStarted
from agent.run.loop import STEPS
from agent.writes.approval import Decision
from agent.writes.change_events import Decided, Proposed
from tests.agent.support import ScriptedModel, reply_of
from tests.agent.writes.test_apply import active
from tools import registry
from tools.domain import kinds


def test_every_stop_reason_of_the_sdk_has_a_step():
    """A stop reason that the SDK learns turns this red instead of being ignored."""
    assert set(get_args(StopReason)) == set(STEPS)


def test_one_result_per_call_in_the_order_of_the_calls(open_session):
    """Unknown tools, wrong arguments and good calls each get exactly one result, in order."""
    calls = [("list_accounts", {}), ("nonsense", {}), ("inspect", {"id": 5}), ("history", {"limit": 1})]
    model = ScriptedModel([calls, "done"])
    open_session().run("look", model)
    blocks = model.asked[1][-1]["content"]
    assert [b["tool_use_id"] for b in blocks] == ["t1_0", "t1_1", "t1_2", "t1_3"]
    assert [b["is_error"] for b in blocks] == [False, True, True, False]
    assert "there are daily_check, review_performance" in blocks[1]["content"]
    assert "id: must be a text" in blocks[2]["content"]
    assert "Arguments: account, id" in blocks[2]["content"]


def test_all_writes_of_a_turn_are_one_change_set_with_one_approval(open_session, sandbox, events):
    """Several write calls of a turn are decided about once."""
    first, second = active(sandbox, 2)
    writes = [("set_status", {"ids": [i], "status": "PAUSED"}) for i in (first, second)]
    report = open_session("ask", approver=Answering("approved")).run("pause", ScriptedModel([writes, "done"]))
    assert len(report.change_sets) == len(events.of(Proposed)) == len(events.of(Decided)) == 1
    assert [c.target for c in report.change_sets[0].change_set.changes] == [first, second]


class Answering:
    """An approver with a fixed answer."""

    def __init__(self, verdict, reason=""):
        self.verdict, self.reason = verdict, reason

    def decide(self, change_set, ruling):
        return Decision(self.verdict, "test", self.reason)


def test_a_declined_set_changes_nothing_and_its_reason_reaches_the_model(open_session, sandbox, faults):
    """The person's words against a change are what the model hears."""
    model = ScriptedModel([[("set_status", {"ids": active(sandbox, 1), "status": "PAUSED"})], "understood"])
    report = open_session("ask", approver=Answering("declined", "it is my favourite")).run("pause", model)
    assert (report.status, report.exit_code) == ("declined", 3)
    assert model.results()[0]["reason"] == "it is my favourite"
    assert not faults.sent_writes()


@pytest.mark.parametrize(
    ("stop_reason", "status", "exit_code"),
    [
        ("max_tokens", "limit", 6),
        ("model_context_window_exceeded", "limit", 6),
        ("refusal", "error", 5),
        ("something_new", "error", 5),
    ],
)
def test_tool_calls_of_a_cut_or_refused_turn_are_not_run(
    open_session, sandbox, faults, events, stop_reason, status, exit_code
):
    """Only a turn that ended as it should has its tools run."""
    calls = [("set_status", {"ids": active(sandbox, 1), "status": "PAUSED"})]
    report = open_session().run("pause", ScriptedModel([reply_of(calls, 1, stop_reason=stop_reason)]))
    assert (report.status, report.exit_code) == (status, exit_code)
    assert not events.of(ToolStarted)
    assert not faults.sent_writes()


def test_a_paused_turn_is_resumed(open_session):
    """`pause_turn` means: send the same conversation again."""
    model = ScriptedModel([reply_of("thinking", 1, stop_reason="pause_turn"), "done"])
    assert open_session().run("go", model).answer == "done"
    assert model.asked[1][-1]["role"] == "assistant"


def test_calls_under_a_wrong_stop_reason_are_run(open_session):
    """A local server that says end_turn with a tool call still gets its result."""
    model = ScriptedModel([reply_of([("list_accounts", {})], 1, stop_reason="end_turn"), "done"])
    assert open_session().run("go", model).answer == "done"


def test_a_model_that_loops_is_stopped(open_session):
    """The turn limit ends the run before the next answer is paid for."""
    model = ScriptedModel([[("list_accounts", {})]])
    report = open_session(max_turns=4).run("go", model)
    assert (report.status, report.exit_code, report.turns, len(model.asked)) == ("limit", 6, 4, 4)


def test_the_token_limit_is_checked_before_the_next_answer(open_session):
    """What was used so far decides, not what the next turn may bring."""
    limits = loop.Limits(max_tokens=10)
    limits.usage.input_tokens = 10
    with pytest.raises(loop.LimitReached, match="tokens"):
        limits.check()


def test_unknown_blocks_go_back_unchanged(open_session):
    """Thinking blocks and whatever a model invents return exactly as they came."""
    message = {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "s1=="},
            {"type": "tool_use", "id": "x1", "name": "list_accounts", "input": {}},
        ],
    }
    first = reply_of([("list_accounts", {})], 1)
    model = ScriptedModel([loop.Reply(message, "", first.calls, "tool_use"), "done"])
    open_session().run("go", model)
    assert model.asked[1][1] == message


def test_a_conversation_goes_on_after_a_good_run_only(open_session):
    """The next request sees what was said before; a run that broke off leaves no half turn behind."""
    session = open_session()
    session.run("first", ScriptedModel(["one"]))
    session.run("broken", ScriptedModel([reply_of("half", 1, stop_reason="refusal")]))
    model = ScriptedModel(["two"])
    session.run("second", model)
    assert [m["content"] for m in model.asked[0] if m["role"] == "user"] == ["first", "second"]


def test_the_answer_is_in_the_transcript_before_tools_run(open_session, events):
    """Each event is written before the next thing happens, and every line is JSON."""
    report = open_session().run("go", ScriptedModel([[("list_accounts", {})], "done"]))
    lines = [json.loads(line) for line in Path(report.transcript).read_text(encoding="utf-8").splitlines()]
    kinds = [line["event"] for line in lines]
    assert kinds.index("Replied") < kinds.index("ToolStarted") < kinds.index("ToolFinished")
    assert kinds[0] == "RunStarted"
    assert kinds[-1] == "RunEnded"
    assert len(events.of(TurnStarted)) == len(events.of(Replied)) == 2


def test_meta_errors_reach_the_model_unless_they_end_the_run(open_session, faults):
    """A refused read is told to the model and fails the run; a dead token ends everything at once."""
    from tests.agent.support import graph_error

    faults.reads = [None, graph_error(10)]
    session = open_session()
    report = session.run("look", model := ScriptedModel([[("list_ads", {})], "sorry"]))
    assert (report.exit_code, len(model.asked)) == (4, 2)
    faults.reads = [graph_error(190, 463)]
    asked = ScriptedModel([[("list_ads", {})], "never"])
    report = session.run("look", asked)
    assert (report.exit_code, len(asked.asked)) == (4, 1)
    assert "expired" in report.answer


def broken(monkeypatch, error):
    """`list_accounts` fails in a way that it does not foresee."""

    def run(_args, _ctx):
        raise error

    tool = registry.BY_NAME["list_accounts"]
    monkeypatch.setitem(registry.BY_NAME, "list_accounts", dataclasses.replace(tool, run=run))


@pytest.mark.parametrize("error", [ValueError("odd"), KeyError("id"), TypeError("none"), RuntimeError("no")])
def test_what_a_tool_did_not_foresee_is_a_bug_report(open_session, monkeypatch, tmp_path, error):
    """The run ends with exit 70 and a file that holds the trace, and the model is told nothing."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    broken(monkeypatch, error)
    model = ScriptedModel([[("list_accounts", {})], "never"])
    report = open_session().run("go", model)
    assert (report.status, report.exit_code, len(model.asked)) == ("error", 70, 1)
    assert report.answer.startswith(f"adsteward hit a bug ({type(error).__name__}).")
    (written,) = tmp_path.glob("adsteward-*/error.txt")
    assert str(written) in report.answer
    assert "in run" in written.read_text(encoding="utf-8")


def test_a_bug_report_holds_no_secret(open_session, monkeypatch, tmp_path):
    """Neither the token of the run nor whatever looks like one."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    broken(monkeypatch, ValueError(f"sandbox-token and EAA{'b' * 30}"))
    open_session().run("go", ScriptedModel([[("list_accounts", {})], "never"]))
    (written,) = tmp_path.glob("adsteward-*/error.txt")
    text = written.read_text(encoding="utf-8")
    assert "ValueError: [hidden] and [hidden]" in text


def test_a_parameter_that_nobody_would_see_is_not_proposed(open_session, monkeypatch, sandbox, faults):
    """A tool that sends what the table of kinds does not know is a bug, and nothing is proposed."""
    row = dataclasses.replace(kinds.KINDS["set_status"], parameters={})
    monkeypatch.setattr("tools.domain.changes.KINDS", {**kinds.KINDS, "set_status": row})
    calls = [("set_status", {"ids": active(sandbox, 1), "status": "PAUSED"})]
    report = open_session().run("pause", ScriptedModel([calls, "never"]))
    assert (report.exit_code, report.change_sets) == (70, ())
    assert not faults.sent_writes()
