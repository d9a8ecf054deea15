"""Figures over a period, by level and breakdown; sums and ratios are computed here, never by the model."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from tools.analysis.rows import Totals, measured
from tools.domain.changes import Effect, Level
from tools.domain.insights import Period, fetch
from tools.domain.references import require
from tools.domain.tool import Context, Result, Tool, ToolError
from tools.read.ad_figures import FIELDS, event_counted, figures

DEFAULT_PRESET = "last_7d"
# Not freely combinable at Meta; these are the ones it gives figures for (docs/graph-api.md §7.2).
BREAKDOWNS = "age gender country publisher_platform platform_position device_platform".split()


class InsightsInput(Period):
    level: Literal["account", "campaign", "adset", "ad"] = "account"
    ids: list[str] = Field(default=[], max_length=50, description="only below these campaigns, ad sets, ads")
    breakdowns: list[str] = Field(default=[])
    time_increment: Literal["all_days", "monthly"] | Annotated[int, Field(strict=True, ge=1, le=90)] = Field(
        default="all_days", description="days per row"
    )
    limit: int = Field(default=25, strict=True, ge=1, le=100)

    @field_validator("breakdowns")
    @classmethod
    def _with_platform(cls, asked: list[str]) -> list[str]:
        """Meta gives positions only beside their platform (docs/graph-api.md §7.2)."""
        alone = "platform_position" in asked and "publisher_platform" not in asked
        return ["publisher_platform", *asked] if alone else asked


def run(args: InsightsInput, ctx: Context) -> Result:
    event = event_counted(ctx)
    if unknown := [b for b in args.breakdowns if b not in BREAKDOWNS]:
        raise ToolError(f"Unknown breakdown {unknown[0]!r}; use {', '.join(BREAKDOWNS)}.")
    keys = _keys(args)
    rows = fetch(
        ctx,
        args.level,
        args.params(DEFAULT_PRESET),
        fields=(*FIELDS, *(k for k in keys if k.endswith(("_id", "_name")))),
        within=_within(args, ctx),
        keep=True,
        breakdowns=list(dict.fromkeys(args.breakdowns)) or None,
        time_increment=None if args.time_increment == "all_days" else args.time_increment,
    )
    table = Table(ctx.account.decimals)
    groups = table.kept(
        _groups(rows, keys, event, by_day=args.time_increment != "all_days", dates=table.dates)
    )
    shown, saved = ctx.save_rows(
        "insights",
        groups,
        args.limit,
        key=lambda row: (row.get("date_start", ""), -Decimal(row["spend"]), json.dumps(row)),
    )
    content: dict[str, Any] = {
        "period": args.said(DEFAULT_PRESET) + _dates(args, table.dates),
        "currency": ctx.account.currency,
        "results_are": event,
        "complete": rows.said("rows"),
        "totals": figures(table.totals, ctx.account.decimals),
        "rows": shown,
    }
    if not shown:
        content["note"] = "nothing was delivered in this period"
    if rows.doubt:
        content["note"] = "totals are of what is here; see `complete` for what is missing"
    if saved:
        order = "highest spend first" if args.time_increment == "all_days" else "oldest first"
        content["rows_shown"] = (
            f"{args.limit} of {table.count}, {order}; totals are of all{' that came' if rows.doubt else ''}"
        )
        content["all_rows"] = saved
    return Result(content)


@dataclass(slots=True)
class Table:
    """Sums rows while they pass by, so that none needs to be kept."""

    decimals: int
    totals: Totals = field(default_factory=Totals)
    count: int = 0
    dates: set[str] = field(default_factory=set)

    def kept(self, groups: Iterable[tuple[dict[str, str], Totals]]) -> Iterator[dict[str, Any]]:
        for key, row in groups:
            self.totals += row
            self.count += 1
            yield {**key, **figures(row, self.decimals)}


def _groups(
    rows: Iterable[dict[str, Any]], keys: tuple[str, ...], event: str, *, by_day: bool, dates: set[str]
) -> Iterator[tuple[dict[str, str], Totals]]:
    """Rows by their keys; sums over the whole period may come in parts, which are added up here."""
    if by_day:
        yield from ((_key(row, keys), measured(row, event)) for row in rows)
        return
    names: dict[tuple[str, ...], dict[str, str]] = {}
    sums: defaultdict[tuple[str, ...], Totals] = defaultdict(Totals)
    for row in rows:
        dates |= {str(row.get("date_start")), str(row.get("date_stop"))}
        key = _key(row, keys)
        names[tuple(key.values())] = key
        sums[tuple(key.values())] += measured(row, event)
    groups = [(names[key], row) for key, row in sums.items()]
    yield from sorted(groups, key=lambda group: (-group[1].spend, json.dumps(group[0])))


def _keys(args: InsightsInput) -> tuple[str, ...]:
    own = () if args.level == "account" else (f"{args.level}_id", f"{args.level}_name")
    days = () if args.time_increment == "all_days" else ("date_start", "date_stop")
    return (*own, *args.breakdowns, *days)


def _dates(args: InsightsInput, dates: set[str]) -> str:
    """The days a preset stood for; rows of a whole period carry them."""
    if args.since or args.time_increment != "all_days" or not dates:
        return ""
    return f" ({min(dates)} to {max(dates)})"


def _key(row: dict[str, Any], keys: Iterable[str]) -> dict[str, str]:
    return {k: str(row.get(k, "")) for k in keys}


def _within(args: InsightsInput, ctx: Context) -> dict[Level, list[str]]:
    within: dict[Level, list[str]] = {}
    for obj in require(ctx, args.ids) if args.ids else []:
        within.setdefault(obj.level, []).append(obj.id)
    if len(within) > 1:
        raise ToolError("Give ids of one level at a time: campaigns, ad sets or ads.")
    return within


TOOL = Tool(
    name="get_insights",
    description=(
        "Figures (spend, link clicks, results, cost per result, ROAS) with totals, by level;"
        f" breakdowns such as age, country, publisher_platform. Default {DEFAULT_PRESET}."
    ),
    Input=InsightsInput,
    effect=Effect.READ,
    run=run,
    words="Report, statistics, metrics, spend, CTR, CPC, CPM, conversions, yesterday, last week.",
)
