"""The judgement: which ads to pause, watch, keep or scale, with the numbers that say so."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field

from tools import objects
from tools.analysis.rows import AdInfo, parse_row
from tools.analysis.verdicts import Criteria, Review, Verdict, review
from tools.changes import Effect, Level
from tools.get_insights import figures
from tools.graph import Stream
from tools.insights import Period, fetch, query
from tools.objects import AdObject
from tools.tool import Context, Evidence, Result, Tool, ToolError, listed

DEFAULT_PRESET = "last_30d"
LONGEST_ANSWER = 5500
REASONED = 10
"""As many pauses come with name and reason; of more, which only a raised limit allows, the id is enough."""
MOST_PAUSES = 50
ADS_PAGE, DAYS_PAGE = 500, 5000
"""Large on purpose: where Meta finds a page too large, it is asked for half of it."""
LONGEST_NAME = 80
FIELDS = ("ad_id", "spend", "impressions", "inline_link_clicks", "actions", "action_values")
ORDER = ("pause", "scale", "watch", "too early", "keep", "not judged")


class ReviewInput(Period):
    scope: str = Field(default="", description="campaign or ad set: id or (part of) name; empty = all")


def run(args: ReviewInput, ctx: Context) -> Result:
    event = ctx.brand.conversion_event or "purchase"
    listing, rows = _read(args, ctx)
    found = [objects.parse("ad", row) for row in listing]
    ctx.remember(found)
    ads, within = _scoped(found, args.scope)
    if within:
        rows = fetch(ctx, "ad", args.params(DEFAULT_PRESET), fields=FIELDS, within=within, time_increment=1)
    result = review(
        [_info(ad) for ad in ads],
        (parse_row(row, event) for row in rows),
        _criteria(ctx),
        today=ctx.now().astimezone(ctx.account.zone).date(),
        currency=ctx.account.currency,
        event=event,
        decimals=ctx.account.decimals,
    )
    _remember(ctx, result)
    content = {
        "period": args.said(DEFAULT_PRESET),
        "complete": f"{listing.said('ads')}; {rows.said('daily rows')}",
        **_fitting(ctx, result),
        "full_table": ctx.save("review", [_row(v, ctx) for v in _ordered(result.verdicts)]),
    }
    scope = {"scope": _scope_said(ads, within), "ads_in_scope": len(ads)} if args.scope else {}
    protected = {v.ad.ad_id for v in result.verdicts if ctx.brand.is_protected(*_names(v.ad))}
    details = {"review": result, "currency": ctx.account.currency, "protected": protected}
    return Result(scope | content, details)


def _read(args: ReviewInput, ctx: Context) -> tuple[Stream, Stream]:
    """The ads and, unless only a part of them is asked for, their days; the first pages of both in one request."""
    path = f"{ctx.account.id}/ads"
    asked = {"fields": objects.FIELDS["ad"], "summary": "true"}
    if args.scope:
        (ads,) = ctx.graph.lists((path, ADS_PAGE, asked))
        return ads, ads
    days_path, days = query(ctx, "ad", args.params(DEFAULT_PRESET), fields=FIELDS, time_increment=1)
    ads, rows = ctx.graph.lists((path, ADS_PAGE, asked), (days_path, DAYS_PAGE, days))
    return ads, rows


def _scoped(ads: list[AdObject], scope: str) -> tuple[list[AdObject], dict[Level, list[str]]]:
    """The ads below the campaigns or ad sets that `scope` names. Raises ToolError when it names none."""
    if not scope:
        return ads, {}
    by_level: tuple[Level, ...] = ("campaign", "adset")
    wanted = scope.casefold()
    for whole in (True, False):
        for level in by_level:
            ids = {i for ad in ads for i, name in [_group(ad, level)] if _fits(wanted, i, name, whole=whole)}
            if ids:
                return [ad for ad in ads if _group(ad, level)[0] in ids], {level: sorted(ids)}
    names = sorted({_group(ad, level)[1] for ad in ads for level in by_level})
    there = listed(names, most=20) or "none with ads"
    raise ToolError(f"No campaign or ad set is called {scope!r}. There are: {there}.")


def _group(ad: AdObject, level: Level) -> tuple[str, str]:
    """Id and name of the campaign or ad set an ad belongs to."""
    parent = ad.campaign if level == "campaign" else ad.adset
    return str(ad.row.get(f"{level}_id")), str(parent.get("name"))


def _fits(wanted: str, group_id: str, name: str, *, whole: bool) -> bool:
    return wanted in (group_id, name.casefold()) if whole else wanted in name.casefold()


def _scope_said(ads: Sequence[AdObject], within: Mapping[Level, list[str]]) -> str:
    """What the scope turned out to mean: a part of a name may fit more than was in mind."""
    (level,) = within
    names = sorted({_group(ad, level)[1] for ad in ads})
    return f"{objects.NOUNS[level]} {listed(names, most=10)}"


def _info(ad: AdObject) -> AdInfo:
    created = str(ad.row.get("created_time") or "")[:10]
    goal = ad.adset.get("optimization_goal")
    return AdInfo(
        ad_id=ad.id,
        name=ad.name,
        adset_id=str(ad.row.get("adset_id")),
        adset_name=str(ad.adset.get("name") or ""),
        campaign_id=str(ad.row.get("campaign_id")),
        campaign_name=str(ad.campaign.get("name") or ""),
        status=ad.status,
        effective_status=ad.effective_status,
        optimization_goal=str(goal) if goal else None,
        learning=ad.learning,
        created=date.fromisoformat(created) if created else None,
    )


def _criteria(ctx: Context) -> Criteria:
    brand, currency = ctx.brand, ctx.account.currency
    return Criteria(
        target_cpa=brand.target_cpa.money(currency).major if brand.target_cpa else None,
        target_roas=brand.target_roas,
        min_ctr=brand.min_ctr,
        max_cpc=brand.max_cpc.money(currency).major if brand.max_cpc else None,
    )


def _remember(ctx: Context, result: Review) -> None:
    """Keep the evidence, so that a change carries the computed reason and not the model's words."""
    for verdict in result.verdicts:
        daily = int(verdict.judged.spend * ctx.account.offset / verdict.days) if verdict.days else None
        judged = verdict.probability_worse is not None
        ctx.evidence[verdict.ad.ad_id] = Evidence(verdict.reason, daily if judged else None)


def _fitting(ctx: Context, result: Review) -> dict[str, Any]:
    """The longest summary that is short enough for a model."""
    for shown in (12, 8, 5, 3, 1):
        content = _summary(ctx, result, shown)
        if len(json.dumps(content, ensure_ascii=False)) <= LONGEST_ANSWER:
            break
    return content | {"shown": f"at most {shown} per list other than pause"}


def _summary(ctx: Context, result: Review, shown: int) -> dict[str, Any]:
    """Counts, totals and the ads that matter; pauses leave out protected ads and keep to the limit."""
    brand, most = ctx.brand, min(ctx.brand.max_pauses_per_run, MOST_PAUSES)
    bad = [v for v in result.verdicts if v.decision == "pause"]
    shields = {v.ad.ad_id: brand.is_protected(*_names(v.ad)) for v in bad}
    pauses = [v for v in bad if not shields[v.ad.ad_id]]
    content: dict[str, Any] = {
        "counts": dict(Counter(v.decision for v in result.verdicts)),
        "totals": figures(result.totals, ctx.account.decimals) | {"currency": ctx.account.currency},
        "assumptions": list(result.assumptions),
        "pause": [_reasoned(v) for v in pauses[: min(most, REASONED)]]
        + [{"id": v.ad.ad_id} for v in pauses[REASONED:most]],
    }
    if chosen := pauses[:most]:
        good = sum(1 - (v.probability_worse or 0) for v in chosen)
        content["pause_expected_good"] = f"{good:.2f} of {len(chosen)} are expected to be good ads after all"
    if len(pauses) > most:
        content["pause_later"] = f"{len(pauses) - most} more; one run pauses at most {most}"
    if kept := [v for v in bad if shields[v.ad.ad_id]]:
        content["protected"] = [_brief(v, ctx) | {"protected_by": shields[v.ad.ad_id]} for v in kept[:shown]]
    return content | _others(ctx, result, shown)


def _others(ctx: Context, result: Review, shown: int) -> dict[str, Any]:
    """The other decisions that call for a look: the best winners, and of the rest whatever spends most."""
    content: dict[str, Any] = {}
    for decision in ("scale", "watch", "too early"):
        rows = [v for v in result.verdicts if v.decision == decision]
        if decision == "scale":
            rows.sort(key=lambda v: v.judged.cpa or v.judged.cpc or 0)
        else:
            rows.sort(key=lambda v: -v.totals.spend)
        if rows:
            content[decision.replace(" ", "_")] = [_brief(v, ctx) for v in rows[:shown]]
    return content


def _reasoned(verdict: Verdict) -> dict[str, Any]:
    return {"id": verdict.ad.ad_id, "name": _short(verdict.ad.name), "reason": verdict.reason}


def _brief(verdict: Verdict, ctx: Context) -> dict[str, Any]:
    seen = figures(verdict.totals, ctx.account.decimals)
    kept = {name: seen[name] for name in ("spend", "results", "cost_per_result") if name in seen}
    return {"id": verdict.ad.ad_id, "name": _short(verdict.ad.name)} | kept


def _row(verdict: Verdict, ctx: Context) -> dict[str, Any]:
    """One ad in the full table."""
    ad, worse = verdict.ad, verdict.probability_worse
    row = {"id": ad.ad_id, "name": ad.name, "ad_set": ad.adset_name, "campaign": ad.campaign_name}
    row |= {"decision": verdict.decision, "reason": verdict.reason}
    chance = {} if worse is None else {"p_worse": f"{worse:.2f}"}
    return row | figures(verdict.totals, ctx.account.decimals) | chance


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _names(ad: AdInfo) -> tuple[str, ...]:
    return (ad.ad_id, ad.adset_id, ad.campaign_id, ad.name, ad.adset_name, ad.campaign_name)


def _ordered(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda v: ORDER.index(v.decision))


TOOL = Tool(
    name="review_performance",
    description=(
        "Judge ads by evidence: pause (underperforming), watch, keep, scale (winners) or too early. Use it before"
        f" pausing for performance; the ids under pause are for set_status. Default {DEFAULT_PRESET}."
    ),
    Input=ReviewInput,
    effect=Effect.READ,
    run=run,
)
