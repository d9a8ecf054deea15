"""What a report rests on: the answers of the reading tools for one period, each asked once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from tools.analysis.rows import Totals
from tools.domain.changes import ChangeSet
from tools.domain.insights import Period, months_back
from tools.domain.kinds import KINDS
from tools.domain.tool import Applied, Context
from tools.read import results_since
from tools.read.ad_figures import event_counted
from tools.read.charts.day_chart import days_of
from tools.read.client_report.net_changes import left_of
from tools.read.figures import spans
from tools.read.figures.figure_answer import answered
from tools.read.figures.question import InsightsInput
from tools.read.figures.spans import Span
from tools.read.results_since import Since
from tools.read.review.judgement import Judgement, judged

TOTALS = (
    "spend results cost_per_result result_value roas impressions link_clicks link_ctr cost_per_link_click"
).split()
OF_CAMPAIGNS = "spend results cost_per_result roas".split()
_OF_WHICH = re.compile(r"(?:before|[0-9-]+ to [0-9-]+): ")
MOST_CAMPAIGNS, MOST_SETS, MOST_DAYS = 100, 500, 90


@dataclass(frozen=True, slots=True)
class Gathered:
    """The answers, as the tools gave them."""

    now: Span
    then: Span | None
    """The period it is compared with."""
    running: bool
    """Whether the period is not over."""
    today: date
    event: str
    """What counts as a result of the account."""
    totals: dict[str, Any]
    campaigns: dict[str, Any]
    by_day: dict[date, Totals]
    days_said: str
    """How complete they are."""
    judged: Judgement
    applied: tuple[Applied, ...]
    """What adsteward changed in the days that are shown, without what was taken back in them."""
    taken_back: int
    """How many changes that were."""
    outcomes: tuple[Since, ...]
    outcomes_said: str
    waiting: tuple[ChangeSet, ...]


def gathered(ctx: Context, period: Period, compare: str, default: str) -> Gathered:
    """Ask for all that a report tells of a period. Raises ToolError, GraphFailure."""
    today = ctx.here.date()
    asked = spans.span_of(period, default, today)
    spans.check(asked, today)
    now, then = _held(asked, compare, "" if period.since else period.date_preset or default, today)
    event = event_counted(ctx)
    span = f"{then[0]}..{then[1]}" if then else ""
    by_day, days_said = _by_day(ctx, now)
    applied, taken_back = left_of(list(_applied(ctx, now)))
    held = {one.change.id for one in applied}
    newest = dict.fromkeys(one.change_set_id for one in reversed(applied))
    outcomes, said = results_since.outcomes(ctx, list(newest))
    return Gathered(
        now=now,
        then=then,
        running=asked[1] >= today,
        today=today,
        event=event,
        totals=_figures(ctx, now, level="account", fields=TOTALS, compare=span),
        campaigns=_figures(
            ctx, now, level="campaign", fields=OF_CAMPAIGNS, compare=span, limit=MOST_CAMPAIGNS
        ),
        by_day=by_day,
        days_said=days_said,
        judged=judged(ctx, Period(since=str(now[0]), until=str(now[1]))),
        applied=applied,
        taken_back=taken_back,
        outcomes=tuple(one for one in outcomes if held.intersection(c.id for c in one.deed.changes)),
        outcomes_said=said,
        waiting=tuple(_waiting(ctx)),
    )


def _held(asked: Span, compare: str, preset: str, today: date) -> tuple[Span, Span | None]:
    """The days that are shown and those to compare them with; whole months are held against whole months, however named.

    Today is shown only where it is all there is, as it is no whole day.
    """
    first, after = asked[0], asked[1] + timedelta(days=1)
    if first == today:
        return (today, today), None
    if not compare:
        return spans.over(asked, today), None
    if first.day == after.day == 1 and compare in ("previous", "last_year"):
        months = (after.year - first.year) * 12 + after.month - first.month
        back = 12 if compare == "last_year" else months
        compare = f"{months_back(first, back)}..{months_back(after, back) - timedelta(days=1)}"
    held = spans.sides(compare, preset, asked, today)
    return (held.now, None) if held.running else (held.now, held.then)


def _figures(ctx: Context, span: Span, **asked: Any) -> dict[str, Any]:
    return answered(InsightsInput(since=str(span[0]), until=str(span[1]), **asked), ctx)


def _by_day(ctx: Context, span: Span) -> tuple[dict[date, Totals], str]:
    """Spend and results by day, and how complete they are; a long period is asked for in parts."""
    rows, said, first = list[dict[str, Any]](), "", span[0]
    while first <= span[1]:
        last = min(first + timedelta(days=MOST_DAYS - 1), span[1])
        wanted = {"fields": ("spend", "results"), "time_increment": 1, "limit": 100}
        part = _figures(ctx, (first, last), level="account", **wanted)
        rows += part["rows"]
        said = _both(said, part["complete"])
        first = last + timedelta(days=1)
    return days_of(rows), said


def _both(one: str, other: str) -> str:
    """What is said of two parts; what is said of the first holds where it is the graver."""
    return one if one and not whole(one) else other


def whole(complete: str) -> bool:
    """Whether what a tool says of its rows is that all of them are there."""
    parts = (_OF_WHICH.sub("", part) for part in complete.split("; "))
    return all(
        part == "no rows" or part.startswith("all ") or part.endswith("the only one") for part in parts
    )


def before_known(found: Gathered) -> bool:
    """Whether there are figures of the period that it is compared with."""
    return any(name.endswith("_before") for name in found.totals["totals"])


def several_goals(found: Gathered) -> bool:
    """Whether campaigns are after different things, so that each row says what its results are."""
    return any("results_are" in row for row in found.campaigns["rows"])


def _applied(ctx: Context, span: Span) -> Iterable[Applied]:
    zone = ctx.account.zone
    begin = datetime.combine(span[0], time(), zone)
    for one in ctx.ledger.applied(ctx.account.id, since=begin):
        if one.at.astimezone(zone).date() <= span[1]:
            yield one


def _waiting(ctx: Context) -> Iterable[ChangeSet]:
    """What waits, the newest first; of several proposals for one object only the newest."""
    newer = set[str]()
    for row in ctx.ledger.recent(ctx.account.id, MOST_SETS):
        if row["state"] == "proposed":
            change_set = ctx.ledger.change_set(str(row["id"]))
            left = [one for one in change_set.changes if one.target not in newer]
            newer |= {one.target for one in left if one.target and not KINDS[one.kind].creates}
            if left:
                yield change_set.model_copy(update={"changes": tuple(left)})
