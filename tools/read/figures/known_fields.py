"""The fields of Meta's insights node by what they are: how each is written, and whether it may be added up.

Names are Meta's (docs/graph-api.md §7.1). Beside them stand the words of Ads Manager for link clicks, and what is
computed here: results by the goal of each ad set, what one cost, what they were worth.
"""

from difflib import get_close_matches
from typing import Literal, NamedTuple

from tools.domain.text import listed

Form = Literal["money", "count", "ratio", "text", "raw"]
How = Literal["sum", "ratio", "weighted", "own"]


class Field(NamedTuple):
    """How a figure is written, and what becomes of it when rows are added up."""

    form: Form
    how: How = "sum"
    """`own` figures are Meta's for a row alone and never added up; `weighted` ones are a mean, weighted by `under`."""
    by_action: bool = False
    over: str = ""
    under: str = ""
    times: int = 1


_LISTS = "actions ad_click_actions ad_impression_actions catalog_segment_actions conversions conversion_leads"
_VIDEO = (
    "video_play_actions video_thruplay_watched_actions video_continuous_2_sec_watched_actions video_6_sec_watched_actions"
    " video_15_sec_watched_actions video_30_sec_watched_actions video_p25_watched_actions video_p50_watched_actions"
    " video_p75_watched_actions video_p95_watched_actions video_p100_watched_actions video_time_watched_actions"
)
_OTHER_LISTS = (
    "outbound_clicks instant_experience_outbound_clicks interactive_component_tap mmp_credited_install"
    " onsite_conversion_messaging_detected_purchase_deduped converted_product_quantity"
    " converted_promoted_product_quantity converted_product_omni_purchase converted_product_website_pixel_purchase"
    " converted_product_app_custom_event_fb_mobile_purchase converted_product_offline_purchase"
    " converted_promoted_product_omni_purchase converted_promoted_product_website_pixel_purchase"
    " converted_promoted_product_app_custom_event_fb_mobile_purchase converted_promoted_product_offline_purchase"
    " total_postbacks_detailed total_postbacks_detailed_v4"
)
_VALUES = (
    "action_values conversion_values catalog_segment_value converted_product_value converted_promoted_product_value"
    " converted_product_omni_purchase_values converted_product_website_pixel_purchase_value"
    " converted_product_app_custom_event_fb_mobile_purchase_value converted_product_offline_purchase_value"
    " converted_promoted_product_omni_purchase_values converted_promoted_product_website_pixel_purchase_value"
    " converted_promoted_product_app_custom_event_fb_mobile_purchase_value"
    " converted_promoted_product_offline_purchase_value"
)
_COUNTS = (
    "impressions clicks inline_link_clicks inline_post_engagement full_view_impressions instagram_profile_visits"
    " instagram_profile_follow instagram_upcoming_event_reminders_set instant_experience_clicks_to_open"
    " instant_experience_clicks_to_start marketing_messages_sent marketing_messages_delivered marketing_messages_read"
    " marketing_messages_link_btn_click marketing_messages_quick_reply_btn_click messages_delivered shop_clicks"
    " shops_assisted_purchases total_card_view total_postbacks product_views"
)
_PEOPLE = (
    "reach full_view_reach unique_clicks unique_inline_link_clicks estimated_ad_recallers"
    " estimated_ad_recallers_lower_bound estimated_ad_recallers_upper_bound"
)
_OWN_COSTS = (
    "cpp cost_per_unique_click cost_per_unique_inline_link_click cost_per_estimated_ad_recallers auction_bid"
    " auction_max_competitor_bid marketing_messages_cost_per_delivered marketing_messages_cost_per_link_btn_click"
    " cost_per_message_delivered cost_per_dda_countby_convs wish_bid"
)
_OWN_RATIOS = (
    "frequency unique_ctr unique_inline_link_click_ctr unique_link_clicks_ctr estimated_ad_recall_rate"
    " estimated_ad_recall_rate_lower_bound estimated_ad_recall_rate_upper_bound canvas_avg_view_percent"
    " canvas_avg_view_time auction_competitiveness landing_page_view_per_link_click purchases_per_link_click"
    " purchase_per_landing_page_view marketing_messages_delivery_rate marketing_messages_read_rate"
    " marketing_messages_link_btn_click_rate qualifying_question_qualify_answer_rate messages_delivered_ctr read_rate"
    " dda_countby_convs landing_page_view_actions_per_link_click landing_page_view_per_purchase_rate"
    " marketing_messages_media_view_rate marketing_messages_phone_call_btn_click_rate"
    " marketing_messages_quick_reply_btn_click_rate playable_average_game_length playable_game_start_rate"
)
_OWN_LISTS: dict[Form, str] = {
    "count": "unique_actions unique_conversions unique_outbound_clicks unique_video_continuous_2_sec_watched_actions"
    " unique_video_view_15_sec",
    "money": "cost_per_unique_action_type cost_per_unique_conversion cost_per_unique_outbound_click"
    " cost_per_one_thousand_ad_impression average_purchases_conversion_value",
    "ratio": "unique_outbound_clicks_ctr conversion_lead_rate video_view_per_impression aggregated_play_time_per_reach",
}
_TEXTS = (
    "account_id account_name account_currency campaign_id campaign_name adset_id adset_name ad_id ad_name objective"
    " optimization_goal buying_type attribution_setting quality_ranking engagement_rate_ranking conversion_rate_ranking"
    " created_time updated_time creative_media_type location labels place_page_name age_targeting gender_targeting"
    " adset_start adset_end product_retailer_id product_group_retailer_id creative_diversity_label"
    " creative_diversity_score opportunity_score_l4 marketing_messages_click_rate_benchmark"
    " marketing_messages_read_rate_benchmark marketing_messages_spend_currency result_values_performance_indicator"
    " anchor_event_attribution_setting anchor_events_performance_indicator multi_event_conversion_attribution_setting"
)
_RAW = (
    "objective_results objective_result_rate cost_per_objective_result result_rate link_clicks_per_results dda_results"
    " msa_seller_budget creative_diversity_data creative_fatigue_summary creative_fatigued_ads video_play_curve_actions"
    " video_play_retention_0_to_15s_actions video_play_retention_20_to_60s_actions video_play_retention_graph_actions"
)
_COSTS_OF = {
    "cost_per_action_type": "actions",
    "cost_per_conversion": "conversions",
    "cost_per_conversion_lead": "conversion_leads",
    "cost_per_outbound_click": "outbound_clicks",
    "cost_per_ad_click": "ad_click_actions",
    "cost_per_thruplay": "video_thruplay_watched_actions",
    "cost_per_2_sec_continuous_video_view": "video_continuous_2_sec_watched_actions",
    "cost_per_6_sec_video_view": "video_6_sec_watched_actions",
    "cost_per_15_sec_video_view": "video_15_sec_watched_actions",
    "cost_per_mmp_credited_install": "mmp_credited_install",
}
_RETURNS = (
    "purchase_roas website_purchase_roas mobile_app_purchase_roas catalog_segment_value_omni_purchase_roas"
    " catalog_segment_value_website_purchase_roas catalog_segment_value_mobile_purchase_roas"
)


def _each(names: str, field: Field) -> dict[str, Field]:
    return dict.fromkeys(names.split(), field)


def _share(over: str, under: str, form: Form = "ratio", times: int = 1) -> Field:
    return Field(form, "ratio", over=over, under=under, times=times)


FIELDS: dict[str, Field] = {
    **_each("spend social_spend marketing_messages_spend", Field("money")),
    **_each(_COUNTS, Field("count")),
    "ctr": _share("clicks", "impressions", times=100),
    "cpc": _share("spend", "clicks", "money"),
    "cpm": _share("spend", "impressions", "money", 1000),
    "inline_link_click_ctr": _share("inline_link_clicks", "impressions", times=100),
    "cost_per_inline_link_click": _share("spend", "inline_link_clicks", "money"),
    "cost_per_inline_post_engagement": _share("spend", "inline_post_engagement", "money"),
    **_each(f"{_LISTS} {_VIDEO} {_OTHER_LISTS}", Field("count", by_action=True)),
    **_each(_VALUES, Field("money", by_action=True)),
    **{name: Field("money", "ratio", True, "spend", under) for name, under in _COSTS_OF.items()},
    **_each(_RETURNS, Field("ratio", "weighted", True, under="spend")),
    **_each("website_ctr outbound_clicks_ctr", Field("ratio", "weighted", True, under="impressions")),
    "video_avg_time_watched_actions": Field("ratio", "weighted", True, under="video_play_actions"),
    **_each(_PEOPLE, Field("count", "own")),
    **_each(_OWN_COSTS, Field("money", "own")),
    **_each(_OWN_RATIOS, Field("ratio", "own")),
    **{name: Field(form, "own", True) for form, names in _OWN_LISTS.items() for name in names.split()},
    **_each(_TEXTS, Field("text", "own")),
    **_each(_RAW, Field("raw", "own")),
}
"""Every field by its name at Meta."""

WORDS = {
    "link_clicks": "inline_link_clicks",
    "link_ctr": "inline_link_click_ctr",
    "cost_per_link_click": "cost_per_inline_link_click",
    "link_cpc": "cost_per_inline_link_click",
    "cpa": "cost_per_result",
    "thruplays": "video_thruplay_watched_actions",
}
"""Words of Ads Manager, with Meta's name for the same figure."""

COUNTED = {
    "results": Field("count"),
    "result_value": Field("money"),
    "cost_per_result": _share("spend", "results", "money"),
    "roas": _share("result_value", "spend"),
    "conversion_rate": _share("results", "inline_link_clicks", times=100),
    "value_per_result": _share("result_value", "results", "money"),
}
"""What is computed here, each conversion counted once; Meta's own `results` say it in a shape that cannot be added up."""

USUAL = tuple(
    "spend impressions clicks ctr cpc link_clicks link_ctr cost_per_link_click results cost_per_result roas".split()
)
FEW = tuple("spend impressions link_clicks link_ctr results cost_per_result roas".split())
"""What is compared unless more is asked for: each figure becomes four."""


WINDOWS = tuple(
    "1d_click 7d_click 28d_click 1d_view 1d_ev dda default incrementality incrementality_all_conversions"
    " incrementality_first_conversion skan_click skan_view".split()
)
"""Attribution windows that Meta answers; `7d_view` and `28d_view` ended on 2026-01-12 (docs/graph-api.md §7.2)."""


class Column(NamedTuple):
    """A figure as it was asked for; `kind` is one action type of a list of actions, `window` an attribution window."""

    name: str
    meta: str
    kind: str = ""
    window: str = ""

    @property
    def field(self) -> Field:
        return FIELDS.get(self.meta) or COUNTED[self.meta]

    @property
    def by_window(self) -> str:
        """The attribution window that it is of, also where a kind of action names it; empty for the usual ones."""
        last = self.kind.rpartition(" ")[2]
        return self.window or (last if last in WINDOWS else "")

    @property
    def single(self) -> bool:
        """Whether it is one figure that can be compared, and no list of them."""
        return self.field.form != "raw" and (not self.field.by_action or bool(self.kind))


def column(text: str) -> Column:
    """The figure a name means: Meta's or Ads Manager's, with `:purchase` for one action type. Raises ValueError."""
    name, _, kind = text.strip().partition(":")
    name = name.strip().lower()
    meta = WORDS.get(name, name)
    if meta in COUNTED and not kind:
        return Column(name, meta)
    windowed = next((n for n in COUNTED if meta.startswith(f"{n}_") and meta[len(n) + 1 :] in WINDOWS), "")
    if windowed:
        return Column(meta, windowed, window=meta[len(windowed) + 1 :])
    if meta not in FIELDS:
        near = get_close_matches(name, [*FIELDS, *WORDS, *COUNTED], n=4, cutoff=0.5)
        more = "; for one kind of action write actions:purchase or cost_per_action_type:purchase"
        raise ValueError(f"no figure is called {text!r}; near it: {listed(near or list(USUAL))}{more}")
    if kind and not FIELDS[meta].by_action:
        raise ValueError(f"{name} is one figure; only lists of actions take a kind, such as actions:{kind}")
    return Column(f"{name}:{kind.strip()}" if kind else name, meta, kind.strip())


def windows_of(asked: list[str]) -> list[str]:
    """Attribution windows as Meta takes them. Raises ValueError."""
    names = list(dict.fromkeys(text.strip().lower() for text in asked))
    for name in names:
        if name not in WINDOWS:
            ended = "; 7d_view and 28d_view ended on 2026-01-12" if name in ("7d_view", "28d_view") else ""
            raise ValueError(
                f"no attribution window is called {name!r}; use {listed(WINDOWS, most=20)}{ended}"
            )
    return names


def needed(columns: list[Column]) -> list[str]:
    """What must be asked of Meta for these; ratios are computed here from their parts."""
    names = dict.fromkeys(["spend", "impressions"])
    for one in columns:
        field = one.field
        own = () if field.how == "ratio" or one.meta in COUNTED else (one.meta,)
        names |= dict.fromkeys(n for n in (*own, field.over, field.under) if n and n not in COUNTED)
    return list(names)
