"""A change set in plain lines, for questions and prompts of hosts: the same lines as at a terminal."""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from agent.show.change_lines import (
    Block,
    block_lines,
    blocks,
    change_set_lines,
    head_lines,
    heading,
    total_effect,
)
from tools.domain.changes import ChangeSet
from tools.domain.text import block, counted, is_markup, named, visible

NAME_WIDTH = 90
PROMPT_WIDTH = 500
"""OpenClaw's approval prompt shows 512 characters."""
QUESTION_WIDTH = 12_000
"""What a form of an MCP host is trusted to show; some 80 changes of an everyday kind."""
_LONGEST_LEFT = "999 of 999 changes do not fit here, nor do notes and sums"
_NAME_WIDTHS = (*range(40, 4, -1), 0)
_MARKUP = re.compile(
    r"<(?=[A-Za-z!/?])|&(?=[#A-Za-z])|(?<![^\W_])_|_(?![^\W_])|\*|~(?=~)|(?<=~)~|\||\](?=[(\[:])"
    r"|\\(?=[!-/:-@\[-`{-~])|^[#>+=-]"
)


def whole(change_set: ChangeSet) -> str:
    """Every line of it."""
    return "\n".join(line.plain for line in change_set_lines(change_set))


def first_part(change_set: ChangeSet, fits: Callable[[str], bool]) -> tuple[str, str]:
    """As much of the head as fits, and as many changes, each whole; and what that leaves out, in words."""
    head = [line.plain for line in head_lines(change_set)]
    kept = next((n for n in (len(head), 2, 1) if fits("\n".join(head[:n]))), 0)
    shown = "\n".join(head[:kept])
    left = of = len(change_set.changes)
    for members in blocks(change_set):
        counts = range(1, len(members) + 1)
        fitting = bisect_left(counts, True, key=lambda n: not fits(_with_block(shown, members[:n])))
        shown = _with_block(shown, members[:fitting]) if fitting else shown
        left -= fitting
        if fitting < len(members):
            break
    notes = "" if kept == len(head) else ", nor do notes and sums" if kept < 2 else ", nor do its notes"
    return shown, f"{left} of {counted(of, 'change')} {'does' if left == 1 else 'do'} not fit here{notes}"


def _with_block(shown: str, members: Sequence[Block]) -> str:
    return "\n".join([shown, *(line.plain for line in block_lines(members))])


def held(change_set: ChangeSet) -> str:
    """The whole set as a block, or its first part and how much is missing."""
    if len(text := block(whole(change_set))) <= QUESTION_WIDTH:
        return text
    shown, left = first_part(change_set, lambda part: len(block(part)) <= QUESTION_WIDTH)
    return block(f"{shown}\n… {left}: adsteward show {change_set.id}")


def prompt(change_set: ChangeSet, place: str, text: str) -> str:
    """The set as a block within the width of a prompt: whole, or every change in short, or as many as fit.

    `text` is what the file at `place` says; what is not whole says so and names the file.
    """
    if _fits(text.rstrip()):
        return block(text.rstrip())
    if short := next(filter(_fits, _shortened(change_set, place)), ""):
        return block(short)
    digest = hashlib.sha256(text.encode()).hexdigest()
    where = f"{place} (sha256 {digest[:16]}) or `adsteward show {change_set.id}`"
    rest = f"\n… {{}}. Read all of it before you allow this: {where}"
    shown, left = first_part(change_set, lambda part: _fits(part + rest.format(_LONGEST_LEFT)))
    return block(shown + rest.format(left))


def _fits(text: str) -> bool:
    return units(block(text)) <= PROMPT_WIDTH


def _shortened(change_set: ChangeSet, place: str) -> Iterator[str]:
    """Every change in short, with the notes while names are readable, then without; each says where the rest stands."""
    told = blocks(change_set)
    every = [b for members in told for b in members]
    own = {
        "where": [b.where for b in every],
        "why": [b.why for b in every],
        "how to undo": [b.undo for b in every],
    }
    left = [word for word, texts in own.items() if any(texts)]
    head = [heading(change_set), total_effect(change_set.changes)]
    notes = [line.plain for line in head_lines(change_set)[2:]]
    for kept, widths in ((notes, _NAME_WIDTHS[:20]), ([], _NAME_WIDTHS)):
        missing = [*(["notes"] if notes and not kept else []), "spend", *left]
        for width in widths:
            lines = [*head, *kept, *(_short(members, width) for members in told)]
            away = ", ".join([*([] if width else ["names"]), *missing])
            for more in (f" or `adsteward show {change_set.id}`", ""):
                yield "\n".join([*lines, f"… not whole; {away} in {place}{more}"])


def units(text: str) -> int:
    """The length of a text as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(name: str, width: int) -> str:
    """A name cut in its middle; only where an id beside it tells it from others."""
    if len(name) <= width or not width:
        return name if width else ""
    front = width // 2
    return f"{name[:front]}…{name[len(name) - (width - 1 - front) :]}"


def safe(text: object, *, width: int = NAME_WIDTH) -> str:
    """Somebody else's words within a line of a chat: what would be markup there is named, nothing hides, not endless.

    A backtick becomes an apostrophe: sentences of ours quote commands with it.
    """
    plain = _MARKUP.sub(
        lambda found: named(found[0]) if is_markup(found) else found[0], visible(text).replace("`", "'")
    )
    return plain if len(plain) <= width else f"{plain[: width - 1]}…"


def _short(members: list[Block], width: int) -> str:
    """Changes that do the same in one line: verb, values, names as far as `width` allows, ids; without an id, the whole name."""
    first = members[0]
    body = "; ".join(f"{word}: {text}" for word, text in first.body)
    times = f" ×{len(members)}" if len(members) > 1 else ""
    told = (f"{cut(m.name, width)} {m.target}".strip() if m.target else m.called for m in members)
    return f"{first.verb}{times}{f' ({body})' if body else ''}: {', '.join(told)}"
