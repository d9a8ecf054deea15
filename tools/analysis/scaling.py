"""Where a higher budget would go to winners: per holder of a budget, which is an ad set or a campaign."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tools.analysis.rows import ZERO
from tools.analysis.verdicts import Verdict

LEAST_SHARE = Decimal("0.5")
"""More budget goes to all ads of a holder, so the winners must take at least this part of its spend."""
LEARNING_STEP_PCT = Decimal(20)
"""A larger step is a significant edit, which begins the learning phase anew (docs/graph-api.md §7.5)."""


@dataclass(frozen=True)
class Candidate:
    """The holder of a budget with winners below it; `hurdle` says why it is not to be raised, or is empty.

    `share` is the winners' part of the spend, `gain_per_day` what all its ads earn beyond their targets.
    """

    holder_id: str
    winners: tuple[Verdict, ...]
    share: Decimal
    gain_per_day: Decimal
    hurdle: str


def candidates(verdicts: Iterable[Verdict], holders: Mapping[str, str]) -> list[Candidate]:
    """Weigh every holder that has a winner, the greatest gain first; `holders` by ad id."""
    below: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        below[holders.get(verdict.ad.ad_id, "")].append(verdict)
    found = [
        _weighed(holder, ads) for holder, ads in below.items() if any(v.decision == "scale" for v in ads)
    ]
    return sorted(found, key=lambda c: (bool(c.hurdle), -c.gain_per_day, c.holder_id))


def _weighed(holder: str, ads: list[Verdict]) -> Candidate:
    winners = tuple(v for v in ads if v.decision == "scale")
    spend = sum((v.judged.spend for v in ads), ZERO)
    share = sum((v.judged.spend for v in winners), ZERO) / spend if spend > 0 else ZERO
    gain = sum(((v.gain_per_day or ZERO) - (v.excess_per_day or ZERO) for v in ads), ZERO)
    return Candidate(holder, winners, share, gain, _hurdle(ads, share, gain))


def _hurdle(ads: list[Verdict], share: Decimal, gain: Decimal) -> str:
    if any(v.ad.learning for v in ads):
        return "in the learning phase"
    if share < LEAST_SHARE:
        return f"its winners take only {share * 100:.0f} % of its spend"
    return "" if gain > 0 else "its other ads lose what its winners earn"


def stepped(budget_minor: int, step_pct: Decimal, ceiling_minor: int) -> int:
    """A budget one step up, in whole minor units; never beyond the ceiling, never below where it was."""
    step = int(budget_minor * min(step_pct, LEARNING_STEP_PCT) / 100)
    return max(budget_minor, min(budget_minor + step, ceiling_minor))
