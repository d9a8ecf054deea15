"""The one thing that a request wants done: orders that are forbidden left out, several at once told apart."""

from agent.models.offline.language.items import Items
from agent.models.offline.language.slots import IN_QUOTES, WRITES, NotUnderstood, TwoOrders

_LOOKS = frozenset({"show", "check", "judge", "compare", "inspect", "preview", "why_not", "why_rejected"})
"""What may stand before an order without being one: "find the losers and pause them"."""
_PART_OF = {"upload": "make", "add": "where_put"}
"""What is uploaded is what the ad is made of; what is added is what is to be put somewhere."""
_SAYS_NOTHING = ("fill", "join", "end")
_LOOKED_FOR = ("want", "figure", "pick", "topic", "rank")
TALK = frozenset({"hello", "yes"})
TWO_ACTIONS = "That reads like more than one action{}. One at a time, please; names go in quotes."


def without_forbidden(items: Items) -> bool:
    """Leave an order out that is forbidden, where all else only looks: "don't pause anything, just show me the worst".

    Returns whether there was one.
    """
    parts, look = [[0, -1]], False
    for at, item in enumerate(items.row):
        parts += [[at + 1, at]] if item.kind in ("join", "end") else []
        parts[-1][1] = at
    forbidden = list[int]()
    for first, last in parts:
        row = items.row[first : last + 1]
        order = next(
            (at for at, item in enumerate(row) if item.kind == "want" and item.value in WRITES), None
        )
        look = look or any(item.kind in _LOOKED_FOR for item in row if order is None)
        if order is None:
            continue
        end = next((at for at, item in enumerate(row) if at > order and item.is_a("fill:tail")), order)
        if not any(item.is_a("not:not") for item in row[: end + 1]):
            return False
        forbidden += [at for at, item in enumerate(row, first) if item.kind in ("want", "not", "all")]
    items.used |= set(forbidden) if look else set()
    return look and bool(forbidden)


def wants_of(items: Items) -> list[str]:
    """The things to do, in order; looking before an order is part of it."""
    parts, told = _both(items)
    two = TwoOrders(TWO_ACTIONS.format(told), parts)
    if _unjoined(items):
        raise two
    _talk_outside(items)
    found = items.take_all("want")
    if found[:1] == ["drop_it"] and "undo" in found:
        found = found[1:]  # "no wait, undo that"
    found = [want for want in found if _PART_OF.get(want) not in found]
    if {"pause", "make"} <= set(found) and any(items.free("topic:rules")):
        found.remove("pause")  # all that a rule does
    if "what_if" in found:
        return ["what_if"]
    orders = [want for want in found if want in WRITES]
    others = [want for want in found if want not in orders and want not in TALK]
    if len(orders) > 1 or (orders and (set(others) - _LOOKS or found[-1] in others)):
        raise two
    return orders or found


def _talk_outside(items: Items) -> None:
    """Refuse a greeting or a yes amid an order: "pause all cool ads" may be of those that are called so."""
    row = [item for item in items.row if item.kind != "fill"]
    talk = [item.kind == "want" and item.value in TALK for item in row]
    edge = [said or item.kind in ("join", "end") for item, said in zip(row, talk, strict=True)]
    amid = (row[at] for at in range(1, len(row) - 1) if talk[at] and not (edge[at - 1] or edge[at + 1]))
    if any(item.kind == "want" and item.value in WRITES for item in row) and (word := next(amid, None)):
        raise NotUnderstood(f'I do not know what "{word.said}" means here. {IN_QUOTES}')


def _unjoined(items: Items) -> bool:
    """Whether an order stands behind a look with nothing that joins them: "show me the ads to pause" is no order."""
    look = next((at for at, item in items.free("want") if item.value in _LOOKS), len(items.row))
    orders = [at for at, item in items.free("want") if item.value in WRITES and at > look]
    return any(all(item.kind not in ("join", "end") for item in items.row[look:at]) for at in orders)


def _both(items: Items) -> tuple[tuple[str, ...], str]:
    """The two orders, where each may be sent alone; and they, or the words that read like them, as they are told."""
    wants = [at for at, item in items.free("want") if item.value not in TALK]
    if len(wants) != 2:
        return (), ""
    join = next((at for at in range(wants[1] - 1, wants[0], -1) if items.row[at].kind in ("join", "end")), 0)
    if join and all(item.kind in ("fill", "join") for item in items.row[join : wants[1]]):
        first, then = items.said(wants[0], join - 1), items.said(wants[1], len(items.row) - 1)
        alone = all(item.kind in _SAYS_NOTHING for item in items.row[: wants[0]])
        return (first, then) if alone else (), f': first "{first}", then "{then}"'
    return (), f' ("{items.row[wants[0]].said}", "{items.row[wants[1]].said}")'


def unsaid(items: Items) -> list[str]:
    """What is ordered without a verb: "budget of X to 120", "new ad from hero.jpg", "new headline for X: …"."""
    to = any(items.match(at, "link:to|sign::", "num") for at, _ in items.free("link:to", "sign::"))
    if any(items.free("topic:budget")) and to:
        return ["set"]
    if any(item.value.startswith("+") and items.match(at, "num", "money") for at, item in items.free("num")):
        return ["raise"]
    new = any(items.free("pick:new"))
    part = any(items.match(at, "pick:new", "part") for at, _ in items.free("pick:new"))
    if part and any(items.free("quote")) and not any(items.free("file")):
        items.take("pick:new")
        return ["set"]
    return ["make"] if new and any(items.free("file")) else []


def main_want(wants: list[str]) -> str:
    """The one thing to do: what says more goes before "show" and before greetings."""
    return min(wants, key=lambda want: (want in TALK, want == "show")) if wants else ""
