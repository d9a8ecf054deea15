"""The ad account as a run sees it: its currency, its clock and whether Meta lets it run."""

import re
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tools.domain import money
from tools.domain.text import listed, marked, shortened, zone_of
from tools.graph import GraphReader

FIELDS = (
    "id,name,account_status,disable_reason,currency,timezone_name,"
    "min_daily_budget,amount_spent,spend_cap,balance"
)


class Trouble(NamedTuple):
    """Something Meta holds against an account, in words, and what its owner does next."""

    what: str
    fix: str


_QUALITY = "Open Account Quality in Business Manager and ask for a review."
_BILLING = "Open Billing & payments in Ads Manager and pay what is due."
_OTHER = "Use another ad account; only Meta's support can bring this one back."
_SUPPORT = "Ask Meta's business support what it needs."

# docs/graph-api.md §2.1, for states and disable reasons
STATES = {
    1: "ACTIVE",
    2: "DISABLED",
    3: "UNSETTLED",
    7: "PENDING_RISK_REVIEW",
    8: "PENDING_SETTLEMENT",
    9: "IN_GRACE_PERIOD",
    100: "PENDING_CLOSURE",
    101: "CLOSED",
    201: "ANY_ACTIVE",
    202: "ANY_CLOSED",
}
_STATE_TROUBLES = {
    "ACTIVE": Trouble("is restricted", _QUALITY),  # only with a reason
    "DISABLED": Trouble("is disabled", _QUALITY),
    "UNSETTLED": Trouble("has a payment that failed", _BILLING),
    "PENDING_RISK_REVIEW": Trouble(
        "is in Meta's risk review",
        "Wait for Meta; Account Quality in Business Manager shows whether it asks for documents.",
    ),
    "PENDING_SETTLEMENT": Trouble("waits for a payment to arrive", _BILLING),
    "IN_GRACE_PERIOD": Trouble("has a payment that failed, and runs on for a short time", _BILLING),
    "PENDING_CLOSURE": Trouble(
        "is being closed", "Pay what is due and stop the closing in its settings, or use another."
    ),
    "CLOSED": Trouble("is closed", "Open it again in its settings, or use another ad account."),
    "ANY_ACTIVE": Trouble("has a state that Meta only names roughly (some kind of active)", _SUPPORT),
    "ANY_CLOSED": Trouble("has a state that Meta only names roughly (some kind of closed)", _SUPPORT),
}
_REASONS = {
    1: Trouble("its ads broke Meta's advertising policies", _QUALITY),
    2: Trouble("an intellectual property claim is being reviewed", _QUALITY),
    3: Trouble("a payment looked risky to Meta", f"{_BILLING} Then ask for a review in Account Quality."),
    4: Trouble("Meta shut it down as a grey account, one that belongs to no business", _OTHER),
    5: Trouble("its ads are being reviewed for account quality (AFC)", _QUALITY),
    6: Trouble("the business behind it is in question (business integrity)", _QUALITY),
    7: Trouble("it was closed for good", _OTHER),
    8: Trouble("it is a reseller's account that nobody used", _OTHER),
    9: Trouble("nobody used it", "Ask Meta's business support to open it again, or use another ad account."),
    10: Trouble("it is an umbrella account, which runs no ads itself", "Use one of the accounts below it."),
    11: Trouble("its Business Manager broke Meta's policies", _QUALITY),
    12: Trouble("it misrepresents who advertises", _QUALITY),
    13: Trouble("the legal entity it was shared with has no claim to it (AOAB)", _SUPPORT),
    14: Trouble("its click-to-message threads are being reviewed", _QUALITY),
    15: Trouble(
        "somebody else may have taken it over",
        "Secure the logins of everybody with a role on it, then ask for a review in Account Quality.",
    ),
}
_UNKNOWN_STATE = Trouble("is in a state that is not known here", _SUPPORT)
_UNKNOWN_REASON = Trouble("of something Meta has no known words for", _QUALITY)
_ID = re.compile(r"act_[0-9]{1,25}")
RUNNING_STATES = frozenset({"ACTIVE", "IN_GRACE_PERIOD"})


@dataclass(frozen=True, slots=True)
class Account:
    """One ad account; amounts are minor units of `currency`."""

    id: str
    name: str
    currency: str
    timezone: str
    state: str = "ACTIVE"
    disable_reason: int = 0
    min_daily_budget_minor: int = 0
    cap_left_minor: int | None = None
    """What the account's spend cap still allows; None without one."""

    @property
    def offset(self) -> int:
        """Minor units in one unit of the currency: 100, or 1 for currencies without decimals."""
        return money.offset(self.currency)

    @property
    def decimals(self) -> int:
        """Decimals of an amount in this currency."""
        return 0 if self.offset == 1 else 2

    def written(self, amount: Decimal) -> str:
        """An amount of major units for people, with separators and the currency's decimals, without the currency."""
        return f"{amount:,.{self.decimals}f}"

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.timezone)

    @property
    def problem(self) -> str:
        """Why this account cannot run ads and what to do next, or nothing."""
        if self.state in RUNNING_STATES and not self.disable_reason:
            return ""
        state = _STATE_TROUBLES.get(self.state, _UNKNOWN_STATE)
        if not self.disable_reason:
            return f"The ad account {state.what} ({self.state}): it cannot run ads. {state.fix}"
        reason = _REASONS.get(self.disable_reason, _UNKNOWN_REASON)
        return (
            f"The ad account {state.what} ({self.state}), because {reason.what}"
            f" (disable reason {self.disable_reason}): it cannot run ads. {reason.fix}"
        )

    @property
    def stopped(self) -> str:
        """Why nothing of this account runs, whatever its ads say; nothing if it may run."""
        if self.problem:
            return f"the account cannot run ads ({self.state})"
        used = self.cap_left_minor is not None and self.cap_left_minor <= 0
        return "the account's spend cap is used up" if used else ""

    @property
    def warning(self) -> str:
        """What will soon keep this account from running ads, or nothing."""
        if self.problem or self.state != "IN_GRACE_PERIOD":
            return ""
        trouble = _STATE_TROUBLES[self.state]
        return f"The ad account {trouble.what} ({self.state}). {trouble.fix}"


def read_account(graph: GraphReader, account_id: str) -> Account:
    """Read one account. Raises GraphFailure, and ValueError when its currency is not known."""
    return parse_account(graph.get(account_id, fields=FIELDS))


def current(graph: GraphReader, known: Account) -> tuple[dict[str, Any], Account]:
    """The row of an account and the account as they stand now: it may be disabled, or its cap used up, since it was read.

    Currency and time zone are those it was opened with. Raises GraphFailure.
    """
    row = graph.get(known.id, fields=FIELDS)
    return row, stands(row, known)


def stands(row: dict[str, Any], known: Account) -> Account:
    """The account as a row of it that was read anew says."""
    fixed = {"id": known.id, "currency": known.currency, "timezone_name": known.timezone}
    return parse_account({**row, **fixed})


def seen_accounts(graph: GraphReader) -> tuple[list[dict[str, Any]], str]:
    """The rows of all accounts that the token sees, and how complete they are. Raises GraphFailure."""
    listing = graph.read_all("me/adaccounts", fields=FIELDS, summary="true", keep=True)
    rows = [row for row in listing.rows if _ID.fullmatch(str(row.get("id")))]
    nameless = len(listing.rows) - len(rows)
    left = f", {nameless} of them without an id, left out" if nameless else ""
    return rows, listing.said("accounts") + left


def unseen(graph: GraphReader, asked: str) -> str:
    """That no account of the token is the one asked for, and which ones are, the most alike first. Raises GraphFailure."""
    rows, said = seen_accounts(graph)
    names = {str(row["id"]): str(row.get("name") or "") for row in rows}
    alike = sorted(names, key=lambda i: -max(_likeness(asked, text) for text in (i, names[i])))
    those = listed([f"{i} ({shortened(marked(names[i]), 80)})" for i in alike], most=10)
    wanted = asked if _ID.fullmatch(asked) else f"called {shortened(marked(asked), 80)!r}"
    return f"There is no account {wanted} that your token can see; it sees {those or 'none'} ({said})."


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


def parse_account(row: dict[str, Any]) -> Account:
    """An account from a Graph row. Raises ValueError when it has no id, or its currency is not known."""
    if not row.get("id"):
        raise ValueError("Meta's answer names no account")
    currency = str(row.get("currency") or "")
    money.offset(currency)
    return Account(
        id=str(row["id"]),
        name=str(row.get("name") or row["id"]),
        currency=currency,
        timezone=str(row.get("timezone_name") or "UTC"),
        state=state_of(row),
        disable_reason=_whole(row.get("disable_reason")),
        min_daily_budget_minor=_whole(row.get("min_daily_budget")),
        cap_left_minor=cap - _whole(row.get("amount_spent"))
        if (cap := _whole(row.get("spend_cap"))) > 0
        else None,
    )


def state_of(row: dict[str, Any]) -> str:
    """The state of an account in Meta's words."""
    state = row.get("account_status")
    return "ACTIVE" if state is None else STATES.get(_whole(state), f"state {str(state)[:40]}")


def _whole(value: object) -> int:
    """A number that Meta gives as one or as text; 0 for anything else."""
    try:
        return int(str(value))
    except ValueError:
        return 0
