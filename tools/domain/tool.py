"""What a tool is, what it is given and what it gives back."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.changes import Change, ChangeSet, Effect, Level, Request, Spend, marker_of
from tools.domain.files import Given
from tools.domain.kinds import Kind
from tools.domain.objects import AdObject
from tools.domain.tables.kept_tables import Tables, write_rows
from tools.graph import GraphReader

SEEN_LATELY, HELD_ROWS = timedelta(minutes=1), 200  # rows of a table that needs no file
TOOLSET = "launch"
"""Where the tools stand that are not needed every day."""


class Input(BaseModel):
    """Base of all tool inputs: what is not named is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class ReadInput(Input):
    """Base of the inputs of reading tools; whoever runs them sees to the account, each works on that of its context."""

    account: str = Field(default="", max_length=200)


class ToolError(Exception):
    """A refusal the model should see; says what is wrong and what is allowed."""


class GuardrailError(ToolError):
    """A refusal by stack.md: what was asked for is right, and not allowed."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it may be shown in a chat."""

    data: bytes = field(repr=False)
    mime: str


@dataclass(frozen=True, slots=True)
class Result:
    """`content` goes to the model, compact; `details` is for people and logs."""

    content: dict[str, Any]
    details: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    """Those that the caller asked to see at once."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a write tool gives: changes to be approved, and a word on what needs no change."""

    changes: tuple[Change, ...]
    note: str = ""
    remarks: tuple[str, ...] = ()
    """Lines that a person should weigh before they approve."""

    @property
    def notes(self) -> tuple[str, ...]:
        """All that is to be read before the question."""
        return (*self.remarks, *(f"Note: {line}" for line in self.note.splitlines()))


def sending(change: Change, params: Mapping[str, Any]) -> Change:
    """The change with what it sends, which may hold its own marker."""
    return change.model_copy(update={"request": change.request.model_copy(update={"params": params})})


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that was made, from the journal."""

    change: Change
    change_set_id: str
    at: datetime
    result: dict[str, Any]
    undone: bool
    known: bool = True  # False for a change that was sent and whose answer was lost


def object_id(applied: Applied) -> str:
    """The object a change was made to, or the one it created."""
    return applied.change.target or str(applied.result.get("id") or "")


class Ledger(Protocol):
    """What tools may know of earlier runs."""

    def recent(self, account: str, limit: int) -> list[dict[str, Any]]: ...
    def change_set(self, change_set_id: str) -> ChangeSet: ...
    def withdraw(self, account: str, change_set_id: str, who: str, reason: str) -> str: ...
    def standing(self, account: str, change_set_id: str) -> str: ...
    def sent_since(self, account: str, since: datetime) -> list[Applied]: ...
    def applied(
        self, account: str, *, change_set_id: str = "", since: datetime | None = None, unknown: bool = False
    ) -> list[Applied]: ...


class Notebook(Protocol):
    """Notes that people and earlier conversations left. Methods raise ToolError."""

    def kept(self) -> list[str]: ...
    def add(self, note: str, *, everywhere: bool = False) -> str: ...
    def drop(self, which: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an ad was judged as it was, in numbers that code computed."""

    reason: str
    daily_spend_minor: int | None
    """Of the last seven days; None when it was not judged."""
    numbers: dict[str, str] = field(default_factory=dict)
    """The figures behind the reason, money in major units; they are kept with the change."""
    speaks_for: Literal["PAUSED", "ACTIVE", ""] = "PAUSED"  # the status that an ad should have by it, if any
    judged: str = ""  # how and when, in words for a person


@dataclass(slots=True)
class Context:
    """What a tool works with during one run."""

    graph: GraphReader
    account: Account
    brand: Brand
    ledger: Ledger
    run_id: str
    results_dir: Path
    """Where full tables go that are too long for the model."""
    now: Callable[[], datetime]
    call_id: str = ""
    evidence: dict[str, Evidence] = field(default_factory=dict)
    weighed: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict)
    """By the ids that a review says to pause: its risk, its effect, and what it left out."""
    pending: list[Change] = field(default_factory=list)
    """Changes proposed earlier in the same turn, so that one can build on another."""
    seen: dict[str, tuple[datetime, AdObject]] = field(default_factory=dict)
    """Objects read in this run, and when: what was read a moment ago need not be read again to be paused."""
    roster: dict[str, list[AdObject]] = field(default_factory=dict)
    """All that has a name in the account, once a name was used; forgotten when something is changed."""
    meant: dict[str, str] = field(default_factory=dict)  # what names stood for in this run
    library: dict[str, str] = field(default_factory=dict)
    """Names of files that need no upload, with the hash their image has in the account's library."""
    toolsets: set[str] = field(default_factory=set)
    """Those the model has asked for."""
    given: Given = field(default_factory=Given)
    """What may be read of this computer's files."""
    tables: Tables = field(default_factory=Tables)
    """Those that tools gave in this session."""
    event: str = ""
    """What most ad sets of the account are after, once that was looked up."""
    own_events: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By ad set, once looked up: its campaign, and what it is after itself."""
    token_troubles: Callable[[], Sequence[str]] = tuple
    """Asks Meta what is wrong with the access token, or soon will be; tools never see the token itself."""
    notes: Notebook | None = None
    pauses_left: int | None = None
    """How many more pauses the last 24 hours leave; None where nobody counts."""

    @property
    def here(self) -> datetime:
        """Now, on the clock of the account."""
        return self.now().astimezone(self.account.zone)

    def remember(self, objects: Iterable[AdObject]) -> None:
        """Note objects that were just read."""
        self.seen |= {obj.id: (self.now(), obj) for obj in objects}

    def fresh(self, ids: Iterable[str]) -> dict[str, AdObject]:
        """Those of these objects that were read within the last minute."""
        known = {i: self.seen[i] for i in ids if i in self.seen}
        return {i: obj for i, (at, obj) in known.items() if timedelta(0) <= self.now() - at < SEEN_LATELY}

    def change(
        self,
        kind: Kind,
        effect: Effect,
        *,
        name: str,
        request: Request,
        index: int = 0,
        level: Level | None = None,
        spend: Spend | None = None,
        **rest: Any,
    ) -> Change:
        """A change of this account, named after the run and the tool call it comes from."""
        change_id = f"{self.run_id}.{self.call_id}.{index}"
        return Change(
            id=change_id,
            kind=kind,
            effect=effect,
            account=self.account.id,
            level=level,
            name=name,
            request=request,
            spend=spend or Spend(daily_minor=0, currency=self.account.currency),
            marker=marker_of(change_id),
            **rest,
        )

    def save(self, what: str, rows: Iterable[dict[str, Any]]) -> str:
        """Put a full table into a file, row by row; gives its path, or why it could not be written."""
        path = self._place(what, ".json")
        rows = iter(rows)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
                write_rows(file, rows)
            self.tables.add(path.stem, what, path, self.account.currency)
        except OSError as error:
            sum(1 for _ in rows)  # what counts the rows must see them all the same
            return f"not saved ({error.strerror})"
        return str(path)

    def keep(self, what: str, rows: list[dict[str, Any]]) -> str:
        """Have a table ready for who asks for more of it; gives its handle, or why it could not be written."""
        if len(rows) > HELD_ROWS:
            return Path(self.save(what, rows)).stem
        return self.tables.add(self._place(what, "").name, what, rows)

    def save_file(self, what: str, ending: str, data: bytes) -> str:
        """Put a file that was made where full tables go; gives its path. Raises ToolError when it cannot be written."""
        path = self._place(what, ending)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise ToolError(f"The {what} could not be written to {path}: {error.strerror}.") from None
        return str(path.resolve())

    def _place(self, what: str, ending: str) -> Path:
        name = re.sub(r"[^A-Za-z0-9_-]", "_", f"{what}-{self.run_id}-{self.call_id or 'call'}")
        return self.results_dir / f"{name[:200]}{ending}"

    def save_rows(
        self, what: str, rows: Iterable[dict[str, Any]], limit: int, key: Callable[[dict[str, Any]], Any]
    ) -> tuple[list[dict[str, Any]], str]:
        """The first `limit` rows by `key`, and the file with all of them when there are more; keeps no others in memory."""
        first = list(islice(rows := iter(rows), limit + 1))
        if len(first) <= limit:
            first.sort(key=key)
            self.tables.add(self._place(what, "").name, what, first, self.account.currency)
            return first, ""
        best = Best(limit, key)
        path = self.save(what, best.seeing(chain(first, rows)))
        return best.rows(), path


class Best:
    """Keeps the first rows by a key of all that pass by."""

    def __init__(self, limit: int, key: Callable[[dict[str, Any]], Any]) -> None:
        self._limit, self._key = limit, key
        self._kept: list[dict[str, Any]] = []

    def seeing(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            self._kept.append(row)
            if len(self._kept) >= 20 * self._limit:
                self._kept = nsmallest(self._limit, self._kept, key=self._key)
            yield row

    def rows(self) -> list[dict[str, Any]]:
        return nsmallest(self._limit, self._kept, key=self._key)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as a plain value; `registry.TOOLS` lists them all."""

    name: str
    description: str
    Input: type[Input]
    effect: Effect
    run: Callable[[Any, Context], Result | Proposal]
    for_hosts: bool = True
    """False for what hosts do themselves, such as searching their tools."""
    toolset: str = ""
    """Tools of a toolset are shown to a model only after it asked for them with `more_tools`; empty: always."""
    words: str = ""
    """What people say when they want it; hosts that search their tools find them by these."""
    keeps: bool = False  # something of our own is written, such as a note, though the account is only read
