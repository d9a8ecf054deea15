"""What an entry of Meta's error table is made of: families, what each lets us repeat, and its general fix.

The entries are in `code_table`. Nothing but the family decides what is sent again.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

RATE_LIMIT_SUBCODE = 2446079
VOID_CURSOR = 2642


class Executed(StrEnum):
    """Whether a failed write may have happened all the same."""

    NO = "no"
    UNKNOWN = "unknown"


class Family(StrEnum):
    """Groups of Graph error codes that are treated alike (docs/graph-api.md §3.2)."""

    THROTTLE = "throttle"
    TRANSIENT = "transient"
    VALIDATION = "validation"
    PERMISSION = "permission"
    TOKEN = "token"  # noqa: S105 - a family name
    BLOCKED = "blocked"
    NOT_FOUND = "not found"
    UNKNOWN = "unknown"


class Repeat(StrEnum):
    """Whether a failed call is sent again, in words for a person."""

    AFTER_WAIT = "sent again when Meta says, else after 10, 20, 40 s (5 min in all)"
    AFTER_BACKOFF = "sent again after 10, 20, 40 s, lists then for less at a time"
    IN_PARTS = "asked for in smaller parts where that is possible, else not sent again"
    IF_UNDONE = "read back; sent again only if it still reads as before"
    IF_ABSENT = "looked for by its label; made again only when it is provably absent"
    AFTER_LOOK = "looked for in the account before anything is said"
    NEVER = "not sent again"
    STOP = "not sent again, and the run makes no more calls"


@dataclass(frozen=True)
class Treatment:
    """What a family says about a failed call: whether a write happened, and what may be sent again."""

    executed: Executed
    read: Repeat
    update: Repeat  # a write whose repeat is harmless: an absolute status or budget
    create: Repeat


_REFUSED = Treatment(Executed.NO, Repeat.NEVER, Repeat.NEVER, Repeat.NEVER)
_STOPPED = Treatment(Executed.NO, Repeat.STOP, Repeat.STOP, Repeat.STOP)
TREATMENTS: dict[Family, Treatment] = {
    Family.THROTTLE: Treatment(Executed.NO, Repeat.AFTER_WAIT, Repeat.AFTER_WAIT, Repeat.AFTER_WAIT),
    Family.TRANSIENT: Treatment(Executed.UNKNOWN, Repeat.AFTER_BACKOFF, Repeat.IF_UNDONE, Repeat.IF_ABSENT),
    Family.VALIDATION: _REFUSED,
    Family.PERMISSION: _REFUSED,
    Family.TOKEN: _STOPPED,
    Family.BLOCKED: _STOPPED,
    Family.NOT_FOUND: _REFUSED,
    Family.UNKNOWN: Treatment(Executed.UNKNOWN, Repeat.NEVER, Repeat.AFTER_LOOK, Repeat.AFTER_LOOK),
}

RENEW = "Get a new token (a System User token does not expire), then run `adsteward login` or set FACEBOOK_ACCESS_TOKEN."
FIXES: dict[Family, str] = {
    Family.THROTTLE: "Meta's limit is reached; try again after the wait.",
    Family.TRANSIENT: "Meta had a passing problem; try again in a few minutes.",
    Family.VALIDATION: "Correct the value Meta names.",
    Family.PERMISSION: "Give the token ads_management (and ads_read) and its user a role on this ad account.",
    Family.TOKEN: RENEW,
    Family.BLOCKED: "Meta has locked this account or token. Make no more calls; open Account Quality in Business Manager.",
    Family.NOT_FOUND: "Check the id: it does not exist, or this token may not see it.",
    Family.UNKNOWN: "Nothing is sent again, because this code is not known to be safe. If it was a write, look at the account first.",
}


@dataclass(frozen=True)
class Advice:
    """What a run knows that makes advice fit: how its token is renewed, and what Meta holds against its account."""

    renew: str = RENEW
    account_problem: str = ""


@dataclass(frozen=True)
class Entry:
    """One row of the table.

    `last` ends a range of codes, `wait_s` is a wait in seconds that Meta never shortens, and `too_much`
    says that a read was refused for its size.
    """

    code: int
    subcode: int | None
    family: Family
    meaning: str
    own_fix: str = ""
    last: int | None = None
    wait_s: float | None = None
    too_much: bool = False

    @property
    def fix(self) -> str:
        """What a person does next, in a line: the entry's own advice, or that of its family."""
        return self.own_fix or FIXES[self.family]

    @property
    def label(self) -> str:
        """The way Meta's errors are written here: `190/463`, `17`, `80000-80014`."""
        if self.last is not None:
            return f"{self.code}-{self.last}"
        return f"{self.code}/{self.subcode}" if self.subcode is not None else str(self.code)

    @property
    def treatment(self) -> Treatment:
        """What its family allows, except that the same read would again be too much."""
        treatment = TREATMENTS[self.family]
        return replace(treatment, read=Repeat.IN_PARTS) if self.too_much else treatment
