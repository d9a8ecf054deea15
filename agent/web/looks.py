"""Having accounts read anew from the page: in threads, one look at a time for each account, with how far it is."""

from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

from agent.overview.all_accounts import accounts_of, look_at_all
from agent.overview.readings import Tell, look, look_at_ad
from agent.overview.snapshots import Snapshots
from agent.run.events import Event, ToolStarted
from agent.run.report import Report
from agent.run.session import Session
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError
from agent.web.decisions import opened
from agent.web.visits import House
from agent.web.works import Work
from tools.domain.text import visible

ALL = "look"
REFRESH_S = 2
"""How often a page looks how far a look is."""


def snapshots(options: Options) -> "closing[Snapshots]":
    """What is kept of the accounts, for as long as it is needed. Raises ConfigError."""
    return closing(Snapshots.of(load_settings(options, whole=False).state))


def key_of(account: str, ad_id: str = "") -> str:
    """Under which a look at an account, or at one of its ads, is watched."""
    return f"look {account} {ad_id}".rstrip()


def watched(house: House, key: str) -> dict[str, Any]:
    """What a page tells of a look; asked before the page reads, so that one that ends meanwhile is looked at again."""
    work = house.works.of(key)
    return {"work": work, "refresh_s": REFRESH_S if work and not work.over else 0}


def begin_all(house: House) -> None:
    """Have every account read anew."""
    house.works.begin(ALL, partial(_all, house.options), aside=True)


def begin(house: House, account: str, ad_id: str = "") -> None:
    """Have an account read anew, or one of its ads."""
    job = partial(_one, replace(house.options, account=account), ad_id)
    house.works.begin(key_of(account, ad_id), job, aside=True)


def _all(options: Options, work: Work) -> None:
    """Raises Stop where no account can be listed, and saying what of them could not be read."""
    accounts, complete = accounts_of(options)
    tell = _telling(work, "accounts")
    with snapshots(options) as kept:
        reads = look_at_all(
            accounts,
            lambda one: _opened(replace(options, account=one), work),
            kept,
            tell,
            complete=complete,
        )
        if problems := [f"{visible(read.name)}: {read.problem}" for read in reads if read.problem]:
            raise ConfigError("\n".join(problems))


def _one(options: Options, ad_id: str, work: Work) -> Report:
    """Raises Stop where the account cannot be opened."""
    session = _opened(options, work)
    try:
        with closing(Snapshots.of(session.settings.state)) as kept:
            if ad_id:
                return look_at_ad(session, kept, ad_id)
            return look(session, kept, _telling(work, "parts"))
    finally:
        session.close()


def _telling(work: Work, what: str) -> Tell:
    def tell(done: int, of: int, now: str) -> None:
        work.step(f"{done} of {of} {what} read" + (f"; now {visible(now)}" if now else ""))

    return tell


def _opened(options: Options, work: Work) -> Session:
    """A session that says nothing of single tools: how far the look is, is told instead."""
    session = opened(options, work)

    def hear(event: Event) -> None:
        if not isinstance(event, ToolStarted):
            work.hear(event)

    session.listener = hear
    return session
