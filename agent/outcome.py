"""Prints how a command ended, for people or as JSON."""

import json
import sys
import tempfile
import traceback
import unicodedata
from pathlib import Path
from typing import Any

from agent.errors import Stop
from agent.report import Report, failed


def harmless(text: str) -> str:
    """Text of people, models and Meta without the characters that steer a terminal."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def stopped(stop: Stop, *, as_json: bool) -> int:
    """A command that could not begin."""
    if as_json:
        print_json(failed(stop))
    else:
        sys.stderr.write(f"{harmless(str(stop))}\n")
    return stop.exit_code


def reported(report: Report, *, as_json: bool, **more: Any) -> int:
    """A run that ended, well or not; without `--json` the screen has shown the changes already."""
    if as_json:
        print_json(report.as_json() | more)
    elif report.exit_code in (0, 3):
        sys.stdout.write(f"{harmless(report.answer)}\n" if report.answer else "")
    else:
        sys.stderr.write(f"{harmless(report.answer)}\n")
    return report.exit_code


def unforeseen(error: Exception, *, as_json: bool) -> int:
    """A bug: the details go to a file, with secrets taken out, and the person is told what to do."""
    from tools.graph.redact import Redactor

    text = Redactor().text("".join(traceback.format_exception(error)))
    path = Path(tempfile.mkdtemp(prefix="adsteward-")) / "error.txt"
    path.write_text(text, encoding="utf-8")
    stop = Stop(
        f"adsteward hit a bug ({type(error).__name__}). What was sent is in the journal: see `adsteward history`."
        f" Please report it with {path}."
    )
    return stopped(stop, as_json=as_json)
