"""What happens to a change set, as values: proposed, decided, sent, come to rest, put down."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.writes.journal_reader import Outcome
from tools.domain.change_kind import Undone
from tools.domain.changes import ChangeSet
from tools.domain.kinds import Kind


@dataclass(frozen=True, slots=True)
class Proposed:
    change_set: ChangeSet
    ruling: str
    cost: str = ""
    """What it takes of Meta's allowance."""


@dataclass(frozen=True, slots=True)
class Decided:
    change_set_id: str
    decision: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class NotNewest:
    """The journal is not known to be the newest: what waits in it may have been sent from elsewhere."""

    change_set_id: str
    said: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far apply has come."""

    change_set_id: str
    done: int
    of: int
    kind: Kind | None = None
    """The kind of change that was sent last."""
    of_kind: tuple[int, int] = (0, 0)
    """How many of that kind are done, and how many there are."""
    failed: int = 0
    left_s: float = 0.0
    """Seconds that the rest takes at the pace so far."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of a change set after apply."""

    change_set_id: str
    state: str
    outcomes: tuple[Outcome, ...]
    failure: str = ""
    """Why it stopped before the end, if it did."""
    fatal: bool = False
    """Whether no further call can help: the token is dead or Meta has locked something."""
    held: bool = False
    """Whether it stopped because this run may not wait any longer, and not because Meta refused."""

    @property
    def nothing_done(self) -> bool:
        return not any(outcome.state in ("CONFIRMED", "SENT") for outcome in self.outcomes)

    @property
    def complete(self) -> bool:
        return self.state == "applied"

    @property
    def left(self) -> tuple[str, ...]:
        """What was made for something that could not be made, in a sentence each: nothing else of the set uses it."""
        refused = {o.change.id for o in self.outcomes if o.state in ("REJECTED", "CONFLICT")}
        told = []
        for made in self.outcomes:
            change = made.change
            users = {o.change.id for o in self.outcomes if change.id in o.change.depends_on}
            if made.state == "CONFIRMED" and change.creates and users and users <= refused:
                back = f"`adsteward undo {self.change_set_id}` takes it back"
                end = change.undo_note if change.row.undone is Undone.NEVER else back
                told.append(
                    f"{change.row.creates} is left that nothing uses, “{change.name}” ({made.target}): {end}"
                )
        return tuple(told)


@dataclass(frozen=True, slots=True)
class LaunchedAd:
    """One ad of a launch, as its results are kept and shown."""

    launch: str
    name: str
    outcome: str
    adset_id: str
    image_hashes: tuple[str, ...] = ()
    creative_id: str = ""
    ad_id: str = ""
    made_at: str = ""
    preview_url: str = ""
    manager_url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Landed:
    """Where the results of a launch were put."""

    change_set_id: str
    ads: tuple[LaunchedAd, ...]
    files: tuple[str, ...]
    problems: tuple[str, ...] = ()


ChangeEvent = Proposed | Decided | NotNewest | Progress | Settled | Landed
EmitChange = Callable[[ChangeEvent], None]
