"""Finds what a person named among the campaigns, ad sets and ads of a listing; never guesses."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.models.offline.intents import LEVELS, NOUNS, Level, Target
from agent.models.offline.phrases import clean
from agent.models.offline.steps import Call, Ended, Steps, needed

MOST_SHOWN = 12
SHORTEST_PART = 3
LIST_ALL = Call("list_ads")


@dataclass(frozen=True, slots=True)
class Node:
    """One campaign, ad set or ad of a listing. The status of an ad is its effective one."""

    level: Level
    id: str
    name: str
    status: str
    campaign_id: str
    parents: tuple[str, ...] = ()
    daily: str = ""
    lifetime: str = ""
    """Budgets as the listing writes them, such as "50.00 USD"."""
    now: str = ""
    """What keeps it from running although it is switched on."""

    @property
    def line(self) -> str:
        """The node as a line to choose it by."""
        where = f"  in {shown(self.parents[-1])}" if self.parents else ""
        return f"  {NOUNS[self.level]:8}  {self.id}  {shown(self.name)}{where}"


def shown(name: object, longest: int = 60) -> str:
    """A name on one line, safe to print, cut when it is very long."""
    text = clean(name)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def nodes(content: dict[str, Any]) -> list[Node]:
    """All nodes of a list_ads result."""
    found: list[Node] = []
    for campaign in _dicts(content.get("campaigns")):
        above = _node("campaign", campaign, str(campaign.get("id")))
        found.append(above)
        for adset in _dicts(campaign.get("adsets")):
            holder = _node("adset", adset, above.id, above.name)
            found.append(holder)
            for ad in adset.get("ads") or []:
                if isinstance(ad, list) and len(ad) >= 3:
                    row = {"id": ad[0], "name": ad[1], "status": ad[2], "now": "".join(map(str, ad[3:4]))}
                    found.append(_node("ad", row, above.id, above.name, holder.name))
    return found


def _node(level: Level, row: dict[str, Any], campaign_id: str, *parents: str) -> Node:
    budgets = [str(row.get(f"{kind}_budget") or "") for kind in ("daily", "lifetime")]
    name = str(row.get("name") or row.get("id"))
    node = Node(level, str(row.get("id")), name, str(row.get("status")), campaign_id, parents, *budgets)
    return replace(node, now=str(row.get("now") or ""))


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def find(target: Target, levels: Sequence[Level] = LEVELS) -> Steps[tuple[Node, ...]]:
    """The one thing a target names, as a tuple of the best matches. Raises Ended when there is none."""
    content = yield from needed(LIST_ALL)
    return among(target, content, levels)


def find_one(target: Target, levels: Sequence[Level] = LEVELS) -> Steps[Node]:
    """The only thing a target names. Raises Ended with the choices when it is not the only one."""
    found = yield from find(target, levels)
    return only(target, found)


def chosen(targets: Sequence[Target]) -> Steps[list[tuple[Target, str, Node | None]]]:
    """What each target names: its id, and what stands in the listing where it was named by a name.

    All names are looked up in one listing. Raises Ended when one is not the only one.
    """
    if all(target.is_id for target in targets):
        return [(target, target.text, None) for target in targets]
    content = yield from needed(LIST_ALL)
    found = [None if target.is_id else only(target, among(target, content)) for target in targets]
    return [(t, node.id if node else t.text, node) for t, node in zip(targets, found, strict=True)]


def only(target: Target, found: Sequence[Node]) -> Node:
    """The single match. Raises Ended, listing the candidates, when there are several."""
    if len(found) == 1:
        return found[0]
    lines = "\n".join(node.line for node in found[:MOST_SHOWN])
    more = f"\n  and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    by_name = " or its whole name in quotes" if len({plain(node.name) for node in found}) > 1 else ""
    raise Ended(
        f'"{shown(target.text)}" fits {len(found)} things, and nothing was done:\n{lines}{more}\n'
        f"Say which, by its id{by_name}."
    )


def among(target: Target, content: dict[str, Any], levels: Sequence[Level] = LEVELS) -> tuple[Node, ...]:
    """The best matches: by id, else the exact name, the whole name, a part, all its words. Raises Ended if none."""
    pool = [node for node in nodes(content) if node.level in ([target.level] if target.level else levels)]
    if target.is_id:
        found = tuple(node for node in pool if node.id == target.text)
    else:
        if content.get("left_out"):
            raise Ended(
                f'There are more ads than one list shows ({shown(content["left_out"], 120)}), so "{shown(target.text)}"'
                " may not be the only one of that name. Give its id, as in Ads Manager."
            )
        found = _by_name(target.text, pool)
    if not found:
        raise Ended(_nothing(target, pool, levels))
    return found


def _by_name(text: str, pool: Iterable[Node]) -> tuple[Node, ...]:
    pool = list(pool)
    if exact := tuple(node for node in pool if clean(node.name) == clean(text)):
        return exact
    wanted, known = plain(text), [(plain(node.name), node) for node in pool]
    words = wanted.split()
    if not words:
        return ()
    tests: list[Callable[[str], bool]] = [lambda name: name == wanted]
    if len(wanted) >= SHORTEST_PART:
        tests += [lambda name: f" {wanted} " in f" {name} ", lambda name: set(words) <= set(name.split())]
    for fits in tests:
        if found := tuple(node for name, node in known if fits(name)):
            return found
    return ()


def guessed(*named: tuple[Target | None, Node | None]) -> str:
    """What a person must know about things they named by less than a whole name, or nothing."""
    taken = [
        f'"{shown(node.name)}" is not exactly what was typed: "{shown(target.text)}"'
        for target, node in named
        if target and node and not target.is_id and plain(target.text) != plain(node.name)
    ]
    return "; ".join(taken)


def plain(text: str) -> str:
    """A name as people compare names: letters, digits and percents; case, dashes and spaces do not count."""
    folded = unicodedata.normalize("NFKC", clean(text)).casefold()
    return " ".join(re.findall(r"[^\W_]+%?", folded))


def _nothing(target: Target, pool: Sequence[Node], levels: Sequence[Level]) -> str:
    """Says that nothing has that name, and what is there."""
    at = [target.level] if target.level else list(levels)
    noun = " or ".join(NOUNS[level] for level in at)
    if target.is_id:
        return f'There is no {noun} with the id {target.text} in the list of this account. Nothing was done. "list my ads" shows all.'
    names = {plain(node.name): node.name for node in pool}
    near = difflib.get_close_matches(plain(target.text), list(names), n=6, cutoff=0.65)
    parents = {node.name for node in pool if node.level != "ad"}
    choice = [names[name] for name in near] or sorted(parents) or sorted(names.values())
    there = ", ".join(f'"{shown(name)}"' for name in choice[:MOST_SHOWN])
    return f'No {noun} is called "{shown(target.text)}". Nothing was done.' + (
        f" There is: {there}." if there else ""
    )
