"""A review and the pauses it leads to cost few requests, also where an answer is lost."""

import pytest

from tests.agent.support import ScriptedModel, batch_of, drop_after

PAUSES = 7


@pytest.mark.parametrize("fault", [None, drop_after])
def test_a_review_of_many_days_and_its_pauses_take_six_requests(
    open_session, sandbox, faults, fault, monkeypatch
):
    """The account; lists and first pages; the days in slices; the levels above; the pauses; and one list that proves them all."""
    monkeypatch.setattr("tools.read.review.review_reads.DAYS_PAGE", 600)
    losers = sandbox.of_class("loser")[:PAUSES]
    model = ScriptedModel(
        [[("review_performance", {})], [("set_status", {"ids": losers, "status": "PAUSED"})], "done"]
    )
    faults.writes = [fault]
    report = open_session().run("pause what underperforms", model)
    assert report.status == "done"
    assert set(losers) <= sandbox.paused()
    assert len(faults.requests) == report.graph.requests == 6
    assert len(batch_of(faults.requests[2])) == 4
    assert len(faults.sent_writes()) == 1
    assert batch_of(faults.requests[-1])[0]["relative_url"].count("%22") > 2 * PAUSES
