"""Figures of ads: what is asked of Meta for them, what counts as a result, and how totals are written."""

from decimal import Decimal
from typing import Any

from tools.analysis.conversion_events import Aim, aim_of, main_event, result_fields
from tools.analysis.rows import Totals
from tools.domain.objects import AIM_FIELDS, AdObject
from tools.domain.running import SWITCHED_ON
from tools.domain.tool import Context

FIELDS = ("spend", "impressions", "inline_link_clicks", *result_fields())
MOST_ADSETS = 1000
"""So many are looked at to learn what an account is after."""
LAG_DAYS = 3
"""The newest days, whose results are still coming in."""


def fields_for(event: str) -> tuple[str, ...]:
    """The figures of ads, with the field in which this event is counted where it has one of its own."""
    return (*FIELDS, *(name for name in result_fields([event]) if name not in FIELDS))


def event_counted(ctx: Context) -> str:
    """What counts as a result of the account: the owner's word, else what most of the ad sets that run are after.

    It is looked up once in a run. Raises GraphFailure.
    """
    if not (ctx.brand.conversion_event or ctx.event):
        fields = f"id,effective_status,optimization_goal,{AIM_FIELDS}"
        found = ctx.graph.read_all(
            f"{ctx.account.id}/adsets", page_size=500, max_rows=MOST_ADSETS, fields=fields
        )
        running = [row for row in found.rows if row.get("effective_status") in SWITCHED_ON]
        ctx.event = main_event(aim(row, None) for row in running or found.rows)
    return ctx.brand.conversion_event or ctx.event


def aim_of_ad(ad: AdObject, stated: str | None) -> Aim:
    """What an ad is after: the owner's word, else what its ad set optimises for."""
    return aim(ad.adset, stated)


def aim(adset: dict[str, Any], stated: str | None) -> Aim:
    """What an ad set, as Meta shows it, is after."""
    goal, promoted = adset.get("optimization_goal"), adset.get("promoted_object")
    return aim_of(stated, str(goal) if goal else None, promoted if isinstance(promoted, dict) else None)


def figures(row: Totals, decimals: int) -> dict[str, str | int]:
    """Totals as the model and people read them; a ratio without a denominator is left out."""
    shown: dict[str, str | int] = {
        "spend": f"{row.spend:.{decimals}f}",
        "impressions": row.impressions,
        "clicks": row.clicks,
        "results": _plain(row.results),
    }
    costs = {"cpc": row.cpc, "cost_per_result": row.cpa}
    ratios = {"ctr_pct": row.ctr, "roas": row.roas}
    shown |= {name: f"{cost:.{decimals}f}" for name, cost in costs.items() if cost is not None}
    return shown | {name: f"{ratio:.2f}" for name, ratio in ratios.items() if ratio is not None}


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
