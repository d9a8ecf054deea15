"""What goes down with a change that stops or narrows: the ads that deliver under it, and what they brought lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tools.analysis.amounts import Words
from tools.analysis.cases import buys
from tools.analysis.conversion_events import result_fields
from tools.analysis.criteria import Criteria
from tools.analysis.rows import ZERO, Totals
from tools.analysis.shrinkage import Seen, chance_dearer
from tools.domain.changes import LEVELS, Change, Effect
from tools.domain.insights import PAGE_SIZE, query
from tools.domain.objects import called
from tools.domain.settings.ad_statuses import SWITCHED_ON, WAITING
from tools.domain.settings.field_states import raises
from tools.domain.spend import BUDGETS
from tools.domain.text import counted, marked
from tools.domain.tool import Context
from tools.graph import GraphFailure, ListCall
from tools.read.ad_figures import CLICK_GOALS, goals
from tools.read.intake import Intake

LATELY, DAYS = {"date_preset": "last_7d"}, "in the last 7 days"
SHARP = Decimal("0.7")
"""A budget that falls to this part of itself, or below, falls sharply."""
LEAST = 2
"""Times what a result may cost: who spent less is not judged."""
MOST, ALONE = 5, "Stops"
MANY = 30
"""Single ads for which a read may take what the pauses need, where Meta allows little."""
UNREAD = f"what so many brought {DAYS} was not read, as the pauses need what Meta allows; a review tells"
_DELIVERS = {"field": "ad.effective_status", "operator": "IN", "value": [*SWITCHED_ON, *WAITING]}
_LIMITS = {
    "spend_cap": "Stops at the cap of",
    "end_time": "Ends with",
    "stop_time": "Ends with",
}


@dataclass(frozen=True, slots=True)
class Brought:
    """What the ads that run under some object spent and brought."""

    spend: Decimal = ZERO
    ads: int = 0
    meeting: int = 0
    """How many of them meet the target."""
    missing: int = 0
    """How many surely miss it; of the others who do not meet it that is too little to say."""
    elsewhere: int = 0
    """How many are after something the target is not for."""
    results: Mapping[str, Decimal] = field(default_factory=dict)
    """By event: those of different events are never added up."""

    def __add__(self, other: "Brought") -> "Brought":
        """Sum two disjoint parts."""
        mine, theirs = self.results, other.results
        results = {event: mine.get(event, ZERO) + theirs.get(event, ZERO) for event in {**mine, **theirs}}
        ads, meeting = self.ads + other.ads, self.meeting + other.meeting
        rest = self.missing + other.missing, self.elsewhere + other.elsewhere
        return Brought(self.spend + other.spend, ads, meeting, *rest, results)


def told(ctx: Context, changes: Sequence[Change]) -> tuple[str, ...]:
    """A line for each change that stops, ends or starves ads which deliver, what spent most first; of others nothing.

    What a review of this talk says to pause has its figures in its reasons; many single ones have one line together. Raises GraphFailure when no further call can help.
    """
    reviewed = frozenset(change.target for change in changes) in ctx.weighed
    narrowing = [change for change in changes if how(change) and not (reviewed and _reasoned(change))]
    if sum(how(change) == ALONE for change in narrowing) > MANY:
        left = [change for change in narrowing if how(change) != ALONE]
        return (f"Warning: {ALONE} {len(narrowing) - len(left)} ads; {UNREAD}", *told(ctx, left))
    if not narrowing:
        return ()
    try:
        brought, account = _lately(ctx, narrowing)
    except GraphFailure as failure:
        if failure.ends_the_run:
            raise
        return (f"Warning: what these ads brought {DAYS} could not be read: {failure}",)
    found = [(change, brought[change.target]) for change in narrowing if change.target in brought]
    found.sort(key=lambda pair: -pair[1].spend)
    single = [part for change, part in found if how(change) == ALONE]
    if many := len(single) > MOST:
        found = [pair for pair in found if how(pair[0]) != ALONE]
    lines = [f"{ALONE} {_said(ctx, sum(single, Brought()), account)}"] if many else []
    lines += [
        f"{how(change)} {called(marked(change.name), change.target)}: {_said(ctx, part, account)}{_review(ctx, change)}"
        for change, part in found[:MOST]
    ]
    rest = [part for _, part in found[MOST:]]
    return (*lines, *([f"And {len(rest)} more: {_said(ctx, sum(rest, Brought()), account)}"] if rest else []))


def how(change: Change) -> str:
    """In which way a change takes ads down, or nothing."""
    if not (change.level and change.target and change.stops) or change.emergency:
        return ""
    if change.effect in (Effect.STOP_SPEND, Effect.IRREVERSIBLE):
        return ALONE if change.level == "ad" else "Stops with"
    before, after = change.before, change.after
    if any(int(after[name]) <= SHARP * int(before.get(name) or 0) for name in BUDGETS if after.get(name)):
        return "Lives on the budget of"
    less = (n for n in _LIMITS if after.get(n) and not raises(n, before.get(n, ""), after[n]))
    return next((_LIMITS[name] for name in less), "")


def _reasoned(change: Change) -> bool:
    """Whether it is a pause whose reason holds the figures of its ad."""
    return change.kind == "set_status" and bool(change.basis)


def _lately(ctx: Context, changes: Sequence[Change]) -> tuple[dict[str, Brought], Brought]:
    """What the running ads of each object brought lately, and the whole account; one request. Raises GraphFailure."""
    aims, intake = goals(ctx), Intake(ctx)
    figures = ("spend", "impressions", *result_fields([*aims.events, *CLICK_GOALS.values()]))
    levels = [level for level in LEVELS if any(change.level == level for change in changes)]
    asked = [query(ctx, "account", LATELY, fields=figures)]
    for level in levels:
        ids = sorted({change.target for change in changes if change.level == level})
        fields = ("ad_id", "adset_id", "campaign_id", "optimization_goal", *figures)
        asked.append(query(ctx, "ad", LATELY, fields=fields, within={level: ids}, where=[_DELIVERS]))
    whole, *streams = ctx.graph.lists(*(ListCall(path, PAGE_SIZE, params) for path, params in asked))
    total = sum((intake.totals(row, aims.main) for row in whole), Totals())
    account, allowed = Brought(total.spend, results={aims.main: total.results}), _allowed(ctx, total)
    found = dict[str, Brought]()
    for level, stream in zip(levels, streams, strict=True):
        for row in intake.rows(stream):
            holder = str(row.get(f"{level}_id"))
            goal = row.get("optimization_goal")
            event = CLICK_GOALS.get(str(goal)) or aims.of(row) or aims.main
            seen = intake.totals(row, event)
            if event == aims.main and buys(goal, event):
                one = _one(ctx, seen, event, allowed)
            else:
                one = Brought(seen.spend, 1, elsewhere=1, results={event: seen.results})
            if one.spend:
                found[holder] = found.get(holder, Brought()) + one
    return found, account


def _allowed(ctx: Context, account: Totals) -> Decimal | None:
    """What a result of the account may cost, in major units: by a target ROAS what its orders are worth usually."""
    if cpa := ctx.brand.target_cpa:
        return cpa.money(ctx.account.currency).major
    roas = ctx.brand.target_roas
    return account.value / account.results / roas if roas and account.results and account.value else None


def _one(ctx: Context, seen: Totals, event: str, allowed: Decimal | None) -> Brought:
    """One ad that is held to the account's target, by what a result may cost where that is known."""
    roas = None if ctx.brand.target_cpa else ctx.brand.target_roas
    if roas:
        meets = seen.roas is not None and seen.roas >= roas
    else:
        meets = allowed is not None and seen.cpa is not None and seen.cpa <= allowed
    misses = not meets and _misses(seen, allowed)
    return Brought(seen.spend, 1, int(meets), int(misses), results={event: seen.results})


def _misses(seen: Totals, allowed: Decimal | None) -> bool:
    """Whether these days alone say that results cost too much, as surely as a review must be to pause."""
    if allowed is None:
        return False
    known = Seen(float(max(ZERO, seen.results)) + 1, float(seen.spend / allowed))
    enough = seen.spend >= LEAST * allowed
    return enough and chance_dearer(known, float(Criteria.tolerance)) >= Criteria.pause_at


def _said(ctx: Context, part: Brought, account: Brought) -> str:
    """Such as "3 ads that deliver, 2 of them meet the target (…); in the last 7 days they spent … and brought …"."""
    words = {event: Words(ctx.account.currency, ctx.account.decimals, event) for event in part.results}
    money = Words(ctx.account.currency, ctx.account.decimals, "").money
    got = " and ".join(words[event].results(number) for event, number in sorted(part.results.items()))
    for event, number in part.results.items():
        if number and (all_of_it := account.results.get(event)) and number <= all_of_it:
            got += f" ({number / all_of_it * 100:.0f} % of the account's {words[event].noun}s)"
    return f"{counted(part.ads, 'ad')} that delivered{_target(ctx, part)}; {DAYS} spent {money(part.spend)}, brought {got}"


def _target(ctx: Context, part: Brought) -> str:
    """How many meet the target; without one there is none to meet."""
    if cpa := ctx.brand.target_cpa:
        bar = f"at most {cpa.money(ctx.account.currency).said} a result"
    elif ctx.brand.target_roas:
        bar = f"a ROAS of {ctx.brand.target_roas} or more"
    else:
        return ", no target is set"
    if part.elsewhere == part.ads:
        return ", whose goal is not what the target is for"
    if part.ads == 1:
        return _alone(part, bar)
    other = f" and {part.elsewhere} of which {'has' if part.elsewhere == 1 else 'have'} another goal"
    meeting = f", {part.meeting} of which {'meets' if part.meeting == 1 else 'meet'} the target ({bar})"
    return meeting + (other if part.elsewhere else "")


def _alone(part: Brought, bar: str) -> str:
    """Of a single ad, whether it meets the target, misses it, or neither can be said."""
    if part.meeting or part.missing:
        return f" and {'meets' if part.meeting else 'misses'} the target ({bar})"
    return f", too little to say whether it meets the target ({bar})"


def _review(ctx: Context, change: Change) -> str:
    """How many of the ads under it a review of this talk judged good."""
    known = [e for ad in change.below[::2] if (e := ctx.evidence.get(ad)) and e.judged]
    good = [e for e in known if not e.speaks_for]
    return f"; the review judged {len(good)} of them good or good enough" if good else ""
