"""The tools as hosts see them: those of every day or all of the registry, and the few that only a host needs.

A host puts the definitions of all its servers into each conversation, so that it is given few and short ones
unless it searches tools itself; `find_tools` tells of the others, `call_tool` and `propose` call them.
"""

from dataclasses import dataclass
from typing import Any

from mcp_types import Tool, ToolAnnotations
from pydantic import Field

from agent.models.model import ToolCall
from tools import registry
from tools.domain.arguments.input_schema import schema
from tools.domain.changes import Effect
from tools.domain.tool import Input
from tools.domain.tool import Tool as AccountTool

PROPOSES = "Only proposes: the answer is a table to show the user, and apply_changes carries it out."

PROPOSES_SHORT = "Only proposes; apply_changes carries it out."


class ProposedCall(Input):
    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class ProposeInput(Input):
    calls: list[ProposedCall] = Field(min_length=1, max_length=100)

    def tool_calls(self) -> list[ToolCall]:
        """The calls as a model's turn would hold them."""
        return [ToolCall(f"call-{n}", call.tool, call.arguments) for n, call in enumerate(self.calls, 1)]


class FindInput(Input):
    query: str = Field(default="", max_length=200)


class ShowInput(Input):
    change_set_id: str = Field(min_length=1)


class ApplyInput(Input):
    change_set_id: str = Field(min_length=1)
    approval_token: str = Field(
        default="",
        max_length=200,
        description="Set by the host. Leave it out.",
        json_schema_extra={"format": "password"},
    )


@dataclass(frozen=True, slots=True)
class HostTool:
    """A tool that is about change sets and not about the account."""

    name: str
    title: str
    description: str
    Input: type[Input]
    annotations: ToolAnnotations


def _hints(*, read: bool = False, destructive: bool = False, again: bool = False) -> ToolAnnotations:
    """What a host should know; what the protocol takes for granted is left out."""
    return ToolAnnotations(
        read_only_hint=read or None,
        destructive_hint=None if read else destructive,
        idempotent_hint=again or None,
    )


PROPOSE = HostTool(
    "propose",
    "Propose several changes as one",
    "Several calls of the write tools as one change set with one approval, such as upload_image, create_creative and"
    " create_ad of one new ad (new:NAME refers to an earlier call).",
    ProposeInput,
    _hints(),
)
SHOW = HostTool(
    "show_changes",
    "Show a change set",
    "Show a proposed change set again, or what became of it: applied, declined, waiting for approval, undone.",
    ShowInput,
    _hints(read=True, again=True),
)
APPLY = HostTool(
    "apply_changes",
    "Apply an approved change set",
    "Apply, confirm, execute a proposed change set in the ad account, exactly as it was shown; the user is asked to"
    " approve it. Applying it again changes nothing twice.",
    ApplyInput,
    _hints(destructive=True, again=True),
)
FIND = HostTool(
    "find_tools",
    "Find more tools",
    "More tools: upload images and videos, new ads, creatives, ad sets, campaigns, launch many, duplicate, refresh, rename,"
    " archive, delete, rules, charts, notes. Gives their arguments; call them with propose, those that read with call_tool.",
    FindInput,
    _hints(read=True, again=True),
)
CALL = HostTool(
    "call_tool",
    "Call a tool that was found",
    "Call one tool that find_tools named.",
    ProposedCall,
    _hints(),
)
HOST_TOOLS = (PROPOSE, SHOW, APPLY)
SEARCH_TOOLS = (FIND, CALL)
EVERY_DAY = frozenset(
    "daily_check review_performance get_insights list_ads inspect list_accounts history set_status set_budget undo"
    " stop".split()
)
CHANGE_SET_SCHEMA = {
    "type": "object",
    "properties": {
        "status": {"type": "string"},
        "change_set_id": {"type": "string"},
        "digest": {"type": "string", "description": "SHA-256 of the exact content"},
        "table": {"type": "string", "description": "what would be changed, for the user"},
        "in_a_terminal": {"type": "string", "description": "the line with which a person applies it"},
    },
}


def definitions(*, every: bool = False) -> list[Tool]:
    """The tools of every day and those that find the others, or every one; in a fixed order."""
    listed = [of_registry(tool, full=every) for tool in offered() if every or tool.name in EVERY_DAY]
    own = HOST_TOOLS if every else (*HOST_TOOLS, *SEARCH_TOOLS)
    of_change_sets = [
        Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=_schema(tool.Input),
            output_schema=CHANGE_SET_SCHEMA if every else None,
            annotations=tool.annotations,
        )
        for tool in own
    ]
    return [*listed, *of_change_sets]


def offered() -> list[AccountTool]:
    """The tools of the registry that hosts may call."""
    return [tool for tool in registry.TOOLS if tool.for_hosts]


def of_registry(tool: AccountTool, *, full: bool) -> Tool:
    """One of them; in full with what people say when they want it, and the form of its answer."""
    reads = tool.effect is Effect.READ
    said = (
        tool.description,
        tool.words if full else "",
        "" if reads else PROPOSES if full else PROPOSES_SHORT,
    )
    return Tool(
        name=tool.name,
        title=tool.name.replace("_", " ").capitalize(),
        description=" ".join(filter(None, said)),
        input_schema=_schema(tool.Input),
        output_schema=CHANGE_SET_SCHEMA if full and not reads else None,
        annotations=_hints(read=reads and not tool.keeps, again=reads),
    )


def _schema(model: type[Input]) -> dict[str, Any]:
    return {"properties": {}, **schema(model)}
