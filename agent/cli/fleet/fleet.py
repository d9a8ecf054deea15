"""`adsteward fleet`: how many workers are doing, and the references of tokens."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.cli.fleet.opening import open_book
from agent.fleet.fleet_state import FleetState, fleet_state
from agent.fleet.orders import ENDED_AS
from agent.hooks.look_queue import LookQueue
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError, Exit
from agent.show.ending import print_json
from agent.show.screen import Screen
from agent.stores.account_tokens import account_named, found, open_tokens
from agent.stores.engine import shared_place
from agent.stores.shared_limits import limits_of
from tools.domain.text import clock, counted


def status(options: Options, *, check: bool) -> int:
    """How the fleet is doing. Raises ConfigError when what it keeps cannot be read."""
    settings = load_settings(options, whole=False)
    with (
        closing(open_book(options)) as book,
        closing(limits_of(settings, lambda: datetime.now(UTC))) as limits,
    ):
        state = fleet_state(book, limits.all(), _looks(settings.state))
    kept = shared_place() or str(settings.state)
    if options.json:
        print_json(_object(state, kept))
    else:
        screen = Screen()
        for line in _lines(state, kept):
            screen.say(line)
    return Exit.META if check and state.problems else Exit.DONE


def _looks(state: Path) -> list[datetime]:
    if not LookQueue.is_kept(state):
        return []
    with closing(LookQueue.of(state)) as queue:
        return queue.due()


def token(options: Options, account: str, reference: str, *, forget: bool) -> int:
    """Keep, forget or list references. Raises ConfigError."""
    if bool(reference) == forget and account:
        raise ConfigError("Say where the token is found, or --forget. Nothing was changed.")
    with closing(open_tokens(load_settings(options, whole=False))) as tokens:
        if forget:
            tokens.forget(account)
        elif account:
            tokens.keep(account, reference)
        kept = tokens.references()
    note = _not_here(account, kept)
    if options.json:
        print_json({"tokens": kept, "note": note})
        return 0
    screen = Screen()
    for name, place in kept.items():
        screen.say(f"{name}  {place}")
    if not kept:
        screen.say("All accounts are worked with by the usual token.")
    if note:
        screen.say(note, style="yellow")
    return 0


def _not_here(account: str, kept: Mapping[str, str]) -> str:
    """That this machine does not find the token that was named just now; others may."""
    try:
        name = account_named(account) if account else ""
        if name in kept:
            found(kept[name], name)
    except ConfigError as missing:
        return f"It is kept. {missing}"
    return ""


def _lines(state: FleetState, kept: str) -> list[str]:
    lines = [f"Kept in {kept}."]
    alive = [one for one in state.members if one.alive]
    lines += [
        f"{one.machine} pid {one.pid}, release {one.release}, since {clock(one.began_at)}: {one.at_work or 'waits'}"
        for one in alive
    ]
    lines += [] if alive else ["No worker."]
    words = (f"{number} {ENDED_AS.get(word, word)}" for word, number in sorted(state.ended.items()))
    ended = ", ".join(words) or "none"
    looks = f", {counted(state.looks, 'look')} for webhooks waiting" if state.looks else ""
    lines.append(
        f"{counted(state.running, 'run')} now, {state.due} due and waiting{looks}; ended in 24 hours: {ended}."
    )
    lines += [f"{scope}: {why}" for scope, why in state.stopped.items()]
    lines += state.ended_badly
    lines += ["`adsteward schedule list` has all of it."] if state.ended_badly else []
    return [*lines, *(state.problems or ([] if state.ended_badly else [_well(state)]))]


def _well(state: FleetState) -> str:
    """Nothing is wrong; but what comes next needs somebody who is there by then."""
    if state.next_due and not any(one.alive for one in state.members):
        at = clock(state.next_due.astimezone())
        return f"Nothing is due. The next time is {at}, and nobody works now: `adsteward work`, or its timer, does it then."
    return "All is well."


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
    counts = {"running": state.running, "due": state.due, "late": state.late, "looks": state.looks}
    return {
        "kept": kept,
        "workers": workers,
        **counts,
        "ended": dict(state.ended),
        "next": state.next_due.isoformat() if state.next_due else None,
        "stopped": dict(state.stopped),
        "problems": list(state.problems),
        "ended_badly": list(state.ended_badly),
    }
