"""The shared Graph client: one way to read, one way to write, errors with a next step, no secret in any text."""

from tools.graph.errors import AnswerLost, Executed, Family, GraphError, GraphFailure, NotSent
from tools.graph.reader import GraphReader, Listing
from tools.graph.wire import Exchange, Stats, Waiting, Wire, WireEvent
from tools.graph.writer import GraphWriter, Outcome, WriteRequest

__all__ = [
    "AnswerLost",
    "Exchange",
    "Executed",
    "Family",
    "GraphError",
    "GraphFailure",
    "GraphReader",
    "GraphWriter",
    "Listing",
    "NotSent",
    "Outcome",
    "Stats",
    "Waiting",
    "Wire",
    "WireEvent",
    "WriteRequest",
]
