"""How a run ended, as one value: what `--json` prints, what the exit code says."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from agent.models.model import Ending, Usage
from agent.run.refused import Cause, Refusals, Refused, Status
from agent.setup.stops import Exit, Interrupted, Stop
from agent.writes import set_lists
from agent.writes.change_events import Settled
from agent.writes.journal_reader import Archive, Outcome, Proof, SetState
from agent.writes.set_states import declined, gone
from tools.domain.change_kind import Undone
from tools.domain.changes import Change, ChangeSet
from tools.domain.money import Money
from tools.domain.text import counted
from tools.graph import Stats

ENDINGS: dict[Ending, tuple[Status, Exit]] = {
    "": ("done", Exit.DONE),
    "refused": ("refused", Exit.USAGE),
    "not_understood": ("not_understood", Exit.NOT_UNDERSTOOD),
}
STANDS: dict[SetState, Status] = {
    "proposed": "needs_approval",
    "approved": "error",
    "applying": "error",
    "applied": "done",
    "partly_applied": "error",
    "failed": "error",
    "declined": "declined",
    "undone": "done",
}
"""The status of a set by itself: what is neither done, nor declined, nor waiting is unfinished."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a run has to say when it was not stopped."""

    answer: str = ""
    failure: str = ""
    """What failed, where the answer does not say it."""
    ending: Ending = ""
    """How the rules ended that stand in for a model."""


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A change set with its state in the journal."""

    change_set: ChangeSet
    state: SetState
    outcomes: tuple[Outcome, ...]
    machine: str = ""
    """Where it was proposed, if several machines share the journal."""
    declined: str = ""
    """By whom it was declined, and why."""
    gone: bool = False
    """Whether it was done in a sandbox that was started afresh since."""
    sandbox_of: str = ""
    """The other machine in whose own sandbox it stands."""

    @property
    def said(self) -> str:
        """The state in words; one that was so already is no deed of ours."""
        return set_lists.said("as_was" if self.as_was else self.state, gone=self.gone, other=self.sandbox_of)

    @property
    def lasts(self) -> bool:
        """Whether what was done is a deed of ours, and is where it can be taken back."""
        return not (self.as_was or self.gone or self.sandbox_of)

    @property
    def as_was(self) -> bool:
        """Whether all of it was so already, so that nothing was sent and there is nothing to take back."""
        return self.state == "applied" and all(one.proof is Proof.ALREADY for one in self.outcomes)

    @classmethod
    def read(cls, journal: Archive, change_set: ChangeSet) -> Self:
        """As it stands now. Raises ConfigError when the journal does not know the set, or its events were altered."""
        outcomes, state = tuple(journal.outcomes(change_set)), journal.state(change_set.id)
        why = declined(journal, change_set.id) if state == "declined" else ""
        past, other = gone(journal, change_set), journal.elsewhere(change_set)
        return cls(change_set, state, outcomes, journal.made_on(change_set.id), why, past, other)


@dataclass(frozen=True, slots=True)
class Report:
    """The end of a run."""

    status: Status
    exit_code: int
    answer: str
    change_sets: tuple[StoredSet, ...]
    refusals: tuple[Refused, ...]
    world: str
    model: str
    usage: Usage
    turns: int
    graph: Stats
    transcript: str
    passing: bool = False
    """Whether it failed in a way that may be no more a little later."""

    def as_json(self) -> dict[str, Any]:
        """The object of the outside contract."""
        return {
            "status": self.status,
            "answer": self.answer,
            "world": self.world,
            "change_sets": [as_json(stored) for stored in self.change_sets],
            "refusals": [refused.as_json() for refused in self.refusals],
            "usage": {
                "model": self.model,
                "input_tokens": self.usage.input_tokens,
                "output_tokens": self.usage.output_tokens,
                "turns": self.turns,
            },
            "graph": {
                "requests": self.graph.requests,
                "batch_items": self.graph.batch_items,
                "retries": self.graph.retries,
                "waited_seconds": round(self.graph.waited_s, 3),
            },
            "transcript": self.transcript,
        }


def applied_said(settled: Settled) -> str:
    """How much of a stored set is done now, and how to take it back."""
    done = [o.change.row.undone for o in settled.outcomes if o.state == "CONFIRMED"]
    back = f" Take back with: adsteward undo {settled.change_set_id}" if set(done) - {Undone.NEVER} else ""
    left = "".join(f" {text[0].upper()}{text[1:]}." for text in settled.left)
    of = counted(len(settled.outcomes), "change")
    be = "is" if len(settled.outcomes) == 1 else "are"
    return f"{len(done)} of {of} of {settled.change_set_id} {be} done.{left}{back}"


def failed(stop: Stop) -> dict[str, Any]:
    """The object for a run that could not begin."""
    return {
        "status": stop.status,
        "answer": str(stop),
        "world": "",
        "change_sets": [],
        "refusals": [],
        "usage": {"model": "", "input_tokens": 0, "output_tokens": 0, "turns": 0},
        "graph": {"requests": 0, "batch_items": 0, "retries": 0, "waited_seconds": 0.0},
        "transcript": "",
    }


def status_of(
    stored: Sequence[StoredSet], stop: Stop | None, said: Said, refusals: Refusals
) -> tuple[Status, Exit]:
    """The status and exit code that a run's parts add up to.

    What is partly done is done, with its refusals beside it; what Meta refused or left unknown is an error.
    """
    if stop is not None:
        return stop.status, stop.exit_code
    sets, cause = {STANDS[s.state] for s in stored}, refusals.cause
    done = any(outcome.state in ("CONFIRMED", "SENT") for s in stored for outcome in s.outcomes)
    found: tuple[tuple[bool, tuple[Status, Exit]], ...] = (
        (cause is Cause.LIMIT and not done, ("limit", Exit.LIMIT)),
        (bool(said.failure) and cause in (None, Cause.META, Cause.LIMIT), ("error", Exit.META)),
        ("error" in sets, ("error", Exit.META)),
        ("needs_approval" in sets, ("needs_approval", Exit.APPROVAL)),
        ("declined" in sets, ("declined", Exit.APPROVAL)),
        ("done" in sets, ("done", Exit.DONE)),
    )
    end = cause.end if cause else ENDINGS[said.ending]
    return next((end for holds, end in found if holds), end)


def as_json(stored: StoredSet) -> dict[str, Any]:
    """One change set of the outside contract."""
    change_set = stored.change_set
    return {
        "id": change_set.id,
        "state": stored.state,
        "status": STANDS[stored.state],
        "digest": change_set.digest,
        "account": change_set.account,
        "account_name": change_set.account_name,
        "currency": change_set.currency,
        "world": change_set.world,
        "notes": list(stored.change_set.notes),
        "request": change_set.request,
        "changes": [_change(outcome) for outcome in stored.outcomes],
    }


def _change(outcome: Outcome) -> dict[str, Any]:
    change = outcome.change
    return {
        "id": change.id,
        "kind": change.kind,
        "target": outcome.target,
        "level": change.level,
        "name": change.name,
        "where": list(change.where),
        "before": values(change, change.before),
        "after": values(change, change.after) | change.shown,
        "effect": {
            "kind": str(change.effect),
            "spend_per_day": spend(change),
            "stays_in_budget_per_day": str(Money(change.spend.stays_minor, change.spend.currency)),
            "note": change.spend.note,
        },
        "reason": change.reason,
        "outcome": outcome.said,
        "note": outcome.note,
        "undo": change.undo_note,
    }


def values(change: Change, state: dict[str, str]) -> dict[str, str]:
    """Graph fields for people: budgets as amounts with their currency."""
    return {
        name: str(Money.from_minor_text(text, change.spend.currency)) if name.endswith("_budget") else text
        for name, text in state.items()
    }


def spend(change: Change) -> str | None:
    """The effect on spend per day with its sign, or None when it cannot be known."""
    minor = change.spend.daily_minor
    return None if minor is None else f"{'+' if minor > 0 else ''}{Money(minor, change.spend.currency)}"


def interrupted(journal: Archive, change_sets: Iterable[ChangeSet]) -> Interrupted:
    """What Ctrl-C left: nothing half done that the journal does not know, and each set with what to do about it."""
    stored = [StoredSet.read(journal, change_set) for change_set in reversed(list(change_sets))]
    sent = [_begun(one) for one in stored if any(outcome.attempt for outcome in one.outcomes)]
    waiting = [said for one in stored if (said := _not_begun(one))]
    head = [] if sent else ["Interrupted. Nothing was changed."]
    return Interrupted("\n".join([*head, *sent, *waiting]))


def _begun(stored: StoredSet) -> str:
    counts = Counter(outcome.said for outcome in stored.outcomes)
    set_id, said = stored.change_set.id, ", ".join(f"{number} {word}" for word, number in counts.items())
    on = f"`adsteward apply {set_id}` looks and goes on" if {"unknown", "not sent"} & set(counts) else ""
    back = f"`adsteward undo {set_id}` takes back what is done" if counts["done"] or on else ""
    then = f" {'; then '.join(filter(None, (on, back)))}." if on or back else ""
    return f"Interrupted: {said} (change set {set_id}).{then}"


def _not_begun(stored: StoredSet) -> str:
    """What waits, or was approved and not sent; nothing of what was sent or is not wanted any more."""
    set_id = stored.change_set.id
    if stored.state == "proposed":
        again = f"`adsteward apply {set_id}` shows it again and asks"
        return f"{set_id} still waits: {again}, `adsteward decline {set_id}` withdraws it."
    if stored.state in ("declined", "undone") or any(outcome.attempt for outcome in stored.outcomes):
        return ""
    return f"{set_id} is approved and was not sent: `adsteward apply {set_id}` sends it."
