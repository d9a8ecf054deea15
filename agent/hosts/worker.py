"""A desk with a thread of its own: its jobs are done one after the other, and each has an end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import Any, TypeVar

from agent.hosts import plain_lines
from agent.hosts.asking import Context
from agent.hosts.host_session import Desk
from agent.run.events import Event, Noted, ToolStarted
from agent.setup.stops import Stop
from agent.writes.change_events import Progress
from tools.domain.tool import ToolError
from tools.graph import Exchange, Smaller, Waiting

T = TypeVar("T")

LATE_S = 5.0
"""So much longer a request that is out may take before the host has its answer without it."""


class Overdue(Exception):  # noqa: N818 - no error: the job ends by itself, only later
    """A job was not over in time. It makes no further request, and what it did is in the journal."""


class Job:
    """One job; `over` once nobody waits for it any more."""

    over = False


class Worker:
    """Brings the calls of one or more hosts to one desk."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk = desk
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._lock = Lock()
        self._closed = False
        self._now: Job | None = None
        self._telling = set[asyncio.Task[None]]()

    async def do(self, ctx: Context, work: Callable[[], T]) -> T:
        """Do a job; what happens meanwhile is reported to the host as progress.

        A job that the host calls off, or that is not over in time, makes no further request. Raises Overdue.
        """
        job, loop = Job(), asyncio.get_running_loop()
        result = loop.run_in_executor(self._pool, self._done, job, work, self._teller(ctx, loop))
        try:
            if (await asyncio.wait({result}, timeout=self.desk.call_s + LATE_S))[0]:
                return result.result()
            raise Overdue
        finally:
            if not result.done():
                self._end(job)
                result.cancel()

    def close(self) -> None:
        """Let the job that is being done put down what the request that is out has done; then close its session."""
        with self._lock:
            self._closed = True
            self.desk.wait_budget.cut()
        self._pool.shutdown(cancel_futures=True)
        self.desk.close()

    def _done(self, job: Job, work: Callable[[], T], tell: Callable[[Event], None]) -> T:
        with self._lock:
            if job.over or self._closed:
                raise CancelledError
            self._now = job
            self.desk.wait_budget.ends_in(self.desk.call_s)
        self.desk.listener = tell
        try:
            return work()
        except (Stop, ToolError):
            raise
        except Exception:
            self.desk.close()  # what nobody foresaw may have broken it
            raise
        finally:
            self.desk.listener = None
            with self._lock:
                self._now = None

    def _end(self, job: Job) -> None:
        """Let a job begin nothing more; one that comes after it is not meant."""
        with self._lock:
            job.over = True
            if self._now is job:
                self.desk.wait_budget.cut()

    def _teller(self, ctx: Context, loop: asyncio.AbstractEventLoop) -> Callable[[Event], None]:
        """A listener that may be called from the thread, also when the host has gone."""
        steps = 0

        def tell(event: Event) -> None:
            nonlocal steps
            if said := progress(event):
                steps += 1
                with suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(self._tell, ctx, steps, said)

        return tell

    def _tell(self, ctx: Context, step: int, said: str) -> None:
        async def told() -> None:
            with suppress(Exception):  # whoever is not there any more need not be told
                await ctx.session.report_progress(step, None, said)

        task = asyncio.get_running_loop().create_task(told())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


def progress(event: Any) -> str:
    """What is worth saying while a call runs, or nothing."""
    match event:
        case ToolStarted():
            return f"{event.name} …"
        case Exchange():
            return f"asked Meta ({event.elapsed_ms} ms)"
        case Noted(text) | Smaller(text):
            return plain_lines.safe(text, width=500)
        case Waiting():
            return plain_lines.safe(f"waiting until {event.until.astimezone():%H:%M:%S}: {event.reason}")
        case Progress():
            return f"{event.done} of {event.of} changes made"
    return ""
