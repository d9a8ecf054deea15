"""Reads requests for figures: which rows, over which breakdown, of what."""

import re

from agent.models.offline.intents import Figures, Intent, Level, PeriodArgs
from agent.models.offline.phrases import DET, Said
from agent.models.offline.targets import scope

_I = re.IGNORECASE
_IN = r"(?:,? (?:in|of|from|within|inside|under|on|across|for) (?P<scope>.+))?"
_LEVELS: dict[str, Level] = {
    r"campaigns?": "campaign",
    r"ad[ -]?sets?|ad[ -]?groups?": "adset",
    r"ads?|adverts?|creatives?": "ad",
}
_BREAKDOWNS = {
    r"ages?(?: groups?| brackets?| ranges?)?": ("age",),
    r"genders?|sex|men and women|women and men|males? and females?": ("gender",),
    r"countr(?:y|ies)|geo|locations?|markets?": ("country",),
    r"(?:platform )?positions?|exact placements?": ("publisher_platform", "platform_position"),
    r"devices?(?: types?| platforms?)?|mobile and desktop|desktop and mobile": ("device_platform",),
    r"placements?|(?:publisher )?platforms?|facebook and instagram|instagram and facebook": (
        "publisher_platform",
    ),
}
_TIMES = {
    r"days?|dates?|daily|day by day": "day",
    r"weeks?|weekly|week by week": "week",
    r"months?|monthly": "month",
}
_DIM = "(?:" + "|".join((*_LEVELS, *_BREAKDOWNS, *_TIMES)) + ")"
_DIMS = rf"(?P<dims>{_DIM}(?:(?:,| and|, and| by| per| x| \+| &)? ?{_DIM})*)"
_METRIC = (
    r"(?:(?:ad |total )?(?:spend|spending|costs?|cpa|roas|ctr|cpc|results|purchases|leads|sales|conversions|clicks|impressions|"
    r"performance|numbers|figures|stats|statistics|insights|metrics|kpis)|cost per (?:result|purchase|lead|click|conversion)|"
    r"click(?:-through)? rates?|conversion rates?)"
)
_METRICS = rf"(?:{_METRIC}(?:(?:,| and|, and) {_METRIC})*)"
_SHOW = r"(?:show(?: me)?|list|give me|get(?: me)?|see|view|display|print|what(?:'s| is| are| was| were)|how(?:'s| is| are)|compare|i need|report(?: on)?)"
_HEAD = rf"(?:(?:{_SHOW} )?{DET}(?:{_METRICS}|breakdown|report|table|split|comparison|results? table|ads?|account)?(?: performance| figures| results)?)"
_BY = r"(?:,? ?(?:broken down |split |grouped |sorted |breakdown )?(?:by|per|for each|across|over))"
_BY_DIMS = re.compile(
    rf"{_HEAD}(?: (?:of|for|in) (?P<of>.+?))?{_BY} (?:the |each )?{_DIMS}(?: performance)?{_IN}", _I
)
_COMPARE = re.compile(
    rf"(?:compare|comparison of|breakdown by|break ?down by|{_SHOW} {DET}breakdown by) {DET}{_DIMS}{_IN}|"
    rf"(?:show me |show |give me )?(?:the )?(?P<adverb>daily|weekly|monthly) {_METRICS}(?: of (?:my )?ads)?(?:,? (?:in|of|for) (?P<scope2>.+))?",
    _I,
)
_RANK = r"(?P<rank>top|best|worst|biggest|strongest|weakest|cheapest|most expensive)"
_TOP = re.compile(
    rf"(?:(?:{_SHOW}|which(?: are)?|what(?: are)?) )?{DET}(?:(?P<n1>[0-9]{{1,3}}) )?{_RANK}(?: (?P<n2>[0-9]{{1,3}}))?"
    rf"(?:[ -]performing)? (?P<dims>{_DIM})(?: by (?P<key>spend|cost|cost per result|cpa))?{_IN}",
    _I,
)
_WHICH = re.compile(
    rf"(?:which|what) (?P<dims>{_DIM})(?: is| are| performs?| does| do| did| works?| has)?(?: the)?(?: doing| performing)? "
    rf"(?P<rank>best|worst|better|strongest|weakest|cheapest|most expensive)(?: results| cpa)?{_IN}",
    _I,
)
_TOTAL = re.compile(
    rf"(?:how much (?:money )?(?:did|have|do|does|has|was|is) (?:(?:i|we|my ads?|the account|the ads) )?(?:spend|spent|spending|cost|been spent)"
    rf"(?: on ads)?|what (?:did|have) (?:i|we) (?:spend|spent)|(?:{_SHOW} )?{DET}{_METRICS}){_IN}",
    _I,
)
_DOING = re.compile(
    r"how(?:'s| is| are| was| were| did| do| does| has| have) (?P<scope>.+?) (?:doing|going|performing|do|perform|done|performed|been doing)",
    _I,
)
RANKED = 10


def read(text: str, period: PeriodArgs, said: Said) -> Intent | None:
    """The figures a request wants, or None. Raises Vague when it does not say of what."""
    if match := _TOP.fullmatch(text) or _WHICH.fullmatch(text):
        return _ranked(match, period, said)
    if period and re.fullmatch(rf"{_SHOW}|and", text or "and", _I):
        return Figures(period=period)
    if match := _BY_DIMS.fullmatch(text):
        return _split(match["dims"], match["scope"] or match["of"], period, said)
    if match := _COMPARE.fullmatch(text):
        return _split(match["dims"] or match["adverb"], match["scope"] or match["scope2"], period, said)
    if match := _TOTAL.fullmatch(text) or _DOING.fullmatch(text):
        return Figures(scope=scope(match["scope"], said), period=period)
    return None


def _split(dims: str, of: str | None, period: PeriodArgs, said: Said) -> Intent:
    level, breakdowns, every = _dimensions(dims)
    return Figures(level or "account", breakdowns, every, scope(of, said), period)


def _ranked(match: re.Match[str], period: PeriodArgs, said: Said) -> Intent:
    groups = match.groupdict()
    level, breakdowns, every = _dimensions(match["dims"])
    rank, count = match["rank"].casefold(), groups.get("n1") or groups.get("n2")
    worst = rank in ("worst", "weakest", "most expensive")
    by_spend = rank == "biggest" or (groups.get("key") or "").casefold() == "spend"
    return Figures(
        level or "account",
        breakdowns,
        every,
        scope(match["scope"], said),
        period,
        order="spend" if by_spend else "worst" if worst else "best",
        limit=min(int(count), 100) if count and int(count) else RANKED,
    )


def _dimensions(text: str) -> tuple[Level | None, tuple[str, ...], str]:
    """The level, the breakdowns and the stretch of time that the words name."""
    found: list[str] = []
    for pattern, meaning in (*_BREAKDOWNS.items(), *_LEVELS.items(), *_TIMES.items()):
        text, hits = re.subn(rf"(?<![\w-])(?:{pattern})(?![\w-])", " ", text, flags=_I)
        found += [meaning] if hits and isinstance(meaning, str) else list(meaning) if hits else []
    level = next((at for at in _LEVELS.values() if at in found), None)
    every = next((unit for unit in _TIMES.values() if unit in found), "")
    known = {part for parts in _BREAKDOWNS.values() for part in parts}
    return level, tuple(dict.fromkeys(part for part in found if part in known)), every
