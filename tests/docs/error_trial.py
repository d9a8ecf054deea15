"""Lets one call meet an error, on the sandbox and a clock that only waiting moves, and notes what the client did."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from agent.run.places import UNATTENDED_WAIT_S
from agent.writes.apply import Applier
from agent.writes.journal import Journal
from agent.writes.journal_reader import Outcome
from tests.agent.support import ACCOUNT, Clock, Faults, Sandbox, is_write
from tests.docs.error_cases import ALWAYS, KINDS, ONCE, Column, Did, Error, Row
from tools.domain.changes import Change, ChangeSet, Effect, Kind, Request, Spend, marker_of
from tools.graph import Governor, GraphFailure, GraphReader, GraphWriter, Held, MemoryLimits, WaitBudget, Wire
from tools.graph.listing import ListCall


def measure(folder: Path, error: Error) -> Row:
    """What the client does about this error, in each column."""
    return {column: did for times in (ONCE, ALWAYS) for column, did in _met(folder, error, times)}


def _met(folder: Path, error: Error, times: int) -> Iterator[tuple[Column, Did]]:
    """Each kind of call meets the error so many times, with a client and a journal of its own."""
    with Sandbox() as sandbox, closing(sandbox.transport):
        ads = sandbox.ads("id,name,status,adset_id,creative{id}")
        active = [ad for ad in ads if ad["status"] == "ACTIVE"]
        for kind in KINDS:
            with closing(Trial(sandbox, active)) as trial:
                journal = folder / f"{kind}, {times}.sqlite"
                yield Column(kind, times), trial.meet(error, times, kind, journal)


class Trial:
    """A client as `agent.setup.world` makes it for a run that nobody attends."""

    def __init__(self, sandbox: Sandbox, active: Sequence[dict[str, Any]]) -> None:
        self._sandbox, self._active = sandbox, active
        self._faults = Faults()
        self._clock: Clock = self._faults.clock
        self._governor = Governor(
            MemoryLimits(),
            host="sandbox",
            token="sandbox-token",
            account=ACCOUNT,
            now=lambda: self._clock.now().timestamp(),
        )
        self._wire = Wire(
            "sandbox-token",
            base_url="http://sandbox",
            transport=self._faults.around(sandbox.transport),
            sleep=self._clock.sleep,
            governor=self._governor,
            wait_budget=WaitBudget(UNATTENDED_WAIT_S),
        )
        self._reader = GraphReader(self._wire)

    def close(self) -> None:
        self._wire.close()
        self._governor.close()

    def meet(self, error: Error, times: int, kind: str, journal: Path) -> Did:
        """Make such a call, which meets the error; all other requests are answered."""
        met = self._faults.reads if kind == "read" else self._faults.writes
        met += [error.action] * times
        calls = 2 if error.in_batch else 1
        return self._read(calls) if kind == "read" else self._write(journal, kind, calls)

    def _read(self, calls: int) -> Did:
        """All ads of the account as one list, or as two lists in a batch."""
        path = f"{ACCOUNT}/ads"
        try:
            if calls == 1:
                self._reader.read_all(path, page_size=200, fields="id")
            else:
                for stream in self._reader.lists(*[ListCall(path, 200, {"fields": "id"})] * calls):
                    list(stream)
        except GraphFailure as failure:
            outcome = _ended(failure, len(self._faults.requests))
        else:
            outcome = "read"
        return self._did("s" * len(self._faults.requests), outcome, 0)

    def _write(self, journal: Path, kind: str, calls: int) -> Did:
        """Apply a set of such changes as a run does."""
        change_set = self._proposed(kind, calls)
        with closing(Journal(journal, now=self._clock.now)) as opened:
            opened.propose(change_set)
            opened.approve(change_set, "test")
            settled = self._applier(opened).apply(change_set)
        first, *others = settled.outcomes
        assert all(other.said == "done" for other in others)
        requests = "".join("s" if is_write(request) else "l" for request in self._faults.requests)
        return self._did(requests, first.said + ", run ends" * settled.fatal, self._executed(first))

    def _applier(self, journal: Journal) -> Applier:
        return Applier(
            journal,
            self._reader,
            GraphWriter(self._wire),
            lambda _: None,
            now=self._clock.now,
            monotonic=self._clock.monotonic,
        )

    def _did(self, requests: str, outcome: str, executed: int) -> Did:
        return Did(requests, sum(self._clock.waits), outcome, executed)

    def _executed(self, outcome: Outcome) -> int:
        """How often the write shows in the account's own log, or as ads of its name."""
        change = outcome.change
        if change.kind == "create_ad":
            return sum(ad["name"] == change.name for ad in self._sandbox.ads("name"))
        return sum(write["object_id"] == change.target for write in self._sandbox.writes())

    def _proposed(self, kind: str, calls: int) -> ChangeSet:
        make = _pauses if kind == "pause" else _new_ads
        return ChangeSet(
            run_id="trial",
            created_at=self._clock.now().isoformat(),
            world="sandbox",
            account=ACCOUNT,
            currency="USD",
            request=kind,
            changes=tuple(make(self._active[:calls])),
        )


def _pauses(ads: Sequence[dict[str, Any]]) -> list[Change]:
    return [
        _change(
            "set_status",
            Effect.STOP_SPEND,
            Request(path=ad["id"], params={"status": "PAUSED"}),
            place=place,
            name=ad["name"],
            target=ad["id"],
            before={"status": "ACTIVE"},
        )
        for place, ad in enumerate(ads)
    ]


def _new_ads(ads: Sequence[dict[str, Any]]) -> list[Change]:
    """Another ad beside each of these, with the same creative."""
    return [
        _change(
            "create_ad",
            Effect.CREATE,
            Request(
                path=f"{ACCOUNT}/ads",
                params={
                    "name": f"new {place}",
                    "adset_id": ad["adset_id"],
                    "creative": {"creative_id": ad["creative"]["id"]},
                    "status": "PAUSED",
                    "adlabels": [{"name": marker_of(f"trial.{place}")}],
                },
            ),
            place=place,
            name=f"new {place}",
        )
        for place, ad in enumerate(ads)
    ]


def _change(kind: Kind, effect: Effect, request: Request, *, place: int, name: str, **rest: Any) -> Change:
    return Change(
        id=f"trial.{place}",
        kind=kind,
        effect=effect,
        account=ACCOUNT,
        level="ad",
        name=name,
        request=request,
        after={"status": "PAUSED"},
        spend=Spend(daily_minor=0, currency="USD"),
        marker=marker_of(f"trial.{place}"),
        **rest,
    )


def _ended(failure: GraphFailure, tries: int) -> str:
    """How a read ended that was not answered."""
    if isinstance(failure, Held):
        return "held back, run ends"
    if failure.ends_the_run:
        return "refused, run ends"
    return "given up" if tries > 1 else "refused"
