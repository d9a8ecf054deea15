"""What earlier reviews saw of days that were still young: the account's own completeness curve.

Meta shows only today's state of past days, so each review of a whole account notes what it saw, one line
per day and event. A file that is gone or damaged only means that the usual curve serves.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tools.analysis.completeness import DEFAULT, Curve, Snapshot, learned
from tools.domain.tool import Context

KEPT = 60
"""Days that are remembered; each run of a day replaces the one before it."""
SEEN_BACK_DAYS = 30


def curve(ctx: Context, event: str) -> Curve:
    """The curve that the notes of earlier days give."""
    notes = _notes(ctx, event)
    return learned(notes[:-1], notes[-1]) if len(notes) > 1 else DEFAULT


def note(ctx: Context, event: str, today: date, results: Mapping[date, Decimal]) -> None:
    """Write down what is shown today of the last days."""
    first = today - timedelta(days=SEEN_BACK_DAYS)
    seen = Snapshot(today, {day: number for day, number in results.items() if first <= day < today})
    kept = [old for old in _notes(ctx, event) if old.seen < today][-(KEPT - 1) :]
    lines = [
        json.dumps(
            {
                "seen": s.seen.isoformat(),
                "results": {d.isoformat(): str(n) for d, n in sorted(s.results.items())},
            }
        )
        for s in (*kept, seen)
    ]
    path = _path(ctx, event)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
        fresh.replace(path)
    except OSError:
        return  # only the next review is the poorer for it


def _notes(ctx: Context, event: str) -> list[Snapshot]:
    """All notes, oldest first; lines that cannot be read are left out."""
    try:
        lines = _path(ctx, event).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found = [snapshot for line in lines if (snapshot := _parsed(line))]
    return sorted(found, key=lambda snapshot: snapshot.seen)


def _parsed(line: str) -> Snapshot | None:
    try:
        row: dict[str, Any] = json.loads(line)
        results = {date.fromisoformat(day): Decimal(number) for day, number in row["results"].items()}
        seen = date.fromisoformat(row["seen"])
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
        return None
    if any(not number.is_finite() or number < 0 for number in results.values()):
        return None
    return Snapshot(seen, results)


def _path(ctx: Context, event: str) -> Path:
    name = "".join(c if c.isalnum() else "_" for c in f"{ctx.account.id}-{event}")
    return ctx.results_dir / f"results-seen-{name[:150]}.jsonl"
