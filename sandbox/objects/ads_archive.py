"""The Ad Library: what the demo accounts show, for those whom Meta lets look (docs/graph-api.md §9.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.objects import tokens
from sandbox.objects.audiences import PEOPLE
from sandbox.request import params
from sandbox.request.paging import cut
from sandbox.request.refusals import GraphError, invalid, not_one_of, required
from sandbox.world import status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Args = Mapping[str, str]

AD_TYPES = (
    "ALL", "EMPLOYMENT_ADS", "FINANCIAL_PRODUCTS_AND_SERVICES_ADS", "HOUSING_ADS", "POLITICAL_AND_ISSUE_ADS",
)  # fmt: skip
FIELDS = tuple(
    """
    id ad_creation_time ad_creative_bodies ad_creative_link_captions ad_creative_link_descriptions
    ad_creative_link_titles ad_delivery_start_time ad_delivery_stop_time ad_snapshot_url age_country_gender_reach_breakdown
    beneficiary_payers br_total_reach bylines currency delivery_by_region demographic_distribution
    estimated_audience_size eu_total_reach impressions languages page_id page_name publisher_platforms spend
    target_ages target_gender target_locations total_reach_by_location
    """.split()
)
_CONFIRMED = {"sandbox-token", tokens.USER_TOKEN, "sandbox-readonly"}
MOST = 500


def search(ctx: Context, args: Args) -> dict[str, Any]:
    """Answer `GET /ads_archive`."""
    given = tokens.grant(ctx.token)
    if given is None or given.root not in _CONFIRMED:
        raise _not_confirmed()
    countries = set(params.names(args, "ad_reached_countries"))
    if not countries:
        raise required("ad_reached_countries")
    if countries - PEOPLE.keys() - {"ALL"}:
        raise not_one_of("ad_reached_countries", ("ALL", *PEOPLE))
    if not args.get("search_terms") and not args.get("search_page_ids"):
        raise invalid("One of search_terms and search_page_ids is required", blame="search_terms")
    asked = params.names(args, "fields") or ["id", "ad_snapshot_url"]
    for name in asked:
        if name not in FIELDS:
            raise invalid(f"Tried accessing nonexisting field ({name}) on node type (ArchivedAd)")
    rows = [(place, row) for place, row in enumerate(_rows(ctx.world, args, countries))]
    page = cut(rows, args, most=MOST, address=f"{ctx.base}/ads_archive", token=ctx.token)
    shown = [{name: row[name] for name in dict.fromkeys([*asked, "id"]) if name in row} for row in page.items]
    return {"data": shown, **({"paging": page.paging} if shown else {})}


def _not_confirmed() -> GraphError:
    return GraphError(
        code=10,
        subcode=2332002,
        message="Application does not have permission for this action",
        title="Authorization and login needed",
        user_message="To access the API, you'll need to follow the steps at facebook.com/ads/library/api.",
    )


def _rows(world: World, args: Args, countries: set[str]) -> Iterator[dict[str, Any]]:
    kind = params.choice(args, "ad_type", AD_TYPES, default="ALL")
    active = params.choice(args, "ad_active_status", ("ACTIVE", "ALL", "INACTIVE"), default="ACTIVE")
    words, pages = args.get("search_terms", "").casefold().split(), params.names(args, "search_page_ids")
    for ad in world.of("ad") if kind == "ALL" else []:
        runs = status.effective(world, ad) == "ACTIVE"
        if active != "ALL" and runs != (active == "ACTIVE"):
            continue
        places = (world.nodes[ad.data["adset_id"]].data["targeting"].get("geo_locations") or {}).get(
            "countries", []
        )
        row = _row(world, ad, runs=runs)
        text = " ".join(row["ad_creative_bodies"] + row["ad_creative_link_titles"]).casefold()
        reached = "ALL" in countries or countries & set(places)
        if reached and all(word in text for word in words) and (not pages or row["page_id"] in pages):
            yield row


def _row(world: World, ad: Node, *, runs: bool) -> dict[str, Any]:
    story = world.nodes[ad.data["creative_id"]].data.get("object_story_spec") or {}
    shown = story.get("link_data") or story.get("video_data") or story.get("photo_data") or {}
    page = world.nodes.get(str(story.get("page_id"))) or world.of("page")[0]
    row: dict[str, Any] = {
        "id": str(700_000_000_000_000 + ad.serial),
        "ad_creation_time": str(ad.data["created_time"])[:10],
        "ad_delivery_start_time": str(ad.data["created_time"])[:10],
        "ad_creative_bodies": [str(shown["message"])] if shown.get("message") else [],
        "ad_creative_link_titles": [str(shown["name"])] if shown.get("name") else [],
        "ad_snapshot_url": f"https://www.facebook.example/ads/archive/render_ad/?id={700_000_000_000_000 + ad.serial}",
        "languages": ["en"],
        "page_id": page.id,
        "page_name": page.data["name"],
        "publisher_platforms": ["facebook", "instagram"],
    }
    return row if runs else row | {"ad_delivery_stop_time": str(ad.data["updated_time"])[:10]}
