"""Finds what names of an input stand for; an unclear one is answered with the candidates, never with a guess."""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from tools.domain import objects
from tools.domain.changes import LEVELS, Level
from tools.domain.naming import roster
from tools.domain.naming.matching import Known, broadest, fitting, is_label, near
from tools.domain.naming.roster import LONGEST_NAME
from tools.domain.objects import NOUNS, AdObject, called
from tools.domain.text import listed, shortened
from tools.domain.tool import Context, ToolError
from tools.graph import is_digits

MOST_CANDIDATES = 8
BY_ID = "id:"
"""Before an id, so that it is not taken for a name."""
_SHORTEST_ID = 10
"""A number of so many digits is an id and no name; a shorter one may be a whole name, and is no part of one."""


class UnclearError(ToolError):
    """A name that fits several things."""


def resolved(
    ctx: Context, texts: Sequence[str], levels: Sequence[Level], *, parts: bool
) -> dict[str, list[str]]:
    """The ids that each text stands for; what it stands for is noted in `ctx.meant`. Raises ToolError, GraphFailure."""
    asked = [text for text in texts if not is_id(text)]
    objs = roster.everything(ctx, labels=any(map(is_label, asked))) if asked else []
    there = {obj.id: obj for obj in objs}
    known = [Known.of(obj) for obj in objs if obj.level in levels]
    found = {text: fitting(text, known, parts=not is_digits(text)) for text in asked}
    if missing := [text for text in texts if not found.get(text)]:
        raise ToolError(_missing(ctx, missing, objs, levels))
    for text, fits in found.items():
        if parts and not is_label(text):
            fits = found[text] = broadest(fits)  # noqa: PLW2901 - the narrower list takes its place
        elif len(fits) > 1 and not is_label(text):
            raise UnclearError(unclear(text, [there[one.id] for one in fits]))
        ctx.meant[text] = _said(fits)
    return {text: [one.id for one in fits] for text, fits in found.items()}


def unclear(text: str, found: Sequence[AdObject]) -> str:
    """A question back: what a text fits, each with kind, name, id, status and place."""
    told = listed([_candidate(obj) for obj in found], most=MOST_CANDIDATES)
    return f"{text!r} fits {len(found)} things, nothing was done. Say which by id: {told}."


def must_be_no_name(ctx: Context, found: Iterable[AdObject]) -> None:
    """Raises UnclearError where the id of one of these is what another thing is called, as far as this run has read names."""
    by_id = {obj.id: obj for obj in found}
    read = chain(*ctx.roster.values(), (obj for _, obj in ctx.seen.values()))
    for other in read:
        if (meant := by_id.get(other.name.strip())) and other.id != meant.id:
            raise UnclearError(
                f"{meant.id!r} is the id of {_candidate(meant)}, and the name of {_candidate(other)}; nothing was done."
                f" Say which: {BY_ID}{meant.id} or {BY_ID}{other.id}."
            )


def _candidate(obj: AdObject) -> str:
    inside = f", in {obj.where[-1]}" if obj.where else ""
    return f"{NOUNS[obj.level]} {_called(obj)} {obj.effective_status}{inside}"


def _called(obj: AdObject | Known) -> str:
    return called(shortened(obj.name, LONGEST_NAME), obj.id)


def _said(fits: Sequence[Known]) -> str:
    return listed([f"{NOUNS[one.level]} {_called(one)}" for one in fits], most=10)


def is_id(text: str) -> bool:
    return is_digits(text) and len(text) >= _SHORTEST_ID


def _missing(ctx: Context, texts: Sequence[str], there: Collection[AdObject], levels: Sequence[Level]) -> str:
    """Why each of these is nothing that a call could be about."""
    wanted = listed([NOUNS[level] for level in reversed(levels)]).replace(", ad set, ad", ", ad set or ad")
    article = "an" if wanted[0] == "a" else "a"
    ids = [text for text in texts if is_digits(text)]
    told = _others(ctx, ids) if ids and len(levels) < len(LEVELS) else {}
    told |= roster.fates(ctx, left) if (left := [i for i in ids if i not in told]) else {}
    if rest := [text for text in texts if text not in told]:
        stored = roster.archived(ctx)
        told |= {text: _why(text, there, stored) for text in rest}
    by_why = dict[str, list[str]]()
    for text in texts:
        by_why.setdefault(told[text], []).append(text if is_digits(text) else repr(text))
    whys = "; ".join(f"{listed(same)} ({why})" for why, same in by_why.items())
    return f"Not {article} {wanted} of {ctx.account.id}: {whys}. list_ads shows what there is."


def _others(ctx: Context, ids: Sequence[str]) -> dict[str, str]:
    """What those are that are of another kind."""
    found = objects.find(ctx.graph, ctx.account.id, ids)
    return {
        i: f"it is the {NOUNS[obj.level]} “{shortened(obj.name, LONGEST_NAME)}”" for i, obj in found.items()
    }


def _why(text: str, there: Collection[AdObject], stored: Iterable[AdObject]) -> str:
    """What a name that fits nothing may be about: another kind of thing, something archived, a slip."""
    if is_label(text):
        return "nothing has this label"
    if other := fitting(text, [Known.of(obj) for obj in there]):
        return f"it is {_said(other)}"
    if old := fitting(text, [Known.of(obj) for obj in stored]):
        return f"archived: {_said(old)}"
    close = near(text, (obj.name for obj in there))
    return (
        f"near: {listed([f'“{shortened(name, LONGEST_NAME)}”' for name in close])}"
        if close
        else "no such name"
    )
