"""Prints how a command ended, for people or as JSON."""

import json
import sqlite3
import sys
import tempfile
import traceback
import unicodedata
from pathlib import Path
from typing import Any

from agent.run.report import Report, failed
from agent.setup.stops import ConfigError, Exit, Stop

SENT = "What was sent is in the journal: see `adsteward history`."


def harmless(text: str) -> str:
    """Text of people, models and Meta without the characters that steer a terminal."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def print_json(value: Any) -> None:
    if sys.stdout is None:
        return  # nobody reads: a closed standard output
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _unusable(error: Exception) -> str:
    """A plain sentence for what is wrong outside of us, or nothing for a bug."""
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'} cannot be used ({error.strerror or error}). {SENT}"
    if isinstance(error, sqlite3.Error):
        return f"The journal or the sandbox's state cannot be used ({error}). {SENT}"
    if isinstance(error, RecursionError | UnicodeError):
        return f"Something given cannot be read as text ({type(error).__name__}). {SENT}"
    return ""


def stopped(stop: Stop, *, as_json: bool) -> int:
    """A command that could not begin."""
    if as_json:
        print_json(failed(stop))
    elif sys.stderr is not None:
        sys.stderr.write(f"{harmless(str(stop))}\n")
    return stop.exit_code


def reported(report: Report, *, as_json: bool, **more: Any) -> int:
    """A run that ended, well or not; without `--json` the screen has shown the changes already."""
    if as_json:
        print_json(report.as_json() | more)
    elif report.exit_code in (Exit.DONE, Exit.APPROVAL) and sys.stdout is not None:
        sys.stdout.write(f"{harmless(report.answer)}\n" if report.answer else "")
    else:
        sys.stderr.write(f"{harmless(report.answer)}\n")
    return report.exit_code


def unforeseen(error: Exception, *, as_json: bool) -> int:
    """What no command foresaw."""
    return stopped(understood(error), as_json=as_json)


def understood(error: Exception) -> Stop:
    """A file or input that cannot be used, or a bug, whose details go to a file."""
    if reason := _unusable(error):
        return ConfigError(reason)
    from tools.graph.redact import Redactor

    text = Redactor().text("".join(traceback.format_exception(error)))
    path = Path(tempfile.mkdtemp(prefix="adsteward-")) / "error.txt"
    path.write_text(text, encoding="utf-8")
    return Stop(f"adsteward hit a bug ({type(error).__name__}). {SENT} Please report it with {path}.")
