"""An entry of `notify`: where a message goes, what about, and when not. The address itself is a secret and stands elsewhere."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Literal, get_args

Topic = Literal["waiting", "problems", "launches", "budgets"]
TOPICS: tuple[Topic, ...] = get_args(Topic)
"""Change sets that wait for a person, what is wrong, launches that came to rest, and money that runs out."""
FORM = "`$SLACK_URL`, or `$SLACK_URL about waiting, problems quiet 22:00-07:00`"
NO_ADDRESS = (
    "an address is a secret and has no place here: put it into an environment variable, such as SLACK_URL, and write"
    " $SLACK_URL; or into a file that only you can read, and write its path, such as ~/.config/slack.url"
)
_WHERE = re.compile(r"\$\{?(?P<variable>[A-Za-z_]\w{0,99})\}?|(?P<path>(?:~/|/)[^\s,;:\"'{}\[\]]{1,400})")
_HOUR = r"([01]?[0-9]|2[0-3])[:.h]([0-5][0-9])"
_QUIET = re.compile(rf"{_HOUR}\s*(?:-|–|to|until)\s*{_HOUR}")
_FILLING = frozenset({"to", "about", "quiet", "and", "from", "file"})
_SHOWN = re.compile(r"[a-z]{1,20}")
"""What can be repeated to a person: an address looks otherwise."""


@dataclass(frozen=True, slots=True)
class NotifyTarget:
    """Where messages go: the name of a variable, or the path of a file, that holds the address."""

    where: str
    about: tuple[Topic, ...] = TOPICS
    quiet: tuple[time, time] | None = None
    """From when until when nothing is sent, by the account's clock."""

    def __str__(self) -> str:
        about = "" if self.about == TOPICS else f" about {', '.join(self.about)}"
        quiet = " quiet {:%H:%M}-{:%H:%M}".format(*self.quiet) if self.quiet else ""
        return f"{self.where}{about}{quiet}"

    def free_from(self, at: datetime, zone: tzinfo) -> datetime:
        """The first moment from `at` on at which something may be sent, in UTC."""
        return free_from(self.quiet, at, zone)


def free_from(quiet: tuple[time, time] | None, at: datetime, zone: tzinfo) -> datetime:
    """The first moment from `at` on that is outside of quiet hours, in UTC."""
    here = at.astimezone(zone)
    if quiet is None or not _within(here.time(), *quiet):
        return at.astimezone(UTC)
    day = here.date() + timedelta(days=here.time() >= quiet[1])
    return datetime.combine(day, quiet[1], zone).astimezone(UTC)


def notify_targets(value: object) -> object:
    """Read the entries of a list; texts that a comma parted belong to the target before them. Raises ValueError."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        return value
    whole = ", ".join(texts)
    if "://" in whole:
        raise ValueError(NO_ADDRESS)
    if not whole.strip():
        return ()
    found = list(_WHERE.finditer(whole))
    ends = [one.start() for one in found[1:]] + [len(whole)]
    if not found or _words(whole[: found[0].start()]):
        raise ValueError(f"an entry begins with where it goes: write {FORM}")
    targets = [_target(one, whole[one.end() : end]) for one, end in zip(found, ends, strict=True)]
    if twice := {one.where for one in targets if sum(one.where == other.where for other in targets) > 1}:
        raise ValueError(f"{min(twice)} stands here twice: put all that it is told into one entry")
    return tuple(targets)


def _target(found: re.Match[str], rest: str) -> NotifyTarget:
    quiet = [(_hour(one[1], one[2]), _hour(one[3], one[4])) for one in _QUIET.finditer(rest)]
    words = _words(_QUIET.sub(" ", rest))
    if unknown := [word for word in words if word not in TOPICS]:
        said = f"{unknown[0]!r} is" if _SHOWN.fullmatch(unknown[0]) else "something there is"
        raise ValueError(f"{said} not known here; a target is told about {', '.join(TOPICS)}: write {FORM}")
    if len(quiet) > 1 or any(begin == end for begin, end in quiet):
        raise ValueError("one span of quiet hours is read, such as quiet 22:00-07:00")
    where = f"${found['variable']}" if found["variable"] else found["path"]
    about = tuple(topic for topic in TOPICS if topic in words) or TOPICS
    return NotifyTarget(where, about, quiet[0] if quiet else None)


def _hour(hour: str, minute: str) -> time:
    return time(int(hour), int(minute))


def _words(text: str) -> list[str]:
    """The words of an entry that say something; the signs of YAML and what only joins are left out."""
    return [word for word in re.split(r"[\s,;:{}\[\]\"']+", text.lower()) if word and word not in _FILLING]


def _within(now: time, begin: time, end: time) -> bool:
    return begin <= now < end if begin < end else now >= begin or now < end
