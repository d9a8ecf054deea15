"""What can be asked for: which slots each kind of request takes, which plan answers it, and when a request is of that kind."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.slots import LOOKED_AT, WRITES, NotPossible, NotUnderstood, Request, Test
from agent.models.offline.plans import (
    budget_plans,
    change_plans,
    look_plans,
    making_plans,
    note_plans,
    waiting,
)
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.plans.lost_words import refuse_lost
from agent.models.offline.telling.steps import Answer, Plan

_ALWAYS = frozenset({"want", "asked", "leading"})
_FIGURES = "topic level things figures tests by only step rank count periods compare output pick states account every"
_NAMED = "level things every ref"


@dataclass(frozen=True, slots=True)
class Frame:
    """A kind of request."""

    said: str
    """How the line that says what was understood begins."""
    takes: str
    """The slots it may have; any other is refused by its name."""
    plan: Callable[[Request, Talk], Plan | Answer]


FRAMES: dict[str, Frame] = {
    "figures": Frame("Figures", _FIGURES, look_plans.figures),
    "check": Frame("Daily check", "topic level periods account every figures states", look_plans.check),
    "judge": Frame("Judgement", "topic pick level things periods every count rank amount step sure", look_plans.judge),
    "list": Frame("List", "topic level things states every budget account by", look_plans.listed),
    "inspect": Frame("Details", "topic things level ref states", look_plans.inspect),
    "rejected": Frame("Disapproved ads", "topic level states every", look_plans.rejected),
    "history": Frame("Changes made here", "topic periods every count level states ref texts", look_plans.history),
    "waiting": Frame("What waits for approval", "topic", look_plans.waiting),
    "changed": Frame("What changed", "topic periods level every compare", look_plans.changed),
    "why": Frame("What moved the cost", "topic figures level things periods compare by", look_plans.why),
    "report": Frame("Report", "topic level things periods compare by output figures step", look_plans.report),
    "client_report": Frame("Report for a client", "topic level periods compare output step ref tongue", look_plans.client_report),
    "chart": Frame("Chart", "topic level things periods output figures step", look_plans.chart),
    "export": Frame("The table before", "topic output ref", look_plans.export),
    "activities": Frame("Who changed it", "topic level things periods states every", look_plans.activities),
    "preview": Frame("Preview", "things level", look_plans.preview),
    "accounts": Frame("Accounts", "topic level every", look_plans.accounts),
    "rules": Frame("Rules of the account", "topic every states level", look_plans.rules),
    "answered": Frame("", "topic texts", waiting.answered),
    "help": Frame("", "topic level things every", look_plans.explain),
    "set_status": Frame("", f"{_NAMED} topic", change_plans.set_status),
    "set_all": Frame("", f"{_NAMED} states", change_plans.set_all),
    "pause_weak": Frame("Pause what underperforms", f"{_NAMED} pick count periods without rank sure", change_plans.pause_weak),
    "pause_where": Frame("", f"{_NAMED} tests periods rank count figures", change_plans.pause_where),
    "revive": Frame("Revive", "pick level every states", change_plans.revive),
    "stop": Frame("Stop", "every level ref topic count", change_plans.stop),
    "undo": Frame("Undo", "ref change_set every topic", change_plans.undo),
    "redo": Frame("Redo", "ref change_set topic", change_plans.redo),
    "set_budget": Frame("Budget", f"{_NAMED} topic amount budget step tests periods rank count figures", budget_plans.set_budget),
    "shift": Frame("Move budget from losers to winners", "", budget_plans.shift),
    "move": Frame("Move budget", "things topic amount level step", budget_plans.move),
    "rename": Frame("Rename", f"{_NAMED} texts topic", change_plans.rename),
    "remove": Frame("", f"{_NAMED} states topic", change_plans.remove),
    "limit": Frame("Limit", f"{_NAMED} texts amount topic", change_plans.limit),
    "label": Frame("Label", _NAMED, change_plans.label),
    "remember": Frame("", "texts", note_plans.remember),
    "forget_last": Frame("", "", note_plans.forget_last),
    "forget_it": Frame("", "", note_plans.forget_it),
    "why_done": Frame("", "topic things level ref states periods", look_plans.why_done),
    "notes": Frame("", "", note_plans.notes),
    "make_rule": Frame("New rule", "topic level things tests periods every", making_plans.make_rule),
    "upload": Frame("Upload", "files topic level", making_plans.upload),
    "make_ad": Frame("New ad", "topic level things files texts link count every pick states", making_plans.make_ad),
    "new_campaign": Frame("New campaign", "topic level things texts objective amount budget step pick states", making_plans.new_campaign),
    "launch": Frame("Launch", "files level topic states", making_plans.launch),
    "duplicate": Frame("Copy", "things level texts topic states", making_plans.duplicate),
    "refresh": Frame("Change the ad", "things level texts files topic", making_plans.refresh),
}  # fmt: skip
_BY_WANT = {
    "undo": "undo", "redo": "redo", "stop": "stop", "move": "move", "shift": "shift", "rename": "rename", "archive": "remove", "delete": "remove", "end": "limit",
    "cap": "limit", "label": "label", "remember": "remember", "forget": "remember", "upload": "upload", "launch": "launch",
    "duplicate": "duplicate", "revive": "revive", "swap": "refresh", "you_did": "history", "done_by": "history", "changed": "changed", "why": "why",
    "why_not": "inspect", "why_rejected": "inspect", "preview": "preview", "who_changed": "activities", "help": "help", "hello": "help", "yes": "answered", "no": "answered",
    "drop_it": "answered", "forget_it": "forget_it", "forget_last": "forget_last", "notes": "notes", "why_done": "why_done", "other": "answered", "do_it": "answered", "what_if": "judge", "where_put": "judge", "chance": "judge",
}  # fmt: skip
_BY_TOPIC = {
    "budget_left": "check", "forecast": "check", "rejected": "rejected", "history": "history", "declined": "history", "waiting": "waiting", "accounts": "accounts",
    "token": "check", "limited": "check", "rules": "rules", "check": "check", "targeting": "inspect", "limits": "inspect", "bid_cap": "inspect", "cost_cap": "inspect", "review": "judge",
}  # fmt: skip
_OF_FIGURES = ("figures", "tests", "by", "only", "step", "compare", "rank")


def frame_of(request: Request) -> str:
    """The kind of a request. Raises NotUnderstood when it is none."""
    want = request.want
    if want in ("pause", "activate"):
        return _status(request)
    if want in ("raise", "lower", "double", "halve", "set", "scale"):
        return _reset(request)
    if want == "make":
        return _made(request)
    if want == "launch" and not all(
        path.lower().endswith(making_plans.LAUNCH_FILES) for path in request.files
    ):
        return "make_ad"
    if want in ("why_not", "why_rejected", "inspect") and not request.named:
        rejected = want == "why_rejected" or (want == "why_not" and request.topic == "rejected")
        return "rejected" if rejected else "check" if want == "why_not" else _read(request)
    of_days = want in ("why_not", "inspect") and request.periods
    return "figures" if of_days else _BY_WANT.get(want) or _read(request)


def _reset(request: Request) -> str:
    """Budgets are not all that is set: bids and the words of an ad are as well."""
    if request.topic in change_plans.BIDS:
        return "limit"
    if request.want == "scale" or (request.pick == "winners" and not request.amount):
        return "judge"
    return "refresh" if request.texts and request.topic != "budget" else "set_budget"


def _made(request: Request) -> str:
    """Not all that is made is an ad: reports and charts are made as well."""
    if request.output == "chart":
        return "chart"
    if request.topic == "rules":
        return "make_rule"
    if request.topic in LOOKED_AT:
        return "check" if request.topic == "check" else _report(request)
    levels = [request.level] if request.level else [thing.level for thing in request.named]
    campaign = request.objective or ("campaign" in levels and not request.files)
    return "new_campaign" if campaign else "make_ad"


def _report(request: Request) -> str:
    """A file for a client, where it is to be made or to be a page; else figures in the chat."""
    narrow = request.named or request.figures or request.by or request.output in ("csv", "json")
    file = request.want == "make" or request.topic == "client_report" or request.output in look_plans.PAGES
    return "client_report" if file and not narrow else "report"


def _status(request: Request) -> str:
    """The kind of an order to pause or activate."""
    pauses = request.want == "pause"
    worst = request.rank == "worst" and not request.figures
    if (request.pick == "weak" or worst) and request.level in ("campaign", "adset"):
        raise NotUnderstood(ONLY_ADS)
    if pauses and (request.pick == "weak" or request.without == "winners" or worst):
        return "pause_weak"
    first = pauses and request.figures and request.rank not in ("", "best")
    if request.pick == "revive" or request.tests or first:
        return "pause_where" if request.tests or first else "revive"
    if pauses and request.ref == "your_work":
        return "stop"
    of_level = request.level and not (request.every and _all_named(request))
    of_state = request.states and request.named
    return "set_all" if of_level or of_state or _everything(request) else "set_status"


def _all_named(request: Request) -> bool:
    """Whether "all" belongs to a name ("all summer ad sets"), whose level word is taken by it."""
    return bool(request.named) and all(thing.level == request.level for thing in request.named)


def _everything(request: Request) -> bool:
    return request.every and not request.named


def one_ad(request: Request) -> bool:
    """Whether a single ad is named."""
    return [one.level for thing in request.named for one in thing.found] == ["ad"]


def _figured(request: Request) -> bool:
    return any(getattr(request, slot) for slot in _OF_FIGURES)


def _judged(request: Request) -> bool:
    return request.pick in ("weak", "winners", "tired") and not request.figures and not request.tests


_READS: tuple[tuple[str, Callable[[Request], object]], ...] = (
    ("chart", lambda r: "chart" in (r.output, r.want)),
    ("rejected", lambda r: r.states == ("DISAPPROVED",) and not r.named),
    ("export", lambda r: (r.output or r.want == "export") and not (_figured(r) or r.level or r.periods or r.topic)),
    ("judge", _judged),
    ("judge", lambda r: r.want == "judge" and not _figured(r)),
    ("list", lambda r: (r.asked == "how_much" and r.level and r.by and set(r.set_slots) <= {"asked", "level", "by", "states"} )),
    ("figures", lambda r: r.want == "how_is" and (r.named or r.topic == "creatives")),
    ("check", lambda r: r.want == "how_is" and not _figured(r)),
    ("figures", lambda r: _figured(r) or r.output or r.want == "compare" or r.topic == "performance"),
    ("inspect", lambda r: r.states and r.asked and one_ad(r)),
    ("figures", lambda r: r.topic == "creatives" and (r.level or r.states) and not r.named),
    ("list", lambda r: r.topic == "budget" or r.states),
    ("check", lambda r: r.want == "check"),
    ("figures", lambda r: r.periods),
    ("accounts", lambda r: r.level == "account"),
    ("list", lambda r: r.level and not (r.named and (r.want == "inspect" or one_ad(r)))),
    ("list", lambda r: r.named and not r.want and r.asked and r.named[0].level in ("campaign", "adset")),
    ("inspect", lambda r: r.named),
)  # fmt: skip
"""What is only looked at: the first line that holds says the kind."""


def _read(request: Request) -> str:
    """The kind of a request that only reads. Raises NotUnderstood when it names nothing to look at."""
    if request.topic in ("report", "client_report"):
        return _report(request)
    if request.topic in _BY_TOPIC:
        return _BY_TOPIC[request.topic]
    found = next((frame for frame, holds in _READS if holds(request)), "")
    if not found:
        raise NotUnderstood("")
    return found


ONLY_ADS: str = sayings()["sentences"]["only_ads"]
ONLY_REPORTS = 'Only the report for a client is made as a page: "report for last month as pdf". Tables go into csv, xlsx or json.'
QUESTION: str = sayings()["sentences"]["question"]


TABLES = (".csv", ".xlsx")
UNDO_ONE = 'One change set is taken back at a time: "what did I change today?" lists them with their ids, "undo ID" takes one back.'
LEAST_OF_AN_ID = 1000
"""From here on a number counts no ads."""
_LEAVES_OUT = ("set_status", "set_all", "pause_weak", "pause_where", "set_budget", "remove", "figures")
"""Kinds of requests whose plans leave out what is excepted; figures say that they cannot."""


def refuse_more(request: Request, frame: str) -> None:
    """Refuse a slot that a kind of request cannot take: what was said is never left out. No question is an order."""
    if request.asked and request.want in WRITES and frame not in (*LOOKED_AT, "chart", "judge"):
        order = sayings()["orders"].get(frame, "")
        raise NotUnderstood(f"{QUESTION} An order, for example: {order}." if order else QUESTION)
    if request.output in look_plans.PAGES and frame != "client_report":
        raise NotUnderstood(ONLY_REPORTS)
    if frame not in _LEAVES_OUT and any(thing.role == "except" for thing in request.things):
        raise NotUnderstood("I cannot leave anything out of that. Name what is meant instead.")
    allowed = _ALWAYS | set(FRAMES[frame].takes.split())
    if request.account and "account" not in allowed:
        raise NotUnderstood(
            f'Changes are made in the account in use alone: "use {request.account.replace("all", "ACCOUNT")}" goes to another first.'
        )
    more = [slot for slot in request.set_slots if slot not in allowed]
    if frame == "stop" and request.topic not in ("", "protected"):
        more.append("topic")
    if more == ["files"] and request.files[0].lower().endswith(TABLES):
        raise NotUnderstood(f"Ask for the table alone, and then: /export {request.files[0]}")
    if "count" in more and request.count >= LEAST_OF_AN_ID:
        raise NotPossible(f"Nothing in the account has the id {request.count}: ids have 8 digits or more.")
    if frame in ("undo", "redo") and (more == ["periods"] or request.ref[:1].isdecimal()):
        raise NotPossible(UNDO_ONE)
    if more:
        raise NotUnderstood(
            f"{sayings()['slots'].get(more[0], more[0])}{_values(more[0], request)} does not go with that here."
            f" {sayings()['instead'].get(frame, 'Say it another way.')}"
        )
    refuse_lost(request, frame)


def _values(slot: str, request: Request) -> str:
    """What a slot holds, in brackets, where that is a word or a number."""
    value = getattr(request, slot)
    parts = value if isinstance(value, tuple) else (value,)
    tests = [f"{one.figure} {one.operator} {one.value}" for one in parts if isinstance(one, Test)]
    told = tests + [str(one) for one in parts if isinstance(one, str) or (slot == "count" and one)]
    return f" ({', '.join(told)})".replace("_", " ") if told and slot not in ("topic", "ref") else ""
