"""The targets of `notify` as findings of `adsteward doctor`: by their names, never their addresses."""

from contextlib import closing

from agent.health.check import Check
from agent.notices.apprise_sender import MISSING, address_of, installed
from agent.notices.notice_ledger import NoticeLedger
from agent.setup.settings import Settings
from agent.setup.stops import ConfigError
from tools.domain.text import counted


def check_targets(settings: Settings) -> list[Check]:
    """A finding for each target: what it is told, whether that can work, and what it was not told yet. Sends nothing."""
    return [
        Check("notify", f"{target}{_left(settings, target.where)}", warning=_wrong(target.where))
        for target in settings.loaded.brand.notify
    ]


def _wrong(where: str) -> str:
    if not installed():
        return MISSING
    try:
        address_of(where)
    except ConfigError as error:
        return str(error)
    return ""


def _left(settings: Settings, where: str) -> str:
    """What is held back for it, and what never arrived."""
    try:
        if not NoticeLedger.is_kept(settings.state):
            return ""
        with closing(NoticeLedger.of(settings.state)) as ledger:
            counts = ledger.counts(where)
    except ConfigError:
        return ""
    told = [(counts.get("waiting", 0), "held back"), (counts.get("lost", 0), "not told")]
    said = [f"{counted(number, 'message')} {word}" for number, word in told if number]
    return f" ({', '.join(said)})" if said else ""
