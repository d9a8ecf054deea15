"""The creatives of the account: those that are there, the pictures they show, and the change that makes one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tools.domain.changes import Change, Effect, JsonParams, Request
from tools.domain.copying.creative_shapes import NEWEST, WHOLE_FIELDS
from tools.domain.image_files import in_library
from tools.domain.naming.candidates import MOST_CANDIDATES
from tools.domain.naming.matching import Known, fitting
from tools.domain.naming.other_account import elsewhere
from tools.domain.naming.roster import PAGE, fates
from tools.domain.objects import called
from tools.domain.references import NEW, Named, maker, reference
from tools.domain.text import listed
from tools.domain.tool import Context, ToolError, sending
from tools.graph import ABSENT, Family, GraphError, GraphFailure, is_digits

_SHOWN_FIELDS = "id,name,status,account_id,object_story_spec,asset_feed_spec,call_to_action_type"


def named_creative(ctx: Context, text: str) -> tuple[Named, Mapping[str, Any]]:
    """A creative that is there by its id or name, or as new:NAME one of the same turn, and what it shows. Raises ToolError, GraphFailure."""
    if text.startswith(NEW):
        named = reference(ctx, "create_creative", text, "id")
        return named, maker(ctx, named.waits_for).request.params
    row = creative(ctx, text if is_digits(text) else _by_name(ctx, text))
    if row.get("status") == "DELETED":
        raise ToolError(f"The creative {text} was deleted. Make a new one with create_creative.")
    return Named(str(row["id"]), "", f"{row.get('name') or text} ({row['id']})"), row


def creatives_named(ctx: Context, text: str) -> list[Known]:
    """The creatives that a name or a part of one fits best, without deleted ones. Raises GraphFailure."""
    rows = ctx.graph.read_all(f"{ctx.account.id}/adcreatives", fields="id,name,status", page_size=PAGE).rows
    there = [
        Known("ad", str(row["id"]), str(row.get("name"))) for row in rows if row.get("status") != "DELETED"
    ]
    return fitting(text, there)


def _by_name(ctx: Context, text: str) -> str:
    found = creatives_named(ctx, text)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise ToolError(
            f"No creative of {ctx.account.id} is called {text!r}. list_ads and inspect show them, with ids."
        )
    told = listed([called(one.name, one.id) for one in found], most=MOST_CANDIDATES)
    raise ToolError(f"{text!r} fits {len(found)} creatives, nothing was done. Say which by id: {told}.")


def creative(ctx: Context, creative_id: str) -> dict[str, Any]:
    """One creative of this account. Raises ToolError when there is none with this id."""
    try:
        row = ctx.graph.get(creative_id, fields=_SHOWN_FIELDS)
    except GraphError as error:
        if error.family not in ABSENT:
            raise
        why = fates(ctx, [creative_id])[creative_id]
        raise ToolError(f"Not a creative of {ctx.account.id}: {creative_id} ({why}).") from None
    if owner := elsewhere(ctx.graph, ctx.account, row):
        raise ToolError(f"{creative_id} {owner}.")
    return row


def creatives(ctx: Context, ids: list[str]) -> dict[str, dict[str, Any]]:
    """These creatives of the account with all that a new one takes over, each read once. Raises GraphFailure."""
    found = _read(ctx, list(dict.fromkeys(ids)), (*WHOLE_FIELDS, *NEWEST))
    if older := [
        i for i, row in found.items() if isinstance(row, GraphError) and row.family is Family.VALIDATION
    ]:
        found |= _read(ctx, older, WHOLE_FIELDS)  # a version that does not know the newest
    for row in found.values():
        if isinstance(row, GraphFailure):
            raise row
    return {i: dict(row) for i, row in found.items()}


def _read(ctx: Context, ids: Sequence[str], fields: Sequence[str]) -> dict[str, Any]:
    rows = ctx.graph.get_many([(i, {"fields": ",".join(fields)}) for i in ids])
    return dict(zip(ids, rows, strict=True))


def images_of(ctx: Context, hashes: Sequence[str]) -> tuple[Named, ...]:
    """Each image, once. Raises ToolError for what the library does not have."""
    given = [h for h in hashes if not h.startswith(NEW)]
    unknown = set(given) - in_library(ctx, given) if given else set()
    if unknown:
        raise ToolError(
            f"Not in the image library of {ctx.account.id}: {listed(sorted(unknown))}."
            " Use hashes that upload_image gave, or new:FILENAME for what is uploaded in this turn."
        )
    return tuple(reference(ctx, "upload_image", image, "hash") for image in dict.fromkeys(hashes))


def spec_change(
    ctx: Context, name: str, params: JsonParams, *, waits_for: Iterable[str] = (), **rest: Any
) -> Change:
    """The change that makes a creative of what Meta takes; empty ids in `waits_for` are none."""
    change = ctx.change(
        "create_creative",
        Effect.CREATE,
        name=name,
        request=Request(path=f"{ctx.account.id}/adcreatives"),
        undo_note="delete the creative",
        depends_on=tuple(dict.fromkeys(filter(None, waits_for))),
        **{"reason": "asked for"} | rest,
    )
    params = {"name": name, **params, "adlabels": [{"name": change.marker}]}
    return sending(change, params)
