"""Which accounts this installation looks after: an app tells of all accounts that it is subscribed to, also of other people's."""

from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

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
Visible = Callable[[], Collection[str]]
"""The accounts that the token sees now. Raises Stop."""


@dataclass(slots=True)
class LookedAfter:
    """Answers by what is kept at that moment. Raises one of FAILED when that cannot be read."""

    book: OrderBook
    tokens: AccountTokens
    journal: Journal
    own: Collection[str]
    """That of the settings, and those that were named at the start."""
    visible: Visible | None = None
    """With `--account all`."""
    _seen: Collection[str] = field(default=(), init=False)
    _problem: str = field(default="", init=False)
    _read_again_at: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)

    def among(self, accounts: set[str]) -> set[str]:
        """Those of these accounts that are looked after."""
        foreign = accounts - {*self.own, *self._seen}
        for known in (self.book.accounts, self.tokens.references, self.journal.told_of, self._visible):
            if foreign:
                foreign -= {*known()}
        return accounts - foreign

    def _visible(self) -> Collection[str]:
        if self.visible and (now := self.book.now()) >= self._read_again_at:
            try:
                self._seen, self._problem = self.visible(), ""
            except Stop as stop:
                self._problem = str(stop)
            self._read_again_at = now + (TRY_AGAIN if self._problem else READ_AGAIN)
        if self._problem:
            raise OSError(self._problem)  # Meta tells it again
        return self._seen


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
