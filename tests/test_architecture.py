"""Imports point one way, one place writes, and nothing else ever could."""

import ast
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.statements import statements
from tools.registry import TOOLS

ROOT = Path(__file__).parent.parent
FLOORS = """
    agent.cli
    agent.hosts   agent.evaluation   agent.web   agent.hooks
    agent.notices
    agent.show   agent.fleet   agent.overview
    agent.run
    agent.models.offline
    agent.models.offline.plans
    agent.models.offline.telling
    agent.models.offline.language
    agent.models   agent.writes   agent.health
    agent.stores
    agent.setup
    tools.registry
    tools.read
    tools.edit     tools.create
    tools.domain
    tools.analysis tools.graph
"""
"""The rooms of the product, top to bottom: a room may import what stands below it, and its own modules."""
SANDBOX = """
    sandbox.http
    sandbox.edges
    sandbox.insights
    sandbox.objects
    sandbox.world
    sandbox.request
"""
"""The sandbox stands alone; only its doors are known above it: the application, and what starting it needs."""
DOORS = {
    "agent.cli": {"sandbox.http", "sandbox.request"},
    "agent.evaluation": {"sandbox.http"},
    "agent.setup": {"sandbox.http"},
}
MEANT = "agent.cli"
"""A command's module bears the command's name, and so may be called as what it runs."""
MOST_MODULES = 22


def floors(text):
    """The rooms of each floor, top first."""
    return [line.split() for line in text.strip().splitlines()]


@cache
def modules():
    """Every module of ours by its dotted name, with its path."""
    found = {}
    for top in ("agent", "tools", "sandbox"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


class Facts(NamedTuple):
    """What is asked of a module; its tree is not kept: those of all modules are a million objects."""

    imports: set[str]
    """What it imports anywhere in it, for types alone as well; of ours, the modules themselves."""
    docstring: str | None
    longest: int
    """How many lines the longest function has below its first."""


@cache
def facts(name):
    """A module, read once."""
    found, docstring, longest = set(), None, 0
    for node in statements(modules()[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (parts & modules().keys()) or {node.module}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            longest = max(longest, node.end_lineno - node.lineno)
        elif isinstance(node, ast.Module):
            docstring = ast.get_docstring(node)
    return Facts(found, docstring, longest)


def imports(name):
    return facts(name).imports


def ours(name):
    return {other for other in imports(name) if other in modules() and other != name}


@cache
def room_of(name):
    """The room a module stands in; "" for the front doors: `agent`, `agent.__main__`, `tools`, `sandbox`."""
    rooms = [room for floor in floors(FLOORS) + floors(SANDBOX) for room in floor]
    return max((r for r in rooms if name == r or name.startswith(f"{r}.")), key=len, default="")


@cache
def allowed(room):
    """The rooms that one of a room may import: those below it, itself, and the doors it is given."""
    for text in (FLOORS, SANDBOX):
        listed = floors(text)
        for depth, floor in enumerate(listed):
            if room in floor:
                below = {other for lower in listed[depth + 1 :] for other in lower}
                return below | {room, ""} | DOORS.get(room, set())
    return {"", "agent.cli"}  # the front doors: `python -m agent` is the command line


@pytest.mark.parametrize("name", sorted(modules()))
def test_imports_point_one_way(name):
    """A room imports the floors below it and itself: nothing above, nothing beside."""
    assert not {other for other in ours(name) if room_of(other) not in allowed(room_of(name))}


def test_every_module_stands_in_a_room():
    """Beside the rooms there are only the packages themselves and `python -m agent`."""
    assert {name for name in modules() if not room_of(name)} == {
        "agent",
        "agent.__main__",
        "tools",
        "sandbox",
    }


def test_no_module_imports_in_a_circle():
    """Whatever the place of the import: within functions and for types alone as well."""
    try:
        list(TopologicalSorter({name: ours(name) for name in modules()}).static_order())
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_no_tool_imports_another_tool():
    """What tools share stands in the domain room."""
    tools = {tool.run.__module__ for tool in TOOLS}
    wrong = [f"{name} → {other}" for name in tools for other in ours(name) & tools]
    wrong += [
        f"{name} → {other}"
        for name in modules()
        if room_of(name).startswith("agent")
        for other in ours(name) & tools
    ]
    assert not wrong


def test_the_layer_of_hosts_knows_no_tool_by_name():
    """What hosts are given follows from a tool's own description, so a new tool is served like the others."""
    names = {tool.name for tool in TOOLS}
    for name in modules():
        if room_of(name) == "agent.hosts":
            tree = ast.parse(modules()[name].read_text(encoding="utf-8"))
            texts = {str(n.value) for n in ast.walk(tree) if isinstance(n, ast.Constant)}
            assert not texts & names, name


def test_names_of_modules_are_unique():
    """Whoever looks for a module by its name finds one."""
    names = [name for name in modules() if room_of(name) != MEANT and modules()[name].name != "__init__.py"]
    twice = {leaf: n for leaf, n in Counter(name.rpartition(".")[2] for name in names).items() if n > 1}
    assert not twice


def test_a_room_is_not_crowded_and_says_what_it_is_for():
    """About twenty modules at the top of a folder, and a docstring for each folder and module."""
    for path in {path.parent for path in modules().values()}:
        assert len(list(path.glob("*.py"))) - 1 <= MOST_MODULES, path
    for name in modules():
        assert facts(name).docstring, name


def test_only_apply_can_write():
    """A writer is made in `world` and held by `apply`; no other module names it."""
    outside = {name: path.read_text(encoding="utf-8") for name, path in modules().items()}
    outside = {name: text for name, text in outside.items() if room_of(name) != "tools.graph"}
    holders = {name for name, text in outside.items() if "GraphWriter" in text}
    assert holders == {"agent.writes.apply", "agent.setup.world"}
    assert {name for name, text in outside.items() if "writer.send(" in text} == {"agent.writes.apply"}


def test_one_module_knows_the_model_sdk():
    """`anthropic` is imported in one place, and there inside a function."""
    users = {name for name in modules() if {n.split(".")[0] for n in imports(name)} & {"anthropic"}}
    assert users == {"agent.models.claude"}


def test_one_package_knows_the_protocol_of_hosts():
    """`mcp` is imported in `agent/hosts` alone, which is loaded when a host starts it."""
    users = {n for n in modules() if {i.split(".")[0] for i in imports(n)} & {"mcp", "mcp_types"}}
    assert {room_of(name) for name in users} == {"agent.hosts"}


def test_the_house_style_of_size_holds():
    """No module over 300 lines, no function over 45."""
    for name, path in modules().items():
        assert path.read_text(encoding="utf-8").count("\n") <= 300, path
        assert facts(name).longest < 45, path
