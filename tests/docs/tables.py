"""What the documentation repeats of commands, folders, settings and exits, as Markdown."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import click

from agent.cli.entry import cli
from agent.hosts.definitions import HOST_TOOLS, definitions
from agent.models.claude import DEFAULT_MODEL
from agent.run.report import Status
from agent.run.report_keys import MORE_KEYS, REPORT_KEYS
from agent.setup.environment import VARIABLES
from agent.setup.stops import Exit
from agent.writes.journal_reader import SetState
from agent.writes.policy import DELETE, OVER, TABLE, Answer, Sort
from sandbox.edges import routes, unmodelled
from tests.statements import statements
from tests.test_architecture import FLOORS, SANDBOX
from tools.domain.brand import Brand
from tools.domain.brand_layers import ENVIRONMENT
from tools.domain.copying import creative_shapes as shapes
from tools.graph.wire import GRAPH_VERSION
from tools.registry import TOOLS

__all__ = [
    "FLOORS",
    "SANDBOX",
    "added_keys",
    "commands",
    "creative_shapes",
    "edges",
    "empty_edges",
    "exit_line",
    "exits",
    "json_line",
    "make_targets",
    "modes",
    "option_line",
    "options",
    "report_keys",
    "rooms",
    "settings",
    "skill_tools",
    "variables",
]

ROOT = Path(__file__).parents[2]
ROOMS = [*FLOORS.split(), *SANDBOX.split()]
PAGES = {
    "chat": "first-five-minutes",
    "run": "daily-check",
    "launch": "launch",
    "mcp": "hosts",
    "tool": "tools",
    "explain": "errors",
    "sandbox": "sandbox",
    "schedule add": "schedules",
    "work": "schedules",
    "inbox": "schedules",
    "fleet status": "fleet",
    "web": "web",
    "hooks serve": "hooks",
    "hooks subscribe": "hooks",
    "hooks list": "hooks",
    "report": "report",
    "notify test": "notices",
}
"""Commands that have a page of their own."""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(" | ".join(["", *(_cell(text) for text in line), ""]).strip() for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# --- commands


def declared(group: click.Group = cli, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name; a group alone does nothing, unless it says so."""
    for own, command in group.commands.items():
        name = f"{above}{own}"
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield name, command
        if isinstance(command, click.Group):
            yield from declared(command, f"{name} ")


def commands() -> str:
    """Every command with its arguments and its help."""
    return table(("command", "does"), (_command(*item) for item in declared()))


def option_line() -> str:
    """The options that most commands share."""
    shared = (f"`{p.opts[0]}`" for p in cli.commands["run"].params if isinstance(p, click.Option))
    return f"Options of most commands: {', '.join(shared)}. [All options](docs/reference.md#options)."


def options() -> str:
    """Every option with its help and default, and the commands that have it."""
    users: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, command in sorted(declared()):
        for param in command.params:
            if isinstance(param, click.Option):
                users[_option(command, param), _help(param)].append(name)
    rows = ((option, text, ", ".join(names)) for (option, text), names in sorted(users.items(), key=_by_name))
    return table(("option", "does", "of"), rows)


def _by_name(item: tuple[tuple[str, str], list[str]]) -> str:
    return item[0][0].strip("`")


def _command(name: str, command: click.Command) -> tuple[str, str]:
    context = click.Context(command, info_name=name)
    arguments = [p.make_metavar(context) for p in command.params if isinstance(p, click.Argument)]
    text = " ".join((command.help or "").split())
    page = f" ([{PAGES[name]}](docs/{PAGES[name]}.md))" if name in PAGES else ""
    return f"`{' '.join(['adsteward', name, *arguments])}`", text + page


def _option(command: click.Command, param: click.Option) -> str:
    value = "" if param.is_flag else f" {param.make_metavar(click.Context(command))}"
    return f"`{param.opts[0]}{value}`"


def _help(param: click.Option) -> str:
    default = f" Default: {param.default}." if param.show_default and not param.is_flag else ""
    return f"{param.help or ''}{default}".strip()


# --- folders


def rooms(plan: str) -> str:
    """The folders of a plan of floors, top first: what their docstring says, and which others they import."""
    folders = {name: ROOT / name.replace(".", "/") for name in plan.split()}
    rows = (_folder(name, folder) for name, folder in folders.items() if folder.is_dir())
    return table(("folder", "what lives there", "imports"), rows)


def _folder(name: str, folder: Path) -> tuple[str, str, str]:
    docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    own = [file for file in folder.rglob("*.py") if _room(_module(file)) == name]
    used = {_room(imported) for file in own for imported in _imports(file)} - {name, ""}
    by_package: defaultdict[str, list[str]] = defaultdict(list)
    for other in sorted(used, key=ROOMS.index):
        package, _, inner = other.partition(".")
        by_package[package].append(inner.replace(".", "/"))
    said = (f"`{package}/` {' '.join(inner)}" for package, inner in by_package.items())
    return (
        f"`{name.replace('.', '/')}/`",
        docstring.split("\n\n")[0].replace("\n", " "),
        " · ".join(said) or "–",
    )


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def _room(module: str) -> str:
    """The room a module is in; nothing for one of no room."""
    return max((name for name in ROOMS if f"{module}.".startswith(f"{name}.")), key=len, default="")


def _imports(file: Path) -> Iterator[str]:
    for node in statements(file):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


# --- what scripts rely on


def exit_line() -> str:
    """All exit codes in one line."""
    return f"**Exit codes.** {' · '.join(f'{code.value} {code.meaning}' for code in Exit)}."


def exits() -> str:
    """All exit codes as a table."""
    return table(("code", "says"), ((str(code.value), code.meaning) for code in Exit))


def json_line() -> str:
    """The outermost keys of `--json`."""
    keys = [key.removesuffix("[]") for key, _ in REPORT_KEYS if "." not in key]
    statuses = ", ".join(f"`{status}`" for status in get_args(Status))
    said = ", ".join(f"`{key}`" + (f" ({statuses})" if key == "status" else "") for key in keys)
    return f"**JSON.** `--json` prints one object: {said}; `tool` adds `result`. [All keys](docs/reference.md#json)."


def report_keys() -> str:
    """Every key of the object that a run prints."""
    values = {"status": get_args(Status), "change_sets[].state": get_args(SetState)}
    rows = (
        (f"`{key}`", text + (f": {', '.join(values[key])}" if key in values else ""))
        for key, text in REPORT_KEYS
    )
    return table(("key", "means"), rows)


def added_keys() -> str:
    """What some commands add."""
    rows = ((f"`{command}`", f"`{key}`", text) for command, key, text in MORE_KEYS)
    return table(("command", "key", "means"), rows)


def variables() -> str:
    """Every variable of the environment."""
    return table(("variable", "sets"), ((f"`{name}`", text) for name, text in VARIABLES.items()))


def settings() -> str:
    """Every setting of the brand file, as the file itself explains it, with its default."""
    stack = (ROOT / "workspace" / "brand" / "stack.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^(\w+):[^#\n]*# (.*)$", stack, re.MULTILINE))
    said["protect"] = "A list: one name or id per line that no change may touch; `*` stands for any text."
    defaults = {
        "model": f"{DEFAULT_MODEL} with a key or a local server, else offline",
        "graph_version": GRAPH_VERSION,
        "max_daily_budget": str(Brand().daily_budget_ceiling("USD").major),
    }
    variable = {key: f"`{name}`" for name, key in ENVIRONMENT.items()}
    rows = (
        (f"`{key}`", said[key], defaults.get(key) or _default(field.default), variable.get(key, ""))
        for key, field in Brand.model_fields.items()
    )
    return table(("setting", "means", "default", "variable"), rows)


def _default(value: object) -> str:
    return "–" if value in (None, ()) else str(value)


# --- who approves

ANSWERS = {
    Answer.ALLOW: "goes ahead",
    Answer.PERSON: "a person",
    Answer.WORD: "a person who types `{}`",
    Answer.NEVER: "never",
}


def modes() -> str:
    """What becomes of each sort of change in each mode, as the policy reads it."""
    head = ("what it does", "`ask`, `none`", "`safe`, `assistant_approval: safe`", "`all`")
    words = {Sort.DELETE: DELETE, Sort.OVER: OVER}
    rows = (
        (row.called, *(ANSWERS[a].format(words.get(sort)) for a in (row.ask, row.safe, row.all)))
        for sort, row in TABLE.items()
    )
    return table(head, rows)


# --- the rest


def creative_shapes() -> str:
    """What Meta shows of a creative, and what a new one made of it sends."""
    columns = (
        *((f"`{name}`", f"sent: {said}") for name, said in shapes.SOURCES.items()),
        (_names(shapes.COPIED), "sent as it is, where it says anything"),
        (_names(shapes.NEWEST), "likewise, from v26.0 on"),
        *((f"`{old}` in a story", f"sent as `{new}`") for old, new in shapes.RENAMED.items()),
        *((f"`{first}` and `{second}`", f"`{first}` is sent") for first, second in shapes.ONE_OF),
        (
            "labels of assets and rules, with ids",
            "sent by name; a rule whose label no asset carries refuses the copy",
        ),
        (
            "`creative_features_spec`",
            "single features with `enroll_status` are sent; `standard_enhancements` is left out, and said",
        ),
        *((f"`{name}`", f"left out, and said: {said}") for name, said in shapes.LEFT_OUT.items()),
        *((f"`{name}`", f"refuses the copy: it {said}") for name, said in shapes.REFUSED.items()),
        (f"{_names(sorted(shapes.READ_ONLY))}, `effective_…` inside of these", "left out: only shown"),
        (f"{_names(sorted(shapes.READ_ONLY_SETTINGS))} in settings", "left out: only shown"),
        ("access tokens of partners", "left out, and said"),
        (
            "all others, such as `title`, `body`, `thumbnail_url`",
            "not read: Meta derives them from the story",
        ),
    )
    return table(("Meta shows", "a new creative"), columns)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def edges() -> str:
    """Every edge of the sandbox, by what it is on and what may be done with it."""
    methods = ("GET", "POST", "DELETE")
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    found["/"]["GET"] = list(routes.ROOTS)
    for kind, name in routes.READS.keys() - unmodelled.READS.keys():
        found[kind]["GET"].append(name)
    for method, kind, name in routes.WRITES.keys() - unmodelled.WRITES.keys():
        found[kind][method].append(name)
    rows = (
        (kind, *(", ".join(sorted(names[method])) or "–" for method in methods))
        for kind, names in sorted(found.items())
    )
    return table(("from", *methods), rows)


def empty_edges() -> str:
    """What the sandbox answers with an empty list, and what it refuses, by what it is on."""

    def listed(names: set[str]) -> str:
        return ", ".join(sorted(names)) or "–"

    kinds = sorted(
        {
            key[-2]
            for table_of in (unmodelled.READS, unmodelled.REFUSED, unmodelled.WRITES)
            for key in table_of
        }
    )
    rows = (
        (
            kind,
            listed({name for on, name in unmodelled.READS if on == kind}),
            listed({name for on, name in unmodelled.REFUSED if on == kind}),
            listed({name for _, on, name in unmodelled.WRITES if on == kind}),
        )
        for kind in kinds
    )
    return table(("from", "empty list", "refused to read", "refused to write"), rows)


def make_targets() -> str:
    """What `make` can do, by the comments of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.findall(r"^([a-z]+):[^#\n]*## (.*)$", makefile, re.MULTILINE)
    return "\n".join(["```sh", *(f"make {name:<12} # {text}" for name, text in found), "```"])


def skill_tools() -> str:
    """The tools of every day by what they are for, under the names they have in OpenClaw."""
    on_request = {tool.name for tool in TOOLS if tool.toolset}
    deciding = [tool.name for tool in HOST_TOOLS if tool.name != "propose"]
    columns: tuple[list[str], list[str], list[str]] = ([], [], deciding)
    for tool in definitions(every=True):
        if tool.name not in on_request and tool.name not in deciding:
            reads = bool(tool.annotations and tool.annotations.read_only_hint)
            columns[0 if reads else 1].append(tool.name)
    names = [[f"`adsteward__{name}`" for name in column] for column in columns]
    rows = ([column[n] if n < len(column) else "" for column in names] for n in range(max(map(len, names))))
    return table(("read", "propose", "decide"), rows)
