"""Takes secrets out of any text before it can be shown, logged or stored."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"

SECRET_PARAMS = frozenset(
    {"access_token", "appsecret_proof", "input_token", "client_secret", "fb_exchange_token", "app_secret"}
)

# Without word boundaries: in a quoted URL or a longer name a letter may stand right before.
# Whole shapes come first: the later patterns would end in the middle of some.
_PATTERNS = (
    re.compile(r"()EAA[A-Za-z0-9]{20,}"),
    re.compile(r"(?i)()(?<!\d)\d{6,}(?:\||%(?:25)*7C)[A-Za-z0-9_-]{16,}"),
    re.compile(r"()sk-ant-[A-Za-z0-9_-]{8,}"),
    re.compile(r"(?i)(bearer(?:\s|%20|\+)+)[A-Za-z0-9._~+/|=%-]{8,}"),
    re.compile(
        rf"(?i)((?:{'|'.join(sorted(SECRET_PARAMS))})(?:=|%3D|[\\\"']*\s*:\s*[\\\"']*))[^&\s\"',;)}}\\]+"
    ),
)


class Redactor:
    """Hides the secrets it was told about and everything that looks like a token."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        forms = {form for secret in secrets if secret and len(secret) >= 6 for form in _forms(secret)}
        self._secrets = sorted(forms, key=len, reverse=True)

    def own(self, text: str) -> str:
        """The text without the secrets we know; nothing else in it changes."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def text(self, text: str) -> str:
        """The text without the secrets we know and whatever looks like one."""
        text = self.own(text)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\1{HIDDEN}", text)
        return text

    def value(self, value: Any) -> Any:
        """The same JSON value with secret parameters and token-like texts hidden."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                self.value(k): HIDDEN if str(k).lower() in SECRET_PARAMS else self.value(v)
                for k, v in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value


def _forms(secret: str) -> set[str]:
    """A secret as it may stand in a text: as it is, in a URL, in JSON."""
    return {secret, quote(secret, safe=""), quote_plus(secret, safe=""), json.dumps(secret)[1:-1]}
