"""Which conversion an ad set is after, and where Meta counts it.

Promoted objects: docs/graph-api.md §8.2; action types, their fields and their overlaps: §7.1.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple, Self

ASSUMED = "purchase"
ACTIONS, CONVERSIONS, CATALOGUE = "actions", "conversions", "catalog_segment_actions"
THRUPLAYS, TWO_SECONDS = "video_thruplay_watched_actions", "video_continuous_2_sec_watched_actions"
VALUES = {
    ACTIONS: "action_values",
    CONVERSIONS: "conversion_values",
    CATALOGUE: "catalog_segment_value",
}
"""The fields that count results, each with the one that holds what they were worth."""

# Goals whose results are no pixel events, and the word for them in action types.
GOAL_EVENTS = {
    "LEAD_GENERATION": "lead",
    "QUALITY_LEAD": "lead",
    "APP_INSTALLS": "app_install",
    "APP_DOWNLOADS": "app_install",
    "CONVERSATIONS": "onsite_conversion.messaging_conversation_started_7d",
    "QUALITY_CALL": "call",
    "MEANINGFUL_CALL_ATTEMPT": "call",
    "SUBSCRIBERS": "onsite_conversion.messaging_user_subscribed",
    "THRUPLAY": "thruplay",
    "TWO_SECOND_CONTINUOUS_VIDEO_VIEWS": "two_second_view",
    "POST_ENGAGEMENT": "post_engagement",
    "PAGE_LIKES": "like",
    "EVENT_RESPONSES": "event_response",
}
_ATTENTION = frozenset("thruplay two_second_view post_engagement like event_response".split())
"""Results that are no conversions: they name what an account is after only where nothing else does."""
# Names in `promoted_object.custom_event_type` and in everyday words that action types write otherwise.
_RENAMED = {
    "content_view": "view_content",
    "initiated_checkout": "initiate_checkout",
    "messaging_conversation_started_7d": GOAL_EVENTS["CONVERSATIONS"],
    "messaging_conversation": GOAL_EVENTS["CONVERSATIONS"],
    "page_like": "like",
    "install": "app_install",
    "spend_credits": "spent_credits",
}
# Events whose total, and whose part in apps, carry another name than `omni_` or `fb_mobile_` and the event.
_OTHER_TOTALS = {"initiate_checkout": "omni_initiated_checkout", "spent_credits": "omni_spend_credits"}
_OTHER_IN_APPS = {"initiate_checkout": "initiated_checkout", "view_content": "content_view"}
_IN_CONVERSIONS = frozenset(
    "contact customize_product donate find_location schedule start_trial submit_application subscribe"
    " recurring_subscription_payment cancel_subscription ad_impression ad_click".split()
)
"""Standard events that Meta reports in `conversions`, in a total and by channel, and not in `actions`."""
_ON_FACEBOOK = {"lead": ("onsite_conversion.lead_grouped", "leadgen_grouped", "leadgen.other")}
_PIXEL, _APP = "offsite_conversion.fb_pixel_", "app_custom_event."
_CUSTOM = f"{_PIXEL}custom"
_BY_RULE = "offsite_conversion.custom"
"""A rule over addresses: reported under an id that its ad set does not show, so nothing is counted for it."""


class Event(NamedTuple):
    """How Meta reports an event: in which fields to look first, and under which names.

    Of `totals`, the most complete first, the first that is there counts alone. Without any the `channels`
    (website, app, on Facebook, in store) are added up, each by the first of its names: they do not overlap.
    Where Meta lists no custom event by its name, `together` counts them all.
    """

    fields: tuple[str, ...]
    totals: tuple[str, ...]
    channels: tuple[tuple[str, ...], ...] = ()
    together: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All action types that report it, the most complete first."""
        parts = tuple(name for channel in self.channels for name in channel)
        return (*self.totals, *parts, *((self.together,) if self.together else ()))

    def found(self, there: Collection[str]) -> tuple[str, ...]:
        """Those of the action types that are `there` whose sum counts each conversion once."""
        for name in self.totals:
            if name in there:
                return (name,)
        parts = (next((name for name in channel if name in there), "") for channel in self.channels)
        if known := tuple(filter(None, parts)):
            return known
        alone = self.together and self.together in there and not self._named(there)
        return (self.together,) if alone else ()

    def beside(self, names: Iterable[str]) -> Self:
        """The same event among all these names: where custom events are listed by name, their sum is not this one."""
        return self._replace(together="") if self.together and self._named(names) else self

    def _named(self, names: Iterable[str]) -> bool:
        own = _APP if self.together.startswith(_APP) else f"{self.together}."
        return any(
            name.startswith(own) and name != self.together and not name.startswith(f"{_APP}fb_mobile_")
            for name in names
        )


# Events that are no standard events of a pixel; all names of one mean the same, or come one after another.
_OTHERS = {
    "app_install": ("omni_app_install", "mobile_app_install", "app_install"),
    "call": (
        "call_confirm_grouped",
        "click_to_call_call_confirm",
        "click_to_call_native_call_placed",
        "click_to_call_native_20s_call_connect",
        "click_to_call_native_60s_call_connect",
    ),
    "landing_page_view": ("omni_landing_page_view", "landing_page_view"),
    "event_response": ("rsvp",),
}
_LITERAL = frozenset(
    "link_click outbound_click like comment post post_reaction post_engagement page_engagement video_view photo_view"
    " rsvp checkin app_use store_visit leadgen_grouped".split()
)
_OWN_FIELDS = {
    "thruplay": Event((THRUPLAYS,), ("video_view",)),
    "two_second_view": Event((TWO_SECONDS,), ("video_view",)),
}


@cache
def event_of(event: str) -> Event:
    """How Meta reports `event`; an unknown name is looked for as any standard event is, in all fields.

    Meta lists one conversion under several names: `omni_purchase` holds all channels, `purchase` is the
    total without shops and stores, `offsite_conversion.fb_pixel_purchase` the website's part of it. In the
    same way `lead` already holds `onsite_conversion.lead_grouped` and the pixel's leads. They overlap, so
    they are never added. A name with a dot is taken literally. An empty name raises ValueError.
    """
    text = event.strip()
    if not text:
        raise ValueError("event: empty")
    if "." in text:
        return _dotted(text)
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower().removesuffix("_total")
    name = _RENAMED.get(name, name)
    if "." in name:
        return _dotted(name)
    if own := _OWN_FIELDS.get(name):
        return own
    if name in _OTHERS:
        return Event((ACTIONS, CONVERSIONS), _OTHERS[name])
    if name in _LITERAL or name.startswith("omni_"):
        return Event((ACTIONS, CONVERSIONS, CATALOGUE), (name,))
    return _in_conversions(name) if name in _IN_CONVERSIONS else _in_actions(name)


def _in_actions(name: str) -> Event:
    """A standard event: its total over all channels, smaller roll-ups of them, then each channel."""
    omni = _OTHER_TOTALS.get(name, f"omni_{name}")
    rolled = (f"web_app_in_store_{name}", name, f"onsite_web_app_{name}", f"onsite_web_{name}")
    channels = (
        (f"{_PIXEL}{name}",),
        (*_ON_FACEBOOK.get(name, ()), f"onsite_conversion.{name}"),
        (f"{_APP}fb_mobile_{_OTHER_IN_APPS.get(name, name)}",),
        (f"offline_conversion.{name}",),
    )
    return Event((ACTIONS, CONVERSIONS, CATALOGUE), (omni, *rolled, f"web_in_store_{name}"), channels)


def _in_conversions(name: str) -> Event:
    channels = (
        (f"{name}_website", f"{_PIXEL}{name}"),
        (f"{name}_mobile_app", f"{_APP}fb_mobile_{name}"),
        (f"{name}_on_facebook", f"onsite_conversion.{name}"),
        (f"{name}_offline", f"offline_conversion.{name}"),
    )
    return Event((CONVERSIONS, ACTIONS, CATALOGUE), (f"{name}_total", f"omni_{name}", name), channels)


def _dotted(text: str) -> Event:
    """An action type by its full name; the pixel's part of some events is reported under another one.

    Custom events are looked for as they are written first: Meta tells them apart by case.
    """
    name = text.lower()
    pixel = name.removeprefix(_PIXEL)
    if pixel != name and pixel in _IN_CONVERSIONS:
        return Event((CONVERSIONS, ACTIONS), (f"{pixel}_website", name))
    if name.startswith(f"{_CUSTOM}."):
        return Event((CONVERSIONS, ACTIONS), tuple(dict.fromkeys((text, name))), (), _CUSTOM)
    if name.startswith(f"{_APP}other."):
        bare = text[len(_APP) + len("other.") :]
        return Event((CONVERSIONS, ACTIONS), (f"{_APP}{bare}", text), (), f"{_APP}other")
    return Event((ACTIONS, CONVERSIONS), (name,))


def action_types(event: str) -> tuple[str, ...]:
    """Name the action types that report `event`, the most complete first. An empty name raises ValueError."""
    return event_of(event).names


def result_fields(events: Iterable[str] = ()) -> tuple[str, ...]:
    """The fields of Insights in which results are counted and valued; some events have one of their own."""
    usual = tuple(name for pair in VALUES.items() for name in pair)
    own = dict.fromkeys(field for event in events if event for field in event_of(event).fields)
    return (*usual, *(field for field in own if field not in usual))


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


def aim(adset: Mapping[str, Any], stated: str | None) -> Aim:
    """What an ad set, as Meta shows it, is after."""
    goal, promoted = adset.get("optimization_goal"), adset.get("promoted_object")
    return aim_of(stated, str(goal) if goal else None, promoted if isinstance(promoted, Mapping) else None)


def main_event(aims: Iterable[Aim]) -> str:
    """What most ads are after, of the aims of each that are known; without any, what is assumed."""
    counts = Counter(aim.event for aim in aims if aim.source != "assumed")
    return min(counts, key=lambda event: (event in _ATTENTION, -counts[event], event), default=ASSUMED)


def _promoted(promoted: Mapping[str, Any]) -> str:
    """The action type of a promoted object: a custom conversion, a custom event, a standard one, or all that are custom."""
    if conversion := promoted.get("custom_conversion_id"):
        return f"offsite_conversion.custom.{conversion}"
    kind = str(promoted.get("custom_event_type") or "").lower()
    if kind in {"", "other"}:
        whole = f"{_APP}other" if promoted.get("application_id") and not promoted.get("pixel_id") else _CUSTOM
        if named := promoted.get("custom_event_str"):
            return f"{whole}.{named}"
        unnamed = _BY_RULE if promoted.get("pixel_rule") else whole if kind else ""
        return _of_channels(promoted.get("omnichannel_object")) or unnamed
    return _RENAMED.get(kind, kind)


def _of_channels(channels: Any) -> str:
    """The event of an ad set that optimises for several channels at once, such as website and app."""
    parts = (
        [part for part in channels.values() if isinstance(part, list)] if isinstance(channels, dict) else []
    )
    found = (_promoted(row) for part in parts for row in part if isinstance(row, dict))
    return next(filter(None, found), "")
