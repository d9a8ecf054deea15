"""Which accounts this installation looks after: an app tells of all accounts that it is subscribed to, also of other people's."""

from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from agent.fleet.order_book import OrderBook
from agent.setup.settings import Settings
from agent.setup.stops import Stop
from agent.stores.account_tokens import AccountTokens
from agent.writes.journal import Journal

READ_AGAIN, TRY_AGAIN = timedelta(minutes=10), timedelta(minutes=1)
"""The accounts of a token are read again no sooner, when Meta tells of one that was not among them; or after they could not be read."""
RULE = (
    "no `ad_account`, schedule, token reference or webhooks that were switched on here name it;"
    " `adsteward hooks serve --account ID` would look at it"
)
Visible = Callable[[], tuple[Collection[str], bool]]
"""The accounts of the token that are looked after now, and whether these are all. Raises Stop."""
BEGINNING, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
UNREAD = "the accounts of the token could not be read"


class WhoseUnknownError(OSError):
    """Whose some accounts are cannot be said now; `ours` are those that are looked after in any case."""

    def __init__(self, ours: set[str], why: str) -> None:
        super().__init__(f"whose it is is not known now: {why}")
        self.ours = ours


@dataclass(slots=True)
class LookedAfter:
    """Answers by what is kept at that moment. Raises one of FAILED when that cannot be read. For any thread."""

    book: OrderBook
    tokens: AccountTokens
    journal: Journal
    own: Collection[str]
    """That of the settings, and those that were named at the start."""
    visible: Visible | None = None
    """Where it is the token that says which."""
    _seen: Collection[str] = field(default=(), init=False)
    _problem: str = field(default="", init=False)
    _read_again_at: datetime = field(default=BEGINNING, init=False)
    _turn: Lock = field(default_factory=Lock, init=False)

    def among(self, accounts: set[str]) -> set[str]:
        """Those of these accounts that are looked after. Raises WhoseUnknownError while the token cannot say it of one."""
        foreign = self._foreign(accounts)
        if foreign and self.visible:
            self._read(self.visible)
            foreign -= {*self._seen}
            if foreign and self._problem:
                raise WhoseUnknownError(accounts - foreign, self._problem)
        return accounts - foreign

    def _foreign(self, accounts: set[str]) -> set[str]:
        """Those that nothing which is kept here names."""
        with self._turn:
            foreign = accounts - {*self.own, *self._seen}
            for known in (self.book.accounts, self.tokens.references, self.journal.told_of):
                if foreign:
                    foreign -= {*known()}
        return foreign

    def _read(self, visible: Visible) -> None:
        """Read the accounts of the token if it is time to; others do not wait for that, they hear that it is not known."""
        with self._turn:
            if self.book.now() < self._read_again_at:
                return
            self._problem, self._read_again_at = "the accounts of the token are being read", NEVER
        problem = UNREAD
        try:
            seen, complete = visible()
            self._seen = seen if complete else {*self._seen, *seen}
            problem = "" if complete else f"{UNREAD} to their end"
        except Stop as stop:
            problem = str(stop)
        finally:
            self._problem = problem
            self._read_again_at = self.book.now() + (TRY_AGAIN if problem else READ_AGAIN)


@contextmanager
def open_looked_after(
    settings: Settings, own: Collection[str], visible: Visible | None = None
) -> Iterator[LookedAfter]:
    """By what the settings' workspace keeps. Raises ConfigError."""
    state = settings.state
    with (
        closing(OrderBook.of(state)) as book,
        closing(AccountTokens.of(state)) as tokens,
        closing(Journal(settings.journal)) as journal,
    ):
        yield LookedAfter(book, tokens, journal, own, visible)
