"""Each chained world judged by the review, by the same review without clicks and views, and by an ideal observer.

    python benchmarks/judging/compared.py            # prints the table
    python benchmarks/judging/compared.py --write    # and puts it into docs/judgement.md

Without clicks and views a result is judged by what was spent, as before there was a chain.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.accounts import TARGET, TODAY
from benchmarks.judging.chained import MIN_CTR, TARGET_ROAS, Chained, simulate
from benchmarks.judging.measures import Tally, ideal
from benchmarks.judging.worlds import WORLDS, World
from tools.analysis.verdicts import Criteria, review

PAGE = Path(__file__).parents[2] / "docs" / "judgement.md"
MARKS = "<!-- chained -->", "<!-- end of chained -->"
CRITERIA = {
    "CPA": Criteria(target_cpa=Decimal(int(TARGET))),
    "ROAS": Criteria(target_roas=Decimal(str(TARGET_ROAS))),
    "CTR": Criteria(min_ctr=Decimal(str(MIN_CTR))),
}
STOP = {"pause", "refresh"}
HEAD = (
    "mix",
    "judged by",
    "found",
    "wrong",
    "told",
    "right at p ≥ 0.9",
    "tired found",
    "scaled above target",
)


def judge(world: World, account: Chained, tally: Tally) -> None:
    """The review that the tool makes."""
    how = CRITERIA[world.goal]
    seen = review(
        account.ads, account.days, how, today=TODAY, currency="USD", event="purchase", decimals=2
    ).verdicts
    chances = {v.ad.ad_id: v.probability_worse for v in seen if v.probability_worse is not None}
    flags = [v.ad.ad_id for v in seen if v.decision in STOP]
    tally.add(account, chances, flags, [v.ad.ad_id for v in seen if v.decision == "scale"])


def measured(world: World, accounts: int) -> dict[str, Tally]:
    """Judge several accounts of one world by all three."""
    found = {"spend alone": Tally(), "the chain": Tally(), "ideal": Tally()}
    for seed in range(accounts):
        account = simulate(world, seed)
        judge(world, account, found["the chain"])
        ideal(world, account, found["ideal"])
        if world.goal != "CTR":
            bare = tuple(replace(row, clicks=0, impressions=0) for row in account.days)
            judge(world, replace(account, days=bare), found["spend alone"])
    return found


def table(accounts: int, only: list[str]) -> Iterator[str]:
    """The lines of the table."""
    yield f"| {' | '.join(HEAD)} |"
    yield f"| --- | --- |{' --: |' * (len(HEAD) - 2)}"
    for world in WORLDS:
        if only and world.mix.name not in only:
            continue
        counted = {who: tally for who, tally in measured(world, accounts).items() if tally.bad}
        for place, (who, tally) in enumerate(counted.items()):
            name = "" if place else world.mix.name
            yield f"| {name} | {who} | {' | '.join(tally.cells())} |"


def main() -> None:
    """Measure, print, and with --write put the table into the docs."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--accounts", type=int, default=3, help="accounts of 500 ads per world")
    options.add_argument("--write", action="store_true", help="write the table into docs/judgement.md")
    options.add_argument("worlds", nargs="*", help="names of worlds; all without")
    args = options.parse_args()
    began = time.perf_counter()
    lines = [
        f"{args.accounts} accounts of 500 ads per mix, seeds 0 to {args.accounts - 1}.",
        "",
        *table(args.accounts, args.worlds),
        "",
    ]
    print("\n".join(lines))
    print(f"({time.perf_counter() - began:.0f} s)")
    if args.write:
        text = PAGE.read_text(encoding="utf-8")
        before, rest = text.split(MARKS[0])
        PAGE.write_text(
            "\n".join([before + MARKS[0], "", *lines, MARKS[1] + rest.split(MARKS[1])[1]]), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
