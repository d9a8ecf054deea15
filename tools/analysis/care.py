"""Which of the ads to be paused go into one run: those first whose pause saves most, and never silently the last of an ad set."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tools.analysis.cases import delivers
from tools.analysis.rows import AdInfo
from tools.analysis.verdicts import Verdict


@dataclass(frozen=True)
class Plan:
    """Verdicts to pause, each in one of four lists, in all of them the dearest first.

    `last` are those whose pause would leave an ad set without a delivering ad; they are left to be asked for.
    """

    now: tuple[Verdict, ...]
    later: tuple[Verdict, ...]
    last: tuple[Verdict, ...]
    protected: tuple[Verdict, ...]
    left_in_adset: Mapping[str, int]
    """Delivering ads per ad set once `now` is paused."""
    left_in_campaign: Mapping[str, int]


def planned(
    verdicts: Iterable[Verdict], ads: Iterable[AdInfo], shields: Mapping[str, str | None], most: int
) -> Plan:
    """Sort the pauses out; `ads` are all ads of the account, `shields` say by ad id what protects it."""
    running = [ad for ad in ads if delivers(ad)]
    adsets, campaigns = Counter(ad.adset_id for ad in running), Counter(ad.campaign_id for ad in running)
    now: list[Verdict] = []
    later: list[Verdict] = []
    last: list[Verdict] = []
    protected: list[Verdict] = []
    for verdict in verdicts:
        ad = verdict.ad
        if verdict.decision != "pause":
            continue
        if shields.get(ad.ad_id):
            protected.append(verdict)
        elif adsets[ad.adset_id] <= 1:
            last.append(verdict)
        elif len(now) >= most:
            later.append(verdict)
        else:
            now.append(verdict)
            adsets[ad.adset_id] -= 1
            campaigns[ad.campaign_id] -= 1
    return Plan(tuple(now), tuple(later), tuple(last), tuple(protected), adsets, campaigns)


def outlook(verdicts: Iterable[Verdict], thresholds: Iterable[float]) -> list[tuple[float, int, float]]:
    """For each threshold: how many of these pauses reach it, and how many of those are expected to be good."""
    sure = [v.probability_worse or 0.0 for v in verdicts]
    reached = [(at, [p for p in sure if p >= at]) for at in thresholds]
    return [(at, len(them), sum(1 - p for p in them)) for at, them in reached]
