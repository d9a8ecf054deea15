"""Calls as items of a batch, and the answers of items (docs/graph-api.md §5)."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tools.graph.answer_limits import parsed
from tools.graph.request import checked_path, encode

Item = dict[str, Any]


class Unpacked(NamedTuple):
    """The answer of one item: a small HTTP answer of its own."""

    status: int
    headers: dict[str, str]
    body: Any


def item(method: str, path: str, params: Mapping[str, Any]) -> Item:
    """One call as a batch item. Raises ValueError for what is no path in the graph."""
    path, query = checked_path(path), urlencode(encode(params))
    if method == "POST":
        return {"method": method, "relative_url": path, "body": query, "omit_response_on_success": False}
    return {"method": method, "relative_url": f"{path}?{query}" if query else path}


def unpack(raw: Any) -> Unpacked | None:
    """What an item answered; None when Meta gave none. Raises ValueError when its body is not JSON, and AnswerRefused."""
    if not isinstance(raw, dict):
        return None
    try:
        body = parsed(raw.get("body") or "")
    except (ValueError, TypeError, AttributeError):
        raise ValueError("the body of this item is not JSON") from None
    status = raw["code"] if isinstance(raw.get("code"), int) else 0
    return Unpacked(status, _headers(raw.get("headers")), body)


def _headers(raw: Any) -> dict[str, str]:
    if not isinstance(raw, list):
        return {}
    return {str(h.get("name")): str(h.get("value")) for h in raw if isinstance(h, dict)}
