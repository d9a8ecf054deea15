"""What the click rate alone says of an ad, made to agree with its verdict: there is one judgement of each ad."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from tools.analysis.fatigue import HIGH_FREQUENCY, Fatigue, used_up
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
    if verdict is None or verdict.heading is None:
        return one
    if verdict.decision == "refresh":
        worn = one if one.turned else _by_verdict(one, verdict)
        return replace(worn, advice="rest" if used_up(worn.reach, often) else "refresh")
    if one.advice not in {"refresh", "rest"}:
        return one
    if verdict.decision == "pause":
        return replace(one, advice="pause", reason=f"{one.reason}; its cost says pause")
    return replace(one, advice="tires", reason=f"{_fell(one)}; its cost still holds{_until(verdict)}")


def _by_verdict(one: Fatigue, verdict: Verdict) -> Fatigue:
    """What the verdict saw of the click rate, where the scan of six weeks saw nothing clear."""
    going, ctr = verdict.heading, one.ctr_now
    if going is None or ctr is None or going.fell >= 1:
        return replace(one, reason=verdict.reason)
    before = ctr / (1 - Decimal(f"{going.fell:.4f}"))
    return replace(one, reason=verdict.reason, turned=going.since, ctr_before=before)


def _fell(one: Fatigue) -> str:
    return one.reason.rpartition(":")[0] or one.reason


def _until(verdict: Verdict) -> str:
    day = verdict.heading.misses_on if verdict.heading else None
    return f"; it misses the target from about {day:%Y-%m-%d} if nothing is done" if day else ""
