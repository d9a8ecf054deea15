"""Why a run ends early, and the exit code that says so."""

from enum import IntEnum
from typing import ClassVar, Literal, Self

StopStatus = Literal["error", "limit", "refused", "needs_approval", "declined"]


class Exit(IntEnum):
    """Every exit code, and what it says."""

    DONE = 0, "done or answered"
    UNREAD = 1, "nobody reads the output"
    USAGE = 2, "usage, configuration or bad input: an unknown name, a missing file, a wrong amount"
    APPROVAL = 3, "approval needed or declined"
    META = 4, "Meta refused or failed"
    MODEL = 5, "the model failed"
    LIMIT = 6, "a limit was reached (turns, tokens, waiting, a guardrail), and nothing else was done"
    NOT_UNDERSTOOD = 7, "not understood"
    BUG = 70, "a bug; its trace is in a file"
    INTERRUPTED = 130, "interrupted"

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """A number that knows what it means."""
        member = int.__new__(cls, code)
        member._value_, member.meaning = code, meaning
        return member


class Stop(Exception):  # noqa: N818 - a reason to end, not always an error
    """Ends a run with a message for the person."""

    exit_code: ClassVar[Exit] = Exit.BUG
    status: ClassVar[StopStatus] = "error"
    passing: bool = False
    """Whether the same may go well a little later: nobody was reached, or it was too much at once."""


class ConfigError(Stop):
    """Usage, configuration or the workspace is wrong."""

    exit_code = Exit.USAGE


class BrandFileError(ConfigError):
    """A brand file holds what is none of its values."""


class AbsentError(ConfigError):
    """What is asked for by its id is not there."""


class UnseenError(ConfigError):
    """The token does not see the account that is asked for."""


class MetaFailed(Stop):
    """Meta refused or failed in a way that no further call can help."""

    exit_code = Exit.META


class ModelFailed(Stop):
    """The model's server gave no usable answer."""

    exit_code = Exit.MODEL


class LimitReached(Stop):
    """A limit of the run was reached."""

    exit_code = Exit.LIMIT
    status = "limit"


class Forbidden(Stop):
    """A guardrail of stack.md refuses it."""

    exit_code = Exit.LIMIT
    status = "refused"


class NotApproved(Stop):
    """Nobody approved it, or not any more."""

    exit_code = Exit.APPROVAL
    status: ClassVar[StopStatus] = "needs_approval"


class Declined(NotApproved):
    """Somebody declined it."""

    status = "declined"


class Bug(Stop):
    """Something went wrong in a way that nobody foresaw; the trace is in a file."""

    exit_code = Exit.BUG


class Interrupted(Stop):
    """The person pressed Ctrl-C."""

    exit_code = Exit.INTERRUPTED
