"""The accounts of a token with their state and what they spent today, in as few requests as there can be."""

from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tools.domain import money
from tools.domain.account import Account, parse_account, seen_accounts, state_of
from tools.domain.money import Money
from tools.graph import GraphFailure, GraphReader, Held


class Seen(NamedTuple):
    """All accounts, and how complete that is."""

    accounts: list[dict[str, Any]]
    complete: str


def accounts_today(graph: GraphReader) -> Seen:
    """Each account as Meta shows it. What one of them does not say is said of it alone. Raises GraphFailure."""
    rows, complete = seen_accounts(graph)
    today = {"date_preset": "today", "fields": "spend"}
    answers = graph.get_many([(f"{row['id']}/insights", today) for row in rows]) if rows else []
    for answer in answers:
        if isinstance(answer, GraphFailure) and answer.ends_the_run and not isinstance(answer, Held):
            raise answer
    return Seen([_told(row, answer) for row, answer in zip(rows, answers, strict=True)], complete)


def as_figures(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows for a table in a file, where what was spent is a plain number beside its currency."""
    spent = [str(row["spend_today"] or "").partition(" ")[0].replace(",", "") for row in accounts]
    return [row | {"spend_today": figure or None} for row, figure in zip(accounts, spent, strict=True)]


def as_minor(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows for programs: what was spent in whole minor units of the account's currency, None where nobody knows."""
    found = list[dict[str, Any]]()
    for row in as_figures(accounts):
        spent, currency = row.pop("spend_today"), str(row["currency"])
        minor = Money.from_major(Decimal(spent), currency).minor if spent else None
        found.append(row | {"spend_today_minor": minor})
    return found


def _told(row: dict[str, Any], answer: dict[str, Any] | GraphFailure) -> dict[str, Any]:
    told = {"id": str(row["id"]), "name": row.get("name"), "state": state_of(row)}
    told |= {"currency": row.get("currency"), "timezone": row.get("timezone_name")}
    if isinstance(answer, GraphFailure):
        return told | _problem(row) | {"spend_today": None, "why": str(answer)}
    return told | _problem(row) | {"spend_today": _spend(answer, str(row.get("currency") or ""))}


def _problem(row: dict[str, Any]) -> dict[str, str]:
    """Why it cannot run ads, in words."""
    try:
        account: Account = parse_account(row)
    except ValueError:
        return {}
    return {"problem": account.problem or account.warning} if account.problem or account.warning else {}


def _spend(answer: dict[str, Any], currency: str) -> str | None:
    """An amount with its currency; no row stands for nothing, and an odd one for what nobody knows."""
    try:
        decimals = 0 if money.offset(currency) == 1 else 2
        spent = sum((Decimal(str(row["spend"])) for row in answer["data"]), Decimal(0))
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None
    return f"{spent:,.{decimals}f} {currency}" if spent.is_finite() else None
