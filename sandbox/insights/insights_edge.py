"""The insights edge: what may be asked, and the pages of the answer (docs/graph-api.md §7)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.insights import breakdown_cells, metrics
from sandbox.insights.insights_fields import INSIGHTS_FIELDS
from sandbox.insights.insights_rows import LEVELS, Query, Rows
from sandbox.objects import nodes
from sandbox.request import enums, filters, params, periods
from sandbox.request.paging import cut
from sandbox.request.refusals import invalid, not_one_of, too_much

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Args = Mapping[str, str]

MOST_PER_PAGE = 5000
MOST_ROWS = 50_000
"""How many rows a question may have without an async report (docs/graph-api.md §7.6)."""
_DEFAULT_FIELDS = ("impressions", "spend")
_OF_PAGES = {"limit", "after", "before"}


def read(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /{node}/insights`; what is too much for one answer must be asked for as a report."""
    if (params.whole(args, "limit") or 0) > MOST_PER_PAGE:
        raise too_much()

    def make() -> Rows:
        return Rows(ctx.world, question(ctx.world, node, args), MOST_ROWS)

    asked = {name: value for name, value in args.items() if name not in _OF_PAGES}
    rows = ctx.world.remembered(json.dumps([node.id, asked], sort_keys=True), make)
    return page(ctx, f"{node.id}/insights", rows, args, most=MOST_PER_PAGE)


def page(ctx: Context, path: str, rows: Rows, args: Args, *, most: int) -> dict[str, Any]:
    """Give one page of rows, and the summary over all pages when it is asked for."""
    found = cut(rows.places, args, most=most, address=f"{ctx.base}/{path}", token=ctx.token)
    answer: dict[str, Any] = {"data": [rows.written(place) for place in found.items]}
    if found.items:
        answer["paging"] = found.paging
    names = summary_fields(args, rows.query)
    if names and found.items:
        answer["summary"] = rows.summary(names)
    return answer


def summary_fields(args: Args, query: Query) -> tuple[str, ...]:
    """Give the fields of the summary row: those named, or with `default_summary` all that have sums."""
    names = tuple(dict.fromkeys(params.names(args, "summary")))
    if names in {("true",), ("false",)} or not names:
        wants_all = params.flag(args, "default_summary") or names == ("true",)
        return tuple(name for name in query.fields if name in metrics.METRICS) if wants_all else ()
    for name in names:
        _check_field(name, "summary")
    return names


def run(world: World, query: Query) -> list[dict[str, Any]]:
    """Give all rows; there is none where nothing was delivered."""
    rows = Rows(world, query)
    return [rows.written(place) for place in range(len(rows))]


def question(world: World, node: Node, args: Args, moment: float | None = None) -> Query:
    """Check the parameters of an insights call; the defaults are Meta's (§7.1).

    With a moment, the figures are those that were known then.
    """
    if node.kind not in LEVELS:
        raise nodes.nonexisting(node, "insights")
    level = params.choice(args, "level", LEVELS, default=node.kind)
    if LEVELS.index(level) < LEVELS.index(node.kind):
        raise invalid(f"Param level must not be above the level of the object ({node.kind})", blame="level")
    moment = world.clock() if moment is None else moment
    calendar = world.calendar(node)
    today = calendar.date(calendar.number(moment))
    wanted = periods.ranges(args, today) or periods.buckets(
        periods.asked(args, today, calendar.date(0)), args.get("time_increment", "all_days")
    )
    breakdowns = tuple(dict.fromkeys(params.names(args, "breakdowns")))
    if breakdowns:
        breakdown_cells.check(breakdowns)
    _check_actions(args)
    ids = (f"{name}_id" for name in LEVELS[: LEVELS.index(level) + 1])
    fields = tuple(dict.fromkeys(params.names(args, "fields"))) or (*ids, *_DEFAULT_FIELDS)
    for name in fields:
        _check_field(name, "fields")
    return Query(
        node=node,
        level=level,
        fields=fields,
        periods=wanted,
        breakdowns=breakdowns,
        conditions=filters.parse(args),
        sort=_sort(params.names(args, "sort")),
        moment=moment,
    )


def _check_actions(args: Args) -> None:
    """Take what Meta knows of actions; figures here are those of the default window, by action type."""
    for name, known in (
        ("action_breakdowns", enums.ACTION_BREAKDOWNS),
        ("action_attribution_windows", enums.ATTRIBUTION_WINDOWS),
        ("action_report_time", enums.REPORT_TIMES),
    ):
        for word in params.names(args, name):
            if word not in known:
                raise not_one_of(name, known)
    for name in ("use_unified_attribution_setting", "use_account_attribution_setting"):
        params.flag(args, name)


def _check_field(name: str, where: str) -> None:
    if name not in INSIGHTS_FIELDS:
        raise invalid(
            f"{name} is not valid for {where} param. please check "
            "https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values",
            blame=where,
        )


def _sort(words: list[str]) -> tuple[str, bool] | None:
    """Read `spend_descending`; only the first sort key counts."""
    if not words:
        return None
    name, _, direction = words[0].rpartition("_")
    if direction not in {"ascending", "descending"} or name not in metrics.METRICS:
        raise invalid("Param sort must name a metric followed by _ascending or _descending", blame="sort")
    return name, direction == "descending"
