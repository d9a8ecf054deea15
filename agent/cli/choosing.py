"""Whose workspace it is that stands in the current folder: asked once at a terminal, and never taken elsewhere."""

import sys
from pathlib import Path

from agent.setup import private, trusted
from agent.setup.owned import must_be_own
from agent.setup.settings import STACK, Options, unchosen_workspace
from agent.setup.stops import ConfigError
from tools.domain.brand import BrandError
from tools.domain.brand_layers import GUARDRAILS, file_layer, load_brand
from tools.domain.text import clean


def choose_workspace(options: Options, *, may_ask: bool) -> None:
    """Settle whether a workspace of the current folder counts, before any settings are read. Raises ConfigError.

    A no holds for this run. Where nobody can be asked, it is said that the workspace was left aside.
    """
    folder = unchosen_workspace(options.workspace)
    if folder is None:
        return
    if may_ask and not options.json:
        from agent.cli.opening import at_terminal

        if at_terminal():
            _ask(folder)
            return
    sys.stderr.write(trusted.left_aside(folder))


def guardrails(folder: Path) -> str:
    """What the brand file of a workspace sets, in a line. Raises ConfigError when it cannot be used."""
    must_be_own(folder / STACK, folder)
    try:
        loaded = load_brand([file_layer(folder / STACK)])
    except BrandError as error:
        raise ConfigError(str(error)) from None
    values = {
        key: getattr(loaded.brand, key) for key in GUARDRAILS if loaded.origin[key].startswith(STACK.name)
    }
    said = {k: ", ".join(v) if isinstance(v, tuple) else str(v) for k, v in values.items()}
    return clean("; ".join(f"{key} {value}" for key, value in said.items())) or "no limits of its own"


def _ask(folder: Path) -> None:
    """Ask the person; only a clear yes, typed after the question, is one. Raises ConfigError."""
    from agent.show.console import YES

    try:
        sets = guardrails(folder)
    except ConfigError as wrong:
        sys.stderr.write(f"{trusted.left_aside(folder)}{wrong}\n")
        return
    question = f"Use the workspace in {clean(str(folder))}? Its stack.md sets: {sets}\n[y]es, [n]o: "
    _forget_pending_input()
    sys.stdout.write(question)
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower().rstrip(".!") in YES:
        trusted.choose(folder)
    else:
        sys.stdout.write(f"Not used; the settings are those of {private.folder()}.\n")


def _forget_pending_input() -> None:
    """What was typed or pasted before a question is no answer to it."""
    try:
        import termios
    except ImportError:
        return  # Windows
    termios.tcflush(sys.stdin, termios.TCIFLUSH)
