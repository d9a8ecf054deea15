"""What the demo accounts have besides ads: themselves, a user, a page with posts, a pixel with a conversion."""

from __future__ import annotations

from typing import Any, NamedTuple

from sandbox import APP_ID
from sandbox.world.owners import ACCOUNT_NUMBER, MAIN, Owner

PAGE, INSTAGRAM, PIXEL, USER = "104200000000001", "17841400000000001", "520000000000001", "122100000000001"
MIN_DAILY_BUDGET = 100
_POSTS = (
    ("1001", "Our tents are repaired for life. Here is how it works.", True),
    ("1002", "Ten hikes under ten miles, all with a lake at the end.", True),
    ("1003", "A draft nobody has seen yet.", False),
)
"""The page's posts: number, message, and whether they are published."""
_MEDIA = (
    ("17895695668004550", "Sunrise at the lake", "IMAGE"),
    ("17895695668004551", "Tent in 60 s", "VIDEO"),
)
"""What the Instagram account shows: id, caption and kind."""
_VISITORS = (
    '{"inclusions":{"operator":"or","rules":[{"event_sources":[{"type":"pixel","id":"520000000000001"}],'
    '"retention_seconds":2592000,"filter":{"operator":"and","filters":[]}}]}}'
)
_AUDIENCES: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("Customers", "CUSTOM", 8_400, {"customer_file_source": "USER_PROVIDED_ONLY"}),
    ("Visitors of 30 days", "WEBSITE", 21_000, {"retention_days": 30, "rule": _VISITORS, "pixel_id": PIXEL}),
)
"""The audiences of the main account: name, kind, how many people, and what else there is to say."""


class Row(NamedTuple):
    """A node of the demo accounts, before it has its number."""

    id: str
    kind: str
    data: dict[str, Any]


def account(owner: Owner, since: str) -> Row:
    """Give the node of an account."""
    return Row(f"act_{owner.number}", "account", {
        "account_id": owner.number, "name": owner.name, "account_status": owner.account_status,
        "disable_reason": owner.disable_reason, "currency": owner.currency, "timezone_name": owner.timezone,
        "timezone_id": 7, "min_daily_budget": MIN_DAILY_BUDGET, "spend_cap": "0", "balance": "0",
        "created_time": since, "is_prepay_account": False, "owner": USER,
        "terms_open": owner.terms_open, "capabilities": list(owner.capabilities),
        "user_tasks": ["DRAFT", "ANALYZE", "ADVERTISE", "MANAGE"],
    })  # fmt: skip


def of_main(since: str) -> list[Row]:
    """Give the main account itself, who acts and shows in it, and what a creative may promote besides a link."""
    conversion = {
        "account_id": ACCOUNT_NUMBER, "name": "Newsletter signup", "custom_event_type": "LEAD",
        "pixel": {"id": PIXEL}, "rule": '{"url":{"i_contains":"newsletter/thanks"}}', "creation_time": since,
        "is_archived": False, "event_source_id": PIXEL,
    }  # fmt: skip
    return [
        account(MAIN, since),
        Row(USER, "user", {"name": "Sandbox System User", "role": "ADMIN", "system_user_id": USER}),
        Row(PAGE, "page", {"name": "Northwind Outdoor", "category": "Outdoor & Sporting Goods Company"}),
        Row(INSTAGRAM, "instagram", {"username": "northwind.outdoor"}),
        Row(PIXEL, "pixel", {"name": "Northwind pixel", "creation_time": since, "is_unavailable": False}),
        *(
            Row(f"{PAGE}_{number}", "post", {
                "page_id": PAGE, "message": message, "is_published": published, "created_time": since,
                "updated_time": since, "permalink_url": f"https://www.facebook.example/{PAGE}/posts/{number}",
            })
            for number, message, published in _POSTS
        ),
        *(
            Row(number, "media", {
                "instagram_id": INSTAGRAM, "caption": caption, "media_type": kind, "timestamp": since,
                "permalink": f"https://www.instagram.example/p/{number}/",
            })
            for number, caption, kind in _MEDIA
        ),
        Row("620000000000001", "conversion", conversion),
        Row("330000000000001", "business", {"name": "Northwind Trading"}),
    ]  # fmt: skip


def of_app(since: str, now: int) -> list[Row]:
    """Give the app, and the audiences of the main account: they come last, for what was made before they were there."""
    return [
        Row(APP_ID, "app", {"name": "adsteward sandbox", "link": "https://northwind.example/app", "created_time": since}),
        *(
            Row(f"6040{number:09}", "audience", {
                "account_id": ACCOUNT_NUMBER, "name": name, "subtype": subtype, "people": people,
                "time_created": now, "time_updated": now, "time_content_updated": now, **more,
            })
            for number, (name, subtype, people, more) in enumerate(_AUDIENCES, 1)
        ),
    ]  # fmt: skip
