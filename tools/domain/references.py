"""What an input names: objects by id, name or label, things of the same turn as new:NAME, amounts in the account's currency.

And the one input that is a person's own word.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

from pydantic import Field

from tools.domain import objects
from tools.domain.changes import LEVELS, Change, Level, result_ref
from tools.domain.kinds import Kind
from tools.domain.money import Money
from tools.domain.naming import candidates
from tools.domain.objects import AdObject
from tools.domain.text import listed
from tools.domain.tool import Context, Input, ToolError
from tools.graph import is_digits

NEW = "new:"
BY_ID = candidates.BY_ID
MOST_NAMED = 200
"""Things that names and labels of one call may stand for."""


class Note(Input):
    """What is kept as the person's word: whoever can ask them asks, and nobody else speaks for them."""

    note: str = Field(min_length=1, max_length=300)
    for_all: bool = Field(default=False, description="for all accounts, not this one alone")


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


def maker(ctx: Context, waits_for: str) -> Change:
    """The change of this turn that makes what is waited for."""
    return next(change for change in ctx.pending if change.id == waits_for)


def require(
    ctx: Context,
    wanted: Sequence[str],
    *,
    levels: Sequence[Level] = LEVELS,
    lately: bool = False,
    parts: bool = False,
) -> list[AdObject]:
    """The objects with these ids, names or labels, in order, each once.

    A label stands for all that has it, `id:` before an id for nothing that is called so. A name that fits several things stands for them only with `parts`, where it is
    said with `meaning`. `lately` takes what this run read within the last minute as it was. Raises ToolError for what
    is not there, and for an unclear name, with the candidates.
    """
    surely = {text.removeprefix(BY_ID) for text in wanted if text.startswith(BY_ID)}
    texts = list(dict.fromkeys(text.removeprefix(BY_ID) for text in wanted))
    found = _known(ctx, texts, levels, lately=lately)
    if ids := [text for text in texts if text not in found and is_digits(text)]:
        found |= objects.find(ctx.graph, ctx.account.id, ids, levels)
    candidates.must_be_no_name(ctx, [obj for i, obj in found.items() if i not in surely])
    named = [text for text in texts if text not in found]
    meant = candidates.resolved(ctx, named, levels, parts=parts) if named else {}
    ids = list(dict.fromkeys(i for text in texts for i in meant.get(text, (text,))))
    if named and len(ids) > MOST_NAMED:
        raise ToolError(f"{listed(named)} stands for {len(ids)} things; at most {MOST_NAMED} at once.")
    found |= _known(ctx, ids, levels, lately=lately or parts)
    if left := [i for i in ids if i not in found]:
        found |= objects.find(ctx.graph, ctx.account.id, left, levels)
    if gone := [i for i in ids if i not in found]:
        raise ToolError(f"Gone meanwhile: {listed(gone)}. Ask again.")
    return [found[i] for i in ids]


def require_one(ctx: Context, wanted: str, levels: Sequence[Level] = LEVELS) -> AdObject:
    """The one object with this id, name or label. Raises ToolError."""
    found = require(ctx, [wanted], levels=levels)
    if len(found) > 1:
        raise candidates.UnclearError(candidates.unclear(wanted, found))
    return found[0]


def row_of(ctx: Context, wanted: str, level: Level, fields: str) -> dict[str, Any]:
    """The row of the one object of this level with this id or name. Raises ToolError, GraphFailure."""
    rows = objects.rows(ctx.graph, ctx.account.id, level, wanted, fields) if is_digits(wanted) else []
    if not rows:
        found = require_one(ctx, wanted, (level,))
        rows = objects.rows(ctx.graph, ctx.account.id, level, found.id, fields)
    if not rows:
        raise ToolError(f"Gone meanwhile: {wanted}. Ask again.")
    return rows[0]


def meaning(ctx: Context, wanted: Iterable[str]) -> dict[str, Any]:
    """What the names among these stand for, as a part of an answer; nothing where all are ids."""
    told = {text: ctx.meant[text] for text in wanted if text in ctx.meant}
    return {"ids_mean": told} if told else {}


def _known(ctx: Context, ids: list[str], levels: Sequence[Level], *, lately: bool) -> dict[str, AdObject]:
    seen = ctx.fresh(ids) if lately else {}
    return {i: obj for i, obj in seen.items() if obj.level in levels}


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
        amount = Money.parse(text, sample=ctx.account.currency)
    except ValueError as error:
        raise ToolError(f"{error}. This account is in {ctx.account.currency}.") from None
    if amount.currency != ctx.account.currency:
        raise ToolError(
            f"The account is in {ctx.account.currency}; write the amount in {ctx.account.currency}."
        )
    return amount
