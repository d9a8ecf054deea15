"""Delivers webhooks as time passes, where the clock is not moved by hand (docs/graph-api.md §9.2)."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox.objects import webhook_calls, webhook_events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world.state import World

LOOK_AGAIN_S = 2.0
_log = logging.getLogger(__name__)


@contextmanager
def telling(world: World, look_again_s: float = LOOK_AGAIN_S) -> Iterator[None]:
    """Tell of what happens until the block ends."""
    over = threading.Event()

    def keep_telling() -> None:
        while not over.wait(look_again_s):
            try:
                with world.reading():
                    webhook_events.catch_up(world)
                webhook_calls.deliver(world)
            except Exception:  # noqa: BLE001  the next round tries again; it goes to the log
                _log.exception("webhooks could not be told")

    thread = threading.Thread(target=keep_telling, name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
