"""Who decides on a change set: the policy, or whoever is asked where it does not let the set through by itself."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol

from agent.setup.stops import ConfigError
from agent.writes.change_events import Decided, EmitChange
from agent.writes.day import Day
from agent.writes.journal import Journal
from agent.writes.journal_reader import SetState
from agent.writes.policy import Policy, Ruling
from agent.writes.set_states import too_late
from tools.domain.brand_layers import AMOUNTS
from tools.domain.changes import Change, ChangeSet

TRIES = 3
"""How often a set is judged anew because the day moved on while a person thought about it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`later`: nobody is there to ask; the set waits for `adsteward apply ID`."""

    verdict: Literal["approved", "declined", "later"]
    who: str
    reason: str = ""
    over: bool = False
    """A person who saw the whole set typed that it may go over the limits of the day."""
    deletes: bool = False
    """They typed that what it deletes may go for good."""


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
    journal: Journal,
    approver: Approver,
    change_set: ChangeSet,
    policy: Policy,
    emit: EmitChange,
    *,
    again: Callable[[], Policy] | None = None,
) -> Decision:
    """Have what is left of a change set decided, and write down by whom.

    What holds is the judgement in the transaction of the approval: other processes approve at the same time, and
    while a person thinks, the set may be declined elsewhere and `stack.md` get tighter (`again` gives the policy then).
    """
    begun, decision = journal.state(change_set.id), Decision("later", "nobody")
    for _ in range(TRIES):
        if stopped := _stopped(journal, change_set, policy, begun):
            decision = Decision("later", "nobody", stopped)
            break
        ruling = ruling_on(journal, change_set, policy)
        if ruling.decision == "allow":
            decision = Decision("approved", ruling.who, ruling.reason)
        else:
            decision = approver.decide(change_set, ruling)
        if decision.verdict != "approved":
            break
        policy = again() if again else policy
        beforehand = ruling.decision == "allow"
        if not (said := _approve(journal, change_set, policy, decision, begun, beforehand=beforehand)):
            break
        decision = Decision("later", decision.who, said)
    if decision.verdict == "declined":
        journal.decline(change_set, decision.who, decision.reason)
    emit(Decided(change_set.id, decision.verdict, decision.who, decision.reason))
    return decision


def ruling_on(journal: Journal, change_set: ChangeSet, policy: Policy) -> Ruling:
    """How a policy judges what is left of a stored set, as the day is now."""
    return policy.ruling(journal.left(change_set), journal.day(change_set.account, besides=change_set.id))


def _stopped(journal: Journal, change_set: ChangeSet, policy: Policy, begun: SetState) -> str:
    """Why nobody can approve the set any more, or nothing: declined since it was put to a person, or refused by now."""
    if begun != "declined" and journal.state(change_set.id) == "declined":
        return f"{change_set.id} was declined meanwhile. Ask for the change again"
    left = journal.left(change_set)
    meant = "" if _brakes(left) else _meant_otherwise(journal, policy)
    if stopped := too_late(journal, change_set) or meant:
        return stopped
    refused = ((change, policy.refusal(change)) for change in left)
    return next((f"Refused: {change.name!r}: {why}" for change, why in refused if why), "")


def _brakes(changes: Sequence[Change]) -> bool:
    """Whether these are nothing but what `stop` pauses, which no limit holds up."""
    return all(change.emergency for change in changes)


def _meant_otherwise(journal: Journal, policy: Policy) -> str:
    """Why an amount of the settings that names no currency may mean another one by now, or nothing."""
    brand, account = policy.brand, policy.account
    bare = [key for key in AMOUNTS if (amount := getattr(brand, key)) and not amount.currency]
    if brand.currency or not bare:
        return ""
    was = next((one.currency for one in _done(journal, account.id) if not _brakes(one.changes)), "")
    if was in ("", account.currency):
        return ""
    stated = f"{bare[0]} {getattr(brand, bare[0])}"
    return (
        f"{account.id} was in {was} when it was changed last and is in {account.currency} now, and {stated} in"
        f" {brand.file(bare[0])} names no currency. Write `currency: {account.currency}` there when its amounts are right"
    )


def _done(journal: Journal, account: str) -> Iterator[ChangeSet]:
    """What was sent in an account, the last first, whatever became of it since; a set that was altered says nothing."""
    for set_id in journal.done(account):
        with suppress(ConfigError):
            yield journal.change_set(set_id)


def _approve(
    journal: Journal,
    change_set: ChangeSet,
    policy: Policy,
    decision: Decision,
    begun: SetState,
    *,
    beforehand: bool,
) -> str:
    """Record an approval unless something speaks against it by now; gives what does."""

    def objection(changes: Sequence[Change], day: Day) -> str:
        if stopped := _stopped(journal, change_set, policy, begun):
            return stopped
        ruling = policy.ruling(changes, day)
        if beforehand:
            return "" if ruling.decision == "allow" else ruling.reason
        if bool(ruling.over) <= decision.over and bool(ruling.deletes) <= decision.deletes:
            return ""
        return f"{ruling.reason}. {may_pass(change_set, ruling)}"

    return journal.approve(change_set, decision.who, objection)


def may_pass(change_set: ChangeSet, ruling: Ruling) -> str:
    """Who may apply a set for which a yes is not enough, and where."""
    deed = "go over that" if ruling.over else "delete that"
    return f"Only a person at a terminal may {deed}: adsteward apply {change_set.id}"
