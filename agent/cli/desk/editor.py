"""A line to type requests on, with what came before, completion and pastes in one piece: prompt_toolkit at a real terminal."""

import os
import sys

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import Completer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.vt100 import Vt100_Output
from rich.console import Console
from rich.style import Style
from rich.text import Text

from agent.show import keyboard

LEAST_COLUMNS = 20


class Editor:
    """Asks for one request after the other. What was typed ahead of a question is forgotten with that question."""

    def __init__(
        self,
        history: History,
        completer: Completer,
        *,
        given: Input | None = None,
        shown: Output | None = None,
    ) -> None:
        self._input = given or create_input()
        self._session: PromptSession[str] = PromptSession(
            history=history,
            completer=completer,
            complete_while_typing=Condition(_begins_a_command),
            multiline=True,
            prompt_continuation=lambda *_: "  ",
            key_bindings=_keys(),
            enable_open_in_editor=False,
            reserve_space_for_menu=12,
            input=self._input,
            output=shown or _output(),
        )
        keyboard.forgetting.append(self.forget)

    def ask(self, place: str, rest: str, style: str) -> str:
        """What was typed, as one text whatever its lines. Raises EOFError, KeyboardInterrupt."""
        return self._session.prompt(lambda: _prompt(place, rest, _here(style)))

    def forget(self) -> None:
        """Throw away keys that were read and not yet used."""
        clear_typeahead(self._input)


def _output() -> Output:
    """The terminal, which is never asked where its cursor is: a late answer would be typed into a question."""
    depth = ColorDepth.from_env()  # NO_COLOR
    terminal = Vt100_Output.from_pty(sys.stdout, term=os.environ.get("TERM"), default_color_depth=depth)
    terminal.enable_cpr = False
    return terminal


def _begins_a_command() -> bool:
    text = get_app().current_buffer.text
    return text.startswith("/") and " " not in text


def _prompt(place: str, rest: str, style: str) -> StyleAndTextTuples:
    """World and account, broken at the width of the window, and the mark on a line of its own."""
    columns = max(get_app().output.get_size().columns - 1, LEAST_COLUMNS)
    whole = Text(f"{place} {rest}").wrap(Console(width=columns), columns)
    first, *others = (line.plain.rstrip() for line in whole)
    lines: StyleAndTextTuples = [("", "\n"), (style, first[: len(place)]), ("", first[len(place) :])]
    return [*lines, *(("", f"\n{line}") for line in others), ("", "\n> ")]


def _here(style: str) -> str:
    """A style of the screen, as it is written here."""
    meant = Style.parse(style)
    colours = [(meant.color, "fg"), (meant.bgcolor, "bg")]
    named = [f"{where}:ansi{colour.name}" for colour, where in colours if colour]
    return " ".join([*(["bold"] if meant.bold else []), *named])


def _keys() -> KeyBindings:
    """Enter sends, Alt-Enter or a backslash at the end begins a new line."""
    keys = KeyBindings()

    @keys.add("enter", filter=has_focus(DEFAULT_BUFFER))
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        menu = buffer.complete_state
        if menu and menu.current_completion and len(menu.completions) > 1 and not _begins_a_command():
            buffer.complete_state = None  # the name is chosen, the request goes on
        elif buffer.document.is_cursor_at_the_end and buffer.text.endswith("\\"):
            buffer.delete_before_cursor()
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
