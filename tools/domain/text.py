"""Words of people, models and Meta, made fit to be shown."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from tools.domain.sides import AGAIN, ISOLATED, isolated

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
"""What has no form of its own: controls, which steer a terminal (escape sequences, a carriage return that writes
over a line); marks that hide text or turn it around; halves of characters, which no file holds; private use."""
_LINE_ENDS = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
_WITHOUT_FORM = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff"
    "\u2800\ufffc\U00016fe4\U0001d159]"
)
"""What is blank although its category says letter, mark, sign or nothing: what Unicode calls default-ignorable, given to
a character or not, and in the second line what fonts leave empty."""
_ODD_RUN = re.compile(r"^ +| +$|(?<= ) {2,}")
_NOT_PLAIN = re.compile(r"[^\n -~]")
_TAKEN_FOR_MARKUP = re.compile(r"<(?=[A-Za-z!/?])|&(?=[#A-Za-z])|(?<=`)`|`(?=`)")
_ENTITY = re.compile(r"&#?[A-Za-z0-9]+;?")
_NEGATIVE = re.compile(r"-[0-9]+(?:\.[0-9]+)?")
_FORMULA = frozenset("=+-@＝＋－＠")
_PICTURES = frozenset({"So", "Sk"})
_KEYCAPS = frozenset("0123456789#*©®‼⁉™ℹ↔")
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_HOST = re.compile(r"(?:[a-z]+://)?(?:[^/?#]*@)?([^/?#:]*)", re.IGNORECASE)
_ALIKE = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "KELVIN"})
"""Alphabets, by how the names of their letters begin, with letters that look like Latin ones."""


def harmless(text: str) -> str:
    """A text without what nobody sees; line feeds stay."""
    return _NOT_PLAIN.sub(lambda found: "" if _hidden(text, found.start()) else found[0], text)


def unseen(c: str) -> bool:
    """Whether a character has no form of its own that anybody could see."""
    return unicodedata.category(c) in _UNSEEN or _WITHOUT_FORM.match(c) is not None


def paired(text: str) -> str:
    """A text without halves of characters: two that belong together are one, a lone one is the sign for what is lost."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def clean_lines(text: str) -> str:
    """The same, where every kind of line break counts as one, so that none is lost; without one at the end."""
    return harmless("\n".join(text.splitlines()))


def clean(text: object) -> str:
    """Anything in one line without what nobody sees; white space of any kind is a single space."""
    return harmless(" ".join(str(text).split()))


def visible(text: object, *, link: bool = False) -> str:
    """What `marked` gives, in which words that are read from the right turn nothing around them.

    Each run of them stands between the marks of Unicode for that, U+2068 and U+2069: an arrow, a number or an id beside
    them would else be drawn on their other side. What has no such words has no such marks.
    """
    return isolated(marked(text, link=link))


def marked(text: object, *, link: bool = False) -> str:
    """Anything in one line in which nothing is hidden and nothing passes for something else.

    A line break is a sign. Named by their numbers are: a mark that nobody sees, but not the one that makes a sign an
    emoji; tabs; spaces other than the usual one, where nobody types them; usual ones at an end, or from the second of three
    on. People type a no-break space behind a number and beside the marks that French sets apart, and a single wide one
    beside Chinese or Japanese writing: there they stay.
    A letter that passes for another has its number behind it: one of another alphabet within a word of Latin ones, and in
    links (all of the text, if it is a `link`) whatever is not ASCII, but for Chinese, Japanese and Korean letters, which
    look like no other. What a host in punycode reads as, or that it mixes alphabets, stands behind its link.
    """
    text = str(text)
    return text if _plain(text) else _marked(text, link=link)


def _plain(text: str) -> bool:
    """Whether a text is ASCII of which nothing can be hidden or passed off, in a link neither."""
    printable = text.isascii() and text.isprintable() and "   " not in text and text == text.strip()
    return printable and "xn--" not in text.lower()


@lru_cache(maxsize=1024)
def _marked(text: str, *, link: bool) -> str:
    text = text.replace("\r\n", "\n")
    odd = {i for run in _ODD_RUN.finditer(text) for i in range(*run.span())}
    behind = _marks(text, link=link)
    shown = []
    for index, c in enumerate(text):
        shown.append(named(c) if index in odd else _visible(text, index))
        if index in behind and shown[-1] == c and not text.startswith(behind[index], index + 1):
            shown.append(behind[index])
    return "".join(shown)


def _visible(text: str, index: int) -> str:
    c = text[index]
    if " " <= c <= "~":
        return c
    if c in _LINE_ENDS:
        return " ⏎ "
    if unicodedata.category(c) == "Zs":
        return c if _typed(text, index) else named(c)
    return named(c) if _hidden(text, index) else c


def _hidden(text: str, index: int) -> bool:
    return unseen(text[index]) and not _colours(text, index)


def _typed(text: str, index: int) -> bool:
    """Whether a single space of another width stands where people type it."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if before.isspace() or after.isspace():
        return False
    if text[index] in "\u00a0\u202f":
        return before.isdigit() or before == "«" or (after != "" and after in "»!?:;%€$£")
    return text[index] == "\u3000" and any(
        c and unicodedata.east_asian_width(c) in "WF" for c in (before, after)
    )


def _colours(text: str, index: int) -> bool:
    """Whether the mark for colour stands behind an emoji, where it can be seen."""
    before = text[index - 1 : index]
    return text[index] == "\ufe0f" and (
        before in _KEYCAPS or unicodedata.category(before or " ") in _PICTURES
    )


def named(c: str) -> str:
    """A character by its number."""
    return f"⟨U+{ord(c):04X}⟩"


def _marks(text: str, *, link: bool = False) -> dict[int, str]:
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


@lru_cache(maxsize=4096)
def _alphabet(c: str) -> str:
    """LATIN, CYRILLIC and so on; nothing for digits."""
    return unicodedata.name(c, "unnamed").split()[0] if not c.isascii() else "LATIN" * c.isalpha()


def block(text: str) -> str:
    """Lines for whatever a host makes of them: Markdown shows such a block as it is, letter for letter.

    What would begin a tag, a comment or an entity of HTML, or end the block, has its number behind it and begins nothing.
    """
    told = _TAKEN_FOR_MARKUP.sub(lambda found: found[0] + (named(found[0]) if is_markup(found) else ""), text)
    return f"```\n{told}\n```"


def is_markup(found: re.Match[str]) -> bool:
    """Whether what was found is more than the ampersand of a link: then it begins an entity."""
    entity = _ENTITY.match(found.string, found.start())
    return found[0] != "&" or (entity is not None and unescape(entity[0]) != entity[0])


def json_text(value: object, *, indent: int | None = 2) -> str:
    """A value as JSON for a terminal: equal JSON, in which whatever steers, hides or turns text around is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _NOT_PLAIN.sub(lambda found: _escaped(found[0]), text)


def _escaped(c: str) -> str:
    return json.dumps(c)[1:-1] if unseen(c) or c in _LINE_ENDS else c


def cell(value: object) -> str:
    """A text as a cell that no spreadsheet takes for a formula, whatever blank stands before it: names come from outside.

    A negative number is none.
    """
    text = str(value)
    if _NEGATIVE.fullmatch(text):
        return text
    seen = next((c for c in text if not (c.isspace() or unseen(c))), "")
    return f"'{text}" if seen in _FORMULA or text[:1] in ("\t", "\r") else text


def counted(number: int, noun: str) -> str:
    """For example "1 problem", "2,000 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def clock(at: datetime, *, exact: bool = False) -> str:
    """A moment for people, on the clock it came with: "2026-12-31 23:59 UTC-05:00"; `exact`: with seconds, if any."""
    shift, seconds = f"{at:%z}", f"{at::%S}" if exact and at.second else ""
    return f"{at:%Y-%m-%d %H:%M}{seconds} UTC" + ("" if shift == "+0000" else f"{shift[:3]}:{shift[3:5]}")


def clock_of(moment: str, timezone: str) -> str:
    """A moment in ISO form for people, on the clock of an account, whose offset is named."""
    return clock(datetime.fromisoformat(moment).astimezone(zone_of(timezone)))


def zone_of(name: str) -> "ZoneInfo":
    """The time zone of a name; UTC for one that this computer does not know."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # words alone need no clock

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def listed(items: Sequence[str], *, most: int = 5) -> str:
    """A few items in one line, with the number of those left out."""
    rest = len(items) - most
    return ", ".join(items[:most]) + (f" and {rest} more" if rest > 0 else "")


def gathered(notes: Iterable[str], names: Collection[str]) -> list[str]:
    """Notes, each behind the name that it is about, of which those that say the same are one behind all of its names."""
    about = dict[str, list[str]]()
    for note in dict.fromkeys(notes):
        name = max((one for one in names if note.startswith(f"{one}: ")), key=len, default="")
        about.setdefault(note.removeprefix(f"{name}: "), []).append(name)
    return [f"{listed(own)}: {said}" if all(own) else said for said, own in about.items()]


def shortened(text: str, longest: int) -> str:
    """A text of at most so many characters; one that was cut ends in an ellipsis, and what it turns with it."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return f"{cut}…" + AGAIN * (cut.count(ISOLATED) > cut.count(AGAIN))
