"""Copies of campaigns, ad sets and ads (docs/graph-api.md §8.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.edges import creates, creatives, edge_reads, updates, write_checks
from sandbox.objects import activities, schema
from sandbox.request import params
from sandbox.request.incoming import flat
from sandbox.request.refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

    Args = Mapping[str, str]

MOST_CHILDREN = 3
_BELOW = {"campaign": "adset", "adset": "ad"}
_EVENTS = {"campaign": "create_campaign_group", "adset": "create_ad_set", "ad": "create_ad"}
_NOT_COPIED = {"review", "ad_review_feedback", "issues_info", "status", "created_time", "updated_time"}
_STATUS_OPTIONS = ("ACTIVE", "INHERITED_FROM_SOURCE", "PAUSED")


class _Copier:
    """One copy request: what it made so far, and for which source each was made."""

    def __init__(self, ctx: Context, account: Node, args: Args) -> None:
        self.ctx, self.account, self.args = ctx, account, args
        self.made: list[tuple[Node | None, Node]] = []
        self.option = params.choice(args, "status_option", _STATUS_OPTIONS, default="PAUSED")
        self.naming = params.mapping(args, "rename_options") or {}

    def add(self, source: Node, change: dict[str, Any], *, top: bool) -> Node:
        """Make the copy of one object."""
        now = self.ctx.world.timestamp()
        kept = {name: value for name, value in source.data.items() if name not in _NOT_COPIED}
        status = source.data["status"] if self.option == "INHERITED_FROM_SOURCE" else self.option
        if source.kind == "adset":
            kept["learning_stage_info"] = {"status": "LEARNING"}
        data = {
            **kept,
            "name": self._name(source, top=top),
            "status": status,
            "created_time": now,
            "updated_time": now,
            f"source_{source.kind}_id": source.id,
            **change,
        }
        write_checks.check_room(self.ctx.world, self.account.data["account_id"], source.kind)
        return self._keep(source, self.ctx.world.draft(source.kind, data, offset=len(self.made)))

    def _keep(self, source: Node | None, node: Node) -> Node:
        self.made.append((source, node))
        return node

    def creative(self, used: Node) -> Node:
        """Give the creative of a copied ad: the same, or a new one where `creative_parameters` changes it."""
        override = params.mapping(self.args, "creative_parameters")
        if not override:
            creatives.check_features(self.ctx.version, used.data.get("degrees_of_freedom_spec") or {})
            return used
        known = {n: v for n, v in used.data.items() if n in schema.FIXED["creative"] or (n == "name" and v)}
        data = creatives.checked(self.ctx, self.account, flat({**known, **override}))
        return self._keep(None, self.ctx.world.draft("creative", data, offset=len(self.made)))

    def _name(self, source: Node, *, top: bool) -> str:
        strategy = self.naming.get("rename_strategy", "ONLY_TOP_LEVEL_RENAME")
        name = str(source.data.get("name", ""))
        if strategy == "NO_RENAME" or (strategy == "ONLY_TOP_LEVEL_RENAME" and not top):
            return name
        suffix = self.naming.get("rename_suffix", "" if "rename_prefix" in self.naming else " - Copy")
        return f"{self.naming.get('rename_prefix', '')}{name}{suffix}"


def create(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{id}/copies`; with `deep_copy` what is below comes along, up to three objects."""
    account = updates.account_of(ctx, node)
    creates.check_active(account)
    if node.data["status"] == "DELETED":
        raise invalid("A deleted object cannot be copied")
    deep = params.flag(args, "deep_copy") or False
    if deep and node.kind == "ad":
        raise invalid("deep_copy is not a parameter of ad copies", blame="deep_copy")
    copier = _Copier(ctx, account, args)
    top = _copy(copier, node, _target(ctx, account, node, args), deep=deep, top=True)
    children = sum(1 for source, made in copier.made if source is not None and made is not top)
    if children > MOST_CHILDREN:
        raise invalid(
            f"A copy that is not asynchronous can take at most {MOST_CHILDREN} objects along, not {children}",
            blame="deep_copy",
        )
    if params.validate_only(args):
        return {"success": True}
    pairs = [(source, made) for source, made in copier.made if source is not None]
    log = [
        activities.entry(ctx.world, made, _EVENTS[made.kind], {"source": source.id}) for source, made in pairs
    ]
    ctx.world.commit([made for _, made in copier.made], log)
    rows = [
        {"ad_object_type": _TYPES[made.kind], "source_id": source.id, "copied_id": made.id}
        for source, made in pairs
    ]
    return {f"copied_{node.kind}_id": top.id, "ad_object_ids": rows}


_TYPES = {"campaign": "campaign", "adset": "ad_set", "ad": "ad"}


def _target(ctx: Context, account: Node, node: Node, args: Args) -> Node | None:
    """Find where the copy goes: what the call names, else where its source is."""
    above = {"adset": "campaign", "ad": "adset"}.get(node.kind)
    if above is None:
        return None
    name = f"{above}_id"
    return write_checks.parent(ctx.world, account, {name: args.get(name) or node.data[name]}, above)


def _copy(copier: _Copier, source: Node, above: Node | None, *, deep: bool, top: bool) -> Node:
    ctx, change = copier.ctx, {}
    if top and source.kind != "ad":
        ends = "stop_time" if source.kind == "campaign" else "end_time"
        times = {"start_time": "start_time", "end_time": ends}
        change = {field: params.moment(copier.args, n) for n, field in times.items() if n in copier.args}
    if source.kind == "campaign":
        made = copier.add(source, change, top=top)
        write_checks.campaign(ctx, copier.account, {}, made.data, set(change))
    elif source.kind == "adset" and above is not None:
        made = copier.add(source, change | {"campaign_id": above.id}, top=top)
        made.data = write_checks.adset(ctx, copier.account, above, made.data, {"targeting", *change})
    elif above is not None:
        used = copier.creative(ctx.world.nodes[source.data["creative_id"]])
        places = {"adset_id": above.id, "campaign_id": above.data["campaign_id"], "creative_id": used.id}
        write_checks.ad(ctx, above, used, {}, None)
        made = copier.add(source, places, top=top)
    below = _BELOW.get(source.kind) if deep else None
    for child in reversed(ctx.world.of(below, **{f"{source.kind}_id": source.id})) if below else ():
        if not child.hidden:
            _copy(copier, child, made, deep=deep, top=False)
    return made


def read(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /{id}/copies`: the copies made of an object."""
    found = ctx.world.of(node.kind, **{f"source_{node.kind}_id": node.id})
    return edge_reads.answer(ctx, f"{node.id}/copies", edge_reads.visible(ctx, found, node.kind, args), args)
