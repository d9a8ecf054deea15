"""Some changes of a set as a set of their own, to be shown and approved by itself."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from agent.setup.stops import ConfigError
from tools.domain.changes import Change, ChangeSet, Spend, marker_of
from tools.domain.spend import ELSEWHERE
from tools.domain.text import counted, listed, marked, visible

UNKNOWN = "was counted with a change that is left out"


def part_of(whole: ChangeSet, numbers: Collection[int], *, run_id: str, at: datetime, who: str) -> ChangeSet:
    """The changes of these numbers, from 1 on, as a new set; each gets an id and a marker of its own.

    A part is shown for itself: what one of them is worth is not known where it was counted with one that is left
    out, and what was noted on nothing but those is no note on these.
    Raises ConfigError when none or all are chosen, or one that builds on another that is not.
    """
    chosen = [change for number, change in enumerate(whole.changes, 1) if number in numbers]
    if not chosen or len(chosen) == len(whole.changes):
        some = "all of it: approve the set itself" if chosen else "no change: choose at least one"
        raise ConfigError(f"That is {some}. Nothing was changed.")
    left_out = {change.id: change for change in whole.changes if change not in chosen}
    for change in chosen:
        if missing := [c for i, c in left_out.items() if i in (*change.depends_on, change.made_by)]:
            names = listed([f"“{visible(other.name)}”" for other in missing])
            raise ConfigError(
                f"“{visible(change.name)}” builds on {names}: choose that as well. Nothing was changed."
            )
    renamed = {change.id: f"{run_id}.part.{index}" for index, change in enumerate(chosen)}
    markers = {change.marker: marker_of(renamed[change.id]) for change in chosen if change.marker}
    of = f"{counted(len(chosen), 'change')} of {len(whole.changes)}"
    notes = [note for note in whole.notes if not _about(note, left_out.values()) or _about(note, chosen)]
    on_all = "; what follows was noted on all" if notes else ""
    fields = {name: getattr(whole, name) for name in ChangeSet.model_fields}
    return ChangeSet(  # not a copy, which would keep the digest
        **fields
        | {
            "run_id": run_id,
            "created_at": at.isoformat(),
            "changes": tuple(
                _renamed(change, renamed, markers, _alone(change, chosen, whole.changes)) for change in chosen
            ),
            "notes": (f"Part of {whole.id}, {of}, chosen by {who}{on_all}", *notes),
        }
    )


def _about(note: str, changes: Iterable[Change]) -> bool:
    """Whether a note names one of these changes, by its object or its name."""
    said = {text for change in changes for text in (change.target, *_quoted(change.name)) if text}
    return any(text in note for text in said)


def _quoted(name: str) -> tuple[str, str]:
    return f"“{name}”", f"“{marked(name)}”"


def _renamed(change: Change, ids: Mapping[str, str], markers: Mapping[str, str], spend: Spend) -> Change:
    def anew(value: Any) -> Any:
        if isinstance(value, str):
            for old, new in markers.items():
                value = value.replace(old, new)
            return ids.get(value, value)
        if isinstance(value, dict):
            return {key: anew(inner) for key, inner in value.items()}
        return [anew(inner) for inner in value] if isinstance(value, list) else value

    made = Change.model_validate(anew(change.model_dump(mode="json")))
    return made.model_copy(update={"spend": spend})


def _alone(change: Change, chosen: Sequence[Change], whole: Sequence[Change]) -> Spend:
    """What a change is worth beside those that are chosen; what counts it may be any that is about the same objects."""
    if not _counted_elsewhere(change):
        return change.spend
    names = set(change.names)
    counting = [other for other in whole if names & set(other.names) and not _counted_elsewhere(other)]
    if counting and all(other in chosen for other in counting):
        return change.spend
    return change.spend.model_copy(update={"daily_minor": None, "stays_minor": 0, "note": UNKNOWN})


def _counted_elsewhere(change: Change) -> bool:
    return change.spend.note.rpartition(": ")[2] in ELSEWHERE
