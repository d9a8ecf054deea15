"""One row of figures: read from what Meta sends, added to others, and written for people; ratios come from sums."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tools.analysis.odd_cells import Odd, listed, number, whole
from tools.analysis.rows import ZERO, counted, place
from tools.read.figures.known_fields import COUNTED, FIELDS, Column, Form, needed

Row = Mapping[str, Any]


@dataclass(slots=True)
class Sums:
    """Figures of one or several rows of Meta's; what cannot be added up is there only while it is one row's own."""

    rows: int = 0
    numbers: dict[str, Decimal] = field(default_factory=dict)
    lists: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)
    """What the results are of; empty text where one row already holds results of several goals."""
    days: int = 0
    """How many days they are of, where that is compared."""
    told: set[str] | None = None
    """Attribution windows that Meta spoke of in any of the rows; None for rows that are nobody's."""

    def add(self, other: "Sums") -> None:
        """Add a disjoint part."""
        if not self.rows:
            self.own = dict(other.own)
        elif self.own:
            kept = {name: value for name, value in self.own.items() if other.own.get(name) == value}
            self.own = {name: value for name, value in kept.items() if FIELDS[name].form == "text"}
        self.rows += other.rows
        self.events |= other.events
        self.told = other.told if other.told is not None else self.told
        for name, amount in other.numbers.items():
            self.numbers[name] = self.numbers.get(name, ZERO) + amount
        for name, kinds in other.lists.items():
            known = self.lists.setdefault(name, {})
            for kind, amount in kinds.items():
                known[kind] = known.get(kind, ZERO) + amount

    @property
    def mixed(self) -> bool:
        """Whether its results are of several goals, and so no sum."""
        return len(self.events) > 1 or "" in self.events

    def number(self, name: str, window: str = "") -> Decimal:
        """A sum, of results in an attribution window if one is named."""
        return self.numbers.get(f"{name} {window}" if window and name in COUNTED else name, ZERO)

    def value(self, column: Column) -> Any:
        """A figure at full precision, a list of them by action, or a text; None where there is none."""
        what = column.field
        untold = self.told is not None and column.by_window not in {"", *self.told}
        if untold or (column.meta in COUNTED and self.mixed):
            return None
        if what.how == "own":
            found = self.own.get(column.meta)
        elif what.by_action:
            found = self._by_action(column.meta)
        elif what.how == "sum":
            return self.number(column.meta, column.window)
        else:
            return _ratio(
                what.times * self.number(what.over, column.window), self.number(what.under, column.window)
            )
        if not column.kind:
            return None if found in (None, {}) else found
        return (
            found.get(column.kind, ZERO if what.how == "sum" else None) if isinstance(found, dict) else None
        )

    def _by_action(self, meta: str) -> dict[str, Decimal]:
        what = FIELDS[meta]
        if what.how == "sum":
            return self.lists.get(meta, {})
        if what.how == "ratio":
            shares = {k: _ratio(self.number(what.over), n) for k, n in self.lists.get(what.under, {}).items()}
        else:
            weights = self.lists.get(what.under, {}) if FIELDS[what.under].by_action else None
            shares = {
                k: _ratio(n, self.number(what.under) if weights is None else weights.get(k, ZERO))
                for k, n in self.lists.get(meta, {}).items()
            }
        return {kind: share for kind, share in shares.items() if share is not None}


@dataclass(slots=True)
class RowReader:
    """Reads rows for some columns; `event_of` says what counts as a result of a row, empty for several goals."""

    columns: Sequence[Column]
    windows: Sequence[str]
    odd: Odd
    event_of: Callable[[Row], str]
    names: list[str] = field(init=False)
    counts: bool = field(init=False)
    """Whether results are asked for."""
    told: set[str] = field(default_factory=set)
    """Attribution windows that a list of actions spoke of."""
    seen: set[str] = field(default_factory=set)
    """Figures of Meta's that any row said something of."""

    def __post_init__(self) -> None:
        """Learn once what to read."""
        self.names = needed(list(self.columns))
        self.counts = any(column.meta in COUNTED for column in self.columns)

    def sums(self, row: Row) -> Sums:
        """The figures of one row; what is odd is noted and left out."""
        found, where = Sums(1, told=self.told), place(row)
        self.seen.update(name for name in self.names if row.get(name) is not None)
        for name in self.names:
            what = FIELDS[name]
            if what.form in ("text", "raw"):
                found.own |= {name: row[name]} if row.get(name) not in (None, "", []) else {}
            elif what.by_action:
                self._list(row, name, found)
            elif what.how == "own":
                value = number(row[name], name, self.odd, where) if row.get(name) is not None else None
                found.own |= {} if value is None else {name: value}
            else:
                cell = row.get(name) if name in ("spend", "impressions") else row.get(name, 0)
                read = number if what.form == "money" else whole
                found.numbers[name] = Decimal(read(cell, name, self.odd, where) or 0)
        self._weigh(found)
        if self.counts:
            self._results(row, found)
        return found

    def _list(self, row: Row, name: str, found: Sums) -> None:
        """A list of actions by kind; attribution windows are kinds of their own, such as "purchase 1d_click"."""
        odd = Odd() if self.counts and name in _RESULT_LISTS else self.odd
        where, kinds = place(row), dict[str, Decimal]()
        for window in ("", *self.windows):
            cells = listed({name: _itemised(row[name], window)} if name in row else {}, name, odd, where)
            self.told |= {window} if cells else set()
            for kind, cell in cells.items():
                amount = number(cell, f"{name} ({kind})", odd, where, signed=True)
                if amount is not None:
                    kinds[f"{kind} {window}".rstrip()] = amount
        if FIELDS[name].how == "own":
            found.own |= {name: kinds} if kinds else {}
        else:
            found.lists[name] = kinds

    def _weigh(self, found: Sums) -> None:
        """Means are kept times their weight, so that they can be added."""
        for name in self.names:
            what = FIELDS[name]
            if what.how != "weighted" or name not in found.lists:
                continue
            weights = found.lists.get(what.under, {}) if FIELDS[what.under].by_action else None
            found.lists[name] = {
                kind: mean * (found.number(what.under) if weights is None else weights.get(kind, ZERO))
                for kind, mean in found.lists[name].items()
            }

    def _results(self, row: Row, found: Sums) -> None:
        event = self.event_of(row)
        found.events = {event}
        for window in ("", *self.windows) if event else ():
            seen = _in_window(row, window) if window else row
            self.told |= {window} if any(seen.get(name) for name in _RESULT_LISTS) else set()
            odd, where = Odd() if window else self.odd, place(row)
            for name, worth in (("results", False), ("result_value", True)):
                key = f"{name} {window}".rstrip()
                found.numbers[key] = counted(seen, event, odd, where, worth=worth)


_RESULT_LISTS = frozenset(
    "actions action_values conversions conversion_values catalog_segment_actions catalog_segment_value".split()
)


def shown(sums: Sums, columns: Iterable[Column], decimals: int) -> dict[str, Any]:
    """The figures as the model and people read them; a ratio without a denominator is left out."""
    found = {column: sums.value(column) for column in columns}
    return {
        column.name: written(value, column, decimals) for column, value in found.items() if value is not None
    }


def written(value: Any, column: Column, decimals: int) -> Any:
    """A figure as it is read: money with the currency's decimals, ratios with two, counts whole."""
    form = column.field.form
    if form in ("text", "raw"):
        return value
    if isinstance(value, dict):
        return {kind: _plain(amount, form, decimals) for kind, amount in value.items()}
    return plain(value) if column.meta == "results" else _plain(value, form, decimals)


def _plain(amount: Decimal, form: Form, decimals: int) -> str | int:
    if form == "count":
        return int(amount) if amount == amount.to_integral_value() else plain(amount)
    return f"{amount:.{decimals if form == 'money' else 2}f}"


def plain(number: Decimal) -> str:
    """A number without zeros behind its point."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _itemised(items: Any, window: str) -> Any:
    """A list of actions with all that splits it in the name of its kind, and the value of a window in place of the whole's."""
    if not isinstance(items, list):
        return items if not window else []
    found = []
    for item in items:
        if type(item) is not dict or (window and window not in item):
            found += [] if window else [item]
            continue
        splits = [str(v) for k, v in item.items() if k not in ("action_type", "value") and _splits(k)]
        kind = item.get("action_type")
        if splits:
            kind = " | ".join([*([str(kind)] if kind else []), *splits])
        found.append({"action_type": kind, "value": item.get(window or "value")})
    return found


def _splits(name: str) -> bool:
    """Whether a key of an action says what kind it is of; the others are attribution windows."""
    return name.startswith("action_") or (not name[:1].isdigit() and name not in _NO_SPLITS)


_NO_SPLITS = frozenset(
    ("dda", "default", "incrementality", "skan_click", "skan_view", "inline", "custom", "unique")
)


def _in_window(row: Row, window: str) -> Row:
    """The row as it would be with this attribution window alone."""
    lists = {name: _itemised(row.get(name), window) for name in _RESULT_LISTS if name in row}
    return {**row, **lists}


def _ratio(over: Decimal, under: Decimal) -> Decimal | None:
    return over / under if under else None
