"""The guardrails hold over the last 24 hours, and what may raise spend is never let through by `safe`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.writes.day import Counted, Day
from agent.writes.policy import TABLE, Answer, Policy, Sort
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.changes import Change, Effect, Request, Spend
from tools.domain.settings.field_states import UNCAPPED
from tools.domain.text import clock

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


def day(*changes, hours_ago=1, sent=True, sure=True):
    """Changes of the last hours, as the journal counts them."""
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    return Day([Counted(c, at, sent=sent, sure=sure) for c in changes])


def over(rules, *changes, after=()):
    """What of the limits of 24 hours the changes would pass."""
    return rules.ruling(changes, day(*after)).over


def policy(mode="safe", **brand):
    return Policy(Brand.model_validate(brand), USD, mode)


@pytest.mark.parametrize("protect", ["7", "5", "ad seven", "*seven*", "summer*", "*SET"])
def test_nothing_may_touch_what_is_protected(protect):
    """By id or name, of the object or of its parents."""
    assert "protected" in policy(protect=(protect,)).refusal(change())
    assert "protected" in policy("all", protect=(protect,)).refusal(start())


def test_a_new_ad_in_a_protected_ad_set_is_refused():
    """Protection covers what would be added."""
    assert "protected" in policy(protect=("Summer*",)).refusal(new_ad())


def test_the_number_of_pauses_holds_over_the_day():
    """The limit counts what the day has already; what `stop` pauses of adsteward's own does not count."""
    rules = policy(max_pauses_per_day=2)
    assert not over(rules, change(), after=[change()])
    assert "max_pauses_per_day 2: 0 left until" in over(rules, change(), after=[change(), change()])
    assert not over(rules, change(emergency=True), after=[change()] * 5)
    assert not over(rules, change(), after=[change(emergency=True)] * 5)


def test_taking_back_within_the_day_is_free_and_nothing_else_is():
    """Undoing an activation of the last day is no pause that counts; one that claims to restore what nobody did is."""
    rules = policy("all", max_pauses_per_day=0)
    started, back = start().model_copy(update={"id": "s"}), change(restores="s")
    assert not over(rules, back, after=[started])
    assert "max_pauses_per_day 0: 0 left, this needs 1" in over(rules, back)
    assert over(rules, change(restores="s", target="8"), after=[started])


def test_what_was_taken_back_counts_and_is_told():
    """A pause that was undone has stopped something all the same."""
    rules, done = policy(max_pauses_per_day=1), change().model_copy(update={"id": "p"})
    back = start().model_copy(update={"restores": "p"})
    said = over(rules, change(target="8"), after=[done, back])
    assert "max_pauses_per_day 1: 0 left until" in said
    assert "1 was taken back, which frees nothing" in said


def test_a_day_that_is_not_known_lets_nothing_through_that_is_counted():
    """Until that day is over a person has to type it; `stop` and uploads go on, an activation asks."""
    rules, until = policy("all"), datetime(2026, 3, 10, 14, 5, tzinfo=UTC)
    unknown, said = Day(unknown_until=until), clock(until.astimezone())
    for counted in (change(), new_ad(), new_campaign(), budget(500, 510), budget(510, 500)):
        told = rules.ruling([counted], unknown).over
        assert f"not all known (a state folder was put back, copied, emptied or removed) until {said}" in told
    assert rules.ruling([change(emergency=True)], unknown).decision == "allow"
    assert not rules.ruling([start(100)], unknown).over
    assert rules.ruling([start(100)], unknown).decision == "ask"


def test_limits_nobody_set_are_small_not_absent():
    """Ten pauses, ten new ads, thirty objects, 20 % steps and 100.00 a day, unless the brand file says more."""
    rules = policy()
    assert "max_pauses_per_day 10" in over(rules, change(), after=[change()] * 10)
    assert "max_new_ads_per_day 10" in over(rules, new_ad(), after=[new_ad()] * 10)
    assert "max_new_objects_per_day 30" in over(rules, *[new_campaign(0)] * 31)
    assert "max_budget_step_pct" in over(rules, budget(5000, 6001))
    assert not over(rules, budget(5000, 6000))
    assert "100.00 USD" in rules.refusal(budget(9500, 10001))


def test_lowering_a_budget_is_never_refused_but_has_a_floor():
    """Spending less is never forbidden; how much less in a day goes without a person is limited as raises are."""
    assert not policy().refusal(budget(50000, 100))
    assert not over(policy(), budget(50000, 40000))
    assert "max_budget_step_pct 20: 'Ad seven' may be lowered by 100.00 USD" in over(
        policy(), budget(50000, 39999)
    )
    assert policy("safe").ruling([budget(50000, 100)]).decision == "ask"


def test_the_day_as_a_whole_has_a_ceiling():
    """Many small raises add up, and so do many lowerings."""
    rules = policy(max_daily_budget="10.00")
    raises = [budget(500, 600, target=str(n)) for n in range(10)]
    assert not over(rules, raises[9], after=raises[:9])
    assert "max_daily_budget 10.00 USD: 0.00 USD left until" in over(rules, budget(500, 600), after=raises)
    lowerings = [budget(600, 500, target=str(n)) for n in range(10)]
    assert "max_lowering_per_day 10.00 USD: 0.00 USD left until" in over(
        rules, budget(600, 500), after=lowerings
    )
    roomy = policy(max_daily_budget="10.00", max_lowering_per_day="11.00")
    assert not over(roomy, budget(600, 500, target="n"), after=lowerings)


@pytest.mark.parametrize("status", ["ACTIVE", "", None])
def test_an_ad_is_only_created_paused(status):
    """Even if a tool had a bug, policy would not let a running ad through."""
    assert "PAUSED" in policy("all").refusal(new_ad(status))


def test_a_change_of_another_account_is_refused():
    """One run, one account."""
    assert "act_2" in policy("all").refusal(change(account="act_2"))


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
    assert "under it" in rules.refusal(parent)


def test_stopping_many_ads_at_once_needs_a_person():
    """A pause higher up counts by the running ads it stops."""
    wide = change(level="campaign", stops=11)
    assert policy("safe").ruling([wide]).decision == "ask"
    assert policy("all").ruling([wide]).decision == "ask"
    assert policy("safe").ruling([change(level="adset", stops=10)]).decision == "allow"


CAPPED = "LOWEST_COST_WITH_BID_CAP"
SOON, LATE = "2027-01-01T00:00:00+0000", "2027-02-01T00:00:00+0000"


@pytest.mark.parametrize(
    ("before", "after", "holds_back"),
    [
        ({"bid_amount": "5000"}, {"bid_amount": "1"}, True),
        ({"bid_amount": "5000"}, {"bid_amount": "5001"}, False),
        ({"bid_strategy": "", "bid_amount": ""}, {"bid_strategy": CAPPED, "bid_amount": "1"}, True),
        ({"bid_strategy": CAPPED}, {"bid_strategy": "COST_CAP"}, True),
        ({"bid_strategy": CAPPED, "bid_amount": "9"}, {"bid_strategy": UNCAPPED, "bid_amount": ""}, False),
        ({"spend_cap": ""}, {"spend_cap": "100"}, True),
        ({"spend_cap": "200"}, {"spend_cap": "100"}, True),
        ({"spend_cap": "200"}, {"spend_cap": ""}, False),
        ({"end_time": LATE}, {"end_time": SOON}, True),
        ({"stop_time": ""}, {"stop_time": LATE}, True),
        ({"end_time": SOON}, {"end_time": LATE}, False),
        ({"end_time": SOON, "bid_amount": "9"}, {"end_time": LATE, "bid_amount": "1"}, True),
        ({"start_time": SOON}, {"start_time": LATE}, True),
        ({"start_time": LATE}, {"start_time": SOON}, False),
        ({"targeting": '{"age_min": 18}'}, {"targeting": '{"age_min": 64}'}, True),
        ({"something_new": "a"}, {"something_new": "b"}, True),
    ],
)
def test_what_holds_delivery_back_counts_as_pauses(before, after, holds_back):
    """A bid of a cent stops ads as a pause does: each that runs below counts, in every mode, with what was paused before."""
    edit = change("edit", Effect.CHANGE_SPEND, before=before, after=after, level="adset", stops=2)
    for mode in ("safe", "all", "standing"):
        rules = policy(mode, max_pauses_per_day=2)
        assert not over(rules, edit)
        said = over(rules, edit, after=[change()])
        assert ("max_pauses_per_day 2: 1 left" in said) is holds_back
        assert bool(over(rules, change(), after=[edit])) is holds_back
        assert rules.ruling([edit], day(change())).decision == "ask" or not holds_back


def test_steps_and_sums_hold_over_the_day():
    """A raise is measured from where the day began, and all raises add up."""
    rules = policy("all")
    assert "max_budget_step_pct" in over(rules, budget(6000, 7200), after=[budget(5000, 6000)])
    assert rules.ruling([start(6000), start(6000)]).decision == "ask"
    assert rules.ruling([start(6000)], day(start(6000))).decision == "ask"


def new_campaign(minor=5000, status="PAUSED", kind="create_campaign"):
    request = Request(path="act_1/campaigns", params={"status": status})
    spend = Spend(daily_minor=0, currency="USD", once_started_minor=minor)
    return change(
        kind, Effect.CREATE, request=request, before={}, after={"status": "PAUSED"}, target="", spend=spend
    )


def new_content():
    return change("refresh_ad", Effect.CHANGE_CONTENT, before={"creative": "1"}, after={"creative": "2"})


def test_new_campaigns_and_ad_sets_keep_the_daily_limit_from_the_start():
    """Each alone, and all that a day makes and raises together."""
    rules = policy()
    assert not rules.refusal(new_campaign(10_000))
    assert "100.01 USD per day is over max_daily_budget 100.00 USD" in rules.refusal(new_campaign(10_001))
    adset = new_campaign(6_000, kind="create_ad_set")
    assert "40.00 USD left until" in over(rules, adset, after=[adset])
    assert "this needs 96.00 USD" in over(rules, new_campaign(9_600), after=[budget(2_500, 3_000)])
    assert not over(rules, new_campaign(0), after=[new_campaign(10_000)])


def test_nothing_new_is_made_running():
    """Campaigns, ad sets and ads are created PAUSED, whoever asks."""
    assert policy("all").refusal(new_campaign(status="ACTIVE")) == "a campaign is only created PAUSED"
    adset = new_campaign(status="ACTIVE", kind="create_ad_set")
    assert policy("all").refusal(adset) == "an ad set is only created PAUSED"
    rule = new_campaign(status="ENABLED", kind="make_rule")
    assert policy("all").refusal(rule) == "a rule is only created DISABLED"
    assert policy("all").refusal(new_ad("ACTIVE")) == "an ad is only created PAUSED"


def test_a_new_campaign_is_safe_and_new_content_is_not():
    """What is PAUSED spends nothing; what people see in an ad is for a person to decide."""
    assert policy("safe").ruling([new_campaign()]).decision == "allow"
    ruling = policy("safe").ruling([new_content()])
    assert (ruling.decision, ruling.reason) == ("ask", "it changes what people see in 'Ad seven'")
    assert policy("all").ruling([new_content()]).decision == "allow"


def test_every_mode_answers_to_every_sort_of_change():
    """Nothing that a change can be is without an answer, and what is over a limit is let through by none."""
    assert set(TABLE) == set(Sort)
    for mode in ("ask", "none", "safe", "all", "standing"):
        assert getattr(TABLE[Sort.OVER], mode) is Answer.WORD
        assert getattr(TABLE[Sort.REFUSED], mode) is Answer.NEVER
        assert getattr(TABLE[Sort.PROTECTED_STOP], mode) is Answer.PERSON


def test_what_is_protected_is_stopped_only_when_it_was_named():
    """Only the emergency brake may, only with its second word, only to pause, and a person is asked in every mode."""
    rules = policy("all", protect=("7",))
    named = change(emergency=True, reach="protected")
    assert not rules.refusal(named)
    assert rules.ruling([named]).decision == "ask"
    assert "which stack.md protects" in rules.ruling([named]).reason
    assert "protected" in rules.refusal(change(emergency=True, reach="all"))
    assert "protected" in rules.refusal(change(reach="protected"))
    assert "protected" in rules.refusal(start().model_copy(update={"emergency": True, "reach": "protected"}))


def test_stop_is_refused_by_no_limit():
    """What adsteward started goes through with the envelope full; all else needs a plain yes, never the typed word."""
    rules, full = policy("safe", max_pauses_per_day=0), [change()] * 10
    assert rules.ruling([change(emergency=True)] * 50, day(*full)).decision == "allow"
    wide = rules.ruling([change(emergency=True, reach="all", stops=50)], day(*full))
    assert (wide.decision, wide.over) == ("ask", "")
    assert not rules.refusal(change(emergency=True, reach="all"))


def test_a_question_names_its_subject_and_explains_itself():
    """How many changes wait, and how one can raise spend whose effect is nothing per day."""
    rules = policy("ask")
    assert rules.ruling([change()]).reason == "this change needs your approval"
    assert rules.ruling([change(), change()]).reason == "these 2 changes need your approval"
    shared = Spend(daily_minor=0, currency="USD", note="its budget is being spent already")
    said = rules.ruling([start().model_copy(update={"spend": shared})]).reason
    assert said == "'Ad seven' can raise spend, even if no budget rises: its budget is being spent already"
    assert rules.ruling([start(2000)]).reason == "'Ad seven' can raise spend"


def test_a_refusal_names_the_file_in_which_the_line_stands():
    """It is the account's own file where that says it, else the workspace's."""
    own = {"protect": "accounts/act_1.md", "max_daily_budget": "accounts/act_1.md"}
    for files, file in (({}, "stack.md"), (own, "accounts/act_1.md")):
        rules = policy(protect=("Ad*",))
        rules = replace(rules, brand=rules.brand.standing_in(files))
        assert rules.refusal(change()) == f"it is protected by {file} (Ad*)"
        stopped = change(emergency=True, reach="protected")
        assert f"which {file} protects" in rules.ruling([stopped]).reason
        assert f"which {file} can set" in rules.refusal(budget(5000, 50_000, name="B", names=("B",)))
