"""Says in one line what was understood, so that a wrong reading is seen at once."""

from datetime import date

from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.meant import USUAL
from agent.models.offline.language.period_days import days_of
from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import NOUNS, WRITES, Period, Request, Thing
from agent.models.offline.plans.choices import LEVELS, all_of, all_spend
from agent.models.offline.plans.frames import FRAMES, one_ad
from agent.models.offline.telling.figure_tables import word
from tools.read.figures.spans import Sides, over, sides

_VERBS = {"pause": "Pause", "activate": "Activate", "archive": "Archive", "delete": "Delete"}
_PICKS: dict[str, str] = sayings()["picks"]
_TOPICS: dict[str, str] = sayings()["topics"]
_WHOLE = "campaigns, and where a part of one is protected, what else is in it"
_SILENT = ("help", "answered", "remember")


_OF_EVENTS = ("history", "activities")


def line(request: Request, frame: str, today: date | None) -> str:
    """The line; empty where there is nothing to understand wrongly."""
    narrow = frame == "check" and request.topic in _TOPICS and not request.account
    bare = not request.set_slots.keys() - {"want", "topic", "level", "asked"}
    if frame in _SILENT or narrow or (frame == "check" and bare):
        return _TOPICS.get(request.topic, "")
    sides = _sides(request, frame, today)
    told = [_span(*sides.now)] if sides and request.periods else None
    periods = told or [_days(one, today, frame) for one in request.periods]
    parts = (*_narrowed(request), *periods, *_compared(request, sides), *_form(request))
    return ", ".join(filter(None, (_head(request, frame), *parts)))


def _head(request: Request, frame: str) -> str:
    if frame in ("set_all", "stop") and all_spend(request):
        return f"{request.want.capitalize()} everything that can spend: {_WHOLE}"
    verb = _VERBS.get(request.want)
    if verb and frame not in ("pause_weak", "judge"):
        return f"{verb} {_aims(request)}".strip()
    if frame in ("set_budget", "move"):
        return _budget(request, frame)
    if frame == "judge":
        return FRAMES[frame].said if one_ad(request) else _PICKS.get(request.pick, FRAMES[frame].said)
    if frame == "list":
        states = " or ".join(request.states).lower().replace("_", " ")
        noun = "budgets" if request.topic == "budget" else f"{NOUNS.get(request.level, 'ad')}s"
        return f"{states} {noun}".strip().capitalize()
    return _figures(request) if frame == "figures" else FRAMES[frame].said


def _budget(request: Request, frame: str) -> str:
    """A change of budgets with its amount: "Raise the budget by 10 %"."""
    amount = request.amount
    many = "budgets" if request.every else "budget"
    of = f" of the {_ranked(request.but(level=request.level or 'adset'))}" if request.rank else ""
    if amount is None:
        return f"{request.want.capitalize()} the {many}{of}"
    number = f"{amount.number} {'%' if amount.percent else amount.currency}".strip()
    if frame == "move":
        return f"Move {number} of budget"
    way = " to" if amount.relative is False or request.want == "set" else " by"
    return f"{request.want.capitalize()} the {many}{of}{way} {number}"


def _aims(request: Request) -> str:
    """What a change is about."""
    names = _all_names(request)
    if request.tests:
        return "ads with " + " and ".join(_tests(request))
    if request.rank and request.figures:
        return f"the {_ranked(request)}"
    if request.states or (request.every and (request.level or not names)):
        states = "".join(f"{state.lower().replace('_', ' ')} " for state in request.states)
        return f"all {states}{NOUNS.get(request.level, 'ad')}s" + (f" of {names}" if names else "")
    return names


def _figures(request: Request) -> str:
    head = " and ".join(word(figure) for figure in request.figures) or "figures"
    if request.rank:
        head = _ranked(request)
        return head[:1].upper() + head[1:]
    if request.level and not request.by:
        head = f"{head} of {NOUNS[request.level]}s"
    splits = [NOUNS.get(part, part.replace("_", " ")) for part in request.splits]
    splits += [request.step] if request.step else []
    said = head + (f" by {' and '.join(splits)}" if splits else "")
    return said[:1].upper() + said[1:]


def _ranked(request: Request) -> str:
    """What is put in order, and by which figure; what is only counted has no best and no worst."""
    figure = request.ranked_by
    swapped = {"best": "highest", "worst": "lowest"} if _counted(figure) else {}
    rank = swapped.get(request.rank, request.rank)
    parts = [part.replace("_", " ") for part in request.by if part not in NOUNS]
    splits = " and ".join([*parts, *filter(None, (request.step,))])
    level = next((part for part in request.splits if part in NOUNS), request.level)
    noun = f"{NOUNS.get(level, 'ad')}s" if level in NOUNS or not splits else ""
    head = noun or (f"{splits}s" if splits == request.step else splits)
    count = f"{request.count} " if request.count and head.endswith("s") else ""
    head = head[:-1] if count == "1 " else head
    return f"{count}{head} by {rank} {word(figure)}" + (f" by {splits}" if splits and noun else "")


def _counted(figure: str) -> bool:
    counts = ("spend", "results", "impressions", "reach")
    return figure.startswith("actions:") or figure in counts or figure.endswith("clicks")


def _narrowed(request: Request) -> list[str]:
    """Conditions, what it is narrowed to, what is left out."""
    changes = request.want in _VERBS
    told = [] if changes else _tests(request)
    told += ["only videos"] if request.topic == "creatives" and not changes else []
    told += [f"only {value.replace('+', ' and ').replace('_', ' ')}" for _, value in request.only]
    names = [_name(thing) if request.want in WRITES else _looked_at(thing) for thing in request.named]
    told += [f"in {', '.join(names)}"] if names and (not changes or request.pick or request.tests) else []
    account = {"all": "all accounts"}.get(request.account, f"account {request.account}")
    told += [account] if request.account else []
    left = [shown(thing.text, 40) for thing in request.things if thing.role == "except"]
    told += [f"but not {', '.join(left)}"] if left else []
    return told + [f"approved by {shown(who, 40)}" for who in request.texts.get("who", ())]


def _tests(request: Request) -> list[str]:
    return [
        f"{word(test.figure)} {test.operator.replace('EQUAL', '=')} {test.value}" for test in request.tests
    ]


def _name(thing: Thing) -> str:
    return shown(thing.found[0].name if len(thing.found) == 1 else thing.text, 40)


def _looked_at(thing: Thing) -> str:
    """What a name was taken as, where it is a part of several names or an everyday word."""
    said = f'"{shown(thing.text, 40)}"'
    if all_of(thing):
        return f"all {len(thing.found)} {NOUNS.get(thing.found[0].level, 'thing')}s that {said} fits"
    level = next((level for level in LEVELS if any(one.level == level for one in thing.found)), "")
    widest = [one for one in thing.found if one.level == level]
    taken = thing.word and len(widest) == 1
    return f"{shown(widest[0].name, 40)} (taken for {said})" if taken else _name(thing)


def _all_names(request: Request) -> str:
    """The names of what is meant, those of all that fit where all are."""
    several = request.every and all(thing.level for thing in request.named)
    found = [one for thing in request.named for one in thing.found if one.level in ("", thing.level)]
    names = [one.name for one in found] if several else []
    return ", ".join(shown(name, 40) for name in names) or ", ".join(_name(thing) for thing in request.named)


def _days(period: Period, today: date | None, frame: str) -> str:
    """A period by its days: of a report those that are over, of what happened up to now."""
    if today is None or period.preset == "maximum":
        return {"maximum": "all time"}.get(
            period.preset, period.preset or f"{period.since} to {period.until}"
        )
    days = days_of(period, today, events=frame in _OF_EVENTS)
    return _span(*(over(days, today) if frame == "client_report" else days))


def _span(first: date, last: date) -> str:
    if first == last:
        return f"{first.day} {first:%b %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%b %Y}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%b}{year} – {last.day} {last:%b %Y}"


def _sides(request: Request, frame: str, today: date | None) -> Sides | None:
    """The days that are compared with other days, as the tool takes them: the usual ones where none were said."""
    usual = (Period(USUAL),) if frame in ("figures", "why") and request.output != "rest" else ()
    period, *more = request.periods or usual or (None,)
    period = None if more else period
    if today is None or period is None or not request.compare or period.preset == "maximum":
        return None
    compare = "previous" if request.compare == "worse" else request.compare
    return sides(compare, period.preset, days_of(period, today), today)


def _compared(request: Request, held: Sides | None) -> list[str]:
    if not request.compare:
        return []
    first, _, last = request.compare.partition("..")
    if last or (held and request.compare != "last_year"):
        then = held.then if held else (date.fromisoformat(first), date.fromisoformat(last))
        return [f"compared with {_span(*then)}"]
    return [
        "compared with "
        + {"last_year": "the same weekdays a year ago"}.get(request.compare, "the period before")
    ]


def _form(request: Request) -> list[str]:
    if request.want == "stop":
        return [f"the last {request.count} hours"] if request.count else []
    counted = request.count and (not request.rank or (request.want == "pause" and not request.figures))
    first = [f"at least {float(request.sure):.0%} sure".replace("%", " %")] if request.sure else []
    first += [f"the first {request.count}"] if counted else []
    return first + (
        [f"as {request.output}"] if request.output in ("csv", "xlsx", "json", "pdf", "html") else []
    )
