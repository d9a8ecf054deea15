"""What an ad set is after, and under which names it is counted."""

import pytest

from tools.analysis.conversion_events import action_types, aim_of


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
