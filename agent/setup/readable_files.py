"""Which files a person gave: those their words name, the workspace and the current folder."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from tools.domain.files import Given, given

_QUOTED = re.compile(
    r"(?<!\w)'([^'\n]+)'|\"([^\"\n]+)\"|`([^`\n]+)`|[“„]([^“”„\n]+)[“”]|‘([^‘’\n]+)’|«([^«»\n]+)»"
)
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_BEFORE, _AFTER = ",;:([{<'\"`“„‘«", ".,;:!?)]}>'\"`“”’»"
_WRITTEN_AS_PATH = re.compile(r"/|\.(?:jpe?g|png)$", re.IGNORECASE)

_PICTURES = ("jpg", "jpeg", "png")
MOST_PICTURES = 50
_MANY = re.compile(
    r"(?<![^\s,;:])(?P<q>[\"'])?(?P<way>[^\s,;:\"']*(?:\*[^\s,;:\"']*\.(?:jpe?g|png)|/))(?(q)(?P=q))(?=$|[\s,;:])"
    r"|(?<=\w )(?:in|from|of|inside|aus|im|von|de|en|em|dans|da|do)\s+(?:(?:the )?folder |(?:dem )?ordner |(?:la )?carpeta |(?:le )?dossier |(?:a )?pasta )?"
    r"(?P<folder>[\"']?[^\s,;:\"'.*]+[\"']?)(?=$|[\s,;:]|\.(?:\s|$))",
    re.IGNORECASE,
)
_OF_PICTURES = re.compile(
    r"\b(?:pictures?|images?|photos?|bilder[n]?|fotos?|im[aá]genes|imagens|ads)\b", re.IGNORECASE
)


def with_pictures(text: str) -> str:
    """A request in which a folder of pictures, or a pattern such as `big/*.png`, is the list of its pictures.

    As a shell does it; what fits no picture, or more than can be sent at once, stays as it was written.
    """

    def listed(match: re.Match[str]) -> str:
        written = match["way"] or match["folder"].strip("\"'")
        found = _pictures_of(written)
        if not found or len(found) > MOST_PICTURES or (match["folder"] and not _OF_PICTURES.search(text)):
            return match[0]
        names = ", ".join(f'"{name}"' if re.search(r"[^\w./~-]", name) else name for name in found)
        return names if match["way"] else f"from {names}"

    return _MANY.sub(listed, text)


def _pictures_of(written: str) -> list[str]:
    """The pictures of a folder, or those a pattern fits, in order and as a person would write them; no hidden ones."""
    folder, _, pattern = written.rpartition("/") if "*" in written else (written.rstrip("/"), "", "*")
    if not written.strip("/.") or "*" in folder:
        return []
    place = Path(os.path.expanduser(folder or "."))  # noqa: PTH111 - Path's raises for ~nobody
    try:
        names = sorted(each.name for each in place.iterdir() if fnmatch(each.name, pattern))
    except OSError:
        return []
    pictures = [n for n in names if n[:1] != "." and n.rpartition(".")[2].lower() in _PICTURES]
    return [f"{folder}/{name}" if folder else name for name in pictures]


def given_by(texts: Iterable[str], workspace: Path) -> Given:
    """What may be read once a person has said these texts, from now on."""
    here, texts = _current_folder(), tuple(texts)
    named = [word for text in texts for word in _named(text) if here != "/" or word.startswith(("/", "~"))]
    return replace(given([workspace, here, *named]), words=texts)


def given_in(arguments: object) -> Given:
    """The texts of a tool's input, for a person who wrote that input."""
    values = arguments.values() if isinstance(arguments, dict) else ()
    texts = [item for value in values for item in (value if isinstance(value, list) else [value])]
    words = tuple(text.strip() for text in texts if isinstance(text, str))
    return replace(given(words), words=words)


def _current_folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - a text, like what people say
    except OSError:
        return "/"  # it is gone; a root too wide to be given


def _named(text: str) -> list[str]:
    """The words and quotes of a text that name something that is there, or are written like a path.

    Words without a letter name nothing: "..", or the slash in "CTR / CPC".
    """
    return [
        word
        for word in dict.fromkeys(_words(text))
        if any(c.isalnum() for c in word) and (_WRITTEN_AS_PATH.search(word) or _is_there(word))
    ]


def _words(text: str) -> Iterator[str]:
    """Quoted pieces, and words with and without the punctuation around them and the backslashes of a shell."""
    for quoted in _QUOTED.finditer(text):
        yield quoted[quoted.lastindex or 0].strip()
    for whole in _WORD.findall(text):
        for word in (whole, *re.split(r"[,;]", whole)):
            bare = word.lstrip(_BEFORE).rstrip(_AFTER)
            yield from (word, bare, re.sub(r"\\(.)", r"\1", bare))


def _is_there(word: str) -> bool:
    return os.path.lexists(os.path.expanduser(word))  # noqa: PTH111 - Path's raises for ~nobody
