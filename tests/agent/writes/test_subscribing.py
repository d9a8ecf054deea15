"""Webhooks of an account are switched like any other change: proposed, approved, found after a lost answer, read back, undone."""

import pytest

from agent.run.reopen import carry_out
from agent.writes.approval import approved_by
from sandbox import APP_ID
from tests.agent.support import ACCOUNT, Sandbox, drop_after, drop_before
from tools.domain.changes import Effect, raises_spend


def told(sandbox: Sandbox) -> list[str]:
    return [row["app_id"] for row in sandbox.get(f"{ACCOUNT}/subscribed_apps")["data"]]


@pytest.mark.parametrize("lost", [None, drop_after, drop_before])
def test_webhooks_are_switched_on_and_taken_back(open_session, sandbox, faults, lost):
    """From off to on and back, each proven by the account's list; a lost answer is looked up, and sent again only if it was lost before."""
    session = open_session("ask", approver=approved_by("test"))
    faults.writes = [lost] if lost else []
    report, _ = session.tool("set_webhooks", {"webhooks": "on"})
    (stored,) = report.change_sets
    (outcome,) = stored.outcomes
    assert (report.exit_code, outcome.said, outcome.proven, told(sandbox)) == (0, "done", True, [APP_ID])
    change = outcome.change
    assert (change.effect, change.target, raises_spend(change)) == (Effect.CHANGE_NOTICES, ACCOUNT, False)
    assert (change.before, change.after) == ({"webhooks": "off"}, {"webhooks": "on"})
    assert change.request.params == {"app_id": APP_ID}
    _, again = session.tool("set_webhooks", {"webhooks": "on"})
    assert again["note"] == "webhooks of Northwind Outdoor (demo) are on already"
    set_id = stored.change_set.id
    undone, _ = session.tool("undo", {"change_set_id": set_id})
    assert (undone.change_sets[0].outcomes[0].said, told(sandbox)) == ("done", [])
    assert [r.method for r in faults.sent_writes()][-1] == "DELETE"
    _, nothing = session.tool("undo", {"change_set_id": set_id})
    assert "taken back already" in nothing["note"]


@pytest.mark.parametrize("mode", ["none", "safe"])
def test_a_person_decides_whom_meta_tells(open_session, sandbox, mode):
    """Neither an unattended run nor the standing policy lets it through; it waits."""
    report, _ = open_session(mode).tool("set_webhooks", {"webhooks": "on"})
    assert (report.exit_code, told(sandbox)) == (3, [])


def test_what_somebody_switched_meanwhile_is_left(open_session, sandbox, faults):
    """On already when it is applied: nothing is sent; off already when it is taken back: nothing either."""
    waiting, _ = open_session("none").tool("set_webhooks", {"webhooks": "on"})
    (stored,) = waiting.change_sets
    sandbox.post(f"{ACCOUNT}/subscribed_apps", app_id=APP_ID)
    session = open_session("ask", approver=approved_by("test"))
    report = carry_out(session, stored.change_set)
    assert (report.exit_code, faults.sent_writes()) == (0, [])
    assert report.change_sets[0].outcomes[0].note == "was so already; nothing sent"
    sandbox._http.request("DELETE", f"{ACCOUNT}/subscribed_apps", params={"app_id": APP_ID})
    undone, said = session.tool("undo", {"change_set_id": stored.change_set.id})
    assert (undone.change_sets, faults.sent_writes()) == ((), [])
    assert "Nothing to undo" in str(said) or "already as it was before" in str(said)
