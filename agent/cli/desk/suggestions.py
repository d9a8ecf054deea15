"""What a half-typed request may go on as: commands, accounts, sets, names and files. All of it is known already; Meta is never asked."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from os.path import expanduser
from pathlib import Path

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from tools.domain.text import shortened, visible

MOST = 40
LEAST_LETTERS = 2
"""Of a name, before it is guessed."""
_OPENED = re.compile(r"[\"“„'‘«]([^\"“”„'‘’«»]*)$")
_ARGUMENT = re.compile(r"/?(?P<command>[a-z]+)\s+(?P<begun>\S*)", re.IGNORECASE)
_WORD = re.compile(r"\S+$")


@dataclass(frozen=True, slots=True)
class Known:
    """What may be typed: each is asked for anew, as a talk learns while it goes on."""

    commands: Mapping[str, str]
    """Those of a talk, with what they do."""
    arguments: Mapping[str, Callable[[], Iterable[tuple[str, str]]]]
    """What may stand behind a command, with what it is."""
    names: Callable[[], Iterable[str]]


class Suggestions(Completer):
    """Offers what begins as the text before the cursor ends."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def get_completions(self, document: Document, _: CompleteEvent) -> Iterator[Completion]:
        """At most some dozens, the likeliest first."""
        text = document.text_before_cursor
        for number, found in enumerate(self._found(text)):
            if number >= MOST:
                return
            yield found

    def _found(self, text: str) -> Iterator[Completion]:
        if text.startswith("/") and " " not in text and "\n" not in text:
            commands = [(f"/{name}", does) for name, does in self._known.commands.items()]
            if found := list(_offered(commands, text)):
                yield from found
                return
        if (said := _ARGUMENT.fullmatch(text)) and (
            argument := self._known.arguments.get(said["command"].lower())
        ):
            yield from _offered(argument(), said["begun"])
        if said := _WORD.search(text):
            yield from _files(said[0])
        yield from self._named(text)

    def _named(self, text: str) -> Iterator[Completion]:
        """Names of what was read: behind a quote that is open, or as the last words of the text."""
        opened = _OPENED.search(text)
        begun = [opened[1]] if opened else [text[m.start() :] for m in re.finditer(r"\S+", text)][-4:]
        names = list(self._known.names())
        for part in begun:
            if len(part.strip()) < (0 if opened else LEAST_LETTERS):
                continue
            found = [name for name in names if name.casefold().startswith(part.casefold())]
            if opened and not found:
                found = [name for name in names if part.casefold() in name.casefold()]
            yield from (_completion(name, part) for name in found)
            if found:
                return


def _offered(options: Iterable[tuple[str, str]], begun: str) -> Iterator[Completion]:
    """Those whose text or description begins so."""
    for text, does in options:
        if any(word.casefold().startswith(begun.casefold()) for word in (text, does)):
            yield _completion(text, begun, does)


def _completion(text: str, begun: str, does: str = "") -> Completion:
    return Completion(
        text, start_position=-len(begun), display=shortened(visible(text), 60), display_meta=visible(does)
    )


def _files(word: str) -> Iterator[Completion]:
    """Files and folders of this computer: where a path is begun, or in the current folder."""
    begun = word.lstrip("\"'“„")
    folder, _, name = begun.rpartition("/")
    if not begun or ("/" not in begun and len(begun) < LEAST_LETTERS):
        return
    try:
        place = Path(expanduser(f"{folder}/")) if "/" in begun else Path()  # noqa: PTH111 - Path's raises for ~nobody
        found = sorted(place.iterdir()) if place.is_dir() else []
        for path in found:
            if path.name.startswith(name) and (name.startswith(".") or not path.name.startswith(".")):
                end = "/" if path.is_dir() else ""
                yield Completion(
                    path.name + end, start_position=-len(name), display_meta="file"[: 4 - 4 * len(end)]
                )
    except OSError:
        return  # a folder that is closed to us
