"""Everything that can go wrong with one call to Meta, and what the client did about it, as the table says it."""

import json
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx

from tests.agent.support import (
    ACCOUNT,
    Action,
    drop_after,
    drop_before,
    graph_error,
    html_after,
    null_items,
    refuse,
)
from tools.graph.code_table import ENTRIES, find
from tools.graph.codes import Entry, Executed, Family

WIRE = "no answer in Graph's form"
THROTTLE, TRANSIENT, UNKNOWN = Family.THROTTLE, Family.TRANSIENT, Family.UNKNOWN
KINDS = ("read", "pause", "new ad")
ONCE, ALWAYS = 1, 100


class Column(NamedTuple):
    """A kind of call, and how often it meets the error."""

    kind: str
    times: int

    def __str__(self) -> str:
        return f"{self.kind}, {'once' if self.times == ONCE else 'always'}"


COLUMNS = tuple(Column(kind, times) for times in (ONCE, ALWAYS) for kind in KINDS)


@dataclass(frozen=True)
class Error:
    """Something that can go wrong with a call, under the name it has in the table."""

    family: str
    label: str
    action: Action = field(compare=False)
    unsure: bool = True
    """Whether a write that met it may have been executed."""
    entry: Entry | None = None
    in_batch: bool = False
    """Whether it can only happen to the items of a batch: then two calls are made instead of one."""


@dataclass(frozen=True)
class Did:
    """What the client did about one call."""

    requests: str
    """In order: `s` each time the call was sent, `l` for any other request (a look at the account)."""
    waited_s: float
    outcome: str
    executed: int
    """How often it happened in the account; 0 for a read."""

    @property
    def sent(self) -> int:
        return self.requests.count("s")

    @property
    def looked(self) -> int:
        return self.requests.count("l")

    def __str__(self) -> str:
        counts = (_counted(self.sent, "try", "tries"), _counted(self.looked, "look", "looks"))
        waited = f"{self.waited_s:.0f} s" if self.waited_s >= 1 else ""
        return f"{self.outcome}: {', '.join(part for part in (*counts, waited) if part)}"


Row = dict[Column, Did]


def errors() -> list[Error]:
    """Every entry of the error table, and what is in none."""
    return [
        *map(_entered, ENTRIES),
        Error(THROTTLE, "any of these if Meta asks for 2 minutes", _busy(minutes=2), unsure=False),
        Error(THROTTLE, "any of these if Meta asks for an hour", _busy(minutes=60), unsure=False),
        Error(TRANSIENT, "any other below 0", graph_error(-7)),
        Error(TRANSIENT, "any other with HTTP 5xx", graph_error(424242, status=500)),
        Error(TRANSIENT, "any of these after Meta acted", graph_error(2, after=True)),
        Error(UNKNOWN, "any other", graph_error(424242)),
        Error(UNKNOWN, "any of these after Meta acted", graph_error(424242, after=True)),
        Error(WIRE, "connection refused", refuse, unsure=False),
        Error(WIRE, "connection lost before Meta acted", drop_before),
        Error(WIRE, "answer lost after Meta acted", drop_after),
        Error(WIRE, "HTTP 502 with HTML after Meta acted", html_after),
        Error(WIRE, "batch item null after Meta acted", null_items(0), in_batch=True),
    ]


def _entered(entry: Entry) -> Error:
    """A code that this entry counts for; of a range, one without an entry of its own."""
    inside = range(entry.code, (entry.last or entry.code) + 1)
    code = next(code for code in inside if find(code, entry.subcode) is entry)
    unsure = entry.treatment.executed is Executed.UNKNOWN
    return Error(entry.family, entry.label, graph_error(code, entry.subcode), unsure, entry)


def _busy(*, minutes: int) -> Action:
    """The ads management quota is used up, and Meta's header says for how long."""
    usage = {"type": "ads_management", "call_count": 100, "estimated_time_to_regain_access": minutes}
    headers = {"x-business-use-case-usage": json.dumps({ACCOUNT: [usage]})}
    error = {"error": {"message": "scripted", "code": 80004}}
    return lambda forward, request: httpx.Response(400, json=error, headers=headers)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
