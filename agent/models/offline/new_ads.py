"""Reads orders to upload images and to make an ad from them."""

import re
from dataclasses import replace
from datetime import date

from agent.models.offline.intents import Intent, MakeAd, Target, Upload
from agent.models.offline.phrases import MAKE, Q, Said
from agent.models.offline.targets import Vague, WrongValue, target

_I = re.IGNORECASE
_FILE = r"[^\s,;\ue000]+\.(?:jpe?g|png)(?![\w.])"
PATH = rf"(?:{Q}|{_FILE})"
"""A file's name, quoted or not."""
_PATHS = rf"(?P<paths>{PATH}(?:(?: ?, ?(?:and )?| and | ?& ?| ){PATH})*)"
_IMAGE = (
    r"(?:(?:the|my|this|these|an?|image|images|picture|pictures|photo|photos|file|files|visual|visuals) )*"
)
_LIBRARY = (
    r"(?: (?:to|into) (?:(?:the|my|our|image|media|ad|account|meta|facebook) ?)+(?:library|account|images)?)?"
)
_UPLOAD = re.compile(rf"upload {_IMAGE}{_PATHS}{_LIBRARY}", _I)
_AD = r"(?:(?:me|us|an?|one|new|the|another|paused|image|single|draft) )*(?:ads?|adverts?)"
_UPLOAD_AND_MAKE = re.compile(
    rf"upload {_IMAGE}{_PATHS}(?:,|;| and| then)+ {MAKE} {_AD}(?: (?:from|with|out of|of|using) (?:it|them|that|this))?(?P<tail>\W.*)?",
    _I,
)
_MAKE = re.compile(rf"{MAKE} {_AD}(?P<rest>\W.*)?", _I)
_GLUE = r"(?:[,;.]? ?\b(?:(?:and|with|the|an?|as|using|its|it|plus|use|give|set) )*)"
_IS = r" ?(?:(?:is|as|of|to|should be|reads?|says?)\b|=|:)? ?:? ?"
_TEXTS = rf"(?P<value>{Q}(?:(?: ?, ?(?:and |or )?| and | or | ?/ ?){Q})*)"
_FIELDS = {
    "bodies": r"(?:primary |body |ad |main )?(?:texts?|body|bodies|copy|message|caption)|saying",
    "titles": r"titles?|headlines?",
    "descriptions": r"(?:link )?descriptions?",
    "name": r"(?:ad )?name|named|called",
    "call_to_action": r"call[ -]to[ -]action|cta|button",
    "link": r"(?:links?|url|landing page|website|destination|linking|pointing|going)",
    "adset": r"(?:in|into|to|for|inside|under) (?:the )?ad[ -]?set(?: (?:called|named|id))?",
}
_URL = re.compile(rf"{_GLUE}(?:{_FIELDS['link']})?{_IS}(?P<value>https?://[^\s,;]+)", _I)
_ADSETS = (
    re.compile(rf"{_GLUE}{_FIELDS['adset']}(?: id)? (?P<value>[^,;]+)", _I),
    re.compile(r"[,;]? ?\b(?:in|into|to|for|inside|under) (?:the )?(?P<value>[^,;]+?) ad[ -]?set\b", _I),
)
_BUTTON = re.compile(
    rf"{_GLUE}(?:{_FIELDS['call_to_action']}){_IS}(?P<value>[a-z]+(?:[ _][a-z]+){{0,2}})", _I
)
_FROM = re.compile(rf"{_GLUE}(?:from|with|using|out of|of|for)? ?{_IMAGE}{_PATHS}", _I)
_LEFT = re.compile(r"(?:[\s,;.:]|\b(?:and|with|the|a|an|as|please|it|paused|from|using)\b)*", _I)
EXAMPLE = 'Such as: make an ad from hero.jpg with text "Snap and go", title "AI receipts".'


def joined(said: Said) -> Said:
    """The text, where "upload hero.jpg and make an ad with it" is put as the one action it is."""
    match = _UPLOAD_AND_MAKE.fullmatch(said.text)
    return replace(said, text=f"make an ad from {match['paths']}{match['tail'] or ''}") if match else said


def read(said: Said, _: date | None) -> Intent | None:
    """The ad or the upload that is asked for, or None. Raises Vague when something is missing."""
    if match := _UPLOAD.fullmatch(said.text):
        return Upload(_paths(match["paths"], said))
    if re.match(r"upload\b", said.text, _I):
        raise Vague("Which image? Such as: upload hero.jpg (JPG or PNG, in quotes if its name has spaces).")
    match = _MAKE.fullmatch(said.text)
    return _ad(match["rest"] or "", said) if match else None


def _ad(rest: str, said: Said) -> MakeAd:
    """Take one field after the other out of the text; what is left must mean nothing."""
    fields: dict[str, tuple[str, ...]] = {}
    for key, words in _FIELDS.items():
        pattern = re.compile(rf"{_GLUE}(?:{words}){_IS}{_TEXTS}", _I)
        rest, values = _taken(pattern, rest, key)
        fields[key] = tuple(said.whole(q) for q in re.findall(Q, values))
    rest, link = _taken(_URL, rest, "link")
    rest, paths = _taken(_FROM, rest, "image")
    adset = ""
    for pattern in _ADSETS:
        if not adset:
            rest, adset = _taken(pattern, rest, "ad set")
    rest, button = _taken(_BUTTON, rest, "call to action")
    _nothing_left(rest, said)
    images = _paths(paths, said)
    if not images:
        raise Vague(f"Which image? {EXAMPLE}")
    if not fields["bodies"]:
        raise Vague(f"With which text? I write none myself. {EXAMPLE}")
    return MakeAd(
        paths=images,
        bodies=fields["bodies"],
        titles=fields["titles"],
        descriptions=fields["descriptions"],
        name=_one(fields["name"], "name"),
        link=_one(fields["link"], "link") or link.rstrip(".;,"),
        call_to_action=_one(fields["call_to_action"], "call to action") or button,
        adset=_adset(_one(fields["adset"], "ad set"), adset, said),
    )


def _taken(pattern: re.Pattern[str], text: str, what: str) -> tuple[str, str]:
    """The text without the one place that fits, and the value there. Raises Vague if there are two."""
    places = list(pattern.finditer(text))
    if len(places) > 1:
        raise Vague(f'Say the {what} once; several texts go one after the other: text "A" and "B".')
    if not places:
        return text, ""
    place = places[0].groupdict()
    value = place["value"] if "value" in place else place["paths"]
    return f"{text[: places[0].start()]} ; {text[places[0].end() :]}", value or ""


def _paths(text: str, said: Said) -> tuple[str, ...]:
    paths = tuple(said.whole(path) for path in re.findall(PATH, text, _I))
    for path in paths:
        if not re.search(r"\.(?:jpe?g|png)$", path, _I):
            raise WrongValue(f'"{path}" is no image file: it must end in .jpg, .jpeg or .png. {EXAMPLE}')
    return tuple(dict.fromkeys(paths))


def _adset(quoted: str, bare: str, said: Said) -> Target | None:
    if quoted:
        return Target(quoted, "adset")
    return replace(target(bare, said), level="adset") if bare else None


def _one(values: tuple[str, ...], what: str) -> str:
    if len(values) > 1:
        raise Vague(f"One {what}, please.")
    return values[0] if values else ""


def _nothing_left(rest: str, said: Said) -> None:
    if not _LEFT.fullmatch(rest):
        left = " ".join(said.whole(rest).replace(";", " ").split())
        raise Vague(f'I do not understand "{left}". Texts, titles and names go in quotes. {EXAMPLE}')
