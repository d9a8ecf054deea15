"""Which change set an undo or a redo without an id means: what was done last, never by surprise what took something back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.domain.change_kind import Undone
from tools.domain.changes import Change
from tools.domain.text import listed
from tools.domain.tool import Applied, Context


@dataclass(frozen=True, slots=True)
class Meant:
    """The set to take back; without one, `said` is why there is none and what can be done."""

    set_id: str = ""
    said: str = ""


def undo(applied: Sequence[Applied], account: str) -> Meant:
    """What was applied last, unless that was an undo: then nothing, and what could be meant is said."""
    newest = _newest(applied)
    if not newest:
        return Meant(said=f"Nothing was applied in {account} that could be undone.")
    if not _took_back(newest, applied):
        return Meant(newest[0].change_set_id)
    last = newest[0].change_set_id
    return Meant(
        said=f"The last change was taken back already ({last}), and nothing was proposed."
        f" `adsteward undo {last}` makes it again (in a chat: `redo`); {older(applied)}."
    )


def redo(applied: Sequence[Applied]) -> Meant:
    """The undo that was applied last, if nothing was applied after it."""
    newest = _newest(applied)
    if newest and _took_back(newest, applied):
        return Meant(newest[0].change_set_id)
    return Meant(said="The last thing done was no undo, so there is nothing to make again.")


def older(applied: Sequence[Applied]) -> str:
    """What an undo would take back now: the newest set with something left, except those that took something back."""
    left = [a for a in applied if not (a.undone or a.change.restores or a.change.row.undone is Undone.NEVER)]
    if not left:
        return "nothing older is left to take back"
    newest = left[-1].change_set_id
    names = listed([a.change.name for a in left if a.change_set_id == newest])
    return f"next would be {newest}: {names}"


def makes_again(ctx: Context, open_ones: Sequence[Applied]) -> str:
    """That taking this set back does again what it took back; nothing for a set that took nothing back."""
    restored = {a.change.restores for a in open_ones if a.change.restores}
    everything = ctx.ledger.applied(ctx.account.id) if restored else ()
    before = {a.change_set_id for a in everything if a.change.id in restored}
    if not before:
        return ""
    again = listed(sorted(before))
    return f"{open_ones[0].change_set_id} took {again} back, so this does {again} again"


def _newest(applied: Sequence[Applied]) -> list[Applied]:
    """The changes of the set that was applied last."""
    return [a for a in applied if a.change_set_id == applied[-1].change_set_id] if applied else []


def _took_back(newest: Sequence[Applied], applied: Sequence[Applied]) -> bool:
    """Whether a set took something back; one that took back an undo did the first thing again."""
    by_id = {a.change.id: a.change for a in applied}
    return all(_steps_back(a.change, by_id) % 2 == 1 for a in newest)


def _steps_back(change: Change, by_id: Mapping[str, Change]) -> int:
    steps = 0
    while change.restores:
        steps += 1
        if change.restores not in by_id:
            break
        change = by_id[change.restores]
    return steps
