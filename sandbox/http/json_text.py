"""Answers as JSON text. Most of what the sandbox does in tests is to write it: pydantic's writer takes a quarter of the time."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json


def json_text(value: Any) -> str:
    """The value without spaces between its parts, letters of all languages as they are."""
    return to_json(value).decode()
