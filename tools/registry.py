"""The list of all tools, and how a model sees them."""

import re
from collections.abc import Collection
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
from tools.domain.arguments.decoding import decoded
from tools.domain.arguments.input_schema import schema
from tools.domain.arguments.right_form import right_form
from tools.domain.arguments.wrong_words import wrong
from tools.domain.tool import Input, Tool, ToolError
from tools.edit import (
    decline_set,
    edit_limits,
    edit_targeting,
    label,
    make_rule,
    refresh_ad,
    remember,
    remove,
    remove_rules,
    rename,
    set_budget,
    set_status,
    set_webhooks,
    stop,
    undo,
)
from tools.read import (
    find_names,
    history,
    inspect,
    list_accounts,
    list_activities,
    list_ads,
    list_rules,
    more_tools,
    preview_ad,
    read_result,
)
from tools.read.charts import draw_chart
from tools.read.client_report import make_report
from tools.read.daily import daily_check
from tools.read.figures import get_insights
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
    make_report.TOOL,
    read_result.TOOL,
    find_names.TOOL,
    list_activities.TOOL,
    preview_ad.TOOL,
    decline_set.TOOL,
    edit_targeting.TOOL,
    edit_limits.TOOL,
    rename.TOOL,
    label.TOOL,
    list_rules.TOOL,
    make_rule.TOOL,
    remove_rules.TOOL,
    remove.TOOL,
    set_webhooks.TOOL,
    remember.REMEMBER,
    remember.FORGET,
)
BY_NAME = {tool.name: tool for tool in TOOLS}


def definitions(toolsets: Collection[str] = ()) -> list[dict[str, Any]]:
    """The tools in the form the Messages API wants, with those of `toolsets`; the same bytes every time, so that they are cached."""
    return [
        {"name": tool.name, "description": tool.description, "input_schema": _told(tool)}
        for tool in sorted(TOOLS, key=lambda tool: bool(tool.toolset))
        if not tool.toolset or tool.toolset in toolsets
    ]


def _told(tool: Tool) -> dict[str, Any]:
    """The schema of a tool; that of one of every day without saying that nothing else is taken: a call is told so."""
    form = schema(tool.Input)
    return (
        form
        if tool.toolset
        else {name: value for name, value in form.items() if name != "additionalProperties"}
    )


def find(name: str) -> Tool:
    """The tool of that name, also behind a prefix that hosts and models put before it.

    Raises ToolError listing what there is.
    """
    if tool := BY_NAME.get(name) or BY_NAME.get(_bare(name)):
        return tool
    raise ToolError(f"There is no tool {name!r}; there are {', '.join(BY_NAME)}.")


def _bare(name: str) -> str:
    """For `functions.NAME:0`, `mcp__adsteward__NAME`, `NAME<|channel|>json` and the like: NAME, in lower case."""
    own = re.sub(r"<\|.*|:\d+$", "", name.strip())
    return re.split(r"[.:/]|__", own)[-1].replace("-", "_").lower()


def understood(tool: Tool, arguments: Any) -> Any:
    """The arguments of a call as they are meant, whatever form they were sent in; not yet checked."""
    return decoded(arguments, schema(tool.Input), tool.name)


def validated(tool: Tool, arguments: Any) -> Input:
    """The input of a tool call. Raises ToolError saying what is wrong and what is allowed."""
    return parsed(tool.name, tool.Input, arguments)


def parsed(name: str, model: type[AnyInput], arguments: Any) -> AnyInput:
    """The arguments of a call as a model of them. Raises ToolError."""
    form = schema(model)
    try:
        return model.model_validate(decoded(arguments, form, name))
    except ValidationError as error:
        found = error.errors(include_url=False)
        told = ["; ".join(map(_problem, found)), *_right_form(form, found)]
        allowed = ", ".join(model.model_fields) or "no arguments"
        raise ToolError(f"{name}: {'. '.join(told)}. Arguments: {allowed}.") from None


_NAMES_ITS_FIELD = ("extra_forbidden", "missing")
_SAYS_ITS_FORM = ("extra_forbidden", "value_error", "literal_error")
"""Kinds of problems that no example makes clearer."""


def _right_form(form: dict[str, Any], problems: list[Any]) -> list[str]:
    """An example of the fields that came in a wrong form."""
    wrong = [str(p["loc"][0]) if p["loc"] else "" for p in problems if p["type"] not in _SAYS_ITS_FORM]
    return [f"For example: {right_form(form, wrong)}"] if wrong and form["properties"] else []


def _problem(error: Any) -> str:
    first, *rest = error["loc"] or ("",)
    if (
        error["type"] not in _NAMES_ITS_FIELD
    ):  # the other steps name branches of a type, which tell nobody anything
        rest = [part for part in rest if isinstance(part, int)]
    where = ".".join(str(part) for part in (first, *rest))
    message = wrong(error)
    return f"{where}: {message}" if where else message
