"""Previews of ads and creatives (docs/graph-api.md §9)."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from sandbox.edges import creatives
from sandbox.request import params
from sandbox.request.enums import PREVIEW_FORMATS
from sandbox.request.incoming import flat
from sandbox.request.refusals import invalid, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node


def of_node(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /{ad or creative}/previews`."""
    creative = ctx.world.nodes[node.data["creative_id"]] if node.kind == "ad" else node
    return _iframe(creative.id, str(creative.data.get("name", "")), args)


def generate(ctx: Context, node: Node, args: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /act_X/generatepreviews` for an existing creative or the spec of one to be."""
    spec = {"creative_id": args["creative_id"]} if "creative_id" in args else params.parsed(args, "creative")
    if isinstance(spec, int):
        spec = {"creative_id": str(spec)}
    if spec is None:
        raise required("creative")
    if not isinstance(spec, dict):
        raise invalid("Param creative must be a JSON object", blame="creative")
    if "creative_id" not in spec:
        creatives.checked(ctx, node, flat(spec))
        return _iframe(node.id, str(spec.get("name", "")), args)
    return of_node(ctx, creatives.existing(ctx.world, node.data["account_id"], spec["creative_id"]), args)


def _iframe(about: str, name: str, args: Mapping[str, str]) -> dict[str, Any]:
    ad_format = params.choice(args, "ad_format", PREVIEW_FORMATS)
    source = f"https://www.facebook.example/ads/preview?d={about}&t={ad_format}"
    body = (
        f'<iframe src="{html.escape(source)}" title="{html.escape(name)}" width="540" height="690"></iframe>'
    )
    return {"data": [{"body": body}]}
