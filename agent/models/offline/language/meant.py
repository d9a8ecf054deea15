"""What words mean together that mean something else alone: "stop" said of ads, "vs" between parts, "best performing" of a split."""

from dataclasses import replace
from datetime import date, timedelta

from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.period_days import days_of
from agent.models.offline.language.slots import NOUNS, WRITES, Amount, NotUnderstood, Period, Request
from tools.domain.insights import months_back
from tools.read.figures import spans

USUAL = "last_7d"
"""The days of figures where none are said, as the tool takes them."""

_RANKS = {"winners": "best", "weak": "worst"}
"""Ads are judged; what figures are split by is put in order."""


_PRICED = {"cheapest": "lowest", "dearest": "highest"}
_COST_OF: dict[str, str] = sayings()["cost_of"]
"""What one of them costs; of other actions that has the name of the action."""
_OF_ALL = ("pause", "activate", "archive", "delete")
_HAVE_BUDGETS = (("campaign",), ("adset",))
_OF_BUDGETS = ("raise", "lower", "set", "double", "halve")
_LOOKS = {"how_is", "check", "performance"}
_REPORTS = {"weekly_report": "week", "monthly_report": "month"}
"""What the names of some reports say beside that they are one."""


def meant(request: Request) -> Request:
    """What "stop" and "cut" mean: pausing, where they are said of ads, not of everything or of money. A greeting or a thanks beside a question is none."""
    request = _priced(_of_budgets(_plain(request)))
    if accounts := [thing for thing in request.things if thing.level == "account"]:
        others = tuple(thing for thing in request.things if thing not in accounts)
        request = request.but(account=accounts[0].text, things=others, level="")
    if request.want in _OF_ALL and request.named and not (request.level or request.tests or request.pick):
        request = _all_inside(request)
    more = set(request.set_slots) - {"want", "asked", "leading"}
    if (request.want in ("hello", "yes", "no") and more) or (request.want == "why" and request.pick):
        request = request.but(want="")
    which = request.level or request.every or request.things or request.by
    if request.asked == "how" and request.tests and all(test.figure for test in request.tests) and not which:
        request = request.but(figures=tuple(test.figure for test in request.tests), tests=())
    of_parts = set(request.by) - set(NOUNS) or request.level in ("campaign", "adset")
    if request.pick in _RANKS and of_parts and request.want not in WRITES:
        request = request.but(pick="", rank=_RANKS[request.pick])
    if request.topic == "check" and request.named:
        request = request.but(topic="", want=request.want if request.level else "how_is")
    brake = request.every and (request.ref == "your_work" or request.topic == "protected")
    some = request.level not in ("", "account") and not brake
    named = request.named or request.pick or request.rank
    of_ads = named or request.tests or request.states or some
    asks = request.asked in ("which", "would") and len(request.named) <= (request.asked == "would")
    if (
        (request.want == "pause" or (request.want == "stop" and of_ads))
        and asks
        and not (request.every or request.tests)
    ):
        worst = (
            bool(set(request.by) - set(NOUNS)) and not request.pick
        )  # "which placement should I switch off"
        return request.but(want="", **{"rank": "worst"} if worst else {"pick": request.pick or "weak"})
    narrow = request.set_slots.keys() - {"want", "asked", "account", "every"}
    all_spend = request.want in ("stop", "pause") and not (request.level or request.things or request.states)
    if request.account == "all" and (
        all_spend or not narrow
    ):  # "list all accounts"; the brake is never refused
        request = request.but(account="", every=True, level=request.level or "account")
    looks = request.figures or request.periods or {request.want, request.topic} & _LOOKS
    each = request.every or request.rank  # "which account spent most"
    if request.level == "account" and each and looks and request.want not in WRITES:
        return request.but(account="all", level="", every=False, rank="", count=0)
    cuts = request.want == "lower" and request.pick == "weak" and not request.amount and not request.topic
    return request.but(want="pause") if (request.want == "stop" and of_ads) or cuts else request


def _all_inside(request: Request) -> Request:
    """All ads in what is named: "the summer ads" where no ad is called so, "everything in blog"."""
    thing, *more = request.named
    levels = {one.level for one in thing.found}
    ads = thing.several and thing.level == "ad" and "ad" not in levels
    if more or not levels & {"campaign", "adset"} or not (ads or (request.every and not thing.level)):
        return request
    if request.want in ("archive", "delete") and not ads:
        verb, name = request.want, thing.text
        raise NotUnderstood(
            f'That itself, or the ads in it? Say: {verb} campaign "{name}", or: {verb} all ads in "{name}". Nothing was done.'
        )
    things = tuple(replace(one, level="") if one is thing else one for one in request.things)
    return request.but(things=things, level="ad", every=True)


def _priced(request: Request) -> Request:
    """The cheapest clicks are those of which one costs the least."""
    if request.rank not in _PRICED:
        return request
    costs = (_COST_OF.get(f) or f.replace("actions:", "cost_per_action_type:") for f in request.figures)
    return request.but(rank=_PRICED[request.rank], figures=tuple(costs))


def _plain(request: Request) -> Request:
    """The request without words that say two things in one."""
    if step := _REPORTS.get(request.topic):
        request = request.but(topic="report", step=request.step or step)
    if request.topic == "check" and (request.by or request.step or request.only or request.output):
        request = request.but(topic="performance")
    if "account" in request.by:  # "spend by account"
        by = tuple(part for part in request.by if part != "account")
        request = request.but(by=by, account=request.account or "all")
    if request.topic == "budget" and request.by in _HAVE_BUDGETS and not request.figures:
        request = request.but(level=request.by[0], by=())  # "budget by ad set"
    if request.want in ("changed", "why_not") and request.figures:  # "CPA doubled, what happened?"
        request = request.but(want="why")
    return request if request.want in WRITES else _looked_at(request)


def _looked_at(request: Request) -> Request:
    """The same of what changes nothing."""
    if request.pick == "new" and request.named:
        request = request.but(pick="")  # "how does the new Creators test do?"
    if "LEARNING" in request.states:
        request = request.but(level="adset")  # ads and campaigns learn nothing by themselves
    if request.budget and not request.topic:  # "spend in total", and all budgets in total
        request = request.but(budget="") if request.figures else request.but(topic="budget")
    whole = not (request.level or request.by)
    if request.rank in ("best", "worst") and len(request.named) > 1 and whole and not request.count:
        request = request.but(rank="", want="compare")  # "which is better, A or B"
    split = {field for field, _ in request.only} if request.rank and len(request.only) > 1 else set()
    if split and whole and not request.named:
        request = request.but(by=tuple(split))  # "reels or feed, where is CPA lower"
    return request


def _of_budgets(request: Request) -> Request:
    """What is said of a budget in the words of something else: "cut the spend on A", "add 40 USD to A", "take 10 % off A"."""
    amount = request.amount
    if request.want == "move" and amount and request.states == ("PAUSED",):
        request = _taken_off(request, amount)
    chosen = request.tests or request.rank in ("highest", "lowest")  # "the 2 with the highest spend"
    if request.want in _OF_BUDGETS and request.figures == ("spend",) and not chosen:
        request = request.but(figures=())
    to = any(thing.found and thing.role == "to" for thing in request.named)
    percent = amount is not None and amount.percent  # of what is there
    there = (to and not (request.objective or request.level)) or percent
    bare = not (request.texts or request.files or request.count) and request.topic in ("", "budget")
    if request.want == "make" and bare and request.amount and there:
        request = request.but(want="raise", amount=replace(request.amount, relative=True))
    if request.want == "add" or (request.want == "scale" and request.amount):
        request = request.but(want="raise")
    return request


def _taken_off(request: Request, amount: Amount) -> Request:
    """An amount off a budget, and onto another where that is named: "take 20 USD off A and put it on B"."""
    things = tuple(replace(one, role=one.role or "from") for one in request.things)
    if any(one.role == "to" for one in things):
        return request.but(states=(), things=things)
    return request.but(want="lower", states=(), amount=replace(amount, relative=True))


def with_before(request: Request, today: date | None) -> Request:
    """A period compared with its own days is meant with those before: "last month against the previous month"; before months are months."""
    first, _, last = request.compare.partition("..")
    period = next(iter(request.periods), Period(USUAL))
    if request.compare == "before":  # "and the day before?"
        return _those_before(request, today)
    if request.compare == "previous" and today and len(request.periods) == 1 and period.since:
        return request.but(compare=_months_before(*days_of(period, today), today) or "previous")
    if not last or today is None or len(request.periods) > 1 or period.preset == "maximum":
        return request
    itself = days_of(period, today) == (date.fromisoformat(first), date.fromisoformat(last))
    return request.but(compare="previous") if itself else request


def _those_before(request: Request, today: date | None) -> Request:
    """The same of the days before its own; where it goes on from none, in comparison with them."""
    if today is None or len(request.periods) != 1 or request.periods[0].preset == "maximum":
        return request.but(compare="previous")
    days = days_of(request.periods[0], today)
    first, last = spans.compared(_months_before(*days, today) or "previous", request.periods[0].preset, days)
    return request.but(compare="", periods=(Period(since=first.isoformat(), until=last.isoformat()),))


def _months_before(first: date, last: date, today: date) -> str:
    """As many calendar months before whole ones, or before those that still run, as FIRST..LAST; empty for other days."""
    runs = last == today
    if first.day != 1 or not (runs or (last + timedelta(days=1)).day == 1):
        return ""
    start = months_back(first, (last.year - first.year) * 12 + last.month - first.month + 1)
    end = first - timedelta(days=1)
    return f"{start}..{min(end, start + (last - first)) if runs else end}"


def compared(request: Request) -> Request:
    """A comparison of parts of one period ("link clicks vs all clicks") is a table of them; of anything else, with before."""
    if request.compare != "with":
        return request
    values = bool(set(request.by) - set(NOUNS))  # "do older people buy more than younger ones"
    parts = (
        values,
        len(request.figures) > 1,
        len(request.only) > 1,
        len(request.named) > 1,
        len(request.by) > 1,
    )
    return request.but(compare="" if any(parts) else "previous")
