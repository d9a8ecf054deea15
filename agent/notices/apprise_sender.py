"""Sends one message to one address through Apprise; the only module that imports it, and only when something is sent."""

import logging
from pathlib import Path

from agent.setup import private
from agent.setup.environment import variable
from agent.setup.stops import ConfigError

MISSING = (
    "Messages need Apprise, which is not installed. Add the extra `notify`, such as with"
    " `uv tool install '.[notify]'` in a checkout of adsteward."
)
READ_S = 30.0
"""How long an answer may take, far longer than anybody waits for it: what was sent and not answered may have been told."""


def address_of(where: str) -> str:
    """The address that a target names; never shown. Raises ConfigError saying what is missing."""
    if where.startswith("$"):
        name = where[1:]
        if not (found := variable(name)):
            raise ConfigError(f"{where} is not set: put the address into the variable {name}.")
    else:
        text = private.read(Path(where).expanduser())
        if text is None:
            raise ConfigError(f"{where} is not there: put the address into that file, and `chmod 600` it.")
        found = text.strip()
    if "://" not in found or len(found.split()) != 1:
        raise ConfigError(f"{where} holds no address of one target, such as slack://… or mailto://….")
    return found


def installed() -> bool:
    """Whether Apprise is there."""
    from importlib.util import find_spec

    return find_spec("apprise") is not None


def send(where: str, title: str, body: str) -> None:
    """Send a message as plain text. Raises ConfigError when that is not set up, and OSError when it did not arrive."""
    address = address_of(where)
    if not installed():
        raise ConfigError(MISSING)
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would print addresses
    asset = apprise.AppriseAsset(app_id="adsteward", app_desc="adsteward", async_mode=False)
    targets = apprise.Apprise(asset=asset)
    if not targets.add(address) or len(targets) != 1:
        raise ConfigError(f"{where} holds an address that Apprise does not know: see its list of services.")
    for target in targets:  # one that gave up by itself would count as not told, and be told again
        target.socket_read_timeout = max(target.socket_read_timeout, READ_S)
    if not targets.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
        raise OSError(f"{where} did not take the message")
