"""The ad accounts of the sandbox: the demo account, a sister in yen, and one that is disabled."""

from __future__ import annotations

from typing import NamedTuple

from sandbox import DEMO_ACCOUNT

TIMEZONE = "America/New_York"
ACCOUNT_NUMBER = DEMO_ACCOUNT.removeprefix("act_")


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


MAIN = Owner(ACCOUNT_NUMBER, "Northwind Outdoor (demo)")
JAPAN = Owner(
    "234567890", "Northwind Japan (demo)", currency="JPY", timezone="Asia/Tokyo", prices=150, first_ad=900_001
)
OUTLET = Owner("345678901", "Northwind Outlet (demo)", account_status=2, disable_reason=1, first_ad=910_001)
OWNERS = {owner.number: owner for owner in (MAIN, JAPAN, OUTLET)}
"""All of them by number."""
