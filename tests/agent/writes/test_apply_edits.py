"""Edits of what is there: sent once, read back, found after a lost answer, taken back; removals never without a person."""

import json
from contextlib import closing
from datetime import timedelta

import pytest

from agent.run.reopen import carry_out
from agent.writes.approval import DecidedBefore, Decision, approved_by
from agent.writes.change_events import Decided
from tests.agent.support import Events, ScriptedModel, brand, drop_after
from tests.tools.support import EARLY_BIRD, PROSPECTING, SUMMER, TENT

DELETER = DecidedBefore(Decision("approved", "test", deletes=True))


def outcomes(report):
    return [o.said for stored in report.change_sets for o in stored.outcomes]


@pytest.mark.parametrize("lost", [False, True])
def test_an_edit_is_read_back_and_taken_back(open_session, workspace, sandbox, faults, lost):
    """One request, also when its answer is lost; undo sets every field back as it was."""
    brand(workspace, "max_pauses_per_day: 90\nmax_daily_budget: 1000\n")
    calls = [
        ("rename", {"ids": [TENT], "name": "Q4 {name}"}, [("name", TENT)]),
        ("label", {"ids": [TENT], "add": ["Q4", "winter"]}, [("adlabels", TENT)]),
        (
            "edit_targeting",
            {
                "adset_ids": [PROSPECTING],
                "countries": ["GB"],
                "age_min": 30,
                "placements": ["instagram story"],
            },
            [("targeting", PROSPECTING)],
        ),
        ("edit_limits", {"id": PROSPECTING, "end_time": "2099-12-31"}, [("end_time", PROSPECTING)]),
        (
            "edit_limits",
            {"id": SUMMER, "spend_cap": "90000 USD", "end_time": "2099-12-31"},
            [("spend_cap", SUMMER), ("stop_time", SUMMER)],
        ),
        (
            "edit_limits",
            {"id": PROSPECTING, "bid_strategy": "COST_CAP", "bid_amount": "12.50 USD"},
            [("bid_strategy", PROSPECTING)],
        ),
    ]
    for tool, arguments, fields in calls:
        before = {pair: sandbox.get(pair[1], fields=pair[0]).get(pair[0]) or None for pair in fields}
        faults.writes = [drop_after] if lost else []
        session = open_session("ask", approver=approved_by("test"))
        sent = len(faults.sent_writes())
        report, _ = session.tool(tool, arguments)
        assert outcomes(report) == ["done"], tool
        assert len(faults.sent_writes()) == sent + 1
        after = {pair: sandbox.get(pair[1], fields=pair[0]).get(pair[0]) or None for pair in fields}
        assert all(after[pair] != before[pair] for pair in fields)
        undone, _ = session.tool("undo", {"change_set_id": report.change_sets[0].change_set.id})
        assert outcomes(undone) == ["done"], (tool, undone.change_sets[0].outcomes[0].note)
        assert {pair: sandbox.get(pair[1], fields=pair[0]).get(pair[0]) or None for pair in fields} == before


@pytest.mark.parametrize("how", ["archive", "delete"])
@pytest.mark.parametrize("mode", ["safe", "all", "none"])
def test_nothing_is_removed_without_a_person(open_session, sandbox, how, mode):
    """No mode lets it through by itself: the set waits, and nothing is sent."""
    report, _ = open_session(mode).tool("remove", {"ids": [EARLY_BIRD], "how": how})
    assert report.exit_code == 3
    assert (sandbox.status(EARLY_BIRD), sandbox.writes()) == ("PAUSED", [])


def test_a_deletion_needs_its_word(open_session, sandbox, events: Events):
    """A plain yes deletes nothing and says where the word is typed; with it the ad is gone, and the end says for good."""
    report, _ = open_session("ask", approver=approved_by("test")).tool(
        "remove", {"ids": [EARLY_BIRD], "how": "delete"}
    )
    waits = report.change_sets[0].change_set
    assert "Only a person at a terminal may delete that" in events.of(Decided)[-1].reason
    assert (report.exit_code, sandbox.status(EARLY_BIRD)) == (3, "PAUSED")
    assert "never comes back" in waits.changes[0].undo_note
    session = open_session("ask", approver=DELETER)
    with closing(session):
        report, result = session.tool("remove", {"ids": [EARLY_BIRD], "how": "delete"})
    assert (outcomes(report), sandbox.status(EARLY_BIRD)) == (["done"], "DELETED")
    assert result["undo"] == "cannot be taken back"


def test_archiving_is_found_after_a_lost_answer_and_final(open_session, sandbox, faults):
    """Archived things stand in no list: their own status tells; undo refuses, changes nothing and says why."""
    faults.writes = [drop_after]
    session = open_session("ask", approver=approved_by("test"))
    report, _ = session.tool("remove", {"ids": [TENT], "how": "archive"})
    assert (outcomes(report), sandbox.status(TENT)) == (["done"], "ARCHIVED")
    undone, result = session.tool("undo", {"change_set_id": report.change_sets[0].change_set.id})
    assert (undone.change_sets, undone.status, undone.exit_code) == ((), "refused", 2)
    assert "nothing was changed" in result["error"]
    assert "only be renamed or deleted" in result["error"]


def test_an_edit_that_somebody_else_made_meanwhile_is_a_conflict(open_session, sandbox, faults):
    """Between proposal and approval: nothing is sent, and what it reads now is said in words."""
    report, _ = open_session("none").tool("edit_targeting", {"adset_ids": [PROSPECTING], "age_min": 30})
    sandbox.post(PROSPECTING, targeting='{"geo_locations": {"countries": ["US"]}}')
    sent = len(faults.sent_writes())
    done = carry_out(open_session("ask", approver=approved_by("test")), report.change_sets[0].change_set)
    assert len(faults.sent_writes()) == sent
    assert "countries: US" in done.change_sets[0].outcomes[0].note


def test_two_edits_of_one_object_go_together(open_session, sandbox):
    """What the set itself changed before is no conflict for what comes after it."""
    session = open_session("ask", approver=approved_by("test"))
    calls = [
        ("edit_targeting", {"adset_ids": [PROSPECTING], "age_min": 30}),
        ("edit_limits", {"id": PROSPECTING, "end_time": "2099-12-31"}),
        ("rename", {"ids": [PROSPECTING], "name": "Q4 {name}"}),
    ]
    report = session.run("edit", ScriptedModel([calls, "done"]))
    assert outcomes(report) == ["done"] * 3
    assert sandbox.get(PROSPECTING, fields="targeting")["targeting"]["age_min"] == 30


@pytest.mark.parametrize("mode", ["safe", "all"])
def test_what_can_raise_spend_is_never_safe(open_session, sandbox, mode):
    """A higher bid waits for a person in `safe`, and goes ahead in `all`; a lower one goes ahead in both."""
    sandbox.post(PROSPECTING, bid_strategy="COST_CAP", bid_amount="900")
    higher, _ = open_session(mode).tool("edit_limits", {"id": PROSPECTING, "bid_amount": "12 USD"})
    assert higher.exit_code == (3 if mode == "safe" else 0)
    lower, _ = open_session(mode).tool("edit_limits", {"id": PROSPECTING, "bid_amount": "5 USD"})
    assert outcomes(lower) == ["done"]


def test_a_rule_whose_answer_was_lost_is_found_by_its_name(open_session, sandbox, faults):
    """Not made twice; undo deletes it."""
    faults.writes = [drop_after]
    session = open_session("ask", approver=approved_by("test"))
    report, _ = session.tool("make_rule", {"spend_over": "50 USD", "no_results": True})
    rules = sandbox.get("act_123456789/adrules_library", fields="status")["data"]
    assert (outcomes(report), [rule["status"] for rule in rules]) == (["done"], ["DISABLED"])
    undone, _ = session.tool("undo", {"change_set_id": report.change_sets[0].change_set.id})
    assert outcomes(undone) == ["done"]
    assert sandbox.get("act_123456789/adrules_library", fields="status")["data"] == []


def test_rules_are_deleted_with_the_word_alone(open_session, sandbox):
    """A yes is not enough for a rule, either."""
    made, _ = open_session("all").tool("make_rule", {"spend_over": "50 USD", "no_results": True})
    rule = made.change_sets[0].outcomes[0].result["id"]
    waits, _ = open_session("ask", approver=approved_by("test")).tool("remove_rules", {"ids": [rule]})
    assert waits.exit_code == 3
    gone, _ = open_session("ask", approver=DELETER).tool("remove_rules", {"ids": [rule]})
    assert (outcomes(gone), sandbox.status(rule)) == (["done"], "DELETED")


@pytest.mark.parametrize("mode", ["safe", "all"])
@pytest.mark.parametrize("edit", [{"end_time": "+2"}, {"start_time": "+1", "end_time": "+3"}])
def test_a_lifetime_budget_pressed_into_fewer_days_waits(
    open_session, workspace, sandbox, faults, mode, edit
):
    """What was to be spent in months is not spent in days without a person, also where Meta does not say what is left."""
    brand(workspace, "max_daily_budget: 100\n")
    data = sandbox.world.nodes[PROSPECTING].data
    data.pop("daily_budget")
    data |= {"lifetime_budget": 90_000_000, "end_time": "2099-01-31T00:00:00+0000"}
    if "start_time" in edit:
        data["start_time"] = "2098-01-31T00:00:00+0000"
    today = faults.clock.now().date()
    wanted = {name: str(today + timedelta(days=int(days))) for name, days in edit.items()}
    report, _ = open_session(mode).tool("edit_limits", {"id": PROSPECTING} | wanted)
    assert report.exit_code == 3
    assert sandbox.writes() == []


@pytest.mark.parametrize(
    "edit", [{"id": PROSPECTING, "end_time": "+1"}, {"id": SUMMER, "spend_cap": "90000 USD"}]
)
def test_an_end_or_a_cap_counts_what_it_stops(open_session, workspace, sandbox, faults, edit):
    """Ads that are ended instead of paused count as pauses of the day, before and after."""
    brand(workspace, "max_pauses_per_day: 1\n")
    if "end_time" in edit:
        edit = edit | {"end_time": str(faults.clock.now().date() + timedelta(days=1))}
    report, told = open_session("safe").tool("edit_limits", edit)
    assert report.exit_code == 3
    assert "max_pauses_per_day 1: 1 left" in told["reason"]
    assert sandbox.writes() == []


SAFE = {"brand_safety_content_filter_levels": ["FACEBOOK_STRICT"], "excluded_publisher_list_ids": ["778899"]}


def add_to_targeting(sandbox, parts):
    """Somebody adds parts to the targeting in Ads Manager."""
    now = sandbox.get(PROSPECTING, fields="targeting")["targeting"]
    sandbox.post(PROSPECTING, targeting=json.dumps(now | parts))


def test_a_block_list_that_was_set_while_an_edit_waited_is_not_wiped(open_session, sandbox, faults):
    """A targeting goes out whole: parts that no edit knows are compared too, and said; nor is anything built on it."""
    session = open_session("none")
    calls = [
        ("edit_targeting", {"adset_ids": [PROSPECTING], "age_min": 25}),
        ("edit_limits", {"id": PROSPECTING, "end_time": "2099-12-31"}),
    ]
    report = session.run("edit", ScriptedModel([calls, "done"]))
    add_to_targeting(sandbox, SAFE)
    sent = len(faults.sent_writes())
    done = carry_out(open_session("ask", approver=approved_by("test")), report.change_sets[0].change_set)
    assert len(faults.sent_writes()) == sent
    notes = [o.note for o in done.change_sets[0].outcomes]
    assert (
        "reads targeting brand safety content filter levels FACEBOOK_STRICT; excluded publisher" in notes[0]
    )
    assert "age min" not in notes[0]
    assert f"ad set {PROSPECTING} has another targeting" in notes[1]


def test_a_block_list_that_was_set_after_an_edit_stays_when_it_is_taken_back(open_session, sandbox, faults):
    """What was added since would be wiped unseen: it is left alone, told, and nothing is sent."""
    session = open_session("ask", approver=approved_by("test"))
    report, _ = session.tool("edit_targeting", {"adset_ids": [PROSPECTING], "age_min": 25})
    add_to_targeting(sandbox, SAFE)
    sent = len(faults.sent_writes())
    undone, result = session.tool("undo", {"change_set_id": report.change_sets[0].change_set.id})
    assert (undone.change_sets, len(faults.sent_writes())) == ((), sent)
    assert "changed again since" in result["error"]
    assert "FACEBOOK_STRICT" in result["error"]


def test_an_undo_is_proposed_from_what_is_there_now(open_session, sandbox):
    """A default that was said since is no reason to refuse, but it stands in the proposal, and a wait makes it stale."""
    report, _ = open_session("ask", approver=approved_by("test")).tool(
        "edit_targeting", {"adset_ids": [PROSPECTING], "age_min": 25}
    )
    add_to_targeting(sandbox, {"targeting_relaxation_types": {"lookalike": 0}})
    undo, _ = open_session("none").tool("undo", {"change_set_id": report.change_sets[0].change_set.id})
    waits = undo.change_sets[0].change_set
    assert "lookalike" in waits.changes[0].before["targeting"]
    add_to_targeting(sandbox, {"targeting_relaxation_types": {"lookalike": 0, "custom_audience": 0}})
    done = carry_out(open_session("ask", approver=approved_by("test")), waits)
    assert outcomes(done) == ["conflict"]
