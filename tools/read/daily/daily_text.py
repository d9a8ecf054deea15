"""How the daily check writes money, results, days and names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tools.analysis.pacing import Pacing
from tools.analysis.rows import Totals
from tools.analysis.verdicts import Verdict
from tools.domain.money import Money
from tools.domain.text import shortened
from tools.domain.tool import Context


@dataclass(frozen=True, slots=True)
class Words:
    """The account's money and names."""

    ctx: Context
    event: str
    now: datetime
    verdicts: Mapping[str, Verdict]

    def money(self, amount: Decimal | None) -> str:
        """Major units with the currency's decimals; without it, as it stands in every headline."""
        return "–" if amount is None else self.ctx.account.written(amount)

    def bare(self, amount: int) -> str:
        """Minor units without the currency, where it was just named."""
        return f"{Money(amount, self.ctx.account.currency).major:,f}"

    def minor(self, amount: int) -> str:
        """Minor units with the currency."""
        return Money(amount, self.ctx.account.currency).said

    def name(self, ad_id: str) -> str:
        """An ad's name, shortened."""
        verdict = self.verdicts.get(ad_id)
        return short(verdict.ad.name if verdict else ad_id)

    def figures(self, seen: Totals) -> str:
        """Spend, results and what one cost."""
        each = f", {self.money(seen.cpa)} each" if seen.results else ""
        roas = f", ROAS {seen.roas:.2f}" if seen.value and seen.roas else ""
        spend = f"{self.money(seen.spend)} {self.ctx.account.currency}"
        return f"{spend}, {self.results(seen.results)}{each}{roas}"

    @property
    def noun(self) -> str:
        """One result, in an everyday word."""
        return self.event.rpartition(".")[2].removeprefix("fb_pixel_").replace("_", " ")

    def results(self, number: Decimal) -> str:
        """Counted results, such as "50 purchases"."""
        return f"{number:,.0f} {self.noun}{'' if number == 1 else 's'}"


def short(name: str) -> str:
    """A name that leaves room on a line of 80."""
    return shortened(name, 36)


def cap_left(words: Words, pace: Pacing) -> str:
    """What is left of the spend cap, and how long it lasts."""
    left = words.minor(pace.cap.left_minor) if pace.cap else ""
    days = pace.cap.days_left if pace.cap else None
    return f"has {left} left" + (f", {days:.1f} days at this pace" if days is not None else "")


def day_said(day: date) -> str:
    """A day such as Nov 8."""
    return f"{day:%b} {day.day}"
