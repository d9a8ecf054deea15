"""Which conversion an ad set is after, and under which names Meta counts it.

Promoted objects: docs/graph-api.md §8.2; action types and their overlaps: §7.1.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

ASSUMED = "purchase"

# Conversion goals whose results are no pixel events, and the word for them in action types.
GOAL_EVENTS = {
    "LEAD_GENERATION": "lead",
    "QUALITY_LEAD": "lead",
    "APP_INSTALLS": "app_install",
    "APP_DOWNLOADS": "app_install",
    "CONVERSATIONS": "onsite_conversion.messaging_conversation_started_7d",
}
# Names in `promoted_object.custom_event_type` that action types write otherwise.
_RENAMED = {
    "content_view": "view_content",
    "initiated_checkout": "initiate_checkout",
    "add_payment_info": "add_payment_info",
}
# Events whose totals carry another name than `omni_` + event.
_OTHER_TOTALS = {"initiate_checkout": "omni_initiated_checkout", "app_install": "mobile_app_install"}
# Events whose pixel part is named otherwise than `fb_pixel_` + event.
_CUSTOM = "offsite_conversion.fb_pixel_custom"


class Aim(NamedTuple):
    """An event and where it is known from: `stack.md`, `ad set`, or `assumed`."""

    event: str
    source: str


def aim_of(stated: str | None, goal: str | None, promoted: Mapping[str, Any] | None) -> Aim:
    """Decide what counts as a result of an ad set: the owner's word, else what it optimises for.

    `stated` is `conversion_event` of the brand file, `promoted` the ad set's `promoted_object`.
    """
    if stated:
        return Aim(stated, "stack.md")
    if event := _promoted(promoted or {}):
        return Aim(event, "ad set")
    if goal in GOAL_EVENTS:
        return Aim(GOAL_EVENTS[goal], "ad set")
    return Aim(ASSUMED, "assumed")


def main_event(events: Iterable[str]) -> str:
    """What most ads are after, of the events of each; without any, what is assumed."""
    counts = Counter(events)
    return min(counts, key=lambda event: (-counts[event], event), default=ASSUMED)


def _promoted(promoted: Mapping[str, Any]) -> str:
    """The action type of a promoted object: a custom conversion, a custom event, or a standard one."""
    if conversion := promoted.get("custom_conversion_id"):
        return f"offsite_conversion.custom.{conversion}"
    kind = str(promoted.get("custom_event_type") or "").lower()
    if kind in {"", "other"}:
        named = promoted.get("custom_event_str")
        return f"{_CUSTOM}.{named}" if named else ""
    return _RENAMED.get(kind, kind)


@cache
def action_types(event: str) -> tuple[str, ...]:
    """Name the action types that report `event`, the most complete first.

    Meta lists one conversion under several names: `omni_purchase` holds all channels, `purchase` is the
    total without shops and stores, `offsite_conversion.fb_pixel_purchase` the website's part of it. In the
    same way `lead` already holds `onsite_conversion.lead_grouped` and the pixel's leads. They overlap, so
    the first one present counts alone and a sum would count twice. A name with a dot is taken literally;
    custom events that Meta does not list one by one are counted together. An empty name raises ValueError.
    """
    name = event.strip()
    if not name:
        raise ValueError("event: empty")
    if name.startswith(f"{_CUSTOM}."):
        return (name, name.lower(), _CUSTOM)
    name = name.lower()
    if "." in name:
        return (name,)
    other = (_OTHER_TOTALS[name],) if name in _OTHER_TOTALS else ()
    parts = ("onsite_conversion.lead_grouped",) if name == "lead" else ()
    return (f"omni_{name}", *other, name, f"offsite_conversion.fb_pixel_{name}", *parts)
