"""The guardrails hold over the sum of a run, and what may raise spend is never let through by `safe`."""

import pytest

from agent.writes.policy import Policy
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.changes import Change, Effect, Request, Spend

USD = Account(id="act_1", name="A", currency="USD", timezone="UTC")


def change(kind="set_status", effect=Effect.STOP_SPEND, *, before=None, after=None, daily=0, **rest):
    return Change(
        **{
            "id": "c",
            "kind": kind,
            "effect": effect,
            "account": "act_1",
            "level": "ad",
            "target": "7",
            "name": "Ad seven",
            "names": ("7", "5", "Ad seven", "Summer set"),
            "request": Request(path="7"),
            "before": before or {"status": "ACTIVE"},
            "after": after or {"status": "PAUSED"},
            "spend": Spend(daily_minor=daily, currency="USD"),
        }
        | rest
    )


def budget(before, after, **rest):
    daily = after - before
    values = {"before": {"daily_budget": str(before)}, "after": {"daily_budget": str(after)}}
    return change("set_budget", Effect.CHANGE_SPEND, daily=daily, **values, **rest)


def start(daily=2000):
    return change(
        effect=Effect.START_SPEND, before={"status": "PAUSED"}, after={"status": "ACTIVE"}, daily=daily
    )


def new_ad(status="PAUSED"):
    request = Request(path="act_1/ads", params={"status": status})
    return change(
        "create_ad", Effect.CREATE, request=request, before={}, after={"status": "PAUSED"}, target=""
    )


def policy(mode="safe", **brand):
    return Policy(Brand.model_validate(brand), USD, mode)


@pytest.mark.parametrize("protect", ["7", "5", "ad seven", "*seven*", "summer*", "*SET"])
def test_nothing_may_touch_what_is_protected(protect):
    """By id or name, of the object or of its parents."""
    assert "protected" in policy(protect=(protect,)).refusal(change(), [])
    assert "protected" in policy("all", protect=(protect,)).refusal(start(), [])


def test_a_new_ad_in_a_protected_ad_set_is_refused():
    """Protection covers what would be added."""
    assert "protected" in policy(protect=("Summer*",)).refusal(new_ad(), [])


def test_the_number_of_pauses_holds_over_the_run():
    """The limit counts what the run has already; emergencies and undoing do not count."""
    rules = policy(max_pauses_per_day=2)
    assert not rules.refusal(change(), [change()])
    assert "max_pauses_per_day 2" in rules.refusal(change(), [change(), change()])
    assert not rules.refusal(change(emergency=True), [change()] * 5)
    assert not rules.refusal(change(), [change(emergency=True), change(restores="x")] * 5)


def test_limits_nobody_set_are_small_not_absent():
    """Ten pauses, ten new ads, 20 % steps and 100.00 a day, unless the brand file says more."""
    rules = policy()
    assert "max_pauses_per_day 10" in rules.refusal(change(), [change()] * 10)
    assert "max_new_ads_per_day 10" in rules.refusal(new_ad(), [new_ad()] * 10)
    assert "max_budget_step_pct" in rules.refusal(budget(5000, 6001), [])
    assert not rules.refusal(budget(5000, 6000), [])
    assert "100.00 USD" in rules.refusal(budget(9500, 10001), [])


def test_lowering_a_budget_is_never_refused():
    """Spending less is safe at any step."""
    assert not policy().refusal(budget(50000, 100), [])


def test_the_plan_as_a_whole_has_a_ceiling():
    """Many small raises add up."""
    rules = policy(max_daily_budget="10.00")
    raises = [budget(500, 600)] * 10
    assert not rules.refusal(budget(500, 600), raises[:9])
    assert "the plan would add 11.00 USD" in rules.refusal(budget(500, 600), raises)


@pytest.mark.parametrize("status", ["ACTIVE", "", None])
def test_an_ad_is_only_created_paused(status):
    """Even if a tool had a bug, policy would not let a running ad through."""
    assert "PAUSED" in policy("all").refusal(new_ad(status), [])


def test_a_change_of_another_account_is_refused():
    """One run, one account."""
    assert "act_2" in policy("all").refusal(change(account="act_2"), [])


@pytest.mark.parametrize(
    ("mode", "changes", "decision"),
    [
        ("safe", [change()], "allow"),
        ("safe", [new_ad()], "allow"),
        ("safe", [budget(5000, 4000)], "allow"),
        ("safe", [budget(5000, 5001)], "ask"),
        ("safe", [start()], "ask"),
        ("safe", [change(), start()], "ask"),
        ("safe", [change("delete", Effect.IRREVERSIBLE)], "ask"),
        ("ask", [change()], "ask"),
        ("none", [change()], "ask"),
        ("all", [start()], "allow"),
        ("all", [start(daily=10001)], "ask"),
        ("all", [start(daily=None)], "ask"),
        ("all", [start(6000), start(6000)], "ask"),
    ],
)
def test_who_decides(mode, changes, decision):
    """`safe` lets through what cannot raise spend, `all` what stays inside the envelope, the others ask."""
    assert policy(mode).ruling(changes).decision == decision


def test_a_spend_change_that_cannot_be_read_counts_as_raising():
    """Unknown is not safe."""
    odd = budget(5000, 4000).model_copy(update={"after": {"daily_budget": "many"}})
    assert policy().ruling([odd]).decision == "ask"


def test_what_holds_a_protected_ad_is_protected():
    """Pausing or re-budgeting the parent touches the ad below it."""
    rules = policy("all", protect=("*evergreen*",))
    parent = change(level="campaign", name="Spring", names=("1", "Spring"), below=("9", "Evergreen story"))
    assert "under it" in rules.refusal(parent, [])


def test_stopping_many_ads_at_once_needs_a_person():
    """A pause higher up counts by the running ads it stops."""
    wide = change(level="campaign", stops=11)
    assert policy("safe").ruling([wide]).decision == "ask"
    assert policy("all").ruling([wide]).decision == "ask"
    assert policy("safe").ruling([change(level="adset", stops=10)]).decision == "allow"


def test_steps_and_sums_hold_over_the_turns_of_a_run():
    """A raise is measured from where the run began, and all raises add up."""
    rules = policy("all")
    assert "max_budget_step_pct" in rules.refusal(budget(6000, 7200), [budget(5000, 6000)])
    assert rules.ruling([start(6000), start(6000)]).decision == "ask"


def new_campaign(minor=5000, status="PAUSED", kind="create_campaign"):
    request = Request(path="act_1/campaigns", params={"status": status})
    spend = Spend(daily_minor=0, currency="USD", once_started_minor=minor)
    return change(
        kind, Effect.CREATE, request=request, before={}, after={"status": "PAUSED"}, target="", spend=spend
    )


def new_content():
    return change("refresh_ad", Effect.CHANGE_CONTENT, before={"creative": "1"}, after={"creative": "2"})


def test_new_campaigns_and_ad_sets_keep_the_daily_limit_from_the_start():
    """Each alone, and all that a run makes and raises together."""
    rules = policy()
    assert not rules.refusal(new_campaign(10_000), [])
    assert "100.01 USD per day is over max_daily_budget 100.00 USD" in rules.refusal(new_campaign(10_001), [])
    adset = new_campaign(6_000, kind="create_ad_set")
    assert "the plan would add 120.00 USD per day" in rules.refusal(adset, [adset])
    assert "the plan would add 101.00 USD per day" in rules.refusal(
        new_campaign(9_600), [budget(2_500, 3_000)]
    )
    assert not rules.refusal(new_campaign(0), [new_campaign(10_000)])


def test_nothing_new_is_made_running():
    """Campaigns, ad sets and ads are created PAUSED, whoever asks."""
    assert policy("all").refusal(new_campaign(status="ACTIVE"), []) == "a campaign is only created PAUSED"
    adset = new_campaign(status="ACTIVE", kind="create_ad_set")
    assert policy("all").refusal(adset, []) == "an ad set is only created PAUSED"
    assert policy("all").refusal(new_ad("ACTIVE"), []) == "an ad is only created PAUSED"


def test_a_new_campaign_is_safe_and_new_content_is_not():
    """What is PAUSED spends nothing; what people see in an ad is for a person to decide."""
    assert policy("safe").ruling([new_campaign()]).decision == "allow"
    ruling = policy("safe").ruling([new_content()])
    assert (ruling.decision, ruling.reason) == ("ask", "it changes what people see in 'Ad seven'")
    assert policy("all").ruling([new_content()]).decision == "allow"
