"""What a person typed in earlier talks of a workspace, for the arrow keys and Ctrl-R: a private file without secrets."""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.history import History

from agent.setup import private
from agent.setup.stops import ConfigError

MOST_LINES = 500
LONGEST = 2_000
"""Characters of one request; what is longer is not kept."""
MOST_BYTES = 400_000


class TypedBefore(History):
    """Requests, the newest first to those who ask; one that cannot be kept is kept for this talk alone."""

    def __init__(self, path: Path, without_secrets: Callable[[str], str]) -> None:
        super().__init__()
        self._path, self._without_secrets = path, without_secrets

    def load_history_strings(self) -> Iterable[str]:
        """The newest first. A file that cannot be used is nothing before."""
        return reversed(self._kept())

    def append_string(self, string: str) -> None:
        """A token that was typed is hidden before it is kept anywhere, in memory as well."""
        super().append_string(self._without_secrets(string))

    def store_string(self, string: str) -> None:
        """Add one at the end of the file; the oldest make room."""
        if not string.strip() or len(string) > LONGEST:
            return
        kept = self._kept()
        if kept[-1:] == [string]:
            return
        lines = [json.dumps(text) for text in (*kept, string)][-MOST_LINES:]
        while len(text := "".join(f"{line}\n" for line in lines)) > MOST_BYTES:
            del lines[: len(lines) // 10 + 1]
        with suppress(ConfigError):  # a full disk takes nothing from the talk
            private.write(self._path, text)

    def _kept(self) -> list[str]:
        """The oldest first; lines that are none of ours are left out."""
        try:
            lines = (private.read(self._path, MOST_BYTES) or "").splitlines()
        except ConfigError:
            return []
        found = list[str]()
        for line in lines:
            with suppress(ValueError):
                text = json.loads(line)
                found += [text] if isinstance(text, str) else []
        return found
