"""What hosts are told, as plain values."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.hosts import plain_lines
from agent.run.report import Report, StoredSet
from agent.run.session import Session
from agent.run.turn import standing
from agent.setup.stops import Exit
from tools.domain.changes import ChangeSet
from tools.domain.tool import Picture

CALL_S = 50.0
"""A call makes no request after this time: hosts give up after a minute."""
BEGUN = ("approved", "applying", "partly_applied", "failed")
OVERDUE = (
    "Meta did not answer this call in time. Nothing was changed by it. Ask for less at once, such as a shorter period,"
    " or try again in a minute."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a call."""

    content: dict[str, Any]
    is_error: bool = False
    pictures: tuple[Picture, ...] = ()


def wrong(text: str, status: str = "error") -> Answer:
    """A call that did not work, with how it ended."""
    return Answer({"status": status, "error": text}, is_error=True)


def refused(report: Report) -> Answer:
    """A call that came to nothing: how it ended, in the words of `adsteward tool`, and what was refused."""
    refusals = [refused.as_json() for refused in report.refusals]
    content = {"status": report.status, "error": report.answer}
    return Answer(content | ({"refusals": refusals} if refusals else {}), is_error=True)


def waiting(session: Session, stored: StoredSet, notes: Sequence[str]) -> Answer:
    """A change set that needs a person's approval, with all they must see."""
    change_set = stored.change_set
    content: dict[str, Any] = {
        "status": "needs_approval",
        "change_set_id": change_set.id,
        "digest": change_set.digest,
        "table": plain_lines.held(change_set),
        "in_a_terminal": command(session, change_set.id),
    }
    return Answer(
        content | ({"notes": [plain_lines.safe(note, width=500) for note in notes]} if notes else {})
    )


def approval_required(session: Session, change_set_id: str, why: str) -> Answer:
    """Nobody approved: nothing was done, and how a person can."""
    return Answer(
        {
            "status": "approval_required",
            "change_set_id": change_set_id,
            "reason": f"{why} Nothing was changed.",
            "in_a_terminal": command(session, change_set_id),
        }
    )


def too_long(session: Session, change_set: ChangeSet) -> Answer:
    """A set that a host's question cannot hold is not approved there."""
    why = "The set is too long for one question, so it cannot be approved here: read and approve it in a terminal."
    told = approval_required(session, change_set.id, why)
    return Answer(told.content | {"table": plain_lines.held(change_set)})


def for_terminal(session: Session, change_set: ChangeSet, why: str) -> Answer:
    """A set over the limits of the day, or one that deletes: no host may approve it, a person at a terminal may."""
    said = f"{why[:1].upper()}{why[1:]}. In a terminal a person can approve that; in this chat nobody can."
    told = approval_required(session, change_set.id, plain_lines.safe(said, width=1000))
    shown = {"digest": change_set.digest, "table": plain_lines.held(change_set)}
    return Answer(told.content | shown)


def settled(stored: StoredSet) -> Answer:
    """Where a decided change set stands, change by change."""
    done, left = list[dict[str, str]](), list[dict[str, str]]()
    all_of_it = {outcome.change.id: outcome for outcome in stored.outcomes}
    for outcome in stored.outcomes:
        name = plain_lines.safe(outcome.change.name)
        if outcome.said == "done":
            told = {
                key: plain_lines.safe(text, width=500) for key, text in standing(outcome, all_of_it).items()
            }
            done.append({"name": name, "id": outcome.target, **told})
        else:
            note = {"note": plain_lines.safe(outcome.note, width=500)} if outcome.note else {}
            left.append({"name": name, "outcome": outcome.said} | note)
    content: dict[str, Any] = {
        "status": stored.state,
        "change_set_id": stored.change_set.id,
        "digest": stored.change_set.digest,
    }
    if any(o.said in ("not sent", "unknown") for o in stored.outcomes) and stored.state in BEGUN:
        content["next"] = (
            f"Call apply_changes with {stored.change_set.id} again: it looks first, sends nothing twice and goes on."
            f" A call ends after {CALL_S:.0f} s; what is unknown by then is looked for by the next."
        )
    return Answer(content | ({"done": done} if done else {}) | ({"not_done": left} if left else {}))


def overdue(stored: StoredSet, call_s: float) -> Answer:
    """Where a set stands whose call was not over in time."""
    said = (
        f"This call was not over after {call_s:.0f} s. It sends nothing more; a request that is still out puts its outcome"
        " into the journal when it is answered."
    )
    return Answer(settled(stored).content | {"answer": said}, is_error=True)


def applied(session: Session, report: Report) -> Answer:
    """What became of a set that was to be applied."""
    (stored,) = report.change_sets
    if stored.state == "proposed":
        why = plain_lines.safe(report.answer or "Nobody approved it.", width=1000)
        return approval_required(session, stored.change_set.id, why)
    told = settled(stored)
    content = told.content | (
        {"answer": plain_lines.safe(report.answer, width=2000)} if report.answer else {}
    )
    return Answer(content, is_error=report.exit_code not in (Exit.DONE, Exit.APPROVAL))


def command(session: Session, change_set_id: str) -> str:
    """The exact line with which a person applies a set in a terminal."""
    workspace = session.settings.workspace
    usual = workspace == Path.home() / ".adsteward"
    return f"adsteward apply {change_set_id}" + (
        "" if usual else f" --workspace {shlex.quote(str(workspace))}"
    )
