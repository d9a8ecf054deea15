"""How long a run may wait for Meta in all, and who may let it wait longer."""

from collections.abc import Callable
from dataclasses import dataclass

MAX_WAIT_S = 300.0


@dataclass(slots=True)
class Patience:
    """The waiting of one run: short waits just happen; beyond the limit a person is asked, or it is over."""

    limit_s: float = MAX_WAIT_S
    ask: Callable[[str, float], bool] | None = None
    """Asks a person, with the reason and the seconds; without it the limit is final."""
    waited_s: float = 0.0
    _granted_s: float = 0.0

    def allows(self, reason: str, wait_s: float) -> bool:
        """Whether this wait may begin. What a person agreed to comes on top of the limit."""
        if self.waited_s + wait_s <= self.limit_s + self._granted_s:
            return True
        if self.ask is None or not self.ask(reason, wait_s):
            return False
        self._granted_s = self.waited_s + wait_s - self.limit_s
        return True

    def renew(self) -> None:
        """A new run begins."""
        self.waited_s = self._granted_s = 0.0
