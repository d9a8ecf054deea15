"""Up to 50 calls in one request, with an outcome for each (graph-api-facts §5)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from tools.graph.errors import AnswerLost, GraphFailure
from tools.graph.request import checked_path, encode
from tools.graph.usage import read_usage
from tools.graph.wire import Wire

MAX_ITEMS = 50

Item = dict[str, Any]


def item(method: str, path: str, params: Mapping[str, Any]) -> Item:
    """One call as a batch item. Raises ValueError for what is no path in the graph."""
    path, query = checked_path(path), urlencode(encode(params))
    if method == "POST":
        return {"method": method, "relative_url": path, "body": query, "omit_response_on_success": False}
    return {"method": method, "relative_url": f"{path}?{query}" if query else path}


def send(wire: Wire, items: Sequence[Item]) -> list[dict[str, Any] | GraphFailure]:
    """One batch request; the answers in the order of the items.

    An item without an answer is unknown (AnswerLost), not failed. Raises GraphFailure when the
    request as a whole failed.
    """
    if not 0 < len(items) <= MAX_ITEMS:
        raise ValueError(f"a batch has 1 to {MAX_ITEMS} items, not {len(items)}")
    wire.stats.batch_items += len(items)
    body = wire.exchange("POST", "", {"batch": list(items)}).body
    if not isinstance(body, list):
        raise AnswerLost("Meta answered a batch with something else than a list.")
    answers = body + [None] * (len(items) - len(body))
    return [_answer(wire, raw) for raw in answers[: len(items)]]


def _answer(wire: Wire, raw: Any) -> dict[str, Any] | GraphFailure:
    if not isinstance(raw, dict):
        return AnswerLost("Meta gave no answer for this item of the batch.")
    usage = read_usage(_headers(raw.get("headers")))
    try:
        body = json.loads(raw.get("body") or "")
    except (ValueError, TypeError, RecursionError):
        return AnswerLost("Meta's answer for this item of the batch is not readable.")
    status = raw["code"] if isinstance(raw.get("code"), int) else 0
    if error := wire.error_in(body, status=status, usage=usage):
        return error
    if not isinstance(body, dict) or not 200 <= status < 300:
        return AnswerLost(f"Meta answered this item of the batch with HTTP {status} and no error object.")
    return body


def _headers(raw: Any) -> dict[str, str]:
    if not isinstance(raw, list):
        return {}
    return {str(h.get("name")): str(h.get("value")) for h in raw if isinstance(h, dict)}
