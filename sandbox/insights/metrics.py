"""Insights numbers as Meta writes them: strings, and nothing where there is nothing (§7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.insights.result_names import PURCHASE_NAMES
from sandbox.world.delivered import Figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sandbox.insights.result_names import Names

    Others = Mapping[Names, tuple[int, int]]
    """Results that are no purchases, and what they were worth in minor units."""


class Total(NamedTuple):
    """A sum of figures, the people reached, how many minor units make one of the currency, and other results."""

    figures: Figures
    reach: int
    offset: int
    others: Others


_COUNTED = tuple(
    (name, Figures._fields.index(field))
    for name, field in (
        ("link_click", "link_clicks"),
        ("landing_page_view", "landing_page_views"),
        ("add_to_cart", "add_to_carts"),
        *((name, "purchases") for name in PURCHASE_NAMES),
    )
)
"""What is reported as actions, each with its place in the figures."""

UNMEASURED = frozenset({
    "catalog_segment_actions", "catalog_segment_value", "video_continuous_2_sec_watched_actions", "cost_per_unique_click", "cost_per_thruplay",
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


def _listed(values: Iterable[tuple[str, str]]) -> list[dict[str, str]] | None:
    return [{"action_type": name, "value": value} for name, value in values] or None


def _spend(t: Total) -> str:
    whole, part = divmod(t.figures.spend, t.offset)
    return str(whole) if t.offset == 1 else f"{whole}.{part:02}"


def _counts(t: Total) -> list[tuple[str, int]]:
    """All that is reported as actions, each kind with its number."""
    f = t.figures
    own = [(name, f[place]) for name, place in _COUNTED if f[place]]
    return own + [(name, count) for names, (count, _) in t.others.items() for name in names.actions if count]


def _actions(t: Total) -> Any:
    return _listed((name, str(count)) for name, count in _counts(t))


def _action_values(t: Total) -> Any:
    bought = [(PURCHASE_NAMES, t.figures.revenue)] if t.figures.purchases else []
    others = [(names.actions, worth) for names, (count, worth) in t.others.items() if count]
    worths = [(names, decimal(worth / t.offset)) for names, worth in (*bought, *others)]
    return _listed((name, worth) for names, worth in worths for name in names)


def _converted(t: Total) -> list[tuple[str, int, int]]:
    """What is reported as conversions: kinds with number and worth."""
    return [(name, *found) for names, found in t.others.items() for name in names.conversions if found[0]]


def _conversions(t: Total) -> Any:
    return _listed((name, str(count)) for name, count, _ in _converted(t))


def _conversion_values(t: Total) -> Any:
    return _listed((name, decimal(worth / t.offset)) for name, _, worth in _converted(t))


def _costs(t: Total) -> Any:
    return _listed((name, decimal(_paid(t) / count)) for name, count in _counts(t))


def _conversion_costs(t: Total) -> Any:
    return _listed((name, decimal(_paid(t) / count)) for name, count, _ in _converted(t))


def _roas(t: Total) -> Any:
    f = t.figures
    return _listed([("omni_purchase", decimal(f.revenue / f.spend))]) if f.purchases and f.spend else None


def _paid(t: Total) -> float:
    return t.figures.spend / t.offset


METRICS: dict[str, Callable[[Total], Any]] = {
    "spend": _spend,
    "impressions": lambda t: str(t.figures.impressions),
    "clicks": lambda t: str(t.figures.clicks),
    "ctr": lambda t: _ratio(t.figures.clicks, t.figures.impressions, 100),
    "cpc": lambda t: _ratio(_paid(t), t.figures.clicks),
    "cpm": lambda t: _ratio(_paid(t), t.figures.impressions, 1000),
    "reach": lambda t: str(t.reach),
    "frequency": lambda t: _ratio(t.figures.impressions, t.reach),
    "cpp": lambda t: _ratio(_paid(t), t.reach, 1000),
    "inline_link_clicks": lambda t: str(t.figures.link_clicks),
    "inline_link_click_ctr": lambda t: _ratio(t.figures.link_clicks, t.figures.impressions, 100),
    "cost_per_inline_link_click": lambda t: _ratio(_paid(t), t.figures.link_clicks),
    "actions": _actions,
    "action_values": _action_values,
    "cost_per_action_type": _costs,
    "conversions": _conversions,
    "conversion_values": _conversion_values,
    "cost_per_conversion": _conversion_costs,
    "purchase_roas": _roas,
}
"""Each metric from a total; None leaves it out of the row."""

OF_PEOPLE = frozenset({"reach", "frequency", "cpp"})
"""Metrics that need the reach of a total."""


def written(total: Total, names: Iterable[str]) -> dict[str, Any]:
    """Those of these fields that are metrics, as a row says them."""
    return {name: METRICS[name](total) for name in names if name in METRICS}
