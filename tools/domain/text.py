"""Words of people, models and Meta, made fit to be shown."""

import unicodedata
from collections.abc import Sequence

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
"""What has no form of its own: controls, which steer a terminal (escape sequences, a carriage return that writes
over a line); marks that hide text or turn it around; halves of characters, which no file holds; private use."""


def harmless(text: str) -> str:
    """A text without what nobody sees; line feeds stay."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _UNSEEN)


def clean_lines(text: str) -> str:
    """The same, where every kind of line break counts as one, so that none is lost; without one at the end."""
    return harmless("\n".join(text.splitlines()))


def clean(text: object) -> str:
    """Anything in one line without what nobody sees; white space of any kind is a single space."""
    return harmless(" ".join(str(text).split()))


def counted(number: int, noun: str) -> str:
    """For example "1 problem", "2 warnings"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(items: Sequence[str], *, most: int = 5) -> str:
    """A few items in one line, with the number of those left out."""
    rest = len(items) - most
    return ", ".join(items[:most]) + (f" and {rest} more" if rest > 0 else "")


def shortened(text: str, longest: int) -> str:
    """A text of at most so many characters; one that was cut ends in an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
