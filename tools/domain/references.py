"""What an input names: objects by their ids, things of the same turn as new:NAME, amounts in the account's currency."""

from typing import Any, NamedTuple, Self

from tools.domain import objects
from tools.domain.arguments.absent import why_absent
from tools.domain.changes import Change, result_ref
from tools.domain.kinds import Kind
from tools.domain.money import Money
from tools.domain.objects import AdObject
from tools.domain.text import listed
from tools.domain.tool import Context, ToolError

NEW = "new:"


class Named(NamedTuple):
    """A thing that a parameter names."""

    value: Any
    """Its id or hash, or the reference to what will give it."""
    waits_for: str
    """The change that makes it, where it is not there yet."""
    called: str
    """What people call it."""

    @classmethod
    def made_by(cls, change: Change, field: str = "id") -> Self:
        """What a change of the same turn makes."""
        return cls(result_ref(change, field), change.id, change.name)


def require(ctx: Context, ids: list[str], *, lately: bool = False) -> list[AdObject]:
    """The objects with these ids, in order, each once. Raises ToolError saying why one is not there.

    `lately` takes what this run read within the last minute as it was.
    """
    known = ctx.fresh(ids) if lately else {}
    unknown = [i for i in ids if i not in known]
    found = known | (objects.find(ctx.graph, ctx.account.id, unknown) if unknown else {})
    missing = [i for i in dict.fromkeys(ids) if i not in found]
    if missing:
        raise ToolError(
            f"{why_absent(ctx.graph, ctx.account, missing)} Use ids that list_ads or review_performance gave."
        )
    return [found[i] for i in dict.fromkeys(ids)]


def reference(ctx: Context, kind: Kind, text: str, field: str) -> Named:
    """What a parameter says: an id as it is, or `new:NAME` for something proposed earlier in this turn.

    Raises ToolError when the name fits nothing or more than one thing.
    """
    called = text.removeprefix(NEW)
    if called == text:
        return Named(text, "", text)
    name = called.strip()
    found = [
        Named(result_ref(c, field), c.id, called) for c in ctx.pending if c.kind == kind and c.name == name
    ]
    if kind == "upload_image" and name in ctx.library:
        found.append(Named(ctx.library[name], "", called))
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
