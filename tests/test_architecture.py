"""Imports point one way, one place writes, and nothing else ever could."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"agent", "tools", "sandbox"}
MAY_IMPORT = {
    "tools/graph": {"tools.graph"},
    "tools/analysis": {"tools.analysis"},
    "tools": {"tools"},
    "sandbox": {"sandbox"},
    "agent": {"agent", "tools", "sandbox"},
}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room_of(path: Path) -> str:
    inside = path.relative_to(ROOT).as_posix()
    return max((room for room in MAY_IMPORT if inside.startswith(f"{room}/")), key=len)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_point_one_way(path):
    """agent → tools → tools/graph; the sandbox and the arithmetic stand alone."""
    allowed = MAY_IMPORT[room_of(path)]
    ours = {name for name in imports(path) if name.split(".")[0] in ROOMS}
    wrong = {name for name in ours if not any(name == a or name.startswith(f"{a}.") for a in allowed)}
    assert not wrong


def test_only_apply_can_write():
    """A writer is made in `world` and held by `apply`; no other module names it."""
    holders = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if "GraphWriter" in path.read_text(encoding="utf-8") and room_of(path) != "tools/graph"
    }
    assert holders == {"agent/writes/apply.py", "agent/setup/world.py"}
    senders = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if "writer.send(" in path.read_text(encoding="utf-8") and room_of(path) != "tools/graph"
    }
    assert senders == {"agent/writes/apply.py"}


def test_one_module_knows_the_model_sdk():
    """`anthropic` is imported in one place, and there inside a function."""
    users = {
        p.relative_to(ROOT).as_posix()
        for p in MODULES
        if any(n.split(".")[0] == "anthropic" for n in imports(p))
    }
    assert users == {"agent/models/claude.py"}


def test_one_package_knows_the_protocol_of_hosts():
    """`mcp` is imported in `agent/hosts` alone, which is loaded when a host starts it."""
    users = {p.parent for p in MODULES if {n.split(".")[0] for n in imports(p)} & {"mcp", "mcp_types"}}
    assert users == {ROOT / "agent" / "hosts"}


def test_the_house_style_of_size_holds():
    """No module over 300 lines, no function over 45."""
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        assert source.count("\n") <= 300, path
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                assert node.end_lineno - node.lineno < 45, f"{path}: {node.name}"
