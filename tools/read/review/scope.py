"""What part of the account a review is about: a campaign, an ad set, ads by name, or a label."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.domain import objects
from tools.domain.changes import LEVELS, Level
from tools.domain.objects import AdObject
from tools.domain.text import listed
from tools.domain.tool import ToolError

LABEL = "label:"


@dataclass(frozen=True)
class Scope:
    """The ads in scope, the objects their figures are asked for under (many ads by ad set), and that in words."""

    ads: list[AdObject]
    within: Mapping[Level, list[str]]
    said: str


def scoped(ads: list[AdObject], wanted: str) -> Scope:
    """Find what an id, a name, a part of one or `label:NAME` means; whole names go first, then campaigns.

    Raises ToolError when it means nothing.
    """
    if not wanted:
        return Scope(ads, {}, "")
    key = wanted.casefold()
    if key.startswith(LABEL):
        name = key.removeprefix(LABEL).strip()
        if found := [ad for ad in ads if name in _labels(ad)]:
            return _by_adset(found, wanted)
        raise ToolError(f"No ad, ad set or campaign has the label {name!r}. list_ads shows what there is.")
    tests: tuple[Callable[[str, str], bool], ...] = (
        lambda group_id, name: key in (group_id, name.casefold()),
        lambda _, name: key in name.casefold(),
    )
    for fits in tests:
        for level in reversed(LEVELS):
            if found := [ad for ad in ads if fits(*_group(ad, level))]:
                return _found(found, level)
    names = sorted({_group(ad, level)[1] for ad in ads for level in LEVELS if level != "ad"})
    there = listed(names, most=20) or "none with ads"
    raise ToolError(f"No campaign, ad set or ad is called {wanted!r}. There are: {there}.")


def _found(ads: list[AdObject], level: Level) -> Scope:
    """A part of a name may fit more than was in mind, so it is said what it stands for."""
    names = sorted({_group(ad, level)[1] for ad in ads})
    said = f"{objects.NOUNS[level]} {listed(names, most=10)}"
    if level == "ad":
        return _by_adset(ads, said)
    return Scope(ads, {level: sorted({_group(ad, level)[0] for ad in ads})}, said)


def _by_adset(ads: list[AdObject], said: str) -> Scope:
    return Scope(ads, {"adset": sorted({_group(ad, "adset")[0] for ad in ads})}, said)


def _group(ad: AdObject, level: Level) -> tuple[str, str]:
    """Id and name of an ad, or of the campaign or ad set it belongs to."""
    if level == "ad":
        return ad.id, ad.name
    parent = ad.campaign if level == "campaign" else ad.adset
    return str(ad.row.get(f"{level}_id")), str(parent.get("name"))


def _labels(ad: AdObject) -> set[str]:
    """Labels of an ad, its ad set and its campaign, in lower case."""
    rows: Sequence[object] = [
        label for part in (ad.row, ad.adset, ad.campaign) for label in part.get("adlabels") or []
    ]
    return {str(row.get("name")).casefold() for row in rows if isinstance(row, dict)}
