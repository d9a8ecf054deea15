"""What nobody foresaw, as the end of a run: a plain sentence where the world is to blame, else a bug and its trace."""

import sqlite3
import tempfile
import traceback
from pathlib import Path

from agent.setup.remedies import remedy
from agent.setup.stops import Bug, ConfigError, Stop
from tools.graph.redact import Redactor

SENT = "What was sent is in the journal: see `adsteward history`."
SENT_IF_ANY = "If anything was sent, the journal has it: see `adsteward history`."


def understood(error: BaseException, redactor: Redactor) -> Stop:
    """A file or input that cannot be used, or a bug, whose trace goes to a file without secrets."""
    if reason := _unusable(error):
        return ConfigError(redactor.text(reason))
    path = Path(tempfile.mkdtemp(prefix="adsteward-")) / "error.txt"
    trace = redactor.text("".join(traceback.format_exception(error)))
    path.write_text(trace, encoding="utf-8", errors="backslashreplace")
    return Bug(f"adsteward hit a bug ({type(error).__name__}). {SENT} Please report it with {path}.")


def _unusable(error: BaseException) -> str:
    """A plain sentence for what is wrong outside of us, or nothing for a bug."""
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'} cannot be used ({error.strerror or error}). {SENT}"
    if isinstance(error, sqlite3.Error):
        then = f"To go on: {helps}. " if (helps := remedy(error)) else ""
        return f"The journal or the sandbox's state cannot be used ({error}). {then}{SENT_IF_ANY}"
    if isinstance(error, UnicodeError):
        return f"Something given cannot be read as text ({type(error).__name__}). {SENT}"
    return ""
