"""What a scenario of same_output.py left behind, as lines that can be compared: no ids, no measured times."""

import difflib
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

TEXTS = {".jsonl", ".json", ".csv", ".md", ".txt", ".yaml"}
PASSING = ("-wal", "-shm", ".lock")
"""Ends of names of files that only a running process needs."""
UNREAD = {"files", "tmp"}
"""Folders of a scenario that hold what we put there, and reports of bugs, which name lines of the code."""
NUMBERED = {
    "set": r"\bcs-[0-9a-f]{12}\b",
    "run": r"\b\d{8}T\d{6}-[0-9a-f]{6}\b",
    "marker": r"(?<=adsteward:)[0-9a-f]{12}\b|(?<=adsteward%3A)[0-9a-f]{12}\b",
    "digest": r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])",
    "trace": r"(?<![\w-])A(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{22}(?![\w-])",
    "address": r"127\.0\.0\.1:\d{2,5}",
    "folder": r"\badsteward-(?:demo-)?[a-z0-9_]{8}\b(?=/)",
}
MEASURED = {
    r'"elapsed_ms": [\d.]+': '"elapsed_ms": <ms>',
    r'"left_s": [\d.e+-]+': '"left_s": <s>',
    r"\(\d+ ms\)": "(<ms>)",
    r"\bpid \d+": "pid <pid>",
}


def kept(home: Path) -> list[Path]:
    """The files that a scenario left, in an order that does not hang on ids."""
    files = [p for p in home.rglob("*") if p.is_file() and not p.name.endswith(PASSING)]
    return sorted(
        (p for p in files if p.relative_to(home).parts[0] not in UNREAD),
        key=lambda p: (
            "\n".join(normal(str(p.parent))),
            re.sub("[0-9a-f]{6}", "#", p.name),
            p.stat().st_mtime_ns,
        ),
    )


def content(path: Path, home: Path) -> Iterator[str]:
    """A file as lines; of a picture its checksum, of what is no text (keys, what is known of limits) nothing."""
    yield f"=== file {path.relative_to(home)}"
    if path.suffix == ".sqlite" and path.name != "limits.sqlite":
        yield from rows(path)
    elif path.suffix in TEXTS:
        yield from path.read_text(encoding="utf-8", errors="backslashreplace").split("\n")
    elif path.suffix == ".png":
        yield f"{path.stat().st_size} bytes, checksum {zlib.crc32(path.read_bytes())}"


def rows(path: Path) -> Iterator[str]:
    """Every row of every table, a line for each column."""
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute(
            "SELECT name FROM sqlite_master WHERE type='table' ORDER BY name"
        ).fetchall()
        for (table,) in tables:
            cursor = database.execute(f'SELECT * FROM "{table}" ORDER BY rowid')  # noqa: S608 - its own names
            names = [column[0] for column in cursor.description]
            for number, row in enumerate(cursor):
                yield from (
                    f"{table} {number} {name}: {value}" for name, value in zip(names, row, strict=True)
                )


def normal(text: str) -> list[str]:
    """Lines with placeholders for what is random or measured; long ones are broken where JSON, or a text in it, goes on."""
    known: dict[str, str] = {}
    for pattern, placeholder in MEASURED.items():
        text = re.sub(pattern, placeholder, text)

    def numbered(found: re.Match[str]) -> str:
        kind = str(found.lastgroup)
        count = sum(name.startswith(f"<{kind} ") for name in known.values())
        return known.setdefault(found[0], f"<{kind} {count + 1}>")

    text = re.sub("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in NUMBERED.items()), numbered, text)
    return [part for line in text.split("\n") for part in re.split(r'(?<=,)(?= ?")|(?<=\\n)', line)]


def shapes(one: list[str], other: list[str]) -> set[str]:
    """The lines in which two runs of the same code differ, without their numbers."""
    found = difflib.unified_diff(one, other, n=0, lineterm="")
    return {
        re.sub(r"\d+", "#", line[1:]) for line in found if line[:3] not in ("---", "+++") and line[0] in "+-"
    }


def without(lines: list[str], left_out: set[str]) -> list[str]:
    return [line for line in lines if re.sub(r"\d+", "#", line) not in left_out]
