"""What came of changes: the cost per result of the ad set (or campaign) before each of them, and since.

What happened since is not all the work of the change: seasons and other changes have their share. That is said, and
a difference is only called one when it is beyond the noise of so few results.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tools.analysis.rows import AdDay, Totals, totals
from tools.analysis.trend import Comparison, compare
from tools.domain.changes import Change, Level
from tools.domain.insights import fetch
from tools.domain.tool import Applied, Context
from tools.graph import is_digits
from tools.read.ad_figures import LAG_DAYS, event_counted, fields_for
from tools.read.intake import Intake

DAYS = 14
"""So many days before a change, and at most so many since, are compared."""
MOST = 20


@dataclass(frozen=True, slots=True)
class Deed:
    """Changes of one set to one ad set or campaign, which are looked at together."""

    change_set_id: str
    level: Level
    place: str
    changes: tuple[Change, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Since:
    """What a result cost before a change and since."""

    deed: Deed
    before: Totals
    since: Totals
    days: int
    """So many since, without those that still fill up."""

    @property
    def comparison(self) -> Comparison | None:
        """Both sides by side; None while it is too early."""
        return compare(self.before, self.since) if self.days else None


def told(ctx: Context, set_ids: Sequence[str]) -> dict[str, Any]:
    """The outcomes of the newest changes of these sets, newest first. Raises GraphFailure."""
    found, note = outcomes(ctx, set_ids)
    return {"outcomes": [_row(ctx, one) for one in found], "outcomes_note": note}


def outcomes(ctx: Context, set_ids: Sequence[str]) -> tuple[list[Since], str]:
    """The same as figures, with what is to be said of them. Raises GraphFailure."""
    deeds = _deeds(ctx, set_ids)[:MOST]
    if not deeds:
        return [], "no pause, activation or budget was applied in these sets"
    today = ctx.here.date()
    first = min(deed.day for deed in deeds) - timedelta(days=DAYS)
    intake, event = Intake(ctx), event_counted(ctx)
    days = {
        level: _read(
            ctx, intake, event, level, ids=[d.place for d in deeds if d.level == level], span=(first, today)
        )
        for level in sorted({deed.level for deed in deeds})
    }
    found = [_since(deed, days[deed.level].get(deed.place, ()), today) for deed in deeds]
    note = (
        f"{ctx.account.currency} per result (results) of the ad set or campaign, {DAYS} days before and up to"
        f" {DAYS} since, the newest {LAG_DAYS} left out; no proof of a cause: seasons and other changes play in"
    )
    if any(days.values()) and not intake.has(event):
        note = f"not one {event}, so nothing can be said: {intake.nothing_of(event)}; {note}"
    return found, intake.said(note)


def _deeds(ctx: Context, set_ids: Sequence[str]) -> list[Deed]:
    grouped: dict[tuple[str, Level, str], list[Applied]] = {}
    for set_id in set_ids:
        for applied in ctx.ledger.applied(ctx.account.id, change_set_id=set_id):
            if applied.change.row.measured and (place := _place(applied.change)):
                grouped.setdefault((set_id, *place), []).append(applied)
    return [
        Deed(
            *key,
            tuple(applied.change for applied in some),
            some[0].at.astimezone(ctx.account.zone).date(),
        )
        for key, some in grouped.items()
    ]


def _place(change: Change) -> tuple[Level, str] | None:
    """The ad set of an ad, else the object itself; an ad's names begin with its own id and its ad set's."""
    if change.level != "ad":
        return (change.level, change.target) if change.level else None
    return ("adset", change.names[1]) if len(change.names) > 1 and is_digits(change.names[1]) else None


def _read(
    ctx: Context, intake: Intake, event: str, level: Level, *, ids: Iterable[str], span: tuple[date, date]
) -> Mapping[str, list[AdDay]]:
    """Figures by day of each ad set or campaign."""
    key = f"{level}_id"
    period = {"time_range": {"since": span[0].isoformat(), "until": span[1].isoformat()}}
    fields = (key, *fields_for(event))
    stream = fetch(ctx, level, period, fields=fields, within={level: sorted(set(ids))}, time_increment=1)
    found: dict[str, list[AdDay]] = {}
    for row in intake.rows(stream):
        if day := intake.day(row, event, key):
            found.setdefault(day.ad_id, []).append(day)
    return found


def _since(deed: Deed, rows: Sequence[AdDay], today: date) -> Since:
    settled = today - timedelta(days=LAG_DAYS + 1)
    last = min(deed.day + timedelta(days=DAYS), settled)
    first = deed.day - timedelta(days=DAYS)
    before = totals(r for r in rows if first <= r.date < deed.day and r.date <= settled)
    since = totals(r for r in rows if deed.day < r.date <= last)
    return Since(deed, before, since, max(0, (last - deed.day).days))


def _row(ctx: Context, one: Since) -> dict[str, Any]:
    deed, comparison = one.deed, one.comparison
    basis = {c.name: c.basis for c in deed.changes if c.basis}
    row = {
        "change_set": deed.change_set_id,
        "on": deed.day.isoformat(),
        "what": _what(deed.changes),
        "level": deed.level,
        "id": deed.place,
        "before": _figure(ctx, one.before),
        "since": _figure(ctx, one.since),
        "days_since": one.days,
        "verdict": comparison.said if comparison else "too early to say",
    }
    return row | ({"rested_on": basis} if basis else {})


def _what(changes: Sequence[Change]) -> str:
    words = []
    for change in changes[:3]:
        after = " ".join(change.after.values())
        verb = {"PAUSED": "paused", "ACTIVE": "activated"}.get(after, "budget of")
        words.append(f"{verb} {change.name}")
    more = f" and {len(changes) - 3} more" if len(changes) > 3 else ""
    above = " (figures of its ad set)" if any(change.level == "ad" for change in changes) else ""
    return ", ".join(words) + more + above


def _figure(ctx: Context, seen: Totals) -> str:
    """What a result cost, and out of how many."""
    if not seen.spend:
        return "nothing spent"
    cost = "no results" if seen.cpa is None else ctx.account.written(seen.cpa)
    return f"{cost} ({seen.results:.0f})"
