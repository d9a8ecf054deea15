"""Amounts of money that never leave their currency and never become a float.

Graph counts money in minor units whose size depends on the currency (docs/graph-api.md §8.3), so a bare
number is off by a factor of 100 in a yen account. Everything here is exact; what is not exact is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import total_ordering
from typing import Annotated

from pydantic import Strict

_WHOLE_UNITS = "CLP COP CRC HUF IDR ISK JPY KRW PYG TWD VND"
_HUNDREDTHS = """AED ARS AUD BDT BGN BHD BOB BRL CAD CHF CNY CZK DKK DZD EGP EUR GBP GTQ HKD HNL HRK ILS INR
    JOD KES LKR LTL LVL MOP MXN MYR NGN NIO NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD SKK THB TRY
    UAH USD UYU VES ZAR"""

ZERO_DECIMAL = frozenset(_WHOLE_UNITS.split())
"""Currencies whose smallest unit is 1 for Meta: offset 1 (docs/graph-api.md §8.3)."""

CURRENCIES = ZERO_DECIMAL | frozenset(_HUNDREDTHS.split())
"""Every currency an ad account can have, old accounts in retired currencies included (Meta's currency page)."""

_LIMIT = 10**15  # far above any real budget: a longer number is a slip, and huge integers cost time
_EXACT = Context(prec=40, traps=[Inexact, InvalidOperation, Overflow])
_NUMBER = r"[0-9]{1,15}(?:\.[0-9]+)?"
_GAP = "[ \t\u00a0\u202f]*"  # a copied amount often holds a no-break space
_AMOUNT = re.compile(
    rf"(?:(?P<before>[A-Za-z]{{3}}){_GAP})?(?P<number>{_NUMBER})(?:{_GAP}(?P<after>[A-Za-z]{{3}}))?"
)
_WITH_CURRENCY = re.compile(
    rf"(?<![\w.,])(?<!\w-)[0-9]{{4,}}(?:\.[0-9]+)?(?= (?:{'|'.join(sorted(CURRENCIES))})\b)"
)
_SECRET = re.compile(r"\s*['\"]?(EAA|sk-)")
AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
"""A number with one point or comma before three digits: people write thousands so as well."""


def offset(currency: str) -> int:
    """Return how many minor units make one major unit: 1 or 100 (docs/graph-api.md §8.3).

    Raises ValueError for a currency no ad account can have.
    """
    if currency not in CURRENCIES:
        raise ValueError(f"found {shown(currency)}; write the currency as a code such as EUR, USD or JPY")
    return 1 if currency in ZERO_DECIMAL else 100


def shown(value: object) -> str:
    """Return a refused value for a message: quoted, on one line, short, and never an access token."""
    text = value if isinstance(value, str) else str(value)
    if _SECRET.match(text):
        return "what looks like a secret key (not shown)"
    return repr(text if len(text) <= 60 else text[:57] + "...")


def grouped(number: str) -> str:
    """A plain number as people read it, with separators; anything else as it is."""
    return f"{Decimal(number):,f}" if re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", number) else number


def separated(text: str) -> str:
    """A text for people in which every number that a currency follows has separators."""
    return _WITH_CURRENCY.sub(lambda found: grouped(found[0]), text)


def split_amount(text: str, sample: str = "EUR") -> tuple[str, str | None]:
    """Split "50.00 EUR", "EUR 50" or "50" into the number as text and the currency, if one is given.

    `sample` is the currency of the example in an error, if any. Raises ValueError for anything else: signs, separators, exponents, symbols, digits of other scripts.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or (match["before"] and match["after"]):
        raise ValueError(f"found {shown(text)}; {_hint(text)}write {_sample(text, sample)}")
    currency = (match["before"] or match["after"] or "").upper()
    if currency:
        offset(currency)
    return match["number"], currency or None


def _hint(text: str) -> str:
    if either := re.search(rf"(?<![0-9.,]){AMBIGUOUS.pattern}(?![0-9.,])", text):
        whole, part = re.split("[.,]", either[0])
        return (
            f"no thousands separators, and a point before the decimals: {whole}{part} or {whole}.{part[:2]}? "
        )
    if re.search(r"[0-9][,'\u2019 \u00a0\u202f][0-9]", text):
        return "no thousands separators, and a point before the decimals: "
    if re.search(r"[-\u2212+]", text):
        return "an amount is above zero and has no sign: "
    return ""


def _sample(text: str, currency: str) -> str:
    """The amount that was written with a sign, without it; else any; in the currency that was written, if it is one."""
    written = next((code for code in re.findall(r"[A-Za-z]{3}", text) if code.upper() in CURRENCIES), "")
    currency = written.upper() or currency
    signed = re.fullmatch(
        rf"\W*[-\u2212+]{_GAP}(?P<number>[1-9][0-9]{{0,14}}){_GAP}[A-Za-z]{{0,3}}", text.strip()
    )
    return (
        f"{signed['number'] if signed else 50}{'' if currency in ZERO_DECIMAL else '.00'} {currency}".rstrip()
    )


def moved(before: Money, after: Money) -> str:
    """How far an amount moves, to a tenth of a percent: "+20 %"; nothing where it was zero."""
    if not before.minor:
        return ""
    share = Decimal(after.minor - before.minor) * 100 / before.minor
    return f"{share.quantize(Decimal('0.1')).normalize():+f} %"


def _no_amount(value: Decimal, currency: str) -> str:
    return f"found {shown(value)}; that is no amount of {currency}"


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency; differences may be negative.

    Raises TypeError when `minor` is not a plain int, ValueError for an unknown currency or an absurd size.
    """

    minor: Annotated[int, Strict()]
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are a plain int, found {type(self.minor).__name__}")
        offset(self.currency)
        if abs(self.minor) >= _LIMIT:
            raise ValueError(f"an amount of more than 15 digits in {self.currency} must be a mistake")

    @classmethod
    def parse(cls, text: str, default_currency: str | None = None, *, sample: str = "EUR") -> Money:
        """Read what a person writes: "50.00 EUR", "EUR 50"; "50" only with a default currency.

        `sample` is the currency of the example in an error.
        Raises ValueError saying what was found and what to write, also for decimals the currency lacks.
        """
        number, given = split_amount(text, sample)
        currency = given or default_currency
        if currency is None:
            raise ValueError(f"found {shown(text)}; an amount needs its currency: write {number} {sample}")
        allowed = len(str(offset(currency))) - 1
        if len(number.partition(".")[2]) > allowed:
            whole, _, part = number.partition(".")
            if Decimal(number) and not Decimal(number) * offset(currency) >= 1:
                raise ValueError(
                    f"found {shown(text)}; the smallest amount of {currency} is {cls(1, currency).said}: write that or more"
                )
            decimals, end = ("two", ".00") if allowed else ("no", "")
            written = f"{whole}{end} {currency}"
            if AMBIGUOUS.fullmatch(number):
                written = f"{whole}{end and '.' + part[:2]} {currency} or {whole}{part}{end} {currency}"
            raise ValueError(f"found {shown(text)}; {currency} has {decimals} decimals: write {written}")
        return cls.from_major(Decimal(number), currency)

    @classmethod
    def from_minor_text(cls, text: str, currency: str) -> Money:
        """Read Graph's own form, minor units as a string: ("5000", "EUR") is 50.00 EUR.

        Raises ValueError when the text is not a whole number.
        """
        if not re.fullmatch(r"-?[0-9]{1,15}", text):
            raise ValueError(f"found {shown(text)}; minor units are a whole number such as 5000")
        return cls(int(text), currency)

    @classmethod
    def from_major(cls, value: Decimal, currency: str) -> Money:
        """Make money of a decimal number of major units: Decimal("50.5"), "EUR" is 5050 minor units.

        Raises TypeError for anything but a Decimal, ValueError when the currency cannot hold it exactly.
        """
        if not isinstance(value, Decimal):
            raise TypeError(f"major units are a Decimal, found {type(value).__name__}")
        unit = offset(currency)
        if not value.is_finite() or value.copy_abs() >= _LIMIT:
            raise ValueError(_no_amount(value, currency))
        try:
            minor = _EXACT.multiply(value, Decimal(unit)).to_integral_exact(context=_EXACT)
        except Inexact:
            finest = "two decimals" if unit > 1 else "no decimals"
            raise ValueError(f"found {shown(value)}; {currency} has {finest}") from None
        if minor.copy_abs() >= _LIMIT:
            raise ValueError(_no_amount(value, currency))
        return cls(int(minor), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, with exactly the decimals of the currency."""
        return Decimal(self.minor) if offset(self.currency) == 1 else Decimal(self.minor).scaleb(-2)

    def __str__(self) -> str:
        return f"{self.major:f} {self.currency}"

    @property
    def said(self) -> str:
        """For people, with separators: "1,380.00 EUR". What is read back is `str`."""
        return f"{self.major:,f} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"money goes with money, found {type(other).__name__}")
        if other.currency != self.currency:
            raise ValueError(f"{self} and {other} are different currencies and cannot be combined")
        return other.minor
