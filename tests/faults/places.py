"""State folders: the one in use, its backups and its copies, which share one number outside of them."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from agent.writes.journal import Journal


class Place:
    """A state folder with its journal, seen by an observer who never sends."""

    def __init__(self, folder: Path, generations: Path, now: Callable[[], datetime]) -> None:
        self.journal = folder / "journal.sqlite"
        self.generations = generations
        self.fresh = set[str]()
        """Change sets whose proposing process still lives."""
        self.confirmed_at: dict[str, int] = {}
        """Number of the last request before a change was seen confirmed here."""
        self.restored_at = 0
        """Number of the last request before it was put back from a backup."""
        self.backups: list[Path] = []
        self._now = now
        self.observer = self._opened()

    def close(self) -> None:
        self.observer.close()

    def sent(self, change_set_id: str) -> Counter[str]:
        """How often its journal says that each change of a set is being sent."""
        events = self.observer.events(change_set_id)
        return Counter(event["change_id"] for event in events if event["event"] == "sent")

    def back_up(self) -> None:
        """Keep the journal as it is now."""
        self.backups.append(self.journal.with_name(f"backup{len(self.backups)}.sqlite"))
        self._write_to(self.backups[-1])

    def restore(self, index: int) -> None:
        """Put a backup back, while no process runs."""
        self.observer.close()
        for path in self.journal.parent.glob("journal.sqlite*"):
            path.unlink()
        shutil.copyfile(self.backups[index], self.journal)
        self.observer = self._opened()
        self.fresh.clear()

    def copy(self, folder: Path) -> "Place":
        """Another folder with the same journal."""
        folder.mkdir()
        self._write_to(folder / "journal.sqlite")
        return Place(folder, self.generations, self._now)

    def _opened(self) -> Journal:
        return Journal(self.journal, now=self._now, generations=self.generations)

    def _write_to(self, path: Path) -> None:
        with closing(sqlite3.connect(self.journal)) as kept, closing(sqlite3.connect(path)) as written:
            kept.backup(written)
