"""The status model (docs/graph-api.md §8.7): what is set, what follows from it, what may follow what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.request.refusals import GraphError, explained, not_one_of
from sandbox.world import ad_review
from sandbox.world.node import HIDDEN, SETTABLE

if TYPE_CHECKING:
    from sandbox.world.accounts import Accounts
    from sandbox.world.node import Node


def effective(accounts: Accounts, node: Node) -> str:
    """Derive `effective_status` from the node's own status, its parents and, for ads, review.

    The strongest wins: deleted, archived, a paused campaign, a paused ad set, own pause, review.
    """
    own = str(node.data["status"])
    campaign, adset = _set(accounts, node.data.get("campaign_id")), _set(accounts, node.data.get("adset_id"))
    for gone in ("DELETED", "ARCHIVED"):
        if gone in {own, campaign, adset}:
            return gone
    if campaign == "PAUSED":
        return "CAMPAIGN_PAUSED"
    if adset == "PAUSED":
        return "ADSET_PAUSED"
    if own == "PAUSED" or node.kind != "ad":
        return own
    return ad_review.state(accounts, node, accounts.clock()) or own


def _set(accounts: Accounts, parent_id: str | None) -> str:
    """Give the status that a parent is set to; nothing where there is none."""
    parent = accounts.nodes.get(parent_id) if parent_id else None
    return str(parent.data["status"]) if parent else ""


def check_transition(node: Node, wanted: str) -> None:
    """Refuse a status Meta would not set: archived objects can only be deleted, deleted is final."""
    if wanted not in SETTABLE:
        raise not_one_of("status", SETTABLE)
    if node.data["status"] == "ARCHIVED" and wanted not in HIDDEN:
        raise explained(
            1487056,
            "Object is archived",
            "An archived object can only be renamed or deleted.",
            blame="status",
        )


def check_editable(accounts: Accounts, node: Node, changed: set[str]) -> None:
    """Refuse changes that the status of the node or its parents forbids (§8.7, §3.3 subcode 1487056)."""
    own = effective(accounts, node) if "campaign_id" in node.data else node.data["status"]
    allowed = {"DELETED": {"name"}, "ARCHIVED": {"name", "status"}}.get(own)
    if allowed is not None and changed - allowed:
        raise GraphError(
            code=100,
            subcode=1487056,
            message="Invalid parameter",
            title=f"Object is {own.lower()}",
            user_message=f"This object is {own.lower()}; only {' and '.join(sorted(allowed))} can be changed.",
        )
