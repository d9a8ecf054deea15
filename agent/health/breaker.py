"""The circuit breaker as a person sees it: what stopped all calls, what to look at, and how to go on."""

from contextlib import closing
from datetime import UTC, datetime

from agent.setup.settings import Settings
from agent.setup.stops import ConfigError
from agent.setup.world import governed
from agent.stores.shared_limits import limits_of

_LOOK_AT = {
    "368": "open Account Quality in Business Manager and settle what it names",
    "613": "somebody or something calls Meta too often with this account: find out what, and stop it",
}
_PERSON = (
    "the person behind this token must log in to Facebook and pass its check;"
    " a System User token is not bound to a person"
)


def stopped(settings: Settings) -> dict[str, str]:
    """Why calls are stopped, with what to do, by `act_…` or `token …`. Raises ConfigError."""
    with closing(governed(settings, limits_of, _now)) as governor:
        return {name: f"{why}: {_next(name, why)}" for name, why in governor.breakers().items()}


def close(settings: Settings, name: str) -> str:
    """Allow calls again on a person's word; says what was done. Raises ConfigError when nothing is stopped by that name."""
    with closing(governed(settings, limits_of, _now)) as governor:
        open_ones = governor.breakers()
        names = [known for known in open_ones if known == name or known.partition(" ")[0] == name]
        if not names:
            there = ", ".join(open_ones) or "none"
            raise ConfigError(f"No calls are stopped for {name!r}. Stopped: {there}.")
        for known in names:
            governor.close_breaker(known)
    return f"Calls for {', '.join(names)} are allowed again."


def _next(name: str, why: str) -> str:
    by_code = next((text for code, text in _LOOK_AT.items() if f"error {code}" in why), _LOOK_AT["368"])
    return f"{_PERSON if name.startswith('token ') else by_code}. Then: adsteward doctor --close {name.partition(' ')[0]}"


def _now() -> datetime:
    return datetime.now(UTC)
