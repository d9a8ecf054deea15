"""Who works and on which machine, where several machines share what they keep. Names, no proof: the database's password is that."""

import getpass
import os
import platform

from agent.setup.environment import variable


def person() -> str:
    """What `ADSTEWARD_PERSON` says, else the login."""
    if named := variable("ADSTEWARD_PERSON"):
        return named
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a container's user without a name
        return f"user {os.getuid()}"


def machine() -> str:
    """The name of this machine."""
    return platform.node()
