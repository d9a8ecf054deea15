"""Finds the tools that are not listed at once, by what people say when they want them."""

import re
from typing import Any

from agent.hosts.definitions import EVERY_DAY, of_registry, offered
from tools.domain.changes import Effect
from tools.domain.tool import Tool

MOST_FOUND = 4


def found(query: str) -> dict[str, Any]:
    """The tools that fit best, with their arguments and how to call them; without a fit, what there is."""
    others = [tool for tool in offered() if tool.name not in EVERY_DAY]
    wanted = _stems(query)
    scores = {
        tool.name: len(wanted & _stems(_about(tool))) + 2 * len(wanted & _stems(tool.name)) for tool in others
    }
    best = sorted((t for t in others if scores[t.name]), key=lambda tool: -scores[tool.name])[:MOST_FOUND]
    if not best:
        return {"there_are": {tool.name: tool.description.partition(".")[0] for tool in others}}
    return {"tools": [_told(tool) for tool in best], "others": [t.name for t in others if t not in best]}


def _told(tool: Tool) -> dict[str, Any]:
    shown = of_registry(tool, full=False)
    how = "call_tool" if tool.effect is Effect.READ else "propose"
    return {
        "name": tool.name,
        "description": tool.description,
        "arguments": shown.input_schema,
        "call_with": how,
    }


def _about(tool: Tool) -> str:
    return f"{tool.name} {tool.description} {tool.words}"


def _stems(text: str) -> set[str]:
    """The words of a text, as far as their beginnings tell them apart."""
    return {word.removesuffix("s")[:6] for word in re.findall(r"[a-z]{3,}", text.lower().replace("_", " "))}
