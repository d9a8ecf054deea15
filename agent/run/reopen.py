"""Applies a change set that was stored earlier: the same checks whoever asks for it, the same one way to write."""

from dataclasses import replace

from agent.run.report import Report, interrupted
from agent.run.session import Session
from agent.setup.stops import ConfigError, Exit, Forbidden
from agent.writes.approval import decide, ruling_on
from agent.writes.change_events import Proposed, Settled
from agent.writes.launch_results import put_down
from agent.writes.policy import Policy
from agent.writes.set_states import too_late
from tools.domain.brand import BrandError
from tools.domain.brand_layers import of_texts, tightened
from tools.domain.changes import ChangeSet
from tools.domain.naming.other_account import switch_to
from tools.edit import last_set


def carry_out(session: Session, change_set: ChangeSet, policy: Policy | None = None) -> Report:
    """Judge a stored set again, have it decided if it is not yet approved, and apply it. Raises ConfigError.

    By the session's policy, unless another one is given. Raises Interrupted, saying where the set stands.
    """
    check_applicable(session, change_set)
    if not settled_or_approved(session, change_set):
        session.emit(Proposed(change_set, "saved earlier"))
        again = None if policy else lambda: _policy_now(session, change_set)
        policy = policy or policy_for(session, change_set)
        try:
            decision = decide(
                session.journal, session.approver, change_set, policy, session.emit, again=again
            )
        except KeyboardInterrupt:
            raise interrupted(session.journal, [change_set]) from None
        if decision.verdict != "approved":
            later = decision.verdict == "later"  # which a screen was told; JSON has its answer alone
            told = session.settings.options.json or ruling_on(session.journal, change_set, policy).word
            return session.stored(change_set, decision.reason if later and told else "")
    if session.journal.state(change_set.id) == "applied":  # whoever applied it may have died before its end
        settled = Settled(change_set.id, "applied", tuple(session.journal.outcomes(change_set)))
        put_down(settled, session.emit, session.settings.workspace, session.world)
    return session.apply(change_set)


def take_back(session: Session, change_set_id: str) -> Report:
    """Propose what takes a set back, and do it if the session's approver says so; a report says why nothing is."""
    report, result = session.tool("undo", {"change_set_id": change_set_id}, request=f"undo {change_set_id}")
    note = str(result.get("note") or "") if isinstance(result, dict) else ""
    if not report.change_sets and report.exit_code == Exit.DONE:
        note = f"Nothing was changed: {note or 'there is nothing to undo'}."
    return replace(report, answer="\n".join(part for part in (report.answer, note) if part))


def take_back_last(session: Session, *, again: bool = False) -> Report | str:
    """The same of what was applied last, or with `again` of the undo that was; a text where there is no such set."""
    account = session.world.account.id
    applied = session.journal.applied(account, unknown=True)
    meant = last_set.redo(applied) if again else last_set.undo(applied, account)
    return take_back(session, meant.set_id) if meant.set_id else meant.said


def settled_or_approved(session: Session, change_set: ChangeSet) -> bool:
    """Whether nobody needs to be asked (again) before `apply` looks at the set."""
    journal = session.journal
    return journal.state(change_set.id) == "applied" or journal.approved(change_set)


def check_applicable(session: Session, change_set: ChangeSet) -> None:
    """A stored set may be applied here and now. Raises Forbidden and ConfigError saying why not."""
    check_account(session, change_set)
    policy = policy_for(session, change_set)
    planned = [o.change for o in session.journal.outcomes(change_set) if o.state == "PLANNED"]
    for change in planned:
        if refusal := policy.refusal(change):
            raise Forbidden(f"Refused: {change.name!r}: {refusal}. Nothing was sent.")
    if session.journal.state(change_set.id) == "undone":
        raise ConfigError(f"{change_set.id} was undone. Ask for the change again. Nothing was sent.")
    if late := too_late(session.journal, change_set):
        raise ConfigError(f"{late}.")


def _policy_now(session: Session, change_set: ChangeSet) -> Policy:
    session.look_again()
    return policy_for(session, change_set)


def policy_for(session: Session, change_set: ChangeSet) -> Policy:
    """The policy of a session, as `held_to` has it judge a stored set. Raises ConfigError."""
    return held_to(session.policy(), change_set)


def held_to(policy: Policy, change_set: ChangeSet) -> Policy:
    """Judges a stored set by the tighter of two guardrails: those it was proposed under and those of today.

    Raises ConfigError when the former cannot be read any more.
    """
    if not change_set.settings:  # stored by an older version
        return policy
    try:
        before = of_texts(change_set.settings)
    except BrandError as error:
        raise ConfigError(
            f"{change_set.id} was judged by settings that mean nothing here ({error}). Ask for the change again."
            " Nothing was sent."
        ) from None
    return replace(policy, brand=tightened(policy.brand, before, policy.account.currency))


def check_account(session: Session, change_set: ChangeSet) -> None:
    """A set is applied in the world and account that it was made for. Raises ConfigError."""
    if session.journal.elsewhere(change_set):
        standing = session.journal.standing(change_set.account, change_set.id)
        raise ConfigError(f"{standing} Nothing was changed.")
    if session.world.id == change_set.world and session.world.account.id != change_set.account:
        raise ConfigError(
            f"{change_set.id} was made for {change_set.account}, and this is {session.world.account.id}."
            f" {switch_to(change_set.account)}. Nothing was changed."
        )
    if session.world.id != change_set.world:
        here = f"{session.world.id}, {session.world.account.id}"
        raise ConfigError(
            f"{change_set.id} was made for {change_set.world}, {change_set.account}; this is {here}."
            " Set META_GRAPH_URL and the account as they were. Nothing was changed."
        )
