"""What "it", "them", "the second one" and "all but the first" stand for: rows of the answer before, or changes that wait."""

from collections.abc import Sequence
from dataclasses import replace

from agent.models.offline.language.slots import (
    NOUNS,
    WRITES,
    Found,
    NotPossible,
    NotUnderstood,
    Request,
    Thing,
)
from agent.models.offline.plans import choices, waiting
from agent.models.offline.plans.change_plans import STATUS
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.plans.frames import frame_of

_CHOOSE = {"every", "tests", "pick", "rank", "count", "states", "without"}
"""Slots of an order that choose among what is in the things it names."""
_SAYS_NOT_WHICH = {"want", "topic", "amount", "step", "budget", "asked", "leading"}
WHOLE_ORDER = 'That says more than which one. Say the whole order in one sentence, such as: pause underperforming ads in "Spring".'
OF_ALL = 'Of those, or of all there are? Say of what, such as: pause the 2 worst ads in "Spring". Nothing was done.'
OF_THOSE = "By its number something is left out of the answer before alone, such as: pause them except the first one."


def by_number(request: Request, talk: Talk) -> Request:
    """What is left out by its number as it is called in what waits, else in the answer before, where the order is of the others of that."""
    left = [thing for thing in request.things if thing.row]
    rows = talk.held or (talk.rows[: talk.last.count or None] if talk.last else talk.rows)
    if not left:
        return request
    if any(abs(thing.row) > len(rows) for thing in left):
        raise NotPossible(choices.WHICH)
    gone = [rows[thing.row - (thing.row > 0)] for thing in left]
    if talk.held and request.want in ("", talk.last and talk.last.want):
        things = tuple(replace(thing, role="except") for thing in _things(gone))
        return request.but(want="", ref=request.ref.replace("them", ""), things=things)
    alone = len(left) == len(request.things) and set(request.set_slots) <= {"want", "every", "ref", "things"}
    numbers = [int(number) for number in request.ref.split() if number.isdecimal()]
    said = numbers or request.ref == "them" or (not request.ref and (request.every or left[0].several))
    if talk.held or not (request.want and alone and said) or max(numbers, default=0) > len(rows):
        raise NotUnderstood(OF_THOSE)
    rows = tuple(rows[number - 1] for number in numbers) or rows
    return request.but(things=_things([row for row in rows if row not in gone]), every=False, ref="")


def sure_of_them(request: Request, talk: Talk) -> Request:
    """A request whose word is "it" as well as "them" ("sie"). Raises NotPossible where one may be meant: the first of all in order."""
    if request.ref != "they":
        return request
    first = talk.last and talk.last.rank and not talk.last.count and len(talk.rows) > 1
    if first and request.want in WRITES and not (request.every or request.named):
        raise NotPossible(choices.WHICH)
    return request.but(ref="them")


def first_of_those(request: Request, talk: Talk) -> Request:
    """The worst one said after a row of the worst is the first of that row. Raises NotPossible where it is not said how many, or of what."""
    alone = set(request.set_slots) <= {"want", "rank", "count", "leading", "asked"}
    last, rows = talk.last, talk.rows
    if not (alone and request.rank and request.want in WRITES and last and rows) or talk.unclear:
        return request
    judged = last.pick == "weak" and request.rank == "worst"
    if last.rank != request.rank and not (judged and last.named):
        others = last.named or last.level in ("campaign", "adset")
        if others and not judged and last.want not in WRITES:
            raise NotPossible(OF_ALL)
        return request
    if not request.count or request.count > len(rows) or request.count > (last.count or request.count):
        raise NotPossible(choices.WHICH)
    return request.but(rank="", count=0, things=_things(rows[: request.count]))


def other_than(last: Request, request: Request) -> Request:
    """The order before, of other things: "no, only the first two", "same for B". Raises NotUnderstood for any other change of it."""
    more = set(request.set_slots) - {"asked", "leading", "things", "level", "amount" if last.amount else ""}
    more |= {"no"} if request.leading == "no" and any(thing.word for thing in request.things) else set()
    whole = request.leading in ("same", "no") or (request.leading == "and" and request.amount)
    wants = waiting.ON_OTHERS if whole else tuple(STATUS)
    if more or _as_a_whole(last, request) or last.want not in wants or not request.named:
        raise NotUnderstood("Say the whole order again: what was said before is done or waits.")
    if request.leading == "no" and not request.amount and _found(request) == _found(last) != set():
        raise NotPossible(choices.WHICH)
    return waiting.again(last, request)


def _as_a_whole(last: Request, request: Request) -> bool:
    """Whether all of B would be switched where what was switched before was some of what is in A."""
    some = last.want in STATUS and set(last.set_slots) & _CHOOSE
    return bool(some) and _others(request, last.level or "ad")


def _found(request: Request) -> set[str]:
    return {one.id for thing in request.named for one in thing.found}


def _others(request: Request, level: str) -> bool:
    """Whether something is named that is of another level."""
    return any(one.level not in ("", level) for thing in request.named for one in thing.found)


def referred(request: Request, talk: Talk) -> Request:
    """A request with what "it", "them" or "the second one" stand for. Raises NotPossible when that is not clear."""
    numbered = request.ref[:1].isdecimal()
    if (request.pick or request.tests or request.rank) and not numbered:
        return request.but(ref="")
    if request.want == "stop" and request.ref != "your_work" and (talk.rows or request.ref != "it"):
        request = request.but(want="pause")
    whole = request.output or request.want == "export" or request.topic in ("report", "client_report")
    if request.want in ("undo", "redo", "stop", "why_done", "you_did") or request.ref == "your_work" or whole:
        return request
    if numbered and not request.rank:
        return _numbered(request, talk, request.ref.split())
    if request.ref == "first" or numbered:  # of several, and nobody said how many
        raise NotPossible(choices.WHICH)
    if request.named:
        return request.but(ref="")
    rows = talk.rows[: talk.last.count or None] if talk.last else talk.rows
    rows = rows[-1:] if request.ref == "last" else rows
    if request.want == "how_is" and not rows:
        return request.but(ref="")
    if request.ref == "it" and talk.last:
        rows = _it(rows, talk.last)
    if not rows or (request.ref == "it" and len(rows) != 1):
        raise NotPossible(choices.WHICH, request.but(ref=""))
    return request.but(ref="", things=(*request.things, *_things(rows)), level="")


def of_what(request: Request, talk: Talk) -> Request:
    """An order that says not of what, of the one thing looked at right before ("budget of A?", "raise by 10 %") or just switched ("no, off again")."""
    last, said = talk.last, set(request.set_slots) - {"leading", "asked"}
    if not last or talk.unclear or talk.waits:
        return request
    about = len(last.named) == 1 or (last.level in NOUNS and last.level != "account" and not last.named)
    back = request.leading in ("no", "same") and {request.want, last.want} == {"pause", "activate"}
    parts = request.want in STATUS and last.level in NOUNS and _others(last, last.level)
    looked = about and (back or last.want not in WRITES) and not parts
    if request.want not in waiting.ON_OTHERS or not said <= _SAYS_NOT_WHICH or not looked:
        return request
    rows = _it(talk.rows, last)
    return request.but(things=_things(rows)) if len(rows) == 1 else request


def _it(rows: Sequence[Found], last: Request) -> tuple[Found, ...]:
    """The one row that was asked for, the first where one was in an order ("which ad set has the worst CPA"); else what was named."""
    if last.asked == "which" and last.rank and not last.count and last.level:
        return tuple(rows[:1])
    chosen = last.rank or last.level or last.tests or last.pick or not last.named
    some = last.rank or last.tests or last.pick
    if some or (chosen and len(rows) == 1):
        return tuple(rows) if len(rows) == 1 else ()
    named = choices.holder(last) if len(last.named) == 1 else None
    return (named,) if named else tuple(one for thing in last.named for one in thing.found)


def scaled(request: Request, last: Request | None) -> Request | None:
    """After the winners "scale them" is of their budgets, not one thing among several."""
    winners = last and (last.want == "scale" or last.pick == "winners")
    scales = request.want == "scale" and request.ref == "them" and not request.amount
    return request.but(ref="", pick="winners") if winners and scales else None


def _numbered(request: Request, talk: Talk, numbers: Sequence[str]) -> Request:
    """The candidates of a question that was open, put into what was asked then; else rows of the answer before."""
    if not all(number.isdecimal() for number in numbers):
        raise NotPossible(choices.WHICH)
    last, places = talk.last, [int(number) - 1 for number in numbers]
    reads = last is not None and (
        bool(last.tests) or (last.want not in WRITES and frame_of(last) == "figures")
    )
    named = last.named if last else []
    open_ones = [thing for thing in named if len(thing.found) > 1 or (thing.word and not reads)]
    unclear = next(
        (thing for thing in open_ones if not (reads and (thing.level or choices.all_of(thing)))), None
    )
    if last and unclear and request.want in ("", "show"):
        if set(request.set_slots) - {"want", "asked", "leading", "ref", "level"}:
            raise NotUnderstood(WHOLE_ORDER)
        found = _at(choices.candidates(unclear, choices.levels_of(last, unclear)), places)
        chosen = [replace(unclear, found=(one,), whole=True, word=False) for one in found]
        things = tuple(one for thing in last.things for one in (chosen if thing is unclear else [thing]))
        request = last.but(things=things)
    else:
        found = _at(talk.rows, places)
        request = request.but(ref="", things=(*request.things, *_things(found)), level="")
    if len(found) < len(places):
        raise NotPossible(choices.WHICH)
    return request


def _at(rows: Sequence[Found], places: Sequence[int]) -> tuple[Found, ...]:
    return tuple(rows[place] for place in places if place < len(rows))


def _things(rows: Sequence[Found]) -> tuple[Thing, ...]:
    return tuple(Thing(row.name, row.level, found=(row,)) for row in dict.fromkeys(rows))
