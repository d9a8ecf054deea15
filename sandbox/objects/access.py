"""Tokens and what they may do (docs/graph-api.md §2, §3.2)."""

from __future__ import annotations

import hashlib
import hmac
import math
from typing import TYPE_CHECKING, Any

from sandbox import APP_ID, APP_SECRET, SCOPES
from sandbox.objects import tokens
from sandbox.request.refusals import GraphError, not_found
from sandbox.world.identities import PAGE, USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

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
NO_APP = "Error validating application. Cannot get application info due to a system error."
ADS = {"ads_read", "ads_management"}
_PUBLIC = {"user", "page", "app"}


def authorise(token: str, now: float, *, write: bool) -> None:
    """Refuse a call whose token is missing, unknown, expired, or too weak to write."""
    problem = trouble(token, now)
    if problem:
        raise problem
    if write:
        check_write(token)


def check_write(token: str) -> None:
    """Refuse a token that may not change ads."""
    if "ads_management" not in tokens.scopes(token):
        raise GraphError(
            code=294,
            http_status=403,
            message="(#294) Managing advertisements requires an access token with the extended permission ads_management",
        )


def check_proof(token: str, proof: str | None) -> None:
    """Refuse an `appsecret_proof` that was not made of the token with the app's secret (§2); none is needed."""
    if proof is None:
        return
    wanted = hmac.new(APP_SECRET.encode(), token.encode(errors="replace"), hashlib.sha256)
    if not hmac.compare_digest(wanted.hexdigest().encode(), proof.encode(errors="replace")):
        text = "Invalid appsecret_proof provided in the API argument"
        raise GraphError(code=100, kind="GraphMethodException", message=text)


def trouble(token: str, now: float) -> GraphError | None:
    """Give the error 190 of a token that cannot be used."""
    if not token:
        return GraphError(code=190, message="An access token is required to request this resource.")
    if token in DEAD:
        subcode, text = DEAD[token]
        return GraphError(code=190, subcode=subcode, message=text)
    if "|" in token:
        return None if tokens.is_app(token) else _no_app(token)
    found = tokens.grant(token)
    if found is None:
        return GraphError(code=190, message="Invalid OAuth access token - Cannot parse access token")
    if found.expires_at and found.expires_at <= now:
        return GraphError(code=190, subcode=463, message=f"{_SESSION}Session has expired.")
    return None


def _no_app(token: str) -> GraphError:
    """Tell an app that does not exist from a wrong secret of ours."""
    if token.partition("|")[0] == APP_ID:
        return GraphError(code=190, message="Invalid OAuth access token signature.")
    return GraphError(code=190, message=NO_APP)


def reaches(token: str, found: Node) -> bool:
    """Tell whether a token's person was given the account that a node belongs to."""
    if found.kind == "report" and found.data["asked_by"] != identity(token):
        return False
    given = tokens.grant(token)
    known = given is None or given.root != tokens.STRANGER
    return known or not (found.kind == "account" or "account_id" in found.data)


def identity(token: str) -> str:
    """Give what tells tokens apart and does not give them away."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def node(ctx: Context, node_id: str, method: str = "get") -> Node:
    """Find a node that the token may see; what it may not is as if it were not there (100/33)."""
    found = ctx.world.nodes.get(_named(ctx, node_id))
    if (
        found is None
        or not reaches(ctx.token, found)
        or found.data.get("gone_at", math.inf) <= ctx.world.clock()
    ):
        raise not_found(node_id, method)
    if found.kind not in _PUBLIC and not ADS & tokens.scopes(ctx.token):
        raise GraphError(
            code=200,
            http_status=403,
            message="(#200) Ad account owner has NOT grant ads_management or ads_read permission",
        )
    return found


def _named(ctx: Context, node_id: str) -> str:
    """Give the id behind `me` and `app`; an app's token is nobody's."""
    if node_id == "app":
        return APP_ID
    if node_id != "me":
        return node_id
    if tokens.is_app(ctx.token):
        text = "An active access token must be used to query information about the current user."
        raise GraphError(code=2500, message=text)
    given = tokens.grant(ctx.token)
    return PAGE if given and given.kind == "PAGE" else USER


def permissions(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /me/permissions` for the token that asks."""
    del node, args
    granted = tokens.scopes(ctx.token)
    return {
        "data": [
            {"permission": scope, "status": "granted" if scope in granted else "declined"} for scope in SCOPES
        ]
    }
