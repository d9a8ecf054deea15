"""How long a run may wait for Meta in all, who may let it wait longer, and when it must be over."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Event

MAX_WAIT_S = 300.0
SAME_WAIT = 0.1
"""A wait that ends so much later than one a person agreed to, as a share of it, is no other wait to them."""


@dataclass(slots=True)
class _Question:
    """One that is put to a person; whoever comes meanwhile waits for the answer and shares it."""

    wait_s: float
    answer: bool | None = None


@dataclass(slots=True)
class WaitBudget:
    """The waiting of one run, shared by its threads: short waits just happen; beyond the limit a person is asked, or it is over.

    What counts is the time for which the run as a whole waits: waits of parallel calls that overlap count once.
    A wait is counted when it begins, so no two of them are let in by the same seconds. A run that must be over at
    some moment, or that somebody cuts short, makes no further wait and no further request.
    """

    limit_s: float = MAX_WAIT_S
    ask: Callable[[str, float], bool] | None = None
    """Asks a person, with the reason and the seconds; without it the limit is final."""
    clock: Callable[[], float] = time.monotonic
    """Only tells how far waits overlap."""
    waited_s: float = 0.0
    """Up to the end of the waits that have begun."""
    refused_s: float = 0.0
    """The longest wait that was not made."""
    _agreed_s: float = 0.0
    """As `waited_s`: how far a person lets the run go."""
    _same_s: float = 0.0
    """What waits beside one that a person agreed to may add to it."""
    _waits: int = 0
    """Those that have begun and not ended."""
    _last_end: float = 0.0
    """When the last of them will end, by the clock."""
    _question: _Question | None = None
    _parallel: int = 0
    _refused: bool = False
    """A person said no while calls are made in parallel: all of them end."""
    _turn: Condition = field(default_factory=Condition)
    _ends_at: float = math.inf
    _cut: Event = field(default_factory=Event)

    @contextmanager
    def wait(self, reason: str, wait_s: float) -> Iterator[bool]:
        """Whether a wait may be made, which is then made inside. What a person agreed to comes on top of the limit."""
        begun = self._begin(reason, wait_s)
        self.refused_s = self.refused_s if begun else max(self.refused_s, wait_s)
        try:
            yield begun
        finally:
            if begun:
                with self._turn:
                    self._waits -= 1
                    self._same_s = self._same_s if self._waits else 0.0

    @contextmanager
    def parallel(self) -> Iterator[None]:
        """Inside, calls are made in parallel: a no of the person's ends the waiting of them all."""
        with self._turn:
            self._parallel += 1
        try:
            yield
        finally:
            with self._turn:
                self._parallel -= 1
                self._refused = self._refused and self._parallel > 0

    def renew(self) -> None:
        """A new run begins."""
        with self._turn:
            self.waited_s = self._agreed_s = 0.0

    def ends_in(self, wait_s: float) -> None:
        """Something new begins, which must be over in so many seconds."""
        self._ends_at = self.clock() + wait_s
        self._cut.clear()

    def cut(self) -> None:
        """It is over now; whoever rests is woken."""
        self._cut.set()

    @property
    def over(self) -> bool:
        """Whether no further request may be made."""
        return self._cut.is_set() or self.clock() >= self._ends_at

    def rest(self, wait_s: float) -> None:
        """Sleep, unless it is cut short."""
        self._cut.wait(wait_s)

    def _begin(self, reason: str, wait_s: float) -> bool:
        with self._turn:
            if self._cut.is_set() or self.clock() + wait_s > self._ends_at:
                return False
            while not self._refused:
                if self._fits(wait_s):
                    return self._counted(wait_s)
                if self._question is None:
                    break
                question = self._question
                while question.answer is None:
                    self._turn.wait()
                if not question.answer or wait_s <= question.wait_s * (1 + SAME_WAIT):
                    return bool(question.answer) and self._counted(wait_s)
            if self._refused or self.ask is None:
                return False
            self._question = question = _Question(wait_s)
        return self._asked(reason, question)

    def _asked(self, reason: str, question: _Question) -> bool:
        """Ask, while others go on; whatever ends the asking otherwise is a no to those who wait for the answer."""
        said = False
        try:
            said = self.ask is not None and self.ask(reason, question.wait_s)
        finally:
            with self._turn:
                question.answer, self._question = said, None
                if said:
                    self._counted(question.wait_s)
                    self._agreed_s, self._same_s = self.waited_s, question.wait_s * SAME_WAIT
                else:
                    self._refused = self._parallel > 0
                self._turn.notify_all()
        return said

    def _fits(self, wait_s: float) -> bool:
        beside = self._same_s if self._waits else 0.0
        return self.waited_s + self._added(wait_s) <= max(self.limit_s, self._agreed_s) + beside

    def _added(self, wait_s: float) -> float:
        """What a wait adds to those that have begun: all of it, or how much later it ends."""
        if not self._waits:
            return wait_s
        return min(wait_s, max(0.0, self.clock() + wait_s - self._last_end))

    def _counted(self, wait_s: float) -> bool:
        self.waited_s += self._added(wait_s)
        end = self.clock() + wait_s
        self._last_end = max(self._last_end, end) if self._waits else end
        self._waits += 1
        return True
