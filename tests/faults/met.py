"""What histories meet: which edit at which moment, what happens beside each other, and what comes of it."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.faults.account import PERSON

if TYPE_CHECKING:
    from tests.faults.history import History

COVERED: Counter[str] = Counter()
"""What all histories of this test run met."""
SORTS = ("edits", "processes", "folders", "clocks")
_ENDS = {"CONFIRMED": "done", "CONFLICT": "a conflict", "REJECTED": "refused"}


class Met:
    """What one history met."""

    def __init__(self) -> None:
        self.sorts = set[str]()
        self.home_lost = False
        self.thinking = False
        """Whether a person has a question before them."""

    def sort(self, sort: str, what: str) -> None:
        self.sorts.add(sort)
        COVERED[what] += 1

    @property
    def numbers_lost(self) -> bool:
        """Whether neither a state folder nor what is kept outside of it tells which is the newest."""
        return self.home_lost and "folders" in self.sorts

    def edited(self, history: "History", what: str) -> None:
        """A person edited something: what, and how far the sets were then."""
        self.sorts.add("edits")
        for moment in set(_moments(history, thinking=self.thinking)) or {"with nothing open"}:
            COVERED[f"edit {moment}: {what.removeprefix('above ')}"] += 1
            COVERED[f"edit {moment}"] += 1

    def ended(self, history: "History") -> None:
        """What came of it."""
        commits = history.account.commits
        COVERED.update(history.server.seen)
        COVERED["histories"] += 1
        COVERED[f"histories with {len(self.sorts)} of {', '.join(SORTS)}"] += 1
        COVERED["writes that happened"] += sum(c.who != PERSON for c in commits)
        COVERED["edits by a person"] += sum(c.who == PERSON for c in commits)
        updates = Counter(c.key for c in commits if c.verb == "update" and c.who != PERSON)
        COVERED["updates that happened more than once"] += sum(n > 1 for n in updates.values())
        written = {who for _, who, _ in history.server.requested}
        for change_set in history.sets:
            states = {o.state for o in history.observer.outcomes(change_set)}
            COVERED.update(f"sets with something {said}" for state, said in _ENDS.items() if state in states)
            if change_set.id not in written:
                verdict = history.verdicts.get(change_set.id, "never")
                why = (
                    "a conflict"
                    if "CONFLICT" in states
                    else "already so"
                    if "CONFIRMED" in states
                    else verdict
                )
                COVERED[f"sets of which nothing was sent: {why}"] += 1


def _moments(history: "History", *, thinking: bool) -> Iterator[str]:
    """How far each set was that is not finished."""
    written = {who: arrival for arrival, who, _ in history.server.requested}
    answered = {answer.set_id for answer in history.answers if answer.says in ("approved", "beforehand")}
    for change_set in history.sets:
        if all(o.ended for o in history.observer.outcomes(change_set)):
            continue
        id_ = change_set.id
        if id_ == history.at_work:
            ours = written.get(id_, 0) > history.server.began[1]
            yield (
                "while a person thinks"
                if thinking
                else "between writes of a run"
                if ours
                else "in a run before it writes"
            )
        elif id_ not in answered:
            yield "before the approval"
        else:
            yield "between runs that write" if id_ in written else "between approval and first write"
