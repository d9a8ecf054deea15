"""The breakdowns there are, which go together, and the cells that an ad's impressions fall into."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.insights import ad_assets
from sandbox.request.refusals import GraphError, invalid, not_one_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.insights.ad_assets import Asset
    from sandbox.world.node import Node
    from sandbox.world.state import World

Cell = tuple["str | Asset", ...]

_AGES = {"18-24": 9, "25-34": 24, "35-44": 27, "45-54": 20, "55-64": 13, "65+": 7}
_GENDERS = {"female": 52, "male": 46, "unknown": 2}
_POSITIONS = {
    ("facebook", "feed"): 34, ("facebook", "facebook_stories"): 4, ("facebook", "facebook_reels"): 9,
    ("facebook", "marketplace"): 5, ("instagram", "feed"): 20, ("instagram", "instagram_stories"): 13,
    ("instagram", "instagram_reels"): 11, ("audience_network", "an_classic"): 3,
    ("messenger", "messenger_stories"): 1,
}  # fmt: skip
_DEVICES = {"mobile_app": 82, "mobile_web": 5, "desktop": 13}
_ELSEWHERE = "Unknown"
_REGIONS: dict[str, dict[tuple[str, str], int]] = {
    "US": {
        ("California", "Los Angeles"): 9, ("California", "San Francisco-Oak-San Jose"): 7,
        ("Texas", "Dallas-Ft. Worth"): 7, ("Texas", "Houston"): 5, ("Florida", "Tampa-St. Pete (Sarasota)"): 9,
        ("New York", "New York"): 9, ("Colorado", "Denver"): 8, ("Washington", "Seattle-Tacoma"): 8,
        ("Oregon", "Portland, OR"): 7, ("Illinois", "Chicago"): 6, ("Massachusetts", "Boston (Manchester)"): 6,
        ("Utah", "Salt Lake City"): 6,
    },
    "CA": {("Ontario", _ELSEWHERE): 7, ("British Columbia", _ELSEWHERE): 6},
    "JP": {("Tokyo", _ELSEWHERE): 9, ("Osaka", _ELSEWHERE): 6, ("Hokkaido", _ELSEWHERE): 3},
}  # fmt: skip
"""Regions and, in the United States alone, market areas of each country with their weights."""
_HOURS = (2, 1, 1, 1, 1, 2, 3, 4, 4, 4, 4, 4, 5, 5, 4, 4, 5, 6, 7, 8, 9, 8, 5, 3)

_HOUR = "hourly_stats_aggregated_by_advertiser_time_zone"
OPT_IN = ("impression_device", "frequency_value", "hourly_stats_aggregated_by_audience_time_zone")
"""Those that came to need an opt-in (§1.1): taken, and without rows."""
_PLACES = ("publisher_platform", "platform_position")
GROUPS: tuple[tuple[str, ...], ...] = (
    ("age", "gender"),
    (*_PLACES, "device_platform"),
    (*_PLACES, "impression_device"),
    *(
        (name,)
        for name in ("country", "region", "dma", _HOUR, *OPT_IN, *ad_assets.ASSETS)
        if name != "impression_device"
    ),
)
"""What goes together; across groups nothing does (§7.2)."""
BREAKDOWNS = tuple(dict.fromkeys(name for group in GROUPS for name in group))


class Cells(NamedTuple):
    """Cells by the names of their parts, each with its share of the impressions."""

    names: tuple[str, ...]
    shares: tuple[tuple[Cell, int], ...]


def _fixed(names: tuple[str, ...], shares: Mapping[Any, int]) -> Cells:
    return Cells(names, tuple(shares.items()))


_PEOPLE = _fixed(("age", "gender"), {(a, g): x * y for a, x in _AGES.items() for g, y in _GENDERS.items()})
_WHERE = _fixed(
    (*_PLACES, "device_platform"),
    {(*place, d): x * y for place, x in _POSITIONS.items() for d, y in _DEVICES.items()},
)
_WHEN = _fixed(
    (_HOUR,), {(f"{hour:02}:00:00 - {hour:02}:59:59",): share for hour, share in enumerate(_HOURS)}
)
_GEOGRAPHY = ("country", "region", "dma")


def by_clock(breakdowns: tuple[str, ...], now: datetime) -> Cells | None:
    """Give the hours of a day that are there by now, the one that goes on by its quarters; None for what is not by the hour."""
    if breakdowns != (_HOUR,):
        return None
    gone = [(cell, 4 * share) for cell, share in _WHEN.shares[: now.hour]]
    cell, share = _WHEN.shares[now.hour]
    return Cells(_WHEN.names, (*gone, (cell, share * (1 + now.minute // 15))))


def check(breakdowns: tuple[str, ...]) -> None:
    """Refuse breakdowns that do not go together (docs/graph-api.md §7.2, §7.6)."""
    for name in breakdowns:
        if name not in BREAKDOWNS:
            raise not_one_of("breakdowns", BREAKDOWNS)
    if "platform_position" in breakdowns and "publisher_platform" not in breakdowns:
        columns = ", ".join(("action_type", *breakdowns))
        raise invalid(f"Current combination of data breakdown columns ({columns}) is invalid")
    if not any(set(breakdowns) <= set(group) for group in GROUPS):
        raise GraphError(
            code=2,
            subcode=1504041,
            message=f"(#2) Current combination of data breakdown columns ({', '.join(breakdowns)}) is invalid",
        )


def of_ad(world: World, ad: Node, breakdowns: tuple[str, ...]) -> Cells | None:
    """Give the cells of an ad by the finest of what was asked; None where it has no rows."""
    first = breakdowns[0]
    if set(breakdowns) & set(OPT_IN):
        return None
    if first in ad_assets.ASSETS:
        return _shown(first, tuple(ad_assets.shown_by(world, ad, first)))
    if first in _GEOGRAPHY:
        return _geography(_countries(world, ad))
    return next(cells for cells in (_PEOPLE, _WHERE, _WHEN) if first in cells.names)


def _countries(world: World, ad: Node) -> tuple[str, ...]:
    """Where an ad is shown: the countries its ad set aims at."""
    targeting: dict[str, Any] = world.nodes[ad.data["adset_id"]].data.get("targeting") or {}
    named = (targeting.get("geo_locations") or {}).get("countries")
    return tuple(map(str, named)) if isinstance(named, list) and named else ("US",)


@lru_cache(maxsize=64)
def _geography(countries: tuple[str, ...]) -> Cells:
    """Country, region and market area together, so that each says what the finer ones add up to."""
    shares = {
        (country, *place): share
        for country in countries
        for place, share in _REGIONS.get(country, {(_ELSEWHERE, _ELSEWHERE): 10}).items()
    }
    return _fixed(_GEOGRAPHY, shares)


def _shown(name: str, parts: tuple[str | Asset, ...]) -> Cells | None:
    """The assets of an ad; people get to see some more often than others."""
    shares = {(part,): 20 + zlib.crc32(str(part).encode()) % 60 for part in parts}
    return _fixed((name,), shares) if shares else None


def said(part: str | Asset) -> str | dict[str, str]:
    """A part of a cell as a row says it."""
    return part if isinstance(part, str) else dict(part)
