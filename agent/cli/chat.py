"""Talking with adsteward at a terminal."""

from collections.abc import Callable
from dataclasses import replace

from rich.text import Text

from agent.cli.desk import learned, slash
from agent.cli.desk.talk import Talk, placed
from agent.cli.opening import open_session
from agent.cli.waiting import Waiting
from agent.run.places import choose_model
from agent.run.talk_store import open_talks
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError, Exit, Stop
from agent.setup.undisturbed import told_to_end
from agent.show import keyboard
from agent.show.change_lines import world_style
from agent.show.keyboard import UNREADABLE, line
from agent.show.screen import Screen

GREETING = (
    "Ask in your words, for example: how are my ads doing? `help` says more, /help what can be typed; `quit` or Ctrl-D ends."
    " Ctrl-C stops a request and is safe at any moment."
)
QUIT = frozenset({"quit", "exit", "bye", ":q", "/quit", "/exit", "/bye"})
Ask = Callable[[Talk], str | None]
"""The next request, nothing for none, None when the person leaves."""


def chat(options: Options, resume: str | None = None) -> int:
    """Read requests until the person leaves or ends the process; each one is a run of its own, with the talk so far in mind.

    `resume` goes on with the kept talk of that id, or the newest for an empty one.
    """
    if options.json:
        raise ConfigError("chat has no --json; use `adsteward run REQUEST --json`.")
    kept, writing = None, ""
    if resume is not None:
        with open_talks(load_settings(replace(options, account=None)).state) as talks:
            kept, writing = talks.read(resume)
        options = placed(options, kept)
    screen = Screen(verbose=options.verbose, talking=True)
    model = choose_model(options)
    fresh = options.sandbox and not kept
    session = open_session(options, options.approve or "ask", fresh=fresh, model=model.name, screen=screen)
    talk = Talk(model, Waiting(session, screen))
    try:
        if kept:
            talk.go_on(kept, writing)
        else:
            talk.greet()
            screen.say(GREETING, style="dim")
        _until_left(talk, _asking(talk))
    finally:
        talk.close()
        screen.quiet()
    return Exit.INTERRUPTED if told_to_end() else 0


def _until_left(talk: Talk, ask: Ask) -> None:
    while not told_to_end() and (request := ask(talk)) is not None:
        try:
            if request.startswith("/"):
                request = slash.done(talk, request)
            if request:
                talk.do(request)
        except Stop as stop:
            talk.screen.say(str(stop), style="yellow")
        except KeyboardInterrupt:  # beside what a run reports itself
            talk.screen.say("Interrupted. `history` lists what was done.", style="red")
    if told_to_end():
        talk.screen.say("Ended from outside. Nothing more was changed.", style="red")
    if talk.kept:
        talk.screen.say(slash.named(talk), style="dim")


def _asking(talk: Talk) -> Ask:
    """How requests are read: with an editor where the terminal can show one, else line by line."""
    if not keyboard.can_edit():
        return _line
    from agent.cli.desk.editor import Editor
    from agent.cli.desk.suggestions import Known, Suggestions
    from agent.cli.desk.typed_before import TypedBefore

    session = talk.session
    before = TypedBefore(session.settings.state / "typed", session.world.redactor.text)
    arguments = {
        "use": talk.learned.accounts.items,
        "show": lambda: learned.sets(talk.session, ""),
        "apply": lambda: learned.sets(talk.session, "proposed"),
        "decline": lambda: learned.sets(talk.session, "proposed"),
        "undo": lambda: learned.sets(talk.session, "applied", "partly_applied"),
        "resume": lambda: learned.talks(talk.session),
    }
    editor = Editor(before, Suggestions(Known(slash.HELP, arguments, lambda: reversed(talk.learned.names))))

    def ask(talk: Talk) -> str | None:
        talk.learned.look(talk.session)
        place, rest = _where(talk)
        return _said(talk, lambda: editor.ask(place, rest, world_style(place.lower())))

    return ask


def _line(talk: Talk) -> str | None:
    place, rest = _where(talk)
    prompt = Text.assemble("\n", (place, world_style(place.lower())), f" {rest}\n> ")
    return _said(talk, lambda: line(talk.screen.out, prompt))


def _where(talk: Talk) -> tuple[str, str]:
    """The world that a talk is in, and the account."""
    place, _, rest = talk.session.world.label.partition(" · ")
    return place, rest


def _said(talk: Talk, read: Callable[[], str | None]) -> str | None:
    """The next request, nothing for an empty line, Ctrl-C or what is no text, None when the person leaves."""
    try:
        said = read()
    except EOFError:
        return None
    except KeyboardInterrupt:
        return ""
    if said is None:
        talk.screen.say(UNREADABLE, style="yellow")
        return ""
    return None if said.strip().lower() in QUIT else said.strip()
