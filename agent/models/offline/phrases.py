"""Takes a person's words apart: quotes, politeness, verbs, and what forbids to act on them."""

import re
import unicodedata
from dataclasses import dataclass

Q = "\ue000[0-9]+\ue001"
"""Stands for a quoted text, so that what is in quotes is never read as an order."""
DET = r"(?:(?:the|my|our|these|those|all|any|every|each|of|whole|entire) )*"
NOW = r"(?:,? (?:right now|now|right away|immediately|at once|asap))?"

PAUSE = r"(?:pause|stop|halt|disable|deactivate|(?:turn|switch|shut) off|shut down|kill)"
START = r"(?:activate|start|resume|enable|unpause|un-pause|reactivate|re-activate|restart|turn on|switch on)"
RAISE = r"(?:raise|increase|bump(?: up)?|boost|lift|scale up|up)"
LOWER = r"(?:lower|decrease|reduce|cut|drop|shrink|scale down)"
MAKE = r"(?:make|create|build|launch|prepare|set up|add)"
UNDO = r"(?:undo|revert|roll back|rollback|take back|reverse)"
_SPLIT = r"(?:turn|switch|shut|put|take|set|change|update|adjust|give|double|halve|scale|move|run|trim|end)"
_OTHER = r"(?:delete|remove|archive|revive|bring back|duplicate|copy|rename|edit|upload|publish|eliminate|get rid of|weed out)"
WRITES = rf"(?:{PAUSE}|{START}|{RAISE}|{LOWER}|{MAKE}|{UNDO}|{_SPLIT}|{_OTHER})"
_READS = r"(?:show|list|tell|report|check|review|compare|inspect|explain|give)"

WEAK_ADJECTIVE = (
    r"(?:(?:really |very |clearly |truly )?(?:under-?performing|(?:under|poor|low|non|bad|badly|poorly|worst|least|not)"
    r"[ -](?:performing|converting)|poor|bad|worst|losing|weak|weakest|wasteful|wasting|unprofitable|inefficient|"
    r"ineffective|failing|lousy|money-losing|loss-making))"
)
_ADS = r"(?:ads?|adverts?|creatives?|ones)"
_FAILS = (
    r"(?:(?:do not|don't|dont|aren't|are not|doesn't|does not|isn't|is not|not) "
    r"(?:perform|performing|work|working|convert|converting|pay off|paying off|profitable|worth it|deliver results)"
    r"(?: well| enough)?|(?:are |is )?under-?perform(?:s|ing)?|perform(?:s|ing)? (?:badly|poorly)|(?:are |is )?"
    r"(?:losing|lose|loses|wasting|waste|wastes|burning|burn|burns)(?: (?:me|us))?(?: my| our)? (?:money|budget)|"
    r"(?:are |is )losing)"
)
WEAK = re.compile(
    rf"\b(?:(?:{WEAK_ADJECTIVE} )+{_ADS}|losers|losing ones|under-?performers|(?:poor|low|bad|weak|worst|non)[ -]?"
    rf"performers|money[ -]losers|bleeders|duds|wasted spend|waste|(?:{_ADS}|every ad|everything|anything|whatever)"
    rf"(?: that| which)? {_FAILS}|what(?:'s| is)? {_FAILS})(?!\w)",
    re.IGNORECASE,
)
WEAK_MARK = "\ue002"

_PREFIX = re.compile(
    r"(?:hi|hey|hello|ok|okay|so|well|adsteward|please|pls|kindly|(?P<nicely>(?:could|can|would|will) you)|"
    r"i(?:'d| would) like (?:you )?to|i (?:want|need) (?:you )?to|(?:i'd like to |i want to )?know|tell me|let's|lets|"
    r"go ahead and|just|go and|go)(?: there)?(?:[,:!.]+ ?| )(?=\S)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"(?:[,.;]? (?:please|pls|thanks|thank you|thx|cheers|for me|right now|right away|immediately|asap))$",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"\"([^\"]+)\"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|`([^`]+)`|(?<!\w)[\u2018']([^\s\u2018\u2019'][^\n]{0,2400}?)[\u2019'](?!\w)"
)
_TIMES = r"(?:minutes?|hours?|days?|weeks?|months?|nights?|evenings?|mornings?|weekends?|weekdays?|years?)"
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"

NEGATION = re.compile(
    r"\b(?:not|never|without|nothing|neither|nor|avoid|refrain|none|no|cannot|dont|wont|shouldnt|hold off|rather|instead|"
    r"\w+n['\u2019]t)\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"\b(?:if|unless|when|whenever|in case|as soon as|provided|assuming|depending|otherwise|except|excluding|but|only|"
    r"other than|apart from|besides|or|either|maybe|perhaps|possibly|might|should|shall|would|could|"
    r"for example|e\.g)\b",
    re.IGNORECASE,
)
SCHEDULE = re.compile(
    rf"\b(?:until|till|later|tomorrow|tonight|once|after|before|while|during|schedule[ds]?|automatically|always|"
    rf"from now on|weekly|hourly|nightly|(?:every|each|next|this|coming|another) (?:\w+ )?(?:{_TIMES}|{_DAYS})|"
    rf"(?:on|by|from|this) (?:{_DAYS}|weekends?)|at (?:[0-9]|noon|midnight|night)|"
    rf"(?:in|for|within|after) (?:an?|the|one|two|three|[0-9]+)(?: next| few| couple of)? ?(?:{_TIMES}|while|bit)|"
    rf"every time|(?:this|in the) (?:afternoon|evening|morning))\b",
    re.IGNORECASE,
)
_JOIN = r"(?:,|;|\.|!|&|\+|\band\b|\bthen\b|\bplus\b|\balso\b|\bbefore\b|\bafter\b)"
_TWO = re.compile(
    rf"(?:{_JOIN} *){{1,4}}(?:(?:please|also|then|afterwards|again) ){{0,3}}(?:{WRITES}|{_READS})\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(?:what|which|who|whose|why|where|how|should|shall|would|do(?! not)|does|did|is|are|am|has|have|was|were|could|can|may|"
    r"might|must|will)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(rf"\b{WRITES}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A request without politeness; quoted texts are kept aside."""

    text: str
    quotes: tuple[str, ...] = ()
    asked: bool = False
    """Whether it is a question and not a request put politely."""

    def whole(self, part: str) -> str:
        """A part with the quoted texts put back in."""
        return re.sub("\ue000([0-9]+)\ue001", lambda m: self.quotes[int(m[1])], part)

    @property
    def is_order(self) -> bool:
        """Whether a word in it asks for a change."""
        return _ORDER.search(self.text) is not None


def clean(text: object) -> str:
    """One line without control and invisible characters, safe to read and to print."""
    return re.sub(r"\s+", " ", _without(str(text), "Cf", "Cc")).strip()


def _without(text: str, *more: str) -> str:
    """No surrogates, no private characters (they mark places here), and none of the categories given."""
    away = {"Cs", "Co", *more}
    return "".join(c if c in "\n\t" else "" if unicodedata.category(c) in away else c for c in text)


def prepare(text: str) -> Said:
    """Set quoted texts aside, unaltered, and take politeness away."""
    quotes: list[str] = []

    def aside(match: re.Match[str]) -> str:
        quotes.append(next(group for group in match.groups() if group is not None).strip())
        return f"\ue000{len(quotes) - 1}\ue001"

    plain = _QUOTED.sub(aside, _without(text.replace("\r", "\n")))
    plain = re.sub(r"\s*\n\s*", " ; ", plain.strip())
    plain = re.sub(r"\s+", " ", _visible(plain)).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip(" ;")
    asked = plain.endswith("?")
    plain, nicely = _polite(plain.rstrip(" ?!.;,"))
    if quotes and re.fullmatch(Q, plain):
        return prepare(quotes[0])  # an example of ours, copied with its quotes
    asked = (asked or _QUESTION.match(plain) is not None) and not nicely
    return Said(plain, tuple(quotes), asked)


def _visible(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))


def _polite(text: str) -> tuple[str, bool]:
    nicely = False
    while match := _PREFIX.match(text):
        nicely = nicely or match["nicely"] is not None
        text = text[match.end() :]
    while match := _SUFFIX.search(text):
        text = text[: match.start()].rstrip(" ?!.;,")
    return text, nicely


def two_actions(text: str) -> bool:
    """Whether a second order or question follows a first one."""
    return any(match.start() > 0 for match in _TWO.finditer(text))


def hurdle(text: str) -> str:
    """Why nothing is done on these words although they ask for it, or nothing."""
    if match := NEGATION.search(text):
        why = "I take no orders with exceptions or negations. Say only what to do."
    elif match := CONDITION.search(text):
        why = "I do not act on conditions, exceptions or choices. Say only what to do now."
    elif match := SCHEDULE.search(text):
        why = "I only act now, never at a later time or regularly."
    else:
        return ""
    return f'"{match[0]}" in it: {why} If it belongs to a name, put the name in quotes.'
