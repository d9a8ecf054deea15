"""What the Messages API refuses, so that a conversation can be held against it."""

import json
import re
from typing import Any

NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def refusal(messages: list[dict[str, Any]]) -> str:
    """Why the API would answer 400 to these messages; nothing if it would take them."""
    json.dumps(messages, ensure_ascii=False, allow_nan=False).encode()
    seen, waiting = set[str](), list[str]()
    for index, message in enumerate(messages):
        if message["role"] != ("user", "assistant")[index % 2]:
            return f"{index}: roles do not alternate"
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if not blocks:
            return f"{index}: no content"
        answered = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        if answered != waiting:
            return f"{index}: {waiting} waited, {answered} were answered"
        waiting = [block["id"] for block in blocks if block["type"] == "tool_use"]
        if len(set(waiting)) < len(waiting) or seen & set(waiting):
            return f"{index}: an id is used twice"
        seen |= set(waiting)
        if wrong := [block for block in blocks if not _right(block)]:
            return f"{index}: {wrong}"
    return f"{waiting} have no result" if waiting else ""


def _right(block: dict[str, Any]) -> bool:
    match block["type"]:
        case "text":
            return isinstance(block["text"], str) and bool(block["text"].strip())
        case "tool_use":
            named = all(isinstance(block[k], str) and NAME.fullmatch(block[k]) for k in ("id", "name"))
            return bool(named) and isinstance(block["input"], dict)
        case "tool_result":
            return bool(block["content"])
    return True
