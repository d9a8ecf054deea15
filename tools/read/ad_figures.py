"""Figures of ads: what is asked of Meta for them, what counts as a result, and how totals are written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from tools.analysis.conversion_events import Aim, aim, main_event, result_fields
from tools.analysis.rows import Totals
from tools.domain.objects import AIM_FIELDS, AdObject
from tools.domain.settings.ad_statuses import SWITCHED_ON
from tools.domain.tool import Context

FIELDS = ("spend", "impressions", "inline_link_clicks", *result_fields())
MOST_ADSETS = 1000
"""So many are looked at to learn what an account is after."""
CLICK_GOALS = {"LINK_CLICKS": "link_click", "LANDING_PAGE_VIEWS": "landing_page_view"}
"""What is a result of ad sets that buy visits, as Ads Manager counts it."""
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
        fields = f"id,campaign_id,effective_status,optimization_goal,{AIM_FIELDS}"
        found = ctx.graph.read_all(
            f"{ctx.account.id}/adsets", page_size=500, max_rows=MOST_ADSETS, fields=fields
        )
        running = [row for row in found.rows if row.get("effective_status") in SWITCHED_ON]
        ctx.event = main_event(aim(row, None) for row in running or found.rows)
        ctx.own_events = {
            str(row.get("id")): (str(row.get("campaign_id")), own_event(row, ctx.event)) for row in found.rows
        }
    return ctx.brand.conversion_event or ctx.event


def own_event(adset: dict[str, Any], main: str) -> str:
    """What Ads Manager shows as the results of an ad set; the account's event where it is known of none."""
    known = aim(adset, None)
    return (
        CLICK_GOALS.get(str(adset.get("optimization_goal")), main)
        if known.source == "assumed"
        else known.event
    )


class Goals(NamedTuple):
    """What counts as a result of each row."""

    main: str
    """Of the account."""
    own: Mapping[str, tuple[str, str]]
    """By ad set: its campaign, and its own event; empty where the owner's word holds for all."""

    @property
    def events(self) -> list[str]:
        """All of them, the account's first."""
        return list(dict.fromkeys((self.main, *(event for _, event in self.own.values()))))

    def of(self, row: Mapping[str, Any]) -> str:
        """The event of a row; empty where it holds results of several."""
        if adset := row.get("adset_id"):
            return self.own.get(str(adset), ("", self.main))[1]
        campaign = row.get("campaign_id")
        found = {event for at, event in self.own.values() if at == str(campaign)} if campaign else set()
        return self.main if not found else found.pop() if len(found) == 1 else ""


def goals(ctx: Context) -> Goals:
    """What each ad set is after: the owner's word, else its own goal. Raises GraphFailure."""
    main = event_counted(ctx)
    return Goals(main, {} if ctx.brand.conversion_event else ctx.own_events)


def aim_of_ad(ad: AdObject, stated: str | None) -> Aim:
    """What an ad is after: the owner's word, else what its ad set optimises for."""
    return aim(ad.adset, stated)


def figures(row: Totals, decimals: int) -> dict[str, str | int]:
    """Totals as the model and people read them, link clicks by that name; a ratio without a denominator is left out."""
    shown: dict[str, str | int] = {
        "spend": f"{row.spend:.{decimals}f}",
        "impressions": row.impressions,
        "link_clicks": row.clicks,
        "results": _plain(row.results),
    }
    costs = {"cost_per_link_click": row.cpc, "cost_per_result": row.cpa}
    ratios = {"link_ctr": row.ctr, "roas": row.roas}
    shown |= {name: f"{cost:.{decimals}f}" for name, cost in costs.items() if cost is not None}
    return shown | {name: f"{ratio:.2f}" for name, ratio in ratios.items() if ratio is not None}


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
