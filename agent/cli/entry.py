"""The command line. Only declares commands; what they do is imported when they run, because start-up is felt."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from agent.cli.desk.commands import chat, completion, report, sessions
from agent.cli.desk.meaning import Meant
from agent.cli.desk.web import web
from agent.cli.fleet.commands import accounts, inbox, notify, schedule, work
from agent.cli.fleet.fleet_commands import fleet
from agent.cli.fleet.hook_commands import hooks
from agent.cli.options import (
    DAY,
    FILE,
    FOLDER,
    options_of,
    with_demo_account,
    with_file,
    with_json,
    with_model,
    with_output,
    with_place,
    with_sandbox,
    with_server,
    with_tasks,
    with_world,
)
from agent.setup.stops import Exit
from agent.setup.undisturbed import end_politely


@click.group(cls=Meant, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="adsteward")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Look after Meta ad accounts: ask, see the evidence, approve, and it is done, proven and undoable."""
    if ctx.invoked_subcommand is None:
        if sys.stdin.isatty() and sys.stdout.isatty():
            ctx.invoke(chat)
        else:
            click.echo(ctx.get_help())


cli.add_command(chat)


@cli.command()
@click.argument("request")
@with_model
@with_output
@with_world
def run(request: str, **options: Any) -> int:
    """Do one REQUEST, such as "pause underperforming ads"."""
    from agent.cli.run import run as command

    return command(options_of(options), request)


@cli.command()
@click.argument("change_set_id", metavar="ID")
@with_world
def apply(change_set_id: str, **options: Any) -> int:
    """Apply the saved change set ID, exactly as it was shown. Goes on where it stopped."""
    from agent.cli.apply import apply as command

    return command(options_of(options), change_set_id)


@cli.command()
@click.argument("change_set_id", metavar="[ID]", default="")
@with_world
def undo(change_set_id: str, **options: Any) -> int:
    """Take change set ID back, or what was applied last. What somebody else changed since is left alone."""
    from agent.cli.undo import undo as command

    return command(options_of(options), change_set_id)


@cli.command()
@click.argument("change_set_id", metavar="ID")
@click.option("--reason", default="", help="Kept in the history.")
@with_world
def decline(change_set_id: str, reason: str, **options: Any) -> int:
    """Withdraw the saved change set ID; nothing is sent for it."""
    from agent.cli.decline import decline as command

    return command(options_of(options), change_set_id, reason)


@cli.command()
@click.argument("change_set_id", metavar="ID")
@with_world
def show(change_set_id: str, **options: Any) -> int:
    """Show change set ID and what became of it."""
    from agent.cli.show import show as command

    return command(options_of(options), change_set_id)


@cli.command()
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many are shown."
)
@click.option(
    "--since", type=DAY, metavar="DAY", help="Only what was proposed or decided since that day (UTC)."
)
@click.option("--outcomes", is_flag=True, help="Ask Meta what a result cost before each change and since.")
@with_output
@with_world
def history(limit: int, since: datetime | None, *, outcomes: bool, **options: Any) -> int:
    """List what was proposed, applied and undone."""
    if outcomes and since:
        raise click.UsageError(
            "--since and --outcomes do not go together: --limit says how many are looked at."
        )
    if outcomes:
        from agent.cli.history import outcomes as look

        return look(options_of(options), limit)
    from agent.cli.history import history as command

    return command(options_of(options), limit, since)


for command in (sessions, schedule, work, inbox, accounts, hooks, fleet, notify, web, report, completion):
    cli.add_command(command)


@cli.command()
@click.argument("name")
@click.argument("input_json", metavar="[INPUT_JSON|-]", default="{}")
@with_output
@with_world
def tool(name: str, input_json: str, **options: Any) -> int:
    """Run the tool NAME with a JSON input; prints JSON. `adsteward tool list` names the tools."""
    from agent.cli.tool import tool as command

    return command(options_of(options, may_ask=False), name, input_json)


@cli.command()
@with_file
@with_output
@with_world
def launch(file: Path | None, schema: bool, **options: Any) -> int:
    """Make all ads of FILE (JSON or YAML), PAUSED. Checked whole before anything is sent."""
    from agent.cli.launch import launch as command

    own = {name: options.pop(name) for name in ("dry_run", "validate_remote", "images")}
    return command(options_of(options), None if schema else file, schema=schema, **own)


@cli.command()
@click.argument("file", type=FILE)
@click.option("--line", type=click.IntRange(min=2), help="Only the requests of this line of FILE.")
@with_world
def replay(file: Path, line: int | None, **options: Any) -> int:
    """Make the requests of a recording again. Reads are sent, writes become one change set."""
    from agent.cli.replay import replay as command

    return command(options_of(options), file, line)


@cli.command()
@click.option("--close", metavar="NAME", help="Allow calls again that were stopped: act_… or token.")
@with_world
def doctor(close: str | None, **options: Any) -> int:
    """Check the set-up, and show where each value comes from."""
    from agent.cli.doctor import doctor as command

    return command(options_of(options), close=close)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("code", nargs=-1, metavar="[CODE[/SUBCODE]]")
@with_json
def explain(code: tuple[str, ...], as_json: bool) -> int:
    """Say what a Meta error means and what to do. Such as 190/463; without CODE, lists all."""
    from agent.cli.explain import explain as command

    return command(code, as_json=as_json)


@cli.command()
@click.argument("folder", type=FOLDER, default=Path("workspace"))
@with_json
def init(folder: Path, as_json: bool) -> int:
    """Make a workspace in FOLDER with a stack.md to fill in. Or choose the one that is there."""
    from agent.cli.init import init as command

    return command(folder, as_json=as_json)


@cli.command()
@with_demo_account
def sandbox(host: str, port: int, **options: Any) -> int:
    """Run the demo account as a local Graph API."""
    from agent.cli.sandbox import sandbox as command

    return command(host, port, **options)


@cli.command()
@click.option("--from-social-cli", "social_cli", is_flag=True, help="Take the token of social-cli.")
@click.option("--forget", is_flag=True, help="Remove the stored token.")
@with_json
def login(social_cli: bool, forget: bool, as_json: bool) -> int:
    """Store an access token, once Meta says that it works. For all hosts; it is never shown."""
    from agent.cli import login as command

    if forget:
        return command.forget(as_json=as_json)
    return command.login(social_cli=social_cli, as_json=as_json)


@cli.command()
@with_server
@with_place
def mcp(port: int | None, tools: str, **options: Any) -> int:
    """Serve the tools to an assistant (MCP). Model Context Protocol on standard input and output."""
    from agent.hosts.serve import serve

    return serve(with_sandbox(options), port=port, every_tool=tools == "all")


@cli.command("eval")
@with_tasks
def evaluate(model: str | None, **options: Any) -> int:
    """See whether a MODEL is to be trusted. Plays tasks on demo accounts: all, or those of a name or topic."""
    from agent.evaluation.evaluate import evaluate as command
    from agent.run.places import choose_model
    from agent.setup.settings import Options

    return command(lambda: choose_model(Options(model=model)), **options)


@cli.command()
def demo() -> int:
    """Show the main job in the sandbox, from question to undo."""
    from agent.cli.demo import demo as command

    return command()


def main() -> None:
    """Entry point: every end is an exit code and, if it went wrong, one or two lines on what to do next."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    os.umask(0o077)  # whatever a run leaves behind is the person's alone
    end_politely()
    try:
        code = _guarded(sys.argv[1:])
        sys.stdout.flush()
    except (OSError, AttributeError):
        code = Exit.UNREAD  # nobody is there to be told; what was sent is in the journal
        sys.stdout = None
    sys.exit(code)


def _guarded(arguments: list[str]) -> int:
    as_json = "--json" in arguments or arguments[:1] == ["tool"]  # which speaks JSON alone
    try:
        code = cli.main(arguments, prog_name="adsteward", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_text:
        click.echo(help_text.format_message())
        return 0
    except click.ClickException as error:
        return _misused(error, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. Nothing more was changed.", err=True)
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback on a person's screen
        return _unforeseen(error, as_json=as_json)
    return code if isinstance(code, int) else 0


def _misused(error: click.ClickException, *, as_json: bool) -> int:
    from agent.cli.desk.misuse import misused
    from agent.setup.stops import ConfigError
    from agent.show.ending import stopped

    return stopped(ConfigError(misused(error)), as_json=as_json)


def _unforeseen(error: Exception, *, as_json: bool) -> int:
    from agent.setup.stops import Stop
    from agent.show.ending import stopped, unforeseen

    return stopped(error, as_json=as_json) if isinstance(error, Stop) else unforeseen(error, as_json=as_json)
