"""Figures of an account in the language of a report: what each is called, how it is written, and how it moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from tools.domain.account import Account
from tools.domain.text import marked
from tools.read.client_report.report_language import NO_BREAK, Language

MONEY = frozenset({"spend", "cost_per_result", "result_value", "cost_per_link_click"})
RATES = frozenset({"link_ctr"})
COSTS = frozenset({"cost_per_result", "cost_per_link_click"})
"""Figures of which less is better."""
NEUTRAL = frozenset({"spend", "impressions"})
"""Figures of which neither more nor less is better."""

Tone = Literal["good", "bad", ""]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is read; what it is compared with is empty where there is nothing."""

    label: str
    now: str
    before: str = ""
    change: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes the figures of an account in a language."""

    language: Language
    account: Account
    event: str

    @property
    def one(self) -> str:
        """One result."""
        return marked(self.language.one(self.event))

    @property
    def many(self) -> str:
        """Several results."""
        return marked(self.language.many(self.event))

    def say(self, name: str, /, **values: object) -> str:
        """A text, which may speak of results and of the currency."""
        own = {"one": self.one, "many": self.many, "currency": self.account.currency}
        return self.language.say(name, **{**own, **values})

    def money(self, amount: Decimal) -> str:
        """An amount of major units with its currency."""
        return f"{self.language.number(amount, self.account.decimals)}{NO_BREAK}{self.account.currency}"

    def counted(self, number: Decimal) -> str:
        """So many results."""
        return marked(self.language.counted(number, self.event))

    def of(self, event: str) -> "Pen":
        """The same for results of another event; "result" stands for any."""
        return Pen(self.language, self.account, event)

    def label(self, name: str) -> str:
        """What a figure is called."""
        if name == "results":
            return capital(self.many)
        return str(self.language.tables["figures"][name]).format(one=self.one, many=self.many)

    def written(self, name: str, value: str | int) -> str:
        """A figure as a tool wrote it, with the digits that the tool gave it."""
        plain = str(value)
        number = self.language.number(Decimal(plain), len(plain.partition(".")[2]))
        if name in MONEY:
            return f"{number}{NO_BREAK}{self.account.currency}"
        return self.language.percent(Decimal(plain), 2) if name in RATES else number

    def figure(self, name: str, row: Mapping[str, Any]) -> Figure:
        """A figure of a tool's row, beside the one it is compared with."""
        now, before = (row.get(f"{name}{end}") for end in ("", "_before"))
        percent, of_a_day = _move(name, row)
        return Figure(
            label=self.label(name),
            now=self.say("none") if now is None else self.written(name, now),
            before="" if before is None else self.written(name, before),
            change="" if percent is None else self._of(of_a_day, self.signed(percent)),
            tone="" if percent is None else _tone(name, Decimal(percent)),
        )

    def signed(self, percent: str) -> str:
        """A change in percent with its sign."""
        value = Decimal(percent)
        sign = "+" if value > 0 else "\u2212" if value < 0 else "±"
        return f"{sign}{self.language.percent(abs(value), len(percent.partition('.')[2]))}"

    def moved(self, name: str, row: Mapping[str, Any]) -> str:
        """How a figure of a tool's row moved, in words; empty where that is not known."""
        percent, of_a_day = _move(name, row)
        if percent is None:
            return ""
        value = Decimal(percent)
        told = self.language.percent(abs(value), len(percent.partition(".")[2]))
        move = self.say("up" if value > 0 else "down", percent=told) if value else self.say("same")
        return self._of(of_a_day, move)

    def _of(self, of_a_day: bool, move: str) -> str:
        """A move as it is told: of the whole, or of a day of it."""
        return self.say("per_day", move=move) if of_a_day else move

    def sure(self, chance: float) -> str:
        """How sure something is, rounded down and never as certain."""
        return self.language.percent(Decimal(max(1, min(99, int(chance * 100 + 1e-9)))), 0)


def capital(text: str) -> str:
    """A text as it begins a line."""
    return text[:1].upper() + text[1:]


def _move(name: str, row: Mapping[str, Any]) -> tuple[str | None, bool]:
    """How many percent a figure moved, and whether that is of a day of it."""
    by_day = row.get(f"{name}_percent_per_day")
    return (row.get(f"{name}_percent"), False) if by_day is None else (by_day, True)


def _tone(name: str, percent: Decimal) -> Tone:
    if not percent or name in NEUTRAL:
        return ""
    return "good" if (percent < 0) is (name in COSTS) else "bad"
