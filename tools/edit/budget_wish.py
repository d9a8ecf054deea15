"""What a budget is to become, as people write it: an amount, or a step from what it is now, computed exactly."""

import re
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal

from tools.domain.money import AMBIGUOUS, Money
from tools.domain.references import amount_in_account
from tools.domain.tool import Context, ToolError

Wish = Callable[[Money], Money]
"""The new budget, of the one there is."""

_GAP = "[ \t\u00a0\u202f]*"
_MINUS = "\u2212\u2013-"  # the last one ends a class of characters
_NUMBER = r"(?P<number>[0-9]{1,9}(?:[.,][0-9]{1,9})?)"
_BY = rf"(?P<by>by{_GAP})?"
_PERCENT = re.compile(rf"{_BY}(?P<sign>[+{_MINUS}]?){_GAP}{_NUMBER}{_GAP}%")
_FACTOR = re.compile(rf"[x×*]{_GAP}{_NUMBER}|(?P<before>[0-9]{{1,9}}(?:[.,][0-9]{{1,9}})?){_GAP}[x×]")
_STEP = re.compile(rf"(?:by{_GAP}(?P<sign>[+{_MINUS}]?)|(?P<alone>[+{_MINUS}])){_GAP}(?P<amount>.+)")
_WORDS = {"double": "2", "doubled": "2", "twice": "2", "triple": "3", "half": "0.5", "halve": "0.5"}
MOST_TIMES = 100


def wish(text: str, ctx: Context) -> tuple[Wish, bool]:
    """What an amount of a call asks for, and whether that depends on the budget there is. Raises ToolError."""
    said = text.strip().casefold()
    if said in _WORDS:
        return _times(Decimal(_WORDS[said])), True
    if found := _FACTOR.fullmatch(said):
        factor = _number(found["number"] or found["before"], text, thousands=False)
        if factor > MOST_TIMES:
            raise ToolError(
                f"{text!r} is more than {MOST_TIMES} times the budget: write the amount that is meant."
            )
        return _times(factor), True
    if found := _PERCENT.fullmatch(said):
        if not (found["sign"] or found["by"]):
            raise ToolError(
                f"{text!r} has two readings: write +{said}, -{said}, or that share as a factor (x0.2)."
            )
        share = _number(found["number"], text) / 100
        return _times(1 - share if _minus(found["sign"]) else 1 + share), True
    if found := _STEP.fullmatch(text.strip()):
        try:
            step = amount_in_account(found["amount"], ctx)
        except ToolError as refusal:
            what = "a step from the budget there is, and its amount is not clear"
            raise ToolError(f"{text!r} is {what}: {refusal} Keep the sign before it.") from None
        down = _minus(found["sign"] or found["alone"] or "")
        return (lambda now: now - step) if down else (lambda now: now + step), True
    amount = amount_in_account(text, ctx)
    return lambda _: amount, False


def _times(factor: Decimal) -> Wish:
    """A share of a minor unit is not spent: the step is rounded down, so that it is the smaller change."""

    def times(now: Money) -> Money:
        step = (Decimal(now.minor) * (factor - 1)).to_integral_value(ROUND_DOWN)
        return Money(now.minor + int(step), now.currency)

    return times


def _number(written: str, text: str, *, thousands: bool = True) -> Decimal:
    """A number whose point is surely one. Raises ToolError with both readings where it may separate thousands."""
    if thousands and AMBIGUOUS.fullmatch(written):
        whole, part = re.split("[.,]", written)
        raise ToolError(
            f"{text!r} has two readings, {whole}.{part.rstrip('0') or '0'} and {whole}{part}: write one of them."
        )
    if "," in written:
        raise ToolError(f"{text!r}: write a point before the decimals, {written.replace(',', '.')}.")
    return Decimal(written)


def _minus(sign: str) -> bool:
    return bool(sign) and sign in _MINUS
