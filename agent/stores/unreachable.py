"""The errors of a database that machines share, for whoever can wait for it; no driver is needed to know them."""

from agent.setup.stops import ConfigError


class Unreachable(OSError):  # noqa: N818 - as ConnectionRefusedError, it says what happened
    """The database does not answer, or the connection to it was lost. Names it, without its password."""

    def __str__(self) -> str:
        return f"{self.filename} cannot be used ({self.strerror})."


class NotReached(ConfigError):  # noqa: N818 - as above
    """It did not answer when tables were to be opened."""


GONE = (Unreachable, NotReached)
"""What is raised while it does not answer."""
