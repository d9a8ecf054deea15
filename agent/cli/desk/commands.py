"""Declares `chat`, `sessions`, `completion` and `report`; what they do is imported when they run."""

from typing import Any

import click

from agent.cli.options import FILE, options_of, with_list, with_model, with_output, with_world


@click.command()
@click.option(
    "--resume",
    is_flag=False,
    flag_value="",
    metavar="[ID]",
    help="Go on with the talk ID of `adsteward sessions`; without ID, with the newest.",
)
@with_model
@with_world
def chat(resume: str | None, **options: Any) -> int:
    """Talk with adsteward."""
    from agent.cli.chat import chat as command

    return command(options_of(options), resume)


@click.command()
@with_output
@with_list
def sessions(**options: Any) -> int:
    """List the talks that can go on. `adsteward chat --resume ID` goes on with one."""
    from agent.cli.desk.sessions import sessions as command

    return command(options_of(options))


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> int:
    """Print what has SHELL complete commands and options."""
    from click.shell_completion import get_completion_class

    if found := get_completion_class(shell):
        click.echo(found(ctx.find_root().command, {}, "adsteward", "_ADSTEWARD_COMPLETE").source())
    return 0


@click.command()
@click.option(
    "--period",
    default="last_month",
    show_default=True,
    help="Such as last_week, this_month, 2026-10 or 2026-10-01..2026-10-15.",
)
@click.option(
    "--compare",
    default="previous",
    show_default=True,
    help="With what: previous, last_year, none or 2026-08-01..2026-08-15.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "de", "es", "pt", "fr"]),
    help="Instead of report_language of stack.md.",
)
@click.option(
    "--output", type=FILE, help="Where it goes: .html, .pdf, .xlsx or .png; without it, among the results."
)
@click.option("--force", is_flag=True, help="Let --output take the place of a file.")
@with_world
def report(period: str, compare: str, language: str | None, **options: Any) -> int:
    """Make the report for a client. Figures, what was changed and why, what is proposed."""
    from agent.cli.desk.report import report as command

    return command(options_of(options), period, compare, language)
