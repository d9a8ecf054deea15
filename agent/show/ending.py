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


def _put(text: str, *, stderr: bool) -> None:
    from agent.show.broken_lines import put_plain  # JSON needs no screen

    put_plain(text, stderr=stderr)


def done(text: str, *, as_json: bool, **more: Any) -> int:
    """A command that asked no model and is through: its lines, or one object with more in it."""
    if as_json:
        print_json({"status": "done", "answer": text} | more)
    else:
        _put(text, stderr=False)
    return Exit.DONE


def stopped(stop: Stop, *, as_json: bool) -> int:
    """A command that could not begin."""
    if as_json:
        print_json(failed(stop))
    else:
        _put(Redactor().tokens(harmless(str(stop))), stderr=True)
    return stop.exit_code


def reported(report: Report, *, as_json: bool, **more: Any) -> int:
    """A run that ended, well or not; without `--json` the screen has shown the changes already."""
    if as_json:
        print_json(report.as_json() | more)
    elif report.answer:
        _put(harmless(report.answer), stderr=report.exit_code not in (Exit.DONE, Exit.APPROVAL))
    return report.exit_code


def unforeseen(error: Exception, *, as_json: bool) -> int:
    """What no command foresaw."""
    from agent.setup.bugs import understood

    return stopped(understood(error, Redactor()), as_json=as_json)
