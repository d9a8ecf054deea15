"""Which ads can be judged, by what, and on which days.

Statuses and optimisation goals: graph-api-facts §8; learning phase and attribution delay: §7.3 and §7.5.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tools.analysis.criteria import Criteria
from tools.analysis.rows import AdDay, AdInfo, Totals, totals
from tools.analysis.wording import Words

_DELIVERS = frozenset({"ACTIVE", "IN_PROCESS", "WITH_ISSUES"})
_ANY_RESULT = frozenset({"OFFSITE_CONVERSIONS", "VALUE"})
# Conversion goals with an event of their own, by a word in that event's name.
_OWN_RESULT = {
    "LEAD_GENERATION": "lead",
    "QUALITY_LEAD": "lead",
    "APP_INSTALLS": "install",
    "APP_DOWNLOADS": "install",
    "CONVERSATIONS": "messaging",
}


@dataclass(frozen=True)
class Case:
    """An ad with its numbers: `whole` of the period, `judged` of the days old enough to be judged.

    `by` is what it is judged by; `hurdle` says why it is not, or is empty. `days` and `all_days` count
    the days with delivery in `judged` and `whole`; `lag` is how many newest days `judged` leaves out.
    """

    ad: AdInfo
    by: Literal["results", "clicks"]
    hurdle: str
    whole: Totals
    judged: Totals
    days: int
    all_days: int
    lag: int


def build_case(ad: AdInfo, rows: Sequence[AdDay], criteria: Criteria, today: date, event: str) -> Case:
    """Sum one ad's rows; `today`, still incomplete, and `lag_days` before it are not judged by results.

    Clicks do not come in late: ads judged by clicks lose today only. An unknown goal counts as results.
    """
    goal = ad.optimization_goal
    by_results = goal is None or goal in _ANY_RESULT or goal in _OWN_RESULT
    lag = criteria.lag_days if by_results else 0
    settled = [row for row in rows if (today - row.date).days > lag]
    return Case(
        ad=ad,
        by="results" if by_results else "clicks",
        hurdle=_hurdle(ad, event),
        whole=totals(rows),
        judged=totals(settled),
        days=_delivery_days(settled),
        all_days=_delivery_days(rows),
        lag=lag,
    )


def too_early(case: Case, criteria: Criteria, floor: Decimal, words: Words) -> str:
    """Say what is still missing for a verdict, or nothing; `floor` in major units."""
    if case.ad.learning:
        return "ad set is in the learning phase"
    if case.all_days == 0:
        return "no delivery in this period"
    if case.all_days < criteria.min_days:
        return f"{case.all_days} day{'' if case.all_days == 1 else 's'} of data (needs {criteria.min_days})"
    spend = case.judged.spend
    if spend <= 0:
        return "no spend in the days that can be judged"
    if spend < floor:
        newest = f" before the newest {case.lag} days" if case.lag else " before today"
        waiting = newest if spend != case.whole.spend else ""
        return f"spent {words.money(spend)}{waiting} (needs {words.money(floor)})"
    return ""


def without_bar(case: Case, criteria: Criteria, words: Words) -> str:
    """Say why there is nothing to hold this ad to."""
    if case.by == "clicks":
        return (
            f"not judged: its ad set optimises for {case.ad.optimization_goal}, not for conversions, "
            "and there is no CTR or CPC benchmark"
        )
    missing = f"{words.noun} value" if criteria.target_roas is not None else f"{words.noun}s"
    return f"not judged: no target that it can be held to, as the account recorded no {missing}"


def _hurdle(ad: AdInfo, event: str) -> str:
    if ad.status != "ACTIVE" or ad.effective_status not in _DELIVERS:
        return (
            f"not judged: it does not deliver ({ad.status if ad.status != 'ACTIVE' else ad.effective_status})"
        )
    own = _OWN_RESULT.get(ad.optimization_goal or "")
    if own is not None and own not in event.lower():
        return f"not judged: its ad set optimises for {ad.optimization_goal}, not for {event}"
    return ""


def _delivery_days(rows: Iterable[AdDay]) -> int:
    return len({row.date for row in rows if row.spend > 0 or row.impressions > 0})
