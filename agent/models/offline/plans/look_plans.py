"""Plans that only read: figures, judgements, lists, single objects, what was done."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from agent.models.offline.language.period_days import days_of
from agent.models.offline.language.slots import WRITES, Found, Period, Request, Test
from agent.models.offline.plans import choices
from agent.models.offline.plans.conversation_so_far import ALL_SEEN, Talk
from agent.models.offline.plans.figure_questions import beside, insights, order_of
from agent.models.offline.telling import figure_tables, history_answers, list_answers, read_answers
from agent.models.offline.telling.steps import (
    Answer,
    Call,
    Ended,
    Plan,
    Result,
    Steps,
    failed,
    needed,
    rows_of,
)
from agent.models.offline.telling.steps import one as turn

AHEAD = ("today", "this_week_mon_today", "this_month")
FILES = ("csv", "xlsx", "json")
PAGES = ("pdf", "html")
MOST_ROWS = 100
"""Of a table that are read at once."""
ENOUGH = "5"
"""Results from which on a cost is put in order with others."""
CHOSEN_BY = Period("last_30d")
"""The usual days by which things are chosen, whether to look at them or to pause them."""
_OF_STEP = {"week": "last_week_mon_sun", "month": "last_month"}
"""The usual days of weekly and monthly reports."""
WHY = ("spend", "cpm", "link_ctr", "results", "cost_per_result")


def figures(request: Request, talk: Talk) -> Plan:
    """A table of figures, for each period that was named; into a file where one is wanted, or its next rows."""
    if request.output == "rest":
        return (yield from export(request, talk))
    if choices.left_out(request):
        raise Ended("I cannot leave things out of figures. Name what to show instead.")
    if request.topic == "creatives":
        request = request.but(
            tests=(*request.tests, Test("thruplays:video_view", ">", "0")), level=request.level or "ad"
        )
    nodes = [node for thing in request.named for node in choices.chosen_from(request.but(things=(thing,)))]
    if any(thing.level == "ad" for thing in request.named) and any(
        node.level in choices.HOLDERS for node in nodes
    ):
        request = request.but(level=request.level or "ad")  # "ctr of the summer ads": of each
    node = nodes[0] if len(nodes) == 1 else None
    request, results, note = yield from _read_figures(request, nodes)
    told = [
        failed(r) if r.error else figure_tables.figures(r.content, request, node, several=len(results) > 1)
        for r in results
    ]
    if all(result.error for result in results):
        raise Ended("\n".join(told))
    if request.output in FILES:
        told = [(yield from _filed(request.output, request.count))]
    return "\n".join([*told, *note])


def _read_figures(
    request: Request, nodes: Sequence[Found]
) -> Steps[tuple[Request, Sequence[Result], list[str]]]:
    """The figures; by cost of what has enough results, where anything has, which is said."""
    sure = of_enough(request)
    if sure is request:
        return request, (yield _each_period(request, nodes)), []
    results = yield _each_period(sure, nodes)
    if any(result.error or rows_of(result.content, "rows") for result in results):
        return sure, results, [read_answers.too_few(ENOUGH)]
    return request, (yield _each_period(request, nodes)), [read_answers.BY_FEW]


def _each_period(request: Request, nodes: Sequence[Found]) -> tuple[Call, ...]:
    """The question for each period that was named."""
    node = nodes[0] if len(nodes) == 1 else None
    asked = beside(request, nodes) if len(nodes) > 1 else partial(insights, request, node)
    usual = CHOSEN_BY if (request.tests or request.rank) and not (request.step or request.compare) else None
    return tuple(asked(period) for period in request.periods or (usual,))


def of_enough(request: Request) -> Request:
    """The same of what has enough results, where it is the first by what a result costs or brings: a few say nothing. A table by ad set is of all of them."""
    counted = any(test.figure == "results" for test in request.tests)
    first = request.rank in ("best", "worst") or (request.rank and request.want in WRITES)
    every = request.want not in WRITES and any(level in choices.LEVELS for level in request.by)
    if not first or counted or every or request.ranked_by not in ("cost_per_result", "roas"):
        return request
    return request.but(tests=(*request.tests, Test("results", ">=", ENOUGH)))


def _filed(output: str, first: int = 0) -> Steps[str]:
    """The newest table as a file, or its first rows."""
    some = {"limit": min(first, MOST_ROWS)} if first else {}
    return list_answers.filed((yield from needed(Call("read_result", {"file": output} | some))))


def export(request: Request, talk: Talk) -> Plan:
    """The table of the answer before as a file, or its next rows."""
    if request.output in FILES or request.output != "rest":
        return (yield from _filed(request.output if request.output in FILES else "xlsx"))
    if talk.seen == ALL_SEEN:
        return "That was all: there are no more rows."
    offset = talk.seen or figure_tables.MOST_LINES
    asked = {"offset": offset, "limit": MOST_ROWS, "sort": order_of(request)}
    return list_answers.rest((yield from needed(Call("read_result", asked))))


def chart(request: Request, _: Talk) -> Plan:
    """A picture of spend, results and their cost by day."""
    node = choices.holder(request)
    asked = ({"id": node.id} if node else {}) | request.days
    told = list_answers.drawn((yield from needed(Call("draw_chart", asked))))
    return "\n".join([told, *figure_tables.not_drawn(request.figures)])


def report(request: Request, _: Talk) -> Plan:
    """Campaigns in a period beside the one before; as a file where one is wanted."""
    usual = Period(_OF_STEP.get(request.step, "last_7d"))
    node = choices.holder(request)
    by = request.by or (node.level if node and node.level else "campaign",)
    wanted = request.but(by=by, compare=request.compare or "previous", step="")
    content = yield from needed(insights(wanted, node, next(iter(request.periods), usual)))
    told = figure_tables.figures(content, wanted, node)
    return f"{told}\n{(yield from _filed(request.output))}" if request.output in FILES else told


def client_report(request: Request, _: Talk) -> Plan:
    """The report for a client as a file. Raises Ended for several periods, of which each has its own."""
    if len(request.periods) > 1:
        raise Ended("A report is of one period. Ask for each by itself.")
    usual = {"date_preset": _OF_STEP.get(request.step, "last_month")}
    compare = {"compare": request.compare} if request.compare not in ("", "worse") else {}
    file = request.output if request.output in (*PAGES, "xlsx") else "html"
    tongue = {"language": request.tongue} if request.tongue else {}
    asked = {"file": file} | (request.days or usual) | compare | tongue
    return list_answers.report_made((yield from needed(Call("make_report", asked))))


def check(request: Request, _: Talk) -> Plan:
    """The daily check, with the figures of a period if one was named; or the part of it that was asked for."""
    account = {"account": request.account} if request.account else {}
    narrow = request.topic in read_answers.FOCUS
    if narrow and any(period.preset not in AHEAD for period in request.periods):
        raise Ended(
            'That is told of today and of this month. For other days ask, for example, "spend by day last month".'
        )
    calls = tuple(Call("get_insights", {"level": "account", **p.args}) for p in request.periods[:1])
    named = () if narrow else calls
    found, *period = yield (Call("daily_check", account), *named)
    return read_answers.checked(found, period[0] if period else None, request.topic)


def judge(request: Request, _: Talk) -> Plan:
    """The judgement, without acting on it."""
    if request.pick == "tired":
        return read_answers.checked((yield from turn(Call("daily_check"))), None, "tired")
    node = choices.holder(request)
    content = yield from needed(review_of(request, node, request.days))
    pick = "" if node and node.level == "ad" else request.pick
    return read_answers.reviewed(content, pick, node.name if node else "", request.count)


def review_of(request: Request, node: Found | None, days: dict[str, str]) -> Call:
    """The question for a judgement, surer than usual where the words ask for that."""
    sure: dict[str, Any] = {"min_certainty": float(request.sure)} if request.sure else {}
    return Call("review_performance", ({"scope": node.id} if node else {}) | days | sure)


def listed(request: Request, _: Talk) -> Plan:
    """The tree of campaigns, ad sets and ads, with their budgets; of what several are called by, those."""
    if any(map(choices.all_of, request.named[:1])):
        return choices.fitting(request.named[0])
    node = choices.holder(request)
    inside = node is not None and node.level in choices.HOLDERS
    within = {f"{node.level}_id" if inside else "name": node.id if inside else node.name} if node else {}
    of_ads = request.level not in choices.HOLDERS
    statuses = {"effective_status": list(request.states)} if request.states and of_ads else {}
    account = {"account": request.account} if request.account else {}
    result = yield from turn(Call("list_ads", within | statuses | account))
    return list_answers.listed_ads(result, request, node.name if node else "")


def inspect(request: Request, _: Talk) -> Plan:
    """One object in full, those that a word fits, or the account's limits."""
    if len(request.named) == 1 and choices.all_of(request.named[0]):
        return choices.fitting(request.named[0])
    if request.topic == "limits" and not request.named:
        return list_answers.inspected((yield from needed(Call("inspect", {"id": "account"}))))
    found = _the_one(request, choices.LEVELS)
    return list_answers.inspected((yield from needed(Call("inspect", {"id": found.id}))))


def _the_one(request: Request, levels: Sequence[str]) -> Found:
    if len(request.named) != 1:
        raise Ended("Which one? Give its name in quotes or its id.")
    return choices.one(request.named[0], levels)


def _only_asks(call: Call, tell: Callable[[Mapping[str, Any]], str]) -> Callable[[Request, Talk], Plan]:
    """A plan that tells what one tool says, whatever else was said."""

    def plan(_: Request, __: Talk) -> Plan:
        return tell((yield from needed(call)))

    return plan


rejected = _only_asks(Call("list_ads", {"effective_status": ["DISAPPROVED"]}), list_answers.feedback)
accounts = _only_asks(Call("list_accounts"), list_answers.accounts)
rules = _only_asks(Call("list_rules"), list_answers.rules)
why_done = _only_asks(Call("history", {"limit": 10}), history_answers.why_done)
waiting = _only_asks(Call("history", {"limit": history_answers.MOST_OF_HISTORY}), history_answers.waiting_now)
answered = _only_asks(Call("history", {"limit": 50}), history_answers.nothing_asked)


def history(request: Request, _: Talk) -> Plan:
    """The newest change sets; of days or by somebody, what was approved then and by them."""
    who, period = next(iter(request.texts.get("who", ())), ""), next(iter(request.periods), None)
    if not (who or period or request.topic == "declined"):
        return history_answers.looked_back((yield from needed(Call("history", {"limit": 10}))))
    content = yield from needed(Call("history", {"limit": history_answers.MOST_OF_HISTORY}))
    if request.topic == "declined":
        return history_answers.declined_on(content, _days(period, content))
    return history_answers.done_on(content, _days(period, content), who)


def _days(period: Period | None, content: Mapping[str, Any]) -> tuple[str, str]:
    """The first and the last day of a period, on the clock that a history goes by; of all time without one."""
    if period is None or period.preset == "maximum":
        return "", "9999"
    first, last = days_of(period, date.fromisoformat(str(content["today"])), events=True)
    return str(first), str(last)


def changed(request: Request, _: Talk) -> Plan:
    """What is different since a day: the figures beside those before, and what was changed here."""
    period = request.periods[0] if request.periods else Period("yesterday")
    compared = Call("get_insights", {"level": "campaign", "compare": "previous", **period.args})
    now, done = yield (compared, Call("history", {"limit": history_answers.MOST_OF_HISTORY}))
    beside = request.but(compare="previous")
    told = failed(now) if now.error else figure_tables.figures(now.content, beside, None)
    first = "" if done.error else _days(period, done.content)[0]
    made = failed(done) if done.error else history_answers.done_on(done.content, (first, "9999"), "")
    return f"{told}\n{made}"


def why(request: Request, _: Talk) -> Plan:
    """The parts of a cost beside those of the period before: price, click rate, results."""
    node = choices.holder(request)
    by = request.by or (node.level if node and node.level else "campaign",)
    wanted = request.but(
        figures=tuple(dict.fromkeys((*request.figures, *WHY))), compare=request.compare or "previous", by=by
    )
    content = yield from needed(insights(wanted, node, request.periods[0] if request.periods else None))
    return figure_tables.figures(content, wanted, node)


def activities(request: Request, _: Talk) -> Plan:
    """Who changed something in the account, Ads Manager included."""
    node = choices.holder(request)
    kind = "budget" if request.topic == "budget" else "status" if request.states else ""
    period = request.days or {"date_preset": "last_30d"}
    wanted = ({"ids": [node.id]} if node else {}) | ({"kind": kind} if kind else {}) | period
    return list_answers.activities((yield from needed(Call("list_activities", wanted))))


def preview(request: Request, _: Talk) -> Plan:
    """How an ad looks, as a page that a browser opens."""
    ad = _the_one(request, ("ad",))
    return list_answers.previewed((yield from needed(Call("preview_ad", {"id": ad.id}))))


def explain(_: Request, __: Talk) -> Answer:
    """What can be asked."""
    return Answer(read_answers.HELP)
