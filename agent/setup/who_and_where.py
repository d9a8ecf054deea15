"""Who works and on which machine, where several machines share what they keep. Names, no proof: the database's password is that."""

import getpass
import os
import platform

from agent.setup.environment import variable
from agent.setup.stops import ConfigError


def person() -> str:
    """What `ADSTEWARD_PERSON` says, else the login. Raises ConfigError for a name that is no text."""
    try:
        named = variable("ADSTEWARD_PERSON") or getpass.getuser()
    except (ImportError, KeyError, OSError):  # a container's user without a name
        return f"user {os.getuid()}"
    if any("\ud800" <= sign <= "\udfff" for sign in named):  # bytes that are no UTF-8
        raise ConfigError(
            f"Your name {named!a} is no text that can be kept: set ADSTEWARD_PERSON to another. Nothing was changed."
        )
    return named


def machine() -> str:
    """The name of this machine."""
    return platform.node()
