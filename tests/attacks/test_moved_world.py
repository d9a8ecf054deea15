"""What was approved is done only in the world it was approved in: whoever changed it meanwhile is not overruled."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.writes.approval import Decision
from tests.agent.hosts.hosts import Host, Person
from tests.agent.support import (
    Events,
    Faults,
    Killed,
    Sandbox,
    ScriptedModel,
    drop_before,
    graph_error,
    item_errors,
)
from tests.attacks.moved import (
    ADSET,
    CAMPAIGN,
    IN_SHARED,
    SECOND,
    SHARED,
    YES,
    Office,
    activate,
    ad_set,
    budget,
    dies_before,
    notes,
    outcomes,
    pause,
    said,
)
from tools.domain.changes import ChangeSet, Effect


@pytest.fixture
def office(open_session: Any, sandbox: Sandbox, faults: Faults, workspace: Path, tmp_path: Path) -> Office:
    (workspace / "brand" / "stack.md").write_text(
        "max_pauses_per_day: 50\nmax_daily_budget: 1000\npage_id: 104200000000001\n"
        "pixel_id: 520000000000001\ndefault_link: https://northwind.example/\n",
        encoding="utf-8",
    )
    return Office(open_session, sandbox, faults, workspace)


def refused(office: Office, made: Any, *words: str) -> None:
    """Applied now, all of a set is a conflict that says these words, and no byte of it leaves."""
    office.faults.requests.clear()
    report = office.apply(made)
    assert set(said(report)) == {"conflict"}, outcomes(report)
    assert office.sent() == []
    for word in words:
        assert word in notes(report)
    assert "ask for it again" in notes(report) or "reads" in notes(report)


# --- each change, each edit: one of them means something else afterwards

Story = Callable[[Office], tuple[Any, Callable[[], object], tuple[str, ...]]]
"""Makes a proposal; gives it, what a colleague does, and what is told."""


def _started(office: Office, target: str, **before: Any) -> Any:
    """An activation of something that was paused."""
    office.set(target, status="PAUSED", **before)
    return office.propose(activate(target))


def own_budget(office: Office) -> Any:
    """An ad set at +10.00 a day gets 90,000.00 before it is started."""
    made = _started(office, ADSET, daily_budget="1000")
    assert made.changes[0].spend.daily_minor == 1000
    edit = lambda: office.set(ADSET, daily_budget="9000000")  # noqa: E731
    return made, edit, (f"ad set {ADSET} daily budget 10.00 USD → 90,000.00 USD",)


def campaign_budget(office: Office) -> Any:
    """The same with a budget of the campaign."""
    made = _started(office, SHARED, daily_budget="1000")
    edit = lambda: office.set(SHARED, daily_budget="9000000")  # noqa: E731
    return made, edit, (f"campaign {SHARED} daily budget 10.00 USD → 90,000.00 USD",)


def parents_budget(office: Office) -> Any:
    """The same with a budget above: of the campaign of an ad set."""
    made = _started(office, IN_SHARED)
    edit = lambda: office.set(SHARED, daily_budget="9000000")  # noqa: E731
    return made, edit, (f"campaign {SHARED} daily budget 610.00 USD → 90,000.00 USD",)


def budget_of_an_ad(office: Office) -> Any:
    """The same with a budget above: of the ad set of an ad."""
    made = office.propose(activate(office.paused_ads(ADSET)[0]))
    edit = lambda: office.set(ADSET, daily_budget="9000000")  # noqa: E731
    return made, edit, (f"ad set {ADSET} daily budget 180.00 USD → 90,000.00 USD",)


def budget_below(office: Office) -> Any:
    """The same with a budget below: of an ad set of a campaign."""
    made = _started(office, CAMPAIGN)
    edit = lambda: office.set(ADSET, daily_budget="9000000")  # noqa: E731
    return made, edit, (f"ad set {ADSET} daily budget 180.00 USD → 90,000.00 USD",)


def started_below(office: Office) -> Any:
    """An ad set below was paused, and is not any more."""
    office.set(ADSET, status="PAUSED")
    made = _started(office, CAMPAIGN)
    return made, lambda: office.set(ADSET, status="ACTIVE"), (f"ad set {ADSET} status PAUSED → ACTIVE",)


def filled_below(office: Office) -> Any:
    """There is one more ad."""
    made = _started(office, ADSET)
    return made, lambda: office.new_ad(ADSET), ("is new (status ACTIVE)",)


def swapped_below(office: Office) -> Any:
    """An ad below shows something else."""
    made, ad = _started(office, ADSET), office.running_ads(SECOND)[0]
    ad = next(a["id"] for a in office.sandbox.ads() if a["adset_id"] == ADSET)
    return made, lambda: office.swap(ad), (f"ad {ad} creative ", " → ")


def paused_parent_started(office: Office) -> Any:
    """An ad under a paused ad set adds nothing yet; then the ad set is started."""
    office.set(ADSET, status="PAUSED")
    made = office.propose(activate(office.paused_ads(ADSET)[0]))
    assert made.changes[0].spend.daily_minor == 0
    return made, lambda: office.set(ADSET, status="ACTIVE"), (f"ad set {ADSET} status PAUSED → ACTIVE",)


def paused_campaign_started(office: Office) -> Any:
    """An ad set under a paused campaign; then the campaign is started."""
    office.set(CAMPAIGN, status="PAUSED")
    made = _started(office, ADSET)
    assert made.changes[0].spend.daily_minor == 0
    return (
        made,
        lambda: office.set(CAMPAIGN, status="ACTIVE"),
        (f"campaign {CAMPAIGN} status PAUSED → ACTIVE",),
    )


def last_of_what_delivers(office: Office) -> Any:
    """An ad in an ad set that delivers adds nothing; with all the others paused it starts the whole budget."""
    made = office.propose(activate(office.paused_ads(ADSET)[0]))
    assert made.changes[0].spend.daily_minor == 0

    def edit() -> None:
        for ad in office.running_ads(ADSET):
            office.set(ad, status="PAUSED")

    return made, edit, (f"ad set {ADSET} delivers yes → no",)


def last_of_a_shared_budget(office: Office) -> Any:
    """The same with a budget of the campaign: its other ad sets are paused."""
    made = _started(office, IN_SHARED)
    assert made.changes[0].spend.daily_minor == 0

    def edit() -> None:
        for row in office.sandbox.get(f"{SHARED}/adsets", fields="id,status")["data"]:
            if row["status"] == "ACTIVE":
                office.set(row["id"], status="PAUSED")

    return made, edit, (f"campaign {SHARED} delivers yes → no",)


def targeting_of_a_start(office: Office) -> Any:
    """An ad set reaches other people by now."""
    made = _started(office, ADSET)
    edit = lambda: office.set(ADSET, targeting={"geo_locations": {"countries": ["CA"]}})  # noqa: E731
    return made, edit, (f"ad set {ADSET} has another targeting",)


def creative_of_a_start(office: Office) -> Any:
    """An ad shows something else by now."""
    ad = office.paused_ads(ADSET)[0]
    return office.propose(activate(ad)), lambda: office.swap(ad), (f"ad {ad} creative ", " → ")


def creative_of_a_pause(office: Office) -> Any:
    """An ad was to be paused for what it showed; it shows something else."""
    ad = office.running_ads(ADSET)[0]
    return office.propose(pause(ad)), lambda: office.swap(ad), (f"ad {ad} creative ", " → ")


def lowering(office: Office) -> Any:
    """A person lowered a budget further than the waiting lowering would."""
    made = office.propose(budget(ADSET, "150.00"))
    return made, lambda: office.set(ADSET, daily_budget="5000"), ("50.00 USD",)


def raised_what_was_started(office: Office) -> Any:
    """A raise of something paused costs nothing until it is started."""
    office.set(ADSET, status="PAUSED")
    made = office.propose(budget(ADSET, "200.00"))
    return made, lambda: office.set(ADSET, status="ACTIVE"), (f"ad set {ADSET} status PAUSED → ACTIVE",)


def raised_below_a_start(office: Office) -> Any:
    """The same with the campaign that was paused above it."""
    office.set(CAMPAIGN, status="PAUSED")
    made = office.propose(budget(ADSET, "200.00"))
    return (
        made,
        lambda: office.set(CAMPAIGN, status="ACTIVE"),
        (f"campaign {CAMPAIGN} status PAUSED → ACTIVE",),
    )


def raised_with_targeting(office: Office) -> Any:
    """More money, for whom? Not for those it was proposed for."""
    made = office.propose(budget(ADSET, "200.00"))
    edit = lambda: office.set(ADSET, targeting={"geo_locations": {"countries": ["CA"]}})  # noqa: E731
    return made, edit, (f"ad set {ADSET} has another targeting",)


def ad_in_another_ad_set(office: Office) -> Any:
    """A new ad was meant for the people that its ad set reached."""
    made = office.propose(_new_ad(office))
    edit = lambda: office.set(ADSET, targeting={"geo_locations": {"countries": ["CA"]}})  # noqa: E731
    return made, edit, (f"ad set {ADSET} has another targeting",)


def ad_in_a_dearer_ad_set(office: Office) -> Any:
    """Or for the budget that its ad set had."""
    made = office.propose(_new_ad(office))
    edit = lambda: office.set(ADSET, daily_budget="9000000")  # noqa: E731
    return made, edit, (f"ad set {ADSET} daily budget 180.00 USD → 90,000.00 USD",)


def ad_set_in_a_started_campaign(office: Office) -> Any:
    """A new ad set in a paused campaign, which is started meanwhile."""
    office.set(CAMPAIGN, status="PAUSED")
    made = office.propose(ad_set(CAMPAIGN))
    return (
        made,
        lambda: office.set(CAMPAIGN, status="ACTIVE"),
        (f"campaign {CAMPAIGN} status PAUSED → ACTIVE",),
    )


def _new_ad(office: Office) -> Any:
    return "create_ad", {"name": "N", "adset_id": ADSET, "creative_id": office.creative()}


STORIES: list[Story] = [
    own_budget,
    campaign_budget,
    parents_budget,
    budget_of_an_ad,
    budget_below,
    started_below,
    filled_below,
    swapped_below,
    paused_parent_started,
    paused_campaign_started,
    last_of_what_delivers,
    last_of_a_shared_budget,
    targeting_of_a_start,
    creative_of_a_start,
    creative_of_a_pause,
    lowering,
    raised_what_was_started,
    raised_below_a_start,
    raised_with_targeting,
    ad_in_another_ad_set,
    ad_in_a_dearer_ad_set,
    ad_set_in_a_started_campaign,
]
stories = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)


@stories
def test_a_change_of_what_it_rests_on_is_a_conflict(office: Office, story: Story) -> None:
    """Between proposal and approval: nothing of it is sent, and what changed is told from what to what."""
    made, edit, words = story(office)
    edit()
    refused(office, made, *words)


@stories
def test_without_an_edit_the_same_is_done(office: Office, story: Story) -> None:
    """In an unmoved world no change of these is a conflict."""
    made, _, _ = story(office)
    assert set(said(office.apply(made))) == {"done"}


@stories
def test_after_approval_it_is_a_conflict_as_well(office: Office, story: Story) -> None:
    """A yes in one process, an edit, the apply in the next."""
    made, edit, words = story(office)
    assert office.session().journal.approve(made, "a person") == ""
    edit()
    refused(office, made, *words)


@stories
def test_during_a_wait_it_is_a_conflict_as_well(office: Office, story: Story) -> None:
    """Between two attempts: the first was throttled, and no second one leaves."""
    made, edit, words = story(office)
    office.faults.requests.clear()
    office.faults.writes = [office.throttled_while(edit)]
    report = office.apply(made)
    assert set(said(report)) == {"conflict"}, outcomes(report)
    assert len(office.faults.sent_writes()) == 1
    assert all(word in notes(report) for word in words)


@stories
def test_after_a_kill_it_is_a_conflict_as_well(office: Office, story: Story) -> None:
    """The process dies as it sends; before the next one goes on, a colleague was there."""
    made, edit, words = story(office)
    office.faults.writes = [dies_before]
    with pytest.raises(Killed):
        office.apply(made)
    office.faults.clock.later(600)
    edit()
    office.faults.requests.clear()
    report = office.apply(made)
    assert set(said(report)) == {"conflict"}, outcomes(report)
    assert office.sent() == []
    assert all(word in notes(report) for word in words)


ONE_OF_EACH = [own_budget, lowering, creative_of_a_start, ad_in_another_ad_set]


@pytest.mark.parametrize("story", ONE_OF_EACH, ids=lambda story: story.__name__)
def test_while_a_person_reads_the_question(office: Office, story: Story, events: Events) -> None:
    """In a chat: the edit comes while the question stands on the screen."""
    made, edit, words = story(office)

    class Reads:
        def decide(self, *_: object) -> Decision:
            office.faults.clock.later(60)
            edit()
            return YES.decide(made, None)  # type: ignore[arg-type]

    session = office.open_session("none", Reads())
    office.faults.requests.clear()
    calls = [_call_of(change) for change in made.changes]
    report = session.run("please", ScriptedModel([calls, "ok"]))
    assert set(said(report)) == {"conflict"}
    assert office.sent() == []
    assert all(word in notes(report) for word in words)


def _call_of(change: Any) -> Any:
    if change.kind == "set_budget":
        return budget(change.target, f"{int(change.after['daily_budget']) / 100:.2f}")
    if change.kind == "create_ad":
        params = change.request.params
        return "create_ad", {
            "name": "N",
            "adset_id": params["adset_id"],
            "creative_id": params["creative"]["creative_id"],
        }
    return "set_status", {"ids": [change.target], "status": change.after["status"]}


@pytest.mark.parametrize("moment", ["before", "while asked"])
def test_a_host_hears_of_a_conflict(office: Office, workspace: Path, moment: str) -> None:
    """`apply_changes` of MCP: before it is called, and while its person reads the question."""
    office.set(ADSET, status="PAUSED", daily_budget="1000")
    dear = lambda: office.set(ADSET, daily_budget="9000000")  # noqa: E731

    class Slow(Person):
        async def __call__(self, context: Any, params: Any) -> Any:
            if moment != "before":
                dear()
            return await super().__call__(context, params)

    person = Slow()
    host = Host(workspace, office.faults.clock, person=person)
    with closing(host.server):
        proposed = host.propose([ADSET], "ACTIVE")
        office.faults.clock.later(60)
        if moment == "before":
            dear()
        office.faults.requests.clear()
        told = str(host.apply(proposed))
    assert person.asked
    assert "daily budget 10.00 USD → 90,000.00 USD" in told
    assert office.sent() == []
    assert office.sandbox.status(ADSET) == "PAUSED"


# --- what waits, and what is sent between


def test_a_slow_answer_between_two_groups(office: Office) -> None:
    """Two ad sets of a campaign go one after the other; the second was edited while the first answered slowly."""
    made = office.propose(budget(ADSET, "150.00"), budget(SECOND, "200.00"))
    office.faults.writes = [office.slow_while(lambda: office.set(SECOND, daily_budget="4200"))]
    report = office.apply(made)
    assert said(report) == ["done", "conflict"]
    assert office.sent_to(SECOND) == []
    assert office.sandbox.get(SECOND, fields="daily_budget")["daily_budget"] == "4200"


@pytest.mark.parametrize("what", ["frozen", "clock set"])
def test_a_machine_that_slept_looks_again(office: Office, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The steady clock stands still while a lid is closed: a comparison of that time does not count."""
    made = office.propose(budget(ADSET, "150.00"))
    clock, session = office.faults.clock, office.session()
    from agent.writes.resolve import Settler

    looked = Settler.look_first

    def and_sleep(self: Settler, course: Any) -> None:
        looked(self, course)
        clock.later(3600 if what == "frozen" else -3600)
        office.set(ADSET, daily_budget="5000")

    session.journal.approve(made, "a person")
    monkeypatch.setattr(Settler, "look_first", and_sleep)
    assert said(session.apply(made)) == ["conflict"]
    assert office.sandbox.get(ADSET, fields="daily_budget")["daily_budget"] == "5000"


def test_what_may_have_been_sent_is_not_called_unsent(office: Office) -> None:
    """An attempt without an answer, a throttle, an edit: the conflict does not say that nothing was sent."""
    office.set(ADSET, status="PAUSED")
    made = office.propose(activate(ADSET))
    edit = office.throttled_while(lambda: office.set(ADSET, daily_budget="9000000"))
    office.faults.writes = [drop_before, edit]
    report = office.apply(made)
    assert said(report) == ["conflict"]
    assert "was sent once without an answer" in notes(report)
    assert "Nothing of it was sent" not in notes(report)


def test_the_others_of_a_set_go_ahead(office: Office) -> None:
    """One of three is a conflict; what does not rest on it is done."""
    one, two = office.running_ads(SECOND)[:2]
    made = office.propose(budget(ADSET, "150.00"), pause(one, two))
    office.set(ADSET, daily_budget="5000")
    report = office.apply(made)
    assert said(report) == ["conflict", "done", "done"]
    assert office.sent_to(ADSET) == []
    assert {one, two} <= office.sandbox.paused()


def test_what_builds_on_a_conflict_is_not_sent(office: Office) -> None:
    """A new ad set is a conflict with its campaign, and the ad in it is never made."""
    office.set(CAMPAIGN, status="PAUSED")
    made = office.propose(
        ad_set(CAMPAIGN),
        ("create_ad", {"name": "N", "adset_id": "new:Set", "creative_id": office.creative()}),
        pause(office.running_ads(IN_SHARED)[0]),
    )
    office.set(CAMPAIGN, status="ACTIVE")
    report = office.apply(made)
    assert said(report) == ["conflict", "refused", "done"]
    assert "because it builds on Set" in outcomes(report)[1].note
    assert len(office.sent()) == 1


def test_what_is_asked_for_again_is_done(office: Office) -> None:
    """A fresh proposal shows the new budget, and may be approved as it is now."""
    made, _, _ = own_budget(office)
    office.set(ADSET, daily_budget="2000")
    refused(office, made, "10.00 USD → 20.00 USD")
    again = office.propose(activate(ADSET))
    assert again.changes[0].spend.daily_minor == 2000
    assert said(office.apply(again)) == ["done"]


# --- undo


def swapped(office: Office) -> Any:
    """The ad shows another creative."""
    ad = office.made("Hero ad")
    return lambda: office.swap(ad), f"ad {ad} creative ", "Hero ad"


def reached(office: Office) -> Any:
    """The ad set reaches other people."""
    adset = office.made("Set", "adsets")
    edit = lambda: office.set(adset, targeting={"geo_locations": {"countries": ["CA"]}})  # noqa: E731
    return edit, f"ad set {adset} has another targeting", "Set"


def dearer(office: Office) -> Any:
    """The ad set has another budget."""
    adset = office.made("Set", "adsets")
    return lambda: office.set(adset, daily_budget="7700"), "daily budget 10.00 USD → 77.00 USD", "Set"


def started(office: Office) -> Any:
    """The campaign runs."""
    campaign = office.made("New", "campaigns")
    return lambda: office.set(campaign, status="ACTIVE"), f"campaign {campaign} status PAUSED → ACTIVE", "New"


def filled(office: Office) -> Any:
    """A colleague's ad hangs below."""
    adset = office.made("Set", "adsets")
    return lambda: office.new_ad(adset), "is new (status ACTIVE)", "Set"


def started_and_filled(office: Office) -> Any:
    """What was seen: a colleague activated it and filled it."""
    first, second = started(office), filled(office)
    return lambda: (first[0](), second[0]()), first[1], "New"


undone = pytest.mark.parametrize(
    "story", [swapped, reached, dearer, started, filled, started_and_filled], ids=lambda s: s.__name__
)


@undone
def test_a_waiting_undo_deletes_nothing_that_became_somebodys(office: Office, story: Any) -> None:
    """Proposed, then edited, then applied: what was edited and all above it stay."""
    launch = office.launch()
    made = office.undo(launch)
    edit, words, name = story(office)
    edit()
    office.faults.requests.clear()
    report = office.apply(made)
    by_name = {o.change.name: o for o in outcomes(report)}
    assert by_name[name].said in ("conflict", "refused")
    assert words in notes(report)
    assert by_name["New"].said in ("conflict", "refused")
    kept = {by_name[n].change.target for n in by_name if by_name[n].said != "done"}
    assert not [path for _, path in office.sent() if path in kept]
    assert office.made("New", "campaigns")


@undone
def test_an_undo_proposed_afterwards_leaves_it_alone(office: Office, story: Any) -> None:
    """Edited, then undone: it is not even proposed, and neither is what stands above it."""
    launch = office.launch()
    edit, _, name = story(office)
    edit()
    session = office.open_session("none")
    report = session.run("undo", ScriptedModel([[("undo", {"change_set_id": launch.id})], "ok"]))
    proposed = {c.name for s in report.change_sets for c in s.change_set.changes}
    assert not {name, "New"} & proposed


def test_a_delete_looks_at_the_very_last_moment(office: Office) -> None:
    """The look before the first send is a moment old when the campaign's turn comes; it looks once more."""
    made = office.undo(office.launch())
    campaign = office.made("New", "campaigns")
    office.faults.requests.clear()

    def edit(forward: Any, request: httpx.Request) -> httpx.Response:
        answer = forward()
        office.set(campaign, status="ACTIVE")
        return answer

    office.faults.writes = [None, edit]
    report = office.apply(made)
    assert {o.change.name: o.said for o in outcomes(report)}["New"] == "conflict"
    assert office.sent_to(campaign) == []


def test_seven_pauses_are_taken_back_for_nothing(office: Office) -> None:
    """Seven ads of ad sets that deliver: nothing is added, and `all` lets it through on the same day."""
    ads = [*office.running_ads(ADSET)[:3], *office.running_ads(SECOND)[:4]]
    made = office.do(pause(*ads))
    session = office.open_session("all")
    report = session.run("undo", ScriptedModel([[("undo", {"change_set_id": made.id})], "ok"]))
    changes = report.change_sets[0].change_set.changes
    assert sum(c.spend.daily_minor or 0 for c in changes) == 0
    assert set(said(report)) == {"done"}
    assert not set(ads) & office.sandbox.paused()


@pytest.mark.parametrize("target", [ADSET, CAMPAIGN, SHARED])
@pytest.mark.parametrize("dear", [False, True])
def test_a_pause_is_taken_back_to_the_budgets_that_were_there(
    office: Office, target: str, dear: bool
) -> None:
    """Under `all` the same budgets start again; a budget that somebody made 90,000.00 needs a person."""
    made = office.do(pause(target))
    if dear:
        office.set(SHARED if target == SHARED else ADSET, daily_budget="9000000")
    session = office.open_session("all")
    report = session.run("undo", ScriptedModel([[("undo", {"change_set_id": made.id})], "ok"]))
    assert set(said(report)) == ({"not sent"} if dear else {"done"})
    assert office.sandbox.status(target) == ("PAUSED" if dear else "ACTIVE")


# --- a set's own changes, and what stops spend


def test_a_whole_chain_is_started_in_one_set(office: Office) -> None:
    """Campaign, ad set and ads: each rests on the others, and all are started."""
    ads = office.paused_ads(ADSET)
    office.set(ADSET, status="PAUSED")
    office.set(CAMPAIGN, status="PAUSED")
    made = office.propose(activate(CAMPAIGN, ADSET, *ads))
    office.faults.writes = [graph_error(17, 2446079)]
    assert set(said(office.apply(made))) == {"done"}


def test_one_at_a_time_in_whatever_order(office: Office) -> None:
    """Ads first, then what holds them, each after a wait: what the set itself did is as expected."""
    ads = office.paused_ads(ADSET)
    office.set(ADSET, status="PAUSED")
    made = office.propose(activate(*ads), budget(ADSET, "190.00"), activate(ADSET), budget(SECOND, "240.00"))
    slow = office.slow_while(lambda: None)
    office.faults.writes = [slow, slow, slow]
    assert set(said(office.apply(made))) == {"done"}


def test_a_whole_launch_is_deleted(office: Office) -> None:
    """Each deletion removes what the next one rests on."""
    made = office.undo(office.launch())
    assert set(said(office.apply(made))) == {"done"}
    assert [method for method, _ in office.sent()].count("DELETE") == len(made.changes)


def test_budget_and_status_of_one_object(office: Office) -> None:
    """A new budget and a start, between which a wait lies."""
    office.set(ADSET, status="PAUSED")
    made = office.propose(budget(ADSET, "190.00"), activate(ADSET))
    office.faults.writes = [office.slow_while(lambda: None)]
    assert said(office.apply(made)) == ["done", "done"]


def test_new_content_and_a_start_of_one_ad(office: Office) -> None:
    """The start is throttled until the ad has the creative that the same set gave it; then it goes out."""
    ad = office.paused_ads(ADSET)[0]
    made = office.propose(("refresh_ad", {"ad_ids": [ad], "bodies": ["Newly said"]}), activate(ad))
    before = office.sandbox.get(ad, fields="creative{id}")["creative"]["id"]
    late = item_errors(17, 1, subcode=2446079)
    office.faults.writes = [late, late]
    assert set(said(office.apply(made))) == {"done"}
    assert office.sandbox.get(ad, fields="creative{id}")["creative"]["id"] != before
    assert office.sandbox.status(ad) == "ACTIVE"


def test_a_new_ad_in_an_ad_set_that_is_started(office: Office) -> None:
    """The ad set runs and holds one more by the time; both were this set."""
    office.set(ADSET, status="PAUSED")
    made = office.propose(activate(ADSET), _new_ad(office))
    slow = office.slow_while(lambda: None)
    office.faults.writes = [slow, slow]
    assert said(office.apply(made)) == ["done", "done"]


def test_one_is_paused_and_another_started_in_its_place(office: Office) -> None:
    """The only running ad is swapped for a paused one: that nothing runs between is this set's doing."""
    paused = office.paused_ads(ADSET)[0]
    first, *rest = office.running_ads(ADSET)
    for ad in rest:
        office.set(ad, status="PAUSED")
    made = office.propose(pause(first), activate(paused))
    session = office.session()
    session.journal.approve(made, "a person")
    office.faults.writes = [office.slow_while(lambda: None)]
    assert set(said(office.apply(made))) == {"done"}


@pytest.mark.parametrize("target", ["ad", ADSET, CAMPAIGN])
def test_a_pause_is_not_stopped_by_what_is_around(office: Office, target: str) -> None:
    """Budgets, targeting, new ads: what is to be stopped is the better stopped."""
    target = office.running_ads(ADSET)[0] if target == "ad" else target
    made = office.propose(pause(target))
    office.set(ADSET, daily_budget="9000000")
    office.set(ADSET, targeting={"geo_locations": {"countries": ["CA"]}})
    office.new_ad(ADSET)
    assert said(office.apply(made)) == ["done"]


def test_stop_is_not_stopped_by_a_budget(office: Office) -> None:
    """The emergency brake rests on nothing."""
    office.set(ADSET, status="PAUSED")
    office.do(activate(ADSET))
    made = office.propose(("stop", {"hours": 2, "reach": "own"}))
    assert [c.effect for c in made.changes] == [Effect.STOP_SPEND]
    office.set(ADSET, daily_budget="9000000")
    office.swap(office.running_ads(ADSET)[0])
    assert said(office.apply(made)) == ["done"]
    assert office.sandbox.status(ADSET) == "PAUSED"


def test_what_it_rests_on_is_part_of_what_is_approved(office: Office) -> None:
    """The digest covers it: a set that rests on something else has another id."""
    made = office.propose(budget(ADSET, "150.00"))
    (change,) = made.changes
    other = change.model_copy(update={"rests_on": change.rests_on | {f"ad set {ADSET} status": "PAUSED"}})
    moved = ChangeSet.model_validate(made.model_dump() | {"changes": (other.model_dump(),)})
    assert moved.id != made.id


def test_a_wait_for_room_comes_before_the_last_look(office: Office) -> None:
    """Meta's allowance is used up when the write's turn comes: what is edited in that wait is seen."""
    made = office.propose(budget(ADSET, "150.00"))
    session = office.session()
    session.journal.approve(made, "a person")
    waits, governor = iter([90.0]), session.world.wire.governor
    assert governor
    admit = governor.admit

    def full_once(cost: Any) -> float:
        if not cost.writes or not (wait_s := next(waits, 0.0)):
            return admit(cost)
        office.set(ADSET, daily_budget="5000")
        return wait_s

    governor.admit = full_once  # type: ignore[method-assign]
    office.faults.requests.clear()
    assert said(session.apply(made)) == ["conflict"]
    assert office.sent() == []
    assert next(waits, None) is None
