"""Words for what lies inside of the parameters that have parts: the story of a creative, its parts, targeting, rules."""

from tools.domain.change_kind import Shown
from tools.domain.settings import rule_words

_BUTTON = {"type": "button", "value.link": "button leads to"}
STORY = Shown(
    "content",
    {
        "page_id": "page",
        "instagram_user_id": "Instagram account",
        **{
            f"{data}.{path}": word
            for data in ("link_data", "video_data", "photo_data", "template_data")
            for path, word in {
                "message": "text",
                "title": "title",
                "name": "title",
                "description": "description",
                "link_description": "description",
                "link": "link",
                "caption": "shown address",
                "image_hash": "images",
                "image_url": "picture at",
                "picture": "picture at",
                "video_id": "video",
                **{f"call_to_action.{path}": word for path, word in _BUTTON.items()},
                "child_attachments[].link": "card # link",
                "child_attachments[].name": "card # title",
                "child_attachments[].description": "card # description",
                "child_attachments[].image_hash": "card # picture",
                "child_attachments[].video_id": "card # video",
                "child_attachments[].caption": "card # shown address",
                "child_attachments[].call_to_action.type": "card # button",
                "child_attachments[].call_to_action.value.link": "card # button leads to",
            }.items()
        },
    },
)
FEED = Shown(
    "parts that Meta combines",
    {
        "bodies[].text": "text #",
        "bodies[].adlabels[].name": "text # for",
        "titles[].text": "title #",
        "titles[].adlabels[].name": "title # for",
        "descriptions[].text": "description #",
        "descriptions[].adlabels[].name": "description # for",
        "images[].hash": "images",
        "images[].adlabels[].name": "image # for",
        "videos[].video_id": "video #",
        "videos[].adlabels[].name": "video # for",
        "link_urls[].website_url": "link #",
        "link_urls[].display_url": "shown address #",
        "call_to_action_types[]": "button #",
        "ad_formats[]": "format #",
        **{
            f"asset_customization_rules[].{name}_label.name": f"rule # shows the {word} for"
            for name, word in {
                "image": "image",
                "video": "video",
                "body": "text",
                "title": "title",
                "description": "description",
                "link_url": "link",
                "call_to_action": "button",
            }.items()
        },
        "asset_customization_rules[].customization_spec.*[]": "rule # holds for *",
        "optimization_type": "combined by",
    },
)
_PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "messenger": "Messenger",
    "audience_network": "Audience Network",
    "threads": "Threads",
    "whatsapp": "WhatsApp",
}
PLACED_ON = "placements on"
PLACED_IN = {f"placements in {word}": name for name, word in _PLATFORMS.items()}
"""By the word for its positions, each platform."""
UNSET = {
    PLACED_ON: "all that Meta has",
    "people of gender": "all",
    "interests": "any",
    "languages": "any",
    "devices": "all",
}
"""What it means that a targeting does not name them; for the others it means none."""
TARGETING = Shown(
    "targeting",
    {
        "geo_locations.countries[]": "places",
        "geo_locations.regions[].key": "places",
        "geo_locations.cities[].key": "places",
        "geo_locations.regions[].name": "places",
        "geo_locations.cities[].name": "places",
        "age_min": "people from age",
        "age_max": "people to age",
        "age_range[]": "ages Meta begins with",
        "genders[]": "people of gender",
        "flexible_spec[].*[].id": "interests",
        "flexible_spec[].*[].name": "interests",
        "locales[]": "languages",
        "publisher_platforms[]": PLACED_ON,
        **{f"{name}_positions[]": word for word, name in PLACED_IN.items()},
        "device_platforms[]": "devices",
        "targeting_automation.advantage_audience": "Advantage+ audience",
    },
)
AIM = Shown(
    "aims for",
    {
        "pixel_id": "pixel",
        "custom_event_type": "event",
        "page_id": "page",
        "application_id": "app",
        "object_store_url": "app store",
    },
)
FEATURES = Shown("Advantage+", {"creative_features_spec.*.enroll_status": "Advantage+ *"})
CONDITIONS = Shown(
    "looked at",
    {"filters[]": "condition #", "evaluation_type": "checked"},
    {"filters[]": rule_words.condition},
)
