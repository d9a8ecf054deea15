"""`adsteward doctor` names each problem with its next step, waits for nothing, and shows no secret."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.cli.doctor import doctor
from agent.health.check import Check, summary, worst_first
from agent.health.token_check import NEEDED, USEFUL, judged
from agent.setup.settings import Options
from tests.draws import examples

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOKEN = "sandbox-canary-0123456789abcdef"
ACCOUNT = "act_123456789"
PAGE = "104200000000001"
GOOD: dict[str, Any] = {
    "app_id": "91",
    "type": "SYSTEM_USER",
    "application": "Ads robot",
    "data_access_expires_at": 0,
    "expires_at": 0,
    "is_valid": True,
    "scopes": [*NEEDED, *USEFUL],
}


def in_days(days: float) -> int:
    return int((NOW + timedelta(days=days)).timestamp())


def refused(code: int, subcode: int | None = None, text: str = "scripted") -> dict[str, Any]:
    return {"error": {"code": code, "error_subcode": subcode, "message": text}}


class Meta:
    """Answers by the last part of a path, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.urls = ""
        self.answers: dict[str, Any] = {
            ACCOUNT: {"id": ACCOUNT, "name": "Shop", "currency": "USD", "account_status": 1},
            "debug_token": {"data": GOOD},
            "accounts": {"data": [{"id": PAGE, "name": "Shop", "tasks": ["ANALYZE", "ADVERTISE"]}]},
            "permissions": {
                "data": [{"permission": scope, "status": "granted"} for scope in NEEDED]
                + [{"permission": "pages_show_list", "status": "declined"}]
            },
        }

    def token(self, **changed: Any) -> None:
        self.answers["debug_token"] = {"data": GOOD | changed}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.urls += str(request.url)
        form = parse_qs(request.content.decode())
        if "batch" not in form:
            body = self._answer(request.url.path)
            return httpx.Response(400 if "error" in body else 200, json=body)
        bodies = [self._answer(urlsplit(i["relative_url"]).path) for i in json.loads(form["batch"][0])]
        return httpx.Response(
            200, json=[{"code": 400 if "error" in b else 200, "body": json.dumps(b)} for b in bodies]
        )

    def _answer(self, path: str) -> Any:
        name = path.rsplit("/", 1)[-1]
        self.asked.append(name)
        answer = self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def meta(monkeypatch: pytest.MonkeyPatch) -> Meta:
    """A Meta that says what it is told to say."""
    answers = Meta()
    transport = httpx.MockTransport(answers)
    monkeypatch.setattr("agent.setup.world._in_process", lambda settings, *, fresh: (transport, "sandbox"))
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", TOKEN)
    return answers


Look = Callable[[], dict[str, Any]]


@pytest.fixture
def look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Look:
    """Runs doctor; gives its findings by name, and its exit code as `code`."""

    def run() -> dict[str, Any]:
        code = doctor(Options(sandbox=True, workspace=tmp_path, json=True), now=NOW)
        report = json.loads(capsys.readouterr().out)
        assert report["ok"] == (code == 0)
        assert [c["what"] for c in report["checks"] if c["problem"] and code == 0] == []
        return {c["what"]: Check(**c) for c in report["checks"]} | {"code": code}

    return run


def test_a_good_set_up_has_nothing_to_say(meta: Meta, look: Look) -> None:
    """Exit 0; type, app, both ends, scopes, account and page are shown."""
    found = look()
    assert found["code"] == 0
    assert all(c.state == "fine" and not c.hint for what, c in found.items() if what != "code")
    assert found["token type"].found == "System User of app Ads robot (91)"
    assert found["token valid"].found == "yes"
    assert found["token expires"].found == found["data access"].found == "never ends"
    assert found["page"].found == f"Shop ({PAGE}), may advertise"
    assert "permissions" not in meta.asked


def test_a_persons_token_is_told_of_a_better_one(meta: Meta, look: Look) -> None:
    """A hint, no problem."""
    meta.token(type="USER")
    found = look()
    assert found["code"] == 0
    assert "System User token does not end" in found["token type"].hint


@pytest.mark.parametrize("kind", ["PAGE", "APP"])
def test_tokens_that_cannot_manage_ads_are_a_problem(meta: Meta, look: Look, kind: str) -> None:
    """With what to use instead."""
    meta.token(type=kind)
    found = look()
    assert found["code"] == 4
    assert "cannot manage ads" in found["token type"].problem


@pytest.mark.parametrize("what", ["token expires", "data access"])
@pytest.mark.parametrize(
    ("days", "state", "said"),
    [
        (30.5, "fine", "in 30 days"),
        (7.01, "fine", "in 7 days"),
        (7, "warning", "in 7 days"),
        (1.5, "warning", "in 36 hours"),
        (0, "problem", "ended 2026-11-20 12:00 UTC"),
        (-400, "problem", "ended 2025-10-16 12:00 UTC"),
    ],
)
def test_what_ends_soon_is_a_warning_and_what_is_over_a_problem(
    meta: Meta, look: Look, what: str, days: float, state: str, said: str
) -> None:
    """Both ends are judged for themselves, by the clock of the check; 7 days are the line."""
    key = {"token expires": "expires_at", "data access": "data_access_expires_at"}[what]
    meta.token(**{key: in_days(days)})
    found = look()
    assert found[what].state == state
    assert said in found[what].found
    assert "System User token" in found[what].problem + found[what].warning or state == "fine"
    other = ({"token expires", "data access"} - {what}).pop()
    assert found[other].state == "fine"
    assert found["code"] == (4 if state == "problem" else 0)


@pytest.mark.parametrize("odd", [None, "soon", -5, 10**30, True, [1]])
def test_an_end_nobody_can_read_is_not_taken_for_never(meta: Meta, look: Look, odd: Any) -> None:
    """Only 0 means never."""
    meta.token(expires_at=odd)
    assert "not said" in look()["token expires"].found


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"code": 190, "subcode": 460, "message": "x"}, "assword"),
        ({"code": 190, "subcode": 463, "message": "x"}, "expired"),
        (None, "does not say that the token is valid"),
        ("odd", "does not say that the token is valid"),
        ({"code": "odd", "message": ["y"]}, "Meta error"),
    ],
)
def test_an_invalid_token_is_explained(meta: Meta, look: Look, error: Any, said: str) -> None:
    """Meta answers HTTP 200 for it; why and how to mend it comes from the error table."""
    meta.token(is_valid=False, error=error, scopes=[])
    found = look()
    assert found["code"] == 4
    assert said in found["token valid"].problem
    assert "scopes" not in found


def test_needed_scopes_are_a_problem_and_useful_ones_a_hint(meta: Meta, look: Look) -> None:
    """Both are named."""
    meta.token(scopes=["ads_read", "pages_show_list"])
    found = look()["scopes"]
    assert found.problem == "Missing: ads_management. Make a new token that has them."
    assert "pages_read_engagement, pages_manage_ads, business_management" in found.hint
    meta.token(scopes=list(NEEDED))
    again = look()
    assert (again["scopes"].state, again["code"]) == ("fine", 0)


@pytest.mark.parametrize(
    ("rows", "good"),
    [
        ([{"scope": "ads_management", "target_ids": ["123456789"]}], True),
        ([{"scope": "ads_management", "target_ids": ["act_123456789", "7"]}], True),
        ([{"scope": "ads_read", "target_ids": [123456789]}], True),
        ([{"scope": "ads_management"}], True),
        ([{"scope": "ads_management", "target_ids": []}], True),
        ([{"scope": "ads_management", "target_ids": ["7"]}, {"scope": "ads_management"}], True),
        ([{"scope": "ads_management"}, {"scope": "ads_management", "target_ids": ["7"]}], True),
        ([{"scope": "pages_show_list", "target_ids": ["7"]}], True),
        ([{"scope": "ads_management", "target_ids": ["7"]}], False),
        ([{"scope": "ads_read", "target_ids": ["1234567890"]}, {"scope": "ads_management"}], False),
    ],
)
def test_scopes_for_other_accounts_only_are_a_problem(
    meta: Meta, look: Look, rows: list[Any], good: bool
) -> None:
    """A token may be made for some accounts; this one must be among them, with or without act_."""
    meta.token(granular_scopes=rows)
    found = look()
    assert ("granted for" not in found) is good
    assert found["code"] == (0 if good else 4)
    if not good:
        assert ACCOUNT in found["granted for"].problem


@pytest.mark.parametrize("answer", [refused(100), refused(190), refused(10), {"data": {}}, {"data": 7}, {}])
def test_when_meta_tells_nothing_of_the_token_its_permissions_serve(
    meta: Meta, look: Look, answer: dict[str, Any]
) -> None:
    """The scopes are known then, and that the end is not is said plainly: a warning, no problem."""
    meta.answers["debug_token"] = answer
    found = look()
    assert found["code"] == 0
    assert found["token expires"].found.startswith("unknown: ")
    assert "not known here" in found["token expires"].warning
    assert found["scopes"].found == "ads_read, ads_management"


def test_permissions_that_were_declined_do_not_count(meta: Meta, look: Look) -> None:
    """Only granted ones do."""
    meta.answers["debug_token"] = refused(100)
    meta.answers["permissions"] = {"data": [{"permission": "ads_management", "status": "declined"}]}
    found = look()
    assert "ads_read, ads_management" in found["scopes"].problem
    assert found["code"] == 4


def test_when_neither_can_be_asked_that_is_a_problem(meta: Meta, look: Look) -> None:
    """With Meta's words for both."""
    meta.answers |= {"debug_token": refused(100, text="first"), "permissions": refused(200, text="second")}
    check = look()["token check"]
    assert "first" in check.found
    assert "second" in check.problem


def test_a_locked_token_is_left_alone(meta: Meta, look: Look) -> None:
    """After 31/3858385 no further call is made about the token."""
    meta.answers["debug_token"] = refused(31, 3858385)
    found = look()
    assert found["token check"].found == "Meta stopped it"
    assert "permissions" not in meta.asked


@pytest.mark.parametrize(
    ("status", "reason", "state", "code"),
    [(1, 0, "fine", 0), (9, 0, "warning", 0), (2, 1, "problem", 4), (101, 0, "problem", 4)],
)
def test_the_account_is_judged(
    meta: Meta, look: Look, status: int, reason: int, state: str, code: int
) -> None:
    """Only what keeps ads from running fails; a grace period warns."""
    meta.answers[ACCOUNT] |= {"account_status": status, "disable_reason": reason}
    found = look()
    assert (found["account"].state, found["code"]) == (state, code)


@pytest.mark.parametrize(
    ("pages", "state", "said"),
    [
        ([{"id": PAGE, "name": "Shop", "tasks": ["ANALYZE"]}], "problem", "without the task ADVERTISE"),
        ([{"id": PAGE, "name": "Shop"}], "fine", "Shop"),
        ([{"id": "7", "tasks": ["ADVERTISE"]}], "problem", "is not among the 1 page visible"),
        ([], "problem", "is not among the 0 pages visible"),
        ([{"id": PAGE, "tasks": 5, "name": []}], "fine", PAGE),
    ],
)
def test_the_brands_page_is_looked_for(
    meta: Meta, look: Look, pages: list[Any], state: str, said: str
) -> None:
    """Among the pages the token sees, with the task that ads need."""
    meta.answers["accounts"] = {"data": pages}
    found = look()["page"]
    assert found.state == state
    assert said in found.found


def test_without_its_scope_a_missing_page_is_only_a_warning(meta: Meta, look: Look) -> None:
    """It may be there and not be shown."""
    meta.token(scopes=list(NEEDED))
    meta.answers["accounts"] = {"data": []}
    found = look()
    assert (found["page"].state, found["code"]) == ("warning", 0)
    assert "pages_show_list is not granted" in found["page"].found


def test_pages_that_cannot_be_read_are_a_warning(meta: Meta, look: Look) -> None:
    """Looking after running ads needs none."""
    meta.answers["accounts"] = refused(200)
    found = look()
    assert (found["page"].state, found["code"]) == ("warning", 0)


def test_a_token_without_access_to_the_account_is_looked_at_all_the_same(meta: Meta, look: Look) -> None:
    """The scopes often are the reason."""
    meta.answers[ACCOUNT] = refused(200)
    meta.token(scopes=["pages_show_list"])
    found = look()
    assert (found["Meta"].found, found["code"]) == ("refused", 4)
    assert "ads_read, ads_management" in found["scopes"].problem


@pytest.mark.parametrize("answer", [refused(190, 463), refused(368), httpx.ConnectError("no")])
def test_nothing_more_is_asked_when_it_cannot_help(meta: Meta, look: Look, answer: Any) -> None:
    """A dead token, a locked account and a dead line end the check, at once."""
    meta.answers[ACCOUNT] = answer
    found = look()
    assert found["code"] == 4
    assert meta.asked == [ACCOUNT]
    assert found["Meta"].problem


@pytest.mark.parametrize("failing", ["debug_token", "accounts"])
@pytest.mark.parametrize("answer", [refused(17, 2446079), refused(2), httpx.ReadError("gone")])
def test_a_check_never_tries_again(meta: Meta, look: Look, failing: str, answer: Any) -> None:
    """What fails in passing is asked once and reported."""
    meta.answers[failing] = answer
    look()
    assert meta.asked.count(failing) == 1


def test_the_token_is_in_no_url_and_in_no_output(
    meta: Meta, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even when Meta repeats it, or another one, in everything it says."""
    other = "EAAcanaryOfSomebodyElse0123456789"
    echo = f"for {TOKEN} {other}"
    meta.answers["accounts"] = {"data": [{"id": PAGE, "name": echo, "tasks": []}]}
    meta.answers[ACCOUNT] |= {"name": echo}
    printed = ""
    for answer in (
        {"data": GOOD | {"application": echo, "app_id": TOKEN, "scopes": [TOKEN], "type": echo}},
        {"data": {"is_valid": False, "error": {"code": 190, "message": echo}}},
        refused(100, text=echo),
    ):
        meta.answers["debug_token"] = answer
        for as_json in (False, True):
            doctor(Options(sandbox=True, workspace=tmp_path, json=as_json), now=NOW)
        printed += "".join(capsys.readouterr())
    assert "hidden" in printed
    assert "canary" not in printed + meta.urls


@pytest.mark.parametrize("env", ["", "EAAfromenvironment0123456789"])
def test_a_token_of_social_cli_is_a_last_resort_and_said(
    sealed: Path, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, env: str
) -> None:
    """The screen names it and what would win over it."""
    (sealed / ".social-cli").mkdir()
    config = {"profiles": {"default": {"tokens": {"facebook": "EAAsocialclitoken0123456789"}}}}
    (sealed / ".social-cli" / "config.json").write_text(json.dumps(config))
    monkeypatch.setenv("META_GRAPH_URL", "http://127.0.0.1:9")
    if env:
        monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", env)
    assert doctor(Options(workspace=tmp_path, json=True), now=NOW) in (2, 4)
    token = next(c for c in json.loads(capsys.readouterr().out)["checks"] if c["what"] == "token")
    assert ("social-cli" in token["found"]) is not bool(env)
    assert ("FACEBOOK_ACCESS_TOKEN wins over it" in token["hint"]) is not bool(env)


def test_without_a_token_that_is_the_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Usage, exit 2, and how to set one."""
    assert doctor(Options(workspace=tmp_path), now=NOW) == 2
    out = capsys.readouterr().out
    assert out.startswith("1 problem\n✗ Meta")
    assert "set FACEBOOK_ACCESS_TOKEN" in out
    assert "✓ token" not in out


def test_the_screen_shows_problems_first_each_with_its_next_step(
    meta: Meta, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A count, then ✗, then !, then ✓; the step stands right below."""
    meta.token(scopes=["ads_read"], expires_at=in_days(2))
    doctor(Options(sandbox=True, workspace=tmp_path), now=NOW)
    out = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert out[0] == "1 problem, 1 warning"
    marks = [line[0] for line in out[1 : out.index("")] if line[0] != " "]
    assert marks == sorted(marks, key="✗!✓".index)
    place = next(i for i, line in enumerate(out) if line.startswith("✗ scopes"))
    assert out[place + 1].strip().startswith("→ Missing: ads_management.")


def test_control_characters_of_meta_do_not_reach_the_terminal(
    meta: Meta, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names are data."""
    meta.token(application="\x1b[2Jrobot\u202e", scopes=["ads_read\x07\nfake"])
    doctor(Options(sandbox=True, workspace=tmp_path), now=NOW)
    assert not re.search("[\x1b\x07\u202e]", capsys.readouterr().out)


def test_worst_first_keeps_the_order_of_the_rest() -> None:
    """And the summary counts."""
    checks = [Check("a", ""), Check("b", "", warning="w"), Check("c", "", "p"), Check("d", "")]
    assert [c.what for c in worst_first(checks)] == ["c", "b", "a", "d"]
    assert summary(checks) == "1 problem, 1 warning"
    assert summary(checks[:1]) == "All is well."


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["USER", "ads_read", "act_1", "1", 0, 10**12]),
    lambda v: (
        st.lists(v, max_size=3)
        | st.dictionaries(
            st.sampled_from(["scope", "target_ids", "code", "subcode", "message", "x"]), v, max_size=3
        )
    ),
    max_leaves=12,
)
DATA = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys([*GOOD, "granular_scopes", "error"], JSON),
        "is_valid": st.booleans() | JSON,
        "scopes": st.lists(JSON, max_size=4),
        "granular_scopes": st.lists(JSON, max_size=4),
    },
)


@given(data=DATA, account_id=st.sampled_from(["", "act_1"]))
@settings(max_examples=examples(300))
def test_any_answer_about_a_token_is_judged(data: dict[str, Any], account_id: str) -> None:
    """Whatever Meta says, texts come out, and only a token that is said to be valid passes for it."""
    checks = {check.what: check for check in judged(data, account_id, NOW).checks}
    assert all(isinstance(text, str) for check in checks.values() for text in check)
    assert (checks["token valid"].state == "fine") == (data.get("is_valid") is True)


@given(answer=JSON)
@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_json_in_place_of_an_answer_is_a_finding(meta: Meta, look: Look, answer: Any) -> None:
    """No traceback, an exit code, and the account is still shown."""
    meta.answers["debug_token"] = {"data": answer}
    found = look()
    assert found["code"] in (0, 4)
    assert "account" in found
