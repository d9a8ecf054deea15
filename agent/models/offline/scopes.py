"""Narrows a request to one campaign or ad set."""

from collections.abc import Sequence

from agent.models.offline.intents import Level, Target
from agent.models.offline.names import LIST_ALL, Node, among, nodes, only
from agent.models.offline.steps import Ended, Steps, needed

CONTAINERS: tuple[Level, ...] = ("campaign", "adset")


def scope_node(target: Target | None, levels: Sequence[Level] = CONTAINERS) -> Steps[Node | None]:
    """The campaign or ad set (or whatever `levels` allow) that a scope names; None for the whole account.

    Raises Ended when there is none or more than one. A campaign goes before its own ad sets and ads.
    """
    if target is None:
        return None
    content = yield from needed(LIST_ALL)
    if target.is_id and content.get("left_out") and target.text not in {node.id for node in nodes(content)}:
        if target.level in CONTAINERS:
            return Node(target.level, target.text, target.text, "", "")
        raise Ended(f"Say what {target.text} is: the campaign {target.text}, or the ad set {target.text}.")
    found = among(target, content, levels)
    return only(target, _outermost(found))


def _outermost(found: tuple[Node, ...]) -> tuple[Node, ...]:
    """The one campaign that holds all the other matches, if there is such a one."""
    campaigns = [node for node in found if node.level == "campaign"]
    if len(campaigns) == 1 and all(node.campaign_id == campaigns[0].id for node in found):
        return (campaigns[0],)
    return found
