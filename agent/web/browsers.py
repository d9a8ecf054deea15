"""Browsers that somebody signed in with before: whatever strangers guess does not keep them waiting."""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.setup import private

MARKED_S = 30 * 86400.0
"""How long a browser is known after a sign-in."""


@dataclass(frozen=True, slots=True)
class Browsers:
    """Makes marks that nobody else can make, each of one browser and one user with the password of then. Methods raise ConfigError."""

    key_file: Path
    now_s: Callable[[], float] = time.time

    def mark(self, user: str, hashed: str) -> str:
        """What a browser keeps that this user has just signed in with."""
        browser, until = secrets.token_urlsafe(16), f"{self.now_s() + MARKED_S:.0f}"
        return f"{browser}.{until}.{self._seal(browser, until, user, hashed)}"

    def known(self, mark: str, user: str, hashed: str) -> str:
        """The browser of a mark; nothing for one that is over, somebody else's, or of another password."""
        browser, until, seal = (*mark.split("."), "", "")[:3]
        if not hmac.compare_digest(
            self._seal(browser, until, user, hashed).encode(), seal.encode("utf-8", "surrogatepass")
        ):
            return ""
        return browser if self.now_s() < int(until) else ""

    def _seal(self, *parts: str) -> str:
        text = "\n".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(private.made_once(self.key_file).encode(), text, "sha256").hexdigest()
