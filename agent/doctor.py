"""Checks the set-up: what is known, where it comes from, what is wrong and how to mend it."""

import os
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, NamedTuple

from agent.claude import base_url, connected
from agent.errors import Stop
from agent.journal import Journal
from agent.outcome import print_json
from agent.settings import STACK, Options, Settings, environment_note, load_settings
from agent.world import open_world, sandbox_state
from tools.graph import GraphFailure, GraphReader

WARN_DAYS = 7
NEEDED_SCOPES = ("ads_read", "ads_management")


class Check(NamedTuple):
    """One finding; `problem` is empty when all is well."""

    what: str
    found: str
    problem: str = ""


def doctor(options: Options) -> int:
    """Print all checks and where each setting comes from; exits 0 when nothing is in the way."""
    settings = load_settings(options)
    checks = [*_local(settings)]
    code = 0
    try:
        world = open_world(settings, on_event=_silent, sleep=_impatient)
    except Stop as stop:
        checks.append(Check("Meta", "not reached", str(stop)))
        code = stop.exit_code
    else:
        settings = world.settings
        checks += [Check("account", world.label, world.account.problem), *_token(world.reader, settings)]
        checks += [Check("note", note) for note in world.notes if note != world.account.problem]
        world.close()
    code = code or (4 if any(check.problem for check in checks) else 0)
    if options.json:
        print_json(
            {"checks": [c._asdict() for c in checks], "settings": _settings(settings), "ok": code == 0}
        )
    else:
        _print(checks, settings)
    return code


def _local(settings: Settings) -> list[Check]:
    brand_file = settings.workspace / STACK
    have = brand_file.is_file()
    missing = "no brand file: built-in guardrails apply; `adsteward init` makes one"
    token = f"from {settings.token.origin}" if settings.token else "none"
    return [
        Check("adsteward", f"{version('adsteward')}, Python {sys.version.split()[0]}"),
        Check("workspace", f"{settings.workspace} ({settings.workspace_origin})"),
        Check("brand file", str(brand_file) if have else missing),
        Check("token", token),
        Check("model", _model(settings)),
        Check("environment", environment_note(os.environ)),
        Check("Graph", f"{_where(settings)} {settings.graph_version}"),
        _unfinished(settings),
    ]


def _where(settings: Settings) -> str:
    if settings.options.sandbox:
        return f"sandbox in process ({sandbox_state(settings)})"
    return settings.graph_url


def _model(settings: Settings) -> str:
    if name := settings.loaded.brand.model:
        return f"{name} ({settings.loaded.origin['model']})"
    if connected():
        return f"Claude (default){' at ' + url if (url := base_url()) else ''}"
    return "offline rules; set ANTHROPIC_API_KEY for Claude, or ANTHROPIC_BASE_URL for a local server"


def _unfinished(settings: Settings) -> Check:
    path = settings.state / "journal.sqlite"
    if not path.exists():
        return Check("journal", "empty")
    journal = Journal(path)
    sets = journal.recent("", 1000)
    journal.close()
    begun = [row["id"] for row in sets if row["state"] in ("approved", "applying", "partly_applied")]
    waiting = sum(row["state"] == "proposed" for row in sets)
    problem = f"not finished: {', '.join(begun)}; `adsteward apply ID` goes on" if begun else ""
    return Check("journal", f"{len(sets)} change sets, {waiting} waiting for approval", problem)


def _token(reader: GraphReader, settings: Settings) -> list[Check]:
    """What Meta says about the token: validity, time left and scopes (graph-api-facts §2)."""
    if settings.token is None:
        return []
    try:
        # In a batch, because its parameters travel in the body: a token does not belong into a URL.
        (answer,) = reader.get_many([("debug_token", {"input_token": settings.token.value})])
    except GraphFailure as failure:
        answer = failure
    if isinstance(answer, GraphFailure):
        return [Check("token check", "not possible", str(answer))]
    data: Any = answer.get("data") or {}
    scopes = data.get("scopes") or []
    missing = [scope for scope in NEEDED_SCOPES if scope not in scopes]
    return [
        Check(
            "token valid", str(bool(data.get("is_valid"))), "" if data.get("is_valid") else "renew the token"
        ),
        _expiry(data),
        Check("scopes", ", ".join(scopes) or "none", f"missing: {', '.join(missing)}" if missing else ""),
    ]


def _expiry(data: dict[str, Any]) -> Check:
    """`expires_at` 0 means never; data access may end earlier."""
    moments = [int(data.get(key) or 0) for key in ("expires_at", "data_access_expires_at")]
    ends = min((moment for moment in moments if moment > 0), default=0)
    if not ends:
        return Check("token expires", "never")
    when = datetime.fromtimestamp(ends, UTC)
    days = (when - datetime.now(UTC)).days
    problem = f"only {days} days left: renew it, or use a System User token" if days <= WARN_DAYS else ""
    return Check("token expires", f"{when:%Y-%m-%d} ({days} days)", problem)


def _settings(settings: Settings) -> dict[str, dict[str, Any]]:
    brand = settings.loaded.brand
    rows = {}
    for key, origin in sorted(settings.loaded.origin.items()):
        value = getattr(brand, key)
        shown = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        rows[key] = {"value": shown, "origin": origin}
    if not rows["max_daily_budget"]["value"]:
        rows["max_daily_budget"]["value"] = "10,000 minor units (100.00 in most currencies)"
    return rows


def _print(checks: list[Check], settings: Settings) -> None:
    from agent.screen import Screen

    screen = Screen()
    for check in checks:
        screen.say(f"{'✗' if check.problem else '✓'} {check.what:<14} {check.found}")
        if check.problem:
            screen.say(f"  → {check.problem}", style="yellow")
    screen.say("\nSettings (argument > environment > stack.md > default)", style="bold")
    for key, row in _settings(settings).items():
        screen.say(f"  {key:<20} {row['value'] or '-':<42} {row['origin']}")


def _silent(_: object) -> None:
    """A check needs no progress."""


def _impatient(_: float) -> None:
    """A check does not wait: what fails is reported."""
