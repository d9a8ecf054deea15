"""Calls every tool with paths of the journal in every text it takes, and prints which of them were opened.

A process of its own, because a hook on what is opened cannot be taken away again.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.run.session import Session
from agent.setup.settings import Options
from agent.writes.approval import Nobody
from tests.agent.support import Events
from tests.tools.examples import EXAMPLES
from tools import registry
from tools.create.launch.spec import AdFields
from tools.domain.files import given

BASE = Path(sys.argv[1])


def main() -> None:
    """Set up, watch, walk, print."""
    ws = BASE / "ws"
    ws.mkdir()
    os.chdir(BASE)
    session = Session.open(
        Options(sandbox=True, workspace=ws), approver=Nobody(), listener=Events(), mode="none", fresh=True
    )
    session.tool("list_accounts", {})
    journal = session.settings.journal
    paths = [journal, BASE / "link.png", BASE / "name.png", journal.with_name("journal.sqlite-wal")]
    paths[1].symlink_to(journal)
    os.link(journal, paths[2])
    opened = watch(session.settings.state)
    noticed = self_test(paths[:3], opened)
    tried, calls = set(), 0
    for name, arguments in walk([str(path) for path in paths]):
        session.tool(name, arguments, given=given([BASE, *paths]))
        tried.add(name)
        calls += 1
    session.close()
    tools = [tool.name for tool in registry.TOOLS if takes_text(tool)]
    sys.stdout.write(
        json.dumps(
            {"opened": opened, "noticed": noticed, "tried": sorted(tried), "tools": tools, "calls": calls}
        )
    )


def watch(state: Path) -> list[str]:
    """Notes from now on who opens a database of the state folder with Python's means; SQLite's own are its own."""
    ours = {(found.st_dev, found.st_ino) for path in state.glob("*.sqlite*") if (found := path.stat())}
    opened: list[str] = []

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str | bytes | os.PathLike):
            return
        try:
            found = Path(os.fsdecode(arguments[0])).stat()
        except (OSError, ValueError):
            return
        if (found.st_dev, found.st_ino) in ours:
            opened.append(Path(os.fsdecode(arguments[0])).name)

    sys.addaudithook(hook)
    return opened


def self_test(paths: list[Path], opened: list[str]) -> list[str]:
    """What the hook sees of an opening; a child does it, for this process would lose its locks by it."""
    if pid := os.fork():
        os.waitpid(pid, 0)
        return (BASE / "noticed").read_text().split()
    for path in paths:
        path.open("rb").close()
    (BASE / "noticed").write_text(" ".join(opened))
    os._exit(0)


def walk(texts: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A good call of each tool with one of its texts replaced, and with each text it may take besides."""
    for name, example in EXAMPLES:
        properties = registry.find(name).Input.model_json_schema()["properties"]
        for key in properties:
            for value in fillings(properties[key], texts):
                yield name, example | {key: value}
    for field in AdFields.model_fields:
        for text in texts:
            yield "launch_ads", {"ads": [{"name": "one", field: text}]}
            yield "launch_ads", {"ads": [{"name": "one", field: [text]}]}


def fillings(schema: dict[str, Any], texts: list[str]) -> list[Any]:
    """The values that put a path where a schema takes texts, alone or in a list."""
    kinds = {part.get("type") for part in (schema, *schema.get("anyOf", ()))}
    filled: list[Any] = list(texts) if "string" in kinds else []
    return [*filled, texts] if "array" in kinds else filled


def takes_text(tool: Any) -> bool:
    schema = tool.Input.model_json_schema()["properties"]
    return any(fillings(part, ["x"]) for part in schema.values())


if __name__ == "__main__":
    main()
