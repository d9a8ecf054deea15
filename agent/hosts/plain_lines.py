"""A change set in plain lines, for questions and prompts of hosts: the same lines as at a terminal."""

import hashlib
from bisect import bisect_right

from agent.show.change_lines import Block, block_lines, blocks, change_set_lines, heading, total_effect
from tools.domain.changes import ChangeSet
from tools.domain.text import clean

NAME_WIDTH = 90
PROMPT_WIDTH = 480
"""OpenClaw's approval prompt shows 512 characters."""
QUESTION_WIDTH = 12_000
"""What a form of an MCP host is trusted to show; some 80 changes of an everyday kind."""
_SHORTEST_NAME, _LONGEST_NAME = 5, 40
_MARKUP = str.maketrans({"`": "'", "<": "‹", ">": "›", "|": "¦", "*": "∗"})


def whole(change_set: ChangeSet) -> str:
    """Every line of it."""
    return "\n".join(line.plain for line in change_set_lines(change_set))


def first_part(change_set: ChangeSet, width: int) -> tuple[str, int]:
    """Heading, sums and as many changes as fit, each whole, and how many that leaves out."""
    shown = "\n".join(line.plain for line in change_set_lines(change_set)[:2])
    left = len(change_set.changes)
    for members in blocks(change_set):
        fitting = bisect_right(
            range(1, len(members) + 1), width, key=lambda n: units(_with_block(shown, members[:n]))
        )
        shown = _with_block(shown, members[:fitting]) if fitting else shown
        left -= fitting
        if fitting < len(members):
            break
    return shown, left


def _with_block(shown: str, members: list[Block]) -> str:
    return "\n".join([shown, *(line.plain for line in block_lines(members))])


def held(change_set: ChangeSet) -> str:
    """The whole set, or its first part and how much is missing."""
    if len(text := whole(change_set)) <= QUESTION_WIDTH:
        return text
    shown, left = first_part(change_set, QUESTION_WIDTH)
    return f"{shown}\n… {left} of {len(change_set.changes)} changes do not fit here: adsteward show {change_set.id}"


def prompt(change_set: ChangeSet, place: str, text: str) -> str:
    """The set within the width of a prompt: whole, or every change with its name cut, or by the file that holds it.

    `text` is what the file at `place` says. No change is left out without a word and a digest of where it stands.
    """
    if units(text) <= PROMPT_WIDTH:
        return text
    head = f"{heading(change_set)}\n{change_set.id}: {total_effect(change_set.changes)}"
    for width in range(_LONGEST_NAME, _SHORTEST_NAME - 1, -1):
        short = "\n".join([head, *(_short(members, width) for members in blocks(change_set))])
        if units(short) <= PROMPT_WIDTH:
            return short
    digest = hashlib.sha256(text.encode()).hexdigest()
    rest = (
        f"\n… {{}} of {len(change_set.changes)} changes do not fit here. Read all of them before you allow this:"
        f" {place} (sha256 {digest[:16]}) or `adsteward show {change_set.id}`"
    )
    shown, left = first_part(change_set, PROMPT_WIDTH - units(rest))
    return shown + rest.format(left)


def units(text: str) -> int:
    """The length of a text as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(name: str, width: int) -> str:
    """A name cut in its middle; only where an id beside it tells it from others."""
    if len(name) <= width:
        return name
    front = width // 2
    return f"{name[:front]}…{name[len(name) - (width - 1 - front) :]}"


def safe(text: object, *, width: int = NAME_WIDTH) -> str:
    """Somebody else's words made harmless for a chat: one line, no markup, no links, no hidden marks, not endless."""
    plain = clean(text).translate(_MARKUP).replace("](", "] (")
    return plain if len(plain) <= width else f"{plain[: width - 1]}…"


def for_chat(text: str) -> str:
    """Lines of ours without what a chat would read as markup or as a link."""
    return text.translate(_MARKUP).replace("](", "] (")


def _short(members: list[Block], width: int) -> str:
    """Changes that do the same in one line: verb, values, names and ids. A name without an id is not cut."""
    first = members[0]
    body = "; ".join(f"{word}: {text}" for word, text in first.body)
    times = f" ×{len(members)}" if len(members) > 1 else ""
    named = (f"{cut(m.name, width)} {m.target}" if m.target else m.called for m in members)
    return f"{first.verb}{times}{f' ({body})' if body else ''}: {', '.join(named)}"
