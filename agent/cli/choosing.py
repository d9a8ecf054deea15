"""Whose workspace it is that stands in the current folder: asked once at a terminal, and never taken elsewhere."""

import sys
from contextlib import suppress
from pathlib import Path

from agent.setup import private, trusted
from agent.setup.account_brand import own_files, own_layer
from agent.setup.owned import must_be_own
from agent.setup.settings import STACK, Options, unchosen_workspace
from agent.setup.stops import ConfigError
from tools.domain.brand import Amount, BrandError
from tools.domain.brand_layers import GUARDRAILS, LoadedBrand, file_layer, load_brand
from tools.domain.text import clean, listed


def choose_workspace(options: Options, *, may_ask: bool) -> None:
    """Settle whether a workspace of the current folder counts, before any settings are read. Raises ConfigError.

    A no holds for this run. Where nobody can be asked, it is said that the workspace was left aside. What keeps
    that from being known keeps the settings from being read, and is said there, of what was to be done.
    """
    folder = None
    with suppress(ConfigError):
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
    """What the brand files of a workspace set: their limits, and the names of the rest. Raises ConfigError."""
    must_be_own(folder / STACK, folder)
    try:
        layers = [file_layer(folder / STACK), *(own_layer(path, folder) for path in own_files(folder))]
        first, *others = [_sets(load_brand([layer])) for layer in layers]
    except BrandError as error:
        raise ConfigError(str(error)) from None
    own = [f"{path.stem}: {sets}" for path, sets in zip(own_files(folder), others, strict=True)]
    return clean(". For ".join([first, *own]))


def _sets(loaded: LoadedBrand) -> str:
    """What one brand file sets."""
    own = [key for key, origin in loaded.origin.items() if " line " in origin]
    values = {key: getattr(loaded.brand, key) for key in GUARDRAILS if key in own}
    said = [f"{key} {_said(v)}" for key, v in values.items()]
    if others := [key for key in own if key not in GUARDRAILS]:
        said.append(f"also {listed(others, most=len(others))}")
    return "; ".join(said) or "nothing"


def _said(value: object) -> str:
    """A setting for people."""
    return (
        listed(value) if isinstance(value, tuple) else value.said if isinstance(value, Amount) else str(value)
    )


def _ask(folder: Path) -> None:
    """Ask the person; only a clear yes, typed after the question, is one. Raises ConfigError."""
    from rich.console import Console

    from agent.show.console import agreed

    try:
        sets = guardrails(folder)
    except ConfigError as wrong:
        sys.stderr.write(f"{trusted.left_aside(folder)}{wrong}\n")
        return
    question = f"Use the workspace in {clean(str(folder))}? Its stack.md sets: {sets}\n[y]es, [n]o: "
    if agreed(Console(highlight=False), question):
        trusted.choose(folder)
    else:
        sys.stdout.write(f"Not used; the settings are those of {private.folder()}.\n")
