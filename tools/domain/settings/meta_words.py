"""Meta's own words as people say them: the one place for strategies, goals, buttons, periods and fields.

No two constants read alike, so that what is approved is still told exactly; what is no constant stays as it is.
"""

import re
from collections.abc import Mapping
from typing import Any

_SAID: Mapping[str, str] = {
    "LOWEST_COST_WITHOUT_CAP": "lowest cost without a cap",
    "LOWEST_COST_WITH_BID_CAP": "lowest cost up to a bid cap",
    "LOWEST_COST_WITH_MIN_ROAS": "lowest cost above a least ROAS",
    "COST_CAP": "cost cap",
    "OUTCOME_AWARENESS": "awareness",
    "OUTCOME_TRAFFIC": "traffic",
    "OUTCOME_ENGAGEMENT": "engagement",
    "OUTCOME_LEADS": "leads",
    "OUTCOME_APP_PROMOTION": "app promotion",
    "OUTCOME_SALES": "sales",
    "OFFSITE_CONVERSIONS": "conversions off Meta",
    "APP_INSTALLS_AND_OFFSITE_CONVERSIONS": "app installs and conversions off Meta",
    "offsite_conversion": "conversions off Meta (all)",
    "VALUE": "value of conversions",
    "THRUPLAY": "ThruPlays",
    "IMPRESSIONS": "impressions",
    "PURCHASE": "purchase",
    "LEAD": "lead",
    "OPT_IN": "on",
    "OPT_OUT": "off",
    "DEGREES_OF_FREEDOM": "Meta, in any way",
    "AUTOMATIC_FORMAT": "chosen by Meta",
}
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
_FIELDS: Mapping[str, str] = {
    "pixel_id": "pixel",
    "fb_pixel": "pixel",
    "page_id": "page",
    "application_id": "app",
    "custom_event_type": "event",
    "object_store_url": "app store",
    "date_preset": "period",
    "action.type": "results",
}
_DEEPEST = 20
"""What is nested deeper in a call is not shown."""
_PERIOD = re.compile(r"last_([0-9]+)d")
_CONSTANTS = frozenset(
    """
    objective bid_strategy optimization_goal billing_event custom_event_type destination_type enroll_status type
    call_to_action call_to_action_type call_to_action_types ad_formats optimization_type special_ad_categories
    regional_regulated_categories action.type
    """.split()
)
_LOWER = frozenset(
    "date_preset publisher_platform platform_position device_platform impression_device".split()
)
"""Whose values Meta writes in small letters: periods, and where somebody saw an ad."""


def value(name: str, text: str) -> str:
    """A value of a field as people say it: "lowest cost without a cap"; names, texts and ids stay as they are."""
    if name in _LOWER:
        return constant(text).replace("_", " ")
    return constant(text) if name in _CONSTANTS else text


def constant(text: str) -> str:
    """One of Meta's constants in words; what is none stays as it is."""
    if found := _PERIOD.fullmatch(text):
        return f"last {found[1]} days"
    return _SAID.get(text) or (text.lower().replace("_", " ") if _CONSTANT.fullmatch(text) else text)


def field(name: str) -> str:
    """The name of a field in words: "daily budget", "pixel"."""
    return _FIELDS.get(name) or name.replace("_", " ")


def in_words(call: str, arguments: object) -> str:
    """A call for people: "tool set_status: ids 23848000000001, 23848000000002; status PAUSED"."""
    said = _pairs(arguments) if isinstance(arguments, Mapping) else _inside("", arguments)
    return f"{call}: {said}" if said else call


def _pairs(arguments: Mapping[Any, object], depth: int = 0) -> str:
    given = {str(key): part for key, part in arguments.items() if part not in (None, "", [], {})}
    return "; ".join(f"{field(key)} {_inside(key, part, depth)}" for key, part in given.items())


def _inside(name: str, part: object, depth: int = 0) -> str:
    if isinstance(part, Mapping | list | tuple) and depth == _DEEPEST:
        return "…"
    if isinstance(part, Mapping):
        return f"({_pairs(part, depth + 1)})"
    if isinstance(part, list | tuple):
        return ", ".join(_inside(name, item, depth + 1) for item in part)
    return ("yes" if part else "no") if isinstance(part, bool) else value(name, str(part))
