"""Winners, losers and tired ads, each with its figures of the period and the evidence, in a client's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.analysis.chain.deciding import Heading
from tools.analysis.verdicts import Decision, Verdict
from tools.domain.text import shortened
from tools.read.client_report.figure_words import Pen
from tools.read.client_report.gathering import Gathered

MOST = 5
LONGEST_NAME = 90


@dataclass(frozen=True, slots=True)
class AdLine:
    """One ad that stands out."""

    name: str
    campaign: str
    line: str
    """Its figures of the period."""
    evidence: str


@dataclass(frozen=True, slots=True)
class AdGroup:
    """Ads of one verdict; those that are not shown are counted."""

    heading: str
    lines: tuple[AdLine, ...]
    more: str


def ad_groups(found: Gathered, pen: Pen) -> tuple[AdGroup, ...]:
    """The ads that stand out and spent something in the period: the best, the worst, the tired."""
    groups: tuple[tuple[str, Decision], ...] = (
        ("winners", "scale"),
        ("losers", "pause"),
        ("tired", "refresh"),
    )
    told = [
        _group(
            heading,
            [v for v in found.judged.review.verdicts if v.decision == decision and v.totals.spend],
            pen,
        )
        for heading, decision in groups
    ]
    return tuple(group for group in told if group.lines)


def _group(heading: str, verdicts: Sequence[Verdict], pen: Pen) -> AdGroup:
    if heading == "winners":
        verdicts = sorted(verdicts, key=lambda v: -(v.gain_per_day or Decimal(0)))
    rest = len(verdicts) - MOST
    lines = tuple(ad_line(verdict, pen) for verdict in verdicts[:MOST])
    return AdGroup(pen.say(heading), lines, pen.say("more", number=rest) if rest > 0 else "")


def ad_line(verdict: Verdict, pen: Pen) -> AdLine:
    """One ad in words."""
    own = pen.of(verdict.ad.event or pen.event)
    evidence = [_held(verdict, verdict.heading, own), _sure(verdict, own)] if verdict.heading else []
    return AdLine(
        shortened(verdict.ad.name, LONGEST_NAME),
        shortened(verdict.ad.campaign_name, LONGEST_NAME),
        _of_period(verdict, own),
        " ".join(filter(None, evidence)),
    )


def _of_period(verdict: Verdict, pen: Pen) -> str:
    seen, spend = verdict.totals, pen.money(verdict.totals.spend)
    if seen.cpa is not None:
        return pen.say("ad_line", results=pen.counted(seen.results), spend=spend, cost=pen.money(seen.cpa))
    by_results = verdict.heading is None or verdict.heading.bar.kind in {"CPA", "ROAS"}
    return pen.say("ad_line_none" if by_results else "ad_line_only", spend=spend)


def _held(verdict: Verdict, going: Heading, pen: Pen) -> str:
    """What the ad was judged by, beside what it is held to."""
    bar, seen = going.bar, verdict.judged
    yardstick = pen.say("usual_is" if bar.typical else "target_is", target=_unit(bar.kind, bar.target, pen))
    found = {"CPA": seen.cpa, "ROAS": seen.roas, "CPC": seen.cpc, "CTR": seen.ctr, "CPM": going.now}[bar.kind]
    if found is None or (bar.kind in {"CPA", "ROAS"} and not seen.results):
        return pen.say("held_none", days=verdict.days, spend=pen.money(seen.spend), yardstick=yardstick)
    measure = pen.language.tables["bars"][bar.kind].format(one=pen.one)
    return pen.say(
        "held", days=verdict.days, measure=measure, now=_unit(bar.kind, found, pen), yardstick=yardstick
    )


def _unit(kind: str, value: Decimal, pen: Pen) -> str:
    if kind in {"CPA", "CPC", "CPM"}:
        return pen.money(value)
    return pen.language.percent(value, 2) if kind == "CTR" else pen.language.number(value, 2)


def _sure(verdict: Verdict, pen: Pen) -> str:
    """How sure the verdict is; of a tired ad, how it tires."""
    going = verdict.heading
    if verdict.decision == "refresh" and going and going.since:
        fell = pen.language.percent(Decimal(round(going.fell * 100)), 0)
        return pen.say("fell", fell=fell, since=pen.language.day(going.since))
    better = verdict.decision == "scale"
    chance = verdict.probability_better if better else verdict.probability_worse
    return pen.say("better" if better else "worse", sure=pen.sure(chance)) if chance else ""
