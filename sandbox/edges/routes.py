"""Every edge as data: what may be read from each kind of node, and what may be written to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges import (
    account_updates,
    budget_moves,
    conversions,
    copies,
    creates,
    edge_reads,
    images,
    jobs,
    labels,
    previews,
    rules,
    updates,
)
from sandbox.edges.edge_reads import listing
from sandbox.insights import async_reports, insights_edge
from sandbox.insights.insights_rows import LEVELS
from sandbox.objects import access, activities, estimates, posts, schema, search, videos

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.objects.context import Context, Edge

ROOTS: dict[str, Callable[[Context, Mapping[str, str]], dict[str, Any]]] = {
    "debug_token": access.debug_token,
    "search": search.search,
}
"""What is read without a node."""

READS: dict[tuple[str, str], Edge] = {
    ("user", "adaccounts"): listing("account", "adaccounts"),
    ("user", "accounts"): listing("page", "accounts"),
    ("user", "permissions"): access.permissions,
    ("user", "businesses"): listing("business", "businesses"),
    ("business", "owned_ad_accounts"): listing("account", "owned_ad_accounts"),
    ("business", "owned_pages"): listing("page", "owned_pages"),
    ("business", "adspixels"): listing("pixel", "adspixels"),
    ("business", "owned_pixels"): listing("pixel", "owned_pixels"),
    ("business", "client_pages"): edge_reads.nothing,
    ("business", "owned_product_catalogs"): edge_reads.nothing,
    ("account", "campaigns"): listing("campaign", "campaigns"),
    ("account", "adsets"): listing("adset", "adsets"),
    ("account", "ads"): listing("ad", "ads"),
    ("account", "adcreatives"): listing("creative", "adcreatives"),
    ("account", "adimages"): images.read,
    ("account", "advideos"): listing("video", "advideos"),
    ("account", "adlabels"): listing("label", "adlabels"),
    ("account", "adspixels"): listing("pixel", "adspixels"),
    ("account", "customconversions"): listing("conversion", "customconversions"),
    ("account", "instagram_accounts"): listing("instagram", "instagram_accounts"),
    ("account", "promote_pages"): listing("page", "promote_pages"),
    ("account", "activities"): activities.read,
    ("account", "minimum_budgets"): estimates.minimum_budgets,
    ("account", "delivery_estimate"): estimates.delivery,
    ("account", "reachestimate"): estimates.reach,
    ("account", "ads_volume"): estimates.volume,
    ("account", "recommendations"): estimates.recommendations,
    ("account", "generatepreviews"): previews.generate,
    ("account", "targetingsearch"): search.of_account,
    ("account", "targetingbrowse"): search.browse,
    ("account", "targetingsuggestions"): search.suggestions,
    ("account", "targetingvalidation"): search.validation,
    ("account", "adrules_library"): listing("rule", "adrules_library"),
    ("account", "adrules_history"): rules.history_of(whole_account=True),
    ("account", "asyncadrequestsets"): listing("jobset", "asyncadrequestsets"),
    ("jobset", "requests"): listing("job", "requests", through="set_id"),
    ("account", "impacting_ad_studies"): edge_reads.nothing,
    ("account", "customaudiences"): edge_reads.nothing,
    ("account", "saved_audiences"): edge_reads.nothing,
    ("campaign", "adsets"): listing("adset", "adsets", through="campaign_id"),
    ("campaign", "ads"): listing("ad", "ads", through="campaign_id"),
    ("adset", "ads"): listing("ad", "ads", through="adset_id"),
    ("adset", "adcreatives"): edge_reads.creatives_of,
    ("adset", "delivery_estimate"): estimates.delivery,
    ("ad", "adcreatives"): edge_reads.creatives_of,
    ("ad", "previews"): previews.of_node,
    ("creative", "previews"): previews.of_node,
    ("creative", "ads"): listing("ad", "ads", through="creative_id"),
    ("video", "thumbnails"): videos.thumbnails,
    ("rule", "history"): rules.history_of(whole_account=False),
    ("instagram", "media"): listing("media", "media", through="instagram_id"),
    **{
        ("page", name): listing("post", name, through="page_id")
        for name in ("feed", "posts", "published_posts")
    },
    ("page", "instagram_accounts"): listing("instagram", "instagram_accounts"),
    **{("account", f"{name}bylabels"): labels.labelled(kind) for kind, name in labels.KINDS.items()},
    **{("label", name): labels.carriers(kind) for kind, name in labels.KINDS.items()},
    **{(kind, "copies"): copies.read for kind in ("campaign", "adset", "ad")},
    **{(kind, "adrules_governed"): rules.governing for kind in ("campaign", "adset", "ad")},
    **{(kind, "insights"): insights_edge.read for kind in LEVELS},
    ("report", "insights"): async_reports.read,
}
"""What each edge answers to GET, by the kind it starts from."""

WRITES: dict[tuple[str, str, str], Edge] = {
    **{("POST", "account", name): creates.creating(name) for name in creates.CREATES},
    ("POST", "account", "adimages"): images.upload,
    ("DELETE", "account", "adimages"): images.delete,
    ("POST", "account", "advideos"): videos.upload,
    ("POST", "account", "adlabels"): labels.create,
    ("POST", "account", jobs.EDGE): jobs.create,
    ("POST", "account", "customconversions"): conversions.create,
    ("POST", "account", "adrules_library"): rules.create,
    ("POST", "account", "recommendations"): estimates.apply_recommendation,
    ("POST", "rule", "preview"): rules.preview,
    ("POST", "rule", "execute"): rules.execute,
    ("POST", "page", "feed"): posts.create,
    **{("POST", kind, "insights"): async_reports.start for kind in LEVELS},
    **{("POST", kind, "copies"): copies.create for kind in ("campaign", "adset", "ad")},
    **{("POST", kind, labels.FIELD): labels.add for kind in labels.KINDS},
    **{("DELETE", kind, labels.FIELD): labels.remove for kind in labels.KINDS},
}
"""What each edge answers to POST and DELETE."""

UPDATES: dict[str, Edge] = {
    **dict.fromkeys(schema.READERS, updates.update),
    "account": account_updates.update,
    "campaign": budget_moves.campaign,
    "label": labels.update,
    "rule": rules.update,
    "video": videos.update,
}
DELETES: dict[str, Edge] = {
    **dict.fromkeys(schema.READERS, updates.delete),
    "label": labels.delete,
    "rule": rules.delete,
    "video": videos.delete,
}
"""What a node of each kind answers to POST and DELETE."""
