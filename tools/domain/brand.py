"""What a brand allows and aims for: `workspace/brand/stack.md`, environment and arguments as one typed value.

Every value knows where it came from, nothing bad is skipped silently, and the guardrails always have a limit.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
import zoneinfo
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from tools.domain.money import CURRENCIES, Money, shown, split_amount
from tools.domain.notify.notify_targets import NotifyTarget, notify_targets
from tools.domain.settings import report_looks
from tools.domain.text import unseen

if TYPE_CHECKING:
    from collections.abc import Mapping


class BrandError(ValueError):
    """Settings that cannot be used; each line of the message names the place, the key and what is allowed."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as a brand file states it: major units, exactly as written, and the currency if one is given."""

    value: Decimal
    currency: str | None = None

    @classmethod
    def parse(cls, text: str) -> Amount:
        """Read "25.00" or "25.00 EUR"; raises ValueError saying what was found and what to write."""
        number, currency = split_amount(text, sample="")
        if currency is not None:
            return cls(Money.parse(text).major, currency)
        if len(number.partition(".")[2]) > 2:
            raise ValueError(f"found {shown(text)}; no currency has more than two decimals: write 25.00")
        return cls(Decimal(number))

    def money(self, account_currency: str) -> Money:
        """Return the amount in the account's currency; raises BrandError when it is in another one."""
        if self.currency not in (None, account_currency):
            raise BrandError(
                f"found {self}, but the account is in {account_currency}; amounts are never converted"
            )
        try:
            return Money.from_major(self.value, account_currency)
        except ValueError as wrong:
            raise BrandError(str(wrong)) from None

    def __str__(self) -> str:
        return f"{self.value:f} {self.currency}" if self.currency else f"{self.value:f}"

    @property
    def said(self) -> str:
        """For people, with separators."""
        return f"{self.value:,f} {self.currency or ''}".rstrip()


def _refusal(value: object, allowed: str) -> ValueError:
    return ValueError(f"found {shown(value)}; write {allowed}, or leave it empty")


def _form(pattern: str, allowed: str) -> AfterValidator:
    """Make a check that a text has a form as a whole."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise _refusal(text, allowed)
        return text

    return AfterValidator(check)


def _number(allowed: str, *, high: int, zero: bool = False, percent: bool = False) -> BeforeValidator:
    """Make a reader of exact decimal numbers above 0 (or from 0), up to `high`."""
    form = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?" + (r"\s*%?" if percent else ""))

    def read(value: object) -> Decimal:
        number = Decimal(value) if type(value) is int else value
        if isinstance(value, str) and form.fullmatch(value):
            number = Decimal(value.rstrip("%").rstrip())
        if not isinstance(number, Decimal) or not number.is_finite() or not 0 <= number <= high:
            raise _refusal(value, allowed)
        if number == 0 and not zero:
            raise _refusal(value, allowed)
        return number

    return BeforeValidator(read)


def _count(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{1,6}", value):
            raise _refusal(value, "a whole number such as 10 (0 means never)")
        return int(value)
    return value


def _amount(value: object) -> object:
    return Amount.parse(value) if isinstance(value, str) else value


def _above_zero(amount: Amount) -> Amount:
    if amount.value <= 0:
        raise _refusal(amount, "an amount above 0 such as 25.00")
    return amount


def _account(text: str) -> str:
    found = re.fullmatch(r"(?:act_)?([0-9]{1,25})", text)
    if found is None:
        raise _refusal(
            text,
            "the account number, for example act_123456789 (`adsteward accounts` lists names and numbers)",
        )
    return f"act_{found[1]}"


def _currency(text: str) -> str:
    if text.upper() not in CURRENCIES:
        raise _refusal(text, "a currency code such as EUR, USD or JPY")
    return text.upper()


def _timezone(text: str) -> str:
    try:
        return zoneinfo.ZoneInfo(text).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise _refusal(text, "a time zone such as Europe/Berlin or America/New_York") from None


def _link(text: str) -> str:
    url = text.removeprefix("<").removesuffix(">")
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or "@" in parts.netloc or not url.isprintable() or re.search(r"[\s<>\"]", url):
        raise _refusal(text, "a web address such as https://shop.example/page")
    return url


def _protected(entry: str) -> str:
    if not _plain(entry) or entry in {"|", ">", "|-", ">-"} or len(entry) > 400:
        raise _refusal(entry, 'a name, a pattern such as "*evergreen*" or an id')
    return entry


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Return a name as people compare names: case, look-alike spaces and invisible marks do not count."""
    visible = (c for c in unicodedata.normalize("NFKC", text).casefold() if not unseen(c))
    return " ".join("".join(visible).split())


_Id = Annotated[str, _form(r"[0-9]{1,25}", "digits only, for example 23847000000001")]
_Party = Annotated[str, _form(r".{1,512}", "a name of at most 512 characters")]
_Positive = Annotated[Amount, BeforeValidator(_amount), AfterValidator(_above_zero)]
_Count = Annotated[int, BeforeValidator(_count), Field(strict=True, ge=0)]


class Brand(BaseModel):
    """All settings of a brand; None means not set. Guardrails that nobody set have small defaults, never none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ad_account: Annotated[str, AfterValidator(_account)] | None = None
    """With its prefix: act_123456789."""
    page_id: _Id | None = None
    instagram_user_id: _Id | None = None
    pixel_id: _Id | None = None
    default_adset_id: _Id | None = None
    dsa_beneficiary: _Party | None = None
    """Who benefits from ads in the EU."""
    dsa_payor: _Party | None = None
    verified_beneficiary: _Id | None = None
    """The id that Meta verified, for Taiwan, Singapore and others."""
    verified_payer: _Id | None = None
    default_link: Annotated[str, AfterValidator(_link)] | None = None
    conversion_event: (
        Annotated[str, _form(r"[A-Za-z0-9_.]{1,200}", "the event's name, for example purchase or lead")]
        | None
    ) = None
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    """What the owner believes the account's currency to be; see `check_currency`."""
    timezone: Annotated[str, AfterValidator(_timezone)] | None = None
    """IANA name."""
    model: Annotated[str, _form(r"[A-Za-z0-9._:/@-]{1,100}", "the model's name without spaces")] | None = None
    graph_version: Annotated[str, _form(r"v[0-9]{1,3}\.[0-9]", "the version such as v26.0")] | None = None
    target_cpa: _Positive | None = None
    max_cpc: _Positive | None = None
    max_cpm: _Positive | None = None
    """For a thousand impressions."""
    target_roas: Annotated[Decimal, _number("a number above 0 such as 3.0", high=100_000)] | None = None
    min_ctr: Annotated[Decimal, _number("a percentage such as 1.0", high=100, percent=True)] | None = None
    """Percent: 1 means 1 %."""
    max_frequency: Annotated[Decimal, _number("a number above 0 such as 3.5", high=100_000)] | None = None
    protect: tuple[Annotated[str, AfterValidator(_protected)], ...] = ()
    max_pauses_per_day: _Count = 10
    max_new_ads_per_day: _Count = 10
    max_new_objects_per_day: _Count | None = None
    """Read it through `new_objects_limit`, which always has an answer."""
    max_budget_step_pct: Annotated[
        Decimal, _number("a percentage from 0 to 1000 such as 20", high=1000, zero=True, percent=True)
    ] = Decimal(20)
    """Percent of the budget of 24 hours ago, upwards and downwards."""
    max_daily_budget: Annotated[Amount, BeforeValidator(_amount)] | None = None
    """Read it through `daily_budget_ceiling`, which always has an answer."""
    max_lowering_per_day: Annotated[Amount, BeforeValidator(_amount)] | None = None
    """Read it through `lowering_limit`, which always has an answer."""
    assistant_approval: Literal["ask", "safe"] | None = None
    """What an assistant may apply without asking a person: nothing, or what cannot raise spend."""
    report_logo: Annotated[str, AfterValidator(report_looks.inside)] | None = None
    """A picture in the workspace."""
    report_colour: Annotated[str, BeforeValidator(report_looks.colour)] | None = None
    """Six hex digits behind a #."""
    report_language: Literal["en", "de", "es", "pt", "fr"] | None = None
    notify: Annotated[tuple[NotifyTarget, ...], BeforeValidator(notify_targets)] = ()
    """Who is told elsewhere what happened."""
    _files: dict[str, str] = PrivateAttr(default_factory=dict)

    def file(self, key: str) -> str:
        """The file in which a setting stands, or would stand."""
        return self._files.get(key, "stack.md")

    def standing_in(self, files: Mapping[str, str]) -> Brand:
        """The same, with where settings stand that are not in stack.md alone, by key."""
        found = self.model_copy()
        found._files = self._files | dict(files)  # noqa: SLF001 - a copy of its own
        return found

    def daily_budget_ceiling(self, currency: str) -> Money:
        """Return the highest daily budget allowed, in the account's currency: 10,000 minor units unless set.

        Raises BrandError when the limit is stated in another currency.
        """
        return self._in_account("max_daily_budget", currency) or Money(10_000, currency)

    def lowering_limit(self, currency: str) -> Money:
        """Return by how much all budgets together may be lowered in a day: as much as they may be raised, unless set.

        Raises BrandError when it is stated in another currency.
        """
        return self._in_account("max_lowering_per_day", currency) or self.daily_budget_ceiling(currency)

    @property
    def new_objects_limit(self) -> int:
        """How many campaigns, ad sets, ads and creatives may be made in a day: three for each new ad, unless set."""
        if self.max_new_objects_per_day is None:
            return 3 * self.max_new_ads_per_day
        return self.max_new_objects_per_day

    def check_currency(self, account_currency: str) -> None:
        """Raise BrandError, one line per key, for settings that are not in the account's currency."""
        wrong = []
        if self.currency not in (None, account_currency):
            wrong.append(
                f"currency: found {shown(self.currency)}, but the ad account is in {account_currency}: "
                f"write {account_currency}, and check that every amount is meant in {account_currency}"
            )
        for key in ("target_cpa", "max_cpc", "max_cpm", "max_daily_budget", "max_lowering_per_day"):
            try:
                self._in_account(key, account_currency)
            except BrandError as refused:
                wrong.append(str(refused))
        if wrong:
            raise BrandError("\n".join(wrong))

    def is_protected(self, *ids_and_names: str) -> str | None:
        """Return the first `protect` entry that matches one of an object's ids and names (parents' too), or None.

        An entry is an id or a whole name; `*` and `?` stand for any text and any character; case does not count.
        """
        names = [_plain(text) for text in ids_and_names]
        for entry in self.protect:
            pattern = _plain(entry).replace("[", "[[]")  # ad names are full of literal brackets
            if any(fnmatch.fnmatchcase(name, pattern) for name in names):
                return entry
        return None

    def _in_account(self, key: str, currency: str) -> Money | None:
        amount: Amount | None = getattr(self, key)
        try:
            return amount.money(currency) if amount else None
        except BrandError as refused:
            raise BrandError(f"{key}: {refused}") from None
