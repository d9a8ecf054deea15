"""What Meta's effective statuses say of spend: what limits count, what effects take as spent already, what reviews judge (docs/graph-api.md §8.7)."""

from typing import NamedTuple


class Meaning(NamedTuple):
    """What an effective status says: whether it runs, and that in a word."""

    runs: bool
    word: str
    soon: bool = False
    """Switched on and not running yet; it begins to spend by itself."""


MEANINGS = {
    "ACTIVE": Meaning(runs=True, word="running"),
    "IN_PROCESS": Meaning(runs=True, word="running, a change is under way"),
    "WITH_ISSUES": Meaning(runs=True, word="running with issues"),
    "PAUSED": Meaning(runs=False, word="paused"),
    "ADSET_PAUSED": Meaning(runs=False, word="ad set paused"),
    "CAMPAIGN_PAUSED": Meaning(runs=False, word="campaign paused"),
    "PENDING_REVIEW": Meaning(runs=False, soon=True, word="in review"),
    "PENDING_PROCESS": Meaning(runs=False, soon=True, word="being made ready"),
    "PREAPPROVED": Meaning(runs=False, soon=True, word="approved, not begun"),
    "DISAPPROVED": Meaning(runs=False, word="rejected"),
    "PENDING_BILLING_INFO": Meaning(runs=False, soon=True, word="waiting for payment details"),
    "CREDIT_CARD_NEEDED": Meaning(runs=False, soon=True, word="waiting for payment details"),
    "ARCHIVED": Meaning(runs=False, word="archived"),
    "DELETED": Meaning(runs=False, word="deleted"),
}
INHERITED = {"PAUSED": ("ADSET_PAUSED", "CAMPAIGN_PAUSED")}
"""What a filter for a status leaves out, although a person means it as well."""
SWITCHES = {"ON": "ACTIVE", "OFF": "PAUSED"}
"""Words of ours for the own switch of a thing, whatever Meta or what it stands in makes of it, and its status."""
WAITING = ("PENDING_REVIEW", "PREAPPROVED", "PENDING_BILLING_INFO")
"""What begins to spend by itself, as far as Meta's lists are filtered by it."""
SWITCHED_ON = tuple(status for status, meaning in MEANINGS.items() if meaning.runs)
SURE = "ACTIVE"
"""Of those that run, the one under which money is spent for certain: a budget counts as spent already only by this."""


def may_spend(status: str) -> bool:
    """Whether something of this effective status spends, may spend or will by itself; what is not known here may."""
    meaning = MEANINGS.get(status)
    return meaning is None or meaning.runs or meaning.soon
