"""Which ads can be judged, by what, and on which days.

Statuses and optimisation goals: docs/graph-api.md §8; learning phase and attribution delay: §7.3 and §7.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from tools.analysis.amounts import Words
from tools.analysis.conversion_events import GOAL_EVENTS, action_types
from tools.analysis.criteria import Bar, Criteria, click_bars, result_bar, view_bars
from tools.analysis.rows import ZERO, AdInfo, Totals
from tools.analysis.tally import Tally, Week, delivery_days, summed

LATELY_WEEKS = 4
By = Literal["results", "clicks", "views"]
_ANY_RESULT = frozenset(
    "OFFSITE_CONVERSIONS VALUE IN_APP_VALUE APP_INSTALLS_AND_OFFSITE_CONVERSIONS MESSAGING_PURCHASE_CONVERSION".split()
)
_CLICKS = frozenset({"LINK_CLICKS", "LANDING_PAGE_VIEWS", "NONE"})
_VIEWS = frozenset({"REACH", "IMPRESSIONS", "AD_RECALL_LIFT"})
_NAMED = _ANY_RESULT | _CLICKS | _VIEWS | GOAL_EVENTS.keys()
_WORDS = {"app_install": "install", "onsite_conversion.messaging_conversation_started_7d": "messaging"}


@dataclass(frozen=True, slots=True)
class Case:
    """An ad with its numbers: `whole` of the period, `judged` of the days that are over.

    `by` is what it is judged by, `event` its conversion; `hurdle` says why it is not judged, or is empty. `compares`:
    what it cost tells what is usual, whether it runs or was stopped, so that a pause makes no other ad look worse.
    `ripe` is the judged spend by the share of results known, `spend_per_day` that of the newest four weeks,
    `last_week_spend` that of the last seven days, in major units. `days` count delivery.
    """

    ad: AdInfo
    by: By
    event: str
    hurdle: str
    compares: bool
    whole: Totals
    judged: Totals
    ripe: Decimal
    weeks: tuple[tuple[int, Week], ...]
    days: int
    spend_per_day: Decimal
    last_week_spend: Decimal
    age_days: int | None


def build_case(ad: AdInfo, tally: Tally, criteria: Criteria, today: date, event: str) -> Case:
    """Put one ad's sums together; an unknown goal counts as results, of the review's event if not its own."""
    own, over = ad.event or event, tally.over
    by, judged = _by(ad.optimization_goal), summed(week for _, week in over)
    unlike = _unlike(ad, own, event, by, criteria)
    lately = [week for number, week in over if number < LATELY_WEEKS]
    return Case(
        ad=ad,
        by=by,
        event=own,
        hurdle=_off(ad) or unlike,
        compares=not unlike,
        whole=judged if len(over) == len(tally.weeks) else summed(tally.weeks.values()),
        judged=judged,
        ripe=sum((week.ripe for _, week in over), ZERO),
        weeks=tuple(over),
        days=delivery_days(week for _, week in over),
        spend_per_day=sum((week.spend for week in lately), ZERO) / max(1, delivery_days(lately)),
        last_week_spend=sum((week.spend for number, week in over if number == 0), ZERO),
        age_days=(today - ad.created).days if ad.created else None,
    )


def delivers(ad: AdInfo) -> bool:
    """Whether an ad can spend now; one below something paused or ended cannot."""
    return ad.status == "ACTIVE" and not (ad.off or ad.halted)


def buys(goal: str | None, event: str) -> bool:
    """Whether ads of a goal can be held to what a result of this event may cost."""
    wanted = GOAL_EVENTS.get(goal or "")
    return _by(goal) == "results" and (wanted is None or _WORDS.get(wanted, wanted) in event.lower())


def _by(goal: str | None) -> By:
    """What a goal asks an ad to buy."""
    if goal is None or goal in _ANY_RESULT or goal in GOAL_EVENTS:
        return "results"
    return "views" if goal in _VIEWS else "clicks"


def _unnamed(goal: str | None) -> bool:
    """Whether nobody knows under which name the results of a goal are reported, such as of one that is new."""
    return goal is not None and goal not in _NAMED


def too_early(case: Case, criteria: Criteria, floor: Decimal, words: Words) -> str:
    """Say what is still missing for a verdict, or nothing; `floor` in major units."""
    if case.ad.learning:
        return "ad set is in the learning phase"
    if case.days == 0:
        return "no delivery in this period before today"
    return _too_young(case, criteria.min_days) or _too_small(case, floor, words)


def _too_young(case: Case, min_days: int) -> str:
    if case.age_days is not None and case.age_days < min_days:
        return f"{_days(max(0, case.age_days))} old (needs {min_days})"
    needed = min_days if case.age_days is None else (min_days + 1) // 2
    return f"{_days(case.days)} of data (needs {needed})" if case.days < needed else ""


def _too_small(case: Case, floor: Decimal, words: Words) -> str:
    spend = case.judged.spend
    if spend <= 0:
        return "no spend in the days that can be judged"
    before = "" if spend == case.whole.spend else " before today"
    return f"spent {words.money(spend)}{before} (needs {words.money(floor)})" if spend < floor else ""


def without_bar(case: Case, criteria: Criteria, words: Words) -> str:
    """Say why there is nothing to hold this ad to."""
    if case.by != "results":
        benchmark = "link CTR or link click" if case.by == "clicks" else "CPM, link CTR or link click"
        return (
            f"not judged: its ad set optimises for {case.ad.optimization_goal}, not for conversions, "
            f"and there is no {benchmark} benchmark"
        )
    missing = f"{words.noun} value" if criteria.target_roas is not None else f"{words.noun}s"
    return f"not judged: no target that it can be held to, as the account recorded no {missing}"


def _off(ad: AdInfo) -> str:
    why = ad.status if ad.status != "ACTIVE" else ad.halted or ad.effective_status
    return "" if delivers(ad) else f"not judged: it does not deliver ({why})"


def _unlike(ad: AdInfo, own: str, event: str, by: By, criteria: Criteria) -> str:
    """Say why an ad can be held to nothing that others are held to."""
    if _unnamed(ad.optimization_goal):
        return (
            f"not judged: its ad set optimises for {ad.optimization_goal}, whose results are not known here"
        )
    if by != "results":
        return ""
    if not buys(ad.optimization_goal, own):
        return f"not judged: its ad set optimises for {ad.optimization_goal}, not for {own}"
    if own != event and criteria.has_target and action_types(own) != action_types(event):
        return f"not judged: its ad set optimises for {own}, and the target is for {event}"
    return ""


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def bars_of(by: str, criteria: Criteria, cases: Sequence[Case]) -> tuple[Bar, ...]:
    """What these ads are held to together."""
    together = summed(case.judged for case in cases)
    if by == "results":
        ripe = sum((case.ripe for case in cases), ZERO)
        bar = result_bar(criteria, replace(together, spend=ripe))
        return (bar,) if bar else ()
    return (click_bars if by == "clicks" else view_bars)(criteria, together)


def floor_of(criteria: Criteria, bars: Sequence[Bar], cases: Sequence[Case]) -> Decimal:
    """The spend below which an ad is not judged."""
    if criteria.min_spend is not None:
        return criteria.min_spend
    if bars and bars[0].kind == "CPA":
        return 2 * bars[0].target
    return 2 * max(ZERO, summed(case.judged for case in cases).cpa or ZERO)
