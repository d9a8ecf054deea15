"""One finding of `adsteward doctor` as a value: what is in the way comes first."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tools.domain.text import counted
from tools.graph import AnswerLost
from tools.graph.redact import Redactor

STATES = ("problem", "warning", "fine")


class Check(NamedTuple):
    """One finding; `problem` and `warning` are empty when all is well, and say what to do next when not."""

    what: str
    found: str
    problem: str = ""
    """In the way now: doctor fails."""
    warning: str = ""
    """Soon in the way, or not to be known."""
    hint: str = ""
    """Good to know; nothing has to be done."""

    @property
    def state(self) -> str:
        """The worst of it: problem, warning or fine."""
        return "problem" if self.problem else "warning" if self.warning else "fine"


def without_secrets(checks: Iterable[Check], redactor: Redactor) -> list[Check]:
    """The same findings, fit to be shown."""
    return [Check(*map(redactor.text, check)) for check in checks]


def with_step(said: object, failure: BaseException | None) -> str:
    """What was said of a failure, with what to do next where it says nothing: after an answer that was lost, ask again."""
    lost = isinstance(failure, AnswerLost) and "try again" not in str(said).lower()
    return f"{said} Try again in a minute: `adsteward doctor`." if lost else str(said)


def worst_first(checks: Iterable[Check]) -> list[Check]:
    """Problems, then warnings, then the rest, each in the order they were found."""
    return sorted(checks, key=lambda check: STATES.index(check.state))


def summary(checks: Sequence[Check]) -> str:
    """For example "1 problem, 2 warnings"."""
    counts = {state: sum(check.state == state for check in checks) for state in ("problem", "warning")}
    said = [counted(n, state) for state, n in counts.items() if n]
    return ", ".join(said) or "All is well."
