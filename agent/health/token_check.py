"""What Meta says about the access token: whose it is, how long it lasts, what it may do (docs/graph-api.md §2)."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from agent.health.check import Check, with_step
from agent.setup.settings import Settings
from agent.setup.world import World, asking
from agent.stores.shared_limits import limits_of
from tools.domain.text import counted, listed
from tools.graph import Family, GraphError, GraphFailure, GraphReader, WireEvent

WARN_DAYS = 7
NEEDED = ("ads_read", "ads_management")
USEFUL = ("pages_show_list", "pages_read_engagement", "pages_manage_ads", "business_management")
"""For new creatives and their pages; nothing else needs them."""
KINDS = {
    "USER": Check(
        "token type",
        "a person",
        hint="A System User token does not end, and Meta's lock of a person (31/3858385) does not hold it up.",
    ),
    "SYSTEM_USER": Check("token type", "System User"),
    "PAGE": Check(
        "token type", "a page", "A page's token cannot manage ads: use a System User token, or a person's."
    ),
    "APP": Check(
        "token type", "an app", "An app's token cannot manage ads: use a System User token, or a person's."
    ),
}
_UNKNOWN_END = (
    "Meta tells only some tokens about themselves, so their end is not known here."
    " The Access Token Debugger (developers.facebook.com/tools/debug/accesstoken) shows it."
)


class TokenReport(NamedTuple):
    """The findings on a token, and its scopes as far as they are known."""

    checks: list[Check]
    scopes: tuple[str, ...] = ()
    app_id: str = ""


def check_token(reader: GraphReader, token: str, account_id: str, now: datetime) -> TokenReport:
    """Ask Meta about a token. Never raises for what Meta answers, whatever it is."""
    try:
        # In a batch, because its parameters travel in the body: a token does not belong into a URL.
        (told,) = reader.get_many([("debug_token", {"input_token": token})])
    except GraphError as failure:
        told = failure
    except GraphFailure as failure:
        return TokenReport([Check("token check", "not possible", with_step(failure, failure))])
    if isinstance(told, GraphError) and told.family is Family.BLOCKED:
        return TokenReport([Check("token check", "Meta stopped it", str(told))])
    data = None if isinstance(told, GraphFailure) else told.get("data")
    if not isinstance(data, dict) or not data:
        reason = str(told) if isinstance(told, GraphFailure) else "Meta's answer says nothing about it."
        return _by_permissions(reader, reason)
    return judged(data, account_id, now)


def check_token_alone(
    settings: Settings, now: datetime, on_event: Callable[[WireEvent], None] = lambda _: None
) -> list[Check]:
    """The findings on the token of the settings, without opening its account. Raises ConfigError."""
    token = settings.token.value if settings.token else ""
    with asking(settings, limits_of, on_event) as reader:
        return check_token(reader, token, settings.loaded.brand.ad_account or "", now).checks


def token_troubles(world: World, now: Callable[[], datetime]) -> list[str]:
    """What is wrong with the token of a world, or will be within days; without the token itself."""
    token = world.settings.token.value if world.settings.token else ""
    report = check_token(world.reader, token, world.account.id, now())
    world.governor.of_app(report.app_id)
    found = [
        f"{c.what.capitalize()}: {c.found}. {c.problem or c.warning}"
        for c in report.checks
        if c.state != "fine"
    ]
    return [world.redactor.text(line) for line in found]


def judged(data: dict[str, Any], account_id: str, now: datetime) -> TokenReport:
    """The findings on the `data` of a debug_token answer, of any form."""
    ends = [
        _end(
            "token expires",
            data.get("expires_at"),
            now,
            "Renew it, or use a System User token, which does not end.",
        ),
        _end(
            "data access",
            data.get("data_access_expires_at"),
            now,
            "Log in to its app again as the same person (90 more days), or use a System User token.",
        ),
    ]
    checks, app_id = [_kind(data), _valid(data), *ends], _said(data.get("app_id"))
    if data.get("is_valid") is not True:
        return TokenReport(checks, app_id=app_id)
    scopes = tuple(filter(None, map(_said, _list(data.get("scopes")))))
    return TokenReport([*checks, _scopes(scopes), *_granular(data, account_id)], scopes, app_id)


def _kind(data: dict[str, Any]) -> Check:
    kind = _said(data.get("type"))
    app, app_id = _said(data.get("application")), _said(data.get("app_id"))
    of_app = f" of app {app or 'without a name'} ({app_id or 'no id'})" if app or app_id else ""
    known = KINDS.get(kind, Check("token type", kind or "not said"))
    return known._replace(found=f"{known.found}{of_app}")


def _valid(data: dict[str, Any]) -> Check:
    if data.get("is_valid") is True:
        return Check("token valid", "yes")
    error = data.get("error")
    if not isinstance(error, dict):
        error = {"code": 190, "message": "Meta does not say that the token is valid"}
    failure = GraphError(error | {"error_subcode": error.get("subcode")}, http_status=200)
    return Check("token valid", "no", str(failure))


def _end(what: str, told: Any, now: datetime, fix: str) -> Check:
    """When something ends: 0 means never; a warning in the last days, a problem afterwards."""
    seconds = told if isinstance(told, int) and not isinstance(told, bool) else None
    if seconds is None or seconds < 0:
        return Check(what, "not said by Meta")
    if not seconds:
        return Check(what, "never ends")
    try:
        end = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return Check(what, "not said by Meta in a readable way")
    left, day = end - now, f"{end:%Y-%m-%d %H:%M} UTC"
    if left <= timedelta(0):
        return Check(what, f"ended {day}", f"It is over. {fix}")
    said = f"{left.days} days" if left.days > 1 else counted(left // timedelta(hours=1), "hour")
    return Check(what, f"ends {day}, in {said}", warning=fix if left <= timedelta(days=WARN_DAYS) else "")


def _scopes(scopes: Iterable[str]) -> Check:
    granted = list(dict.fromkeys(scopes))
    missing, absent = ([s for s in wanted if s not in granted] for wanted in (NEEDED, USEFUL))
    problem = f"Missing: {', '.join(missing)}. Make a new token that has them." if missing else ""
    hint = f"Only new creatives may need them: {', '.join(absent)} (not granted)." if absent else ""
    return Check("scopes", listed(granted, most=20) or "none", problem, hint=hint)


def _granular(data: dict[str, Any], account_id: str) -> list[Check]:
    """Where the needed scopes hold only for some accounts, and not for this one."""
    limits: dict[str, set[str] | None] = {}
    for row in _list(data.get("granular_scopes")):
        scope = row.get("scope") if isinstance(row, dict) else None
        if scope in NEEDED:
            targets = {_said(target).removeprefix("act_") for target in _list(row.get("target_ids"))}
            known = limits.get(scope, set())
            limits[scope] = known | targets if targets and known is not None else None
    missing = [
        scope
        for scope, targets in limits.items()
        if targets and account_id.removeprefix("act_") not in targets
    ]
    if not missing or not account_id:
        return []
    others = listed([f"act_{target}" for target in sorted(limits[missing[0]] or ())])
    fix = f"Grant {' and '.join(missing)} for {account_id} too, when the token is made."
    return [Check("granted for", f"{others}; not for {account_id}", fix)]


def _by_permissions(reader: GraphReader, reason: str) -> TokenReport:
    """What can be said when debug_token says nothing: the scopes, and that the end is not known."""
    try:
        rows = reader.read_all("me/permissions").rows
    except GraphFailure as failure:
        return TokenReport([Check("token check", f"not possible: {reason}", with_step(failure, failure))])
    scopes = tuple(
        _said(row.get("permission")) for row in rows if str(row.get("status")).lower() == "granted"
    )
    return TokenReport(
        [Check("token expires", f"unknown: {reason}", warning=_UNKNOWN_END), _scopes(scopes)], scopes
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _said(value: Any) -> str:
    """A short text or a number of Meta's; nothing for anything else."""
    return str(value)[:100] if isinstance(value, str | int) and not isinstance(value, bool) else ""
