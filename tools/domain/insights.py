"""Insights of the account over a period: the one place that asks Meta for figures."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import Field, field_validator, model_validator

from tools.domain import objects
from tools.domain.changes import Level
from tools.domain.tool import Context, ReadInput, ToolError
from tools.graph import Stream

# docs/graph-api.md §7.2
PRESETS = (
    "today yesterday last_3d last_7d last_14d last_28d last_30d last_90d this_week_mon_today"
    " this_week_sun_today last_week_mon_sun last_week_sun_sat this_month last_month this_quarter"
    " last_quarter this_year last_year maximum"
).split()
AS_SET = {"use_unified_attribution_setting": "true"}
"""Results in the attribution windows of each ad set, as Ads Manager shows them, whoever asks (docs/graph-api.md §7.2)."""
PAGE_SIZE = 1000
KEPT_MONTHS = 37
"""How long Meta keeps figures (docs/graph-api.md §7.2, error 3018)."""
LONG_DAYS = 92
_LONG_PRESETS = frozenset("last_quarter this_year last_year maximum".split())


class Period(ReadInput):
    """A preset, or since and until (both days included, in the account's time zone)."""

    date_preset: str | None = Field(default=None, description="such as last_7d, this_month")
    since: str | None = Field(default=None, description="YYYY-MM-DD")
    until: str | None = None

    @field_validator("date_preset")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        value = value.strip().lower() if value is not None else None
        if value is not None and value not in PRESETS:
            raise ValueError(f"use one of {', '.join(PRESETS)}, or since and until")
        return value

    @field_validator("since", "until")
    @classmethod
    def _a_day(cls, value: str | None) -> str | None:
        try:
            return date.fromisoformat(value).isoformat() if value is not None else None
        except ValueError:
            raise ValueError("write a day as YYYY-MM-DD") from None

    @model_validator(mode="after")
    def _one_way(self) -> "Period":
        if (self.since is None) != (self.until is None):
            raise ValueError("give since and until together")
        if self.since and self.until:
            if self.date_preset:
                raise ValueError("give date_preset or since and until, not both")
            if self.since > self.until:
                raise ValueError("since must not be after until")
        return self

    def params(self, default: str, today: date) -> dict[str, Any]:
        """The period as Graph parameters. Raises ToolError for one that Meta has no figures of."""
        if self.since and self.until:
            if problem := out_of_reach(date.fromisoformat(self.since), today):
                raise ToolError(f"No figures of {self.said('')}: {problem}.")
            return {"time_range": {"since": self.since, "until": self.until}}
        return {"date_preset": self.date_preset or default}

    def said(self, default: str) -> str:
        """The period in words."""
        if self.since and self.until:
            return f"{self.since} to {self.until}"
        return self.date_preset or default


def months_back(day: date, months: int) -> date:
    """The same day so many months before, or the last of a shorter month; a negative number goes ahead."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def out_of_reach(first: date, today: date) -> str:
    """Why there are no figures from that day on, or nothing; both days on the clock of the account."""
    oldest = months_back(today, KEPT_MONTHS)
    if first > today:
        return f"that lies in the future, today is {today}"
    return f"Meta keeps {KEPT_MONTHS} months of figures, now since {oldest}" if first < oldest else ""


def fetch(
    ctx: Context,
    level: str,
    period: dict[str, Any],
    *,
    fields: Iterable[str],
    within: dict[Level, list[str]] | None = None,
    where: Sequence[Mapping[str, Any]] = (),
    keep: bool = False,
    **params: Any,
) -> Stream:
    """Rows of `level` over a period as they come, only below the objects of `within` and as `where` filters when given.

    Scalars are strings; spend is in major units (docs/graph-api.md §7.1). Iterating raises GraphFailure; with `keep`
    what Meta does not give is left out, and the stream says so.
    """
    path, asked = query(ctx, level, period, fields=fields, within=within, where=where, **params)
    return ctx.graph.insights(path, page_size=PAGE_SIZE, large=_large(level, asked), keep=keep, **asked)


def query(
    ctx: Context,
    level: str,
    period: dict[str, Any],
    *,
    fields: Iterable[str],
    within: dict[Level, list[str]] | None = None,
    where: Sequence[Mapping[str, Any]] = (),
    **params: Any,
) -> tuple[str, dict[str, Any]]:
    """The path and the parameters of `fetch`."""
    filtering = [*(objects.within(at, ids) for at, ids in (within or {}).items()), *where]
    asked = {"level": level, "fields": ",".join(fields), "filtering": filtering or None, **AS_SET}
    asked |= {**period, **params}
    return f"{ctx.account.id}/insights", asked


def _large(level: str, asked: dict[str, Any]) -> bool:
    """Whether Meta should prepare a report at once: a long period by day or with several breakdowns."""
    span = asked.get("time_range")
    if span:
        days = (date.fromisoformat(span["until"]) - date.fromisoformat(span["since"])).days + 1
    else:
        days = LONG_DAYS + 1 if asked.get("date_preset") in _LONG_PRESETS else 0
    fine = asked.get("time_increment") is not None or len(asked.get("breakdowns") or ()) > 1
    return days > LONG_DAYS and fine and level in ("adset", "ad")


def spent(ctx: Context, level: Level, period: dict[str, Any], ids: list[str]) -> dict[str, Decimal]:
    """What each of these objects spent, in major units; sums over a period may come in parts. Raises GraphFailure."""
    key, sums = f"{level}_id", dict.fromkeys(ids, Decimal(0))
    for row in fetch(ctx, level, period, fields=("spend", key), within={level: ids}):
        if (holder := str(row.get(key))) in sums:
            sums[holder] += known(row.get("spend"))
    return sums


def decimal(value: object) -> Decimal:
    """A figure of a row; what is absent is zero. Raises ValueError for what is no number."""
    try:
        number = Decimal(str(value if value is not None else 0))
    except InvalidOperation:
        raise ValueError(f"Meta sent {value!r} where a number belongs") from None
    if not number.is_finite():
        raise ValueError(f"Meta sent {value!r} where a number belongs")
    return number


def known(value: object) -> Decimal:
    """A figure where an estimate serves; what is absent or no number is zero (docs/field-reports.md, odd rows)."""
    try:
        return decimal(value)
    except ValueError:
        return Decimal(0)
