"""Text that comes in pieces keeps whole words at any width, and a table that is too wide is told row by row."""

import io

import pytest
from rich.console import Console

from agent.show.flowing_text import FlowingText
from agent.show.text_tables import fitted

TEXT = "One two three.\n  - indented: a longer item that goes on and on\nwww.example.com/an-endless-word-that-has-no-blank end"
TABLE = """Figures
                       spend  per result
  Summer – Sales  20,918.97       24.21
  Blog Traffic     2,367.05           -
Complete: all 2 rows."""


def flown(pieces: list[str], width: int) -> str:
    console = Console(
        file=io.StringIO(), width=width, highlight=False, force_terminal=True, color_system=None
    )
    text = FlowingText(console)
    for piece in pieces:
        text.add(piece)
    text.end()
    text.end()  # a second end ends nothing
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [24, 40, 80, 200])
def test_words_stay_whole_however_a_text_is_cut(width: int) -> None:
    """One character at a time or all at once: the same lines, none wider than the window, each word as it was."""
    whole = flown([TEXT], width)
    assert flown(list(TEXT), width) == whole
    assert whole.split() == TEXT.split()
    assert max(len(line) for line in whole.splitlines() if "endless" not in line) < width
    assert whole.endswith("end\n")


def test_what_is_broken_off_an_item_hangs_below_it() -> None:
    """Two columns further in than the item itself."""
    assert flown(["  - a longer item that goes on\nnext"], 20).splitlines() == [
        "  - a longer item",
        "    that goes on",
        "next",
    ]


def test_a_table_that_fits_is_as_it_was_and_a_wider_one_is_told_row_by_row() -> None:
    """Each figure stands behind its heading; what is no table stays as it is."""
    assert fitted(TABLE, 80) == TABLE
    assert fitted(TABLE, 36).splitlines() == [
        "Figures",
        "  Summer – Sales",
        "    spend 20,918.97",
        "    per result 24.21",
        "  Blog Traffic",
        "    spend 2,367.05",
        "Complete: all 2 rows.",
    ]
    for text in ("", "    indented  text alone", "     a  b\n  only  one", TEXT):
        assert fitted(text, 10) == text
