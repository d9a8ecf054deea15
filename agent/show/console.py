"""Asks the person at the terminal."""

import math
from datetime import UTC, datetime, timedelta

from agent.show.keyboard import typed
from agent.show.screen import Screen
from agent.writes.approval import Decision
from agent.writes.policy import Ruling
from tools.domain.changes import ChangeSet
from tools.domain.text import clean
from tools.graph.redact import Redactor

YES = frozenset({"y", "yes", "ja", "oui", "si"})
NO = frozenset({"n", "no", "nein", "non"})
LATER = frozenset({"", "l", "later"})
OVER = "over"
"""What a person types to go over the limits of the day; no other word does."""
WHO = "the person at the terminal"


class ConsoleApprover:
    """Asks once per change set; only a clear yes approves. Other words decline, and the model is told them."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision:
        self._screen.say(f"  {ruling.reason}.", style="yellow")
        while True:
            try:
                said = typed(self._screen.out, _question(change_set, ruling))
            except EOFError:
                return Decision("later", "nobody", "no answer at the terminal")
            word = said.lower().rstrip(".!")
            if word in YES and ruling.over:
                self._screen.say(
                    f"  A yes is not enough here: {OVER} goes over the limits of 24 hours.", style="yellow"
                )
                continue
            if word in YES or (word == OVER and ruling.over):
                return Decision("approved", WHO, over=bool(ruling.over))
            if word in LATER:
                return Decision("later", WHO, "put off")
            return Decision("declined", WHO, "" if word in NO else Redactor().tokens(said))

    def waits(self, reason: str, wait_s: float) -> bool:
        """Whether the person agrees to a long wait, which is safe to end at any moment."""
        until = datetime.now(UTC).astimezone() + timedelta(seconds=wait_s)
        spelled = f"{wait_s:.0f} s" if wait_s < 90 else f"{math.ceil(wait_s / 60)} min"
        question = f"  A wait of {spelled}, until {until:%H:%M:%S} ({clean(reason)}). Wait? [y]es, [n]o: "
        try:
            return typed(self._screen.out, question).lower().rstrip(".!") in YES
        except EOFError:
            return False


def _question(change_set: ChangeSet, ruling: Ruling) -> str:
    many = len(change_set.changes)
    these = "this change" if many == 1 else f"these {many} changes"
    how = f"Type {OVER} to apply {these} all the same," if ruling.over else f"Apply {these}? [y]es,"
    return f"  {how} [n]o, [l]ater, or say why not: "
