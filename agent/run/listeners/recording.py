"""A recording of `--record`: what was asked of Meta, as lines of JSON that are safe to paste into a public issue.

The first line says what the file is; then comes a line per request and per wait, in order.
"""

import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

from agent.run.events import Event
from agent.setup.settings import Settings
from agent.setup.stops import ConfigError
from tools.graph import Exchange, Waiting
from tools.graph.redact import Redactor

NOTE = "no token in here; ids, names and texts of what was asked and sent are"
LARGEST_FILE = 64 * 1024 * 1024
LONGEST_LINE = 1024 * 1024


class Recorder:
    """A listener that writes each request down as soon as it was made.

    A line that cannot be written ends the recording and nothing else: `problem` says so. Raises ConfigError
    when the file cannot be begun, or holds something that is no recording.
    """

    def __init__(self, path: Path, *, graph_version: str, account: str | None) -> None:
        self.problem = ""
        self._path = path.absolute()
        self._redactor = Redactor()
        header = {
            "adsteward": version("adsteward"),
            "graph_version": graph_version,
            "account": account,
            "recorded": datetime.now(UTC).isoformat(timespec="seconds"),
            "note": NOTE,
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _refuse_to_overwrite(self._path)
            self._write(header, "w")
        except OSError as error:
            raise ConfigError(f"{path} cannot be written ({error.strerror}). Nothing was sent.") from None

    @classmethod
    def of(cls, path: Path, settings: Settings) -> Self:
        """The recording of a command with these settings. Raises ConfigError."""
        return cls(path, graph_version=settings.graph_version, account=settings.loaded.brand.ad_account)

    def __call__(self, event: Event) -> None:
        if self.problem or not isinstance(event, Exchange | Waiting):
            return
        try:
            self._write(_line(event), "a")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else type(error).__name__
            self.problem = f"The recording {self._path} broke off ({reason}); what was done is not affected."

    def _write(self, line: Mapping[str, Any], mode: str) -> None:
        text = json.dumps(self._redactor.value(line), ensure_ascii=False, default=str)
        with open(self._path, mode, encoding="utf-8", errors="backslashreplace", opener=_private) as file:
            file.write(text + "\n")


def _private(path: str, flags: int) -> int:
    handle = os.open(path, flags, 0o600)
    if os.name == "posix":
        os.fchmod(handle, 0o600)  # an older one may be open to others
    return handle


def _refuse_to_overwrite(path: Path) -> None:
    """Only an older recording is written over. Raises ConfigError for anything else that is there."""
    if not path.exists():
        return
    if not path.is_file():
        raise ConfigError(f"{path} is no file that can be recorded to. Nothing was sent.")
    with path.open("rb") as file:
        first = file.readline(LONGEST_LINE)
    if first and not _is_header(_decoded(first)):
        raise ConfigError(
            f"{path} is there and is no recording; it was left as it is. Name another file. Nothing was sent."
        )


def _line(event: Exchange | Waiting) -> dict[str, Any]:
    line = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    if isinstance(event, Exchange) and isinstance(items := event.params.get("batch"), list | tuple):
        line["params"] = event.params | {"batch": [_readable(item) for item in items]}
    return line


def _readable(item: Mapping[str, Any]) -> dict[str, Any]:
    """A batch item as what it asks: method, path and parameters."""
    path, _, query = str(item.get("relative_url", "")).partition("?")
    pairs = parse_qsl(str(item.get("body") or query), keep_blank_values=True)
    params = {name: _structured(text) for name, text in pairs}
    return {"method": item.get("method"), "path": path, "params": params}


def _structured(text: str) -> Any:
    """A list or object where the text is exactly what would be sent for it."""
    value = _decoded(text.encode("utf-8", "replace")) if text[:1] in ("[", "{") else None
    return value if value is not None and as_sent(value) == text else text


def as_sent(value: Any) -> str:
    """A parameter as the text that stands for it in a request."""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


# Reading one


@dataclasses.dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded request; an item of a batch has a number of its own. `unreadable` says why it is none."""

    line: int
    """Of the file, from 1, which is the header."""
    method: str = ""
    path: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    outcome: str = ""
    """`ok` or an error's label; of a batch as a whole."""
    item: int = 0
    """Within its batch, from 1; 0 for a request of its own."""
    unreadable: str = ""

    @property
    def place(self) -> str:
        return f"{self.line}.{self.item}" if self.item else str(self.line)


@dataclasses.dataclass(frozen=True, slots=True)
class Recording:
    """What a file says was asked, batches item by item."""

    path: Path
    header: Mapping[str, Any]
    requests: tuple[Recorded, ...]
    cut_off: bool
    """The last line is not whole: the recording process was killed while writing it."""


def load(path: Path) -> Recording:
    """Read a recording; only its whole lines count. Raises ConfigError when the file is none."""
    try:
        if not path.is_file():
            raise ConfigError(f"{path} is {'no file' if path.exists() else 'not there'}. Nothing was sent.")
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError(f"{path} is too large for a recording (over 64 MB). Nothing was sent.")
        first, *rest = path.read_bytes().split(b"\n")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}). Nothing was sent.") from None
    header = _decoded(first)
    if not _is_header(header):
        raise ConfigError(
            f"{path} is no recording of adsteward (its first line does not say so). Make one with --record FILE."
            " Nothing was sent."
        )
    last = rest[-1] if rest else b""
    cut_off = bool(last) and _decoded(last) is None
    lines = rest[:-1] if cut_off or not last else rest
    requests = tuple(r for number, line in enumerate(lines, 2) for r in _requests(number, line))
    return Recording(path, header, requests, cut_off)


def _is_header(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("adsteward"), str)


def _decoded(line: bytes) -> Any:
    """The JSON value of a line, or None."""
    try:
        return json.loads(line) if len(line) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        return None


def _requests(number: int, line: bytes) -> Iterator[Recorded]:
    if len(line) > LONGEST_LINE:
        yield Recorded(number, unreadable="the line is longer than 1 MB")
        return
    value = _decoded(line)
    if not line.strip() or (isinstance(value, dict) and "method" not in value and "wait_s" in value):
        return
    outcome = str(value.get("outcome", "?")) if isinstance(value, dict) else "?"
    items = _items(value)
    if items is None:
        yield _request(number, 0, value, outcome)
        return
    for index, item in enumerate(items, 1):
        yield _request(number, index, item, outcome)


def _items(value: Any) -> list[Any] | None:
    """The items of a batch; a request of its own has none."""
    params = value.get("params") if isinstance(value, dict) else None
    batch = params.get("batch") if isinstance(params, dict) and not value.get("path") else None
    return batch if isinstance(batch, list) else None


def _request(number: int, item: int, value: Any, outcome: str) -> Recorded:
    """One request out of a line or of an item of it."""
    if not isinstance(value, dict):
        return Recorded(number, item=item, unreadable="it is not readable")
    method, path, params = (value.get(name) for name in ("method", "path", "params"))
    if not isinstance(method, str) or not isinstance(path, str) or not isinstance(params, dict):
        return Recorded(number, item=item, unreadable="it is no recorded request")
    return Recorded(number, method, path, params, outcome, item)
