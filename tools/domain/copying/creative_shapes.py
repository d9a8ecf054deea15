"""What Meta shows of a creative, and what becomes of it in a new one (docs/graph-api.md §8.4).

Nothing that is shown gets lost in silence: a field is copied, goes under another name, is left out with a word,
or makes the whole creative one that cannot be copied.
"""

from collections.abc import Mapping

from tools.domain.change_kind import Shown

SOURCES: Mapping[str, str] = {
    "object_story_spec": "the story of a page: a link, a video, a carousel, a photo, a text, a catalogue",
    "asset_feed_spec": "parts that Meta combines, beside the story",
    "object_story_id": "a post of the page; its texts belong to the page",
    "source_instagram_media_id": "a post of the Instagram account, with `object_id` for its page",
}
COPIED: Mapping[str, Shown] = {
    "url_tags": Shown("added to links"),
    "applink_treatment": Shown("opens the app"),
    "authorization_category": Shown("about politics"),
    "ad_disclaimer_spec": Shown("disclaimer"),
    "regional_regulation_disclaimer_spec": Shown("regional disclaimer"),
    "branded_content": Shown("partnership"),
    "branded_content_sponsor_page_id": Shown("partner's page"),
    "facebook_branded_content": Shown("partnership on Facebook"),
    "instagram_branded_content": Shown("partnership on Instagram"),
    "bundle_folder_id": Shown("bundle"),
    "categorization_criteria": Shown("sorted by"),
    "category_media_source": Shown("pictures of categories"),
    "contextual_multi_ads": Shown("beside other advertisers", {"enroll_status": "beside other advertisers"}),
    "creative_sourcing_spec": Shown("taken from"),
    "media_sourcing_spec": Shown("media taken from"),
    "destination_set_id": Shown("destination set"),
    "destination_spec": Shown("leads to"),
    "dynamic_ad_voice": Shown("speaks for"),
    "enable_launch_instant_app": Shown("opens an instant app"),
    "format_transformation_spec": Shown("other formats"),
    "interactive_components_spec": Shown("interactive parts"),
    "omnichannel_link_spec": Shown("web and app links"),
    "page_welcome_message": Shown("first message"),
    "place_page_set_id": Shown("set of shops"),
    "platform_customizations": Shown("by platform"),
    "playable_asset_id": Shown("playable"),
    "portrait_customizations": Shown("upright"),
    "product_set_id": Shown("product set"),
    "recommender_settings": Shown("recommends"),
    "template_url": Shown("link of each product"),
    "template_url_spec": Shown("links of each product"),
    "use_page_actor_override": Shown("speaks as the page"),
}
"""Sent as they are read, where they say anything."""
NEWEST: Mapping[str, Shown] = {
    "existing_post_title": Shown("title of the post"),
    "generative_asset_spec": Shown("made by Meta"),
    "marketing_message_structured_spec": Shown("marketing message"),
    "product_suggestion_settings": Shown("suggested products"),
    "wamo_whatsapp_identity_spec": Shown("WhatsApp account"),
}
"""Likewise; versions before v26.0 do not know them."""
RENAMED: Mapping[str, str] = {"instagram_actor_id": "instagram_user_id"}
"""Wherever they stand in a story."""
LEFT_OUT: Mapping[str, str] = {
    "enable_direct_install": "direct installation (Meta takes it no more)",
    "collaborative_ads_lsb_image_bank_id": "the image bank of a collaborative ad (Meta sets it)",
}
REFUSED: Mapping[str, str] = {
    "messenger_sponsored_message": "is a sponsored message",
    "photo_album_source_object_story_id": "shows a photo album",
}
IDENTITY = (
    *("id", "name", "status", "account_id", "effective_object_story_id", "instagram_user_id", "object_id"),
)
ONE_OF = (
    ("image_hash", "picture"),
    ("image_hash", "image_url"),
    ("image_hash", "url"),
    ("hash", "url"),
    ("thumbnail_hash", "thumbnail_url"),
)
"""Meta shows both and takes one: the first is kept, the second is its address."""
READ_ONLY = frozenset({"id", "status", "object_type"})
"""In a story, its parts and the rows of a feed; so is all that begins with `effective_`."""
READ_ONLY_SETTINGS = frozenset({"eligibility", "has_create_ads_access"})
"""In what is copied beside the story. Access tokens of partners are not copied, either, wherever they stand."""
PRIVATE = "access_token"
LABELS: Mapping[str, tuple[str, ...]] = {
    "image_label": ("images",),
    "video_label": ("videos",),
    "body_label": ("bodies",),
    "title_label": ("titles",),
    "description_label": ("descriptions",),
    "link_url_label": ("link_urls",),
    "caption_label": ("captions",),
    "carousel_label": ("carousels",),
    "call_to_action_label": ("call_to_actions",),
    "call_to_action_type_label": ("call_to_actions", "call_to_action_types"),
}
"""What a rule or group names, and the assets of which one must carry that label (2446173)."""

WHOLE_FIELDS = (*IDENTITY, *SOURCES, "degrees_of_freedom_spec", *COPIED, *LEFT_OUT, *REFUSED)
