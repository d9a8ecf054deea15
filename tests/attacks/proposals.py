"""What each tool can propose, with every field that it takes; and what goes over the wire for it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx

from agent.models.model import ToolCall
from agent.run.session import Session
from agent.run.toolbox import Toolbox
from tests.agent.support import batch_of
from tests.tools.create.videos import a_video
from tests.tools.support import BROAD, EARLY_BIRD, JACKET, PROSPECTING, SPRING, SUMMER, TENT, a_picture
from tools.domain.changes import ChangeSet
from tools.domain.files import given

Calls = Sequence[tuple[str, dict[str, Any]]]
PAGE, PIXEL, OTHER_INSTAGRAM = "104200000000001", "520000000000001", "17841400000000099"
LONG_TEXT = "Lightweight tents that keep the rain out. " * 52 + "Only today."
NOT_SENT = {
    "set_budget": {"lifetime_budget"},
    "upload_image": {"paths"},
    "upload_video": {"paths"},
    "stop": {"hours", "reach"},
    "edit_limits": {"start_time"},
    "undo": {"change_set_id"},
    "launch_ads": {"file", "validate_remote", "asset_feed_spec_path", "campaign"},
}
"""Fields that say where a value is read or which objects are meant; they are no value that is sent. Nothing of the
demo account has a lifetime budget to change, or is yet to begin."""


def calls(folder: Path) -> list[Calls]:
    """Turns of a model that use every field of every tool that writes, on the demo account."""
    a_picture(folder / "hero.jpg")
    a_picture(folder / "side.jpg", color="olive")
    a_picture(folder / "launch.jpg", color="navy")
    video = str(a_video(folder / "lake.mp4"))
    begins = datetime.now(UTC) + timedelta(days=3)
    starts, ends = (f"{begins + timedelta(days=n):%Y-%m-%d} 08:00" for n in (0, 30))
    copy = {"bodies": [LONG_TEXT], "titles": ["20% off, today"], "descriptions": ["Free returns"]}
    copy |= {"call_to_action": "BOOK_TRAVEL", "link": "https://shop.example/tents?size=4&from=ad"}
    audience = {"cities": ["Munich"], "regions": ["Bavaria"], "countries": ["Austria"]}
    audience |= {"interests": ["Hiking"], "languages": ["German"], "genders": "women"}
    audience |= {"age_min": 23, "age_max": 47, "advantage_audience": True}
    party = {"dsa_beneficiary": "Northwind Outdoor GmbH", "dsa_payor": "Agency Müller & Söhne"}
    us = {"countries": ["United States"]}
    when = {"start_time": starts, "end_time": ends}
    return [
        [
            ("set_status", {"ids": [TENT], "status": "PAUSED", "reason": "asked by Ms Berg"}),
            ("set_status", {"ids": [EARLY_BIRD], "status": "ACTIVE"}),
            ("set_budget", {"id": PROSPECTING, "daily_budget": "1234.50 USD", "reason": "it sells"}),
            ("set_budget", {"ids": [SPRING], "daily_budget": "+12.5 %"}),
        ],
        [
            ("upload_image", {"paths": [str(folder / "hero.jpg"), str(folder / "side.jpg")]}),
            (
                "create_creative",
                {"name": "One picture", "image_hashes": ["new:hero.jpg"], "page_id": PAGE} | copy,
            ),
            (
                "create_creative",
                {"name": "Many parts", "image_hashes": ["new:hero.jpg", "new:side.jpg"], "page_id": PAGE}
                | copy
                | {"bodies": ["Text of one", "Text of two"], "titles": ["Title of one", "Title of two"]},
            ),
            ("create_ad", {"name": "New ad", "creative_id": "new:One picture", "adset_id": BROAD}),
            (
                "create_carousel",
                {"name": "Cards", "bodies": ["Swipe"], "page_id": PAGE, "fixed_order": True}
                | {"link": "https://shop.example/all", "call_to_action": "SHOP_NOW"}
                | {
                    "cards": [
                        {"image_hash": "new:hero.jpg", "title": "Tents", "description": "dry"}
                        | {"link": "https://shop.example/tents"},
                        {"image_hash": "new:side.jpg", "title": "Bags", "description": "warm"}
                        | {"link": "https://shop.example/bags"},
                    ]
                },
            ),
            ("upload_video", {"paths": [video]}),
            (
                "create_video_creative",
                {
                    "name": "Film",
                    "video_id": "new:lake.mp4",
                    "thumbnail_hash": "new:hero.jpg",
                    "page_id": PAGE,
                }
                | copy,
            ),
            ("create_post_creative", {"name": "Post", "post_id": f"{PAGE}_1001", "page_id": PAGE}),
            (
                "duplicate_ad",
                {"ad_id": JACKET, "adset_ids": [PROSPECTING], "name": "Copy", "reason": "a winner"},
            ),
            (
                "refresh_ad",
                {"ad_ids": [JACKET], "image_hashes": ["new:hero.jpg"], "reason": "tired"}
                | copy
                | {"bodies": ["Fresh words"]},
            ),
            ("refresh_ad", {"ad_ids": [TENT], "creative_id": "23849000000012"}),
        ],
        [
            (
                "create_campaign",
                {"name": "Homes", "objective": "sales", "special_ad_categories": ["HOUSING", "CREDIT"]}
                | {
                    "special_ad_category_country": ["US", "CA"],
                    "daily_budget": "1500.00 USD",
                    "reason": "spring",
                }
                | {"bid_strategy": "COST_CAP"}
                | when,
            ),
            (
                "create_campaign",
                {"name": "Lifetime", "objective": "traffic", "lifetime_budget": "9000 USD"} | when,
            ),
            (
                "create_ad_set",
                {"name": "Capped", "campaign_id": SUMMER, "targeting": audience, "daily_budget": "1100 USD"}
                | {"bid_strategy": "LOWEST_COST_WITH_BID_CAP", "bid_amount": "12.75 USD", "reason": "a test"}
                | {
                    "optimization_goal": "OFFSITE_CONVERSIONS",
                    "billing_event": "IMPRESSIONS",
                    "event": "LEAD",
                }
                | {"pixel_id": PIXEL, "destination_type": "WEBSITE", "dynamic_creative": True}
                | {"regional_regulated_categories": ["TAIWAN_UNIVERSAL"]}
                | {"verified_beneficiary": "900100200300", "verified_payer": "900100200301"}
                | party
                | when,
            ),
            (
                "create_ad_set",
                {"name": "Return", "campaign_id": SUMMER, "targeting": us, "lifetime_budget": "2000 USD"}
                | {
                    "bid_strategy": "LOWEST_COST_WITH_MIN_ROAS",
                    "optimization_goal": "VALUE",
                    "min_roas": "2.75",
                }
                | when,
            ),
        ],
        [
            ("create_campaign", {"name": "Fans", "objective": "engagement"}),
            (
                "create_ad_set",
                {"name": "Page fans", "campaign_id": "new:Fans", "targeting": us, "daily_budget": "20 USD"}
                | {"optimization_goal": "PAGE_LIKES", "page_id": PAGE},
            ),
            ("create_campaign", {"name": "App", "objective": "app promotion"}),
            (
                "create_ad_set",
                {"name": "Players", "campaign_id": "new:App", "targeting": us, "daily_budget": "20 USD"}
                | {"optimization_goal": "APP_INSTALLS", "app_id": "7700000001"}
                | {"app_store_url": "https://apps.apple.com/app/id1"},
            ),
        ],
        [
            (
                "create_post_creative",
                {"name": "Gram", "instagram_media_id": "17895695668004551", "page_id": PAGE},
            )
        ],
        [("launch_ads", launch(folder))],
        edits(audience),
    ]


def edits(audience: dict[str, Any]) -> Calls:
    """Every change of what is there, on things that share no field."""
    people = audience | {
        "countries": ["United States"],
        "cities": [],
        "regions": [],
        "placements": ["instagram story"],
    }
    rule = {"days": 14, "campaign_ids": [SUMMER], "reason": "keep doing this"}
    return [
        ("rename", {"ids": [TENT, JACKET], "name": "Q4 {name}", "reason": "a season"}),
        ("label", {"ids": [TENT], "add": ["Q4 – tents"], "remove": ["old"], "reason": "to find it"}),
        ("edit_targeting", {"adset_ids": [PROSPECTING], "clear": ["interests"], "reason": "wider"} | people),
        (
            "edit_limits",
            {"id": PROSPECTING, "end_time": "2098-12-31 08:00", "bid_strategy": "COST_CAP"}
            | {"bid_amount": "12.75 USD", "reason": "costs"},
        ),
        ("edit_limits", {"id": SUMMER, "spend_cap": "912345.50 USD"}),
        (
            "make_rule",
            {"level": "adset", "spend_over": "51.25 USD", "no_results": True, "name": "Idle"} | rule,
        ),
        ("make_rule", {"spend_over": "52.25 USD", "cost_over": "26.25 USD", "event": "lead"} | rule),
        ("duplicate_ad", {"ad_id": JACKET, "change": "headline", "to": "Warm, not heavy"}),
        ("remove", {"ids": [EARLY_BIRD], "how": "archive", "reason": "over"}),
        ("set_webhooks", {"webhooks": "on", "reason": "to hear of rejections"}),
    ]


def launch(folder: Path) -> dict[str, Any]:
    """A launch file's content with another Instagram account, a caption and two opt-ins."""
    return {
        "adset_id": PROSPECTING,
        "page_id": PAGE,
        "instagram_user_id": OTHER_INSTAGRAM,
        "destination_url": "https://shop.example/autumn",
        "display_url": "northwind.example/secret",
        "creative_features": {"image_touchups": "OPT_IN", "text_optimizations": "OPT_IN"},
        "call_to_action": "LEARN_MORE",
        "bodies": ["Autumn is here."],
        "titles": ["Autumn"],
        "descriptions": ["New"],
        "image_path": str(folder / "launch.jpg"),
        "ads": [
            {"name": "Launched"},
            {"name": "Of two", "image_paths": [str(folder / "launch.jpg"), str(folder / "hero.jpg")]},
            {
                "name": "Of a feed",
                "asset_feed_spec": {"bodies": [{"text": "From a feed"}, {"text": "Or this"}]},
            },
        ],
    }


def propose(session: Session, turn: Calls, folder: Path) -> ChangeSet:
    """The one change set of a turn. Fails when a call is refused."""

    def job(toolbox: Toolbox) -> str:
        results = toolbox.run(
            [ToolCall(f"t{n}", name, arguments) for n, (name, arguments) in enumerate(turn)]
        )
        refused = [json.loads(r.content)["error"] for r in results if r.is_error]
        assert not refused, refused
        return ""

    (stored,) = session.play("everything", job, given([folder])).change_sets
    return stored.change_set


def applied(session: Session, change_set: ChangeSet) -> set[str]:
    """Apply it as if a person had approved it; gives the ids and hashes of what it made, in the order of the set."""
    session.journal.approve(change_set, "a test")
    (stored,) = session.apply(change_set).change_sets
    return {outcome.target for outcome in stored.outcomes if outcome.change.creates}


def wire_values(requests: Sequence[httpx.Request]) -> Iterator[tuple[str, Any]]:
    """Every single value of these writes as Meta received it, with the name next to it."""
    for request in requests:
        if items := batch_of(request):
            for item in items:
                yield from _form(item.get("body", ""))
        elif request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            yield from _form(request.content.decode())


def _form(body: str) -> Iterator[tuple[str, Any]]:
    for name, (text, *_) in parse_qs(body).items():
        try:
            value = json.loads(text) if text[:1] in "[{" else text
        except ValueError:
            value = text
        yield from leaves(name, value)


def leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(name, inner)
    else:
        yield name, value
