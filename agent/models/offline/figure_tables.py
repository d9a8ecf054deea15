"""Figures as an aligned table: the numbers are the tool's own, only put in columns and in order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.models.offline.change_answers import where
from agent.models.offline.intents import Figures
from agent.models.offline.names import Node, shown
from agent.models.offline.period_words import said
from tools.analysis.trend import sparkline
from tools.domain.money import grouped

COLUMNS = {
    "spend": "spend", "results": "results", "cost_per_result": "per result", "ctr": "ctr %", "roas": "roas",
}  # fmt: skip
_FIGURES = frozenset(
    {*COLUMNS, "impressions", "clicks", "cpc", "link_clicks", "link_ctr", "cost_per_link_click"}
)
MOST_LINES = 40
LEAST_FOR_TREND = 3


def figures(content: Mapping[str, Any], intent: Figures, node: Node | None) -> str:
    """The totals first, then the rows."""
    rows = [row for row in content.get("rows") or [] if isinstance(row, dict)]
    period = said(str(content.get("period")))
    head = f"{period[:1].upper()}{period[1:]}{where(node)}: {totals(content)}"
    head += f"\nNote: {shown(content['note'], 500)}." if rows and content.get("note") else ""
    if not rows:
        return f"{head}\nNo delivery in this period ({shown(content.get('complete') or '')})."
    keyed = any(_label(row) for row in rows)
    lines = _table(_ordered(rows, intent)[: intent.limit or MOST_LINES]) if keyed else []
    lines += _trend(rows) if intent.every and intent.level == "account" and not intent.breakdowns else []
    return "\n".join([head, *lines, *(_notes(content, intent, len(rows)) if keyed else [])])


def _trend(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Spend and cost per result over time, at a glance."""
    if len(rows) < LEAST_FOR_TREND:
        return []
    spend = sparkline([_number(row.get("spend")) for row in rows])
    cost = sparkline([_price(row) for row in rows])
    return [f"  spend {spend}", *([f"  cost  {cost} per result"] if cost else [])]


def totals(content: Mapping[str, Any]) -> str:
    """One line such as: 512.33 USD spent, 21 results (purchase), 24.40 USD each, CTR 1.2 %."""
    sums, currency = content.get("totals") or {}, shown(content.get("currency") or "")
    parts = [
        f"{grouped(str(sums.get('spend', '0')))} {currency} spent",
        f"{sums.get('results', '0')} results",
    ]
    if event := content.get("results_are"):
        parts[1] += f" ({shown(event)})"
    parts += [f"{grouped(str(sums['cost_per_result']))} {currency} each"] if "cost_per_result" in sums else []
    parts += [f"CTR {sums['ctr']} %"] if "ctr" in sums else []
    parts += [f"ROAS {sums['roas']}"] if "roas" in sums else []
    return ", ".join(parts)


def _notes(content: Mapping[str, Any], intent: Figures, rows: int) -> list[str]:
    """How complete the table is, and in what order."""
    order = {
        "best": 'Lowest cost per result first; a few results say little: ask "who are my winners" for a judgement.',
        "worst": 'No results and most spend first, then the dearest results; for a judgement ask "which ads underperform".',
        "spend": "Highest spend first.",
    }[intent.order]  # fmt: skip
    shown_rows = min(rows, intent.limit or MOST_LINES)
    left = f" {shown_rows} of {rows} rows shown." if shown_rows < rows else ""
    more = f" The tool gave {shown(content['rows_shown'])}." if content.get("rows_shown") else ""
    complete = f" Complete: {shown(content.get('complete'))}." if content.get("complete") else ""
    return [f"{'' if intent.every else order}{left}{more}{complete}".strip()]


def _ordered(rows: Sequence[Mapping[str, Any]], intent: Figures) -> list[Mapping[str, Any]]:
    if intent.order == "best":
        return sorted(
            rows, key=lambda row: (_price(row) is None, _price(row) or 0, -_number(row.get("spend")))
        )
    if intent.order == "worst":
        return sorted(
            rows, key=lambda row: (_price(row) is not None, -(_price(row) or 0), -_number(row.get("spend")))
        )
    return list(rows)


def _price(row: Mapping[str, Any]) -> Decimal | None:
    return _number(row["cost_per_result"]) if "cost_per_result" in row else None


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def _label(row: Mapping[str, Any]) -> str:
    """What a row is about: a name, a breakdown's value, a day."""
    named = [str(v) for k, v in row.items() if k.endswith("_name")]
    parts = [
        str(v) for k, v in row.items() if k not in _FIGURES and not k.endswith(("_name", "_id", "date_stop"))
    ]
    return shown(" / ".join((*named, *parts)), 50)


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    columns = [key for key in COLUMNS if any(key in row for row in rows)]
    cells = [["", *(COLUMNS[key] for key in columns)]]
    cells += [[_label(row), *(grouped(shown(row.get(key, "-"))) for key in columns)] for row in rows]
    widths = [max(len(line[index]) for line in cells) for index in range(len(cells[0]))]
    return [
        (
            "  "
            + line[0].ljust(widths[0])
            + "".join("  " + c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))
        ).rstrip()
        for line in cells
    ]
