"""What an ad set is after, and under which names it is counted."""

import pytest

from sandbox.request import enums
from tools.analysis.conversion_events import Aim, action_types, aim_of, event_of, main_event, result_fields


@pytest.mark.parametrize(
    ("stated", "goal", "promoted", "aim"),
    [
        ("lead", "OFFSITE_CONVERSIONS", {"custom_event_type": "PURCHASE"}, ("lead", "stack.md")),
        (None, "OFFSITE_CONVERSIONS", {"custom_event_type": "PURCHASE"}, ("purchase", "ad set")),
        (None, "OFFSITE_CONVERSIONS", {"custom_event_type": "CONTENT_VIEW"}, ("view_content", "ad set")),
        (
            None,
            "OFFSITE_CONVERSIONS",
            {"custom_event_type": "INITIATED_CHECKOUT"},
            ("initiate_checkout", "ad set"),
        ),
        (
            None,
            "OFFSITE_CONVERSIONS",
            {"custom_conversion_id": "77", "custom_event_type": "OTHER"},
            ("offsite_conversion.custom.77", "ad set"),
        ),
        (
            None,
            "OFFSITE_CONVERSIONS",
            {"custom_event_type": "OTHER", "custom_event_str": "QuizDone"},
            ("offsite_conversion.fb_pixel_custom.QuizDone", "ad set"),
        ),
        (
            None,
            "OFFSITE_CONVERSIONS",
            {"pixel_id": "1", "custom_event_type": "OTHER"},
            ("offsite_conversion.fb_pixel_custom", "ad set"),
        ),
        (
            None,
            "OFFSITE_CONVERSIONS",
            {"pixel_id": "1", "custom_event_type": "OTHER", "pixel_rule": "{}"},
            ("offsite_conversion.custom", "ad set"),
        ),
        (None, "LEAD_GENERATION", {"page_id": "1"}, ("lead", "ad set")),
        (None, "OFFSITE_CONVERSIONS", None, ("purchase", "assumed")),
        (None, None, {}, ("purchase", "assumed")),
    ],
)
def test_the_owner_goes_before_the_ad_set(stated, goal, promoted, aim):
    """stack.md decides, else the promoted object, else the goal, else purchases are assumed, and it is said which."""
    assert aim_of(stated, goal, promoted) == aim


def test_custom_events_keep_their_case_and_fall_back_on_their_sum():
    """A custom event is looked for by its own name first, then among all custom events."""
    kinds = action_types("offsite_conversion.fb_pixel_custom.QuizDone")
    assert kinds[0] == "offsite_conversion.fb_pixel_custom.QuizDone"
    assert kinds[-1] == "offsite_conversion.fb_pixel_custom"


def test_instant_form_leads_count_where_nothing_more_complete_is_shown():
    """`lead` holds form leads already, so those count alone only without it."""
    assert action_types("lead").index("lead") < action_types("lead").index("onsite_conversion.lead_grouped")


@pytest.mark.parametrize(
    ("event", "there", "counted"),
    [
        ("submit_application", ["submit_application_total", "submit_application_website"], 1),
        ("SubmitApplication", ["submit_application_website", "submit_application_offline"], 2),
        ("START_TRIAL", ["start_trial_mobile_app"], 1),
        ("purchase", ["omni_purchase", "purchase", "offline_conversion.purchase"], 1),
        ("purchase", ["offsite_conversion.fb_pixel_purchase", "app_custom_event.fb_mobile_purchase"], 2),
        ("lead", ["leadgen_grouped", "onsite_conversion.lead_grouped"], 1),
        ("lead", ["offsite_conversion.fb_pixel_lead", "leadgen_grouped"], 2),
        ("call", ["click_to_call_call_confirm", "click_to_call_native_call_placed"], 1),
        ("app_install", ["omni_app_install", "mobile_app_install"], 1),
        ("thruplay", ["video_view"], 1),
        ("offsite_conversion.fb_pixel_donate", ["donate_website", "donate_total"], 1),
        ("offsite_conversion.fb_pixel_custom.A", ["offsite_conversion.fb_pixel_custom"], 1),
        (
            "offsite_conversion.fb_pixel_custom.A",
            ["offsite_conversion.fb_pixel_custom", "offsite_conversion.fb_pixel_custom.B"],
            0,
        ),
        ("page_like", ["like"], 1),
        ("link_click", ["post_engagement"], 0),
    ],
)
def test_totals_count_alone_and_channels_together(event, there, counted):
    """A total holds its channels; without one the channels are added, each under one of its names."""
    assert len(event_of(event).found(there)) == counted


@pytest.mark.parametrize("kind", enums.EVENTS)
def test_every_event_of_a_promoted_object_is_known(kind):
    """Whatever an ad set can optimise for is looked for under names of its own, in a field that is asked for."""
    aim = aim_of(None, "OFFSITE_CONVERSIONS", {"custom_event_type": kind, "custom_event_str": "Own"})
    assert aim.source == "ad set"
    assert event_of(aim.event).names
    assert set(event_of(aim.event).fields) <= set(result_fields())


def test_several_channels_and_apps_have_their_event():
    """An ad set for website and app, or for an app's own event, is after what its parts say."""
    both = {"omnichannel_object": {"app": [{"custom_event_type": "PURCHASE"}], "pixel": [{}]}}
    own = {"application_id": "1", "custom_event_type": "OTHER", "custom_event_str": "won"}
    assert aim_of(None, "OFFSITE_CONVERSIONS", both) == ("purchase", "ad set")
    assert "app_custom_event.won" in action_types(aim_of(None, "VALUE", own).event)
    assert result_fields(["thruplay"])[-1] == "video_thruplay_watched_actions"


def test_most_ads_decide_and_guesses_do_not_outvote_them():
    """What is only assumed of ads that buy clicks counts for nothing where others say what they are after."""
    aims = [Aim("purchase", "assumed")] * 5 + [Aim("lead", "ad set")]
    assert main_event(aims) == "lead"
    assert main_event(aims[:5]) == "purchase"
