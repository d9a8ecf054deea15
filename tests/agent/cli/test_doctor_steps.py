"""`adsteward doctor` asks the model, ticks nothing that does not count, says how far it came, and ends each finding with a step that can be taken."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import click
import httpx
import pytest

from agent.cli import entry
from agent.cli.doctor import doctor
from agent.health.check import Check
from agent.health.token_check import KINDS
from agent.setup.settings import Options
from tests.agent.cli.test_doctor import ACCOUNT, NOW, PAGE, Look, Meta, in_days, refused
from tests.agent.servers import serving
from tools.graph.codes import FIXES

STEP = re.compile(
    r"(?:^|[.:;,]\s|\sor\s|\sand\s|then:?\s)(?:Set|Give|Make|Get|Raise|Correct|Open|Ask|Renew|Log in|Use|Check|Grant|Try|Add|Put|Write|"
    r"Remove|Start|Wait|In Business Settings give|Settle|Look|Pay|Find|Move|Leave|`|adsteward)",
    re.IGNORECASE,
)
COMMAND = re.compile(r"`(adsteward [^`]+)`|(adsteward doctor --close \S+)")


@pytest.fixture
def model_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A model's server that answers with `status` and keeps what it was asked."""
    seen: dict[str, Any] = {"status": 404, "asked": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen["asked"].append((self.path, self.headers["Authorization"]))
            self.send_response(seen["status"])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", f"{url}/v1")
        yield seen


@pytest.fixture
def brand(tmp_path: Path) -> Callable[[str], None]:
    """Writes stack.md of the workspace that `look` looks at."""

    def write(text: str) -> None:
        (tmp_path / "brand").mkdir(exist_ok=True)
        (tmp_path / "brand" / "stack.md").write_text(text, encoding="utf-8")

    return write


def steps(found: dict[str, Any]) -> None:
    """Each finding that is not fine ends with a next step, and each command that one names exists and can be read."""
    for check in found.values():
        if not isinstance(check, Check):
            continue
        for text in filter(None, (check.problem, check.warning)):
            last = re.split(
                r"(?<=[.!])\s+(?=[A-Z`])", re.sub(r" ?(\[trace.*\]|Meta asks to wait.*min\.)", "", text)
            )
            assert any(STEP.search(sentence) for sentence in last[-2:]), f"{check.what}: {text}"
        for text in (check.problem, check.warning, check.hint):
            for named in COMMAND.finditer(text):
                parses(shlex.split(named[1] or named[2].rstrip("."))[1:])


def parses(arguments: list[str]) -> None:
    """A command line is one of ours; where a word stands for the person's own, any will do."""
    group: click.Command = entry.cli
    while isinstance(group, click.Group) and arguments:
        name, *arguments = arguments
        assert name in group.commands, name
        group = group.commands[name]
    group.make_context(group.name, arguments, resilient_parsing=False)


@pytest.mark.parametrize(
    ("status", "problem"),
    [(200, ""), (404, ""), (405, ""), (529, ""), (401, "refuses the key (HTTP 401)"), (403, "Set ANTHROPIC_API_KEY to one that is valid")],
)  # fmt: skip
def test_a_models_server_is_asked(
    meta: Meta,
    look: Look,
    brand: Callable[[str], None],
    model_server: dict[str, Any],
    status: int,
    problem: str,
) -> None:
    """Once, for the model by its name; whatever answers is there, but not with a key it refuses."""
    brand("model: some/model:1\n")
    model_server["status"] = status
    found = look()
    assert (problem in found["model"].problem, found["code"]) == (True, 4 if problem else 0)
    assert bool(problem) == bool(found["model"].problem)
    assert model_server["asked"] == [("/v1/models/some%2Fmodel%3A1", "Bearer none")]
    steps(found)


@pytest.mark.parametrize(
    ("stack", "environment", "problem"),
    [
        ("", {}, ""),
        ("model: offline", {"ANTHROPIC_API_KEY": "sk-ant-canary-01"}, ""),
        ("model: claude-x", {}, "claude-x needs a key, and none is set. Set ANTHROPIC_API_KEY, or"),
        ("", {"ADSTEWARD_MODEL": "claude-x"}, "claude-x needs a key"),
        ("", {"ANTHROPIC_BASE_URL": "localhost:11434"}, "ANTHROPIC_BASE_URL 'localhost:11434' is no address"),
        ("model: claude-x", {"ANTHROPIC_BASE_URL": "http://[bad"}, "is no address"),
        ("", {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9", "ANTHROPIC_API_KEY": "sk-ant-canary-01"}, "No connection to the model's server http://127.0.0.1:9"),
    ],
)  # fmt: skip
def test_a_model_that_cannot_run_is_a_problem(
    meta: Meta,
    look: Look,
    brand: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    stack: str,
    environment: dict[str, str],
    problem: str,
) -> None:
    """Without a key, with an address that is none, or with a server that is not there; the built-in rules always can."""
    brand(stack)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = look()
    assert found["code"] == (4 if problem else 0)
    assert found["model"].problem.startswith(problem) or problem in found["model"].problem
    assert bool(found["model"].problem) == bool(problem)
    assert "canary" not in str(found)
    steps(found)


def test_anthropic_says_which_models_there_are(
    meta: Meta,
    look: Look,
    brand: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that its own server does not know is a problem, in the file that it stands in."""
    brand("model: claude-nosuch\n")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-canary-01")
    asked = list[str]()

    def answer(url: str, **_: Any) -> httpx.Response:
        asked.append(url)
        return httpx.Response(404)

    monkeypatch.setattr("agent.models.reachable.httpx.get", answer)
    found = look()
    assert asked == ["https://api.anthropic.com/v1/models/claude-nosuch"]
    assert found["model"].problem.startswith("Anthropic has no model 'claude-nosuch'. Correct the name")
    steps(found)


def test_a_line_that_does_not_count_is_not_ticked(
    meta: Meta, look: Look, brand: Callable[[str], None]
) -> None:
    """It is a warning on its file, and not a note that looks fine; a belief in another time zone is one, too."""
    meta.answers[ACCOUNT] |= {"timezone_name": "America/New_York"}
    brand(f"targt_cpa: 25\nad_account: {ACCOUNT}\nconversion_evnt: lead\ntimezone: Europe/Berlin\n")
    found = look()
    assert found["stack.md"].state == "warning"
    assert found["stack.md"].warning.splitlines() == [
        "stack.md line 1: `targt_cpa` is not a key; did you mean `target_cpa`? It was ignored.",
        "stack.md line 3: `conversion_evnt` is not a key; did you mean `conversion_event`? It was ignored.",
        "Correct them in the file, or remove the lines.",
    ]
    assert found["time zone"].warning == "Correct `timezone` in stack.md, or remove the line."
    assert ("note" in found, found["code"]) == (False, 0)
    steps(found)


@pytest.mark.parametrize(
    ("answers", "stack", "word"),
    [
        ({ACCOUNT: refused(190, 463)}, "", "refused"),
        ({ACCOUNT: refused(200)}, "", "refused"),
        ({ACCOUNT: refused(17, 2446079)}, "", "refused"),
        ({ACCOUNT: httpx.ConnectError("no")}, "", "not reached"),
        ({ACCOUNT: httpx.ReadTimeout("no")}, "", "no usable answer"),
        ({ACCOUNT: []}, "", "no usable answer"),
        ({ACCOUNT: {"id": ACCOUNT, "name": "Shop", "currency": "USD", "account_status": 1}}, f"ad_account: {ACCOUNT}\ncurrency: EUR", "answered"),
        ({ACCOUNT: {"id": ACCOUNT, "name": "Shop", "currency": "XXX"}}, "", "answered"),
    ],
)  # fmt: skip
def test_it_says_how_far_it_came_with_meta(
    meta: Meta,
    look: Look,
    brand: Callable[[str], None],
    answers: dict[str, Any],
    stack: str,
    word: str,
) -> None:
    """What Meta answered was reached: refused is not away, and an answer that does not fit is an answer."""
    meta.answers |= answers
    brand(stack)
    found = look()
    assert found["Meta"].found == word
    assert found["code"] in (2, 4)
    steps(found)


def test_what_was_never_asked_is_not_called_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a token nobody asks Meta anything."""
    assert doctor(Options(workspace=tmp_path, json=True), now=NOW) == 2
    (check,) = [c for c in json.loads(capsys.readouterr().out)["checks"] if c["what"] == "Meta"]
    assert check["found"] == "not asked"
    steps({"Meta": Check(**check)})


def test_every_finding_ends_with_a_step_that_can_be_taken(
    meta: Meta,
    look: Look,
    brand: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is wrong with token, account, page, targets and limits."""
    brand("notify: $NOWHERE\n")
    steps(look())
    for kind in KINDS:
        meta.token(type=kind, expires_at=in_days(1), data_access_expires_at=in_days(-1), scopes=["ads_read"])
        steps(look())
    meta.token(granular_scopes=[{"scope": "ads_management", "target_ids": ["7"]}])
    for status, reason in ((2, 1), (3, 0), (9, 0), (101, 0), (1, 5)):
        meta.answers[ACCOUNT] |= {"account_status": status, "disable_reason": reason}
        steps(look())
    for pages in ([], [{"id": PAGE, "tasks": []}], [{"id": PAGE}]):
        meta.answers["accounts"] = {"data": pages}
        steps(look())
    meta.token(is_valid=False, error={"code": 190, "subcode": 460, "message": "x"})
    steps(look())
    meta.answers |= {"debug_token": refused(100), "permissions": refused(200), "accounts": refused(200)}
    steps(look())
    meta.answers["debug_token"] = httpx.ReadError("gone")
    steps(look())
    meta.answers[ACCOUNT] = refused(368)
    steps(look())
    steps(look())  # stopped by now
    assert all(STEP.search(fix) for fix in FIXES.values())
