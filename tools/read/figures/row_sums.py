"""Rows by what they are of, added up while they pass by, so that none needs to be kept."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tools.analysis.rows import ZERO, place
from tools.domain.tool import Context
from tools.graph import Stream
from tools.read.figures.adding_up import RowReader, Sums, shown
from tools.read.figures.breakdown_rules import OF_SOME_ADS
from tools.read.figures.open_days import not_whole, span_asked
from tools.read.figures.question import Question
from tools.read.figures.spans import Span
from tools.read.intake import Intake

Key = dict[str, str]

NEVER = date.max.isoformat()


@dataclass(slots=True)
class Table:
    """The rows of a question over a period, from figures of its level or of a finer one."""

    question: Question
    level: str
    stream: Stream
    intake: Intake
    reader: RowReader
    decimals: int
    span: Span
    today: date
    began: str = NEVER
    """The first day of the first row of time."""
    totals: Sums = field(default_factory=Sums)
    spend: Decimal = ZERO
    """Of all rows, those too that were not wanted."""
    count: int = 0
    left: int = 0
    """How many rows the conditions left out."""
    lacking: dict[str, int] = field(default_factory=dict)
    """How many of those had no such figure at all."""
    dates: set[str] = field(default_factory=set)
    passed: list[tuple[Key, Sums]] = field(default_factory=list)
    """Rows that a choice by cost left out or had no cost of."""
    note: str = ""
    given: Counter[str] = field(default_factory=Counter)
    """How many rows had each figure."""

    @property
    def lacks_results(self) -> bool:
        """Whether money was spent and nothing came of it, where results were asked for."""
        asked = self.reader.counts and not self.totals.mixed
        return bool(asked and self.totals.number("spend") > 0 and not self.totals.number("results"))

    @property
    def summed(self) -> bool:
        """Whether rows of Meta's may come in parts of one row here."""
        finer = self.level != self.question.args.level or OF_SOME_ADS.intersection(self.question.by_rows)
        return self.question.args.time_increment == "all_days" or bool(finer)

    def groups(self) -> Iterator[tuple[Key, Sums]]:
        """Rows by their keys; sums over the whole period may come in parts, which are added up here."""
        rows, keys = self.intake.rows(self.stream), self.question.args.keys
        if not self.summed:
            yield from ((_key(row, keys), self.reader.sums(row)) for row in rows)
            return
        names: dict[tuple[str, ...], Key] = {}
        sums: dict[tuple[str, ...], Sums] = {}
        told = tuple(key for key in keys if not key.endswith("_name"))
        for row in rows:
            self.dates |= self.intake.dates(row)
            key = _key(row, keys)
            place = tuple(key[k] for k in told)
            names[place] = key
            sums.setdefault(place, Sums()).add(self.reader.sums(row))
        groups = [(names[place], row) for place, row in sums.items()]
        yield from sorted(groups, key=lambda group: (-group[1].number("spend"), json.dumps(group[0])))

    def kept(self, groups: Iterable[tuple[Key, Sums]]) -> Iterator[tuple[Key, Sums]]:
        """The rows that are wanted, which are those the totals are of."""
        for key, row in groups:
            self.spend += row.number("spend")
            values = {one.name: seen(one.name, key, row, self.question) for one in self.question.ours}
            holds = self.holds(values)
            if self.question.of_costs and not (holds and row.number("results")):
                self.passed.append((key, row))
            if not holds:
                continue
            self.totals.add(row)
            self.count += 1
            yield key, row

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether a row meets the conditions on these values; one that does not is counted."""
        failed = [one.name for one in self.question.ours if not one.holds(values[one.name])]
        for name in {name for name in failed if values[name] is None}:
            self.lacking[name] = self.lacking.get(name, 0) + 1
        self.left += bool(failed)
        return not failed

    def written(self, groups: Iterable[tuple[Key, Sums]]) -> Iterator[dict[str, Any]]:
        """Those rows as they are shown and saved."""
        return self.noted(self._shown(groups))

    def noted(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Rows as they pass by; which figures any of them has is kept."""
        for row in rows:
            self.given.update(row.keys())
            yield row

    def results_are(self, *sums: Sums) -> dict[str, str]:
        """What a row's results are, where ad sets are after different things; the row may be of two periods."""
        if not self.question.several or self.level == "account":
            return {}
        events = set[str]().union(*(one.events for one in sums))
        return {"results_are": ", ".join(sorted(events - {""})) or "several goals, ask by adset"}

    def partly(self, key: Key) -> dict[str, str]:
        """What makes a row of time less than its neighbours."""
        return not_whole(key, self.question.args.time_increment, self.span, self.today)

    def _shown(self, groups: Iterable[tuple[Key, Sums]]) -> Iterator[dict[str, Any]]:
        for key, row in self.kept(groups):
            if self.question.args.time_increment != "all_days" and not self.intake.within(
                key.get("date_start")
            ):
                self.intake.odd.note("dayless", "", None, place(key))
                key |= {"date_start": "", "date_stop": ""}
            self.began = min(self.began, key.get("date_start") or self.began)
            figures = shown(row, self.question.columns, self.decimals)
            yield {**key, **self.partly(key), **figures, **self.results_are(row)}


def seen(name: str, key: Mapping[str, str], row: Sums, question: Question) -> Any:
    """What a condition is about: a figure, or what tells rows apart."""
    if name in key:
        return key[name]
    return next((row.value(one) for one in question.columns if one.name == name), None)


def table(question: Question, ctx: Context, period: Mapping[str, Any], level: str) -> Table:
    """A table that is read when its groups are asked for."""
    intake = Intake(ctx)
    reader = RowReader(question.columns, question.windows, intake.odd, question.event_of)
    stream = question.stream(ctx, period, level)
    today = ctx.here.date()
    span = span_asked(period, today)
    return Table(question, level, stream, intake, reader, ctx.account.decimals, span, today)


def _key(row: Mapping[str, Any], keys: Iterable[str]) -> Key:
    return {k: _said(row.get(k)) for k in keys}


_OF_ASSETS = ("text", "name", "website_url", "video_name", "video_id", "hash")


def _said(value: Any) -> str:
    """What a row is of, as text; assets of ads come as objects (docs/graph-api.md §7.2)."""
    if isinstance(value, dict):
        parts = [value[name] for name in _OF_ASSETS if value.get(name)]
        return " · ".join(map(str, parts or value.values()))
    return "" if value is None else str(value)
