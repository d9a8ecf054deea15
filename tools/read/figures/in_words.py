"""Totals as a sentence that may be quoted as it is: money with separators and currency, rates with their sign."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tools.read.figures.known_fields import Column

_SAID = {
    "ctr": "CTR",
    "cpc": "CPC",
    "cpm": "CPM",
    "cpp": "CPP",
    "roas": "ROAS",
    "link_ctr": "link CTR",
    "video_p100_watched_actions:video_view": "video completions",
}
_PERCENT = ("ctr", "conversion_rate")


def in_words(totals: Mapping[str, Any], columns: Iterable[Column], currency: str) -> str:
    """The figures of the totals in the order of the columns, with those they are compared with."""
    told = (_told(totals, column, currency) for column in columns)
    return ", ".join(filter(None, told))


def _told(totals: Mapping[str, Any], column: Column, currency: str) -> str:
    value = _amount(totals.get(column.name), column, currency)
    if not value:
        return ""
    before = _amount(totals.get(f"{column.name}_before"), column, currency)
    percent = totals.get(f"{column.name}_percent")
    by_day = totals.get(f"{column.name}_percent_per_day")
    change = (
        f", {percent} %" if percent is not None else f", {by_day} % per day" if by_day is not None else ""
    )
    return f"{_name(column.name)} {value}" + (f" ({before} before{change})" if before else "")


def _name(figure: str) -> str:
    """A figure as people call it; an event of the account by its own name."""
    kind, _, event = figure.replace("_", " ").partition(":")
    of_event = {
        "actions": f"{event}s",
        "action values": f"{event} value",
        "cost per action type": f"cost per {event}",
    }
    return of_event.get(kind) or _SAID.get(figure, kind)


def _amount(value: Any, column: Column, currency: str) -> str:
    """One figure, or nothing where it is none."""
    if not isinstance(value, str | int) or column.field.form in ("text", "raw"):
        return ""
    try:
        number = f"{Decimal(str(value)):,f}"
    except InvalidOperation:
        return ""
    if column.field.form == "money":
        return f"{number} {currency}"
    return f"{number} %" if column.name.endswith(_PERCENT) else number
