"""A new campaign, its ad sets and their ads are made once each, whatever is lost on the way."""

import json
from typing import Any

import httpx
import pytest

from agent.writes.approval import approved_by
from agent.writes.resolve import NOT_SHOWN
from tests.agent.support import (
    ACCOUNT,
    Killed,
    Sandbox,
    ScriptedModel,
    batch_of,
    die_after,
    drop_after,
    drop_before,
    graph_error,
    html_after,
)

CREATIVE = "23849000000001"
US = {"countries": ["United States"]}
SUMMER = "23846000000002"


def chain(sets: int = 2) -> ScriptedModel:
    """A campaign with ad sets, and an ad in each."""
    calls: list[tuple[str, dict[str, Any]]] = [
        ("create_campaign", {"name": "Winter", "objective": "traffic"})
    ]
    for number in range(sets):
        name = f"Set {number}"
        budget = {"daily_budget": "20 USD", "targeting": US}
        calls.append(("create_ad_set", {"name": name, "campaign_id": "new:Winter"} | budget))
        calls.append(
            ("create_ad", {"name": f"Ad {number}", "creative_id": CREATIVE, "adset_id": f"new:{name}"})
        )
    return ScriptedModel([calls, "done"])


def made(sandbox: Sandbox) -> dict[str, list[dict[str, Any]]]:
    """All that carries one of our labels, by edge."""
    edges = {"campaigns": "", "adsets": ",campaign_id,daily_budget", "ads": ",adset_id"}
    rows = {
        edge: sandbox.get(f"{ACCOUNT}/{edge}", fields=f"id,name,status,adlabels{more}", limit=500)["data"]
        for edge, more in edges.items()
    }
    return {
        edge: [row for row in found if str(row.get("adlabels")).count("adsteward:")]
        for edge, found in rows.items()
    }


def assert_made_once(sandbox: Sandbox, sets: int = 2) -> None:
    found = made(sandbox)
    assert [len(found[edge]) for edge in ("campaigns", "adsets", "ads")] == [1, sets, sets]
    assert {row["status"] for rows in found.values() for row in rows} == {"PAUSED"}
    assert {row["campaign_id"] for row in found["adsets"]} <= {found["campaigns"][0]["id"]}
    assert {row["adset_id"] for row in found["ads"]} == {row["id"] for row in found["adsets"]}


def test_a_chain_is_made_in_order_and_read_back(open_session, sandbox, faults):
    """Campaign, ad sets one by one, ads: each in a request after what it stands in."""
    report = open_session("all").run("make", chain())
    outcomes = report.change_sets[0].outcomes
    assert [(o.said, o.note) for o in outcomes] == [("done", "read back")] * 5
    assert (
        len(faults.sent_writes()) == 4
    )  # two ad sets of one campaign never share a batch; an ad may join one
    assert_made_once(sandbox)


@pytest.mark.parametrize("position", range(4))
@pytest.mark.parametrize(
    "fault",
    [drop_before, drop_after, html_after, graph_error(2, after=True), graph_error(2)],
    ids=["before", "after", "html after", "code 2 after", "code 2"],
)
def test_a_lost_answer_anywhere_makes_nothing_twice(open_session, sandbox, faults, position, fault):
    """What was made is found by its label, in the campaign or ad set that the same set made."""
    faults.writes = [None] * position + [fault]
    report = open_session("all").run("make", chain())
    assert [o.said for o in report.change_sets[0].outcomes] == ["done"] * 5
    assert_made_once(sandbox)


@pytest.mark.parametrize("position", range(4))
def test_a_process_that_dies_goes_on_where_it_was(open_session, sandbox, faults, position):
    """Applied again, what the dead one made is found and the rest is made."""
    faults.writes = [None] * position + [die_after]
    with pytest.raises(Killed):
        open_session("all").run("make", chain())
    session = open_session("all")
    (stored,) = session.journal.recent(ACCOUNT, 5)
    report = session.apply(session.journal.change_set(stored["id"]))
    assert [o.said for o in report.change_sets[0].outcomes] == ["done"] * 5
    assert_made_once(sandbox)


def test_a_campaign_that_was_made_and_deleted_by_somebody_is_not_made_again(open_session, sandbox, faults):
    """No list shows it any more, but the account's log does."""

    def lost_and_deleted(forward, request):
        answer = forward()
        sandbox.post(answer.json()["id"], status="DELETED")
        raise TimeoutError

    def act(forward, request):
        try:
            return lost_and_deleted(forward, request)
        except TimeoutError:
            return drop_before(forward, request)

    faults.writes = [act]
    model = ScriptedModel([[("create_campaign", {"name": "Winter", "objective": "traffic"})], "done"])
    report = open_session("all").run("make", model)
    (outcome,) = report.change_sets[0].outcomes
    assert outcome.said == "conflict"
    assert "somebody has deleted it since" in outcome.note
    assert not made(sandbox)["campaigns"]
    assert len(faults.sent_writes()) == 1


def test_the_guardrails_hold_for_new_budgets(open_session, sandbox, faults):
    """Over max_daily_budget nothing is proposed."""
    arguments = {"name": "Winter", "objective": "traffic", "daily_budget": "1000.01 USD"}
    model = ScriptedModel([[("create_campaign", arguments)], "sorry"])
    open_session("all").run("make", model)
    assert "over max_daily_budget 1,000.00 USD" in model.results()[0]["error"]
    assert not faults.sent_writes()


TENT = "23848000000001"


def creative_of(sandbox: Sandbox) -> str:
    return str(sandbox.get(TENT, fields="creative{id}")["creative"]["id"])


@pytest.mark.parametrize("position", range(2))
@pytest.mark.parametrize("fault", [drop_before, drop_after, graph_error(2, after=True)])
def test_a_refresh_happens_once_and_can_be_taken_back(open_session, sandbox, faults, position, fault):
    """One new creative, shown by the ad, however many answers are lost; undo shows the old one again."""
    old = creative_of(sandbox)
    faults.writes = [None] * position + [fault]
    session = open_session("all")
    model = ScriptedModel([[("refresh_ad", {"ad_ids": [TENT], "bodies": ["Warm nights"]})], "done"])
    report = session.run("refresh", model)
    creative, ad = report.change_sets[0].outcomes
    assert (creative.said, ad.said) == ("done", "done")
    assert creative_of(sandbox) == creative.result["id"] != old
    edits = [w for w in sandbox.writes() if w["event_type"] == "update_ad_creative"]
    assert len(edits) == 1
    undo = ScriptedModel([[("undo", {"change_set_id": report.change_sets[0].change_set.id})], "done"])
    session = open_session("ask", approved_by("test"))
    assert session.run("undo", undo).status == "done"
    assert creative_of(sandbox) == old
    assert sandbox.status(creative.result["id"]) == "DELETED"


def test_what_somebody_else_put_into_the_ad_meanwhile_stays(open_session, sandbox, faults):
    """Between proposal and apply the ad got another creative: a conflict, nothing is overwritten, and no creative is made for nothing."""
    session = open_session("none")
    model = ScriptedModel([[("refresh_ad", {"ad_ids": [TENT], "bodies": ["Warm nights"]})], "done"])
    change_set = session.run("refresh", model).change_sets[0].change_set
    sandbox.post(TENT, creative='{"creative_id": "23849000000002"}')
    session.journal.approve(change_set, "test")
    report = session.apply(change_set)
    assert [o.said for o in report.change_sets[0].outcomes] == ["refused", "conflict"]
    assert creative_of(sandbox) == "23849000000002"


def test_applying_again_reads_back_what_meta_did_not_show_yet(open_session, sandbox, faults):
    """As its note says: nothing is sent, the new campaign is found, and then there is nothing left to read."""

    def hidden(_: Any, request: httpx.Request) -> httpx.Response:
        nothing = {"data": []}
        items = [{"code": 200, "headers": [], "body": json.dumps(nothing)} for _ in batch_of(request)]
        return httpx.Response(200, json=items or nothing)

    def made_but_hidden(forward: Any, _: Any) -> httpx.Response:
        faults.reads = [hidden] * 20
        return forward()

    faults.writes = [made_but_hidden]
    session = open_session()
    report = session.run("make", chain(sets=0))
    (stored,) = report.change_sets
    assert (stored.state, stored.outcomes[0].note) == ("applied", NOT_SHOWN)
    faults.reads.clear()
    again = session.apply(stored.change_set)
    assert again.change_sets[0].outcomes[0].note == "read back"
    assert "1 of 1 change of" in again.answer
    assert len(faults.sent_writes()) == 1
    assert "nothing was sent" in session.apply(stored.change_set).answer
    assert_made_once(sandbox, sets=0)
