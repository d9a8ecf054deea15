"""One finding of `adsteward doctor` as a value, and all of them on a screen: what is in the way comes first."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rich.table import Table

MARKS = {"problem": ("✗", "red"), "warning": ("!", "yellow"), "fine": ("✓", "green")}


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


def worst_first(checks: Iterable[Check]) -> list[Check]:
    """Problems, then warnings, then the rest, each in the order they were found."""
    return sorted(checks, key=lambda check: list(MARKS).index(check.state))


def summary(checks: Sequence[Check]) -> str:
    """For example "1 problem, 2 warnings"."""
    counts = {state: sum(check.state == state for check in checks) for state in ("problem", "warning")}
    said = [f"{n} {state}{'' if n == 1 else 's'}" for state, n in counts.items() if n]
    return ", ".join(said) or "All is well."


def table(checks: Iterable[Check]) -> "Table":
    """The findings with their next steps below them."""
    from rich.table import Table
    from rich.text import Text

    from agent.show.screen import clean_lines

    grid = Table.grid(padding=(0, 1))
    for check in worst_first(checks):
        mark, style = MARKS[check.state]
        grid.add_row(Text(mark, style=style), Text(clean_lines(check.what)), Text(clean_lines(check.found)))
        for text, text_style in ((check.problem, "red"), (check.warning, "yellow"), (check.hint, "dim")):
            if text:
                grid.add_row("", "", Text(f"→ {clean_lines(text)}", style=text_style))
    return grid
