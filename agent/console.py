"""Asks the person at the terminal."""

from agent.approval import Decision
from agent.policy import Ruling
from agent.screen import Screen
from tools.changes import ChangeSet

YES = frozenset({"y", "yes", "ja", "oui", "si"})
NO = frozenset({"n", "no", "nein", "non"})
LATER = frozenset({"", "l", "later"})


class ConsoleApprover:
    """Asks once per change set; only a clear yes approves. Other words decline, and the model is told them."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision:
        self._screen.say(f"  {ruling.reason}.", style="yellow")
        noun = "change" if len(change_set.changes) == 1 else f"{len(change_set.changes)} changes"
        question = f"  Apply this {noun}? [y]es, [n]o, [l]ater, or say why not: "
        if len(change_set.changes) > 1:
            question = question.replace("this", "these")
        try:
            said = self._screen.out.input(question, markup=False).strip()
        except EOFError:
            return Decision("later", "nobody", "no answer at the terminal")
        word = said.lower().rstrip(".!")
        if word in YES:
            return Decision("approved", "the person at the terminal")
        if word in LATER:
            return Decision("later", "the person at the terminal", "put off")
        return Decision("declined", "the person at the terminal", "" if word in NO else said)
