"""Declares `report`; what it does is imported when it runs."""

from typing import Any

import click

from agent.cli.options import FILE, options_of, with_world


@click.command()
@click.option(
    "--period",
    default="last_month",
    show_default=True,
    help="Such as last_week_mon_sun, this_month, 2026-10 or 2026-10-01..2026-10-15.",
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
    """Make the report for a client: figures, what was changed and why, what is proposed."""
    from agent.cli.desk.report import report as command

    return command(options_of(options), period, compare, language)
