"""Up to 50 calls in one request, with an outcome for each (docs/graph-api.md §5)."""

from collections.abc import Sequence
from typing import Any

from tools.graph.allowance import Cost, Reserved
from tools.graph.answers import Unpacked, named, unpack
from tools.graph.errors import AnswerLost, AnswerRefused, GraphFailure
from tools.graph.request import Item
from tools.graph.wire import Wire

MAX_ITEMS = 50


def send(
    wire: Wire, items: Sequence[Item], *, reserved: Reserved | None = None
) -> list[dict[str, Any] | GraphFailure]:
    """One batch request; the answers in the order of the items.

    An item without an answer is unknown (AnswerLost), not failed. Raises GraphFailure when the
    request as a whole failed.
    """
    if not 0 < len(items) <= MAX_ITEMS:
        raise ValueError(f"a batch has 1 to {MAX_ITEMS} items, not {len(items)}")
    wire.stats.batch_items += len(items)
    cost = cost_of(items)
    body = wire.exchange("POST", "", {"batch": list(items)}, cost=cost, reserved=reserved).body
    if not isinstance(body, list):
        raise AnswerLost(f"Meta answered a batch with {named(body)} instead of a list.")
    answers = [_unpacked(raw) for raw in (body + [None] * (len(items) - len(body)))[: len(items)]]
    wire.heard(*(answer for answer in answers if isinstance(answer, Unpacked)))
    return [_judged(wire, answer, cost) for answer in answers]


def cost_of(items: Sequence[Item]) -> Cost:
    """Every item counts as a call of its own."""
    reads = sum(item["method"] == "GET" for item in items)
    insights = any("/insights" in str(item["relative_url"]) for item in items)
    return Cost(reads=reads, writes=len(items) - reads, insights=insights)


def _unpacked(raw: Any) -> Unpacked | GraphFailure:
    try:
        answer = unpack(raw)
    except AnswerRefused as refused:
        return refused
    except ValueError:
        return AnswerLost("Meta's answer for this item of the batch is not readable.")
    return answer or AnswerLost("Meta gave no answer for this item of the batch.")


def _judged(wire: Wire, answer: Unpacked | GraphFailure, cost: Cost) -> dict[str, Any] | GraphFailure:
    if not isinstance(answer, Unpacked):
        return answer
    if error := wire.judged(answer, cost):
        return error
    if not isinstance(answer.body, dict) or not 200 <= answer.status < 300:
        return AnswerLost(
            f"Meta answered this item of the batch with HTTP {answer.status} and {named(answer.body)}, but no error object."
        )
    return answer.body
