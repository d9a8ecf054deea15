"""What must hold of campaigns, ad sets and ads whenever they are made, changed or copied (docs/graph-api.md §3.3, §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges import budget_checks, creatives
from sandbox.objects import targeting_checks
from sandbox.request.enums import EVENTS
from sandbox.request.refusals import invalid, not_one_of, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Data = dict[str, Any]

MOST_OBJECTS = 6000
"""Campaigns, ad sets and ads each that an account may have besides archived ones (§6)."""
MOST_ADS = 50
_NEEDS_EVENT = {"OFFSITE_CONVERSIONS", "VALUE"}
_NEEDS_PAGE = {"LEAD_GENERATION", "QUALITY_LEAD", "PAGE_LIKES", "CONVERSATIONS", "QUALITY_CALL"}
_NEEDS_APP = {"APP_INSTALLS", "APP_INSTALLS_AND_OFFSITE_CONVERSIONS", "IN_APP_VALUE"}
_LEGACY_PROMOTIONS = {"AUTOMATED_SHOPPING_ADS", "SMART_APP_PROMOTION"}
_OWN_BILLING = {"LINK_CLICKS", "THRUPLAY"}
_WINDOWS = {"CLICK_THROUGH": (1, 7, 28), "VIEW_THROUGH": (0, 1), "ENGAGED_VIDEO_VIEW": (0, 1)}


def check_room(world: World, account_id: str, kind: str) -> None:
    """Refuse the object that would be one too many for an account (§6)."""
    living = (n for n in world.of(kind, account_id=account_id) if not n.hidden)
    if sum(1 for _ in living) >= MOST_OBJECTS:
        raise invalid(
            f"An ad account can have at most {MOST_OBJECTS} objects of this kind that are not archived"
        )


def parent(world: World, account: Node, data: Data, kind: str) -> Node:
    """Find the campaign or ad set that an object is to stand under; it must be alive and of the same account."""
    name = f"{kind}_id"
    found = world.get(data[name], kind)
    if found is None or found.data["account_id"] != account.data["account_id"] or _ended(world, found):
        raise invalid(f"{kind.capitalize()} {data[name]} does not exist or is archived", blame=name)
    return found


def _ended(world: World, node: Node) -> bool:
    campaign = world.level(node, "campaign")
    above = [node, campaign] if campaign else [node]
    return any(n.hidden for n in above)


def campaign(ctx: Context, account: Node, before: Mapping[str, Any], after: Data, changed: set[str]) -> None:
    """Check a campaign as it will be; `before` is empty for a new one."""
    if after.get("smart_promotion_type") in _LEGACY_PROMOTIONS and "smart_promotion_type" in changed:
        text = "Legacy Advantage+ campaigns can no longer be created."
        raise invalid(text, blame="smart_promotion_type")
    now = ctx.world.clock()
    budget_checks.check_times(after, changed, now)
    budget_checks.check_campaign(account, before, after, changed, now)


def adset(ctx: Context, account: Node, above: Node, after: Data, changed: set[str]) -> Data:
    """Check an ad set as it will be, and give it with its targeting as Meta stores it."""
    if "targeting" in changed:
        spec = targeting_checks.checked(after["targeting"], ctx.version, ctx.world.today)
        targeting_checks.check_automation(ctx.version, spec, above.data.get("special_ad_categories") or [])
        after = after | {"targeting": spec}
    targeting_checks.check_transparency(after, account.data, changed)
    targeting_checks.check_regions(after, changed)
    now = ctx.world.clock()
    budget_checks.check_times(after, changed, now)
    budget_checks.check_adset(account, above, after, changed, now)
    _check_goal(ctx.world, after, changed)
    for row in after.get("attribution_spec") or () if "attribution_spec" in changed else ():
        if not isinstance(row, dict) or row.get("window_days") not in _WINDOWS.get(
            str(row.get("event_type")), ()
        ):
            raise invalid("attribution_spec holds a window that is not supported", blame="attribution_spec")
    return after


def _check_goal(world: World, after: Data, changed: set[str]) -> None:
    goal, billing = after["optimization_goal"], after["billing_event"]
    if billing != "IMPRESSIONS" and not (billing == goal and goal in _OWN_BILLING):
        raise invalid(f"billing_event {billing} does not fit {goal}", blame="billing_event")
    if not changed & {"optimization_goal", "promoted_object"}:
        return
    promoted = after.get("promoted_object")
    if goal in _NEEDS_EVENT | _NEEDS_PAGE | _NEEDS_APP and not promoted:
        raise required("promoted_object")
    promoted = promoted or {}
    if goal in _NEEDS_EVENT:
        _check_event(world, promoted)
    if goal in _NEEDS_PAGE and world.get(promoted.get("page_id"), "page") is None:
        raise invalid(f"Page {promoted.get('page_id')} does not exist", blame="promoted_object")
    for name in ("application_id", "object_store_url") if goal in _NEEDS_APP else ():
        if not promoted.get(name):
            raise required(f"promoted_object[{name}]")


def _check_event(world: World, promoted: Mapping[str, Any]) -> None:
    if "custom_conversion_id" in promoted:
        if world.get(promoted["custom_conversion_id"], "conversion") is None:
            raise invalid("The custom conversion does not exist", blame="promoted_object")
        return
    if world.get(promoted.get("pixel_id"), "pixel") is None:
        raise invalid(f"Pixel {promoted.get('pixel_id')} does not exist", blame="promoted_object")
    if not promoted.get("custom_event_type"):
        raise required("promoted_object[custom_event_type]")
    if promoted["custom_event_type"] not in EVENTS:
        raise not_one_of("promoted_object[custom_event_type]", EVENTS)


def ad(ctx: Context, above: Node, creative: Node, data: Mapping[str, Any], ad_id: str | None) -> None:
    """Check an ad against its ad set; `ad_id` is that of an ad which is there already."""
    siblings = [n for n in ctx.world.of("ad", adset_id=above.id) if n.id != ad_id and not n.hidden]
    dynamic = bool(above.data.get("is_dynamic_creative"))
    if dynamic and siblings and ad_id is None:
        raise invalid("An ad set with dynamic creative can have one ad only", blame="adset_id")
    if len(siblings) >= MOST_ADS and ad_id is None:
        raise invalid(f"An ad set can have at most {MOST_ADS} ads", blame="adset_id")
    if creatives.is_dynamic(creative.data) and not dynamic:
        text = "A creative with several assets of a kind needs an ad set with is_dynamic_creative."
        raise invalid(text, blame="creative")
    specs = data.get("tracking_specs") or []
    if not isinstance(specs, list) or not all(isinstance(spec, dict) for spec in specs):
        raise invalid("Param tracking_specs must be an array of objects", blame="tracking_specs")
    for spec in specs:
        pixels = spec.get("fb_pixel") or []
        for pixel in pixels if isinstance(pixels, list) else [pixels]:
            if ctx.world.get(pixel, "pixel") is None:
                raise invalid(f"Pixel {pixel} does not exist", blame="tracking_specs")
