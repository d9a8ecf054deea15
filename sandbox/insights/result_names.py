"""Under which names Meta reports what an ad set optimises for, and in which field (docs/graph-api.md §7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sandbox.world.node import Node
    from sandbox.world.state import World

PURCHASE_NAMES = ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")
"""One purchase is reported under all of these names; adding them up would count it three times."""
_RENAMED = {"content_view": "view_content", "initiated_checkout": "initiate_checkout"}
_ONLY_CONVERSIONS = frozenset(
    "contact customize_product donate find_location schedule start_trial submit_application subscribe".split()
)
"""Standard events that stand in `conversions` alone."""
_CUSTOM = "offsite_conversion.fb_pixel_custom"


class Names(NamedTuple):
    """The action types of one event in `actions`, and those in `conversions`."""

    actions: tuple[str, ...]
    conversions: tuple[str, ...] = ()


PURCHASE = Names(PURCHASE_NAMES)


def of_ad(world: World, ad: Node) -> Names:
    """Name what an ad's results are reported as: what its ad set promotes, else purchases."""
    promoted: dict[str, Any] = world.nodes[ad.data["adset_id"]].data.get("promoted_object") or {}
    if conversion := promoted.get("custom_conversion_id"):
        name = f"offsite_conversion.custom.{conversion}"
        return Names((name,), (name,))
    kind = str(promoted.get("custom_event_type") or "PURCHASE").lower()
    if kind == "other":
        own = promoted.get("custom_event_str")
        return Names((_CUSTOM,), (f"{_CUSTOM}.{own}",) if own else ())
    name = _RENAMED.get(kind, kind)
    if name in _ONLY_CONVERSIONS:
        return Names((), (f"{name}_total", f"{name}_website"))
    # Every sale has carts of its own.
    return (
        PURCHASE
        if name in {"purchase", "add_to_cart"}
        else Names((name, f"offsite_conversion.fb_pixel_{name}"))
    )
