"""Journals with a clock to move, and change sets to try the limits of a day with."""

import itertools
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.setup.stops import ConfigError
from agent.writes.approval import Approver, DecidedBefore, Decision, Nobody, decide
from agent.writes.journal import Journal
from agent.writes.journal_reader import State
from agent.writes.policy import Column, Policy
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.changes import Change, ChangeSet, Effect, Request, Spend

ACCOUNT = Account(id="act_1", name="A", currency="USD", timezone="UTC")
PERSON = DecidedBefore(Decision("approved", "a person"))
OVER = DecidedBefore(Decision("approved", "a person who typed it", over=True))
LIMITS = {"max_pauses_per_day": 10, "max_new_ads_per_day": 10, "max_daily_budget": "1000.00"}


@dataclass
class Clock:
    """Time that passes only when somebody says so."""

    at: datetime = datetime(2026, 3, 10, 14, 5, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def later(self, **much: float) -> None:
        self.at += timedelta(**much)


@dataclass
class Office:
    """One journal, opened anew by each session that comes by."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    brand: dict[str, Any] = field(default_factory=lambda: dict(LIMITS))
    numbers: Any = field(default_factory=itertools.count)
    sessions: list[Journal] = field(default_factory=list)

    def session(self) -> Journal:
        """A process that was just started."""
        self.sessions.append(Journal(self.folder / "journal.sqlite", now=self.clock.now))
        return self.sessions[-1]

    def close(self) -> None:
        for journal in self.sessions:
            journal.close()

    def propose(self, journal: Journal, changes: Iterable[Change]) -> ChangeSet:
        """A stored set with ids of its own."""
        run = f"r{next(self.numbers)}"
        mine = tuple(c.model_copy(update={"id": f"{run}.t.{n}"}) for n, c in enumerate(changes))
        made = ChangeSet(
            run_id=run,
            created_at=self.clock.now().isoformat(),
            world="https://graph.example",
            account=ACCOUNT.id,
            currency="USD",
            request=run,
            changes=mine,
        )
        journal.propose(made)
        return made

    def decide(
        self, journal: Journal, made: ChangeSet, mode: Column = "safe", approver: Approver | None = None
    ) -> Decision:
        """Have it decided as every surface does."""
        policy = Policy(Brand.model_validate(self.brand), ACCOUNT, mode)
        return decide(journal, approver or Nobody(), made, policy, lambda _: None)

    def apply(self, journal: Journal, made: ChangeSet, ends: Iterable[State] | None = None) -> None:
        """Send what is left of it; each change comes to an end, or stays SENT as its answer was lost."""
        ways = iter(ends or itertools.repeat("CONFIRMED"))
        if not journal.approved(made):
            return
        with suppress(ConfigError), journal.lease(made, "test") as epoch:
            for outcome in journal.outcomes(made):
                if outcome.state != "PLANNED":
                    continue
                (sent,) = journal.intend(made.id, epoch, [(outcome, {})])
                if (end := next(ways)) != "SENT":
                    journal.record(made.id, sent, end, result={"id": f"made-{sent.change.id}"})
            journal.finish(made)

    def through(
        self, *changes: Change, mode: Column = "safe", approver: Approver | None = None, send: bool = True
    ) -> Decision:
        """Proposed, decided and applied in a session of its own."""
        journal = self.session()
        made = self.propose(journal, changes)
        decision = self.decide(journal, made, mode, approver)
        if decision.verdict == "approved" and send:
            self.apply(journal, made)
        return decision


def pause(target: str = "7", **rest: Any) -> Change:
    """One running ad stopped."""
    return _status(target, "ACTIVE", "PAUSED", Effect.STOP_SPEND, **rest)


def start(target: str = "7", daily: int | None = 2000, **rest: Any) -> Change:
    """Something activated, which may spend so much a day."""
    spend = Spend(daily_minor=daily, currency="USD")
    return _status(target, "PAUSED", "ACTIVE", Effect.START_SPEND, spend=spend, **rest)


def budget(target: str, before: int, after: int, *, of: str = "daily_budget", **rest: Any) -> Change:
    """A budget set anew."""
    daily = after - before if of == "daily_budget" else None
    return _change(
        "set_budget",
        Effect.CHANGE_SPEND,
        target=target,
        level="adset",
        before={of: str(before)},
        after={of: str(after)},
        spend=Spend(daily_minor=daily, currency="USD"),
        **rest,
    )


def new(kind: str = "create_campaign", daily: int = 0, **rest: Any) -> Change:
    """Something made, PAUSED."""
    return _change(
        kind,
        Effect.CREATE,
        request=Request(path="act_1/x", params={"status": "PAUSED"}),
        spend=Spend(daily_minor=0, currency="USD", once_started_minor=daily),
        **rest,
    )


def back(done: Change) -> Change:
    """What `undo` proposes for a change."""
    effects = {Effect.STOP_SPEND: Effect.START_SPEND, Effect.START_SPEND: Effect.STOP_SPEND}
    daily = done.spend.daily_minor
    return done.model_copy(
        update={
            "effect": effects.get(done.effect, done.effect),
            "before": done.after,
            "after": done.before,
            "spend": Spend(daily_minor=None if daily is None else -daily, currency="USD"),
            "restores": done.id,
        }
    )


def _status(target: str, before: str, after: str, effect: Effect, **rest: Any) -> Change:
    rest = {"spend": Spend(daily_minor=0, currency="USD"), "level": "ad"} | rest
    return _change(
        "set_status", effect, target=target, before={"status": before}, after={"status": after}, **rest
    )


def _change(kind: str, effect: Effect, **rest: Any) -> Change:
    name = f"{kind} {rest.get('target', '')}".strip()
    given = {"id": "new", "kind": kind, "effect": effect, "account": ACCOUNT.id, "name": name}
    return Change.model_validate(given | {"request": Request(path="x")} | rest)
