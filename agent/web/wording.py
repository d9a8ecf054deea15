"""How the life of a set is said on the page."""

import json
import re
from typing import NamedTuple

from agent.writes.journal_reader import Archive
from agent.writes.set_lists import STATES

_WAYS_ON = (
    (re.compile(r"Do it with: adsteward apply (cs-\w+)"), r"To approve or decline it: the page of \1."),
    (re.compile(r"Take back with: adsteward undo (cs-\w+)"), r"To take it back: the page of \1."),
    (
        re.compile(r"(To look what became of the rest, and go on:) adsteward apply (cs-\w+)"),
        r"\1 the page of \2.",
    ),
    (re.compile(r"(?<!at a terminal )`adsteward (?:apply|decline|undo|show) (cs-\w+)`"), r"the page of \1"),
    (re.compile(r"`adsteward (?:apply|decline|undo|show) ID`"), "the page of each"),
)


class Happened(NamedTuple):
    """Something in the life of a set: proposed, decided on, begun, ended."""

    at: str
    state: str
    who: str
    why: str


def happened(journal: Archive, set_id: str) -> list[Happened]:
    """What happened to a set as a whole, oldest first. Raises ConfigError when its events were altered."""
    events = [
        event for event in journal.events(set_id) if not event["change_id"] and event["event"] in STATES
    ]
    told = [(event["ts"], event["event"], json.loads(event["data"])) for event in events]
    return [Happened(at, state, data.get("who", ""), data.get("reason", "")) for at, state, data in told]


def on_page(answer: str) -> str:
    """An answer with the page's own way on in the place of a command for a terminal."""
    for command, way in _WAYS_ON:
        answer = command.sub(way, answer)
    return answer
