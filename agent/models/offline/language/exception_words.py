"""What an order leaves out: "all but A and B", "except the winners"."""

from dataclasses import replace

from agent.models.offline.language.items import Items
from agent.models.offline.language.recognisers import thing_at
from agent.models.offline.language.row_words import rows_at
from agent.models.offline.language.slots import IN_QUOTES, WRITES, NotUnderstood, Thing

_LEFT_OUT = ("thing", "quote", "id", "pick", "ref")
_QUOTES = "\"'“”„«»"
_NAMED = ("thing", "quote", "id")
_BESIDE = ("fill", "level", "all", "end")
_ENDS = ("want", "period", "when", "except", "month", "output")


def exceptions(items: Items) -> tuple[list[Thing], str]:
    """What is left out: things, or a pick such as the winners. Raises NotUnderstood when it says not what."""
    things, pick = list[Thing](), ""
    _least(items)
    for at, item in list(items.free("except")):
        items.used.add(at)
        before = (len(things), pick)
        for place in range(at + 1, len(items.row)):
            one = items.at(place)
            of_budget = items.row[place].is_a("topic:budget")
            if items.row[place].kind in _ENDS or (of_budget and before != (len(things), pick)):
                break
            if one is None or of_budget:
                continue
            _check_place(items, at, place)
            if one.kind in _NAMED:
                things.append(thing_at(items, place, role="except"))
            elif one.kind == "pick":
                pick = one.value
            elif rows := rows_at(items, place):
                words = item.said.casefold().split()
                all_but = any(kind == "all" for word in words for kind, _ in items.alone(word))
                things += [Thing(one.said, role="except", row=row, several=all_but) for row in rows]
            elif one.kind not in ("fill", "join", "level", "all", "link", "end"):
                raise NotUnderstood(f'I do not know what to leave out by "{one.said}". {IN_QUOTES}')
            items.used.add(place)
        if before == (len(things), pick):
            raise NotUnderstood(f'"{item.said}" does not say what to leave out.')
    return things, pick


def _least(items: Items) -> None:
    """Take the word for "less" that leaves nothing out as one of an order, where things are looked at ("cuál vende menos")."""
    orders = any(item.kind == "want" and item.value in WRITES for item in items.row)
    for at, item in list(items.free("except:less")):
        names = any(one.kind in _LEFT_OUT for one in items.row[at + 1 :])
        if not orders and not names:
            items.row[at] = replace(item, kind="rank", value="lowest")


def _check_place(items: Items, but: int, at: int) -> None:
    """Asks where all of it is: "all but A in B" may mean all there is, or all in B. Raises NotUnderstood."""
    if items.row[at].kind != "link" or items.row[but + 1].kind == "link":
        return
    before, behind = (
        next((one for one in row if one.kind not in _BESIDE and not one.is_a("join:,")), None)
        for row in (items.row[at - 1 : but : -1], items.row[at + 1 :])
    )
    if before and behind and before.kind in (*_NAMED, "pick") and behind.kind in _NAMED:
        part, holder = before.said.strip(_QUOTES), behind.said.strip(_QUOTES)
        raise NotUnderstood(
            f'Does "{holder}" hold all that is meant, or only what is left out, "{part}"?'
            f' To leave out a part: all ads in "{holder}" except "{part}".'
        )
