"""The first five minutes of a new person, as a terminal of 80 columns and 24 lines shows them.

`python -m tests.docs.first_minutes` writes docs/first-five-minutes.md anew; a test follows the same steps.
"""

import io
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from agent.cli.entry import _guarded

PAGE = Path(__file__).parents[2] / "docs" / "first-five-minutes.md"
COLUMNS, LINES = 80, 24
PROMPT = "\n> "
ASKED = "Apply these 7 changes? [y]es, [l]ater, or [n]o and why not: "


HEAD = (
    "What a new person sees in a terminal of 80 columns and 24 lines; what scrolled away is `⋮`. With an account of your own:",
    "`adsteward init`, `adsteward login`, then the same. (`.venv/bin/python -m tests.docs.first_minutes` writes this page anew.)",
)


class Step(NamedTuple):
    """What is typed, why, and what must then be on the screen."""

    typed: str
    why: str
    shows: str
    answers: Sequence[str] = ()


TALK = (
    Step("how are my ads doing?", "A question in your words. Each line rests on figures that were read just now.", "Next: "),
    Step("pause underperforming ads", "A wish to change something is shown whole before anything is sent. `y` does it.", "read back", ("y",)),
    Step("/undo", "What was done can be taken back; that is shown and asked in the same way.", "read back", ("y",)),
    Step("spend by campaign last month", "Figures of any period, by whatever they can be split.", "Complete: all"),
    Step("/export spend.csv", "The last table as a file.", "spend.csv: 4 rows"),
    Step("/help", "What can be typed beside requests.", "/resume"),
    Step("/quit", "The talk is kept, and says how it goes on.", "goes on with this talk"),
)  # fmt: skip
COMMANDS = (
    Step("adsteward sessions", "The talks that can go on.", "adsteward chat --resume ID"),
    Step(
        'adsteward --sandbox "what was rejected and why?"', "One question without a talk.", "Account Quality"
    ),
)


class Keyboard(io.StringIO):
    """A terminal into which lines are typed, each shown as it is typed."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines: Iterator[str] = iter(lines)

    def isatty(self) -> bool:
        """It is one."""
        return True

    def readline(self, *_: object) -> str:
        """The next line, or its end."""
        line = next(self._lines, "")
        sys.stdout.write(f"{line}\n")
        return f"{line}\n" if line else ""


def shown(arguments: Sequence[str], typed: Sequence[str] = ()) -> str:
    """What a command shows at a terminal while these lines are typed."""
    out = io.StringIO()
    with patch("sys.stdin", Keyboard(typed)), redirect_stdout(out), redirect_stderr(out):
        _guarded(list(arguments))
    return out.getvalue()


def captures() -> Iterator[tuple[str, Step, str]]:
    """Every step with the command line it stands in, and what the terminal shows."""
    typed = [line for step in TALK for line in (step.typed, *step.answers)]
    told = shown(("--sandbox", "--model", "offline"), typed).split(PROMPT)
    begins, parts = told[0], told[1:]
    start = Step(
        "adsteward --sandbox",
        "A demo account, without any key. `SANDBOX` stands above each line.",
        "Ask in your words",
    )
    yield "$ ", start, begins
    for step, part in zip(TALK, parts, strict=True):
        before, asked, after = part.removeprefix(f"{step.typed}\n").partition(ASKED)
        if asked:
            yield "> ", step._replace(shows=ASKED), before + asked
            yield (
                ASKED,
                Step(*step.answers, "Then it is sent, and read back.", step.shows),
                after.removeprefix("y\n"),
            )
        else:
            yield "> ", step, before
    for step in COMMANDS:
        words = [word.strip('"') for word in step.typed.removeprefix("adsteward ").split(" ", 1)]
        more = ["--model", "offline"] if len(words) > 1 else []
        yield "$ ", step, shown([*words, *more])


def screen(mark: str, step: Step, text: str) -> str:
    """The last lines of a capture, as the window has room for them. Raises AssertionError for one that shows something else."""
    assert step.shows in " ".join(text.split()) or step.shows in text, (step, text)
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    first = f"{mark}{step.typed}"
    room = LINES - 2
    kept = lines if len(lines) <= room else ["  ⋮", *lines[1 - room :]]
    return "\n".join([first, *kept])


def page() -> str:
    """The page."""
    parts = ["# The first five minutes", "", *HEAD]
    for mark, step, text in captures():
        parts += ["", step.why, "", "```text", screen(mark, step, text), "```"]
    return "\n".join([*parts, ""])


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as home:
        here = Path.cwd()
        os.chdir(home)
        given = {"HOME": home, "COLUMNS": str(COLUMNS), "LINES": str(LINES), "TERM": "dumb", "NO_COLOR": "1"}
        with patch.dict(os.environ, given):
            text = page().replace(home, "~")
        os.chdir(here)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
