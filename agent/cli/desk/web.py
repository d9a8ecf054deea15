"""Declares `web` and its users; the page itself is imported when it is served."""

import sys
from pathlib import Path
from typing import Any

import click

from agent.cli.options import FILE, FOLDER, options_of, with_json, with_model, with_place

NOBODY = "Nobody may sign in yet. `adsteward web user add NAME --role look` lets somebody in."


@click.group(invoke_without_command=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--url", default="", metavar="URL", help="What people open, such as https://ads.example.com.")
@click.option("--tls-cert", type=FILE, help="Certificate chain, for --host other than this computer.")
@click.option("--tls-key", type=FILE, help="Its private key.")
@click.option("--behind-proxy", is_flag=True, help="A proxy before it speaks TLS.")
@with_model
@with_place
@click.pass_context
def web(ctx: click.Context, /, **options: Any) -> int:
    """Serve a page to look, ask and approve at. `web user` names who may from other computers."""
    if ctx.invoked_subcommand:
        return 0
    from agent.web.page_server import Listening, serve

    own = ("host", "port", "url", "tls_cert", "tls_key", "behind_proxy")
    listening = Listening(**{name: options.pop(name) for name in own})
    return serve(options_of(options), listening)


@web.group()
def user() -> None:
    """Who may sign in where the page is open to other computers."""


@user.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(["look", "approve", "operate"]), required=True, help="What they may."
)
@click.option("--workspace", type=FOLDER, help="Folder with brand/stack.md and the journal.")
@with_json
def add(name: str, role: Any, workspace: Path | None, as_json: bool) -> int:
    """Let NAME in, or give them another role and password. The password is asked for."""
    from agent.show.ending import done

    users = _users(workspace)
    users.add(name, role, _password())
    return done(f"{name} may {role}. The page asks for the name and the password.", as_json=as_json)


@user.command("list")
@click.option("--workspace", type=FOLDER, help="Folder with brand/stack.md and the journal.")
@with_json
def list_(workspace: Path | None, as_json: bool) -> int:
    """List who may sign in, and their roles."""
    from agent.show.ending import done

    known = _users(workspace).listed()
    said = "\n".join(f"{name}  {role}" for name, role in known.items())
    users = [{"name": name, "role": role} for name, role in known.items()]
    return done(said or NOBODY, as_json=as_json, users=users)


@user.command()
@click.argument("name")
@click.option("--workspace", type=FOLDER, help="Folder with brand/stack.md and the journal.")
@with_json
def remove(name: str, workspace: Path | None, as_json: bool) -> int:
    """Let NAME in no more, from their next click on. What they talked about is forgotten."""
    from agent.run.talk_store import open_talks
    from agent.show.ending import done

    users = _users(workspace)
    with open_talks(users.path.parent, name) as talks:
        users.remove(name)
        talks.forget()
    return done(f"{name} is out.", as_json=as_json)


def _users(workspace: Path | None) -> Any:
    from agent.setup.own_files import make_private
    from agent.setup.settings import load_settings
    from agent.web.users import Users

    settings = load_settings(options_of({"workspace": workspace}), whole=False)
    make_private(settings.state)
    return Users.of(settings.state)


def _password() -> str:
    """Typed twice without an echo, or piped in."""
    from agent.cli.opening import at_terminal

    if at_terminal():
        text: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return text
    return (sys.stdin.readline(2000) if sys.stdin else "").rstrip("\r\n")
