"""Who sent a webhook: Meta signs the raw body with the app's secret (docs/graph-api.md §9.2)."""

import hashlib
import hmac

HEADER = "x-hub-signature-256"
PREFIX = "sha256="


def signature_of(body: bytes, app_secret: str) -> str:
    """The header that belongs to a body."""
    return PREFIX + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, header: str, app_secret: str) -> bool:
    """Whether a header signs exactly these bytes; nothing is signed without a secret. Takes as long for any header."""
    expected = signature_of(body, app_secret).encode()
    return hmac.compare_digest(header.strip().encode(errors="replace"), expected) and bool(app_secret)


def same_token(given: str, expected: str) -> bool:
    """Whether the word of a handshake is ours; compared in constant time."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode()) and bool(expected)
