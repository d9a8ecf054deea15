"""Problems and remarks, each with its place: file, line, ad and field."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Generic, TypeVar

from tools.create.launch.document import At, Document
from tools.domain.text import listed
from tools.graph.redact import Redactor

T = TypeVar("T")
MOST_SHOWN = 80
"""Characters of a name in a message."""
_TOKENS = Redactor()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written. `ad` is the ad it belongs to, as people count: from 1."""

    document: Document
    at: At = ()
    ad: str = ""

    def __str__(self) -> str:
        line = self.document.line(self.at)
        inside = self.at[2:] if self.at[:1] == ("ads",) and len(self.at) > 1 else self.at
        parts = (self.document.name + (f" line {line}" if line else ""), self.ad, _path(inside))
        return ", ".join(part for part in parts if part)

    def below(self, *more: str | int) -> "Place":
        return Place(self.document, (*self.at, *more), self.ad)


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T]):
    """A value and where it was written."""

    value: T
    place: Place


@dataclass(slots=True)
class Findings:
    """What was found so far. An error stops the launch; a remark is shown before approval."""

    main: Document | None = None
    """The launch file; what is said of other files comes after it."""
    _errors: dict[str, dict[str, str]] = field(default_factory=dict)
    _notes: dict[str, dict[str, str]] = field(default_factory=dict)
    """By what is said: the ads it is said of, by place."""
    of_ad: dict[int, dict[str, None]] = field(default_factory=dict)
    """The remarks on each ad, by its number, without the place."""

    _order: dict[str, float] = field(default_factory=dict)
    """Where each error stands first."""
    guarded: set[str] = field(default_factory=set)
    """Those errors that are refusals by stack.md."""

    def error(self, place: Place | str, said: str, *, guarded: bool = False) -> None:
        self._errors.setdefault(said, {})[str(place)] = _whose(place)
        self._order.setdefault(said, self._place_in_order(place))
        if guarded:
            self.guarded.add(said)

    def _place_in_order(self, place: Place | str) -> float:
        """The line of a place, without lines its ad; what is of the whole file comes first."""
        if isinstance(place, str) or not place.at:
            return 0
        if place.document.lines:
            return place.document.line(place.at) or 0 if place.document is self.main else inf
        return int(place.at[1]) + 1 if place.at[:1] == ("ads",) and len(place.at) > 1 else 0

    @property
    def only_guarded(self) -> bool:
        """Whether nothing is wrong but that stack.md forbids it."""
        return bool(self._errors) and set(self._errors) == self.guarded

    def note(self, place: Place, said: str, ads: Iterable[int] = ()) -> None:
        self._notes.setdefault(said, {})[str(place)] = _whose(place)
        for number in ads:
            self.of_ad.setdefault(number, {})[said] = None

    @property
    def errors(self) -> tuple[str, ...]:
        """Each with its place, in the file's order; what is the same for many ads is said once and names them."""
        ordered = sorted(self._errors.items(), key=lambda item: self._order[item[0]])
        return tuple(_spelled(said, places) for said, places in ordered)

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(_spelled(said, places) for said, places in self._notes.items())


def _whose(place: Place | str) -> str:
    return place.ad if isinstance(place, Place) else ""


def _spelled(said: str, places: dict[str, str]) -> str:
    first, *others = places.items()
    also = listed([ad or place for place, ad in others])
    return _TOKENS.tokens(f"{first[0]}: {said}" + (f" (the same: {also})" if also else ""))


def label(number: int, name: str) -> str:
    """An ad as people find it in their file: `ad 2 "hero"`, on one line and not too long."""
    shown = "".join(c if c.isprintable() else " " for c in name)
    return f'ad {number} "{shown[:MOST_SHOWN]}{"…" if len(shown) > MOST_SHOWN else ""}"'


def _path(at: At) -> str:
    """`("titles", 0)` as people write it: titles 1."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in at)
