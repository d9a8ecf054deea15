"""Prints how a command ended, for people or as JSON."""

import sys
from typing import Any

from agent.run.report import Report, failed
from agent.setup.stops import Exit, Stop
from tools.domain.text import harmless, json_text
from tools.graph.redact import Redactor


def print_json(value: Any) -> None:
    if sys.stdout is None:
        return  # nobody reads: a closed standard output
    sys.stdout.write(f"{Redactor().tokens(json_text(value))}\n")


def stopped(stop: Stop, *, as_json: bool) -> int:
    """A command that could not begin."""
    if as_json:
        print_json(failed(stop))
    elif sys.stderr is not None:
        sys.stderr.write(f"{Redactor().tokens(harmless(str(stop)))}\n")
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
    from agent.setup.bugs import understood

    return stopped(understood(error, Redactor()), as_json=as_json)
