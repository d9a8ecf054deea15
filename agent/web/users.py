"""Who may sign in from other machines: names, roles and hashed passwords, in one private file of the state folder."""

import json
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from agent.setup import private
from agent.setup.stops import ConfigError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role = Literal["look", "approve", "operate"]
ROLES: Sequence[Role] = get_args(Role)
"""Each may what the ones before it may: look; decide on change sets; ask, undo and have new ones proposed."""
LEAST_LENGTH = 12
MOST_LENGTH = 1000
AT_ONCE = threading.BoundedSemaphore(2)
"""So many passwords are looked at in the same moment: each takes 64 MB, and strangers send them."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


def may(role: Role, needed: Role) -> bool:
    """Whether a role is enough for what needs another."""
    return ROLES.index(role) >= ROLES.index(needed)


class User(NamedTuple):
    """A user as the file has them now."""

    role: Role
    hashed: str


@dataclass(frozen=True, slots=True)
class Users:
    """The file; it is read anew each time, so that a change holds at once. Methods raise ConfigError."""

    path: Path

    @classmethod
    def of(cls, state: Path) -> "Users":
        return cls(state / "web-users.json")

    def listed(self) -> dict[str, Role]:
        """Names with their roles."""
        return {name: found["role"] for name, found in sorted(self._read().items())}

    def add(self, name: str, role: Role, password: str) -> None:
        """Let somebody in, or give them another role and password; another password ends what they have open."""
        if not _NAME.fullmatch(name):
            raise ConfigError("A name has up to 40 small letters, digits, dots, dashes. Nothing was changed.")
        if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
            raise ConfigError(f"A password has {LEAST_LENGTH} characters or more. Nothing was changed.")
        known = self.known(name)
        kept = known.hashed if known and self.fits(name, password) else _hasher().hash(password)
        self._write(self._read() | {name: {"role": role, "password": kept}})

    def remove(self, name: str) -> None:
        """Let somebody in no more; what they have open ends with their next click."""
        known = self._read()
        if name not in known:
            raise ConfigError(f"There is no user {name!r}: `adsteward web user list` names them.")
        self._write({other: found for other, found in known.items() if other != name})

    def known(self, name: str) -> User | None:
        """The role of a user with the hash that stands for their password, or none by now."""
        found = self._read().get(name)
        return User(found["role"], found["password"]) if found else None

    def role(self, name: str) -> Role | None:
        """The role of a user, or none by now."""
        known = self.known(name)
        return known.role if known else None

    def fits(self, name: str, password: str) -> bool:
        """Whether this is the password of that user; takes as long for a name that nobody has."""
        from argon2.exceptions import InvalidHashError, VerificationError

        found = self._read().get(name)
        hashed = found["password"] if found else _nobody()
        try:
            with AT_ONCE:
                _hasher().verify(hashed, password[: MOST_LENGTH + 1])
        except VerificationError:
            return False
        except InvalidHashError:
            raise self._damaged() from None
        return found is not None

    def _read(self) -> dict[str, Any]:
        text = private.read(self.path)
        try:
            known = json.loads(text) if text else {}
            sound = all(
                found["role"] in ROLES and isinstance(found["password"], str) for found in known.values()
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            sound = False
        if not sound:
            raise self._damaged()
        return dict(known)

    def _damaged(self) -> ConfigError:
        return ConfigError(f"{self.path} is damaged. Remove it and add the users again.")

    def _write(self, known: dict[str, Any]) -> None:
        private.write(self.path, json.dumps(known, indent=1, sort_keys=True))


@cache
def _hasher() -> "PasswordHasher":
    try:
        from argon2 import PasswordHasher
    except ModuleNotFoundError:
        raise ConfigError(
            "Passwords need argon2: install adsteward with its extra `web`. Nothing was changed."
        ) from None
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password fits."""
    return _hasher().hash("\0 nobody has this password")
