"""The daily check in words: one line a busy person reads at a glance, the figure before the explanation."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from tools.analysis.cases import delivers
from tools.analysis.fatigue import Fatigue
from tools.analysis.pacing import AHEAD_FROM, BEHIND_BELOW, Pace, Pacing, Stretch
from tools.analysis.rows import Totals, totals
from tools.analysis.trend import compare, sparkline, stretches
from tools.analysis.verdicts import Review, Verdict
from tools.domain.text import counted, listed
from tools.read.ad_figures import LAG_DAYS
from tools.read.daily.daily_reads import Reads
from tools.read.daily.daily_text import Words, cap_left, day_said, short
from tools.read.revive import Vindicated

FEW = 5
NEAR = 10
"""Percent from plan that still count as on pace."""


def on_track(words: Words, reads: Reads, pace: Pacing) -> list[str]:
    """Today and the month against what the budgets that run now allow, and the cost against the target."""
    time = f"{words.now:%H:%M}, {pace.today.share * 100:.0f} % of the day"
    if reads.known.stopped:
        spent = words.minor(pace.month.spent_minor)
        return [f"Not judged: {reads.known.stopped}. Spent this month: {spent}"]
    bare = words.bare
    today = f"Today: {bare(pace.today.spent_minor)} of {words.minor(pace.today.whole_minor)} ({time})"
    month = f"Month: {bare(pace.month.spent_minor)} of {words.minor(pace.month.planned_minor)} by now"
    forecast = f", heading for {bare(pace.forecast_minor)} of {bare(pace.month.whole_minor)} by its end"
    found = [f"{today}{pace_said(pace.today)}", f"{month}{pace_said(pace.month)}{forecast}"]
    if pace.cap and not pace.cap.soon:
        found.append(f"Cap: the account's spend cap {cap_left(words, pace)}")
    return found + _against_target(words, reads)


def pace_said(stretch: Stretch) -> str:
    """How far it is from what the budgets of today allow by now, once enough of the stretch is over to tell; within a tenth it is on pace."""
    if stretch.use is None or stretch.share < Decimal("0.1"):
        return ""
    gap = round((stretch.use - 1) * 100)
    far = f"{abs(gap)} % {'more' if gap > 0 else 'less'} than" if gap else "as much as"
    far += " today's budgets allow"
    if BEHIND_BELOW <= stretch.use < AHEAD_FROM:
        return f", {far}" + (": on pace" if abs(gap) <= NEAR else "")
    return f", {far}: {'ahead' if gap > 0 else 'behind'}"


def _against_target(words: Words, reads: Reads) -> list[str]:
    brand, today, settled = words.ctx.brand, words.now.date(), settled_week(words, reads)
    what = f"7 days to {day_said(today - timedelta(days=LAG_DAYS + 1))}"
    if brand.target_cpa and settled.cpa is not None:
        target = brand.target_cpa.money(words.ctx.account.currency).major
        gap = (settled.cpa / target - 1) * 100
        word = f"{abs(gap):.0f} % {'above' if gap > 0 else 'below'} the" if abs(gap) >= 1 else "on"
        word += f" target of {words.money(target)}"
        return [f"Cost: {words.money(settled.cpa)} per {words.noun}, {word} ({what})"]
    if brand.target_roas and settled.roas is not None:
        return [f"ROAS: {settled.roas:.2f} ({what}), target {brand.target_roas:.2f}"]
    return []


def settled_week(words: Words, reads: Reads) -> Totals:
    """The newest seven days of the account whose results have come in."""
    today = words.now.date()
    return totals(day for day in reads.account_days if LAG_DAYS < (today - day.date).days <= LAG_DAYS + 7)


def running(words: Words, reads: Reads, review: Review, pace: Pacing) -> list[str]:
    """How much runs, what is learning, whom a budget holds back and who leaves it unspent."""
    live = [v.ad for v in review.verdicts if delivers(v.ad)]
    others = Counter(v.ad.off for v in review.verdicts if not delivers(v.ad))
    rest = ", ".join(f"{number} {word}" for word, number in others.most_common(4))
    sets, campaigns = {ad.adset_id for ad in live}, {ad.campaign_id for ad in live}
    learning = {ad.adset_id for ad in live if ad.learning}
    stopped = reads.known.stopped
    found = [f"Nothing: {stopped}. Switched on:"] if stopped else []
    found += [
        f"{counted(len(live), 'ad')} in {counted(len(sets), 'ad set')} of {counted(len(campaigns), 'campaign')}"
        + (f"; {counted(len(learning), 'ad set')} learning" if learning else "")
        + (f"; off: {rest}" if rest else "")
    ]
    heads = {
        "limited": "Budget holds back",
        "under": "Leaves budget unspent",
        "ahead": "Lifetime budget ahead of an even pace",
        "behind": "Lifetime budget behind an even pace",
    }
    for state, head in heads.items():
        texts = [_pace(words, reads, pace) for pace in pace.budgets if pace.state == state]
        found += [f"{head}: {listed(texts, most=3)}"] if texts else []
    return found


def _pace(words: Words, reads: Reads, pace: Pace) -> str:
    """A budget with its use and what a result costs there."""
    today = words.now.date()
    settled = totals(
        row
        for row in reads.rows
        if pace.budget.id in reads.holders.get(row.ad_id, ())
        and LAG_DAYS < (today - row.date).days <= LAG_DAYS + 7
    )
    last = day_said(today - timedelta(days=LAG_DAYS + 1))
    each = f"; {words.money(settled.cpa)} per {words.noun} in the 7 days to {last}" if settled.results else ""
    days = f" in {counted(pace.days, 'day')}" if pace.budget.daily_minor else ""
    amount = words.minor(pace.budget.daily_minor or pace.budget.lifetime_minor)
    return f"{short(pace.budget.name)} ({(pace.use or 0) * 100:.0f} % of {amount}{days}{each})"


def performance(words: Words, reads: Reads) -> list[str]:
    """Yesterday, the last seven days, and whether a result became dearer, with the trend of four weeks."""
    today, days = words.now.date(), reads.account_days
    yesterday = totals(d for d in days if (today - d.date).days == 1)
    week = totals(d for d in days if 1 <= (today - d.date).days <= 7)
    latest = totals(d for d in days if LAG_DAYS < (today - d.date).days <= LAG_DAYS + 7)
    before = totals(d for d in days if LAG_DAYS + 7 < (today - d.date).days <= LAG_DAYS + 28)
    change = compare(before, latest)
    daily = stretches(days, until=today - timedelta(days=1), number=14, days_each=2)
    cost = [day.cpa for day in daily[:-2]]
    return [
        f"Yesterday: {words.figures(yesterday)} (more results to come)",
        f"7 days: {words.figures(week)} (more results to come)",
        f"Cost: {words.money(latest.cpa)} each last settled week, {words.money(before.cpa)} the 3 before: {change.said}",
        f"28 days: spend {sparkline([day.spend for day in daily])}, cost per {words.noun} {sparkline(cost)}",
    ]


def winners_and_losers(words: Words, review: Review) -> list[str]:
    """What the review says to pause and to scale, the costliest and the best first."""
    counts = Counter(v.decision for v in review.verdicts)
    said = ", ".join(f"{number} {decision}" for decision, number in counts.most_common())
    losers = [v for v in review.verdicts if v.decision == "pause"]
    kept = {v.ad.ad_id for v in losers if words.ctx.brand.is_protected(*v.ad.names)}
    winners = sorted((v for v in review.verdicts if v.decision == "scale"), key=lambda v: v.judged.cpa or 0)
    found = [f"Of {counted(len(review.verdicts), 'ad')}: {said}"]
    found += [_verdict(words, v, "-", " (protected)" if v.ad.ad_id in kept else "") for v in losers[:FEW]]
    found += [_verdict(words, v, "+") for v in winners[:3]]
    if len(losers) > FEW:
        found.append(f"and {counted(len(losers) - FEW, 'more loser')}")
    return found + ([review.target_note] if review.target_note else [])


def _verdict(words: Words, verdict: Verdict, mark: str, note: str = "") -> str:
    spent = f"{words.money(verdict.judged.spend)} spent"
    return f"{mark} {short(verdict.ad.name)}{note}: {spent}, {_each(words, verdict)}"


def _each(words: Words, verdict: Verdict) -> str:
    """What an ad is judged by: what a result cost, or of one that buys visits or views those."""
    seen, kind = verdict.judged, verdict.heading.bar.kind if verdict.heading else "CPA"
    if kind == "CTR":
        return f"link CTR {seen.ctr or 0:.2f} %"
    if kind == "CPC":
        return f"{words.money(seen.cpc)} per link click" if seen.clicks else "no link click"
    if kind == "CPM":
        return f"{words.money(1000 * seen.spend / max(1, seen.impressions))} per 1,000 views"
    return f"{words.money(seen.cpa)} each" if seen.results else f"no {words.noun}"


def tired(words: Words, reads: Reads, found: Iterable[Fatigue]) -> list[str]:
    """Ads to refresh or rest, with their click rate of six weeks; then ads that tire at a cost that holds; then dearer ones."""
    until = words.now.date() - timedelta(days=1)
    all_ = list(found)
    worn = sorted((one for one in all_ if one.advice in ("refresh", "rest")), key=lambda one: -one.drop)
    ids = {one.ad_id for one in worn}
    rows = [row for row in reads.rows if row.ad_id in ids]
    lines = []
    for one in worn:
        parts = stretches((r for r in rows if r.ad_id == one.ad_id), until=until, number=14, days_each=3)
        trend = sparkline([part.ctr for part in parts])
        lines.append(f"{trend}  {one.advice.capitalize()} {words.name(one.ad_id)}: {_fell(one)}")
    lines += [f"Tires: {words.name(one.ad_id)}: {one.reason}" for one in all_ if one.advice == "tires"][:3]
    lines += [f"Watch {words.name(one.ad_id)}: {one.reason}" for one in all_ if one.dearer_since][:3]
    early = sum(one.advice == "too early" for one in all_)
    kept = sum(one.advice == "keep" for one in all_)
    rest = f"{kept} hold" + (f", {early} too early to say" if early else "")
    return [*lines, f"{'The others: ' if lines else 'No ad tires: '}{rest}"]


def _fell(one: Fatigue) -> str:
    """What its click rate lost since when, and what else speaks for it."""
    ctr = f"link CTR {one.ctr_now or 0:.2f} %, {one.drop * 100:.0f} % less"
    day = f" since about {day_said(one.turned)}" if one.turned else ""
    seen = one.reach.frequency if one.advice == "rest" else None
    often = f", frequency {seen:.1f}" if seen is not None else ""
    dearer = ", results dearer" if one.cost and one.cost.said.startswith("dearer") else ""
    return ctr + day + often + dearer


def again(found: Iterable[Vindicated]) -> list[str]:
    """Paused ads that late results speak for."""
    return [f"{short(one.ad.name)}: {one.reason}" for one in found]
