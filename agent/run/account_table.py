"""What a tool said of several accounts, as one table: an account and a currency in each row, sums for each currency alone."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from tools.domain import money
from tools.domain.account import Account
from tools.domain.text import shortened, visible
from tools.domain.tool import Context, Picture, Result

LONGEST = 24_000
"""Characters of one answer; what does not fit stands in a file."""
HEAD = ("account", "account_name", "currency")
SUMMED = ("spend", "impressions", "clicks", "link_clicks", "results", "value")
"""Figures that may be added up; people who are reached by two accounts may be the same, and ratios are no sums."""
OF_RESULTS = ("results", "value")
"""Those that mean something together only where the accounts count the same."""


def head(account: Account) -> dict[str, Any]:
    """What every row of an account begins with."""
    return dict(zip(HEAD, (account.id, called(account.name), account.currency), strict=True))


def called(text: object) -> str:
    """A name that somebody gave, in one line and not endless."""
    return shortened(visible(text), 80)


@dataclass(slots=True)
class AccountTable:
    """Takes one answer after the other. `what` names the file for rows that are too many for a model."""

    ctx: Context
    what: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    not_read: list[dict[str, Any]] = field(default_factory=list)
    _totals: list[dict[str, Any]] = field(default_factory=list)
    _pictures: list[Picture] = field(default_factory=list)

    def add(self, account: Account, found: Result) -> None:
        """One account: its rows each with the account, or all that was said of it as one row."""
        of, content = head(account), dict(found.content)
        known = ("currency", "totals", "results_are")
        self._totals.append(of | {name: content[name] for name in known if name in content})
        rows = content.pop("rows", None)
        if isinstance(rows, list):
            if len(rows) <= 1:  # then the sums are the row
                rows = rows or [content["totals"]]
                content.pop("totals", None)
            self.rows += [of | row for row in rows]
            self.accounts.append(of | content)
        else:
            self.rows.append(of | content)
            self.accounts.append(of)
        self._pictures += found.pictures

    def result(self, said: str) -> Result:
        """All of it, as far as a model has room for it."""
        told: dict[str, Any] = {"accounts": said, "read": len(self.accounts)}
        told |= {"not_read": self.not_read} if self.not_read else {}
        if totals := _by_currency(self._totals):
            told["totals_by_currency"] = totals
        if any(len(account) > len(HEAD) for account in self.accounts):
            told["by_account"] = self.accounts
        fitting = _fitting(self.rows, LONGEST - len(json.dumps(told, ensure_ascii=False)))
        told["rows"] = self.rows[:fitting]
        if fitting == len(self.rows):
            self.ctx.keep(f"{self.what}-accounts", self.rows)
        else:
            told["rows_shown"] = f"{fitting} of {len(self.rows)}; one account alone is shown in full"
            told["all_rows"] = self.ctx.save(f"{self.what}-accounts", self.rows)
        return Result(told, pictures=tuple(self._pictures))


def _fitting(rows: Sequence[dict[str, Any]], room: int) -> int:
    """How many of the first rows have room."""
    for number, row in enumerate(rows):
        room -= len(json.dumps(row, ensure_ascii=False))
        if room < 0:
            return number
    return len(rows)


def _by_currency(accounts: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The sums of what may be added up, each currency for itself; nothing is ever converted."""
    groups = defaultdict[str, list[dict[str, Any]]](list)
    for account in accounts:
        if isinstance(account.get("totals"), dict):
            groups[account["currency"]].append(account)
    return {currency: _sum(currency, group) for currency, group in sorted(groups.items())}


def _sum(currency: str, accounts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    same = len({str(account.get("results_are")) for account in accounts}) == 1
    found: dict[str, Any] = {"accounts": len(accounts)}
    for name in SUMMED:
        values = [_number(account["totals"].get(name)) for account in accounts]
        if None not in values and (same or name not in OF_RESULTS):
            found[name] = f"{sum(filter(None, values), Decimal(0)):f}"
    if not same:
        found["note"] = "the accounts count different results, which are not added up"
    elif spend_per := _ratio(found):
        decimals = 0 if money.offset(currency) == 1 else 2
        found["cost_per_result"] = f"{spend_per:.{decimals}f}"
    return found


def _ratio(sums: dict[str, Any]) -> Decimal | None:
    if not (results := Decimal(sums.get("results", 0))) or "spend" not in sums:
        return None
    return Decimal(sums["spend"]) / results


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
