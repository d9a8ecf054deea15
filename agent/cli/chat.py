"""Talking with adsteward at a terminal."""

import re
from dataclasses import replace

from rich.text import Text

from agent.cli.opening import choose_model, open_session
from agent.cli.waiting import Waiting
from agent.models.model import Model
from agent.run.other_accounts import OtherAccounts
from agent.setup.settings import Options
from agent.setup.stops import ConfigError, Stop
from agent.show.change_lines import world_style
from agent.show.keyboard import UNREADABLE, line
from agent.show.screen import Screen
from tools.domain.tool import ToolError
from tools.graph import GraphFailure

GREETING = (
    "Ask in your words, for example: how are my ads doing? `help` says more; `quit` or Ctrl-D ends."
    " Ctrl-C stops a request and is safe at any moment."
)
_USE = re.compile(
    r"/?(?:please )?(?:use|switch to|go to)(?P<sure> (?:the )?(?:ad )?account)? (?P<account>.{1,200})",
    re.IGNORECASE,
)
QUIT = frozenset({"quit", "exit", "bye", ":q"})


def chat(options: Options) -> int:
    """Read requests until the person leaves; each one is a run of its own, with the talk so far in mind."""
    if options.json:
        raise ConfigError("chat has no --json; use `adsteward run REQUEST --json`.")
    screen = Screen(verbose=options.verbose, talking=True)
    model = choose_model(options)
    session = open_session(
        options, options.approve or "ask", fresh=options.sandbox, model=model.name, screen=screen
    )
    screen.say(f"{session.world.label} · model {model.name}", style="bold")
    screen.say(GREETING, style="dim")
    waiting = Waiting(session, screen)
    try:
        while (request := _ask(screen, waiting.session.world.label)) is not None:
            try:
                if (
                    request
                    and not _about_waiting(waiting, request)
                    and not _switches(waiting, model, request)
                ):
                    _asked_of(model, waiting, request)
            except KeyboardInterrupt:  # beside what a run reports itself
                screen.say("Interrupted. `history` lists what was done.", style="red")
    finally:
        waiting.session.close()
    return 0


def _asked_of(model: Model, waiting: Waiting, request: str) -> None:
    report = waiting.session.run(request, model, stream=True)
    waiting.heard(report)
    if report.status in ("error", "limit"):  # any other end was said while it was written
        waiting.screen.say(report.answer, style="red")


def _about_waiting(waiting: Waiting, request: str) -> bool:
    """Whether it was about sets that wait; the model is told afterwards how that ended."""
    try:
        if not waiting.answered(request):
            return False
    except Stop as stop:
        waiting.answer = str(stop)
    if waiting.answer:
        waiting.screen.say(waiting.answer)
    told = {"role": "assistant", "content": [{"type": "text", "text": waiting.answer or "Done."}]}
    waiting.session.messages += [{"role": "user", "content": request}, told]
    return True


def _switches(waiting: Waiting, model: Model, request: str) -> bool:
    """Whether a request was to go on in another account, by an id or a name; why it cannot be is said."""
    if not (said := _USE.fullmatch(request.rstrip(".!"))):
        return False
    others, text = OtherAccounts(waiting.session.world), said["account"].strip("\"'“”")
    try:
        if not (said["sure"] or text.lower().startswith("act_") or others.named(text)):
            return False  # about something else, which the model may know
        _go_to(waiting, model, others.meant(text).id)
    except (ToolError, GraphFailure, Stop) as wrong:
        here = waiting.session.world.account.id
        waiting.screen.say(f"{wrong} Still on {here}.", style="yellow")
    return True


def _go_to(waiting: Waiting, model: Model, account_id: str) -> None:
    """Open a session on an account of the same token, and close the one before. Raises Stop, and all stays as it was."""
    before, screen = waiting.session, waiting.screen
    options = before.settings.options
    if account_id != before.world.account.id:
        if options.record:
            raise ConfigError("A recording is of one account; start another talk for another.")
        options = replace(options, account=account_id)
        session = open_session(options, options.approve or "ask", model=model.name, screen=screen)
        now = f"From here on this is {session.world.label}. All before is about {before.world.label}."
        told = {"role": "assistant", "content": [{"type": "text", "text": now}]}
        session.messages = [*before.messages, {"role": "user", "content": f"use {account_id}"}, told]
        session.said, session.toolsets = before.said, before.toolsets
        left = waiting.moved(session)
        before.close()
        if left:
            screen.say(left, style="yellow")
    screen.say(f"{waiting.session.world.label} · model {model.name}", style="bold")


def _ask(screen: Screen, world: str) -> str | None:
    """The next request, nothing for an empty line, Ctrl-C or what is no text, None when the person leaves."""
    place = world.partition(" · ")[0]
    prompt = Text.assemble("\n", (place, world_style(place.lower())), f" {world.partition(' · ')[2]}\n> ")
    try:
        said = line(screen.out, prompt)
    except EOFError:
        return None
    except KeyboardInterrupt:
        return ""
    if said is None:
        screen.say(UNREADABLE, style="yellow")
        return ""
    return None if said.strip().lower() in QUIT else said.strip()
