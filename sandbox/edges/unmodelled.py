"""Edges that Meta has and that lead to nothing here: empty lists, and refusals in Meta's own form (§9.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges import edge_reads
from sandbox.request.refusals import GraphError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context, Edge
    from sandbox.world.node import Node

EMPTY: dict[str, str] = {
    "account": """
        ad_place_page_sets ad_saved_keywords ad_studies adcloudplayables adplayables ads_reporting_mmm_reports
        ads_reporting_mmm_schedulers advertisable_applications affectedadsets agencies applications async_requests
        asyncadcreatives audience_funnel businessprojects connected_instagram_accounts_with_iabp conversion_goals
        deprecatedtargetingadsets impacting_ad_studies lead_gen_forms matched_search_applications mcmeconversions
        onbehalf_requests product_audiences publisher_block_lists saved_audiences tracking value_rule_set video_ads
    """,
    "campaign": "ad_studies budget_schedules",
    "adset": "ad_studies asyncadrequests budget_schedules",
    "ad": "leads",
    "creative": "creative_insights",
    "audience": "adaccounts ads salts shared_account_info",
    "pixel": "adaccounts agencies da_checks offline_event_uploads shared_accounts shared_agencies",
    "page": """
        ads_posts agencies albums canvases conversations events leadgen_forms live_videos locations product_catalogs
        ratings scheduled_posts tagged video_reels videos visitor_posts
    """,
    "business": """
        ad_studies agencies business_asset_groups business_users client_ad_accounts client_apps
        client_instagram_assets client_pages client_pixels client_product_catalogs clients event_source_groups
        extendedcredits managed_businesses owned_businesses owned_product_catalogs owned_whatsapp_business_accounts
        pending_client_ad_accounts pending_client_pages pending_owned_ad_accounts pending_owned_pages pending_users
    """,
    "user": "ad_studies assigned_business_asset_groups assigned_product_catalogs business_users",
    "instagram": "stories tags",
}
"""Lists that are there and empty, as for a business that never made use of them."""
CLOSED: dict[str, str] = {
    "account": """
        account_controls ad_place_page_sets ad_place_page_sets_async ad_studies adplayables adspixels agencies
        assigned_users asyncadcreatives asyncadrequestsets
        block_list_drafts brand_safety_content_filter_levels customaudiencestos message_campaign messages
        product_audiences publisher_block_lists tracking usersofanyaudience value_rule_set
        value_rule_set_translation video_ads
    """,
    "campaign": "budget_schedules",
    "adset": "budget_schedules",
    "audience": "adaccounts salts",
    "pixel": "agencies ahp_configs assigned_users shared_accounts",
    "page": "leadgen_forms live_videos messages photos videos video_reels",
    "business": """
        adaccount adspixels agencies business_users claim_custom_conversions client_apps client_pages
        clients event_source_groups managed_businesses owned_ad_accounts owned_apps owned_businesses owned_pages
        owned_product_catalogs system_users
    """,
}
"""What can be written to, but not by this app."""
UNREAD: dict[str, str] = {
    "account": "account_controls assigned_users customaudiencestos dsa_recommendations ios_fourteen_campaign_limits "
    "max_bid message_delivery_estimate targetingsentencelines users",
    "adset": "message_delivery_estimate targetingsentencelines",
    "ad": "targetingsentencelines",
    "audience": "health",
    "page": "insights settings",
    "pixel": "assigned_users openbridge_configurations stats",
    "app": "accounts agencies permissions roles",
}
"""What can be read, but not by this app."""


def _refused(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    del ctx, node, args
    raise GraphError(code=3, message="(#3) Application does not have the capability to make this API call.")


RESERVING = "CAN_USE_REACH_AND_FREQUENCY"


def _reservations(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /act_X/reachfrequencypredictions`: there are none, where there could be any."""
    _check_reserving(node)
    return edge_reads.nothing(ctx, node, args)


def _reserve(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    _check_reserving(node)
    return _refused(ctx, node, args)


def _check_reserving(node: Node) -> None:
    """Refuse reach and frequency in an account that may not use it."""
    if RESERVING in node.data.get("capabilities", ()):
        return
    text = "(#200) The ad account is not enabled for reach and frequency"
    raise GraphError(code=200, http_status=403, message=text)


def _edges(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(kind, name) for kind, names in table.items() for name in names.split()]


READS: dict[tuple[str, str], Edge] = dict.fromkeys(_edges(EMPTY), edge_reads.nothing)
"""Lists that are empty."""
REFUSED: dict[tuple[str, str], Edge] = {
    **dict.fromkeys(_edges(UNREAD), _refused),
    ("account", "reachfrequencypredictions"): _reservations,
}
"""What is refused when it is read."""
WRITES: dict[tuple[str, str, str], Edge] = {
    **{(method, *edge): _refused for edge in _edges(CLOSED) for method in ("POST", "DELETE")},
    ("POST", "account", "reachfrequencypredictions"): _reserve,
}
"""What is refused when it is written to."""
