"""From what a person named to ids: the one thing that fits, all that fit, or a question back with numbered candidates."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import NOUNS, WRITES, Found, Request, Thing
from agent.models.offline.telling import change_answers, tree_rows
from agent.models.offline.telling.steps import Call, Ended, Result, Steps, needed
from agent.models.offline.telling.steps import one as turn

LEVELS = ("campaign", "adset", "ad")
HOLDERS = ("campaign", "adset")
_OF_HOLDERS = ("raise", "lower", "set", "double", "halve", "move", "scale", "end", "cap")
MOST_SHOWN = 12
_SHOWS = '"list my ads" shows what there is.'
WHICH: str = sayings()["sentences"]["which"]


def levels_of(order: Request, thing: Thing) -> Sequence[str]:
    """The levels that what an order names may be of, as its candidates are numbered: budgets belong to no ad, and a copy goes into an ad set."""
    if order.want in ("duplicate", "refresh"):
        return ("adset",) if thing.role == "to" else ("ad",)
    of_parts = order.every and order.want in WRITES
    return HOLDERS if order.want in _OF_HOLDERS or of_parts else LEVELS


def candidates(thing: Thing, levels: Sequence[str] = LEVELS) -> list[Found]:
    """What a thing may be. Raises Ended when there is nothing."""
    if thing.is_id and not thing.found:
        if thing.level and thing.level not in levels:
            nouns = " or ".join(NOUNS[level] for level in levels)
            raise Ended(
                f"That needs the {nouns}, and {thing.text} was called the {NOUNS[thing.level]}. Nothing was done."
            )
        return [Found(thing.text, thing.level, thing.text)]
    wanted = [thing.level] if thing.level else list(levels)
    found = [one for one in thing.found if not one.level or one.level in wanted]
    if not found:
        raise Ended(_nothing(thing, wanted))
    return found


def one(thing: Thing, levels: Sequence[str] = LEVELS) -> Found:
    """The only thing that fits. Raises Ended with the candidates when there are several."""
    found = candidates(thing, levels)
    if len(found) == 1 and not thing.more:
        return found[0]
    raise Ended(_which(thing, found))


def holder(request: Request, levels: Sequence[str] = LEVELS) -> Found | None:
    """What narrows a request down; of a campaign and its own parts the campaign. None for the whole account."""
    named = request.named
    if not named:
        return None
    if len(named) > 1:
        raise Ended("One at a time, please: name a single campaign, ad set or ad.")
    found = candidates(named[0], levels)
    highest = min((LEVELS.index(each.level) for each in found if each.level in LEVELS), default=0)
    widest = [each for each in found if each.level == LEVELS[highest]]
    return widest[0] if len(widest) == 1 and not named[0].more else one(named[0], levels)


def within(node: Found | None) -> dict[str, str]:
    """What a list is narrowed to. Raises Ended for an id of which nobody said what it is."""
    if node and not node.level:
        raise Ended(f"What is {node.id}? Say it, such as: campaign {node.id}. Nothing was done.")
    return {f"{node.level}_id": node.id} if node else {}


def chosen_from(request: Request) -> list[Found]:
    """What narrows figures down: the one that is named, or all that are called so where their level is said ("carousel ads")."""
    named = request.named
    if len(named) == 1 and named[0].level and not named[0].more:
        above = tuple(found for found in named[0].found if found.level in HOLDERS)
        if named[0].level != "ad" or not above:
            return candidates(named[0])
        if request.want in WRITES:
            widest = min(above, key=lambda found: LEVELS.index(found.level))
            raise Ended(
                f'"{shown(named[0].text)}" may be ads by their names, or all ads in "{shown(widest.name)}". Nothing was done.'
                f' Say: {request.want} all ads in "{shown(widest.name)}", or name the ads.'
            )
        request = request.but(things=(replace(named[0], level="", found=above),))
    if request.want not in WRITES and len(named) == 1 and all_of(named[0]):
        return list(named[0].found)
    node = holder(request)
    return [node] if node else []


def all_of(thing: Thing) -> bool:
    """Whether several of one level are called so, which a look takes together."""
    levels = {one.level for one in thing.found}
    return len(thing.found) > 1 and not thing.more and len(levels) == 1 and thing.level in ("", *levels)


def left_out(request: Request) -> list[Found]:
    """What a request leaves out: all that have such a name. Raises Ended when one of them is nothing."""
    things = [thing for thing in request.things if thing.role == "except"]
    if any(thing.more for thing in things):
        raise Ended("More things have that name than one answer shows. Nothing was done; name fewer.")
    return [found for thing in things for found in candidates(thing)]


def ids_left_out(request: Request) -> Steps[set[str]]:
    """The ids of what is left out, with all that is in it."""
    found = left_out(request)
    ids = {each.id for each in found}
    for each in found:
        if each.level in HOLDERS:
            content = yield from needed(Call("list_ads", {f"{each.level}_id": each.id}))
            if content.get("left_out"):
                raise Ended(
                    f"{shown(each.name)} has more ads than one list shows. Nothing was done; name fewer."
                )
            below = LEVELS[LEVELS.index(each.level) + 1 :]
            ids |= {row.id for row in tree_rows.nodes(content) if row.level in below}
    return ids


def but_refused(call: Call) -> Steps[Result]:
    """Propose a change of several by their ids; where the guardrails refuse some, of the others, with a note that says so."""
    result = yield from turn(call)
    refused = result.content.get("refused") or ()
    left = [i for i in call.arguments["ids"] if i not in refused]
    if not refused or not left:
        return result
    note = "; ".join(filter(None, (call.note, change_answers.spared(result.error))))
    return (yield from turn(replace(call, arguments=call.arguments | {"ids": left}, note=note)))


def all_spend(request: Request) -> bool:
    """Whether everything that can spend is to be paused, and not all ads, or all of another level or part."""
    narrower = request.level not in ("", "account") or request.things or request.states
    other = request.ref == "your_work" or request.topic == "protected"
    return request.want in ("pause", "stop") and request.every and not narrower and not other


def remaining(found: Sequence[Found], request: Request) -> list[Found]:
    """Those found, each once, but for what is left out. Raises Ended where that is none of them, or all."""
    ids, skip = {each.id for each in found}, left_out(request)
    if other := next((each for each in skip if each.id not in ids), None):
        raise Ended(
            f'"{shown(other.name)}" is none of those that are named, so it cannot be left out of them. Nothing was done.'
            ' To leave out a part: pause all ads in "A" except "B".'
        )
    left = {each.id: each for each in found if each.id not in {one.id for one in skip}}
    if not left:
        raise Ended("Nothing is left when those are left out. Nothing was done.")
    return list(left.values())


def guessed(things: Iterable[Thing], chosen: Iterable[Found | None] = ()) -> str:
    """What a person must know about things they named by less than a whole name, or nothing; `chosen` are those taken."""
    ids, told = {one.id for one in chosen if one}, list[str]()
    for thing in things:
        fits = [one for one in thing.found if one.id in ids]
        fits = fits or [one for one in thing.found if not thing.level or one.level in ("", thing.level)]
        if len(fits) == 1 and not thing.whole and thing.role != "except":
            told.append(f'"{shown(fits[0].name)}" is not exactly what was typed: "{shown(thing.text)}"')
    return "; ".join(told)


def sure(things: Iterable[Thing]) -> None:
    """Take no name that differs in its letters for the one that was typed. Raises Ended with what there is."""
    for thing in things:
        if thing.slip:
            raise Ended(_nothing(thing, [thing.level] if thing.level else LEVELS))
        if thing.word and not thing.level and thing.role != "except" and len(thing.found) == 1:
            raise Ended(_which(thing, thing.found))


def _which(thing: Thing, found: Sequence[Found]) -> str:
    """What a thing may be, numbered, to choose from."""
    number = len(found) + thing.more
    fits = f"fits {number} things" if number > 1 else "is only a part of one name"
    return "\n".join(
        [
            f'"{shown(thing.text)}" {fits}, and nothing was done:',
            *numbered(found, thing.more),
            f'Say which, such as "the {"second" if number > 1 else "first"} one", or give its id.',
        ]
    )


def fitting(thing: Thing) -> str:
    """All that a word fits, for a person who looks."""
    noun = NOUNS.get(thing.found[0].level, "thing")
    head = f'"{shown(thing.text)}" fits {len(thing.found)} {noun}s:'
    return "\n".join(
        [head, *numbered(thing.found), 'Say which, such as "the second one"; figures are told of all.']
    )


def numbered(found: Sequence[Found], more: int = 0) -> list[str]:
    """Things in numbered lines, and how many there are beyond them."""
    lines = [f"  {number}. {_line(each)}" for number, each in enumerate(found[:MOST_SHOWN], 1)]
    more += len(found) - MOST_SHOWN
    return lines + ([f"  and {more} more"] if more > 0 else [])


def whole_names(things: Iterable[Thing]) -> None:
    """Take no part of a name for what is deleted for good. Raises Ended with what it may be."""
    if said := guessed(things):
        raise Ended(
            f"{said}. Nothing was done, as a deletion is for good. Say the whole name in quotes, or the id."
        )


def _line(found: Found) -> str:
    where = f"  in {shown(found.inside)}" if found.inside else ""
    return f"{NOUNS.get(found.level, ''):8}  {found.id}  {shown(found.name)}{where}"


def _nothing(thing: Thing, levels: Sequence[str]) -> str:
    """That nothing is called so, and what is."""
    noun = " or ".join(NOUNS[level] for level in levels)
    other = [one for one in thing.found if one.level in NOUNS]
    head = f'No {noun} is called "{shown(thing.text)}". Nothing was done.'
    if len(other) > 1:
        return "\n".join([f"{head} There is:", *numbered(other, thing.more)])
    is_there = [f'There is: {NOUNS[one.level]} "{shown(one.name)}".' for one in other]
    return f"{head} {''.join(is_there) or _SHOWS}"
