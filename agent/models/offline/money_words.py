"""Reads orders that set or move a budget, and the amounts in them."""

import re
from datetime import date
from typing import Literal

from agent.models.offline.intents import Amount, Budget, Intent
from agent.models.offline.phrases import LOWER, RAISE, Said
from agent.models.offline.targets import Vague, WrongValue, target

_I = re.IGNORECASE
_KIND = r"(?:(?P<kind>daily|lifetime|total) )?"
_BUDGET = rf"(?:(?:the|my|its|their) )?{_KIND}(?:ad )?budgets?"
_SET = r"(?:set|change|put|make|adjust|update|move)"
_MOVE = rf"(?:(?P<up>{RAISE})|(?P<down>{LOWER}))"
_OF = r"(?:of|for|on|in)"
_VALUE = r"(?:(?:minus|negative) )?\S+(?: (?:[a-z]{3}|percent))?"
_FORMS = tuple(
    re.compile(form, _I)
    for form in (
        rf"{_SET} {_BUDGET} {_OF} (?P<what>.+) (?:to|at|=) (?P<to>.+)",
        rf"{_SET} {_BUDGET} (?:to|at|=) (?P<to>{_VALUE}) {_OF} (?P<what>.+)",
        rf"(?:set|give) (?P<what>.+?) an? {_KIND}budget of (?P<to>.+)",
        rf"set an? {_KIND}budget of (?P<to>.+?) (?:for|on|to) (?P<what>.+)",
        rf"{_SET} (?P<what>.+?)(?:'s)? {_KIND}budget (?:to|at|=) (?P<to>.+)",
        rf"{_MOVE} {_BUDGET} {_OF} (?P<what>.+) (?:to (?P<to>.+)|by (?P<by>.+))",
        rf"{_MOVE} {_BUDGET} (?:to (?P<to>{_VALUE})|by (?P<by>{_VALUE})) {_OF} (?P<what>.+)",
        rf"{_MOVE} (?P<what>.+?)(?:'s)? {_KIND}budget (?:to (?P<to>.+)|by (?P<by>.+))",
        rf"(?P<twice>double|halve) {_BUDGET} {_OF} (?P<what>.+)",
        rf"(?P<twice>double|halve) (?P<what>.+?)(?:'s)? {_KIND}budget",
        rf"{_MOVE} (?P<what>.+) (?:to (?P<to>.*(?:[$€£¥₹]|\b[a-z]{{3}}\b|day).*)|by (?P<by>.*(?:%|percent|[$€£¥₹]|\b[a-z]{{3}}\b).*))",
    )
)
_ABOUT_BUDGET = re.compile(
    rf"(?:{_SET}|{RAISE}|{LOWER}|double|halve|give|spend)\b.*\bbudgets?\b.*|{_MOVE}(?: .*)?", _I
)
_ANOTHER = re.compile(r"\b(?:to|by) \S*[0-9]", _I)
_PER_DAY = re.compile(r"(?: ?/ ?| (?:per|a|each) )day$| daily$", _I)
_SIGN = r"[$€£¥₹]|[A-Za-z]{3}|dollars?|bucks|euros?|pounds?|yen|rupees?"
_AMOUNT = re.compile(
    rf"(?P<before>{_SIGN})? ?(?P<number>[0-9]{{1,12}}(?:\.[0-9]{{1,2}})?) ?(?P<after>{_SIGN})?", _I
)
_PERCENT = re.compile(r"(?P<number>[0-9]{1,4}(?:\.[0-9]{1,2})?) ?(?:%|percent|per ?cent|pct)", _I)
_SYMBOLS = {"dollar": "$", "buck": "$", "euro": "€", "pound": "£", "yen": "¥", "rupee": "₹"}
EXAMPLE = 'Such as: set the budget of "Summer - Prospecting" to 60 USD, or: raise the budget of "Summer - Prospecting" by 10%.'


def read(said: Said, _: date | None) -> Intent | None:
    """The budget order of a text, or None. Raises Vague when the object or the amount is missing."""
    for form in _FORMS:
        if match := form.fullmatch(said.text):
            return _budget(match.groupdict(), said)
    if _ABOUT_BUDGET.fullmatch(said.text):
        raise Vague(f"Which ad set or campaign, and which amount? {EXAMPLE}")
    return None


def _budget(found: dict[str, str | None], said: Said) -> Budget:
    what = found["what"] or ""
    if _ANOTHER.search(what):
        raise Vague(f"One budget at a time, please. {EXAMPLE}")
    kind = _kind(found.get("kind"), found.get("to"))
    goal = target(what, said)
    if twice := found.get("twice"):
        doubled = twice.casefold() == "double"
        return Budget(goal, "up" if doubled else "down", percent="100" if doubled else "50", kind=kind)
    direction: Literal["to", "up", "down"] = (
        "up" if found.get("up") else "down" if found.get("down") else "to"
    )
    if to := found.get("to"):
        return Budget(goal, direction, to=amount(_PER_DAY.sub("", said.whole(to))), kind=kind)
    by = said.whole(found.get("by") or "").strip()
    if percent := _PERCENT.fullmatch(by):
        if direction == "down" and float(percent["number"]) >= 100:
            raise WrongValue("Lowering a budget by all of it is not a budget. To stop it, pause it.")
        return Budget(goal, direction, percent=percent["number"], kind=kind)
    step = amount(_PER_DAY.sub("", by))
    if not step.currency:
        raise Vague(f"By {by} what? Write by {by}%, or by {by} with the currency.")
    return Budget(goal, direction, by=step, kind=kind)


def _kind(word: str | None, to: str | None) -> Literal["daily", "lifetime", ""]:
    """Which budget is meant; "60 USD a day" says it too."""
    said = (word or "").casefold()
    if said in ("lifetime", "total"):
        return "lifetime"
    return "daily" if said == "daily" or _PER_DAY.search(to or "") else ""


def amount(text: str) -> Amount:
    """An amount as a person writes it: 60, 60.00 USD, $60. Raises WrongValue for what is none, or could mean two things."""
    match = _AMOUNT.fullmatch(text.strip())
    before, after = (_sign(match["before"]), _sign(match["after"])) if match else ("", "")
    if not match or (before and after and before != after):
        raise WrongValue(
            f'I cannot read "{text.strip()}" as an amount. Write it like 60 or 1200.50 USD: no thousands separators,'
            " and a point before the decimals."
        )
    return Amount(match["number"], before or after)


def _sign(text: str | None) -> str:
    """A currency's code or symbol."""
    word = (text or "").casefold()
    return next((symbol for name, symbol in _SYMBOLS.items() if word.startswith(name)), word.upper())
