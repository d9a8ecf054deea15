"""Judges a task: what changed that should not have, what did not that should, and what the answer lacks."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from agent.evaluation.end_state import Difference
from agent.evaluation.tasks import Expect
from tools.domain.text import counted

BUDGETS = ("daily_budget", "lifetime_budget")
_PLAIN = re.compile(r"(?<![\w.,])[-\u2212]?\d+(?:[.,]\d+)*")
_SPACED = re.compile(r"(?<![\w.,])[-\u2212]?\d{1,3}(?:['\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?![\w])")


def wrong_writes(expect: Expect, changed: Sequence[Difference], kinds: Mapping[str, str]) -> list[str]:
    """Each change that was not asked for."""
    made = Counter[str]()
    return [str(one) for one in changed if not _wanted(expect, one, kinds, made)]


def _wanted(expect: Expect, one: Difference, kinds: Mapping[str, str], made: Counter[str]) -> bool:
    if one.before is None:
        made[one.kind] += 1
        return made[one.kind] <= expect.created.get(one.kind, 0) and (
            one.kind != "ad" or one.after == "PAUSED"
        )
    if one.after is None:
        return one.name in expect.gone
    if one.field == "status":
        if one.name in expect.status:
            return bool(one.after == expect.status[one.name])
        return one.after == "PAUSED" and one.kind == "ad" and kinds.get(one.id) in expect.paused_of
    if one.field == "name":
        return str(one.after) == expect.name.get(one.name)
    return one.field in BUDGETS and str(one.after) == str(expect.budget_minor.get(one.name))


def missing(
    expect: Expect,
    changed: Sequence[Difference],
    answer: str,
    figure: Callable[[str], Decimal],
    *,
    waiting: bool,
) -> list[str]:
    """What was asked for and is not there."""
    return [*_undone(expect, changed, waiting=waiting), *_unsaid(expect, answer, figure)]


def _undone(expect: Expect, changed: Sequence[Difference], *, waiting: bool) -> Iterator[str]:
    now = {(one.name, one.field): one.after for one in changed if one.before is not None}
    made = Counter(one.kind for one in changed if one.before is None)
    for name, status in expect.status.items():
        if now.get((name, "status")) != status:
            yield f"{name!r} is not {status}"
    for name, minor in expect.budget_minor.items():
        if str(minor) not in {now.get((name, field)) for field in BUDGETS}:
            yield f"the budget of {name!r} is not {minor}"
    for old, new in expect.name.items():
        if now.get((old, "name")) != new:
            yield f"{old!r} is not called {new!r}"
    gone = {one.name for one in changed if one.after is None}
    yield from (f"{name!r} is still there" for name in expect.gone if name not in gone)
    yield from (
        f"{number} new {kind}, not {made[kind]}"
        for kind, number in expect.created.items()
        if made[kind] < number
    )
    paused = sum(
        one.field == "status" and one.after == "PAUSED" and one.before == "ACTIVE" for one in changed
    )
    if paused < expect.at_least:
        yield f"{counted(paused, 'ad')} paused, at least {expect.at_least} should be"
    if expect.waiting and not waiting:
        yield "no change set waits for a person"


def _unsaid(expect: Expect, answer: str, figure: Callable[[str], Decimal]) -> Iterator[str]:
    said = numbers(answer)
    for wanted in expect.figures:
        value = figure(wanted)
        if not any(_same(value, one) for one in said):
            yield f"the answer lacks {wanted}: {value:f}"
    yield from (
        f"the answer lacks /{text}/" for text in expect.says if not re.search(text, answer, re.IGNORECASE)
    )
    yield from (
        f"the answer says /{text}/" for text in expect.never_says if re.search(text, answer, re.IGNORECASE)
    )


def numbers(text: str) -> list[Decimal]:
    """All numbers of a text, each in every way that people write them: 1,234.50, 1.234,50, 1 234,50."""
    found = list[Decimal]()
    for written in (*_PLAIN.findall(text), *_SPACED.findall(text)):
        bare = re.sub(r"['\u00a0\u202f ]", "", written).replace("\u2212", "-")
        for comma, point in (("", "."), (".", "")):
            try:
                found.append(Decimal(bare.replace(".", "\0").replace(",", comma).replace("\0", point)))
            except InvalidOperation:
                continue
    return found


def _same(value: Decimal, said: Decimal) -> bool:
    """Whether a number was said, rounded to as many places as it was said with."""
    places = min(0, int(said.as_tuple().exponent))
    return value.quantize(Decimal(1).scaleb(places)) == said
