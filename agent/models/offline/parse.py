"""From a person's text to an intent: reads first, then what forbids to act, then the orders."""

import re
from datetime import date

from agent.models.offline import ad_changes, asks, money_words, new_ads, orders, period_words
from agent.models.offline.intents import Answered, Help, Intent, Unclear, Wrong
from agent.models.offline.phrases import WEAK, WEAK_MARK, Said, hurdle, prepare, two_actions
from agent.models.offline.targets import Vague, WrongValue

LONGEST = 20_000
LONGEST_UNQUOTED = 1_000
TWO_ACTIONS = "That reads like more than one action. One at a time, please; names go in quotes."
QUESTION = (
    "That reads like a question I have no answer to. To change something, say it as an order;"
    ' to look, ask for example "which ads underperform" or "history".'
)
_HELP = re.compile(
    r"(?:help|\?|what (?:can|could|do) (?:you|i|we) (?:do|ask|say)(?: here| for me)?|how (?:does|do) (?:this|it|you) work|"
    r"who are you|what are you|commands|examples|usage|hi|hey|hello|hi there|hello there|good (?:morning|afternoon|evening|day)|"
    r"thanks|thank you|thx|yo)(?: adsteward)?",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:y|yes|yep|yeah|ok|okay|sure|n|no|nope|l|later|not now|over|ja|nein|oui|non|s[ií])", re.IGNORECASE
)
_BY_ID = re.compile(r"/?(?P<verb>\w+) (?P<id>cs-[0-9a-f]{12})", re.IGNORECASE)
_COMMANDS = {"apply": "apply", "approve": "apply", "show": "show"} | dict.fromkeys(
    ("decline", "forget", "withdraw", "drop", "discard"), "decline"
)
"""Verbs that come with a change set, and the command that does it: a model may not."""


def parse(text: str, today: date | None = None) -> Intent:
    """The intent of a text. What is not understood as a whole is Unclear, never half done."""
    if len(text) > LONGEST:
        return Unclear("That is too long for me. Say in one sentence what to do.")
    said = prepare(text)
    if len(said.text) > LONGEST_UNQUOTED:
        return Unclear("That is too long for me. Say in one sentence what to do.")
    try:
        return _aside(said) or _read(said, today)
    except WrongValue as wrong:
        return Wrong(str(wrong))
    except Vague as vague:
        return Unclear(str(vague))


def _aside(said: Said) -> Intent | None:
    """What asks for nothing in the account."""
    if not said.text or _HELP.fullmatch(said.text):
        return Help()
    if _ANSWER.fullmatch(said.text):
        return Answered()
    if (match := _BY_ID.fullmatch(said.text)) and (command := _COMMANDS.get(match["verb"].lower())):
        return Unclear(f"That is a command of its own: adsteward {command} {match['id'].lower()}")
    return None


def _read(said: Said, today: date | None) -> Intent:
    if emergency := orders.emergency(said):
        return emergency
    said = orders.joined(new_ads.joined(said))
    if two_actions(masked(said.text, today)):
        return Unclear(TWO_ACTIONS)
    return asks.read(said, today) or _order(said, today)


def _order(said: Said, today: date | None) -> Intent:
    """An order, unless something in it forbids to act."""
    reason = QUESTION if said.asked else hurdle(masked(said.text, today))
    if said.is_order and reason:
        return Unclear(reason)
    for reader in (
        orders.take_back,
        ad_changes.read,
        new_ads.read,
        orders.pause_weak,
        orders.revive,
        money_words.read,
        orders.read,
    ):
        if order := reader(said, today):
            return Unclear(reason) if reason else order
    return Unclear()


def masked(text: str, today: date | None) -> str:
    """The text without what may hold words like "don't" and "until" by right: weak ads and periods."""
    marked = WEAK.sub(WEAK_MARK, text)
    found = period_words.find(marked, today)
    return marked if found.loose else found.rest
