"""An order that was asked back about, and what the next words fill in: "10 %", "the campaign", a name, "yes"."""

from collections.abc import Sequence
from dataclasses import replace

from agent.models.offline.language.doings import TALK
from agent.models.offline.language.items import Items
from agent.models.offline.language.marks import Item
from agent.models.offline.language.pieces import visible
from agent.models.offline.language.slots import WRITES, Amount, NotPossible, NotUnderstood, Request, Thing
from agent.models.offline.plans import choices, waiting
from agent.models.offline.plans.conversation_so_far import Talk

_NO_ANSWER = ("ask", "go_on", "ref", "output", "if", "later", "except")
"""What is a question, or goes on from an answer, or changes more than a gap."""
_QUOTES = ('""', "“”", "„“", "«»", "''")
_TO_ANOTHER = ("duplicate", "move", "label")
_BEGINS = ("want:set", "go_on:same", "go_on:only", "not:instead")


def asked_of(talk: Talk) -> Request | None:
    """The order that the next words may be an answer to, or change the amount of."""
    last = talk.last if talk.last and talk.last.amount and talk.last.want in WRITES else None
    return talk.open or (last if (talk.waits and talk.held) or talk.latest else None)


def belongs(whole: Request, talk: Talk) -> bool:
    """Whether it answers what was asked back, or differs from the order before in its amount alone."""
    return bool(talk.open or (talk.last and whole.but(amount=None) == talk.last.but(amount=None)))


def in_its_place(whole: Request, talk: Talk) -> Request:
    """The order with its new amount in the place of what waits. Raises NotPossible where that is done already."""
    if talk.open:
        return whole
    if not talk.waits:
        raise NotPossible(f'That is done: say the whole order, or first "undo {talk.latest}".')
    return whole.but(leading="no")


def spoken(items: Items, order: Request) -> Items | None:
    """The row as if the verb of the order stood before it; None where it is no answer but a request of its own."""
    row = _without_contrast([item for item in _without_no(items.row) if not _opens(item)])
    said = [item for item in row if item.kind not in ("fill", "join", "end")]
    yes = any(item.is_a("want:yes") for item in items.row)
    if any(item.kind == "want" or item.kind in _NO_ANSWER for item in said) or not (said or yes):
        return None
    joined = items.row[0].joins or next((item for item in row if item.kind != "fill"), items.row[0]).joins
    if _says_what_was(row, order) or items.text.rstrip().endswith("?") or joined:
        return None
    verb = Item("want", order.want, "", items.row[0].first, items.row[0].first)
    return items.rowed([verb, *row])


def _says_what_was(row: Sequence[Item], order: Request) -> bool:
    """Whether "from 360" alone is said again of an order "from 350 to 400": no amount that it is to be."""
    ways = {item.value for item in row if item.kind == "link"}
    return bool(order.amount and order.amount.before) and "in" in ways and not ways & {"to", "for"}


def _without_no(row: Sequence[Item]) -> list[Item]:
    """The row without the "no," that it begins with."""
    no = len(row) > 1 and any(map(row[0].is_a, waiting.SAYS_NO)) and row[1].kind in ("join", "end")
    return list(row[2:] if no else row)


def _opens(item: Item) -> bool:
    """Whether a word only begins an answer: "yes", "sorry, I meant", "just"."""
    return (item.kind == "want" and item.value in TALK) or any(map(item.is_a, _BEGINS))


def _without_contrast(row: Sequence[Item]) -> list[Item]:
    """The row without "not percent" behind what is meant instead."""
    at = next((at for at, item in enumerate(row) if item.is_a("not:not")), 0)
    units = bool(at) and all(item.kind in ("money", "fill", "end") for item in row[at + 1 :])
    return list(row[:at] if units else row)


def alone(text: str, items: Items, order: Request) -> Request | None:
    """What a currency, "percent", a number or a quoted text fills in by itself; None where more is said."""
    if words := _words(text.strip(), order):
        return Request(texts=words)
    row = spoken(items, order)
    said = [item for item in row.row[1:] if item.kind not in ("fill", "join", "end", "link")] if row else []
    if len(said) != 1:
        return None
    (one,) = said
    if one.kind == "money" and one.value != "minus" and order.amount:
        percent = one.value == "%"
        return Request(amount=replace(order.amount, currency="" if percent else one.value, percent=percent))
    counted = order.rank and not order.count and (order.want == "pause" or order.amount)
    if one.kind in ("num", "number") and counted and one.value.isdecimal() and int(one.value):
        return Request(count=int(one.value))
    return None


def _words(text: str, order: Request) -> dict[str, tuple[str, ...]]:
    """The text or name that is asked for, where the whole answer is one in quotes."""
    inside = visible(text[1:-1])
    quoted = len(text) > 2 and text[0] + text[-1] in _QUOTES and not {*inside} & {*"".join(_QUOTES)}
    empty = [part for part, texts in order.texts.items() if not texts]
    part = "name" if order.want == "rename" and order.things and not order.texts else ""
    part = empty[0] if len(empty) == 1 else part
    return {part: (inside,)} if quoted and part and inside else {}


def filled(order: Request, said: Request) -> Request:
    """The order with what the answer fills in. Raises NotUnderstood where it answers nothing that was open."""
    slots = {
        slot: value for slot, value in said.set_slots.items() if slot not in ("want", "asked", "leading")
    }
    if not slots:
        return order.but(things=_accepted(order))
    if said.amount:
        if order.count and said.amount == Amount(said.amount.number):
            raise NotUnderstood("")  # 3 of them, or by 3?
        slots["amount"] = _amount(order.amount, said.amount)
    if said.figures and any(not test.figure for test in order.tests):
        slots["tests"] = tuple(
            replace(test, figure=test.figure or slots["figures"][0]) for test in order.tests
        )
        del slots["figures"]
    if said.texts:
        slots["texts"] = {**order.texts, **said.texts}
    slots["things"] = _things(order, said)
    if slots["things"] != order.things:
        slots.pop("level", None)
    return order.but(**slots)


def _amount(asked: Amount | None, said: Amount) -> Amount:
    """The amount with what was said of it before, "by" or "to" and its unit, where the answer does not say."""
    if asked is None:
        return said
    other = said.relative is False and asked.relative is not False
    said = replace(said, relative=asked.relative if said.relative is None else said.relative)
    kept = not (said.currency or said.percent or other)
    return replace(said, currency=asked.currency, percent=asked.percent) if kept else said


def _unclear(thing: Thing, order: Request) -> bool:
    """Whether it is asked back which one is meant."""
    wanted = [thing.level] if thing.level else choices.levels_of(order, thing)
    fits = [one for one in thing.found if not one.level or one.level in wanted]
    loose = thing.slip or (thing.word and not thing.level) or (order.want == "delete" and not thing.whole)
    return thing.role != "except" and not thing.is_id and (len(fits) != 1 or bool(thing.more) or loose)


def _things(order: Request, said: Request) -> tuple[Thing, ...]:
    """What the order is about now: the first unclear thing made clear, or one in the place that was empty."""
    things = list(order.things)
    for thing in said.things:
        unclear = next((at for at, one in enumerate(things) if _unclear(one, order)), None)
        if unclear is not None and thing.role in ("", things[unclear].role):
            things[unclear] = _among(thing, things[unclear])
        elif thing.role == "except" or not any(one.role == thing.role for one in things):
            things.append(thing)
        elif order.want in _TO_ANOTHER and not thing.role and all(one.role != "to" for one in things):
            things.append(replace(thing, role="to"))
        else:
            raise NotUnderstood("")
    unclear = next((at for at, one in enumerate(things) if _unclear(one, order)), None)
    if unclear is not None and not said.things and (said.level or said.every):
        levels = {one.level for one in things[unclear].found}
        level = said.level or (levels.pop() if len(levels) == 1 else "")
        things[unclear] = replace(things[unclear], level=level, word=False)
    return tuple(things)


def _among(thing: Thing, asked: Thing) -> Thing:
    """What was named in the place of an unclear thing; one of its candidates, where it fits a single one."""
    listed = {one.id for one in asked.found}
    fits = tuple(one for one in thing.found if one.id in listed)
    thing = replace(thing, role=asked.role)
    return replace(thing, found=fits, more=0, word=False) if len(fits) == 1 else thing


def _accepted(order: Request) -> tuple[Thing, ...]:
    """A yes to the only candidate. Raises NotUnderstood where there is none, or the whole name is asked for."""
    unclear = [thing for thing in order.things if _unclear(thing, order)]
    if len(unclear) != 1 or len(unclear[0].found) != 1 or unclear[0].more or order.want == "delete":
        raise NotUnderstood("")
    sure = replace(unclear[0], whole=True, word=False, slip=False)
    return tuple(sure if one is unclear[0] else one for one in order.things)
