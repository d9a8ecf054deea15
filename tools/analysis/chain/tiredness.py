"""What the click rate alone says of an ad, made to agree with its verdict: there is one judgement of each ad."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from tools.analysis.chain.deciding import Heading
from tools.analysis.fatigue import HIGH_FREQUENCY, Fatigue, used_up
from tools.analysis.reasons import fell
from tools.analysis.verdicts import Verdict


def reconciled(
    found: Iterable[Fatigue], verdicts: Iterable[Verdict], max_frequency: Decimal | None = None
) -> list[Fatigue]:
    """The advice on each ad as its verdict has it.

    An ad to be refreshed by its verdict is refreshed, or rested where its people saw it too often. One whose click rate fell
    but whose cost still meets the target only tires; one that is to be paused is paused. Ads without a verdict on their cost
    keep the advice of their click rate.
    """
    known = {v.ad.ad_id: v for v in verdicts}
    return [_agreed(one, known, max_frequency or HIGH_FREQUENCY) for one in found]


def _agreed(one: Fatigue, known: Mapping[str, Verdict], often: Decimal) -> Fatigue:
    verdict = known.get(one.ad_id)
    if verdict is None or (going := verdict.heading) is None:
        return one
    seen = _as_judged(one, going)
    if verdict.decision == "refresh":
        return replace(seen, advice="rest" if used_up(one.reach, often) else "refresh", reason=verdict.reason)
    if one.advice not in {"refresh", "rest"}:
        return one
    told = fell(going) if going.tired else one.reason.rpartition(":")[0] or one.reason
    if verdict.decision == "pause":
        return replace(seen, advice="pause", reason=f"{told}; its cost says pause")
    return replace(seen, advice="tires", reason=f"{told}; its cost still holds{_until(verdict)}")


def _as_judged(one: Fatigue, going: Heading) -> Fatigue:
    """Since when and how much its click rate fell, as the verdict saw it, which is told everywhere; the scan's where it saw no fall."""
    if not going.tired or one.ctr_now is None or going.fell >= 1:
        return one
    return replace(one, turned=going.since, ctr_before=one.ctr_now / (1 - Decimal(going.fell)))


def _until(verdict: Verdict) -> str:
    day = verdict.heading.misses_on if verdict.heading else None
    return f"; it misses the target from about {day:%Y-%m-%d} if nothing is done" if day else ""
