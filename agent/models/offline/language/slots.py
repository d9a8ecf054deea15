"""What a request is read into: one slot for each thing that can be said, empty where nothing was said."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

WRITES = frozenset(
    "pause activate raise add lower set double halve move rename archive delete duplicate swap make launch upload undo redo stop end"
    " cap revive label remember forget".split()
)
"""What is ordered; anything else only looks."""
NOUNS = {"campaign": "campaign", "adset": "ad set", "ad": "ad", "account": "account"}
IN_QUOTES = "If it belongs to a name, put the name in quotes."
_DEPTH = ("campaign", "adset", "ad")
LOOKED_AT = ("report", "client_report", "check")
"""What is made or done without a change of the account, whatever the verb."""


class NotUnderstood(Exception):  # noqa: N818 - a reason to ask back, not an error
    """Nothing is done, and why; the words that stand in the way are named."""

    def __init__(self, why: str, order: "Request | None" = None) -> None:
        super().__init__(why)
        self.order = order
        """What was read but for one gap, which the next words may fill."""


class TwoOrders(NotUnderstood):
    """Two orders in one, and each as it may be sent alone, where they can be told apart."""

    def __init__(self, why: str, parts: tuple[str, ...]) -> None:
        super().__init__(why)
        self.parts = parts


class NotPossible(NotUnderstood):
    """What is asked for is clear, and a value in it cannot be."""


@dataclass(frozen=True, slots=True)
class Found:
    """A campaign, ad set or ad of the account; budgets as tools write them, such as "50.00 USD"."""

    id: str
    level: str
    name: str
    status: str = ""
    inside: str = ""
    daily: str = ""
    lifetime: str = ""
    now: str = ""
    """What keeps it from running although it is switched on, or that it is learning."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a person named: the text, the level word that stood with it, and what the account has of that name."""

    text: str
    level: str = ""
    role: str = ""
    """from, to or except; empty for what the request is about."""
    row: int = 0
    """The row of the answer before that is meant, counted from 1, or from behind with a minus; 0 for what has a name."""
    found: tuple[Found, ...] = ()
    more: int = 0
    """How many fit beyond those found."""
    whole: bool = True
    """False where only a part of the name was said."""
    several: bool = False
    """Whether the level word with it is in the plural; of a row that is left out, whether "all but" stands before it."""
    slip: bool = False
    """Where only names written a little differently were found."""
    word: bool = False
    """Whether one everyday word was said that is only a part of names, so that it may be meant as the word."""

    @property
    def is_id(self) -> bool:
        return self.text.isascii() and self.text.isdecimal() and len(self.text) >= 8


@dataclass(frozen=True, slots=True)
class Period:
    """Days: a preset as the tools take it, or the first and the last one (ISO dates)."""

    preset: str = ""
    since: str = ""
    until: str = ""
    loose: bool = False
    """A month or weekday by its name, which may lie ahead as well: no ground to change anything on."""
    said: str = field(default="", compare=False)
    """How it was written, where that is loose."""

    @property
    def args(self) -> dict[str, str]:
        """As the tools take it."""
        return {"date_preset": self.preset} if self.preset else {"since": self.since, "until": self.until}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money, a percentage or a bare number, as it was written."""

    number: str
    currency: str = ""
    percent: bool = False
    relative: bool | None = None
    """By so much (True), to so much (False), or not said."""
    before: str = ""
    """What it is said to be now: "from 145 to 160"."""


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on a figure; on that of the answer before where none is named ("only those above 30")."""

    figure: str
    operator: str
    value: str
    currency: str = ""
    """As it was written; "%" for a percentage."""


@dataclass(frozen=True, slots=True)
class Request:
    """All that was said. Slots that were not filled are empty."""

    want: str = ""
    topic: str = ""
    level: str = ""
    things: tuple[Thing, ...] = ()
    every: bool = False
    """All of them: "all", "every", "everything"."""
    pick: str = ""
    """weak, winners, tired, new: those that a review tells apart."""
    sure: str = ""
    """How sure a judgement must be, where more than usual is asked for: "clearly"."""
    without: str = ""
    """A pick that is left out."""
    states: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()
    by: tuple[str, ...] = ()
    """Levels and breakdowns that figures are split by."""
    only: tuple[tuple[str, str], ...] = ()
    """Values of breakdowns, and nothing else of them."""
    step: str = ""
    """day, week or month: a row for each."""
    rank: str = ""
    """highest, lowest, best or worst."""
    count: int = 0
    periods: tuple[Period, ...] = ()
    compare: str = ""
    """previous, last_year, FIRST..LAST, or worse."""
    amount: Amount | None = None
    budget: str = ""
    """daily or lifetime."""
    ref: str = ""
    """it, them, or the number of a candidate: what the answer before named."""
    output: str = ""
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Quoted texts by what they are: body, headline, description, name, note."""
    files: tuple[str, ...] = ()
    link: str = ""
    objective: str = ""
    change_set: str = ""
    account: str = ""
    tongue: str = ""
    """The language of a report for a client."""
    asked: str = ""
    """A question, not an order: which, how_much, would, how; or "?" alone."""
    leading: str = ""
    """and, about, only, same, no: it goes on from the request before, or takes its place (no); "what about" only looks."""

    @property
    def splits(self) -> tuple[str, ...]:
        """What the rows are of: of campaigns, ad sets and ads the lowest alone, as each is in one of those above."""
        level = max((part for part in self.by if part in _DEPTH), key=_DEPTH.index, default="")
        return tuple(part for part in self.by if part == level or part not in _DEPTH)

    @property
    def named(self) -> list[Thing]:
        """What it is about, without what it leaves out."""
        return [thing for thing in self.things if thing.role != "except"]

    @property
    def days(self) -> dict[str, str]:
        """The first period as the tools take it, or nothing."""
        return self.periods[0].args if self.periods else {}

    @property
    def ranked_by(self) -> str:
        """The figure that an order goes by: as named, else the cost of a result, and what is most is spend."""
        return next(iter(self.figures), "spend" if self.rank == "highest" else "cost_per_result")

    @property
    def set_slots(self) -> dict[str, Any]:
        """The slots that were filled."""
        empty = Request()
        return {
            f.name: value for f in fields(self) if (value := getattr(self, f.name)) != getattr(empty, f.name)
        }

    def but(self, **slots: Any) -> "Request":
        """The same request with other slots."""
        return replace(self, **slots)
