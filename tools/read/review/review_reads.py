"""What a review reads: the ads in its scope, what each is after, and its figures by day and by week."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any

from tools.analysis.conversion_events import Aim, main_event
from tools.analysis.rows import AdDay, AdInfo
from tools.domain import account, objects
from tools.domain.insights import Period, fetch, query
from tools.domain.naming.matching import is_label
from tools.domain.objects import AdObject
from tools.domain.running import Running, effective, standing, used_up
from tools.domain.text import counted
from tools.domain.tool import Context
from tools.graph import ONE, ListCall, Stream
from tools.read.ad_figures import aim_of_ad, fields_for
from tools.read.intake import Intake, day_of
from tools.read.review.asked import JUDGED_BY, Asked
from tools.read.review.elsewhere import Elsewhere
from tools.read.review.scope import Scope, scoped
from tools.read.review.unallotted import Shown, Unallotted

ADS_PAGE, DAYS_PAGE = 500, 5000
"""Large on purpose: where Meta finds a page too large, it is asked for half of it."""
LATELY, OFTEN = {"date_preset": "last_7d"}, ("ad_id", "frequency")
"""How often people see an ad cannot be added up from days."""
BY_DAY, IN_ALL = 28, 91
"""Days read one by one, because conversions are still coming in, and days read in all, the older by week."""


MOST_BESIDE = 3000
"""Of an account with more ads, a part is judged beside its own ads alone, as the figures of all take minutes to read."""
ALONE = (
    "judged beside the ads of this scope alone, as the account has {}: a review of all may judge otherwise"
)


@dataclass(frozen=True)
class Reading:
    """What was read: all ads of the account, those in scope, and their rows, which are read while they pass."""

    everyone: list[AdObject]
    everybody: list[AdInfo]
    """The same, as the judgement knows them, without what they are after."""
    ads: list[AdInfo]
    """Those that are judged: all, but for a part of an account that is too large."""
    shown: frozenset[str] | None
    """The ads in scope; None where all are."""
    event: str
    said: dict[str, Any]
    rows: Iterable[AdDay]
    listing: Stream
    streams: Sequence[Stream]
    often: Stream
    """How often each person saw the ads in the last week; its rows are read where they are asked for."""
    account: Stream
    """The account as it stands now, in one row."""
    intake: Intake
    elsewhere: Elsewhere
    """Knows of events without any result here whether there are some in the account."""
    unallotted: Unallotted
    """Knows of results that are those of no ad."""
    asked: Asked | None
    """The period that was asked about, if any."""

    def complete(self) -> str:
        """How much of it all arrived; to be asked when the rows are read."""
        days = " and ".join(
            s.said(f"{n} rows") for s, n in zip(self.streams, ("daily", "weekly"), strict=False)
        )
        asked = f"; {self.asked.complete()}" if self.asked else ""
        return self.intake.said(f"{self.listing.said('ads')}; {days}{asked}")


def read(ctx: Context, period: Period, scope: str, today: date) -> Reading:
    """Read the ads and begin to read their figures. Raises ToolError for a scope that names nothing."""
    periods, fields = _judged(today), ("ad_id", *fields_for(ctx.brand.conversion_event or ""))
    spans = [*periods, period.params("", today)] if _given(period) else periods
    asked_for = [(LATELY, OFTEN), *((params, fields) for params in spans)]
    standing_now, listing, *streams = _lists(ctx, scope, asked_for)
    everyone = [objects.parse("ad", row) for row in listing]
    ctx.remember(everyone)
    part = scoped(everyone, scope)
    shown = frozenset(ad.id for ad in part.ads) if scope else None
    alone = bool(scope) and len(everyone) > MOST_BESIDE
    ads, within = (part.ads, part.within) if alone else (everyone, {})
    if scope:
        streams = [fetch(ctx, "ad", at, fields=names, within=dict(within)) for at, names in asked_for]
    aims = {ad.id: aim_of_ad(ad, ctx.brand.conversion_event) for ad in ads}
    event = ctx.brand.conversion_event or main_event(aims.values())
    intake = Intake(ctx)
    sums = Shown(next(iter(within), "campaign"), everyone, aims)
    often, *streams = streams
    streams, rest = streams[: len(periods)], streams[len(periods) :]
    rows = _rows(intake, streams, aims, event, sums, only=alone)
    asked = Asked(ctx, period.said(""), rest[0], event, aims, shown) if rest else None
    about = {"period": _said(period, today), "results_are": _results_said(ctx, part.ads, aims)}
    now = _standing(ctx, everyone)
    events = (aim_of_ad(ad, None).event for ad in part.ads if ctx.brand.conversion_event)
    whole = [{name: text for name, text in span.items() if name != "time_increment"} for span in periods]
    return Reading(
        everyone=everyone,
        everybody=[info(ad, "", now[ad.id]) for ad in everyone],
        ads=[info(ad, aims[ad.id].event, now[ad.id]) for ad in ads],
        shown=shown,
        event=event,
        said=about | _narrowed(part, scope, len(everyone) if alone else 0, asked=asked),
        rows=rows,
        listing=listing,
        streams=streams,
        often=often,
        account=standing_now,
        intake=intake,
        elsewhere=Elsewhere(ctx, intake, whole, Counter(events), scoped=alone),
        unallotted=Unallotted(ctx, sums, whole, within),
        asked=asked,
    )


def _narrowed(part: Scope, wanted: str, alone_of: int, *, asked: Asked | None) -> dict[str, Any]:
    """By what it was narrowed, and whether a scope is judged by itself, as all ads of the account are too many."""
    said: dict[str, Any] = {"judged_by": JUDGED_BY} if asked else {}
    said |= {"scope": part.said, "ads_in_scope": len(part.ads)} if wanted else {}
    return said | ({"judged_beside": ALONE.format(counted(alone_of, "ad"))} if alone_of else {})


def _standing(ctx: Context, ads: Sequence[AdObject]) -> dict[str, Running]:
    spent = used_up(ctx, ads)
    return {ad.id: standing(ad, None, ctx.here, spent) for ad in ads}


def _lists(ctx: Context, scope: str, figures: Sequence[tuple[dict[str, Any], Sequence[str]]]) -> list[Stream]:
    """The account, the ads and, where all are meant, their figures in the same request; of a scope it is not known yet where to look."""
    asked = {"fields": _fields(labels=is_label(scope)), "summary": "true"}
    ads = ListCall(f"{ctx.account.id}/ads", ADS_PAGE, asked)
    now = ListCall(ctx.account.id, ONE, {"fields": account.FIELDS})
    questions = [] if scope else [query(ctx, "ad", params, fields=names) for params, names in figures]
    return ctx.graph.lists(now, ads, *(ListCall(where, DAYS_PAGE, params) for where, params in questions))


def _fields(*, labels: bool) -> str:
    """The fields of an ad with what its ad set is after; labels are read only when they are asked about."""
    label = "adlabels{name}," if labels else ""
    fields = objects.FIELDS["ad"].replace("campaign{", f"campaign{{{label}")
    return label + fields.replace("adset{", f"adset{{{label}{objects.AIM_FIELDS},")


def _given(period: Period) -> bool:
    return bool(period.date_preset or period.since)


def _judged(today: date) -> list[dict[str, Any]]:
    """Graph parameters of what verdicts rest on: four weeks by day and nine by week."""

    def stretch(first: int, last: int) -> dict[str, Any]:
        return {
            name: (today - timedelta(days=ago)).isoformat()
            for name, ago in (("since", first), ("until", last))
        }

    return [
        {"time_range": stretch(BY_DAY, 1), "time_increment": 1},
        {"time_range": stretch(IN_ALL, BY_DAY + 1), "time_increment": 7},
    ]


def _said(period: Period, today: date) -> str:
    if _given(period):
        return period.said("")
    first, last = (today - timedelta(days=ago) for ago in (IN_ALL, 1))
    return f"{first} to {last}"


def _rows(
    intake: Intake,
    streams: Sequence[Stream],
    aims: Mapping[str, Aim],
    event: str,
    shown: Shown,
    *,
    only: bool,
) -> Iterator[AdDay]:
    """Typed rows as they come, each counted by its ad's event; within a scope no others."""
    for row in chain.from_iterable(map(intake.rows, streams)):
        aim = aims.get(str(row.get("ad_id")))
        own = aim.event if aim else event
        day = intake.day(row, own) if aim or not only else None
        shown.add(row, own, day)
        if day:
            yield day


def _results_said(ctx: Context, ads: Sequence[AdObject], aims: Mapping[str, Aim]) -> str:
    """The event of these ads, where it is known from, and the attribution windows as the ad sets have them."""
    own = [aims[ad.id] for ad in ads]
    event, sources = ctx.brand.conversion_event or main_event(own), Counter(aim.source for aim in own)
    where = {"stack.md": "stack.md", "ad set": "what the ad sets optimise for", "assumed": "assumed"}
    source = ", ".join(where[name] for name, _ in sources.most_common()) or "assumed"
    windows = Counter(windows for ad in ads if (windows := _windows(ad.adset.get("attribution_spec"))))
    said = "; ".join(
        f"{name} ({counted(number, 'ad')})" if len(windows) > 1 else name
        for name, number in windows.most_common(3)
    )
    return f"{event} ({source}); attribution as the ad sets have it{f': {said}' if said else ''}"


def _windows(spec: Any) -> str:
    """Attribution windows in words, such as "7-day click, 1-day view"."""
    rows = [row for row in spec if isinstance(row, dict)] if isinstance(spec, list) else []
    words = {"CLICK_THROUGH": "click", "VIEW_THROUGH": "view", "ENGAGED_VIDEO_VIEW": "engaged view"}
    return ", ".join(
        f"{row.get('window_days')}-day {words.get(str(row.get('event_type')), str(row.get('event_type')))}"
        for row in sorted(rows, key=lambda row: str(row.get("event_type")))
    )


def info(ad: AdObject, event: str, now: Running) -> AdInfo:
    """An ad as the judgement knows it, with how it stands."""
    goal = ad.adset.get("optimization_goal")
    return AdInfo(
        ad_id=ad.id,
        name=ad.name,
        adset_id=str(ad.row.get("adset_id")),
        adset_name=str(ad.adset.get("name") or ""),
        campaign_id=str(ad.row.get("campaign_id")),
        campaign_name=str(ad.campaign.get("name") or ""),
        status=ad.status,
        effective_status=effective(ad),
        halted=now.said if now.halted else "",
        off="" if now.runs else now.word,
        optimization_goal=str(goal) if goal else None,
        learning=ad.learning,
        created=day_of(str(ad.row.get("created_time"))[:10]),
        event=event,
    )
