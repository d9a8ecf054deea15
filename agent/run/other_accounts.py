"""Reads in other accounts than the session's: which are meant, each tool there in a context of its own, one table of all.

The one place that knows of several accounts. Tools work on the account of their context; nothing is proposed here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from agent.run.account_table import AccountTable, called, head
from agent.setup.account_brand import Whose
from agent.setup.settings import settings_for
from agent.setup.stops import ConfigError
from agent.setup.world import World
from tools.domain.account import Account, parse_account, read_account, seen_accounts, unseen
from tools.domain.naming.other_account import switch_to
from tools.domain.text import listed
from tools.domain.tool import Context, Input, ReadInput, Result, Tool, ToolError
from tools.graph import Family, GraphFailure, Held
from tools.graph.errors import UNREADABLE, GraphError

ALL = "all"
MOST = 50
ID = re.compile(r"(?:act_)?([0-9]{1,25})")


@dataclass(frozen=True, slots=True)
class OtherAccounts:
    """The accounts of the token, as tools may read them."""

    world: World

    def run(self, tool: Tool, args: ReadInput, ctx: Context) -> Result:
        """A read in the account that is asked for, or in all. Raises ToolError, GraphFailure."""
        if args.account.casefold() == ALL:
            return self._everywhere(tool, args, ctx)
        account = self.meant(args.account)
        if account.id == ctx.account.id:
            return _result(tool, args, ctx)
        found = self._there(tool, args, ctx, account)
        return replace(found, content=head(account) | found.content)

    def without_own(self, arguments: Any, ctx: Context) -> Any:
        """The arguments of a write, which may name the session's account and no other. Raises ToolError, GraphFailure."""
        if not isinstance(arguments, dict) or not isinstance(asked := arguments.get("account"), str):
            return arguments
        account = None if asked.casefold() == ALL else self.meant(asked)
        if account is None or account.id != ctx.account.id:
            other = account.id if account else "act_…"
            raise ToolError(
                f"Changes are proposed for {ctx.account.id} alone here; nothing was proposed. {switch_to(other)}."
            )
        return {name: value for name, value in arguments.items() if name != "account"}

    def meant(self, asked: str) -> Account:
        """The one account that an id, a name or a part of one means. Raises ToolError with the candidates, GraphFailure."""
        if number := ID.fullmatch(asked):
            return self._read(f"act_{number[1]}")
        names = self._names()
        found = _called(names, asked)
        if len(found) == 1:
            return self._read(found[0])
        if found:
            those = listed([f"{i} ({called(names[i])})" for i in found], most=20)
            raise ToolError(
                f"{called(asked)!r} names {len(found)} accounts: {those}. Say which, by its id, or {ALL}."
            )
        raise ToolError(unseen(self.world.reader, asked))

    def named(self, text: str) -> bool:
        """Whether a text names an account, or a part of one's name. Raises GraphFailure."""
        return bool(_called(self._names(), text))

    def _names(self) -> dict[str, str]:
        rows, _ = seen_accounts(self.world.reader)
        return {str(row["id"]): str(row.get("name") or "") for row in rows}

    def _read(self, account_id: str) -> Account:
        """Raises ToolError when this token may not read it, GraphFailure."""
        if account_id == self.world.account.id:
            return self.world.account
        try:
            return read_account(self.world.reader, account_id)
        except GraphError as failure:
            if failure.family not in UNREADABLE or failure.ends_the_run:
                raise
            if failure.family is Family.NOT_FOUND:
                raise ToolError(unseen(self.world.reader, account_id)) from None
            raise ToolError(f"{account_id} cannot be read with your token. {failure}") from None
        except ValueError as wrong:
            raise ToolError(f"{account_id}: {wrong}.") from None

    def _everywhere(self, tool: Tool, args: Input, ctx: Context) -> Result:
        rows, said = seen_accounts(ctx.graph)
        table, failures = AccountTable(ctx, tool.name), list[GraphFailure | ToolError]()
        for row in rows[:MOST]:
            try:
                account = _parsed(row)
                here = account.id == ctx.account.id
                found = _result(tool, args, ctx) if here else self._there(tool, args, ctx, account)
            except (GraphFailure, ToolError) as failure:
                if (
                    isinstance(failure, GraphFailure)
                    and failure.ends_the_run
                    and not isinstance(failure, Held)
                ):
                    raise
                failures.append(failure)
                table.not_read.append({"account": row["id"], "name": row.get("name"), "why": str(failure)})
            else:
                table.add(account, found)
        if not table.accounts and failures:
            raise failures[0]
        left = (
            f"; {len(rows) - MOST} of them were left out: ask for them by account" if len(rows) > MOST else ""
        )
        return table.result(f"{said}{left}")

    def _there(self, tool: Tool, args: Input, ctx: Context, account: Account) -> Result:
        """One tool in another account: with its brand file, its limits at Meta, and nothing seen before."""
        settings = self.world.settings
        named = settings.whose.named_currency if settings.whose else ""
        whose = Whose(account.id, account.currency, named or self.world.account.currency, only_read=True)
        try:
            brand = settings_for(settings, whose).loaded.brand
        except ConfigError as wrong:
            raise ToolError(str(wrong)) from None
        context = replace(
            ctx,
            account=account,
            brand=brand,
            call_id=f"{ctx.call_id}-{account.id}",
            evidence={},
            weighed={},
            pending=[],
            seen={},
            roster={},
            meant={},
            library={},
            event="",
            pauses_left=None,
        )
        with self.world.reading(account):
            return _result(tool, args, context)


def _result(tool: Tool, args: Input, ctx: Context) -> Result:
    found = tool.run(args, ctx)
    if not isinstance(found, Result):
        raise TypeError(f"{tool.name} takes an account and does not only read")
    return found


def _called(names: Mapping[str, str], asked: str) -> list[str]:
    """The accounts of that name, or else those with it as a part of theirs."""
    wanted = asked.casefold()
    whole = [i for i, name in names.items() if name.casefold() == wanted]
    return whole or [i for i, name in names.items() if wanted in name.casefold()]


def _parsed(row: dict[str, Any]) -> Account:
    """An account of the list. Raises ToolError."""
    try:
        return parse_account(row)
    except ValueError as wrong:
        raise ToolError(f"{wrong}.") from None
