"""What an answer to a question means: only a clear yes is a yes, only a clear no is a no, in any language known here."""

import re
from enum import Enum, auto
from typing import NamedTuple

from agent.writes.policy import DELETE, OVER

_PLEASE = r"(?:,? (?:please|thanks|thank you|bitte|danke|s['’]il (?:vous|te) pla[iî]t|merci|por favor|gracias|obrigad[oa]|now))?"
_IT = r"(?: (?:it|them|this|that|these|those|all|(?:the|this|that|these) (?:set|change set|changes?)))?"
_YES_WORD = r"(?:y|yes|ja|oui|s[ií]|sim)"
_YES = re.compile(
    rf"(?:{_YES_WORD}|(?:{_YES_WORD},? )?(?:please )?(?:/?(?:apply|approve){_IT}|do it)){_PLEASE}"
)
_NO_WORD = r"(?:n|no|nope|nein|non|n[aã]o)"
_NO = re.compile(
    rf"(?:{_NO_WORD}|(?:{_NO_WORD},? )?(?:please )?(?:/?(?:forget|decline|withdraw|drop|discard|reject){_IT}|do not|don['’]?t)){_PLEASE}"
)
_WHY_NOT = re.compile(
    rf"(?:n |{_NO_WORD} ?(?:[,;:.–—-]+|\b(?:because|weil|denn|parce qu(?:e |['’])|porque)\b) ?)(?P<why>\S.*)",
    re.IGNORECASE,
)
_LATER = re.compile(
    rf"(?:l|later|not now|not yet|sp[aä]ter|jetzt nicht|plus tard|m[aá]s tarde|luego|mais tarde|depois|agora n[aã]o)?{_PLEASE}"
)
_STOP = re.compile(rf"/?(?:stop|halt|abort|cancel|quit|exit|bye|:q){_PLEASE}")


class Answer(Enum):
    """What a person can answer."""

    YES = auto()
    OVER = auto()
    DELETE = auto()
    NO = auto()
    LATER = auto()
    STOP = auto()
    UNCLEAR = auto()
    """Neither: the question is asked again."""


WORDS = {OVER: Answer.OVER, DELETE: Answer.DELETE}


class Heard(NamedTuple):
    """An answer, and with a no the reason that came with it."""

    answer: Answer
    why: str = ""


def heard(said: str, change_set_id: str = "") -> Heard:
    """What an answer means; the set in question may be named by its id, and no other."""
    text = " ".join(said.split())
    word = text.casefold().rstrip(".!").rstrip()
    if change_set_id:
        word = re.sub(rf"^(?:adsteward )?(/?\w+) {change_set_id}\b", r"\1 it", word)
    forms = ((_YES, Answer.YES), (_NO, Answer.NO), (_LATER, Answer.LATER), (_STOP, Answer.STOP))
    if found := next((answer for form, answer in forms if form.fullmatch(word)), None):
        return Heard(found)
    if word in WORDS:
        return Heard(WORDS[word])
    match = _WHY_NOT.fullmatch(text)
    if match and heard(match["why"]).answer in (Answer.UNCLEAR, Answer.NO, Answer.LATER):
        return Heard(Answer.NO, match["why"])
    return Heard(Answer.UNCLEAR)
