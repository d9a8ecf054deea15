"""Tokens and what they may do (graph-api-facts §2, §3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import SCOPES, TOKENS
from sandbox.errors import GraphError, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.paging import Context
    from sandbox.world import Node, World

EXPIRED = "sandbox-expired"
_EXPIRED_AT = "Friday, 01-May-26 09:00:00 PDT"


def authorise(token: str, *, write: bool) -> None:
    """Refuse a call whose token is missing, unknown, expired, or too weak for it."""
    problem = _problem(token)
    if problem:
        raise problem
    if write and "ads_management" not in TOKENS[token]:
        raise GraphError(
            code=294,
            http_status=403,
            message="(#294) Managing advertisements requires an access token with the extended permission ads_management",
        )


def _problem(token: str) -> GraphError | None:
    if token == EXPIRED:
        text = f"Session has expired on {_EXPIRED_AT}. The current time is later."
        return GraphError(code=190, subcode=463, message=f"Error validating access token: {text}")
    if not token:
        return GraphError(code=190, message="An access token is required to request this resource.")
    if token not in TOKENS:
        return GraphError(code=190, message="Invalid OAuth access token - Cannot parse access token")
    return None


def permissions(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /me/permissions` for the token that asks."""
    del node, args
    granted = TOKENS[ctx.token]
    return {
        "data": [
            {"permission": scope, "status": "granted" if scope in granted else "declined"} for scope in SCOPES
        ]
    }


def debug_token(world: World, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /debug_token`: an unusable token is a good answer with `is_valid` false (§2)."""
    token = args.get("input_token", "")
    if not token:
        raise required("input_token")
    user = world.of("user")[0]
    problem = _problem(token)
    described: dict[str, Any] = {
        "app_id": "910000000000001",
        "type": "SYSTEM_USER",
        "application": "adsteward sandbox",
        "data_access_expires_at": 0,
        "expires_at": 1777651200 if token == EXPIRED else 0,
        "is_valid": problem is None,
        "scopes": sorted(TOKENS.get(token, ())),
        "user_id": user.id,
    }
    if problem:
        described["error"] = {"code": 190, "message": problem.message}
        if problem.subcode:
            described["error"]["subcode"] = problem.subcode
    return {"data": described}
