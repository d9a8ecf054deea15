"""Wrong passwords of late, by name and by where they came from: guessing is slow, and keeps nobody else out."""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

from agent.setup.stops import NotApproved

GUESSES = 5
GUESSES_OF_PLACE = 20
GUESS_WINDOW_S = 15 * 60.0
"""So many wrong passwords of one name from one place, and of all names from there, are looked at in a quarter of an hour."""
GUESSES_OF_NAME = 20
GUESSES_OF_ALL = 50
PACE_S = 10.0
"""After so many of one name, and of all, from anywhere, one is looked at in so many seconds."""
MOST_KNOWN = 1000
LONGEST_NAME = 100
MAPPED_BITS, SITE_BITS = 128, 64
"""Whoever has one IPv6 address has all that begin like it."""
TRANSLATED = IPv6Network("64:ff9b::/96")
_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")


class TooManyGuesses(NotApproved):
    """Nobody is let in for a while, from here or anywhere."""


class Guess(NamedTuple):
    """An answer that was looked at, and did not fit or is not known to fit yet."""

    at_s: float
    name: str
    place: str


@dataclass(slots=True)
class Guesses:
    """For one thread at a time."""

    now_s: Callable[[], float]
    _made: deque[Guess] = field(default_factory=deque)
    _known: dict[tuple[str, str], None] = field(default_factory=dict)
    """Who came in from where: strangers elsewhere do not make them wait."""

    def begin(self, name: str, place: str, *, known: bool = False) -> Guess:
        """Count an answer as a wrong one, until it is known to fit; who is known there waits for no strangers. Raises TooManyGuesses."""
        guess = Guess(self.now_s(), name[:LONGEST_NAME], place)
        while self._made and self._made[0].at_s < guess.at_s - GUESS_WINDOW_S:
            self._made.popleft()
        here = [one for one in self._made if one.place == place]
        if len(here) >= GUESSES_OF_PLACE or sum(one.name == guess.name for one in here) >= GUESSES:
            raise TooManyGuesses(
                "Too many wrong answers from here. Wait a quarter of an hour, or sign in from somewhere else."
            )
        if not known and (guess.name, place) not in self._known:
            self._keep_pace(guess)
        self._made.append(guess)
        return guess

    def fitted(self, guess: Guess) -> None:
        """It was the right answer: what was mistyped before it there is forgotten."""
        self._made = deque(one for one in self._made if one[1:] != guess[1:])
        self._known.pop(guess[1:], None)
        self._known[guess[1:]] = None
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]

    def _keep_pace(self, guess: Guess) -> None:
        of_name = [one for one in self._made if one.name == guess.name]
        latest = [of_name[-1].at_s] if len(of_name) >= GUESSES_OF_NAME else []
        latest += [self._made[-1].at_s] if len(self._made) >= GUESSES_OF_ALL else []
        if latest and guess.at_s < max(latest) + PACE_S:
            raise TooManyGuesses(
                f"Too many wrong answers of late, so one is looked at every {PACE_S:.0f} seconds. Try again in a moment."
            )


def place_of(peer: str, forwarded: str = "") -> str:
    """Where somebody is: the address that a trusted proxy saw, which it added last, else that of the connection."""
    address = nearest(forwarded) or _address(peer)
    if isinstance(address, IPv6Address):
        within = int(address) >> (MAPPED_BITS - SITE_BITS)
        return str(_within(address) or f"{within:x}::")
    return str(address) if address else peer


def nearest(forwarded: str) -> IPv4Address | IPv6Address | None:
    """The address that the nearest proxy wrote, or nothing where it wrote none."""
    return _address(forwarded.rpartition(",")[2])


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: some add a port, and brackets."""
    fits = _WITH_PORT.fullmatch(text.strip())
    try:
        return ip_address((fits[1] or fits[2]) if fits else text.strip())
    except ValueError:
        return None


def _within(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for, as networks translate them (RFC 4291, 6052)."""
    return address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else None)
