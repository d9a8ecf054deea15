"""What is said of a set that waits: which of its changes are meant, what takes its place, and that it is not wanted."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from agent.models.offline.language.items import Items
from agent.models.offline.language.slots import WRITES, Found, NotPossible, NotUnderstood, Request, Thing
from agent.models.offline.plans import look_plans
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.telling.steps import Call, Plan, failed
from agent.models.offline.telling.steps import one as turn

OF_IT = "waiting"
"""What a request refers to that is about changes of the set that waits."""
ON_OTHERS = ("pause", "activate", "raise", "lower", "set", "double", "halve")
"""Orders that may be said again for other things by "the same"."""
SAYS_NO = ("test:0", "want:no", "not:not")
_NAMES = ("thing", "quote", "id", "set")
_GOES_ON = ("want", "go_on", "ref", "except", "not", "figure", "period", "pick", "rank", "num", "number")
"""What makes more of a "no" than a no and its reason."""
_STILL_NO = (*SAYS_NO, "want:drop_it", "want:forget_it")
_CHOOSES = {"things", "ref", "level", "leading", "asked", "every"}


def refusal(items: Items, talk: Talk) -> Request | None:
    """A no to what waits, with its reason: "no, too early". What names something without doubt, or goes on, is more than that."""
    row = [item for item in items.row if item.kind not in ("fill", "end")]
    rest = row[1:]
    if not (talk.waits and row and any(map(row[0].is_a, SAYS_NO))):
        return None
    refused = Request(want="no", texts={"note": (items.text.strip(),)})
    behind = [item for item in rest if item.kind != "join"]
    thanks = behind != rest and all(item.is_a("want:yes") for item in behind)
    if thanks or all(any(map(item.is_a, _STILL_NO)) for item in behind):
        return refused
    if rest[0].kind != "join":
        return None
    named = [item for item in rest if item.kind in _NAMES and not (item.thing and item.thing.word)]
    held = {one.id for one in talk.held}
    listed = [one for item in rest if item.thing for one in item.thing.found if one.id in held]
    unclear = any(item.kind == "unknown" for item in rest)
    if not unclear and (named or listed or any(item.kind in _GOES_ON for item in rest)):
        return None
    if any(item.kind == "want" and item.value in WRITES for item in rest):
        return None
    return refused


def answered(request: Request, talk: Talk) -> Plan:
    """Withdraw what waits, where a no was said to it; else tell what waits."""
    if "note" not in request.texts:
        return (yield from look_plans.answered(request, talk))
    why = request.texts["note"][0]
    gone = yield from turn(Call("decline", {"change_set_id": talk.waits, "reason": why}))
    return failed(gone) if gone.error else f"{talk.waits} is withdrawn; nothing was changed."


def says_no(items: Items) -> Items:
    """The row with a "no," at its beginning as one, whatever else that is in a language ("no, solo el primero", "nein, nur die erste")."""
    first = next((place for place, item in enumerate(items.row) if item.kind != "end"), 0)
    begins = any(map(items.row[first].is_a, SAYS_NO))
    if begins and items.text[items.words[items.row[first].last].end :].startswith(". "):
        items.row.insert(first + 1, replace(items.row[first], kind="end", value="."))
    after = items.row[first + 1 : first + 3]
    if len(after) == 2 and begins and after[0].kind in ("join", "end") and after[1].kind != "num":
        items.row[first] = replace(items.row[first], kind="test", value="0")
        items.row[first + 1] = replace(after[0], kind="join")
    return items


def left_out(items: Items, talk: Talk) -> Items:
    """The row where "not the tent" leaves that out of what waits, as nothing else is ordered. Raises NotUnderstood for "the tent no"."""
    said = [item for item in items.row if item.kind != "end"]
    orders = any(item.kind == "want" and item.value != "no" for item in said)
    name = next((at for at, item in enumerate(said) if item.kind in _NAMES), None)
    if not talk.held or orders or name is None:
        return items
    behind = [then for one, then in pairwise(said) if one.kind in _NAMES and then.is_a("not:not")]
    if any(item.is_a("want:no") for item in said[name:]) or behind not in ([], said[-1:]):
        raise NotUnderstood('To leave out some of what waits, say which, such as: not "NAME".')
    row = [replace(i, kind="except") if i.is_a("not:not") else i for i in said]
    return items.rowed([*row[:-2], row[-1], row[-2]] if behind else row)  # "nein, tent nicht"


def chosen(request: Request, talk: Talk) -> Request | None:
    """The order that waits, of some of its changes alone: "only the tent one", "not the tent", "the first two".

    Raises NotPossible where the set has no such change, and where that is all of them.
    """
    last, left = talk.last, [thing for thing in request.things if thing.role == "except"]
    leads = request.leading in ("only", "no") or left or request.ref[:1].isdecimal()
    some = request.things or request.ref
    if not (talk.held and last and leads and some) or set(request.set_slots) - _CHOOSES:
        return None
    numbers = [int(number) for number in request.ref.split() if number.isdecimal()]
    if max(numbers, default=0) > len(talk.held) or (request.ref and not numbers and request.ref != "last"):
        raise NotPossible(_none(str(max(numbers, default=request.ref)), talk))
    if request.leading == "no" and not all(_among(thing, talk.held) for thing in request.named):
        return None  # another one in its place
    found = [talk.held[number - 1] for number in numbers] or list(
        talk.held[-1:] if request.ref else talk.held
    )
    if request.named:
        found = [one for thing in request.named for one in _fits(thing, talk)]
    skip = [one for thing in left for one in _fits(thing, talk)]
    found = [one for one in dict.fromkeys(found) if one not in skip]
    if last.want not in ON_OTHERS or not found:
        raise NotUnderstood("Say the whole order again: what was said before is done or waits.")
    if set(found) == set(talk.held):
        raise NotPossible(f"That is all of {talk.waits}, which still waits.")
    things = tuple(Thing(one.name, one.level, found=(one,)) for one in found)
    return again(last, Request(things=things, ref=OF_IT, leading="no"))


def again(last: Request, others: Request) -> Request:
    """The order before, with all that it says of the change, of other things or of some of them."""
    leading = "no" if others.leading == "no" else ""
    said = {slot: getattr(last, slot) for slot in ("want", "topic", "amount", "step", "budget")}
    return others.but(**said | ({"amount": others.amount} if others.amount else {}), leading=leading)


def _among(thing: Thing, held: Sequence[Found]) -> list[Found]:
    ids = {one.id for one in thing.found} | {thing.text}
    return [one for one in held if one.id in ids]


def _fits(thing: Thing, talk: Talk) -> list[Found]:
    if found := _among(thing, talk.held):
        return found
    raise NotPossible(_none(thing.text, talk))


def _none(said: str, talk: Talk) -> str:
    names = ", ".join(f'"{one.name}"' for one in talk.held[:12])
    more = f" and {len(talk.held) - 12} more" if len(talk.held) > 12 else ""
    return (
        f'"{said}" is no change of {talk.waits}, which still waits. Nothing was done. It has: {names}{more}.'
    )


def replaces(request: Request, talk: Talk) -> bool:
    """Whether it is said in the place of an order whose changes wait."""
    return request.leading == "no" and request.want in WRITES and bool(talk.waits)


def in_its_place(plan: Plan, talk: Talk) -> Plan:
    """The plan, and then what waited is withdrawn, so that not both can be approved; nothing is where nothing was proposed."""
    results, stands = None, False
    while True:
        try:
            calls = next(plan) if results is None else plan.send(results)
        except StopIteration as end:
            told = end.value
            break
        results = yield calls
        stands = stands or any(result.content.get("change_set") and not result.error for result in results)
    if not stands:
        return f"{told}\n{talk.waits} still waits."
    gone = yield from turn(Call("decline", {"change_set_id": talk.waits, "reason": "another took its place"}))
    return f"{told}\n{failed(gone) if gone.error else f'{talk.waits} is withdrawn: this takes its place.'}"
