"""What the workspace keeps for later conversations, as a model is shown it: notes, and what is in the library."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from agent.run.events import Emit, Noted
from agent.setup.notebook import FileNotebook, newest, own_text
from agent.setup.settings import Settings
from agent.setup.world import World
from agent.writes.assets import ASSETS, library
from tools.domain.text import harmless
from tools.domain.tool import ToolError

MOST_ASSETS = 1_000
"""Characters of uploads that a model is shown."""
_FENCE = str.maketrans("<>", "‹›")


class Kept(NamedTuple):
    """Lines of data; none of them can end the fence around it."""

    notes: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()


NOTHING_KEPT = Kept()


def notebook(settings: Settings, world: World, now: Callable[[], datetime], emit: Emit) -> FileNotebook:
    """The notes for a session's account; the person is told of each that comes or goes."""

    def today() -> datetime:
        return now().astimezone(world.account.zone)

    return FileNotebook(
        settings.workspace,
        world.redactor,
        today,
        lambda text: emit(Noted(text)),
        world.account.id,
        settings.options.sandbox,
    )


def kept(settings: Settings, world: World, now: Callable[[], datetime], emit: Emit) -> Kept:
    """What there is to show. A file that cannot be used is left out, and the person is told why."""
    notes = notebook(settings, world, now, emit)
    try:
        uploads = library(own_text(notes.workspace / ASSETS, notes.workspace), sandbox=notes.sandbox)
        lines = [notes.redactor.text(harmless(f"{a.name}: {a.kind}, {a.date}, {a.ids}")) for a in uploads]
        return Kept(_fenced(newest(notes.kept())), _fenced(newest(lines, MOST_ASSETS)))
    except ToolError as wrong:
        emit(Noted(f"No notes are shown to the model: {wrong}"))
        return NOTHING_KEPT


def _fenced(lines: list[str]) -> tuple[str, ...]:
    return tuple(line.translate(_FENCE) for line in lines)
