"""Asks the person at the terminal."""

import math
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.text import Text

from agent.show.broken_lines import put
from agent.show.heard import WORDS, Answer, heard
from agent.show.keyboard import TRIES, typed
from agent.show.screen import Screen
from agent.writes.approval import Decision
from agent.writes.policy import DELETE, OVER, Ruling
from tools.domain.changes import ChangeSet
from tools.domain.text import clean
from tools.graph.redact import Redactor

WHO = "the person at the terminal"
_DEEDS = {OVER: "goes over the limits of 24 hours", DELETE: "deletes for good"}
STOPPED = (
    "Stopped: nothing is sent, and the set still waits."
    " The emergency brake, which pauses ads, is `stop` as a request of its own."
)


class ConsoleApprover:
    """Asks once per change set; a clear yes approves, a clear no declines, and with any other word it asks again."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision:
        self._screen.say(f"  {ruling.reason[:1].upper()}{ruling.reason[1:]}.", style="yellow")
        for _ in range(TRIES):
            try:
                said = typed(self._screen.out, _question(change_set, ruling))
            except EOFError:
                return Decision("later", "nobody", "no answer at the terminal")
            answer, why = heard(said, change_set.id)
            if decision := _decisions(ruling, why).get(answer):
                if answer is Answer.STOP:
                    self._screen.say(f"  {STOPPED}", style="yellow")
                return decision
            self._screen.say(f"  {_answers(answer, ruling)}", style="yellow")
        return Decision("later", WHO, "no clear yes and no clear no")

    def waits(self, reason: str, wait_s: float) -> bool:
        """Whether the person agrees to a long wait, which is safe to end at any moment."""
        self._screen.quiet()
        until = datetime.now(UTC).astimezone() + timedelta(seconds=wait_s)
        spelled = f"{wait_s:.0f} s" if wait_s < 90 else f"{math.ceil(wait_s / 60)} min"
        question = f"  A wait of {spelled}, until {until:%H:%M:%S} ({clean(reason)}). Wait? [y]es, [n]o: "
        return agreed(self._screen.out, question)


def agreed(console: Console, question: str) -> bool:
    """Whether a person says a clear yes; what is neither a yes nor a no is asked again, a few times."""
    for _ in range(TRIES):
        try:
            answer = heard(typed(console, question)).answer
        except EOFError:
            return False
        if answer not in (Answer.UNCLEAR, *WORDS.values()):
            return answer is Answer.YES
        put(console, Text("  That is neither a yes nor a no: y or n.", style="yellow"))
    return False


def _decisions(ruling: Ruling, why: str) -> dict[Answer, Decision]:
    """What each answer decides; one that is not here decides nothing."""
    return {
        WORDS.get(ruling.word, Answer.YES): Decision(
            "approved", WHO, over=bool(ruling.over), deletes=bool(ruling.deletes)
        ),
        Answer.NO: Decision("declined", WHO, Redactor().tokens(why)),
        Answer.LATER: Decision("later", WHO, "put off"),
        Answer.STOP: Decision("later", WHO, "stopped at the question"),
    }


def _answers(answer: Answer, ruling: Ruling) -> str:
    """What answers there are, after one that was none."""
    if ruling.word:
        not_enough = "A yes is not enough here" if answer is Answer.YES else "That is no answer"
        return f"{not_enough}: {ruling.word} {_DEEDS[ruling.word]}, n declines, l leaves it waiting."
    return "That is neither a yes nor a no: y applies, n declines, l leaves it waiting."


def _question(change_set: ChangeSet, ruling: Ruling) -> str:
    many = len(change_set.changes)
    these = "this change" if many == 1 else f"these {many} changes"
    how = f"Type {ruling.word} to apply {these} all the same," if ruling.word else f"Apply {these}? [y]es,"
    return f"  {how} [l]ater, or [n]o and why not: "
