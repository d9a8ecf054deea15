"""Has the host ask its person, in both eras of the protocol: as a request of ours, or as a result that is answered."""

import asyncio
import hashlib
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp_types import (
    CallToolRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp_types.version import is_version_at_least

from agent.hosts import plain_lines
from agent.hosts.host_session import Question
from agent.writes.approval import Decision

Context = ServerRequestContext[Any, Any]

ANSWERED_BY_CALLING_AGAIN = "2026-07-28"
"""The first version without requests from server to client."""
ASK_S = 600.0
"""How long a person may think before the question counts as not answered."""
_KEY = "approval"


def can_ask(ctx: Context) -> bool:
    """Whether the host says that it can put a form before its person."""
    able = ctx.session.client_capabilities
    elicitation = able.elicitation if able else None
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


async def ask(
    ctx: Context, params: CallToolRequestParams, question: Question
) -> Decision | InputRequiredResult:
    """The person's decision, or the question that the host must answer with its next call."""
    if not is_version_at_least(ctx.protocol_version, ANSWERED_BY_CALLING_AGAIN):
        return _decision(await _elicited(ctx, question), host(ctx))
    asked = hashlib.sha256(f"{question.about}\n{question.text}".encode()).hexdigest()
    answer = (params.input_responses or {}).get(_KEY)
    if isinstance(answer, ElicitResult) and params.request_state == asked:  # the state is verified to be ours
        return _decision(answer, host(ctx))
    form = ElicitRequest(
        params=ElicitRequestFormParams(message=question.text, requested_schema=_form(question))
    )
    return InputRequiredResult(input_requests={_KEY: form}, request_state=asked)


def _form(question: Question) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"approve": {"type": "boolean", "title": question.yes}},
        "required": ["approve"],
    }


async def _elicited(ctx: Context, question: Question) -> ElicitResult:
    """What the person said; no answer where the host answers with an error, with something else or not at all."""
    try:
        async with asyncio.timeout(ASK_S):
            return await ctx.session.elicit_form(question.text, _form(question), ctx.request_id)
    except Exception:  # noqa: BLE001 - whatever a host may send, it is not a yes
        return ElicitResult(action="cancel")


def host(ctx: Context) -> str:
    """What the host calls itself."""
    about = ctx.session.client_params
    return plain_lines.safe(about.client_info.name if about else "an assistant", width=60)


def _decision(answer: ElicitResult, name: str) -> Decision:
    """A box that was checked is a yes, one that was not is a no; what is neither leaves the set waiting."""
    who, said = f"the person at {name}", (answer.content or {}).get("approve")
    if answer.action == "cancel":
        return Decision("later", who, "no answer")
    if answer.action == "accept" and not isinstance(said, bool):
        return Decision("later", who, "the answer was neither a yes nor a no")
    agreed = answer.action == "accept" and said is True
    return Decision("approved" if agreed else "declined", who)
