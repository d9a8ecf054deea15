"""Checks against the account, in two requests: ad sets, pages, names that are taken, pictures that are there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tools.create.launch.findings import Findings, Sourced
from tools.create.launch.fit import check_fit
from tools.create.launch.pictures import Album
from tools.create.launch.wanted import Wanted
from tools.domain import objects
from tools.domain.objects import AdObject
from tools.domain.references import require_one
from tools.domain.text import counted, listed
from tools.domain.tool import Context, ToolError
from tools.graph import UNREADABLE, GraphError, ListCall, is_digits

ADS_PER_SET = 50
"""Ads that an ad set may hold, besides archived ones (docs/graph-api.md §6)."""
CHUNK = 50
_ADSET = (
    "id,name,status,effective_status,campaign_id,optimization_goal,destination_type,is_dynamic_creative,"
    "promoted_object,campaign{name,status,objective,special_ad_categories}"
)


@dataclass(slots=True)
class View:
    """What the account has of what a launch needs."""

    adsets: dict[str, AdObject] = field(default_factory=dict)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)
    """Ids of ads by ad set and name without case."""
    library: set[str] = field(default_factory=set)
    """Hashes of the pictures it has."""
    pages: dict[str, str] | None = None
    """Names by id; None when this token may not list them."""


def name_adsets(ads: Sequence[Wanted], ctx: Context, findings: Findings) -> None:
    """Give ad sets that were written by name their ids; an unclear name goes to `findings`, once. Raises GraphFailure."""
    told = dict[str, str]()
    for ad in ads:
        text = ad.text("adset_id")
        if not text or is_digits(text):
            continue
        if text not in told:
            try:
                told[text] = require_one(ctx, text, ("adset",)).id
            except ToolError as error:
                told[text] = ""
                findings.error(ad.place_of("adset_id"), str(error))
        if told[text]:
            ad.fields["adset_id"] = Sourced(told[text], ad.place_of("adset_id"))


def look(ads: Sequence[Wanted], album: Album, ctx: Context) -> View:
    """Read what the checks need. Raises GraphFailure."""
    account = ctx.account.id
    sets = sorted({text for ad in ads if is_digits(text := ad.text("adset_id"))})
    hashes = {picture.upload.graph_hash for picture in album.by_path.values()}
    hashes |= {source.value for ad in ads for kind, source in ad.images() if kind == "hash"}
    set_calls = [
        ListCall(f"{account}/adsets", CHUNK, {"fields": _ADSET, "filtering": [objects.within("adset", ids)]})
        for ids in _chunks(sets)
    ]
    ad_calls = [
        ListCall(
            f"{account}/ads",
            200,
            {"fields": "id,name,adset_id,effective_status", "filtering": [objects.within("adset", ids)]},
        )
        for ids in _chunks(sets)
    ]
    image_calls = [
        ListCall(f"{account}/adimages", CHUNK, {"hashes": ids, "fields": "hash"})
        for ids in _chunks(sorted(hashes))
    ]
    found = ctx.graph.lists(*set_calls, *ad_calls, *image_calls)
    view = View(pages=_pages(ctx))
    for stream in found[: len(set_calls)]:
        view.adsets |= {str(row["id"]): objects.parse("adset", row) for row in stream}
    for stream in found[len(set_calls) : len(set_calls) + len(ad_calls)]:
        for row in stream:
            view.taken[str(row.get("adset_id")), str(row.get("name") or "").casefold()] = str(row["id"])
    for stream in found[len(set_calls) + len(ad_calls) :]:
        view.library |= {str(row.get("hash")) for row in stream}
    return view


def check_account(ads: Sequence[Wanted], view: View, ctx: Context, findings: Findings) -> None:
    """All that the account tells against the ads; every problem goes to `findings`."""
    if ctx.account.problem:
        findings.error(ctx.account.id, ctx.account.problem)
    for ad in ads:
        _check_ids(ad, view, ctx, findings)
    for adset_id, mine in _by_adset(ads).items():
        if adset := view.adsets.get(adset_id):
            _check_room(adset, mine, view, findings)
            check_fit(adset, mine, findings)
    _check_guardrails(ads, view, ctx, findings)


def _check_ids(ad: Wanted, view: View, ctx: Context, findings: Findings) -> None:
    adset_id, page_id = ad.text("adset_id"), ad.text("page_id")
    if is_digits(adset_id) and adset_id not in view.adsets:
        said = f"{adset_id} is no ad set of {ctx.account.id} (or it is archived)"
        findings.error(ad.place_of("adset_id"), said)
    if is_digits(page_id) and view.pages is not None and page_id not in view.pages:
        have = listed([f"{i} ({name})" for i, name in view.pages.items()]) or "none"
        said = f"{page_id} is no page that {ctx.account.id} can advertise for; there is {have}"
        findings.error(ad.place_of("page_id"), said)
    if view.pages is None and page_id:
        findings.note(ad.place_of("page_id"), "this token may not list pages, so the page was not checked")
    if known := view.taken.get((adset_id, ad.name.casefold())):
        findings.error(
            ad.place.below("name"),
            f"the ad set has an ad of this name already ({known}); choose another name",
        )
    for kind, source in ad.images():
        if kind == "hash" and source.value not in view.library:
            said = (
                f"{source.value[:60]} is not in the image library of {ctx.account.id}; give the file instead"
            )
            findings.error(source.place, said)


def _check_room(adset: AdObject, ads: Sequence[Wanted], view: View, findings: Findings) -> None:
    have = sum(1 for adset_id, _ in view.taken if adset_id == adset.id)
    place, name = ads[0].place_of("adset_id"), f"{adset.name} ({adset.id})"
    if have + len(ads) > ADS_PER_SET:
        said = f"{name} has {counted(have, 'ad')} and is to get {len(ads)}; an ad set holds {ADS_PER_SET}"
        findings.error(place, f"{said}: use several ad sets")
    if adset.row.get("is_dynamic_creative") is True and have + len(ads) > 1:
        said = f"{name} has dynamic creative and takes one ad; it has {have} and is to get {len(ads)}"
        findings.error(place, f"{said}: put each into an ad set of its own")


def _check_guardrails(ads: Sequence[Wanted], view: View, ctx: Context, findings: Findings) -> None:
    for ad in ads:
        adset = view.adsets.get(ad.text("adset_id"))
        if pattern := ctx.brand.is_protected(*(adset.names if adset else ()), ad.name):
            findings.error(
                ad.place, f"it is protected by {ctx.brand.file('protect')} ({pattern})", guarded=True
            )


def _pages(ctx: Context) -> dict[str, str] | None:
    """The pages the account can advertise for; None when the token may not list them. Raises GraphFailure."""
    try:
        rows = ctx.graph.read_all(f"{ctx.account.id}/promote_pages", fields="id,name").rows
    except GraphError as error:
        if error.family in UNREADABLE and not error.ends_the_run:
            return None
        raise
    return {str(row["id"]): str(row.get("name") or "") for row in rows}


def _chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    return (items[i : i + CHUNK] for i in range(0, len(items), CHUNK))


def _by_adset(ads: Sequence[Wanted]) -> dict[str, list[Wanted]]:
    found: dict[str, list[Wanted]] = {}
    for ad in ads:
        found.setdefault(ad.text("adset_id"), []).append(ad)
    return found
