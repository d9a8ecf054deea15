"""Reads orders to duplicate an ad, to give it another picture or text, and to make a campaign."""

import re
from dataclasses import replace
from datetime import date

from agent.models.offline.intents import (
    Amount,
    BudgetField,
    Duplicate,
    Intent,
    Level,
    NewCampaign,
    Refresh,
    Target,
)
from agent.models.offline.money_words import amount
from agent.models.offline.new_ads import PATH
from agent.models.offline.phrases import MAKE, Q, Said
from agent.models.offline.targets import Vague, WrongValue, target, targets

_I = re.IGNORECASE
_SWAP = r"(?:swap|change|replace|exchange|update|set|refresh)"
_FOR = r"(?:for|with|to|by|against)"
_OF = r"(?:of|in|on|for)"
_THE = r"(?:(?:the|its|a|an|new|image|picture|photo|file) )*"
_DUPLICATE = re.compile(
    r"(?:duplicate|copy|clone) (?P<what>.+?) (?:in|into|to|under) (?P<where>(?:the )?(?:ad[ -]?sets?\b.+|.+ad[ -]?sets?|[0-9]{8,25}))",
    _I,
)
_DUPLICATE_BEGINS = re.compile(r"(?:duplicate|copy|clone)\b", _I)
_PICTURE = re.compile(
    rf"{_SWAP} {_THE}(?:image|picture|photo|visual)s? {_OF} (?P<what>.+?) {_FOR} {_THE}(?P<file>{PATH})", _I
)
_PART = r"(?P<part>(?:primary |ad |main )?text|body|copy|message|headline|title|description)"
_TEXT = re.compile(rf"{_SWAP} (?:the |its )?{_PART} {_OF} (?P<what>.+?) {_FOR} (?P<text>{Q})", _I)
_SWAP_BEGINS = re.compile(rf"{_SWAP} {_THE}(?:image|picture|photo|visual|{_PART})s? {_OF}\b", _I)
_PARTS = {"headline": "titles", "title": "titles", "description": "descriptions"}
_OBJECTIVES = r"(?:sales|traffic|awareness|engagement|leads?|app[ -]promotion|conversions?|purchases?)"
_SAME = {
    "lead": "leads",
    "conversion": "sales",
    "conversions": "sales",
    "purchase": "sales",
    "purchases": "sales",
}
_CAMPAIGN = re.compile(
    rf"{MAKE} (?:(?:me|us|an?|one|new|another|paused|ad) )*(?:(?P<objective>{_OBJECTIVES}) )?campaign(?P<rest>\W.*)?",
    _I,
)
_BUDGET = re.compile(
    r"(?: ?,)?(?: (?:and|with|at|of|for|on))* ?(?:an? )?(?:(?P<kind>daily|lifetime) )?(?:budget (?:of )?)?"
    r"(?P<amount>(?:minus |-)?(?:[$€£¥₹]|[a-z]{3} )?-?[0-9](?:[0-9.,]*[0-9])?(?: ?(?:[$€£¥₹]|[a-z]{3}\b))?)"
    r"(?P<per> ?/ ?day| (?:per|a|each) day| daily| in (?:all|total))?(?: budget)?",
    _I,
)
_AIM = re.compile(
    rf"(?: ?,)?(?: (?:and|with|for|the|an?|objective|goal|is|of|to get))+ (?P<objective>{_OBJECTIVES})\b", _I
)
_BARE = rf"(?:(?! (?:with|for|at|on|and) )[^,;{Q[0]}])+"
_CALLED = re.compile(rf" (?:called|named|with the name) (?P<name>{Q}|{_BARE})|^ (?P<quoted>{Q})", _I)
CODES = {"€": "EUR", "£": "GBP", "₹": "INR"}
CAMPAIGN_EXAMPLE = 'Such as: create a sales campaign called "Winter" with 50 USD a day.'
DUPLICATE_EXAMPLE = 'Such as: duplicate "Static - Tent" into ad set "Summer - Broad".'
SWAP_EXAMPLE = 'Such as: swap the image of "Static - Tent" for new.jpg, or: change the text of "Static - Tent" to "New words".'


def read(said: Said, _: date | None) -> Intent | None:
    """The change that is asked for, or None. Raises Vague when something is missing."""
    if match := _DUPLICATE.fullmatch(said.text):
        adsets = targets(match["where"], said)
        return Duplicate(_of_level(match["what"], said, "ad"), tuple(_at(t, "adset") for t in adsets))
    if _DUPLICATE_BEGINS.match(said.text):
        raise Vague(f"Which ad, into which ad set? {DUPLICATE_EXAMPLE}")
    if match := _PICTURE.fullmatch(said.text):
        path = said.whole(match["file"])
        if not re.search(r"\.(?:jpe?g|png)$", path, _I):
            raise WrongValue(f'"{path}" is no image file: it must end in .jpg, .jpeg or .png.')
        return Refresh(_of_level(match["what"], said, "ad"), path=path)
    if match := _TEXT.fullmatch(said.text):
        part = _PARTS.get(match["part"].casefold(), "bodies")
        return Refresh(_of_level(match["what"], said, "ad"), texts={part: said.whole(match["text"])})
    if _SWAP_BEGINS.match(said.text):
        raise Vague(f"Which ad, and what instead? {SWAP_EXAMPLE}")
    match = _CAMPAIGN.fullmatch(said.text)
    return _campaign(match["objective"], match["rest"] or "", said) if match else None


def _of_level(phrase: str, said: Said, level: Level) -> Target:
    return _at(target(phrase, said), level)


def _at(found: Target, level: Level) -> Target:
    """A target on the level it must have. Raises Vague when another was said."""
    if found.level not in (None, level):
        raise Vague(f"{DUPLICATE_EXAMPLE} {SWAP_EXAMPLE}")
    return replace(found, level=level)


def _campaign(objective: str | None, rest: str, said: Said) -> NewCampaign:
    """Take budget, aim and name out of the text; what is left must mean nothing. Raises Vague."""
    called = _CALLED.search(rest)
    rest = _without(called, rest)
    aim = None if objective else _AIM.search(rest)
    rest = _without(aim, rest)
    budget = _BUDGET.search(rest)
    rest = _without(budget, rest)
    name = said.whole((called["name"] or called["quoted"] or "") if called else "").strip(" ,.;")
    if rest.strip(" ,.;") or not name:
        raise Vague(f"What is it called, and what does it cost a day? {CAMPAIGN_EXAMPLE}")
    wanted = (objective or (aim["objective"] if aim else "")).casefold().replace("-", " ")
    if not wanted:
        raise Vague(
            f"What is it for: sales, leads, traffic, engagement, awareness or app promotion? {CAMPAIGN_EXAMPLE}"
        )
    field: BudgetField = "lifetime_budget" if budget and _is_lifetime(budget) else "daily_budget"
    money = _written(amount(said.whole(budget["amount"]))) if budget else ""
    return NewCampaign(name, _SAME.get(wanted, wanted), field, money)


def _without(place: re.Match[str] | None, text: str) -> str:
    return text[: place.start()] + text[place.end() :] if place else text


def _is_lifetime(budget: re.Match[str]) -> bool:
    return (budget["kind"] or "").casefold() == "lifetime" or (budget["per"] or "").casefold().startswith(
        " in "
    )


def _written(found: Amount) -> str:
    """An amount with its currency's code. Raises Vague where the sign could be several."""
    code = CODES.get(found.currency, found.currency)
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise Vague(f"Which currency? Write its code, as in {found.number} USD.")
    return f"{found.number} {code}"
