"""Where a run takes place: the live account or the sandbox, through the same client."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agent.setup.account_brand import Whose
from agent.setup.found_token import renewal
from agent.setup.own_files import closed
from agent.setup.own_sandbox import OWN_SANDBOX, sandbox_begun, sandbox_state
from agent.setup.settings import Settings, settings_for, with_demo_goals
from agent.setup.stops import ConfigError, MetaFailed, UnseenError
from tools.domain.account import Account, read_account, unseen
from tools.domain.brand import BrandError
from tools.domain.files import Closed
from tools.domain.text import listed
from tools.graph import (
    Advice,
    Family,
    Governor,
    GraphError,
    GraphFailure,
    GraphReader,
    GraphWriter,
    LimitStore,
    WaitBudget,
    Wire,
    WireEvent,
)
from tools.graph.redact import Redactor
from tools.graph.request import place_of

if TYPE_CHECKING:
    import httpx

OTHER_ZONE = "stack.md says "
"""How the note begins that a brand file believes in another time zone."""
OpenLimits = Callable[[Settings, Callable[[], datetime]], LimitStore]
"""Opens what is known of Meta's limits, by the clock that is given. Raises ConfigError."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class World:
    """An open account: how to read it, how to write to it, and what to call it on screen."""

    id: str
    """Stored with each change set, so that it is applied where it was meant."""
    label: str
    settings: Settings
    account: Account
    wire: Wire
    governor: Governor
    reader: GraphReader
    writer: GraphWriter
    closed: Closed
    """What no tool may open of this computer's files."""
    notes: tuple[str, ...] = ()
    begun: datetime | None = None
    """Since when there is this sandbox; nothing for an account that was there before."""

    @property
    def redactor(self) -> Redactor:
        return self.wire.redactor

    @contextmanager
    def reading(self, account: Account) -> Iterator[None]:
        """While it lasts, calls count for another account, and Meta's refusals are explained by its state."""
        before = self.governor.account, self.wire.advice
        self.governor.account = account.id
        self.wire.advice = replace(self.wire.advice, account_problem=account.problem)
        try:
            yield
        finally:
            self.governor.account, self.wire.advice = before

    def close(self) -> None:
        self.wire.close()
        self.governor.close()


def open_world(
    settings: Settings,
    limits: OpenLimits,
    on_event: Callable[[WireEvent], None],
    sleep: Callable[[float], None],
    *,
    fresh: bool = False,
    model: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    wait_budget: WaitBudget | None = None,
) -> World:
    """Open the account the settings name. Raises ConfigError, and MetaFailed when Meta refuses.

    `limits` opens what is known of Meta's, which is closed with the world; `fresh` starts the in-process sandbox anew, otherwise
    it goes on where it was.
    """
    with ExitStack() as failing:
        failing.callback((governor := governed(settings, limits, now)).close)
        wire, world_id = _connect(
            settings,
            governor,
            on_event=on_event,
            sleep=sleep,
            fresh=fresh,
            model=model,
            wait_budget=wait_budget,
        )
        failing.callback(wire.close)
        reader, writer = GraphReader(wire), GraphWriter(wire)
        try:
            settings, account, notes = _account(settings, reader, governor)
        except GraphFailure as failure:
            raise MetaFailed(f"{failure} Nothing was changed.") from None
        failing.pop_all()
    wire.advice = replace(wire.advice, account_problem=account.problem)
    place = "SANDBOX" if settings.options.sandbox else "LIVE"
    label = f"{place} · {account.name} ({account.id}, {account.currency})"
    begun = sandbox_begun(settings, now if fresh else None) if world_id == OWN_SANDBOX else None
    notes = (*settings.loaded.notes, *notes, *([account.problem] if account.problem else []))
    return World(
        world_id, label, settings, account, wire, governor, reader, writer, closed(settings), notes, begun
    )


@contextmanager
def asking(
    settings: Settings, limits: OpenLimits, on_event: Callable[[WireEvent], None]
) -> Iterator[GraphReader]:
    """A reader without an account, to ask about the token alone, and without waiting. Raises ConfigError."""
    with closing(governed(settings, limits, lambda: datetime.now(UTC))) as governor:
        wire, _ = _connect(
            settings,
            governor,
            on_event=on_event,
            sleep=lambda _: None,
            fresh=False,
            model="",
            wait_budget=WaitBudget(0),
        )
        with closing(wire):
            yield GraphReader(wire)


def governed(settings: Settings, limits: OpenLimits, now: Callable[[], datetime]) -> Governor:
    """What is known of Meta's limits for the account and token of the settings. Raises ConfigError."""
    if settings.token is None:
        raise ConfigError(
            "No access token: `adsteward login` keeps one, or set FACEBOOK_ACCESS_TOKEN; or try it with --sandbox."
        )
    url = "sandbox" if settings.options.sandbox and not _served(settings) else place_of(settings.graph_url)
    return Governor(
        limits(settings, now),
        host=url,
        token=settings.token.value,
        account=settings.loaded.brand.ad_account or "",
        now=lambda: now().timestamp(),
    )


def _served(settings: Settings) -> bool:
    """Whether the sandbox is one that listens at an address, not one in this process."""
    return settings.options.sandbox and urlsplit(settings.graph_url).hostname in LOOPBACK


def _connect(
    settings: Settings,
    governor: Governor,
    *,
    on_event: Callable[[WireEvent], None],
    sleep: Callable[[float], None],
    fresh: bool,
    model: str,
    wait_budget: WaitBudget | None,
) -> tuple[Wire, str]:
    base_url, transport, world_id = settings.graph_url, None, place_of(settings.graph_url)
    if _served(settings):
        world_id = f"sandbox@{world_id}"
    elif settings.options.sandbox:
        base_url, (transport, world_id) = "http://sandbox", _in_process(settings, fresh=fresh)
    try:
        wire = Wire(
            settings.token.value if settings.token else "",
            base_url=base_url,
            version=settings.graph_version,
            # The sandbox is another app: a proof made with the secret of yours would be refused.
            app_secret=None if settings.options.sandbox else settings.app_secret,
            agent=f"adsteward/{_version()} ({model or 'no model'})",
            transport=transport,
            on_event=on_event,
            sleep=sleep,
            governor=governor,
            wait_budget=wait_budget,
        )
    except ValueError as error:
        raise ConfigError(str(error)) from None
    wire.advice = Advice(renewal(settings.token))
    return wire, world_id


@cache
def _version() -> str:
    return version("adsteward")


def _in_process(settings: Settings, *, fresh: bool) -> "tuple[httpx.BaseTransport, str]":
    from sandbox.http.app import create_app  # only when the sandbox is used
    from sandbox.http.inprocess import SandboxTransport

    path = sandbox_state(settings)
    kept = settings.options.sandbox_state
    try:
        app = create_app(path, fresh=fresh and not kept)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be used as a sandbox ({error.strerror or error}). Nothing was sent."
        ) from None
    return SandboxTransport(app), f"sandbox:{kept.resolve()}" if kept else OWN_SANDBOX


def _account(
    settings: Settings, reader: GraphReader, governor: Governor
) -> tuple[Settings, Account, tuple[str, ...]]:
    """The account of the run. The sandbox uses its own when it does not have the one the brand file names."""
    account_id, notes = settings.loaded.brand.ad_account, list[str]()
    if not account_id:
        account_id = _only_account(reader)
        notes.append(f"no ad_account set; using the only one this token sees: {account_id}")
    try:
        account = _read(reader, governor, account_id)
    except GraphError as error:
        origin = settings.loaded.origin["ad_account"]
        if error.family is not Family.NOT_FOUND:
            raise
        if not settings.options.sandbox or origin.startswith("argument"):
            raise UnseenError(f"{unseen(reader, account_id)} It is set by {origin}.") from None
        settings = with_demo_goals(settings)
        account = _read(reader, governor, str(settings.loaded.brand.ad_account))
        notes.append(
            f"The sandbox does not have {account_id}: using its demo account and goals; your guardrails hold."
        )
    if settings.whose is None or settings.whose.id != account.id:  # else they hold as they were
        settings = settings_for(settings, _whose(settings, reader, account))
    try:
        settings.loaded.brand.check_currency(account.currency)
    except BrandError as error:
        files = " and ".join(path.name for path in settings.brand_files) or "stack.md"
        if not settings.brakes:
            raise ConfigError(f"{files}: {error}") from None
        notes.append(f"{files}: {error}")
    believed = settings.loaded.brand.timezone
    if believed and believed != account.timezone:
        notes.append(
            f"{OTHER_ZONE}{believed}, the account runs on {account.timezone}; days are the account's"
        )
    return settings, account, tuple(notes)


def _whose(settings: Settings, reader: GraphReader, account: Account) -> Whose:
    """The account, and the currency of another one that the brand file names, where its amounts need it."""
    named = settings.named_elsewhere(account.id)
    try:
        known = str(reader.get(named, fields="currency").get("currency") or "") if named else ""
    except GraphFailure:
        known = ""  # its amounts say nothing here then
    return Whose(account.id, account.currency, known)


def _read(reader: GraphReader, governor: Governor, account_id: str) -> Account:
    governor.account = account_id
    try:
        return read_account(reader, account_id)
    except ValueError as error:
        raise ConfigError(f"{account_id}: {error}") from None


def _only_account(reader: GraphReader) -> str:
    rows = [row for row in reader.read_all("me/adaccounts", fields="id,name").rows if row.get("id")]
    if len(rows) == 1:
        return str(rows[0]["id"])
    known = listed([f"{row['id']} ({row.get('name')})" for row in rows], most=10) or "none"
    raise ConfigError(
        f"Which ad account? Set ad_account in stack.md or META_AD_ACCOUNT. This token sees: {known}."
    )
