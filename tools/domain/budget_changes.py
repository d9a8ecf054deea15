"""How often Meta lets a budget be changed."""

from datetime import datetime, timedelta

from tools.domain.tool import Ledger

MOST_PER_HOUR = 4
LOCKED = "the budget of this ad set was changed four times within the hour"


def next_budget_change(ledger: Ledger, account: str, adset_id: str, now: datetime) -> datetime | None:
    """When an ad set may have its next budget change; None for at once (docs/graph-api.md §4.4).

    Counts what adsteward changed; what others changed, Meta's own answer tells.
    """
    recent = ledger.applied(account, since=now - timedelta(hours=1), unknown=True)
    times = sorted(a.at for a in recent if a.change.kind == "set_budget" and a.change.target == adset_id)
    return times[-MOST_PER_HOUR] + timedelta(hours=1) if len(times) >= MOST_PER_HOUR else None
