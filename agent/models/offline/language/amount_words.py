"""The amount of a change: by so much, to so much, or from what there is to another."""

from dataclasses import replace

from agent.models.offline.language.items import Items
from agent.models.offline.language.recognisers import values
from agent.models.offline.language.slots import Amount, NotUnderstood

_BY_OR_TO = {"by": True, "to": False}


def amount(items: Items) -> Amount | None:
    """The amount of a change, and whether it is "by" or "to" so much. Raises NotUnderstood for two but "from 145 to 160"."""
    found, ways = list[Amount](), list[str]()
    for first, end, value in list(values(items)):
        way, until = _way(items, first), _until(items, first)
        if until and not value.percent:
            items.used.add(until)
            way = "to"
        if not (way in _BY_OR_TO or value.currency or value.percent) and _counts(items, end):
            continue
        word = items.row[first].kind == "number" and not (value.currency or value.percent)
        relative = None if word else _relative(items, way, first, end)  # "cut it in two" is no amount
        found.append(replace(value, relative=relative))
        ways.append(way)
        items.use(first, end - 1)
    if ways in (["in", "to"], ["in", "for"]) and _one_unit(*found):  # "de 145 para 160"
        now, then = found
        return replace(then, before=now.number, currency=then.currency or now.currency, relative=False)
    if len(found) > 1:
        numbers = ", ".join(one.number for one in found)
        raise NotUnderstood(f"One amount at a time, please; here are {numbers}.")
    return found[0] if found else None


def _relative(items: Items, way: str, first: int, end: int) -> bool | None:
    """Whether an amount is by so much or to so much, where that is said."""
    wants = {item.value for item in items.row if item.kind == "want"}
    if way in _BY_OR_TO:
        return _BY_OR_TO[way]
    if way == "in" and items.lexicon.code != "en" and wants & {"raise", "lower"}:
        return True  # "baisse de 10 euros"
    plus = "lower" not in wants and any(
        one.said.startswith("+") for one in items.row[max(first - 1, 0) : end]
    )
    return True if plus or ("add" in wants and "where_put" not in wants) else None


def _counts(items: Items, end: int) -> bool:
    """Whether a number says how many ("the 2 ad sets with the best ROAS")."""
    after = items.at(items.past_fill(end))
    return after is not None and after.kind in ("level", "pick", "rank")


def _one_unit(now: Amount, then: Amount) -> bool:
    """Whether two amounts may be the budget there is and the one to be."""
    return not (now.percent or then.percent) and len({now.currency, then.currency} - {""}) < 2


def _way(items: Items, at: int) -> str:
    """The "by" or "to" before an amount, which may be the end of a verb ("bring ~ down to")."""
    before = items.before(at)
    if at and items.row[at - 1].is_a("fill:tail"):
        word = items.words[items.row[at - 1].last].key
        return next((value for kind, value in items.alone(word) if kind == "link"), "")
    if before is None or before.kind != "link":
        return ""
    beside = items.before(items.row.index(before))
    at_most = before.value == "to" and beside is not None and beside.is_a("link:by")
    return "" if at_most else before.value  # "by up to 50 USD"


def _until(items: Items, at: int) -> int:
    """Where an "until" stands that says to which amount ("sube hasta 260"), not by how much at most ("um bis zu 50"); 0 for none."""
    before = items.before(at)
    place = items.row.index(before) if before and before.is_a("when:until") else 0
    beside = items.before(place)
    return 0 if beside is None or beside.kind == "link" else place
