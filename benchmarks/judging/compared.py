"""The table of chained worlds: today's numbers of the judgement, without clicks and impressions, and of an ideal observer.

python benchmarks/judging/compared.py [ACCOUNTS]
"""

import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.accounts import TARGET, TODAY
from benchmarks.judging.chained import MIN_CTR, TARGET_ROAS, Chained, simulate
from benchmarks.judging.measures import Tally, ideal
from benchmarks.judging.worlds import WORLDS, World
from tools.analysis.verdicts import Criteria, review

CRITERIA = {
    "CPA": Criteria(target_cpa=Decimal(int(TARGET))),
    "ROAS": Criteria(target_roas=Decimal(str(TARGET_ROAS))),
    "CTR": Criteria(min_ctr=Decimal(str(MIN_CTR))),
}
STOP = {"pause", "refresh"}
HEAD = ("found", "wrong", "told", "right at p ≥ 0.9", "tired found", "scaled above target")


def judge(world: World, account: Chained, tally: Tally) -> None:
    """The review that the tool makes."""
    seen = review(
        account.ads,
        account.days,
        CRITERIA[world.goal],
        today=TODAY,
        currency="USD",
        event="purchase",
        decimals=2,
    )
    chances = {v.ad.ad_id: v.probability_worse for v in seen.verdicts if v.probability_worse is not None}
    flags = [v.ad.ad_id for v in seen.verdicts if v.decision in STOP]
    tally.add(account, chances, flags, [v.ad.ad_id for v in seen.verdicts if v.decision == "scale"])


def main() -> None:
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    only = sys.argv[2:]
    print("mix".ljust(22), *(h.rjust(12) for h in HEAD))
    for world in WORLDS:
        if only and world.mix.name not in only:
            continue
        ours, plain, best = Tally(), Tally(), Tally()
        for seed in range(accounts):
            account = simulate(world, seed)
            t1 = time.process_time()
            judge(world, account, ours)
            t2 = time.process_time()
            bare = tuple(replace(row, clicks=0, impressions=0) for row in account.days)
            if world.goal != "CTR":
                judge(world, replace(account, days=bare), plain)
            ideal(world, account, best)
        for name, tally in (("new", ours), ("bare", plain), ("ideal", best)):
            print(
                world.mix.name.ljust(22),
                name.ljust(6),
                *(c.rjust(7) for c in tally.cells()),
                tally.bad,
                tally.flagged,
                tally.sure,
                f"{t2 - t1:.1f}s",
            )


if __name__ == "__main__":
    main()
