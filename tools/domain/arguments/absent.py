"""Why an id is none of those that an account has: it belongs to another account, is archived or deleted, or nothing at all."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tools.domain.account import Account
from tools.domain.text import listed, shortened, visible
from tools.graph import GraphFailure, GraphReader

_NUMBER = re.compile(r"[0-9]{1,25}")
_GONE = {"ARCHIVED": "Archived", "DELETED": "Deleted"}


def switch_to(account_id: str) -> str:
    """How a person works on another account."""
    return f"`use {account_id}` in a chat, or --account {account_id}, goes there"


def why_absent(
    graph: GraphReader, account: Account, ids: Sequence[str], noun: str = "campaign, ad set or ad"
) -> str:
    """What is known of ids that were not found as such in the account. Raises GraphFailure when no call can help."""
    asked = [i for i in ids if _NUMBER.fullmatch(i)]
    fields = {"fields": "account_id,name,status"}
    rows = dict(zip(asked, _answers(graph, [(i, fields) for i in asked]), strict=True))
    groups = defaultdict[str, list[str]](list)
    for object_id in ids:
        groups[_where(rows.get(object_id, {}), account)].append(shortened(visible(object_id), 80))
    others = [where for where in groups if where.startswith("act_")]
    named = dict(
        zip(others, _answers(graph, [(i, {"fields": "name,currency"}) for i in others]), strict=True)
    )
    said = [f"{listed(groups[i])} belongs to {_account(i, named[i])}, not to {account.id}." for i in others]
    said += [f"Reading tools take account {i}; {switch_to(i)}." for i in others if named[i]]
    said += [f"{word} in {account.id}: {listed(groups[word])}." for word in _GONE.values() if word in groups]
    if "" in groups:
        an = "an" if noun.startswith("a") else "a"
        said.append(f"Not {an} {noun} of {account.id}: {listed(groups[''])}.")
    return " ".join(said)


def _where(row: dict[str, Any], account: Account) -> str:
    """The other account that it belongs to, or in a word what became of it; nothing where it is not what is sought."""
    owner = str(row.get("account_id") or "").removeprefix("act_")
    if _NUMBER.fullmatch(owner) and f"act_{owner}" != account.id:
        return f"act_{owner}"
    return _GONE.get(str(row.get("status") or ""), "") if owner else ""


def _account(account_id: str, row: dict[str, Any]) -> str:
    if not row:
        return f"{account_id} (which this token may not read)"
    return f"{account_id} ({shortened(visible(row.get('name') or account_id), 80)}, {row.get('currency')})"


def _answers(graph: GraphReader, calls: Sequence[tuple[str, dict[str, str]]]) -> list[dict[str, Any]]:
    """What can be read of each; nothing of the others."""
    answers = graph.get_many(calls) if calls else []
    for answer in answers:
        if isinstance(answer, GraphFailure) and answer.ends_the_run:
            raise answer
    return [{} if isinstance(answer, GraphFailure) else answer for answer in answers]
