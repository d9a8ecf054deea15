"""A chart of spend, results and cost per result by day: which bars there are, what is pale, what the titles say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tools.analysis.rows import ZERO, Totals
from tools.domain import money
from tools.domain.text import counted
from tools.read.ad_figures import LAG_DAYS
from tools.read.charts.picture import Chart, Panel
from tools.read.daily.daily_text import day_said
from tools.read.intake import day_of

MAX_BARS = 92


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the figures of the days are."""

    currency: str
    noun: str
    """One result, such as "purchase"."""
    today: date
    """On the clock of the account; the days before it are still filling up."""
    target: Decimal | None = None
    """What a result may cost, in major units."""

    @property
    def decimals(self) -> int:
        return 0 if money.offset(self.currency) == 1 else 2


def without_holes(sums: Mapping[date, Totals]) -> dict[date, Totals]:
    """The days from the first to the last, also those on which nothing happened."""
    if not sums:
        return {}
    first, last = min(sums), max(sums)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return {day: sums.get(day, Totals()) for day in days}


def days_of(rows: Iterable[Mapping[str, Any]]) -> dict[date, Totals]:
    """Spend and results by day from the rows of `get_insights` with `time_increment` 1, as it writes them; it names those without a day."""
    sums: dict[date, Totals] = {}
    for row in rows:
        if day := day_of(row.get("date_start")):
            spend, results = (Decimal(row.get(name) or ZERO) for name in ("spend", "results"))
            sums[day] = sums.get(day, Totals()) + Totals(spend=spend, results=results)
    return without_holes(sums)


def day_chart(by_day: Mapping[date, Totals], means: Meaning, title: str = "", subtitle: str = "") -> Chart:
    """Spend, results and cost per result of days without holes, several days to a bar where they are many."""
    days = list(by_day)
    each = max(1, -(-len(days) // MAX_BARS))
    groups = [days[n : n + each] for n in range(0, len(days), each)]
    sums = [sum((by_day[day] for day in group), Totals()) for group in groups]
    still_open = sum(1 for group in groups if means.today - group[-1] <= timedelta(LAG_DAYS))
    return Chart(
        title=title,
        subtitle=subtitle,
        labels=[day_said(group[0]) for group in groups],
        panels=_panels(sums, means, "per day" if each == 1 else f"per {each} days"),
        open_days=still_open,
        note=f"Pale: the newest {counted(LAG_DAYS, 'day')} and today, whose results are still coming in."
        if still_open
        else "",
    )


def _panels(sums: list[Totals], means: Meaning, per: str) -> list[Panel]:
    goal = f", target {means.target:,.{means.decimals}f} dashed" if means.target else ""
    return [
        Panel(f"Spend {per} ({means.currency})", [s.spend for s in sums], means.decimals),
        Panel(f"{means.noun.capitalize()}s {per}", [s.results for s in sums], 0),
        Panel(
            f"Cost per {means.noun} ({means.currency}{goal})",
            [s.cpa for s in sums],
            means.decimals,
            bars=False,
            goal=means.target,
        ),
    ]
