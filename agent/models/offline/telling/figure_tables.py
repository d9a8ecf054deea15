"""Figures as an aligned table: the numbers are the tool's own, only put in columns and in order."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.period_days import said
from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import Found, Request
from agent.models.offline.telling.steps import rows_of
from tools.analysis.trend import sparkline
from tools.domain.changes import LEVELS
from tools.domain.money import grouped
from tools.domain.settings import meta_words

USUAL = ("spend", "results", "cost_per_result", "roas", "ctr")
_HEADS: dict[str, str] = sayings()["figure_heads"]
_WORDS: dict[str, str] = sayings()["figure_words"]
_CHANGES = ("_before", "_percent_per_day", "_percent", "_difference")
MOST_LINES = 40
DRAWN = ("spend", "results", "cost_per_result")
"""What a chart shows."""
LEAST_FOR_TREND = 3


def word(figure: str) -> str:
    """A figure in words."""
    name, _, kind = figure.partition(":")
    if kind and figure not in _WORDS:
        noun = kind.replace("_", " ")
        told = f"{noun} value" if "value" in name else f"{noun}s"
        return f"cost per {noun}" if name.startswith("cost") else told
    return _WORDS.get(figure, name.replace("_", " "))


def usual(request: Request) -> tuple[str, ...]:
    """The figures that are shown where none is named; a comparison shows each of them twice."""
    return USUAL[:4] if request.compare else USUAL


def period_of(content: Mapping[str, Any]) -> str:
    """The period of some figures in words."""
    return said(str(content.get("period")))


def figures(
    content: Mapping[str, Any], request: Request, node: Found | None, *, several: bool = False
) -> str:
    """The totals first, then the rows; the period where no line above says it."""
    rows = ranked(content, request)
    if "by_account" in content:
        return by_account(content, request)
    period = "" if request.periods and not several else period_of(content)
    where = f" in {shown(node.name)}" if node and not request.periods else ""
    if not rows and request.tests and content.get("complete"):
        told = f"{period}{where}: none meets that" if period else "None meets that"
        said = f"{told[:1].upper()}{told[1:]}, of {shown(content['complete'])}."
        return "\n".join([said, *passed_by(content)])
    together = "all together: " if request.rank and content.get("rows_shown") else ""
    told = f"{together}{totals(content)}"
    head = f"{period[:1].upper()}{period[1:]}{where}: {told}" if period else f"{told[:1].upper()}{told[1:]}"
    head += f"\nNote: {shown(str(content['note']).replace('_', ' '), 500)}." if content.get("note") else ""
    if not rows:
        return f"{head}\nNo delivery in this period ({shown(content.get('complete') or '')})."
    if not any(_label(row, content) for row in rows):
        return head
    lines = _table(rows[: request.count or MOST_LINES], request, content)
    lines += _trend(rows) if request.step and not (request.by or request.rank) else []
    beside = passed_by(content, want=request.rank)
    return "\n".join([head, *lines, *_notes(content, request, len(rows_of(content, "rows"))), *beside])


def for_little(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of what spent much for little or nothing, which no cost puts in order."""
    return rows_of(content.get("much_spent_for_little") or {}, "rows")


def ranked(content: Mapping[str, Any], request: Request | None) -> list[dict[str, Any]]:
    """The rows in their order, by time where they are of days; of the worst by cost first what spent much without a result, and no place is lost by having few."""
    rows, few = rows_of(content, "rows"), for_little(content)
    if request and request.step and not request.rank:
        return sorted(rows, key=lambda row: str(row.get("date_start")))
    if request is None or request.rank != "worst" or not few:
        return rows
    figure = next(iter(request.figures), "cost_per_result")
    none = [row for row in few if not Decimal(row.get("results") or 0)]
    others = [row for row in (*few, *rows) if row not in none]
    return none + sorted(others, key=lambda row: Decimal(row.get(figure) or 0), reverse=figure != "roas")


def passed_by(content: Mapping[str, Any], skip: Collection[str] = (), want: str = "") -> list[str]:
    """What a choice by cost leaves out although it spent much, and how to pause that too; where the worst are wanted it is among them."""
    rows = [row for row in for_little(content) if _of(row, "id") not in skip]
    if not rows or want == "activate":
        return []
    names = [f"{shown(_of(row, 'name'))} ({grouped(shown(row.get('spend')))} spent)" for row in rows]
    why = shown((content.get("much_spent_for_little") or {}).get("why"), 200)
    if want == "worst":
        return [f"Among the worst, as it {why}: {', '.join(names)}."]
    order = ", ".join(f'"{shown(_of(row, "name"))}"' for row in rows)
    return [f"Not among them, as it {why}: {', '.join(names)}. To pause that too: pause {order}"]


def _of(row: Mapping[str, Any], what: str) -> str:
    """The id or the name of the ad, ad set or campaign that a row is about."""
    return next((str(row[f"{level}_{what}"]) for level in LEVELS if row.get(f"{level}_{what}")), "")


def not_drawn(figures: Sequence[str]) -> list[str]:
    """What was asked for in a picture that shows other figures."""
    left = [word(figure) for figure in figures if figure not in DRAWN]
    said = f"The picture shows spend, results and cost per result by day, not {' or '.join(left)}"
    return [f'{said}: "{left[0]} by day" tells it in figures.'] if left else []


def by_account(content: Mapping[str, Any], request: Request) -> str:
    """A line for each account and the sums of each currency; different currencies are never added up."""
    lines = [f"{shown(content.get('accounts'))}:"]
    for row in rows_of(content, "by_account"):
        note = f" ({shown(row['note'], 200)})" if row.get("note") else ""
        lines.append(f"  {shown(row.get('account_name'))}, {period_of(row)}: {totals(row)}{note}")
    lines += [f"  {line}" for line in not_read(content)]
    rows = rows_of(content, "rows")
    if any(key in row for row in rows for key in ("campaign_name", "adset_name", "ad_name")):
        lines += _table(rows[:MOST_LINES], request, content)
    return "\n".join([*lines, *_sums(content.get("totals_by_currency") or {})])


def not_read(content: Mapping[str, Any]) -> list[str]:
    """Which of several accounts could not be read, each with why."""
    return [
        f"{shown(row.get('name') or row['account'])} could not be read: {shown(row['why'], 300)}"
        for row in content.get("not_read") or []
    ]


def _sums(by_currency: Mapping[str, Any]) -> list[str]:
    """What several accounts of one currency come to, in the tool's own numbers."""
    return [
        f"Together, {currency} ({sums['accounts']} accounts): "
        + ", ".join(
            f"{word(name)} {grouped(str(value))}"
            for name, value in sums.items()
            if name not in ("accounts", "note")
        )
        + (f" ({shown(sums['note'], 200)})" if sums.get("note") else "")
        for currency, sums in by_currency.items()
        if sums["accounts"] > 1
    ]


def _trend(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Spend and cost per result over time, at a glance."""
    if len(rows) < LEAST_FOR_TREND:
        return []
    spend, cost = (
        sparkline([Decimal(row[key]) if key in row and "not_whole" not in row else None for row in rows])
        for key in ("spend", "cost_per_result")
    )
    return [f"  spend {spend}", *([f"  cost  {cost} per result"] if cost else [])]


def totals(content: Mapping[str, Any]) -> str:
    """The totals in the tool's own words."""
    told = shown(content.get("totals_in_words") or "", 900)
    event = content.get("results_are")
    return (told or "nothing") + (f" (results are {shown(event)})" if event and "result" in told else "")


def _notes(content: Mapping[str, Any], request: Request, rows: int) -> list[str]:
    """How complete the table is, and how to get the rest."""
    most = request.count or MOST_LINES
    left = [f"{min(rows, most)} of {rows} rows shown."] if most < rows else []
    if content.get("rows_shown") and not request.count:
        first = len(for_little(content)) if request.rank == "worst" and request.tests else 0
        of = str(content["rows_shown"]).partition(",")[0]
        of = re.sub("[0-9]+", lambda number: str(int(number[0]) + first), of) if first else of
        of = f"The newest {of}" if request.step and not request.rank else of
        left += [f'{of} rows: "show me the rest", or "as a spreadsheet".']
    read = shown(content.get("complete") or "", 200)
    chosen = (
        (request.rank or request.tests) and read.startswith("all ") and f"all {min(rows, most)} " not in read
    )
    complete = [f"Complete: {'chosen from ' * bool(chosen)}{read}."] if read else []
    return [" ".join((*left, *complete))] if left or complete else []


def _is_figure(key: str, content: Mapping[str, Any]) -> bool:
    return key in (content.get("totals") or {}) or key.endswith(_CHANGES) or key in USUAL or ":" in key


def _label(row: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """What a row is about: a name, a breakdown's value, a day."""
    named = [str(value) for key, value in row.items() if key.endswith("_name")]
    skipped = ("_name", "_id", "date_stop")
    rest = [
        meta_words.value(key, str(value))
        for key, value in row.items()
        if not key.endswith(skipped) and not _is_figure(key, content)
    ]
    return shown(" / ".join((*named[-1:], *rest)), 50)


def _columns(rows: Sequence[Mapping[str, Any]], request: Request, content: Mapping[str, Any]) -> list[str]:
    """The figures that were asked for, or the usual ones; a comparison has the change of each."""
    there = [key for key in dict.fromkeys(key for row in rows for key in row) if _is_figure(key, content)]
    asked = (*request.figures, *(test.figure for test in request.tests))
    by_cost = ("cost_per_result",) if request.rank and not request.figures else ()
    wanted = {"spend", *((*asked, *by_cost) or usual(request))}
    return [
        key for key in there if _plain(key) in wanted and not key.endswith(("_difference", "_before"))
    ] or there[:6]


def _plain(key: str) -> str:
    return next((key.removesuffix(end) for end in _CHANGES if key.endswith(end)), key)


def _head(key: str) -> str:
    plain = _plain(key)
    said = _HEADS.get(plain, word(plain) if ":" in plain else plain.replace("_", " "))
    if key.endswith("_percent_per_day"):
        return f"{said} ±%/day"
    return f"{said} ±%" if key.endswith("_percent") else said


def _value(cell: Any) -> Any:
    """A cell; Meta gives the figures of videos as a list of one kind of action."""
    return " / ".join(map(str, cell.values())) if isinstance(cell, dict) else cell


def _table(rows: Sequence[Mapping[str, Any]], request: Request, content: Mapping[str, Any]) -> list[str]:
    columns = _columns(rows, request, content)
    heads = [_head(key) for key in columns]
    cells = [["", *heads]]
    cells += [
        [_label(row, content), *(grouped(shown(_value(row.get(key, "-")))) for key in columns)]
        for row in rows
    ]
    widths = [max(len(line[index]) for line in cells) for index in range(len(cells[0]))]
    padded = [[cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)] for line in cells]
    return [
        "  ".join(("  " + line[0].ljust(widths[0]), *rest)).rstrip()
        for line, rest in zip(cells, padded, strict=True)
    ]
