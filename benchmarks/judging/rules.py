"""The rules that people pause ads by, and a plain Gamma-Poisson, to be held against the judgement."""

from collections import Counter, defaultdict
from collections.abc import Callable

from benchmarks.accounts import TARGET, TODAY, Account
from tools.analysis.gamma import gamma_p

TOLERANCE = 1.15
Flags = set[str]


def sums(account: Account, days: int) -> dict[str, Counter[str]]:
    """Plain sums per ad over the newest days."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in account.days:
        if (TODAY - row.date).days <= days:
            seen = {"impressions": row.impressions, "clicks": row.clicks}
            found[row.ad_id].update(spend=float(row.spend), results=float(row.results), **seen)  # type: ignore[arg-type]
    return found


def dear(times: float, days: int, floor: float) -> Callable[[Account], Flags]:
    """Cost per result above so many targets, with a spend floor; no result at all counts as dear."""

    def flags(account: Account) -> Flags:
        found = sums(account, days).items()
        return {ad for ad, s in found if s["spend"] > max(floor, times * TARGET * s["results"])}

    return flags


def unloved(account: Account) -> Flags:
    """CTR below one percent."""
    return {ad for ad, s in sums(account, 30).items() if s["clicks"] < 0.01 * s["impressions"]}


def barren(account: Account) -> Flags:
    """More than twice the target spent for nothing."""
    return {ad for ad, s in sums(account, 30).items() if s["spend"] > 2 * TARGET and not s["results"]}


def worn(account: Account) -> Flags:
    """Frequency above 3.5."""
    return {ad for ad, frequency in account.frequency.items() if frequency > 3.5}


def plain(sure: float, strength: float = 2.0) -> Callable[[Account], Flags]:
    """A plain Gamma-Poisson: fixed strength, ad sets only, newest three days corrected, a week old."""

    def flags(account: Account) -> Flags:
        share = {1: 0.7, 2: 0.85, 3: 0.95}
        ads: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for row in (row for row in account.days if (TODAY - row.date).days <= 30):
            ads[row.ad_id][0] += float(row.results)
            ads[row.ad_id][1] += float(row.spend) / TARGET * share.get((TODAY - row.date).days, 1.0)
        sets: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for ad in account.ads:
            sets[ad.adset_id] = [a + b for a, b in zip(sets[ad.adset_id], ads[ad.ad_id], strict=True)]
        mean = sum(x for _, x in ads.values()) / max(1.0, sum(n for n, _ in ads.values()))
        found = set()
        for ad in account.ads:
            (n, x), (sn, sx) = ads[ad.ad_id], sets[ad.adset_id]
            prior = (sx + 2 * strength * mean) / (sn + 2 * strength)
            if x >= 2 and gamma_p(strength + n, (strength * prior + x) / TOLERANCE) > sure:
                found.add(ad.ad_id)
        return found - account.early

    return flags


RULES: dict[str, Callable[[Account], Flags]] = {
    "CPA > target, 30 days": dear(1.0, 30, 0),
    "CPA > 1.5 × target, 30 days, spend > 50": dear(1.5, 30, 50),
    "CPA > 1.5 × target, 7 days, spend > 50": dear(1.5, 7, 50),
    "spend > 2 × target, no result": barren,
    "CTR < 1 %": unloved,
    "frequency > 3.5": worn,
    "plain Gamma-Poisson, p > 0.9": plain(0.9),
    "plain Gamma-Poisson, p > 0.8": plain(0.8),
}
