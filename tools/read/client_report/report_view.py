"""The parts of a report in the order in which they are read, all in words of one language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tools.domain.tool import Context
from tools.read.charts.day_chart import MAX_BARS, Meaning, day_chart
from tools.read.charts.picture import Chart
from tools.read.client_report import ad_lines, data_notes, deeds_told
from tools.read.client_report.ad_lines import AdGroup
from tools.read.client_report.deeds_told import Deeds
from tools.read.client_report.figure_words import Figure, Pen, capital
from tools.read.client_report.gathering import OF_CAMPAIGNS, TOTALS, Gathered, before_known, several_goals
from tools.read.client_report.summary_words import days_compared, summary

TILES = ("spend", "results", "cost_per_result", "roas")
MOST_CAMPAIGNS = 20
ANY = "result"
"""The event that stands for any."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign in the table."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report; what is empty is left out of it."""

    pen: Pen
    period: str
    compared: str
    made_on: str
    summary: tuple[str, ...]
    open_days: str
    """That the last days still fill up; it stands beside the summary."""
    tiles: tuple[Figure, ...]
    figures: tuple[Figure, ...]
    chart: Chart | None
    campaign_heads: tuple[str, ...]
    campaigns: tuple[Campaign, ...]
    more_campaigns: str
    ads: tuple[AdGroup, ...]
    judged_on: str
    changes: tuple[Deeds, ...]
    taken_back: str
    """How many changes are left out, as they were taken back within the period."""
    proposals: tuple[Deeds, ...]
    notes: tuple[str, ...]


def view(ctx: Context, found: Gathered, pen: Pen) -> ReportView:
    """All that a report says."""
    language, totals, rows = pen.language, found.totals["totals"], found.campaigns["rows"]
    names = [name for name in OF_CAMPAIGNS if any(name in row for row in rows)]
    return ReportView(
        pen=pen,
        period=language.span(found.now),
        compared=pen.say("compared", span=days_compared(found.now, found.then, pen))
        if found.then and before_known(found)
        else "",
        made_on=pen.say("made_on", day=language.day(found.today)),
        summary=summary(found, pen, ctx.brand),
        open_days=" ".join(data_notes.filling(found, pen)),
        tiles=_known(TILES, totals, pen),
        figures=_known(TOTALS, totals, pen),
        chart=_chart(ctx, found, pen),
        campaign_heads=tuple((pen.of(ANY) if several_goals(found) else pen).label(name) for name in names),
        campaigns=tuple(_campaign(row, names, pen) for row in rows[:MOST_CAMPAIGNS]),
        more_campaigns=pen.say("most_campaigns", number=MOST_CAMPAIGNS) if len(rows) > MOST_CAMPAIGNS else "",
        ads=ad_lines.ad_groups(found, pen),
        judged_on=pen.say("judged_on", day=language.day(found.today)),
        changes=deeds_told.changed(found, pen),
        taken_back=pen.say("taken_back", number=found.taken_back) if found.taken_back else "",
        proposals=deeds_told.proposed(found, pen),
        notes=data_notes.notes(found, pen),
    )


def _known(names: Sequence[str], row: Mapping[str, Any], pen: Pen) -> tuple[Figure, ...]:
    """The figures that say anything: a value of sales is none where no sale has one."""
    return tuple(
        pen.figure(name, row)
        for name in names
        if any(Decimal(row.get(f"{name}{end}") or 0) for end in ("", "_before"))
        or (name in ("spend", "results") and name in row)
    )


def _campaign(row: Mapping[str, Any], names: Sequence[str], pen: Pen) -> Campaign:
    """One row; where campaigns are after different things, its results say what they are."""
    event = str(row.get("results_are") or "")
    if event:
        pen = pen.of(event if re.fullmatch(r"[\w.]+", event) else ANY)
    figures = {name: pen.figure(name, row) for name in names}
    if event and "results" in row:
        figures["results"] = replace(figures["results"], now=pen.counted(Decimal(row["results"])))
    return Campaign(str(row.get("campaign_name") or row["campaign_id"]), tuple(figures.values()))


def _chart(ctx: Context, found: Gathered, pen: Pen) -> Chart | None:
    """Spend, results and cost by day, with titles and days in the language; None where nothing was delivered."""
    if not any(day.spend for day in found.by_day.values()):
        return None
    target = ctx.brand.target_cpa.money(pen.account.currency).major if ctx.brand.target_cpa else None
    chart = day_chart(found.by_day, Meaning(pen.account.currency, pen.one, found.today, target))
    days = list(found.by_day)
    each = max(1, -(-len(days) // MAX_BARS))
    goal = f", {pen.say('goal', target=pen.money(target))}" if target else ""
    ends = ("spend_per", "results_per") if each == 1 else ("spend_grouped", "results_grouped")
    titles = [capital(pen.say(name, days=each)) for name in ends] + [pen.say("cost_per") + goal]
    panels = [replace(panel, title=title) for panel, title in zip(chart.panels, titles, strict=True)]
    with_results = any(day.results for day in found.by_day.values())
    return replace(
        chart,
        labels=[pen.language.short(day) for day in days[::each]],
        panels=panels if with_results else panels[:1],
        note=pen.say("pale") if chart.open_days else "",
    )
