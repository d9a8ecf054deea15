"""Which breakdowns Meta gives figures for, and which go together: checked before anything is asked (docs/graph-api.md §7.2)."""

from difflib import get_close_matches

from tools.domain.text import listed

HOURS = "hourly_stats_aggregated_by_advertiser_time_zone"
AUDIENCE_HOURS = "hourly_stats_aggregated_by_audience_time_zone"
ASSETS = tuple(
    "ad_format_asset body_asset call_to_action_asset description_asset image_asset link_url_asset title_asset"
    " video_asset".split()
)
OF_SOME_ADS = frozenset((*ASSETS, "product_id"))
"""Ads that have nothing of the kind have no row by these."""
OPT_IN = frozenset(("impression_device", AUDIENCE_HOURS, "frequency_value"))
"""Meta gives these to accounts that opted in, and others no row (docs/graph-api.md §1.1)."""
_PLACES = "publisher_platform", "platform_position"
GROUPS: tuple[tuple[str, ...], ...] = (
    ("age", "gender"),
    (*_PLACES, "impression_device"),
    (*_PLACES, "device_platform"),
    ("country",),
    ("region",),
    ("dma",),
    ("product_id",),
    (HOURS,),
    (AUDIENCE_HOURS,),
    ("frequency_value",),
    *((asset,) for asset in ASSETS),
)
"""Within a group all combine; across groups none do."""
BREAKDOWNS = tuple(dict.fromkeys(name for group in GROUPS for name in group))
FREE = "action_type", "action_target_id", "action_destination"
"""They go with everything."""
_CARDS = "action_carousel_card_id", "action_carousel_card_name"
ACTION_BREAKDOWNS: dict[str, frozenset[str]] = {
    **dict.fromkeys(FREE, frozenset(BREAKDOWNS)),
    "action_device": frozenset((*_PLACES, "impression_device")),
    "action_reaction": frozenset(),
    **dict.fromkeys(_CARDS, frozenset(("impression_device", "country", "age", "gender"))),
    **dict.fromkeys(
        "action_canvas_component_name action_video_sound action_video_type conversion_destination matched_persona_id"
        " matched_persona_name signal_source_bucket standard_event_content_type is_business_ai_assisted".split(),
        frozenset(),
    ),
}
"""Those that split lists of actions, each with the breakdowns it goes with."""
SHORT = {
    "hour": HOURS,
    "hourly": HOURS,
    "placement": "platform_position",
    "platform": "publisher_platform",
    "device": "device_platform",
}
"""Everyday words for them."""
CLOCKS = frozenset((HOURS, AUDIENCE_HOURS))
"""Hours of the day, which are in their own order."""
ON_META_ONLY = frozenset({"region", "dma", HOURS, AUDIENCE_HOURS})
"""Meta gives no conversions of websites and apps by these (docs/graph-api.md §7.2)."""


def checked(asked: list[str]) -> list[str]:
    """The breakdowns as Meta takes them: each once, positions beside their platform. Raises ValueError naming what goes together."""
    names = [SHORT.get(word, word) for word in (text.strip().lower() for text in asked)]
    if "platform_position" in names and "publisher_platform" not in names:
        names.insert(0, "publisher_platform")
    names = list(dict.fromkeys(names))
    for name in names:
        if name not in BREAKDOWNS and name not in ACTION_BREAKDOWNS:
            near = get_close_matches(name, [*BREAKDOWNS, *ACTION_BREAKDOWNS], n=3, cutoff=0.6)
            raise ValueError(f"unknown breakdown {name!r}; use {listed(near or [*BREAKDOWNS], most=30)}")
    rows, actions = split(names)
    if not any(set(rows) <= set(group) for group in GROUPS):
        raise ValueError(f"{' and '.join(rows)} do not combine at Meta; {_partners(rows)}")
    _check_actions(rows, actions)
    return names


def split(names: list[str]) -> tuple[list[str], list[str]]:
    """Those that make rows, and those that split lists of actions."""
    return [n for n in names if n in BREAKDOWNS], [n for n in names if n in ACTION_BREAKDOWNS]


def _check_actions(rows: list[str], actions: list[str]) -> None:
    for name in actions:
        if wrong := [row for row in rows if row not in ACTION_BREAKDOWNS[name]]:
            with_it = listed(sorted(ACTION_BREAKDOWNS[name]), most=30) or "no other breakdown"
            raise ValueError(f"{name} and {wrong[0]} do not combine at Meta; {name} goes with {with_it}")
    special = [name for name in actions if name not in FREE and name not in _CARDS]
    if len(special) > 1 or (special and set(actions) & set(_CARDS)):
        first, second = [name for name in actions if name not in FREE][:2]
        raise ValueError(f"{first} and {second} do not combine at Meta; each goes with {', '.join(FREE)}")


def _partners(rows: list[str]) -> str:
    """What each of these combines with."""
    said = []
    for name in rows:
        others = dict.fromkeys(o for group in GROUPS if name in group for o in group if o != name)
        said.append(f"{name} goes {f'with {listed(list(others))}' if others else 'alone'}")
    return f"{', '.join(said)}: ask for them one after the other"
