"""Takes secrets out of any text before it can be shown, logged or stored."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"
_SHORT = 1000
"""Up to it texts are looked at once: names of fields, ids and states come again and again; so do descriptions and sentences."""

SECRET_PARAMS = frozenset(
    {"access_token", "appsecret_proof", "input_token", "client_secret", "fb_exchange_token", "app_secret"}
)
_ENDINGS = tuple(SECRET_PARAMS)

# A text may be JSON inside of JSON, or quoted for a URL more than once.
_PERCENT = r"%(?:25)*"
_SLASH = rf"(?:\\*/|{_PERCENT}2F)"
_IS = rf"(?:=|\\+u003d|{_PERCENT}3D)"
_ESCAPED = r"\\++(?:u00[0-9a-f]{2}|/)"
_VALUE = rf"(?:[^&\s\"'<>\\]|{_ESCAPED})++"

# A picture's whole query is its signature; the path alone opens nothing.
_SIGNED_PLACE = (
    r"(?:fbcdn\.net|cdninstagram\.com|fbsbx\.com|lookaside\.facebook\.com|scontent[-.]"
    rf"|facebook\.com{_SLASH}ads{_SLASH}(?:image|api|media))"
)
# What makes a URL valid for whoever has it, at the usual stores and senders; only behind `?` or `&`.
_SIGNATURES = r"x-(?:amz|goog)-(?:signature|credential|security-token)|signature|sig|hmac|token|code|oh|oe|_nc_[a-z0-9_]{1,20}"

# Without word boundaries: in a quoted URL or a longer name a letter may stand right before.
# Whole shapes come first: the later patterns would end in the middle of some.
# Each pattern consumes what it has looked at, so that a long text costs no more than its length.
_PICTURE = re.compile(
    rf"(?i)({_SIGNED_PLACE}(?:[^\s\"'<>?&%]|%(?!(?:25)*3F))*+)"
    rf"(?:(\?)(?:[^\s\"'<>\\]|{_ESCAPED})++|({_PERCENT}3F){_VALUE})?"
)


class _Look(NamedTuple):
    """A pattern, and words of which it finds one at least; a search for words costs little."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    instead: str | Callable[[re.Match[str]], str] = HIDDEN


def _unsigned(found: re.Match[str]) -> str:
    """The URL of a picture without its query."""
    mark = found[2] or found[3]
    return f"{found[1]}{mark}{HIDDEN}" if mark else found[0]


_AFTER = rf"\1{HIDDEN}"
_TOKENS = (
    _Look(("eaa",), re.compile(r"EAA[A-Za-z0-9]{20,}")),
    _Look(("igqv", "igqw", "igaa"), re.compile(r"IG(?:QV|QW|AA)[A-Za-z0-9_-]{30,}")),
    _Look(("|", "7c"), re.compile(r"(?i)(?<!\d)\d{6,}(?:\||%(?:25)*7C)[A-Za-z0-9_-]{16,}")),
    _Look(("sk-ant-",), re.compile(r"sk-ant-[A-Za-z0-9_-]{8,}")),
)
_LOOKS = (
    _Look(("fbcdn.net", "cdninstagram.com", "fbsbx.com", "facebook.com", "scontent"), _PICTURE, _unsigned),
    *_TOKENS,
    _Look(
        ("bearer",),
        re.compile(r"(?i)(bearer(?:\s|%20|\+)+)(?:[A-Za-z0-9._~+/|=%-]|\\+/){8,}"),
        _AFTER,
    ),
    _Look(
        tuple(SECRET_PARAMS),
        re.compile(
            rf"(?i)((?:{'|'.join(sorted(SECRET_PARAMS))})(?:{_IS}|[\\\"']*\s*:\s*[\\\"']*))"
            rf"(?:[^&\s\"',;)}}\\]|{_ESCAPED})++"
        ),
        _AFTER,
    ),
    _Look(
        ("?", "&", "u0026", "%"),
        re.compile(
            rf"(?i)((?:\?|&(?:amp;)?|\\u0026|{_PERCENT}(?:3F|26))(?:{_SIGNATURES}){_IS}){_VALUE}",
        ),
        _AFTER,
    ),
)


class Redactor:
    """Hides the secrets it was told about and everything that looks like a token or a signed URL."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        forms = {form for secret in secrets if secret and len(secret) >= 6 for form in _forms(secret)}
        self._secrets = sorted(forms, key=len, reverse=True)

    def own(self, text: str) -> str:
        """The text without the secrets we know; nothing else in it changes."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def tokens(self, text: str) -> str:
        """The text without the secrets we know and without tokens of anybody; links in it still lead where they did."""
        return _hidden(_TOKENS, self.own(text))

    def text(self, text: str) -> str:
        """The text without the secrets we know and whatever looks like one."""
        text = self.own(text)
        return _again(text) if len(text) <= _SHORT else _looked(text)

    def value(self, value: Any) -> Any:
        """The same JSON value with secret parameters and token-like texts hidden."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        if isinstance(value, dict | Mapping):  # the first is quickly told
            return {
                self.value(k): HIDDEN if _names_secret(str(k)) else self.value(v) for k, v in value.items()
            }
        return value


def _looked(text: str) -> str:
    """The text without what looks like a token or the signature of a URL."""
    return _hidden(_LOOKS, text)


def _hidden(looks: Iterable[_Look], text: str) -> str:
    """The text without what is looked for; outside of ASCII there are other letters that patterns take for those of words."""
    lower = text.lower() if text.isascii() else None
    for words, pattern, instead in looks:
        if lower is None or any(word in lower for word in words):
            text = pattern.sub(instead, text)
    return text


_again = lru_cache(maxsize=4096)(_looked)


@lru_cache(maxsize=4096)
def _names_secret(name: str) -> bool:
    return name.lower().endswith(_ENDINGS)


def _forms(secret: str) -> set[str]:
    """A secret as it may stand in a text: as it is, in JSON, in a URL, and one inside the other."""
    texts = {secret, _in_json(secret), _in_json(_in_json(secret))}
    quoted = {quote_(text, safe="") for text in texts for quote_ in (quote, quote_plus)}
    quoted |= {quote(text, safe="") for text in quoted}
    return texts | quoted | {re.sub(r"%[0-9A-F]{2}", lambda hexed: hexed[0].lower(), q) for q in quoted}


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]
