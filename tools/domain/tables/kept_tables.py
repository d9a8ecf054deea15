"""The tables that the tools of a session gave, by handle, so that more of one can be asked for and put into a file."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import Any, TextIO

Row = dict[str, Any]
MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its rows may be read again and again. Raises OSError when their file is gone."""

    handle: str
    what: str
    rows: Callable[[], Iterable[Row]]


@dataclass(slots=True)
class Tables:
    """The newest tables; nothing but these can be opened by a handle."""

    _kept: dict[str, Table] = field(default_factory=dict)

    def add(self, handle: str, what: str, rows: list[Row] | Path, currency: str = "") -> str:
        """Keep a table, or know its file, with the currency of amounts that do not say theirs; gives the handle."""
        beside = {"currency": currency} if currency else {}
        read: Callable[[], Iterable[Row]] = partial(rows_of, rows) if isinstance(rows, Path) else rows.copy
        self._kept.pop(handle, None)
        self._kept[handle] = Table(
            handle, what, lambda: (row if "currency" in row else row | beside for row in read())
        )
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return handle

    def find(self, handle: str) -> Table | None:
        """The table with a handle, also where that was written as its file; the newest without one."""
        return self._kept.get(PurePath(handle).stem) if handle else self.newest

    def forget(self, what: str) -> None:
        """Let go of the newest table of a kind: it was made on the way to an answer and is not the answer's."""
        for handle in [table.handle for table in self._kept.values() if table.what == what][-1:]:
            del self._kept[handle]

    def newest_of(self, kind: str) -> Table | None:
        """The table that was made last of those whose kind begins so."""
        return next((one for one in reversed(self._kept.values()) if one.what.startswith(kind)), None)

    @property
    def newest(self) -> Table | None:
        """The table that was made last."""
        return next(reversed(self._kept.values()), None)

    @property
    def handles(self) -> list[str]:
        """All handles, the newest first."""
        return list(reversed(self._kept))


def write_rows(file: TextIO, rows: Iterable[Row]) -> None:
    """Rows as JSON, one a line."""
    between = "[\n"
    for row in rows:
        file.write(between + json.dumps(row, ensure_ascii=False))
        between = ",\n"
    file.write("[]\n" if between == "[\n" else "\n]\n")


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a file that `write_rows` wrote, one by one. Raises OSError."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if (text := line.strip().rstrip(",")).startswith("{"):
                yield json.loads(text)
