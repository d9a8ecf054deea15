"""The verdict on every ad of an account: pause, refresh, watch, keep, scale, too early or not judged.

Pure arithmetic over typed rows; the model is in `shrinkage.py`, what it learns from the account in `strength.py`, what clicks
and views cost now in `chain/`, the yardsticks in `criteria.py`, and what can be judged at all in `cases.py`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from math import fsum
from typing import Self

from tools.analysis import reasons
from tools.analysis.amounts import Words
from tools.analysis.cases import Case, bars_of, build_case, floor_of, too_early, without_bar
from tools.analysis.chain.daybook import Daybooks
from tools.analysis.chain.deciding import Decision, Heading, decide, heading
from tools.analysis.completeness import DEFAULT, Curve
from tools.analysis.criteria import Criteria
from tools.analysis.measuring import Judgement, Pool, Prices
from tools.analysis.rows import ZERO, AdDay, AdInfo, Totals
from tools.analysis.tally import Tally, Week, summed, tallied, unswept

__all__ = ["Criteria", "Decision", "Review", "Verdict", "expected_good", "review"]

Unallotted = Callable[[Sequence[Case]], Mapping[str, Totals]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One ad's verdict and the numbers that led to it; money in major units, nothing rounded.

    `totals` is the whole period, `judged` the part the verdict rests on, `days` its days with delivery.
    `probability_worse`: that the true cost is beyond tolerance times target; `probability_better`: that it
    is below target. `spend_per_day` is that of the newest four weeks; `excess_per_day` the part of it that
    buys less than the target asks, which a pause would save; `gain_per_day` what it earns beyond that. `heading` is what
    it costs now and where that is going; `last_week_spend` of the last seven days. The probabilities and the last three are None without judgement.
    """

    ad: AdInfo
    decision: Decision
    probability_worse: float | None
    totals: Totals
    judged: Totals
    days: int
    excess_per_day: Decimal | None
    reason: str
    probability_better: float | None = None
    gain_per_day: Decimal | None = None
    spend_per_day: Decimal = ZERO
    heading: Heading | None = None
    last_week_spend: Decimal = ZERO


@dataclass(frozen=True)
class Review:
    """All verdicts, those first whose pause would save most in a week, with what they assume.

    `totals` sums every row, of unknown ads too. `expected_good` is how many of the ads to be paused are
    expected to be within tolerance after all, if the assumptions hold. `results_by_day` are the account's,
    as they are shown today; `tallies` are each ad's weeks.
    """

    verdicts: tuple[Verdict, ...]
    totals: Totals
    assumptions: tuple[str, ...]
    expected_good: float
    results_by_day: Mapping[date, Decimal]
    tallies: Mapping[str, Tally] = field(compare=False)
    nothing: tuple[str, ...] = ()
    """Events without any result anywhere, by which nothing is judged, with what there was instead."""
    target_note: str = ""
    """That the target is only assumed, or that there is nothing to judge by; empty where one is given."""


def expected_good(verdicts: Iterable[Verdict]) -> float:
    """How many of these ads are expected to be within tolerance after all."""
    return fsum(1 - (v.probability_worse or 0) for v in verdicts)


def review(
    ads: Iterable[AdInfo],
    days: Iterable[AdDay],
    criteria: Criteria,
    *,
    today: date,
    currency: str,
    event: str,
    decimals: int,
    curve: Curve = DEFAULT,
    nothing: Callable[[str], str] = lambda _: "",
    unread: Collection[str] = (),
    unallotted: Unallotted = lambda _: {},
) -> Review:
    """Judge every ad of `ads` by its rows in `days`, which are read once; the order of both does not matter.

    Several rows of one ad and date add up, so a row must not be given twice. `today` is the account's date
    and never judged; the days before it count by the share of their results that `curve` says is known.
    `event` is what the targets are for; `nothing` says of an event that no ad has a result of (empty: of clicks) why
    nobody can be judged by it, or nothing; ads in `unread` have unreadable figures. Both are asked when all rows are read.
    `unallotted` says of ads to be paused which results of no ad may be theirs: they stay to be paused only if they would
    be with all of them. Amounts are major units of `currency`, shown with `decimals` places. Raises nothing for any table.
    """
    tallies, results_by_day, books = tallied(days, today, curve)
    known = {ad.ad_id: ad for ad in sorted(ads, key=repr)}
    words = Words(currency, decimals, event)
    cases = [
        build_case(ad, tallies.get(ad.ad_id) or Tally(), criteria, today, event) for ad in known.values()
    ]
    with unswept():
        prices = _prices(books, cases)
        del books  # a tenth of all memory, and the most is needed from here on
        court = _Court.over(cases, criteria, words, curve, prices=prices, today=today)
        court = court.blinded(nothing, unread)
        verdicts, doubts = court.heard(cases, unallotted)
    return Review(
        verdicts=tuple(verdicts),
        totals=summed(week for tally in tallies.values() for week in tally.weeks.values()),
        assumptions=(*court.assumptions, *reasons.gaps(cases, tallies, known, words)),
        expected_good=expected_good(v for v in verdicts if v.decision == "pause"),
        results_by_day=results_by_day,
        tallies=tallies,
        nothing=(*court.blind.values(), *doubts),
        target_note="" if ("results", event) in court.blind else court.target_note,
    )


def _prices(books: Daybooks, cases: Iterable[Case]) -> Prices:
    from tools.analysis.chain.prices import prices_of  # arrays take a tenth of a second to import

    return prices_of(books, [case.ad.ad_id for case in cases if not case.hurdle])


@dataclass(frozen=True)
class _Court:
    """The account-wide facts that every ad's verdict needs."""

    criteria: Criteria
    words: Words
    pools: Mapping[tuple[str, str], Sequence[Pool]]
    assumptions: tuple[str, ...]
    floor: Mapping[str, Decimal]
    wholes: Mapping[tuple[str, str], Totals]
    blind: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Whom nothing can be judged by, and why."""
    unread: Collection[str] = ()
    today: date = date.min
    target_note: str = ""

    @classmethod
    def over(
        cls,
        cases: Iterable[Case],
        criteria: Criteria,
        words: Words,
        curve: Curve,
        *,
        prices: Prices,
        today: date,
    ) -> Self:
        members: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
        compared: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
        for case in cases:
            if not case.hurdle:
                members[_court_of(case)].append(case)
            if case.compares:
                compared[_court_of(case)].append(case)
        members.setdefault(("results", words.event), [])
        tellers = members if criteria.has_target else compared
        bars = {key: bars_of(key[0], criteria, tellers[key]) for key in members}
        pools = {key: [Pool.over(b, members[key], prices) for b in found] for key, found in bars.items()}
        floor = {key[1]: floor_of(criteria, bars[key], compared[key]) for key in members if key[1]}
        main = "results", words.event
        bar = next(iter(bars[main]), None)
        said = reasons.assumptions(
            words,
            criteria,
            (bar, [b for key in sorted(bars) if not key[1] for b in bars[key]]),
            floor[words.event],
            curve,
        )
        wholes = {key: summed(case.whole for case in found) for key, found in members.items()}
        said += reasons.learned(pools[main])
        note = reasons.target_note(words, criteria, bar)
        return cls(criteria, words, pools, said, floor, wholes, today=today, target_note=note)

    def blinded(self, nothing: Callable[[str], str], unread: Collection[str]) -> Self:
        """Look what nothing can be judged by: there is none of it anywhere, although money was spent."""
        empty = {
            key: nothing(key[1]) for key, seen in self.wholes.items() if seen.spend > 0 and self._lack(key)
        }
        return replace(self, blind={key: why for key, why in empty.items() if why}, unread=unread)

    def _lack(self, key: tuple[str, str]) -> bool:
        """Whether these ads have none of the results, or of the clicks, that they are held to."""
        if key[1]:
            return not self.wholes[key].results
        return not self.wholes[key].clicks and any(
            pool.bar.kind in {"CPC", "CTR"} for pool in self.pools[key]
        )

    def heard(self, cases: Iterable[Case], unallotted: Unallotted) -> tuple[list[Verdict], Iterable[str]]:
        """All verdicts, the dearest first, and what spared ads that would be paused."""
        found = {case.ad.ad_id: (case, self.verdict(case)) for case in cases}
        accused = [case for case, v in found.values() if v.decision == "pause" and case.by == "results"]
        spared = [
            v for ad_id, rest in unallotted(accused).items() if (v := self.doubted(found[ad_id][0], rest))
        ]
        judged = {ad_id: v for ad_id, (_, v) in found.items()} | {v.ad.ad_id: v for v in spared}
        return sorted(judged.values(), key=_dearest_first), reasons.doubts(v.reason for v in spared)

    def verdict(self, case: Case) -> Verdict:
        court, event = _court_of(case), self.words.event
        pools = self.pools.get(court, ())
        words = self.words if case.event == event else replace(self.words, event=case.event)
        why = self.blind.get(court, "").partition(": ")[0]
        if case.hurdle or why or not pools:
            hurdle = case.hurdle or (f"not judged: {why}" if why else without_bar(case, self.criteria, words))
            return _unjudged(case, hurdle)
        if early := too_early(case, self.criteria, self.floor.get(case.event, self.floor[event]), words):
            return _unjudged(case, f"too early: {early}", "too early")
        if case.ad.ad_id in self.unread:
            return _unjudged(case, "not judged: some of its figures could not be read (see complete)")
        seen = [pool.judge(case, self.criteria) for pool in pools]
        decision, deciding = decide(seen, self.criteria)
        going = heading(deciding, case.spend_per_day, self.today)
        per_day = _margin_per_day(case, pools)
        return Verdict(
            case.ad,
            decision,
            max([one.worse for one in seen]),
            case.whole,
            case.judged,
            case.days,
            None if per_day is None else max(ZERO, -per_day),
            self._reason(case, words, decision, deciding, going),
            min([one.better for one in seen]),
            None if per_day is None else max(ZERO, per_day),
            case.spend_per_day,
            going,
            case.last_week_spend,
        )

    def doubted(self, case: Case, rest: Totals) -> Verdict | None:
        """An ad to be paused as not judged, where it would not be if these results were its own."""
        week = Week()
        week.results, week.value = rest.results, rest.value
        seen = replace(case, judged=case.judged + rest, weeks=((0, week), *case.weeks))
        if self.verdict(seen).decision == "pause":
            return None
        more = replace(self.words, event=case.event).results(rest.results)
        why = f"not judged: the rows above the ads hold {more} that are those of no ad, and with them it would not be paused"
        return self.verdict(replace(case, hurdle=why))

    def _reason(
        self, case: Case, words: Words, decision: Decision, deciding: Judgement, going: Heading
    ) -> str:
        said = (
            reasons.measured(words, deciding.bar, case.judged),
            *reasons.heading(words, going, case.judged),
            reasons.certainty(decision, deciding),
            *reasons.silent(words, case),
        )
        line = "; ".join(said)
        if deciding.bar.kind == "CPA" and self.criteria.target_roas is not None:
            line += f"; ROAS {case.judged.roas or 0:.2f}, target {self.criteria.target_roas:.2f}"
        return f"{line} {reasons.window(case.days)}"


def _unjudged(case: Case, reason: str, decision: Decision = "not judged") -> Verdict:
    totals = case.whole, case.judged, case.days
    each, week = case.spend_per_day, case.last_week_spend
    return Verdict(case.ad, decision, None, *totals, None, reason, spend_per_day=each, last_week_spend=week)


def _margin_per_day(case: Case, pools: Iterable[Pool]) -> Decimal | None:
    """What the ad earns or loses against its worst bar, at what it spends of late."""
    spend = case.ripe if case.by == "results" else case.judged.spend
    margins = [m for pool in pools if (m := pool.bar.margin(case.judged, spend)) is not None]
    return min(margins) / spend * case.spend_per_day if margins and spend > 0 else None


def _court_of(case: Case) -> tuple[str, str]:
    """Whom an ad is judged among: what buys the same results, clicks or views."""
    return case.by, case.event if case.by == "results" else ""


def _dearest_first(verdict: Verdict) -> tuple[bool, Decimal, str]:
    """By what a week of waiting is expected to waste."""
    going = verdict.heading
    return going is None, -going.saving if going else ZERO, verdict.ad.ad_id
