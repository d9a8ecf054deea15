"""Money against time: today, the month, the spend cap, and each budget; who is held back by one and who leaves it unspent.

Amounts are whole minor units of the account's currency. A daily budget is an average that a day may exceed
(docs/graph-api.md §8.3), so single days prove nothing: budgets are judged by the mean of whole days at the present budget.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

LIMITED_FROM = Decimal("0.97")
"""Mean use of a daily budget from which it is the budget that holds delivery back."""
UNDER_BELOW = Decimal("0.70")
AHEAD_FROM, BEHIND_BELOW = Decimal("1.2"), Decimal("0.8")
"""Of what the clock allows, for today, the month and lifetime budgets."""
JUDGED_DAYS = 7
LEAST_DAYS = 3
CAP_SOON_DAYS = 7

State = Literal["limited", "under", "ahead", "behind", "on track", "not judged"]


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget that runs, of a campaign (CBO) or an ad set; `daily_minor` or `lifetime_minor` is 0.

    `remaining_minor` is what is left of a lifetime budget. `since` is the first whole day at this budget.
    """

    id: str
    name: str
    level: Literal["campaign", "adset"]
    daily_minor: int = 0
    lifetime_minor: int = 0
    remaining_minor: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How one budget is used; `use` is spend over what it should be by now, `per_day_minor` the mean of whole days."""

    budget: Budget
    state: State
    use: Decimal | None
    per_day_minor: int
    days: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Spend of a stretch of time, and what the budgets that run now allow for so much of it."""

    spent_minor: int
    planned_minor: int
    share: Decimal
    """Of the stretch, how much is over."""
    whole_minor: int
    """What the budgets that run now allow for the whole of it; for a month only from today on."""

    @property
    def use(self) -> Decimal | None:
        """Spend over plan; None without a plan."""
        return Decimal(self.spent_minor) / self.planned_minor if self.planned_minor else None


@dataclass(frozen=True, slots=True)
class Cap:
    """The account's spend cap: what is left and how long it lasts at the present pace."""

    left_minor: int
    days_left: Decimal | None

    @property
    def soon(self) -> bool:
        """Whether it will stop the account within the week."""
        return self.left_minor <= 0 or (self.days_left is not None and self.days_left <= CAP_SOON_DAYS)


@dataclass(frozen=True, slots=True)
class Pacing:
    """The whole account. `forecast_minor`: the month's end if the rest goes like the last seven days."""

    today: Stretch
    month: Stretch
    forecast_minor: int
    cap: Cap | None
    budgets: tuple[Pace, ...]


def day_share(now: datetime) -> Decimal:
    """How much of the account's day is over, also on the days of 23 and 25 hours; `now` in the account's zone."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    end = (start + timedelta(days=1)).replace(fold=0)
    seconds = Decimal(int(end.timestamp() - start.timestamp()))
    return max(Decimal(0), min(Decimal(1), Decimal(int(now.timestamp() - start.timestamp())) / seconds))


def pacing(
    budgets: Sequence[Budget],
    spent: Mapping[str, Mapping[date, int]],
    account: Mapping[date, int],
    *,
    now: datetime,
    cap_minor: int = 0,
    amount_spent_minor: int = 0,
) -> Pacing:
    """Judge all budgets; `spent` and `account` are spend by day, of each budget's id and of everything.

    `now` in the account's time zone. `cap_minor` 0 means no spend cap.
    """
    today, share = now.date(), day_share(now)
    per_day = sum(_allowed(one, now) for one in budgets)
    latest = [account.get(today - timedelta(days=back), 0) for back in range(1, JUDGED_DAYS + 1)]
    mean = _whole(Decimal(sum(latest)) / JUDGED_DAYS)
    month = _month(account, today, share, per_day)
    rest = _days_of_month(today) - today.day
    return Pacing(
        today=Stretch(account.get(today, 0), _whole(per_day * share), share, per_day),
        month=month,
        forecast_minor=month.spent_minor - account.get(today, 0) + mean * (rest + 1),
        cap=_cap(cap_minor, amount_spent_minor, mean),
        budgets=tuple(_pace(one, spent.get(one.id, {}), now) for one in budgets),
    )


def _month(account: Mapping[date, int], today: date, share: Decimal, per_day: int) -> Stretch:
    first = today.replace(day=1)
    spent = sum(minor for day, minor in account.items() if first <= day <= today)
    length = _days_of_month(today)
    over = today.day - 1 + share
    return Stretch(spent, _whole(per_day * over), over / length, per_day * length)


def _allowed(budget: Budget, now: datetime) -> int:
    """What a budget allows for today: its daily amount, or an even share of what is left of a lifetime one."""
    if not _runs(budget, now):
        return 0
    if budget.daily_minor:
        return budget.daily_minor
    if budget.end is None or budget.remaining_minor is None:
        return 0
    days = max(Decimal(1), Decimal((budget.end - now).total_seconds()) / 86400)
    return _whole(budget.remaining_minor / days)


def _runs(budget: Budget, now: datetime) -> bool:
    return (budget.start is None or budget.start <= now) and (budget.end is None or now < budget.end)


def _pace(budget: Budget, spent: Mapping[date, int], now: datetime) -> Pace:
    if budget.lifetime_minor:
        return _lifetime(budget, spent, now)
    today = now.date()
    first = max(filter(None, (budget.since, _next_day(budget.start), today - timedelta(days=JUDGED_DAYS))))
    days = [first + timedelta(days=n) for n in range(max(0, (today - first).days))]
    per_day = _whole(Decimal(sum(spent.get(day, 0) for day in days)) / max(1, len(days)))
    if len(days) < LEAST_DAYS or not budget.daily_minor or not _runs(budget, now):
        return Pace(budget, "not judged", None, per_day, len(days))
    use = Decimal(per_day) / budget.daily_minor
    state: State = "limited" if use >= LIMITED_FROM else "under" if use < UNDER_BELOW else "on track"
    return Pace(budget, state, use, per_day, len(days))


def _lifetime(budget: Budget, spent: Mapping[date, int], now: datetime) -> Pace:
    """A lifetime budget against an even spend over its schedule."""
    today = now.date()
    first = max(filter(None, (_next_day(budget.start), today - timedelta(days=JUDGED_DAYS))))
    days = [first + timedelta(days=n) for n in range(max(0, (today - first).days))]
    per_day = _whole(Decimal(sum(spent.get(day, 0) for day in days)) / max(1, len(days)))
    if budget.start is None or budget.end is None or budget.remaining_minor is None or not _runs(budget, now):
        return Pace(budget, "not judged", None, per_day, 0)
    whole = Decimal((budget.end - budget.start).total_seconds())
    over = Decimal((now - budget.start).total_seconds())
    age = int(over // 86400)
    if age < LEAST_DAYS:
        return Pace(budget, "not judged", None, per_day, age)
    use = (budget.lifetime_minor - budget.remaining_minor) / (budget.lifetime_minor * over / whole)
    state: State = "ahead" if use >= AHEAD_FROM else "behind" if use < BEHIND_BELOW else "on track"
    return Pace(budget, state, use, per_day, age)


def _cap(cap_minor: int, amount_spent_minor: int, mean: int) -> Cap | None:
    if cap_minor <= 0:
        return None
    left = cap_minor - amount_spent_minor
    return Cap(left, Decimal(max(0, left)) / mean if mean > 0 else None)


def _next_day(moment: datetime | None) -> date | None:
    return moment.date() + timedelta(days=1) if moment else None


def _days_of_month(day: date) -> int:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (following - timedelta(days=1)).day


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
