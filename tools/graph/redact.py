"""Takes secrets out of any text before it can be shown, logged or stored."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "[hidden]"

SECRET_PARAMS = frozenset(
    {"access_token", "appsecret_proof", "input_token", "client_secret", "fb_exchange_token", "app_secret"}
)

_PATTERNS = (
    re.compile(rf"(?i)\b((?:{'|'.join(sorted(SECRET_PARAMS))})(?:=|%3D|\"?\s*:\s*\"?))[^&\s\"',;)}}\\]+"),
    re.compile(r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/|=-]{8,}"),
    re.compile(r"()\bEAA[A-Za-z0-9]{20,}"),
    re.compile(r"()\b\d{6,}\|[A-Za-z0-9_-]{16,}"),
    re.compile(r"()\bsk-ant-[A-Za-z0-9_-]{8,}"),
)


class Redactor:
    """Hides the secrets it was told about and everything that looks like a token."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        self._secrets = sorted({s for s in secrets if s and len(s) >= 6}, key=len, reverse=True)

    def text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\1{HIDDEN}", text)
        return text

    def value(self, value: Any) -> Any:
        """The same JSON value with secret parameters and token-like texts hidden."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {k: HIDDEN if k in SECRET_PARAMS else self.value(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value
