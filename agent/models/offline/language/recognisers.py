"""Finds the slots of a request, each anywhere in the row of items, and says which items it explained."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import dropwhile

from agent.models.offline.language import period_words
from agent.models.offline.language.items import Items, number_of
from agent.models.offline.language.row_words import counts
from agent.models.offline.language.slots import Amount, NotPossible, NotUnderstood, Test, Thing

_PART_OF = ("fill", "link", "join", "sign", "ask")
_ACTS_ON = frozenset("pause activate archive delete rename label raise lower set double halve".split())
"""Orders to all that is named, of which one thing "in" another is a single one."""
_OF_WHOLE = ("pause", "activate", "archive", "delete")
_OPPOSITE = ({"highest", "lowest"}, {"cheapest", "dearest"}, {"best", "worst"})
_COMPARED = ("thing", "quote", "only", "period", "when", "month", "quarter", "weekday", "link", "compare")
_DIMS = ("level", "breakdown", "unit", "step")


def things(items: Items) -> list[Thing]:
    """What is named: things of the account, ids and quoted names, with the level word beside them and their role."""
    found, behind = list[Thing](), -1
    moves = any(item.is_a("want:move") for item in items.row)
    acts = any(item.kind == "want" and item.value in _ACTS_ON for item in items.row)
    labels = any(item.is_a("want:label") for item in items.row)
    into = ("link:to", *(("link:by", "link:for") if moves else ("link:with",) if labels else ()))
    for at, item in list(items.free("thing", "quote", "id")):
        between = items.row[behind + 1 : at] if behind >= 0 else []
        if behind >= 0 and all(one.kind in ("fill", "level", "sign") for one in between):
            raise NotUnderstood(f'What is "{item.said}" to "{found[-1].text}"? Put "and" between names.')
        beside = items.at(at - 1)
        before = items.before(at - 1 if beside and beside.kind == "level" else at)
        inside = bool(found) and before is not None and before.is_a("link:in")
        if inside and (kept := _kept(found[-1], thing_at(items, at))):
            found[-1] = kept
            items.used.add(at)
            behind = at
            continue
        if inside and acts:
            raise NotUnderstood(
                f'Only "{found[-1].text}", or "{item.said}" as well? Name what is meant alone, with "and" between several.'
            )
        if not found and _of_nothing(items, at):
            raise NotUnderstood(f'What in "{item.said}"? Say it, for example: all ads in "{item.said}".')
        role = "to" if before and any(before.is_a(one) for one in into) else ""
        role = "from" if moves and before and before.is_a("link:in") else role
        found.append(thing_at(items, at, role=role))
        items.used.add(at)
        behind = at
    return found


def _of_nothing(items: Items, at: int) -> bool:
    """Whether an order says where alone, not what: "pause in Spring", "raise them in Spring"."""
    before = list(dropwhile(lambda one: one.kind in ("fill", "level", "part"), reversed(items.row[:at])))
    if not (before and before[0].is_a("link:in")):
        return False
    said = list(dropwhile(lambda one: one.kind == "fill" or one.is_a("link:in"), before))
    refers = said[:1] and said[0].kind == "ref"
    passed = ("fill", "link", "ref", "all") if refers else ()
    verb = next(dropwhile(lambda one: one.kind in passed, said), None)
    return verb is not None and verb.kind == "want" and verb.value in (_ACTS_ON if refers else _OF_WHOLE)


def _kept(ads: Thing, holder: Thing) -> Thing | None:
    """Ads of a name that are in something else: "static ads in Summer"; nothing where that is not known."""
    ids = [one.id for one in holder.found if one.level != "ad"]
    kept = tuple(one for one in ads.found if any(i in one.inside for i in ids))
    text = f"{ads.text} in {holder.text}"
    return replace(ads, text=text, found=kept) if ads.several and ads.level == "ad" and kept else None


def thing_at(items: Items, at: int, role: str = "") -> Thing:
    """The thing at a place with its level word, which is explained as well."""
    item, level, several = items.row[at], "", False
    for step in (1, -1) if items.lexicon.code == "en" else (-1, 1):
        place = at + step
        while (one := items.at(place)) and (
            one.kind in ("fill", "part") or (step > 0 and one.is_a("number:1"))
        ):
            items.used.add(place)
            place += step
        if (one := items.at(place)) and one.kind == "level" and not (step < 0 and _shared(items, place)):
            level, several = one.value, plural(items, one.said)
            items.used.add(place)
            break
    thing = item.thing or Thing(item.value)
    return replace(thing, level=level or thing.level, role=role, several=several)


def plural(items: Items, word: str) -> bool:
    """Whether a level word speaks of several: it ends in "s" or (in German) in "n"."""
    return word[-1].casefold() in ("sn" if items.lexicon.code == "de" else "s")


def _shared(items: Items, place: int) -> bool:
    """Whether a level word before a name is that of "by campaign", not of the name."""
    before = items.before(place)
    return before is not None and before.is_a("link:by")


def values(items: Items) -> Iterator[tuple[int, int, Amount]]:
    """Numbers with their currency or percent sign: where each begins and ends. Raises NotPossible for a sign."""
    for at, item in list(items.free("num", "number")):
        if at in items.used or re.fullmatch(r"\d{4}-\d\d-\d\d", item.value):
            continue
        first, end, money = at, at + 1, ""
        if (after := items.at(at + 1)) and after.kind == "money" and after.value != "minus":
            money, end = after.value, at + 2
        elif (before := items.at(at - 1)) and before.kind == "money" and before.value not in ("%", "minus"):
            money, first = before.value, at - 1
        sign = items.at(first - 1)
        minus = sign is not None and (sign.is_a("money:minus") or sign.is_a("sign:-"))
        number = item.value if item.kind == "number" else number_of(item, items)
        if (minus and sign) or number.startswith("-"):
            raise NotPossible(
                f'"{items.said(first - minus, end - 1)}" is no amount: write it without a sign.'
            )
        yield first, end, Amount(number.lstrip("+"), "" if money == "%" else money, money == "%")


def tests(items: Items) -> list[Test]:
    """Conditions on figures, such as "CPA over 60", "more than 100 USD spend", "no purchases"."""
    found = list[Test]()
    given = values(items) if any(items.free("test", "when:between")) else ()
    amounts = {first: (end, amount) for first, end, amount in given}
    for at, item in list(items.free("test", "num:0", "when:between")):
        if at in items.used:
            continue
        if item.value == "0":
            if end := items.match(at, "test|num", "figure"):
                found.append(Test(_counted(items.row[end - 1].value), "EQUAL", "0"))
                items.use(at, end - 1)
            continue
        if (place := items.past_fill(at + 1)) not in amounts:
            continue
        end, amount = amounts[place]
        bounds = [(item.value, amount)]
        if item.kind == "when":  # "between 30 and 50"
            joined = items.at(end)
            if not (joined and joined.is_a("join:and") and end + 1 in amounts):
                continue
            end, most = amounts[end + 1]
            bounds = [(">=", amount), ("<=", most)]
        figure_at = _figure_beside(items, at, end)
        figure = "" if figure_at is None else items.row[figure_at].value
        found += [Test(figure, way, v.number, "%" if v.percent else v.currency) for way, v in bounds]
        items.used |= {*range(at, end), at if figure_at is None else figure_at}
    return found


def tests_without_number(items: Items) -> None:
    """Take "more than" for a comparison where no number follows: "more than last week", "less than Summer"."""
    for at, item in items.free("test:>", "test:<"):
        if (after := items.at(items.past_fill(at + 1))) and after.kind in _COMPARED:
            items.row[at] = replace(item, kind="compare", value="with")


def _counted(figure: str) -> str:
    """The count that "without purchases" is about, where the words are those of its cost."""
    return "results" if figure == "cost_per_result" else figure


def _figure_beside(items: Items, at: int, end: int) -> int | None:
    """The figure a condition is about: the nearest one, before it where there is one as near behind it."""
    found = list[tuple[int, int]]()
    for places in (range(at - 1, max(at - 4, -1), -1), range(end, min(end + 3, len(items.row)))):
        between = 0
        for place in places:
            one = items.at(place)
            found += [(between, place)] if one and one.kind == "figure" else []
            if one is None or one.kind not in _PART_OF:
                break
            between += one.kind != "fill"
    return min(found, key=lambda hit: hit[0])[1] if found else None


def rank(items: Items) -> tuple[str, int]:
    """The order that is asked for, and how many of them."""
    found, count = "", 0
    for at, item in list(items.free("rank")):
        items.used.add(at)
        if {found, item.value} in _OPPOSITE:
            if (before := items.before(at)) and (before.is_a("link:to") or before.is_a("when:until")):
                continue  # "from worst to best"
            raise NotUnderstood(f'"{item.said}", or the other way round? One of them at a time, please.')
        found = found if found and item.value == "top" else item.value
        for place in (at - 1, at + 1):
            if counts(items, place):
                count = int(items.row[place].value)
                items.used.add(place)
                break
        if end := items.match(at + 1, "link:in", "all"):  # "the worst of all" is one
            items.use(at + 1, end - 1)
            one = items.lexicon.code == "en" or not plural(items, item.said)
            count = count or int(one)
    return found, count


def split_by(items: Items) -> tuple[list[str], str]:
    """What figures are split by: levels, breakdowns, a stretch of time."""
    by, step = list[str](), ""
    for at, _ in list(items.free("link:by")):
        place = at + 1
        while (one := items.at(place)) and (one.kind in ("fill", *_DIMS) or _joins_dims(items, place)):
            if one.kind in ("level", "breakdown"):
                by.append(one.value)
            elif one.kind in ("unit", "step"):
                step = one.value
            items.used.add(place)
            place += 1
        if place > at + 1:
            items.used.add(at)
    for at, item in list(items.free("unit")):
        if period_words.ranked_unit(items, at):
            step = item.value
            items.used.add(at)
    by += items.take_all("breakdown")
    steps = items.take_all("step")
    step = step or next((one for one in steps if one != "day"), "day" if steps else "")  # "trend by week"
    if step == "hour":
        by, step = [*by, "hour"], ""
    return list(dict.fromkeys(by)), step


def _joins_dims(items: Items, place: int) -> bool:
    """Whether "and" or another "by" goes on with what to split by."""
    one = items.at(place)
    after = next((i for i in items.row[place + 1 :] if i.kind not in ("fill", "join", "link")), None)
    joins = one is not None and (one.kind == "join" or one.is_a("link:by"))
    return joins and after is not None and after.kind in _DIMS


def hours(items: Items) -> int:
    """How far an emergency stop looks back; 0 where it is not said."""
    for at, _ in list(items.free("when:last")):
        end = items.match(at, "when:last", "num|number", "unit")
        if end and (unit := items.row[end - 1].value) in ("hour", "day"):
            items.use(at, end - 1)
            number = next(item.value for item in items.row[at:end] if item.kind in ("num", "number"))
            return int(number) * (24 if unit == "day" else 1) if number.isdecimal() else 0
    return 0
