"""The options that commands share."""

import os
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

MODES = click.Choice(["ask", "none", "safe", "all"])
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])


class Price(click.ParamType[Decimal]):
    """An amount of money that is not below zero."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is no price: write an amount such as 3.00.", param, ctx)
        return amount


PRICE = Price()
Command = Callable[..., Any]


def with_place(command: Command) -> Command:
    """Options that say where a command works."""
    for option in (
        click.option(
            "--max-wait",
            "max_wait_s",
            type=click.IntRange(min=0),
            metavar="SECONDS",
            help="How long a run may wait for Meta's limits in all (900; a person is asked after 120).",
        ),
        click.option("--account", help="Ad account by its number, such as act_123456789."),
        click.option("--workspace", type=FOLDER, help="Folder with brand/stack.md and the journal."),
        click.option("--sandbox-state", type=FILE, help="Keep the sandbox between runs in FILE."),
        click.option("--sandbox", is_flag=True, help="Work on the demo account instead of Meta."),
    ):
        command = option(command)
    return command


def with_world(command: Command) -> Command:
    """Options that say where and under which rules a command works."""
    for option in (
        click.option("--verbose", is_flag=True, help="Show every request to Meta."),
        click.option("--record", type=FILE, help="Write the requests to FILE, without secrets."),
        click.option("--json", is_flag=True, help="Print one JSON object."),
        click.option(
            "--approve", type=MODES, help="Who approves changes: ask, none, safe (cannot raise spend), all."
        ),
    ):
        command = option(command)
    return with_place(with_width(command))


def with_width(command: Command) -> Command:
    """How wide lines and tables are, whatever the terminal says."""

    def wide(ctx: click.Context, _: click.Parameter, columns: int | None) -> None:
        if columns:
            before = os.environ.get("COLUMNS", "")
            ctx.call_on_close(lambda: os.environ.update(COLUMNS=before))
            os.environ["COLUMNS"] = str(columns)

    return click.option(
        "--width",
        type=click.IntRange(20, 9999),
        metavar="N",
        expose_value=False,
        callback=wide,
        help="Lines and tables of N columns, as the variable COLUMNS says it.",
    )(command)


def with_json(command: Command) -> Command:
    """The one option of commands that work nowhere in particular."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def with_list(command: Command) -> Command:
    """Options of commands that list what is kept alone."""
    command = click.option("--workspace", type=FOLDER, help="Folder with brand/stack.md and the journal.")(
        command
    )
    return with_width(click.option("--json", is_flag=True, help="Print one JSON object.")(command))


def with_model(command: Command) -> Command:
    """Options for commands that ask a model."""
    command = click.option(
        "--max-turns",
        type=click.IntRange(1, 1000),
        default=30,
        show_default=True,
        help="Limit of model turns.",
    )(command)
    return click.option("--model", help="Claude model, a local server's model, or offline.")(command)


def with_demo_account(command: Command) -> Command:
    """Options of the demo account as a server."""
    for option in (
        click.option("--faults", type=FILE, help="Make calls go wrong as the JSON rules in FILE say."),
        click.option("--clock", default="", metavar="TIME", help="Stand still at TIME; real time without."),
        click.option(
            "--tier",
            type=click.Choice(["development", "standard"]),
            help="Access tier: how many calls are allowed.",
        ),
        click.option(
            "--seed", type=int, default=7, show_default=True, help="What the figures are drawn from."
        ),
        click.option(
            "--ads", type=click.IntRange(0, 20_000), default=0, metavar="N", help="Have at least N ads."
        ),
        click.option("--fresh", is_flag=True, help="Start the account anew."),
        click.option("--state", type=FILE, help="Keep the account in FILE."),
        click.option("--port", type=click.IntRange(0, 65535), default=8787, show_default=True),
        click.option("--host", default="127.0.0.1", show_default=True),
    ):
        command = option(command)
    return command


def with_tasks(command: Command) -> Command:
    """Options of `eval`: which tasks, for which model, and how they are told."""
    for option in (
        with_json,
        click.option(
            "--at-least",
            type=click.IntRange(min=0),
            default=0,
            help="Fail below so many passes, or with a wrong write.",
        ),
        click.option("--output-price", type=PRICE, metavar="USD", help="What a million output tokens cost."),
        click.option("--input-price", type=PRICE, metavar="USD", help="What a million input tokens cost."),
        click.option("--list", "show", is_flag=True, help="Only list the tasks."),
        click.option("--model", help="Claude model, a local server's model, or offline."),
        click.argument("tasks", nargs=-1, metavar="[TASK]..."),
    ):
        command = option(command)
    return command


def with_output(command: Command) -> Command:
    """Options for commands that have a table to give away."""
    command = click.option("--force", is_flag=True, help="Let --output take the place of a file.")(command)
    return click.option(
        "--output", type=FILE, help="Put the table of the answer into FILE: .xlsx, .csv or .json."
    )(command)


def with_file(command: Command) -> Command:
    """Options of `launch`: the file, and how far it goes."""
    for option in (
        click.option("--schema", is_flag=True, help="Print the JSON Schema of FILE."),
        click.option(
            "--images", type=FOLDER, multiple=True, help="A folder whose pictures may be read; repeatable."
        ),
        click.option(
            "--validate-remote", is_flag=True, help="Have Meta check each ad before anything is made."
        ),
        click.option(
            "--dry-run", is_flag=True, help="Show each request that would be sent; nothing is sent."
        ),
        click.argument("file", type=click.Path(path_type=Path), required=False),
    ):
        command = option(command)
    return command


def with_server(command: Command) -> Command:
    """Options of `mcp`: where it listens and what it lists."""
    for option in (
        click.option(
            "--tools",
            type=click.Choice(("core", "all")),
            default="core",
            show_default=True,
            help="List the tools of every day and a search for the others, or all at once.",
        ),
        click.option(
            "--http",
            "port",
            type=click.IntRange(1, 65535),
            metavar="PORT",
            help="Serve on a port of this computer.",
        ),
    ):
        command = option(command)
    return command


def options_of(given: dict[str, Any], *, may_ask: bool = True) -> Any:
    """The options, once it is settled whether a workspace in the current folder counts."""
    from agent.cli.choosing import choose_workspace
    from agent.setup.settings import Options

    options = Options(**with_sandbox(given))
    choose_workspace(options, may_ask=may_ask)
    return options


def with_sandbox(given: dict[str, Any]) -> dict[str, Any]:
    """Options in which a sandbox that is named is one that is meant."""
    kept = given.get("sandbox_state") is not None
    return {**given, "sandbox": given.get("sandbox", False) or kept}
