"""Meta's own words are said in everyday ones, and no two of them alike."""

import json

import pytest

from tools.create import goals
from tools.domain import creative_fields
from tools.domain.settings import meta_words

CONSTANTS = {
    *goals.GOALS,
    *(goal for some in goals.GOALS.values() for goal in some),
    *goals.STRATEGIES,
    *goals.CATEGORIES,
    *goals.EVENTS,
    *goals.DESTINATIONS,
    *creative_fields.COMMON,
    "offsite_conversion",
}


def test_no_two_constants_read_alike() -> None:
    """What is approved is told exactly: from the words it is known which of Meta's it is."""
    said = {meta_words.constant(one) for one in CONSTANTS}
    assert len(said) == len(CONSTANTS)
    assert not [text for text in said if "_" in text]


def test_only_constants_are_put_into_words() -> None:
    """Names, texts and ids of people stay as they are, whatever they look like."""
    assert meta_words.value("name", "SHOP_NOW") == "SHOP_NOW"
    assert meta_words.value("message", "last_30d") == "last_30d"
    assert meta_words.value("bid_strategy", "of_my_own") == "of_my_own"
    assert meta_words.value("date_preset", "last_30d") == "last 30 days"
    assert meta_words.value("platform_position", "facebook_reels") == "facebook reels"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"ids": ["1", "2"], "daily_budget": "+10 USD"}, "tool x: ids 1, 2; daily budget +10 USD"),
        ({"spec": {"on": True, "off": False, "none": None}}, "tool x: spec (on yes; off no)"),
        ({"ids": [], "name": ""}, "tool x"),
        ("no object", "tool x: no object"),
        (json.loads("[" * 500 + "]" * 500), "tool x: …"),
        (json.loads('{"a":' * 500 + "1" + "}" * 500), f"tool x: {'a (' * 20}a …{')' * 20}"),
        (
            {"date_preset": "this_month", "level": "ad", "bid_strategy": "COST_CAP", "reason": ""},
            "tool x: period this month; level ad; bid strategy cost cap",
        ),
    ],
)
def test_a_call_is_said_in_words(arguments: object, said: str) -> None:
    """What is given, without braces; what nobody can mean to be read is left out."""
    assert meta_words.in_words("tool x", arguments) == said
