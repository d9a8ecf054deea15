"""Tells listeners what happens, whatever becomes of them: losing a line of output must never get between a write and its record."""

from agent.run.events import Emit, Event
from agent.setup import bugs
from agent.setup.stops import Stop
from agent.writes.change_events import NotNewest
from tools.graph.redact import Redactor


class Telling:
    """A listener that failed once hears nothing more. `always` hears everything, beside those of each event."""

    def __init__(self, always: Emit | None = None) -> None:
        self._always = always
        self._deaf = list[Emit]()
        self._bug: Stop | None = None
        self._not_newest = list[str]()

    def tell(self, event: Event, *listeners: Emit | None) -> None:
        """Tell them in order; raises nothing that they raise."""
        if isinstance(event, NotNewest):
            self._not_newest.append(event.said)
        for listener in (*listeners, self._always):
            if listener is None or any(listener is deaf for deaf in self._deaf):
                continue
            try:
                listener(event)
            except (OSError, ValueError, SystemExit):  # a full disk, a closed pipe, an odd terminal
                self._deaf.append(listener)
            except Exception as error:  # noqa: BLE001 - told when the run is over
                self._deaf.append(listener)
                self._bug = bugs.understood(error, Redactor())

    def bug(self) -> Stop | None:
        """What a listener failed with that nobody foresaw, once."""
        bug, self._bug = self._bug, None
        return bug

    def not_newest(self) -> list[str]:
        """What is to be told with the next report about a journal that is not the newest, once."""
        said, self._not_newest = self._not_newest, []
        return said
