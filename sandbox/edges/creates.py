"""Creation of campaigns, ad sets, creatives and ads (docs/graph-api.md §8.1, §8.2, §8.4, §8.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges import creatives, labels, write_checks
from sandbox.edges.updates import answer_fields
from sandbox.objects import activities, schema
from sandbox.request import params
from sandbox.request.incoming import flat
from sandbox.request.refusals import GraphError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.objects.context import Context, Edge
    from sandbox.world.node import Node

    Args = Mapping[str, str]
    Maker = Callable[[Context, Node, Args], list[Node]]


def _new(ctx: Context, account: Node, kind: str, data: dict[str, Any], *, offset: int = 0) -> Node:
    now = ctx.world.timestamp()
    account_id = account.data["account_id"]
    common = {"account_id": account_id, "status": "ACTIVE", "created_time": now, "updated_time": now}
    data = common | {name: value for name, value in data.items() if value is not None}
    if data["status"] not in {"ACTIVE", "PAUSED"}:
        raise invalid("Param status must be one of {ACTIVE, PAUSED}", blame="status")
    write_checks.check_room(ctx.world, account_id, kind)
    return ctx.world.draft(kind, data, offset=offset)


def campaign(ctx: Context, account: Node, args: Args) -> list[Node]:
    """Make a campaign."""
    data = {"buying_type": "AUCTION"} | schema.complete("campaign", args)
    write_checks.campaign(ctx, account, {}, data, set(data))
    return [_new(ctx, account, "campaign", data)]


def adset(ctx: Context, account: Node, args: Args) -> list[Node]:
    """Make an ad set under a campaign that is alive."""
    data = schema.complete("adset", args)
    parent = write_checks.parent(ctx.world, account, data, "campaign")
    data = write_checks.adset(ctx, account, parent, data, set(data))
    return [_new(ctx, account, "adset", {"learning_stage_info": {"status": "LEARNING"}} | data)]


def creative(ctx: Context, account: Node, args: Args) -> list[Node]:
    """Make a creative."""
    return [ctx.world.draft("creative", creatives.checked(ctx, account, args))]


def ad(ctx: Context, account: Node, args: Args) -> list[Node]:
    """Make an ad; its creative is named by id or written out in place."""
    data = schema.complete("ad", args)
    parent = write_checks.parent(ctx.world, account, data, "adset")
    spec, made = data.pop("creative"), []
    if "creative_id" in spec:
        used = creatives.existing(ctx.world, account.data["account_id"], spec["creative_id"])
    else:
        made = creative(ctx, account, flat(spec))
        used = made[0]
    write_checks.ad(ctx, parent, used, data, None)
    data |= {"creative_id": used.id, "campaign_id": parent.data["campaign_id"]}
    return [*made, _new(ctx, account, "ad", data, offset=len(made))]


CREATES: dict[str, tuple[Maker, str]] = {
    "campaigns": (campaign, "create_campaign_group"),
    "adsets": (adset, "create_ad_set"),
    "adcreatives": (creative, activities.EDITED),
    "ads": (ad, "create_ad"),
}
"""What makes the nodes of each edge, and the event it is logged as."""
_LOGGED = ("status", "adset_id", "campaign_id")


def creating(edge: str) -> Edge:
    """Make the answer to `POST /act_X/{edge}`; the last node made is the one that was asked for."""
    make, event = CREATES[edge]

    def create(ctx: Context, account: Node, args: Args) -> dict[str, Any]:
        check_active(account)
        drafts = make(ctx, account, args)
        drafts += _labelled(ctx, account, drafts)
        if params.validate_only(args):
            return {"success": True}
        node = drafts[-1]
        about = {name: node.data[name] for name in _LOGGED if name in node.data}
        ctx.world.commit(drafts, [activities.entry(ctx.world, node, event, about)])
        return {"id": node.id, **answer_fields(ctx, node, args)}

    return create


def check_active(account: Node) -> None:
    """Refuse to make anything in an account that is not active (§2.1)."""
    if account.data["account_status"] != 1:
        raise GraphError(code=200, http_status=403, message="(#200) The ad account is not active")


def _labelled(ctx: Context, account: Node, drafts: list[Node]) -> list[Node]:
    """Put the labels of new nodes into their stored form, and give the labels before the node that was asked for."""
    asked = drafts.pop()
    made: list[Node] = []
    for node in (*drafts, asked):
        if labels.FIELD in node.data:
            have = len(drafts) + 1 + len(made)
            rows, new = labels.resolve(
                ctx.world, account.data["account_id"], node.data[labels.FIELD], offset=have
            )
            node.data[labels.FIELD] = rows
            made += new
    return [*made, asked]
