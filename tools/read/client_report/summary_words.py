"""The period in plain words: what was spent and what it brought, how that moved, and whether the target was met."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tools.domain.brand import Brand
from tools.read.client_report.deeds_told import PREPARATIONS
from tools.read.client_report.figure_words import Pen
from tools.read.client_report.gathering import Gathered, before_known, several_goals
from tools.read.client_report.report_language import NO_BREAK
from tools.read.figures.spans import Span, length

MOVES = ("spend", "results", "cost_per_result")


def summary(found: Gathered, pen: Pen, brand: Brand) -> tuple[str, ...]:
    """The sentences that a client reads first."""
    totals = found.totals["totals"]
    if not Decimal(totals.get("spend") or 0):
        return (pen.say("nothing"), *_done(found, pen))
    several = [pen.say("several")] if several_goals(found) else []
    return (
        _spent(totals, pen),
        *several,
        *_moved(found, pen),
        *_value(found, pen, brand),
        *_done(found, pen),
    )


def _spent(totals: dict[str, Any], pen: Pen) -> str:
    spend = pen.written("spend", totals["spend"])
    if "results" not in totals:
        return pen.say("spent_only", spend=spend)
    if "cost_per_result" not in totals:
        return pen.say("spent_none", spend=spend)
    cost = pen.written("cost_per_result", totals["cost_per_result"])
    return pen.say("spent", spend=spend, results=pen.counted(Decimal(totals["results"])), cost=cost)


def _moved(found: Gathered, pen: Pen) -> Iterator[str]:
    if found.then and not before_known(found):
        yield pen.say("no_before", span=pen.language.span(found.then))
        return
    totals = found.totals["totals"]
    moves = [
        pen.say("move", label=pen.label(name), move=move)
        for name in MOVES
        if (move := pen.moved(name, totals))
    ]
    if found.then and moves:
        span = days_compared(found.now, found.then, pen)
        yield pen.say("moved", span=span, moves=pen.say("between").join(moves))


def days_compared(now: Span, then: Span, pen: Pen) -> str:
    """The days that a period is compared with, and how many they are where that is not as many."""
    span, days = pen.language.span(then), (length(then), length(now))
    return span if days[0] == days[1] else pen.say("uneven", span=span, before=days[0], now=days[1])


def _value(found: Gathered, pen: Pen, brand: Brand) -> Iterator[str]:
    """What came back, and whether the brand's targets were met."""
    totals = found.totals["totals"]
    roas = Decimal(totals.get("roas") or 0)
    if roas:
        said = pen.written("roas", totals["roas"])
        spent = 1 if pen.account.decimals else 100  # a yen has no parts that its return could be told in
        unit = f"{spent}{NO_BREAK}{pen.account.currency}"
        yield pen.say("returned", unit=unit, value=pen.money(spent * roas), roas=said)
    cost = totals.get("cost_per_result")
    if found.now[1] == found.today:
        return  # a day that is not over meets and misses nothing
    if brand.target_cpa and cost:
        target = brand.target_cpa.money(pen.account.currency).major
        beyond = pen.language.percent((Decimal(cost) / target - 1) * 100)
        text = "target_met" if Decimal(cost) <= target else "target_missed"
        yield pen.say(text, target=pen.money(target), percent=beyond)
    elif brand.target_roas and roas:
        text = "roas_met" if roas >= brand.target_roas else "roas_missed"
        yield pen.say(text, target=pen.language.number(brand.target_roas, 2))


def _done(found: Gathered, pen: Pen) -> Iterator[str]:
    """What was changed, and what waits."""
    number = sum(one.change.kind not in PREPARATIONS for one in found.applied)
    if number:
        yield pen.say("changed_some", number=number)
    elif not found.taken_back:
        yield pen.say("changed_none")
    if found.taken_back:
        yield pen.say("taken_back", number=found.taken_back)
    waiting = [one for one in found.waiting if {c.kind for c in one.changes} - PREPARATIONS]
    if waiting:
        yield pen.say("waiting_some", number=len(waiting))
