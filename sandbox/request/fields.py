"""Parses `fields`: commas, modifiers and nested braces (docs/graph-api.md §6)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.request import jsontext
from sandbox.request.refusals import GraphError

_OPENING = {"{": "}", "(": ")"}
DEEPEST = 20
"""How deep brackets may be nested."""
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:")


@dataclass(frozen=True)
class Field:
    """One asked field: `ads.limit(5){name}` is name `ads`, args `limit=5`, and the fields below."""

    name: str
    args: dict[str, str] = field(default_factory=dict)
    below: tuple[Field, ...] = ()


def parse(text: str) -> tuple[Field, ...]:
    """Read a whole `fields` value; a JSON array of names is taken too."""
    text = text.strip()
    if text.startswith("["):
        try:
            text = ",".join(str(name) for name in jsontext.read(text))
        except ValueError:
            raise _malformed(text) from None
    return tuple(_field(part) for part in _split(text) if part)


def _malformed(text: str) -> GraphError:
    return GraphError(code=2500, message=f"Syntax error in field expansion: {text[:80]}")


def _split(text: str) -> list[str]:
    """Cut at the commas that are inside no bracket and no quotation marks."""
    parts: list[str] = []
    open_brackets: list[str] = []
    start, quoted = 0, False
    for position, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char in _OPENING and len(open_brackets) < DEEPEST:
            open_brackets.append(_OPENING[char])
        elif open_brackets and char == open_brackets[-1]:
            open_brackets.pop()
        elif char in "{}()":
            raise _malformed(text)
        elif char == "," and not open_brackets:
            parts.append(text[start:position].strip())
            start = position + 1
    if open_brackets or quoted:
        raise _malformed(text)
    return [*parts, text[start:].strip()]


def _field(text: str) -> Field:
    name, rest = _word(text)
    args: dict[str, str] = {}
    while rest.startswith("."):
        modifier, rest = _word(rest[1:])
        inside, rest = _bracketed(rest, "(")
        args[modifier] = inside
    below: tuple[Field, ...] = ()
    if rest.startswith("{"):
        inside, rest = _bracketed(rest, "{")
        below = parse(inside)
    if rest:
        raise _malformed(text)
    return Field(name, args, below)


def _word(text: str) -> tuple[str, str]:
    end = next((i for i, char in enumerate(text) if char not in _NAME), len(text))
    if end == 0:
        raise _malformed(text)
    return text[:end], text[end:].lstrip()


def _bracketed(text: str, opening: str) -> tuple[str, str]:
    """Split `(inside)rest` at the bracket that closes the first one."""
    if not text.startswith(opening):
        raise _malformed(text)
    depth, quoted = 0, False
    for position, char in enumerate(text):
        quoted ^= char == '"'
        if not quoted:
            depth += (char == opening) - (char == _OPENING[opening])
        if depth == 0:
            return text[1:position], text[position + 1 :].lstrip()
    raise _malformed(text)
