"""What the documentation repeats of the tools: their effect and what they are given, as Markdown."""

from collections.abc import Iterator
from typing import Any

from agent.hosts.definitions import HOST_TOOLS
from tests.docs.tables import table
from tools import registry
from tools.domain.tool import Input, Tool

__all__ = ["host_tools", "tool_inputs", "tools"]

EFFECTS = {
    "read": "reads",
    "create": "makes something new",
    "stop_spend": "stops spend",
    "start_spend": "can start or stop spend",
    "change_spend": "changes a budget",
    "change_content": "changes what people see",
    "change_name": "changes names and labels",
    "change_notices": "changes whom Meta tells",
    "irreversible": "as what it takes back",
}
UNITS = {"string": ("Length", " characters"), "array": ("Items", ""), "integer": ("imum", "")}
"""By type: how its bounds are called, and what they count."""
ELSEWHERE = {"launch_ads": "The fields are those of a launch file: see [launch](launch.md)."}
"""Tools whose input has a page of its own."""


def tools() -> str:
    """Every tool with what it does."""
    rows = (
        (f"[`{t.name}`](#{t.name})", t.description, EFFECTS[t.effect], t.toolset or "every day")
        for t in registry.TOOLS
    )
    return table(("tool", "does", "effect", "set"), rows)


def tool_inputs() -> str:
    """Every tool with its arguments."""
    return "\n\n".join(f"### {tool.name}\n\n{_input(tool)}" for tool in registry.TOOLS)


def host_tools() -> str:
    """What only assistants are offered."""
    return table(("tool", "does"), ((f"`{tool.name}`", tool.description) for tool in HOST_TOOLS))


def _input(tool: Tool) -> str:
    return ELSEWHERE.get(tool.name) or fields(tool.Input)


def fields(model: type[Input]) -> str:
    """The arguments of a call, with those of objects inside of them."""
    schema = model.model_json_schema()
    rows = list(_rows(schema, schema.get("$defs", {}), ""))
    return table(("argument", "type", "default", "means"), rows) if rows else "No arguments."


def _rows(schema: dict[str, Any], defs: dict[str, Any], within: str) -> Iterator[tuple[str, str, str, str]]:
    for name, node in schema.get("properties", {}).items():
        place = f"{within}{name}"
        yield f"`{place}`", _type(node), _default(schema, name, node), node.get("description", "")
        inner = node.get("items", node)
        if "$ref" in inner:
            step = "[]." if "items" in node else "."
            yield from _rows(defs[inner["$ref"].rsplit("/", 1)[-1]], defs, place + step)


def _default(schema: dict[str, Any], name: str, node: dict[str, Any]) -> str:
    if name in schema.get("required", ()):
        return "**required**"
    value = node.get("default")
    return "" if value in (None, "", []) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(node: dict[str, Any]) -> str:
    if "anyOf" in node:
        return " or ".join(_type(option) for option in node["anyOf"] if option != {"type": "null"})
    if "$ref" in node:
        return "object"
    if "enum" in node:
        return " or ".join(f"`{value}`" for value in node["enum"])
    name = f"list of {_type(node['items'])}" if node.get("type") == "array" else node.get("type", "any")
    return name + _bounds(node)


def _bounds(node: dict[str, Any]) -> str:
    word, unit = UNITS.get(node.get("type", ""), ("", ""))
    least, most = node.get(f"min{word}"), node.get(f"max{word}")
    if least is None and most is None:
        return ""
    if most is None:
        return ", not empty" if least == 1 else f", at least {least}{unit}"
    said = f"at most {most}" if least is None else f"{least} to {most}" if least < most else f"exactly {most}"
    return f", {said}{unit}"
