"""The creatives of the account: those that are there, the pictures they show, and the change that makes one."""

from collections.abc import Iterable, Sequence
from typing import Any

from tools.domain.changes import Change, Effect, JsonParams, Request
from tools.domain.copying.creative_shapes import NEWEST, WHOLE_FIELDS
from tools.domain.image_files import in_library
from tools.domain.naming.elsewhere import elsewhere
from tools.domain.naming.roster import fates
from tools.domain.references import NEW, Named, reference
from tools.domain.text import listed
from tools.domain.tool import Context, ToolError, sending
from tools.graph import ABSENT, Family, GraphError, GraphFailure

_SHOWN_FIELDS = "id,name,status,account_id,object_story_spec,asset_feed_spec,call_to_action_type"


def creative(ctx: Context, creative_id: str) -> dict[str, Any]:
    """One creative of this account. Raises ToolError when there is none with this id."""
    if not creative_id.isdecimal():
        raise ToolError(f"{creative_id!r} is no id: ids are digits. list_ads gives them.")
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
