"""How an account's money and results are written. Only here and in `wording.py` are numbers rounded."""

from dataclasses import dataclass
from decimal import Decimal

from tools.analysis.criteria import Bar

_NOUNS = {
    "add_to_cart": "cart addition",
    "app_install": "app install",
    "complete_registration": "registration",
    "initiate_checkout": "checkout",
    "event_response": "event response",
    "lead": "lead",
    "landing_page_view": "landing page view",
    "like": "page like",
    "link_click": "link click",
    "onsite_conversion.messaging_conversation_started_7d": "conversation",
    "post_engagement": "engagement",
    "purchase": "purchase",
    "subscribe": "subscription",
    "thruplay": "ThruPlay",
    "two_second_view": "two-second view",
}


@dataclass(frozen=True)
class Words:
    """How this account's money and results are written."""

    currency: str
    decimals: int
    event: str

    def money(self, amount: Decimal) -> str:
        """Write an amount of major units, such as `1,025.00 USD`."""
        return f"{amount:,.{max(0, self.decimals)}f} {self.currency}"

    @property
    def noun(self) -> str:
        """One result, such as `purchase`; `result` for events without an everyday name."""
        return _NOUNS.get(self.event.strip().lower(), "result")

    def results(self, number: Decimal) -> str:
        """Count results, such as `6 purchases`."""
        return f"{plain(number)} {self.noun}{'' if number == 1 else 's'}"

    def target(self, bar: Bar) -> str:
        """Write a bar's target with its unit."""
        if bar.kind in {"CPA", "CPC", "CPM"}:
            return self.money(bar.target)
        return f"{bar.target:.2f}{' %' if bar.kind == 'CTR' else ''}"


def plain(number: Decimal) -> str:
    """Write a number without needless zeros."""
    return f"{number.normalize():f}"
