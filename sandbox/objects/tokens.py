"""What each token gives; those that were issued here are signed and carry it themselves, so nothing is kept."""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from sandbox import APP_ID, APP_SECRET, APP_TOKEN, SCOPES, TOKENS

PAGE_TOKEN, USER_TOKEN = "sandbox-page-token", "sandbox-user-token"
STRANGER = "sandbox-stranger"
SHORT_S, LONG_S = 5400, 60 * 86400
"""How long a person's token lasts at first, and after it was exchanged."""
EXPIRED_AT = 1777651200
_PREFIX, _SIGNED = "EAAS", 20


class Grant(NamedTuple):
    """What a token gives: to whom, of which kind, and how long; `expires_at` 0 is never."""

    root: str
    """The demo token that stands for the same person or system user."""
    kind: str
    scopes: frozenset[str]
    issued_at: int = EXPIRED_AT
    expires_at: int = 0


def _signature(text: str) -> str:
    return hmac.new(APP_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


OTHER_APP_TOKEN = f"{APP_ID}|{_signature(APP_ID)[:27]}"
"""The app's token as it is given away: without the secret in it."""


def is_app(token: str) -> bool:
    """Tell whether a token is the app's own."""
    return token in (APP_TOKEN, OTHER_APP_TOKEN)


def issue(grant: Grant) -> str:
    """Write a token that gives this."""
    scopes = sum(1 << place for place, scope in enumerate(SCOPES) if scope in grant.scopes)
    parts = (grant.root, grant.kind, scopes, grant.issued_at, grant.expires_at)
    body = "|".join(map(str, parts)).encode().hex()
    return f"{_PREFIX}{body}{_signature(body)[:_SIGNED]}"


def grant(token: str) -> Grant | None:
    """Read what a token gives; None when it is none of ours."""
    if token in TOKENS:
        kind = {PAGE_TOKEN: "PAGE", USER_TOKEN: "USER"}.get(token, "SYSTEM_USER")
        return Grant(token, kind, TOKENS[token])
    body, signed = token[len(_PREFIX) : -_SIGNED], token[-_SIGNED:]
    wanted = _signature(body)[:_SIGNED]
    if not token.startswith(_PREFIX) or not hmac.compare_digest(
        signed.encode(errors="replace"), wanted.encode()
    ):
        return None
    root, kind, mask, issued_at, expires_at = bytes.fromhex(body).decode().split("|")
    scopes = frozenset(scope for place, scope in enumerate(SCOPES) if int(mask) >> place & 1)
    return Grant(root, kind, scopes, int(issued_at), int(expires_at))


def scopes(token: str) -> frozenset[str]:
    """Give the scopes of a token; the app's own has none."""
    found = grant(token)
    return found.scopes if found else frozenset()
