"""What the operator allowed beforehand in stack.md: `assistant_approval: safe`."""

from dataclasses import replace
from datetime import timedelta

from agent.run.reopen import policy_for
from agent.run.session import Session
from tools.domain.changes import ChangeSet

WHO = "stack.md (assistant_approval: safe)"
WINDOW = timedelta(days=1)
"""What was let through counts for this long against the limits of a run: an assistant's calls have no other end."""


def allows(session: Session, change_set: ChangeSet) -> str:
    """Why a set may be applied without asking anybody, or nothing."""
    policy = replace(policy_for(session, change_set), mode="safe")
    if policy.brand.assistant_approval != "safe":
        return ""
    before = session.journal.approved_by(WHO, policy.account.id, session.now() - WINDOW)
    plan = [change for earlier in before for change in earlier.changes]
    for change in change_set.changes:
        if policy.refusal(change, plan):
            return ""
        plan.append(change)
    allowed = policy.ruling(plan).decision == "allow"
    return "nothing in it can raise spend, and it is within the guardrails" if allowed else ""
