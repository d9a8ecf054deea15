"""How well fatigue is found, on simulated accounts with known truth: `python benchmarks/fatigue.py`.

Clicks are drawn person by person in effect (binomial on impressions), with weekends, days that are good or bad for
the whole account, days that are good or bad for one ad, and slow moods of each ad, which no model of ours knows.
Prints false alarms on ads that do not tire, and the share found by size of the fall and volume of clicks.
"""

import math
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tools.analysis.fatigue import WINDOW_DAYS, fatigue
from tools.analysis.rows import AdDay

TODAY = date(2026, 7, 1)
CTR = 0.012


@dataclass(frozen=True)
class World:
    """One kind of account; `noise` parts are standard deviations of the log of the click rate."""

    ads: int = 20
    clicks_a_day: float = 20.0
    weekend: float = 0.25
    account_noise: float = 0.08
    ad_noise: float = 0.12
    mood: float = 0.0
    """Of an ad's slow ups and downs, which keep four fifths of themselves from day to day."""
    season: Callable[[int], float] = lambda _: 1.0
    """What happens to all ads on a day (0 is the first)."""
    days: int = WINDOW_DAYS


def account(random: random.Random, world: World, faces: dict[str, Callable[[int], float]]) -> list[AdDay]:
    """Rows of `world.ads` ads; `faces` says how the click rate of some of them goes from day to day."""
    first = TODAY - timedelta(days=world.days)
    day_luck = [random.gauss(0, world.account_noise) for _ in range(world.days)]
    rows = []
    for number in range(world.ads):
        ad, mood = str(number), 0.0
        rate, size = CTR * math.exp(random.gauss(0, 0.3)), math.exp(random.gauss(0, 0.3))
        for day in range(world.days):
            mood = 0.8 * mood + random.gauss(0, world.mood * 0.6)
            luck = day_luck[day] + random.gauss(0, world.ad_noise) + mood
            date_of = first + timedelta(days=day)
            weekend = 1 - world.weekend if date_of.weekday() >= 5 else 1.0
            seen = max(1, round(world.clicks_a_day / CTR * size * math.exp(random.gauss(0, 0.2))))
            chance = min(0.5, rate * math.exp(luck) * weekend * world.season(day) * faces.get(ad, flat)(day))
            rows.append(_row(random, ad, date_of, seen, chance))
    return rows


def _row(random: random.Random, ad: str, day: date, seen: int, chance: float) -> AdDay:
    mean = seen * chance
    clicks = max(0, min(seen, round(random.gauss(mean, math.sqrt(mean * (1 - chance)))))) if mean > 50 else 0
    if mean <= 50:  # Poisson, by the gaps between the clicks
        at = random.expovariate(1.0)
        while at < mean:
            clicks, at = clicks + 1, at + random.expovariate(1.0)
    spend = Decimal(seen) * Decimal("0.012")
    return AdDay(ad, day, spend, seen, min(clicks, seen), Decimal(clicks // 30), Decimal(0))


def flat(_: int) -> float:
    """An ad that does not tire."""
    return 1.0


def tiring(fall: float, since: int, over: int) -> Callable[[int], float]:
    """An ad whose click rate falls by a share, over some days (1: at once), from a day on."""
    return lambda day: 1 - fall * min(1.0, max(0, day - since + 1) / over)


def flagged(rows: list[AdDay], ads: int, today: date = TODAY) -> dict[str, date | None]:
    """The ads called tired, with the day."""
    found = fatigue(rows, today=today, delivering=map(str, range(ads)))
    return {one.ad_id: one.turned for one in found if one.advice in ("refresh", "rest")}


def false_alarms(world: World, runs: int, seed: int = 1) -> float:
    """The share of flat ads called tired in one look."""
    random_ = random.Random(seed)
    return sum(len(flagged(account(random_, world, {}), world.ads)) for _ in range(runs)) / (runs * world.ads)


def alarms_in_a_month(world: World, runs: int, seed: int = 2) -> float:
    """The share of flat ads called tired on at least one of 30 mornings in a row."""
    random_, hit = random.Random(seed), 0
    longer = World(**{**world.__dict__, "days": WINDOW_DAYS + 30})
    for _ in range(runs):
        rows = account(random_, longer, {})
        ever: set[str] = set()
        for back in range(30):
            ever |= set(flagged(rows, world.ads, TODAY - timedelta(days=back)))
        hit += len(ever)
    return hit / (runs * world.ads)


def found(
    world: World, fall: float, *, since: int, over: int, runs: int, seed: int = 3
) -> tuple[float, float]:
    """The share of tired ads that are found, a fifth of each account, and how many days the named day is off."""
    random_, hit, off, tired = random.Random(seed), 0, list[int](), max(1, world.ads // 5)
    for _ in range(runs):
        faces = {str(n): tiring(fall, since, over) for n in range(tired)}
        called = flagged(account(random_, world, faces), world.ads)
        days = [called[ad] for ad in faces if ad in called]
        hit += len(days)
        true_day = TODAY - timedelta(days=WINDOW_DAYS - since)
        off += [abs((day - true_day).days) for day in days if day]
    return hit / (runs * tired), sorted(off)[len(off) // 2] if off else math.nan


QUIET = {
    "flat, 20 ads": World(),
    "flat, 3 ads": World(ads=3),
    "one ad alone": World(ads=1),
    "strong weekends (-50 %)": World(weekend=0.5),
    "few clicks (5 a day)": World(clicks_a_day=5),
    "many clicks (200 a day)": World(clicks_a_day=200),
    "very restless days": World(ad_noise=0.3, account_noise=0.2),
    "slow moods of each ad (15 %)": World(mood=0.15),
    "slow moods of each ad (30 %)": World(mood=0.3),
    "all ads fall by 40 %": World(season=tiring(0.4, 28, 1)),
    "all ads fall by 40 %, 3 ads": World(season=tiring(0.4, 28, 1), ads=3),
}


def tables(runs: int) -> Iterator[str]:
    """The lines of both tables."""
    yield f"{'ads that do not tire':<32}{'one look':>10}{'30 mornings':>13}"
    for name, world in QUIET.items():
        number = max(1, runs * 20 // world.ads)
        once, month = false_alarms(world, number), alarms_in_a_month(world, max(1, number // 10))
        yield f"{name:<32}{once:>9.1%}{month:>13.1%}"
    yield ""
    yield f"{'found, fell 14 days ago':<32}" + "".join(f"{f'-{fall:.0%}':>16}" for fall in (0.2, 0.35, 0.5))
    for clicks in (5, 20, 80):
        for over, shape in ((1, "at once"), (14, "slowly")):
            cells = [
                found(World(clicks_a_day=clicks), fall, since=28, over=over, runs=runs)
                for fall in (0.2, 0.35, 0.5)
            ]
            said = "".join(f"{f'{share:.0%} (±{off:.0f} d)':>16}" for share, off in cells)
            yield f"{f'{clicks} clicks a day, {shape}':<32}{said}"


if __name__ == "__main__":
    for line in tables(int(sys.argv[1]) if len(sys.argv) > 1 else 20):
        print(line)
