"""Ids that belong to another account: recognised as that, with how to work there."""

import re
from typing import Any

from tools.domain.account import Account
from tools.domain.text import shortened, visible
from tools.graph import GraphFailure, GraphReader

_NUMBER = re.compile(r"[0-9]{1,25}")


def switch_to(account_id: str) -> str:
    """How a person works on another account."""
    return f"`use {account_id}` in a chat, or --account {account_id}, goes there"


def elsewhere(graph: GraphReader, account: Account, row: dict[str, Any]) -> str:
    """That a row of Graph belongs to another account, which one, and how to go there; nothing where it is this one's.

    Raises GraphFailure when no call can help.
    """
    owner = str(row.get("account_id") or "").removeprefix("act_")
    if not _NUMBER.fullmatch(owner) or f"act_{owner}" == account.id:
        return ""
    (answer,) = graph.get_many([(f"act_{owner}", {"fields": "name,currency"})])
    if isinstance(answer, GraphFailure):
        if answer.ends_the_run:
            raise answer
        return f"belongs to act_{owner} (which this token may not read), not to {account.id}"
    name = shortened(visible(answer.get("name") or f"act_{owner}"), 80)
    return f"belongs to act_{owner} ({name}, {answer.get('currency')}), not to {account.id}; {switch_to(f'act_{owner}')}"
