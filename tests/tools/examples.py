"""A good call of every tool; a call of a read tool works on the demo account as it stands here."""

from typing import Any

EXAMPLES: list[tuple[str, dict[str, Any]]] = [
    ("review_performance", {"scope": "Summer", "date_preset": "last_14d"}),
    ("get_insights", {"level": "ad", "ids": ["1"], "breakdowns": ["age"], "time_increment": 7, "limit": 5}),
    ("get_insights", {"since": "2026-11-01", "until": "2026-11-02", "time_increment": "monthly"}),
    ("list_ads", {"campaign_id": "1", "effective_status": ["ACTIVE"], "name": "tent"}),
    ("inspect", {"id": "1"}),
    ("list_accounts", {}),
    ("daily_check", {}),
    ("history", {"limit": 3, "outcomes": True}),
    ("set_status", {"ids": ["1", "2"], "status": "PAUSED", "reason": "asked"}),
    ("set_budget", {"id": "1", "daily_budget": "50.00 USD"}),
    ("upload_image", {"paths": ["a.png"]}),
    (
        "create_creative",
        {"name": "n", "image_hashes": ["h"], "bodies": ["b"], "titles": ["t"], "descriptions": ["d"]}
        | {"call_to_action": "SHOP_NOW", "link": "https://a.example", "page_id": "1"},
    ),
    ("create_ad", {"name": "n", "creative_id": "1", "adset_id": "2"}),
    ("undo", {"change_set_id": "cs-1"}),
    ("stop", {"hours": 2, "reach": "own"}),
    ("decline", {"change_set_id": "cs-1", "reason": "not today"}),
    ("more_tools", {}),
    ("create_campaign", {"name": "n", "objective": "sales", "special_ad_categories": ["HOUSING"]}),
    (
        "create_ad_set",
        {"name": "n", "campaign_id": "1", "targeting": {"cities": ["Munich"], "advantage_audience": True}},
    ),
    ("refresh_ad", {"ad_ids": ["1"], "bodies": ["b"]}),
    ("duplicate_ad", {"ad_id": "1", "adset_ids": ["2"]}),
    ("upload_video", {"paths": ["a.mp4"]}),
    ("create_carousel", {"name": "n", "bodies": ["b"], "cards": [{"image_hash": "h"}, {"image_hash": "h"}]}),
    ("create_video_creative", {"name": "n", "video_id": "1", "thumbnail_hash": "h", "bodies": ["b"]}),
    ("create_post_creative", {"name": "n", "post_id": "1_2"}),
    ("launch_ads", {"file": "ads.json"}),
    ("edit_targeting", {"adset_ids": ["1"], "countries": ["AT"], "placements": ["instagram story"]}),
    ("edit_limits", {"id": "1", "end_time": "2026-12-31", "bid_amount": "5 USD"}),
    ("label", {"ids": ["1"], "add": ["Q4"]}),
    ("list_rules", {}),
    ("make_rule", {"spend_over": "50 USD", "no_results": True, "campaign_ids": ["1"]}),
    ("remove_rules", {"ids": ["1"]}),
    ("rename", {"ids": ["1", "2"], "name": "Q4 {name}"}),
    ("remove", {"ids": ["1"], "how": "archive"}),
    ("draw_chart", {"date_preset": "last_7d"}),
]
