"""Whether an event that no ad shows a result of has some anywhere in the account and the period.

Where it has none, ads are not bad for lack of it: broken tracking, a wrong event or a report that lacks a field
look just the same. So nothing is judged by it, and what was looked for and what was there is told.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

from tools.domain.insights import fetch
from tools.domain.tool import Context
from tools.graph import GraphFailure
from tools.read.ad_figures import fields_for
from tools.read.intake import Intake


class Elsewhere:
    """Asks the account as a whole, once, and only where the rows of ads lack an event."""

    def __init__(
        self,
        ctx: Context,
        here: Intake,
        periods: Sequence[dict[str, Any]],
        wanted: Counter[str],
        *,
        scoped: bool,
    ) -> None:
        """`here` is what the rows of the ads held, `wanted` what their ad sets are after where stack.md says otherwise."""
        self._ctx, self._here, self._wanted, self._scoped = ctx, here, wanted, scoped
        self._periods = periods

    def nothing(self, event: str) -> str:
        """Why nothing is judged by an event (empty: by clicks); nothing when there are any.

        Raises GraphFailure that ends the run.
        """
        if not event:
            return (
                ""
                if self._here.clicks_told
                else "no row says anything of link clicks: the report lacks the figure"
            )
        if self._here.has(event):
            return ""
        account = self._ask(event)
        if account and account.has(event):
            return "" if self._scoped else self._only_above(event)
        seen = (account or self._here).nothing_of(event)
        advice = "check the event and its tracking"
        others = [name for name, _ in self._wanted.most_common() if name.lower() != event.lower()]
        if others:
            advice = f"stack.md counts {event}, the ad sets optimise for {others[0]}: {advice}"
        return f"no {event} result anywhere in the account and period: {seen}; {advice}"

    def _only_above(self, event: str) -> str:
        said = f"no ad's rows hold a {event} result, but the account's rows do, and nobody can tell whose they are"
        return f"{said}: {self._here.nothing_of(event)}"

    def _ask(self, event: str) -> Intake | None:
        """What the account as a whole reports; None where Meta does not say."""
        found, fields = Intake(self._ctx), fields_for(event)
        streams = [fetch(self._ctx, "account", span, fields=fields) for span in self._periods]
        try:
            for _ in chain.from_iterable(map(found.rows, streams)):
                pass
        except GraphFailure as failure:
            if failure.ends_the_run:
                raise
            return None
        return found
