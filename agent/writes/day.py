"""What counts against the limits of an account's last 24 hours, as the journals of this person have it, by both clocks."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from agent.setup import private
from agent.setup.file_lock import held
from agent.setup.stops import ConfigError
from agent.stores.database import to_moment, to_text
from agent.stores.engine import FAILED, Row
from agent.writes.clocks import Moment
from agent.writes.store import Store
from tools.domain.changes import Change, ChangeSet
from tools.domain.tool import Applied

Found = TypeVar("Found")

DAY = timedelta(days=1)
LONG_AGO = 3 * DAY
"""Nothing is sent later than that after its approval."""
FORGOTTEN = 10 * LONG_AGO
"""After this a note is of no use to anybody, by whichever clock."""
SHARED = ".shared"
"""How the place of a journal ends that is a database of several machines, and no file of the folder."""
_NOTES = "[!.]*"
"""What begins with a point is the lock, or a note that is being written."""
APPROVAL_HOLDS = DAY
APPLYING_HOLDS = 2 * DAY
"""Longer than an approved set can go on sending: its approval counted when it began."""
NOT_APPROVED = frozenset({"proposed", "declined", "undone"})
_ROWS = """
SELECT c.*, r.state AS set_state, MAX(a.ts) AS approved_at, MAX(a.ts_by_meta) AS approved_by_meta FROM changes c
JOIN runs r ON r.run_id=c.run_id JOIN approvals a ON a.run_id=c.run_id AND (a.ts>=? OR a.ts_by_meta>=?)
WHERE r.account=? AND (c.run_id<>? OR c.state='CONFIRMED') GROUP BY c.change_id, r.run_id ORDER BY c.run_id, c.position
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A change that counts against the limits of a day."""

    change: Change
    at: datetime
    """When it was sent last; of what only waits to be sent, when that was approved."""
    sent: bool
    sure: bool
    """Whether it is certainly done."""


@dataclass(frozen=True, slots=True)
class Day:
    """What counts at present, oldest first."""

    counted: Sequence[Counted] = ()
    unknown_until: datetime | None = None
    """Until when it is not all: something was approved of which this journal does not know."""


NOTHING_YET = Day()


def day_of(
    store: Store,
    account: str,
    stored: Callable[[str], ChangeSet | None],
    *,
    now: Moment,
    begun: datetime,
    besides: str = "",
) -> Day:
    """What was done, perhaps done or approved in the last 24 hours; of the set `besides` only what is done.

    What was declined, refused or never approved does not count, nor what was done before `begun`; `stored` gives
    a change set, or None for one that belongs elsewhere.
    """
    ours, meta = max(now.ours - LONG_AGO, begun), max((now.meta or now.ours) - LONG_AGO, begun)
    rows = store.all(_ROWS, to_text(ours), to_text(meta), account, besides)
    times = {row["change_id"]: found for row in rows if (found := _counts(row, now, begun))}
    sets = (stored(run_id) for run_id in {row["run_id"] for row in rows})
    changes = {change.id: change for change_set in sets if change_set for change in change_set.changes}
    counted = [
        Counted(changes[row["change_id"]], *times[row["change_id"]], sure=row["state"] == "CONFIRMED")
        for row in rows
        if row["change_id"] in times and row["change_id"] in changes
    ]
    return Day(sorted(counted, key=lambda item: item.at), _unknown_until(store, now))


def _counts(row: Row, now: Moment, begun: datetime) -> tuple[datetime, bool] | None:
    """Since when a change counts, and whether it was sent; None when it does not count."""
    if row["state"] in ("CONFIRMED", "SENT", "CONFLICT") or row["lost_at"]:
        sent = [Moment(at, to_moment(row["sent_by_meta"])) for at in (to_moment(row["sent_at"]),) if at]
        sent += [Moment.parsed(row["lost_at"])] if row["lost_at"] else []
        if lately := [at.ours for at in sent if at.ours >= begun and at.within(DAY, now)]:
            return max(lately), True
    holds = APPLYING_HOLDS if row["set_state"] == "applying" else APPROVAL_HOLDS
    approved = Moment(datetime.fromisoformat(row["approved_at"]), to_moment(row["approved_by_meta"]))
    waits = row["state"] in ("PLANNED", "SENT") and row["set_state"] not in NOT_APPROVED
    return (approved.ours, False) if waits and approved.within(holds, now) else None


def _unknown_until(store: Store, now: Moment) -> datetime | None:
    row = store.one("SELECT missed FROM numbering")
    missed = Moment.parsed(row["missed"]) if row and row["missed"] else None
    return now.ours + DAY - missed.least_ago(now) if missed and missed.within(DAY, now) else None


REPLACED = (
    "The journal of {} was removed or emptied within the last day: what was approved from it then is known to Meta alone"
    " (who changed what), and can be undone here no more."
)


class Read(Protocol):
    """Another journal, opened."""

    @property
    def id(self) -> str: ...

    def day(self, account: str) -> Day: ...

    def applied(self, account: str, *, since: datetime | None, unknown: bool) -> list[Applied]: ...

    def close(self) -> None: ...


class OtherJournals:
    """The journals of this person's other workspaces, or of this one before it was removed.

    Each approval leaves a note in the home, by server and account: a day is that of the account, whichever folder
    its parts were approved in, or in a database that machines share; that is read by nobody else, who knows that they do
    not know its part. The workspace's own sandbox is nobody else's.
    """

    LOCK_WAIT_S = 30

    def __init__(self, store: Store, path: Path, folder: Path | None, read: Callable[[Path], Read]) -> None:
        self._store, self._folder, self._read = store, folder, read
        self._path = path.absolute().with_suffix(SHARED if store.shared else path.suffix)

    @contextmanager
    def alone(self, world: str, account: str) -> Iterator[None]:
        """No approval for this account in another journal comes between; without a home each journal is for itself.

        Whether there is another one or not: of two that begin together neither has left its note yet.
        """
        with ExitStack() as holding:
            with suppress(ConfigError, OSError, RuntimeError):
                if self._may_be(world):
                    private.make_folder(folder := self._notes(world, account))
                    holding.enter_context(held(folder / ".lock", wait_s=self.LOCK_WAIT_S))
            yield

    @contextmanager
    def applying(self, world: str, account: str) -> Iterator[None]:
        """Nothing is applied to this account from another journal meanwhile, so that none makes what this one makes.

        Raises BlockingIOError when something is. Without a home, or a world, each journal is for itself.
        """
        with ExitStack() as holding:
            try:
                if self._may_be(world):
                    private.make_folder(folder := self._notes(world, account))
                    holding.enter_context(held(folder / ".applying"))
            except BlockingIOError:
                raise
            except (ConfigError, OSError, RuntimeError):
                pass
            yield

    def note(self, world: str, account: str, at: Moment) -> None:
        """Something is approved in this journal."""
        with suppress(ConfigError, OSError, RuntimeError):
            if self._may_be(world):
                notes = self._notes(world, account)
                text = json.dumps({"journal": str(self._path), "at": at.text})
                private.write(notes / self._store.journal_id, text)
                for old in notes.glob(_NOTES):
                    if not _read_note(old)[1].within(FORGOTTEN, at):
                        old.unlink()

    def added(self, day: Day, world: str, account: str, now: Moment) -> Day:
        """The day of an account with what other journals have of it; not all is known where one of them is gone."""
        counted, until = list(day.counted), [day.unknown_until] if day.unknown_until else []
        with suppress(OSError, RuntimeError):
            for note in self._others(world, account):
                path, at = _read_note(note)
                if not at.within(LONG_AGO, now):
                    continue
                if other := self._of(path, note.name, lambda other: other.day(account)):
                    counted += other.counted
                    until += [other.unknown_until] if other.unknown_until else []
                elif at.within(DAY, now):
                    until.append(now.ours + DAY - at.least_ago(now))
        return Day(sorted(counted, key=lambda item: item.at), max(until, default=None))

    def sent_since(self, world: str, account: str, since: datetime) -> list[Applied]:
        """What was sent from the other journals that are there, since a moment, whatever became of it."""

        def sent(other: Read) -> list[Applied]:
            return other.applied(account, since=since, unknown=True)

        with suppress(OSError, RuntimeError):
            notes = self._others(world, account)
            return [done for note in notes for done in self._of(_read_note(note)[0], note.name, sent) or []]
        return []

    def replaced(self, now: Moment, here: object) -> str:
        """That another journal lay here within the last day, from which something was approved, or nothing."""
        with suppress(OSError, RuntimeError):
            for note in self._place.glob(f"*/{_NOTES}"):
                path, at = _read_note(note)
                if note.name != self._store.journal_id and path == self._path and at.within(DAY, now):
                    return REPLACED.format(here)
        return ""

    def _of(self, path: Path, journal_id: str, asked: Callable[[Read], Found]) -> Found | None:
        """What another journal has of something; None where it is not there any more, or cannot be read."""
        with suppress(ConfigError, *FAILED):
            if path.is_file() and path.stat().st_size:
                with closing(self._read(path)) as other:
                    return asked(other) if other.id == journal_id else None
        return None

    def _others(self, world: str, account: str) -> list[Path]:
        notes = self._notes(world, account).glob(_NOTES) if self._may_be(world) else ()
        return sorted(note for note in notes if note.name != self._store.journal_id)

    def _may_be(self, world: str) -> bool:
        return world not in ("", "sandbox")

    @property
    def _place(self) -> Path:
        return (self._folder or private.folder() / "generations") / "days"

    def _notes(self, world: str, account: str) -> Path:
        return self._place / hashlib.sha256(f"{world} {account}".encode()).hexdigest()[:32]


def _read_note(note: Path) -> tuple[Path, Moment]:
    """Whose it is and when it was written last; one that cannot be read names no journal that is there."""
    try:
        kept = json.loads(private.read(note) or "")
        return Path(kept["journal"]), Moment.parsed(kept["at"])
    except (ConfigError, ValueError, KeyError, TypeError):
        return note / "unreadable", Moment(datetime.fromtimestamp(note.stat().st_mtime, UTC))
