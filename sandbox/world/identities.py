"""Posts, media and conversions of the demo account, as (id, kind, data)."""

from __future__ import annotations

from typing import Any


def rows(
    page: str, instagram: str, pixel: str, account_id: str, since: str
) -> list[tuple[str, str, dict[str, Any]]]:
    """Give what a creative may promote besides a link of its own, and a custom conversion."""
    posts = [
        ("1001", "Our tents are repaired for life. Here is how it works.", True),
        ("1002", "Ten hikes under ten miles, all with a lake at the end.", True),
        ("1003", "A draft nobody has seen yet.", False),
    ]
    media = [
        ("17895695668004550", "Sunrise at the lake", "IMAGE"),
        ("17895695668004551", "Tent in 60 s", "VIDEO"),
    ]
    conversion = {
        "account_id": account_id, "name": "Newsletter signup", "custom_event_type": "LEAD", "pixel": {"id": pixel},
        "rule": '{"url":{"i_contains":"newsletter/thanks"}}', "creation_time": since, "is_archived": False,
        "event_source_id": pixel,
    }  # fmt: skip
    return [
        *(
            (f"{page}_{number}", "post", {
                "page_id": page, "message": message, "is_published": published, "created_time": since,
                "updated_time": since, "permalink_url": f"https://www.facebook.example/{page}/posts/{number}",
            })
            for number, message, published in posts
        ),
        *(
            (number, "media", {
                "instagram_id": instagram, "caption": caption, "media_type": kind, "timestamp": since,
                "permalink": f"https://www.instagram.example/p/{number}/",
            })
            for number, caption, kind in media
        ),
        ("620000000000001", "conversion", conversion),
        ("330000000000001", "business", {"name": "Northwind Trading"}),
    ]  # fmt: skip
