"""`adsteward hooks`: receives what Meta tells by webhook, and shows it."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC
from functools import cache
from typing import Any

from agent.cli.fleet.opening import kept_of, spots, state_of
from agent.cli.opening import approval_mode, open_session
from agent.fleet.orders import ALL
from agent.hooks.look_queue import Look, LookQueue
from agent.hooks.looked_after import RULE, UNREAD, LookedAfter, WhoseUnknownError, open_looked_after
from agent.hooks.receiver import PATH, Receiver
from agent.hooks.told_events import FIELDS
from agent.setup import private
from agent.setup.environment import variable
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError, Exit
from agent.show.ending import print_json, reported
from agent.stores.account_tokens import account_named
from tools.domain.text import clean, clock, shortened, visible

LONGEST = 200


def serve(options: Options, host: str, port: int, accounts: tuple[str, ...]) -> int:
    """Receive webhooks until Ctrl-C. Raises ConfigError without the app's secret, or where the port is taken."""
    from agent.hooks.listening import listen

    secret, (verify_token, origin) = app_secret(options), verify_token_of()
    with closing(LookQueue.of(state_of(options))) as queue, _looked_after(options, accounts) as ours:
        receiver = Receiver(queue, secret, verify_token, kept_of(options), ours.among, _say)

        def ready(bound: int) -> None:
            where = f"[{host}]" if ":" in host else host
            world = "SANDBOX: listening for its" if options.sandbox else "Listening for"
            _say(f"{world} webhooks on http://{where}:{bound}{PATH}; verify token: {origin}.")
            _say("Meta calls https alone: put your own https address before it (docs/hooks.md).")

        try:
            listen(receiver, host, port, ready)
        except OSError as error:
            raise ConfigError(f"{host}:{port} cannot be used ({error.strerror}).") from None
    return 0


@contextmanager
def _looked_after(options: Options, accounts: tuple[str, ...] = ()) -> Iterator[LookedAfter]:
    """What is looked after here: with `all` among the accounts, all that the token sees. Raises ConfigError."""
    named = [account_named(text) for text in accounts if text.casefold() != ALL]
    settings = load_settings(options)
    set_ = [account] if (account := settings.loaded.brand.ad_account) else []

    def visible() -> tuple[set[str], bool]:
        found, complete = spots(options, ALL)
        return {spot.account for spot in found}, complete

    @cache  # known once, it stays; while Meta is away it is asked again
    def only() -> tuple[set[str], bool]:
        found, complete = visible()
        if len(found) == 1 and not complete:
            raise ConfigError(f"{UNREAD} to their end")
        return found if len(found) == 1 else set(), True

    everywhere = len(named) < len(accounts)
    asked = visible if everywhere else None if set_ else only
    with open_looked_after(settings, [*named, *set_], asked) as ours:
        yield ours


def subscribe(options: Options, *, on: bool) -> int:
    """Propose that Meta tells the app of the account, or not; apply it if approved, and show both sides. Raises Stop."""
    from agent.hooks.app_side import AppSide, lines, read_app_side

    wanted = "on" if on else "off"
    request = "hooks subscribe" if on else "hooks subscribe --off"
    session = open_session(options, approval_mode(options))
    account = session.world.account.id
    try:
        report, result = session.tool("set_webhooks", {"webhooks": wanted}, request=request)
        note = str(result.get("note") or "") if isinstance(result, dict) else ""
        side = AppSide()
        if report.exit_code in (Exit.DONE, Exit.APPROVAL):
            app_id = str(session.world.reader.get("app", fields="id").get("id"))
            side = read_app_side(session.settings, app_id, _known_secret(options))
    finally:
        session.close()
    said = [report.answer, note] if not report.change_sets else [report.answer]
    if report.exit_code in (Exit.DONE, Exit.APPROVAL):
        said += lines(side, verify_token_of()[1])
    if on and not report.change_sets and report.exit_code == Exit.DONE:
        with suppress(WhoseUnknownError), _looked_after(replace(options, account=None)) as ours:
            mine = ours.among({account})  # naming it here makes it nobody's own
            said += [] if mine else [f"What it tells is not looked at, as {RULE}."]
    report = replace(report, answer="\n".join(filter(None, said)))
    app = {"callback_url": side.address, "active": side.active, "fields": list(side.fields)}
    return reported(report, as_json=options.json, app_subscription=app | {"missing": list(side.missing)})


def show_all(options: Options, limit: int) -> int:
    """What was told last. Raises ConfigError."""
    with closing(LookQueue.of(state_of(options))) as queue:
        looks = queue.newest(limit)
    if options.json:
        print_json({"looks": [_object(look) for look in looks]})
        return 0
    for look in looks:
        _say(_line(look))
    if not looks:
        _say("Meta has told nothing yet. `adsteward hooks serve` listens for it.")
    return 0


def app_secret(options: Options) -> str:
    """What Meta signs with: that of your app, or of the sandbox's. Raises ConfigError."""
    if secret := _known_secret(options):
        return secret
    raise ConfigError(
        "META_APP_SECRET is not set: without it nobody can tell Meta's webhooks from others."
        " It is in the app's settings under Basic. Nothing was opened."
    )


def _known_secret(options: Options) -> str:
    if options.sandbox:
        from sandbox import APP_SECRET

        return APP_SECRET
    return variable("META_APP_SECRET")


def verify_token_of() -> tuple[str, str]:
    """The word by which Meta knows the address as yours, and where it stands; made where there is none. Raises ConfigError."""
    if token := variable("META_WEBHOOK_VERIFY_TOKEN"):
        return token, "environment META_WEBHOOK_VERIFY_TOKEN"
    path = private.folder() / "hooks.token"
    return private.made_once(path), f"in {path}"


def _line(look: Look) -> str:
    what = f"{look.object_id} of {look.account}" if look.object_id else look.account
    said = f": “{shortened(visible(look.said), LONGEST)}”" if look.said else ""
    means = FIELDS[look.field].means if look.field in FIELDS else look.field
    state = {"superseded": "a newer one counts", "running": "being looked at"}.get(look.state, look.state)
    answer = f"\n  {shortened(clean(look.answer), LONGEST)}" if look.answer else ""
    return f"w{look.number}  {clock(look.told_at)}  {what} {means}{said} · {state}{answer}"


def _object(look: Look) -> dict[str, Any]:
    return {
        "id": f"w{look.number}",
        "account": look.account,
        "field": look.field,
        "object_id": look.object_id,
        "told_at": look.told_at.astimezone(UTC).isoformat(),
        "said": look.said,
        "state": look.state,
        "attempt": look.attempt,
        "answer": look.answer,
    }


def _say(text: str) -> None:
    if sys.stdout is not None:
        from agent.show.broken_lines import put_plain

        put_plain(text)
        sys.stdout.flush()
