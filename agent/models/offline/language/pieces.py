"""Takes a text apart into words, numbers, quoted texts, files, links and ids; what is quoted is never read as an order."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from tools.domain.text import harmless, shortened
from tools.domain.text import visible as told

Kind = Literal["word", "number", "quote", "file", "link", "id", "account", "set", "sign", "end"]

_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)[”“]|„([^“”]+)[“”]|«([^»]+)»|`([^`]+)`")
_SINGLE = re.compile(r"(?<!\w)[\u2018']([^\s\u2018\u2019'][^\n]{0,2400}?)[\u2019'](?!\w)")
_SKIPPED = re.compile(r"['\u2019]s\b|(?<=[^\W\d_])-(?=[^\W\d_])|[ \t_.'\u2019]+(?=\s|$)|[ \t'\u2019]+")
_PARTS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("link", re.compile(r"https?://[^\s,;]+")),
    ("file", re.compile(r"[^\s,;:]*\.(?:jpe?g|png|gif|webp|mp4|mov|json|ya?ml|csv|xlsx)\b", re.IGNORECASE)),
    ("set", re.compile(r"cs-\w+")),
    ("account", re.compile(r"act_\w+")),
    ("number", re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")),
    ("id", re.compile(r"\d{8,25}(?![\d.,]*\d)")),
    ("number", re.compile(r"(?:(?<!\w)[-+\u2212])?\d+(?:[.,\u2019']\d+)*(?:st|nd|rd|th|er|º|ª|[kK])?(?!\w)")),
    ("word", re.compile(r"[^\W_]+n['\u2019]t\b|[^\W_]+")),
    ("sign", re.compile(r"[<>]=?|[=%$€£¥₹&+,;:/()–—-]|\n")),
    ("end", re.compile(r"[?!.¿¡…]+")),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a text: as it was written, and as it is compared."""

    kind: Kind
    text: str
    key: str
    start: int
    end: int


def folded(text: str) -> str:
    """A text as people compare words: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def clean(text: object) -> str:
    """One line without control and invisible characters, safe to read and to print."""
    return re.sub(r"\s+", " ", _visible(str(text))).strip()


def shown(name: object, longest: int = 60) -> str:
    """A name on one line, as a change set shows it: nothing in it hides, or turns what is beside it; cut when it is very long."""
    return shortened(told(name), longest)


def _visible(text: str) -> str:
    return "\t".join(map(harmless, text.split("\t")))


def visible(text: str) -> str:
    """A request as it is read: lines kept, nothing in it that cannot be seen."""
    return _visible(text.replace("\r", "\n").replace("\t", " ")).strip()


def taken_apart(text: str) -> list[Word]:
    """The pieces of a text in order; a possessive `'s` and a hyphen inside a word are left out, an elided article stands alone."""
    quoted = sorted((*_QUOTED.finditer(text), *_SINGLE.finditer(text)), key=lambda match: match.start())
    found, at = list[Word](), 0
    for match in quoted:
        if match.start() < at:
            continue
        found += _pieces(text, at, match.start())
        inner = next(group for group in match.groups() if group is not None).strip()
        kind: Kind = "file" if _PARTS[1][1].fullmatch(inner.replace(" ", "_")) else "quote"
        found.append(Word(kind, inner, folded(inner), match.start(), match.end()))
        at = match.end()
    return found + _pieces(text, at, len(text))


def _pieces(text: str, at: int, end: int) -> list[Word]:
    found = list[Word]()
    while at < end:
        if skipped := _SKIPPED.match(text, at, end):
            at = skipped.end()
            continue
        hit = next(((k, m) for k, p in _PARTS if (m := p.match(text, at, end))), None)
        if hit is not None:
            found.append(Word(hit[0], hit[1][0], folded(hit[1][0]), at, hit[1].end()))
        at = hit[1].end() if hit is not None else at + 1
    return found
