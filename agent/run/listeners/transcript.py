"""The transcript of a run: every event as a line of JSON, flushed at once, without secrets."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agent.run.events import Event, TextDelta
from tools.graph.redact import Redactor


class Transcript:
    """A listener that writes. Keeps nothing back: after a crash the file says how far the run came."""

    def __init__(self, path: Path, redactor: Redactor) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._redactor = redactor
        self._file = path.open("a", encoding="utf-8", errors="backslashreplace")

    def __call__(self, event: Event) -> None:
        if isinstance(event, TextDelta):
            return  # the whole answer follows
        names = [field.name for field in dataclasses.fields(event) if field.name != "details"]
        line = {"ts": datetime.now(UTC).isoformat(), "event": type(event).__name__}
        line |= {name: _plain(getattr(event, name)) for name in names}
        self._file.write(json.dumps(self._redactor.value(line), ensure_ascii=False, default=str) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
