"""What has the name of something new already, in the place where that is to be made: read when it is proposed and before it is sent.

So two equal proposals, or one that somebody carried out by hand meanwhile, do not end in two of the same.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tools.domain import objects
from tools.domain.changes import Change, Level
from tools.domain.naming.matching import folded
from tools.domain.objects import NOUNS
from tools.domain.text import marked
from tools.graph import GraphReader

NAMESAKES = "namesakes"
_ABOVE: dict[str, Level] = {"adset_id": "adset", "campaign_id": "campaign"}
_RULES = "adrules_library"
_MARK = re.compile(r" \[adsteward:[0-9a-f]+\]$")
_FIELDS = {"ads": "id,name,adset_id,adlabels", "adsets": "id,name,campaign_id,adlabels"}


def namesakes(graph: GraphReader, account: str, changes: Sequence[Change]) -> dict[str, dict[str, str]]:
    """By change, the fact which others have its name where it is to be made; of what goes into something new, none.

    A request for each kind of thing. Raises GraphFailure.
    """
    wanted = dict[tuple[str, str], list[Change]]()
    for change in changes:
        if edge := _edge(change):
            wanted.setdefault((edge, _parent(change)[0]), []).append(change)
    found = dict[str, dict[str, str]]()
    for (edge, above), those in wanted.items():
        ids = sorted({_parent(change)[1] for change in those})
        narrowed: dict[str, Any] = {"filtering": [objects.within(_ABOVE[above], ids)]} if above else {}
        fields = _FIELDS.get(edge, "id,name" if edge == _RULES else "id,name,adlabels")
        rows = graph.read_all(f"{account}/{edge}", fields=fields, **narrowed).rows
        for change in those:
            place = [row for row in rows if not above or str(row.get(above)) == _parent(change)[1]]
            same = sorted(str(row["id"]) for row in place if _same(row, change))
            found[change.id] = {f"{_place(change)} {NAMESAKES}": " ".join(same)}
    return found


def came_since(change: Change, before: str, after: str, made: set[str]) -> str:
    """That something of its name is there since it was proposed, other than what its own set made; else nothing."""
    new = sorted({*after.split()} - {*before.split()} - made)
    return f"has {_a_noun(change)} of the same name by now ({', '.join(new)})" if new else ""


def there_already(change: Change) -> str:
    """That something had its name when it was proposed, or nothing."""
    ids = change.rests_on.get(f"{_place(change)} {NAMESAKES}", "") if _edge(change) else ""
    named = f"{_place(change)} has {_a_noun(change)} of the same name already"
    return f"Warning: {named}: “{marked(change.name)}” ({', '.join(ids.split())})" if ids else ""


def _a_noun(change: Change) -> str:
    noun = NOUNS[change.level] if change.level else "rule"
    return f"{'an' if noun.startswith('a') else 'a'} {noun}"


def same_place_and_name(change: Change) -> tuple[str, ...]:
    """What two changes that make the same thing have in common; nothing for what may be there twice, or goes into something new."""
    return (change.kind, _place(change), folded(change.name)) if _edge(change) else ()


def carries(row: Mapping[str, Any], marker: str) -> bool:
    """Whether a row shows the object that carries a marker, whatever somebody wrote beside it since."""
    texts = str(row.get("description")), str(row.get("name"))
    if marker and (marker in texts[0] or f"[{marker}]" in texts[1]):
        return True
    labels = row.get("adlabels") or []
    if isinstance(labels, dict):
        labels = labels.get("data") or []
    return any(isinstance(label, dict) and label.get("name") == marker for label in labels)


def _edge(change: Change) -> str:
    """The list in which others of its kind stand, for what could spend or act by itself and has a place already."""
    if not (change.creates and change.row.must_be_paused and change.row.listed):
        return ""
    placed = not change.row.listed.parent or _parent(change)[0]
    return change.row.listed.edge if placed else ""


def _parent(change: Change) -> tuple[str, str]:
    """The parameter that names what it goes into, and its id; nothing of both where it is not made yet, or is the account."""
    parent = change.row.listed.parent if change.row.listed else ""
    value = change.request.params.get(parent)
    return (parent, value) if isinstance(value, str) else ("", "")


def _place(change: Change) -> str:
    above, parent = _parent(change)
    return f"{NOUNS[_ABOVE[above]]} {parent}" if above else f"account {change.account}"


def _same(row: Mapping[str, Any], change: Change) -> bool:
    name = _MARK.sub("", str(row.get("name") or ""))
    return folded(name) == folded(change.name) and not carries(row, change.marker)
