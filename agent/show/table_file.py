"""`--output FILE`: the table of an answer in a file of the person's choice, whole or not at all."""

import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from agent.run.report import Report
from agent.setup import own_files
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError, Exit
from agent.show.ending import reported
from tools.domain.files import real_path
from tools.domain.tables import spreadsheets
from tools.domain.tables.kept_tables import Row, Table
from tools.domain.text import counted, visible

Rows = Callable[[], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a person named for a table."""

    path: Path
    form: str
    force: bool

    def put(self, rows: Rows) -> int:
        """Write a table; gives the number of rows. Raises ConfigError, and then nothing was written."""
        return self._filled(lambda file: spreadsheets.write(file, self.form, rows))

    def copy(self, made: Path) -> None:
        """Put a file that was made here. Raises ConfigError, and then nothing was written."""
        self._filled(lambda file: file.write(made.read_bytes()))

    def _filled(self, fill: Callable[[BinaryIO], int]) -> int:
        new = self.path.with_name(f".{self.path.name[:100]}.{secrets.token_hex(4)}")
        try:
            with new.open("xb") as file:
                count = fill(file)
                file.flush()
                os.fsync(file.fileno())
            self._move(new)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise ConfigError(f"{self.path} was not written: {why}.") from None
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)
        return count

    def _move(self, new: Path) -> None:
        """Give the file its name; one that is there stays, unless the person gave it up. Raises OSError, ValueError."""
        if self.force:
            new.replace(self.path)
            return
        try:
            self.path.hardlink_to(new)
        except FileExistsError:
            raise ValueError(_there(self.path)) from None
        except OSError:  # a file system without links
            if os.path.lexists(self.path):
                raise ValueError(_there(self.path)) from None
            new.replace(self.path)


class Saved(NamedTuple):
    """What became of a list's file: for `--json`, in words, and as an exit code."""

    told: dict[str, Any]
    said: str
    code: Exit


NOT_ASKED = Saved({}, "", Exit.DONE)


def chosen(options: Options, forms: Sequence[str] = spreadsheets.FORMATS) -> Output | None:
    """The file the person named, in one of these forms, looked at before anything is asked. Raises ConfigError."""
    if options.output is None:
        if options.force:
            raise ConfigError("--force says that --output may take the place of a file; give --output FILE.")
        return None
    path, form = real_path(options.output), options.output.suffix.removeprefix(".").lower()
    if form not in forms:
        endings = ", ".join(f".{form}" for form in forms)
        raise ConfigError(f"{options.output}: the ending says the form; use {endings}.")
    if path is None or not path.parent.is_dir():
        raise ConfigError(f"{options.output}: there is no such folder.")
    found = path.stat() if path.exists() else None
    settings = load_settings(options, whole=False)
    brand = (settings.workspace / "brand").resolve()
    if own_files.closed(settings).holds(path, found) or brand in path.parents:
        raise ConfigError(f"{options.output}: that is a place of adsteward itself; put the file elsewhere.")
    if options.output.is_symlink():
        raise ConfigError(f"{options.output}: it is a link to another file; name the file itself.")
    if found and not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"{options.output}: it is no file.")
    if found and not options.force:
        raise ConfigError(f"{_there(path)}.")
    if not os.access(path.parent, os.W_OK):
        raise ConfigError(f"{options.output}: the folder cannot be written to.")
    return Output(path, form, options.force)


def ended(report: Report, output: Output | None, table: Table | None, *, as_json: bool, **more: Any) -> int:
    """Print how a run ended, and put its table where the person wants it; without one, its changes."""
    if output is None:
        return reported(report, as_json=as_json, **more)
    table = table or (changes_of(report) if report.change_sets else None)
    told, said = filled(output, table)
    code = reported(report, as_json=as_json, **more, output=told)
    if not as_json and sys.stderr is not None:
        sys.stderr.write(f"{said}\n")
    return code or (Exit.DONE if "file" in told else Exit.USAGE)


def filled(output: Output, table: Table | None) -> tuple[dict[str, Any], str]:
    """What became of the file, for `--json` and in words."""
    if table is None:
        problem = f"{visible(output.path)} was not written: no table came of this."
        return {"problem": problem}, problem
    try:
        count = output.put(table.rows)
    except ConfigError as error:
        return {"problem": str(error)}, str(error)
    told = {"file": str(output.path), "table": table.what, "rows": count}
    return told, f"{visible(output.path)}: {counted(count, 'row')} ({table.what})."


def saved(output: Output | None, what: str, rows: list[Row]) -> Saved:
    """Put the rows of a list into the file that was asked for."""
    if output is None:
        return NOT_ASKED
    told, said = filled(output, Table("", what, rows.copy))
    return Saved({"output": told}, said, Exit.USAGE if "problem" in told else Exit.DONE)


def changes_of(report: Report) -> Table:
    """The changes of a run as a table, with what became of each."""
    names = ("kind", "level", "target", "name", "before", "after", "reason", "outcome", "note")
    rows = [
        {"change_set": one["id"], "state": one["state"]} | {name: change[name] for name in names}
        for one in report.as_json()["change_sets"]
        for change in one["changes"]
    ]
    return Table("", "changes", rows.copy)


def _there(path: Path) -> str:
    return f"{path} is there already, and stays as it is; --force writes over it"
