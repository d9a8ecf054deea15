"""Results that stopped while ads go on being clicked: more often the page or the tracking than the ads."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tools.analysis.cases import delivers
from tools.analysis.rows import AdDay, AdInfo, Totals, totals
from tools.analysis.verdicts import Review
from tools.read.daily.daily_reads import Reads
from tools.read.daily.daily_text import Words, day_said, short

SILENCE = 1e-3
"""Chance below which no result at all is called a problem, of everything that is looked at together."""
SAME_DAYS = Decimal("0.5")
"""The share of the results of two new days that is known by now, at least (docs/graph-api.md §7.3)."""
NEW_DAYS = 2
BEFORE_DAYS = 14
"""How many days tell what was to be expected."""
LEAST_DAYS = 3
"""A weekend without results is none that anybody has to look at."""
STILL_CLICKED = 0.7
"""Clicks for the money, against before, down to which an ad is clicked as before; below, it may only be worn out."""


def of_account(words: Words, days: Sequence[AdDay]) -> str:
    """Whether results stopped altogether, which is more often the tracking than the ads."""
    today = words.now.date()
    before = totals(day for day in days if 3 <= (today - day.date).days <= 16)
    latest = totals(day for day in days if 1 <= (today - day.date).days <= NEW_DAYS)
    if latest.results > 0 or not before.results or not latest.spend:
        return ""
    if before.chance_of_none(latest.spend * SAME_DAYS) > SILENCE:
        return ""
    return (
        f"Not one {words.noun} in two days, {before.results / 14:.0f} a day in the two weeks before:"
        " check the pixel and the page before judging any ad."
    )


def of_parts(words: Words, reads: Reads, review: Review) -> list[str]:
    """Ads, else ad sets, else campaigns that sell nothing any more though they are clicked as before."""
    ads = [v.ad for v in review.verdicts if delivers(v.ad)]
    if of_account(words, reads.account_days) or reads.known.stopped:
        return []
    by_ad, told, found = defaultdict[str, list[AdDay]](list), set[str](), list[str]()
    for row in reads.rows:
        by_ad[row.ad_id].append(row)
    for noun, groups in _levels(ads):
        for name, members in groups.values():
            days = _by_day(row for ad in members for row in by_ad[ad.ad_id])
            since = _silent_since(days, words.now.date(), SILENCE / len(groups))
            if since and told.isdisjoint(ad.ad_id for ad in members):
                told |= {ad.ad_id for ad in members}
                found.append(
                    f"{noun} {short(name)}: clicked as before, but not one {_noun(words, members)} since"
                    f" {day_said(since)}: look at the page it leads to before judging it"
                )
    return found


def _levels(ads: Sequence[AdInfo]) -> Iterator[tuple[str, Mapping[str, tuple[str, list[AdInfo]]]]]:
    """The ads by themselves, by ad set and by campaign, each with its name."""
    for noun, level in (("Ad", "ad"), ("Ad set", "adset"), ("Campaign", "campaign")):
        groups = dict[str, tuple[str, list[AdInfo]]]()
        for ad in ads:
            name = ad.name if level == "ad" else getattr(ad, f"{level}_name")
            groups.setdefault(getattr(ad, f"{level}_id"), (name, []))[1].append(ad)
        yield noun, groups


def _by_day(rows: Iterable[AdDay]) -> dict[date, Totals]:
    days = defaultdict[date, list[AdDay]](list)
    for row in rows:
        days[row.date].append(row)
    return {day: totals(found) for day, found in days.items()}


def _silent_since(days: Mapping[date, Totals], today: date, chance: float) -> date | None:
    """The first day without a result, of days that go on until now and are hardly chance."""
    last = max((day for day, seen in days.items() if seen.results), default=today)
    silent = {day: seen for day, seen in days.items() if last < day < today}
    before = _sum(seen for day, seen in days.items() if 0 <= (last - day).days < BEFORE_DAYS)
    if len(silent) < LEAST_DAYS or not before.spend or not before.clicks:
        return None
    new = today - timedelta(days=NEW_DAYS)
    known = sum((seen.spend * (SAME_DAYS if day >= new else 1) for day, seen in silent.items()), Decimal(0))
    now = _sum(silent.values())
    clicked = float(now.clicks * before.spend) >= STILL_CLICKED * float(before.clicks * now.spend)
    return last + timedelta(days=1) if clicked and before.chance_of_none(known) <= chance else None


def _sum(parts: Iterable[Totals]) -> Totals:
    return sum(parts, Totals())


def _noun(words: Words, ads: Sequence[AdInfo]) -> str:
    """What they sell, in one word: that of the account unless they are after something of their own."""
    return words.noun if {ad.event for ad in ads} <= {"", words.event} else "result"
