"""What is left of the changes of a period: what was made and taken back within it is no change that a client asks about."""

from collections.abc import Sequence
from dataclasses import replace

from tools.domain.tool import Applied


def left_of(applied: Sequence[Applied]) -> tuple[tuple[Applied, ...], int]:
    """The changes that still hold, or were taken back later, oldest first; and how many others were taken back."""
    left = {one.change.id: one for one in applied}
    for one in reversed(applied):
        restores = one.change.restores
        if one.change.id in left and restores in left:
            undo, again = left.pop(restores), left.pop(one.change.id)
            if first := left.get(undo.change.restores):
                left[first.change.id] = replace(first, undone=again.undone)
    known = {one.change.id for one in applied}
    gone = [one for one in applied if one.change.id not in left and one.change.restores not in known]
    return tuple(left.values()), len(gone)
