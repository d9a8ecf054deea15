"""What adsteward paused comes back only when late results speak for it, and only as a proposal."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.tools.support import EVERGREEN, JACKET, NOW, SUMMER, TENT, Desk, demo_brand
from tools.domain.brand import Amount
from tools.domain.changes import Change, Effect
from tools.domain.tool import Evidence

WINNER = "23848000000005"
"""An ad that does well; it stands for one that was paused before its results had come in."""
BASIS = {"results": "3", "spend": "180.00", "cost_per_result": "60.00", "p_worse": "0.97"}


def paused(desk: Desk, ad: str = WINNER, *, basis: dict[str, str] | None = None, days_ago: int = 6) -> Change:
    """A pause that rested on figures, as the journal knows it."""
    numbers = BASIS if basis is None else basis
    desk.context.evidence[ad] = Evidence("looked bad then", 1000, numbers)
    change = desk.one("set_status", ids=[ad], status="PAUSED")
    assert change.basis == numbers
    desk.enact(change, at=NOW - timedelta(days=days_ago))
    return change


def test_an_ad_that_turned_out_good_is_proposed_with_both_figures(desk: Desk) -> None:
    """Then and now are said, and activating carries the computed reason and its numbers."""
    paused(desk)
    told = desk.ask("daily_check")
    assert told["ids"]["revive"] == [WINNER]
    assert "with 3 results; with those that came in late it is" in told["answers"]["revive"][0]
    change = desk.one("set_status", ids=[WINNER], status="ACTIVE", reason="the model's words")
    assert change.effect is Effect.START_SPEND
    assert change.reason.startswith("paused 2026-11-14 with 3 results")
    assert Decimal(change.basis["results"]) > 3
    assert float(change.basis["p_worse"]) < 0.5


def test_what_was_rightly_paused_stays_paused(desk: Desk) -> None:
    """The loser is no better for having more results than were known."""
    paused(desk, JACKET)
    assert "revive" not in desk.ask("daily_check")["answers"]


@pytest.mark.parametrize("missing", ["basis", "undone", "started again", "long ago", "known before"])
def test_only_pauses_that_rested_on_figures_count(desk: Desk, missing: str) -> None:
    """A person's wish, an undone pause, one since started, an old one, and one that knew as much: none comes back."""
    basis = {"basis": {}, "known before": BASIS | {"results": "9999"}}.get(missing)
    change = paused(desk, basis=basis, days_ago=31 if missing == "long ago" else 6)
    if missing == "undone":
        desk.ledger.entries[-1] = replace(desk.ledger.entries[-1], undone=True)
    if missing == "started again":
        again = change.model_copy(update={"id": "again", "after": {"status": "ACTIVE"}})
        desk.ledger.entries.append(replace(desk.ledger.entries[-1], change=again, at=NOW - timedelta(days=1)))
    assert "revive" not in desk.ask("daily_check")["answers"]


def test_under_a_paused_parent_it_would_not_run(desk: Desk) -> None:
    """And what somebody else activated already is left out too."""
    paused(desk)
    desk.elsewhere(SUMMER, status="PAUSED")
    assert "revive" not in desk.ask("daily_check")["answers"]
    desk.elsewhere(SUMMER, status="ACTIVE")
    desk.elsewhere(WINNER, status="ACTIVE")
    assert "revive" not in desk.ask("daily_check")["answers"]


def test_a_protected_ad_is_not_proposed(desk: Desk) -> None:
    """What may not be touched is not spoken about."""
    paused(desk)
    desk.context.brand = demo_brand(protect=(WINNER,))
    assert "revive" not in desk.ask("daily_check")["answers"]


def test_the_target_of_today_decides(desk: Desk) -> None:
    """A tighter target leaves it paused; a target by value is held against the value of its orders."""
    paused(desk)
    desk.context.brand = demo_brand(target_cpa=Amount.parse("5.00 USD"))
    assert "revive" not in desk.ask("daily_check")["answers"]
    desk.context.brand = demo_brand(target_cpa=None, target_roas=Decimal(2))
    assert desk.ask("daily_check")["ids"]["revive"] == [WINNER]
    desk.context.brand = demo_brand(target_cpa=None, target_roas=Decimal(50))
    assert "revive" not in desk.ask("daily_check")["answers"]


def test_without_a_target_what_was_held_against_it_then_counts(desk: Desk) -> None:
    """The journal's number, and without one nothing is proposed."""
    desk.context.brand = demo_brand(target_cpa=None)
    paused(desk)
    assert "revive" not in desk.ask("daily_check")["answers"]
    desk.ledger.entries[-1] = replace(
        desk.ledger.entries[-1],
        change=desk.ledger.entries[-1].change.model_copy(update={"basis": BASIS | {"target": "25.00"}}),
    )
    assert desk.ask("daily_check")["ids"]["revive"] == [WINNER]


def test_evidence_for_a_pause_never_explains_an_activation(desk: Desk) -> None:
    """Reasons do not change sides."""
    desk.context.evidence[TENT] = Evidence("a loser", 1000, {"p_worse": "0.99"})
    desk.elsewhere(TENT, status="PAUSED")
    change = desk.one("set_status", ids=[TENT], status="ACTIVE", reason="asked")
    assert (change.reason, change.basis) == ("asked", {})


def test_a_pause_against_the_judgement_is_asked_for_and_warned_of(desk: Desk) -> None:
    """What is good is no reason to pause it, nor are the model's words; the last judgement stands before the question."""
    desk.ask("daily_check")
    proposal = desk.propose("set_status", ids=[WINNER, JACKET], status="PAUSED", reason="the model's words")
    good, bad = proposal.changes
    assert (good.reason, good.basis) == ("asked for", {})
    assert bad.basis["target"]
    (warning,) = (note for note in proposal.notes if note.startswith("Warning: "))
    assert warning.startswith(f"Warning: “{good.name}” was judged good on {NOW.date()}: ")
    assert "sure it is better than target" in warning
    desk.elsewhere(JACKET, status="PAUSED")
    (warning,) = desk.propose("set_status", ids=[JACKET], status="ACTIVE").notes
    assert warning.startswith(f"Warning: “{bad.name}” was judged bad on {NOW.date()}: ")


def test_a_review_keeps_its_figures_with_the_pause(desk: Desk) -> None:
    """The change knows spend, results, cost and probability as they were when it was proposed."""
    desk.ask("review_performance")
    basis = desk.one("set_status", ids=[JACKET], status="PAUSED").basis
    assert {"spend", "results", "cost_per_result", "p_worse", "days"} <= set(basis)
    assert Decimal(basis["spend"]) > 0
    assert EVERGREEN not in basis
