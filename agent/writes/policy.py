"""Judges changes: what is refused outright, what may go ahead, and what a person must be asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.setup.settings import Mode
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.change_kind import Limit
from tools.domain.changes import Change, Effect, raises_spend
from tools.domain.money import Money


@dataclass(frozen=True, slots=True)
class Ruling:
    """`allow`: go ahead; `ask`: a person decides. The reason is shown."""

    decision: Literal["allow", "ask"]
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The guardrails of the brand file and the mode of the run. What it does not know, it refuses or asks."""

    brand: Brand
    account: Account
    mode: Mode

    def refusal(self, change: Change, earlier: Sequence[Change]) -> str:
        """Why this change may not even be proposed, or nothing.

        `earlier` are the changes of this run so far: limits hold over their sum.
        """
        if change.account != self.account.id:
            return f"it belongs to {change.account}, not to {self.account.id}"
        if pattern := self.brand.is_protected(*change.names, change.name):
            return f"it is protected by stack.md ({pattern})"
        if pattern := self.brand.is_protected(*change.below):
            return f"an ad under it is protected by stack.md ({pattern})"
        if change.row.must_be_paused and change.request.params.get("status") != "PAUSED":
            return f"{change.row.creates} is only created PAUSED"
        limits = {
            Limit.NONE: lambda _change, _earlier: "",
            Limit.PAUSES: self._pause_refusal,
            Limit.BUDGET_STEP: self._budget_refusal,
            Limit.NEW_BUDGET: self._new_budget_refusal,
            Limit.NEW_ADS: self._new_ads_refusal,
            Limit.CHANGED_ADS: self._new_ads_refusal,
        }
        return limits[change.row.limit](change, earlier)

    def ruling(self, changes: Sequence[Change]) -> Ruling:
        """Whether a run's changes, the newest set included, may go ahead in this mode."""
        lost = [c for c in changes if c.effect is Effect.IRREVERSIBLE]
        raising = [c for c in changes if raises_spend(c)]
        shown = [c for c in changes if c.effect is Effect.CHANGE_CONTENT]
        stopped, most = sum(c.stops for c in changes if _pauses(c)), self.brand.max_pauses_per_run
        if self.mode in ("safe", "all") and stopped > most:
            return Ruling("ask", f"it stops {stopped} running ads (max_pauses_per_run {most})")
        if self.mode == "all" and not lost:
            return self._within_envelope(raising)
        if self.mode == "safe" and not (lost or raising or shown):
            return Ruling(
                "allow", "nothing in it can raise spend, and it is within the guardrails (--approve safe)"
            )
        reasons = (
            (raising, "{} can raise spend"),
            (lost, "{} cannot be undone"),
            (shown, "it changes what people see in {}"),
        )
        said = (text.format(_first(found)) for found, text in reasons if found)
        return Ruling("ask", next(said, "changes need your approval"))

    def _within_envelope(self, raising: Sequence[Change]) -> Ruling:
        """Even `all` has a limit: the sum of what a plan adds per day."""
        most = self._ceiling()
        unknown = [c for c in raising if c.spend.daily_minor is None]
        if unknown:
            return Ruling("ask", f"what {_first(unknown)} adds to spend is not known")
        added = Money(sum(c.spend.daily_minor or 0 for c in raising), self.account.currency)
        if added > most:
            return Ruling("ask", f"it could add {added} per day, more than max_daily_budget {most}")
        return Ruling("allow", "approved beforehand (--approve all)")

    def _budget_refusal(self, change: Change, earlier: Sequence[Change]) -> str:
        if change.restores:
            return ""
        ((field, after),) = change.after.items()
        first = next((c for c in earlier if c.target == change.target and field in c.before), change)
        before = int(first.before[field])
        step = (int(after) - before) * 100
        if step > before * self.brand.max_budget_step_pct:
            return f"a step over {self.brand.max_budget_step_pct} % (max_budget_step_pct)"
        if field != "daily_budget" or step <= 0:
            return ""
        most, currency = self._ceiling(), self.account.currency
        if int(after) > most.minor:
            return f"{Money(int(after), currency)} is over max_daily_budget {most}"
        return self._plan_refusal([*earlier, change])

    def _new_budget_refusal(self, change: Change, earlier: Sequence[Change]) -> str:
        """Something new spends nothing while it is PAUSED, but its budget stays inside of the limit from the start."""
        most, budget = self._ceiling(), Money(change.spend.once_started_minor, self.account.currency)
        if budget > most:
            return f"{budget} per day is over max_daily_budget {most}"
        return self._plan_refusal([*earlier, change]) if budget.minor else ""

    def _plan_refusal(self, plan: Sequence[Change]) -> str:
        """Why the budgets that a plan raises or makes are too much together, or nothing."""
        raised = sum(max(c.spend.daily_minor or 0, 0) for c in plan if c.row.limit is Limit.BUDGET_STEP)
        made = sum(c.spend.once_started_minor for c in plan)
        added, most = Money(raised + made, self.account.currency), self._ceiling()
        return f"the plan would add {added} per day, over max_daily_budget {most}" if added > most else ""

    def _pause_refusal(self, change: Change, earlier: Sequence[Change]) -> str:
        if not _pauses(change):
            return ""
        limit = self.brand.max_pauses_per_run
        before = sum(_pauses(c) for c in earlier)
        return f"this run already has {before} pauses (max_pauses_per_run {limit})" if before >= limit else ""

    def _new_ads_refusal(self, change: Change, earlier: Sequence[Change]) -> str:
        """An ad with new content counts as a new one: Meta reviews it, and until then it does not run."""
        if change.restores:
            return ""
        limit = self.brand.max_new_ads_per_run
        before = sum(c.row.limit in (Limit.NEW_ADS, Limit.CHANGED_ADS) and not c.restores for c in earlier)
        return (
            f"this run already has {before} new ads (max_new_ads_per_run {limit})" if before >= limit else ""
        )

    def _ceiling(self) -> Money:
        return self.brand.daily_budget_ceiling(self.account.currency)


def _pauses(change: Change) -> bool:
    """Whether a change counts as a pause of the run: emergencies and undoing do not."""
    return change.effect is Effect.STOP_SPEND and not change.emergency and not change.restores


def _first(changes: Sequence[Change]) -> str:
    rest = len(changes) - 1
    return f"{changes[0].name!r}" + (f" (and {rest} more)" if rest else "")
