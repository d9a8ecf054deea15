"""The period a person asked about: its figures are shown, while the verdicts rest on all the weeks before today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tools.analysis.amounts import Words
from tools.analysis.conversion_events import Aim
from tools.analysis.rows import Totals
from tools.analysis.tally import summed
from tools.analysis.verdicts import Review, Verdict
from tools.domain.tool import Context
from tools.graph import Stream
from tools.read.intake import Intake

JUDGED_BY = "the ads as they are now, by 13 weeks; the period limits what totals, lists and table show"


@dataclass(frozen=True)
class Asked:
    """A period, in words, and its rows, which are read once."""

    ctx: Context
    said: str
    stream: Stream
    event: str
    """What is counted where an ad says nothing else."""
    aims: Mapping[str, Aim]
    only: frozenset[str] | None
    """The ads in scope; None where all are."""

    def shown(self, result: Review) -> Review:
        """The same verdicts with the figures of the period. Raises GraphFailure."""
        sums = self._sums()
        return replace(
            result,
            totals=summed(sums.values()),
            verdicts=tuple(self._verdict(v, sums.get(v.ad.ad_id, Totals())) for v in result.verdicts),
        )

    def complete(self) -> str:
        """How many of its rows arrived; to be asked when they are read."""
        return f"{self.said}: {self.stream.said('rows')}"

    def _sums(self) -> dict[str, Totals]:
        intake, parts = Intake(self.ctx), defaultdict[str, list[Totals]](list)
        rows: Iterable[dict[str, Any]] = intake.rows(self.stream)
        for row in rows:
            ad_id = str(row.get("ad_id"))
            if self.only is None or ad_id in self.only:
                aim = self.aims.get(ad_id)
                parts[ad_id].append(intake.totals(row, aim.event if aim else self.event))
        return {ad_id: summed(found) for ad_id, found in parts.items()}

    def _verdict(self, verdict: Verdict, seen: Totals) -> Verdict:
        if verdict.heading is None:
            return replace(verdict, totals=seen)
        account = self.ctx.account
        words = Words(account.currency, account.decimals, verdict.ad.event or self.event)
        spent = f"{self.said}: {words.money(seen.spend)} for {words.results(seen.results)}"
        return replace(verdict, totals=seen, reason=f"{verdict.reason}; {spent}")
