"""Whoever declines or undoes a set that is in another state hears what it is, since when, and what can be done with it."""

import re

import pytest

from agent.run.reopen import carry_out
from agent.setup.stops import Forbidden
from agent.writes.approval import approved_by
from agent.writes.change_events import Decided
from tests.agent.support import ACCOUNT, brand, graph_error, item_errors
from tests.agent.writes.test_apply import active, pause
from tests.agent.writes.test_policy import change

JAPAN = "act_234567890"
AT = r"at 20[0-9-]+ [0-9:]+ UTC-0[45]:00"


def proposed(session, ids):
    return session.run("pause", pause(ids)).change_sets[0].change_set


def undone(session, change_set_id: str) -> str:
    """What undo says when there is nothing to take back."""
    _, told = session.tool("undo", {"change_set_id": change_set_id})
    return str(told["error"])


def declined(session, change_set_id: str) -> str:
    """What decline says, or nothing when it is done."""
    return session.journal.withdraw(ACCOUNT, change_set_id, "somebody in a talk", "")


def test_what_was_never_sent(open_session, sandbox):
    """It waits, was approved, was declined, or there is none of that id."""
    session = open_session("none")
    first, second = (proposed(session, [ad]) for ad in active(sandbox, 2))
    waits = f"Nothing to undo. {first.id} waits since it was proposed {AT}: `adsteward apply {first.id}` asks"
    assert re.match(waits, undone(session, first.id))
    session.journal.approve(first, "me")
    said = f"{first.id} was approved {AT} and nothing of it was sent: `adsteward apply {first.id}` looks and goes on."
    assert re.fullmatch(f"{said} Nothing was changed.", declined(session, first.id))
    assert re.fullmatch(f"Nothing to undo. {said}", undone(session, first.id))
    assert declined(session, second.id) == ""
    assert f"{second.id} was declined" in declined(session, second.id)
    assert re.search(
        f"{second.id} was declined {AT} by somebody in a talk: at a terminal `adsteward apply",
        undone(session, second.id),
    )
    assert undone(session, "cs-000000000000").startswith(
        "Nothing to undo. There is no change set cs-000000000000."
    )


def test_an_approval_that_is_over(open_session, sandbox, faults):
    """After a day the set is asked about again, and that is said."""
    session = open_session("none")
    stored = proposed(session, active(sandbox, 1))
    session.journal.approve(stored, "me")
    faults.clock.later(25 * 3600)
    assert "`adsteward apply" in declined(session, stored.id)
    assert "asks again, looks and goes on. Nothing was changed." in declined(session, stored.id)


def test_what_was_sent(open_session, sandbox, faults):
    """Applied, taken back, done in part, and not done."""
    ads = active(sandbox, 5)
    session = open_session("ask", approved_by("me"))
    whole = proposed(session, ads[:1])
    said = f"{whole.id} was applied {AT}: `adsteward undo {whole.id}` takes it back. Nothing was changed."
    assert re.fullmatch(said, declined(session, whole.id))
    session.tool("undo", {"change_set_id": whole.id})
    assert re.match(f"{whole.id} was applied and has been taken back {AT}: ask", declined(session, whole.id))
    faults.writes = [item_errors(100, 1)]
    part = proposed(session, ads[1:4])
    counts = "(?:2 done, 1 refused|1 refused, 2 done)"
    said = f"{part.id} was applied in part {AT}: {counts}: `adsteward undo {part.id}` takes back what is done. Nothing"
    assert re.match(said, declined(session, part.id))
    faults.writes = [graph_error(100)]
    failed = proposed(session, ads[4:])
    assert re.search(
        f"{failed.id} was not done {AT}: 1 refused: ask for the change again.", undone(session, failed.id)
    )


def test_what_was_so_already(open_session, sandbox, faults):
    """Nothing was sent for it, so undo is not named as a way back."""
    session = open_session("none")
    (ad,) = active(sandbox, 1)
    stored = proposed(session, [ad])
    sandbox.post(ad, status="PAUSED")
    session.journal.approve(stored, "me")
    faults.clock.later(10)
    session.apply(stored)
    said = undone(session, stored.id)
    assert re.search(f"{stored.id} was so already {AT}: nothing was sent for it.", said)


def test_a_deletion_is_called_final_and_says_what_brings_it_back(open_session):
    """The question about it is no refusal; undo of a deletion says what to do."""
    ruling = (
        open_session("all").policy().ruling([change(kind="delete", effect="irreversible", name="Winter")])
    )
    assert ruling.reason == "deleting 'Winter' is final: to have it again, it must be made anew"


def test_the_currency_of_an_account_that_changed_while_a_set_waited(
    open_session, sandbox, faults, workspace, events
):
    """What was shown in one currency is not sent in another, nor undone; a bare limit says nothing until somebody looks."""
    stack, yes = f"ad_account: {JAPAN}\nmax_daily_budget: 10000\n", approved_by("test")
    brand(workspace, stack)
    row = sandbox.get(f"{JAPAN}/adsets", fields="id,daily_budget")["data"][0]
    lower, lowest = ({"id": row["id"], "daily_budget": f"{int(row['daily_budget']) - n} JPY"} for n in (1, 2))
    done, _ = open_session("ask", approver=yes).tool("set_budget", lower)
    waits, _ = open_session("none").tool("set_budget", lowest)
    sandbox.world.nodes[JAPAN].data["currency"] = "USD"
    sent = len(faults.sent_writes())
    with pytest.raises(
        Forbidden, match=r"amounts are in JPY, and the account is in USD now.*Nothing was sent"
    ):
        carry_out(open_session("ask", approver=yes), waits.change_sets[0].change_set)
    undo = {"change_set_id": done.change_sets[0].change_set.id}
    _, undone = open_session("ask", approver=yes).tool("undo", undo)
    assert "amounts are in JPY" in undone["error"]
    pausing = {"ids": [row["id"]], "status": "PAUSED"}
    report, _ = open_session("ask", approver=yes).tool("set_status", pausing)
    assert (report.exit_code, len(faults.sent_writes())) == (3, sent)
    why = events.of(Decided)[-1].reason
    assert (
        "was in JPY when it was changed last and is in USD now, and max_daily_budget 10000 in stack.md" in why
    )
    stopped, _ = open_session("ask", approver=yes).tool("stop", {"reach": "all"})
    assert stopped.change_sets[0].state == "applied"
    carry_out(open_session("ask", approver=yes), report.change_sets[0].change_set)
    assert sandbox.status(row["id"]) == "ACTIVE"
    brand(workspace, stack + "currency: USD\n")
    carry_out(open_session("ask", approver=yes), report.change_sets[0].change_set)
    assert sandbox.status(row["id"]) == "PAUSED"


def test_the_currency_of_before_is_known_whatever_became_of_the_last_set(
    open_session, sandbox, faults, workspace, events
):
    """One that was done in part, and any number of emergency brakes since, make nobody forget it."""
    brand(workspace, f"ad_account: {JAPAN}\nmax_daily_budget: 10000\nmax_pauses_per_day: 99\n")
    yes = approved_by("test")
    ads = [ad["id"] for ad in sandbox.get(f"{JAPAN}/ads", fields="id", limit="99")["data"]]
    on = [ad for ad in ads if sandbox.status(ad) == "ACTIVE"]
    faults.writes = [item_errors(100, 1)]
    report, _ = open_session("ask", approver=yes).tool("set_status", {"ids": on[:2], "status": "PAUSED"})
    assert report.change_sets[0].state == "partly_applied"
    sandbox.world.nodes[JAPAN].data["currency"] = "USD"
    campaigns = [row["id"] for row in sandbox.get(f"{JAPAN}/campaigns", fields="id", limit="99")["data"]]
    on_then = [i for i in campaigns if sandbox.status(i) == "ACTIVE"]
    for _ in range(11):
        stopped, _ = open_session("ask", approver=yes).tool("stop", {"reach": "protected"})
        assert stopped.change_sets[0].state == "applied"
        for campaign in on_then:
            sandbox.world.nodes[campaign].data["status"] = "ACTIVE"
    open_session("ask", approver=yes).tool("set_status", {"ids": on[-1:], "status": "PAUSED"})
    assert "was in JPY when it was changed last and is in USD now" in events.of(Decided)[-1].reason
