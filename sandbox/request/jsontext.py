"""Reads JSON that strangers sent, so that it can be kept and written again."""

from __future__ import annotations

import json
from typing import Any

DEEPEST = 100
"""How deep lists and objects may be nested."""


def read(text: str | bytes) -> Any:
    """Give the value of a JSON text.

    Raises ValueError for what is no JSON, and for what JSON cannot say again: NaN, infinity, half a character,
    and nesting that is too deep.
    """
    try:
        value = json.loads(text)
        _check_depth(value)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")
