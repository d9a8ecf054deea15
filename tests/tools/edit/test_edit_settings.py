"""Targeting, times, caps and bids: only what is named changes, and what can raise spend is told from what cannot."""

import json
from typing import Any

import pytest

from tests.tools.edit.test_rename_remove import shown
from tests.tools.support import BROAD, NOW, PROSPECTING, SPRING, SUMMER, TENT, Desk
from tools.domain.changes import Effect, raises_spend
from tools.domain.settings import field_states
from tools.domain.settings.field_states import passed


def test_a_targeting_is_shown_as_its_difference(reading: Desk) -> None:
    """Each part before and after, in words; what stays in one line; the request holds the whole, as Meta wants it."""
    change = reading.one(
        "edit_targeting",
        adset_ids=[PROSPECTING],
        countries=["Austria", "DE"],
        age_min=30,
        placements=["instagram story"],
    )
    text = shown(change)
    for line in (
        "places: CA, US → AT, DE (Austria [AT], Germany [DE])",
        "people from age: 18 → 30",
        "placements on: all that Meta has → instagram",
        "placements in Instagram: all → story",
        "stays: people to age 65; Advantage+ audience off",
        "review: Meta reviews its ads again",
    ):
        assert line in text
    spec = change.request.params["targeting"]
    assert isinstance(spec, dict)
    assert (spec["age_max"], spec["geo_locations"]) == (65, {"countries": ["AT", "DE"]})
    assert raises_spend(change)
    assert len(change.below) == 2 * len(reading.graph(f"{PROSPECTING}/ads", limit=100)["data"])


def test_what_is_targeted_so_already_needs_no_change(reading: Desk) -> None:
    """The same places in another order are the same; a wish without a part, or for an ad, is refused."""
    proposal = reading.propose("edit_targeting", adset_ids=[PROSPECTING], countries=["CA", "US"])
    assert (proposal.changes, proposal.note) == ((), "targeted so already: Summer – Prospecting")
    assert "give what is to be different" in reading.refusal("edit_targeting", adset_ids=[PROSPECTING])
    assert "is no ad set" in reading.refusal("edit_targeting", adset_ids=[TENT], age_min=30)
    assert "above age_max 65" not in reading.refusal(
        "edit_targeting", adset_ids=[PROSPECTING], age_min=40, age_max=30
    )


@pytest.mark.parametrize(
    ("there", "asked", "line", "raising"),
    [
        ({}, {"end_time": "2026-12-31"}, "ends: none → 2026-12-31 23:59 UTC-05:00", False),
        (
            {"end_time": "2026-12-01T00:00:00Z"},
            {"end_time": "2026-12-31"},
            "2026-12-31 23:59 UTC-05:00",
            True,
        ),
        (
            {"end_time": "2026-12-31T00:00:00Z"},
            {"end_time": "2026-12-10"},
            "2026-12-10 23:59 UTC-05:00",
            False,
        ),
        ({"end_time": "2026-12-31T00:00:00Z"}, {"end_time": "none"}, "→ 0 (no end)", True),
        ({}, {"bid_strategy": "COST_CAP", "bid_amount": "12 USD"}, "bid: none → 12.00 USD", True),
        (
            {"bid_strategy": "COST_CAP", "bid_amount": "900"},
            {"bid_amount": "12 USD"},
            "9.00 USD → 12.00 USD",
            True,
        ),
        (
            {"bid_strategy": "COST_CAP", "bid_amount": "900"},
            {"bid_amount": "5 USD"},
            "9.00 USD → 5.00 USD",
            False,
        ),
    ],
)
def test_limits_of_an_ad_set(
    desk: Desk, there: dict[str, str], asked: dict[str, Any], line: str, raising: bool
) -> None:
    """Before and after; a later end, none at all, and a higher bid can raise spend, the other way cannot."""
    if there:
        desk.elsewhere(PROSPECTING, **there)
    change = desk.one("edit_limits", id=PROSPECTING, **asked)
    assert line in shown(change)
    assert raises_spend(change) is raising


@pytest.mark.parametrize(
    ("there", "asked", "line", "raising"),
    [
        ({}, "5000 USD", "spend cap: none → 5,000.00 USD", False),
        ({"spend_cap": "600000"}, "7000 USD", "6,000.00 USD → 7,000.00 USD", True),
        ({"spend_cap": "600000"}, "5000 USD", "6,000.00 USD → 5,000.00 USD", False),
        ({"spend_cap": "600000"}, "none", "6,000.00 USD → none", True),
    ],
)
def test_a_spend_cap(desk: Desk, there: dict[str, str], asked: str, line: str, raising: bool) -> None:
    """A first or a lower cap cannot raise spend; a higher one, or none, can."""
    if there:
        desk.elsewhere(SUMMER, **there)
    change = desk.one("edit_limits", id=SUMMER, spend_cap=asked)
    assert line in shown(change)
    assert raises_spend(change) is raising


def test_a_later_end_of_what_has_ended_is_a_start(desk: Desk) -> None:
    """It spends its budget again, and is judged as an activation; the end it had cannot be set back."""
    desk.elsewhere(PROSPECTING, end_time="2026-11-30T00:00:00Z")
    later = NOW.replace(month=12)
    desk.context.now = lambda: later
    change = desk.one("edit_limits", id=PROSPECTING, end_time="2026-12-31")
    assert change.effect is Effect.START_SPEND
    assert change.spend.daily_minor == 36000
    assert passed(change.before, later) == "end_time"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"id": PROSPECTING, "bid_amount": "5 USD"}, "takes no bid; give bid_strategy COST_CAP"),
        ({"id": PROSPECTING, "bid_strategy": "COST_CAP"}, "COST_CAP needs bid_amount"),
        (
            {"id": BROAD, "bid_strategy": "COST_CAP", "bid_amount": "5 USD"},
            "The campaign decides the bid strategy",
        ),
        ({"id": PROSPECTING, "spend_cap": "500 USD"}, "A spend cap belongs to the campaign"),
        ({"id": SUMMER, "bid_amount": "5 USD"}, "Bids are set on ad sets"),
        ({"id": SUMMER, "start_time": "2026-12-01"}, "A campaign begins when its ad sets do"),
        ({"id": PROSPECTING, "start_time": "2026-12-01"}, "began already"),
        ({"id": PROSPECTING, "end_time": "2026-01-01"}, "lies in the past"),
        ({"id": SPRING, "spend_cap": "500 EUR"}, "The account is in USD"),
        ({"id": TENT, "end_time": "2026-12-31"}, "is an ad"),
        ({"id": PROSPECTING}, "give what is to be different"),
    ],
)
def test_what_cannot_be_set_is_refused(reading: Desk, asked: dict[str, Any], said: str) -> None:
    """With what to do instead."""
    assert said in reading.refusal("edit_limits", **asked)


SPEC = {"age_min": 25, "age_max": 65, "geo_locations": {"countries": ["US", "CA"]}}
OTHER_PARTS = {
    "brand_safety_content_filter_levels": ["FACEBOOK_STANDARD"],
    "excluded_publisher_list_ids": ["778899"],
    "excluded_publisher_categories": ["dating"],
    "excluded_brand_safety_content_types": ["NEWS"],
    "product_audience_specs": [{"product_set_id": "1"}],
    "excluded_product_audience_specs": [{"product_set_id": "1"}],
    "connections": [{"id": "1"}],
    "excluded_connections": [{"id": "1"}],
    "friends_of_connections": [{"id": "1"}],
    "life_events": [{"id": "1"}],
    "industries": [{"id": "1"}],
    "education_statuses": [3],
    "relationship_statuses": [1],
    "wireless_carrier": ["WIFI"],
    "excluded_user_device": ["iPhone"],
    "app_install_state": "installed",
    "targeting_relaxation_types": {"lookalike": 1},
    "user_age_unknown": True,
    "is_whatsapp_destination_ad": True,
    "targeting_automation": {"advantage_audience": 0, "individual_setting": {"age": 1}},
    "geo_locations": {"countries": ["US", "CA"], "location_types": ["recent"]},
    "excluded_geo_locations": {"location_types": ["home"], "countries": ["MX"]},
    "what_meta_adds_next_year": {"a": [{"b": 1}]},
}


@pytest.mark.parametrize("part", OTHER_PARTS)
def test_a_targeting_is_compared_whole(part: str) -> None:
    """A part that no list here knows makes it another targeting, and is said."""
    one, other = ({"targeting": json.dumps(spec)} for spec in (SPEC, SPEC | {part: OTHER_PARTS[part]}))
    for now, then in ((one, other), (other, one)):
        assert not field_states.alike(now, then)
        assert not field_states.unmoved(now, then)
    told = field_states.said(
        "targeting", field_states.parted("targeting", one["targeting"], other["targeting"]), "USD"
    )
    assert told.startswith(part.replace("_", " "))


def test_what_meta_adds_by_itself_is_no_other_targeting() -> None:
    """Names beside keys, order and defaults; but two looks before a write tell also a default that is new."""
    city = {"key": "2418779", "name": "Portland", "region": "Oregon", "region_id": "3880", "country": "US"}
    sent = {"age_min": 25, "geo_locations": {"countries": ["CA", "MX"], "cities": [{"key": "2418779"}]}}
    read = {
        "age_min": 25,
        "age_max": 65,
        "age_range": [25, 65],
        "genders": [],
        "geo_locations": {"cities": [city], "countries": ["MX", "CA"], "location_types": ["home", "recent"]},
        "targeting_automation": {"advantage_audience": 0},
        "targeting_relaxation_types": {"lookalike": 0, "custom_audience": 0},
    }
    one, other = ({"targeting": json.dumps(spec)} for spec in (sent, read))
    assert field_states.alike(other, one)
    assert not field_states.unmoved(other, one)
    assert field_states.unmoved(other, other)
