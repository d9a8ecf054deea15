"""A report as an XLSX: its sentences and its tables, each figure a number with its currency beside it."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from tools.domain.tables import spreadsheets
from tools.domain.tables.kept_tables import Row
from tools.domain.text import marked
from tools.read.client_report.deeds_told import Deeds
from tools.read.client_report.figure_words import MONEY, Pen
from tools.read.client_report.gathering import OF_CAMPAIGNS, TOTALS, Gathered, before_known, several_goals
from tools.read.client_report.report_view import ANY, ReportView


def xlsx(found: Gathered, view: ReportView) -> bytes:
    """The workbook."""
    pen, file = view.pen, BytesIO()
    sheets: dict[str, list[Row]] = {
        pen.say("summary"): [{pen.say("summary"): marked(line)} for line in _lines(view)],
        pen.say("figures"): list(_figures(found, pen)),
        pen.say("campaigns"): list(_campaigns(found, pen)),
        pen.say("trend"): list(_days(found, pen)),
        pen.say("ads"): list(_ads(view)),
        pen.say("changes_short"): list(_deeds(view.changes, pen)),
        pen.say("proposals_short"): list(_deeds(view.proposals, pen)),
    }
    spreadsheets.write_sheets(file, sheets)
    return file.getvalue()


def _lines(view: ReportView) -> Iterator[str]:
    yield f"{view.pen.say('title')}: {view.pen.account.name}, {view.period}"
    yield from filter(None, (view.compared, view.made_on, *view.summary, view.open_days))
    if view.proposals:
        yield view.pen.say("not_promised")
    yield from (view.judged_on, *view.notes)


def _figures(found: Gathered, pen: Pen) -> Iterator[Row]:
    totals = found.totals["totals"]
    for name in TOTALS:
        if name in totals:
            yield {
                pen.say("figure"): pen.label(name),
                pen.say("this_period"): totals[name],
                pen.say("before"): totals.get(f"{name}_before"),
                **_moves(pen, f"{pen.say('change')} %", name, totals),
                pen.say("currency"): pen.account.currency if name in MONEY else "",
            }


def _moves(pen: Pen, head: str, name: str, row: Mapping[str, Any]) -> Row:
    """How a figure moved; what moved by the day stands under a head of its own."""
    percent, by_day = (row.get(f"{name}_percent{end}") for end in ("", "_per_day"))
    return {head: percent} if by_day is None else {head: None, pen.say("per_day", move=head): by_day}


def _campaigns(found: Gathered, pen: Pen) -> Iterator[Row]:
    heads = pen.of(ANY) if several_goals(found) else pen
    for row in found.campaigns["rows"]:
        told: Row = {pen.say("campaign"): marked(row.get("campaign_name"))}
        for name in OF_CAMPAIGNS:
            label = heads.label(name)
            told[label] = row.get(name)
            if before_known(found):
                told[f"{label} ({pen.say('before')})"] = row.get(f"{name}_before")
                told |= _moves(pen, f"{label} ({pen.say('change')} %)", name, row)
        told |= {pen.say("what"): marked(row["results_are"])} if "results_are" in row else {}
        yield told | {pen.say("currency"): pen.account.currency}


def _days(found: Gathered, pen: Pen) -> Iterator[Row]:
    places = pen.account.decimals
    for day, seen in found.by_day.items():
        yield {
            pen.say("day"): day.isoformat(),
            pen.label("spend"): f"{seen.spend:.{places}f}",
            pen.label("results"): f"{seen.results:f}",
            pen.label("cost_per_result"): "" if seen.cpa is None else f"{seen.cpa:.{places}f}",
            pen.say("currency"): pen.account.currency,
        }


def _ads(view: ReportView) -> Iterator[Row]:
    pen = view.pen
    for group in view.ads:
        for ad in group.lines:
            yield {
                pen.say("group"): group.heading,
                pen.say("ad"): marked(ad.name),
                pen.say("campaign"): marked(ad.campaign),
                pen.say("this_period"): ad.line,
                pen.say("why"): ad.evidence,
            }


def _deeds(sets: Sequence[Deeds], pen: Pen) -> Iterator[Row]:
    for one in sets:
        for deed in one.deeds:
            row = {
                pen.say("on"): deed.on,
                pen.say("what"): marked(deed.what),
                pen.say("why"): marked(deed.why),
            }
            yield row | {pen.say("outcome"): " ".join(one.outcomes)}
