"""No secret gets out: commands on a live account under every failure, then a search of everything that was written."""

import base64
import binascii
import gzip
import hashlib
import hmac
import json
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest

from agent.cli.entry import _guarded
from agent.writes.apply import Applier
from tests.agent.servers import serving
from tests.agent.support import ACCOUNT, Sandbox, batch_of, is_write
from tests.agent.writes.test_apply import active
from tools.graph.code_table import ENTRIES

TOKEN = "EAAcanaryTOKENcanaryTOKEN0123456789xyz"
SECRET = "canary5ecret/of+the=app 00112233"
PROOF = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
KNOWN_PROOF = hmac.new(b"sandbox-secret", b"sandbox-token", hashlib.sha256).hexdigest()
SECRETS = {"token": TOKEN, "secret": SECRET, "proof": PROOF}


# -- what to look for ------------------------------------------------------------------------------------------


def forms(secret: str) -> dict[str, bytes]:
    """A secret in every way it may be written down."""
    raw = secret.encode()
    middle = secret[4:-4]
    written = {
        "plain": secret,
        "without its ends": middle,
        "reversed": secret[::-1],
        "quoted": quote(secret, safe=""),
        "quoted twice": quote(quote(secret, safe=""), safe=""),
        "quoted as a form": quote_plus(secret),
        "in JSON": json.dumps(secret)[1:-1],
        "in JSON in JSON": json.dumps(json.dumps(secret))[3:-3],
        "escaped slashes": secret.replace("/", "\\/"),
        "repr": repr(secret)[1:-1],
        "hex": raw.hex(),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    found = {name: text.encode() for name, text in written.items()}
    for shift in range(3):  # wherever it stands in a longer text that was encoded
        encoded = base64.b64encode(b"x" * shift + raw)
        found[f"base64 at {shift}"] = encoded[4 if shift else 0 : -4]
    return found | {"UTF-16": secret.encode("utf-16-le"), "UTF-32": secret.encode("utf-32-le")}


def hunt(data: bytes) -> set[str]:
    """Which secrets are in these bytes, and how; also in what is compressed."""
    views = [data]
    for unpack in (gzip.decompress, zlib.decompress, binascii.a2b_hex):
        try:
            views.append(unpack(data))
        except (OSError, EOFError, ValueError, zlib.error):
            continue
    return {
        f"{name} {how}"
        for name, secret in SECRETS.items()
        for how, form in forms(secret).items()
        for view in views
        if form in view or form.lower() in view.lower()
    }


@pytest.mark.parametrize("how", sorted(forms(TOKEN)))
@pytest.mark.parametrize("name", sorted(SECRETS))
def test_the_search_finds_what_is_there(tmp_path, name, how):
    """A secret in any of its forms, in a text, in a database or compressed, is found."""
    form = forms(SECRETS[name])[how]
    assert f"{name} {how}" in hunt(b"before " + form + b" after")
    assert f"{name} {how}" in hunt(gzip.compress(b"before " + form))
    with sqlite3.connect(tmp_path / "x.sqlite") as db:
        db.execute("CREATE TABLE t (a BLOB)")
        db.execute("INSERT INTO t VALUES (?)", (form,))
    db.close()
    assert f"{name} {how}" in hunt((tmp_path / "x.sqlite").read_bytes())


# -- a Meta that says everything back ---------------------------------------------------------------------------


def echo() -> str:
    """All secrets, in forms a server might repeat them in."""
    url = (
        f"https://graph.test/v26.0/1?access_token={TOKEN}&appsecret_proof={PROOF}&s={quote(SECRET, safe='')}"
    )
    return " ; ".join(
        [TOKEN, SECRET, PROOF, url, quote(url, safe=""), json.dumps({"u": url, "s": SECRET}), repr(url)]
    )


def spoken(code: int, subcode: int | None = None) -> dict[str, Any]:
    """An error whose every field says the secrets."""
    error = {
        "code": code,
        "message": echo(),
        "error_user_title": echo(),
        "error_user_msg": echo(),
        "error_data": json.dumps({"blame_field_specs": [[echo()]], "access_token": TOKEN}),
        "fbtrace_id": echo(),
        "type": echo(),
        TOKEN: SECRET,
    }
    return {"error": error | ({"error_subcode": subcode} if subcode else {})}


HEADERS = {
    "x-echo": quote(echo()),
    "www-authenticate": f"OAuth {TOKEN}",
    "set-cookie": f"session={TOKEN}",
    "x-app-usage": json.dumps({"call_count": 1, "token": TOKEN}),
    "location": f"https://else.test/?access_token={TOKEN}",
}

Failure = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


def answering(body: Any, status: int = 400) -> Failure:
    return lambda _request, _forward: httpx.Response(status, json=body, headers=HEADERS)


def text(content: str, status: int, kind: str) -> Failure:
    return lambda _request, _forward: httpx.Response(
        status, text=content, headers=HEADERS | {"content-type": kind}
    )


def lost(kind: type[httpx.TransportError], *, after: bool) -> Failure:
    def act(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if after:
            forward()
        raise kind(echo(), request=request)

    return act


def items(*answers: Any) -> Failure:
    """A batch whose items are these, the last one for all others; a single call gets the last one's body."""

    def act(request: httpx.Request, _: Callable[[], httpx.Response]) -> httpx.Response:
        count = len(batch_of(request))
        listed = [answers[min(i, len(answers) - 1)] for i in range(count)]
        return httpx.Response(200, json=listed if count else {"data": answers[-1]}, headers=HEADERS)

    return act


def pages(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
    """The right answer, but with the token in every `paging.next` and in fields that nobody asked for."""
    body = forward().json()
    return httpx.Response(200, json=_with_next(body, in_batch=isinstance(body, list)), headers=HEADERS)


def _with_next(body: Any, *, in_batch: bool) -> Any:
    if in_batch:
        listed = [{"name": name, "value": value} for name, value in HEADERS.items()]
        return [
            {**i, "headers": listed, "body": json.dumps(_with_next(json.loads(i["body"]), in_batch=False))}
            for i in body
        ]
    if isinstance(body, dict):
        after = {
            "cursors": {"after": "none"},
            "previous": f"https://graph.test/?access_token={TOKEN}&appsecret_proof={PROOF}",
        }
        body = body | {"paging": after, "debug": echo(), "__fb_trace_id__": TOKEN}
        if isinstance(body.get("data"), list):
            body["data"] = [
                row | {"note": echo(), "link": f"https://graph.test/?access_token={TOKEN}"}
                for row in body["data"]
            ]
        if "name" in body:
            body["name"] = f"{body['name']} {TOKEN} {SECRET}"
    return body


REFUSED = {"code": 400, "headers": [{"name": "x-echo", "value": echo()}], "body": json.dumps(spoken(100))}
FAMILIES = {entry.family: (entry.code, entry.subcode) for entry in ENTRIES} | {
    f"lock {c}/{s}": (c, s) for c, s in ((368, None), (31, 3858385), (190, 459), (613, None), (613, 1487632))
}
FAILURES: dict[str, Failure] = {
    **{f"{family}": answering(spoken(*key)) for family, key in FAMILIES.items()},
    "unknown": answering(spoken(987654)),
    "5xx": answering(spoken(2), 500),
    "error in a 200": answering(spoken(17), 200),
    "error that is a text": answering({"error": echo()}),
    "error that is a list": answering({"error": [echo()]}),
    "HTML": text(f"<html>{echo()}</html>", 502, "text/html"),
    "text as a type": text(echo(), 200, "text/plain; token=" + TOKEN),
    "redirect": text("", 302, "text/html"),
    "empty": text("", 200, "application/json"),
    "broken JSON": text('{"data": ["' + echo(), 200, "application/json"),
    "a list": answering([echo()], 200),
    "a text": answering(echo(), 200),
    "null": answering(None, 200),
    "odd rows": answering({"data": [echo(), {"id": TOKEN, "name": SECRET}]}, 200),
    "odd object": answering({"id": TOKEN, "name": echo(), "currency": PROOF, TOKEN: SECRET}, 200),
    "endless pages": answering({"data": [], "paging": {"next": echo(), "cursors": {"after": TOKEN}}}, 200),
    "a batch of nulls": items(None),
    "a batch of refusals": items(None, REFUSED),
    "a batch that is none": items({"code": 200, "body": echo()}),
    "secrets in good answers": pages,
    "drop before": lost(httpx.ReadError, after=False),
    "drop after": lost(httpx.ReadTimeout, after=True),
}


class Loud(httpx.BaseTransport):
    """Fails in one way, from the start or from the first write on; the connection itself breaks where asked."""

    def __init__(self, inner: httpx.BaseTransport, failure: Failure, *, writes_only: bool) -> None:
        self._inner, self._failure, self._writes_only = inner, failure, writes_only
        self.proofs: set[bool] = set()
        self.failed = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.proofs.add(PROOF.encode() in request.content)
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        known = httpx.Request(
            request.method,
            request.url,
            headers=dict(request.headers) | {"authorization": "Bearer sandbox-token"},
            content=request.content.replace(PROOF.encode(), KNOWN_PROOF.encode()),
        )
        forward = lambda: self._inner.handle_request(known)  # noqa: E731
        if self._writes_only and not is_write(request):
            return forward()
        self.failed += 1
        return self._failure(request, forward)


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """One folder that holds workspace, home and everything temporary."""
    for name in ("ws", "home", "tmp", "cwd"):
        (tmp_path / name).mkdir()
    for name, folder in (("ADSTEWARD_WORKSPACE", "ws"), ("HOME", "home"), ("TMPDIR", "tmp")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("META_APP_SECRET", SECRET)
    monkeypatch.setenv("META_AD_ACCOUNT", ACCOUNT)
    monkeypatch.setattr("tools.graph.retry.BACKOFF_S", (0.0,))
    monkeypatch.setattr("tools.graph.retry.CONNECT_BACKOFF_S", (0.0,))
    monkeypatch.setattr("agent.writes.resolve.LOOK_AGAIN_S", (0.01,))
    monkeypatch.setattr("agent.writes.resolve.READ_BACK_WAITS_S", (0.0,))
    monkeypatch.setitem(Applier.__init__.__kwdefaults__, "settle_s", 0.0)
    return tmp_path


def everything(place: Path) -> Iterator[tuple[str, bytes]]:
    """Every file's name and bytes, databases with their logs included."""
    for path in place.rglob("*"):
        yield f"name of {path}", str(path).encode()
        if path.is_file():
            yield str(path), path.read_bytes()


ASKED = (["run", "how are my ads doing?", "--json"], ["run", "pause underperforming ads"])
"""What only reads."""


def acting(ad: str) -> list[list[str]]:
    """A write, and what is looked up after it."""
    pause = json.dumps({"ids": [ad], "status": "PAUSED"})
    return [["tool", "set_status", pause, "--approve", "safe"], ["doctor"], ["history"]]


def run(commands: Iterable[list[str]], folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Run commands, each with a recording of its own; none may end as a bug."""
    for command in commands:
        record = str(folder / f"{len(list(folder.glob('*')))}.jsonl")
        code = _guarded([*command, "--verbose", "--max-wait", "0", "--record", record])
        assert code in (0, 2, 3, 4, 6), (command, capfd.readouterr().err)


def leaks(place: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> set[str]:
    """Where a secret is after all commands were run."""
    out, err = capfd.readouterr()
    heard = [("stdout", out.encode()), ("stderr", err.encode()), ("log", caplog.text.encode())]
    return {f"{form} in {where}" for where, data in [*heard, *everything(place)] for form in hunt(data)}


def breaking(transport: httpx.BaseTransport) -> AbstractContextManager[str]:
    """The transport behind a socket, which is cut where the transport fails."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            url = f"http://sandbox{self.path}"
            request = httpx.Request(self.command, url, headers=dict(self.headers), content=body)
            try:
                answer = transport.handle_request(request)
            except httpx.TransportError:
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in ("content-length", "transfer-encoding"):
                    self.send_header(name, value)
            content = answer.read()
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _handle  # noqa: N815

        def log_message(self, *args: Any) -> None:
            pass

    return serving(Handler)


@pytest.mark.parametrize("writes_only", [False, True], ids=["all", "writes"])
@pytest.mark.parametrize("failure", FAILURES)
def test_no_canary_is_left_anywhere(place, monkeypatch, capfd, caplog, failure, writes_only):
    """Whatever fails and whatever Meta says back: no output, file, database, recording, transcript or log holds a secret."""
    caplog.set_level("INFO")
    capfd.readouterr()
    with Sandbox() as sandbox:
        (ad,) = active(sandbox, 1)
        loud = Loud(sandbox.transport, FAILURES[failure], writes_only=writes_only)
        with breaking(loud) as url:
            monkeypatch.setenv("META_GRAPH_URL", url)
            run([*(() if writes_only else ASKED), *acting(ad)], place / "records", capfd)
    assert loud.failed
    assert loud.proofs == {True}
    assert leaks(place, capfd, caplog) == set()
    assert (place / "ws" / "state" / "limits.sqlite").exists()
    assert list((place / "records").iterdir())


def test_no_canary_is_left_where_nothing_fails(place, monkeypatch, capfd, caplog):
    """Commands that go well leave no secret either; those that only read meet no failing write."""
    caplog.set_level("INFO")
    with Sandbox() as sandbox:
        (ad,) = active(sandbox, 1)
        writes = Loud(sandbox.transport, lambda _, forward: forward(), writes_only=True)
        with breaking(writes) as url:
            monkeypatch.setenv("META_GRAPH_URL", url)
            run(ASKED, place / "records", capfd)
            assert writes.failed == 0
            run(acting(ad), place / "records", capfd)
        assert writes.failed == 1
        assert sandbox.status(ad) == "PAUSED"
    assert leaks(place, capfd, caplog) == set()
    assert list((place / "records").iterdir())


def test_the_search_goes_everywhere(place, monkeypatch, capfd, caplog):
    """The same run without anything that hides a secret is found out: in output, recording, transcript and journal."""
    monkeypatch.setattr("tools.graph.redact.Redactor.text", lambda _, text: text)
    monkeypatch.setattr("tools.graph.redact.Redactor.own", lambda _, text: text)
    monkeypatch.setattr("tools.graph.redact.Redactor.value", lambda _, value: value)
    with Sandbox() as sandbox:
        (ad,) = active(sandbox, 1)
        with breaking(Loud(sandbox.transport, FAILURES["validation"], writes_only=True)) as url:
            monkeypatch.setenv("META_GRAPH_URL", url)
            inspect = ["tool", "inspect", json.dumps({"id": TOKEN})]
            run([*ASKED, *acting(ad), inspect], place / "records", capfd)
    where = {leak.rpartition(" in ")[2].rpartition("/")[2] for leak in leaks(place, capfd, caplog)}
    assert "stdout" in where
    assert any(name.startswith("journal.sqlite") for name in where)
    assert any(name.endswith(".jsonl") for name in where)


TENT = "23848000000001"
"""An ad of the demo account that runs."""
SAID = {
    "a request": ["run", f"use {TOKEN} and {SECRET} to list my ads", "--json"],
    "a search": ["tool", "list_ads", json.dumps({"search": TOKEN})],
    "a reason": [
        "tool",
        "set_status",
        json.dumps({"ids": [TENT], "status": "PAUSED", "reason": f"{TOKEN} {SECRET}"}),
    ],
    "an id": ["tool", "inspect", json.dumps({"id": TOKEN})],
}


@pytest.mark.parametrize("where", SAID)
def test_a_secret_that_a_person_says_is_not_kept(place, monkeypatch, capfd, caplog, where):
    """Who pastes the token into a request or an argument finds it in no file, and in no output of ours."""
    with Sandbox() as sandbox:
        with breaking(Loud(sandbox.transport, pages, writes_only=True)) as url:
            monkeypatch.setenv("META_GRAPH_URL", url)
            _guarded(SAID[where])
    assert leaks(place, capfd, caplog) == set()


@pytest.mark.parametrize(
    "address",
    [
        "http://user:{}@127.0.0.1:9/v1",
        "http://127.0.0.1:9/?key={}",
        "http://127.0.0.1:9/x#{}",
        "user:{}@127.0.0.1:9",
        "http://user:{}?x@127.0.0.1:9",
        "http://user:{}@[127.0.0.1:9",
    ],
)
def test_no_secret_in_the_address_of_a_model_is_told(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], sealed: Path, address: str
) -> None:
    """By a run that does not reach it no more than by the doctor, and it is kept nowhere."""
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address.format("s3cretCANARY"))
    monkeypatch.setattr("agent.models.claude.ATTEMPTS", 1)  # between tries it waits
    for command in (["run", "how are my ads?", "--model", "somebody"], ["doctor", "--model", "somebody"]):
        assert _guarded([*command, "--sandbox"]) != 0
    told = capfd.readouterr()
    assert "s3cretCANARY" not in told.out + told.err
    kept = [path for path in sealed.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"s3cretCANARY" in path.read_bytes()]
