"""Reads typed values out of Graph parameters, which all arrive as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.request import clock, jsontext
from sandbox.request.enums import EXECUTION_OPTIONS
from sandbox.request.refusals import invalid, not_one_of, required

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    Params = Mapping[str, str]


def text(params: Params, name: str) -> str:
    """Give a parameter that must be there and not blank."""
    value = params.get(name, "")
    if not value.strip():
        raise required(name)
    return value


def parsed(params: Params, name: str) -> Any:
    """Give the JSON value of a parameter, or None when it is absent."""
    if name not in params:
        return None
    try:
        return jsontext.read(params[name])
    except ValueError:
        raise invalid(f"Param {name} must be valid JSON", blame=name) from None


def mapping(params: Params, name: str) -> dict[str, Any] | None:
    """Give a JSON object parameter, or None when it is absent."""
    value = parsed(params, name)
    if value is not None and not isinstance(value, dict):
        raise invalid(f"Param {name} must be a JSON object", blame=name)
    return value


def array(params: Params, name: str) -> list[Any] | None:
    """Give a JSON array parameter, or None when it is absent."""
    value = parsed(params, name)
    if value is not None and not isinstance(value, list):
        raise invalid(f"Param {name} must be an array.", blame=name)
    return value


def names(params: Params, name: str) -> list[str]:
    """Give a list of words: a JSON array or a comma list, both are sent by real clients (§6)."""
    raw = params.get(name, "").strip()
    if raw.startswith("["):
        return [str(word) for word in array(params, name) or []]
    return [word.strip() for word in raw.split(",") if word.strip()]


def whole(params: Params, name: str) -> int | None:
    """Give an integer parameter, or None when it is absent."""
    if name not in params:
        return None
    try:
        return int(params[name])
    except ValueError:
        raise invalid(f"Param {name} must be an integer", blame=name) from None


def flag(params: Params, name: str) -> bool | None:
    """Give a boolean parameter in any of the spellings Meta takes (§6), or None when absent."""
    if name not in params:
        return None
    spellings = {"true": True, "1": True, "false": False, "0": False}
    try:
        return spellings[params[name].strip().lower()]
    except KeyError:
        raise invalid(f"Param {name} must be a boolean", blame=name) from None


def choice(params: Params, name: str, allowed: Collection[str], default: str | None = None) -> str:
    """Give an enum parameter; without a default it must be there."""
    value = params.get(name, default)
    if value is None:
        raise required(name)
    if value not in allowed:
        raise not_one_of(name, allowed)
    return value


def moment(params: Params, name: str) -> str | None:
    """Give a moment in UTC as times go over the wire (docs/graph-api.md §6); `0` means none."""
    raw = text(params, name)
    if raw == "0":
        return None
    try:
        return clock.written(seconds(raw, name), UTC)
    except (ValueError, OverflowError):
        raise invalid(f"Param {name} is out of range", blame=name) from None


def seconds(raw: str, name: str) -> float:
    """Read a moment: unix seconds, or ISO 8601 with any offset (UTC without one)."""
    try:
        if raw.isdecimal():
            return float(raw)
        read = datetime.fromisoformat(raw)
    except ValueError:
        raise invalid(f"Param {name} must be a date or unix seconds", blame=name) from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()


def validate_only(params: Params) -> bool:
    """Tell whether the caller only wants the checks (docs/graph-api.md §8.8)."""
    options = names(params, "execution_options")
    if set(options) - set(EXECUTION_OPTIONS):
        raise not_one_of("execution_options", EXECUTION_OPTIONS)
    return "validate_only" in options
