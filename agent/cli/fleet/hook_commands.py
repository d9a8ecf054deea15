"""Declares `hooks`; what it does is imported when it runs."""

from typing import Any

import click

from agent.cli.options import FILE, FOLDER, options_of, with_list, with_world


@click.group()
def hooks() -> None:
    """Hear of accounts from Meta by webhook. Commands: serve, subscribe, list."""


@hooks.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8788, show_default=True)
@click.option(
    "--account",
    "accounts",
    multiple=True,
    help="Look at what is told of this account too, as if a schedule named it; `all` for each that the token sees.",
)
@click.option("--workspace", type=FOLDER, help="Folder with brand/stack.md and the journal.")
@click.option("--sandbox-state", type=FILE, help="Look at the sandbox that is kept in FILE.")
@click.option("--sandbox", is_flag=True, help="Receive what the sandbox tells instead of Meta.")
def serve(host: str, port: int, accounts: tuple[str, ...], **options: Any) -> int:
    """Receive Meta's webhooks at /meta until Ctrl-C. `adsteward work` looks at what they are about."""
    from agent.cli.fleet.hooks import serve as command

    return command(options_of(options), host, port, accounts)


@hooks.command()
@click.option("--off", is_flag=True, help="Have Meta tell nothing of the account any more.")
@with_world
def subscribe(*, off: bool, **options: Any) -> int:
    """Have Meta tell your app of the account, once you approve it. Also shows where the app is told."""
    from agent.cli.fleet.hooks import subscribe as command

    return command(options_of(options), on=not off)


@hooks.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@with_list
def list_(limit: int, **options: Any) -> int:
    """List what Meta told last, and what came of it."""
    from agent.cli.fleet.hooks import show_all

    return show_all(options_of(options), limit)
