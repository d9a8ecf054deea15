"""`adsteward work` and `adsteward schedule run`: does what is due, each time as an ordinary run."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from agent.cli.fleet.opening import open_book, options_for, spots, state_of
from agent.cli.opening import open_session
from agent.fleet.crew import lead
from agent.fleet.due_work import Worker
from agent.fleet.order_book import OrderBook
from agent.fleet.orders import ENDED_AS, Claim, End, Spot
from agent.fleet.unit_files import System, unit_file
from agent.hooks.look_queue import Look
from agent.hooks.looking import Looker, look_at
from agent.notices.messenger import aside, deliver
from agent.notices.order_notices import told_of_order
from agent.notices.run_notices import telling
from agent.overview.readings import renew
from agent.overview.snapshots import Snapshots
from agent.run.braking import settings_and_model
from agent.run.places import unattended_s
from agent.run.refused import passes
from agent.run.session import Session
from agent.setup import bugs
from agent.setup.settings import Options, find_workspace, load_settings
from agent.setup.stops import ConfigError, Exit, Stop
from agent.show.ending import print_json
from agent.stores.engine import shared_url
from tools.domain.notify.notify_targets import NotifyTarget
from tools.domain.text import clock, harmless, listed, visible, zone_of
from tools.graph import WaitBudget
from tools.graph.redact import Redactor
from tools.graph.retry import BACKOFF_S

Done = list[dict[str, Any]]
PLACE_S = 60.0
"""How long a run that has not begun holds its worker for Meta's limits, while other accounts may be due."""


def work(options: Options, *, once: bool, one_of: int = 1) -> int:
    """Do what is due, once or until Ctrl-C. Gives the exit code of what went wrong, else 3 if something waits. Raises ConfigError."""
    if options.json and not once:
        raise ConfigError("`adsteward work --json` prints one object, so it needs --once.")
    with _worker(options) as (worker, done):
        worker.workers = one_of
        try:
            if once:
                worker.once()
                aside(deliver(worker.state))
            else:
                _say("Doing what is due, until Ctrl-C.", options)
                _until_stopped(worker)
        except KeyboardInterrupt:
            if once or Exit.INTERRUPTED in worker.exits[-1:]:
                return _ended(options, worker, done, Exit.INTERRUPTED)
            return _ended(options, worker, done, Exit.DONE)
        return _ended(options, worker, done, exit_code(worker.exits))


def work_together(options: Options, workers: int, *, once: bool) -> int:
    """Have several processes do what is due. Gives the worst exit code. Raises ConfigError."""
    if options.json:
        raise ConfigError("`adsteward work --json` prints one object, so it needs --workers 1.")
    place = find_workspace(options.workspace)[0]
    command = [sys.executable, "-m", "agent", "work", "--one-of", str(workers), "--workspace", str(place)]
    codes = lead(
        [*command, *(["--once"] if once else [])],
        workers,
        again=not once,
        say=lambda text: _say(text, options),
    )
    return exit_code(codes)


def _until_stopped(worker: Worker) -> None:
    def rest(wait_s: float) -> None:
        _rest(worker, wait_s)

    if url := shared_url():
        from agent.fleet.turns import take_turns  # DBOS, which only the extra `scale` has

        take_turns(worker, url, rest)
    worker.until_stopped(rest)


def run_now(options: Options, order_id: str) -> int:
    """Do an order at once. Raises ConfigError when there is none, or all of its accounts are busy."""
    with _worker(options, place_s=None) as (worker, done):
        order = worker.book.order(order_id)
        try:
            busy = worker.now(order)
        except KeyboardInterrupt:
            return _ended(options, worker, done, Exit.INTERRUPTED)
        if busy and not done:
            names = listed([spot.account for spot in busy], most=10)
            raise ConfigError(
                f"Another adsteward is at work on {names}. Nothing was done; try again when it is done."
            )
        return _ended(options, worker, done, exit_code(worker.exits))


def print_unit(options: Options, system: System) -> int:
    """Print what a system's scheduler needs. Raises ConfigError."""
    found = shutil.which(sys.argv[0]) or shutil.which("adsteward")
    program = [str(Path(found).resolve())] if found else [sys.executable, "-m", "agent"]
    sys.stdout.write(unit_file(system, program, find_workspace(options.workspace)[0]))
    return 0


def exit_code(exits: list[int]) -> int:
    """What several runs add up to: the worst failure, else that something waits, else done."""
    failed = [code for code in exits if code not in (Exit.DONE, Exit.APPROVAL)]
    return max(failed or exits, default=Exit.DONE)


@contextmanager
def _worker(options: Options, place_s: float | None = PLACE_S) -> Iterator[tuple[Worker, Done]]:
    done = Done()

    def tell(claim: Claim, end: End, note: str) -> None:
        done.append(_object(claim, end, note))
        if end.news:
            _say(_line(claim, end, note), options)
        kept = options_for(options, dict(claim.order.options), claim.spot.account)
        aside(told_of_order(state_of(options), _targets(kept), claim, end))

    with closing(open_book(options)) as book:
        state = state_of(options)
        looker = Looker(state, partial(_look, options), tell, book.lives)

        def looks(owner: str, most: int) -> list[int]:
            try:
                return looker.round(owner, most)
            except Stop as stop:  # what webhooks left must not keep schedules from being done
                _say(f"{stop}\n", options)
                return [int(stop.exit_code)]

        yield (
            Worker(
                book=book,
                state=state,
                run=lambda claim: _run(options, claim, None if claim.failed_since else place_s),
                accounts=lambda order: spots(
                    options_for(options, dict(order.options), order.account), order.account
                ),
                tell=tell,
                beside=looks,
                say=lambda text: _say(text, options),
            ),
            done,
        )


def _run(options: Options, claim: Claim, place_s: float | None) -> End:
    """One time of an order: a run like any other, approved as its order says.

    Where Meta wants to be left alone for longer than `place_s` before it has begun, it gives its place back and comes
    again when Meta said; nothing was read or proposed then. From then on, and with None, it waits as other runs do.
    """
    budget = WaitBudget()
    end = _ending(options, claim, lambda own: _report(own, claim, budget, place_s))
    by_meta = budget.refused_s > max(BACKOFF_S)  # what is shorter may be a wait of our own before a retry
    return replace(end, wait_s=budget.refused_s if by_meta else 0.0)


def _look(options: Options, claim: Claim, look: Look) -> End:
    """A look that a webhook asked for: by the built-in rules, so that no webhook costs a model's tokens."""
    from agent.models.offline import Offline

    def job(own: Options) -> End:
        session = open_session(own, "none")
        try:
            return look_at(session, look, Offline())
        finally:
            session.close()

    return _ending(options, claim, job)


def _ending(options: Options, claim: Claim, job: Callable[[Options], End]) -> End:
    """How a job ended in the account and with the options of a claim, whatever came of it."""
    try:
        return job(options_for(options, dict(claim.order.options), claim.spot.account))
    except Stop as stop:
        return End(stop.status, stop.exit_code, Redactor().tokens(str(stop)), passing=passes(stop))
    except Exception as error:  # noqa: BLE001 - one run's bug must not keep the others from being done
        bug = bugs.understood(error, Redactor())
        return End(bug.status, bug.exit_code, str(bug))


def _report(options: Options, claim: Claim, budget: WaitBudget, place_s: float | None) -> End:
    order = claim.order
    options = replace(options, approve=order.approve)
    (settings, model), whole_s = settings_and_model(options, order.request), unattended_s(options)
    budget.limit_s = whole_s if place_s is None else min(place_s, whole_s)
    session = open_session(options, order.approve, model=model.name, settings=settings, wait_budget=budget)
    budget.limit_s = whole_s
    try:
        with telling(session, attended=False):
            report = session.run(order.request, model)
        if report.exit_code in (Exit.DONE, Exit.APPROVAL):
            _renewed(session)
        sets = tuple(stored.change_set.id for stored in report.change_sets)
        answer, zone = Redactor().tokens(report.answer), session.world.account.timezone
        return End(
            report.status, report.exit_code, answer, sets, report.transcript, zone, passing=report.passing
        )
    finally:
        session.close()


def _named(spot: Spot) -> str:
    return f"{visible(spot.name)} ({spot.account})" if spot.name != spot.account else spot.account


def _targets(options: Options) -> tuple[NotifyTarget, ...]:
    """Who is told of an order whose run may not even have begun."""
    try:
        return load_settings(options, whole=False).loaded.brand.notify
    except ConfigError:
        return ()


def _rest(worker: Worker, wait_s: float) -> None:
    """Until the next look; what was held back for the night goes out meanwhile."""
    aside(deliver(worker.state))
    time.sleep(wait_s)


def _renewed(session: Session) -> None:
    """What the page shows of the account is read anew; whatever becomes of that, the run is over."""
    with suppress(Stop), closing(Snapshots.of(session.settings.state)) as snapshots:
        renew(session, snapshots)


def _line(claim: Claim, end: End, note: str) -> str:
    at = clock(datetime.now(zone_of(claim.spot.timezone)))
    late = f" ({note})" if note else ""
    head = f"{at}  {claim.order.id} {visible(claim.order.request)} · {_named(claim.spot)}"
    waits = "\nIt waits for you: `adsteward inbox`." if end.status == "needs_approval" else ""
    ended = ENDED_AS.get(end.status, end.status)
    return f"{head}: {ended}{late}\n{end.answer.strip()}{waits}\n"


def _say(text: str, options: Options) -> None:
    if not options.json and sys.stdout is not None:
        from agent.show.broken_lines import put_plain

        put_plain(harmless(text))
        sys.stdout.flush()


def _object(claim: Claim, end: End, note: str) -> dict[str, Any]:
    return {
        "schedule": claim.order.id,
        "request": claim.order.request,
        "account": claim.spot.account,
        "due": claim.due.isoformat(),
        "status": end.status,
        "exit_code": int(end.exit_code),
        "answer": end.answer,
        "note": note,
        "change_sets": list(end.change_sets),
        "transcript": end.transcript,
    }


def _ended(options: Options, worker: Worker, done: Done, code: int) -> int:
    due = worker.book.next_due()
    coming = due.isoformat() if due else None
    if options.json:
        print_json({"runs": done, "next": coming})
    elif not done:
        _say(f"Nothing was due. {_next(worker.book)}", options)
    elif code == Exit.INTERRUPTED:
        _say("Stopped. `adsteward schedule list` says how each ended, `adsteward inbox` what waits.", options)
    return code


def _next(book: OrderBook) -> str:
    due = book.next_due()
    return f"Next: {clock(due.astimezone())}." if due else "There are no schedules: `adsteward schedule add`."
