"""What leaves the product steers no terminal, runs in no spreadsheet, and carries no token that somebody pasted."""

import asyncio
import csv
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.cli import entry
from agent.run.events import RunStarted, TextDelta
from agent.setup import bugs
from agent.setup.stops import Exit
from agent.show.console import ConsoleApprover
from agent.show.ending import print_json
from agent.show.screen import Screen
from tests.agent.conftest import events, faults, open_session, sandbox, workspace  # noqa: F401
from tests.agent.hosts.hosts import ERAS, Host, Person
from tests.agent.support import ScriptedModel
from tests.attacks.stdio import Held, pipe_host
from tools.domain.text import cell, json_text
from tools.graph.redact import Redactor

STEERING = (
    "\x1b[2J\x07\x08\r\x00\x7f"
    "\x80\x85\x9b31m\x9f"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e"
    "\u2028\u2029"
    "\U000e0001\U000e0041\U000e007f\ue000\U000f0000"
    "\ud83d"
    "\u3164\u2800\ufe0f"
)
NAME = f"Sale {STEERING} ends"
LOOKALIKES = [
    "EAAGm0PX4ZCpsBAKZCtoken0123456789abcdefghij",
    "EAAB" + "x" * 180,
    "123456789012345|AbCdEfGhIjKlMnOpQrStUvWxYz0",
    "IGQVJ" + "Y" * 60,
    "sk-ant-api03-abcdefgh12345678",
]


def steers(text: str) -> str:
    """What of a text a terminal would obey, hide, or turn around."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return "".join(c for c in text if c != "\n" and unicodedata.category(c) in hidden)


# --- JSON


@given(st.recursive(st.text() | st.none(), lambda v: st.lists(v) | st.dictionaries(st.text(), v)))
def test_json_for_a_terminal_is_equal_and_steers_nothing(value):
    """Any text, as a value or as a key."""
    for indent in (2, None):
        text = json_text(value, indent=indent)
        assert json.loads(text) == value
        assert steers(text) == ""


def test_every_mark_is_escaped_and_every_letter_stays(capsys):
    """As it is printed."""
    print_json({NAME: [NAME, "Größe 1 380,00 “ok” 東京"]})
    text = capsys.readouterr().out
    assert steers(text) == ""
    assert not {c for c in STEERING if not " " <= c <= "~"} & set(text) - {"\n"}
    assert "Größe 1 380,00 “ok” 東京" in text
    assert json.loads(text) == {NAME: [NAME, "Größe 1 380,00 “ok” 東京"]}


@pytest.fixture
def command(sandbox, workspace, faults, monkeypatch, capsys):  # noqa: F811
    """Runs a command on the sandbox; gives its exit code, output and errors."""
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(workspace))
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )

    def run(*arguments: str) -> tuple[int, str, str]:
        code = entry._guarded(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_every_command_that_prints_json_prints_what_steers_nothing(command, sandbox):  # noqa: F811
    """tool, run, show, history and outcomes, doctor: a name that somebody gave an ad goes through all of them."""
    ad = sandbox.of_class("loser")[0]
    sandbox.post(ad, name=NAME.replace("\x00", "").replace("\ud83d", ""))
    asked = json.dumps({"ids": [ad], "status": "PAUSED", "reason": NAME.replace("\ud83d", "")})
    printed = [
        command("tool", "set_status", asked, "--sandbox")[1],
        command("tool", "list_ads", "{}", "--sandbox")[1],
        command("run", f"pause {NAME}".replace("\ud83d", ""), "--sandbox", "--json", "--model", "offline")[1],
        command("history", "--json")[1],
        command("history", "--json", "--outcomes", "--sandbox")[1],
        command("doctor", "--json", "--sandbox")[1],
        command("explain", "--json", "190")[1],
    ]
    change_set = json.loads(printed[0])["change_sets"][0]["id"]
    printed.append(command("show", change_set, "--json")[1])
    for text in printed:
        json.loads(text)
        assert steers(text) == ""
    assert "\\u202e" in printed[0]


# --- spreadsheets

BLANKS = ["", " ", "\t", "\u00a0", "\u2003", "\u3000", "\u200b", "\ufeff", "\u200e", "\u2060", "\x00", "\n"]


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
@pytest.mark.parametrize("blank", [*BLANKS, " \u200b\ufeff ", "\u3164", "\u2800"])
def test_no_cell_is_a_formula(sign, blank):
    """Whatever stands before the sign and is not seen, and full-width signs too."""
    assert cell(f"{blank}{sign}1+1") == f"'{blank}{sign}1+1"


@pytest.mark.parametrize(
    "text", ["", " ", "Sale = now", "a-b", "5.00", "'=1", "東京", "\u200b", "\u00a01 380,00"]
)
def test_other_cells_stay_as_they_are(text):
    """Only what a spreadsheet could run gets a mark."""
    assert cell(text) == text


def test_the_table_of_a_review_is_safe_in_a_spreadsheet(open_session, sandbox):  # noqa: F811
    """Names from outside, also where a spreadsheet splits at semicolons."""
    ad = sandbox.of_class("loser")[0]
    sandbox.post(ad, name="\u200b=HYPERLINK(1);=2")
    _, told = open_session().tool("review_performance", {})
    text = Path(told["full_table_csv"]).read_bytes().decode()
    names = [row["name"] for row in csv.DictReader(text.splitlines())]
    assert "'\u200b=HYPERLINK(1);=2" in names
    assert '"\'\u200b=HYPERLINK(1);=2"' in text


# --- tokens


@pytest.mark.parametrize("token", LOOKALIKES)
def test_a_token_in_a_request_is_taken_out_before_it_is_shown_or_kept(
    token,
    open_session,  # noqa: F811
    events,  # noqa: F811
    sandbox,  # noqa: F811
    workspace,  # noqa: F811
):
    """Not on the screen, in the transcript, the journal, the report or the model's prompt; the rest is understood."""
    ad = sandbox.of_class("loser")[0]
    model = ScriptedModel([[("set_status", {"ids": [ad], "status": "PAUSED"})], "done"])
    session = open_session("none")
    report = session.run(f"my token is {token}, pause {ad}", model)
    session.close()
    everything = json.dumps([report.as_json(), model.asked, session.said, session.messages])
    everything += "".join(event.request for event in events.of(RunStarted))
    for path in workspace.rglob("*"):
        everything += path.read_bytes().decode("latin-1") if path.is_file() else ""
    assert token not in everything
    assert "my token is [hidden], pause" in everything


def test_the_token_of_the_session_is_taken_out_whatever_it_looks_like(open_session, monkeypatch):  # noqa: F811
    """Also one that looks like no token, and one with a mark in it that nobody sees."""
    monkeypatch.setattr("agent.setup.world.World.redactor", Redactor(["plainsecretvalue"]))
    session, model = open_session(), ScriptedModel(["done"])
    session.run("use plainsecret\u200bvalue now", model)
    assert model.asked[0][0]["content"] == "use [hidden] now"


@pytest.mark.parametrize(
    "request_text",
    [
        "make an ad with link https://shop.example/sale?code=SUMMER25&token=abc123456",
        "use https://scontent.fbcdn.net/v/t45.png?oh=00_AfB&oe=65",
        "family 👨‍👩‍👧 campaign",
    ],
)
def test_a_request_without_a_token_reaches_the_model_as_it_is(open_session, request_text):  # noqa: F811
    """Links still lead where they did."""
    model = ScriptedModel(["done"])
    open_session().run(request_text, model)
    assert model.asked[0][0]["content"] == request_text


@pytest.mark.parametrize("token", LOOKALIKES)
def test_a_token_in_a_tools_arguments_is_refused_and_not_repeated(token, command, workspace):  # noqa: F811
    """Of the command line: in no output, and in no file."""
    code, out, err = command("tool", "list_ads", json.dumps({"name": f"x {token}"}), "--sandbox")
    assert "access token or another secret" in out
    assert code == Exit.USAGE
    kept = "".join(p.read_bytes().decode("latin-1") for p in workspace.rglob("*") if p.is_file())
    assert token not in out + err + kept


@pytest.mark.parametrize(
    "arguments",
    [
        ("tool", "{token}"),
        ("show", "{token}"),
        ("apply", "{token}"),
        ("{token}",),
        ("run", "--{token}"),
        ("run", "pause ads", "{token}"),
        ("tool", "inspect", '{{"{token}": 1}}', "--sandbox"),
        ("history", "--limit", "{token}"),
    ],
)
def test_a_token_in_the_wrong_place_of_a_command_is_not_printed_back(arguments, command):
    """Error messages repeat what was typed, but not that."""
    token = LOOKALIKES[0]
    code, out, err = command(*(a.format(token=token) for a in arguments))
    assert code != 0
    assert token not in out + err


def test_a_token_as_the_reason_of_a_no_is_not_kept(monkeypatch, open_session, sandbox, workspace):  # noqa: F811
    """What a person types at a question goes to the journal and to the model."""
    screen = Screen(talking=True)
    monkeypatch.setattr(screen.out, "input", lambda *_, **__: f"no, use {LOOKALIKES[0]}")
    session = open_session("ask", ConsoleApprover(screen))
    ad = sandbox.of_class("loser")[0]
    model = ScriptedModel([[("set_status", {"ids": [ad], "status": "PAUSED"})], "fine"])
    report = session.run("pause it", model)
    session.close()
    kept = "".join(p.read_bytes().decode("latin-1") for p in workspace.rglob("*") if p.is_file())
    assert "use [hidden]" in kept
    assert LOOKALIKES[0] not in kept + json.dumps([report.as_json(), model.asked])


# --- hosts


@pytest.fixture(params=ERAS)
def host(request, workspace, sandbox, faults, monkeypatch):  # noqa: F811
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    opened = Host(workspace, faults.clock, era=request.param)
    yield opened
    opened.server.close()


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("set_status", {"ids": ["{token}"], "status": "PAUSED"}),
        ("list_ads", {"name": "{token}"}),
        ("show_changes", {"change_set_id": "{token}"}),
        ("apply_changes", {"change_set_id": "{token}"}),
        ("{token}", {}),
        ("propose", {"calls": [{"tool": "{token}", "arguments": {}}]}),
    ],
)
def test_a_token_in_a_hosts_call_is_not_repeated_and_not_kept(host, workspace, tool, arguments):  # noqa: F811
    """Neither in the answer nor in a file."""
    token = LOOKALIKES[0]
    filled = json.loads(json.dumps(arguments).replace("{token}", token))
    told = host.result(tool.replace("{token}", token), **filled)
    kept = "".join(p.read_bytes().decode("latin-1") for p in workspace.rglob("*") if p.is_file())
    assert told.is_error
    assert token not in told.model_dump_json() + kept


ODD_ANSWERS = [
    {"result": {}},
    {"result": {"action": "yes"}},
    {"result": {"action": None, "content": {"approve": True}}},
    {"result": {"action": ["accept"], "content": {"approve": True}}},
    {"result": {"action": "accept", "content": [True]}},
    {"result": {"action": "accept", "content": "approve"}},
    {"result": {"action": "accept", "content": {"approve": {"value": True}}}},
    {"result": {"action": "accept", "content": {"approve": [True]}}},
    {"result": {"action": "accept", "content": {"approve": "true"}}},
    {"result": {"action": "accept", "content": {"approve": 1}}},
    {"result": {"action": "accept", "content": {"approve": None}}},
    {"result": {"action": "accept", "content": {"Approve": True}}},
    {"result": {"action": "accept", "content": None}},
    {"result": {"action": "accept"}},
    {"result": {"content": {"approve": True}}},
    {"result": {"action": "cancel", "content": {"approve": True}}},
    {"result": {"action": "decline", "content": {"approve": True}}},
    {"error": {"code": -32600, "message": "no"}},
    {"error": {"code": -32601, "message": "Method not found", "data": {"approve": True}}},
]


def test_an_odd_answer_to_our_question_is_no_approval_and_no_bug(workspace, sandbox):  # noqa: F811
    """Wrong types, missing and other fields, errors: over real pipes, one after the other."""
    with pipe_host(workspace, sandbox, Held(), elicitation={}) as host:
        ads = sandbox.of_class("loser")[:1]
        for odd in ODD_ANSWERS:
            proposed = host.told("set_status", ids=ads, status="PAUSED")
            asked = host.call("apply_changes", change_set_id=proposed["change_set_id"])
            told = host.answer(asked, odd)
            assert told["structuredContent"]["status"] in ("declined", "approval_required"), odd
            assert "bug" not in str(told), odd
    assert not sandbox.writes()


@pytest.mark.parametrize("host", ["legacy"], indirect=True)
def test_a_person_who_never_answers_is_no_approval(host, sandbox, monkeypatch):  # noqa: F811
    """The question has an end; the set waits."""
    monkeypatch.setattr("agent.hosts.asking.ASK_S", 0.05)

    class Silent(Person):
        async def __call__(self, context, params):
            await asyncio.Event().wait()

    proposed = host.propose(sandbox.of_class("loser")[:1])
    host.person = Silent()
    assert host.apply(proposed)["status"] == "approval_required"
    assert not sandbox.writes()


# --- small faults


def test_a_streamed_answer_keeps_the_separators_of_its_numbers(capsys):
    """No-break spaces are seen; only what steers or hides is dropped."""
    screen = Screen(talking=True)
    screen(TextDelta("1\u00a0380,00 and 1\u202f380,00\x1b[2J\u202e\u200b"))
    assert capsys.readouterr().out == "1\u00a0380,00 and 1\u202f380,00[2J"


def test_a_tool_that_recurses_without_end_is_a_bug(open_session, monkeypatch):  # noqa: F811
    """Exit 70 with a trace, not a fault of the person's input."""

    def endless(*_):
        return endless()

    monkeypatch.setattr("tools.registry.validated", endless)
    report, _ = open_session().tool("inspect", {"id": "1"})
    assert report.exit_code == Exit.BUG
    assert "RecursionError" in report.answer
    assert bugs.understood(RecursionError(), Redactor()).exit_code == Exit.BUG


def test_too_deep_an_input_is_the_fault_of_the_input(command):
    """Exit 2, as for other JSON that cannot be read."""
    assert command("tool", "inspect", "[" * 100_000, "--sandbox")[0] == Exit.USAGE
