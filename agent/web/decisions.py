"""What a person sees of a change set before they decide, and how it is decided: by the functions of every surface."""

import contextlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC

from markupsafe import escape

from agent.run.braking import settings_of_set
from agent.run.events import Noted
from agent.run.part_of_set import part_of
from agent.run.places import made_in, noting_unseen, stored_set
from agent.run.reopen import carry_out, check_account, held_to, take_back
from agent.run.report import Report, StoredSet
from agent.run.session import Session
from agent.setup.account_brand import Whose
from agent.setup.settings import Options, Settings, load_settings, settings_for
from agent.setup.stops import ConfigError, NotApproved
from agent.show.change_lines import Block, Line, block_lines, blocks, change_set_lines, head_lines
from agent.show.stored_lines import stored_lines
from agent.web.visits import LATELY, House
from agent.web.works import Work
from agent.writes.approval import Decision, Nobody, may_pass, ruling_on
from agent.writes.journal import Journal
from agent.writes.journal_reader import SetState
from agent.writes.policy import Policy, Ruling
from tools.domain.account import Account
from tools.domain.brand import BrandError
from tools.domain.changes import ChangeSet
from tools.graph.redact import Redactor

OPEN: tuple[SetState, ...] = ("proposed", "approved", "applying", "partly_applied", "failed")
"""States from which a yes leads on; what was declined is asked for again."""


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a page shows of a set, and where the set stood then."""

    stored: StoredSet
    head: list[Line]
    blocks: list[list[Line]]
    told: list[str]
    changes: list[Block]
    """Each change by itself, to be chosen."""

    @classmethod
    def of(cls, journal: Journal, change_set: ChangeSet) -> "Sight":
        """The one rendering of every surface, cut into its blocks. Raises ConfigError when its events were altered."""
        stored = StoredSet.read(journal, change_set)
        journal.events(change_set.id)
        taken = blocks(change_set)
        lines = [block_lines(members) for members in taken]
        every = [block for members in taken for block in members]
        return cls(stored, head_lines(change_set), lines, stored_lines(stored), every)

    def stands_in(self, page: str) -> bool:
        """Whether a page holds every line that a terminal has, in order; what it does not show, it cannot approve."""
        place = 0
        for line in self.lines:
            for part in [f"{line.word}:"] * bool(line.word) + [line.text]:
                place = page.find(f">{escape(part)}<", place) + 1
                if not place:
                    return False
        return True

    @property
    def lines(self) -> list[Line]:
        return change_set_lines(self.stored.change_set)

    @property
    def text(self) -> str:
        """What was shown: another content, another state, another rendering is another text."""
        held = self.stored.change_set
        return "\n".join([held.id, held.digest, self.stored.state, *(line.plain for line in self.lines)])

    @property
    def waits(self) -> bool:
        """Whether nobody decided on it."""
        return self.stored.state == "proposed"

    @property
    def open(self) -> bool:
        """Whether a yes leads on: nobody decided, or some of it was not sent or is not known."""
        left = any(outcome.said in ("not sent", "unknown") for outcome in self.stored.outcomes)
        return self.stored.state in OPEN and left


def seen(house: House, change_set_id: str) -> Sight:
    """A set as it is now. Raises ConfigError."""
    with house.journal() as journal:
        return Sight.of(journal, stored_set(house.options, journal, change_set_id))


def only_at_a_terminal(options: Options, journal: Journal, sight: Sight) -> str:
    """Why a set that is open cannot be approved at a page, or nothing, as far as that is known without asking Meta."""
    held = sight.stored.change_set
    if not sight.open or journal.approved(held):
        return ""
    account = Account(held.account, held.account_name, held.currency, "UTC")
    with contextlib.suppress(ConfigError, BrandError):
        settings = load_settings(made_in(options, held), whole=False)
        brand = settings_for(settings, Whose(held.account, held.currency)).loaded.brand
        ruling = ruling_on(journal, held, held_to(Policy(brand, account, "none"), held))
        return (
            f"{ruling.reason[:1].upper()}{ruling.reason[1:]}. {may_pass(held, ruling)}" if ruling.word else ""
        )
    return ""


class AsShown:
    """Says yes for a person, to what they were shown and as long as it stands as it did then."""

    def __init__(self, journal: Journal, who: str, state: SetState) -> None:
        self._journal, self._who, self._state = journal, who, state

    def decide(self, change_set: ChangeSet, ruling: Ruling) -> Decision:  # noqa: ARG002 - approve() has the last word
        now = self._journal.state(change_set.id)
        if now != self._state:
            return Decision("later", self._who, f"it was {self._state} when it was shown, and is {now} now")
        return Decision("approved", self._who)


def carried_out(options: Options, shown: StoredSet, who: str, work: Work) -> Report:
    """Approve and apply a set that was shown, as `adsteward apply` does. Raises Stop."""
    change_set = shown.change_set
    with noting_unseen(options, change_set):
        options = made_in(options, change_set)
        session = opened(options, work, settings=settings_of_set(options, change_set))
    try:
        check_account(session, change_set)
        if (now := session.journal.state(change_set.id)) != shown.state:
            raise NotApproved(
                f"{change_set.id} was {shown.state} when it was shown, and is {now} now. Look again."
            )
        session.approver = AsShown(session.journal, who, shown.state)
        return carry_out(session, change_set)
    finally:
        session.close()


def undo_proposed(options: Options, change_set: ChangeSet, work: Work) -> Report:
    """Propose to take a set back; that waits for an approval like anything else. Raises Stop."""
    session = opened(made_in(options, change_set), work)
    try:
        check_account(session, change_set)
        return take_back(session, change_set.id)
    finally:
        session.close()


def waiting_undo(house: House, change_set: ChangeSet) -> str:
    """The id of a set that waits and only takes another one back, or nothing; what a request says proves neither."""
    done = {change.id for change in change_set.changes}
    with house.journal() as journal:
        for row in journal.recent(change_set.account, LATELY, state="proposed"):
            if (row["request"], row["world"]) != (f"undo {change_set.id}", change_set.world):
                continue
            with contextlib.suppress(ConfigError):
                if all(one.restores in done for one in journal.change_set(row["id"]).changes):
                    return str(row["id"])
    return ""


def decline(journal: Journal, change_set: ChangeSet, who: str, reason: str) -> None:
    """Withdraw a set. Raises ConfigError when it was decided meanwhile."""
    journal.decline(change_set, who, Redactor().tokens(reason))


def take_part(journal: Journal, whole: ChangeSet, numbers: Collection[int], who: str) -> ChangeSet:
    """Put a part in the place of a set that waits; gives the part, which waits in turn. Raises ConfigError."""
    at = journal.moment.ours.astimezone(UTC)
    run_id = f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    part = part_of(whole, numbers, run_id=run_id, at=at, who=who)
    with journal.together():
        if (now := journal.state(whole.id)) != "proposed":
            raise ConfigError(f"{whole.id} is {now} by now. Nothing was changed.")
        journal.decline(whole, who, f"replaced by {part.id}, a part of it")
        journal.propose(part)
    return part


def opened(options: Options, work: Work, *, model: str = "", settings: Settings | None = None) -> Session:
    """A session in which nothing is approved beforehand, and whose waiting ends with the server. Raises Stop."""
    session = Session.open(
        options,
        approver=Nobody(),
        listener=work.hear,
        mode="none",
        model=model,
        sleep=work.budget.rest,
        wait_budget=work.budget,
        settings=settings,
    )
    for note in session.world.notes:
        work.hear(Noted(note))
    return session
