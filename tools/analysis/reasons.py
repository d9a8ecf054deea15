"""The one-line reasons and the assumptions of a review, in a media buyer's words.

Only here and in `words.py` are numbers rounded: money to the currency's decimals, probabilities down and
never to 100 %.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from math import prod

from tools.analysis.amounts import Words, plain
from tools.analysis.cases import Case
from tools.analysis.chain.deciding import Heading
from tools.analysis.completeness import Curve
from tools.analysis.criteria import Bar, Criteria
from tools.analysis.measuring import Judgement, Pool
from tools.analysis.rows import AdInfo, Totals
from tools.analysis.tally import Tally, summed

_NOTEWORTHY = Decimal("0.1")
"""A cost that differs by less from that of the period is not worth a word."""
_BY_CHANCE = 1e-3
"""What is at least as likely is no word worth that an ad sold nothing."""
_TIMES = "\N{MULTIPLICATION SIGN}"


LINK_KINDS = {"CTR": "link CTR", "CPC": "cost per link click"}
"""Judgement by clicks is by link clicks, and says so."""


def measured(words: Words, bar: Bar, seen: Totals) -> str:
    """Say what was spent, what came of it, and how that compares with the bar."""
    spent, target = f"spent {words.money(seen.spend)}", words.target(bar)
    if bar.kind == "ROAS":
        got = f"{words.results(seen.results)} worth {words.money(seen.value)}"
        return f"{spent} for {got}: ROAS {seen.roas or 0:.2f}, target {target}"
    if bar.kind == "CTR":
        return (
            f"{spent}; {seen.clicks} link clicks from {seen.impressions} impressions: "
            f"link CTR {seen.ctr or 0:.2f} %, benchmark {target}"
        )
    if bar.kind == "CPM":
        each = 1000 * seen.spend / seen.impressions if seen.impressions else Decimal(0)
        return f"{spent} for {seen.impressions} impressions: CPM {words.money(each)}, {_name(bar)} {target}"
    each, got, one = _each(words, bar, seen)
    if not each:
        return f"{spent} without a {one} ({_name(bar)} {target} each)"
    return (
        f"{spent} for {got}: {words.money(each)} each, {each / bar.target:.1f}{_TIMES} {_name(bar)} {target}"
    )


def _each(words: Words, bar: Bar, seen: Totals) -> tuple[Decimal, str, str]:
    """What one event cost, how many there were, and what one is called."""
    if bar.kind == "CPA":
        return seen.cpa or Decimal(0), words.results(seen.results), words.noun
    return seen.cpc or Decimal(0), f"{seen.clicks} link clicks", "link click"


def heading(words: Words, going: Heading, seen: Totals) -> tuple[str, ...]:
    """Say what it costs now and where that is going, where it is not what the period says."""
    period = _of_period(going.bar, seen)
    away = not period or abs(going.now / period - 1) >= _NOTEWORTHY
    moves = abs(going.per_week) >= float(_NOTEWORTHY)
    if not (going.tired or (period and away)):
        return ()
    said = [fell(going)] if going.tired else []
    now = f"now {_in_words(words, going)}"
    said.append(
        f"{now}, {abs(going.per_week) * 100:.0f} % {'dearer' if going.per_week > 0 else 'cheaper'} a week"
        if moves
        else now
    )
    if going.misses_on:
        said.append(f"misses the target from about {going.misses_on:%Y-%m-%d} if nothing is done")
    return tuple(said)


def fell(going: Heading) -> str:
    """Say since when people click a tired ad less, and how much."""
    return f"link CTR fell {going.fell * 100:.0f} % since about {going.since:%Y-%m-%d}"


def _of_period(bar: Bar, seen: Totals) -> Decimal | None:
    """The same figure over the whole period."""
    if bar.kind == "CPM":
        return 1000 * seen.spend / seen.impressions if seen.impressions else None
    return {"CPA": seen.cpa, "CPC": seen.cpc, "CTR": seen.ctr, "ROAS": seen.roas}[bar.kind]


def _in_words(words: Words, going: Heading) -> str:
    if going.bar.kind == "ROAS":
        return f"ROAS {going.now:.2f}"
    if going.bar.kind == "CTR":
        return f"link CTR {going.now:.2f} %"
    return f"{words.money(going.now)} each" if going.bar.kind != "CPM" else f"CPM {words.money(going.now)}"


def certainty(decision: str, judgement: Judgement) -> str:
    """Say how sure the verdict is, and of what."""
    name = _name(judgement.bar)
    if decision == "refresh":
        worse = f"{percent(judgement.worse)} sure it is worse than {name}"
        return f"{worse}, {percent(judgement.worse_soon)} next week: give it a new picture or text"
    if decision == "scale":
        return f"{percent(judgement.better)} sure it is better than {name}"
    if decision == "keep":
        return f"no clear case against it: {percent(judgement.worse)} chance that it is worse than {name}"
    doubt = "" if judgement.looks_worse else ", which its neighbours suggest more than its own numbers"
    return f"{percent(judgement.worse)} sure it is worse than {name}{doubt}"


def silent(words: Words, case: Case) -> tuple[str, ...]:
    """Say that it sold nothing in its newest weeks, where older ones foretell so much that this is no chance."""
    if case.by != "results":
        return ()
    empty = list(takewhile(lambda week: not week.results, (week for _, week in case.weeks)))
    sold = summed(week for _, week in case.weeks[len(empty) :])
    if not (empty and sold.spend):
        return ()
    spent = sum((week.ripe for week in empty), Decimal(0))
    if sold.chance_of_none(spent) > _BY_CHANCE:
        return ()
    due = sold.results / sold.spend * spent
    weeks = "week" if len(empty) == 1 else f"{len(empty)} weeks"
    return (
        f"not one {words.noun} in its newest {weeks}, where about {due:.0f} were due: look at the page it leads to",
    )


def window(days: int) -> str:
    """Say how many days the numbers cover."""
    return f"({days} day{'' if days == 1 else 's'} judged)"


def assumptions(
    words: Words, criteria: Criteria, bars: tuple[Bar | None, Iterable[Bar]], floor: Decimal, curve: Curve
) -> tuple[str, ...]:
    """List what the verdicts rest on, so that a person can object; `bars`: for conversions, and for the rest."""
    bar, others = bars
    tolerance = f"{plain(criteria.tolerance)}{_TIMES}"
    pause, watch, scale = (percent(at) for at in (criteria.pause_at, criteria.watch_at, criteria.scale_at))
    said = [
        f"results are {words.event!r} conversions, each counted once",
        _target(words, criteria, bar),
        *(
            f"ad sets without a conversion goal are held to {'the usual ' if b.typical else ''}{LINK_KINDS.get(b.kind, b.kind)} {words.target(b)}"
            for b in others
        ),
        f"worse means beyond {tolerance} the target; pause from {pause}, watch from {watch}, scale from {scale}",
        f"needed before a verdict: {criteria.min_days} days of age and {words.money(floor)} of spend",
        _young_days(curve),
    ]
    if bar is not None and bar.kind == "ROAS":
        said.append("single orders are taken to vary in value by as much as their mean")
    return tuple(said)


def target_note(words: Words, criteria: Criteria, bar: Bar | None) -> str:
    """What a person should hear with every verdict: that the target is only assumed, or that there is nothing to judge by."""
    if bar is not None and not bar.typical:
        return ""
    said = _target(words, criteria, bar)
    return f"Assumed: {said}" if bar else f"{said[:1].upper()}{said[1:]}"


def learned(pools: Sequence[Pool]) -> tuple[str, ...]:
    """Say what the account itself said about its ads, by the pool that is judged by conversions."""
    if not pools:
        return ()
    both = pools[0].strengths
    ad, memory, steady = (
        prod(getattr(k, name) for k in both) ** 0.5 for name in ("ad", "memory", "steadiness")
    )
    older = (
        "older weeks count in full" if memory > 0.99 else f"each week counts {percent(memory)} of the next"
    )
    said = f"learned from the account: what an ad's neighbours cost counts as much as {ad:.0f} results of its own; {older}"
    return (f"{said}; beyond {steady:.0f} results of an ad its next days are no surer",)


def gaps(
    cases: Sequence[Case], tallies: Mapping[str, Tally], known: Mapping[str, AdInfo], words: Words
) -> tuple[str, ...]:
    """What the table itself leaves open."""
    said = []
    if goalless := sum(case.ad.optimization_goal is None and not case.hurdle for case in cases):
        said.append(f"ads of unknown optimisation goal, judged by {words.noun}s: {goalless}")
    events = Counter(case.event for case in cases if case.by == "results" and not case.hurdle)
    if len(events) > 1:
        said_of = ", ".join(
            f"{event} ({number} ad{'' if number == 1 else 's'})" for event, number in sorted(events.items())
        )
        said.append(f"each ad is held to what its ad set is after: {said_of}")
    if strangers := sorted(set(tallies) - set(known)):
        spend = words.money(summed(w for i in strangers for w in tallies[i].weeks.values()).spend)
        said.append(
            f"ads with rows that are not in the list, in the totals only: {len(strangers)}, {spend} of spend"
        )
    whole = summed(week for tally in tallies.values() for week in tally.weeks.values())
    if whole.spend > 0 and whole.results == 0:
        said.append(f"not one {words.noun} in the whole period: check the event and its tracking first")
    return tuple(said)


def doubts(reasons: Iterable[str]) -> Iterator[str]:
    """What kept ads from being paused, each once with how many."""
    for why, number in Counter(reasons).items():
        yield f"{why.removeprefix('not judged: ')} ({number} ad{'' if number == 1 else 's'})"


def percent(probability: float) -> str:
    """Write a probability, rounded down, never as certain."""
    return f"{max(1, min(99, int(probability * 100 + 1e-9)))} %"


def _young_days(curve: Curve) -> str:
    source = "this account's own history" if curve.own else "a usual shop"
    known = ", ".join(f"{share * 100:.0f}" for share in curve.shares[:3])
    return (
        f"conversions still to come: after 1, 2 and 3 days {known} % of a day's are taken as known, as in "
        f"{source}; today is left out"
    )


def _target(words: Words, criteria: Criteria, bar: Bar | None) -> str:
    if bar is None:
        wanted = "conversion value" if criteria.target_roas is not None else words.noun
        return f"no {wanted} in the days judged: nothing can be judged by it; check the event and tracking"
    if bar.typical:
        return f"no target is given: the {words.target(bar)} that a {words.noun} cost over all ads of these weeks, running or stopped, serves as the target"
    both = criteria.target_cpa is not None and criteria.target_roas is not None
    return f"target {bar.kind} {words.target(bar)}{'; CPA decides, ROAS is only reported' if both else ''}"


def _name(bar: Bar) -> str:
    if bar.kind in {"CPA", "ROAS"}:
        return "target"
    return "the account's usual" if bar.typical else "benchmark"
