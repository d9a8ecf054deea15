"""Rejected ads are told with Meta's reasons, what they say, and what to change, in one request."""

from typing import Any

import pytest

from tests.tools.support import TENT, Desk
from tools.domain.objects import parse
from tools.read.rejections import MISTAKE, texts_of, why

REJECTED = {"effective_status": ["DISAPPROVED"]}


def told(feedback: Any, text: str = "Tents for all", **more: Any) -> dict[str, Any]:
    creative = {"id": "1", "object_story_spec": {"link_data": {"message": text}}}
    row = {"id": "7", "name": "Ad", "status": "ACTIVE", "ad_review_feedback": feedback, "creative": creative}
    return why(parse("ad", row | more))


def test_the_list_of_rejected_ads_tells_why(desk: Desk) -> None:
    """No request more than for the list itself and the account, whatever their number; other lists do not carry it."""
    before = desk.wire.stats.requests
    content = desk.ask("list_ads", **REJECTED)
    assert desk.wire.stats.requests - before == 2
    (row,) = content["why"]
    assert row["reasons"] == [
        "Personal Attributes: Ads must not assert or imply personal attributes, such as fitness."
    ]
    assert row["look_at"] == ["Feeling unfit"]
    assert row["try"].startswith("Speak of the product, not of the reader")
    assert "why" not in desk.ask("list_ads")


def test_what_an_ad_was_rejected_for_just_now_is_told(desk: Desk) -> None:
    """The words that may be meant are pointed at."""
    desk.enact(*desk.propose("refresh_ad", ad_ids=[TENT], bodies=["A miracle cure for cold nights"]).changes)
    later = desk.world.clock() + 3600
    desk.world.clock = lambda: later
    rows = {row["id"]: row for row in desk.ask("list_ads", **REJECTED)["why"]}
    assert rows[TENT]["reasons"] == ["Misleading Claims: Ads must not promise cures."]
    assert rows[TENT]["look_at"] == ["miracle", "cure"]
    assert rows[TENT]["try"].endswith(MISTAKE)


@pytest.mark.parametrize(
    ("feedback", "reasons"),
    [
        ({"global": {"A": "one", "B": "two"}}, ["A: one", "B: two"]),
        ({"placement_specific": {"instagram": {"A": "one"}}}, ["A: one (instagram)"]),
        ({"global": {"A": ["one", "two"]}}, ["A: one", "A: two"]),
        ({"global": "A plain text"}, ["global: A plain text"]),
        ({}, ["Meta gives no reason"]),
        (None, ["Meta gives no reason"]),
        ("odd", [": odd"]),
    ],
)
def test_feedback_of_any_form_is_read(feedback: Any, reasons: list[str]) -> None:
    """Its shape is not documented: nothing of it is lost, and nothing fails."""
    assert told(feedback)["reasons"] == reasons


@pytest.mark.parametrize(
    ("policy", "text", "look_at", "advice"),
    [
        (
            "Personal Attributes",
            "Are you tired? Your weight matters",
            ["Are you", "Your weight"],
            "Speak of the product",
        ),
        ("Personal Health", "Lose weight fast: 10 kg", ["Lose weight fast", "10 kg"], "No before-and-after"),
        (
            "Unrealistic Outcomes",
            "Guaranteed results, risk-free",
            ["Guaranteed", "risk-free"],
            "Promise nothing",
        ),
        ("Unacceptable Business Practices", "Passive income", ["Passive income"], "No quick earnings"),
        ("Grammar and Profanity", "BUY TENTS NOW!!!", ["!!!"], "Write plainly"),
        ("Non-functional Landing Page", "Tents", None, "Check the link on a phone"),
        ("Something new", "Tents", None, "Compare the ad and its page"),
    ],
)
def test_each_policy_has_its_advice(policy: str, text: str, look_at: Any, advice: str) -> None:
    """By the policy's name; a policy nobody knows gets the general one."""
    row = told({"global": {policy: "Meta's words"}}, text)
    assert row.get("look_at") == look_at
    assert row["try"].startswith(advice)


def test_issues_are_told_beside_the_review() -> None:
    """An ad with issues that was not rejected gets no advice on its words."""
    issues = [{"error_summary": "Payment", "error_message": "Card declined"}, {"error_code": 1}, "odd"]
    row = told(None, issues_info=issues)
    assert row["issues"] == ["Payment: Card declined", "an issue without a text"]
    assert "try" not in row


def test_every_text_of_a_creative_is_found_once() -> None:
    """In feeds, cards and videos."""
    creative = {
        "object_story_spec": {
            "video_data": {"message": "a", "title": "b"},
            "link_data": {"child_attachments": [{"name": "c"}, {"name": "c"}]},
        },
        "asset_feed_spec": {"bodies": [{"text": "d"}], "link_urls": [{"website_url": "https://x"}]},
    }
    assert texts_of(creative) == ["a", "b", "c", "d"]
    assert texts_of({"object_story_spec": None}) == []
