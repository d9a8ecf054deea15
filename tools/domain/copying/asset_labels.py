"""Labels that tie the assets of a feed to its rules: which placement or language shows which of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tools.domain.copying.creative_shapes import LABELS
from tools.domain.text import listed
from tools.domain.tool import ToolError

Asset = dict[str, Any]


def rules_of(feed: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rules and groups of a feed, which name its assets by label."""
    return [
        row
        for name in ("asset_customization_rules", "groups")
        for row in feed.get(name) or []
        if isinstance(row, Mapping)
    ]


def lacking(feed: Mapping[str, Any]) -> str:
    """Labels that a rule asks for and no asset carries, or nothing: Meta refuses such a feed (100/2446173)."""
    found = []
    for number, rule in enumerate(rules_of(feed), 1):
        for key, kinds in LABELS.items():
            wanted = _name(rule.get(key))
            rows = [row for kind in kinds for row in feed.get(kind) or []]
            if wanted and not (rows and all(isinstance(row, str) for row in rows)):
                carried = {label for row in rows for label in names_of(row)}
                found += [] if wanted in carried else [f"rule {number} asks for the {_plain(key)} “{wanted}”"]
    return listed(found, most=4)


def names_of(asset: Any) -> Iterator[str]:
    """The labels of an asset."""
    labels = asset.get("adlabels") if isinstance(asset, Mapping) else None
    yield from filter(None, map(_name, labels or []))


def by_name(labels: Iterable[Any]) -> list[dict[str, str]]:
    """Labels as they are written: by name, without the id that Meta shows beside it."""
    return [{"name": name} for label in labels if (name := _name(label))]


def in_place_of(feed: Mapping[str, Any], kind: str, new: Sequence[Asset]) -> list[Asset]:
    """New assets with the labels of those they replace, so that every rule finds its own.

    One stands in for all; as many as before take their places in order. Raises ToolError for any other number.
    """
    old = list(feed.get(kind) or [])
    labels = [list(names_of(row)) for row in old]
    if not rules_of(feed):
        return [dict(asset) for asset in new]
    if len(new) == 1:
        every = list(dict.fromkeys(label for row in labels for label in row))
        return [_labelled(new[0], every)]
    if len(new) == len(old) and all(labels):
        return [_labelled(asset, own) for asset, own in zip(new, labels, strict=True)]
    told = "; ".join(f"{number}: {', '.join(own) or 'any'}" for number, own in enumerate(labels, 1))
    several = f", or {len(old)} in the order of its labels ({told})" if old and all(labels) else ""
    raise ToolError(
        f"This ad has rules for which placement or language shows which of its {kind}; give one for all{several}."
    )


def _labelled(asset: Asset, names: Sequence[str]) -> Asset:
    return asset | ({"adlabels": [{"name": name} for name in names]} if names else {})


def _name(label: Any) -> str:
    if isinstance(label, Mapping):
        return str(label.get("name") or "")
    return label if isinstance(label, str) else ""


def _plain(key: str) -> str:
    return key.replace("_", " ")
