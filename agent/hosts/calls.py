"""The calls of hosts: reads and proposals at one desk, writes at another, so that neither waits for the other."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from mcp_types import CallToolRequestParams, CallToolResult, ImageContent, InputRequiredResult, TextContent

from agent.hosts import asking, definitions, host_answers, plain_lines, tool_search
from agent.hosts.asking import Context
from agent.hosts.definitions import ApplyInput, FindInput, ProposedCall, ProposeInput, ShowInput
from agent.hosts.host_answers import Answer
from agent.hosts.host_session import Desk, Question
from agent.hosts.worker import Overdue, Worker
from agent.models.model import ToolCall
from agent.run.toolbox import meant
from agent.setup.bugs import understood
from agent.setup.stops import Stop
from tools import registry
from tools.domain.references import Note
from tools.domain.settings.meta_words import in_words
from tools.domain.text import block, harmless
from tools.domain.tool import ToolError
from tools.edit.private_notes import private
from tools.graph.redact import Redactor

_TOKENS = Redactor()
LONGEST_REQUEST = 300


class Calls:
    """Brings the calls of one or more hosts to the desk that does them."""

    def __init__(self, desk: Desk) -> None:
        self._reading = Worker(desk, "reading")

    @cached_property
    def _writing(self) -> Worker:
        return Worker(self._reading.desk.another(), "writing")

    def close(self) -> None:
        """End what is being done after the request that is out, once its outcome is in the journal."""
        for name in ("_reading", "_writing"):
            if worker := self.__dict__.get(name):
                worker.close()

    async def call(self, ctx: Context, params: CallToolRequestParams) -> CallToolResult | InputRequiredResult:
        """The result of a call, or the question that comes before it. Whatever goes wrong is a result too."""
        try:
            answer = await self._answer(ctx, params)
        except Stop as stop:
            answer = host_answers.wrong(str(stop), stop.status)
        except ToolError as refusal:
            answer = host_answers.wrong(str(refusal), "refused")
        except Overdue:
            answer = host_answers.wrong(host_answers.OVERDUE)
        except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback in a chat
            answer = host_answers.wrong(str(understood(error, Redactor())))
        if isinstance(answer, InputRequiredResult):
            return answer
        noted = [plain_lines.safe(text, width=500) for text in self._noted()]
        return result(replace(answer, content=answer.content | {"settings_note": noted}) if noted else answer)

    def _noted(self) -> list[str]:
        """What sessions have to tell a person once."""
        workers = [self.__dict__[name] for name in ("_reading", "_writing") if name in self.__dict__]
        return list(dict.fromkeys(text for worker in workers for text in worker.desk.noted()))

    async def _answer(self, ctx: Context, params: CallToolRequestParams) -> Answer | InputRequiredResult:
        name, arguments, at_desk = params.name, params.arguments or {}, self._reading
        if name == definitions.APPLY.name:
            return await self._apply(ctx, params, registry.parsed(name, ApplyInput, arguments))
        if name == definitions.SHOW.name:
            shown = registry.parsed(name, ShowInput, arguments).change_set_id
            return await at_desk.do(ctx, lambda: at_desk.desk.show(shown))
        if name == definitions.FIND.name:
            return Answer(tool_search.found(registry.parsed(name, FindInput, arguments).query))
        if name == definitions.CALL.name:
            wanted_tool = registry.parsed(name, ProposedCall, arguments)
            name, arguments = wanted_tool.tool, wanted_tool.arguments
        if name == definitions.PROPOSE.name:
            wanted = registry.parsed(name, ProposeInput, arguments)
            calls = wanted.tool_calls()
        else:
            calls = [meant(ToolCall("call", name, arguments))]
        said = "; then ".join(in_words(call.name.replace("_", " "), call.arguments) for call in calls)
        asked_by = f"{asking.host(ctx)}: {plain_lines.safe(said, width=LONGEST_REQUEST)}"
        words = list[str]()
        if (note := _note(calls)) and asking.can_ask(ctx):
            words = [note.note]
            decision = await asking.ask(ctx, params, _about(note))
            if isinstance(decision, InputRequiredResult):
                return decision
            if decision.verdict != "approved":
                why = decision.reason or "the person said no"
                return host_answers.wrong(f"Nothing was kept: {why}.", "declined")
        return await at_desk.do(ctx, lambda: at_desk.desk.call(calls, asked_by, words))

    async def _apply(
        self, ctx: Context, params: CallToolRequestParams, wanted: ApplyInput
    ) -> Answer | InputRequiredResult:
        at_desk, desk, change_set_id = self._writing, self._writing.desk, wanted.change_set_id
        try:
            found = await at_desk.do(ctx, lambda: desk.weigh(change_set_id, wanted.approval_token))
            if isinstance(found, Answer):
                return found
            if not asking.can_ask(ctx):
                why = "This host cannot ask its user for an approval."
                return await at_desk.do(ctx, lambda: desk.unanswered(change_set_id, why))
            decision = await asking.ask(ctx, params, found)
            if isinstance(decision, InputRequiredResult):
                return decision
            return await at_desk.do(ctx, lambda: desk.decided(change_set_id, decision))
        except Overdue:
            return desk.standing(change_set_id)


def _note(calls: Sequence[ToolCall]) -> Note | None:
    """The note that a call would keep as the person's word, where it is the only call.

    None that is kept by nobody's word: it is not shown, and the call says why. Raises ToolError.
    """
    wanted = [registry.find(call.name) for call in calls]
    if [tool.Input for tool in wanted] != [Note]:
        return None
    note = registry.parsed(wanted[0].name, Note, calls[0].arguments)
    return None if private(note.note) or Redactor().tokens(note.note) != note.note else note


def _about(note: Note) -> Question:
    """The question whether a note is the person's word."""
    whose = "all accounts" if note.for_all else "this account"
    shown = block(plain_lines.safe(note.note, width=plain_lines.QUESTION_WIDTH))
    text = f"{shown}\n\nKeep this note for {whose}? Later talks are shown it as your word."
    return Question(f"{whose}: {note.note}", text, "Keep this note")


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
    """JSON as JavaScript would write it, and texts without marks that nobody sees and without tokens."""
    if isinstance(value, dict):
        return {harmless(str(key)): tidy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [tidy(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _TOKENS.tokens(harmless(value)) if isinstance(value, str) else value
