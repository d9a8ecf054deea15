"""Figures over a period, by level and breakdown; sums and ratios are computed here, never by the model."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from tools.analysis.rows import Totals
from tools.domain.changes import Effect, Level
from tools.domain.insights import Period, fetch
from tools.domain.references import meaning, require
from tools.domain.tool import Context, Result, Tool, ToolError
from tools.graph import GraphFailure, Stream
from tools.read.ad_figures import event_counted, fields_for, figures
from tools.read.intake import Intake

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
        asked = [word.strip().lower() for word in asked]
        alone = "platform_position" in asked and "publisher_platform" not in asked
        return ["publisher_platform", *asked] if alone else asked


def run(args: InsightsInput, ctx: Context) -> Result:
    event = event_counted(ctx)
    if unknown := [b for b in args.breakdowns if b not in BREAKDOWNS]:
        raise ToolError(f"Unknown breakdown {unknown[0]!r}; use {', '.join(BREAKDOWNS)}.")
    within = _within(args, ctx)
    found, notes = _read(args, ctx, event, within, args.level), list[str]()
    if _without_results(found.totals):
        found, notes = _finer(args, ctx, event, within, found)
    content: dict[str, Any] = {
        "period": args.said(DEFAULT_PRESET) + _dates(args, found.dates),
        "currency": ctx.account.currency,
        "results_are": event,
        "complete": found.intake.said(found.stream.said("rows")),
        "totals": figures(found.totals, ctx.account.decimals),
        "rows": found.shown,
    }
    content |= meaning(ctx, args.ids)
    if not found.shown:
        notes.append("nothing was delivered in this period")
    if found.stream.doubt:
        notes.append("totals are of what is here; see `complete` for what is missing")
    if notes:
        content["note"] = "; ".join(notes)
    if found.saved:
        order = "highest spend first" if args.time_increment == "all_days" else "oldest first"
        of = f"all{' that came' if found.stream.doubt else ''}"
        content["rows_shown"] = f"{args.limit} of {found.count}, {order}; totals are of {of}"
        content["all_rows"] = found.saved
    return Result(content)


@dataclass(slots=True)
class Table:
    """Sums rows while they pass by, so that none needs to be kept."""

    stream: Stream
    intake: Intake
    decimals: int
    totals: Totals = field(default_factory=Totals)
    count: int = 0
    dates: set[str] = field(default_factory=set)
    shown: list[dict[str, Any]] = field(default_factory=list)
    saved: str = ""

    def kept(self, groups: Iterable[tuple[dict[str, str], Totals]]) -> Iterator[dict[str, Any]]:
        for key, row in groups:
            self.totals += row
            self.count += 1
            yield {**key, **figures(row, self.decimals)}


def _read(args: InsightsInput, ctx: Context, event: str, within: dict[Level, list[str]], level: str) -> Table:
    """The rows as they were asked for, from figures of that level or of a finer one."""
    keys = _keys(args)
    stream = fetch(
        ctx,
        level,
        args.params(DEFAULT_PRESET),
        fields=(*fields_for(event), *(k for k in keys if k.endswith(("_id", "_name")))),
        within=within,
        keep=True,
        breakdowns=list(dict.fromkeys(args.breakdowns)) or None,
        time_increment=None if args.time_increment == "all_days" else args.time_increment,
    )
    table = Table(stream, Intake(ctx), ctx.account.decimals)
    summed = args.time_increment == "all_days" or level != args.level
    table.shown, table.saved = ctx.save_rows(
        "insights" if level == args.level else "insights-of-ads",
        table.kept(_groups(table, keys, event, summed=summed)),
        args.limit,
        key=lambda row: (row.get("date_start", ""), -Decimal(row["spend"]), json.dumps(row)),
    )
    return table


def _groups(
    table: Table, keys: tuple[str, ...], event: str, *, summed: bool
) -> Iterator[tuple[dict[str, str], Totals]]:
    """Rows by their keys; sums over the whole period may come in parts, which are added up here."""
    rows = table.intake.rows(table.stream)
    if not summed:
        yield from ((_key(row, keys), table.intake.totals(row, event)) for row in rows)
        return
    names: dict[tuple[str, ...], dict[str, str]] = {}
    sums: defaultdict[tuple[str, ...], Totals] = defaultdict(Totals)
    for row in rows:
        table.dates |= table.intake.dates(row)
        key = _key(row, keys)
        names[tuple(key.values())] = key
        sums[tuple(key.values())] += table.intake.totals(row, event)
    groups = [(names[key], row) for key, row in sums.items()]
    yield from sorted(groups, key=lambda group: (-group[1].spend, json.dumps(group[0])))


def _without_results(seen: Totals) -> bool:
    return seen.spend > 0 and not seen.results


def _finer(
    args: InsightsInput, ctx: Context, event: str, within: dict[Level, list[str]], coarse: Table
) -> tuple[Table, list[str]]:
    """Whether the rows of single ads have the results that those of the level lack, and what there is instead."""
    fine = _ads(args, ctx, event, within) if args.level != "ad" else None
    if fine and fine.totals.results:
        said = (
            f"the {args.level} rows show none of the {fine.totals.results:f} results that the ads' rows show"
        )
        return fine, [f"{said}: these figures are added up from the ads"]
    return coarse, [f"not one {event} here: {coarse.intake.nothing_of(event)}; judge no ad by it"]


def _ads(args: InsightsInput, ctx: Context, event: str, within: dict[Level, list[str]]) -> Table | None:
    """The rows of single ads; None where Meta does not give them, which takes nothing from what is there."""
    try:
        return _read(args, ctx, event, within, "ad")
    except GraphFailure as failure:
        if failure.ends_the_run:
            raise
        return None


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
    return {k: "" if row.get(k) is None else str(row[k]) for k in keys}


def _within(args: InsightsInput, ctx: Context) -> dict[Level, list[str]]:
    within: dict[Level, list[str]] = {}
    for obj in require(ctx, args.ids, parts=True) if args.ids else []:
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
