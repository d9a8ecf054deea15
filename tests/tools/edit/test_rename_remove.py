"""Names, and what goes for good: each as one complete change that says what it is."""

from agent.show.change_lines import change_set_lines
from tests.tools.support import EARLY_BIRD, JACKET, PROSPECTING, SUMMER, TENT, Desk
from tools.domain.changes import ChangeSet, Effect, raises_spend


def shown(*changes) -> str:
    """As a person reads the set before they approve it."""
    proposed = ChangeSet(
        run_id="r",
        created_at="2026-11-20",
        world="sandbox",
        account="act_1",
        currency="USD",
        request="x",
        changes=changes,
    )
    return "\n".join(line.plain for line in change_set_lines(proposed))


def test_names_are_shown_before_and_after(reading: Desk) -> None:
    """A prefix for many takes the old name along; who has the name already is named."""
    names = {i: reading.state()[i]["name"] for i in (TENT, EARLY_BIRD)}
    proposal = reading.propose("rename", ids=[TENT, EARLY_BIRD], name="Q4 {name}")
    assert [c.after["name"] for c in proposal.changes] == [f"Q4 {names[TENT]}", f"Q4 {names[EARLY_BIRD]}"]
    assert {c.effect for c in proposal.changes} == {Effect.CHANGE_NAME}
    assert f"name: {names[TENT]} → Q4 {names[TENT]}" in shown(*proposal.changes)
    assert "already named so" in reading.propose("rename", ids=[TENT], name=names[TENT]).note
    assert "put {name} into it" in reading.refusal("rename", ids=[TENT, EARLY_BIRD], name="Same")
    assert "at most 400" in reading.refusal("rename", ids=[TENT], name="x" * 401)


def test_a_removal_names_all_that_goes(reading: Desk) -> None:
    """The ads under it, how many run, that nothing brings it back; what stands in it needs no change of its own."""
    proposal = reading.propose("remove", ids=[SUMMER, PROSPECTING, TENT], how="delete")
    (change,) = proposal.changes
    assert (change.request.method, change.request.path, change.effect) == (
        "DELETE",
        SUMMER,
        Effect.IRREVERSIBLE,
    )
    assert change.stops > 1
    assert not raises_spend(change)
    text = shown(change)
    assert "delete campaign" in text
    assert f"({change.stops} running or about to)" in text
    assert "undo: cannot be undone: a deleted campaign never comes back" in text
    assert "go with what holds them" in proposal.note
    archived = reading.one("remove", ids=[JACKET], how="archive")
    assert archived.request.params == {"status": "ARCHIVED"}
    assert "status: ACTIVE → ARCHIVED" in shown(archived)


def test_labels_join_those_that_are_there(desk: Desk) -> None:
    """Before and after in one line; the mark of what adsteward made stays, and is none to ask for."""
    desk.elsewhere(TENT, adlabels='[{"name": "adsteward:0123"}, {"name": "Q3"}]')
    change = desk.one("label", ids=[TENT], add=["Q4"], remove=["Q3"])
    assert "labels: Q3, adsteward:0123 → Q4, adsteward:0123" in shown(change)
    assert not raises_spend(change)
    assert "labelled so already" in desk.propose("label", ids=[TENT], add=["Q3"]).note
    assert "none that begins with adsteward:" in desk.refusal("label", ids=[TENT], remove=["adsteward:0123"])
