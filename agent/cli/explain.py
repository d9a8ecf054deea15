"""`adsteward explain`: what an error of Meta means, what is done about it, and what a person does next."""

import re
import shutil
from collections.abc import Iterable
from typing import Any

import click

from agent.setup.stops import ConfigError
from tools.domain.text import json_text
from tools.graph.code_table import ENTRIES, entry_for, find
from tools.graph.codes import FIXES, TREATMENTS, Entry, Executed, Family, Treatment

_WRITTEN = re.compile(r"(-?[0-9]{1,10})(?:\s*[/ ]\s*([0-9]{1,10}))?")
_EXECUTED = {
    Executed.NO: "no, Meta did not do it",
    Executed.UNKNOWN: "nobody can say: Meta may have done it",
}
_PASSING = (
    "With HTTP 5xx or is_transient it counts as transient: a read is sent again, a write is looked for first."
)
_MIN_WIDTH, _MAX_WIDTH = 40, 110


def explain(words: Iterable[str], *, as_json: bool) -> int:
    """Print one entry of the error table, or all of it; raises ConfigError for what is not a code."""
    text = " ".join(words).strip()
    if not text:
        click.echo(json_text(_everything()) if as_json else _table())
        return 0
    written = _WRITTEN.fullmatch(text)
    if not written:
        raise ConfigError(
            f"{text[:40]!r} is not an error code. Write `adsteward explain 190/463` or `explain 17`."
        )
    code, subcode = int(written[1]), int(written[2]) if written[2] else None
    entry = entry_for(code, subcode)
    note = _note(code, subcode, entry)
    asked = {"code": code, "subcode": subcode, "known": find(code, subcode) is not None}
    click.echo(json_text(asked | _values(entry) | {"note": note}) if as_json else _page(entry, note))
    return 0


def _note(code: int, subcode: int | None, counted: Entry) -> str:
    """What must be said when the entry shown is not exactly the one asked for, or not the last word."""
    entry = find(code, subcode)
    if entry is None and code < 0:
        return "Negative codes are internal errors of Meta, which pass."
    if counted.family is Family.UNKNOWN:
        parents = ", ".join(e.label for e in ENTRIES if e.subcode == code and subcode is None)
        return f"It is known as a subcode: {parents}. {_PASSING}" if parents else _PASSING
    if entry and entry.last is not None:
        return f"{code} has no entry of its own; that of {entry.label} counts."
    if entry and subcode is not None and entry.subcode != subcode:
        return f"Subcode {subcode} has no entry of its own; that of {entry.label} counts."
    return ""


def _page(entry: Entry, note: str) -> str:
    rows = [
        ("write executed", _EXECUTED[entry.treatment.executed]),
        *_calls(entry.treatment),
        ("wait", f"{entry.wait_s / 60:.0f} min, whatever Meta's headers say" if entry.wait_s else ""),
        ("what to do", entry.fix),
        ("note", note),
    ]
    page = _formatter()
    page.write_text(f"Meta error {entry.label}, {entry.family}: {entry.meaning}.")
    page.write_paragraph()
    page.write_dl([(name, text) for name, text in rows if text])
    return page.getvalue().rstrip()


def _calls(treatment: Treatment) -> list[tuple[str, str]]:
    """What adsteward does about a failed call of each kind; one row when it is the same for all."""
    if treatment.read is treatment.update is treatment.create:
        return [("read, update, create", treatment.read)]
    return [
        ("read", treatment.read),
        ("update (status, budget)", treatment.update),
        ("create", treatment.create),
    ]


def _table() -> str:
    page = _formatter()
    with page.section("Families, and what is done after a failed call"):
        page.write_dl([(str(family), _in_words(treatment)) for family, treatment in TREATMENTS.items()])
    with page.section("Codes"):
        page.write_dl([(f"{e.label:<13} {e.family}", e.meaning) for e in ENTRIES])
    page.write_text("`adsteward explain CODE[/SUBCODE]` says what to do.")
    return page.getvalue().rstrip()


def _in_words(treatment: Treatment) -> str:
    executed = f"write executed: {'no' if treatment.executed is Executed.NO else 'perhaps'}"
    return "; ".join([executed, *(f"{kind}: {repeat}" for kind, repeat in _calls(treatment))])


def _everything() -> dict[str, Any]:
    families = [
        {"family": family, **_treated(treatment), "fix": FIXES[family]}
        for family, treatment in TREATMENTS.items()
    ]
    return {"families": families, "codes": [_values(entry) for entry in ENTRIES]}


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "entry": entry.label,
        "family": entry.family,
        "meaning": entry.meaning,
        **_treated(entry.treatment),
        "wait_s": entry.wait_s,
        "fix": entry.fix,
    }


def _treated(treatment: Treatment) -> dict[str, str]:
    return {
        "executed": treatment.executed,
        "read": treatment.read,
        "update": treatment.update,
        "create": treatment.create,
    }


def _formatter() -> click.HelpFormatter:
    columns = shutil.get_terminal_size((_MAX_WIDTH, 24)).columns
    return click.HelpFormatter(width=max(_MIN_WIDTH, min(columns, _MAX_WIDTH)))
