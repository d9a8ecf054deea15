"""Who decides on a change set: the policy, or whoever is asked where it does not let the set through by itself."""

from dataclasses import dataclass
from typing import Literal, Protocol

from agent.writes.change_events import Decided, EmitChange
from agent.writes.journal import Journal
from agent.writes.policy import Ruling
from tools.domain.changes import ChangeSet


@dataclass(frozen=True, slots=True)
class Decision:
    """`later`: nobody is there to ask; the set waits for `adsteward apply ID`."""

    verdict: Literal["approved", "declined", "later"]
    who: str
    reason: str = ""


class Approver(Protocol):
    """Asked once per change set."""

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision: ...


class Nobody:
    """Approves nothing: the set is kept for a person. `why` says why none was asked."""

    def __init__(self, why: str = "") -> None:
        self._why = why

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision:  # noqa: ARG002 - the answer is always the same
        return Decision("later", "nobody", "; ".join(filter(None, (ruling.reason, self._why))))


class DecidedBefore:
    """Gives a decision that a person made elsewhere or beforehand, outside of the model's reach."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision:  # noqa: ARG002 - decided already
        return self._decision


def approved_by(who: str) -> DecidedBefore:
    """What `who` said yes to beforehand."""
    return DecidedBefore(Decision("approved", who))


def decide(
    journal: Journal, approver: Approver, change_set: ChangeSet, ruling: Ruling, emit: EmitChange
) -> Decision:
    """Have a change set decided, and write down by whom."""
    if ruling.decision == "allow":
        decision = Decision("approved", "policy", ruling.reason)
    else:
        decision = approver.decide(change_set, ruling)
    if decision.verdict == "approved":
        journal.approve(change_set, decision.who)
    elif decision.verdict == "declined":
        journal.decline(change_set, decision.who, decision.reason)
    emit(Decided(change_set.id, decision.verdict, decision.who, decision.reason))
    return decision
