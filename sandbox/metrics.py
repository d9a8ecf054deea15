"""Insights numbers as Meta writes them: strings, and nothing where there is nothing (§7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.delivery import Figures

PURCHASE_NAMES = ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")
"""One purchase is reported under all of these names; adding them up would count it three times."""

UNMEASURED = frozenset({
    "conversions", "conversion_values", "cost_per_conversion", "cost_per_unique_click", "cost_per_thruplay",
    "unique_clicks", "unique_ctr", "outbound_clicks", "outbound_clicks_ctr", "unique_actions", "results",
    "cost_per_result", "result_rate", "objective_results", "quality_ranking", "engagement_rate_ranking",
    "conversion_rate_ranking", "video_play_actions", "video_thruplay_watched_actions", "mobile_app_purchase_roas",
    "video_p25_watched_actions", "video_p50_watched_actions", "video_p75_watched_actions",
    "video_p100_watched_actions", "social_spend", "full_view_impressions", "full_view_reach",
})  # fmt: skip
"""Fields that Meta knows and this account has no figures for: accepted, never in a row."""


def decimal(value: float) -> str:
    """Write at most six decimals, without a tail of zeros."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _ratio(over: float, under: float, factor: float = 1.0) -> str | None:
    return decimal(factor * over / under) if under else None


def _counts(f: Figures) -> dict[str, int]:
    counts = {
        "link_click": f.link_clicks,
        "landing_page_view": f.landing_page_views,
        "add_to_cart": f.add_to_carts,
        **dict.fromkeys(PURCHASE_NAMES, f.purchases),
    }
    return {name: count for name, count in counts.items() if count}


def _listed(values: dict[str, str]) -> list[dict[str, str]] | None:
    return [{"action_type": name, "value": value} for name, value in values.items()] or None


def _actions(f: Figures) -> Any:
    return _listed({name: str(count) for name, count in _counts(f).items()})


def _action_values(f: Figures) -> Any:
    return _listed({name: decimal(f.revenue / 100) for name in PURCHASE_NAMES if f.purchases})


def _costs(f: Figures) -> Any:
    return _listed({name: decimal(f.spend / 100 / count) for name, count in _counts(f).items()})


def _roas(f: Figures) -> Any:
    return _listed({"omni_purchase": decimal(f.revenue / f.spend)}) if f.purchases and f.spend else None


METRICS: dict[str, Callable[[Figures, int], Any]] = {
    "spend": lambda f, _: f"{f.spend // 100}.{f.spend % 100:02}",
    "impressions": lambda f, _: str(f.impressions),
    "clicks": lambda f, _: str(f.clicks),
    "ctr": lambda f, _: _ratio(f.clicks, f.impressions, 100),
    "cpc": lambda f, _: _ratio(f.spend / 100, f.clicks),
    "cpm": lambda f, _: _ratio(f.spend / 100, f.impressions, 1000),
    "reach": lambda _, reach: str(reach),
    "frequency": lambda f, reach: _ratio(f.impressions, reach),
    "cpp": lambda f, reach: _ratio(f.spend / 100, reach, 1000),
    "inline_link_clicks": lambda f, _: str(f.link_clicks),
    "inline_link_click_ctr": lambda f, _: _ratio(f.link_clicks, f.impressions, 100),
    "cost_per_inline_link_click": lambda f, _: _ratio(f.spend / 100, f.link_clicks),
    "actions": lambda f, _: _actions(f),
    "action_values": lambda f, _: _action_values(f),
    "cost_per_action_type": lambda f, _: _costs(f),
    "purchase_roas": lambda f, _: _roas(f),
}
"""Each metric from a sum of figures and its reach; None leaves it out of the row."""
