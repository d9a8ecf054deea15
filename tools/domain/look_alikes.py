"""Letters that pass for others: in words of two alphabets, in links, in the names of hosts."""

import re
import unicodedata
from collections.abc import Iterable

_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_HOST = re.compile(r"(?:[a-z]+://)?(?:[^/?#]*@)?([^/?#:]*)", re.IGNORECASE)
_ALIKE = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "KELVIN"})
"""Alphabets, by how the names of their letters begin, with letters that look like Latin ones."""


def named(c: str) -> str:
    """A character by its number."""
    return f"⟨U+{ord(c):04X}⟩"


def marks(text: str, *, link: bool = False) -> dict[int, str]:
    """What is to stand behind the characters of a text, by their places; `link`: all of it is one."""
    links = [(0, len(text))] if link and text else [found.span() for found in _LINK.finditer(text)]
    if not links and text.isascii():
        return {}
    behind = {index: named(text[index]) for index in (*_in_words(text), *_in_links(text, links))}
    for start, end in links:
        behind[end - 1] = behind.get(end - 1, "") + _host(text[start:end])
    return behind


def _in_words(text: str) -> Iterable[int]:
    """The places of letters that are of another alphabet than the Latin word they stand in."""
    for word in _WORD.finditer(text):
        if word[0].isascii() or "LATIN" not in (alphabets := [_alphabet(c) for c in word[0]]):
            continue
        yield from (place for place, found in enumerate(alphabets, word.start()) if found in _ALIKE)


def _in_links(text: str, links: Iterable[tuple[int, int]]) -> Iterable[int]:
    return (i for start, end in links for i in range(start, end) if _odd_in_link(text[i]))


def _odd_in_link(c: str) -> bool:
    if c.isascii() or c in "⟨⟩":
        return False
    return not (unicodedata.category(c)[0] == "L" and unicodedata.east_asian_width(c) == "W")


def _host(link: str) -> str:
    """What a person should know about the host of a link, or nothing."""
    found = _HOST.match(link)
    host = re.sub(r"⟨U\+[0-9A-F]+⟩", "", found[1]) if found else ""
    if "xn--" in host.lower():
        read = ".".join(_read(label) for label in host.split("."))
        marked = "".join(c + (named(c) if _odd_in_link(c) else "") for c in read)
        return f" ⟨its host reads {marked}⟩"
    mixed = {_alphabet(c).title() for c in host if c.isalpha()}
    return f" ⟨its host mixes {' and '.join(sorted(mixed))} letters⟩" if len(mixed) > 1 else ""


def _read(label: str) -> str:
    """A label of a host as its punycode reads; as it is where it is none."""
    try:
        return label[4:].encode().decode("punycode") if label.lower().startswith("xn--") else label
    except (UnicodeError, ValueError):
        return label


def _alphabet(c: str) -> str:
    """LATIN, CYRILLIC and so on; nothing for digits."""
    return unicodedata.name(c, "unnamed").split()[0] if not c.isascii() else "LATIN" * c.isalpha()
