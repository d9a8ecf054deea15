"""Every edge as data: what may be read from each kind of node, and what may be written to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges import (
    account_updates,
    audience_users,
    budget_moves,
    conversions,
    copies,
    creates,
    custom_audiences,
    edge_reads,
    images,
    jobs,
    labels,
    previews,
    rules,
    unmodelled,
    updates,
)
from sandbox.edges.edge_reads import listing
from sandbox.insights import async_reports, insights_edge
from sandbox.insights.insights_rows import LEVELS
from sandbox.objects import (
    access,
    activities,
    ads_archive,
    estimates,
    oauth,
    posts,
    schema,
    search,
    videos,
    webhooks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.objects.context import Context, Edge

ROOTS: dict[str, Callable[[Context, Mapping[str, str]], dict[str, Any]]] = {
    "ads_archive": ads_archive.search,
    "debug_token": oauth.debug_token,
    "search": search.search,
}
"""What is read without a node."""

READS: dict[tuple[str, str], Edge] = {
    **unmodelled.READS,
    ("app", "subscriptions"): webhooks.subscriptions,
    **{(kind, "subscribed_apps"): webhooks.apps for kind in ("account", "page")},
    ("user", "assigned_ad_accounts"): listing("account", "assigned_ad_accounts"),
    ("user", "assigned_pages"): listing("page", "assigned_pages"),
    ("business", "system_users"): listing("user", "system_users"),
    ("business", "owned_apps"): listing("app", "owned_apps"),
    **{
        (kind, name): listing("instagram", name)
        for kind, name in (
            ("account", "connected_instagram_accounts"),
            ("business", "instagram_accounts"),
            ("business", "instagram_business_accounts"),
            ("business", "owned_instagram_accounts"),
        )
    },
    ("account", "customaudiences"): listing("audience", "customaudiences"),
    ("account", "broadtargetingcategories"): search.broad,
    ("audience", "sessions"): audience_users.sessions,
    ("adset", "activities"): activities.of_adset,
    ("user", "adaccounts"): listing("account", "adaccounts"),
    ("user", "accounts"): listing("page", "accounts"),
    ("user", "permissions"): access.permissions,
    ("user", "businesses"): listing("business", "businesses"),
    ("business", "owned_ad_accounts"): listing("account", "owned_ad_accounts"),
    ("business", "owned_pages"): listing("page", "owned_pages"),
    ("business", "adspixels"): listing("pixel", "adspixels"),
    ("business", "owned_pixels"): listing("pixel", "owned_pixels"),
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

READABLE: dict[tuple[str, str], Edge] = {**unmodelled.REFUSED, **READS}
"""The same, and what is refused as Meta refuses it."""

WRITES: dict[tuple[str, str, str], Edge] = {
    **unmodelled.WRITES,
    ("POST", "app", "subscriptions"): webhooks.subscribe,
    ("DELETE", "app", "subscriptions"): webhooks.unsubscribe,
    **{("POST", kind, "subscribed_apps"): webhooks.hear for kind in ("account", "page")},
    **{("DELETE", kind, "subscribed_apps"): webhooks.stop_hearing for kind in ("account", "page")},
    ("POST", "user", "access_tokens"): oauth.system_token,
    ("POST", "user", "applications"): oauth.install,
    ("POST", "business", "system_user_access_tokens"): oauth.system_token,
    ("POST", "account", "customaudiences"): custom_audiences.create,
    ("POST", "audience", "users"): audience_users.changing("add"),
    ("DELETE", "audience", "users"): audience_users.changing("remove"),
    ("POST", "audience", "usersreplace"): audience_users.changing("replace"),
    ("POST", "pixel", "events"): conversions.events,
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

WITHOUT_ADS = frozenset(
    {"access_tokens", "applications", "subscribed_apps", "subscriptions", "system_user_access_tokens"}
)
"""Edges that are written to without `ads_management`; they ask for something else."""

UPDATES: dict[str, Edge] = {
    **dict.fromkeys(schema.READERS, updates.update),
    "account": account_updates.update,
    "audience": custom_audiences.update,
    "campaign": budget_moves.campaign,
    "label": labels.update,
    "rule": rules.update,
    "video": videos.update,
}
DELETES: dict[str, Edge] = {
    **dict.fromkeys(schema.READERS, updates.delete),
    "audience": custom_audiences.delete,
    "label": labels.delete,
    "rule": rules.delete,
    "video": videos.delete,
}
"""What a node of each kind answers to POST and DELETE."""
