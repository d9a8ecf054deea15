"""The changes that make an ad of pictures and a creative: the pictures' upload, and the ad itself, PAUSED."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.domain.changes import Change, Effect, Request, Upload
from tools.domain.objects import AdObject, called
from tools.domain.references import Named
from tools.domain.tool import Context, ToolError, sending
from tools.graph import GraphFailure


def upload_change(
    ctx: Context, upload: Upload, index: int = 0, *, notes: tuple[str, ...] = (), **rest: Any
) -> Change:
    """The change that uploads an image. `notes` are shown before approval."""
    return ctx.change(
        "upload_image",
        Effect.CREATE,
        index=index,
        name=upload.filename,
        request=Request(path=f"{ctx.account.id}/adimages", upload=upload),
        shown={"file": upload.path} | ({"note": "; ".join(notes)} if notes else {}),
        undo_note="stays in the image library; an unused image costs nothing",
        **{"reason": "asked for"} | rest,
    )


def ad_change(
    ctx: Context,
    name: str,
    adset: AdObject,
    creative: Named,
    *,
    within: Named | None = None,
    index: int = 0,
    notes: tuple[str, ...] = (),
    **rest: Any,
) -> Change:
    """The change that makes an ad, PAUSED; `within` is an ad set that is not made yet."""
    adset_id, adset_waits, _ = within or Named(adset.id, "", adset.name)
    shown = {"ad set": f"{adset.name} ({adset.id})", "creative": creative.called}
    change = ctx.change(
        "create_ad",
        Effect.CREATE,
        index=index,
        level="ad",
        name=name,
        names=(*adset.names, name),
        where=(*adset.where, called(adset.name, adset.id)),
        request=Request(path=f"{ctx.account.id}/ads"),
        after={"status": "PAUSED"},
        shown=shown | ({"note": "; ".join(notes)} if notes else {}),
        undo_note="delete the ad while it is still PAUSED",
        depends_on=tuple(filter(None, (adset_waits, creative.waits_for))),
        **{"reason": "asked for"} | rest,
    )
    params = {
        "name": name,
        "adset_id": adset_id,
        "creative": {"creative_id": creative.value},
        "status": "PAUSED",
        "adlabels": [{"name": change.marker}],
    }
    return sending(change, params)


def check_dynamic(ctx: Context, adsets: Sequence[AdObject]) -> None:
    """A creative of a dynamic-creative ad set needs one (1885553), and is alone in it. Raises ToolError."""
    rows = ctx.graph.get_many([(a.id, {"fields": "is_dynamic_creative,ads.limit(1){id}"}) for a in adsets])
    for adset, row in zip(adsets, rows, strict=True):
        if isinstance(row, GraphFailure):
            raise row
        must_mix(adset, row)
        if (row.get("ads") or {}).get("data"):
            raise ToolError(
                f"{adset.name} ({adset.id}) has dynamic creative and takes one ad, which it has already."
            )


def must_mix(adset: AdObject, row: Mapping[str, Any]) -> None:
    """Raises ToolError for an ad set without dynamic creative."""
    if row.get("is_dynamic_creative") is not True:
        raise ToolError(
            f"The ad's parts are mixed by its ad set (dynamic creative), and {called(adset.name, adset.id)} mixes none:"
            " Meta refuses it there. Give an ad set with dynamic creative; launch_ads puts several images or texts into any."
        )
