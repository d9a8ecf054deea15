"""What people elsewhere should hear of one time of a standing order: that it failed, and what waits because of it; of a webhook, what it told."""

import hashlib
import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from agent.fleet.orders import Claim, End
from agent.notices.messenger import guarded, tell
from agent.notices.notice_text import Notice, defused
from agent.notices.run_notices import LONGEST_PROBLEM, waiting_notice
from agent.setup.stops import Exit
from agent.writes.journal import Journal
from tools.domain.notify.notify_targets import NotifyTarget
from tools.domain.text import zone_of

LOOK = "w"
"""How the id begins of what was looked at because Meta told of it."""
LONGEST_LOOK = 400
_TRACE = re.compile(r" \[trace [^\]]*\]")
WELL = (Exit.DONE, Exit.APPROVAL)


def told_of_order(state: Path, targets: Iterable[NotifyTarget], claim: Claim, end: End) -> list[str]:
    """Tell that an order failed in an account, once until it goes well there, and what waits; lines as of `tell`.

    Looks of an account that fail in the same way are one failure, however many there are.
    Nothing is told of what is tried again, and of what a person stopped.
    """
    if not end.news or _open(claim, end):
        return []
    what = "looks" if claim.order.prefix == LOOK else f"order {claim.order.id}"
    kind = f"{what} {claim.spot.account} "
    over = {kind: list[str]()} if end.exit_code in WELL else None
    return guarded(
        lambda: tell(
            state,
            targets,
            _notices(state, claim, end, kind),
            zone_of(end.timezone or claim.spot.timezone),
            over=over,
        )
    )


def _open(claim: Claim, end: End) -> bool:
    """Whether it is tried again, or a person stopped it; of a look, its queue tells of the last try alone."""
    stopped = end.exit_code == Exit.INTERRUPTED and claim.attempt == 1
    return (end.passing or stopped) and claim.order.prefix != LOOK


def _notices(state: Path, claim: Claim, end: End, kind: str) -> list[Notice]:
    where = f"{defused(claim.spot.name)} ({claim.spot.account})"
    if claim.order.prefix == LOOK:
        thing = f"look {claim.order.id}" if end.exit_code in WELL else f"{kind}{_failure(end)}"
        return [Notice(thing, "problems", where, defused(end.answer, LONGEST_LOOK))]
    if end.exit_code not in WELL:
        said = f"{claim.order.id} “{defused(claim.order.request)}” failed (exit {int(end.exit_code)}): {defused(end.answer, LONGEST_PROBLEM)}"
        text = f"{said}\nLook: adsteward schedule list – adsteward schedule run {claim.order.id} does it now"
        return [Notice(f"{kind}{int(end.exit_code)}", "problems", where, text)]
    if not end.change_sets:
        return []
    with closing(Journal(state / "journal.sqlite")) as journal:
        waiting = [one for one in end.change_sets if journal.state(one) == "proposed"]
        return [waiting_notice(journal.change_set(one)) for one in waiting]


def _failure(end: End) -> str:
    """What a failure has in common with others: behind what Meta told, without the number of one request."""
    why = _TRACE.sub("", end.answer.partition("\n")[2])
    return f"{int(end.exit_code)} {hashlib.sha256(why.encode()).hexdigest()[:16]}"
