"""What ads say: their texts, button and link, and how long and of what kind Meta takes them."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from tools.domain.calls_to_action import call_to_action
from tools.domain.tool import Input

LONGEST = {"bodies": 2200, "titles": 50, "descriptions": 50}
SHOWN_WHOLE = {"bodies": 125, "titles": 40, "descriptions": 30}
"""Longer texts are cut off in most placements."""
DEFAULT_BUTTON = "LEARN_MORE"

Texts = list[str]


class CopyInput(Input):
    """Texts, button and link of an ad, checked the same wherever they are given."""

    bodies: Texts = Field(default=[], max_length=5)
    titles: Texts = Field(default=[], max_length=5)
    descriptions: Texts = Field(default=[], max_length=5)
    call_to_action: str | None = None
    link: str | None = None

    @field_validator("bodies", "titles", "descriptions")
    @classmethod
    def _fitting(cls, texts: Texts, info: Any) -> Texts:
        for text in texts:
            if not text:
                raise ValueError("a text is empty")
            if len(text) > LONGEST[info.field_name]:
                raise ValueError(
                    f"{text[:20]!r}… has {len(text)} characters; at most {LONGEST[info.field_name]}"
                )
        return texts

    @field_validator("call_to_action")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        return value and call_to_action(value)


def link_problem(link: str) -> str:
    """Why Meta could not send people to a link, or nothing: not https, or no address anybody else can reach."""
    if not _secure(link):
        return "is no https link"
    parts = urlsplit(link)
    host = (parts.hostname or "").rstrip(".").lower()
    if "@" in parts.netloc:
        return "carries a user name"
    try:
        return "" if ipaddress.ip_address(host).is_global else "cannot be reached from the internet"
    except ValueError:
        local = host.rpartition(".")[2] in ("localhost", "local", "internal", "test", "invalid", "lan")
        return "cannot be reached from the internet" if local or "." not in host else ""


def _secure(link: str) -> bool:
    try:
        parts = urlsplit(link)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return good and link.isprintable() and not re.search(r"[\s<>\"]", link)
