"""What an input names: objects by their ids, things of the same turn as new:NAME, amounts in the account's currency."""

from typing import Any

from tools.domain import objects
from tools.domain.changes import result_ref
from tools.domain.kinds import Kind
from tools.domain.money import Money
from tools.domain.objects import AdObject
from tools.domain.text import listed
from tools.domain.tool import Context, ToolError

NEW = "new:"


def require(ctx: Context, ids: list[str], *, lately: bool = False) -> list[AdObject]:
    """The objects with these ids, in order, each once. Raises ToolError when one is not of this account.

    `lately` takes what this run read within the last minute as it was.
    """
    known = ctx.fresh(ids) if lately else {}
    unknown = [i for i in ids if i not in known]
    found = known | (objects.find(ctx.graph, ctx.account.id, unknown) if unknown else {})
    missing = [i for i in dict.fromkeys(ids) if i not in found]
    if missing:
        raise ToolError(
            f"Not a campaign, ad set or ad of {ctx.account.id} (or archived): {listed(missing)}."
            " Use ids that list_ads or review_performance gave."
        )
    return [found[i] for i in dict.fromkeys(ids)]


def reference(ctx: Context, kind: Kind, text: str, field: str) -> tuple[Any, str]:
    """What a parameter says: an id as it is, or `new:NAME` for something proposed earlier in this turn.

    Gives the value and the id of the change it waits for, if any. Raises ToolError when the name fits
    nothing or more than one thing.
    """
    if not text.startswith(NEW):
        return text, ""
    name = text.removeprefix(NEW).strip()
    found: list[tuple[Any, str]] = [
        (result_ref(c, field), c.id) for c in ctx.pending if c.kind == kind and c.name == name
    ]
    if kind == "upload_image" and name in ctx.library:
        found.append((ctx.library[name], ""))
    if len(found) > 1:
        raise ToolError(f"{text!r} names {len(found)} things; use a hash or id, or different names.")
    if found:
        return found[0]
    have = listed([c.name for c in ctx.pending if c.kind == kind]) or "nothing"
    raise ToolError(f"{text!r} names nothing proposed before it in this turn (there is: {have}).")


def amount_in_account(text: str, ctx: Context) -> Money:
    """An amount as it is written, in the account's currency. Raises ToolError."""
    try:
        amount = Money.parse(text)
    except ValueError as error:
        raise ToolError(f"{error}. This account is in {ctx.account.currency}.") from None
    if amount.currency != ctx.account.currency:
        raise ToolError(
            f"The account is in {ctx.account.currency}; write the amount in {ctx.account.currency}."
        )
    return amount
