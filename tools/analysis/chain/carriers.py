"""Whether results come of clicks or of views: which of the two foretells an ad's weeks, and those of the account's ads."""

from collections.abc import Mapping
from math import exp, log
from typing import NamedTuple

from tools.analysis.shrinkage import Strengths
from tools.analysis.strength import USUAL, Member, foretold, half

_SHARES = ((0.99, 0.3), (0.95, 0.2), (0.85, 0.15), (0.6, 0.15), (0.3, 0.1), (0.1, 0.05), (0.02, 0.05))
"""Shares of an account's ads whose results come of clicks, and how usual each is."""
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
    """The share of ads whose results come of clicks: the mean of what a grid of shares makes likely."""
    logs = []
    for share, usual in _SHARES:
        told = sum(log(_joint(one, share)) for one in found)
        logs.append(log(usual) + told)
    best = max(logs)
    weights = [exp(value - best) for value in logs]
    return sum(w * share for w, (share, _) in zip(weights, _SHARES, strict=True)) / sum(weights)


def _joint(one: Sides, share: float) -> float:
    """How likely an ad's weeks are under a share, against the likelier side."""
    gap = min(500.0, abs(one.views - one.clicks))
    less = exp(-gap)
    return share + (1 - share) * less if one.clicks >= one.views else share * less + (1 - share)


def _chance(found: Sides, share: float) -> float:
    gap = max(-500.0, min(500.0, found.views - found.clicks))
    return share / (share + (1 - share) * exp(gap))
