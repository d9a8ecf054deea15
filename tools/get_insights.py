"""Figures over a period, by level and breakdown; sums and ratios are computed here, never by the model."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from tools.analysis.rows import Totals, measured
from tools.changes import Effect, Level
from tools.insights import Period, fetch
from tools.set_status import require
from tools.tool import Context, Result, Tool, ToolError

DEFAULT_PRESET = "last_7d"
# Not freely combinable at Meta; these are the ones it gives figures for (graph-api-facts §7.2).
BREAKDOWNS = "age gender country publisher_platform platform_position device_platform".split()
FIELDS = ("spend", "impressions", "inline_link_clicks", "actions", "action_values")


class InsightsInput(Period):
    level: Literal["account", "campaign", "adset", "ad"] = "account"
    ids: list[str] = Field(default=[], max_length=50, description="only below these campaigns, ad sets, ads")
    breakdowns: list[str] = []
    time_increment: Literal["all_days", "monthly"] | int = "all_days"
    limit: int = Field(default=25, ge=1, le=100)


def run(args: InsightsInput, ctx: Context) -> Result:
    event = ctx.brand.conversion_event or "purchase"
    if unknown := [b for b in args.breakdowns if b not in BREAKDOWNS]:
        raise ToolError(f"Unknown breakdown {unknown[0]!r}; use {', '.join(BREAKDOWNS)}.")
    keys = _keys(args)
    listing = fetch(
        ctx,
        args.level,
        args.params(DEFAULT_PRESET),
        fields=(*FIELDS, *(k for k in keys if k.endswith(("_id", "_name")))),
        within=_within(args, ctx),
        breakdowns=args.breakdowns or None,
        time_increment=None if args.time_increment == "all_days" else args.time_increment,
    )
    groups = [(_key(row, keys), measured(row, event)) for row in listing.rows]
    groups.sort(key=lambda g: (-g[1].spend, json.dumps(g[0])))
    if args.time_increment != "all_days":
        groups.sort(key=lambda g: g[0]["date_start"])
    content: dict[str, Any] = {
        "period": args.said(DEFAULT_PRESET),
        "currency": ctx.account.currency,
        "results_are": event,
        "complete": listing.said("rows"),
        "totals": figures(sum((row for _, row in groups), Totals())),
        "rows": [key | figures(row) for key, row in groups[: args.limit]],
    }
    if len(groups) > args.limit:
        content["all_rows"] = _save(ctx, [key | figures(row) for key, row in groups])
        content["rows_shown"] = f"{args.limit} of {len(groups)}, highest spend first"
    return Result(content)


def figures(row: Totals) -> dict[str, str | int]:
    """Totals as the model and people read them; a ratio without a denominator is left out."""
    shown: dict[str, str | int] = {
        "spend": f"{row.spend:.2f}",
        "impressions": row.impressions,
        "clicks": row.clicks,
        "results": _plain(row.results),
    }
    ratios = {"ctr_pct": row.ctr, "cpc": row.cpc, "cost_per_result": row.cpa, "roas": row.roas}
    return shown | {name: f"{ratio:.2f}" for name, ratio in ratios.items() if ratio is not None}


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _keys(args: InsightsInput) -> tuple[str, ...]:
    own = () if args.level == "account" else (f"{args.level}_id", f"{args.level}_name")
    days = () if args.time_increment == "all_days" else ("date_start", "date_stop")
    return (*own, *args.breakdowns, *days)


def _key(row: dict[str, Any], keys: Iterable[str]) -> dict[str, str]:
    return {k: str(row.get(k, "")) for k in keys}


def _within(args: InsightsInput, ctx: Context) -> dict[Level, list[str]]:
    within: dict[Level, list[str]] = {}
    for obj in require(ctx, args.ids) if args.ids else []:
        within.setdefault(obj.level, []).append(obj.id)
    if len(within) > 1:
        raise ToolError("Give ids of one level at a time: campaigns, ad sets or ads.")
    return within


def _save(ctx: Context, rows: list[dict[str, Any]]) -> str:
    ctx.results_dir.mkdir(parents=True, exist_ok=True)
    path = ctx.results_dir / f"insights-{ctx.run_id}-{ctx.call_id or 'call'}.json"
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    return str(path)


TOOL = Tool(
    name="get_insights",
    description=(
        "Figures (spend, clicks, results, cost per result, ROAS) by account, campaign, adset or ad;"
        f" breakdowns: {', '.join(BREAKDOWNS)}. Default {DEFAULT_PRESET}."
    ),
    Input=InsightsInput,
    effect=Effect.READ,
    run=run,
)
