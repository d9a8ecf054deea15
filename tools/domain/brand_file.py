"""Finds the settings in a Markdown file that a person edits; what they mean is decided in `tools.domain.brand`.

One grammar serves plain lines, bullets, bold or code-formatted keys and YAML front matter: `key: value`, or a
list key with its items below. Everything else is prose. A setting that would get lost without a word (a list
that breaks off, a fence that never closes, a limit in a table) is a problem, because limits guard money.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BULLET = r"(?:(?:[-*+\u2022\u2013\u2014]|[0-9]{1,3}[.)])[ \t]+)"
_WRITTEN_KEY = r"[^\W\d_][\w \-()%/.]{0,39}?"
_SETTING = re.compile(
    rf"(?P<indent>\s*)(?P<bullet>{_BULLET}?)(?P<mark>\*\*|__|\*|`|\"|'|)(?P<key>{_WRITTEN_KEY})"
    r"(?:(?P=mark)\s*:|:\s*(?P=mark))(?P<value>.*)"
)
_ITEM = re.compile(rf"\s*{_BULLET}(?P<value>.*)")
_HEADING = re.compile(r"#{1,6}(?P<text>[^#].*|$)")
_RULE = re.compile(r"\s*([-=_*])\1{2,}\s*$")
_FENCE = re.compile(r"\s*(`{3,}(?!.*`)|~{3,})")
_LOST = re.compile(
    r"(?P<key>\bmax_\w+)[`*\"'\s]*[:=|]+[`*\"'\s]*[0-9]|^\W*(?P<list>protect)\W*[=|]", re.IGNORECASE
)
_FLOW_LIST = re.compile(r"\[((?:\"[^\"]*\"|'[^']*'|[^\[\]\"'])*)\]\s*(?:#.*)?")
_CLOSING = {'"': '"', "'": "'", "`": "`", "\u201c": "\u201d", "\u201e": "\u201c", "\u2018": "\u2019"}
_COLOUR = re.compile(r"\s*(#[0-9A-Fa-f]{6})\s*(?:#.*)?")
_WITH_COMMAS = frozenset({"notify"})
"""Lists whose entries have commas of their own."""
_ORDINARY_WORDS = frozenset({"project", "projects", "prospect", "currently", "mode"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting as written: one text, or a tuple of texts for a list."""

    line: int
    key: str
    value: str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stray:
    """A line that sets something unknown whose name resembles the known key `closest`."""

    line: int
    written: str
    closest: str


@dataclass(slots=True)
class Reading:
    """What a text holds; `problems` are (line, what is wrong)."""

    entries: list[Entry] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A key whose items may still follow below it."""

    line: int
    key: str
    items: list[str]
    sibling: bool  # a bullet itself: an equally deep bullet below may be a setting of its own
    indent: int
    gap: bool = False


def read_settings(text: str, keys: tuple[str, ...], list_keys: frozenset[str]) -> Reading:
    """Return the settings of a text, the near misses, and what would silently get lost. Never raises."""
    reader = _Reader(keys, list_keys)
    for number, line in _visible_lines(text, reader.reading.problems):
        reader.take(number, line)
    reader.close()
    return reader.reading


@lru_cache(maxsize=4096)
def closest_key(written: str, keys: tuple[str, ...]) -> str | None:
    """Return the known key that a written one is probably meant to be, or None for ordinary prose."""
    key = normal_key(written)
    if key in _ORDINARY_WORDS:
        return None
    if key.startswith("protect") and "protect" in keys:
        return "protect"
    near = difflib.get_close_matches(key, keys, n=1, cutoff=0.6 if key.startswith("max_") else 0.8)
    return near[0] if near else None


def normal_key(written: str) -> str:
    """Return a key in its one form: `Ad account`, `ad-account` and `AD_ACCOUNT` are `ad_account`."""
    return re.sub(r"[\s_-]+", "_", written.strip().lower()).strip("_")


def _visible_lines(text: str, problems: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield numbered lines without code blocks and HTML comments."""
    fence, comment, since = "", False, 0
    for number, line in enumerate(re.sub(r"\r\n?", "\n", text).split("\n"), 1):
        marker = _FENCE.match(line)
        if fence:
            if marker and marker[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        visible, inside = _without_comments(line, inside=comment)
        if inside and not comment:
            since = number
        commented, comment = comment or visible != line, inside
        if marker and not commented:
            fence, since = marker[1], number
        elif visible.strip() or not commented:
            yield number, visible
    if fence or comment:
        problems.append(
            (since, f"the {'code block' if fence else 'comment'} that starts here is never closed")
        )


def _without_comments(line: str, *, inside: bool) -> tuple[str, bool]:
    visible = ""
    while line:
        if inside:
            _, end, line = line.partition("-->")
            inside = not end
        else:
            before, start, line = line.partition("<!--")
            visible += before
            inside = bool(start)
    return visible, inside


class _Reader:
    def __init__(self, keys: tuple[str, ...], list_keys: frozenset[str]) -> None:
        self.keys = keys
        self.list_keys = list_keys
        self.reading = Reading()
        self.open: _Open | None = None
        self.front_matter = False

    def take(self, number: int, line: str) -> None:
        line = re.sub(r"\\([_*])", r"\1", line)  # some Markdown editors save act_1 as act\_1
        if re.fullmatch(r"---\s*", line):
            self.front_matter = number == 1
        if not line.strip():
            self._blank()
        elif re.match(r"\s*#" if self.front_matter else r"\s+#", line):
            return
        elif heading := _HEADING.match(line):
            self._heading(number, heading["text"])
        elif _RULE.match(line):
            self.close()
        elif not (self._setting(number, line) or self._lost(number, line) or self._item(number, line)):
            self._prose(number)

    def close(self) -> None:
        """End the open key: its items, if any, are its value."""
        if self.open and self.open.items:
            self.reading.entries.append(Entry(self.open.line, self.open.key, tuple(self.open.items)))
        self.open = None

    def _blank(self) -> None:
        if self.open and self.open.key not in self.list_keys:
            self.close()
        elif self.open:
            self.open.gap = True

    def _heading(self, number: int, text: str) -> None:
        self.close()
        key = normal_key(text.strip(" \t:"))
        if key in self.list_keys:
            self.open = _Open(number, key, [], sibling=False, indent=0, gap=True)

    def _setting(self, number: int, line: str) -> bool:
        found = _SETTING.match(line)
        if found is None:
            return False
        key = normal_key(found["key"])
        if key in self.keys:
            self.close()
            self._set(number, key, found)
            return True
        listed = self.open and not (self.open.sibling and len(found["indent"]) <= self.open.indent)
        closest = closest_key(found["key"], self.keys)
        if closest is None or (listed and found["bullet"]):
            return False
        self.close()
        self.reading.strays.append(Stray(number, found["key"].strip(), closest))
        return True

    def _set(self, number: int, key: str, found: re.Match[str]) -> None:
        values = self._values(number, key, found["value"], inline=True)
        if values and key not in self.list_keys:
            self.reading.entries.append(Entry(number, key, values[0]))
            return
        self.open = _Open(number, key, values, sibling=bool(found["bullet"]), indent=len(found["indent"]))

    def _item(self, number: int, line: str) -> bool:
        found = _ITEM.match(line)
        if found is None or self.open is None:
            return False
        self.open.items += self._values(number, self.open.key, found["value"], inline=False)
        self.open.gap = False
        return True

    def _lost(self, number: int, line: str) -> bool:
        lost = _LOST.search(line)
        if lost is None:
            return False
        key = (lost["key"] or lost["list"]).lower()
        self._problem(
            number, f"`{key}` is not read here: write `{key}: ...` at the beginning of a line of its own"
        )
        return True

    def _prose(self, number: int) -> None:
        if self.open and not self.open.gap and self.open.key in self.list_keys:
            self._problem(number, f"{self.open.key}: this line is not part of the list: begin it with `- `")
        elif self.open and (self.open.items or self.open.key not in self.list_keys):
            self.close()

    def _values(self, number: int, key: str, text: str, *, inline: bool) -> list[str]:
        if key.endswith(("colour", "color")) and (colour := _COLOUR.fullmatch(text)):
            return [colour[1]]  # elsewhere a # begins an explanation
        try:
            if key in self.list_keys:
                return split_list(text, separator="," if inline and key not in _WITH_COMMAS else "")
            return [value for value in (_scalar(text),) if value]
        except ValueError as wrong:
            self._problem(number, f"{key}: {wrong}")
            return []

    def _problem(self, number: int, text: str) -> None:
        self.reading.problems.append((number, text))


def _scalar(text: str) -> str:
    quoted = _quoted(text.strip(), separator="")
    return quoted[0] if quoted else re.split(r"\s#", f" {text}", maxsplit=1)[0].strip()


def split_list(text: str, separator: str = ",") -> list[str]:
    """Split `[a, "b, c"]` or `a, b` into its items; with separator "" the text is one item.

    Raises ValueError for an open bracket or quote, and for a # that may or may not begin a comment.
    """
    rest = text.strip()
    if separator and (flow := _FLOW_LIST.fullmatch(rest)):
        rest = flow[1].strip()
    items = []
    while rest:
        item, rest = _quoted(rest, separator) or _bare(rest, separator)
        items.append(item)
    return [item for item in items if item]


def _quoted(text: str, separator: str) -> tuple[str, str] | None:
    """Return the quoted item a text begins with and the rest, or None when it begins otherwise."""
    if text[:1] not in _CLOSING:
        return None
    inner, closed, rest = text[1:].partition(_CLOSING[text[0]])
    rest = rest.strip()
    if not closed:
        raise ValueError(f"the quote {text[0]} is never closed")
    if separator and rest.startswith(separator):
        return inner.strip(), rest[1:].strip()
    if rest and not rest.startswith("#"):
        raise ValueError(f"there is text behind the closing quote {_CLOSING[text[0]]}")
    return inner.strip(), ""


def _bare(text: str, separator: str) -> tuple[str, str]:
    """Return the unquoted item a text begins with and the rest."""
    item, _, rest = text.partition(separator) if separator else (text, "", "")
    plain, *comment = re.split(r"\s#\s", f" {item} ", maxsplit=1)
    plain = plain.strip()
    if separator and plain.count("[") != plain.count("]"):
        raise ValueError(f"a bracket is not closed here: {plain!r}; put names with brackets in quotes")
    if re.search(r"(^|\s)#\S", plain):
        raise ValueError(
            f"is # part of the name {plain!r}? Then put the name in quotes; else write a space behind #"
        )
    return plain, "" if comment else rest.strip()
