"""A standing order comes once at its hour of an account's day, whatever the clock does to that day."""

import itertools
from datetime import UTC, datetime, time, timedelta

import pytest

from agent.fleet.due_times import EVERY, missed, next_due, said
from tools.domain.text import zone_of

NEW_YORK, KATHMANDU, APIA, LORD_HOWE = (
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "every", "zone", "after", "due"),
    [
        ("08:00", "day", NEW_YORK, "2026-11-27T12:59", "2026-11-27T13:00"),
        ("08:00", "day", NEW_YORK, "2026-11-27T13:00", "2026-11-28T13:00"),  # strictly after
        ("08:00", "day", KATHMANDU, "2026-11-27T00:00", "2026-11-27T02:15"),
        ("00:00", "day", "Pacific/Kiritimati", "2026-11-27T09:00", "2026-11-27T10:00"),
        ("23:59", "day", "Etc/GMT+12", "2026-11-27T00:00", "2026-11-27T11:59"),
        ("08:00", "weekday", NEW_YORK, "2026-11-27T13:00", "2026-11-30T13:00"),  # Friday to Monday
        ("08:00", "monday", NEW_YORK, "2026-11-30T13:00", "2026-12-07T13:00"),
        ("08:00", "friday", "Asia/Tokyo", "2026-11-25T00:00", "2026-11-26T23:00"),  # a Friday there
        ("08:00", "month", NEW_YORK, "2026-11-01T13:00", "2026-12-01T13:00"),
        ("02:30", "day", NEW_YORK, "2026-03-07T08:00", "2026-03-08T07:30"),  # is not there: 03:30 on the new clock
        ("02:30", "day", NEW_YORK, "2026-03-08T07:30", "2026-03-09T06:30"),
        ("01:30", "day", NEW_YORK, "2026-10-31T12:00", "2026-11-01T05:30"),  # comes twice: the first
        ("01:30", "day", NEW_YORK, "2026-11-01T05:30", "2026-11-02T06:30"),
        ("01:30", "day", NEW_YORK, "2026-11-01T06:10", "2026-11-02T06:30"),  # asked between the two
        ("01:45", "day", LORD_HOWE, "2026-04-04T14:30", "2026-04-04T14:45"),  # half an hour comes twice
        ("01:45", "day", LORD_HOWE, "2026-04-04T14:45", "2026-04-05T15:15"),
        ("08:00", "day", "No/Such_Zone", "2026-11-27T07:00", "2026-11-27T08:00"),  # UTC
    ],
)  # fmt: skip
def test_the_next_time(hour: str, every: str, zone: str, after: str, due: str) -> None:
    """By the clock of the account, days of the week and of the month included."""
    assert next_due(time.fromisoformat(hour), every, zone_of(zone), at(after)) == at(due)


@pytest.mark.parametrize("hour", ["00:00", "01:30", "02:30", "23:45"])
@pytest.mark.parametrize("zone", [NEW_YORK, LORD_HOWE, "Africa/Casablanca", "America/Santiago"])
def test_a_year_has_as_many_times_as_days(hour: str, zone: str) -> None:
    """No day of a year is left out and none has two, with the shifts of both seasons."""
    when, last, days = time.fromisoformat(hour), at("2026-01-01T00:00"), list[datetime]()
    while (last := next_due(when, "day", zone_of(zone), last)) < at("2027-01-01T00:00"):
        days.append(last)
    assert len(days) == 365
    assert max(b - a for a, b in itertools.pairwise(days)) <= timedelta(hours=25)


def test_a_day_that_a_country_left_out_is_no_second_time() -> None:
    """Samoa had no 30 December 2011: what was due then and on the day after is one time."""
    zone, eight = zone_of(APIA), time(8)
    first = next_due(eight, "day", zone, at("2011-12-29T17:00"))
    assert [first, next_due(eight, "day", zone, first)] == [at("2011-12-29T18:00"), at("2011-12-30T18:00")]
    assert next_due(eight, "day", zone, at("2011-12-30T18:00")) == at("2011-12-31T18:00")


def test_times_that_passed_are_counted() -> None:
    """Those after the one that was due, up to now, and not without end."""
    eight, zone, due = time(8), zone_of(NEW_YORK), at("2026-11-20T13:00")
    for now, count in (
        ("2026-11-20T13:00", 0),
        ("2026-11-21T12:59", 0),
        ("2026-11-23T13:00", 3),
        ("2036-01-01T00:00", 1000),
    ):
        assert missed(eight, "day", zone, due, at(now)) == count


def test_every_rhythm_has_a_next_time_and_words() -> None:
    """Each choice of the command line is one that can be computed and said."""
    for every in EVERY:
        assert next_due(time(8), every, UTC, at("2026-11-27T00:00")) > at("2026-11-27T00:00")
        assert said(time(8, 5), every).endswith("at 08:05")
    assert said(time(9), "month") == "every first of the month at 09:00"
