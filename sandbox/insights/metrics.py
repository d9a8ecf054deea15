"""Insights numbers as Meta writes them: strings, and nothing where there is nothing (§7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.insights import video_views
from sandbox.insights.result_names import PURCHASE_NAMES
from sandbox.world.delivered import Figures, reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sandbox.insights.result_names import Names
    from sandbox.insights.video_views import Views

    Others = Mapping[Names, tuple[int, int]]
    """Results that are no purchases, and what they were worth in minor units."""


class Total(NamedTuple):
    """A sum of figures, the people reached, minor units in one of the currency, other results, and how far videos were watched."""

    figures: Figures
    reach: int
    offset: int
    others: Others
    views: Views


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
    if watched := video_views.number(t.views, "video_view"):
        own.append(("video_view", watched))
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


def _roas(name: str) -> Callable[[Total], Any]:
    """Make what gives the return on purchases, under one of their names."""

    def measured(t: Total) -> Any:
        f = t.figures
        return _listed([(name, decimal(f.revenue / f.spend))]) if f.purchases and f.spend else None

    return measured


def _paid(t: Total) -> float:
    return t.figures.spend / t.offset


def _people(t: Total, times: int) -> int:
    """How many of the people reached did something that was done so many times; some do it twice."""
    return reach(times, times * t.reach)


def _one(name: str, value: str | None) -> Any:
    """A list that holds one kind of action alone."""
    return _listed([(name, value)]) if value else None


def _count(number: int) -> str | None:
    return str(number) if number else None


def _seen(name: str) -> Callable[[Total], Any]:
    """Make what counts how often videos were watched so far."""
    return lambda t: _one("video_view", _count(video_views.number(t.views, name)))


def _cost_of(name: str) -> Callable[[Total], Any]:
    return lambda t: _one("video_view", _ratio(_paid(t), video_views.number(t.views, name)))


def _mean_time(t: Total) -> Any:
    """Seconds, whole as Meta's."""
    plays, watched_s = (video_views.number(t.views, n) for n in (video_views.PLAYS, video_views.WATCHED_S))
    return _one("video_view", str(round(watched_s / plays))) if plays else None


def _curve(first_s: int, last_s: int) -> Callable[[Total], Any]:
    """Make what gives the percent of plays that were still watched, second by second."""

    def measured(t: Total) -> Any:
        plays = video_views.number(t.views, video_views.PLAYS)
        seconds = [second for second in video_views.CURVE_S if first_s <= second <= last_s]
        left = [video_views.number(t.views, f"at {second}") for second in seconds]
        value = [round(100 * number / plays) for number in left] if plays else []
        return [{"action_type": "video_view", "value": value}] if value else None

    return measured


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
    "purchase_roas": _roas("omni_purchase"),
    "website_purchase_roas": _roas("offsite_conversion.fb_pixel_purchase"),
    "purchases_per_link_click": lambda t: _ratio(t.figures.purchases, t.figures.link_clicks),
    "landing_page_view_per_link_click": lambda t: _ratio(t.figures.landing_page_views, t.figures.link_clicks),
    "purchase_per_landing_page_view": lambda t: _ratio(t.figures.purchases, t.figures.landing_page_views),
    "outbound_clicks": lambda t: _one("outbound_click", _count(t.figures.link_clicks)),
    "outbound_clicks_ctr": lambda t: _one(
        "outbound_click", _ratio(t.figures.link_clicks, t.figures.impressions, 100)
    ),
    "cost_per_outbound_click": lambda t: _one("outbound_click", _ratio(_paid(t), t.figures.link_clicks)),
    "website_ctr": lambda t: _one("link_click", _ratio(t.figures.link_clicks, t.figures.impressions, 100)),
    "unique_clicks": lambda t: str(_people(t, t.figures.clicks)),
    "unique_ctr": lambda t: _ratio(_people(t, t.figures.clicks), t.reach, 100),
    "cost_per_unique_click": lambda t: _ratio(_paid(t), _people(t, t.figures.clicks)),
    "unique_inline_link_clicks": lambda t: str(_people(t, t.figures.link_clicks)),
    "unique_inline_link_click_ctr": lambda t: _ratio(_people(t, t.figures.link_clicks), t.reach, 100),
    "cost_per_unique_inline_link_click": lambda t: _ratio(_paid(t), _people(t, t.figures.link_clicks)),
    **{
        name: _seen(name)
        for name in (video_views.PLAYS, *video_views.SECONDS, *video_views.PERCENTS)
        if name != "video_view"
    },
    "video_time_watched_actions": _seen(video_views.WATCHED_S),
    "video_avg_time_watched_actions": _mean_time,
    "cost_per_thruplay": _cost_of("video_thruplay_watched_actions"),
    "cost_per_2_sec_continuous_video_view": _cost_of("video_continuous_2_sec_watched_actions"),
    "cost_per_6_sec_video_view": _cost_of("video_6_sec_watched_actions"),
    "cost_per_15_sec_video_view": _cost_of("video_15_sec_watched_actions"),
    "video_play_curve_actions": _curve(0, 60),
    "video_play_retention_graph_actions": _curve(0, 60),
    "video_play_retention_0_to_15s_actions": _curve(0, 14),
    "video_play_retention_20_to_60s_actions": _curve(20, 60),
}
"""Each metric from a total; None leaves it out of the row."""

OF_PEOPLE = frozenset({"reach", "frequency", "cpp", *(name for name in METRICS if "unique_" in name)})
"""Metrics that need the reach of a total."""


def written(total: Total, names: Iterable[str]) -> dict[str, Any]:
    """Those of these fields that are metrics, as a row says them."""
    return {name: METRICS[name](total) for name in names if name in METRICS}
