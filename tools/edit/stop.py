"""The emergency brake: pauses what adsteward itself started or raised, or everything, before any analysis."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import Field

from tools.domain import objects
from tools.domain.changes import Change, Effect, Request, Spend, raises_spend
from tools.domain.objects import AdObject
from tools.domain.settings.ad_statuses import may_spend
from tools.domain.text import listed
from tools.domain.tool import Applied, Context, Input, Proposal, Tool, object_id

UNREAD = "stop waits for no figures"
INCLUDED = "say `stop protected` to pause them, too, with everything else that can spend"


class StopInput(Input):
    hours: int = Field(default=24, strict=True, ge=1, le=168)
    reach: Literal["own", "all", "protected"] = "own"
    """What adsteward started; whatever can spend; that and what stack.md protects, which the person names in so many words."""


@dataclass(frozen=True, slots=True)
class Brake:
    """One thing to pause, with the ads under it."""

    obj: AdObject
    why: str
    reach: Literal["own", "all"]
    ads: Sequence[AdObject] = ()

    def shielded(self, ctx: Context) -> bool:
        """Whether stack.md protects it, or an ad under it."""
        return any(ctx.brand.is_protected(*o.names) for o in (self.obj, *self.ads))


def run(args: StopInput, ctx: Context) -> Proposal:
    pulled, kept = list(_own(args, ctx) if args.reach == "own" else _everything(ctx)), list[str]()
    if args.reach != "protected":
        parts = [part for brake in pulled for part in _split(ctx, brake)]
        pulled = [part for part in parts if not part.shielded(ctx)]
        kept = [part.obj.name for part in parts if part.shielded(ctx)]
    changes = tuple(_pause(ctx, brake, index) for index, brake in enumerate(pulled))
    by = f"protected by {ctx.brand.file('protect')}"
    if named := _protected(ctx, pulled) if args.reach == "protected" else []:
        return Proposal(changes, f"{by}, and paused all the same: {listed(named)}")
    if kept:
        return Proposal(changes, f"{by}, still running: {listed(kept)}; {INCLUDED}")
    return Proposal(changes, "" if changes else _nothing(args, ctx))


def _protected(ctx: Context, pulled: Sequence[Brake]) -> list[str]:
    """The names of what stack.md protects among all that would stop."""
    everything = (thing for brake in pulled for thing in (brake.obj, *brake.ads))
    return [thing.name for thing in everything if ctx.brand.is_protected(*thing.names)]


def _own(args: StopInput, ctx: Context) -> Iterator[Brake]:
    """What adsteward started in the last hours and runs."""
    started = _started(args, ctx)
    found = objects.find(ctx.graph, ctx.account.id, started) if started else {}
    active = [obj for obj in found.values() if obj.status == "ACTIVE"]
    under = objects.below(ctx.graph, ctx.account.id, active)
    for obj in active:
        why = f"stop: {started[obj.id].change.row.deed} in the last {args.hours} h"
        yield Brake(obj, why, "own", under.get(obj.id, ()))


def _everything(ctx: Context) -> Iterator[Brake]:
    """The campaigns under which an ad can spend, or will when Meta has reviewed it."""
    listing = ctx.graph.read_all(f"{ctx.account.id}/campaigns", fields=objects.FIELDS["campaign"])
    active = [obj for row in listing.rows if (obj := objects.parse("campaign", row)).status == "ACTIVE"]
    under = objects.below(ctx.graph, ctx.account.id, active)
    for campaign in active:
        if any(map(_can_spend, ads := under.get(campaign.id, []))):
            yield Brake(campaign, "stop: everything that can spend", "all", ads)


def _split(ctx: Context, brake: Brake) -> Iterator[Brake]:
    """The thing itself, or what is in it, where a part of that is protected: then the rest is paused by itself."""
    if not brake.shielded(ctx) or brake.obj.level == "ad":
        yield brake
        return
    if brake.obj.level == "adset":
        yield from (Brake(ad, brake.why, brake.reach) for ad in brake.ads if _can_spend(ad))
        return
    by_adset = dict[str, list[AdObject]]()
    for ad in brake.ads:
        by_adset.setdefault(str(ad.row.get("adset_id")), []).append(ad)
    for adset_id, ads in by_adset.items():
        if any(map(_can_spend, ads)):
            yield from _split(ctx, Brake(_adset_of(adset_id, ads[0]), brake.why, brake.reach, ads))


def _adset_of(adset_id: str, ad: AdObject) -> AdObject:
    """The ad set of an ad, as far as an ad's own row tells."""
    row = {"id": adset_id, "campaign_id": ad.row.get("campaign_id"), "campaign": ad.campaign} | ad.adset
    return objects.parse("adset", row)


def _can_spend(ad: AdObject) -> bool:
    return ad.status == "ACTIVE" and not ad.paused_parent


def _pause(ctx: Context, brake: Brake, index: int) -> Change:
    obj, shielded = brake.obj, brake.shielded(ctx)
    return ctx.change(
        "set_status",
        Effect.STOP_SPEND,
        index=index,
        **obj.about,
        below=tuple(part for ad in brake.ads for part in (ad.id, ad.name)),
        stops=sum(may_spend(ad.effective_status) for ad in brake.ads) if brake.ads else 1,
        request=Request(path=obj.id, params={"status": "PAUSED"}),
        before={"status": obj.status},
        after={"status": "PAUSED"},
        spend=Spend(daily_minor=None, currency=ctx.account.currency, note=UNREAD),
        reason=brake.why,
        undo_note="set back to ACTIVE",
        emergency=True,
        reach="protected" if shielded else brake.reach,
    )


def started_spend(applied: Applied) -> bool:
    """Whether this change could have made the account spend more, or on other content: activated, created, raised, refreshed."""
    change = applied.change
    return raises_spend(change) or change.row.must_be_paused or change.effect is Effect.CHANGE_CONTENT


def _started(args: StopInput, ctx: Context) -> Mapping[str, Applied]:
    """What adsteward started in the last hours, by the id of the object."""
    since = ctx.now() - timedelta(hours=args.hours)
    sent = ctx.ledger.sent_since(ctx.account.id, since)
    return {object_id(a): a for a in sent if started_spend(a) and not a.undone}


def _nothing(args: StopInput, ctx: Context) -> str:
    if args.reach != "own":
        return "nothing can spend: no ad is active in an active ad set and campaign"
    if started := len(_started(args, ctx)):
        return f"what adsteward started in the last {args.hours} h ({started}) is paused or gone already"
    return f"adsteward started and raised nothing in the last {args.hours} h"


TOOL = Tool(
    name="stop",
    description="Emergency brake: pause what adsteward started (own), all that spends, or protected ads too.",
    Input=StopInput,
    effect=Effect.STOP_SPEND,
    run=run,
    words="Panic, kill switch, halt spend, pause everything.",
)
