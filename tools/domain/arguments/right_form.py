"""An example of each field in its right form, for whoever sent it in another."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

_TEXTS = [
    (re.compile(pattern), text)
    for pattern, text in (
        (r"change_set_id$", "cs-0123456789ab"),
        (r"post_id$", "1122334455_66778899"),
        (r"(^|_)id$", "1234567890"),
        (r"hash$", "0123456789abcdef0123456789abcdef"),
        (r"path$", "picture.jpg"),
        (r"file$", "ads.json"),
        (r"(budget|amount)$", "50.00 USD"),
        (r"min_roas$", "2.5"),
        (r"(since|until)$", "2026-11-01"),
        (r"_time$", "2026-12-01 08:00"),
        (r"date_preset$", "last_7d"),
        (r"(link|url)$", "https://shop.example/tents"),
        (r"country$", "AT"),
        (r"effective_status$", "ACTIVE"),
        (r"call_to_action$", "SHOP_NOW"),
        (r"objective$", "sales"),
        (r"breakdown$", "age"),
        (r"^tool$", "inspect"),
    )
]


def right_form(schema: Mapping[str, Any], fields: Iterable[str]) -> str:
    """Those fields in JSON as the schema wants them; the smallest object there is if none is named."""
    properties = schema.get("properties", {})
    named = [name for name in dict.fromkeys(fields) if name in properties] or schema.get("required", [])
    return json.dumps({name: example(name, properties[name]) for name in named}, ensure_ascii=False)


def example(name: str, schema: Mapping[str, Any]) -> Any:
    """A value of a field that its schema takes."""
    if "anyOf" in schema:
        return example(name, schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "array":
            return [example(_singular(name), schema["items"])]
        case "object":
            return _object(schema)
    plain = {"integer": min(25, schema.get("maximum", 25)), "number": 0.5, "boolean": True}
    return plain.get(schema.get("type", ""), next((t for form, t in _TEXTS if form.search(name)), "…"))


def _object(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What must be in it, or its first field; one field of any name where they are free."""
    properties = schema.get("properties")
    if not properties:
        inner = schema.get("additionalProperties")
        return {"name": example("", inner if isinstance(inner, dict) else {})}
    named = schema.get("required") or list(properties)[:1]
    return {name: example(name, properties[name]) for name in named}


def _singular(name: str) -> str:
    for many, one in (("ies", "y"), ("hashes", "hash"), ("s", "")):
        if name.endswith(many):
            return name.removesuffix(many) + one
    return name
