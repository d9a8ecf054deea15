"""A text that comes in pieces, broken between words at the width of the window, each line under where it began."""

import re

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from agent.show.broken_lines import has_width
from agent.show.text_tables import fitted

_PIECES = re.compile(r"\n| +|[^ \n]+")
_HANGING = 2


class FlowingText:
    """Shows each word once it is whole; `end` shows what is left."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._word = ""
        self._column = 0
        self._blanks = 0
        self._indent = 0
        self.open = False
        """Whether a line was begun and not ended."""

    def add(self, text: str) -> None:
        """Show more of the text."""
        self.open = self.open or text != ""
        if not has_width(self._console):
            self._put(text)
            return
        for piece in _PIECES.findall(fitted(text, self._width) if "\n" in text else text):
            if piece == "\n":
                self._end_word()
                self._begin_line(0)
            elif piece[0] == " ":
                self._end_word()
                self._blanks += len(piece)
                if self._column == 0:
                    self._indent = self._blanks
            else:
                self._word += piece

    def end(self) -> None:
        """Show the last word, and end the line."""
        self._end_word()
        if self.open:
            self._begin_line(0)
        self.open = False

    @property
    def _width(self) -> int:
        return self._console.width - 1

    def _end_word(self) -> None:
        if not self._word:
            return
        if self._column and self._column + self._blanks + cell_len(self._word) > self._width:
            self._begin_line(self._indent + _HANGING if self._indent else 0)
        self._put(" " * self._blanks + self._word)
        self._column = (self._column + self._blanks + cell_len(self._word)) % self._console.width
        self._word, self._blanks = "", 0

    def _begin_line(self, blanks: int) -> None:
        self._put("\n")
        self._column, self._blanks = 0, blanks
        if not blanks:
            self._indent = 0

    def _put(self, text: str) -> None:
        self._console.print(Text(text), end="", soft_wrap=True)
