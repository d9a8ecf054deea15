"""Notes what people are to be told and sends what is due: in bounded time, and whatever goes wrong is a line, never a failed run."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from datetime import datetime, tzinfo
from pathlib import Path

from agent.notices.apprise_sender import send
from agent.notices.notice_ledger import LEDGER, NoticeLedger, Now
from agent.notices.notice_text import Notice, message
from agent.setup import bugs
from agent.setup.stops import ConfigError, Stop
from agent.stores.database import utc_now
from agent.stores.unreachable import GONE
from agent.writes.journal import Journal
from tools.domain.notify.notify_targets import NotifyTarget
from tools.domain.text import clock, harmless
from tools.graph.redact import Redactor

PATIENCE_S = 8.0
"""For all targets together."""
WAITS = "waiting "
"""How the thing begins that is a change set which waits; its id follows."""
Answers = dict[str, Exception | None]


def tell(
    state: Path,
    targets: Iterable[NotifyTarget],
    notices: Iterable[Notice],
    zone: tzinfo,
    *,
    over: Mapping[str, Iterable[str]] | None = None,
    now: Now = utc_now,
) -> list[str]:
    """Note what is new for each target, forget what is `over`, and send what is due; gives a line for each target that fails.

    `over` names kinds of things with those that are still so. Quiet hours are by the account's `zone`. Never raises.
    """
    targets, notices = list(targets), list(notices)
    if not targets or not (notices or over):
        return deliver(state, now)

    def note(ledger: NoticeLedger) -> None:
        with ledger.transaction(LEDGER):
            for kind, still in (over or {}).items():
                ledger.over(kind, set(still))
            for target in targets:
                for one in notices:
                    if one.about in target.about:
                        ledger.note(one, target, zone)

    return guarded(lambda: _noted(state, note, now))


def deliver(state: Path, now: Now = utc_now) -> list[str]:
    """Send what was held back and is due by now; as `tell`. What is kept in a database that is away is sent once it is back."""

    def due() -> list[str]:
        with suppress(*GONE):
            return _noted(state, lambda _: None, now) if NoticeLedger.is_kept(state) else []
        return []

    return guarded(due)


def _noted(state: Path, note: Callable[[NoticeLedger], None], now: Now) -> list[str]:
    with closing(NoticeLedger.of(state, now)) as ledger:
        note(ledger)
        return _sent(ledger, state) if ledger.due() else []


def guarded(job: Callable[[], list[str]]) -> list[str]:
    """The lines of a job, or one on why it could not be done: the run that it is about went as it went."""
    try:
        return job()
    except Stop as stop:
        return [f"Nobody was told: {stop}"]
    except Exception as error:  # noqa: BLE001 - a bug here is none of the run
        return [f"Nobody was told: {bugs.understood(error, Redactor())}"]


def _sent(ledger: NoticeLedger, state: Path) -> list[str]:
    """Send all that is due, one message per target."""
    ledger.drop(_decided(state, [one for notices in ledger.due().values() for one in notices]))
    taken, said = ledger.take(), list[str]()
    answers = _answers({target: message(notices) for target, notices in taken.items()})
    for target, notices in taken.items():
        failed = answers.get(target, TimeoutError())
        if failed is None:
            ledger.sent(target, notices)
        elif isinstance(failed, TimeoutError):
            said.append(
                f"{target} did not answer in time; whether it was told is not known, and it is not told again."
            )
        else:
            said.append(_failure(target, failed, ledger.failed(target, notices)))
    return said


def _failure(target: str, failed: Exception, again: datetime | None) -> str:
    why = str(failed) if isinstance(failed, ConfigError | OSError) else f"{target}: {type(failed).__name__}"
    then = f"tried again from {clock(again)} on" if again else "not tried again"
    return f"Not told: {why.rstrip('.')} ({then}). `adsteward notify test` tries it."


def _answers(messages: Mapping[str, tuple[str, str]]) -> Answers:
    """What became of each message: None, or why not; nothing for a target that has not answered in time."""
    found = Answers()

    def one(target: str, title: str, body: str) -> None:
        try:
            send(target, title, body)
            found[target] = None
        except Exception as error:  # noqa: BLE001 - it belongs to the target
            found[target] = error

    threads = [
        threading.Thread(target=one, args=(target, *said), daemon=True) for target, said in messages.items()
    ]
    ends_at = time.monotonic() + PATIENCE_S
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, ends_at - time.monotonic()))
    return dict(found)


def _decided(state: Path, notices: Iterable[Notice]) -> list[str]:
    """Of those that say that a set waits, the ones that somebody decided on meanwhile."""
    waiting = [one.thing for one in notices if one.thing.startswith(WAITS)]
    if not waiting:
        return []
    with closing(Journal(state / "journal.sqlite")) as journal:
        return [thing for thing in waiting if _state(journal, thing.removeprefix(WAITS)) != "proposed"]


def _state(journal: Journal, change_set_id: str) -> str:
    try:
        return journal.state(change_set_id)
    except ConfigError:
        return ""


def aside(lines: Iterable[str]) -> None:
    """Say on standard error, in a line each, who could not be told; the answer of a run stands alone in its output."""
    for line in lines:
        from agent.show.broken_lines import put_plain  # only then: what prints JSON needs no screen

        put_plain(harmless(line), stderr=True)


def test_message(target: NotifyTarget) -> str:
    """Send a test now, whatever the hour; gives why it did not arrive, or nothing."""
    body = f"A test of adsteward. This target is told about {', '.join(target.about)}."
    failed = _answers({target.where: ("adsteward: a test", body)}).get(
        target.where, TimeoutError("no answer in time")
    )
    return "" if failed is None else str(failed) or type(failed).__name__
