"""What can go wrong between us and Meta, and what each failure allows us to do next.

GraphFailure
├── GraphError    Meta answered with an error object
├── NotSent       the request never reached a server
└── AnswerLost    it was sent, but no readable answer came back
    ├── AnswerRefused    what came back is too large, too deep or too slow to be taken
    └── OddAnswer        it can be read, but is not what was asked for
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from tools.graph.code_table import entry_for
from tools.graph.codes import RENEW, VOID_CURSOR, Advice, Executed, Family, Repeat

__all__ = [
    "AnswerLost",
    "AnswerRefused",
    "Executed",
    "Family",
    "GraphError",
    "GraphFailure",
    "NotSent",
    "OddAnswer",
    "classify",
    "cursor_is_void",
    "perhaps_too_much",
    "too_heavy",
    "too_much_data",
]


class GraphFailure(Exception):  # noqa: N818 - a family of outcomes, some of which are not errors of ours
    """A call that did not give a usable answer."""

    executed: Executed = Executed.NO
    wait_s: float | None = None

    @property
    def label(self) -> str:
        """In a word, for logs and recordings."""
        return type(self).__name__

    @property
    def ends_the_run(self) -> bool:
        """True when no further call can help: the token is dead or Meta has locked something."""
        return False


class NotSent(GraphFailure):
    """The request never reached a server: nothing was executed."""


class AnswerLost(GraphFailure):
    """The request was sent and no readable answer came: a write may have been executed."""

    executed = Executed.UNKNOWN


class AnswerRefused(AnswerLost):
    """An answer came that is too much to be taken: a write may have been executed; the same read would be refused again."""


class OddAnswer(AnswerLost):
    """An answer came that is none to what was asked: less at a time would be answered no better."""


LONGEST_TEXT = 2000
"""What Meta says is shown to people and models as it is, but not more of it."""
LONGEST_ADDED = 300
"""So much of `error_data` is worth a line."""
NO_ADVICE = Advice()
_BLAME = frozenset({"blame_field_specs", "blame_field"})
ABSENT = (Family.NOT_FOUND, Family.VALIDATION)
"""What Meta says to an id that is none, or that this token does not see."""
UNREADABLE = (Family.PERMISSION, *ABSENT)
"""The same, or that this token may not read it."""


class GraphError(GraphFailure):
    """Meta answered with an error object; dispatch is on code and subcode.

    The HTTP status only counts for codes we do not know: after a 5xx nobody can say what was executed.
    """

    def __init__(
        self,
        error: Mapping[str, Any],
        *,
        http_status: int,
        wait_s: float | None = None,
        advice: Advice = NO_ADVICE,
    ) -> None:
        self.code = _int(error.get("code")) or 0
        self.subcode = _int(error.get("error_subcode"))
        self.meta_message = _text(error.get("message"))
        self.user_title = _text(error.get("error_user_title"))
        self.user_message = _text(error.get("error_user_msg"))
        self.trace_id = _text(error.get("fbtrace_id"))
        self.data = _object(error.get("error_data"))
        self.blamed = _blamed(self.data)
        self.added = _added(error.get("error_data"), self.data)
        self.http_status = http_status
        self.advice = advice
        passing = error.get("is_transient") is True
        said = f"{self.meta_message} {self.user_title} {self.user_message}"
        self.entry = entry_for(
            self.code, self.subcode, said, transient=passing or http_status >= 500, passing=passing
        )
        self.family = self.entry.family
        self.executed = self.entry.treatment.executed
        if self.family in (Family.THROTTLE, Family.TRANSIENT):
            self.wait_s = self.entry.wait_s or wait_s
        super().__init__(self.explain())

    @property
    def label(self) -> str:
        return f"{self.code}/{self.subcode}" if self.subcode else str(self.code)

    @property
    def ends_the_run(self) -> bool:
        """True when no further call can help: the token is dead or Meta has locked something."""
        return self.entry.treatment.read is Repeat.STOP

    def explain(self) -> str:
        """What happened and what to do next, in one or two lines."""
        said = self.user_message or self.user_title or self.meta_message or self.entry.meaning
        if self.family is Family.TOKEN and self.entry.subcode:
            said = self.entry.meaning
        fields = f" (field: {', '.join(self.blamed)})" if self.blamed else ""
        added = f" Meta adds: {self.added.rstrip('.')}." if self.added else ""
        trace = f" [trace {self.trace_id}]" if self.trace_id else ""
        wait = f" Meta asks to wait {math.ceil(self.wait_s / 60)} min." if self.wait_s else ""
        return f"Meta error {self.label}: {said.rstrip('.')}{fields}.{added} {self._fix()}{wait}{trace}"

    def _fix(self) -> str:
        """The advice of the table, as far as nothing better is known."""
        if self.family is Family.PERMISSION and self.advice.account_problem:
            return self.advice.account_problem
        return self.entry.fix.replace(RENEW, self.advice.renew)


def classify(code: int, subcode: int | None, message: str = "", *, transient: bool = False) -> Family:
    """The family of an error; `transient` decides about unknown codes only."""
    return entry_for(code, subcode, message, transient=transient).family


def too_much_data(failure: GraphFailure) -> bool:
    """Whether Meta refuses a read for its size: less at a time, or an async report, may succeed (§3.2, §7.6)."""
    return isinstance(failure, GraphError) and failure.entry.too_much


def cursor_is_void(failure: GraphFailure) -> bool:
    """Whether Meta takes the cursor of a list no more: it may be begun anew (§6)."""
    return isinstance(failure, GraphError) and failure.code == VOID_CURSOR


def perhaps_too_much(failure: GraphFailure) -> bool:
    """Whether a read may have failed for its size, although nobody says so: it broke, or Meta knows no reason (§7.6)."""
    if isinstance(failure, GraphError):
        return failure.family is Family.TRANSIENT
    return isinstance(failure, AnswerLost) and not isinstance(failure, AnswerRefused | OddAnswer)


def too_heavy(failure: GraphFailure) -> bool:
    """Whether less at a time may be answered where this was not."""
    return too_much_data(failure) or perhaps_too_much(failure)


def _text(said: object) -> str:
    return str(said or "")[:LONGEST_TEXT]


def _int(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _object(data: object) -> dict[str, Any]:
    """`error_data` is an object or JSON text, and may be malformed."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return {}
    return data if isinstance(data, dict) else {}


def _blamed(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Field paths Meta blames; a single one may stand alone, under a name of its own."""
    specs, single = data.get("blame_field_specs"), data.get("blame_field")
    found = specs if isinstance(specs, list) else []
    found = [*found, *(single if isinstance(single, list) else [single] if single else [])]
    return tuple(
        dict.fromkeys(".".join(map(str, spec)) if isinstance(spec, list) else str(spec) for spec in found)
    )


def _added(raw: object, data: Mapping[str, Any]) -> str:
    """What `error_data` says beyond the fields it blames: the texts in it, or itself where it is one."""
    texts = [value for name, value in data.items() if isinstance(value, str) and name not in _BLAME]
    if not data and isinstance(raw, str):
        texts = [raw]
    return "; ".join(text.strip() for text in texts if text.strip())[:LONGEST_ADDED]
