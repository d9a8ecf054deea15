"""What a kind of change is made of; `kinds.KINDS` has a row for each."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Literal


class Sent(Enum):
    """How a change travels to Meta."""

    REQUEST = auto()
    FILE = auto()
    """With a file in one request."""
    PARTS = auto()
    """With a file part by part, over a long time; Meta works on it when all of it is there."""


class Known(Enum):
    """What tells, without Meta's answer, whether a change was made."""

    BY_STATE = auto()
    """The object reads as wanted."""
    BY_ABSENCE = auto()
    """The object is deleted or archived: no list shows it, and its status says which."""
    BY_LABEL = auto()
    """An object carries the ad label of the change (docs/graph-api.md §8.9)."""
    BY_DESCRIPTION = auto()
    """A video has the marker of the change as its description: it takes no label."""
    BY_NAME = auto()
    """A rule has the marker of the change at the end of its name: it takes no label."""
    BY_SUBSCRIPTION = auto()
    """The account lists the app among those that hear of it, or does not (docs/graph-api.md §9.2)."""
    BY_CONTENT = auto()
    """The same bytes are there: they have the same hash (docs/graph-api.md §8.5)."""


class Undone(Enum):
    """How a change is taken back."""

    SET_BACK = auto()
    SWITCHED_BACK = auto()
    """By the same request with the other method."""
    DELETED = auto()
    NEVER = auto()


class Limit(Enum):
    """Which guardrail of the brand file counts a change; new budgets and new ads are new objects, too."""

    NONE = auto()
    PAUSES = auto()
    BUDGET_STEP = auto()
    NEW_BUDGET = auto()
    NEW_OBJECTS = auto()
    NEW_ADS = auto()
    DELIVERY = auto()
    """As pauses of all that runs below, where it may stop or hold back what is delivered (`field_states.tightens`)."""
    CHANGED_ADS = auto()
    """As a new ad, as Meta reviews it again; taking it back is not counted."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Where created objects are listed, and how the account's log names a creation (docs/graph-api.md §9)."""

    edge: str
    parent: str = ""
    """The parameter that names what it stands under; empty for the account."""
    log_category: str = ""
    """Empty where the log names no creation."""
    log_event: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A parameter that a person sees before approval, under this word."""

    under: str
    inside: Mapping[str, str] = field(default_factory=dict)
    """Words for what lies in it, by path: "link_data.message", "cards[].name". `*` stands for any key, `#` in a
    word for the number in a list, `*` in it for the key. What has no word is shown by its path."""
    whole: Mapping[str, Callable[[Any, str], str]] = field(default_factory=dict)
    """By path, what puts a part into one sentence, given the account's currency; where that is empty, the part is
    taken apart like any other."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A parameter that says nothing a person would decide on; the sentence says why."""

    by: str


Parameter = Shown | Covered


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKind:
    """One kind of change."""

    verb: str
    deed: str
    """What was done, for the emergency brake: "budget raised"."""
    known: Known
    undone: Undone
    limit: Limit
    parameters: Mapping[str, Parameter]
    """Every parameter of its requests; one that stands nowhere here cannot be proposed."""
    sent: Sent = Sent.REQUEST
    verb_when_paused: str = ""
    """The verb for a change that sets PAUSED, where it is another one."""
    creates: str = ""
    """What it makes, with its article; empty for a change to what is there."""
    many: str = ""
    """The plural for the progress of a long set, for kinds that come in numbers."""
    must_be_paused: bool = False
    """It makes something that could spend, or act by itself."""
    idle: str = "PAUSED"
    """The status in which that is made."""
    holds_others: bool = False
    """What it makes may hold ad sets or ads, which go before it."""
    repeatable: bool = False
    """Sending it twice does no harm. A budget is not: Meta allows four changes an hour."""
    measured: bool = False
    """What results cost before and since tells what came of it."""
    listed: Listed | None = None
    result: Literal["id", "hash"] = "id"
    """What Meta's answer gives that later changes may need."""


def check(table: Mapping[Any, ChangeKind], kinds: Collection[str], status: Parameter) -> None:
    """Raises TypeError for a kind without a row, or a row that contradicts itself; `status` is that of what runs."""
    if missing := set(kinds) - set(table):
        raise TypeError(f"kinds of change without a row in KINDS: {', '.join(sorted(missing))}")
    for kind, row in table.items():
        marked = row.known in (Known.BY_LABEL, Known.BY_DESCRIPTION, Known.BY_NAME)
        made = marked or row.known is Known.BY_CONTENT
        if made != bool(row.creates):
            raise TypeError(f"{kind}: what is created is known by a mark or its content, and nothing else is")
        if (row.listed is None) == marked:
            raise TypeError(f"{kind}: what carries a mark needs the list in which it is looked for")
        if row.listed and row.listed.parent not in ("", *row.parameters):
            raise TypeError(f"{kind}: {row.listed.parent} is none of its parameters")
        if row.must_be_paused and row.parameters.get("status") is not status:
            raise TypeError(f"{kind}: what could spend is created PAUSED")
        if row.undone is Undone.DELETED and not row.creates:
            raise TypeError(f"{kind}: only what was created is deleted to take it back")
        if (row.undone is Undone.SWITCHED_BACK) != (row.known is Known.BY_SUBSCRIPTION):
            raise TypeError(
                f"{kind}: a subscription is known by its list and switched back, and nothing else is"
            )
