"""Money against time, in whole minor units and the account's own days."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.analysis.pacing import Budget, Pacing, day_share, pacing

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=NEW_YORK)
TODAY = NOW.date()
START = NOW - timedelta(days=60)


def budget(**given) -> Budget:
    """A daily budget of 100.00 that has long been there."""
    return Budget(
        **{"id": "1", "name": "Set", "level": "adset", "daily_minor": 10_000, "start": START} | given
    )


def daily(minor: int, days: int = 40) -> dict[date, int]:
    """The same spend every day, half of it today."""
    whole = {TODAY - timedelta(days=n): minor for n in range(1, days)}
    return whole | {TODAY: minor // 2}


def look(*budgets: Budget, spend: int = 9_000, **kwargs) -> Pacing:
    spent = {one.id: daily(spend) for one in budgets}
    return pacing(budgets, spent, daily(spend), **({"now": NOW} | kwargs))


@pytest.mark.parametrize(
    ("moment", "share"),
    [
        (datetime(2026, 11, 20, 0, 0, tzinfo=NEW_YORK), Decimal(0)),
        (datetime(2026, 11, 20, 18, 0, tzinfo=NEW_YORK), Decimal("0.75")),
        (datetime(2026, 3, 8, 12, 0, tzinfo=NEW_YORK), Decimal(11) / 23),
        (datetime(2026, 11, 1, 12, 0, tzinfo=NEW_YORK), Decimal(13) / 25),
    ],
    ids=["midnight", "evening", "spring forward", "fall back"],
)
def test_the_day_is_as_long_as_the_zone_makes_it(moment, share):
    """Days of 23 and 25 hours too."""
    assert day_share(moment) == share


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    )
)
def test_the_share_of_the_day_is_a_share(moment):
    """Between 0 and 1 in a zone with odd hours."""
    assert 0 <= day_share(moment.astimezone(ZoneInfo("Australia/Lord_Howe"))) <= 1


def test_today_is_held_against_the_part_of_the_day_that_is_over():
    """At noon half of the day's budgets is planned."""
    today = look(budget(), budget(id="2", daily_minor=5_000)).today
    assert (today.spent_minor, today.planned_minor, today.whole_minor) == (4_500, 7_500, 15_000)
    assert today.use == Decimal("0.6")


def test_the_month_counts_from_its_first_day_and_looks_ahead():
    """19 days and a half are over; the forecast goes on like the last seven days."""
    found = look(budget())
    assert found.month.spent_minor == 19 * 9_000 + 4_500
    assert found.month.planned_minor == 195_000
    assert found.forecast_minor == 30 * 9_000


@pytest.mark.parametrize(
    ("spend", "state"),
    [
        (10_050, "limited"),
        (9_700, "limited"),
        (9_600, "on track"),
        (7_000, "on track"),
        (6_900, "under"),
        (0, "under"),
    ],
)
def test_a_daily_budget_is_judged_by_its_mean_use(spend, state):
    """Used up: the budget holds it back. Below 70 %: it leaves money lying."""
    (pace,) = look(budget(), spend=spend).budgets
    assert pace.state == state
    assert pace.use == Decimal(spend) / 10_000


def test_days_before_the_budget_was_changed_do_not_count():
    """Three whole days at the new budget are needed before it is judged."""
    (pace,) = look(budget(since=TODAY - timedelta(days=2))).budgets
    assert (pace.state, pace.days) == ("not judged", 2)
    (pace,) = look(budget(since=TODAY - timedelta(days=3))).budgets
    assert (pace.state, pace.days) == ("on track", 3)


@pytest.mark.parametrize(
    ("remaining", "state"),
    [(50_000, "on track"), (80_000, "behind"), (30_000, "ahead"), (None, "not judged")],
)
def test_a_lifetime_budget_is_held_against_an_even_pace(remaining, state):
    """Halfway through its schedule half of it should be spent."""
    schedule = {"start": NOW - timedelta(days=10), "end": NOW + timedelta(days=10)}
    lifetime = budget(daily_minor=0, lifetime_minor=100_000, remaining_minor=remaining, **schedule)
    assert look(lifetime).budgets[0].state == state


def test_what_is_left_of_a_lifetime_budget_is_spread_over_the_days_left():
    """It takes its part in today's plan."""
    schedule = {"start": NOW - timedelta(days=10), "end": NOW + timedelta(days=10)}
    lifetime = budget(daily_minor=0, lifetime_minor=100_000, remaining_minor=50_000, **schedule)
    assert look(lifetime).today.whole_minor == 5_000


def test_a_budget_that_ended_or_has_not_begun_plans_nothing():
    """And it is not judged either."""
    for times in ({"end": NOW}, {"start": NOW + timedelta(days=1)}):
        found = look(budget(**times))
        assert found.today.whole_minor == 0
        assert found.budgets[0].state == "not judged"


@pytest.mark.parametrize(
    ("cap", "spent", "soon"),
    [(0, 50, None), (100_000, 90_000, True), (200_000, 90_000, False), (100, 100, True)],
)
def test_a_spend_cap_that_ends_within_the_week_is_said(cap, spent, soon):
    """At 90.00 a day, 100.00 last a day and 1100.00 do not hurry; none is none."""
    found = look(budget(), cap_minor=cap, amount_spent_minor=spent)
    assert (found.cap.soon if found.cap else None) is soon


def test_an_account_without_anything_is_no_trouble():
    """No budgets, no spend: zeros."""
    found = pacing([], {}, {}, now=NOW)
    assert (found.today.use, found.month.spent_minor, found.forecast_minor, found.cap) == (None, 0, 0, None)
