"""Has Meta check the ads of a launch without making them (`validate_only`, docs/graph-api.md §8.8)."""

from collections.abc import Sequence
from typing import Any

from tools.create.launch.findings import Findings
from tools.create.launch.wanted import Wanted
from tools.domain.changes import Change, resolve
from tools.domain.tool import Context
from tools.graph import GraphFailure


def validate(ads: Sequence[Wanted], changes: Sequence[Change], ctx: Context, findings: Findings) -> None:
    """Ask for each ad, with its creative written out in place; what Meta refuses goes to `findings`.

    A picture that is not uploaded yet has no hash: one of the library stands in for it. Raises GraphFailure.
    """
    pictures = [change for change in changes if change.kind == "upload_image"]
    stand_in = _any_picture(ctx) if pictures else ""
    if pictures and not stand_in:
        findings.note(
            ads[0].place,
            "Meta was not asked: the library has no picture yet that could stand in for new ones",
        )
        return
    results: dict[str, dict[str, Any]] = {picture.id: {"hash": stand_in} for picture in pictures}
    creatives = {c.id: resolve(c.request.params, results) for c in changes if c.kind == "create_creative"}
    made = [change for change in changes if change.kind == "create_ad"]
    calls = [(c.request.path, {**c.request.params, "creative": creatives[c.depends_on[0]]}) for c in made]
    for ad, answer in zip(ads, ctx.graph.validate(calls), strict=True):
        if isinstance(answer, GraphFailure):
            findings.error(ad.place, f"Meta would refuse it: {answer}")


def _any_picture(ctx: Context) -> str:
    rows = ctx.graph.get(f"{ctx.account.id}/adimages", fields="hash", limit=1).get("data") or []
    return str(rows[0].get("hash") or "") if rows else ""
