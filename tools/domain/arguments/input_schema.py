"""The JSON schema of an input, as a model and a host see it."""

import json
from functools import cache
from typing import Any

from pydantic import BaseModel


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of an input without what a model does not need: titles, defaults, `null` branches."""
    own: dict[str, Any] = json.loads(_schema_text(model))
    return own


@cache
def _schema_text(model: type[BaseModel]) -> str:
    """Written once: pydantic takes a tenth of a second for all tools, and every turn of a model asks for them."""
    full = model.model_json_schema()
    return json.dumps(_compact({k: v for k, v in full.items() if k != "description"}, full.get("$defs", {})))


_DROPPED = frozenset({"title", "default", "$defs", "minLength", "maxLength", "minItems", "minimum"})
"""What a model can do without; a call that breaks one of these bounds is answered with it."""


def _compact(node: Any, defs: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_compact(item, defs) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _compact(defs[str(node["$ref"]).rsplit("/", 1)[-1]], defs)
    if isinstance(options := node.get("anyOf"), list):
        real = [option for option in options if option != {"type": "null"}]
        if len(real) == 1:
            return _compact({k: v for k, v in node.items() if k != "anyOf"} | real[0], defs)
    if isinstance(properties := node.get("properties"), dict):
        node = node | {"properties": {name: _compact(value, defs) for name, value in properties.items()}}
        return {k: v for k, v in node.items() if k not in _DROPPED}
    return {k: _compact(v, defs) for k, v in node.items() if k not in _DROPPED}
