"""The rolling day of an account: what was done and may still be done within 24 hours, against the limits of stack.md.

Whatever tool, run, process or surface it came from counts. What is over a limit is no error: a person decides.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from agent.writes.day import DAY, NOTHING_YET, Day
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.change_kind import Limit
from tools.domain.changes import Change, Effect
from tools.domain.footing import same_budgets
from tools.domain.money import Money
from tools.domain.settings.field_states import tightens
from tools.domain.text import clock, listed

NEW_OBJECTS = (Limit.NEW_OBJECTS, Limit.NEW_ADS, Limit.NEW_BUDGET)
NEW_ADS = (Limit.NEW_ADS, Limit.CHANGED_ADS)
UNKNOWN_DAY = (
    "what the last 24 hours took is not all known (a state folder was put back, copied, emptied or removed)"
)
Budget = tuple[str, str]
"""Whose, and which: daily or lifetime."""


@dataclass(slots=True)
class Course:
    """What a day does to one budget, in minor units; what is not certain counts in the direction that is worse."""

    base: int | None = None
    """The budget before the first change of the day."""
    since: datetime | None = None
    known: int = 0
    """What is certainly done: raises less lowerings."""
    up: int = 0
    down: int = 0

    @property
    def raised(self) -> int:
        return max(0, self.known + self.up)

    @property
    def lowered(self) -> int:
        return max(0, self.down - self.known)

    def take(self, before: int, after: int, *, at: datetime | None = None, sure: bool = False) -> None:
        """Count a change that was sent, or is about to be."""
        if self.base is None:
            self.base, self.since = before, at
        self.add(after - before, sure=sure)

    def add(self, step: int, *, sure: bool = False) -> None:
        if sure:
            self.known += step
        else:
            self.up += max(step, 0)
            self.down += max(-step, 0)


@dataclass(frozen=True)
class Envelope:
    """The limits of one account and what its last 24 hours took of them."""

    brand: Brand
    account: Account
    day: Day = NOTHING_YET

    def over(self, changes: Sequence[Change]) -> str:
        """Which limits these changes would pass: the lines of stack.md, and what is left of each; nothing when all fit."""
        brand = self.brand
        lines = (
            self._count(changes, stops, "max_pauses_per_day", brand.max_pauses_per_day),
            self._count(changes, _new_ads, "max_new_ads_per_day", brand.max_new_ads_per_day),
            self._count(changes, _new_objects, "max_new_objects_per_day", brand.new_objects_limit),
            *self._sums(changes),
            *self._steps(changes),
            self._unknown(changes),
        )
        return "; ".join(line for line in lines if line)

    @property
    def pauses_left(self) -> int:
        """How many more running ads may be paused."""
        taken = sum(stops(i.change) for i in self.day.counted if not self.returns(i.change))
        return max(0, self.brand.max_pauses_per_day - taken)

    def starts_over(self, changes: Sequence[Change]) -> str:
        """Why what these changes start and raise is more than may be let through unseen in a day, or nothing."""
        starting = [c for c in changes if _adds(c) and not self.returns(c)]
        raising = [c for c in changes if (step := step_of(c)) and step[1] > step[0]]
        if starting and self._unknown_day:
            return self._unknown_day
        if unknown := [c for c in (*starting, *raising) if c.spend.daily_minor is None]:
            return f"what {unknown[0].name!r} adds to spend is not known"
        earlier = [i.change for i in self.day.counted if _adds(i.change)]
        started = sum(max(c.spend.daily_minor or 0, 0) for c in (*earlier, *starting) if not self.returns(c))
        raised = sum(course.raised for course in _daily(self._courses(changes)))
        added, most = Money(started + raised, self.account.currency), self._ceiling
        if (starting or raising) and added > most:
            return f"it could add {added.said} per day with the last 24 hours, more than max_daily_budget {most.said}"
        return ""

    def returns(self, change: Change) -> bool:
        """Whether it only takes back what was done within the day, to what was there before, budgets included."""
        done = self._sent.get(change.restores)
        wanted = (change.target, change.after, change.before)
        if done is None or (done.target, done.before, done.after) != wanted:
            return False
        return change.effect is not Effect.START_SPEND or same_budgets(done, change)

    @cached_property
    def _sent(self) -> dict[str, Change]:
        return {item.change.id: item.change for item in self.day.counted if item.sent}

    @cached_property
    def _ceiling(self) -> Money:
        return self.brand.daily_budget_ceiling(self.account.currency)

    @property
    def _unknown_day(self) -> str:
        """Why the day is not all known, or nothing."""
        until = self.day.unknown_until
        return f"{UNKNOWN_DAY} until {_told(until)}" if until else ""

    def _unknown(self, changes: Sequence[Change]) -> str:
        """What speaks against anything that a limit counts while nobody knows what there is left."""
        counts = any(_counted(c) for c in changes if not (c.emergency or self.returns(c)))
        return self._unknown_day if counts else ""

    def _count(self, changes: Sequence[Change], number: Callable[[Change], int], key: str, most: int) -> str:
        """The line of a limit that counts, when these changes pass it."""
        needed = sum(number(c) for c in changes if not self.returns(c))
        taken = [(i, n) for i in self.day.counted if (n := number(i.change)) and not self.returns(i.change)]
        left = max(0, most - sum(n for _, n in taken))
        if needed <= left:
            return ""
        until = _until(min((i.at for i, _ in taken), default=None))
        undone = {change.restores for change in self._sent.values()}
        back = sum(n for i, n in taken if i.change.id in undone)
        frees = f" (of what was done {back} was taken back, which frees nothing)" if back else ""
        return f"{key} {most}: {left} left{until}, this needs {needed}{frees}"

    def _sums(self, changes: Sequence[Change]) -> Iterator[str]:
        """The lines of what all budgets together may gain and lose in a day; a new budget is a gain."""
        before, after = _daily(self._courses(())), _daily(self._courses(changes))
        made = sum(i.change.spend.once_started_minor for i in self.day.counted)
        making = made + sum(c.spend.once_started_minor for c in changes)
        gained = made + sum(c.raised for c in before), making + sum(c.raised for c in after)
        lost = sum(c.lowered for c in before), sum(c.lowered for c in after)
        yield self._sum("max_daily_budget", self._ceiling, *gained)
        yield self._sum("max_lowering_per_day", self.brand.lowering_limit(self.account.currency), *lost)

    def _sum(self, key: str, most: Money, used: int, total: int) -> str:
        if total <= max(used, most.minor):
            return ""
        moved = (i.at for i in self.day.counted if step_of(i.change) or i.change.spend.once_started_minor)
        left, needed = (Money(max(0, n), most.currency) for n in (most.minor - used, total - used))
        return (
            f"{key} {most.said}: {left.said} left{_until(min(moved, default=None))}, this needs {needed.said}"
        )

    def _steps(self, changes: Sequence[Change]) -> Iterator[str]:
        """The lines of what one budget may gain and lose in a day."""
        pct, currency, far, high = (
            self.brand.max_budget_step_pct,
            self.account.currency,
            list[str](),
            list[str](),
        )
        courses = self._courses(())
        for change in changes:
            if not (step := step_of(change)):
                if change.row.limit is Limit.BUDGET_STEP:
                    far.append(f"what {change.name!r} sets cannot be read")
                continue
            before, after = step
            course = courses.setdefault(budget_of(change), Course())
            course.take(before, after)
            base = course.base or 0
            rises, room = after > before, int(base * pct / 100)
            gone = max(after - base, course.raised) if rises else max(base - after, course.lowered)
            if gone > room:
                left = Money(max(0, room - gone + abs(after - before)), currency)
                far.append(
                    f"{change.name!r} may be {'raised' if rises else 'lowered'} by {left.said}{_until(course.since)}"
                )
            if rises and "daily_budget" in change.after and after > max(self._ceiling.minor, base):
                high.append(f"{change.name!r} would have {Money(after, currency).said}")
        yield f"max_budget_step_pct {pct:f}: {listed(far, most=3)}" if far else ""
        yield f"max_daily_budget {self._ceiling.said}: {listed(high, most=3)}" if high else ""

    def _courses(self, changes: Iterable[Change]) -> dict[Budget, Course]:
        """Every budget that the day and these changes touch."""
        courses = dict[Budget, Course]()
        for item in self.day.counted:
            if step := step_of(item.change):
                course = courses.setdefault(budget_of(item.change), Course())
                if item.sent:
                    course.take(*step, at=item.at, sure=item.sure)
                else:
                    course.add(step[1] - step[0])
        for change in changes:
            if step := step_of(change):
                courses.setdefault(budget_of(change), Course()).take(*step)
        return courses


def stops(change: Change) -> int:
    """How many running ads a change stops or may hold back; what `stop` pauses of adsteward's own does not count."""
    if change.effect is Effect.IRREVERSIBLE:
        return 0 if change.restores else change.stops
    if change.row.limit is Limit.DELIVERY:
        steps = ((name, change.before.get(name, ""), after) for name, after in change.after.items())
        return change.stops if any(tightens(*step) for step in steps) else 0
    if change.effect is not Effect.STOP_SPEND or (change.emergency and change.reach == "own"):
        return 0
    return max(1, change.stops)


def _adds(change: Change) -> bool:
    """Whether it starts something, or may have it spend more in a day than before, by other means than a budget."""
    if change.row.limit is Limit.DELIVERY and change.effect is Effect.CHANGE_SPEND:
        return change.spend.daily_minor is None or change.spend.daily_minor > 0
    return change.effect is Effect.START_SPEND


def step_of(change: Change) -> tuple[int, int] | None:
    """From which budget to which, in minor units; nothing for other changes and for what cannot be read."""
    if change.row.limit is not Limit.BUDGET_STEP:
        return None
    try:
        ((name, after),) = change.after.items()
        return int(change.before[name]), int(after)
    except (KeyError, ValueError):
        return None


def budget_of(change: Change) -> Budget:
    """Which budget a change is about."""
    return change.target, next(iter(change.after))


def _new_ads(change: Change) -> int:
    """An ad with new content counts as a new one: Meta reviews it, and until then it does not run."""
    return int(change.row.limit in NEW_ADS)


def _new_objects(change: Change) -> int:
    return int(change.row.limit in NEW_OBJECTS)


def _counted(change: Change) -> bool:
    """Whether some limit of the day counts a change; what it starts is judged apart."""
    return (
        bool(stops(change) or _new_ads(change) or _new_objects(change))
        or change.row.limit is Limit.BUDGET_STEP
    )


def _daily(courses: dict[Budget, Course]) -> list[Course]:
    return [course for (_, name), course in courses.items() if name == "daily_budget"]


def _until(first: datetime | None) -> str:
    """When the first of what counts is a day old, and more is left."""
    return f" until {_told(first + DAY)}" if first else ""


def _told(moment: datetime) -> str:
    """A moment on the clock of this machine."""
    return clock(moment.astimezone())
