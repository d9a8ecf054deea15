"""What the operator allowed beforehand in stack.md: `assistant_approval: safe`."""

from agent.run.reopen import policy_for
from agent.run.session import Session
from agent.writes.approval import ruling_on
from agent.writes.policy import Policy
from tools.domain.changes import ChangeSet


def allowing(session: Session, change_set: ChangeSet) -> Policy | None:
    """The policy by which a set may be applied without asking anybody, or none."""
    brand = policy_for(session, change_set).brand
    if brand.assistant_approval != "safe":
        return None
    policy = Policy(brand, session.world.account, "standing")
    allowed = ruling_on(session.journal, change_set, policy).decision == "allow"
    return policy if allowed else None
