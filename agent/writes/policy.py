"""Judges changes: what is never done, what a mode lets through, and what a person must be asked about.

`TABLE` is the one place that decides what each mode lets through; README prints it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Literal, NamedTuple

from agent.setup.settings import Mode
from agent.writes.day import NOTHING_YET, Day
from agent.writes.envelope import Envelope, step_of
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.domain.change_kind import Limit
from tools.domain.changes import Change, Effect, raises_spend
from tools.domain.money import Money

Column = Mode | Literal["standing"]
"""Who decides: a mode of `--approve`, or what stack.md allows an assistant (`assistant_approval: safe`)."""
ALLOWED: dict[Column, tuple[str, str]] = {
    "safe": ("policy", "nothing in it can raise spend, and it is within the guardrails (--approve safe)"),
    "all": ("policy", "approved beforehand (--approve all)"),
    "standing": (
        "stack.md (assistant_approval: safe)",
        "nothing in it can raise spend, and it is within the guardrails",
    ),
}
"""Where something goes ahead with nobody asked: who is said to have approved it, and why."""


OVER, DELETE = "over", "delete"
"""What a person types where a yes is not enough; no other word does."""
_CEILING = "max_daily_budget {}, which {} can set"


class Answer(IntEnum):
    """What becomes of a change; the strictest of a set holds for all of it."""

    ALLOW = auto()
    PERSON = auto()
    WORD = auto()
    NEVER = auto()


class Sort(IntEnum):
    """What a change does, as modes tell changes apart."""

    START_NEW = auto()
    RAISE = auto()
    UNKNOWN = auto()
    FINAL = auto()
    ARCHIVE = auto()
    NAMES = auto()
    NOTICES = auto()
    CONTENT = auto()
    PROTECTED_STOP = auto()
    MANY_STOPS = auto()
    ASSUMED = auto()
    OWN_STOP = auto()
    PAUSE = auto()
    LOWER = auto()
    NEW = auto()
    DELETE = auto()
    OVER = auto()
    REFUSED = auto()


class Row(NamedTuple):
    """One sort of change: what it is called, how it is put to a person, and what each mode says to it."""

    called: str
    asks: str
    ask: Answer
    none: Answer
    safe: Answer
    all: Answer
    standing: Answer


def _row(called: str, asks: str, *answers: Answer) -> Row:
    """The answers of ask and none, safe and standing, and all."""
    people, safe, everything = answers
    return Row(called, asks, people, people, safe, everything, safe)


_YES, _ASK, _WORD, _NEVER = Answer.ALLOW, Answer.PERSON, Answer.WORD, Answer.NEVER
TABLE: dict[Sort, Row] = {
    Sort.OWN_STOP: _row("`stop`: pausing what adsteward started", "", _ASK, _YES, _YES),
    Sort.PAUSE: _row("pauses", "", _ASK, _YES, _YES),
    Sort.ASSUMED: _row(
        "pauses by what is usual in the account, as no target is given",
        "nobody gave a target, so {} is only dearer than usual here; a target_cpa in stack.md lets a rule decide",
        *(_ASK, _ASK, _YES),
    ),
    Sort.LOWER: _row("lower budgets, caps and bids; an earlier end", "", _ASK, _YES, _YES),
    Sort.NEW: _row(
        "new campaigns, ad sets, ads and creatives, all PAUSED; new rules, switched off; uploads",
        "",
        *(_ASK, _YES, _YES),
    ),
    Sort.CONTENT: _row(
        "new content in an ad that is there", "it changes what people see in {}", _ASK, _ASK, _YES
    ),
    Sort.NAMES: _row(
        "names and labels of what is there",
        "reports and rules may go by the names and labels of {}",
        *(_ASK, _ASK, _YES),
    ),
    Sort.NOTICES: _row(
        "webhooks of an account, on or off", "it changes whether your app is told of {}", _ASK, _ASK, _YES
    ),
    Sort.RAISE: _row(
        "activations, higher budgets, bids and caps, later ends, other targeting",
        "{} can raise spend",
        *(_ASK, _ASK, _YES),
    ),
    Sort.START_NEW: _row(
        "activating what the same change set makes",
        "it starts {} as soon as it is made, before anybody has seen it",
        *(_ASK, _ASK, _ASK),
    ),
    Sort.UNKNOWN: _row(
        "the same, over `max_daily_budget` in 24 hours or by an unknown amount", "", _ASK, _ASK, _ASK
    ),
    Sort.FINAL: _row(
        "what cannot be undone",
        "deleting {} is final: to have it again, it must be made anew",
        *(_ASK, _ASK, _ASK),
    ),
    Sort.ARCHIVE: _row(
        "archiving", "archiving {} is final: Meta lets it only be deleted then", _ASK, _ASK, _ASK
    ),
    Sort.MANY_STOPS: _row("`stop`: pausing more than `max_pauses_per_day`", "", _ASK, _ASK, _ASK),
    Sort.PROTECTED_STOP: _row(
        "`stop`: pausing what is protected, named with a second word",
        "it stops {}, which {file} protects",
        *(_ASK, _ASK, _ASK),
    ),
    Sort.DELETE: _row(
        "deleting what is there",
        "deleting {} is final: to have it again, it must be made anew",
        _WORD,
        _WORD,
        _WORD,
    ),
    Sort.OVER: _row("anything else over a limit of 24 hours", "", _WORD, _WORD, _WORD),
    Sort.REFUSED: _row(
        "what is protected; what would be made running; a budget over `max_daily_budget`",
        "",
        _NEVER,
        _NEVER,
        _NEVER,
    ),
}
"""By what it does, what becomes of a change in each mode."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """`allow`: go ahead, as `who` said beforehand; `ask`: a person decides. The reason is shown."""

    decision: Literal["allow", "ask"]
    reason: str
    who: str = ""
    over: str = ""
    """Which limits of the day it would pass: only a person at a terminal may, who types that they do."""
    deletes: str = ""
    """What it deletes for good, in a sentence: likewise."""

    @property
    def word(self) -> str:
        """What a person at a terminal types instead of a yes, or nothing."""
        return OVER if self.over else DELETE if self.deletes else ""

    @property
    def why_word(self) -> str:
        """Why a yes is not enough."""
        limits = f"it is over the limits of 24 hours ({self.over})" if self.over else ""
        return "; ".join(filter(None, (limits, self.deletes)))


@dataclass(frozen=True, slots=True)
class Policy:
    """The guardrails of the brand file and who decides. What it does not know, it refuses or asks."""

    brand: Brand
    account: Account
    mode: Column

    def refusal(self, change: Change) -> str:
        """Why this change may not even be proposed, or nothing. No person can pass this but by editing stack.md."""
        if change.account != self.account.id:
            return f"it belongs to {change.account}, not to {self.account.id}"
        if (was := change.spend.currency) != self.account.currency:
            return f"its amounts are in {was}, and the account is in {self.account.currency} now; ask for it again"
        named = change.emergency and change.reach == "protected" and change.effect is Effect.STOP_SPEND
        if (pattern := self.brand.is_protected(*change.names, change.name)) and not named:
            return f"it is protected by {self.brand.file('protect')} ({pattern})"
        if (pattern := self.brand.is_protected(*change.below)) and not named:
            return f"an ad under it is protected by {self.brand.file('protect')} ({pattern})"
        if change.row.must_be_paused and change.request.params.get("status") != change.row.idle:
            return f"{change.row.creates} is only created {change.row.idle}"
        return self._too_high(change)

    def ruling(self, changes: Sequence[Change], day: Day = NOTHING_YET) -> Ruling:
        """Whether changes may go ahead in this mode, after what the last 24 hours took of the limits."""
        envelope = Envelope(self.brand, self.account, day)
        over = envelope.over([c for c in changes if not c.emergency])
        found = self._sorted(changes, envelope) | (
            {Sort.OVER: f"over the limits of 24 hours: {over}"} if over else {}
        )
        answers = {sort: getattr(TABLE[sort], self.mode) for sort in found}
        if max(answers.values(), default=Answer.PERSON) is Answer.ALLOW:
            who, why = ALLOWED[self.mode]
            return Ruling("allow", why, who)
        asked = [found[sort] for sort in sorted(found) if answers[sort] is not Answer.ALLOW and found[sort]]
        deletes = found.get(Sort.DELETE, "")
        first = "; ".join(filter(None, (found.get(Sort.OVER), deletes)))
        return Ruling(
            "ask", first or next(iter(asked), _needs_approval(len(changes))), over=over, deletes=deletes
        )

    def pauses_left(self, day: Day) -> int:
        """How many more running ads may be paused before a limit is passed."""
        return Envelope(self.brand, self.account, day).pauses_left

    def _sorted(self, changes: Sequence[Change], envelope: Envelope) -> dict[Sort, str]:
        """What is among the changes, and how it is put to a person."""
        by_sort = dict[Sort, list[Change]]()
        for change in changes:
            by_sort.setdefault(_sort(change), []).append(change)
        file = self.brand.file("protect")
        found = {sort: TABLE[sort].asks.format(_first(some), file=file) for sort, some in by_sort.items()}
        if raising := by_sort.get(Sort.RAISE):
            found[Sort.RAISE] += _how(raising)
        if unseen := envelope.starts_over(changes):
            found[Sort.UNKNOWN] = unseen
        if many := envelope.over([c for c in changes if c.emergency and c.reach == "all"]):
            found[Sort.MANY_STOPS] = f"it stops much at once ({many})"
        return found

    def _too_high(self, change: Change) -> str:
        """Why a budget is too high by itself, or nothing; what `undo` sets back is judged by the day."""
        most, currency = self.brand.daily_budget_ceiling(self.account.currency), self.account.currency
        own = "" if self.brand.max_daily_budget else " (the built-in default)"
        ceiling = _CEILING.format(most.said + own, self.brand.file("max_daily_budget"))
        if change.row.limit is Limit.NEW_BUDGET:
            budget = Money(change.spend.once_started_minor, currency)
            return f"{budget.said} per day is over {ceiling}" if budget > most else ""
        step = step_of(change)
        if change.restores or not step or "daily_budget" not in change.after:
            return ""
        before, after = step
        high = after > before and after > most.minor
        return f"{Money(after, currency).said} is over {ceiling}" if high else ""


def _sort(change: Change) -> Sort:
    if change.emergency and change.effect is Effect.STOP_SPEND:
        return {"own": Sort.OWN_STOP, "all": Sort.PAUSE, "protected": Sort.PROTECTED_STOP}[change.reach]
    if change.effect is Effect.IRREVERSIBLE:
        if change.after.get("status") == "ARCHIVED":
            return Sort.ARCHIVE
        return Sort.FINAL if change.restores else Sort.DELETE
    if change.made_by:
        return Sort.START_NEW
    if raises_spend(change):
        return Sort.RAISE
    return {
        Effect.STOP_SPEND: Sort.ASSUMED if change.assumed else Sort.PAUSE,
        Effect.CHANGE_SPEND: Sort.LOWER,
        Effect.CREATE: Sort.NEW,
        Effect.CHANGE_CONTENT: Sort.CONTENT,
        Effect.CHANGE_NAME: Sort.NAMES,
        Effect.CHANGE_NOTICES: Sort.NOTICES,
    }.get(change.effect, Sort.RAISE)


def _how(raising: Sequence[Change]) -> str:
    """How it can raise spend where the sums say that nothing is added per day."""
    if any(change.spend.daily_minor != 0 for change in raising):
        return ""
    note = raising[0].spend.note
    return f", even if no budget rises{f': {note}' if note else ''}"


def _needs_approval(number: int) -> str:
    return "this change needs your approval" if number == 1 else f"these {number} changes need your approval"


def _first(changes: Sequence[Change]) -> str:
    return f"{changes[0].name!r}" + (f" (and {len(changes) - 1} more)" if changes[1:] else "")
