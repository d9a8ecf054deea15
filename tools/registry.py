"""The list of all tools, and how a model sees them."""

import json
from collections.abc import Collection
from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError

from tools.create import (
    create_ad,
    create_ad_set,
    create_campaign,
    create_creative,
    duplicate_ad,
    story_creatives,
    upload_image,
    upload_video,
)
from tools.create.launch import launch_ads
from tools.domain.tool import Input, Tool, ToolError
from tools.edit import decline_set, refresh_ad, set_budget, set_status, stop, undo
from tools.read import get_insights, history, inspect, list_accounts, list_ads, more_tools
from tools.read.charts import draw_chart
from tools.read.daily import daily_check
from tools.read.review import review_performance

AnyInput = TypeVar("AnyInput", bound=Input)

TOOLS: tuple[Tool, ...] = (
    daily_check.TOOL,
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
    more_tools.TOOL,
    launch_ads.TOOL,
    create_campaign.TOOL,
    create_ad_set.TOOL,
    refresh_ad.TOOL,
    duplicate_ad.TOOL,
    upload_video.TOOL,
    story_creatives.CAROUSEL,
    story_creatives.VIDEO,
    story_creatives.POST,
    draw_chart.TOOL,
    decline_set.TOOL,
)
BY_NAME = {tool.name: tool for tool in TOOLS}


def definitions(toolsets: Collection[str] = ()) -> list[dict[str, Any]]:
    """The tools in the form the Messages API wants, with those of `toolsets`; the same bytes every time, so that they are cached."""
    return [
        {"name": tool.name, "description": tool.description, "input_schema": schema(tool.Input)}
        for tool in sorted(TOOLS, key=lambda tool: bool(tool.toolset))
        if not tool.toolset or tool.toolset in toolsets
    ]


def schema(model: type[Input]) -> dict[str, Any]:
    """The JSON schema of an input without what a model does not need: titles, defaults, `null` branches."""
    own: dict[str, Any] = json.loads(_schema_text(model))
    return own


@cache
def _schema_text(model: type[Input]) -> str:
    """Written once: pydantic takes a tenth of a second for all tools, and every turn of a model asks for them."""
    full = model.model_json_schema()
    return json.dumps(_compact({k: v for k, v in full.items() if k != "description"}, full.get("$defs", {})))


def find(name: str) -> Tool:
    """The tool of that name. Raises ToolError listing what there is."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise ToolError(f"There is no tool {name!r}; there are {', '.join(BY_NAME)}.") from None


def validated(tool: Tool, arguments: Any) -> Input:
    """The input of a tool call. Raises ToolError saying what is wrong and what is allowed."""
    return parsed(tool.name, tool.Input, arguments)


def parsed(name: str, model: type[AnyInput], arguments: Any) -> AnyInput:
    """The arguments of a call as a model of them. Raises ToolError."""
    try:
        return model.model_validate(arguments)
    except ValidationError as error:
        problems = "; ".join(_problem(e) for e in error.errors(include_url=False, include_context=False))
        allowed = ", ".join(model.model_fields) or "no arguments"
        raise ToolError(f"{name}: {problems}. Arguments: {allowed}.") from None


_NAMES_ITS_FIELD = ("extra_forbidden", "missing")


def _problem(error: Any) -> str:
    first, *rest = error["loc"] or ("",)
    if (
        error["type"] not in _NAMES_ITS_FIELD
    ):  # the other steps name branches of a type, which tell nobody anything
        rest = [part for part in rest if isinstance(part, int)]
    where = ".".join(str(part) for part in (first, *rest))
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


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
