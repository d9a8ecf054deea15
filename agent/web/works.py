"""What takes longer than an answer: done in threads, watched by pages, ended with the server."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Literal

from rich.console import Console, RenderableType

from agent.run.events import Event, Noted, TextDelta, ToolFinished, ToolStarted
from agent.run.places import UNATTENDED_WAIT_S
from agent.run.report import Report
from agent.setup.bugs import understood
from agent.setup.stops import Stop
from agent.show.evidence_table import evidence_of
from agent.writes.change_events import Landed, NotNewest, Progress
from tools.domain.text import clean_lines, counted, listed
from tools.graph import Smaller, WaitBudget, Waiting
from tools.graph.redact import Redactor

AT_ONCE, ASIDE_AT_ONCE = 4, 2
TABLE_WIDTH = 110
MOST_KEPT = 200
"""Works that are over and whose end can still be looked at."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened: a step, what the person should hear, a piece of an answer, the table that it rests on."""

    kind: Literal["step", "note", "text", "table"]
    text: str


@dataclass(slots=True)
class Work:
    """One thing that is being done, or is over."""

    seal: str = ""
    """What the person had been shown who began it."""
    number: int = 1
    """Which try of its key it is: what was shown before one ended is not what is shown after it."""
    budget: WaitBudget = field(default_factory=lambda: WaitBudget(UNATTENDED_WAIT_S))
    """Its time; cut when the server ends."""
    news: list[News] = field(default_factory=list)
    report: Report | None = None
    failure: str = ""
    over: bool = False
    _turn: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, event: Event) -> None:
        """Listen to a session."""
        if isinstance(event, TextDelta):
            self._add(News("text", event.text))
        elif isinstance(event, ToolFinished) and (table := evidence_of(event.details)):
            self._add(News("table", _in_plain_text(table)))
        elif said := _note(event):
            self._add(News("note", clean_lines(Redactor().text(said))))
        elif said := _step(event):
            self.step(said)

    def step(self, said: str) -> None:
        """Say how far it is."""
        self._add(News("step", clean_lines(Redactor().text(said))))

    def told(self, wait_s: float) -> Iterator[News | None]:
        """What happens, until it is over; None after each `wait_s` without anything."""
        seen = 0
        while True:
            fresh, over = self._after(seen, wait_s)
            seen += len(fresh)
            yield from fresh
            if over:
                return
            if not fresh:
                yield None

    @property
    def steps(self) -> list[str]:
        return [one.text for one in self.news if one.kind == "step"]

    @property
    def notes(self) -> list[str]:
        return [one.text for one in self.news if one.kind == "note"]

    @property
    def tables(self) -> list[str]:
        return [one.text for one in self.news if one.kind == "table"]

    @property
    def written(self) -> str:
        """As much of the answer as there is."""
        return clean_lines("".join(one.text for one in self.news if one.kind == "text"))

    @property
    def answer(self) -> str:
        """How it ended, in words."""
        return self.failure or (self.report.answer if self.report else "")

    def end(self, report: Report | None, failure: str = "") -> None:
        with self._turn:
            self.report, self.failure, self.over = report, failure, True
            self._turn.notify_all()

    def _after(self, seen: int, wait_s: float) -> tuple[list[News], bool]:
        with self._turn:
            self._turn.wait_for(lambda: len(self.news) > seen or self.over, wait_s)
            return self.news[seen:], self.over

    def _add(self, news: News) -> None:
        with self._turn:
            self.news.append(news)
            self._turn.notify_all()


class Works:
    """All of a server. For any thread."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="page")
        self._aside = ThreadPoolExecutor(max_workers=ASIDE_AT_ONCE, thread_name_prefix="aside")
        self._turn = threading.Lock()
        self._all = dict[str, Work]()
        self._closed = False

    def begin(
        self, key: str, job: Callable[[Work], Report | None], *, seal: str = "", aside: bool = False
    ) -> Work:
        """Do a job, unless the one of that key is being done: then that one. One that is done `aside` keeps no other waiting."""
        with self._turn:
            known = self._all.pop(key, None)
            if known is not None and not known.over:
                self._all[key] = known
                return known
            over = [other for other, work in self._all.items() if work.over]
            for other in over[: max(0, len(over) - MOST_KEPT)]:
                del self._all[other]
            self._all[key] = work = Work(seal, known.number + 1 if known else 1)
            if self._closed:
                work.end(None, "The server is ending. Nothing was done.")
            else:
                (self._aside if aside else self._pool).submit(_done, work, job)
            return work

    def of(self, key: str) -> Work | None:
        """What is being done under a key, or was done last."""
        with self._turn:
            return self._all.get(key)

    def cut(self) -> None:
        """Have all that is being done make no further request."""
        with self._turn:
            self._closed = True
            for work in self._all.values():
                work.budget.cut()

    def close(self) -> None:
        """Wait until each request that is out has its record."""
        self.cut()
        for pool in (self._pool, self._aside):
            pool.shutdown(cancel_futures=True)


def _done(work: Work, job: Callable[[Work], Report | None]) -> None:
    try:
        work.end(job(work))
    except Stop as stop:
        work.end(None, str(stop))
    except BaseException as error:  # noqa: BLE001 - a thread has nobody else who would hear of it
        work.end(None, str(understood(error, Redactor())))


def _in_plain_text(table: RenderableType) -> str:
    """A table as it stands in a file; the page lets it be moved sideways."""
    out = StringIO()
    Console(file=out, width=TABLE_WIDTH, highlight=False, color_system=None).print(table)
    return "\n".join(line.rstrip() for line in clean_lines(out.getvalue()).splitlines())


def _note(event: Any) -> str:
    """What the person should hear once, or nothing."""
    match event:
        case Noted():
            return event.text
        case NotNewest():
            return event.said
        case Landed():
            return ". ".join([f"The results are in {listed(event.files)}", *event.problems])
    return ""


def _step(event: Any) -> str:
    """What is worth a line while something is done, or nothing."""
    match event:
        case ToolStarted():
            return event.name.replace("_", " ")
        case Smaller():
            return event.reason
        case Waiting():
            return f"waiting until {event.until.astimezone():%H:%M:%S}: {event.reason}"
        case Progress():
            return f"{event.done} of {counted(event.of, 'change')} done"
    return ""
