"""The verdict on every ad of an account: pause, watch, keep, scale, too early or not judged.

Pure arithmetic over typed rows; the model is in `model.py`, the yardsticks are in `criteria.py`, and what
can be judged at all is in `cases.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import fsum
from typing import Literal, Self

from tools.analysis.cases import Case, build_case, too_early, without_bar
from tools.analysis.criteria import Criteria, click_bars, result_bar
from tools.analysis.judging import Judgement, Pool
from tools.analysis.rows import ZERO, AdDay, AdInfo, Totals, totals
from tools.analysis.wording import Words, assumptions, certainty, measured, window

__all__ = ["Criteria", "Decision", "Review", "Verdict", "review"]

Decision = Literal["pause", "watch", "keep", "scale", "too early", "not judged"]


@dataclass(frozen=True)
class Verdict:
    """One ad's verdict and the numbers that led to it; money in major units, nothing rounded.

    `totals` is the whole period, `judged` the part the verdict rests on, `days` its days with delivery.
    `probability_worse`: that the true cost is beyond tolerance times target. `excess_per_day`: the spend per
    day that bought less than the target asks, which a pause would save. Both are None without judgement.
    """

    ad: AdInfo
    decision: Decision
    probability_worse: float | None
    totals: Totals
    judged: Totals
    days: int
    excess_per_day: Decimal | None
    reason: str


@dataclass(frozen=True)
class Review:
    """All verdicts, the costliest first, with what they assume.

    `totals` sums every row, of unknown ads too. `expected_good` is how many of the ads to be paused are
    expected to be within tolerance after all, if the assumptions hold.
    """

    verdicts: tuple[Verdict, ...]
    totals: Totals
    assumptions: tuple[str, ...]
    expected_good: float


def review(
    ads: Iterable[AdInfo],
    days: Iterable[AdDay],
    criteria: Criteria,
    *,
    today: date,
    currency: str,
    event: str,
    decimals: int,
) -> Review:
    """Judge every ad of `ads` by its rows in `days`; the order of both does not matter.

    Several rows of one ad and date add up, so a row must not be given twice. `today` is the account's
    date; that day and the `lag_days` before it are not judged by conversions, and today never is.
    Amounts are major units of `currency`, shown with `decimals` places. Raises nothing for any table.
    """
    rows = tuple(days)
    known = {ad.ad_id: ad for ad in sorted(ads, key=repr)}
    by_ad: defaultdict[str, list[AdDay]] = defaultdict(list)
    for row in rows:
        by_ad[row.ad_id].append(row)
    words = Words(currency, decimals, event)
    cases = [build_case(ad, by_ad[ad.ad_id], criteria, today, event) for ad in known.values()]
    court = _Court.over(cases, criteria, words)
    verdicts = sorted((court.verdict(case) for case in cases), key=_worst_first)
    return Review(
        verdicts=tuple(verdicts),
        totals=totals(rows),
        assumptions=(*court.assumptions, *_gaps(cases, rows, known, words)),
        expected_good=fsum(1 - (v.probability_worse or 0) for v in verdicts if v.decision == "pause"),
    )


@dataclass(frozen=True)
class _Court:
    """The account-wide facts that every ad's verdict needs."""

    criteria: Criteria
    words: Words
    pools: Mapping[str, Sequence[Pool]]
    assumptions: tuple[str, ...]
    floor: Decimal

    @classmethod
    def over(cls, cases: Iterable[Case], criteria: Criteria, words: Words) -> Self:
        members: defaultdict[str, list[tuple[str, Totals]]] = defaultdict(list)
        for case in cases:
            if not case.hurdle:
                members[case.by].append((case.ad.adset_id, case.judged))
        together = sum((seen for _, seen in members["results"]), Totals())
        bar = result_bar(criteria, together)
        bars = {"results": (bar,) if bar else (), "clicks": click_bars(criteria)}
        pools = {by: [Pool.over(b, members[by], criteria.strength) for b in bars[by]] for by in bars}
        cpa = bar.target if bar and bar.kind == "CPA" else together.cpa
        floor = criteria.min_spend if criteria.min_spend is not None else 2 * max(ZERO, cpa or ZERO)
        return cls(criteria, words, pools, assumptions(words, criteria, bar, bars["clicks"], floor), floor)

    def verdict(self, case: Case) -> Verdict:
        blank = Verdict(case.ad, "not judged", None, case.whole, case.judged, case.days, None, "")
        pools = self.pools[case.by]
        if case.hurdle or not pools:
            return replace(blank, reason=case.hurdle or without_bar(case, self.criteria, self.words))
        if early := too_early(case, self.criteria, self.floor, self.words):
            return replace(blank, decision="too early", reason=f"too early: {early}")
        seen = [pool.judge(case.ad.adset_id, case.judged, self.criteria) for pool in pools]
        decision, deciding = _decide(seen, self.criteria)
        excess = max((e for pool in pools if (e := pool.bar.excess(case.judged)) is not None), default=None)
        return replace(
            blank,
            decision=decision,
            probability_worse=max(one.worse for one in seen),
            excess_per_day=excess / max(1, case.days) if excess is not None else None,
            reason=self._reason(case, decision, deciding),
        )

    def _reason(self, case: Case, decision: Decision, deciding: Judgement) -> str:
        line = f"{measured(self.words, deciding.bar, case.judged)}; {certainty(decision, deciding)}"
        if deciding.bar.kind == "CPA" and self.criteria.target_roas is not None:
            line += f"; ROAS {case.judged.roas or 0:.2f}, target {self.criteria.target_roas:.2f}"
        return f"{line} {window(case.days, case.lag)}"


def _decide(seen: Sequence[Judgement], criteria: Criteria) -> tuple[Decision, Judgement]:
    """One bar missed is enough to pause; to scale, all must be beaten. Neighbours alone decide neither."""
    worst = max(seen, key=lambda one: one.worse)
    least = min(seen, key=lambda one: one.better)
    if worst.worse >= criteria.watch_at:
        sure = worst.worse >= criteria.pause_at and worst.looks_worse
        return ("pause" if sure else "watch"), worst
    if least.better >= criteria.scale_at and all(one.looks_better for one in seen):
        return "scale", least
    return "keep", worst


def _gaps(
    cases: Sequence[Case], rows: Sequence[AdDay], known: Mapping[str, AdInfo], words: Words
) -> tuple[str, ...]:
    """What the table itself leaves open."""
    said = []
    if goalless := sum(case.ad.optimization_goal is None and not case.hurdle for case in cases):
        said.append(f"ads of unknown optimisation goal, judged by {words.noun}s: {goalless}")
    if strangers := [row for row in rows if row.ad_id not in known]:
        spend = words.money(totals(strangers).spend)
        number = len({row.ad_id for row in strangers})
        said.append(f"ads with rows that are not in the list, in the totals only: {number}, {spend} of spend")
    whole = totals(rows)
    if whole.spend > 0 and whole.results == 0:
        said.append(f"not one {words.noun} in the whole period: check the event and its tracking first")
    return tuple(said)


def _worst_first(verdict: Verdict) -> tuple[bool, Decimal, str]:
    excess = verdict.excess_per_day
    return excess is None, -(excess or ZERO), verdict.ad.ad_id
