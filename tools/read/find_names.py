"""Finds which campaigns, ad sets and ads a sentence names: whole names in it, and what its unclear words may mean."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import Field

from tools.domain.changes import Effect
from tools.domain.money import Money
from tools.domain.naming import roster
from tools.domain.naming.matching import Known, fitting, folded, near
from tools.domain.objects import NOUNS, AdObject
from tools.domain.text import shortened
from tools.domain.tool import TOOLSET, Context, ReadInput, Result, Tool

Objects = Mapping[str, dict[str, str]]
MOST_FITS = 50
MOST_SLIPS = 6
"""Parts that are held against every name for a slip of the finger, which takes a while."""
LEAST = 2
"""Letters of a name, or of a part of one, that may be found in a text."""
LEAST_PLURAL = 3


class FindInput(ReadInput):
    text: str = Field(default="", max_length=2000)
    parts: list[str] = Field(default=[], max_length=30, description="words that may be a part of a name")


def run(args: FindInput, ctx: Context) -> Result:
    there = roster.everything(ctx)
    known = {obj.id: Known.of(obj) for obj in there}
    objs = {obj.id: _row(obj, ctx.account.currency) for obj in there}
    whole = [
        {"text": args.text[first:last], "first": first, "last": last, **_told(fits, objs)}
        for first, last, fits in _whole(args.text, list(known.values()))
    ]
    everything = list(known.values())
    parts = {part: _fits(part, everything, objs, slips=n < MOST_SLIPS) for n, part in enumerate(args.parts)}
    return Result({"whole": whole, "parts": parts})


def _whole(text: str, known: Sequence[Known]) -> list[tuple[int, int, list[Known]]]:
    """Where whole names stand in a text, the longest first, none inside another."""
    plain, places = _squeezed(text)
    by_name = dict[str, list[Known]]()
    for one in known:
        by_name.setdefault(folded(one.name), []).append(one)
    found = list[tuple[int, int, list[Known]]]()
    taken = set[int]()
    for name in sorted(by_name, key=len, reverse=True):
        at = plain.find(name) if len(name) >= LEAST else -1
        while at >= 0:
            span = range(at, at + len(name))
            if _stands_alone(plain, at, at + len(name)) and not taken & set(span):
                taken |= set(span)
                found.append((places[at], places[at + len(name) - 1] + 1, by_name[name]))
            at = plain.find(name, at + 1)
    return sorted(found, key=lambda hit: hit[0])


def _squeezed(text: str) -> tuple[str, list[int]]:
    """A text as names are compared, and where each of its letters stood."""
    plain, places = "", list[int]()
    for at, letter in enumerate(text):
        for one in folded(letter) or " ":
            dash = one == "-"
            for each in " - " if dash and letter != "-" else one:
                if each == " " and (not plain or plain[-1] == " "):
                    continue
                plain += each
                places.append(at)
    return plain, places


def _stands_alone(text: str, first: int, last: int) -> bool:
    before, after = text[first - 1 : first], text[last : last + 1]
    inside_start, inside_end = text[first], text[last - 1]
    return not (before.isalnum() and inside_start.isalnum()) and not (
        after.isalnum() and inside_end.isalnum()
    )


def _fits(part: str, known: Collection[Known], objs: Objects, *, slips: bool) -> dict[str, Any]:
    """What a part of a name fits, and how well: whole, part, words in another order, or a slip of the finger.

    A single word fits in the singular and in the plural.
    """
    found = fitting(part, known)
    if found and folded(found[0].name) == folded(part):
        return {"how": "whole", **_told(found, objs)}
    words = _stems(part)
    if not words:
        return {"how": "none", **_told([], objs)}
    said = [one for one in found if f" {_plain(part)} " in f" {_plain(one.name)} "]
    every = said if len(words) > 1 and said else [one for one in known if words <= _stems(one.name)]
    if every:
        return {"how": "part" if said else "words", **_told(every, objs)}
    names = near(part, (one.name for one in known)) if slips else []
    meant = [one for one in known if one.name in names]
    return {"how": "slip" if meant else "none", **_told(meant, objs)}


def _plain(name: str) -> str:
    """A name as its words."""
    return " ".join(re.findall(r"[^\W_]+%?", folded(name)))


def _stems(name: str) -> set[str]:
    """The words of a name, each without the "s" of a plural."""
    return {
        word[:-1] if len(word) > LEAST_PLURAL and word[-1] == "s" else word for word in _plain(name).split()
    }


def _told(found: Sequence[Known], objs: Objects) -> dict[str, Any]:
    fits = [objs[one.id] for one in found[:MOST_FITS]]
    return {"fits": fits} | ({"more": len(found) - MOST_FITS} if len(found) > MOST_FITS else {})


def _row(obj: AdObject, currency: str) -> dict[str, str]:
    about = {
        "id": obj.id,
        "kind": NOUNS[obj.level],
        "name": shortened(obj.name, 200),
        "status": obj.effective_status,
    }
    minor = {"daily_budget": obj.daily_budget_minor, "lifetime_budget": obj.lifetime_budget_minor}
    money = {
        name: str(Money(amount, currency)) for name, amount in minor.items() if amount and obj.level != "ad"
    }
    return about | ({"in": obj.where[-1]} if obj.where else {}) | money


TOOL = Tool(
    name="find_names",
    description="Which campaigns, ad sets and ads a sentence names.",
    Input=FindInput,
    effect=Effect.READ,
    run=run,
    toolset=TOOLSET,
    words="Look up names, ids of names, which ad is meant.",
)
