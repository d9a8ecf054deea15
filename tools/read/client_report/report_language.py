"""How a report speaks: texts, numbers, money, dates and everyday words of one language, all from its file in `languages/`."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

Code = Literal["en", "de", "es", "pt", "fr"]
CODES: tuple[Code, ...] = get_args(Code)
FOLDER = Path(__file__).parent / "languages"
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Language:
    """The texts of one language, by table and name."""

    code: Code
    tables: dict[str, dict[str, Any]]

    def say(self, name: str, /, **values: object) -> str:
        """A text with its values in their places."""
        return str(self.tables["texts"][name]).format_map(values)

    def level(self, level: str | None) -> str:
        """What an ad, an ad set or a campaign is called at the beginning of a sentence; nothing for what is none of them."""
        return str(self.tables["levels"].get(level or "", "")).strip()

    def one(self, event: str) -> str:
        """One result of an event, such as "purchase"; an event that nobody has a word for goes by its own name."""
        return self._noun(event)[0]

    def many(self, event: str) -> str:
        """Several results of an event."""
        return self._noun(event)[1]

    def counted(self, number: Decimal, event: str) -> str:
        """So many results, such as "50 purchases"."""
        noun = self.one(event) if number == 1 else self.many(event)
        return f"{self.number(number)}{NO_BREAK}{noun}"

    def number(self, value: Decimal | int, decimals: int = 0) -> str:
        """A number as it is written in this language."""
        marks = self.tables["numbers"]
        plain = f"{value:,.{decimals}f}"
        return plain.translate({ord(","): marks["thousands"], ord("."): marks["decimal"]})

    def percent(self, value: Decimal, decimals: int = 1) -> str:
        """A percentage, without a sign of its own."""
        return str(self.tables["numbers"]["percent"]).format(number=self.number(value, decimals))

    def day(self, day: date) -> str:
        """A day with its year."""
        return self._dated("day", day, day=self._number_of(day))

    def short(self, day: date) -> str:
        """A day below a bar of a chart."""
        month = self.tables["dates"]["short_months"][day.month - 1]
        return str(self.tables["dates"]["short"]).format(day=day.day, month=month)

    def span(self, span: tuple[date, date]) -> str:
        """The first and the last day of a period; one day alone."""
        first, last = span
        if first == last:
            return self.day(first)
        if (first.year, first.month) == (last.year, last.month):
            return self._dated("within_month", last, first=self._number_of(first), last=last.day)
        return self._dated("span", last, first=self.day(first), last=self.day(last))

    def _dated(self, pattern: str, day: date, /, **parts: object) -> str:
        dates = self.tables["dates"]
        return str(dates[pattern]).format(month=dates["months"][day.month - 1], year=day.year, **parts)

    def _number_of(self, day: date) -> str:
        """The number of a day in its month; some languages write the first another way."""
        return str(self.tables["dates"]["first"]) if day.day == 1 else str(day.day)

    def _noun(self, event: str) -> tuple[str, str]:
        words = self.tables["results"].get(event.rpartition(".")[2].removeprefix("fb_pixel_"))
        own = event.replace("_", " ")
        return (words[0], words[1]) if words else (own, own)


@cache
def language(code: Code) -> Language:
    """The language of a code."""
    return Language(code, tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8")))
