"""Where the changes of one set stand while it is applied: loaded once, then kept as each step is recorded."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from agent.writes.clocks import Moment
from agent.writes.generations import Doubt
from agent.writes.journal import Journal
from agent.writes.journal_reader import Outcome, Proof, State
from tools.domain.change_kind import Known
from tools.domain.changes import Change, ChangeSet, resolved

MAYBE_SENT = "It was sent once without an answer and may still be done; look at it before you ask again"


class Course:
    """One change set under its lease. Every step goes into the journal first, and is what stands here after."""

    def __init__(self, journal: Journal, change_set: ChangeSet, epoch: int) -> None:
        self.change_set = change_set
        self._journal = journal
        self._epoch = epoch
        self._outcomes = {outcome.change.id: outcome for outcome in journal.outcomes(change_set)}

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """All of them, in the order of the set."""
        return tuple(self._outcomes.values())

    @property
    def doubt(self) -> Doubt | None:
        """Why the changes must be looked for before they are sent, if they must."""
        return self._journal.doubt(self.change_set)

    @property
    def ended(self) -> int:
        """How many changes have come to an end, well or not."""
        return sum(outcome.ended for outcome in self.outcomes)

    def at(self, *states: State) -> list[Outcome]:
        """Those that stand at one of these states."""
        return [outcome for outcome in self.outcomes if outcome.state in states]

    def parents(self, outcome: Outcome) -> list[Outcome]:
        """What a change builds on."""
        return [self._outcomes[parent] for parent in outcome.change.depends_on]

    def in_vain(self, outcome: Outcome) -> bool:
        """Whether a file or a creative was only to be used by what ended without being made."""
        users = [o for o in self.outcomes if outcome.change.id in o.change.depends_on]
        lost = all(o.state in ("REJECTED", "CONFLICT") for o in users)
        return not outcome.change.level and bool(users) and lost and not outcome.lost_at

    def results(self) -> dict[str, dict[str, Any]]:
        """What Meta gave, by change."""
        return {change_id: outcome.result for change_id, outcome in self._outcomes.items() if outcome.result}

    def whole(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """The same, with what earlier changes of the set gave filled in."""
        results = self.results()
        return [
            replace(o, change=resolved(o.change, results)) if o.change.depends_on else o for o in outcomes
        ]

    @property
    def unproven(self) -> list[Outcome]:
        """What is done and was not read back yet; not what a later change may just be starting, of which nobody knows."""
        open_yet = {o.change.made_by for o in self._outcomes.values() if not o.ended}
        done = [o for o in self.at("CONFIRMED") if o.change.readable and not o.proven]
        return self.whole([o for o in done if o.change.id not in open_yet])

    def left_by(self, outcomes: Sequence[Outcome]) -> list[Change]:
        """How what is done should read now: under the id Meta gave it, activated where a later change did that."""
        started = {o.change.made_by: o.change.after for o in self.at("CONFIRMED") if o.change.made_by}
        return [
            change
            if (change := outcome.change).target
            else change.model_copy(
                update={
                    "target": outcome.result.get("id", ""),
                    "after": change.after | started.get(change.id, {}),
                }
            )
            for outcome in outcomes
        ]

    @property
    def removed(self) -> set[str]:
        """Ids of what the set has deleted or archived; what stands in it is gone with it."""
        return {o.change.target for o in self.at("CONFIRMED") if o.change.row.known is Known.BY_ABSENCE}

    def together(self) -> AbstractContextManager[None]:
        """Commit all records made inside at once: one wait for the disk, and all or none after a crash."""
        return self._journal.together(self.change_set.id)

    def intend(self, sending: Sequence[tuple[Outcome, Mapping[str, Any]]], at: Moment) -> list[Outcome]:
        """Commit that these are being sent, with these parameters. Raises as `Journal.intend` does."""
        return [self._keep(o) for o in self._journal.intend(self.change_set.id, self._epoch, sending, at)]

    def record(
        self,
        outcome: Outcome,
        state: State,
        *,
        note: str = "",
        result: Mapping[str, Any] | None = None,
        lost_at: Moment | None = None,
        proof: Proof = Proof.NONE,
    ) -> None:
        """Commit what became of one change (see `Journal.record`)."""
        self._keep(
            self._journal.record(
                self.change_set.id, outcome, state, note=note, result=result, lost_at=lost_at, proof=proof
            )
        )

    def leave_taken_back(self) -> None:
        """Send nothing for what would take back what another set took back already, perhaps while this one was judged."""
        taken = self._journal.taken_back(self.change_set)
        for outcome in self.at("PLANNED"):
            if by := taken.get(outcome.change.id):
                sent = MAYBE_SENT if outcome.lost_at else "Nothing was sent for it"
                self.record(outcome, "CONFLICT", note=f"{by} took that back already. {sent}")

    def unanswered(self, outcome: Outcome, why: str, *, doubted: bool = False) -> None:
        """Commit why nobody knows yet what became of a change that was sent."""
        self._keep(self._journal.unanswered(self.change_set.id, outcome, why, doubted=doubted))

    def _keep(self, outcome: Outcome) -> Outcome:
        """The change itself stays as it was approved, whatever was filled in to look at it."""
        kept = replace(outcome, change=self._outcomes[outcome.change.id].change)
        self._outcomes[outcome.change.id] = kept
        return kept
