"""Follow-ups: what a request that goes on from the one before keeps of it."""

from dataclasses import replace

from agent.models.offline.language.period_words import UNSAID
from agent.models.offline.language.slots import WRITES, NotUnderstood, Request
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.plans.rows_before import WHOLE_ORDER, of_what, other_than, referred, scaled

_FOLLOWS = frozenset("periods compare by step only output states rank count every want asked leading".split())
"""Slots that alone say no more than how the request before is to differ."""
_IN_ORDER = frozenset({"rank", "figures", "count"})
_OF_ALL = ("check", "accounts", "token", "rules", "waiting")
"""What is asked of the account alone, and goes on from nothing."""
_OF_NAMES = ("budget", "targeting", "limits", "bid_cap", "cost_cap")
"""What is asked anew of what was named before ("and its budget?")."""
_LOOKS_AGAIN = ("", "show", "compare", "chart", "export")


def completed(request: Request, talk: Talk) -> Request:
    """The request with what it leaves to the conversation: a follow-up keeps the slots it does not name."""
    last = talk.last if talk.last and talk.last.want != "no" else None
    request = _in_order(request, last)
    more = set(request.set_slots) - {"want", "asked", "leading", "ref"}
    judged = last if last and not talk.unclear and last.want not in WRITES and last.pick == "weak" else None
    if request.want == "do_it" and judged:
        if more or request.ref[:1].isdecimal():
            raise NotUnderstood(WHOLE_ORDER)
        return judged.but(want="pause", asked="", figures=(), output="")
    request = of_what(request, talk)
    if request.ref:
        request = scaled(request, last) or referred(request, talk)
    said = set(request.set_slots) - {"leading", "asked", "want"}
    if request.leading and last and last.want in WRITES and not request.want:
        looks = request.leading == "about" and request.named
        return request.but(want="how_is") if looks else other_than(last, request)
    if last and last.want not in WRITES and not said and (question := _asked_of(request, last)):
        return question
    if request.topic in _OF_NAMES and request.leading and last:
        return request.but(things=request.things or last.things)
    follows = said and (request.leading or said <= _FOLLOWS or (request.rank and said <= _IN_ORDER))
    follows = follows and request.topic not in _OF_ALL
    if not last or not follows or request.want not in _LOOKS_AGAIN or last.want in WRITES:
        return request
    return last.but(**_kept(request, last))


def _kept(request: Request, last: Request) -> dict[str, object]:
    """What a follow-up says in the place of the request before."""
    kept = {
        slot: value for slot, value in request.set_slots.items() if slot not in ("leading", "asked", "want")
    }
    if last.periods and any(period.said == UNSAID for period in request.periods):
        del kept["periods"]
    if request.rank in ("best", "worst") and last.figures == ("spend",):
        kept = {"figures": ()} | kept  # which is better, its spend does not tell
    if request.topic == "creatives" and not request.things:
        kept["things"] = tuple(thing for thing in last.things if any(f.level != "ad" for f in thing.found))
    if request.tests and len(last.figures) == 1:
        kept["tests"] = tuple(replace(test, figure=test.figure or last.figures[0]) for test in request.tests)
    if request.by:
        narrowed = tuple(one for one in last.only if one[0] not in request.by)
        kept |= {"level": request.level, "only": (*narrowed, *request.only)}
    return kept


def _asked_of(request: Request, last: Request) -> Request | None:
    """A question that says nothing but itself: "why?", or "which ones?" after how many there are."""
    if request.want == "why":
        return request.but(things=last.things, periods=last.periods)
    return last.but(asked="which") if request.asked == "which" and request.want in ("", "show") else None


def _in_order(request: Request, last: Request | None) -> Request:
    """The best for "top"; "just the top 3" of what was put in order goes on in that order."""
    alone = last and set(request.set_slots) <= {"want", "asked", "leading", *_IN_ORDER}
    top = (last.rank if last and alone else "") or "best"
    return request.but(rank=top) if request.rank == "top" else request
