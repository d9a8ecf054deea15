"""Plans that only read."""

from agent.models.offline import figure_tables, read_answers
from agent.models.offline.intents import (
    Answered,
    Check,
    Figures,
    History,
    Inspect,
    Level,
    ListAds,
    Rejected,
    Review,
    Target,
)
from agent.models.offline.names import Node, find_one
from agent.models.offline.scopes import CONTAINERS, scope_node
from agent.models.offline.steps import Call, Plan, Steps, needed, one

EVERY: dict[str, int | str] = {"day": 1, "week": 7, "month": "monthly"}
BELOW: dict[Level, Level] = {"campaign": "adset", "adset": "ad", "ad": "ad"}
MOST_ROWS = 100


def check(intent: Check) -> Plan:
    """The daily check, with the figures of a period if one was named."""
    named = (Call("get_insights", {"level": "account", **intent.period}),) if intent.period else ()
    check, *period = yield (Call("daily_check"), *named)
    return read_answers.checked(check, period[0] if period else None)


def review(intent: Review) -> Plan:
    """The judgement, without acting on it."""
    node = yield from scope_node(intent.scope)
    scope = {"scope": node.id} if node else {}
    content = yield from needed(Call("review_performance", {**scope, **intent.period}))
    return read_answers.reviewed(content, intent.focus, node)


def figures(intent: Figures) -> Plan:
    """A table of figures."""
    node = yield from _figures_of(intent.scope)
    level = intent.level
    if node and level == "account" and not intent.breakdowns and not intent.every:
        level = BELOW[node.level]
    asked = {
        "level": level,
        **({"ids": [node.id]} if node else {}),
        **({"breakdowns": list(intent.breakdowns)} if intent.breakdowns else {}),
        **({"time_increment": EVERY[intent.every]} if intent.every else {}),
        **({"limit": MOST_ROWS} if intent.limit or intent.every else {}),
        **intent.period,
    }
    content = yield from needed(Call("get_insights", asked))
    return figure_tables.figures(content, intent, node)


def _figures_of(scope: Target | None) -> Steps[Node | None]:
    """What the figures are about; an id needs its level, so it is looked up like a name."""
    if scope and (scope.level == "ad" or scope.is_id):
        return (yield from find_one(scope))
    if scope and scope.level is None:
        return (yield from scope_node(scope, ("campaign", "adset", "ad")))
    return (yield from scope_node(scope))


def history(_: History) -> Plan:
    """The newest change sets."""
    content = yield from needed(Call("history", {"limit": 10}))
    return read_answers.looked_back(content)


def answered(_: Answered) -> Plan:
    """Nothing was asked; perhaps something waits, which is applied in other words."""
    content = yield from needed(Call("history", {"limit": 50}))
    return read_answers.nothing_asked(content)


def inspect(intent: Inspect) -> Plan:
    """One object in full."""
    found = intent.target.text if intent.target.is_id else (yield from find_one(intent.target)).id
    content = yield from needed(Call("inspect", {"id": found}))
    return read_answers.inspected(content)


def rejected(_: Rejected) -> Plan:
    """The disapproved ads, what Meta says about each and what to change, in one request."""
    content = yield from needed(Call("list_ads", {"effective_status": ["DISAPPROVED"]}))
    return read_answers.feedback(content)


def list_ads(intent: ListAds) -> Plan:
    """The tree of campaigns, ad sets and ads."""
    node = yield from scope_node(intent.scope)
    within = {f"{node.level}_id": node.id} if node and node.level in CONTAINERS else {}
    statuses = {"effective_status": list(intent.statuses)} if intent.statuses else {}
    result = yield from one(Call("list_ads", {**within, **statuses}))
    return read_answers.listed_ads(result, intent.statuses, node)
