"""What a talk has read so far, for completion: names, accounts, sets and talks. Looks only at what is kept here."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from agent.models.model import Message
from agent.run.session import Session
from agent.run.talk_store import open_talks
from agent.setup.notebook import LEARNINGS, own_text
from agent.setup.stops import ConfigError
from agent.stores.engine import FAILED
from tools.domain.tool import ToolError

MOST_NAMES = 5_000
MOST_ROWS = 20_000
"""Of one table."""
MOST_SETS = MOST_TALKS = 20
_QUOTED = re.compile(r"[“\"]([^“”\"\n]{3,120})[”\"]")


@dataclass(slots=True)
class Learned:
    """Grows while a talk goes on; `look` takes in what is new."""

    accounts: dict[str, str] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    """The newest at the end."""
    _tables: set[str] = field(default_factory=set)
    _messages: int = 0

    def look(self, session: Session) -> None:
        """Take in names from new answers of tools, from their tables and from the notes."""
        account = session.world.account
        self.accounts[account.id] = account.name
        if not self._tables and not self._messages:
            self._notes(session)
        if len(session.messages) < self._messages:
            self._messages = 0  # another talk
        for message in session.messages[self._messages :]:
            for content in _results(message):
                self._take(content)
        self._messages = len(session.messages)
        for handle in reversed(session.tables.handles):
            if handle not in self._tables and (table := session.tables.find(handle)):
                self._tables.add(handle)
                with suppress(OSError, ValueError):
                    self._take(list(islice(table.rows(), MOST_ROWS)))
        for name in list(self.names)[:-MOST_NAMES]:
            del self.names[name]

    def _notes(self, session: Session) -> None:
        workspace = session.settings.workspace
        with suppress(ToolError):
            for name in _QUOTED.findall(own_text(workspace / LEARNINGS, workspace)):
                self.names[name] = None

    def _take(self, value: Any) -> None:
        for key, text in _texts(value):
            if key == "name" or key.endswith("_name"):
                self.names.pop(text, None)
                self.names[text] = None


def _results(message: Message) -> Iterator[Any]:
    """What tools answered in a message."""
    blocks = message["content"] if isinstance(message["content"], list) else []
    for block in blocks:
        if block.get("type") == "tool_result":
            with suppress(ValueError, TypeError, RecursionError):
                yield json.loads(block["content"])


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON value with the key it stands at."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)


def sets(session: Session, *states: str) -> list[tuple[str, str]]:
    """The newest change sets of the account in these states, with what was asked for."""
    journal, account = session.journal, session.world.account.id
    rows = [row for state in states for row in journal.recent(account, MOST_SETS, state=state)]
    return [(str(row["id"]), str(row["request"])) for row in rows]


def talks(session: Session) -> list[tuple[str, str]]:
    """The newest talks, with what they began with; none while they cannot be read."""
    with suppress(ConfigError, *FAILED), open_talks(session.settings.state) as opened:
        return [(one.id, one.first) for one in opened.listed(MOST_TALKS)[0]]
    return []
