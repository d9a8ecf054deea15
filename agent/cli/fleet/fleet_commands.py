"""Declares `fleet`; what it does is imported when it runs."""

from typing import Any

import click

from agent.cli.options import options_of, with_list


@click.group()
def fleet() -> None:
    """See to several workers and machines. Their status, and which token each account is worked with."""


@fleet.command()
@click.option("--check", is_flag=True, help="Exit code 4 when something is wrong, for health checks.")
@with_list
def status(*, check: bool, **options: Any) -> int:
    """Show who works on what, what is late, what Meta has stopped. Nothing is asked of Meta."""
    from agent.cli.fleet.fleet import status as command

    return command(options_of(options), check=check)


@fleet.command()
@click.argument("account", required=False)
@click.argument("reference", required=False)
@click.option("--forget", is_flag=True, help="Work with ACCOUNT by the usual token again.")
@with_list
def token(account: str | None, reference: str | None, *, forget: bool, **options: Any) -> int:
    """Keep where ACCOUNT's token is found, or list them. As env:NAME, file:/PATH, keyring:SERVICE/USER or command:NAME."""
    from agent.cli.fleet.fleet import token as command

    return command(options_of(options), account or "", reference or "", forget=forget)
