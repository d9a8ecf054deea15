"""Who decides on a change set that the policy does not let through by itself."""

from dataclasses import dataclass
from typing import Literal, Protocol

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
    """Approves nothing: the set is kept for a person."""

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision:  # noqa: ARG002 - the answer is always the same
        return Decision("later", "nobody", ruling.reason)


class Standing:
    """A decision that a person made beforehand, outside of the model's reach."""

    def __init__(self, who: str) -> None:
        self._who = who

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision:  # noqa: ARG002 - decided already
        return Decision("approved", self._who)
