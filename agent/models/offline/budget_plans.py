"""Plans a budget change: reads the budget that is there, and computes the new one exactly."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from agent.models.offline import change_answers
from agent.models.offline.intents import NOUNS, Amount, Budget, Level
from agent.models.offline.money_words import EXAMPLE
from agent.models.offline.names import LIST_ALL, Node, among, guessed, nodes, only, shown
from agent.models.offline.steps import Call, Ended, Plan, Steps, needed, one
from tools.domain.money import separated

_MONEY = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,3})?) ([A-Z]{3})")
_SIGNS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
}
_LEVELS: tuple[Level, ...] = ("campaign", "adset")


@dataclass(frozen=True, slots=True)
class Present:
    """A budget as it is now."""

    value: Decimal
    currency: str

    def write(self, value: Decimal) -> str:
        """Another value with this one's currency and decimals, rounded half to even."""
        return f"{value.quantize(self.value, rounding=ROUND_HALF_EVEN):f} {self.currency}"


def set_budget(intent: Budget) -> Plan:
    """Read the budget, work out the new one, propose it."""
    node = yield from _holder(intent)
    field, text = _field(intent, node)
    match = _MONEY.fullmatch(text)
    if not match:
        return f"I cannot read the present budget of {shown(node.name)}. Nothing was done."
    present = Present(Decimal(match[1]), match[2])
    wanted = _wanted(intent, present)
    _check_direction(intent, present, wanted)
    note = guessed((intent.target, node))
    result = yield from one(Call("set_budget", {"id": node.id, field: wanted}, note))
    what = f"{field.replace('_', ' ')} of {NOUNS[node.level]} {shown(node.name)}: {text} to {wanted}"
    return change_answers.told([result], "set", details=f"  {what}")


def _holder(intent: Budget) -> Steps[Node]:
    """The campaign or ad set that is meant. Raises Ended when that is not certain."""
    target = intent.target
    if target.level == "ad":
        raise Ended("Budgets belong to ad sets and campaigns, not to ads. Name the ad set. Nothing was done.")
    if target.is_id:
        content = yield from needed(Call("inspect", {"id": target.text}))
        return _inspected(content, target.text)
    listing = yield from needed(LIST_ALL)
    found = among(target, listing, _LEVELS)
    with_budget = tuple(node for node in found if node.daily or node.lifetime)
    node = only(target, with_budget if len(found) > 1 and with_budget else found)
    if not node.daily and not node.lifetime:
        raise Ended(_elsewhere(node, nodes(listing)))
    return node


def _inspected(content: dict[str, Any], found: str) -> Node:
    level = next((at for at in _LEVELS if NOUNS[at] == content.get("type")), None)
    if level is None:
        raise Ended(f"{found} is no ad set and no campaign; only those have budgets. Nothing was done.")
    budgets = [str(content.get(f"{kind}_budget") or "") for kind in ("daily", "lifetime")]
    daily, lifetime = ("" if re.match(r"0+(?:\.0+)? ", text) else text for text in budgets)
    node = Node(level, found, str(content.get("name") or found), "", "", (), daily, lifetime)
    if not daily and not lifetime:
        raise Ended(_elsewhere(node, []))
    return node


def _elsewhere(node: Node, pool: list[Node]) -> str:
    """Where the budget sits when the named object has none."""
    if node.level == "campaign":
        return f"Campaign {shown(node.name)} has no budget of its own: set the budgets of its ad sets. Nothing was done."
    holder = next((n for n in pool if n.level == "campaign" and n.id == node.campaign_id), None)
    where = f"its campaign {shown(holder.name)}" if holder else "its campaign"
    return f"Ad set {shown(node.name)} has no budget of its own; it sits on {where}. Set it there. Nothing was done."


def _field(intent: Budget, node: Node) -> tuple[str, str]:
    """Which budget is changed, and what it is now."""
    kind = intent.kind or ("daily" if node.daily else "lifetime")
    text = node.daily if kind == "daily" else node.lifetime
    if not text:
        other = "lifetime" if kind == "daily" else "daily"
        raise Ended(f"{shown(node.name)} has a {other} budget, not a {kind} one. Nothing was done.")
    return f"{kind}_budget", text


def _wanted(intent: Budget, present: Present) -> str:
    """The new budget as the tool takes it."""
    sign = -1 if intent.direction == "down" else 1
    if intent.to:
        return _written(intent.to, present)
    if intent.by:
        step = Decimal(_written(intent.by, present).split(maxsplit=1)[0])
        value = present.value + sign * step
        if value <= 0:
            raise Ended(
                f"That would leave no budget: it is {separated(present.write(present.value))} now. Nothing was done."
            )
        return present.write(value)
    if not intent.percent:
        raise Ended(f"By how much? {EXAMPLE}")
    return present.write(present.value * (100 + sign * Decimal(intent.percent)) / 100)


def _written(amount: Amount, present: Present) -> str:
    """An amount in the currency of the budget. Raises Ended when it is in another one."""
    if amount.currency not in ("", present.currency) and present.currency not in _SIGNS.get(
        amount.currency, ()
    ):
        raise Ended(
            f"The account is in {present.currency}, not in {amount.currency}; amounts are never converted."
            f" Write it in {present.currency}. Nothing was done."
        )
    value = Decimal(amount.number)
    exact = value.quantize(present.value)
    return f"{exact if exact == value else value:f} {present.currency}"


def _check_direction(intent: Budget, present: Present, wanted: str) -> None:
    """Raising to less than there is, or lowering to more, is a slip of the tongue."""
    value = Decimal(wanted.split(maxsplit=1)[0])
    now, wanted = separated(present.write(present.value)), separated(wanted)
    if intent.direction == "up" and value < present.value:
        raise Ended(f"{wanted} would be less than the {now} there is now, not a raise. Nothing was done.")
    if intent.direction == "down" and value > present.value:
        raise Ended(f"{wanted} would be more than the {now} there is now. Nothing was done.")
