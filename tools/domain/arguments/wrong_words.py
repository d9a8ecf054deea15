"""What is wrong with a field of a call, in words that need no knowledge of how it was checked."""

from collections.abc import Mapping
from typing import Any

_SAID = {
    "missing": "missing",
    "extra_forbidden": "no such argument",
    "string_type": "must be a text",
    "list_type": "must be a list",
    "string_too_long": "too long, at most {max_length} characters",
    "too_long": "too many, at most {max_length} items",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def wrong(error: Mapping[str, Any]) -> str:
    """An error of pydantic, with its context, as a person says it: "empty; say what it is to be"."""
    kind, bounds = str(error["type"]), error.get("ctx") or {}
    if kind in ("string_too_short", "too_short"):
        least = bounds.get("min_length", 1)
        if least == 1:
            return "empty; give at least one" if kind == "too_short" else "empty; say what it is to be"
        return f"too {'few' if kind == 'too_short' else 'short'}, at least {least}{'' if kind == 'too_short' else ' characters'}"
    if kind in _SAID:
        return _SAID[kind].format_map(bounds)
    return str(error["msg"]).removeprefix("Value error, ")
