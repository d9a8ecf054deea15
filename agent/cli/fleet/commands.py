"""Declares `schedule`, `work`, `inbox`, `accounts` and `notify`; what they do is imported when they run."""

import re
from typing import Any

import click

from agent.cli.options import options_of, with_list, with_model, with_output, with_place, with_world
from agent.fleet.due_times import EVERY

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.h]([0-5][0-9])")


class TimeOfDay(click.ParamType[str]):
    """An hour and a minute."""

    name = "hh:mm"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = _TIME.fullmatch(str(value).strip())
        if not found:
            self.fail(f"{value!r} is no time of day: write one such as 08:00 or 17:30.", param, ctx)
        return f"{int(found[1]):02}:{found[2]}"


@click.group()
def schedule() -> None:
    """Have requests done again and again, as a daily check at 08:00. Commands: add, list, pause, resume, remove, run."""


@schedule.command()
@click.argument("request")
@click.option(
    "--at", type=TimeOfDay(), default="08:00", show_default=True, help="When, by the account's clock."
)
@click.option(
    "--every",
    type=click.Choice(EVERY),
    default="day",
    show_default=True,
    help="How often; a month begins on its first day.",
)
@click.option(
    "--approve",
    type=click.Choice(["none", "safe", "all"]),
    default="none",
    show_default=True,
    help="What goes ahead without a person; the rest waits in the inbox.",
)
@click.option("--first", is_flag=True, help="Do it before other schedules that are due.")
@with_model
@click.option("--json", is_flag=True, help="Print one JSON object.")
@with_place
def add(request: str, at: str, every: str, *, first: bool, **options: Any) -> int:
    """Have REQUEST done again and again by `adsteward work`. --account all does it in each account."""
    from agent.cli.fleet.schedule import add as command

    return command(options_of(options), request, at, every, first=first)


@schedule.command("list")
@with_output
@with_list
def list_(**options: Any) -> int:
    """List the schedules. Says when each is due in each account, and how it ended last."""
    from agent.cli.fleet.schedule import show_all

    return show_all(options_of(options))


@schedule.command()
@click.argument("order_id", metavar="ID")
@with_list
def pause(order_id: str, **options: Any) -> int:
    """Keep schedule ID from coming. What passes meanwhile is not caught up on."""
    from agent.cli.fleet.schedule import set_state

    return set_state(options_of(options), order_id, "paused")


@schedule.command()
@click.argument("order_id", metavar="ID")
@with_list
def resume(order_id: str, **options: Any) -> int:
    """Have schedule ID come again, from its next time on."""
    from agent.cli.fleet.schedule import set_state

    return set_state(options_of(options), order_id, "active")


@schedule.command()
@click.argument("order_id", metavar="ID")
@with_list
def remove(order_id: str, **options: Any) -> int:
    """Forget schedule ID; transcripts and change sets of its runs stay."""
    from agent.cli.fleet.schedule import set_state

    return set_state(options_of(options), order_id, "removed")


@schedule.command()
@click.argument("order_id", metavar="ID")
@with_list
def run(order_id: str, **options: Any) -> int:
    """Do schedule ID now, beside its usual times."""
    from agent.cli.fleet.work import run_now

    return run_now(options_of(options), order_id)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end, for cron and systemd timers.")
@click.option(
    "--print",
    "system",
    type=click.Choice(["systemd", "launchd", "cron"]),
    help="Print what the system's own scheduler needs, and end.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes do it here, each in another account.",
)
@click.option(
    "--one-of",
    type=click.IntRange(1, 64),
    default=1,
    hidden=True,
    help="What --workers tells each of its processes.",
)
@with_list
def work(*, once: bool, system: Any, workers: int, one_of: int, **options: Any) -> int:
    """Do what is due of the schedules, until Ctrl-C or --once. Any number may work at a time."""
    from agent.cli.fleet import work as command

    if system:
        return command.print_unit(options_of(options), system)
    if workers > 1:
        return command.work_together(options_of(options), workers, once=once)
    return command.work(options_of(options), once=once, one_of=one_of)


@click.command()
@click.option("--refresh", is_flag=True, help="Read each of them anew for the page, or that of --account.")
@with_output
@with_world
def accounts(*, refresh: bool, **options: Any) -> int:
    """List the accounts that the token sees. With state, currency, time zone and what they spent today."""
    if refresh:
        from agent.cli.fleet.refresh import refresh as command
    else:
        from agent.cli.accounts import accounts as command

    return command(options_of(options))


@click.group(invoke_without_command=True)
@click.option("--account", help="Ad account, such as act_123456789.")
@click.option("--mine", metavar="NAME", default="", help="Only what NAME is asked to decide on.")
@with_output
@with_list
@click.pass_context
def inbox(ctx: click.Context, /, *, mine: str, **options: Any) -> int:
    """List all change sets that wait, over all accounts. `inbox show ID` shows one, apply and decline end it."""
    if ctx.invoked_subcommand:
        return 0
    from agent.cli.fleet.inbox import inbox as command

    return command(options_of(options), mine)


@inbox.command()
@click.argument("change_set_id", metavar="ID")
@click.argument("name")
@with_list
def assign(change_set_id: str, name: str, **options: Any) -> int:
    """Ask NAME to decide on change set ID. Kept in its events and shown in the inbox."""
    from agent.cli.fleet.inbox import assign as command

    return command(options_of(options), change_set_id, name)


@inbox.command("show")
@click.argument("change_set_id", metavar="ID")
@with_world
def show_one(change_set_id: str, **options: Any) -> int:
    """Show change set ID, complete, and how it is ended. As `adsteward show` does."""
    from agent.cli.fleet.inbox import show_one as command

    return command(options_of(options), change_set_id)


@click.group()
def notify() -> None:
    """See who is told elsewhere what happens. In Slack, Teams, Telegram, e-mail and many more, as stack.md says."""


@notify.command()
@with_list
def test(**options: Any) -> int:
    """Send a test message to each target of stack.md."""
    from agent.cli.fleet.notify import test as command

    return command(options_of(options))
