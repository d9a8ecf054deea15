"""Who was told what, and what is still to be sent: each thing once to each target, whichever process sees it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, time, timedelta, tzinfo

from agent.notices.notice_text import Notice
from agent.stores.database import Database, to_text
from tools.domain.notify.notify_targets import NotifyTarget, free_from
from tools.domain.text import zone_of

LEDGER = "notices"
"""Whoever changes it does so alone: what is due is seen and taken at once."""
TRY_AGAIN_S = (300, 1_800, 7_200)
"""How long after its first, second and third failure a target is tried again; after one more, what it was to say is dropped."""
KEPT = timedelta(days=90)
"""How long it is known what was told; what still is so after that may be told once more."""
Now = Callable[[], datetime]


class NoticeLedger(Database):
    """A row for each thing and target: waiting, sending, sent, or lost."""

    what = "The file of messages"
    file = "notices.sqlite"
    schema = """
CREATE TABLE IF NOT EXISTS notices (
  number INTEGER PRIMARY KEY AUTOINCREMENT, thing TEXT NOT NULL, target TEXT NOT NULL, about TEXT NOT NULL,
  place TEXT NOT NULL, text TEXT NOT NULL, made_at TEXT NOT NULL, send_after TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0, quiet TEXT NOT NULL DEFAULT '',
  UNIQUE (thing, target));
"""

    def _bring_up_to_date(self) -> None:
        if "quiet" not in self.columns("notices"):
            self.run("ALTER TABLE notices ADD COLUMN quiet TEXT NOT NULL DEFAULT ''")

    def note(self, notice: Notice, target: NotifyTarget, zone: tzinfo) -> None:
        """Keep what a target is to be told, and by which clock it rests, unless it was noted before."""
        hours = [f"{hour:%H:%M}" for hour in target.quiet or ()]
        quiet = " ".join([*hours, str(zone)]) if hours else ""
        self.run(
            "INSERT INTO notices(thing, target, about, place, text, made_at, send_after, quiet)"
            " VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (thing, target) DO NOTHING",
            *(notice.thing, target.where, notice.about, notice.where, notice.text, self.stamp()),
            *(to_text(target.free_from(self.now(), zone)), quiet),
        )

    def over(self, kind: str, still: Collection[str]) -> None:
        """Forget all things whose name begins with `kind` but those that are still so: when they come back, they are told again."""
        with self.transaction(LEDGER):
            for row in self.all(
                "SELECT number, thing FROM notices WHERE substr(thing, 1, ?)=?", len(kind), kind
            ):
                if row["thing"] not in still:
                    self.run("DELETE FROM notices WHERE number=?", row["number"])

    def drop(self, things: Iterable[str]) -> None:
        """Do not send what is waiting of these things: they are not so any more."""
        for thing in things:
            self.run("UPDATE notices SET state='lost' WHERE thing=? AND state='waiting'", thing)

    def due(self) -> dict[str, list[Notice]]:
        """What may be sent now, by target; one that could not be reached rests with all it is to be told.

        In quiet hours nothing is, however long it has been due.
        """
        rows = self.all(
            "SELECT * FROM notices n WHERE state='waiting' AND send_after<=? AND NOT EXISTS (SELECT 1 FROM notices f"
            " WHERE f.target=n.target AND f.state='waiting' AND f.attempts>0 AND f.send_after>?) ORDER BY number",
            *(self.stamp(), self.stamp()),
        )
        found, now = dict[str, list[Notice]](), self.now()
        for row in rows:
            if _free_from(row["quiet"], now) > now:
                continue
            notice = Notice(row["thing"], row["about"], row["place"], row["text"])
            found.setdefault(row["target"], []).append(notice)
        return found

    def take(self) -> dict[str, list[Notice]]:
        """Take what is due, so that nobody else sends it; a process that dies now has told it or not, and it is not told again."""
        with self.transaction(LEDGER):
            self.run("DELETE FROM notices WHERE made_at<? AND state<>'waiting'", to_text(self.now() - KEPT))
            found = self.due()
            for target, notices in found.items():
                for one in notices:
                    self.run(
                        "UPDATE notices SET state='sending', attempts=attempts+1 WHERE thing=? AND target=?",
                        *(one.thing, target),
                    )
        return found

    def sent(self, target: str, notices: Iterable[Notice]) -> None:
        """Note that a target was told."""
        with self.transaction(LEDGER):
            for one in notices:
                self.run("UPDATE notices SET state='sent' WHERE thing=? AND target=?", one.thing, target)

    def failed(self, target: str, notices: Iterable[Notice]) -> datetime | None:
        """Put back what a target could not be told; gives when it is tried again, None when all of it was dropped.

        It rests as long as what was tried most often says.
        """
        with self.transaction(LEDGER):
            tried = {one.thing: self._attempts(one.thing, target) for one in notices}
            left = [number for number in tried.values() if number <= len(TRY_AGAIN_S)]
            at = self.now() + timedelta(seconds=TRY_AGAIN_S[max(left) - 1] if left else 0)
            at = max([_free_from(self._quiet(thing, target), at) for thing in tried], default=at)
            for thing, number in tried.items():
                state = "waiting" if number <= len(TRY_AGAIN_S) else "lost"
                self.run(
                    "UPDATE notices SET state=?, send_after=? WHERE thing=? AND target=?",
                    *(state, to_text(at), thing, target),
                )
        return at if left else None

    def _attempts(self, thing: str, target: str) -> int:
        row = self.one("SELECT attempts FROM notices WHERE thing=? AND target=?", thing, target)
        return int(row["attempts"]) if row else 1

    def _quiet(self, thing: str, target: str) -> str:
        row = self.one("SELECT quiet FROM notices WHERE thing=? AND target=?", thing, target)
        return str(row["quiet"]) if row else ""

    def counts(self, target: str) -> Mapping[str, int]:
        """How many things of each state a target has."""
        rows = self.all("SELECT state, COUNT(*) AS n FROM notices WHERE target=? GROUP BY state", target)
        return {row["state"]: int(row["n"]) for row in rows}


def _free_from(quiet: str, at: datetime) -> datetime:
    """The first moment from `at` on that is outside of kept quiet hours."""
    if not quiet:
        return at
    begin, end, zone = quiet.split(maxsplit=2)
    return free_from((time.fromisoformat(begin), time.fromisoformat(end)), at, zone_of(zone))
