"""What a message says: short, without tables and secrets, and with nothing in it that a chat takes for a command of its own."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tools.domain.notify.notify_targets import TOPICS, Topic
from tools.domain.text import harmless, shortened, visible
from tools.edit.private_notes import without_cards
from tools.graph.redact import Redactor

LONGEST_NAME = 120
LONGEST_NOTICE = 600
MOST_IN_ONE = 8
"""Notices of one message; the rest is counted."""
NOUNS: dict[Topic, tuple[str, str]] = {
    "waiting": ("change set waits", "change sets wait"),
    "problems": ("problem", "problems"),
    "launches": ("launch came to rest", "launches came to rest"),
    "budgets": ("budget runs out", "budgets run out"),
}
_BEGINS = re.compile(r"(?<=[@<\]])(?=\S)|(?<=&)(?=[#A-Za-z])|(?<=://)(?=\S)|(?<=[^\W_]\.)(?=[^\W\d_]{2})")
"""Behind what begins a mention, a tag, a link of Markdown, an entity, or an address that chats make into a link."""
_STYLES = str.maketrans({"*": "∗", "`": "ʼ", "~": "∼", "|": "¦", "\\": "⧵"})
_SETS_LINE = re.compile(r"^(?=[#>]|-#|[-+] )")
"""Before what makes a line a heading, a quotation or an item."""
_EDGE_LINE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
"""Lines that are not within a word: there they would set it in another style, and be hidden."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that people are told once; `text` is fit to be sent."""

    thing: str
    """What it is about, the same in every process: it is told once."""
    about: Topic
    where: str
    """The world and the account, or what else it is about."""
    text: str


def defused(text: object, longest: int = LONGEST_NAME) -> str:
    """Anything that came from outside, in one line, as nothing but text: no mention, link, tag or style begins in it."""
    known = without_cards(Redactor().text(str(text)))
    shown = _SETS_LINE.sub("· ", shortened(visible(known), longest)).translate(_STYLES)
    shown = _EDGE_LINE.sub(lambda found: "＿" * len(found[0]), shown)
    return _BEGINS.sub(" ", shown)


def message(notices: Sequence[Notice]) -> tuple[str, str]:
    """The title and the body of one message that says them all, or the first and how many more there are."""
    counts = Counter(one.about for one in notices)
    said = [f"{n} {NOUNS[topic][n > 1]}" for topic in TOPICS if (n := counts[topic])]
    shown, lines = sorted(notices[:MOST_IN_ONE], key=lambda one: one.where), list[str]()
    for where, those in groupby(shown, key=lambda one: one.where):
        lines += [where, *(shortened(harmless(one.text), LONGEST_NOTICE) for one in those), ""]
    if more := len(notices) - len(shown):
        lines.append(f"And {more} more: adsteward inbox, adsteward schedule list")
    return f"adsteward: {', '.join(said)}", "\n".join(lines).strip()
