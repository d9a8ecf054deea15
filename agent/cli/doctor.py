"""Checks the set-up: what is known, where it comes from, what is wrong and how to mend it."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from importlib.metadata import version

from agent.cli.opening import silent
from agent.health import breaker
from agent.health.check import Check, with_step, without_secrets
from agent.health.page_check import check_page
from agent.health.token_check import check_token, check_token_alone
from agent.models.claude import DEFAULT_MODEL, base_url, connected, shown
from agent.models.reachable import why_not
from agent.notices.target_check import check_targets
from agent.run.listeners.recording import Recorder
from agent.setup.environment import environment_note
from agent.setup.own_files import make_private
from agent.setup.own_sandbox import sandbox_state
from agent.setup.settings import Options, Settings, load_settings
from agent.setup.stops import ConfigError, Stop
from agent.setup.world import OTHER_ZONE, World, open_world
from agent.show.ending import print_json
from agent.stores.engine import shared_place
from agent.stores.shared_limits import limits_of
from agent.writes.journal import Journal
from tools.domain.brand import Amount, BrandError
from tools.domain.brand_layers import LoadedBrand
from tools.domain.money import separated
from tools.domain.text import counted
from tools.graph import (
    AnswerLost,
    Exchange,
    GraphError,
    GraphFailure,
    Held,
    NotSent,
    WaitBudget,
    WireEvent,
)
from tools.graph.redact import Redactor

NO_CURRENCY = "100.00 (10000 in currencies without cents)"
"""The highest daily budget where nobody set one and the currency is not known."""
MOST_ALIGNED = 42
"""Columns up to which values make room for what stands behind them."""
OF_MONEY = ("max_daily_budget", "max_lowering_per_day", "target_cpa", "max_cpc", "max_cpm")


def doctor(options: Options, *, close: str | None = None, now: datetime | None = None) -> int:
    """Print all checks and where each setting comes from; exits 0 when nothing is in the way.

    `close` names a circuit breaker to close first. Nothing is waited for. Raises ConfigError.
    """
    settings = load_settings(options, whole=False)
    closed = [Check("calls allowed", breaker.close(settings, close))] if close else []
    recorder = Recorder.of(options.record, settings) if options.record else None
    settings, online, code, currency = _online(settings, now or datetime.now(UTC), recorder or silent)
    if recorder:
        online = [*online, Check("recording", str(options.record), warning=recorder.problem)]
    redactor = Redactor([settings.token.value if settings.token else None, settings.app_secret])
    checks = without_secrets([*closed, *_local(settings), *online], redactor)
    code = code or (4 if any(check.problem for check in checks) else 0)
    told = _settings(settings.loaded, currency)
    if options.json:
        rows = [check._asdict() for check in checks]
        print_json({"checks": rows, "settings": told, "ok": code == 0})
    else:
        _print(checks, told)
    return code


def _online(
    settings: Settings, now: datetime, hear: Callable[[WireEvent], None]
) -> tuple[Settings, list[Check], int, str]:
    """What Meta says: the settings of its world, the findings, the exit code when it could not be entered, and the currency if it could."""
    stops, answered = _stopped(settings), list[WireEvent]()

    def heard(event: WireEvent) -> None:
        if isinstance(event, Exchange) and event.outcome == "ok":
            answered.append(event)
        hear(event)

    try:
        world = open_world(settings, limits_of, heard, sleep=silent, wait_budget=WaitBudget(0))
    except Stop as stop:
        check = _not_opened(stop, answered=bool(answered))
        return settings, [*stops, check, *_token_alone(settings, stop, now, hear)], stop.exit_code, ""
    try:
        return world.settings, [*stops, *_of_world(world, now)], 0, world.account.currency
    finally:
        world.close()


def _not_opened(stop: Stop, *, answered: bool) -> Check:
    """Why the account could not be opened, after how far it came with Meta."""
    return Check("Meta", _came(stop, answered=answered), with_step(stop, stop.__context__))


def _came(stop: Stop, *, answered: bool) -> str:
    cause = stop.__context__  # what the client met, where that was the reason
    if isinstance(cause, GraphError):
        return "answered" if isinstance(stop, ConfigError) else "refused"
    words = {NotSent: "not reached", Held: "not asked", AnswerLost: "no usable answer"}
    found = next((word for kind, word in words.items() if isinstance(cause, kind)), "")
    return found or ("answered" if answered else "not asked")


def _of_world(world: World, now: datetime) -> list[Check]:
    account, settings = world.account, world.settings
    said = {account.problem, *settings.loaded.notes}
    token = settings.token.value if settings.token else ""
    report = check_token(world.reader, token, account.id, now)
    world.governor.of_app(report.app_id)
    return [
        Check("account", world.label, account.problem, account.warning),
        *report.checks,
        check_page(world.reader, settings.loaded.brand.page_id, report.scopes),
        *(_noted(note, settings) for note in world.notes if note not in said),
    ]


def _noted(note: str, settings: Settings) -> Check:
    """What was noticed as the account was opened; a belief that is wrong is to be put right."""
    if note.startswith(OTHER_ZONE) and ".md line " in settings.loaded.origin["timezone"]:
        return Check("time zone", note, warning="Correct `timezone` in stack.md, or remove the line.")
    return Check("note", note)


def _token_alone(
    settings: Settings, stop: Stop, now: datetime, hear: Callable[[WireEvent], None]
) -> list[Check]:
    """The findings on the token when the account cannot be opened, if Meta still answers it."""
    cause = stop.__context__  # what the client met, where that was the reason
    answers = not cause.ends_the_run if isinstance(cause, GraphError) else not isinstance(cause, GraphFailure)
    if settings.token is None or not answers:
        return []
    try:
        return check_token_alone(settings, now, hear)
    except Stop:
        return []


def _stopped(settings: Settings) -> list[Check]:
    """The circuit breakers that hold back all calls."""
    if settings.token is None:
        return []
    try:
        return [Check("calls stopped", name, why) for name, why in breaker.stopped(settings).items()]
    except Stop:
        return []  # said when the world is opened


def _local(settings: Settings) -> list[Check]:
    files = ", ".join(map(str, settings.brand_files))
    sandboxed = settings.options.sandbox
    place = f"sandbox in process ({sandbox_state(settings)})" if sandboxed else settings.graph_url
    missing = f"no stack.md: {settings.stamp['origin']} apply; `adsteward init` makes one"
    return [
        Check("adsteward", f"{version('adsteward')}, Python {sys.version.split()[0]}"),
        Check("workspace", f"{settings.workspace} ({settings.workspace_origin})"),
        _brand_file(settings, files or missing),
        *_token(settings),
        _model(settings),
        Check("environment", environment_note(os.environ)),
        Check("Graph", f"{place} {settings.graph_version}"),
        _unfinished(settings),
        *check_targets(settings),
    ]


def _brand_file(settings: Settings, files: str) -> Check:
    """The files of the settings; a line in them that does not count is no fine one."""
    ignored = settings.loaded.notes
    step = f"Correct {'it' if len(ignored) == 1 else 'them'} in the file, or remove {'the line' if len(ignored) == 1 else 'the lines'}."
    said = "\n".join([*ignored, step]) if ignored else ""
    return (
        Check("stack.md", files, said, "")
        if settings.loaded.problems
        else Check("stack.md", files, warning=said)
    )


def _token(settings: Settings) -> list[Check]:
    """Where the token is from; that there is none is said where one is needed."""
    if settings.token is None:
        return []
    last_resort = settings.token.origin.startswith("social-cli")
    hint = "FACEBOOK_ACCESS_TOKEN wins over it when it is set." if last_resort else ""
    return [Check("token", f"from {settings.token.origin}", hint=hint)]


def _model(settings: Settings) -> Check:
    at = f" at {shown(url)}" if (url := base_url()) else ""
    if name := settings.loaded.brand.model:
        return Check("model", f"{name} ({settings.loaded.origin['model']}){at}", why_not(name))
    if connected():
        return Check("model", f"Claude (default){at}", why_not(DEFAULT_MODEL))
    return Check(
        "model", "offline rules; set ANTHROPIC_API_KEY for Claude, or ANTHROPIC_BASE_URL for a local server"
    )


def _unfinished(settings: Settings) -> Check:
    place = shared_place()
    if not place and not settings.journal.exists():
        return Check("journal", "empty")
    make_private(settings.state)
    with closing(Journal(settings.journal)) as journal:
        sets = journal.recent("", 1000)
    begun = [row["id"] for row in sets if row["state"] in ("approved", "applying", "partly_applied")]
    waiting = sum(row["state"] == "proposed" for row in sets)
    on = " and ".join(f"`adsteward apply {one}`" for one in begun[:3])
    problem = f"not finished: {', '.join(begun)}. To go on: {on}." if begun else ""
    kept = f", in the database {place}" if place else ""
    return Check(
        "journal", f"{counted(len(sets), 'change set')}, {waiting} waiting for approval{kept}", problem
    )


def _settings(loaded: LoadedBrand, currency: str) -> dict[str, dict[str, str]]:
    """Every setting with its value and where it comes from; amounts in the account's currency, where that is known."""
    brand, currency = loaded.brand, currency or loaded.brand.currency or ""
    origins = sorted(loaded.origin.items())
    rows = {key: {"value": _text(getattr(brand, key), currency), "origin": place} for key, place in origins}
    highest, new_ads = rows["max_daily_budget"], rows["max_new_ads_per_day"]["origin"]
    if not highest["value"]:
        ceiling = str(brand.daily_budget_ceiling(currency)) if currency else NO_CURRENCY
        highest["value"] = ceiling
    follow = {
        "max_lowering_per_day": (highest["value"], f"as max_daily_budget ({highest['origin']})"),
        "max_new_objects_per_day": (
            f"{brand.new_objects_limit}",
            f"3 \N{MULTIPLICATION SIGN} max_new_ads_per_day ({new_ads})",
        ),
        "assistant_approval": ("ask", "built-in default"),
    }
    for key, (value, origin) in follow.items():
        if not rows[key]["value"]:
            rows[key] = {"value": value, "origin": origin}
    return rows


def _text(value: object, currency: str) -> str:
    """A value as text; nothing for none."""
    if isinstance(value, Amount) and currency:
        with suppress(BrandError):  # in another currency, which is said as a problem
            return str(value.money(currency))
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _print(checks: list[Check], rows: Mapping[str, Mapping[str, str]]) -> None:
    from agent.show.check_table import show
    from agent.show.screen import Screen

    screen = Screen()
    show(checks, screen)
    screen.say("\nSettings (argument > environment > accounts/act_….md > stack.md > default)", style="bold")
    told = {key: row["value"] for key, row in rows.items() if row["value"]}
    told |= {key: separated(value) for key, value in told.items() if key in OF_MONEY}
    wide, widest = max(map(len, told)), max(map(len, told.values()))
    for key, value in told.items():
        origin = rows[key]["origin"]
        ways = (
            f"  {key:<{wide}} {value:<{min(widest, MOST_ALIGNED)}} {origin}",
            f"  {key:<{wide}} {value}\n    {origin}",
            f"  {key} {value}\n    {origin}",
        )
        screen.say(next((way for way in ways if len(way.partition("\n")[0]) <= screen.out.width), ways[-1]))
    if unset := [key for key, row in rows.items() if not row["value"]]:
        screen.say(f"  not set: {', '.join(unset)}", style="dim")
