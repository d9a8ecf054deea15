"""Reads orders to pause, activate, stop and undo. Each must be understood to its last word."""

import re
from dataclasses import replace
from datetime import date

from agent.models.offline import period_words
from agent.models.offline.intents import (
    Intent,
    Level,
    PauseWeak,
    Revive,
    SetAll,
    SetStatus,
    Status,
    Stop,
    Undo,
)
from agent.models.offline.phrases import DET, NOW, PAUSE, START, UNDO, WEAK, WEAK_MARK, Said
from agent.models.offline.targets import WHICH, Vague, WrongValue, container, targets

_I = re.IGNORECASE
_IN = rf"(?:,? (?:in|of|from|within|inside|for) (?P<scope>.+?))?{NOW}"
_STOP = re.compile(
    rf"(?:(?:stop|halt|abort|freeze)(?: (?:it|this|all|everything|it all|all of it|all of this|stop|{DET}"
    r"(?:everything|what|all|(?:all )?the (?:ads|things)|things|changes)(?: that)? (?:you|adsteward) "
    r"(?:just )?(?:did|started|changed|activated|made|created|raised|launched|have done|have started))){0,3}|"
    r"(?:(?:this is an|it's an) )?emergency(?: stop)?|(?:(?:hit|press|use|pull) )?(?:the )?kill ?-?switch|panic)"
    rf"(?:,? (?:in|from|over|within|of|for) the (?:last|past) (?P<n>[0-9]{{1,4}}) (?P<unit>hour|day)s?)?{NOW}",
    _I,
)
_STOP_PROTECTED = re.compile(
    rf"(?:stop|halt|freeze|emergency stop)(?: (?:all|everything),?(?: and| including| even)?)?(?: with reach)?"
    rf"(?: (?:the|what is|what's|all|all that is))? protected(?: (?:ads|ones|things))?(?:,? too)?{NOW}",
    _I,
)
_FIND = r"(?:find|identify|show(?: me)?|list|see|get|check|review|spot|pick)"
_THEM = rf"(?:them(?: all)?|those(?: ads)?|these(?: ads)?|all of them|{WEAK_MARK}|the ones)"
_FIND_AND_PAUSE = re.compile(
    rf"{_FIND} (?:which |what |out )*{DET}{WEAK_MARK}(?P<rest>.*?)(?:,|;| and| then)+ (?:{PAUSE} {_THEM}|(?:turn|switch|shut) {_THEM} "
    r"(?:off|down))(?P<tail>.*)",
    _I,
)
_REVIEW_AND_PAUSE = re.compile(
    rf"(?:{_FIND}|look at|go through|judge|assess|audit|evaluate|analy[sz]e) {DET}(?:ads?|ad account|account|campaigns?|performance|"
    rf"results|ad performance)(?P<rest>[^,;]*?)(?:,|;| and| then)+ (?P<order>{PAUSE} {DET}{WEAK_MARK}.*)",
    _I,
)
_CUT = rf"(?:{PAUSE}|cut(?: out| down on)?|eliminate|get rid of|weed out|end|trim|stop running)"
_WEAK_FORMS = tuple(
    re.compile(form + _IN, _I)
    for form in (
        rf"{_CUT} {DET}{WEAK_MARK}",
        rf"(?:turn|switch|shut) {DET}{WEAK_MARK} (?:off|down)",
        rf"put {DET}{WEAK_MARK} on (?:pause|hold)",
    )
)
_WEAK_MORE = re.compile(rf"{_CUT} {DET}{WEAK_MARK}(?P<more>.+)", _I)
_LEADING = re.compile(r"(?:in|within|for|inside) (?P<scope>[^,;]+)[,;] (?P<order>.+)", _I)
_STATUS_FORMS = tuple(
    re.compile(form, _I)
    for form in (
        rf"(?P<stop>{PAUSE}|stop running) (?P<what>.+)",
        rf"(?P<start>{START}|start running) (?P<what>.+)",
        r"(?:turn|switch|shut) (?P<what>.+?) (?:(?P<start>(?:back )?on)|(?P<stop>off|down))",
        r"put (?P<what>.+) on (?P<stop>pause|hold)",
        r"(?:set|change|switch|put) (?:the status of )?(?P<what>.+?)(?:'s status)? to (?:(?P<start>active|on|running)|(?P<stop>paused|inactive|off))",
    )
)
_EVERY = r"(?:(?:all|every|each|of|my|the|our|single) )*"
_NOUN = r"(?P<noun>ads?|adverts?|ad[ -]?sets?|campaigns?)"
_ALL_RUNNING = re.compile(
    rf"(?:everything|(?=.*\b(?:all|every|each|active|running|live)\b){_EVERY}(?:(?:active|running|live) )?{_NOUN}|"
    rf"(?:the|my) (?:whole |entire )?(?:ad )?account){_IN}",
    _I,
)
_ALL_PAUSED = re.compile(
    rf"(?=.*\b(?:all|every|each|paused|inactive|stopped)\b){_EVERY}(?:(?:paused|inactive|stopped) )?{_NOUN}{_IN}",
    _I,
)
_IT = (
    r"(?:it|that|this|them|those|(?:the |your |my )?(?:very )?(?:last|latest|previous) (?:change ?sets?|changes?|one|action|thing|step)|"
    r"(?:the |that |this |your )change(?: ?set)?s?|what you (?:just )?did|(?:change ?set )?(?P<id>cs-\w+))"
)
_REVIVE = re.compile(
    rf"(?:revive {DET}(?:paused |vindicated )?(?:ads?|ones)|(?:revive|{START}|bring back) {DET}(?:vindicated(?: paused)?|wrongly paused) "
    rf"(?:ads?|ones)|(?:revive|{START}|bring back) {DET}(?:ads?|ones|what)(?: that)?(?: (?:you|were|was))? (?:wrongly paused|paused (?:wrongly|too early))){NOW}",
    _I,
)
_UNDO = re.compile(
    rf"(?:{UNDO}(?: {_IT})?|(?:take|roll|change|put|turn) (?:it|that|this|them|those) back){NOW}", _I
)


def emergency(said: Said) -> Intent | None:
    """The bare "stop", which goes before everything else, or with its second word."""
    if _STOP_PROTECTED.fullmatch(said.text):
        return Stop(reach="protected")
    match = _STOP.fullmatch(said.text)
    if not match:
        return None
    hours = int(match["n"]) * (24 if match["unit"].casefold() == "day" else 1) if match["n"] else 24
    if not 1 <= hours <= 168:
        raise WrongValue("stop looks back 1 to 168 hours.")
    return Stop(hours)


def joined(said: Said) -> Said:
    """The text, where "find underperforming ads and pause them" is put as the one action it is.

    The same for "in the spring campaign, pause underperforming ads".
    """
    weak = WEAK.search(said.text)
    marked = WEAK.sub(WEAK_MARK, said.text)
    if not weak:
        return said
    if match := _FIND_AND_PAUSE.fullmatch(marked):
        text = f"pause {WEAK_MARK}{match['rest']}{match['tail']}"
    elif match := _REVIEW_AND_PAUSE.fullmatch(marked):
        text = f"{match['order']}{match['rest']}"
    elif match := _LEADING.fullmatch(marked):
        text = f"{match['order']} in {match['scope']}"
    else:
        return said
    return replace(said, text=text.replace(WEAK_MARK, weak[0]))


def pause_weak(said: Said, today: date | None) -> Intent | None:
    """The main job: pause what the review says underperforms."""
    found = period_words.find(said.text, today)
    text = WEAK.sub(WEAK_MARK, found.rest)
    match = next((m for form in _WEAK_FORMS if (m := form.fullmatch(text))), None)
    if not match:
        if more := _WEAK_MORE.match(text):
            raise Vague(f'I do not understand "{said.whole(more["more"]).strip()}". {_TAKES}')
        return None
    if found.problem:
        raise WrongValue(f"{found.problem}. {_TAKES}")
    if found.loose:
        raise Vague(f"A day, month or year that may lie ahead. {_TAKES}")
    phrase = match["scope"]
    if phrase and re.match(r"(?:the )?(?:last|past|previous|next|since|this)\b", phrase, _I):
        raise Vague(f'I do not understand the period "{said.whole(phrase)}". {_TAKES}')
    period = {} if found.args == {"date_preset": "today"} else found.args
    return PauseWeak(container(phrase, said), period)


def revive(said: Said, _: date | None) -> Intent | None:
    """Activate what was paused too early."""
    return Revive() if _REVIVE.fullmatch(said.text) else None


def read(said: Said, _: date | None) -> Intent | None:
    """Pause or activate by id, by name, or all of it."""
    if re.fullmatch(rf"(?:{PAUSE}|{START})", said.text, _I):
        raise Vague(WHICH)
    match = next((m for form in _STATUS_FORMS if (m := form.fullmatch(said.text))), None)
    if not match:
        return None
    status: Status = "ACTIVE" if match.groupdict().get("start") else "PAUSED"
    every = (_ALL_PAUSED if status == "ACTIVE" else _ALL_RUNNING).fullmatch(match["what"])
    if every:
        return SetAll(status, _level(every["noun"]), container(every["scope"], said))
    if re.match(r"(?:everything|anything|something)\b", match["what"], _I):
        raise Vague('Say which: name them, or say "activate all paused ads".')
    return SetStatus(status, targets(match["what"], said))


def take_back(said: Said, _: date | None) -> Intent | None:
    """Undo: a change set by its id, or the last one."""
    if match := _UNDO.fullmatch(said.text):
        return Undo((match["id"] or "").lower())
    if re.match(rf"{UNDO}\b", said.text, _I):
        raise Vague('Say "undo" for the last change set, or "undo cs-..." with an id that "history" lists.')
    return None


def _level(noun: str | None) -> Level:
    """The level of "campaigns", "ad sets" or "ads"; ads if nothing was said."""
    word = re.sub(r"[ -]", "", noun or "ad").casefold()
    return "campaign" if word.startswith("c") else "adset" if word.startswith("adset") else "ad"


_TAKES = f'After it may come a campaign or ad set (in the campaign "NAME") and a period: {period_words.UNDERSTOOD}.'
