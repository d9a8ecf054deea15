"""The writable fields of each kind and how their values are read (docs/graph-api.md §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.request import enums, params
from sandbox.request.refusals import invalid, not_one_of, required
from sandbox.world.node import SETTABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Args = Mapping[str, str]
    Reader = Callable[[Args, str], Any]

LONGEST_NAME = 400
LONGEST_PARTY = 512


def short(longest: int) -> Reader:
    """Make the reader of a text with a greatest length."""

    def read(args: Args, name: str) -> str:
        value = params.text(args, name)
        if len(value) > longest:
            raise invalid(f"Param {name} must be at most {longest} characters long", blame=name)
        return value

    return read


def _enum(allowed: Collection[str]) -> Reader:
    return lambda args, name: params.choice(args, name, allowed)


def _minor(args: Args, name: str) -> str:
    """Read an amount in minor units; over the wire it is a string (§6)."""
    amount = params.whole(args, name) or 0
    if amount < 0:
        raise invalid(f"Param {name} must not be negative", blame=name)
    return str(amount)


def _categories(args: Args, name: str) -> list[str]:
    raw = args[name].strip()
    wanted = [str(word) for word in params.array(args, name) or []] if raw.startswith("[") else [raw]
    if set(wanted) - set(enums.SPECIAL_CATEGORIES):
        raise not_one_of(name, enums.SPECIAL_CATEGORIES)
    return [word for word in wanted if word != "NONE"]


def labels(args: Args, name: str) -> list[dict[str, str]]:
    """Read labels, each given by id or by name."""
    rows = params.array(args, name) or []
    for row in rows:
        if not isinstance(row, dict) or not (row.get("name") or row.get("id")):
            raise invalid(f"Param {name} must hold objects with a name or an id", blame=name)
    return [{key: str(row[key]) for key in ("id", "name") if row.get(key)} for row in rows]


def _creative(args: Args, name: str) -> dict[str, Any]:
    """Read an object; `null` is none."""
    if (value := params.mapping(args, name)) is None:
        raise required(name)
    return value


def _domain(args: Args, name: str) -> str:
    value = params.text(args, name)
    if "/" in value or "." not in value:
        raise invalid(f"Param {name} must be a domain such as example.com", blame=name)
    return value


def _fields(read: Reader, names: str) -> dict[str, Reader]:
    return dict.fromkeys(names.split(), read)


_ANY: dict[str, Reader] = {"name": short(LONGEST_NAME), "status": _enum(SETTABLE), "adlabels": labels}
_MONEY: dict[str, Reader] = {
    **_fields(_minor, "daily_budget lifetime_budget"),
    "bid_strategy": _enum(enums.BID_STRATEGIES),
    "promoted_object": params.mapping,
    "pacing_type": params.array,
    "start_time": params.moment,
}
CREATIVE_OBJECTS = """
    object_story_spec asset_feed_spec degrees_of_freedom_spec destination_spec contextual_multi_ads
    interactive_components_spec ad_disclaimer_spec regional_regulation_disclaimer_spec branded_content
    facebook_branded_content instagram_branded_content creative_sourcing_spec media_sourcing_spec
    omnichannel_link_spec platform_customizations portrait_customizations recommender_settings
    template_url_spec product_suggestion_settings generative_asset_spec marketing_message_structured_spec
    wamo_whatsapp_identity_spec
"""
CREATIVE_TEXTS = """
    object_story_id object_id source_instagram_media_id instagram_permalink_url instagram_user_id url_tags
    applink_treatment authorization_category product_set_id branded_content_sponsor_page_id bundle_folder_id
    categorization_criteria category_media_source destination_set_id dynamic_ad_voice place_page_set_id
    playable_asset_id template_url existing_post_title page_welcome_message
"""
READERS: dict[str, dict[str, Reader]] = {
    "campaign": _ANY
    | _MONEY
    | {
        "objective": _enum(enums.OBJECTIVES),
        "buying_type": _enum(("AUCTION", "RESERVED")),
        "special_ad_categories": _categories,
        "special_ad_category_country": params.array,
        "is_adset_budget_sharing_enabled": params.flag,
        "spend_cap": _minor,
        "stop_time": params.moment,
        "smart_promotion_type": params.text,
        "is_skadnetwork_attribution": params.flag,
    },
    "adset": _ANY
    | _MONEY
    | {
        **_fields(params.text, "campaign_id"),
        **_fields(short(LONGEST_PARTY), "dsa_beneficiary dsa_payor"),
        **_fields(params.mapping, "targeting bid_constraints"),
        **_fields(_minor, "daily_min_spend_target daily_spend_cap"),
        **_fields(_minor, "lifetime_min_spend_target lifetime_spend_cap"),
        "optimization_goal": _enum(enums.GOALS),
        "billing_event": _enum(enums.BILLING_EVENTS),
        "attribution_spec": params.array,
        "bid_amount": params.whole,
        "end_time": params.moment,
        "destination_type": _enum(enums.DESTINATIONS),
        "is_dynamic_creative": params.flag,
        "is_incremental_attribution_enabled": params.flag,
        "regional_regulated_categories": params.array,
        "regional_regulation_identities": params.mapping,
    },
    "ad": _ANY
    | {
        "adset_id": params.text,
        "creative": _creative,
        "tracking_specs": params.parsed,
        "conversion_domain": _domain,
        **_fields(params.moment, "ad_schedule_start_time ad_schedule_end_time"),
    },
    "creative": {
        "name": short(LONGEST_NAME),
        "status": _enum(("ACTIVE", "PAUSED", "DELETED")),
        "adlabels": labels,
        **_fields(params.mapping, CREATIVE_OBJECTS),
        "format_transformation_spec": params.array,
        **_fields(params.text, CREATIVE_TEXTS),
        **_fields(params.flag, "enable_launch_instant_app use_page_actor_override"),
    },
}
FIXED = {
    "campaign": {"objective", "buying_type", "smart_promotion_type"},
    "adset": {"campaign_id", "is_dynamic_creative"},
    "ad": {"adset_id"},
    "creative": READERS["creative"].keys() - {"name", "status", "adlabels"},
}
"""What can be set at creation only (§8.4 for creatives)."""
READ_ONLY = {
    "creative": frozenset(
        """
        id auto_update call_to_action_type collaborative_ads_lsb_image_bank_id effective_authorization_category
        effective_instagram_media_id effective_object_story_id enable_direct_install link_deep_link_url
        link_destination_display_url messenger_sponsored_message object_store_url
        photo_album_source_object_story_id thumbnail_id
        """.split()
    )
}
"""What Meta shows and its SDK never sends; sent all the same it is refused (§8.4, unconfirmed)."""
REQUIRED = {
    "campaign": ("name", "objective", "special_ad_categories"),
    "adset": ("name", "campaign_id", "billing_event", "optimization_goal", "targeting"),
    "ad": ("name", "adset_id", "creative"),
    "creative": (),
}
"""What a creation must name."""


def given(kind: str, args: Args) -> dict[str, Any]:
    """Read every field of the kind that was sent; like Meta, overlook parameters it does not know."""
    return {name: read(args, name) for name, read in READERS[kind].items() if name in args}


def complete(kind: str, args: Args) -> dict[str, Any]:
    """Read the fields of a new object; refuse one that lacks what it must have."""
    for name in REQUIRED[kind]:
        params.text(args, name)
    return given(kind, args)
