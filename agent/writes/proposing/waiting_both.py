"""What several sets that wait are about: each of them counts it, and only the first that is applied changes it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tools.domain.changes import Change
from tools.domain.text import listed, marked


@dataclass(frozen=True, slots=True)
class Shared:
    """The names of what a set shares with others that wait, and the ids of those."""

    names: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """In a sentence; nothing where nothing is shared."""
        wait = "waits" if len(self.names) == 1 else "wait"
        names = listed([f"“{marked(name)}”" for name in self.names], most=3)
        sets = listed(self.sets, most=3)
        return f"{names} {wait} in {sets} as well: counted there and here, done once" if self.sets else ""


NOTHING = Shared()


def shared(changes: Sequence[Change], others: Iterable[tuple[str, Iterable[Change]]]) -> Shared:
    """What these changes set that those of other sets, by their ids, set as well, to whatever it is."""
    own, names, sets = _about(changes), dict[str, None](), list[str]()
    for set_id, theirs in others:
        if found := own.keys() & _about(theirs).keys():
            sets.append(set_id)
            names |= dict.fromkeys(name for key, name in own.items() if key in found)
    return Shared(tuple(names), tuple(sets))


def shared_by_set(waiting: Mapping[str, tuple[object, Sequence[Change]]]) -> dict[str, Shared]:
    """For each set by its id, what it shares with the others of its place; of each the place and what is left to do."""
    holders: defaultdict[tuple[object, tuple[str, str]], list[str]] = defaultdict(list)
    for set_id, (place, changes) in waiting.items():
        for key in _about(changes):
            holders[place, key].append(set_id)
    told = dict[str, Shared]()
    for set_id, (place, changes) in waiting.items():
        beside = {other for key in _about(changes) for other in holders[place, key] if other != set_id}
        told[set_id] = shared(changes, [(i, waiting[i][1]) for i in waiting if i in beside])
    return told


def _about(changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """Which field of which object, and how that is called."""
    return {(c.target, field): c.name for c in changes if c.target and not c.creates for field in c.after}
