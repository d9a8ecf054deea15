"""Whether a journal is the newest of its name: it has a number, in its folder and outside of it.

Each approval and each intent raises both. A state folder that was put back from a backup, or a copy of one from which
something was approved or sent since, is behind the number outside: what such a journal calls unsent may have been sent,
and it does not know the whole of its last 24 hours. Of a journal that machines share each of them keeps a number outside,
the last one that it saw: it is behind any of them after a backup was put back.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.setup import private
from agent.setup.file_lock import held
from agent.setup.stops import ConfigError
from agent.writes.clocks import Moment
from agent.writes.store import Store

LOCK_WAIT_S = 30
NUMBER = "number of the journal"
TEXT_LENGTH = 160
DAMAGED = (ConfigError, FileExistsError, NotADirectoryError)
"""There was a number, and nobody can tell which: what was sent in the last 24 hours is not known."""
LOOKED_FOR = "what waits in it is looked for in the account before it is sent"
BEHIND = "is older than what was last sent from it (put back from a backup, or a copy?)"
UNKNOWN = "was used on another machine, or ~/.adsteward was lost or put back"


class Behind(Exception):  # noqa: N818 - a state of the journal, not an error
    """Something was sent that this journal does not know of."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A journal cannot prove that what it calls unsent was not sent."""

    elsewhere: Moment | None
    """When something was last sent of which it does not know; None when nothing tells of such a sending."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The last approval or intent of a journal: its number and its moment."""

    generation: int
    at: Moment


class Generation:
    """The number of one journal, inside and outside. Raises what the store does."""

    def __init__(self, store: Store, state: Path, folder: Path | None = None) -> None:
        self._store = store
        self._state = state
        self._folder = folder
        self.blind = ""
        """Why the number outside cannot be kept; then this journal is never known to be the newest."""

    def begin(self, at: Moment) -> None:
        """Give a journal its first number with its first change set, so that a lost number outside is noticed."""
        if self._own() == 0:
            with contextlib.suppress(Behind):
                self.raise_it(at)

    def raise_it(self, at: Moment) -> None:
        """Raise both numbers within the transaction of an approval or intent: outside first, so that it is never behind.

        Raises Behind, with nothing raised, when something was sent that this journal does not know of.
        """
        with self._store.transaction(NUMBER):
            own = self._own()
            try:
                with self._locked():
                    before = None if self.blind else self._outside()
                    if before and self._differs(before.generation, own):
                        raise Behind
                    self._keep(raised := Mark(own + 1, at))
                    if before:
                        self._store.if_lost(lambda: self._put_back(raised, before))
            except (ConfigError, OSError, RuntimeError) as error:
                self.blind = str(error)
            self._store.run("UPDATE numbering SET generation=?", own + 1)

    def _put_back(self, raised: Mark, before: Mark) -> None:
        """After a transaction that came to nothing, as on a full disk; what another copy raised meanwhile stays."""
        with contextlib.suppress(ConfigError, OSError, RuntimeError), self._locked():
            if self._outside() == raised:
                self._keep(before)

    def bring_in_line(self, at: Moment) -> str:
        """Compare the numbers; when they differ, note what is in doubt now and give a sentence for the person.

        What was last sent elsewhere was sent at the moment that is kept outside or, where none is, before now.
        """
        with self._store.transaction(NUMBER):
            own = self._own()
            try:
                if own == 0 and not self._path().exists():
                    return ""
                with self._locked():
                    there = self._outside(at)
                    if there.generation < own:
                        self._keep(Mark(own, at))
                    if not self._differs(there.generation, own):
                        return ""
            except (ConfigError, OSError, RuntimeError) as error:
                told, self.blind = bool(self.blind), str(error)
                if isinstance(error, DAMAGED):
                    self._store.run("UPDATE numbering SET missed=?", at.text)
                return (
                    "" if told else f"{error} So what waits in {self._state} is looked for before it is sent."
                )
            behind = there.generation > own  # otherwise this journal may still be the newest
            self._store.run(
                "UPDATE numbering SET generation=?, elsewhere=?, missed=COALESCE(?, missed),"
                " doubted_to=(SELECT COALESCE(MAX(rowid), 0) FROM change_sets)",
                max(own, there.generation),
                (there.at if behind else at).text,
                there.at.text if behind else None,
            )
        return f"The state folder {self._state} {BEHIND if behind else UNKNOWN}: {LOOKED_FOR}."

    def elsewhere(self, change_set_id: str) -> Moment | None:
        """When something was last sent elsewhere, if the set is old enough to have been in it."""
        row = self._store.one(
            "SELECT n.elsewhere FROM numbering n JOIN change_sets s ON s.rowid <= n.doubted_to WHERE s.id=?",
            change_set_id,
        )
        return Moment.parsed(row["elsewhere"]) if row and row["elsewhere"] else None

    def _differs(self, outside: int, own: int) -> bool:
        """Whether one of the numbers tells of something else; that of a shared journal is raised by other machines too."""
        return outside > own if self._store.shared else outside != own

    def _own(self) -> int:
        row = self._store.one("SELECT generation FROM numbering")
        return int(row["generation"]) if row else 0

    def _outside(self, at: Moment | None = None) -> Mark:
        """The mark outside; the number 0 when there is none. Raises ConfigError."""
        text = private.read(path := self._path())
        if text is None:
            return Mark(0, at or Moment(self._store.now()))
        try:
            kept = json.loads(text)
            return Mark(int(kept["generation"]), Moment.parsed(kept["at"]))
        except (ValueError, KeyError, TypeError):
            raise ConfigError(f"{path} is damaged; remove it.") from None

    def _keep(self, mark: Mark) -> None:
        text = json.dumps({"generation": mark.generation, "at": mark.at.text})
        private.overwrite(self._path(), text.ljust(TEXT_LENGTH))

    def _path(self) -> Path:
        return (self._folder or private.folder() / "generations") / self._store.journal_id

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the number outside: copies of a folder share it, and not their journals' locks."""
        path = self._path().with_suffix(".lock")
        private.make_folder(path.parent)
        with held(path, wait_s=LOCK_WAIT_S):
            yield
