"""Reads a JSON or YAML file and remembers on which line each value stands.

Values of YAML stay the texts that were written (`no` is no `false`, an id no number); what they mean is for
the model to say. Names that are set twice are refused, and so is what YAML only points to.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.domain.files import Closed, read_regular

if TYPE_CHECKING:
    from yaml.nodes import Node

At = tuple[str | int, ...]
MAX_BYTES = 4 * 1024 * 1024
DEEPEST = 20
TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
_WHITE = " \t\r\n"
_OF_SHELL = re.compile(r"""\"'\"[ \t]*\$\{?(\w+)\}?[ \t]*\"'\"""")
"""`"'"$NAME"'"`: how a payload that was copied out of a curl command names a variable. No JSON has it."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file, or input of another kind without lines."""

    name: str
    data: Any
    lines: dict[At, int] = field(default_factory=dict)

    def line(self, at: At) -> int | None:
        """The line of a value, or of the nearest thing around it."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at)


def read_document(path: Path, name: str, closed: Closed) -> Document:
    """Read a file. Raises ValueError saying what is wrong with it and on which line."""
    if path.suffix.lower() in TABLES:
        raise ValueError(
            f"{name}: a table cannot be launched; write it as JSON or YAML (`adsteward launch --schema` prints the form)"
        )
    data = read_regular(path, closed, max_bytes=MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise ValueError(f"{name} line {line}: this is not UTF-8 text") from None
    is_yaml = path.suffix.lower() in (".yaml", ".yml")
    return _from_yaml(text, name) if is_yaml else _from_json(text, name)


def _from_json(text: str, name: str) -> Document:
    text = _OF_SHELL.sub(r'"$\1"', text)
    try:
        data = json.loads(text, parse_constant=_no_constant)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError(
            f"{name}: it holds half a character (a \\ud8… escape without its other half)"
        ) from None
    except json.JSONDecodeError as wrong:
        raise ValueError(
            f"{name} line {wrong.lineno}: this is not JSON ({wrong.msg}, column {wrong.colno})"
        ) from None
    except RecursionError:
        raise ValueError(f"{name}: it is nested too deeply") from None
    except ValueError as wrong:
        raise ValueError(f"{name}: this is not JSON ({wrong})") from None
    return Document(name, data, dict(_Scan(text, name).value((), 0)))


def _no_constant(written: str) -> None:
    raise ValueError(f"{written} is no JSON value")


class _Scan:
    """Walks through text that is known to be JSON; only finds out where values begin."""

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name
        self._decoder = json.JSONDecoder()
        self._counted, self._line = 0, 1
        self.end = 0

    def value(self, at: At, index: int) -> Iterator[tuple[At, int]]:
        """Yield every value from the one at `index` on with its line; `end` is then where it ends."""
        index = self._skip(index)
        yield at, self._line_of(index)
        opening = self._text[index]
        if len(at) > DEEPEST:
            raise ValueError(f"{self._name} line {self._line}: it is nested too deeply")
        if opening not in "{[":
            self.end = self._decoder.raw_decode(self._text, index)[1]
            return
        index, number, seen = self._skip(index + 1), 0, set[str]()
        while self._text[index] not in "}]":
            key: str | int = number
            if opening == "{":
                name, index = self._decoder.raw_decode(self._text, index)
                if name in seen:
                    raise ValueError(f"{self._name} line {self._line_of(index)}: {name!r} is set twice")
                seen.add(name)
                key, index = name, self._skip(index) + 1
            yield from self.value((*at, key), index)
            index = self._skip(self.end)
            index = self._skip(index + 1) if self._text[index] == "," else index
            number += 1
        self.end = index + 1

    def _skip(self, index: int) -> int:
        while index < len(self._text) and self._text[index] in _WHITE:
            index += 1
        return index

    def _line_of(self, index: int) -> int:
        self._line += self._text.count("\n", self._counted, index)
        self._counted = max(self._counted, index)
        return self._line


def _from_yaml(text: str, name: str) -> Document:
    import yaml  # only where somebody writes YAML

    try:
        root = yaml.compose(text, yaml.BaseLoader)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        said = getattr(wrong, "problem", None) or "unreadable characters"
        raise ValueError(f"{name}{where}: this is not YAML ({said})") from None
    except RecursionError:
        raise ValueError(f"{name}: it is nested too deeply") from None
    lines: dict[At, int] = {}
    data = _plain(root, (), lines, set(), name) if root else None
    return Document(name, data, lines)


def _plain(node: "Node", at: At, lines: dict[At, int], seen: set[int], name: str) -> Any:
    """The value of a node: texts as they were written, null and nothing as None."""
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    line = lines[at] = node.start_mark.line + 1
    if id(node) in seen or len(at) > DEEPEST:
        raise ValueError(f"{name} line {line}: write it out; `*` and `&` are not read here, nor deep nesting")
    seen.add(id(node))
    if isinstance(node, SequenceNode):
        return [_plain(item, (*at, number), lines, seen, name) for number, item in enumerate(node.value)]
    if isinstance(node, MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.value in found:
                raise ValueError(f"{name} line {key.start_mark.line + 1}: a key is no text, or set twice")
            found[key.value] = _plain(value, (*at, key.value), lines, seen, name)
        return found
    plain = isinstance(node, ScalarNode) and node.style is None
    return None if plain and node.value in ("", "~", "null") else node.value
