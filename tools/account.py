"""The ad account as a run sees it: its currency, its clock and whether Meta lets it run."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tools import money
from tools.graph import GraphReader

FIELDS = (
    "id,name,account_status,disable_reason,currency,timezone_name,"
    "min_daily_budget,amount_spent,spend_cap,balance"
)

# graph-api-facts §2.1
STATES = {
    1: "ACTIVE",
    2: "DISABLED",
    3: "UNSETTLED",
    7: "PENDING_RISK_REVIEW",
    8: "PENDING_SETTLEMENT",
    9: "IN_GRACE_PERIOD",
    100: "PENDING_CLOSURE",
    101: "CLOSED",
}
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

    @property
    def offset(self) -> int:
        """Minor units in one unit of the currency: 100, or 1 for currencies without decimals."""
        return money.offset(self.currency)

    @property
    def decimals(self) -> int:
        """Decimals of an amount in this currency."""
        return 0 if self.offset == 1 else 2

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @property
    def problem(self) -> str:
        """Why this account cannot run ads, or nothing."""
        if self.state in RUNNING_STATES and not self.disable_reason:
            return ""
        return (
            f"The ad account is {self.state} (disable reason {self.disable_reason}): it cannot run ads."
            " Open Account Quality in Business Manager."
        )


def read_account(graph: GraphReader, account_id: str) -> Account:
    """Read one account. Raises GraphFailure, and ValueError when its currency is not known."""
    return parse_account(graph.get(account_id, fields=FIELDS))


def parse_account(row: dict[str, Any]) -> Account:
    """An account from a Graph row. Raises ValueError when its currency is not known."""
    currency = str(row.get("currency") or "")
    money.offset(currency)
    return Account(
        id=str(row["id"]),
        name=str(row.get("name") or row["id"]),
        currency=currency,
        timezone=str(row.get("timezone_name") or "UTC"),
        state=state_of(row),
        disable_reason=int(row.get("disable_reason") or 0),
        min_daily_budget_minor=int(row.get("min_daily_budget") or 0),
    )


def state_of(row: dict[str, Any]) -> str:
    """The state of an account in Meta's words."""
    state = row.get("account_status")
    return STATES.get(state, f"state {state}") if isinstance(state, int) else "ACTIVE"
