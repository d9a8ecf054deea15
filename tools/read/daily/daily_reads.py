"""What the daily check reads: the account, what runs, what Meta objects to, and six weeks of figures, in few requests."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tools.analysis.fatigue import WINDOW_DAYS, Reach
from tools.analysis.odd_cells import Odd
from tools.analysis.pacing import Budget
from tools.analysis.rows import AdDay, parse_row
from tools.domain import account, objects
from tools.domain.account import Account
from tools.domain.insights import query
from tools.domain.objects import AdObject
from tools.domain.running import moment
from tools.domain.settings.ad_statuses import SWITCHED_ON
from tools.domain.tool import Applied, Context
from tools.graph import ONE, GraphFailure, ListCall, Stream
from tools.read.ad_figures import fields_for
from tools.read.daily.levels import agreed
from tools.read.intake import Intake

PAGE, DAYS_PAGE = 500, 5000
TROUBLED = ("DISAPPROVED", "WITH_ISSUES", "PENDING_BILLING_INFO")
_AD_FIELDS = "id,name,status,effective_status,issues_info,ad_review_feedback,adset{name},campaign{name}"


@dataclass(frozen=True, slots=True)
class Reads:
    """Everything the check is made of; spend by day in minor units, by budget holder and of the account."""

    account: Mapping[str, Any]
    known: Account
    """The same, as it stands now."""
    campaigns: list[AdObject]
    adsets: list[AdObject]
    troubled: list[AdObject]
    rows: list[AdDay]
    holders: Mapping[str, tuple[str, ...]]
    """The ad set and the campaign of each ad with figures."""
    spent: Mapping[str, Mapping[date, int]]
    account_days: list[AdDay]
    reach: Mapping[str, Reach]
    said: str
    """How complete it is."""
    levels: str = ""
    """Where the rows of the account and those of its ads do not agree, and which are used."""


def read(ctx: Context, event: str, events: Mapping[str, str], now: datetime) -> Reads:
    """Read it all, results by the event of each ad, else by `event`: the account, all lists and figures in one request, and their further pages.

    Raises GraphFailure.
    """
    today = now.date()
    first = min(today.replace(day=1), today - timedelta(days=WINDOW_DAYS))
    running, troubled = list(SWITCHED_ON), list(TROUBLED)
    standing, campaigns, adsets, ads, days, totals, reach = ctx.graph.lists(
        ListCall(ctx.account.id, ONE, {"fields": account.FIELDS}),
        _listed(ctx, "campaigns", f"{objects.FIELDS['campaign']},issues_info", running),
        _listed(ctx, "adsets", f"{objects.FIELDS['adset']},issues_info", running),
        _listed(ctx, "ads", _AD_FIELDS, troubled),
        _asked(ctx, "ad", event, (first, today), ("ad_id", "adset_id", "campaign_id")),
        _asked(ctx, "account", event, (first, today), ("account_id",)),
        _reach_asked(ctx, today),
    )
    intake, above = Intake(ctx), Intake(ctx)
    above.odd = intake.odd
    row = next(iter(standing))
    figures = _figures(ctx, intake, days, events, event)
    whole = list(above.days(totals, lambda _: event, "account_id"))
    account_days, levels = agreed(whole, figures.counted, event, ctx.account.written)
    held = [objects.parse("campaign", found) for found in campaigns]
    sets = [objects.parse("adset", found) for found in adsets]
    bad = [objects.parse("ad", found) for found in ads]
    return Reads(
        account=row,
        known=account.stands(row, ctx.account),
        campaigns=held,
        adsets=sets,
        troubled=bad,
        rows=figures.rows,
        holders=figures.holders,
        spent=figures.spent,
        account_days=account_days,
        reach=_reach(intake, reach, today),
        said=intake.said(_complete(days, adsets, campaigns, ads)),
        levels=levels,
    )


def _complete(days: Stream, adsets: Stream, campaigns: Stream, troubled: Stream) -> str:
    """How much arrived; of the shorter lists only what is missing."""
    short = ((campaigns, "campaigns"), (troubled, "troubled ads"))
    told = [
        (days, "daily rows"),
        (adsets, "ad sets"),
        *((found, noun) for found, noun in short if found.doubt),
    ]
    return "; ".join(found.said(noun) for found, noun in told)


def _listed(ctx: Context, edge: str, fields: str, statuses: list[str]) -> ListCall:
    asked = {"fields": fields, "effective_status": statuses, "summary": "true"}
    return ListCall(f"{ctx.account.id}/{edge}", PAGE, asked, keep=True)


def _asked(ctx: Context, level: str, event: str, span: tuple[date, date], keys: tuple[str, ...]) -> ListCall:
    period = {"time_range": dict(zip(("since", "until"), map(str, span), strict=True))}
    path, asked = query(ctx, level, period, fields=(*keys, *fields_for(event)), time_increment=1)
    return ListCall(path, DAYS_PAGE, asked)


@dataclass(frozen=True, slots=True)
class _Figures:
    """What the rows of ads hold: each by its own event; spend by budget holder; and all by the account's event."""

    rows: list[AdDay]
    holders: Mapping[str, tuple[str, ...]]
    spent: Mapping[str, Mapping[date, int]]
    counted: list[AdDay]


def _figures(ctx: Context, intake: Intake, stream: Stream, events: Mapping[str, str], event: str) -> _Figures:
    rows, counted, holders = list[AdDay](), list[AdDay](), dict[str, tuple[str, ...]]()
    spent: defaultdict[str, defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
    for found in intake.rows(stream):
        own = events.get(str(found.get("ad_id")), event)
        if not (day := intake.day(found, own)):
            continue
        rows.append(day)
        counted.append(day if own == event else parse_row(found, event, Odd()))
        holders[day.ad_id] = tuple(intake.id_of(found, key) for key in ("adset_id", "campaign_id"))
        for holder in holders[day.ad_id]:
            spent[holder][day.date] += minor(day.spend, ctx)
    return _Figures(rows, holders, {holder: dict(days) for holder, days in spent.items()}, counted)


def minor(amount: Decimal, ctx: Context) -> int:
    """Major units as Insights gives them, in the account's minor units."""
    return int((amount * ctx.account.offset).to_integral_value())


def _spans(today: date) -> list[tuple[str, str]]:
    """The last seven days, the last four weeks, and the first three of those."""
    week, weeks, yesterday = (today - timedelta(days=back) for back in (7, 28, 1))
    spans = (week, yesterday), (weeks, yesterday), (weeks, week - timedelta(days=1))
    return [(since.isoformat(), until.isoformat()) for since, until in spans]


def _reach_asked(ctx: Context, today: date) -> ListCall:
    ranges = [{"since": since, "until": until} for since, until in _spans(today)]
    path, asked = query(ctx, "ad", {"time_ranges": ranges}, fields=("ad_id", "reach", "impressions"))
    return ListCall(path, DAYS_PAGE, asked)


def _reach(intake: Intake, stream: Stream, today: date) -> dict[str, Reach]:
    """Frequency of the last seven days, and the share of people who are new in them; nothing where Meta gives none.

    New people are the reach of four weeks less that of the first three.
    """
    seen: defaultdict[str, dict[tuple[str, str], tuple[Decimal, Decimal]]] = defaultdict(dict)
    try:
        for row in stream:
            key = (str(row.get("date_start")), str(row.get("date_stop")))
            seen[str(row.get("ad_id"))][key] = intake.figure(row, "reach"), intake.figure(row, "impressions")
    except GraphFailure as failure:
        if failure.ends_the_run:
            raise
        return {}
    nobody = (Decimal(0), Decimal(0))
    return {ad: _reach_of(*(found.get(span, nobody) for span in _spans(today))) for ad, found in seen.items()}


def _reach_of(
    week: tuple[Decimal, Decimal], weeks: tuple[Decimal, Decimal], before: tuple[Decimal, Decimal]
) -> Reach:
    people, shown = week
    if not people:
        return Reach()
    new = max(Decimal(0), weeks[0] - before[0])
    return Reach(shown / people, min(Decimal(1), new / people) if before[0] else None)


def budgets(ctx: Context, reads: Reads, now: datetime) -> list[Budget]:
    """The budgets that run: of campaigns (CBO), else of ad sets; judged from the first whole day at this budget."""
    since = _changed(ctx.ledger.applied(ctx.account.id, since=now - timedelta(days=10)), ctx)
    found = []
    for obj in (*reads.campaigns, *reads.adsets):
        daily, lifetime = obj.daily_budget_minor, obj.lifetime_budget_minor
        if not (daily or lifetime) or obj.level == "ad":
            continue
        left = str(obj.row.get("budget_remaining") or "")
        found.append(
            Budget(
                id=obj.id,
                name=obj.name,
                level=obj.level,
                daily_minor=daily,
                lifetime_minor=lifetime,
                remaining_minor=int(left) if left.isdecimal() else None,
                start=_here(obj.row.get("start_time"), now),
                end=_here(obj.row.get("end_time") or obj.row.get("stop_time"), now),
                since=since.get(obj.id),
            )
        )
    return found


def _changed(applied: Iterable[Applied], ctx: Context) -> dict[str, date]:
    """The first whole day after adsteward last changed or started each object."""
    return {
        one.change.target: one.at.astimezone(ctx.account.zone).date() + timedelta(days=1)
        for one in applied
        if one.change.target and one.change.row.measured
    }


def _here(value: object, now: datetime) -> datetime | None:
    """A time of Meta's in the zone of `now`; None for none."""
    found = moment(value)
    return found.astimezone(now.tzinfo) if found else None
