"""Results that the rows of campaigns or of the account hold, and those of no ad: whose they are nobody can tell.

Meta reports some results, such as those of SKAdNetwork, above the ad alone. An ad that looks bad may have any of
them, so it is paused only where it would be with all of them (docs/field-reports.md, class A).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from typing import Any

from tools.analysis.cases import Case
from tools.analysis.conversion_events import Aim, event_of
from tools.analysis.odd_cells import Odd
from tools.analysis.rows import ZERO, AdDay, Totals, measured
from tools.domain.changes import Level
from tools.domain.insights import known, query
from tools.domain.objects import AdObject
from tools.domain.tool import Context
from tools.graph import GraphFailure, ListCall
from tools.read.ad_figures import fields_for
from tools.read.intake import Intake

PAGE = 1000
Key = tuple[str, str]
"""A campaign or ad set, and an event."""


class Shown:
    """What the rows of ads hold together, by the campaign or ad set they are in and by the events ads there are after."""

    def __init__(self, level: Level, ads: Sequence[AdObject], aims: Mapping[str, Aim]) -> None:
        """Know where each ad is, and what is counted there."""
        self.level = level
        self._where = {ad.id: str(ad.row.get(f"{level}_id")) for ad in ads}
        self._sums: defaultdict[Key, Totals] = defaultdict(Totals)
        self._spend: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._events: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for ad_id, aim in aims.items():
            self._events[self._where[ad_id]][aim.event] = None

    def add(self, row: Mapping[str, Any], event_of_row: str, day: AdDay | None) -> None:
        """Count one row of an ad, which may be read already, by its own event; of an ad nobody knows it is in no campaign."""
        where = self._where.get(str(row.get("ad_id")), "")
        self._spend[where] += day.spend if day else known(row.get("spend"))
        for event in self._events.get(where, ()):
            if day and event == event_of_row:
                if day.results or day.value:
                    self._sums[where, event] += Totals(results=Decimal(day.results), value=day.value)
            elif not row.keys().isdisjoint(event_of(event).fields):
                self._sums[where, event] += measured(row, event, Odd())

    def place(self, ad_id: str) -> str:
        """The campaign or ad set of an ad."""
        return self._where[ad_id]

    def totals(self, key: Key) -> Totals:
        """The results of one campaign or ad set, and the spend of all ads there, whatever they are after."""
        return replace(self._sums.get(key, Totals()), spend=self._spend.get(key[0], ZERO))


class Unallotted:
    """Asks, once, what the levels above the ads report, and only where ads would be paused."""

    def __init__(
        self,
        ctx: Context,
        shown: Shown,
        periods: Sequence[dict[str, Any]],
        within: Mapping[Level, list[str]],
    ) -> None:
        """`periods` are whole, without parts; `within` is what the review is about; empty for all of the account, which is then asked as well."""
        self._ctx, self._shown, self._within = ctx, shown, dict(within)
        self._periods = periods

    def of(self, cases: Sequence[Case]) -> dict[str, Totals]:
        """What each of these ads may have beside its own rows; an ad that can have nothing is left out.

        Raises GraphFailure that ends the run; where Meta does not say, nobody can know of more.
        """
        keys = {case.ad.ad_id: (self._shown.place(case.ad.ad_id), case.event) for case in cases}
        above = self._above({event for _, event in keys.values()}) if keys else {}
        spare = {key: self._missing(key, above) for key in set(keys.values())}
        return {ad_id: found for ad_id, key in keys.items() if (found := spare[key]).results or found.value}

    def _missing(self, key: Key, above: Mapping[Key, Totals]) -> Totals:
        """What the campaign has beyond its ads, and the account beyond its campaigns."""
        found = _beyond(above.get(key, Totals()), self._shown.totals(key))
        if self._within:
            return found
        campaigns = sum((row for (where, event), row in above.items() if where and event == key[1]), Totals())
        return found + _beyond(above.get(("", key[1]), Totals()), campaigns)

    def _above(self, events: set[str]) -> dict[Key, Totals]:
        """The figures by campaign or ad set, and without an id those of the account."""
        level = self._shown.level
        fields = (
            f"{level}_id",
            *dict.fromkeys(name for event in sorted(events) for name in fields_for(event)),
        )
        levels = [level] if self._within else [level, "account"]
        asked = [
            query(self._ctx, at, span, fields=fields if at == level else fields[1:], within=self._within)
            for at in levels
            for span in self._periods
        ]
        streams = self._ctx.graph.lists(*(ListCall(path, PAGE, params) for path, params in asked))
        sums: defaultdict[Key, Totals] = defaultdict(Totals)
        intake = Intake(self._ctx)
        try:
            for row in chain.from_iterable(map(intake.rows, streams)):
                for event in events:
                    sums[str(row.get(f"{level}_id") or ""), event] += intake.totals(row, event)
        except GraphFailure as failure:
            if failure.ends_the_run:
                raise
            return {}
        return sums


def _beyond(above: Totals, below: Totals) -> Totals:
    """The results of the rows above beyond those below, less what spend that is not below would have brought."""
    spend = max(ZERO, above.spend - below.spend)
    share = spend / above.spend if above.spend > 0 else ZERO
    rest = {
        name: max(ZERO, getattr(above, name) * (1 - share) - getattr(below, name))
        for name in ("results", "value")
    }
    return Totals(results=rest["results"].to_integral_value(), value=rest["value"])
