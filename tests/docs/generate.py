"""Fills what repeats the code on every page of documentation, by cog; `make docs` runs it. Writes the launch schema, too.

A page says where: `[[[cog out(options()) ]]]` to `[[[end]]]`, each in a comment; the functions are those of `tables` and `schemas`.
"""

import sys
from pathlib import Path

from cogapp import Cog

from agent.cli.launch import schema_text

ROOT = Path(__file__).parents[2]
FOLDERS = ("", "docs", "plugin/skills/adsteward")
PROLOGUE = "from cog import outl as out; from tests.docs.tables import *; from tests.docs.schemas import *"


def pages(root: Path = ROOT) -> list[Path]:
    """Pages with something to fill in."""
    found = [page for folder in FOLDERS for page in sorted((root / folder).glob("*.md"))]
    return [page for page in found if "[[[cog" in page.read_text(encoding="utf-8")]


def run(*flags: str) -> int:
    """Cog over all pages; 0 if it went well."""
    files = [str(page) for page in pages()]
    return int(Cog().main(["cog", "-I", str(ROOT), "-n", "UTF-8", "-p", PROLOGUE, *flags, *files]))


if __name__ == "__main__":
    (ROOT / "docs" / "launch.schema.json").write_text(schema_text(), encoding="utf-8")
    sys.exit(run("-r"))
