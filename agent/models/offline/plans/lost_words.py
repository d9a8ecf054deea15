"""What a kind of request takes and its plan would pass over: refused, with what to say instead, so that no word is lost."""

from collections.abc import Callable

from agent.models.offline.language.slots import NOUNS, NotUnderstood, Request

_NOT_OF_THAT = "Such things are not changed like that here. Name the campaign, ad set or ad alone."
_BY_THE_DAY = "Budgets are by the day or for the whole lifetime. Say the amount for a day."
_DRAWN = ("spend", "results", "cost_per_result", "roas", "actions:purchase")


def refuse_lost(request: Request, frame: str) -> None:
    """Raise NotUnderstood for a value that the plan of this kind of request does not look at."""
    for frames, lost, why in _LOST:
        if frame in frames.split() and lost(request):
            raise NotUnderstood(why)


def _topic_lost(request: Request) -> bool:
    """A topic beside a name; "the video" may be the ad that is named, never the ads in what is named."""
    found = [one for thing in request.named for one in thing.found]
    of_ad = request.topic == "creatives" and bool(found) and all(one.level == "ad" for one in found)
    return bool(request.topic and request.named) and not of_ad


def _taken_elsewhere(request: Request) -> bool:
    """Whether what is taken from one is to be given to another ("take 10 % from A and put it into B")."""
    return {"to"} < {thing.role for thing in request.named}


def _state_lost(request: Request) -> bool:
    """A state that is not simply the other one than what is asked for."""
    fits = {"PAUSED"} if request.want == "activate" else {"ACTIVE", "RUNNING"}
    return bool(set(request.states) - fits)


_LOST: tuple[tuple[str, Callable[[Request], object], str], ...] = (
    ("set_status rename remove duplicate refresh", _topic_lost, _NOT_OF_THAT),
    ("set_budget move", lambda r: r.topic not in ("", "budget"), _NOT_OF_THAT),
    ("set_budget", _taken_elsewhere, 'From one to another an amount is moved. Such as: move 30 USD a day from "A" to "B".'),
    ("undo", lambda r: r.topic not in ("", "history"), _NOT_OF_THAT),
    ("redo", lambda r: r.topic not in ("", "history"), _NOT_OF_THAT),
    ("limit", lambda r: r.topic not in ("", "bid_cap", "cost_cap"), 'A cap is on all that is ever spent. For a budget: set the budget of "NAME" to 50 USD.'),
    ("make_ad new_campaign launch duplicate", lambda r: set(r.states) - {"PAUSED"}, "What is new begins paused, always. Activate it once it is there."),
    ("rules", lambda r: set(r.states) - {"ACTIVE", "RUNNING"}, "All rules are listed, each with whether it is on."),
    ("set_all", _state_lost, "By that state I choose none. For paused ones: activate all paused ads, or archive all paused ads."),
    ("pause_where", lambda r: r.tests and (r.rank or r.figures), "A condition and a figure without one: say what it is to be, such as: CPA over 60."),
    ("pause_where", lambda r: r.tests and r.level not in ("", "ad"), "Conditions choose single ads, no campaigns or ad sets. Name those."),
    ("pause_weak", lambda r: r.without not in ("", "winners"), "I cannot leave those out of what underperforms. Name the ads instead."),
    ("pause_weak", lambda r: r.rank not in ("", "worst"), "What underperforms comes worst first. Such as: pause the 3 worst ads."),
    ("set_budget", lambda r: r.periods and not (r.tests or r.rank), "A budget is changed now, whatever the days. A condition may have days: with CPA over 60 last 14 days."),
    ("set_budget", lambda r: r.rank not in ("", "best", "worst") and not r.figures, "Name whose budget, or say by which figure, such as: raise the budget of the 2 best ad sets by 10 %. Names: show budgets."),
    ("set_budget", lambda r: (r.figures or r.count) and not r.rank, "A budget is changed now, whatever the figures. A condition says them, such as: of ad sets with CPA over 60."),
    ("set_budget move new_campaign", lambda r: r.step not in ("", "day"), _BY_THE_DAY),
    ("figures", lambda r: r.rank and r.level in NOUNS and set(r.by) & set(NOUNS) - {r.level}, "The first of each is not told. Name one campaign or ad set, such as: top 5 ads in NAME."),
    ("figures", lambda r: r.topic == "budget" and r.rank and not r.figures, "Budgets are not put in order. All of them: show budgets."),
    ("figures", lambda r: r.count and r.step and not r.rank, "The first of how many? Such as: top 3 campaigns by ROAS this month, or without the number."),
    ("check", lambda r: r.topic in ("forecast", "budget_left") and r.level in ("campaign", "adset", "ad"), "The pace and what is left are told of the whole account. Such as: spend by campaign today, or: show budgets."),
    ("figures", lambda r: r.pick and not r.rank, "Figures are not told by that choice. Such as: which ads underperform."),
    ("figures check", lambda r: r.states, 'Figures are not told by state. "list paused ads" shows which are.'),
    ("history", lambda r: r.want == "done_by" and "who" not in r.texts and (r.level or r.topic not in ("", "history")), 'Whose changes? Such as: what did Anna approve. In the account: "who changed what".'),
    ("history", lambda r: r.states, '"history" lists all changes made here, whatever state things are in.'),
    ("judge", lambda r: r.pick == "tired" and (r.named or r.count or r.periods), "Tired ads are told for the whole account. Such as: which ads are tired."),
    ("chart", lambda r: set(r.figures) - set(_DRAWN), "A chart shows spend, results and their cost. Ask for other figures as a table, such as: CTR by day."),
    ("chart", lambda r: r.step not in ("", "day"), "A chart goes by the day. For weeks or months ask for a table."),
)  # fmt: skip
