"""Why a run ends early, and the exit code that says so."""


class Stop(Exception):  # noqa: N818 - a reason to end, not always an error
    """Ends a run with a message for the person."""

    exit_code = 1


class ConfigError(Stop):
    """Usage, configuration or the workspace is wrong."""

    exit_code = 2


class MetaFailed(Stop):
    """Meta refused or failed in a way that no further call can help."""

    exit_code = 4


class ModelFailed(Stop):
    """The model's server gave no usable answer."""

    exit_code = 5


class LimitReached(Stop):
    """A limit of the run was reached."""

    exit_code = 6


class Bug(Stop):
    """Something went wrong in a way that nobody foresaw; the trace is in a file."""

    exit_code = 70


class Interrupted(Stop):
    """The person pressed Ctrl-C."""

    exit_code = 130
