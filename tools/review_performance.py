"""The judgement: which ads to pause, watch, keep or scale, with the numbers that say so."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field

from tools import objects
from tools.analysis.rows import AdInfo, parse_row
from tools.analysis.verdicts import Criteria, Review, Verdict, review
from tools.changes import Effect, Level
from tools.get_insights import figures
from tools.insights import Period, fetch
from tools.objects import AdObject
from tools.tool import Context, Evidence, Result, Tool, ToolError, listed

DEFAULT_PRESET = "last_30d"
SHOWN_PER_DECISION = 12
FIELDS = ("ad_id", "spend", "impressions", "inline_link_clicks", "actions", "action_values")
ORDER = ("pause", "scale", "watch", "too early", "keep", "not judged")


class ReviewInput(Period):
    scope: str = Field(
        default="", description="id or part of the name of a campaign or ad set; empty = account"
    )


def run(args: ReviewInput, ctx: Context) -> Result:
    event = ctx.brand.conversion_event or "purchase"
    listing = ctx.graph.read_all(f"{ctx.account.id}/ads", fields=objects.FIELDS["ad"], summary="true")
    ads, within = _scoped([objects.parse("ad", row) for row in listing.rows], args.scope)
    rows = fetch(ctx, "ad", args.params(DEFAULT_PRESET), fields=FIELDS, within=within, time_increment=1)
    result = review(
        [_info(ad) for ad in ads],
        [parse_row(row, event) for row in rows.rows],
        _criteria(ctx),
        today=ctx.now().astimezone(ctx.account.zone).date(),
        currency=ctx.account.currency,
        event=event,
        decimals=0 if ctx.account.offset == 1 else 2,
    )
    _remember(ctx, result)
    content = {
        "period": args.said(DEFAULT_PRESET),
        "complete": f"{listing.said('ads')}; {rows.said('daily rows')}",
        **({"scope": args.scope, "ads_in_scope": len(ads)} if args.scope else {}),
        **_summary(ctx, result),
    }
    return Result(content | {"full_table": _save(ctx, result)}, {"review": result})


def _scoped(ads: list[AdObject], scope: str) -> tuple[list[AdObject], dict[Level, list[str]]]:
    """The ads below the campaigns or ad sets that `scope` names. Raises ToolError when it names none."""
    if not scope:
        return ads, {}
    by_level: tuple[Level, ...] = ("campaign", "adset")
    for level in by_level:
        ids = sorted({str(ad.row[f"{level}_id"]) for ad in ads if _named(ad, level, scope)})
        if ids:
            return [ad for ad in ads if str(ad.row[f"{level}_id"]) in ids], {level: ids}
    names = sorted({str(part.get("name")) for ad in ads for part in (ad.campaign, ad.adset)})
    raise ToolError(f"No campaign or ad set is called {scope!r}. There are: {listed(names, most=20)}.")


def _named(ad: AdObject, level: Level, scope: str) -> bool:
    name = (ad.campaign if level == "campaign" else ad.adset).get("name")
    return str(ad.row[f"{level}_id"]) == scope or scope.casefold() in str(name).casefold()


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
        per_day = verdict.totals.spend / verdict.days if verdict.days else Decimal(0)
        ctx.evidence[verdict.ad.ad_id] = Evidence(verdict.reason, int(per_day * ctx.account.offset))


def _summary(ctx: Context, result: Review) -> dict[str, Any]:
    """Counts, totals and the ads that matter; pauses leave out protected ads and keep to the limit."""
    brand = ctx.brand
    protected = {
        v.ad.ad_id: pattern for v in result.verdicts if (pattern := brand.is_protected(*_names(v.ad)))
    }
    pauses = [v for v in result.verdicts if v.decision == "pause" and v.ad.ad_id not in protected]
    chosen = pauses[: brand.max_pauses_per_run]
    content: dict[str, Any] = {
        "counts": dict(Counter(v.decision for v in result.verdicts)),
        "totals": figures(result.totals) | {"currency": ctx.account.currency},
        "assumptions": list(result.assumptions),
        "pause": [_row(v) for v in chosen],
    }
    if chosen:
        good = sum(1 - (v.probability_worse or 0) for v in chosen)
        content["pause_expected_good"] = f"{good:.2f} of {len(chosen)} are expected to be good ads after all"
    if len(pauses) > len(chosen):
        content["pause_later"] = (
            f"{len(pauses) - len(chosen)} more, over max_pauses_per_run {brand.max_pauses_per_run}"
        )
    kept = [v for v in result.verdicts if v.decision == "pause" and v.ad.ad_id in protected]
    if kept:
        content["protected"] = [_row(v) | {"protected_by": protected[v.ad.ad_id]} for v in kept]
    for decision in ("scale", "watch", "too early"):
        rows = [v for v in result.verdicts if v.decision == decision]
        if rows:
            content[decision.replace(" ", "_")] = [_row(v) for v in rows[:SHOWN_PER_DECISION]]
    return content


def _names(ad: AdInfo) -> tuple[str, ...]:
    return (ad.ad_id, ad.adset_id, ad.campaign_id, ad.name, ad.adset_name, ad.campaign_name)


def _row(verdict: Verdict) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": verdict.ad.ad_id,
        "name": verdict.ad.name,
        "ad_set": verdict.ad.adset_name,
        "spend": f"{verdict.totals.spend:.2f}",
        "results": int(verdict.totals.results),
        "reason": verdict.reason,
    }
    if verdict.totals.cpa is not None:
        row["cost_per_result"] = f"{verdict.totals.cpa:.2f}"
    if verdict.probability_worse is not None:
        row["p_worse"] = f"{verdict.probability_worse:.2f}"
    return row


def _save(ctx: Context, result: Review) -> str:
    ctx.results_dir.mkdir(parents=True, exist_ok=True)
    path = ctx.results_dir / f"review-{ctx.run_id}-{ctx.call_id or 'call'}.json"
    rows = _ordered(result.verdicts)
    table = [_row(v) | {"decision": v.decision, "campaign": v.ad.campaign_name} for v in rows]
    path.write_text(json.dumps(table, indent=1, ensure_ascii=False), encoding="utf-8")
    return str(path)


def _ordered(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda v: ORDER.index(v.decision))


TOOL = Tool(
    name="review_performance",
    description=(
        "Judge all ads by evidence: pause (underperforming), watch, keep, scale (winners) or too early, with reasons."
        f" Use it before pausing for performance. Default {DEFAULT_PRESET}."
    ),
    Input=ReviewInput,
    effect=Effect.READ,
    run=run,
)
