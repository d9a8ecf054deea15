"""The error of a database that machines share, for whoever can wait for it; no driver is needed to know it."""


class Unreachable(OSError):  # noqa: N818 - as ConnectionRefusedError, it says what happened
    """The database does not answer, or the connection to it was lost. Names it, without its password."""

    def __str__(self) -> str:
        return f"{self.filename} cannot be used ({self.strerror})."
