"""One account: the daily check, its charts, who wins, loses and tires with the evidence, each with its age."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from agent.overview.ages import Age, age_of
from agent.overview.paces import Against, Pace, against_of, pace_of, written
from agent.overview.readings import CHECK, DAYS, REVIEW
from agent.overview.snapshots import Kept, Place
from tools.domain.money import Money, grouped
from tools.domain.text import zone_of
from tools.read.charts import svg
from tools.read.charts.day_chart import Meaning, day_chart, days_of

PARTS = (CHECK, DAYS, REVIEW)
HEADS = {
    "on_track": "On track",
    "running": "What runs",
    "performance": "Performance",
    "fatigue": "Tired ads",
    "revive": "Could run again",
}
"""Of the daily check; problems stand above all of them, winners and losers in tables of their own."""
_BARS = re.compile(r"^[▁-█ ]+(?=\S)|(?<=: )spend [▁-█ ]+, |[▁-█]+")
"""Trends drawn with letters, which the charts show better and a screen reader spells."""
COSTLY = ("pause", "refresh")
MOST_ADS = 20
"""Of one verdict; all of them stand in the tree."""
CHART_WIDTH = 350
"""Of a third of a desk's screen, and of a phone."""


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines of the daily check."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """An ad with what the review says of it, and the figures that say so."""

    id: str
    name: str
    within: str
    protected_by: str
    """What of stack.md keeps it from being changed, or nothing."""
    reason: str
    spend: str
    results: str
    cost: str
    now: str
    """What a result costs by now."""
    wasted: str
    """What is spent on it in a week beyond what it is expected to bring."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The ads of one kind of verdict; the dearest or the best first."""

    title: str
    costs_more: bool
    """Whether leaving them as they are costs money."""
    ads: tuple[Judged, ...]
    more: int
    """How many there are beside those that are shown."""


@dataclass(frozen=True, slots=True)
class Charts:
    """Drawings, and the same figures as a table."""

    drawings: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    complete: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """All that is kept of one account, as it is shown."""

    place: Place
    check_age: Age
    days_age: Age
    review_age: Age
    problems: tuple[str, ...]
    today: Pace | None
    month: Pace | None
    forecast: str
    cost: Against | None
    sections: tuple[Section, ...]
    charts: Charts | None
    verdicts: tuple[Verdicts, ...]
    counts: str
    effects: tuple[str, ...]
    """What the pauses that the review suggests would do."""
    budgets: tuple[str, ...]
    rests_on: tuple[str, ...]
    """What the verdicts assume, and how complete the figures are."""


def account_view(kept: Kept, now: datetime) -> AccountView:
    """The view of an account from what is kept of it."""
    place = kept.place
    check, days, review = (_answer(kept, part) for part in PARTS)
    check_age, days_age, review_age = (age_of(place, [kept.parts.get(part)], now) for part in PARTS)
    numbers, answers = check.get("numbers", {}), check.get("answers", {})
    today, month = (pace_of(numbers[of], place.currency) if numbers else None for of in ("today", "month"))
    return AccountView(
        place,
        check_age,
        days_age,
        review_age,
        problems=tuple(answers.get("problems", ())),
        today=today,
        month=month,
        forecast=written(numbers["forecast_minor"], place.currency) if numbers else "",
        cost=against_of(numbers, place.currency) if numbers else None,
        sections=tuple(
            Section(title, _lines(answers[key])) for key, title in HEADS.items() if key in answers
        ),
        charts=_charts(place, days, numbers, now) if days.get("rows") else None,
        verdicts=tuple(_verdicts(review)),
        counts=", ".join(f"{number} {decision}" for decision, number in review.get("counts", {}).items()),
        effects=tuple(review.get("pause_effect", ())),
        budgets=tuple(map(_step, review.get("budgets", ()))),
        rests_on=(
            *review.get("assumptions", ()),
            *(f"{what}: {said}" for what, said in _complete(check, days, review)),
        ),
    )


def _answer(kept: Kept, part: str) -> Mapping[str, Any]:
    found = kept.parts.get(part)
    return found.answer if found else {}


def _complete(
    check: Mapping[str, Any], days: Mapping[str, Any], review: Mapping[str, Any]
) -> list[tuple[str, str]]:
    named = (("daily check", check), ("figures by day", days), ("review", review))
    return [(what, str(answer["complete"])) for what, answer in named if "complete" in answer]


def _lines(lines: list[str]) -> tuple[str, ...]:
    """The lines without what is drawn with letters."""
    plain = (line for line in lines if not line.startswith("28 days: spend"))
    return tuple(_BARS.sub("", line).strip() for line in plain)


def _charts(place: Place, days: Mapping[str, Any], numbers: Mapping[str, Any], now: datetime) -> Charts:
    target = numbers.get("target_cost_minor")
    means = Meaning(
        place.currency,
        str(numbers.get("result") or "result"),
        now.astimezone(zone_of(place.timezone)).date(),
        Money(target, place.currency).major if target is not None else None,
    )
    chart = day_chart(days_of(days["rows"]), means)
    complete = "; ".join(str(days[key]) for key in ("complete", "note") if key in days)
    return Charts(
        svg.panels(chart, width=CHART_WIDTH),
        ("Day", *(panel.title for panel in chart.panels)),
        tuple(tuple(row) for row in reversed(svg.table(chart))),
        chart.note,
        complete,
    )


def _verdicts(review: Mapping[str, Any]) -> list[Verdicts]:
    """Losers, tired ads and winners, which call for something; of the others those to watch."""
    kinds = (("pause", "Losers"), ("refresh", "Tired: refresh"), ("scale", "Winners"), ("watch", "Watch"))
    found = []
    for decision, title in kinds:
        rows = [row for row in review.get("rows", ()) if row.get("decision") == decision]
        rows.sort(key=_best if decision == "scale" else _dearest)
        ads = tuple(_judged(row) for row in rows[:MOST_ADS])
        if ads:
            found.append(Verdicts(title, decision in COSTLY, ads, len(rows) - len(ads)))
    return found


def _dearest(row: Mapping[str, Any]) -> Decimal:
    """What a week of it wastes; without that, what it spent."""
    return -Decimal(row.get("wasted_per_week") or row.get("spend") or 0)


def _best(row: Mapping[str, Any]) -> Decimal:
    return Decimal(row.get("cost_per_result") or row.get("cost_per_link_click") or 0)


def _judged(row: Mapping[str, Any]) -> Judged:
    return Judged(
        row["id"],
        str(row.get("name") or row["id"]),
        " › ".join(str(row[of]) for of in ("campaign", "ad_set") if row.get(of)),
        str(row.get("protected_by") or ""),
        str(row.get("reason") or ""),
        _figure(row, "spend"),
        _figure(row, "results"),
        _figure(row, "cost_per_result"),
        _cost_now(row),
        _figure(row, "wasted_per_week") if row["decision"] in COSTLY else "–",
    )


def _cost_now(row: Mapping[str, Any]) -> str:
    """What a result costs now; of what has none only a guess, which is marked."""
    now, results = _figure(row, "now"), str(row.get("results") or "0")
    return f"about {now}" if results == "0" and now != "–" else now


def _figure(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "–" if value in (None, "") else grouped(str(value))


def _step(step: Mapping[str, Any]) -> str:
    """What a review says of the budget above winners."""
    name = step.get("ad_set") or step.get("campaign") or step.get("id")
    if "raise_to" in step:
        return f"{name}: raise {step.get('daily_budget')} to {step['raise_to']} a day: {step.get('why')}"
    return f"{name}: leave it: {step.get('leave')}"
