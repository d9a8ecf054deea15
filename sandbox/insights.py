"""The insights edge: asks the delivery for figures and adds them up as wanted (graph-api-facts §7)."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox import filters, metrics, nodes, params, periods, slices, status
from sandbox.delivery import Figures, joint_reach, reach
from sandbox.errors import invalid
from sandbox.paging import Context, cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.periods import Period
    from sandbox.slices import Cell
    from sandbox.world import Node, World

LEVELS = ("account", "campaign", "adset", "ad")
MOST_ROWS = 1000
_DEFAULT_FIELDS = ("impressions", "spend")
_DATES = ("date_start", "date_stop")


@dataclass(frozen=True)
class Query:
    """A checked insights question."""

    node: Node
    level: str
    fields: tuple[str, ...]
    periods: list[Period]
    breakdowns: tuple[str, ...]
    conditions: list[filters.Condition]
    sort: tuple[str, bool] | None


class Key(NamedTuple):
    """What makes a row: an object, a period by its number, and a breakdown cell."""

    node_id: str
    period: int
    cell: Cell


def read(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /{node}/insights`."""
    asked = {name: value for name, value in args.items() if name not in {"limit", "after", "before"}}
    rows = ctx.world.remembered(
        json.dumps([node.id, asked], sort_keys=True), lambda: run(ctx.world, question(ctx.world, node, args))
    )
    page = cut(ctx, f"{node.id}/insights", list(enumerate(rows)), args, most=MOST_ROWS)
    return {"data": page.items, "paging": page.paging} if page.items else {"data": []}


def question(world: World, node: Node, args: Mapping[str, str]) -> Query:
    """Check the parameters of an insights call; the defaults are Meta's (§7.1)."""
    if node.kind not in LEVELS:
        raise nodes.nonexisting(node, "insights")
    level = params.choice(args, "level", LEVELS, default=node.kind)
    if LEVELS.index(level) < LEVELS.index(node.kind):
        raise invalid(f"Param level must not be above the level of the object ({node.kind})", blame="level")
    first = world.today - timedelta(days=world.day_index)
    period = periods.asked(args, world.today, first)
    breakdowns = tuple(dict.fromkeys(params.names(args, "breakdowns")))
    if breakdowns:
        slices.group_of(breakdowns)
    fields = tuple(dict.fromkeys(params.names(args, "fields"))) or (*_ids(level), *_DEFAULT_FIELDS)
    for name in fields:
        _check_field(name)
    return Query(
        node=node,
        level=level,
        fields=fields,
        periods=periods.buckets(period, args.get("time_increment", "all_days")),
        breakdowns=breakdowns,
        conditions=filters.parse(args),
        sort=_sort(params.names(args, "sort")),
    )


def _ids(level: str) -> tuple[str, ...]:
    return tuple(f"{name}_id" for name in LEVELS[: LEVELS.index(level) + 1])


_DESCRIPTIVE = frozenset(
    {
        *(f"{level}_{part}" for level in LEVELS for part in ("id", "name")),
        *("account_currency", "objective", "optimization_goal", "attribution_setting", "buying_type"),
    }
)
"""Fields that describe a row; those of levels below the row's are left out."""


def _check_field(name: str) -> None:
    if not any(name in known for known in (_DESCRIPTIVE, metrics.METRICS, metrics.UNMEASURED, _DATES)):
        raise invalid(
            f"{name} is not valid for fields param. please check "
            "https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values",
            blame="fields",
        )


def _sort(words: list[str]) -> tuple[str, bool] | None:
    """Read `spend_descending`; only the first sort key counts."""
    if not words:
        return None
    name, _, direction = words[0].rpartition("_")
    if direction not in {"ascending", "descending"} or name not in metrics.METRICS:
        raise invalid("Param sort must name a metric followed by _ascending or _descending", blame="sort")
    return name, direction == "descending"


def run(world: World, query: Query) -> list[dict[str, Any]]:
    """Give all rows; there is none where nothing was delivered."""
    sums = _sums(world, query)
    rows = [_row(world, query, key, parts) for key, parts in sorted(sums.items(), key=_order(world))]
    conditions = [c for c in query.conditions if c.field in metrics.METRICS]
    kept = [row for row in rows if all(c.holds(row.measured(c.field) or 0) for c in conditions)]
    if query.sort:
        name, descending = query.sort
        kept.sort(key=lambda row: _size(row.measured(name)), reverse=descending)
    return [row.shown(query.fields) for row in kept]


def _order(world: World) -> Any:
    def order(item: tuple[Key, Any]) -> tuple[int, int, Cell]:
        key = item[0]
        return -world.nodes[key.node_id].serial, key.period, key.cell

    return order


def _size(value: Any) -> float:
    """Order scalars by their number, lists of actions by their first value."""
    if isinstance(value, list):
        value = value[0]["value"]
    return float(value or 0)


def _sums(world: World, query: Query) -> dict[Key, dict[str, Figures]]:
    """Add up figures per row and, within a row, per ad: reach needs to know the ads."""
    today, count = world.today, world.day_index
    number = {
        count - (today - day).days: i
        for i, period in enumerate(query.periods)
        for day in _days(period, today - timedelta(days=count), today)
    }
    sums: dict[Key, dict[str, Figures]] = defaultdict(dict)
    for ad, target in _ads(world, query):
        for day, figures in world.delivery.days(ad.id, count).items():
            if day not in number:
                continue
            for cell, part in _cells(world, query, ad.id, day, figures):
                row = sums[Key(target.id, number[day], cell)]
                before = row.get(ad.id)
                row[ad.id] = Figures(*map(sum, zip(before, part, strict=True))) if before else part
    return sums


def _days(period: Period, first: Any, today: Any) -> Iterator[Any]:
    day, last = max(period.since, first), min(period.until, today)
    while day <= last:
        yield day
        day += periods.DAY


def _cells(
    world: World, query: Query, ad_id: str, day: int, figures: Figures
) -> Iterator[tuple[Cell, Figures]]:
    if not query.breakdowns:
        yield (), figures
        return
    group = slices.group_of(query.breakdowns)
    for cell, part in slices.split(figures, group, f"{world.seed}/{ad_id}/{day}/{group[0]}").items():
        named = dict(zip(group, cell, strict=True))
        yield tuple(named[name] for name in query.breakdowns), part


def _ads(world: World, query: Query) -> Iterator[tuple[Node, Node]]:
    """Give the ads to count, each with the object whose row it goes to.

    Archived and deleted objects get no row of their own unless asked for (§6), but what they
    delivered stays in the figures of their parents.
    """
    conditions = [c for c in query.conditions if c.field not in metrics.METRICS]
    asked = filters.named_statuses(conditions, query.level)
    for ad in nodes.ads_below(world, query.node):
        target = world.account if query.level == "account" else world.level(ad, query.level)
        if target is None:
            continue
        hidden = target.kind != "account" and status.effective(world, target) in status.HIDDEN - asked
        if hidden and target is not query.node:
            continue
        if all(c.holds(_filtered(world, ad, c.level or query.level, c.field)) for c in conditions):
            yield ad, target


def _filtered(world: World, ad: Node, level: str, field: str) -> Any:
    if level == "account":
        return nodes.filter_value(world, world.account, "", field)
    return nodes.filter_value(world, ad, level, field)


class Row(NamedTuple):
    """A row before it is written: what describes it, its sum and its reach."""

    described: dict[str, Any]
    figures: Figures
    reach: int

    def measured(self, name: str) -> Any:
        """Give one metric."""
        return metrics.METRICS[name](self.figures, self.reach)

    def shown(self, fields: tuple[str, ...]) -> dict[str, Any]:
        """Write the asked fields, then dates and breakdowns, which are always there."""
        values = {n: self.measured(n) if n in metrics.METRICS else self.described.get(n) for n in fields}
        always = {n: v for n, v in self.described.items() if n not in _DESCRIPTIVE}
        return {name: value for name, value in (values | always).items() if value is not None}


def _row(world: World, query: Query, key: Key, parts: dict[str, Figures]) -> Row:
    period = query.periods[key.period]
    described = _described(world, world.nodes[key.node_id], next(iter(parts)))
    described |= {"date_start": period.since.isoformat(), "date_stop": period.until.isoformat()}
    described |= dict(zip(query.breakdowns, key.cell, strict=True))
    total = Figures(*map(sum, zip(*parts.values(), strict=True)))
    people = joint_reach([reach(part.impressions, part.exposure) for part in parts.values()])
    return Row(described, total, min(people, total.impressions))


def _described(world: World, target: Node, ad_id: str) -> dict[str, Any]:
    """Describe a row by its object and everything above it."""
    account, ad = world.account, world.nodes[ad_id]
    described = {
        "account_id": account.data["account_id"],
        "account_name": account.data["name"],
        "account_currency": account.data["currency"],
        "attribution_setting": "7d_click_1d_view",
    }
    for level in LEVELS[1 : LEVELS.index(target.kind) + 1]:
        node = world.level(ad, level)
        if node is None:
            continue
        described |= {f"{level}_id": node.id, f"{level}_name": node.data["name"]}
        described |= {name: node.data[name] for name in ("objective", "buying_type") if name in node.data}
        if level == "adset":
            described["optimization_goal"] = node.data["optimization_goal"]
    return described
