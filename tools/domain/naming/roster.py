"""All campaigns, ad sets and ads of the account, read in one batch and once in a run, to find them by name."""

from typing import Any

from tools.domain import objects
from tools.domain.changes import LEVELS, Level
from tools.domain.naming.elsewhere import elsewhere
from tools.domain.objects import AdObject
from tools.domain.text import shortened
from tools.domain.tool import Context
from tools.graph import GraphFailure, ListCall

PAGE = 500
_LABELS = "adlabels{name}"
_SHORT = "id,name,status,effective_status"
_WHOSE = "account_id,name,effective_status"
LONGEST_NAME = 80
MOST_ASKED_FOR = 50
UNKNOWN = "no such id, or not for this access token to see"


def everything(ctx: Context, *, labels: bool = False) -> list[AdObject]:
    """What is there and not archived, the ads first; with labels only if they are asked for. Raises GraphFailure."""
    if known := ctx.roster.get("labels") or (not labels and ctx.roster.get("names")):
        return known
    more = f",{_LABELS}" if labels else ""
    found = _lists(ctx, {level: {"fields": objects.FIELDS[level] + more} for level in LEVELS})
    ctx.roster["labels" if labels else "names"] = found
    ctx.remember(found)
    return found


def archived(ctx: Context) -> list[AdObject]:
    """What is archived; what is deleted is in no list (docs/graph-api.md §6). Raises GraphFailure."""
    asked = {"fields": _SHORT, "effective_status": ["ARCHIVED"]}
    return _lists(ctx, dict.fromkeys(LEVELS, asked))


def _lists(ctx: Context, asked: dict[Level, dict[str, Any]]) -> list[AdObject]:
    calls = [ListCall(f"{ctx.account.id}/{objects.EDGES[at]}", PAGE, params) for at, params in asked.items()]
    streams = ctx.graph.lists(*calls)
    return [objects.parse(at, row) for at, rows in zip(asked, streams, strict=True) for row in rows]


def fates(ctx: Context, ids: list[str]) -> dict[str, str]:
    """Why ids are not among what is there: archived, deleted, another account's, or unknown. Raises GraphFailure."""
    asked = ids[:MOST_ASKED_FOR]
    answers = ctx.graph.get_many([(i, {"fields": _WHOSE}) for i in asked])
    told = dict.fromkeys(ids, UNKNOWN)
    for object_id, answer in zip(asked, answers, strict=True):
        if isinstance(answer, GraphFailure):
            if answer.ends_the_run:
                raise answer
            continue
        told[object_id] = _fate(ctx, answer)
    return told


def _fate(ctx: Context, row: dict[str, Any]) -> str:
    if other := elsewhere(ctx.graph, ctx.account, row):
        return other
    status = str(row.get("effective_status") or "something else").lower().replace("_", " ")
    return f"{status}: “{shortened(str(row.get('name')), LONGEST_NAME)}”"
