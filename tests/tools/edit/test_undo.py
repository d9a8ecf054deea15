"""Taking back: only what is still as it was left, each thing in its own way."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tools.support import (
    ACCOUNT,
    EARLY_BIRD,
    EVERGREEN,
    JACKET,
    PROSPECTING,
    SUMMER,
    TENT,
    Desk,
    a_picture,
    demo_brand,
)
from tools.domain.changes import Change, Effect, Request, Spend, marker_of
from tools.domain.tool import Proposal
from tools.edit import last_set
from tools.graph import AnswerLost, GraphError


def undone(desk: Desk, *changes: Change) -> Proposal:
    """What undo proposes right after the changes were made."""
    desk.enact(*changes)
    return desk.propose("undo", change_set_id="cs-1")


def launch(desk: Desk, folder: Path) -> tuple[list[Change], list[str]]:
    """An image, a creative and an ad, made in one set; gives changes and ids."""
    desk.propose("upload_image", paths=[str(a_picture(folder / "hero.png"))])
    desk.propose("create_creative", name="Hero", image_hashes=["new:hero.png"], bodies=["b"])
    desk.propose("create_ad", name="Hero ad", creative_id="new:Hero")
    changes = list(desk.context.pending)
    return changes, desk.enact(*changes)


def test_a_pause_is_taken_back_by_activating(desk: Desk) -> None:
    """The inverse sends the old status and names what it restores; its ad set spends its budget already."""
    done = desk.one("set_status", ids=[TENT], status="PAUSED")
    (change,) = undone(desk, done).changes
    change_id = f"run.{desk.context.call_id}.0"
    budget = int(desk.state()["23847000000001"]["daily_budget"])
    assert change == Change(
        id=change_id,
        kind="set_status",
        effect=Effect.START_SPEND,
        account=ACCOUNT,
        level="ad",
        target=TENT,
        name=done.name,
        names=done.names,
        where=("“Summer Sale – Sales” (23846000000002)", "“Summer – Prospecting” (23847000000001)"),
        request=Request(path=TENT, params={"status": "ACTIVE"}),
        before={"status": "PAUSED"},
        after={"status": "ACTIVE"},
        spend=Spend(
            daily_minor=0,
            currency="USD",
            note=f"its budget of {budget / 100:.2f} USD per day is being spent already",
        ),
        reason="undo of cs-1",
        marker=marker_of(change_id),
        undo_note="set back to PAUSED",
        restores=done.id,
    )


def test_an_activation_is_taken_back_by_pausing(desk: Desk) -> None:
    """Undoing a start stops spend."""
    done = desk.one("set_status", ids=[EARLY_BIRD], status="ACTIVE")
    (change,) = undone(desk, done).changes
    assert change.effect is Effect.STOP_SPEND
    assert change.request.params == {"status": "PAUSED"}
    assert change.spend.daily_minor == -(done.spend.daily_minor or 0)


def test_a_budget_is_set_back(desk: Desk) -> None:
    """The old budget is sent in minor units, with the negative of the change's effect."""
    before = desk.state()[PROSPECTING]["daily_budget"]
    done = desk.one("set_budget", id=PROSPECTING, daily_budget="400 USD")
    (change,) = undone(desk, done).changes
    assert change.effect is Effect.CHANGE_SPEND
    assert change.request == Request(path=PROSPECTING, params={"daily_budget": before})
    assert (change.before, change.after) == ({"daily_budget": "40000"}, {"daily_budget": before})
    assert change.spend.daily_minor == int(before) - 40000


def test_a_launch_is_taken_back_ad_before_creative(desk: Desk, tmp_path: Path) -> None:
    """Ad and creative are deleted, the creative only after its ad; the image stays and that is said."""
    (upload, creative, ad), (_, creative_id, ad_id) = launch(desk, tmp_path)
    proposal = desk.propose("undo", change_set_id="cs-1")
    first, second = proposal.changes
    assert [c.request for c in proposal.changes] == [
        Request(method="DELETE", path=ad_id),
        Request(method="DELETE", path=creative_id),
    ]
    assert (first.target, first.level, first.restores) == (ad_id, "ad", ad.id)
    assert (second.target, second.level, second.restores) == (creative_id, None, creative.id)
    assert (first.depends_on, second.depends_on) == ((), (first.id,))
    assert {c.effect for c in proposal.changes} == {Effect.IRREVERSIBLE}
    assert (first.before, first.after) == ({"status": "PAUSED"}, {"status": "DELETED"})
    assert first.undo_note == "a deleted object cannot come back; if you want it again, have it made anew"
    assert first.names == ad.names
    assert (first.shown, second.shown) == ({}, {"what it is": "creative"})
    assert proposal.note == f"hero.png: {upload.undo_note}"


def test_what_is_proposed_brings_everything_back(desk: Desk) -> None:
    """Made at Meta, the inverse leaves every field as it was before the first change."""
    before = desk.state()
    done = [
        *desk.propose("set_status", ids=[TENT, JACKET], status="PAUSED").changes,
        desk.one("set_budget", id=PROSPECTING, daily_budget="400 USD"),
    ]
    changes = undone(desk, *done).changes
    assert [c.restores for c in changes] == [c.id for c in reversed(done)]
    assert [c.id[-2:] for c in changes] == [".0", ".1", ".2"]
    desk.enact(*changes, change_set="cs-2")
    assert desk.state() == before


def test_what_changed_again_is_left_alone(desk: Desk) -> None:
    """A budget that was moved since keeps its new value, and the rest is still taken back."""
    pause = desk.one("set_status", ids=[TENT], status="PAUSED")
    budget = desk.one("set_budget", id=PROSPECTING, daily_budget="400 USD")
    desk.enact(pause, budget)
    desk.elsewhere(PROSPECTING, daily_budget="41000")
    proposal = desk.propose("undo", change_set_id="cs-1")
    assert [c.target for c in proposal.changes] == [TENT]
    assert proposal.note == "Summer – Prospecting: changed again since (now 410.00 USD), left alone"


def test_what_is_back_already_needs_nothing(desk: Desk) -> None:
    """An ad that somebody activated again is as it was before."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"))
    desk.elsewhere(TENT, status="ACTIVE")
    proposal = desk.propose("undo", change_set_id="cs-1")
    assert proposal.changes == ()
    assert proposal.note == "Static – Tent 20% off: already as it was before"


@pytest.mark.parametrize("status", ["DELETED", "ARCHIVED"])
def test_what_is_gone_is_left_alone(desk: Desk, status: str) -> None:
    """Nothing is proposed for a deleted or archived object, which is named once."""
    pause = desk.one("set_status", ids=[TENT], status="PAUSED")
    desk.enact(pause, pause.model_copy(update={"id": "another.change.0"}))
    desk.elsewhere(TENT, status=status)
    said = desk.refusal("undo", change_set_id="cs-1")
    assert (
        said
        == "cs-1 is not taken back, and nothing was changed. Static – Tent 20% off: no longer there, left alone."
    )


def test_what_was_undone_before_is_not_undone_again(desk: Desk) -> None:
    """Changes already taken back are only counted."""
    desk.enact(*desk.propose("set_status", ids=[TENT, JACKET], status="PAUSED").changes)
    entries = desk.ledger.entries
    entries[0] = type(entries[0])(entries[0].change, "cs-1", entries[0].at, {}, undone=True)
    proposal = desk.propose("undo", change_set_id="cs-1")
    assert [c.target for c in proposal.changes] == [JACKET]
    assert proposal.note == "1 change was undone before"


def test_a_set_that_was_taken_back_names_the_one_before_it(desk: Desk) -> None:
    """Nothing is proposed; what took something back itself is not the next."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"), change_set="cs-1")
    desk.enact(desk.one("set_status", ids=[JACKET], status="PAUSED"), change_set="cs-2")
    back = desk.one("undo", change_set_id="cs-2")
    entries = desk.ledger.entries
    entries[1] = replace(entries[1], undone=True)
    desk.enact(back, change_set="cs-3")
    proposal = desk.propose("undo", change_set_id="cs-2")
    name = entries[0].change.name
    assert (proposal.changes, proposal.note) == (
        (),
        f"cs-2 was taken back already; next would be cs-1: {name}",
    )


def test_an_ad_that_was_started_since_keeps_its_creative(desk: Desk, tmp_path: Path) -> None:
    """Neither a running ad nor the creative it runs with is deleted."""
    _, (_, _, ad_id) = launch(desk, tmp_path)
    desk.elsewhere(ad_id, status="ACTIVE")
    said = desk.refusal("undo", change_set_id="cs-1")
    assert "Hero ad: changed again since (now ACTIVE), left alone" in said
    assert "Hero: still used by Hero ad, left alone" in said


def test_a_creative_that_another_ad_shows_by_now_stays(desk: Desk, tmp_path: Path) -> None:
    """Somebody put it into an ad of theirs: that ad would be left without content."""
    _, (_, creative_id, ad_id) = launch(desk, tmp_path)
    desk.elsewhere(TENT, creative=f'{{"creative_id": "{creative_id}"}}')
    proposal = desk.propose("undo", change_set_id="cs-1")
    assert [c.target for c in proposal.changes] == [ad_id]
    assert f"Hero: still used by {desk.state()[TENT]['name']}, left alone" in proposal.note


def test_a_creative_whose_ad_is_gone_is_deleted_alone(desk: Desk, tmp_path: Path) -> None:
    """After somebody deleted the ad, only the creative is left to delete, and it waits for nothing."""
    _, (_, creative_id, ad_id) = launch(desk, tmp_path)
    desk.send("DELETE", ad_id, {})
    proposal = desk.propose("undo", change_set_id="cs-1")
    (change,) = proposal.changes
    assert (change.target, change.depends_on) == (creative_id, ())
    assert "Hero ad: no longer there, left alone" in proposal.note


def test_a_creative_that_is_gone_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    """Deleted by hand or never there: nothing is proposed for it."""
    _, (_, creative_id, ad_id) = launch(desk, tmp_path)
    for object_id in (ad_id, creative_id):
        desk.send("DELETE", object_id, {})
    assert "nothing was changed" in desk.refusal("undo", change_set_id="cs-1")
    del desk.world.nodes[creative_id]
    assert "Hero: no longer there, left alone" in desk.refusal("undo", change_set_id="cs-1")


def test_a_creative_that_cannot_be_read_is_not_taken_for_gone(desk: Desk, tmp_path: Path) -> None:
    """Any other failure than not-found is passed on."""
    launch(desk, tmp_path)
    desk.wire._http._client.headers["Authorization"] = "Bearer sandbox-expired"
    with pytest.raises(GraphError, match="expired"):
        desk.call("undo", change_set_id="cs-1")


def test_what_is_protected_now_is_left_alone(desk: Desk) -> None:
    """A protected object blocks nothing but itself."""
    desk.context.brand = demo_brand(protect=())
    desk.enact(*desk.propose("set_status", ids=[EVERGREEN, TENT], status="PAUSED").changes)
    desk.context.brand = demo_brand()
    proposal = desk.propose("undo", change_set_id="cs-1")
    assert [c.target for c in proposal.changes] == [TENT]
    assert proposal.note.endswith("protected by stack.md (*evergreen*), left alone")


def test_an_undo_can_be_undone(desk: Desk) -> None:
    """Taking back a taking back pauses the ad again."""
    desk.enact(*undone(desk, desk.one("set_status", ids=[TENT], status="PAUSED")).changes, change_set="cs-2")
    proposal = desk.propose("undo", change_set_id="cs-2")
    (change,) = proposal.changes
    assert change.request.params == {"status": "PAUSED"}
    assert change.reason == "undo of cs-2"
    assert proposal.note == "cs-2 took cs-1 back, so this does cs-1 again"


def test_pausing_again_saves_what_a_pause_saves(desk: Desk) -> None:
    """What a redo of a pause does to spend is read like that of the pause itself, not the nothing that its undo added."""
    paused = desk.one("set_status", ids=[TENT], status="PAUSED")
    desk.enact(*undone(desk, paused).changes, change_set="cs-2")
    (again,) = desk.propose("undo", change_set_id="cs-2").changes
    assert again.spend == paused.spend
    assert again.spend.stays_minor > 0


def test_what_starts_again_in_a_campaign_that_runs_already_adds_its_own_budget(desk: Desk) -> None:
    """Somebody started the campaign again, so its start is no part of the undo and counts nothing for the ad set."""
    desk.enact(*desk.propose("set_status", ids=[SUMMER, PROSPECTING], status="PAUSED").changes)
    desk.elsewhere(SUMMER, status="ACTIVE")
    (change,) = desk.propose("undo", change_set_id="cs-1").changes
    assert change.spend.daily_minor == int(desk.state()[PROSPECTING]["daily_budget"])


def test_what_a_pause_saves_is_not_known_where_figures_cannot_be_read(desk: Desk) -> None:
    """Pausing again waits for no figures, and does not say that nothing is saved."""
    desk.enact(*undone(desk, desk.one("set_status", ids=[TENT], status="PAUSED")).changes, change_set="cs-2")
    desk.context.graph = NoFigures(desk.context.graph)
    (again,) = desk.propose("undo", change_set_id="cs-2").changes
    assert (again.spend.daily_minor, again.spend.note) == (None, "what it spends could not be read")


class NoFigures:
    """Reads everything but figures."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        """Raises AnswerLost for what asks for insights."""

        def read(*args: Any, **more: Any) -> Any:
            if "insights" in f"{args} {more}":
                raise AnswerLost("no answer")
            return getattr(self._reader, name)(*args, **more)

        return read


def test_without_an_id_an_undo_is_never_what_is_undone(desk: Desk) -> None:
    """After an undo, undo names what could be meant and redo takes it back; after a redo, undo takes that back."""
    known = desk.ledger.entries
    assert last_set.undo(known, ACCOUNT).said == f"Nothing was applied in {ACCOUNT} that could be undone."
    desk.enact(desk.one("set_status", ids=[JACKET], status="PAUSED"), change_set="cs-0")
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"))
    assert (last_set.undo(known, ACCOUNT).set_id, last_set.redo(known).set_id) == ("cs-1", "")
    desk.enact(*desk.propose("undo", change_set_id="cs-1").changes, change_set="cs-2")
    known[1] = replace(known[1], undone=True)
    said = last_set.undo(known, ACCOUNT).said
    assert said.startswith("The last change was taken back already (cs-2), and nothing was proposed.")
    assert "`adsteward undo cs-2` makes it again (in a chat: `redo`); next would be cs-0: " in said
    assert last_set.redo(known).set_id == "cs-2"
    desk.enact(*desk.propose("undo", change_set_id="cs-2").changes, change_set="cs-3")
    assert (last_set.undo(known, ACCOUNT).set_id, last_set.redo(known).set_id) == ("cs-3", "")


def test_a_deletion_cannot_be_undone(desk: Desk, tmp_path: Path) -> None:
    """What was deleted stays so, and that is the answer."""
    launch(desk, tmp_path)
    desk.enact(*desk.propose("undo", change_set_id="cs-1").changes, change_set="cs-2")
    said = desk.refusal("undo", change_set_id="cs-2")
    assert "Hero, Hero ad: a deleted object cannot come back" in said


@pytest.mark.parametrize("change_set", ["cs-9", "everything"])
def test_an_unknown_set_is_refused(desk: Desk, change_set: str) -> None:
    """A set that is not there or was never applied has nothing to take back; the journal says what it is."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"))
    said = desk.refusal("undo", change_set_id=change_set)
    assert said == f"Nothing to undo. {change_set} of {ACCOUNT} stands somewhere."


@pytest.mark.parametrize("blank", ["", "  "])
def test_no_set_is_not_every_set(desk: Desk, blank: str) -> None:
    """An empty id never means all that was ever done."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"))
    assert "empty; say what" in desk.refusal("undo", change_set_id=blank)


def test_only_the_named_set_is_taken_back(desk: Desk) -> None:
    """Changes of other sets and other accounts stay."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"), change_set="cs-1")
    desk.enact(desk.one("set_status", ids=[JACKET], status="PAUSED"), change_set="cs-2")
    assert desk.one("undo", change_set_id="cs-2").target == JACKET


def test_taking_an_activation_back_says_how_much_it_stops_and_spares_what_is_protected(desk: Desk) -> None:
    """Pausing an ad set again stops the ads that run in it by now; one that is protected by now keeps all of it running."""
    desk.elsewhere(PROSPECTING, status="PAUSED")
    desk.enact(desk.one("set_status", ids=[PROSPECTING], status="ACTIVE"))
    ads = desk.graph(f"{PROSPECTING}/ads", fields="id,name,effective_status")["data"]
    change = desk.one("undo", change_set_id="cs-1")
    assert change.stops == sum(ad["effective_status"] == "ACTIVE" for ad in ads) > 1
    assert set(change.below) == {text for ad in ads for text in (ad["id"], ad["name"])}
    desk.context.brand = demo_brand(protect=(ads[0]["id"],))
    said = desk.refusal("undo", change_set_id="cs-1")
    assert "an ad under it is protected by stack.md" in said


@pytest.mark.parametrize(
    ("at", "edit", "what"),
    [
        (0, {"spend_cap": "50000"}, "spend cap"),
        (0, {"daily_budget": "9900"}, "daily budget"),
        (1, {"end_time": "2026-12-24T12:00:00+0000"}, "end time"),
        (1, {"bid_strategy": "COST_CAP", "bid_amount": "900"}, "bid amount"),
    ],
)
def test_what_somebody_set_or_took_off_since_is_not_deleted(
    desk: Desk, at: int, edit: dict[str, str], what: str
) -> None:
    """A cap, an end or a bid that was not there when it was made is somebody's work like one that is another."""
    within = {"campaign_id": "new:Winter", "targeting": {"countries": ["US"]}}
    desk.propose("create_campaign", name="Winter", objective="traffic", daily_budget="50 USD")
    desk.propose("create_ad_set", name="Hikers", **within)
    made = desk.enact(*desk.context.pending)
    desk.context.pending.clear()
    assert len(desk.propose("undo", change_set_id="cs-1").changes) == len(made)
    desk.elsewhere(made[at], **edit)
    told = (
        desk.propose("undo", change_set_id="cs-1").note
        if at == 0
        else desk.refusal("undo", change_set_id="cs-1")
    )
    assert f"{what} since, so it is not deleted" in told
