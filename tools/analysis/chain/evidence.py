"""Whether results come of clicks or of views: which of the two foretells an ad's weeks, and those of the account's ads."""

from collections.abc import Mapping
from math import exp
from typing import NamedTuple

from tools.analysis.shrinkage import Strengths
from tools.analysis.strength import USUAL, Member, foretold, half

USUALLY_CLICKS = 0.75
_AS_MANY_ADS = 4.0
"""So many ads' worth of the usual lean on what the account's ads say."""
_TEMPER = 0.7
"""Weeks scatter more than chance, so their evidence is believed a little less."""
_HOW: Strengths = USUAL._replace(steadiness=64.0)


class Sides(NamedTuple):
    """How well an ad's weeks follow from each other, counted by clicks and counted by views."""

    clicks: float
    views: float


def sides(clicks: Member, views: Member) -> Sides:
    """Foretell the same results on either exposure, both in targets at the prices of now."""
    return Sides(*(_TEMPER * foretold(one.weeks, 1.0, _HOW) for one in (clicks, views)))


def by_clicks(found: Mapping[str, Sides]) -> dict[str, float]:
    """For each ad the chance that its results come of clicks; what the account says comes from the other half of its ads."""
    usual = [_usually([s for ad, s in found.items() if half(ad) != side]) for side in (0, 1)]
    return {ad: _chance(one, usual[half(ad)]) for ad, one in found.items()}


def _usually(found: list[Sides]) -> float:
    share = USUALLY_CLICKS
    for _ in range(8):
        told = sum(_chance(one, share) for one in found)
        share = (told + _AS_MANY_ADS * USUALLY_CLICKS) / (len(found) + _AS_MANY_ADS)
    return min(0.999, max(0.001, share))


def _chance(found: Sides, share: float) -> float:
    gap = max(-500.0, min(500.0, found.views - found.clicks))
    return share / (share + (1 - share) * exp(gap))
