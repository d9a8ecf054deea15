"""The table of assets in the workspace: what was uploaded and launched, by name, with its hash or ids."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from agent.writes.journal_reader import Outcome
from tools.domain.change_kind import Sent
from tools.domain.text import unseen

ASSETS = Path("brand") / "assets.md"
_HEAD = "| asset | kind | date | ids | status |\n| --- | --- | --- | --- | --- |\n"
_COLUMNS = 5


class Asset(NamedTuple):
    """One row; `ids` tells it from others of its name."""

    name: str
    kind: str
    date: str
    ids: str
    status: str


def uploads(outcomes: Sequence[Outcome], *, sandbox: bool) -> list[Asset]:
    """The pictures and videos that a set brought into the library."""
    return [
        Asset(
            _cell(outcome.change.name),
            _kind("image" if outcome.change.row.sent is Sent.FILE else "video", sandbox=sandbox),
            f"{outcome.sent_at:%Y-%m-%d}" if outcome.sent_at else "",
            ", ".join(f"{name}: {value}" for name, value in outcome.result.items()),
            "uploaded",
        )
        for outcome in outcomes
        if outcome.state == "CONFIRMED" and outcome.change.request.upload and outcome.result
    ]


def asset(name: str, kind: str, date: str, ids: str, status: str, *, sandbox: bool) -> Asset:
    """A row of anything else."""
    return Asset(_cell(name), _kind(kind, sandbox=sandbox), date, ids, status)


def append(assets: Sequence[Asset], path: Path) -> Path:
    """Add a row for each, unless it has one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8", errors="replace") if path.exists() else "# Assets\n"
    there = {(row.name, row.ids) for row in _rows(before)}
    rows = [f"| {' | '.join(row)} |\n" for row in assets if (row.name, row.ids) not in there]
    if not rows:
        return path
    last = before.rstrip("\n").rpartition("\n")[2]
    head = "" if last.startswith("|") else f"\n{_HEAD}"
    gap = "" if not before or before.endswith("\n") else "\n"
    with open(path, "a", encoding="utf-8", errors="backslashreplace", opener=_own) as file:
        file.write(("" if path.stat().st_size else before) + gap + head + "".join(rows))
    return path


def library(text: str, *, sandbox: bool) -> list[Asset]:
    """The pictures and videos of a table for this world, the newest last."""
    kinds = {_kind(kind, sandbox=sandbox) for kind in ("image", "video")}
    return [row for row in _rows(text) if row.kind in kinds]


def _own(path: str, flags: int) -> int:
    """A new file is for its owner alone: one that others can write is not read."""
    return os.open(path, flags, 0o600)


def _rows(text: str) -> list[Asset]:
    split = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [Asset(*(cell.strip() for cell in cells)) for cells in split if len(cells) == _COLUMNS]


def _kind(kind: str, *, sandbox: bool) -> str:
    return f"{kind} (sandbox)" if sandbox else kind


def _cell(text: str) -> str:
    """A text as a cell of a Markdown table: one line, no bars."""
    plain = "".join(" " if unseen(c) else c for c in text)
    return " ".join(plain.replace("|", "/").split())
