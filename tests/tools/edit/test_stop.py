"""The emergency brake: what adsteward itself set in motion, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from tests.tools.support import (
    ACCOUNT,
    EARLY_BIRD,
    EVERGREEN,
    JACKET,
    NOW,
    PROSPECTING,
    SUMMER,
    TENT,
    Desk,
    demo_brand,
)
from tools.domain.changes import Change, Effect, Request, Spend, marker_of
from tools.edit.stop import raises_spend

CREATIVE = "23849000000001"


def test_what_was_activated_is_paused(desk: Desk) -> None:
    """The whole change: a pause marked as an emergency, with what was done and how long ago at most."""
    done = desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE")
    desk.enact(done)
    proposal = desk.propose("stop")
    change_id = f"run.{desk.context.call_id}.0"
    assert proposal.changes == (
        Change(
            id=change_id,
            kind="set_status",
            effect=Effect.STOP_SPEND,
            account=ACCOUNT,
            level="ad",
            target=EARLY_BIRD,
            name=done.name,
            names=done.names,
            where=("“Summer Sale – Sales” (23846000000002)", "“Summer – Prospecting” (23847000000001)"),
            request=Request(path=EARLY_BIRD, params={"status": "PAUSED"}),
            before={"status": "ACTIVE"},
            after={"status": "PAUSED"},
            spend=Spend(daily_minor=None, currency="USD", note="stop waits for no figures"),
            reason="stop: activated in the last 24 h",
            marker=marker_of(change_id),
            undo_note="set back to ACTIVE",
            emergency=True,
        ),
    )
    assert proposal.note == ""


def test_what_was_raised_is_paused(desk: Desk) -> None:
    """A raised budget pauses the ad set; a lowered one does not."""
    now = int(desk.state()[PROSPECTING]["daily_budget"])
    desk.enact(desk.one("set_budget", id=PROSPECTING, daily_budget=f"{now / 100 - 1:.2f} USD"))
    assert desk.propose("stop").changes == ()
    desk.enact(desk.one("set_budget", id=PROSPECTING, daily_budget=f"{now / 100 + 1:.2f} USD"))
    change = desk.one("stop")
    assert (change.target, change.level) == (PROSPECTING, "adset")
    assert change.reason == "stop: budget raised in the last 24 h"


def test_what_was_created_and_runs_is_paused(desk: Desk) -> None:
    """An ad that adsteward made and somebody started is paused; while PAUSED it needs nothing."""
    (ad_id,) = desk.enact(desk.one("create_ad", name="Hammock", creative_id=CREATIVE))
    proposal = desk.propose("stop")
    assert proposal.changes == ()
    assert proposal.note == "what adsteward started in the last 24 h (1) is paused or gone already"
    desk.elsewhere(ad_id, status="ACTIVE")
    change = desk.one("stop")
    assert (change.target, change.reason) == (ad_id, "stop: created in the last 24 h")


def test_what_others_started_runs_on(desk: Desk) -> None:
    """Nothing of what adsteward paused, or never touched, is stopped."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"))
    desk.elsewhere(TENT, status="ACTIVE")
    desk.elsewhere(EARLY_BIRD, status="ACTIVE")
    proposal = desk.propose("stop")
    assert proposal.changes == ()
    assert proposal.note == "adsteward started and raised nothing in the last 24 h"


def test_an_undone_pause_counts_as_a_start(desk: Desk) -> None:
    """Undoing a pause made the ad spend again: stop pauses it."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"))
    desk.enact(desk.one("undo", change_set_id="cs-1"), change_set="cs-2")
    assert desk.one("stop").target == TENT


def test_what_was_taken_back_is_not_stopped(desk: Desk) -> None:
    """A raise that was undone is no reason to pause any more."""
    desk.enact(desk.one("set_budget", id=PROSPECTING, daily_budget="400 USD"))
    desk.enact(desk.one("undo", change_set_id="cs-1"), change_set="cs-2")
    first = desk.ledger.entries[0]
    desk.ledger.entries[0] = type(first)(first.change, "cs-1", first.at, {}, undone=True)
    assert desk.propose("stop").changes == ()


@pytest.mark.parametrize(
    ("ago", "hours", "stopped"), [(23, 24, True), (25, 24, False), (25, 26, True), (2, 1, False)]
)
def test_only_the_last_hours_count(desk: Desk, ago: int, hours: int, stopped: bool) -> None:
    """What was started before the given hours is left alone, and the answer names the hours."""
    desk.enact(
        desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE"), at=NOW - timedelta(hours=ago, minutes=1)
    )
    proposal = desk.propose("stop", hours=hours)
    assert [c.target for c in proposal.changes] == ([EARLY_BIRD] if stopped else [])
    said = proposal.changes[0].reason if stopped else proposal.note
    assert f"in the last {hours} h" in said


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "must be at least 1"), (169, "must be at most 168"), ("soon", "Input should be a valid integer")],
)
def test_hours_have_limits(desk: Desk, hours: object, said: str) -> None:
    """From one hour to a week."""
    assert f"hours: {said}" in desk.refusal("stop", hours=hours)


def test_one_object_started_in_two_ways_is_paused_once(desk: Desk) -> None:
    """However often a thing was touched, one pause is enough; several things go in one proposal."""
    desk.enact(desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE"))
    desk.elsewhere(EARLY_BIRD, status="PAUSED")
    desk.enact(desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE"), change_set="cs-2")
    desk.enact(desk.one("set_budget", id=PROSPECTING, daily_budget="400 USD"), change_set="cs-3")
    changes = desk.propose("stop").changes
    assert sorted(c.target for c in changes) == [PROSPECTING, EARLY_BIRD]
    assert {c.emergency for c in changes} == {True}


def test_protected_things_are_named_and_block_nothing(desk: Desk) -> None:
    """What the brand file protects by now is left running, said, and the rest is paused."""
    desk.elsewhere(EVERGREEN, status="PAUSED")
    desk.context.brand = demo_brand(protect=())
    desk.enact(*desk.propose("set_status", ids=[EVERGREEN, EARLY_BIRD], status="ACTIVE").changes)
    desk.context.brand = demo_brand()
    proposal = desk.propose("stop")
    assert [c.target for c in proposal.changes] == [EARLY_BIRD]
    assert proposal.note.startswith("protected by stack.md, still running: Evergreen")


def test_what_was_deleted_since_needs_no_stop(desk: Desk) -> None:
    """A deleted ad is gone already."""
    desk.enact(desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE"))
    desk.send("DELETE", EARLY_BIRD, {})
    assert desk.propose("stop").note.endswith("is paused or gone already")


def test_one_request_finds_everything(desk: Desk) -> None:
    """The brake looks things up once and asks for no figures."""
    desk.enact(*desk.propose("set_status", ids=[EARLY_BIRD], status="ACTIVE").changes)
    requests = desk.wire.stats.requests
    desk.propose("stop")
    assert desk.wire.stats.requests == requests + 1


@pytest.mark.parametrize(
    ("changed", "raises"),
    [
        ({"effect": Effect.START_SPEND}, True),
        ({"effect": Effect.STOP_SPEND}, False),
        ({"effect": Effect.CREATE, "kind": "create_ad"}, False),
        ({"effect": Effect.IRREVERSIBLE, "kind": "delete"}, False),
        ({"effect": Effect.IRREVERSIBLE}, True),
        (
            {"effect": Effect.CHANGE_SPEND, "before": {"daily_budget": "9"}, "after": {"daily_budget": "10"}},
            True,
        ),
        (
            {"effect": Effect.CHANGE_SPEND, "before": {"daily_budget": "10"}, "after": {"daily_budget": "9"}},
            False,
        ),
        ({"effect": Effect.CHANGE_SPEND, "before": {}, "after": {"daily_budget": "9"}}, True),
        ({"effect": Effect.CHANGE_SPEND, "before": {"bid": "low"}, "after": {"bid": "high"}}, True),
    ],
)
def test_what_cannot_be_told_counts_as_more_spend(
    desk: Desk, changed: dict[str, object], raises: bool
) -> None:
    """A change raises spend unless it is known not to; amounts are compared as numbers."""
    change = desk.context.change("set_status", Effect.READ, name="n", request=Request(path=JACKET))
    assert raises_spend(change.model_copy(update=changed)) is raises


def test_a_started_campaign_is_paused_whole(desk: Desk) -> None:
    """Campaigns are stopped as campaigns."""
    desk.elsewhere(SUMMER, status="PAUSED")
    desk.enact(desk.one("set_status", ids=[SUMMER], status="ACTIVE"))
    assert desk.one("stop").level == "campaign"


def test_new_campaigns_that_run_and_ads_with_new_content_are_stopped(desk: Desk) -> None:
    """Both are ours, whoever activated them; a campaign that is still PAUSED needs nothing."""
    made = [
        desk.one("create_campaign", name=name, objective="traffic", daily_budget="20 USD") for name in "ab"
    ]
    refreshed = desk.propose("refresh_ad", ad_ids=[TENT], bodies=["New"]).changes
    first, _, *_ = desk.enact(*made, *refreshed)
    desk.elsewhere(first, status="ACTIVE")
    changes = {c.target: c.reason for c in desk.propose("stop").changes}
    assert changes == {
        first: "stop: created in the last 24 h",
        TENT: "stop: content changed in the last 24 h",
    }


def test_everything_that_can_spend_is_paused_with_few_pauses(desk: Desk) -> None:
    """Campaign by campaign; where something is protected, what is beside it, and what runs on is named."""
    running = {i for i, o in desk.state().items() if o.get("status") == "ACTIVE"}
    proposal = desk.propose("stop", reach="all")
    desk.enact(*proposal.changes)
    ads = desk.graph(
        f"{ACCOUNT}/ads", fields="id,name,effective_status,adset{name},campaign{name}", limit="500"
    )["data"]
    left = [ad for ad in ads if ad["effective_status"] == "ACTIVE"]
    assert left
    assert all(
        desk.context.brand.is_protected(ad["name"], ad["adset"]["name"], ad["campaign"]["name"])
        for ad in left
    )
    assert {c.target for c in proposal.changes} <= running
    assert "campaign" in {c.level for c in proposal.changes}
    assert all(c.emergency and c.reach == "all" for c in proposal.changes)
    assert all(ad["name"] in proposal.note for ad in left[:1])
    assert "stop protected" in proposal.note


@pytest.mark.parametrize(
    "status", ["IN_PROCESS", "WITH_ISSUES", "PENDING_REVIEW", "PREAPPROVED", "SOME_NEW_WORD"]
)
@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("set_status", {"ids": [SUMMER], "status": "PAUSED"}),
        ("remove", {"ids": [SUMMER], "how": "archive"}),
        ("remove", {"ids": [TENT], "how": "archive"}),
        ("edit_limits", {"id": PROSPECTING, "bid_strategy": "COST_CAP", "bid_amount": "1 USD"}),
        ("stop", {"reach": "protected"}),
    ],
)
def test_what_may_spend_or_soon_would_counts_as_stopped(
    desk: Desk, tool: str, given: dict[str, Any], status: str
) -> None:
    """An ad that Meta still works on, has issues with or reviews, is held back by a pause like one that runs."""
    before = desk.propose(tool, **given).changes
    for ad in desk.graph(f"{ACCOUNT}/ads", fields="id,effective_status", limit="500")["data"]:
        if ad["effective_status"] == "ACTIVE":
            desk.world.nodes[ad["id"]].data |= {"review": status}
    after = desk.propose(tool, **given).changes
    assert [c.stops for c in after] == [c.stops for c in before]
    assert sum(c.stops for c in after) > 0


def test_protected_ads_are_paused_when_they_are_named_too(desk: Desk) -> None:
    """With the further word nothing runs any more, and the changes say what they touch."""
    changes = desk.propose("stop", reach="protected").changes
    desk.enact(*changes)
    ads = desk.graph(f"{ACCOUNT}/ads", fields="effective_status", limit="500")["data"]
    assert "ACTIVE" not in {ad["effective_status"] for ad in ads}
    assert "protected" in {c.reach for c in changes}
    assert sum(c.stops for c in changes) > 10


def test_a_protected_ad_below_keeps_what_adsteward_started_from_being_paused_whole(desk: Desk) -> None:
    """The ad set that was raised holds a protected ad: its other ads are paused, that one is said."""
    desk.enact(desk.one("set_budget", id=PROSPECTING, daily_budget="400 USD"))
    below = desk.graph(f"{PROSPECTING}/ads", fields="id,name,status")["data"]
    kept, *rest = [ad for ad in below if ad["status"] == "ACTIVE"]
    desk.context.brand = demo_brand(protect=(kept["id"],))
    proposal = desk.propose("stop")
    assert {c.target for c in proposal.changes} == {ad["id"] for ad in rest}
    assert kept["name"] in proposal.note


def test_when_nothing_can_spend_that_is_said(desk: Desk) -> None:
    """After everything was paused there is nothing to stop."""
    desk.enact(*desk.propose("stop", reach="protected").changes)
    assert desk.propose("stop", reach="all").note.startswith("nothing can spend")
