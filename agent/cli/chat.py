"""Talking with adsteward at a terminal."""

from agent.cli.opening import choose_model, open_session
from agent.setup.settings import Options
from agent.setup.stops import ConfigError, Exit
from agent.show.screen import Screen

GREETING = (
    "Ask in your words, for example: how are my ads doing? `help` says more; `quit` or Ctrl-D ends."
    " Ctrl-C stops a request and is safe at any moment."
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
    try:
        while (request := _ask(screen)) is not None:
            if not request:
                continue
            report = session.run(request, model, stream=True)
            if report.exit_code not in (Exit.DONE, Exit.APPROVAL):
                screen.say(report.answer, style="red")
    finally:
        session.close()
    return 0


def _ask(screen: Screen) -> str | None:
    """The next request, nothing for an empty line or Ctrl-C, None when the person leaves."""
    try:
        said = screen.out.input("\n> ", markup=False).strip()
    except EOFError:
        screen.say("")
        return None
    except KeyboardInterrupt:
        screen.say("")
        return ""
    return None if said.lower() in QUIT else said
