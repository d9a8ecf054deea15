"""Tokens and what they may do (docs/graph-api.md §2, §3.2)."""

from __future__ import annotations

import hashlib
import hmac
import math
from typing import TYPE_CHECKING, Any

from sandbox import APP_TOKEN, SCOPES, TOKENS
from sandbox.request.refusals import GraphError, not_found, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

EXPIRED_AT = 1777651200
_SESSION = "Error validating access token: "
DEAD = {
    "sandbox-revoked": (458, f"{_SESSION}The user has not authorized application 910000000000001."),
    "sandbox-checkpointed": (
        459,
        f"{_SESSION}You cannot access the app till you log in to www.facebook.com.",
    ),
    "sandbox-password-changed": (
        460,
        f"{_SESSION}The session has been invalidated because the user changed their password.",
    ),
    "sandbox-expired": (
        463,
        f"{_SESSION}Session has expired on Friday, 01-May-26 09:00:00 PDT. The current time is later.",
    ),
    "sandbox-unconfirmed": (
        464,
        f"{_SESSION}Sessions for the user are not allowed because it is not confirmed.",
    ),
    "sandbox-logged-out": (467, f"{_SESSION}The session is invalid because the user logged out."),
}
"""Tokens that were good once: subcode and text of their error 190."""
PAGE_TOKEN = "sandbox-page-token"  # noqa: S105  a demo token
_ADS = {"ads_read", "ads_management"}
_PUBLIC = {"user", "page"}


def authorise(token: str, *, write: bool) -> None:
    """Refuse a call whose token is missing, unknown, expired, or too weak to write."""
    problem = None if token == APP_TOKEN else _problem(token)
    if problem:
        raise problem
    if write and "ads_management" not in TOKENS.get(token, ()):
        raise GraphError(
            code=294,
            http_status=403,
            message="(#294) Managing advertisements requires an access token with the extended permission ads_management",
        )


def check_proof(token: str, proof: str | None) -> None:
    """Refuse an `appsecret_proof` that was not made of the token with the app's secret (§2); none is needed."""
    if proof is None:
        return
    wanted = hmac.new(APP_TOKEN.partition("|")[2].encode(), token.encode(errors="replace"), hashlib.sha256)
    if not hmac.compare_digest(wanted.hexdigest().encode(), proof.encode(errors="replace")):
        text = "Invalid appsecret_proof provided in the API argument"
        raise GraphError(code=100, kind="GraphMethodException", message=text)


def _problem(token: str) -> GraphError | None:
    if not token:
        return GraphError(code=190, message="An access token is required to request this resource.")
    if token in DEAD:
        subcode, text = DEAD[token]
        return GraphError(code=190, subcode=subcode, message=text)
    if token not in TOKENS:
        return GraphError(code=190, message="Invalid OAuth access token - Cannot parse access token")
    return None


def reaches(token: str, found: Node) -> bool:
    """Tell whether a token's person was given the account that a node belongs to."""
    if found.kind == "report" and found.data["asked_by"] != identity(token):
        return False
    return token != "sandbox-stranger" or not (found.kind == "account" or "account_id" in found.data)  # noqa: S105


def identity(token: str) -> str:
    """Give what tells tokens apart and does not give them away."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def node(ctx: Context, node_id: str, method: str = "get") -> Node:
    """Find a node that the token may see; what it may not is as if it were not there (100/33)."""
    found = ctx.world.of("user")[0] if node_id == "me" else ctx.world.nodes.get(node_id)
    if (
        found is None
        or not reaches(ctx.token, found)
        or found.data.get("gone_at", math.inf) <= ctx.world.clock()
    ):
        raise not_found(node_id, method)
    if found.kind not in _PUBLIC and not _ADS & TOKENS.get(ctx.token, frozenset()):
        raise GraphError(
            code=200,
            http_status=403,
            message="(#200) Ad account owner has NOT grant ads_management or ads_read permission",
        )
    return found


def permissions(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /me/permissions` for the token that asks."""
    del node, args
    granted = TOKENS.get(ctx.token, frozenset())
    return {
        "data": [
            {"permission": scope, "status": "granted" if scope in granted else "declined"} for scope in SCOPES
        ]
    }


def debug_token(ctx: Context, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /debug_token`: an unusable token is a good answer with `is_valid` false (§2)."""
    token = args.get("input_token", "")
    if not token:
        raise required("input_token")
    problem = _problem(token)
    scopes = sorted(TOKENS.get(token, ()))
    accounts = [a.data["account_id"] for a in ctx.world.of("account") if reaches(token, a)]
    described: dict[str, Any] = {
        "app_id": APP_TOKEN.partition("|")[0],
        "type": "PAGE" if token == PAGE_TOKEN else "SYSTEM_USER",
        "application": "adsteward sandbox",
        "data_access_expires_at": 0,
        "expires_at": EXPIRED_AT if token == "sandbox-expired" else 0,  # noqa: S105
        "is_valid": problem is None,
        "scopes": scopes,
        "granular_scopes": [
            {"scope": scope, **({"target_ids": accounts} if scope in _ADS else {})} for scope in scopes
        ],
        "user_id": ctx.world.of("user")[0].id,
    }
    if problem:
        described["error"] = {"code": 190, "message": problem.message}
        if problem.subcode:
            described["error"]["subcode"] = problem.subcode
    else:
        described["issued_at"] = EXPIRED_AT
    return {"data": described}
