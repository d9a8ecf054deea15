"""Random plans under random faults and crashes: nothing doubled, nothing lost that is reported done."""

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.run.session import Session
from agent.setup.settings import Options
from agent.writes.approval import Nobody
from tests.agent.support import (
    Events,
    Faults,
    Killed,
    Sandbox,
    ScriptedModel,
    die_after,
    die_before,
    drop_after,
    drop_before,
    graph_error,
    html_after,
    item_errors,
    null_items,
    refuse,
)
from tests.agent.writes.test_apply import status_writes
from tests.draws import examples
from tests.faults.history import fast_folder

WRITE_FAULTS = st.sampled_from(
    [
        None,
        refuse,
        drop_before,
        drop_after,
        html_after,
        die_before,
        die_after,
        graph_error(2),
        graph_error(1, after=True, status=500),
        graph_error(17, 2446079),
        graph_error(4, status=200),
        null_items(0, 1),
        item_errors(613, 0, subcode=1487742),
    ]
)
READ_FAULTS = st.sampled_from([None, None, None, refuse, drop_before, graph_error(2), die_before])


class Plan:
    """A change set of pauses and two new ads, and the means to bring it to an end."""

    def __init__(self, folder: Path, faults: Faults) -> None:
        brand = folder / "brand" / "stack.md"
        brand.parent.mkdir()
        brand.write_text("max_pauses_per_day: 50\n", encoding="utf-8")
        self.folder, self.faults = folder, faults
        self.sandbox = Sandbox()
        running = [ad for ad in self.sandbox.ads("id,name,status,creative{id}") if ad["status"] == "ACTIVE"]
        self.ids = [ad["id"] for ad in running if "vergreen" not in ad["name"]][:4]
        creative = running[0]["creative"]["id"]
        new = [("create_ad", {"name": f"new {i}", "creative_id": creative}) for i in range(2)]
        self.script = [[("set_status", {"ids": self.ids, "status": "PAUSED"}), *new], "done"]

    def open(self) -> Session:
        wrapped = self.faults.around(self.sandbox.transport)
        with patch("agent.setup.world._in_process", lambda settings, fresh: (wrapped, "sandbox")):
            session = Session.open(
                Options(sandbox=True, workspace=self.folder),
                approver=Nobody(),
                listener=Events(),
                mode="none",
                sleep=self.faults.clock.sleep,
                now=self.faults.clock.now,
            )
        session.monotonic = self.faults.clock.monotonic
        return session

    def new_ads(self) -> list[str]:
        return sorted(ad["name"] for ad in self.sandbox.ads() if ad["name"].startswith("new "))


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(writes=st.lists(WRITE_FAULTS, max_size=8), reads=st.lists(READ_FAULTS, max_size=8))
def test_whatever_fails_the_account_ends_as_planned(writes, reads):
    """After any faults and crashes, applying again brings the account to the plan, each write made once."""
    with fast_folder() as folder:
        faults = Faults()
        plan = Plan(Path(folder), faults)
        with plan.sandbox:
            first = plan.open()
            change_set = first.run("plan", ScriptedModel(plan.script)).change_sets[0].change_set
            first.journal.approve(change_set, "test")
            first.close()
            faults.writes, faults.reads = list(writes), list(reads)
            report = None
            for _ in range(len(writes) + len(reads) + 3):
                try:
                    session = plan.open()
                except Killed:
                    continue
                except Exception:  # noqa: BLE001 - the account could not be read; a person would try again
                    continue
                try:
                    report = session.apply(change_set)
                except Killed:
                    pass
                finally:
                    session.close()
                if report:
                    check_honest(plan, report)
                if report and report.status == "done":
                    break
            refused = [o for s in report.change_sets for o in s.outcomes if o.said == "refused"]
            if not refused:
                assert report.status == "done"
                assert set(plan.ids) <= plan.sandbox.paused()
                assert plan.new_ads() == ["new 0", "new 1"]
            assert len(plan.new_ads()) == len(set(plan.new_ads()))
            assert sorted(set(status_writes(plan.sandbox))) == sorted(status_writes(plan.sandbox))


def check_honest(plan: Plan, report) -> None:
    """What is reported done is done; nothing is ever there twice."""
    done = {o.change.name for s in report.change_sets for o in s.outcomes if o.said == "done"}
    assert {name for name in done if name.startswith("new ")} <= set(plan.new_ads())
    assert len(plan.new_ads()) == len(set(plan.new_ads()))


@pytest.mark.parametrize("fault", [drop_after, die_after, html_after])
def test_the_property_test_would_see_a_double(fault):
    """A client that sends a lost create again without looking makes two ads here: the check can fail."""
    with fast_folder() as folder:
        faults = Faults()
        plan = Plan(Path(folder), faults)
        with plan.sandbox:
            first = plan.open()
            change_set = first.run("plan", ScriptedModel(plan.script)).change_sets[0].change_set
            first.journal.approve(change_set, "test")
            faults.writes = [fault]
            with patch(
                "agent.writes.look.Witness.look",
                lambda self, change, sent_at, settled: __import__(
                    "agent.writes.look", fromlist=["look"]
                ).Sighting(),
            ):
                try:
                    first.apply(change_set)
                except Killed:
                    pass
                first.apply(change_set)
            first.close()
            assert plan.new_ads() == ["new 0", "new 0", "new 1", "new 1"]
