"""Meta as a fleet sees it: a thousand accounts of twenty ads, each a world of the sandbox's own once something is written to it.

Four worlds are drawn, and an account shows one of them under its own ids; what was asked before is answered as before, so that
the server is no limit. From its first write on an account has a world for itself, and every write is kept with its outcome.
The network to all of it can be cut: connections end without an answer, some of them after the request was carried out.
"""

import contextlib
import json
import random
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote_plus, urlencode

import httpx

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from sandbox.http.inprocess import SandboxTransport
from sandbox.world import catalogue

MAIN = DEMO_ACCOUNT.removeprefix("act_")
FIRST = 900_000_000
WORLDS = 4
ANSWER_S = 0.05
"""What Meta takes for an answer at least."""
ADS = 20
_BEGINS = r"(?:(?<!\d)|(?<=%22)|(?<=%2C)|(?<=%2c))"
"""Where a number begins, also in an address within a batch."""
_ACCOUNT = re.compile(rf"{_BEGINS}{str(FIRST)[:4]}(\d{{5}})(?!\d)")
_OBJECT = re.compile(rf"{_BEGINS}(2384\d)(\d{{4}})(\d{{5}})(?!\d)")
_THEIRS = re.compile(r"(?<!\d)(2384\d)0000(\d{5})(?!\d)")
_WRITES = re.compile(r'"method":\s*"(?:POST|DELETE)"')
_KEPT = ("content-type", "x-business-use-case-usage", "x-ad-account-usage", "x-app-usage")


@dataclass(frozen=True, slots=True)
class Written:
    """A request that changes something, and whether the sandbox said that it did."""

    account: int
    asked: str
    good: bool
    heard: bool
    """Whether the answer left."""


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Accounts:
    """The accounts 1 to `count`; `cut` while no answer comes through."""

    count: int
    cut: bool = False
    cut_at_write: bool = False
    """Whether the next write is carried out and its answer is the first that is lost."""
    asked: Counter[str] = field(default_factory=Counter)
    written: list[Written] = field(default_factory=list)
    _known: dict[tuple[int, str], Answer] = field(default_factory=dict)
    _own: dict[int, SandboxTransport] = field(default_factory=dict)
    _turns: dict[int, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _drawn: list[SandboxTransport] = field(default_factory=list)

    def __post_init__(self) -> None:
        summer = [row for row in catalogue.AD_SETS if row.campaign == "summer"]
        first, second = summer[0], next(row for row in summer if row.name.endswith("campers"))
        catalogue.AD_SETS = (first, second._replace(ads=second.ads[: ADS - len(first.ads)]))
        catalogue.CAMPAIGNS = tuple(row for row in catalogue.CAMPAIGNS if row.key == "summer")
        self._drawn = [_world(seed) for seed in range(WORLDS)]

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: str) -> Answer | None:
        """What Meta would say; None where the network is cut."""
        self.asked["requests"] += 1
        self.asked["calls"] += max(1, unquote_plus(body).count('"relative_url"'))
        cut = self.cut
        if cut and random.random() < 0.5:  # half of what is lost is lost on its way there
            return None
        said = self._said(method, path, headers, body)
        return None if cut or self.cut else said

    def world(self, number: int) -> SandboxTransport:
        """The world of an account."""
        return self._own.get(number) or self._drawn[number % WORLDS]

    def touched(self) -> list[int]:
        """The accounts that something was written to."""
        return sorted(self._own)

    def _said(self, method: str, path: str, headers: Mapping[str, str], body: str) -> Answer:
        whole = unquote_plus(f"{path} {body}")
        if "me/adaccounts" in whole and "batch" not in whole:
            return self._listing()
        found = _ACCOUNT.search(whole) or _OBJECT.search(whole)
        number = int(found[1] if found.re is _ACCOUNT else found[2]) if found else 0
        writes = (
            bool(_WRITES.search(whole)) if "batch" in whole else method != "GET" and "insights" not in path
        )
        with self._turns[number if writes or number in self._own else -1 - number % WORLDS]:
            if writes and number:
                return self._written_down(number, method, path, headers, body)
            key = (number % WORLDS, f"{method} {_inward(path, '?')} {_inward(body)}")
            if number in self._own:
                answer = self._asked(number, method, path, headers, body)
            else:
                answer = self._known.get(key) or self._asked(number, method, path, headers, body)
                self._known[key] = answer
        return Answer(
            answer.status,
            {n: _outward(t, number) for n, t in answer.headers.items()},
            _outward(answer.body.decode(), number).encode(),
        )

    def _written_down(
        self, number: int, method: str, path: str, headers: Mapping[str, str], body: str
    ) -> Answer:
        if number not in self._own:
            self._own[number] = _world(number % WORLDS)
        answer = self._asked(number, method, path, headers, body)
        text = answer.body.decode()
        if self.cut_at_write:
            self.cut, self.cut_at_write = True, False
        self.written.append(
            Written(
                number,
                unquote_plus(f"{method} {_inward(path, '?')} {_inward(body)}"),
                '"error"' not in text and answer.status == 200,
                not self.cut,
            )
        )
        return Answer(answer.status, answer.headers, _outward(text, number).encode())

    def _asked(self, number: int, method: str, path: str, headers: Mapping[str, str], body: str) -> Answer:
        kept = {n: v for n, v in headers.items() if n.lower() in ("authorization", "content-type")}
        request = httpx.Request(
            method, f"http://sandbox{_inward(path, '?')}", headers=kept, content=_inward(body).encode()
        )
        said = self.world(number).handle_request(request)
        return Answer(
            said.status_code, {n: v for n, v in said.headers.items() if n.lower() in _KEPT}, said.read()
        )

    def _listing(self) -> Answer:
        shown = range(1, self.count + 1)
        rows = [
            {"id": f"act_{FIRST + n}", "name": f"Shop {n}", "timezone_name": "America/New_York"}
            for n in shown
        ]
        return Answer(
            200,
            {"content-type": "application/json"},
            json.dumps({"data": rows, "summary": {"total_count": self.count}}).encode(),
        )


def _world(seed: int) -> SandboxTransport:
    return SandboxTransport(create_app(seed=seed))


def _inward(encoded: str, between: str = "") -> str:
    """A body, or an address with what stands behind its `?`, as the sandbox's own world is asked."""
    place, _, form = encoded.partition(between) if between else ("", "", encoded)
    said = urlencode([(name, _mine(text)) for name, text in parse_qsl(form, keep_blank_values=True)])
    return _mine(place) + (between if said else "") + said


def _mine(text: str) -> str:
    return _OBJECT.sub(r"\g<1>0000\g<3>", _ACCOUNT.sub(MAIN, text))


def _outward(text: str, number: int) -> str:
    if not number:
        return text
    return _THEIRS.sub(rf"\g<1>{number:04}\g<2>", text.replace(MAIN, str(FIRST + number)))


def _handler(accounts: Accounts) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            began = time.monotonic()
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            answer = accounts.answer(self.command, self.path, self.headers, body)
            time.sleep(max(0.0, ANSWER_S - (time.monotonic() - began)))
            if answer is None:
                self.close_connection = True
                return
            with contextlib.suppress(OSError):
                self.send_response(answer.status)
                for name, text in answer.headers.items():
                    self.send_header(name, text)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

        do_GET = do_POST = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A worker that was killed leaves its connection."""


@contextmanager
def meta(count: int) -> Iterator[tuple[str, Accounts]]:
    """A server of that many accounts: its address, and what it knows."""
    accounts = Accounts(count)
    listening = _Server(("127.0.0.1", 0), _handler(accounts))
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}", accounts
    listening.shutdown()
