"""Answers Meta's webhooks: the handshake, and what it tells, kept before it is answered. Nothing is looked at here."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from agent.hooks import signatures, told_events
from agent.hooks.look_queue import LookQueue
from agent.hooks.looked_after import RULE, WhoseUnknownError
from agent.stores.engine import FAILED
from tools.domain.text import counted, listed

PATH, HEALTH, READY = "/meta", "/health", "/ready"
MAX_BYTES = 1024 * 1024
"""Meta puts at most a thousand changes into one body."""
MANY = 100
"""So many looks wait only where nobody takes them."""
SAID_AGAIN = 1000
"""After so many events of other people's accounts their number is said again."""
JSON, PLAIN = "application/json", "text/plain; charset=utf-8"


class Incoming(NamedTuple):
    """A request as it came; names of headers in small letters."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Reply(NamedTuple):
    status: int
    text: str = ""
    kind: str = PLAIN


@dataclass(slots=True)
class Receiver:
    """Knows the secrets and the queue; says in a line what came. For any thread."""

    queue: LookQueue
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    options: Mapping[str, Any]
    """In which world the looks are taken."""
    looked_after: Callable[[set[str]], set[str]]
    """Those of some accounts that this installation looks after. Raises WhoseUnknownError, or another one of FAILED."""
    say: Callable[[str], None]
    _foreign: Counter[str] = field(default_factory=Counter, init=False)
    """How much was told of accounts that it does not look after."""
    _turn: Lock = field(default_factory=Lock, init=False)

    def answer(self, request: Incoming) -> Reply:
        """Answer one request; 200 only after what it tells is on the disk."""
        if request.path in (HEALTH, READY):
            return self._health(request)
        if request.path.rstrip("/") != PATH:
            return Reply(404, "Nothing is here.\n")
        if request.method == "GET":
            return self._handshake(request.query)
        if request.method != "POST":
            return Reply(405, "GET or POST.\n")
        return self._told(request)

    def _health(self, request: Incoming) -> Reply:
        """`/health`: the process answers; `/ready`: what comes in can be kept."""
        if request.method not in ("GET", "HEAD"):
            return Reply(405, "GET.\n")
        if request.path == READY:
            try:
                with self._turn:
                    self.queue.waiting()
            except FAILED:
                return Reply(503, "What comes in cannot be kept.\n")
        return Reply(200, "ok\n")

    def _handshake(self, query: str) -> Reply:
        """Meta asks whether the address is ours before it subscribes."""
        try:
            asked = parse_qs(query, keep_blank_values=True, max_num_fields=20)
        except ValueError:
            return Reply(400, "Too many parameters.\n")
        mode, token, challenge = (
            (asked.get(f"hub.{name}") or [""])[-1] for name in ("mode", "verify_token", "challenge")
        )
        ours = signatures.same_token(token, self.verify_token)
        if mode != "subscribe" or not ours:
            self.say("A handshake with another verify token was refused.")
            return Reply(403, "The verify token is another one.\n")
        self.say("Meta has checked this address: the handshake went well.")
        return Reply(200, challenge)

    def _told(self, request: Incoming) -> Reply:
        if len(request.body) > MAX_BYTES:
            return too_large()
        if not signatures.is_signed(
            request.body, request.headers.get(signatures.HEADER, ""), self.app_secret
        ):
            return Reply(403, "The signature does not belong to this body.\n")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            return Reply(415, "JSON only.\n")
        try:
            told = told_events.read(request.body, self.queue.now())
        except (ValueError, RecursionError):
            self.say("A signed webhook could not be read; nothing was kept of it.")
            return Reply(400, "This is no notification.\n")
        try:
            return self._sorted(told)
        except FAILED as error:
            self.say(f"What Meta told could not be kept ({error}); it will tell it again.")
            return Reply(503, "It could not be kept.\n")

    def _sorted(self, told: told_events.Told) -> Reply:
        """Keep what is ours, whatever becomes of the rest: told again, it is known. Raises one of FAILED."""
        unknown: WhoseUnknownError | None = None
        try:
            ours = self.looked_after({event.account for event in told.events})
        except WhoseUnknownError as error:
            ours, unknown = error.ours, error
        events = [event for event in told.events if event.account in ours]
        with self._turn:
            new = self.queue.store(events, self.options)
            waiting = self.queue.waiting()
            foreign = Counter(event.account for event in told.events if event.account not in ours)
            if events or told.left_out or not foreign:
                self.say(_line(len(events), told.left_out, new, waiting))
            if unknown:
                raise unknown
            self._left_out(foreign)
        return Reply(200, "ok\n")

    def _left_out(self, foreign: Counter[str]) -> None:
        """Name an account that nobody here looks after the first time that Meta tells of it, and say how much that was now and then."""
        new = sorted(foreign.keys() - self._foreign.keys())
        before = self._foreign.total()
        self._foreign.update(foreign)
        if new:
            self.say(f"Not looked at: what Meta tells of {listed(new, most=5)}, as {RULE}.")
        elif self._foreign.total() // SAID_AGAIN > before // SAID_AGAIN:
            self.say(
                f"{self._foreign.total()} events of {counted(len(self._foreign), 'account')} were not looked at, as nobody here looks after them."
            )


def too_large() -> Reply:
    """The answer to a body that is longer than Meta sends one."""
    return Reply(413, "The body is too large.\n")


def _line(events: int, left_out: Sequence[str], new: int, waiting: int) -> str:
    known = events - new
    parts = [f"{counted(new, 'new event')} to look at"]
    parts += [f"{known} known already"] if known else []
    if left_out:
        parts.append(f"not looked at: {listed(sorted(set(left_out)), most=5)}")
    if waiting >= MANY:
        parts.append(f"{waiting} wait by now, and `adsteward work` looks at them: is it running")
    return f"Meta tells: {'; '.join(parts)}{'?' if waiting >= MANY else '.'}"
