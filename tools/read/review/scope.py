"""What part of the account a review is about: a campaign, an ad set, ads by name, or a label."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from tools.analysis.tally import summed
from tools.analysis.verdicts import Review, expected_good
from tools.domain import objects
from tools.domain.changes import LEVELS, Level
from tools.domain.naming.matching import LABEL, Known, broadest, fitting, is_label, labels_of
from tools.domain.objects import AdObject
from tools.domain.text import listed
from tools.domain.tool import ToolError


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
    known = {one.id: one for ad in ads for one in _groups(ad)}
    found = fitting(wanted, known.values())
    if not found:
        raise ToolError(_nothing(wanted, known))
    if is_label(wanted):
        return _by_adset(_in(ads, found), wanted)
    found = broadest(found)
    level, inside = found[0].level, _in(ads, found)
    # a part of a name may fit more than was in mind, so it is said what it stands for
    said = f"{objects.NOUNS[level]} {listed(sorted({one.name for one in found}), most=10)}"
    if level == "ad":
        return _by_adset(inside, said)
    return Scope(inside, {level: sorted(one.id for one in found)}, said)


def _nothing(wanted: str, known: Mapping[str, Known]) -> str:
    if is_label(wanted):
        return f"No ad, ad set or campaign has the label {wanted[len(LABEL) :].strip()!r}. list_ads shows what there is."
    names = sorted({one.name for one in known.values() if one.level != "ad"})
    there = listed(names, most=20) or "none with ads"
    return f"No campaign, ad set or ad is called {wanted!r}. There are: {there}."


def _in(ads: list[AdObject], found: list[Known]) -> list[AdObject]:
    ids = {one.id for one in found}
    return [ad for ad in ads if ids & {_id(ad, level) for level in LEVELS}]


def _by_adset(ads: list[AdObject], said: str) -> Scope:
    return Scope(ads, {"adset": sorted({_id(ad, "adset") for ad in ads})}, said)


def _id(ad: AdObject, level: Level) -> str:
    return ad.id if level == "ad" else str(ad.row.get(f"{level}_id"))


def _groups(ad: AdObject) -> list[Known]:
    """An ad, and the ad set and the campaign it belongs to."""
    rows = {"ad": ad.row, "adset": ad.adset, "campaign": ad.campaign}
    return [Known(at, _id(ad, at), str(rows[at].get("name")), labels_of(rows[at])) for at in LEVELS]


def of_these(result: Review, ads: Collection[str]) -> Review:
    """The verdicts on these ads alone, with their sums; what they were judged beside stays."""
    verdicts = tuple(v for v in result.verdicts if v.ad.ad_id in ads)
    tallies = {ad_id: tally for ad_id, tally in result.tallies.items() if ad_id in ads}
    return replace(
        result,
        verdicts=verdicts,
        totals=summed(week for tally in tallies.values() for week in tally.weeks.values()),
        expected_good=expected_good(v for v in verdicts if v.decision == "pause"),
        tallies=tallies,
        nothing=tuple(why for why in result.nothing if any(_short(why) in v.reason for v in verdicts)),
    )


def _short(why: str) -> str:
    """The part of why nothing can be judged that stands in an ad's reason."""
    return why.partition(": ")[0].partition(" (")[0]
