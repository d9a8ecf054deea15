"""What the code cites of docs/graph-api.md stands there."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "graph-api.md"
FOLDERS = ("agent", "tools", "sandbox", "tests", "docs", "benchmarks")
FORMER = "graph-api" + "-facts"
"""What the page was called before it was part of the repository."""


def sources() -> Iterator[tuple[str, str]]:
    """Every text that may cite: its name and what it says."""
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*")] + list(ROOT.glob("*.md"))
    for file in sorted(files):
        if file.suffix in {".py", ".md", ".sh"}:
            yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def test_every_section_that_is_cited_is_there() -> None:
    """`§4.2` anywhere means a heading of that number."""
    headings = set(re.findall(r"^#+ (\d+(?:\.\d+)*)\.? ", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(headings) > 30
    cited = [(name, number) for name, text in sources() for number in re.findall(r"§(\d+(?:\.\d+)*)", text)]
    assert len(cited) > 100
    assert [f"{name}: §{number}" for name, number in cited if number not in headings] == []


def test_the_page_is_cited_by_its_name() -> None:
    """No source sends a reader to a page that is not here."""
    assert [name for name, text in sources() if FORMER in text] == []
