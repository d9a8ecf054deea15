"""Approvals that a host's own gate signs after it asked a person: for one change set, once, and for a short time.

A grant reads `v1.EXPIRES.NONCE.MAC`; the MAC is HMAC-SHA256 with the key that gate and server share over
`adsteward-approval-v1`, id, digest, EXPIRES and NONCE, one a line. The model sees the key nowhere, so it cannot make
one, and a grant that it sees afterwards is spent.
"""

import hmac
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from agent.setup import private
from agent.setup.stops import ConfigError
from tools.domain.changes import ChangeSet

LONGEST_S = 660
"""A host may wait ten minutes for its person; a grant that claims to hold longer is not one of the gate's."""
_FORM = re.compile(r"v1\.(?P<expires>[0-9]{1,12})\.(?P<nonce>[0-9a-f]{32})\.(?P<mac>[0-9a-f]{64})")


class GrantError(ConfigError):
    """A grant that approves nothing."""


def folder() -> Path:
    """What server and gate share; the gate looks for it there too."""
    return private.folder() / "hosts"


def key() -> str:
    """The key that grants are signed with, made at the first use. Raises ConfigError."""
    return private.made_once(folder() / "gate.key")


def sign(key_text: str, change_set_id: str, digest: str, *, expires: int, nonce: str) -> str:
    """A grant as the gate makes it; `expires` in seconds since 1970."""
    text = "\n".join(("adsteward-approval-v1", change_set_id, digest, str(expires), nonce))
    mac = hmac.new(key_text.encode(), text.encode(), "sha256").hexdigest()
    return f"v1.{expires}.{nonce}.{mac}"


def redeem(grant: str, change_set: ChangeSet, now: Callable[[], datetime]) -> None:
    """Take a grant for exactly this content, and never again. Raises GrantError."""
    parts = _FORM.fullmatch(grant)
    if parts is None:
        raise GrantError(_refusal("it is not one of the host's gate"))
    expires, nonce = int(parts["expires"]), parts["nonce"]
    expected = sign(key(), change_set.id, change_set.digest, expires=expires, nonce=nonce)
    if not hmac.compare_digest(expected, grant):
        raise GrantError(_refusal("it was not signed for this change set"))
    left_s = expires - now().timestamp()
    if left_s <= 0:
        raise GrantError(_refusal("it is over"))
    if left_s > LONGEST_S:
        raise GrantError(_refusal("it claims to hold too long"))
    _spend(nonce, expires, now().timestamp())


def _spend(nonce: str, expires: int, now_s: float) -> None:
    """Note a nonce as used; creating a file is atomic between processes. Raises GrantError."""
    used = folder() / "used"
    try:
        used.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (used / f"{expires}-{nonce}").open("x"):
            pass
    except FileExistsError:
        raise GrantError(_refusal("it was used before")) from None
    except OSError as error:
        raise GrantError(_refusal(f"its use cannot be noted ({error.strerror})")) from None
    for old in used.iterdir():
        ends = old.name.partition("-")[0]
        if ends.isdecimal() and int(ends) < now_s:
            with suppress(OSError):
                old.unlink()


def _refusal(why: str) -> str:
    return f"The approval was refused: {why}. Nothing was changed."
