"""What was said and found before: what a follow-up goes on from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.models.offline.language.lexicon import Lexicon
from agent.models.offline.language.slots import Found, Request
from agent.models.offline.telling.figure_tables import ranked
from agent.models.offline.telling.steps import Result, rows_of
from agent.models.offline.telling.tree_rows import nodes

DONE = ("applied", "partly_applied")
_NAMES_OTHERS = ("daily_check", "history", "list_activities")
"""Tools whose answers name things that no "them" may be taken for."""
_GIVES_TABLES = ("review_performance", "list_ads")
ALL_SEEN = -1
_DEEPEST_FIRST = ("ad", "adset", "campaign")


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation before the words that are answered now."""

    last: Request | None = None
    """The request that was understood last, with what its follow-ups changed."""
    unclear: bool = False
    """Whether there were words after it that were not understood."""
    open: Request | None = None
    """The order just before that was asked back about, or could not be carried out as it was said."""
    rows: tuple[Found, ...] = ()
    """What the last answer named, in its order."""
    seen: int = 0
    """How many rows of the newest table were shown; `ALL_SEEN` where none is left, 0 where that is not known."""
    latest: str = ""
    """The change set applied last, unless one waits since or something was taken back since."""
    noted: str = ""
    """The note that the request before kept."""
    waits: str = ""
    """The change set that the request before left waiting, whatever was not understood since."""
    held: tuple[Found, ...] = ()
    """What its changes are of, in its order, where it switches things or sets budgets."""
    currency: str = ""
    """Of the account."""
    notes: tuple[str, ...] = ()
    """Kept for later conversations: numbered, the newest last."""
    code: str = ""
    """The language spoken last."""
    lexicons: tuple[Lexicon, ...] = ()
    """Languages in the place of the built-in ones."""


def named_in(
    results: Sequence[Result], request: Request | None, before: tuple[Found, ...]
) -> tuple[Found, ...]:
    """The campaigns, ad sets or ads that the last result of a turn is about, as they were shown; those before where it names none."""
    found = next((found for result in reversed(results) if (found := _named(result, request))), ())
    others = any(result.name in _NAMES_OTHERS for result in results)
    known = {one.id: one for one in before}
    known |= {one.id: one for r in results for one in _named(r, request) if one.name != one.id}
    known |= {one.id: one for thing in (request.things if request else ()) for one in thing.found}
    return tuple(known.get(one.id, one) for one in found) or (() if others else before)


def _named(result: Result, request: Request | None) -> tuple[Found, ...]:
    content = result.content
    if result.name == "review_performance":
        key = "scale" if request and request.pick == "winners" else "pause"
        return tuple(_found("ad", row.get("id"), row.get("name")) for row in rows_of(content, key))
    if result.name == "get_insights":
        rows = ranked(content, request)
        level = next((at for at in _DEEPEST_FIRST if rows and f"{at}_id" in rows[0]), "")
        return tuple(_found(level, row.get(f"{level}_id"), row.get(f"{level}_name")) for row in rows if level)
    if result.name == "list_ads":
        level = request.level if request and request.level in _DEEPEST_FIRST else "ad"
        budgets = request is not None and request.topic == "budget"
        return tuple(n for n in nodes(content) if (n.daily or n.lifetime if budgets else n.level == level))
    if result.name == "inspect" and content.get("id"):
        kind = str(content.get("type"))
        return (_found({"ad set": "adset"}.get(kind, kind), content["id"], content.get("name")),)
    if result.name in ("set_status", "set_budget") and isinstance(result.arguments.get("ids"), list):
        return tuple(_found("", i, i) for i in result.arguments["ids"])
    return ()


def held_in(results: Sequence[Result], named: Sequence[Found]) -> tuple[Found, ...]:
    """What the changes proposed in a turn are of, by the names that are known; nothing where others are among them."""
    calls = [result for result in results if result.content.get("change_set")]
    known = {one.id: one for one in named}
    if any(call.name not in ("set_status", "set_budget") or "ids" not in call.arguments for call in calls):
        return ()
    ids = dict.fromkeys(str(i) for call in calls for i in call.arguments["ids"])
    return tuple(known.get(i, _found("", i, i)) for i in ids)


def rows_seen(results: Sequence[Result], before: int) -> int:
    """How many rows of the newest table were shown after these results."""
    for result in reversed(results):
        rows = len(rows_of(result.content, "rows"))
        if result.name == "get_insights" and not result.error:
            return rows if result.content.get("all_rows") else ALL_SEEN
        if result.name == "read_result" and "shown" in result.content:
            more = str(result.content.get("left_out", "")).rpartition("offset ")[2]
            return int(more) if more.isdecimal() else ALL_SEEN
    return 0 if results and results[-1].name in _GIVES_TABLES else before


def latest_set(results: Sequence[Result]) -> str:
    """The last set applied, unless one waits since or something was taken back since."""
    for result in reversed(results):
        change_set, done = str(result.content.get("change_set") or ""), result.content.get("state") in DONE
        if change_set and (done or result.name != "undo"):
            return change_set if done and result.name != "undo" else ""
    return ""


def left_waiting(results: Sequence[Result]) -> str:
    """The set that a request left waiting, or nothing."""
    last = next((r.content for r in reversed(results) if r.content.get("change_set")), {})
    return str(last["change_set"]) if str(last.get("state")).startswith("waiting") else ""


def _found(level: str, found: Any, name: Any) -> Found:
    return Found(str(found), level, str(name or found))
