"""The shared Graph client: one way to read, one way to write, errors with a next step, no secret in any text."""

from tools.graph.codes import Advice
from tools.graph.errors import (
    ABSENT,
    UNREADABLE,
    AnswerLost,
    Executed,
    Family,
    GraphError,
    GraphFailure,
    NotSent,
    too_heavy,
)
from tools.graph.governor import Forecast, Governor, Held
from tools.graph.limits import LimitStore, MemoryLimits
from tools.graph.listing import ONE, ListCall, Listing, Stream
from tools.graph.reader import GraphReader
from tools.graph.request import is_digits
from tools.graph.server_clock import ServerClock
from tools.graph.video_upload import VideoSource
from tools.graph.wait_budget import WaitBudget
from tools.graph.wire import Exchange, Smaller, Stats, Waiting, Wire, WireEvent
from tools.graph.writer import Answer, GraphWriter, WriteRequest

__all__ = [
    "ABSENT",
    "ONE",
    "UNREADABLE",
    "Advice",
    "Answer",
    "AnswerLost",
    "Exchange",
    "Executed",
    "Family",
    "Forecast",
    "Governor",
    "GraphError",
    "GraphFailure",
    "GraphReader",
    "GraphWriter",
    "Held",
    "LimitStore",
    "ListCall",
    "Listing",
    "MemoryLimits",
    "NotSent",
    "ServerClock",
    "Smaller",
    "Stats",
    "Stream",
    "VideoSource",
    "WaitBudget",
    "Waiting",
    "Wire",
    "WireEvent",
    "WriteRequest",
    "is_digits",
    "too_heavy",
]
