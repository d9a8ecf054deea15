"""The table that a decision rests on: what a review found."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from agent.show.wrapped_rows import Rows
from tools.analysis.reasons import percent
from tools.analysis.verdicts import Review, Verdict
from tools.domain.money import offset
from tools.domain.text import clean, visible

SHOWN = {"pause": 12, "refresh": 5, "watch": 3, "scale": 3}
"""Rows per verdict; the file that the tool names has them all."""
STYLES = {"pause": "red", "refresh": "magenta", "watch": "yellow", "scale": "green", "protected": "cyan"}


def evidence(
    review: Review, *, currency: str, protected: Collection[str], trends: Mapping[str, str]
) -> RenderableType | None:
    """The verdicts that matter, the costliest first, and the counts of all; nothing when there are none.

    `trends` are lines of blocks by ad id: what a result cost from week to week.
    """
    rows = [v for decision, most in SHOWN.items() for v in _weightiest(review, decision)[:most]]
    if not rows:
        return None
    trend = ("cost by week",) if trends else ()
    heads = ("", "ad", ">spend", ">results", ">each", ">worse", *trend)
    places = 2 if offset(currency) > 1 else 0
    cells = [
        (
            *_evidence_row(verdict, places, protected=verdict.ad.ad_id in protected),
            *(Text(trends.get(verdict.ad.ad_id, "")) for _ in trend),
        )
        for verdict in rows
    ]
    table = Rows(f"Evidence, in {currency}", heads, cells, names=1)
    counts = Counter(v.decision for v in review.verdicts)
    said = ", ".join(f"{n} {decision}" for decision, n in counts.items())
    assumed = [f"  {clean(review.target_note)}"] if review.target_note else []
    lines = [f"  {_all(len(review.verdicts))}: {said}", *assumed]
    lines.append("  worse: how sure it is that a result truly costs more than the target")
    return Group(table, *(Text(line, style="yellow" if line in assumed else "dim") for line in lines))


def evidence_of(details: Mapping[str, Any]) -> RenderableType | None:
    """The table of a review that a tool gave with its result; nothing where it gave none."""
    if not isinstance(review := details.get("review"), Review):
        return None
    return evidence(
        review,
        currency=details["currency"],
        protected=details["protected"],
        trends=details.get("trends", {}),
    )


def _all(ads: int) -> str:
    return "The only ad" if ads == 1 else f"All {ads} ads"


def _weightiest(review: Review, decision: str) -> list[Verdict]:
    """The verdicts of one decision, those that matter most first."""
    found = [v for v in review.verdicts if v.decision == decision]
    return sorted(found, key=lambda v: -(v.gain_per_day or 0)) if decision == "scale" else found


def _evidence_row(verdict: Verdict, places: int, *, protected: bool) -> tuple[Text, ...]:
    seen, decision = verdict.totals, "protected" if protected else verdict.decision
    return (
        Text(decision, style=STYLES.get(decision, "")),
        Text(visible(verdict.ad.name)),
        Text(f"{seen.spend:,.{places}f}"),
        Text(f"{seen.results:,.0f}"),
        Text("none" if seen.cpa is None else f"{seen.cpa:,.{places}f}"),
        Text(_sure(verdict.probability_worse)),
    )


def _sure(probability: float | None) -> str:
    """A probability in percent; nothing is ever quite certain."""
    if probability is None:
        return ""
    return "> 99 %" if probability > 0.99 else "< 1 %" if probability < 0.01 else percent(probability)
