"""Reads requests that only want to know something."""

import re
from collections.abc import Callable
from datetime import date

from agent.models.offline import figure_words, period_words
from agent.models.offline.intents import (
    Check,
    History,
    Inspect,
    Intent,
    ListAds,
    PeriodArgs,
    Rejected,
    Review,
)
from agent.models.offline.phrases import DET, PAUSE, WEAK, WEAK_MARK, Said
from agent.models.offline.targets import LEVEL_WORD, WrongValue, container, target

_I = re.IGNORECASE
_IN = r"(?:,? (?:in|of|from|within|inside|under|on|across|for) (?P<scope>.+))?"
_SHOW = r"(?:show(?: me)?|list|find(?: me)?|identify|see|view|display|get(?: me)?|give me|print)"
_ASK = rf"(?:{_SHOW}|which(?: of)?(?: are)?|what(?: are)?|who(?: are|'re)?|any|are there(?: any)?|do i have(?: any)?|where are|how many)"
_SUBJECT = (
    r"(?:(?:my|the|our|all|this) )*(?:facebook |meta )?(?:ads?(?: account| performance)?|adverts?|accounts?|campaigns|"
    r"advertising|things|everything|performance|results|it|stuff|numbers|business)"
)
_REPORT = (
    r"(?:check(?:-?up| up)?|status|overview|report|summary|update|briefing|rundown|recap|digest|situation)"
)
_BAD = r"(?:rejected|disapproved|not approved|declined|refused)"

_HISTORY = re.compile(
    rf"(?:(?:{_SHOW} )?(?:(?:the|my|our|your|all|last|recent|latest) )*(?:history|changes|change ?sets|change log|log|journal)|"
    r"what(?: all)? (?:did|have|has) (?:you|adsteward) (?:change|changed|do|done)|what (?:was |has been |got )?changed)",
    _I,
)
_REJECTED = re.compile(
    rf"(?:(?:what|which|why)(?: {DET}ads?| ones)? ?(?:was|were|is|are|got|has been|have been)?(?: {DET}ads?)? {_BAD}|"
    rf"(?:{_SHOW}|any|are there(?: any)?|do i have(?: any)?|how many|list) {DET}{_BAD} (?:ads?|ones)|(?:are|were) any "
    rf"(?:of my )?ads {_BAD}|{_BAD} ads|rejections|disapprovals|what did (?:meta|facebook) (?:reject|disapprove)|"
    r"(?:any |show )?policy (?:issues|problems|violations))(?: by (?:meta|facebook))?(?:,? and why| with reasons)?",
    _I,
)
_INSPECT = re.compile(
    rf"(?:inspect|describe|(?:{_SHOW} )?{DET}details (?:of|for|about|on)|about|what(?:'s| is) wrong with|what happened to) "
    r"(?P<what>.+)",
    _I,
)
_SHOW_ONE = re.compile(
    r"(?:show(?: me)?|look at|open|view|see|what is|get) (?P<what>.*\b[0-9]{8,25}\b.*|(?:the )?ad .+)", _I
)
_WHY = re.compile(
    rf"why (?:was|is|were|did|has|does|isn't|doesn't) (?P<what>.+?) (?:been |get |got )?(?:{_BAD}|reject|(?:not )?"
    r"(?:delivering|running|spending|active|deliver|run|spend))",
    _I,
)
_LOSERS = re.compile(
    rf"(?:(?:{_ASK} )?{DET}{WEAK_MARK}(?: do i have| are there)?|(?:which|what)(?: {DET}ads?)? (?:should|can|could|do) "
    rf"(?:i|we|you) (?:{PAUSE}|turn off|cut)|what to {PAUSE}|(?:which|what)(?: {DET}ads?)? should be (?:paused|stopped|turned off)|"
    rf"should (?:i|we) {PAUSE} (?:any(?:thing| ads?)?|something))" + _IN,
    _I,
)
_WIN = r"(?:winners|winning ads|(?:best|top|good|strongest)(?:[ -]performing)? (?:ads|performers|ones))"
_WINNERS = re.compile(
    rf"(?:(?:{_ASK} )?{DET}{_WIN}|scale(?: up)? {DET}{_WIN}|(?:which|what)(?: {DET}ads)? (?:should|can|could|do) (?:i|we) scale(?: up)?|"
    r"what to scale(?: up)?|(?:which|what)(?: of)?(?: my| the)? ads (?:are doing|perform|are performing|are working|work|do|run) "
    r"(?:well|best|good)|what(?:'s| is) working(?: well| best)?)" + _IN,
    _I,
)
_REVIEW = re.compile(
    rf"(?:(?:review|judge|analy[sz]e|evaluate|audit|assess)(?: {_SUBJECT}| {DET}performance)?(?: performance)?|review|verdicts?|"
    rf"(?:{_ASK} )?{DET}(?:winners and (?:losers|{WEAK_MARK})|(?:losers|{WEAK_MARK}) and winners))" + _IN,
    _I,
)
_CHECK = re.compile(
    rf"(?:how(?:'s| is| are|'re|s| was| were) {_SUBJECT}(?: (?:doing|going|looking|performing|running|holding up))?|"
    rf"how (?:did|do|does|have|has) {_SUBJECT} (?:do|perform|done|performed|go|gone|look|been|been doing)|"
    rf"(?:(?:{_SHOW}|run|do|make|what's|what is) )?(?:(?:a|an|the|my|me|our|quick|short|brief|current|daily|morning|full|"
    rf"account|ads?|performance|health|status|weekly|monthly) )*{_REPORT}(?: (?:of|on|for|about) {_SUBJECT})?|"
    rf"(?:check|monitor|look at|look over|look after)(?: on)? {_SUBJECT}|(?:is |are )?(?:there )?(?:anything|any problems?|"
    rf"any issues?|something|everything)(?: wrong| broken| ok| okay| alright| fine| good)?(?: (?:with|in|on) {_SUBJECT})?|"
    rf"what(?:'s|s| is)? (?:running|up|new|happening|going on|the situation|live)(?: (?:with|in|on|of) {_SUBJECT})?|"
    rf"(?:(?:show(?: me)?|see) )?{DET}(?:ad )?performance|performance of {_SUBJECT})",
    _I,
)
_STATUSES = {
    r"(?:paused|inactive|stopped|switched off|turned off|off)": ("PAUSED",),
    r"(?:running|live)": ("RUNNING",),
    r"(?:active|enabled|switched on)": ("ACTIVE",),
    r"(?:in review|pending(?: review)?|waiting for review)": ("PENDING_REVIEW",),
    r"(?:archived)": ("ARCHIVED",),
    r"(?:with issues|with problems)": ("WITH_ISSUES",),
}
_STATUS = "(?:" + "|".join(_STATUSES) + ")"
_LIST = re.compile(
    rf"(?:(?:{_ASK} )?{DET}(?:(?P<a>{_STATUS}) )?{LEVEL_WORD}(?: (?:do i have|are there|have i got))?(?: (?P<b>{_STATUS}))?|"
    rf"(?:which|what|how many)(?: of)? {DET}{LEVEL_WORD} are(?: currently| still)? (?P<c>{_STATUS})|"
    rf"what(?:'s| is| are)(?: currently| still)? (?P<d>{_STATUS})|what(?:'s| is| are)|what {LEVEL_WORD} are)"
    + _IN,
    _I,
)
_LIST_ONE = re.compile(
    rf"(?:{_SHOW}) (?P<scope>(?:the )?(?:campaign|ad ?set) .+|.+ (?:campaign|ad ?set))", _I
)


def read(said: Said, today: date | None) -> Intent | None:
    """What the person wants to know, or None when it is something else. Raises Vague."""
    for reader in (_looked_back, _rejected, _judged, _checked, _listed, figure_words.read, _inspected):
        found = period_words.find(said.text, today)
        if intent := reader(found.rest, found.args, said):
            if found.problem:
                raise WrongValue(f"{found.problem}. I understand: {period_words.UNDERSTOOD}.")
            return intent
    return None


def _looked_back(text: str, _: PeriodArgs, __: Said) -> Intent | None:
    return History() if _HISTORY.fullmatch(text) else None


def _rejected(text: str, _: PeriodArgs, __: Said) -> Intent | None:
    return Rejected() if _REJECTED.fullmatch(text) else None


def _judged(text: str, period: PeriodArgs, said: Said) -> Intent | None:
    marked = WEAK.sub(WEAK_MARK, text)
    for pattern, make in _REVIEWS:
        if match := pattern.fullmatch(marked):
            return make(container(match["scope"], said), period)
    return None


def _checked(text: str, period: PeriodArgs, _: Said) -> Intent | None:
    return Check(period) if _CHECK.fullmatch(text) else None


def _listed(text: str, period: PeriodArgs, said: Said) -> Intent | None:
    match = _LIST.fullmatch(text) or _LIST_ONE.fullmatch(text)
    if not match or period or re.search(r"\b[0-9]{8,}\b", text.partition(" in ")[0]):
        return None
    groups = match.groupdict()
    word = next((groups[key] for key in "abcd" if groups.get(key)), "") or ""
    statuses = next((s for pattern, s in _STATUSES.items() if re.fullmatch(pattern, word, _I)), ())
    if not word and not groups["scope"] and not re.search(LEVEL_WORD, text, _I):
        return None
    return ListAds(statuses, container(groups["scope"], said))


def _inspected(_: str, __: PeriodArgs, said: Said) -> Intent | None:
    for pattern in (_WHY, _INSPECT, _SHOW_ONE):
        if match := pattern.fullmatch(said.text):
            return Inspect(target(match["what"], said))
    return None


_Made = Callable[..., Intent]
_REVIEWS: tuple[tuple[re.Pattern[str], _Made], ...] = (
    (_REVIEW, lambda scope, period: Review("all", scope, period)),
    (_LOSERS, lambda scope, period: Review("pause", scope, period)),
    (_WINNERS, lambda scope, period: Review("scale", scope, period)),
)
