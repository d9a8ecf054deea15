"""Reads which campaigns, ad sets and ads a phrase names."""

import re

from agent.models.offline.intents import Level, Target
from agent.models.offline.phrases import DET, NOW, WEAK, WEAK_ADJECTIVE, Q, Said

_LEVELS: tuple[tuple[Level, str], ...] = (
    ("campaign", r"(?:ad )?campaigns?"),
    ("adset", r"(?:ad[ -]?sets?|ad[ -]?groups?)"),
    ("ad", r"(?:ads?|adverts?|creatives?)"),
)
LEVEL_WORD = "(?:" + "|".join(pattern for _, pattern in _LEVELS) + ")"
_CALLED = r"(?:(?:called|named|with (?:the )?(?:name|ids?)|whose name is|ids?|number|nr\.?|#) ?:? ?)?"
_ID = r"[0-9]{8,25}"
_ITEM = rf"(?:{_ID}|{Q})"
_ITEMS = re.compile(
    rf"{_ITEM}(?:(?: ?,? ?and | ?[,;&+] ?| )(?:(?:the )?{LEVEL_WORD} )?{_ITEM})*{NOW}", re.IGNORECASE
)
_VAGUE = re.compile(
    r"(?:(?:it|this|that|them|those|these|one|ones|some|few|something|someone|a|an|the|other|others|another|both|same|"
    r"first|second|third|last|next|latest|newest|oldest|new|old|more|most|half|rest|too|again|now|here|there|you|me|"
    r"i|my|your|things?|stuff|status|budgets?|account|name|[0-9]{1,7}|on|off|up|down|to|of|in|for|by|with|and|"
    r"ads?|adverts?|creatives?|campaigns?|sets?|adsets?|running|all|any|every|everything|anything|"
    r"good|best|great|expensive|cheap|spending|spend|money|delivery|advertising|top|better|winners?|winning|performing|performers?)\b[ ,]*)+",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    rf"{DET}(?:a |some )?{LEVEL_WORD} (?:that|which|who|whose|where|with|over|under|above|below|spending|having|older|"
    r"from|by|last|past|since|at|more|less|costing)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    rf"{DET}(?:(?:meta|facebook|ad|business) )*(?:account|campaigns|ad ?sets|ads)", re.IGNORECASE
)
WHICH = (
    'Which one? Give its name in quotes or its id, such as: pause "Static - Tent 20% off".'
    ' For everything: "pause all campaigns".'
)


class Vague(ValueError):  # noqa: N818 - a reason to ask back, not an error
    """A phrase that names nothing in particular; the text says what to ask for."""


class WrongValue(Vague):
    """What is asked for is clear, and a value in it cannot be; the text names the value."""


def targets(phrase: str, said: Said) -> tuple[Target, ...]:
    """The things a phrase names: several ids and quoted names, or one bare name. Raises Vague."""
    level, rest = _level(phrase)
    if _ITEMS.fullmatch(rest):
        items = re.findall(rf"(?:({LEVEL_WORD}) )?({_ITEM})", rest, re.IGNORECASE)
        named = [(word or "", said.whole(item)) for word, item in items]
        return tuple(dict.fromkeys(Target(text, _level(f"{word} x")[0] or level) for word, text in named))
    return (_bare(rest, level, phrase, said),)


def target(phrase: str, said: Said) -> Target:
    """The one thing a phrase names. Raises Vague."""
    found = targets(phrase, said)
    if len(found) != 1:
        raise Vague("One at a time, please: name a single campaign, ad set or ad.")
    return found[0]


def scope(phrase: str | None, said: Said) -> Target | None:
    """What a phrase such as "the spring campaign" narrows a request to; None for the whole account."""
    if not phrase or _WHOLE.fullmatch(phrase.strip(" ,")):
        return None
    return target(phrase, said)


def container(phrase: str | None, said: Said) -> Target | None:
    """As `scope`, for requests about the ads in something. Raises Vague for an ad."""
    found = scope(phrase, said)
    if found and found.level == "ad":
        raise Vague("Name a campaign or an ad set to look into; an ad has no parts.")
    return found


def _level(phrase: str) -> tuple[Level | None, str]:
    """The level a phrase names at its beginning or end, and the phrase without it."""
    text = re.sub(rf"^{DET}", "", phrase.strip(" ,"), flags=re.IGNORECASE)
    for level, word in _LEVELS:
        if match := re.match(rf"{word} {_CALLED}(?=\S)", text, re.IGNORECASE):
            return level, text[match.end() :]
    for level, word in _LEVELS:
        if match := re.search(rf"(?<=\S) {word}{NOW}$", text, re.IGNORECASE):
            return level, text[: match.start()]
    return None, re.sub(rf"^{_CALLED}(?={_ITEM})", "", text, flags=re.IGNORECASE)


def _bare(rest: str, level: Level | None, phrase: str, said: Said) -> Target:
    """A name without quotes, as far as it can be one."""
    name = said.whole(rest).strip(" ,.;:")
    if not re.search(r"[^\W\d_]", name) or _VAGUE.fullmatch(name):
        raise Vague(WHICH)
    if Q_MARK.search(rest):
        raise Vague(f"Which one is meant by {name!r}? Put each name in quotes as a whole.")
    if re.fullmatch(rf"(?:{WEAK_ADJECTIVE}[ ,]*)+", name, re.IGNORECASE) or WEAK.search(phrase):
        raise Vague(
            "The review judges single ads, over a period, in the account or one campaign or ad set."
            ' Such as: pause underperforming ads in "Spring Collection", last 14 days.'
        )
    if _CLAUSE.match(phrase):
        raise Vague(
            "I cannot pick ads by such a condition. Goals are set in stack.md; then: pause underperforming ads."
        )
    return Target(name, level)


Q_MARK = re.compile(Q)
