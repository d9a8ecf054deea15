"""Pages of a list with cursors (docs/graph-api.md §6)."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from sandbox.request import params
from sandbox.request.refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")
DEFAULT_LIMIT = 25


class Page(NamedTuple):
    """Some of the items, and the cursors and links around them."""

    items: list[Any]
    paging: dict[str, Any]


def cut(
    items: Sequence[tuple[int, T]], args: Mapping[str, str], *, most: int, address: str, token: str
) -> Page:
    """Take one page of `(position, item)` pairs in rising position; its links lead to the address, with the token.

    A cursor is the position, not a count: items that appear or vanish between two pages shift nothing.
    """
    limit = params.whole(args, "limit")
    limit = min(DEFAULT_LIMIT if limit is None else limit, most)
    if limit < 1:
        raise invalid("Param limit must be greater than 0", blame="limit")
    if "before" in args:
        end = bisect_left(items, _position(args["before"]), key=itemgetter(0))
        page, more_before, more_after = items[max(0, end - limit) : end], end > limit, True
    else:
        start = bisect_right(items, _position(args["after"]), key=itemgetter(0)) if "after" in args else 0
        page, more_after = items[start : start + limit], len(items) > start + limit
        more_before = "after" in args
    if not page:
        return Page([], {})
    kept = {name: value for name, value in args.items() if name not in {"after", "before", "limit"}}
    kept = {"access_token": token, **kept, "limit": str(limit)}
    first, last = _cursor(page[0][0]), _cursor(page[-1][0])
    paging: dict[str, Any] = {"cursors": {"before": first, "after": last}}
    if more_before:
        paging["previous"] = f"{address}?{urlencode({**kept, 'before': first})}"
    if more_after:
        paging["next"] = f"{address}?{urlencode({**kept, 'after': last})}"
    return Page([item for _, item in page], paging)


def beyond(cursor: str) -> str:
    """Give the cursor of the place after this one."""
    return _cursor(_position(cursor) + 1)


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"sandbox:{position}".encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    try:
        label, _, position = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).partition(b":")
        if label == b"sandbox":
            return int(position)
    except (binascii.Error, ValueError):
        pass
    raise invalid("Invalid cursors values")
