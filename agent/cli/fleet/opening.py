"""Opens the standing orders of a workspace, and the accounts that they name."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.cli.opening import open_session, silent
from agent.fleet.order_book import OrderBook
from agent.fleet.orders import ALL, Spot
from agent.run.refused import stop_of
from agent.run.session import Session
from agent.setup.own_files import make_private
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError, Stop
from agent.setup.world import asking
from agent.stores.shared_limits import limits_of
from tools.graph import GraphFailure

KEPT = ("sandbox", "sandbox_state", "model", "max_turns", "max_wait_s")
"""What an order keeps of the options that it was made with."""
Look = Callable[[Session], bool]
"""Sees an open account, and says whether it wants to see the next one."""
MOST_TRIED = 5
"""Accounts that are opened to be seen, those that cannot be among them."""


def open_book(options: Options) -> OrderBook:
    """The standing orders of the workspace. Raises ConfigError."""
    return OrderBook.of(state_of(options))


def state_of(options: Options) -> Path:
    """The state folder of the workspace, for its person alone. Raises ConfigError."""
    state = load_settings(options, whole=False).state
    make_private(state)
    return state


def kept_of(options: Options) -> dict[str, Any]:
    """The options that an order keeps, as JSON holds them."""
    kept = options.sandbox_state
    return {name: getattr(options, name) for name in KEPT} | {
        "sandbox_state": str(kept.resolve()) if kept else None
    }


def options_for(options: Options, kept: dict[str, Any], account: str) -> Options:
    """The options of a run of an order: as it was made, in this workspace, and with nothing on the screen."""
    place = kept["sandbox_state"]
    made = kept | {"sandbox_state": Path(place) if place else None}
    return replace(options, **made, account=None if account == ALL else account, json=True)


def spots(options: Options, account: str | None, look: Look | None = None) -> tuple[list[Spot], bool]:
    """The account that is named or set, or all that the token sees, and whether these are all. Raises Stop.

    `look` sees them one after the other while it wants to.
    """
    if account != ALL:
        return [_looked(options, account, look)[0]], True
    found, complete = _all(options)
    for spot in found[:MOST_TRIED] if look else ():
        with suppress(Stop):  # what cannot be read now is kept all the same, and says so when it is due
            if not _looked(options, spot.account, look)[1]:
                break
    return found, complete


def _looked(options: Options, account: str | None, look: Look | None) -> tuple[Spot, bool]:
    session = open_session(replace(options, account=account, json=True), "none")
    try:
        found = session.world.account
        return Spot(found.id, found.name, found.timezone), bool(look and look(session))
    finally:
        session.close()


def _all(options: Options) -> tuple[list[Spot], bool]:
    try:
        with asking(load_settings(options), limits_of, silent) as reader:
            listing = reader.read_all(
                "me/adaccounts", fields="id,name,timezone_name", summary="true", keep=True
            )
    except GraphFailure as failure:
        raise stop_of(failure, " Nothing was changed.") from None
    found = [
        Spot(str(row["id"]), str(row.get("name") or row["id"]), str(row.get("timezone_name") or "UTC"))
        for row in listing.rows
        if row.get("id")
    ]
    if not found:
        raise ConfigError("Your token sees no ad account. Nothing was changed.")
    return found, listing.complete
