"""`adsteward fleet`: how many workers are doing, and the references of tokens."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from agent.cli.fleet.opening import open_book
from agent.fleet.fleet_state import FleetState, fleet_state
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError, Exit
from agent.show.ending import print_json
from agent.show.screen import Screen
from agent.stores.account_tokens import open_tokens
from agent.stores.engine import shared_place
from agent.stores.shared_limits import limits_of
from tools.domain.text import clock, counted


def status(options: Options, *, check: bool) -> int:
    """How the fleet is doing. Raises ConfigError when what it keeps cannot be read."""
    settings = load_settings(options)
    with (
        closing(open_book(options)) as book,
        closing(limits_of(settings, lambda: datetime.now(UTC))) as limits,
    ):
        state = fleet_state(book, limits.all())
    kept = shared_place() or str(settings.state)
    if options.json:
        print_json(_object(state, kept))
    else:
        screen = Screen()
        for line in _lines(state, kept):
            screen.say(line)
    return Exit.META if check and state.problems else Exit.DONE


def token(options: Options, account: str, reference: str, *, forget: bool) -> int:
    """Keep, forget or list references. Raises ConfigError."""
    if bool(reference) == forget and account:
        raise ConfigError("Say where the token is found, or --forget. Nothing was changed.")
    with closing(open_tokens(load_settings(options))) as tokens:
        if forget:
            tokens.forget(account)
        elif account:
            tokens.keep(account, reference)
        kept = tokens.references()
    if options.json:
        print_json({"tokens": kept})
        return 0
    screen = Screen()
    for name, place in kept.items():
        screen.say(f"{name}  {place}")
    if not kept:
        screen.say("All accounts are worked with by the usual token.")
    return 0


def _lines(state: FleetState, kept: str) -> list[str]:
    lines = [f"Kept in {kept}."]
    for one in state.members:
        doing = one.at_work or "waits" if one.alive else "ended without a word"
        lines.append(
            f"{one.machine} pid {one.pid}, release {one.release}, since {clock(one.began_at)}: {doing}"
        )
    lines += [] if state.members else ["No worker."]
    ended = ", ".join(f"{number} {word}" for word, number in sorted(state.ended.items())) or "none"
    lines.append(
        f"{counted(state.running, 'run')} now, {state.due} due and waiting; ended in 24 hours: {ended}."
    )
    lines += [f"{scope}: {why}" for scope, why in state.stopped.items()]
    return [*lines, *state.problems] if state.problems else [*lines, "All is well."]


def _object(state: FleetState, kept: str) -> dict[str, Any]:
    workers = [
        {
            "machine": one.machine,
            "pid": one.pid,
            "release": one.release,
            "since": one.began_at.isoformat(),
            "alive": one.alive,
            "at_work": one.at_work or None,
        }
        for one in state.members
    ]
    counts = {"running": state.running, "due": state.due, "late": state.late, "ended": dict(state.ended)}
    return {
        "kept": kept,
        "workers": workers,
        **counts,
        "stopped": dict(state.stopped),
        "problems": list(state.problems),
    }
