"""What is kept of accounts, in a file of one machine or a database of many."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.overview.snapshots import Snapshots
from tests.agent.overview.conftest import LIVE, NOW

HOSTILE = {"name": "100 % 'quoted' ? naïve · 日本 🙂 \u202e \x00", "rows": [{"spend": "1.00"}]}


@pytest.mark.usefixtures("engine")
def test_the_newest_answer_of_each_part_is_kept_by_world_and_account(snapshots: Snapshots) -> None:
    """A new answer takes the place of the old one, a failure only says why; worlds and accounts keep apart."""
    other, sandbox = replace(LIVE, account="act_2", name="Beta"), replace(LIVE, world="sandbox")
    for place in (LIVE, other, sandbox):
        snapshots.keep(place, "check", {"of": place.account})
    snapshots.now = lambda: NOW + timedelta(hours=1)
    snapshots.keep(replace(LIVE, name="Acme renamed"), "check", HOSTILE)
    snapshots.fail(LIVE, ["check", "days"], "no permission")
    first, second = snapshots.all_of("check", "days", sandboxed=False)
    assert [(one.place.account, one.place.name) for one in (first, second)] == [
        ("act_1", "Acme"),
        ("act_2", "Beta"),
    ]
    check, days = first.parts["check"], first.parts["days"]
    assert (check.answer, check.taken_at, check.problem) == (
        HOSTILE,
        NOW + timedelta(hours=1),
        "no permission",
    )
    assert (days.answer, days.taken_at) == ({}, None)
    assert second.parts["check"].answer == {"of": "act_2"}
    assert snapshots.taken_at(other, "check") == NOW
    assert snapshots.taken_at(other, "days") is None
    (kept,) = snapshots.all_of("check", sandboxed=True)
    assert (kept.place, kept.parts["check"].problem) == (sandbox, "")
    one = snapshots.one_of("act_1", "check", sandboxed=True)
    assert one
    assert one.place == sandbox
    assert snapshots.one_of("act_2", "check", sandboxed=True) is None
    snapshots.forget_all_but(LIVE.world, ["act_1", "act_3"])
    assert [one.place.account for one in snapshots.all_of("check", sandboxed=False)] == ["act_1"]
    assert len(snapshots.all_of("check", sandboxed=True)) == 1
    snapshots.now = lambda: NOW + timedelta(hours=2)
    snapshots.keep(replace(LIVE, world="https://other"), "check", {"newer": "world"})
    newest = snapshots.one_of("act_1", "check", sandboxed=False)
    assert newest
    assert newest.parts["check"].answer == {"newer": "world"}
