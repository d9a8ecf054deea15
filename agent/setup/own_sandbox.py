"""The sandbox that a workspace keeps for itself: its file, and since when there is this one."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from agent.setup.settings import Settings

OWN_SANDBOX = "sandbox"
"""The world of a workspace's own sandbox, which starts anew in the same place."""


def sandbox_state(settings: Settings) -> Path:
    """The file that keeps the in-process sandbox."""
    return settings.options.sandbox_state or settings.state / "sandbox.sqlite"


def sandbox_begun(settings: Settings, now: Callable[[], datetime] | None = None) -> datetime | None:
    """When the workspace's own sandbox was started last, or is with `now`; nothing when that is not known."""
    note = settings.state / "sandbox.begun"
    if now:
        note.write_text(now().isoformat(), encoding="utf-8")
    try:
        return datetime.fromisoformat(note.read_text(encoding="utf-8")).astimezone(UTC)
    except (OSError, ValueError):
        return None
