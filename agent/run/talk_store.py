"""Where talks are kept: a table of the state folder, or of the database that machines share; each belongs to one person.

What stands in them is data: words for a model, no settings, no approval, and no leave to open a file.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from agent.models.model import Message
from agent.run.kept_talks import MOST_BYTES, Talk, Unread, as_kept, new_id, parsed
from agent.setup import private
from agent.setup.own_files import make_private
from agent.setup.stops import AbsentError, ConfigError
from agent.setup.who_and_where import person
from agent.stores.database import Database, to_text
from tools.domain.text import shortened, visible
from tools.graph.redact import Redactor

MOST_TALKS = 100
"""Of each person; the oldest make room."""
FOLDER = "talks"
"""Where earlier releases kept them, a file each."""
_KEEP = (
    "INSERT INTO talks(id, whose, kept_at, writing, content) VALUES (?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
    " kept_at=excluded.kept_at, writing=excluded.writing, content=excluded.content"
)
_TAKE = (
    "INSERT INTO talks(id, whose, kept_at, writing, content) VALUES (?,?,?,?,?) ON CONFLICT (id) DO NOTHING"
)
PAGE = "web-page.id"
"""The file of a state folder that tells its page from others; the page of another machine that is the same one has it, too."""
_LATER = "SELECT id FROM talks WHERE whose=? ORDER BY kept_at DESC, id LIMIT 1000 OFFSET ?"


class Talks(Database):
    """The talks of one person: nobody else's are listed, read or written over."""

    what = "The file of talks"
    file = "talks.sqlite"
    schema = """
CREATE TABLE IF NOT EXISTS talks (
  id TEXT PRIMARY KEY, whose TEXT NOT NULL, kept_at TEXT NOT NULL, writing TEXT NOT NULL, content TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS talks_of_person ON talks(whose, kept_at);
"""
    whose = ""
    """Whose they are, as `_whose` says."""
    left: Sequence[Unread] = ()
    """Files of earlier releases that could not be taken over."""

    def keep(
        self, talk: Talk, messages: Sequence[Message], redactor: Redactor, seen: str = ""
    ) -> tuple[Talk, str]:
        """Keep a talk with its messages, as far back as there is room; gives it as it was kept, and its writing.

        One that is not as it was `seen`, as somebody else went on with it, stays: then this one gets another id.
        """
        with self.transaction():
            known = self.one("SELECT whose, writing FROM talks WHERE id=?", talk.id)
            if known and (known["whose"], known["writing"]) != (self.whose, seen):
                talk = talk.model_copy(update={"id": new_id()})
            text, writing = as_kept(talk, messages, redactor), secrets.token_hex(4)
            self.run(_KEEP, talk.id, self.whose, self.stamp(), writing, text)
            for row in self.all(_LATER, self.whose, MOST_TALKS):
                self.run("DELETE FROM talks WHERE id=?", row["id"])
        return parsed(talk.id, text), writing

    def read(self, talk_id: str) -> tuple[Talk, str]:
        """The talk of that id, or the newest for an empty one, and its writing. Raises ConfigError, AbsentError for an unknown id."""
        row = self.one(
            "SELECT * FROM talks WHERE whose=? AND (id=? OR ?='') ORDER BY kept_at DESC, id LIMIT 1",
            *(self.whose, talk_id.lower(), talk_id),
        )
        if row:
            return parsed(row["id"], row["content"]), row["writing"]
        if why := next((one.why for one in self.left if one.id == talk_id.lower()), ""):
            raise ConfigError(why)
        if talk_id:
            raise AbsentError(
                f"There is no talk {shortened(talk_id, 40)!r}. `adsteward sessions` lists them."
            )
        raise ConfigError("No talk was kept in this workspace yet: `adsteward chat` begins one.")

    def listed(self, most: int = MOST_TALKS) -> tuple[list[Talk], list[Unread]]:
        """The newest first, and those that cannot be read."""
        found, unread = list[Talk](), [*self.left]
        newest = "SELECT id, content FROM talks WHERE whose=? ORDER BY kept_at DESC, id LIMIT ?"
        for row in self.all(newest, self.whose, most):
            try:
                found.append(parsed(row["id"], row["content"]))
            except ConfigError as wrong:
                unread.append(Unread(row["id"], str(wrong)))
        return found, unread

    def forget(self) -> None:
        """Remove all of this person's."""
        self.run("DELETE FROM talks WHERE whose=?", self.whose)

    def take_over(self, folder: Path) -> None:
        """Move what earlier releases kept in files into the table, each once; what cannot be read stays where it is."""
        left = list[Unread]()
        for path in sorted(folder.glob("t-*.json")):
            with suppress(FileNotFoundError):  # another process was faster
                try:
                    self._taken(path)
                except ConfigError as wrong:
                    left.append(Unread(visible(path.stem), str(wrong)))
        self.left = left

    def _taken(self, path: Path) -> None:
        """Raises ConfigError for a file that is private to nobody, no talk, or another one than is kept under its id."""
        if not path.stem.isascii():
            raise ConfigError(f"{visible(path)} is no talk of ours, so it is not used.")
        found = path.stat()
        if found.st_size > MOST_BYTES:
            raise ConfigError(f"{path} is larger than any talk, so it is not used.")
        text = private.read(path, MOST_BYTES) or ""
        parsed(path.stem, text)
        at = to_text(datetime.fromtimestamp(found.st_mtime, UTC))
        self.run(_TAKE, path.stem, self.whose, at, secrets.token_hex(4), text)
        mine = self.one("SELECT content FROM talks WHERE id=? AND whose=?", path.stem, self.whose)
        if mine and mine["content"] != text:
            raise ConfigError(
                f"{path} is not as {path.stem} is kept by now, so it stays. Remove it unless you miss what is in it."
            )
        if mine:
            path.unlink()


@contextmanager
def open_talks(state: Path, page_user: str = "") -> Iterator[Talks]:
    """The talks of whoever owns the state folder, by their name where machines share them; or of a user of the page.

    Raises ConfigError.
    """
    make_private(state)
    with closing(Talks.of(state)) as talks:
        talks.whose = _whose(state, page_user, shared=talks.shared)
        if not page_user:
            talks.take_over(state / FOLDER)
        yield talks


def _whose(state: Path, page_user: str, *, shared: bool) -> str:
    """What stands for the owner of talks; empty for whoever owns the state folder.

    People and users of pages begin otherwise, so no name of one is a name of the other. Raises ConfigError.
    """
    if page_user:
        return f"page {private.made_once(state / PAGE)} {page_user}"
    return f"person {person()}" if shared else ""
