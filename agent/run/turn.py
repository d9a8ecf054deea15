"""What became of the changes of a turn, as the model is told: what was made, where it stands, what a budget was and is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.writes.approval import Decision
from agent.writes.change_events import Settled
from agent.writes.journal_reader import Outcome
from tools.domain.change_kind import Limit, Undone
from tools.domain.changes import Change, ChangeSet
from tools.domain.money import Money, moved
from tools.domain.objects import NOUNS, called
from tools.domain.references import NEW


@dataclass(frozen=True, slots=True)
class Turn:
    """The change set of a turn's calls, what was decided on it, and what became of it."""

    change_set: ChangeSet
    decision: Decision
    applied: Settled | None
    """None while it waits for approval, or was declined."""
    asked: tuple[Change, ...]
    """The changes as this turn made them, in the order of the set, which may be that of an equal call."""

    def content(self, changes: Iterable[Change]) -> dict[str, Any]:
        """What the model is told, about the changes of one call."""
        told: dict[str, Any] = {"change_set": self.change_set.id}
        asked_for = {change.id for change in changes}
        pairs = zip(self.asked, self.change_set.changes, strict=True)
        mine = [change for own, change in pairs if own.id in asked_for]
        change_ids = {change.id for change in mine}
        budgets = [budget for change in mine if (budget := _budget(change))]
        moves = {"budgets": budgets} if budgets else {}
        if self.applied is None:
            state = "declined" if self.decision.verdict == "declined" else "waiting for approval"
            return told | {
                "state": f"{state}; nothing was changed",
                "reason": self.decision.reason,
                "changes": [change.name for change in mine],
                **moves,
            }
        all_of_it = {outcome.change.id: outcome for outcome in self.applied.outcomes}
        outcomes = [o for o in self.applied.outcomes if o.change.id in change_ids]
        told |= {"state": self.applied.state, "changes": [_told(o, all_of_it) for o in outcomes], **moves}
        if all(outcome.change.row.undone is Undone.NEVER for outcome in self.applied.outcomes):
            told["undo"] = "cannot be taken back"
        if left := self.applied.left:
            told["left"] = list(left)
        return told | ({"stopped": self.applied.failure} if self.applied.failure else {})


def _told(outcome: Outcome, beside: Mapping[str, Outcome]) -> dict[str, Any]:
    """One change: what it is about, what came of it, and where that stands."""
    change = outcome.change
    told = {"name": change.name, "outcome": outcome.said, **standing(outcome, beside)}
    told |= ({"id": change.target} if change.target else {}) | outcome.result
    return told | ({"note": outcome.note} if outcome.note else {})


def standing(outcome: Outcome, beside: Mapping[str, Outcome]) -> dict[str, str]:
    """What a change is about: an ad, a creative; when it is done, its status and the campaign and ad set it stands in."""
    told = {"kind": _kind(outcome.change)}
    if outcome.said == "done":
        told["status"] = _status(outcome, beside.values())
        told["in"] = " › ".join(_place(part, beside) for part in outcome.change.where)
    return {key: text for key, text in told.items() if text}


def _kind(change: Change) -> str:
    """An ad, an ad set, a creative, an image."""
    return NOUNS[change.level] if change.level else change.row.creates.partition(" ")[2]


def _status(outcome: Outcome, beside: Iterable[Outcome]) -> str:
    """The status it has now: what was made may have been activated by a later change of the set."""
    later = [o for o in beside if o.change.made_by == outcome.change.id and o.said == "done"]
    return next((o.change.after["status"] for o in later), outcome.change.after.get("status", ""))


def _place(part: str, beside: Mapping[str, Outcome]) -> str:
    """What it stands in, with the id that was given meanwhile."""
    for other in beside.values():
        name, made = other.change.name, other.result.get("id")
        if made and part in (called(name, name), called(name, f"{NEW}{name}")):
            return called(name, str(made))
    return part


def _budget(change: Change) -> dict[str, str]:
    """From what to what a budget moves, and where it sits; nothing for another change."""
    if change.row.limit is not Limit.BUDGET_STEP or not change.level:
        return {}
    ((field, after),) = change.after.items()
    now, then = (Money(int(text), change.spend.currency) for text in (change.before[field], after))
    told = {"name": change.name, "id": change.target, "sits_on": NOUNS[change.level], "field": field}
    told |= {"before": now.said, "after": then.said, "percent": moved(now, then)}
    return told | ({"in": " › ".join(change.where)} if change.where else {})
