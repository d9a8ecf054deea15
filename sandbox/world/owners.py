"""The ad accounts of the sandbox, and the money they count in.

The demo account, a sister in yen, and one that is disabled.
"""

from __future__ import annotations

from typing import NamedTuple

from sandbox import DEMO_ACCOUNT

TIMEZONE = "America/New_York"
ACCOUNT_NUMBER = DEMO_ACCOUNT.removeprefix("act_")
WHOLE_UNITS = frozenset("CLP COP CRC HUF IDR ISK JPY KRW PYG TWD VND".split())
"""Currencies whose minimum unit is the unit itself (offset 1); all others have an offset of 100."""
NO_SPEND_CAP = "922337203685478"
"""The amount that stands for no spend cap at all."""


class Owner(NamedTuple):
    """An ad account: what it is called, where it is, and how far above dollars its prices are."""

    number: str
    name: str
    currency: str = "USD"
    timezone: str = TIMEZONE
    account_status: int = 1
    disable_reason: int = 0
    prices: int = 1
    first_ad: int = 1
    """The number of its first ad, from which ids are made."""
    terms_open: bool = False
    """Whether the terms of custom audiences have not been accepted."""
    capabilities: tuple[str, ...] = ()


MAIN = Owner(ACCOUNT_NUMBER, "Northwind Outdoor (demo)")
JAPAN = Owner(
    "234567890",
    "Northwind Japan (demo)",
    currency="JPY",
    timezone="Asia/Tokyo",
    prices=150,
    first_ad=900_001,
    terms_open=True,
    capabilities=("CAN_USE_REACH_AND_FREQUENCY",),
)
OUTLET = Owner("345678901", "Northwind Outlet (demo)", account_status=2, disable_reason=1, first_ad=910_001)
OWNERS = {owner.number: owner for owner in (MAIN, JAPAN, OUTLET)}
"""All of them by number."""


def offset(currency: str) -> int:
    """Give how many minimum units make one unit of the currency."""
    return 1 if currency in WHOLE_UNITS else 100


def money(minor: int, currency: str) -> str:
    """Write an amount for people."""
    units = offset(currency)
    return f"{minor // units:,}.{minor % units:02} {currency}" if units > 1 else f"{minor:,} {currency}"
