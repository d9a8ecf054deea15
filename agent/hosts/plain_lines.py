"""A change set in plain lines, for chats and questions of hosts that know no tables."""

from agent.run.report import spend
from agent.show.change_blocks import total_effect, transition, verb
from tools.domain.changes import Change, ChangeSet
from tools.domain.text import clean

MOST_LINES = 40
NAME_WIDTH = 90
SUMMARY_WIDTH = 480
"""OpenClaw's approval prompt shows 512 characters."""
_MARKUP = str.maketrans({"`": "'", "<": "‹", ">": "›", "|": "¦", "*": "∗"})


def table(change_set: ChangeSet, *, most: int = MOST_LINES) -> str:
    """One line per change: what, now → then, effect on spend per day, why."""
    lines = [heading(change_set)]
    lines += [f"{number}. {_line(change)}" for number, change in enumerate(change_set.changes[:most], 1)]
    return "\n".join([*lines, *_rest(change_set, most)])


def summary(change_set: ChangeSet) -> str:
    """The same within the width of a prompt: as many changes as fit, and how many do not."""
    for most in range(min(len(change_set.changes), 8), -1, -1):
        lines = [f"{n}. {_short(change)}" for n, change in enumerate(change_set.changes[:most], 1)]
        text = "\n".join([heading(change_set), *lines, *_rest(change_set, most)])
        if len(text) <= SUMMARY_WIDTH:
            return text
    return text[:SUMMARY_WIDTH]


def heading(change_set: ChangeSet) -> str:
    """Which set, in which account, and what all of it does to spend."""
    place = "SANDBOX" if change_set.world.startswith("sandbox") else "LIVE"
    account = f"{safe(change_set.account_name, width=40)} ({change_set.account})"
    return f"{place} · {account} · {change_set.id} · {total_effect(change_set.changes)}"


def safe(text: object, *, width: int = NAME_WIDTH) -> str:
    """Somebody else's words made harmless for a chat: one line, no markup, no links, no hidden marks, not endless."""
    plain = clean(text).translate(_MARKUP).replace("](", "] (")
    return plain if len(plain) <= width else f"{plain[: width - 1]}…"


def _line(change: Change) -> str:
    effect = spend(change)
    per_day = f"{effect} per day" if effect else "effect on spend unknown"
    parts = [
        _short(change, width=2000),
        per_day,
        *(safe(t, width=200) for t in (change.spend.note, change.reason) if t),
    ]
    return " · ".join(parts)


def _short(change: Change, *, width: int = 160) -> str:
    target = f" ({change.target})" if change.target else ""
    then = safe("; ".join(transition(change).plain.splitlines()), width=width)
    return f"{verb(change)} “{safe(change.name)}”{target}: {then}"


def _rest(change_set: ChangeSet, shown: int) -> list[str]:
    left = len(change_set.changes) - shown
    return [f"… and {left} more: adsteward show {change_set.id}"] if left > 0 else []
