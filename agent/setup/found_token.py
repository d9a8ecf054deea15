"""The access token of this machine: where it is found, and how it is renewed."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from agent.setup import private
from agent.setup.environment import variable
from tools.graph.codes import RENEW


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and where it was found; never shown."""

    value: str = field(repr=False)
    origin: str


def find_token(*, sandbox: bool) -> Token | None:
    """The environment's token, else the one of `adsteward login`, else social-cli's.

    The sandbox never sees a real one. Raises ConfigError when the own store cannot be used.
    """
    named = variable("FACEBOOK_ACCESS_TOKEN")
    if sandbox:
        known = named if named.startswith("sandbox-") else "sandbox-token"
        return Token(known, "sandbox")
    if named:
        return Token(named, "environment FACEBOOK_ACCESS_TOKEN")
    if stored := private.read(token_file()):
        return Token(stored.strip(), f"adsteward login ({token_file()})")
    return social_cli_token()


def renewal(token: Token | None) -> str:
    """How a token that came from there is renewed, in a sentence."""
    origin = token.origin if token else ""
    get = "Get a new token (a System User token does not expire)"
    if origin.startswith("adsteward login"):
        return f"{get}, then run `adsteward login` again."
    if origin.startswith("social-cli"):
        return f"{get}, then run `adsteward login`, or `social auth login`, from which this one came."
    if origin.startswith("environment"):
        return f"{get}, then set FACEBOOK_ACCESS_TOKEN, from which this one came."
    return RENEW


def token_file() -> Path:
    """Where `adsteward login` keeps the token."""
    return private.folder() / "token"


def social_cli_token() -> Token | None:
    """The token of a social-cli that is set up here."""
    config = Path.home() / ".social-cli" / "config.json"
    try:
        value = json.loads(config.read_text(encoding="utf-8"))["profiles"]["default"]["tokens"]["facebook"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Token(value, f"social-cli ({config})") if isinstance(value, str) and value else None
