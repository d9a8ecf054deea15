"""The list of all tools, and how a model sees them."""

from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from tools import (
    create_ad,
    create_creative,
    get_insights,
    history,
    inspect,
    list_accounts,
    list_ads,
    review_performance,
    set_budget,
    set_status,
    stop,
    undo,
    upload_image,
)
from tools.tool import Input, Tool, ToolError

TOOLS: tuple[Tool, ...] = (
    review_performance.TOOL,
    get_insights.TOOL,
    list_ads.TOOL,
    inspect.TOOL,
    list_accounts.TOOL,
    history.TOOL,
    set_status.TOOL,
    set_budget.TOOL,
    upload_image.TOOL,
    create_creative.TOOL,
    create_ad.TOOL,
    undo.TOOL,
    stop.TOOL,
)
BY_NAME = {tool.name: tool for tool in TOOLS}


def definitions(shelves: Collection[str] = ()) -> list[dict[str, Any]]:
    """The tools in the form the Messages API wants, with those on `shelves`; the same bytes every time, so that they are cached."""
    return [
        {"name": tool.name, "description": tool.description, "input_schema": schema(tool.Input)}
        for tool in sorted(TOOLS, key=lambda tool: bool(tool.shelf))
        if not tool.shelf or tool.shelf in shelves
    ]


def schema(model: type[Input]) -> dict[str, Any]:
    """The JSON schema of an input without what a model does not need: titles, defaults, `null` branches."""
    full = model.model_json_schema()
    compact: dict[str, Any] = _compact(
        {k: v for k, v in full.items() if k != "description"}, full.get("$defs", {})
    )
    return compact


def find(name: str) -> Tool:
    """The tool of that name. Raises ToolError listing what there is."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise ToolError(f"There is no tool {name!r}; there are {', '.join(BY_NAME)}.") from None


def validated(tool: Tool, arguments: Any) -> Input:
    """The input of a tool call. Raises ToolError saying what is wrong and what is allowed."""
    try:
        return tool.Input.model_validate(arguments)
    except ValidationError as error:
        problems = "; ".join(_problem(e) for e in error.errors(include_url=False, include_context=False))
        allowed = ", ".join(tool.Input.model_fields) or "no arguments"
        raise ToolError(f"{tool.name}: {problems}. Arguments: {allowed}.") from None


def _problem(error: Any) -> str:
    first, *rest = error["loc"] or ("",)
    where = ".".join(str(part) for part in (first, *(part for part in rest if isinstance(part, int))))
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


_DROPPED = frozenset({"title", "default", "$defs"})


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
