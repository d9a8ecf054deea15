"""What a run of a standing order would answer as the account is now, where the built-in rules would do nothing else."""

import json
from typing import Any

from agent.models.offline import Offline
from agent.run import prompts
from agent.run.session import Session

LOOK_UP = "find_names"


def foretold(session: Session, request: str) -> str:
    """The answer of a request that is not done, as when nothing is called so; nothing where something would be. Reads names alone."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": request}]
    system, rules = prompts.system(session.world, session.mode, now=session.now()), Offline()
    reply = rules.reply(system, [], messages)
    while reply.calls and all(call.name == LOOK_UP for call in reply.calls):
        found = [(call.id, session.tool(LOOK_UP, call.arguments)[1]) for call in reply.calls]
        results = [
            {"type": "tool_result", "tool_use_id": call_id, "content": json.dumps(names)}
            for call_id, names in found
        ]
        messages += [reply.message, {"role": "user", "content": results}]
        reply = rules.reply(system, [], messages)
    return "" if reply.calls or not reply.ending else reply.text
