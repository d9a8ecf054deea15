"""What can go wrong between us and Meta, and what each failure allows us to do next.

GraphFailure
├── GraphError    Meta answered with an error object
├── NotSent       the request never reached a server
└── AnswerLost    it was sent, but no readable answer came back
"""

import json
import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Executed(StrEnum):
    """Whether a failed write may have happened all the same."""

    NO = "no"
    UNKNOWN = "unknown"


class Family(StrEnum):
    """Groups of Graph error codes that are treated alike (graph-api-facts §3.2)."""

    THROTTLE = "throttle"
    TRANSIENT = "transient"
    VALIDATION = "validation"
    PERMISSION = "permission"
    TOKEN = "token"  # noqa: S105 - a family name
    BLOCKED = "blocked"
    NOT_FOUND = "not found"
    UNKNOWN = "unknown"


RATE_LIMIT_SUBCODE = 2446079
_FIXED_WAITS_S = {(613, 1487632): 3600.0}  # an ad set's budget is locked for an hour after four changes

_BY_SUBCODE: dict[tuple[int, int], Family] = {
    (1, 2853001): Family.PERMISSION,
    (2, 1504041): Family.VALIDATION,
    (2, 1504042): Family.VALIDATION,
    (31, 3858385): Family.BLOCKED,
    (100, 33): Family.NOT_FOUND,
    (100, 1359188): Family.BLOCKED,
    (100, 1504018): Family.TRANSIENT,
    (190, 459): Family.BLOCKED,
    (190, 464): Family.BLOCKED,
    (294, RATE_LIMIT_SUBCODE): Family.THROTTLE,
}
_BY_CODE: dict[int, Family] = {
    **dict.fromkeys((4, 17, 32, 341, 613, *range(80000, 80015)), Family.THROTTLE),
    **dict.fromkeys((-2, -1, 1, 2, 960), Family.TRANSIENT),
    **dict.fromkeys((100, 105, 194, 500, 506, 801, 2500, 2635, 3018, 1487901), Family.VALIDATION),
    **dict.fromkeys((3, 10, *range(200, 300)), Family.PERMISSION),
    **dict.fromkeys((102, 104, 190), Family.TOKEN),
    31: Family.BLOCKED,
    368: Family.BLOCKED,
}

_RENEW = (
    "Get a new token (a System User token does not expire), then set FACEBOOK_ACCESS_TOKEN"
    " or run `social auth login`."
)
_FIXES: dict[Family, str] = {
    Family.THROTTLE: "Meta's limit is reached; try again after the wait.",
    Family.TRANSIENT: "Meta had a passing problem; try again in a few minutes.",
    Family.VALIDATION: "Correct the value Meta names.",
    Family.PERMISSION: "Give the token ads_management (and ads_read) and its user a role on this ad account.",
    Family.TOKEN: _RENEW,
    Family.BLOCKED: "Meta has locked this account or token. Make no more calls; open Account Quality in Business Manager.",
    Family.NOT_FOUND: "Check the id: it does not exist, or this token may not see it.",
    Family.UNKNOWN: "Not retried, because this code is not known to be safe.",
}
_TOKEN_CAUSES: dict[int, str] = {
    458: "The app is no longer authorised",
    459: "Meta asks this user to log in and pass a security check",
    460: "The password was changed",
    463: "The access token has expired",
    464: "The user is not confirmed",
    467: "The access token is not valid any more",
    492: "The user lost the role on the page",
}


class GraphFailure(Exception):  # noqa: N818 - a family of outcomes, some of which are not errors of ours
    """A call that did not give a usable answer."""

    executed: Executed = Executed.NO
    wait_s: float | None = None


class NotSent(GraphFailure):
    """The request never reached a server: nothing was executed."""


class AnswerLost(GraphFailure):
    """The request was sent and no readable answer came: a write may have been executed."""

    executed = Executed.UNKNOWN


class GraphError(GraphFailure):
    """Meta answered with an error object; dispatch is on code and subcode.

    The HTTP status only counts for codes we do not know: after a 5xx nobody can say what was executed.
    """

    def __init__(self, error: Mapping[str, Any], *, http_status: int, wait_s: float | None = None) -> None:
        self.code = _int(error.get("code")) or 0
        self.subcode = _int(error.get("error_subcode"))
        self.meta_message = str(error.get("message") or "")
        self.user_title = str(error.get("error_user_title") or "")
        self.user_message = str(error.get("error_user_msg") or "")
        self.trace_id = str(error.get("fbtrace_id") or "")
        self.blamed = _blamed(error.get("error_data"))
        self.http_status = http_status
        transient = error.get("is_transient") is True or http_status >= 500
        self.family = classify(self.code, self.subcode, self.meta_message, transient=transient)
        if self.family in (Family.THROTTLE, Family.TRANSIENT):
            self.wait_s = _FIXED_WAITS_S.get((self.code, self.subcode or 0), wait_s)
        if self.family is Family.TRANSIENT:
            self.executed = Executed.UNKNOWN
        super().__init__(self.explain())

    @property
    def label(self) -> str:
        return f"{self.code}/{self.subcode}" if self.subcode else str(self.code)

    @property
    def ends_the_run(self) -> bool:
        """True when no further call can help: the token is dead or Meta has locked something."""
        return self.family in (Family.TOKEN, Family.BLOCKED)

    def explain(self) -> str:
        """What happened and what to do next, in one or two lines."""
        said = self.user_message or self.user_title or self.meta_message or "no message"
        if self.family is Family.TOKEN:
            said = _TOKEN_CAUSES.get(self.subcode or 0, said)
        fields = f" (field: {', '.join(self.blamed)})" if self.blamed else ""
        trace = f" [trace {self.trace_id}]" if self.trace_id else ""
        wait = f" Meta asks to wait {math.ceil(self.wait_s / 60)} min." if self.wait_s else ""
        return f"Meta error {self.label}: {said.rstrip('.')}{fields}. {_FIXES[self.family]}{wait}{trace}"


def classify(code: int, subcode: int | None, message: str = "", *, transient: bool = False) -> Family:
    """The family of an error. 294 is a permission error unless its own text says rate limit (§3.5).

    `transient` decides about unknown codes only.
    """
    if subcode is not None and (code, subcode) in _BY_SUBCODE:
        return _BY_SUBCODE[code, subcode]
    if code == 294 and "rate limit" in message.lower():
        return Family.THROTTLE
    if code in _BY_CODE:
        return _BY_CODE[code]
    return Family.TRANSIENT if transient or code < 0 else Family.UNKNOWN


def _int(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _blamed(data: object) -> tuple[str, ...]:
    """Field paths Meta blames; `error_data` is an object or JSON text, and may be malformed."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return ()
    specs = data.get("blame_field_specs") if isinstance(data, dict) else None
    if not isinstance(specs, list):
        return ()
    return tuple(".".join(map(str, spec)) if isinstance(spec, list) else str(spec) for spec in specs)
