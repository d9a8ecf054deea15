"""Faults on demand: rules that make chosen calls go wrong, each a JSON object.

Which calls: `method`, `path` (as in `/act_*/ads`, no version; a batch is `/`), `nth` (from the nth such call on),
`times` (how often; once, unless it has a `probability`), `probability` (0 to 1, drawn from the seed), and those that
ask for much: `limit_above` so many rows, `days_above` so many days of figures, `later_page` of a list.
What happens: `error` {code, subcode, http_status, message, type, title, user_message, transient, data}, `headers`,
`drop` (no answer), `html` (an HTTP status with a page of HTML), `delay_s`, `null_items` (numbers of batch items),
`throttle_minutes`, `stale_s` or `stale_writes` (what is read is that old), `report` (the end of an async report),
`old_shapes` (creatives are shown as Meta shows those of years ago),
`cursors` (how a list misleads about its end), `body` (any JSON instead of the answer), `mark` (a byte order mark);
odd rows in a list, all of them or those named in `rows`: `set` (fields with other values), `leave_out`, `repeat_rows`.
`when`: `before` the call is carried out (default) or `after`, for `error`, `drop` and `html`.
"""

from __future__ import annotations

import math
import re
from fnmatch import fnmatchcase
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.request.refusals import GraphError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.world.world_file import Store

    Rule = dict[str, Any]

MOST_RULES = 1000
_ERROR: dict[str, Any] = {"code": int, "subcode": int, "http_status": int, "message": str, "type": str}
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_FRAMING = {"content-length", "transfer-encoding", "connection"}
_ERROR |= {"title": str, "user_message": str, "transient": bool, "data": (dict, str)}
REPORTS = ("Job Failed", "Job Skipped", "no percent", "percent as text")
CURSORS = ("new", "same", "stuck", "none")


class Weight(NamedTuple):
    """How much a call asks for."""

    limit: int = 0
    days: int = 0
    later_page: bool = False


def _whole(least: int, most: float = math.inf) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and least <= v <= most


def _number(least: float, most: float) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and least <= v <= most


def _status(value: int) -> bool:
    """Tell whether an HTTP status can come with a body."""
    return 200 <= value <= 599 and value not in {204, 205, 304}


def _error(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and "code" in value
        and all(_is(part, _ERROR.get(name, ())) for name, part in value.items())
        and _status(value.get("http_status", 400))
    )


def _is(part: Any, kinds: Any) -> bool:
    return type(part) in (kinds if isinstance(kinds, tuple) else (kinds,))


def _headers(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _HEADER_NAME.fullmatch(name)
        and name.lower() not in _FRAMING
        and isinstance(part, str)
        and part.isascii()
        and part.isprintable()
        for name, part in value.items()
    )


def _places(value: Any) -> bool:
    return isinstance(value, list) and all(map(_whole(0), value))


_MATCHES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "method": (lambda v: v in ("GET", "POST", "DELETE"), "GET, POST or DELETE"),
    "path": (lambda v: isinstance(v, str) and v.startswith("/"), "a pattern that begins with /"),
    "nth": (_whole(1), "a whole number from 1"),
    "times": (_whole(1), "a whole number from 1"),
    "probability": (_number(0, 1), "a number from 0 to 1"),
    "when": (lambda v: v in ("before", "after"), "before or after"),
    "rows": (_places, "a list of row numbers from 0"),
    "limit_above": (_whole(0), "a whole number from 0"),
    "days_above": (_whole(0), "a whole number from 0"),
    "later_page": (lambda v: v is True, "true"),
}
_EFFECTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "error": (_error, f"an object with a code and any of {', '.join(_ERROR)}"),
    "headers": (_headers, "an object of texts, but for those that frame the answer"),
    "drop": (lambda v: v is True, "true"),
    "html": (lambda v: _whole(200, 599)(v) and _status(v), "an HTTP status"),
    "delay_s": (_number(0, 600), "a number of seconds up to 600"),
    "null_items": (_places, "a list of item numbers from 0"),
    "throttle_minutes": (_number(0, 1440), "a number of minutes up to 1440"),
    "stale_s": (_number(0, 86400), "a number of seconds up to 86400"),
    "stale_writes": (_whole(1), "a whole number from 1"),
    "set": (lambda v: isinstance(v, dict) and bool(v), "an object of fields and values"),
    "leave_out": (
        lambda v: isinstance(v, list) and all(isinstance(name, str) for name in v),
        "a list of fields",
    ),
    "repeat_rows": (lambda v: v is True, "true"),
    "old_shapes": (lambda v: v is True, "true"),
    "report": (lambda v: v in REPORTS, f"one of {', '.join(REPORTS)}"),
    "cursors": (lambda v: v in CURSORS, f"one of {', '.join(CURSORS)}"),
    "body": (lambda v: not isinstance(v, str), "anything but a text"),
    "mark": (lambda v: v is True, "true"),
}


def checked(rules: Any) -> list[Rule]:
    """Read a list of rules. Raises GraphError when one of them makes no sense."""
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        raise invalid(f"Faults are a JSON list of at most {MOST_RULES} rules")
    for number, rule in enumerate(rules):
        if not isinstance(rule, dict) or not rule.keys() & _EFFECTS.keys():
            raise invalid(f"Rule {number} must be an object with one of {', '.join(_EFFECTS)}")
        for name, value in rule.items():
            if name not in _MATCHES and name not in _EFFECTS:
                raise invalid(
                    f"Rule {number}: {name} is not known; known are {', '.join((*_MATCHES, *_EFFECTS))}"
                )
            holds, wanted = _MATCHES.get(name) or _EFFECTS[name]
            if not holds(value):
                raise invalid(f"Rule {number}: {name} must be {wanted}")
    return rules


class _Ordered(NamedTuple):
    """A rule that was ordered, how many calls it has seen and how often it struck."""

    rule: Rule
    seen: int = 0
    struck: int = 0


class Faults:
    """The rules in their order, with how many calls each has seen and how often it struck."""

    def __init__(self, store: Store, seed: int) -> None:
        """Keep the rules in the store; draw from the seed."""
        self._store = store
        self._seed = seed
        self.load()

    def load(self) -> None:
        """Take the rules as they are kept."""
        self._rows = {number: _Ordered(**row) for number, row in self._store.faults()}

    def shown(self) -> list[Rule]:
        """Give every rule with its counts."""
        return [row._asdict() for row in self._rows.values()]

    def add(self, rules: Any) -> None:
        """Append rules. Raises GraphError, and adds none, when one of them makes no sense."""
        for rule in checked(rules):
            self._put(max(self._rows, default=0) + 1, _Ordered(rule))

    def order(self, rules: Any) -> None:
        """Have exactly these rules; the same ones again keep their counts."""
        if [row.rule for row in self._rows.values()] != checked(rules):
            self.clear()
            self.add(rules)

    def clear(self) -> None:
        """Forget all rules."""
        self._store.clear_faults()
        self._rows = {}

    def _put(self, number: int, row: _Ordered) -> None:
        self._store.put_fault(number, row._asdict())
        self._rows[number] = row

    def strike(self, method: str, path: str, weigh: Callable[[], Weight] = Weight) -> Rule | None:
        """Count a call and give the first rule that strikes it, if any does; weighed only where a rule asks for it."""
        for number, row in self._rows.items():
            rule = row.rule
            if rule.get("method", method) != method or not fnmatchcase(path, rule.get("path", "*")):
                continue
            if rule.keys() & _WEIGHED and not _heavy(rule, weigh()):
                continue
            seen = row._replace(seen=row.seen + 1)
            strikes = self._strikes(number, seen)
            self._put(number, seen._replace(struck=row.struck + strikes))
            if strikes:
                return dict(rule)
        return None

    def _strikes(self, number: int, row: _Ordered) -> bool:
        rule = row.rule
        chance = rule.get("probability")
        most = rule.get("times", 1 if chance is None else math.inf)
        if row.seen < rule.get("nth", 1) or row.struck >= most:
            return False
        return chance is None or Random(f"{self._seed}/{number}/{row.seen}").random() < chance


_WEIGHED = frozenset({"limit_above", "days_above", "later_page"})


def _heavy(rule: Rule, weight: Weight) -> bool:
    return (
        weight.limit > rule.get("limit_above", -1)
        and weight.days > rule.get("days_above", -1)
        and (weight.later_page or "later_page" not in rule)
    )


def error_of(wanted: Mapping[str, Any]) -> GraphError:
    """Make the error that a rule asks for."""
    return GraphError(
        code=wanted["code"],
        subcode=wanted.get("subcode"),
        message=wanted.get("message", f"(#{wanted['code']}) A fault that was ordered"),
        kind=wanted.get("type", "OAuthException"),
        http_status=wanted.get("http_status", 400),
        title=wanted.get("title"),
        user_message=wanted.get("user_message"),
        transient=wanted.get("transient", False),
        data=wanted.get("data"),
    )
