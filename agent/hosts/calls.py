"""The calls of hosts, one after the other in a thread of their own, and what is told about them meanwhile."""

import asyncio
import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from mcp_types import CallToolRequestParams, CallToolResult, ImageContent, InputRequiredResult, TextContent

from agent.hosts import asking, definitions, host_answers, plain_lines
from agent.hosts.asking import Context
from agent.hosts.definitions import ApplyInput, ProposeInput, ShowInput
from agent.hosts.host_answers import Answer
from agent.hosts.host_session import Desk
from agent.models.model import ToolCall
from agent.run.events import Event, Noted, ToolStarted
from agent.setup.bugs import understood
from agent.setup.stops import Stop
from agent.writes.change_events import Progress
from tools import registry
from tools.domain.text import harmless
from tools.domain.tool import ToolError
from tools.graph import Exchange, Waiting
from tools.graph.redact import Redactor

T = TypeVar("T")


class Calls:
    """Brings the calls of one or more hosts to one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")

    def close(self) -> None:
        """Wait for the call that is being done, then close its session."""
        self._worker.submit(self._desk.close)
        self._worker.shutdown()

    async def call(self, ctx: Context, params: CallToolRequestParams) -> CallToolResult | InputRequiredResult:
        """The result of a call, or the question that comes before it. Whatever goes wrong is a result too."""
        try:
            answer = await self._answer(ctx, params)
        except (Stop, ToolError) as refusal:
            answer = host_answers.wrong(str(refusal))
        except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback in a chat
            await self._at_desk(ctx, self._desk.close)
            answer = host_answers.wrong(str(understood(error, Redactor())))
        if isinstance(answer, InputRequiredResult):
            return answer
        noted = [plain_lines.safe(text, width=500) for text in self._desk.noted()]
        return result(replace(answer, content=answer.content | {"settings_note": noted}) if noted else answer)

    async def _answer(self, ctx: Context, params: CallToolRequestParams) -> Answer | InputRequiredResult:
        name, arguments = params.name, params.arguments or {}
        if name == definitions.APPLY.name:
            return await self._apply(ctx, params, registry.parsed(name, ApplyInput, arguments))
        if name == definitions.SHOW.name:
            wanted = registry.parsed(name, ShowInput, arguments).change_set_id
            return await self._at_desk(ctx, lambda: self._desk.show(wanted))
        calls = [ToolCall("call", name, arguments)]
        if name == definitions.PROPOSE.name:
            calls = registry.parsed(name, ProposeInput, arguments).tool_calls()
        said = plain_lines.safe(json.dumps(arguments, ensure_ascii=False), width=300)
        asked_by = f"{asking.host(ctx)}: {plain_lines.safe(name)} {said}"
        return await self._at_desk(ctx, lambda: self._desk.call(calls, asked_by))

    async def _apply(
        self, ctx: Context, params: CallToolRequestParams, wanted: ApplyInput
    ) -> Answer | InputRequiredResult:
        desk, change_set_id = self._desk, wanted.change_set_id
        found = await self._at_desk(ctx, lambda: desk.weigh(change_set_id, wanted.approval_token))
        if isinstance(found, Answer):
            return found
        if not asking.can_ask(ctx):
            why = "This host cannot ask its user for an approval."
            return await self._at_desk(ctx, lambda: desk.unanswered(change_set_id, why))
        decision = await asking.ask(ctx, params, found)
        if isinstance(decision, InputRequiredResult):
            return decision
        return await self._at_desk(ctx, lambda: desk.decided(change_set_id, decision))

    async def _at_desk(self, ctx: Context, job: Callable[[], T]) -> T:
        """Do a job in the worker; what happens meanwhile is reported to the host as progress."""
        loop = asyncio.get_running_loop()
        steps = 0

        def tell(event: Event) -> None:
            nonlocal steps
            if said := progress(event):
                steps += 1
                asyncio.run_coroutine_threadsafe(ctx.session.report_progress(steps, None, said), loop)

        def work() -> T:
            self._desk.listener = tell
            try:
                return job()
            finally:
                self._desk.listener = None

        return await loop.run_in_executor(self._worker, work)


def result(answer: Answer) -> CallToolResult:
    """Structured content, and the same as text: hosts that show both recognise it by its form. Then pictures."""
    content = tidy(answer.content)
    text = json.dumps(content, ensure_ascii=False, indent=2)
    shown = [
        ImageContent(data=base64.b64encode(picture.data).decode(), mime_type=picture.mime)
        for picture in answer.pictures
    ]
    return CallToolResult(
        content=[TextContent(text=text), *shown], structured_content=content, is_error=answer.is_error
    )


def tidy(value: Any) -> Any:
    """JSON as JavaScript would write it, and texts without marks that nobody sees."""
    if isinstance(value, dict):
        return {harmless(str(key)): tidy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [tidy(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return harmless(value) if isinstance(value, str) else value


def progress(event: Event) -> str:
    """What is worth saying while a call runs, or nothing."""
    match event:
        case ToolStarted():
            return f"{event.name} …"
        case Exchange():
            return f"asked Meta ({event.elapsed_ms} ms)"
        case Noted():
            return plain_lines.safe(event.text, width=500)
        case Waiting():
            return plain_lines.safe(f"waiting until {event.until.astimezone():%H:%M:%S}: {event.reason}")
        case Progress():
            return f"{event.done} of {event.of} changes made"
    return ""
