"""Who is at the page: links that let in once, passwords, and the sessions that follow."""

import hmac
import math
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agent.web.browsers import Browsers
from agent.web.guesses import GUESS_WINDOW_S, Guesses, TooManyGuesses
from agent.web.users import Role, Users

IDLE_S = 2 * 3600.0
LONGEST_S = 12 * 3600.0
"""A session ends after so long without a click, and after so long in any case."""
LINK_S = 15 * 60.0
"""How long a link waits to be opened."""
LINK_AGAIN_S = 10.0
"""A new one is printed no sooner."""
LINKS_KNOWN = 20
"""So many links of before are known: to open one again is no guess."""
WRONG_KEYS = 5
"""So many wrong keys of links are told to be wrong; the right one lets in after any number, as nobody guesses 256 bits."""
AT_THIS_COMPUTER = "the person at the page"


@dataclass(slots=True)
class Entered:
    """A session: who it is, and the secrets that only its own pages hold."""

    who: str
    role: Role
    name: str = ""
    """Of the user; empty for whoever opened the link at this computer."""
    hashed: str = field(default="", repr=False)
    """What stood for their password when they came in; another one ends the session."""
    begun_s: float = 0.0
    seen_s: float = 0.0
    id: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    """What pages keep for this session; it is gone with it."""

    def seal(self, text: str) -> str:
        """What proves that this session was shown a text."""
        return hmac.new(self.key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


class Door:
    """Lets people in. For any thread.

    Without `users` a link does, which `tell` puts before whoever started the server.
    """

    def __init__(
        self,
        users: Users | None,
        tell: Callable[[str], None],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.users = users
        self._browsers = Browsers(users.path.with_name("web-browsers.key")) if users else None
        self._tell, self._now_s = tell, now_s
        self._guesses = Guesses(now_s)
        self._wrong_keys = deque[float](maxlen=WRONG_KEYS)
        self._entered = dict[str, Entered]()
        self._link, self._link_at_s = "", -math.inf
        self._told = deque[str](maxlen=LINKS_KNOWN)
        self._turn = threading.Lock()

    def new_link(self) -> None:
        """Tell a link, unless one waits to be opened or was told a moment ago; users have passwords instead."""
        with self._turn:
            age_s = self._now_s() - self._link_at_s
            if self.users is not None or (self._link and age_s < LINK_S):
                return
            if age_s < LINK_AGAIN_S:
                return
            self._link, self._link_at_s = secrets.token_urlsafe(32), self._now_s()
            self._told.append(self._link)
            self._tell(self._link)

    def by_link(self, key: str) -> Entered | None:
        """A new session for whoever opens the link, once; others' wrong keys keep nobody out. Raises TooManyGuesses."""
        with self._turn:
            now_s = self._now_s()
            if self._link and now_s - self._link_at_s < LINK_S and _same(self._link, key):
                self._link = ""
                return self._begin(Entered(AT_THIS_COMPUTER, "operate"))
            if any(_same(told, key) for told in self._told):
                return None
            if len(self._wrong_keys) == WRONG_KEYS and now_s - self._wrong_keys[0] < GUESS_WINDOW_S:
                raise TooManyGuesses("Too many wrong links. Open the newest one that was printed.")
            self._wrong_keys.append(now_s)
            return None

    def by_password(self, name: str, password: str, place: str = "", mark: str = "") -> Entered | None:
        """A new session for a user who is at that place, with a browser's mark. Raises TooManyGuesses and ConfigError."""
        if self.users is None or self._browsers is None:
            return None
        known = self.users.known(name)
        browser = self._browsers.known(mark, name, known.hashed) if known and mark else ""
        with self._turn:  # guesses at the same time count as well
            guess = self._guesses.begin(name, f"browser {browser}" if browser else place, known=bool(browser))
        if not self.users.fits(name, password) or known is None:
            return None
        with self._turn:
            self._guesses.fitted(guess)
            return self._begin(Entered(at_the_page(name), known.role, name, known.hashed))

    def mark(self, entered: Entered) -> str:
        """What has the browser known from now on, if there are passwords to guess. Raises ConfigError."""
        return self._browsers.mark(entered.name, entered.hashed) if self._browsers else ""

    def found(self, session_id: str) -> Entered | None:
        """The session of a cookie, if it has not ended; its user's role is the one of now. Raises ConfigError."""
        with self._turn:
            entered, now_s = self._entered.get(session_id), self._now_s()
            if entered is None:
                return None
            if now_s - entered.seen_s > IDLE_S or now_s - entered.begun_s > LONGEST_S:
                del self._entered[session_id]
                return None
            entered.seen_s = now_s
        if self.users is not None:
            known = self.users.known(entered.name)
            if known is None or known.hashed != entered.hashed:
                self.leave(session_id)
                return None
            entered.role = known.role
        return entered

    def leave(self, session_id: str) -> None:
        """End a session, if there is one of that id."""
        with self._turn:
            self._entered.pop(session_id, None)

    def _begin(self, entered: Entered) -> Entered:
        now_s = self._now_s()
        self._entered = {
            known: other
            for known, other in self._entered.items()
            if now_s - other.seen_s <= IDLE_S and now_s - other.begun_s <= LONGEST_S
        }
        entered.begun_s = entered.seen_s = now_s
        self._entered[entered.id] = entered
        return entered


def at_the_page(name: str) -> str:
    """What a user of the page is called where it is kept who did something."""
    return f"{name} at the page"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
