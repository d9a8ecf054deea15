"""Insights rows as typed rows: one conversion is counted once, and bad fields are named."""

from datetime import date
from decimal import Decimal

import pytest

from tests.tools.analysis.builders import a_day
from tools.analysis.rows import AdDay, Totals, parse_row, totals

ROW = {
    "ad_id": "1",
    "date_start": "2026-06-20",
    "date_stop": "2026-06-20",
    "spend": "125.43",
    "impressions": "12543",
    "clicks": "400",
    "inline_link_clicks": "342",
    "actions": [
        {"action_type": "link_click", "value": "342"},
        {"action_type": "omni_purchase", "value": "7", "1d_view": "2", "7d_click": "5"},
        {"action_type": "purchase", "value": "7"},
        {"action_type": "offsite_conversion.fb_pixel_purchase", "value": "6"},
    ],
    "action_values": [
        {"action_type": "purchase", "value": "480.50"},
        {"action_type": "offsite_conversion.fb_pixel_purchase", "value": "400.10"},
    ],
}


def actions(**types):
    return [{"action_type": kind.replace("__", "."), "value": value} for kind, value in types.items()]


def test_a_row_becomes_exact_numbers():
    """Strings become exact numbers, link clicks go before clicks, and a conversion under three names is one."""
    assert parse_row(ROW, "purchase") == AdDay(
        "1", date(2026, 6, 20), Decimal("125.43"), 12543, 342, Decimal(7), Decimal("480.50")
    )


@pytest.mark.parametrize(
    ("event", "types", "counted"),
    [
        ("purchase", {"purchase": "3", "offsite_conversion__fb_pixel_purchase": "3"}, 3),
        ("PURCHASE", {"offsite_conversion__fb_pixel_purchase": "2"}, 2),
        ("purchase", {"omni_purchase": "0", "purchase": "5"}, 0),
        (
            "lead",
            {"onsite_conversion__lead_grouped": "4", "lead": "6", "offsite_conversion__fb_pixel_lead": "2"},
            6,
        ),
        ("add_to_cart", {"add_to_cart": "8", "omni_add_to_cart": "9"}, 9),
        ("initiate_checkout", {"initiate_checkout": "4", "omni_initiated_checkout": "5"}, 5),
        ("app_install", {"mobile_app_install": "3", "app_install": "3"}, 3),
        ("offsite_conversion.custom.77", {"offsite_conversion__custom__77": "2", "purchase": "9"}, 2),
        ("purchase", {"purchase_later": "9", "link_click": "1"}, 0),
    ],
)
def test_one_conversion_is_counted_once(event, types, counted):
    """The most complete name that is present counts alone; a name with a dot is taken literally."""
    assert parse_row(ROW | {"actions": actions(**types)}, event).results == counted


def test_parts_of_a_broken_down_action_add_up():
    """An action type split by an action breakdown is the sum of its parts."""
    parts = [{"action_type": "purchase", "action_device": d, "value": "2"} for d in ("ipad", "iphone")]
    assert parse_row(ROW | {"actions": parts}, "purchase").results == 4


def test_what_meta_leaves_out_is_zero():
    """Absent action lists and clicks mean there were none."""
    bare = {key: ROW[key] for key in ("ad_id", "date_start", "date_stop", "spend", "impressions")}
    day = parse_row(bare, "purchase")
    assert (day.clicks, day.results, day.value) == (0, 0, 0)
    assert parse_row(bare | {"clicks": "5"}, "purchase").clicks == 5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ad_id", 7),
        ("ad_id", ""),
        ("date_start", "yesterday"),
        ("date_stop", "2026-06-27"),
        ("spend", None),
        ("spend", "NaN"),
        ("spend", "-1.00"),
        ("spend", "1,000.00"),
        ("spend", 12.5),
        ("impressions", "12.5"),
        ("impressions", True),
        ("inline_link_clicks", "many"),
        ("actions", "7"),
        ("actions", ["purchase"]),
        ("actions", [{"action_type": "purchase"}]),
        ("action_values", [{"action_type": "purchase", "value": "1e9"}]),
    ],
)
def test_a_malformed_field_is_named(field, value):
    """What is not on the wire as Meta writes it raises, and the message says which field it was."""
    with pytest.raises(ValueError, match=field):
        parse_row(ROW | {field: value}, "purchase")


def test_an_empty_event_is_refused():
    """Counting nothing in particular is not counting."""
    with pytest.raises(ValueError, match="event"):
        parse_row(ROW, " ")


def test_totals_and_their_ratios():
    """Sums are exact, ratios are None over nothing, and CTR is a percentage."""
    seen = totals([a_day(spend="10.10", results=2, value="60.60"), a_day(ago=5, spend="10.10", results=1)])
    assert seen == Totals(Decimal("20.20"), 2000, 20, Decimal(3), Decimal("60.60"))
    assert (seen.ctr, seen.cpc, seen.roas) == (1, Decimal("1.01"), 3)
    assert seen.cpa == Decimal("20.20") / 3
    assert (Totals().ctr, Totals().cpc, Totals().cpa, Totals().roas) == (None, None, None, None)
