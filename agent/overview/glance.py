"""All accounts at a glance: spend against plan, cost against target, what is wrong; the worst first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from agent.overview.ages import Age, age_of
from agent.overview.paces import Against, Pace, Tone, against_of, pace_of, written
from agent.overview.readings import CHECK
from agent.overview.snapshots import Kept, Place, Snapshots

RANK: dict[Tone, int] = {"bad": 0, "warn": 1, "good": 2, "none": 3}
"""The worst first; what has nothing to be judged by comes last, and takes nothing from what has."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account; without figures where it was never read."""

    place: Place
    age: Age
    tone: Tone
    problems: tuple[str, ...] = ()
    problem_count: int = 0
    today: Pace | None = None
    month: Pace | None = None
    forecast: str = ""
    cost: Against | None = None


@dataclass(frozen=True, slots=True)
class AccountsAtAGlance:
    """The lines, the worst first, and how many of them call for a look."""

    lines: tuple[AccountLine, ...]
    troubled: int


def at_a_glance(snapshots: Snapshots, now: datetime, *, sandboxed: bool, only: str = "") -> AccountsAtAGlance:
    """Every account that was read, or the one that is named, from what is kept alone."""
    found = snapshots.all_of(CHECK, sandboxed=sandboxed)
    lines = sorted((_line(one, now) for one in found if only in ("", one.place.account)), key=_worst)
    return AccountsAtAGlance(tuple(lines), sum(RANK[line.tone] < RANK["good"] for line in lines))


def _line(kept: Kept, now: datetime) -> AccountLine:
    place, check = kept.place, kept.parts.get(CHECK)
    age = age_of(place, [check], now)
    if check is None or "numbers" not in check.answer:
        return AccountLine(place, age, "bad" if age.problem else "none")
    numbers = check.answer["numbers"]
    problems = tuple(check.answer["answers"].get("problems", ()))
    today, month = (pace_of(numbers[stretch], place.currency) for stretch in ("today", "month"))
    cost = against_of(numbers, place.currency)
    trouble: Tone = "bad" if problems or age.problem else "good"
    return AccountLine(
        place,
        age,
        min((trouble, cost.tone, today.tone, month.tone), key=RANK.__getitem__),
        problems,
        int(numbers["problems"]),
        today,
        month,
        written(numbers["forecast_minor"], place.currency),
        cost,
    )


def _worst(line: AccountLine) -> tuple[object, ...]:
    ratio = line.cost.ratio if line.cost and line.cost.ratio is not None else Decimal(0)
    return RANK[line.tone], -line.problem_count, -ratio, line.place.name.casefold(), line.place.account
