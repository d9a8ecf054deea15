"""The why-ledger for a client: what was changed, why, and what became of it; and what waits for a decision."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tools.analysis.rows import Totals
from tools.analysis.trend import SURE
from tools.domain.changes import Change
from tools.domain.money import Money
from tools.domain.text import clean, shortened
from tools.domain.tool import Applied
from tools.read.client_report.figure_words import Pen
from tools.read.client_report.gathering import Gathered
from tools.read.results_since import Deed, Since

PREPARATIONS = frozenset({"upload_image", "upload_video", "create_creative", "label", "subscribe"})
"""Kinds of changes that no client asks about: they only serve others. All others have words in `languages/`."""
_ASKED = re.compile(r"asked|asked for(: .*)?", re.DOTALL)
"""A reason that says no more than what was done; what was typed stays out."""
MOST_OF_A_KIND, MOST_DEEDS = 6, 60
LONGEST_NAME, LONGEST_REASON = 90, 300


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words; `why` is empty where nobody gave a reason."""

    on: str
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Deeds:
    """The changes of one set, and what came of them."""

    deeds: tuple[Told, ...]
    outcomes: tuple[str, ...] = ()


def changed(found: Gathered, pen: Pen) -> tuple[Deeds, ...]:
    """What adsteward changed in the period, the newest first."""
    told, by_set = list[Deeds](), dict[str, list[Applied]]()
    for one in found.applied:
        if one.change.kind not in PREPARATIONS:
            by_set.setdefault(one.change_set_id, []).append(one)
    for set_id, applied in reversed(by_set.items()):
        since = [one for one in found.outcomes if one.deed.change_set_id == set_id]
        deeds = _few([_applied(one, pen) for one in applied], pen)
        told.append(Deeds(tuple(deeds), tuple(_outcome(one, pen) for one in since)))
    return tuple(told[:MOST_DEEDS])


def proposed(found: Gathered, pen: Pen) -> tuple[Deeds, ...]:
    """What waits for a decision, the newest first."""
    told = list[Deeds]()
    for change_set in found.waiting:
        on = _local(datetime.fromisoformat(change_set.created_at), pen)
        deeds = [
            Told(on, _said("planned", change, pen), _why(change, pen))
            for change in change_set.changes
            if change.kind not in PREPARATIONS
        ]
        if deeds:
            told.append(Deeds(tuple(_few(deeds, pen))))
    return tuple(told[:MOST_DEEDS])


def _applied(one: Applied, pen: Pen) -> Told:
    undone = f" ({pen.say('undone')})" if one.undone else ""
    return Told(_local(one.at, pen), _said("done", one.change, pen) + undone, _why(one.change, pen))


def _few(deeds: Sequence[Told], pen: Pen) -> Iterable[Told]:
    """The first of many deeds of one set, with how many are left out."""
    yield from deeds[:MOST_OF_A_KIND]
    if len(deeds) > MOST_OF_A_KIND:
        yield Told(deeds[0].on, pen.say("more", number=len(deeds) - MOST_OF_A_KIND))


def _local(at: datetime, pen: Pen) -> str:
    return pen.language.day(at.astimezone(pen.account.zone).date())


def _said(tense: str, change: Change, pen: Pen) -> str:
    """A change in words, by its kind."""
    words: dict[str, str] = pen.language.tables[tense]
    thing = _thing(change.level, change.name, pen)
    if change.kind == "set_status":
        return words["pause" if change.after.get("status") == "PAUSED" else "activate"].format(thing=thing)
    return words[change.kind].format(thing=thing, **_step(change, pen))


def _thing(level: str | None, name: str, pen: Pen) -> str:
    """An ad, an ad set or a campaign with its name in quotes."""
    quoted = pen.say("quoted", name=shortened(clean(name), LONGEST_NAME))
    return f"{said} {quoted}" if (said := pen.language.level(level)) else quoted


def _place(deed: Deed) -> str:
    """The name of the ad set or campaign whose figures tell what came of a deed."""
    change = deed.changes[0]
    if change.level == deed.level or not change.where:
        return change.name
    return change.where[-1].rpartition(" (")[0].strip("“”")


def _step(change: Change, pen: Pen) -> dict[str, Any]:
    """From what to what a budget or a name goes."""
    if change.kind == "rename":
        return {"after": _thing(None, change.after["name"], pen)}
    if change.kind != "set_budget":
        return {}
    field, after = next(iter(change.after.items()))
    budget = pen.language.tables["budgets"][field]
    return {"budget": budget, "before": _amount(change.before.get(field), pen), "after": _amount(after, pen)}


def _amount(minor: str | None, pen: Pen) -> str:
    return pen.money(Money.from_minor_text(minor, pen.account.currency).major) if minor else pen.say("none")


def _why(change: Change, pen: Pen) -> str:
    """The figures that a change rests on, in words; else the reason that was given."""
    basis = change.basis
    if change.kind == "set_status" and basis.get("target") and "spend" in basis:
        spend, usual = pen.money(Decimal(basis["spend"])), "target_is" in basis
        yardstick = pen.say("usual_is" if usual else "target_is", target=pen.money(Decimal(basis["target"])))
        if cost := basis.get("cost_per_result"):
            results, cost = pen.counted(Decimal(basis["results"])), pen.money(Decimal(cost))
            return pen.say("because", results=results, spend=spend, cost=cost, yardstick=yardstick)
        return pen.say("because_none", spend=spend, yardstick=yardstick)
    if change.restores:
        return pen.say("takes_back")
    reason = "" if _ASKED.fullmatch(change.reason) else change.reason
    return shortened(clean(reason), LONGEST_REASON)


def _outcome(one: Since, pen: Pen) -> str:
    """What a result cost before and since, and whether that is a difference."""
    told, thing = one.comparison, _thing(one.deed.level, _place(one.deed), pen)
    if told is None:
        return pen.say("early", thing=thing)
    if not (one.before.spend and one.since.spend):
        return pen.say("no_spend", thing=thing)
    chance = max(told.chance_dearer, 1 - told.chance_dearer)
    verdict = "dearer" if told.chance_dearer >= SURE else "cheaper" if chance >= SURE else "unclear"
    return pen.say(
        "since",
        thing=thing,
        before=_cost(one.before, pen),
        count_before=pen.counted(one.before.results),
        since=_cost(one.since, pen),
        count_since=pen.counted(one.since.results),
        days=one.days,
        verdict=pen.say(verdict, sure=pen.sure(chance)),
    )


def _cost(seen: Totals, pen: Pen) -> str:
    return pen.say("none") if seen.cpa is None else pen.say("cost_one", cost=pen.money(seen.cpa))
