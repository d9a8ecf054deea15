"""The tools as hosts see them: all of the registry, and the few that only a host needs."""

from dataclasses import dataclass
from typing import Any

from mcp_types import Tool, ToolAnnotations
from pydantic import Field

from agent.models.model import ToolCall
from tools import registry
from tools.domain.arguments.input_schema import schema
from tools.domain.changes import Effect
from tools.domain.tool import Input

PROPOSES = "Only proposes: the answer is a table to show the user, and apply_changes carries it out."


class ProposedCall(Input):
    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class ProposeInput(Input):
    calls: list[ProposedCall] = Field(min_length=1, max_length=100)

    def tool_calls(self) -> list[ToolCall]:
        """The calls as a model's turn would hold them."""
        return [ToolCall(f"call-{n}", call.tool, call.arguments) for n, call in enumerate(self.calls, 1)]


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


def _hints(
    title: str, *, read: bool = False, destructive: bool = False, again: bool = False
) -> ToolAnnotations:
    return ToolAnnotations(
        title=title,
        read_only_hint=read,
        destructive_hint=destructive,
        idempotent_hint=again,
        open_world_hint=True,
    )


PROPOSE = HostTool(
    "propose",
    "Propose several changes as one",
    "Several calls of the write tools as one change set with one approval, such as upload_image, create_creative and"
    " create_ad of one new ad (new:NAME refers to an earlier call).",
    ProposeInput,
    _hints("Propose several changes as one"),
)
SHOW = HostTool(
    "show_changes",
    "Show a change set",
    "Show a proposed change set again, or what became of it: applied, declined, waiting for approval, undone.",
    ShowInput,
    _hints("Show a change set", read=True, again=True),
)
APPLY = HostTool(
    "apply_changes",
    "Apply an approved change set",
    "Apply, confirm, execute a proposed change set in the ad account, exactly as it was shown; the user is asked to"
    " approve it. Applying it again changes nothing twice.",
    ApplyInput,
    _hints("Apply an approved change set", destructive=True, again=True),
)
HOST_TOOLS = (PROPOSE, SHOW, APPLY)
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


def definitions() -> list[Tool]:
    """All tools, in a fixed order."""
    of_the_account = list[Tool]()
    for tool in registry.TOOLS:
        if not tool.for_hosts:
            continue
        reads, title = tool.effect is Effect.READ, tool.name.replace("_", " ").capitalize()
        said = (tool.description, tool.words, "" if reads else PROPOSES)
        of_the_account.append(
            Tool(
                name=tool.name,
                title=title,
                description=" ".join(filter(None, said)),
                input_schema=_schema(tool.Input),
                output_schema=None if reads else CHANGE_SET_SCHEMA,
                annotations=_hints(title, read=reads, again=reads),
            )
        )
    of_change_sets = [
        Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=_schema(tool.Input),
            output_schema=CHANGE_SET_SCHEMA,
            annotations=tool.annotations,
        )
        for tool in HOST_TOOLS
    ]
    return [*of_the_account, *of_change_sets]


def _schema(model: type[Input]) -> dict[str, Any]:
    return {"properties": {}, **schema(model)}
