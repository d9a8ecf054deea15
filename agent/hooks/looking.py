"""Takes the looks that webhooks asked for: read-only, one after the other, beside what is due of the schedules.

No word of a webhook is a request: what is asked of the account follows from the field alone.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from typing import Any

from agent.fleet.orders import Claim, End, Order, Spot
from agent.hooks.look_queue import MOST_ATTEMPTS, Look, LookQueue
from agent.hooks.told_events import FIELDS
from agent.models.model import Model
from agent.run.session import Session
from agent.setup.stops import Exit
from tools.domain import objects
from tools.domain.text import shortened, visible
from tools.graph.redact import Redactor
from tools.read.rejections import STATUSES, why

CHECK = "daily check"
"""What is asked of an account of which an object is not named: what a schedule would do."""
NEXT = {
    "creative_fatigue": '\nNext: `adsteward run "daily check"` says whether its own figures tire, and what waiting costs.'
}
"""What a person does about what an object cannot tell of itself."""
PROCESSED = "in_process_ad_objects"
"""Told of every ad that is made or changed: no news while the ad is fine."""
LEVELS = {noun: level for level, noun in objects.NOUNS.items()}


@dataclass(slots=True)
class Looker:
    """Takes what waits in a state folder; does nothing where no webhook ever came."""

    state: Path
    look: Callable[[Claim, Look], End]
    """Never raises Stop; an end that was interrupted leaves the look to whoever comes next."""
    tell: Callable[[Claim, End, str], None]
    lives: Callable[[str], bool]
    """Whether a worker of a name is alive."""

    def round(self, owner: str, most: int) -> list[int]:
        """Take what waits, so many at most; gives the exit codes. Raises KeyboardInterrupt."""
        if not LookQueue.is_kept(self.state):
            return []
        exits = list[int]()
        with closing(LookQueue.of(self.state)) as queue:
            for taken in queue.running():
                if not self.lives(taken.owner):
                    self._left(queue, taken)
            for _ in range(most):
                if not (look := queue.take(owner)):
                    break
                exits += self._take(queue, look)
        return exits

    def _left(self, queue: LookQueue, look: Look) -> None:
        """What a dead worker had taken is taken again, unless it takes its workers down."""
        if look.attempt < MOST_ATTEMPTS:
            queue.put_back(look)
            return
        end = End("error", Exit.INTERRUPTED, f"{_said(look)} Its worker ended each time it was looked at.")
        queue.finish(look, end)
        self.tell(_claim(queue, look), end, "")

    def _take(self, queue: LookQueue, look: Look) -> list[int]:
        claim = _claim(queue, look)
        end = self.look(claim, look)
        if end.exit_code == Exit.INTERRUPTED:
            queue.put_back(look)
            raise KeyboardInterrupt
        end = replace(end, answer=f"{_said(look)}\n{end.answer}")
        if not queue.finish(look, end):
            return []
        self.tell(claim, end, "")
        return [int(end.exit_code)]


def look_at(session: Session, look: Look, rules: Model) -> End:
    """Look at what Meta told of, with tools that only read; gives how it is now."""
    news = True
    if FIELDS[look.field].about and look.object_id:
        report, found = session.tool("inspect", {"id": look.object_id}, request=f"inspect {look.object_id}")
        seen = report.exit_code == Exit.DONE
        now = _now(found) + NEXT.get(look.field, "") if seen else report.answer
        news = look.field != PROCESSED or not seen or _ails(found)
    else:
        report = session.run(CHECK, rules)
        now = report.answer
    return End(
        report.status,
        report.exit_code,
        Redactor().tokens(now),
        transcript=report.transcript,
        timezone=session.world.account.timezone,
        news=news,
        passing=report.passing,
    )


def _said(look: Look) -> str:
    """Meta's words, as words: in quotes, with nothing hidden in them."""
    what = f"{look.object_id} of {look.account}" if look.object_id else look.account
    words = f": “{shortened(visible(look.said), 300)}”" if look.said else ""
    return f"Meta tells that {what} {FIELDS[look.field].means}{words}."


def _ails(found: dict[str, Any]) -> bool:
    """Whether Meta rejected an object or holds it back."""
    told = found.get("ad_review_feedback") or found.get("issues_info")
    return bool(told) or found.get("effective_status") in STATUSES


def _now(found: dict[str, Any]) -> str:
    """How an object reads now, and why it does not run where Meta says that."""
    noun, name = str(found.get("type")), visible(found.get("name") or found.get("id"))
    now = f"The {noun} {name} is now: {found.get('now') or found.get('status') or 'not told'}."
    if noun not in LEVELS or not _ails(found):
        return now
    told = why(objects.parse(LEVELS[noun], found))
    lines = [
        visible(line)
        for line in (*told["reasons"], *told.get("issues", ()))
        if line != "Meta gives no reason"
    ]
    return "\n".join([now, *lines, *([told["try"]] if "try" in told else [])])


def _claim(queue: LookQueue, look: Look) -> Claim:
    """A look in the form in which workers tell of their work."""
    order = Order(
        number=look.number,
        request=f"look: {FIELDS[look.field].means}",
        at=time(),
        every="day",
        account=look.account,
        approve="none",
        options=look.options,
        state="active",
        prefix="w",
    )
    spot = Spot(look.account, look.account, "UTC")
    return Claim(look.number, order, spot, look.told_at, queue.now(), look.owner, look.attempt)
