"""`adsteward tool NAME`: one tool directly, JSON in and out."""

import json
import sys
from contextlib import closing
from dataclasses import replace

from agent.cli.opening import at_terminal, nothing_to_record, open_session
from agent.models.model import ToolCall
from agent.notices.run_notices import telling
from agent.run.braking import settings_of_calls
from agent.setup.settings import Options
from agent.setup.stops import ConfigError
from agent.show.ending import print_json
from agent.show.table_file import chosen, ended
from tools import registry
from tools.domain.tool import ToolError


def tool(options: Options, name: str, text: str) -> int:
    """One tool directly; prints the JSON of a run and the tool's own result."""
    if name == "list":
        nothing_to_record(options, "adsteward tool list")
        print_json(registry.definitions({tool.toolset for tool in registry.TOOLS}))
        return 0
    if name not in registry.BY_NAME:
        raise ConfigError(f"There is no tool {name!r}; there are {', '.join(registry.BY_NAME)}.")
    try:
        if text == "-":
            text = sys.stdin.read() if sys.stdin else ""
        arguments = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f'The input is not JSON ({error}). For example: adsteward tool inspect \'{{"id": "…"}}\''
        ) from None
    try:
        arguments = registry.understood(registry.BY_NAME[name], arguments)
        registry.validated(registry.BY_NAME[name], arguments)
    except ToolError as error:
        raise ConfigError(str(error)) from None
    output = chosen(options)
    settings = settings_of_calls(options, [ToolCall("cli", name, arguments)])
    session = open_session(replace(options, json=True), options.approve or "none", settings=settings)
    with closing(session), telling(session, attended=at_terminal()):
        report, result = session.tool(name, arguments)
        return ended(report, output, session.tables.newest, as_json=True, result=result)
