"""Whether something runs now, and why it does not: ACTIVE alone does not say it (docs/graph-api.md §8.7).

Meta leaves ACTIVE on what has ended, has not begun, has used up its budget or belongs to an account that may not run.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tools.domain.account import Account
from tools.domain.changes import Level
from tools.domain.insights import spent
from tools.domain.objects import NOUNS, AdObject, minor_units
from tools.domain.settings.ad_statuses import MEANINGS, SWITCHED_ON, Meaning
from tools.domain.tool import Context

NO_TIME = datetime(1971, 1, 1, tzinfo=UTC)
"""Meta writes the beginning of Unix time for none."""


@dataclass(frozen=True, slots=True)
class Running:
    """How something stands. `word` counts alike with alike; `said` tells more, such as "ad set ended 2026-10-01"."""

    runs: bool
    word: str
    said: str
    halted: bool = False
    """Whether its status says that it runs, and it does not."""


def effective(obj: AdObject) -> str:
    """Its effective status; a paused parent stops it even where Meta has not said so yet."""
    parent = {"ad set": "ADSET_PAUSED", "campaign": "CAMPAIGN_PAUSED"}.get(obj.paused_parent)
    return parent if parent and obj.effective_status in SWITCHED_ON else obj.effective_status


def standing(obj: AdObject, account: Account | None, now: datetime, used_up: Iterable[str] = ()) -> Running:
    """How an object stands at a moment; without `account`, as if that may run.

    `used_up` are campaigns and ad sets whose spend cap is known to be reached.
    """
    status = effective(obj)
    if obj.gone_parent and status not in ("ARCHIVED", "DELETED"):
        return Running(runs=False, word=obj.gone_parent, said=obj.gone_parent)
    meaning = MEANINGS.get(
        status, Meaning(runs=False, word=f"{status.lower() or 'of no status'} (not known here)")
    )
    if not meaning.runs:
        return Running(runs=False, word=meaning.word, said=meaning.word)
    for word, said in _halts(obj, account, now, set(used_up)):
        return Running(runs=False, word=word, said=said, halted=True)
    return Running(runs=True, word="running", said=meaning.word)


def counted(found: Iterable[Running]) -> dict[str, Any]:
    """How many run, and the others by their word, the most common first."""
    states = list(found)
    others = Counter(state.word for state in states if not state.runs)
    return {"running": sum(state.runs for state in states), "not_running": dict(others.most_common())}


def used_up(ctx: Context, objs: Iterable[AdObject]) -> set[str]:
    """Campaigns and ad sets that have spent all that their spend cap allows; asks only where there are caps. Raises GraphFailure."""
    caps: dict[tuple[Level, str], int] = {}
    for obj in objs:
        for level, holder, row in _levels(obj):
            if cap := minor_units(row, "spend_cap" if level == "campaign" else "lifetime_spend_cap"):
                caps[level, holder] = cap
    full = set[str]()
    for level in dict.fromkeys(level for level, _ in caps):
        sums = spent(ctx, level, {"date_preset": "maximum"}, [holder for at, holder in caps if at == level])
        full |= {holder for holder, sum_ in sums.items() if sum_ * ctx.account.offset >= caps[level, holder]}
    return full


def ended(obj: AdObject, now: datetime) -> str:
    """Which campaign or ad set it is or stands in ended, and when: "its ad set ended 2026-10-01"; or nothing."""
    for level, _, row in _levels(obj):
        if level != "ad" and (end := _end(level, row)) and end <= now:
            whose = "it" if level == obj.level else f"its {NOUNS[level]}"
            return f"{whose} ended {_day(end, now)}"
    return ""


def begins(obj: AdObject, now: datetime) -> str:
    """The day on which it begins, as far as it has not begun, or nothing."""
    starts = [start for level, _, row in _levels(obj) if (start := _start(level, row)) and start > now]
    return _day(max(starts), now) if starts else ""


def _halts(
    obj: AdObject, account: Account | None, now: datetime, used_up: set[str]
) -> Iterator[tuple[str, str]]:
    """What keeps something from running that is switched on, the widest first, as a word and in full."""
    if account and account.stopped:
        yield account.stopped, account.stopped
    for level, holder, row in _levels(obj):
        noun = "" if level == obj.level else f"{NOUNS[level]} "
        if (end := _end(level, row)) and end <= now:
            yield f"{noun}ended", f"{noun}ended {_day(end, now)}"
        if (start := _start(level, row)) and start > now:
            yield f"{noun}not begun", f"{noun}begins {_day(start, now)}"
        if minor_units(row, "lifetime_budget") and _nothing_left(row.get("budget_remaining")):
            yield f"{noun}lifetime budget used up", f"{noun}lifetime budget used up"
        if holder in used_up:
            yield f"{noun}spend cap used up", f"{noun}spend cap used up"


def _nothing_left(remaining: object) -> bool:
    """Meta may spend a little more than a budget; what it does not say is no end."""
    return remaining is not None and re.fullmatch(r"0|-[0-9]+", str(remaining)) is not None


def _levels(obj: AdObject) -> Iterator[tuple[Level, str, Mapping[str, Any]]]:
    """The object with its parents, the campaign first."""
    if obj.level != "campaign":
        yield "campaign", str(obj.row.get("campaign_id") or ""), obj.campaign
    if obj.level == "ad":
        yield "adset", str(obj.row.get("adset_id") or ""), obj.adset
    yield obj.level, obj.id, obj.row


def _start(level: Level, row: Mapping[str, Any]) -> datetime | None:
    return moment(row.get("ad_schedule_start_time" if level == "ad" else "start_time"))


def _end(level: Level, row: Mapping[str, Any]) -> datetime | None:
    return moment(
        row.get({"ad": "ad_schedule_end_time", "adset": "end_time", "campaign": "stop_time"}[level])
    )


def moment(value: object) -> datetime | None:
    """A time of Meta's; None for none, for one that cannot be read, and for the beginning of Unix time."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo and found > NO_TIME else None


def _day(when: datetime, now: datetime) -> str:
    return str(when.astimezone(now.tzinfo).date())


def judged_otherwise(ctx: Context, wanted: Sequence[AdObject], status: str, most: int = 20) -> list[str]:
    """A line for each of those whose last judgement says the opposite; what is removed or ends is asked about as PAUSED."""
    judged = [(obj.name, one) for obj in wanted if (one := ctx.evidence.get(obj.id)) and one.judged]
    lines = [
        f"Warning: “{name}” was judged {one.judged}: {one.reason}"
        for name, one in judged
        if one.speaks_for != status and (status == "PAUSED" or one.speaks_for)
    ]
    more = len(lines) - most
    return lines[:most] + ([f"Warning: {more} more were judged otherwise"] if more > 0 else [])
