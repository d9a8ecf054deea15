"""Making and asking about tokens: exchange, codes, the app's own, those of system users (docs/graph-api.md §2)."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sandbox import APP_ID, APP_SECRET, SCOPES
from sandbox.objects import access, tokens
from sandbox.objects.tokens import LONG_S, SHORT_S, Grant
from sandbox.request import params
from sandbox.request.refusals import GraphError, invalid, required
from sandbox.world.identities import USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node
    from sandbox.world.state import World

    Args = Mapping[str, str]

_CODE, EXPIRED_CODE = re.compile(r"sandbox-code[\w-]*"), "sandbox-code-expired"
"""Codes as a login would bring; each is good once."""


def access_token(world: World, args: Args) -> dict[str, Any]:
    """Answer `/oauth/access_token`, which asks for no token but for the app's secret."""
    _check_app(args)
    now = int(world.clock())
    kind = args.get("grant_type", "authorization_code")
    if kind == "client_credentials":
        return {"access_token": tokens.OTHER_APP_TOKEN, "token_type": "bearer"}
    if kind == "fb_exchange_token":
        return _exchanged(now, args)
    if kind != "authorization_code":
        raise invalid(f"Unsupported grant_type: {kind}", blame="grant_type")
    _use_code(world, args)
    scopes = frozenset(SCOPES)
    return _given(Grant(tokens.USER_TOKEN, "USER", scopes, now, now + SHORT_S), now)


def _refused(code: int, text: str, subcode: int | None = None) -> GraphError:
    return GraphError(code=code, subcode=subcode, message=text)


def _check_app(args: Args) -> None:
    if not args.get("client_id"):
        raise _refused(101, "Missing client_id parameter.")
    if args["client_id"] != APP_ID:
        raise _refused(101, access.NO_APP)
    if not args.get("client_secret"):
        raise _refused(1, "Missing client_secret parameter.")
    if args["client_secret"] != APP_SECRET:
        raise _refused(1, "Error validating client secret.")


def _exchanged(now: int, args: Args) -> dict[str, Any]:
    """Give a token that lasts longer; one of a system user that never ends stays so, unless it shall."""
    old = args.get("fb_exchange_token", "")
    if not old:
        raise _refused(1, "fb_exchange_token parameter not specified")
    if problem := access.trouble(old, now):
        raise problem
    given = tokens.grant(old)
    if given is None:
        raise _refused(190, "Invalid OAuth access token.")
    lasting = given.kind == "SYSTEM_USER" and not given.expires_at
    ends = now + LONG_S if not lasting or params.flag(args, "set_token_expires_in_60_days") else 0
    return _given(given._replace(issued_at=now, expires_at=ends), now)


def _given(grant: Grant, now: int) -> dict[str, Any]:
    ends = {"expires_in": grant.expires_at - now} if grant.expires_at else {}
    return {"access_token": tokens.issue(grant), "token_type": "bearer", **ends}


def _use_code(world: World, args: Args) -> None:
    """Take a code, which is good once."""
    code = args.get("code", "")
    if not code:
        raise _refused(1, "Missing authorization code")
    if not args.get("redirect_uri"):
        raise _refused(191, "Missing redirect_uri parameter.")
    if code == EXPIRED_CODE:
        raise _refused(100, "This authorization code has expired.", 36007)
    if not _CODE.fullmatch(code):
        raise _refused(100, "Invalid verification code format.", 36009)
    app = world.nodes[APP_ID]
    used, seen = app.data.get("used_codes", []), sha256(code.encode()).hexdigest()[:12]
    if seen in used:
        raise _refused(100, "This authorization code has been used.", 36009)
    world.keep(replace(app, data={**app.data, "used_codes": [*used, seen]}))


def debug_token(ctx: Context, args: Args) -> dict[str, Any]:
    """Answer `GET /debug_token`: an unusable token is a good answer with `is_valid` false (§2)."""
    token = args.get("input_token", "")
    if not token:
        raise required("input_token")
    asking = tokens.grant(ctx.token)
    if asking and asking.root == tokens.STRANGER:
        text = "You must provide an app access token, or a user access token that is an owner or developer of the app"
        raise invalid(text)
    problem = access.trouble(token, ctx.world.clock())
    if tokens.is_app(token):
        about = {"type": "APP", "application": ctx.world.nodes[APP_ID].data["name"]}
        return {"data": {"app_id": APP_ID, **about, "is_valid": True, "scopes": []}}
    given = tokens.grant(token)
    described = _described(ctx, token, given) if given else {"is_valid": False, "scopes": []}
    if problem:
        subcode = {"subcode": problem.subcode} if problem.subcode else {}
        described |= {"is_valid": False, "error": {"code": 190, "message": problem.message, **subcode}}
    return {"data": described}


def _described(ctx: Context, token: str, given: Grant) -> dict[str, Any]:
    scopes = sorted(given.scopes)
    accounts = [a.data["account_id"] for a in ctx.world.of("account") if access.reaches(token, a)]
    ends = given.expires_at
    if token == tokens.USER_TOKEN:
        ends = int(ctx.world.clock()) + SHORT_S
    elif token in access.DEAD:
        ends = tokens.EXPIRED_AT
    return {
        "app_id": APP_ID,
        "type": given.kind,
        "application": ctx.world.nodes[APP_ID].data["name"],
        "data_access_expires_at": 0 if given.kind == "SYSTEM_USER" else int(ctx.world.clock()) + 90 * 86400,
        "expires_at": ends,
        "is_valid": True,
        "issued_at": given.issued_at,
        "scopes": scopes,
        "granular_scopes": [
            {"scope": scope, **({"target_ids": accounts} if scope in access.ADS else {})} for scope in scopes
        ],
        "user_id": USER,
    }


def system_token(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{system user}/access_tokens` and `POST /{business}/system_user_access_tokens`."""
    check_business(ctx)
    asked_user = args.get("system_user_id", "") if node.kind == "business" else node.id
    if asked_user != USER:
        raise (
            required("system_user_id")
            if not asked_user
            else invalid("Invalid system user", blame="system_user_id")
        )
    if node.kind != "business":
        check_app_id(args, "business_app")
    wanted = params.names(args, "scope")
    if not wanted:
        raise required("scope")
    if set(wanted) - set(SCOPES):
        raise GraphError(code=3962, message="(#3962) Provided permission is not valid.")
    now = int(ctx.world.clock())
    ends = now + LONG_S if params.flag(args, "set_token_expires_in_60_days") else 0
    asking = tokens.grant(ctx.token)
    root = asking.root if asking else ""
    return {"access_token": tokens.issue(Grant(root, "SYSTEM_USER", frozenset(wanted), now, ends))}


def install(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{system user}/applications`; the app is installed already."""
    del node
    check_business(ctx)
    check_app_id(args, "business_app")
    return {"success": True}


def check_business(ctx: Context) -> None:
    """Refuse who may not look after the business."""
    if "business_management" not in tokens.scopes(ctx.token):
        raise GraphError(code=200, http_status=403, message="(#200) Requires business_management permission")


def check_app_id(args: Args, name: str) -> None:
    """Refuse any app but the one there is."""
    if params.text(args, name) != APP_ID:
        raise invalid(f"Param {name} must be the id of an app of the business", blame=name)
