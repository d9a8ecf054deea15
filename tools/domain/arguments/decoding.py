"""Reads the arguments of callers that do not keep to a schema: lists and numbers as text, wrapped, in other case.

What has one reading is read so. What has two, or none, stays as it came, to be refused: a number in the place of
an id was perhaps rounded, a text that looks like JSON may be meant as a text.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tools.graph.answers import too_deep

Schema = Mapping[str, Any]

_WRAPPERS = frozenset("input inputs toolinput arguments args kwargs params parameters".split())
"""What some callers put around the arguments, folded."""
_NAMES, _TYPES = frozenset({"name", "tool", "toolname"}), ("function", "tool_use", "tool_call", "call")
_MOST_WRAPS = 4
_OF_HOSTS = frozenset({"_meta", "toolCallId", "sessionId", "chatInput", "random_string"})
"""What hosts add for themselves (MCP, n8n, Cursor)."""
_LEFT_OUT = frozenset({"", "null", "None", "undefined"})
_SEVERAL = re.compile(r"[,;\n]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.0+)?")
_EXACT = 2**53
"""From here on not every integer is a number in JavaScript."""
_TYPED: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


def decoded(arguments: Any, schema: Schema, tool: str = "") -> Any:
    """The arguments of a call of `tool` as its schema means them, as far as that is certain; never raises."""
    found = _unwrapped(arguments, schema, tool)
    return _fields(found, schema) if isinstance(found, dict) else found


def left_out(value: Any) -> bool:
    """Whether a value only fills a place: `null`, no text, "null", nothing inside."""
    if isinstance(value, str):
        return value.strip() in _LEFT_OUT
    return value is None or value == {} or (isinstance(value, list) and all(map(left_out, value)))


def rounded(value: Any) -> bool:
    """Whether a number is so large that a caller in JavaScript may have rounded it."""
    return type(value) in (int, float) and abs(value) >= _EXACT


def _unwrapped(value: Any, schema: Schema, tool: str) -> Any:
    """The arguments themselves: out of a text, and out of objects around them."""
    for _ in range(_MOST_WRAPS):
        if isinstance(value, str):
            value = _from_json(value, dict)
        if value in (None, "", []) and not schema.get("required"):
            return {}
        inner = _inner(value, schema, tool) if isinstance(value, dict) else None
        if inner is None:
            break
        value = inner
    return value


def _inner(value: dict[str, Any], schema: Schema, tool: str) -> Any:
    """What an object wraps if it does nothing else, but for the name of the tool."""
    own = {key: part for key, part in value.items() if not _added(key, value)}
    wrappers = [key for key in own if _folded(key) in _WRAPPERS and key not in schema.get("properties", {})]
    if len(wrappers) != 1:
        return None
    rest = [(_folded(key), part) for key, part in own.items() if key != wrappers[0]]
    if any(
        not (key in _NAMES and part == tool) and not (key == "type" and part in _TYPES) for key, part in rest
    ):
        return None
    found = own[wrappers[0]]
    found = _from_json(found.strip(), dict) if isinstance(found, str) else found
    return {} if found in (None, "", []) else found if isinstance(found, dict) else None


def _fields(value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    properties = schema.get("properties")
    if properties is None:
        inner = schema.get("additionalProperties")
        return {k: _value(v, inner) for k, v in value.items()} if isinstance(inner, dict) else value
    names, required = {_folded(name): name for name in properties}, schema.get("required", ())
    found = dict[str, Any]()
    for key, given in value.items():
        name = key if key in properties else names.get(_folded(key), key)
        if name != key and (name in value or name in found):
            name = key  # said twice: which one holds is not for us to choose
        if name not in properties:
            if not _added(name, value):
                found[name] = given
            continue
        part = _value(given, properties[name])
        secret = properties[name].get("format") == "password" and bool(part)
        if name in required or secret or not left_out(part):
            found[name] = part  # a word in the place of a secret is a wrong secret
    return found


def _value(value: Any, schema: Schema) -> Any:
    if "anyOf" in schema:
        return _one_of(value, schema["anyOf"])
    read = _READINGS.get(schema.get("type", ""))
    return read(value, schema) if read else value


def _one_of(value: Any, options: Sequence[Schema]) -> Any:
    """The only reading that one of the options takes; as it came where it fits already, or where there are two."""
    if any(_fits(value, option) for option in options):
        return value
    readings = [(_value(value, option), option) for option in options]
    fitting = [reading for reading, option in readings if _fits(reading, option)]
    return fitting[0] if len(fitting) == 1 else value


def _fits(value: Any, schema: Schema) -> bool:
    of_type = isinstance(value, _TYPED.get(schema.get("type", ""), object))
    return (
        of_type
        and (schema.get("type") == "boolean") >= isinstance(value, bool)
        and value in schema.get("enum", [value])
    )


def _object(value: Any, schema: Schema) -> Any:
    value = _from_json(value, dict) if isinstance(value, str) else value
    return _fields(value, schema) if isinstance(value, dict) else value


def _list(value: Any, schema: Schema) -> Any:
    """A list, also out of a text, and the only item of one."""
    items: Schema = schema.get("items", {})
    if isinstance(value, str):
        value = _from_json(value, (list, dict))
    if isinstance(value, dict) and items.get("type") == "object":
        value = [value]
    if isinstance(value, str) and items.get("type") == "string" and _one_item(value):
        value = [value]
    return [_value(item, items) for item in value] if isinstance(value, list) else value


def _one_item(text: str) -> bool:
    """Whether a text in the place of a list is surely its only item, and neither several nor a list that broke."""
    return not left_out(text) and text.strip()[0] not in "[{\"'" and not _SEVERAL.search(text.strip())


def _whole_number(value: Any, _: Schema) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0])
    if isinstance(value, float) and value.is_integer() and not rounded(value):
        return int(value)
    return value


def _truth(value: Any, _: Schema) -> Any:
    return (
        {"true": True, "false": False}.get(value.strip().casefold(), value)
        if isinstance(value, str)
        else value
    )


def _text(value: Any, schema: Schema) -> Any:
    """A text as it is, also where it looks like something else; of several choices, one in another case."""
    choices = schema.get("enum", ())
    if not isinstance(value, str) or value in choices:
        return value
    fitting = [choice for choice in choices if _folded(choice) == _folded(value.strip())]
    return fitting[0] if len(fitting) == 1 else value


_READINGS: dict[str, Callable[[Any, Schema], Any]] = {
    "object": _object,
    "array": _list,
    "integer": _whole_number,
    "boolean": _truth,
    "string": _text,
}


def _added(key: str, beside: Mapping[str, Any]) -> bool:
    """Whether a key is the host's own, and no argument."""
    of_n8n = (key == "tool" and "toolCallId" in beside) or (key == "action" and beside[key] == "sendMessage")
    return key in _OF_HOSTS or of_n8n


def _folded(name: str) -> str:
    """A name without case, and without what stands between its words."""
    return re.sub(r"[\s_-]", "", name).casefold()


def _from_json(text: str, kind: type | tuple[type, ...]) -> Any:
    """What a text says in JSON, also as JSON within JSON, if that is of the kind; else the text."""
    value: Any = text
    for _ in range(2):
        try:
            value = json.loads(value, object_pairs_hook=_each_once, parse_constant=_none_such)
        except (ValueError, RecursionError):
            return text
        if isinstance(value, kind):
            return text if too_deep(value) else value
        if not isinstance(value, str):
            break
    return text


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _none_such(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
