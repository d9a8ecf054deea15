"""Plans that change budgets: what is said of an amount, and what must be asked."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import Amount, Found, NotPossible, Request, Test, Thing
from agent.models.offline.plans import choices
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.plans.figure_questions import meeting
from agent.models.offline.plans.look_plans import of_enough
from agent.models.offline.telling import change_answers, tree_rows
from agent.models.offline.telling.figure_tables import period_of, ranked, word
from agent.models.offline.telling.steps import Call, Ended, Plan, Steps, needed, rows_of
from agent.models.offline.telling.steps import one as turn

DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD")
EXAMPLE = 'Such as: raise the budget of "Summer - Prospecting" by 10 %. Nothing was done.'


def money(amount: Amount, talk: Talk) -> str:
    """An amount with its currency: the account's, unless another is said. Raises Ended when none is known."""
    currency = amount.currency or talk.currency
    if currency == "$":
        currency = talk.currency if talk.currency in DOLLARS else "USD"
    if currency == "¥":
        currency = talk.currency if talk.currency in ("JPY", "CNY") else "JPY"
    if not currency or amount.percent:
        raise Ended(
            f"{amount.number} of which currency? Write it, as in {amount.number} USD. Nothing was done."
        )
    return f"{amount.number} {currency}"


def same_money(test: Test, talk: Talk) -> None:
    """Refuse a condition in another currency than the account's, or a percentage of what is no rate."""
    if test.currency == "%" and not test.figure.endswith(("ctr", "conversion_rate")):
        raise NotPossible(f"{test.value} % of what? Write the amount, such as: CPA over 60.")
    ours = {talk.currency, "", "%", "¥"} | ({"$"} if talk.currency in DOLLARS else set())
    if talk.currency and test.currency not in ours:
        raise NotPossible(
            f"The account is in {talk.currency}, not in {test.currency}; amounts are never converted."
        )


def set_budget(request: Request, talk: Talk) -> Plan:
    """A budget to an amount, or by so much."""
    found, days, reasons = yield from _holders(request)
    lifetime = all(each.lifetime and not each.daily for each in found) and not request.step
    kind = request.budget or ("lifetime" if lifetime else "daily")
    amount = _wish(request, found, kind, talk)
    wanted = {"ids": [each.id for each in found], f"{kind}_budget": amount}
    call = Call("set_budget", wanted, choices.guessed(request.things, found))
    several = request.every or request.tests or request.rank
    result = yield from (choices.but_refused if several else turn)(call)
    told = change_answers.told([result], "set", reasons=reasons)
    return f"{told}\nBy the figures of {days}." if days else told


class _Meant(NamedTuple):
    """Whose budgets are meant; where figures choose them, of which days, and the figure of each by its id."""

    found: list[Found]
    days: str = ""
    reasons: dict[str, str] | None = None


def _holders(request: Request) -> Steps[_Meant]:
    """Whose budgets are meant. Raises Ended where that is not clear."""
    if any(thing.level == "ad" for thing in request.things):
        raise Ended("Budgets belong to ad sets and campaigns, not to ads. Name the ad set. Nothing was done.")
    request = request.but(every=request.every or bool(request.tests or request.rank))
    of_names = any(thing.level for thing in request.named) and not (request.tests or request.rank)
    if request.named and (of_names or not request.every):
        return _Meant(_with_budget(request))
    if not request.every:
        raise Ended(f"Which one? Name the campaign or ad set. {EXAMPLE}")
    skip, node = (yield from choices.ids_left_out(request)), choices.holder(request, choices.HOLDERS)
    content = yield from needed(Call("list_ads", choices.within(node)))
    rows = [row for row in tree_rows.nodes(content) if (row.daily or row.lifetime) and row.status == "ACTIVE"]
    rows = [row for row in rows if request.level in ("", "account", row.level) and row.id not in skip]
    if content.get("left_out") or not rows:
        raise Ended(f"Which one? Name the campaign or ad set. {EXAMPLE}")
    by_figures = request.tests or request.rank
    return (yield from _chosen(request, [node.id] if node else [], rows)) if by_figures else _Meant(rows)


def _chosen(request: Request, within: Sequence[str], rows: Sequence[Found]) -> Steps[_Meant]:
    """Those that meet the conditions, or come first in the order that is asked for. Raises Ended where none does."""
    if request.rank and not request.count:
        example = "raise the budget of the 2 best ad sets by 10 %"
        raise Ended(f"How many of them? Such as: {example}. Nothing was done.")
    level = request.level if request.level in choices.HOLDERS else "adset"
    sure = of_enough(request)
    meets, content = yield from meeting(sure, level, within, whole=bool(request.tests))
    days, by, figure = period_of(content), {row.id: row for row in rows}, request.ranked_by
    found = [by[i] for i in meets if i in by][: request.count or None]
    if not found:
        raise Ended(f"Nothing with a budget of its own meets that in {days}. Nothing was done.")
    told = {
        str(r.get(f"{level}_id")): f"{word(figure)} {r.get(figure)}"
        for r in ranked(content, request)
        if r.get(figure)
    }
    reasons = {key: told[row.id] for row in found if row.id in told for key in (row.id, row.name)}
    return _Meant(found, days, reasons if request.rank else None)


def _with_budget(request: Request) -> list[Found]:
    """What is named; where a name fits several, the only one that has a budget of its own."""
    found = list[Found]()
    for thing in request.named:
        whole = request.every and thing.level and not thing.more
        found += _budgets(thing) if whole else [_one_budget(thing)]
    return choices.remaining(found, request)


def _wish(request: Request, found: Sequence[Found], kind: str, talk: Talk) -> str:
    """The budget as the tool takes it. Raises Ended when the words do not say it without a doubt."""
    amount, sign = request.amount, {"raise": "+", "lower": "-"}.get(request.want, "")
    if request.want in ("double", "halve") and not amount:
        return {"double": "double", "halve": "half"}[request.want]
    if amount is None or request.want in ("double", "halve"):
        raise Ended(f"By which amount, or to which amount? {EXAMPLE}")
    if amount.percent:
        if request.step:
            raise Ended(f"By {amount.number} % once, or again and again? I only act now. {EXAMPLE}")
        if not sign or amount.relative is False:
            raise Ended(f"Up or down by {amount.number} %? {EXAMPLE}")
        if sign == "-" and Decimal(amount.number) >= 100:
            raise Ended("That would leave no budget; pause it instead. Nothing was done.")
        return f"{sign}{amount.number} %"
    if amount.relative and not amount.currency:
        raise Ended(f"By {amount.number} what: percent, or an amount with its currency? {EXAMPLE}")
    if (sign and amount.relative is None) or (amount.relative and not sign):
        raise Ended(f"{f'By {amount.number}, or to' if sign else 'Up or down by'} {amount.number}? {EXAMPLE}")
    written = money(amount, talk)
    said = money(replace(amount, number=amount.before), talk) if amount.before else ""
    for each in found if not amount.relative else ():
        _check_now(each, kind, written, said, sign)
    return f"{sign}{written}" if amount.relative else written


def _check_now(found: Found, kind: str, wanted: str, said: str, sign: str) -> None:
    """Whoever says "from 145 to 160" thinks that it is 145; raising to less than there is, or lowering to more, is a slip of the tongue."""
    now = found.daily if kind == "daily" else found.lifetime
    if said and not (now and _money(now) == _money(said)):
        raise Ended(
            f"{shown(found.name)} has {now or f'no {kind} budget'} now, not {said}. Nothing was done."
        )
    if not (now and sign) or _money(now)[1] != _money(wanted)[1]:
        return
    if sign == "+" and _money(wanted) < _money(now):
        raise Ended(f"{wanted} would be less than the {now} there is now, not a raise. Nothing was done.")
    if sign == "-" and _money(wanted) > _money(now):
        raise Ended(f"{wanted} would be more than the {now} there is now. Nothing was done.")


def _money(written: str) -> tuple[Decimal, str]:
    number, _, currency = written.partition(" ")
    return Decimal(number), currency


def move(request: Request, talk: Talk) -> Plan:
    """Take an amount from one budget and give it to another, in one change set."""
    sides = {role: [thing for thing in request.things if thing.role == role] for role in ("from", "to")}
    if len(sides["from"]) != 1 or len(sides["to"]) != 1 or request.amount is None or len(request.named) != 2:
        raise Ended(
            'Say how much, from where and to where, such as: move 30 USD from "A" to "B". Nothing was done.'
        )
    source, target = (_one_budget(sides[role][0]) for role in ("from", "to"))
    if source.id == target.id:
        raise Ended("From and to are the same. Nothing was done.")
    written, note = money(request.amount, talk), choices.guessed(request.things, (source, target))
    results = yield (
        Call("set_budget", {"ids": [source.id], "daily_budget": f"-{written}"}, note, whole=True),
        Call("set_budget", {"ids": [target.id], "daily_budget": f"+{written}"}, whole=True),
    )
    return change_answers.told(list(results), "set")


def shift(_: Request, __: Talk) -> Plan:
    """Move budget from what is dear to what is cheap, as the review says, in one change set."""
    review = yield from needed(Call("review_performance", {}))
    rows = rows_of(review, "shifts")
    if not rows:
        raise Ended(
            "No move of budget is likely enough to gain. Nothing was done. What wins and what loses: winners and losers"
        )
    calls = list[Call]()
    for row in rows:
        why = (
            f"budget moved to {row['to_name']}: {row['gain_a_week']} a week more expected, {row['sure']} sure"
        )
        for role, sign in (("from", "-"), ("to", "+")):
            wanted = {"ids": [row[role]], "daily_budget": f"{sign}{row['amount']}", "reason": why}
            calls.append(Call("set_budget", wanted, whole=True))
    results = yield tuple(calls)
    return change_answers.told(list(results), "set")


def _one_budget(thing: Thing) -> Found:
    holders = _budgets(thing)
    return holders[0] if len(holders) == 1 and not thing.more else choices.one(thing, choices.HOLDERS)


def _budgets(thing: Thing) -> list[Found]:
    return [each for each in choices.candidates(thing, choices.HOLDERS) if each.daily or each.lifetime]
