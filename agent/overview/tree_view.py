"""Campaigns, their ad sets and ads with status, budget, the figures of a month and what the review says of each ad."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from agent.overview.ages import Age, age_of
from agent.overview.readings import ADS, ADSETS, CAMPAIGNS, PERIOD, PERIOD_SAID, REVIEW, TREE
from agent.overview.snapshots import Kept, Part, Place
from tools.domain.money import grouped
from tools.domain.text import counted

FIGURES = {"campaign": CAMPAIGNS, "ad set": ADSETS, "ad": ADS}
IDS = {"campaign": "campaign_id", "ad set": "adset_id", "ad": "ad_id"}
MOST_ADS = 500
"""On one page."""
PARTS = (TREE, CAMPAIGNS, ADSETS, ADS, REVIEW)


@dataclass(frozen=True, slots=True)
class Node:
    """A campaign, an ad set or an ad; figures as Meta's rows of the period say them, a dash where there are none."""

    level: str
    id: str
    name: str
    status: str
    """Whether it runs, in words."""
    runs: bool
    budget: str = ""
    spend: str = "–"
    results: str = "–"
    cost: str = "–"
    link_ctr: str = "–"
    decision: str = ""
    reason: str = ""
    above: str = ""
    """The id of what it stands in."""
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class TreeView:
    """All of it, what spends most first."""

    place: Place
    campaigns: tuple[Node, ...]
    counts: str
    period: str
    results_are: str
    age: Age
    left_out: tuple[str, ...] = ()
    """What is not shown, in words."""


def tree_view(kept: Kept, now: datetime) -> TreeView:
    """The tree from what is kept of an account."""
    parts = {name: kept.parts.get(name) for name in PARTS}
    nodes = nodes_of(kept)
    ads, sets, campaigns = ([n for n in nodes if n.level == level] for level in ("ad", "ad set", "campaign"))
    counts = _answer(parts[TREE]).get("counts", {})
    figures = _answer(parts[CAMPAIGNS])
    cheap = len(ads) - MOST_ADS
    return TreeView(
        kept.place,
        _with(campaigns, _with(sets, ads[:MOST_ADS])),
        ", ".join(
            f"{number} {what if number != 1 else what.removesuffix('s')}" for what, number in counts.items()
        ),
        str(figures.get("period") or "").replace(PERIOD, PERIOD_SAID),
        str(figures.get("results_are") or ""),
        age_of(kept.place, (parts[name] for name in (TREE, CAMPAIGNS, ADSETS, ADS)), now),
        (*_left_out(parts), *([f"{counted(cheap, 'ad')} that spent less: not shown"] if cheap > 0 else [])),
    )


def nodes_of(kept: Kept) -> list[Node]:
    """Every campaign, ad set and ad that is kept, what spends most first, without its children."""
    verdicts = {row["id"]: row for row in _rows(kept.parts.get(REVIEW))}
    figures = {
        level: {str(row.get(IDS[level])): row for row in _rows(kept.parts.get(part))}
        for level, part in FIGURES.items()
    }
    rows = _rows(kept.parts.get(TREE))
    nodes = [
        _node(row, figures[row["level"]].get(row["id"], {}), verdicts.get(row["id"], {})) for row in rows
    ]
    return sorted(nodes, key=_dearest)


def _node(row: Mapping[str, Any], seen: Mapping[str, Any], verdict: Mapping[str, Any]) -> Node:
    return Node(
        row["level"],
        row["id"],
        str(row.get("name") or row["id"]),
        str(row["now"]),
        row["now"] == "running",
        _budget(row),
        _figure(seen, "spend"),
        _figure(seen, "results"),
        _figure(seen, "cost_per_result"),
        _figure(seen, "link_ctr"),
        decision=str(verdict.get("decision") or ""),
        reason=str(verdict.get("reason") or ""),
        above=str(row.get("ad_set_id") or row.get("campaign_id") or ""),
    )


def _budget(row: Mapping[str, Any]) -> str:
    for field, per in (("daily_budget", " a day"), ("lifetime_budget", " in all")):
        if amount := str(row.get(field) or ""):
            return f"{grouped(amount)}{per}"
    return ""


def _figure(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "–" if value is None else grouped(str(value))


def _dearest(node: Node) -> tuple[Decimal, bool, str]:
    spent = Decimal(node.spend.replace(",", "")) if node.spend != "–" else Decimal(0)
    return -spent, not node.runs, node.name


def _with(parents: Iterable[Node], children: Iterable[Node]) -> tuple[Node, ...]:
    below: dict[str, list[Node]] = {}
    for child in children:
        below.setdefault(child.above, []).append(child)
    return tuple(replace(parent, children=tuple(below.get(parent.id, ()))) for parent in parents)


def _left_out(parts: Mapping[str, Part | None]) -> Iterable[str]:
    words = {TREE: "campaigns, ad sets and ads", REVIEW: "verdicts"}
    for name, part in parts.items():
        if left := _answer(part).get("rows_left_out"):
            yield f"{words.get(name, name)}: {left}"


def _answer(part: Part | None) -> Mapping[str, Any]:
    return part.answer if part else {}


def _rows(part: Part | None) -> list[dict[str, Any]]:
    return list(_answer(part).get("rows", ()))
