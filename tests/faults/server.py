"""A small Graph server in memory, for one account, on a clock of its own, that can be told to misbehave.

It is an implementation apart from both the client and the sandbox. What it promises is what the product
relies on: a write is executed at most `LATE_S` after it arrived, a new object is listed at most `LISTED_S`
later, and a changed value is shown at most `SHOWN_S` later.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults import reads
from tests.faults.account import ACCOUNT, Account, Refused, Row
from tests.faults.decode import Call, Reply, calls_of, error, response_of
from tests.faults.kept import kept

LATE_S = 60.0
LISTED_S = 25.0
SHOWN_S = 3.0
TIMEOUT_S = 30.0
"""What the client waits for an answer."""
TOKEN = "EAAtoken77"


@dataclass(slots=True)
class Asked:
    """One request that a set made: what it may know of the account, and when its answer was there."""

    arrival: int
    who: str
    writes: bool
    at_s: float
    as_of_s: float
    answered_s: float = 0.0


@dataclass(slots=True)
class Exchange:
    """One request at the server: what it asks, and the ways to execute and answer it."""

    server: "GraphServer"
    request: httpx.Request
    calls: list[Call]
    batch: bool

    @property
    def writes(self) -> bool:
        return any(call.writes for call in self.calls)

    @property
    def part(self) -> bool:
        """Whether it is a part of a video, before the request that makes it: an error of any kind refuses it."""
        return self.writes and not any(call.key for call in self.calls)

    def run(self, without: Sequence[int] = ()) -> list[Reply | None]:
        """Execute the calls now, but for those `without`; these have no reply."""
        return [None if i in without else self.server.execute(call) for i, call in enumerate(self.calls)]

    def run_later(self, after_s: float) -> None:
        """Execute the calls some time from now, whoever listens then."""
        account = self.server.account
        account.later(account.clock.at_s + after_s, self.run)

    def answer(self, replies: list[Reply | None]) -> httpx.Response:
        return response_of(replies, batch=self.batch, request=self.request)

    def whole(self, reply: Reply) -> httpx.Response:
        """The same answer for the request as a whole, batch or not."""
        return response_of([reply], batch=False, request=self.request)

    def refuse(self, code: int, which: Sequence[int] | None = None) -> None:
        """Note that calls of this request were refused for good, by a scripted error."""
        for i, call in enumerate(self.calls):
            if call.writes and (which is None or i in which):
                self.server.refused.append((self.server.account.who, call.key, code))


Act = Callable[[Exchange], httpx.Response]


@dataclass(slots=True)
class GraphServer(httpx.BaseTransport):
    """Answers requests; `script_writes` and `script_reads` say how the next ones fail."""

    account: Account
    page_rows: int = 500
    script_writes: list[Act | None] = field(default_factory=list)
    script_reads: list[Act | None] = field(default_factory=list)
    listed_s: float = 0.0
    shown_s: float = 0.0
    """How old what is read is at present."""
    requested: list[tuple[int, str, str]] = field(default_factory=list)
    """Every write that was sent, whatever came of it: number of the request, who, key. Not the parts of a video."""
    refused: list[tuple[str, str, int]] = field(default_factory=list)
    """Every write that was refused for good: who, key, code."""
    seen: Counter[str] = field(default_factory=Counter)
    dates: str = "right"
    """Which `Date` header its answers have: "right", "missing", or any other text as it is."""
    lied: bool = False
    """Whether it ever had another than the right one."""
    place: Any = None
    """The state folder from which requests come at present."""
    places: dict[int, Any] = field(default_factory=dict)
    """The state folder that each request came from."""
    begun: dict[int, tuple[float, int]] = field(default_factory=dict)
    """When the process that made each request began: the time, and the request before it."""
    began: tuple[float, int] = (0.0, 0)
    videos: list[tuple[int, int]] = field(default_factory=list)
    """How large each video is that was begun, and how much of it is there."""
    asked: list[Asked] = field(default_factory=list)
    """Every request, and what it may have told."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            raise AssertionError("a request without its token")
        request.read()
        self.account.catch_up()
        self.account.arrival += 1
        self.places[self.account.arrival] = self.place
        self.begun[self.account.arrival] = self.began
        calls, batch = calls_of(request)
        exchange = Exchange(self, request, calls, batch)
        script = self.script_writes if exchange.writes else self.script_reads
        act = script.pop(0) if script else None
        self.seen["write requests" if exchange.writes else "read requests"] += 1
        who = self.account.who
        self.requested += [
            (self.account.arrival, who, call.key) for call in calls if call.writes and call.key
        ]
        now_s = self.account.clock.at_s
        self.asked.append(Asked(self.account.arrival, who, exchange.writes, now_s, now_s))
        try:
            answer = act(exchange) if act else exchange.answer(exchange.run())
        finally:
            self.asked[-1].answered_s = self.account.clock.at_s
        self.lied |= self.dates != "right"
        if self.dates != "missing":
            answer.headers["date"] = self.date
        return answer

    @property
    def date(self) -> str:
        """What its answers give as the time of day."""
        return self.account.clock.date() if self.dates == "right" else self.dates

    def execute(self, call: Call) -> Reply:
        """Do what one call asks."""
        try:
            if not call.writes:
                at_s = self.account.clock.at_s
                as_of_s = at_s - max(self.listed_s, self.shown_s)
                self.asked[-1].as_of_s = min(self.asked[-1].as_of_s, as_of_s)
                view = reads.View(self.account, at_s - self.listed_s, at_s - self.shown_s, self.page_rows)
                return Reply(200, view.answer(call))
            return Reply(200, self._write(call))
        except Refused as refused:
            if call.writes:
                self.refused.append((self.account.who, call.key, refused.code))
            return error(refused.code, refused.subcode, message=str(refused))

    def _write(self, call: Call) -> Row:
        account = self.account
        if call.path.endswith("/subscribed_apps"):
            account.update(ACCOUNT, {"webhooks": "on" if call.method == "POST" else "off"})
            return {"success": True}
        if call.method == "DELETE":
            account.delete(call.path)
            return {"success": True}
        owner, _, edge = call.path.partition("/")
        if not edge:
            account.update(call.path, kept(call.params))
            return {"success": True}
        if owner != ACCOUNT:
            raise Refused(100, 33, f"Object with ID '{owner}' does not exist")
        if edge == "adimages":
            ((name, data),) = call.files.values()
            image = account.upload(name, data)
            return {"images": {name: {"hash": image.id, "url": f"https://img.example/{image.id}"}}}
        if edge == "advideos":
            return self._video(call)
        return {"id": account.create(reads.KINDS[edge], _row(edge, call), call.key).id}

    def _video(self, call: Call) -> Row:
        """A video comes in two parts, and is made by the last request. Raises Refused."""
        if call.params["upload_phase"] == "start":
            self.videos.append((int(call.params["file_size"]), 0))
            half = {"start_offset": "0", "end_offset": str(self.videos[-1][0] // 2)}
            return half | {"upload_session_id": str(len(self.videos)), "video_id": f"8{len(self.videos):03}"}
        session = int(call.params["upload_session_id"])
        size, there = self.videos[session - 1]
        if call.params["upload_phase"] == "transfer":
            ((_, data),) = call.files.values()
            there = int(call.params["start_offset"]) + len(data)
            self.videos[session - 1] = size, there
            return {"start_offset": str(there), "end_offset": str(size)}
        if there < size:
            raise Refused(100, None, "The video is not there as a whole")
        row = {"description": call.key, "status": {"video_status": "ready"}}
        self.account.create("video", row, call.key, f"8{session:03}")
        return {"success": True}


def _row(edge: str, call: Call) -> Row:
    """What is stored of a new object."""
    row: Row = dict(call.params) | {"adlabels": call.json("adlabels", [])}
    if edge == "adsets":
        row["targeting"] = call.json("targeting", {})
    if edge == "ads":
        row["creative_id"] = str(call.json("creative", {}).get("creative_id"))
    if edge == "adcreatives":
        row["status"] = "ACTIVE"
        json.loads(row["object_story_spec"])
    return row
