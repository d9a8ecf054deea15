"""Money stays exact, keeps its currency, and refuses whatever could be read in two ways."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tools.domain.money import CURRENCIES, ZERO_DECIMAL, Money, offset

currencies = st.sampled_from(sorted(CURRENCIES))
minors = st.integers(min_value=0, max_value=10**15 - 1)


@given(minors, currencies)
def test_written_money_reads_back(minor: int, currency: str) -> None:
    """What money prints, parse reads back as the same money, in every currency."""
    money = Money(minor, currency)
    assert Money.parse(str(money)) == money


@given(st.integers(min_value=-(10**14), max_value=10**14), currencies)
def test_major_and_minor_agree(minor: int, currency: str) -> None:
    """Major units times the offset are the minor units, exactly, also below zero."""
    money = Money(minor, currency)
    assert money.major * offset(currency) == minor
    assert Money.from_major(money.major, currency) == money
    assert Money.from_minor_text(str(minor), currency) == money


@given(minors, minors, currencies)
def test_sums_are_sums_of_minor_units(first: int, second: int, currency: str) -> None:
    """Taking away what was added gives the first amount back, and order follows the minor units."""
    a, b = Money(first // 2, currency), Money(second // 2, currency)
    assert a + b - b == a
    assert (a < b, a <= b, a > b, a >= b) == (
        a.minor < b.minor,
        a.minor <= b.minor,
        a.minor > b.minor,
        a.minor >= b.minor,
    )


@given(st.text())
@example("10000000000000")  # fewer than 15 digits as written, more in cents
def test_any_text_is_money_or_a_value_error(text: str) -> None:
    """Arbitrary text is read as a non-negative amount or refused with ValueError, nothing else."""
    try:
        money = Money.parse(text, default_currency="EUR")
    except ValueError as refused:
        message = str(refused)
    else:
        message = f"found {money.minor:d}"
    assert re.match(r"found (?!-)[^\n]+$", message)


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("50.00 EUR", 5000, "EUR"),
        ("EUR 50", 5000, "EUR"),
        ("50 EUR", 5000, "EUR"),
        ("50.5 usd", 5050, "USD"),
        ("50EUR", 5000, "EUR"),
        ("  0.01 EUR ", 1, "EUR"),
        ("5000 JPY", 5000, "JPY"),
        ("TWD 300", 300, "TWD"),
        ("1.25 BHD", 125, "BHD"),
        ("50.00\u00a0EUR", 5000, "EUR"),
    ],
)
def test_people_write_amounts_in_these_ways(text: str, minor: int, currency: str) -> None:
    """Number and currency may come in either order, with the decimals the currency has."""
    assert Money.parse(text) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("50", "write 50 EUR"),
        ("50.00", "needs its currency"),
        ("50.00 JPY", "JPY has no decimals: write 50 JPY"),
        ("1.000 EUR", "EUR has two decimals: write 1.00 EUR"),
        ("50,00 EUR", "a point before the decimals"),
        ("1,000.00 EUR", "no thousands separators"),
        ("1 000 EUR", "no thousands separators"),
        ("-50 EUR", "no sign"),
        ("-5", "an amount is above zero and has no sign: write 5.00 EUR"),
        ("-0.5 EUR", "write 50.00 EUR"),
        ("0.00001 EUR", "found '0.00001 EUR'; the smallest amount of EUR is 0.01 EUR: write that or more"),
        ("0.4 JPY", "the smallest amount of JPY is 1 JPY"),
        ("+50 EUR", "no sign"),
        ("nan EUR", "write 50.00 EUR"),
        ("inf EUR", "write 50.00 EUR"),
        ("5e3 EUR", "write 50.00 EUR"),
        ("\u0665\u0660 EUR", "write 50.00 EUR"),
        ("\uff15\uff10 EUR", "write 50.00 EUR"),
        ("$50", "write 50.00 EUR"),
        (".5 EUR", "write 50.00 EUR"),
        ("5. EUR", "write 50.00 EUR"),
        ("EUR 50 EUR", "write 50.00 EUR"),
        ("50 XXX", "'XXX'"),
        ("9999999999999999 EUR", "write 50.00 EUR"),
        ("10000000000000 EUR", "found '10000000000000'; that is no amount of EUR"),
        ("", "found ''"),
    ],
)
def test_doubtful_amounts_are_refused(text: str, said: str) -> None:
    """An amount that could mean something else is refused, with what to write instead."""
    with pytest.raises(ValueError) as refused:
        Money.parse(text)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "default", "minor"), [("50", "EUR", 5000), ("50.00", "EUR", 5000), ("50", "JPY", 50)]
)
def test_a_bare_number_takes_the_default_currency(text: str, default: str, minor: int) -> None:
    """With a default currency a bare number is enough."""
    assert Money.parse(text, default_currency=default) == Money(minor, default)


def test_a_written_currency_beats_the_default() -> None:
    """The default fills a gap and never replaces what is written."""
    assert Money.parse("5 USD", default_currency="EUR") == Money(500, "USD")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(5000, "EUR"), "50.00 EUR"),
        (Money(5000, "JPY"), "5000 JPY"),
        (Money(-5, "EUR"), "-0.05 EUR"),
        (Money(0, "USD"), "0.00 USD"),
    ],
)
def test_money_prints_with_its_currency(money: Money, text: str) -> None:
    """Every printed amount shows the decimals of its currency and the currency."""
    assert str(money) == text


@pytest.mark.parametrize("minor", [True, 5.0, "5", Decimal(5), None])
def test_minor_units_are_plain_integers(minor: object) -> None:
    """Nothing but an int becomes minor units, a bool least of all."""
    with pytest.raises(TypeError):
        Money(minor, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("minor", [True, 5.0, "5"])
def test_pydantic_is_as_strict(minor: object) -> None:
    """A model holding money does not turn look-alikes into minor units."""
    with pytest.raises(ValidationError):
        TypeAdapter(Money).validate_python({"minor": minor, "currency": "EUR"})


@pytest.mark.parametrize("currency", ["XXX", "eur", "", "EURO", "€"])
def test_unknown_currencies_are_refused(currency: str) -> None:
    """A currency Meta does not know has no offset and no money."""
    with pytest.raises(ValueError, match="currency"):
        offset(currency)
    with pytest.raises(ValueError, match="currency"):
        Money(1, currency)


@pytest.mark.parametrize("minor", [10**15, -(10**15)])
def test_absurd_amounts_are_refused(minor: int) -> None:
    """An amount beyond 15 digits is a slip."""
    with pytest.raises(ValueError, match="mistake"):
        Money(minor, "EUR")


@pytest.mark.parametrize(
    ("currency", "expected"), [("JPY", 1), ("HUF", 1), ("TWD", 1), ("EUR", 100), ("BHD", 100), ("JOD", 100)]
)
def test_offsets_are_metas(currency: str, expected: int) -> None:
    """Offsets follow Meta's table, which differs from ISO 4217 for HUF, TWD, BHD and others."""
    assert offset(currency) == expected


def test_eleven_currencies_have_no_minor_unit() -> None:
    """Only the currencies of docs/graph-api.md §8.3 have offset 1."""
    assert {c for c in CURRENCIES if offset(c) == 1} == ZERO_DECIMAL
    assert len(ZERO_DECIMAL) == 11


@pytest.mark.parametrize(
    "value",
    ["0.001", "NaN", "Infinity", "1E+15", "1E-999999", "0.1000000000000000000000000000000000000000000001"],
)
def test_what_a_currency_cannot_hold_exactly_is_refused(value: str) -> None:
    """A decimal number becomes money exactly or not at all."""
    with pytest.raises(ValueError, match="EUR"):
        Money.from_major(Decimal(value), "EUR")


def test_trailing_zeros_of_a_decimal_are_exact() -> None:
    """Decimal("25.00") is an exact number of yen; only its written form would be refused."""
    assert Money.from_major(Decimal("25.00"), "JPY") == Money(25, "JPY")
    with pytest.raises(TypeError):
        Money.from_major(25.0, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["50.00", "", " 5", "5e3", "\u0665", "--5", "5" * 16])
def test_graph_amounts_are_whole_numbers(text: str) -> None:
    """Graph's budgets are strings of minor units; anything else is refused."""
    with pytest.raises(ValueError, match="minor units"):
        Money.from_minor_text(text, "EUR")


def test_currencies_never_mix() -> None:
    """Adding, subtracting and comparing across currencies raises; equality is simply false."""
    euro, yen = Money(100, "EUR"), Money(100, "JPY")
    for combine in (Money.__add__, Money.__sub__, Money.__lt__, Money.__ge__):
        with pytest.raises(ValueError, match="different currencies"):
            combine(euro, yen)
    assert euro != yen
    with pytest.raises(TypeError):
        euro + 1  # type: ignore[operator]


def test_a_difference_may_be_negative() -> None:
    """A cut budget is a negative difference."""
    assert Money(100, "EUR") - Money(250, "EUR") == Money(-150, "EUR")
