"""The rows of an insights question: figures added up as wanted, and each row written when it is shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.insights import breakdown_cells, metrics, result_names, slices, video_views
from sandbox.objects import nodes
from sandbox.request import filters
from sandbox.request.refusals import explained
from sandbox.world import status
from sandbox.world.delivered import NOTHING, Figures, added, joint_reach, reach
from sandbox.world.node import HIDDEN
from sandbox.world.owners import offset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from sandbox.insights.breakdown_cells import Cell, Cells
    from sandbox.insights.video_views import Views, Watching
    from sandbox.request.periods import Period
    from sandbox.world.delivered import Table
    from sandbox.world.node import Node
    from sandbox.world.state import World

LEVELS = ("account", "campaign", "adset", "ad")
DATES = ("date_start", "date_stop")


@dataclass(frozen=True)
class Query:
    """A checked insights question; the figures are those known at the moment."""

    node: Node
    level: str
    fields: tuple[str, ...]
    periods: list[Period]
    breakdowns: tuple[str, ...]
    conditions: list[filters.Condition]
    sort: tuple[str, bool] | None
    moment: float


class Key(NamedTuple):
    """What makes a row: an object, a period by its number, and a breakdown cell."""

    node_id: str
    period: int
    cell: Cell


@dataclass(slots=True)
class Sum:
    """What is added up in a row; reach needs to know the ads."""

    figures: Figures = NOTHING
    parts: list[tuple[str, int, int]] = field(default_factory=list)
    """Each ad with its impressions and exposure."""
    others: dict[result_names.Names, tuple[int, int]] = field(default_factory=dict)
    """Results that are no purchases."""
    views: Views = ()

    def add(self, ad_id: str, figures: Figures, views: Views, names: result_names.Names) -> None:
        """Add an ad's figures, whose results are reported under these names."""
        self.views = video_views.added(self.views, views)
        if names is not result_names.PURCHASE:
            self.other(names, figures.purchases, figures.revenue)
            figures = figures._replace(purchases=0, revenue=0)
        self.figures = figures if not self.parts else added(self.figures, figures)
        self.parts.append((ad_id, figures.impressions, figures.exposure))

    def other(self, names: result_names.Names, count: int, worth: int) -> None:
        """Add results that are no purchases."""
        known = self.others.get(names, (0, 0))
        self.others[names] = known[0] + count, known[1] + worth


class Rows:
    """All rows of a question, each written only when it is shown."""

    def __init__(self, world: World, query: Query, most: int | None = None) -> None:
        """Add everything up. More rows than `most` are refused (100/1487534)."""
        self.query = query
        self._world = world
        self._offset = offset(world.owner(query.node).data["currency"])
        self._descriptions: dict[str, dict[str, Any]] = {}
        self._dates = [_dates(period.since, period.until) for period in query.periods]
        sums = self._summed(most)
        serials = {key.node_id: -world.nodes[key.node_id].serial for key in sums}
        self._rows = sorted(sums.items(), key=lambda row: (serials[row[0].node_id], *row[0][1:]))
        for condition in query.conditions:
            if condition.field in metrics.METRICS:
                self._rows = [
                    row for row in self._rows if condition.holds(self._measured(row[1], condition.field) or 0)
                ]
        if query.sort:
            name, descending = query.sort
            self._rows.sort(key=lambda row: _size(self._measured(row[1], name)), reverse=descending)
        self.places = [(place, place) for place in range(len(self._rows))]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._rows)

    def _summed(self, most: int | None) -> dict[Key, Sum]:
        sums: dict[Key, Sum] = defaultdict(Sum)
        calendar = self._world.calendar(self.query.node)
        first = calendar.date(0)
        numbered = [((p.since - first).days, (p.until - first).days) for p in self.query.periods]
        for ad, target in _ads(self._world, self.query):
            table = self._world.delivery.table(ad, self.query.moment)
            names, cells_of = result_names.of_ad(self._world, ad), self._slicer(ad, table)
            for number, (since, until) in enumerate(numbered):
                for cell, figures, views in cells_of(*table.places(since, until)):
                    sums[Key(target.id, number, cell)].add(ad.id, figures, views, names)
            if most is not None and len(sums) > most:
                text = f"Your query gives more than {most} rows. Ask for less, or for an async report."
                raise explained(1487534, "Too many rows", text)
        return sums

    def _slicer(self, ad: Node, table: Table) -> Callable[[int, int], Iterable[tuple[Cell, Figures, Views]]]:
        """Give what cuts a stretch of an ad's days into the cells of the breakdowns; there is one without any."""
        asked, watching = self.query.breakdowns, video_views.watching(self._world, ad)
        if not asked:
            return partial(_whole, table, watching)
        cells = breakdown_cells.of_ad(self._world, ad, asked)

        def cut(first: int, last: int) -> Iterator[tuple[Cell, Figures, Views]]:
            for start, end, those in self._stretches(asked, cells, table, first, last) if cells else ():
                split = slices.Split(asked, those, f"{self._world.seed}/{ad.id}", watching)
                for place in range(start, end):
                    split.add(table.days[place], table.sums[place].impressions)
                yield from split.cells()

        return cut

    def _stretches(
        self, asked: tuple[str, ...], cells: Cells, table: Table, first: int, last: int
    ) -> list[tuple[int, int, Cells]]:
        """Give the days with their cells: a day that is not over has only the hours that are there."""
        calendar, moment = self._world.calendar(self.query.node), self.query.moment
        begun = breakdown_cells.by_clock(asked, calendar.at(moment))
        if begun is None:
            return [(first, last, cells)]
        today = calendar.number(moment)
        over = min(max(first, table.places(today, today)[0]), last)
        return [(first, over, cells), (over, last, begun)]

    def written(self, place: int) -> dict[str, Any]:
        """Write a row: the asked fields, then dates and breakdowns, which are always there."""
        key, found = self._rows[place]
        parts = map(breakdown_cells.said, key.cell)
        always = self._dates[key.period] | dict(zip(self.query.breakdowns, parts, strict=True))
        described = self._described(key.node_id, found.parts[0][0])
        return self._shown(found, described | always, self.query.fields) | always

    def _described(self, node_id: str, ad_id: str) -> dict[str, Any]:
        """Describe an object once for all its rows."""
        if node_id not in self._descriptions:
            self._descriptions[node_id] = _described(self._world, self._world.nodes[node_id], ad_id)
        return self._descriptions[node_id]

    def _shown(self, found: Sum, described: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
        if found.others or not metrics.OF_PEOPLE.isdisjoint(fields):
            measured = metrics.written(self._total(found, fields), fields)
        else:
            measured = _plain(found.figures, found.views, self._offset, fields)
        return {
            name: value
            for name in fields
            if (value := measured[name] if name in measured else described.get(name)) is not None
        }

    def _total(self, found: Sum, names: Iterable[str]) -> metrics.Total:
        """The sum as these metrics need it: reach is estimated only for those that say it."""
        if metrics.OF_PEOPLE.isdisjoint(names):
            return metrics.Total(found.figures, 0, self._offset, found.others, found.views)
        people = joint_reach([reach(impressions, exposure) for _, impressions, exposure in found.parts])
        most = min(people, found.figures.impressions)
        return metrics.Total(found.figures, most, self._offset, found.others, found.views)

    def _measured(self, found: Sum, name: str) -> Any:
        return metrics.METRICS[name](self._total(found, (name,)))

    def summary(self, fields: tuple[str, ...]) -> dict[str, Any]:
        """Write the row over all rows of all pages."""
        by_ad: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for _, row in self._rows:
            for ad_id, impressions, exposure in row.parts:
                by_ad[ad_id][0] += impressions
                by_ad[ad_id][1] += exposure
        figures = Figures(*map(sum, zip(*(row.figures for _, row in self._rows), strict=True)))
        whole = Sum(figures, [(ad_id, *part) for ad_id, part in by_ad.items()])  # type: ignore[misc]
        for _, row in self._rows:
            whole.views = video_views.added(whole.views, row.views)
            for names, found in row.others.items():
                whole.other(names, *found)
        since = min(period.since for period in self.query.periods)
        always = _dates(since, max(period.until for period in self.query.periods))
        described = _described(self._world, self._world.owner(self.query.node), "")
        return self._shown(whole, described | always, fields) | always


@lru_cache(maxsize=8192)
def _plain(figures: Figures, views: Views, offset_: int, fields: tuple[str, ...]) -> dict[str, Any]:
    """What depends on figures alone: worlds, and questions, come back to the same days of the same ads."""
    return metrics.written(metrics.Total(figures, 0, offset_, {}, views), fields)


def _whole(
    table: Table, watching: Watching | None, first: int, last: int
) -> tuple[tuple[Cell, Figures, Views], ...]:
    """Give the one cell of a stretch of days; none where nothing was shown."""
    figures = table.part(first, last)
    if not figures.impressions:
        return ()
    if not watching:
        return (((), figures, ()),)
    return (((), figures, watching.between(table.sums[first].impressions, table.sums[last].impressions)),)


def _dates(since: date, until: date) -> dict[str, str]:
    return dict(zip(DATES, (since.isoformat(), until.isoformat()), strict=True))


def _size(value: Any) -> float:
    """Order scalars by their number, lists of actions by their first value."""
    if isinstance(value, list):
        value = value[0]["value"]
    return float(value or 0) if not isinstance(value, list) else 0


def _ads(world: World, query: Query) -> Iterator[tuple[Node, Node]]:
    """Give the ads to count, each with the object whose row it goes to.

    Archived and deleted objects get no row of their own unless asked for (§6), but what they
    delivered stays in the figures of their parents.
    """
    conditions = [c for c in query.conditions if c.field not in metrics.METRICS]
    asked = filters.named_statuses(conditions, query.level)
    for ad in nodes.ads_below(world, query.node):
        target = world.owner(ad) if query.level == "account" else world.level(ad, query.level)
        if target is None:
            continue
        hidden = target.kind != "account" and status.effective(world, target) in HIDDEN - asked
        if hidden and target is not query.node:
            continue
        if all(c.holds(_filtered(world, ad, c.level or query.level, c.field)) for c in conditions):
            yield ad, target


def _filtered(world: World, ad: Node, level: str, name: str) -> Any:
    if level == "account":
        return nodes.filter_value(world, world.owner(ad), "", name)
    return nodes.filter_value(world, ad, level, name)


def _described(world: World, target: Node, ad_id: str) -> dict[str, Any]:
    """Describe a row by its object and everything above it."""
    account = world.owner(target)
    described = {
        "account_id": account.data["account_id"],
        "account_name": account.data["name"],
        "account_currency": account.data["currency"],
        "attribution_setting": "7d_click_1d_view",
    }
    for level in LEVELS[1 : LEVELS.index(target.kind) + 1]:
        node = world.level(world.nodes[ad_id], level)
        if node is None:
            continue
        described |= {f"{level}_id": node.id, f"{level}_name": node.data["name"]}
        described |= {name: node.data[name] for name in ("objective", "buying_type") if name in node.data}
        if level == "adset":
            described["optimization_goal"] = node.data["optimization_goal"]
    return described
