"""How long 50,000 ads of 30 days take to judge, and how much memory: `python benchmarks/judgement_size.py`."""

import resource
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.accounts import TARGET, TODAY, count
from tools.analysis.rows import AdInfo, parse_row
from tools.analysis.verdicts import Criteria, review

ADS, DAYS = 50_000, 30


def ads() -> Iterator[AdInfo]:
    """Ads in sets of ten, campaigns of a hundred."""
    for n in range(ADS):
        names = f"Set {n // 10}", f"c{n // 100}", f"Campaign {n // 100}"
        yield AdInfo(
            str(n), f"Ad {n}", f"s{n // 10}", *names, "ACTIVE", "ACTIVE", "OFFSITE_CONVERSIONS", False, None
        )


def rows() -> Iterator[dict[str, Any]]:
    """Rows as Meta sends them, made while they are read."""
    rng = Random(1)
    days = [(TODAY - timedelta(days=ago)).isoformat() for ago in range(1, DAYS + 1)]
    for n in range(ADS):
        cost = TARGET * rng.lognormvariate(0, 0.5)
        for day in days:
            spend = rng.lognormvariate(3, 0.5)
            bought = count(rng, spend / cost)
            kinds = ("omni_purchase", "purchase", "link_click")
            yield {
                "ad_id": str(n),
                "date_start": day,
                "date_stop": day,
                "spend": f"{spend:.2f}",
                "impressions": "1500",
                "inline_link_clicks": "20",
                "actions": [{"action_type": kind, "value": str(bought)} for kind in kinds] if bought else [],
            }


def memory_mb() -> float:
    """The most this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Make rows, read them, judge; say what each took."""
    known, at_start = list(ads()), memory_mb()
    began = time.process_time()
    made = sum(1 for _ in rows())
    making = time.process_time() - began
    began = time.process_time()
    read = sum(1 for row in rows() if parse_row(row, "purchase"))
    reading = time.process_time() - began - making
    began = time.process_time()
    seen = review(
        known,
        (parse_row(row, "purchase") for row in rows()),
        Criteria(target_cpa=Decimal(25)),
        today=TODAY,
        currency="USD",
        event="purchase",
        decimals=2,
    )
    judging = time.process_time() - began - making - reading
    print(f"{len(seen.verdicts):,} ads, {read:,} of {made:,} rows")
    print(f"reading rows {reading:.1f} s, judging {judging:.1f} s of processor time on one core")
    print(f"memory {memory_mb():.0f} MB, of which {at_start:.0f} MB are the ads and Python")


if __name__ == "__main__":
    main()
