"""Reads one account after the other anew; what goes wrong with one takes nothing from the others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.overview.readings import Tell, look, to_nobody
from agent.overview.snapshots import Snapshots
from agent.run.refused import stop_of
from agent.run.session import Session
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError, Stop
from agent.setup.world import asking
from agent.stores.shared_limits import limits_of
from tools.domain.account import seen_accounts
from tools.graph import GraphFailure


@dataclass(frozen=True, slots=True)
class Read:
    """How reading one account ended; `problem` says what of it was not read."""

    account: str
    name: str
    problem: str
    exit_code: int


def accounts_of(options: Options) -> tuple[list[tuple[str, str]], bool]:
    """The accounts that the token sees by id and name, and whether they are all; or the one that is named. Raises Stop."""
    if options.account:
        return [(options.account, options.account)], False
    settings = load_settings(options)
    try:
        with asking(settings, limits_of, lambda _: None) as reader:
            rows, said = seen_accounts(reader)
    except GraphFailure as failure:
        raise stop_of(failure, " Nothing was changed.") from None
    if not rows:
        raise ConfigError("Your token sees no ad account. Nothing was changed.")
    return [(str(row["id"]), str(row.get("name") or row["id"])) for row in rows], said.startswith("all ")


def look_at_all(
    accounts: list[tuple[str, str]],
    opened: Callable[[str], Session],
    snapshots: Snapshots,
    tell: Tell = to_nobody,
    *,
    complete: bool = False,
) -> Iterator[Read]:
    """Read them in turn, and say of each how that ended; where they are all there are, others are kept no longer."""
    world = ""
    for done, (account, name) in enumerate(accounts):
        tell(done, len(accounts), name)
        try:
            session = opened(account)
        except Stop as stop:
            yield Read(account, name, str(stop), stop.exit_code)
            continue
        try:
            report = look(session, snapshots)
        finally:
            session.close()
        world = session.world.id
        yield Read(account, session.world.account.name, report.answer, report.exit_code)
    if complete and world:
        snapshots.forget_all_but(world, [account for account, _ in accounts])
