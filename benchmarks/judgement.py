"""How good the judgement is, on simulated accounts with known true costs, beside the rules people use.

    python benchmarks/judgement.py            # prints the tables
    python benchmarks/judgement.py --write    # and puts them into docs/judgement.md

Flagged is what is to be paused or refreshed. An ad is *bad* when its true cost per result today is at least
1.5 times the target. A flag is *wrong* when the ad's true cost is within tolerance (1.15 times the target), or
when it is too early to judge the ad (in the learning phase, or younger than a week). *Found* is the share of
the bad ads old enough to be judged.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.accounts import MIXES, TARGET, TODAY, Account, Mix, simulate
from benchmarks.judging.rules import RULES, TOLERANCE, Flags
from tools.analysis.verdicts import Criteria, Review, review

PAGE = Path(__file__).parents[1] / "docs" / "judgement.md"
MARKS = "<!-- measured -->", "<!-- end of measured -->"
BAD = 1.5
CRITERIA = Criteria(target_cpa=Decimal(int(TARGET)))


@dataclass
class Score:
    """Flags against the truth, over several accounts."""

    flagged: int = 0
    wrong: int = 0
    good: int = 0
    """Flagged although the ad meets its target, or too early."""
    found: int = 0
    bad: int = 0
    all_found: int = 0
    all_bad: int = 0
    told: float = 0.0

    def add(self, account: Account, flags: Collection[str], told: float = 0.0) -> None:
        """Count the flags of one account; `told` is how many the method itself expects to be wrong."""
        truth, early = account.truth, account.early
        bad = {ad for ad, cost in truth.items() if cost >= BAD}
        self.flagged += len(flags)
        self.wrong += sum(ad in early or truth[ad] <= TOLERANCE for ad in flags)
        self.good += sum(ad in early or truth[ad] <= 1 for ad in flags)
        self.found += len((bad - early).intersection(flags))
        self.bad += len(bad - early)
        self.all_found += len(bad.intersection(flags))
        self.all_bad += len(bad)
        self.told += told

    def row(self, name: str) -> str:
        """One line of a table."""
        told = pct(self.told, self.flagged) if self.told else ""
        return (
            f"| {name} | {pct(self.found, self.bad)} | {pct(self.all_found, self.all_bad)} "
            f"| {pct(self.wrong, self.flagged)} | {pct(self.good, self.flagged)} | {told} |"
        )


@dataclass
class Measured:
    """All that is counted for one mix."""

    ours: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    rules: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    equal: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    """Our surest ads, as many as find what the rule found."""
    bins: dict[int, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0, 0.0]))


def judged(account: Account, criteria: Criteria = CRITERIA) -> Review:
    """The review that the tool makes."""
    return review(
        account.ads, account.days, criteria, today=TODAY, currency="USD", event="purchase", decimals=2
    )


def measure(mix: Mix, accounts: int) -> Measured:
    """Judge several accounts of one mix by all methods."""
    seen = Measured()
    for seed in range(accounts):
        account = simulate(mix, seed)
        verdicts = judged(account).verdicts
        chance = {v.ad.ad_id: v.probability_worse for v in verdicts if v.probability_worse is not None}
        paused, tired = (
            {v.ad.ad_id for v in verdicts if v.decision == wanted} for wanted in ("pause", "refresh")
        )
        both = paused | tired
        for name, flags in (
            ("pause or refresh", both),
            ("of these p ≥ 0.9", {ad for ad in both if chance[ad] >= 0.9}),
            ("of these p ≥ 0.95", {ad for ad in both if chance[ad] >= 0.95}),
            ("pause alone (p ≥ 0.75)", paused),
        ):
            seen.ours[name].add(account, flags, sum(1 - chance[ad] for ad in flags))
        for ad, p in chance.items():
            entry = seen.bins[min(9, int(p * 10))]
            seen.bins[min(9, int(p * 10))] = [
                entry[0] + 1,
                entry[1] + p,
                entry[2] + (account.truth[ad] > TOLERANCE),
            ]
        _beside_rules(seen, account)
    return seen


def _beside_rules(seen: Measured, account: Account) -> None:
    """Each rule, and our surest ads down to the same number of bad ones found."""
    anyone = judged(
        account, Criteria(target_cpa=CRITERIA.target_cpa, min_spend=Decimal(0), min_days=0)
    ).verdicts
    ranked = [v.ad.ad_id for v in sorted(anyone, key=lambda v: -(v.probability_worse or 0))]
    bad = {ad for ad, cost in account.truth.items() if cost >= BAD} - account.early
    for name, rule in RULES.items():
        flags = rule(account)
        seen.rules[name].add(account, flags)
        seen.equal[name].add(account, _down_to(ranked, bad, len(bad & flags), account.early))


def _down_to(ranked: Iterable[str], bad: Flags, wanted: int, early: Collection[str]) -> list[str]:
    taken, found = [], 0
    for ad in ranked:
        if found >= wanted:
            break
        if ad not in early:
            taken.append(ad)
            found += ad in bad
    return taken


def pct(part: float, whole: float) -> str:
    """A share in percent."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


HEAD = "| | found | of all bad | wrong | meets target | told |\n| --- | --: | --: | --: | --: | --: |"


def frontier(seen: Measured) -> list[str]:
    """The table of the first mix in full."""
    rows = [score.row(name) for name, score in (*seen.ours.items(), *seen.rules.items())]
    return ["### The frontier account", "", HEAD, *rows, ""]


def every_mix(results: dict[str, Measured]) -> list[str]:
    """One line per mix."""
    lines = [
        "### Every mix",
        "",
        "| mix | found | wrong | told | truly worse at p ≥ 0.9 | meets target at p ≥ 0.9 |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for name, seen in results.items():
        all_, sure = list(seen.ours.values())[:2]
        lines.append(
            f"| {name} | {pct(all_.found, all_.bad)} | {pct(all_.wrong, all_.flagged)} "
            f"| {pct(all_.told, all_.flagged)} | {pct(sure.flagged - sure.wrong, sure.flagged)} "
            f"| {pct(sure.good, sure.flagged)} |"
        )
    return [*lines, ""]


def equal_recall(results: dict[str, Measured]) -> list[str]:
    """Precision of each rule, and ours where it finds as many bad ads."""
    names = list(RULES)[:6]
    lines = [
        "### Right flags where as many bad ads are found: rule → adsteward",
        "",
        "| mix | " + " | ".join(names) + " |",
        "| --- |" + " --: |" * len(names),
    ]
    for mix, seen in results.items():
        cells = []
        for name in names:
            rule, ours = seen.rules[name], seen.equal[name]
            right = pct(rule.flagged - rule.wrong, rule.flagged), pct(ours.flagged - ours.wrong, ours.flagged)
            cells.append(f"{right[0]} → {right[1]}")
        lines.append(f"| {mix} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def calibration(results: dict[str, Measured]) -> list[str]:
    """What p said and how often it was so, over all mixes."""
    total: defaultdict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for seen in results.values():
        for number, entry in seen.bins.items():
            total[number] = [a + b for a, b in zip(total[number], entry, strict=True)]
    lines = [
        "### Calibration, all mixes together",
        "",
        "| p said | truly worse | ads |",
        "| --: | --: | --: |",
    ]
    lines += [
        f"| {pct(told, n)} | {pct(true, n)} | {n:.0f} |" for _, (n, told, true) in sorted(total.items())
    ]
    return [*lines, ""]


def losing(results: dict[str, Measured]) -> list[str]:
    """Where a rule was more often right at equal recall, or p promised too much."""
    said = []
    for mix, seen in results.items():
        for name in RULES:
            rule, ours = seen.rules[name], seen.equal[name]
            if not rule.flagged or not ours.flagged:
                continue
            gap = ours.wrong / ours.flagged - rule.wrong / rule.flagged
            if gap > 0:
                said.append(f"- {mix}: {name} is right {100 * gap:.1f} points more often at equal recall.")
    return [
        "### Where it loses",
        "",
        *(said or ["At equal recall no rule was right more often, in any mix."]),
        "",
    ]


def main() -> None:
    """Measure, print, and with --write put the tables into the docs."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--accounts", type=int, default=10, help="accounts per mix")
    options.add_argument("--write", action="store_true", help="write the tables into docs/judgement.md")
    args = options.parse_args()
    began = time.perf_counter()
    results = {mix.name: measure(mix, args.accounts) for mix in MIXES}
    first = next(iter(results.values()))
    lines = [
        f"{args.accounts} accounts per mix, {sum(m.ads for m in MIXES) * args.accounts:,} ads.",
        "",
        *frontier(first),
        *every_mix(results),
        *equal_recall(results),
        *calibration(results),
        *losing(results),
    ]
    print("\n".join(lines))
    print(f"({time.perf_counter() - began:.0f} s)")
    if args.write:
        text = PAGE.read_text(encoding="utf-8")
        before, rest = text.split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        PAGE.write_text("\n".join([before + MARKS[0], "", *lines, MARKS[1] + after]), encoding="utf-8")


if __name__ == "__main__":
    main()
