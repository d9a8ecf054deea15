"""The account's own rows against the sum of its ads' rows: they should say the same, and sometimes do not.

Meta leaves results out of the rows of one level that it gives at the other. What the account has beyond its ads may
be of ads that are archived or deleted, so only what is missing there, or has no spend to explain it, is odd.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tools.analysis.rows import AdDay, Totals, totals

ALIKE = Decimal("0.02")
"""Figures that differ by less are alike: the two are not read in the same moment."""


def agreed(
    account: Sequence[AdDay], ads: Iterable[AdDay], event: str, written: Callable[[Decimal], str]
) -> tuple[list[AdDay], str]:
    """The account by day, with the figures of its ads where its own do not hold them, and a word on that.

    Both count results of `event`; `written` writes money.
    """
    fine: defaultdict[date, Totals] = defaultdict(Totals)
    for day in ads:
        fine[day.date] += totals([day])
    whole, sums = totals(account), sum(fine.values(), Totals())
    dearer = _more(sums.spend, whole.spend)
    short = _more(sums.results, whole.results) or _more(sums.value, whole.value)
    beyond = _more(whole.results, sums.results) and not _more(whole.spend, sums.spend)
    if beyond and not sums.results:
        said = f"The account's rows show {whole.results:f} {event} results, those of its ads none"
        return list(account), f"{said}: no ad can be judged by them."
    if not (dearer or short or beyond):
        return list(account), ""
    shown = [f"{written(seen.spend)} spent and {seen.results:f} {event} results" for seen in (whole, sums)]
    said = f"The account's rows show {shown[0]}, those of its ads {shown[1]}"
    return _merged(account, fine, spend=dearer), f"{said}: the ads' are used."


def _more(one: Decimal, other: Decimal) -> bool:
    return one > other + abs(other) * ALIKE


def _merged(account: Sequence[AdDay], fine: dict[date, Totals], *, spend: bool) -> list[AdDay]:
    """Results by the ads; spend, views and clicks too, where the account's are short of them."""
    own = {day.date: day for day in account}
    merged = []
    for day in sorted(own.keys() | fine.keys()):
        seen = fine.get(day, Totals())
        row = own.get(day) or AdDay(
            "account", day, seen.spend, seen.impressions, seen.clicks, seen.results, seen.value
        )
        if spend:
            row = replace(row, spend=seen.spend, impressions=seen.impressions, clicks=seen.clicks)
        merged.append(replace(row, results=seen.results, value=seen.value))
    return merged
