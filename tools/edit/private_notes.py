"""What a note must not hold though it has no shape of a token: passwords, PINs, numbers of cards and bank accounts."""

import re
import unicodedata

from tools.domain.text import unseen
from tools.graph.redact import HIDDEN

_PASSWORDS = (
    r"pass ?(?:word|phrase|code|wd)s?|pwd|pw|log-?in code|passw(?:o|ö)rt|kennwort|zugangscode"
    r"|mot de passe|mdp|code secret|contrase(?:n|ñ)a|senha|palavra-passe|c(?:o|ó)digo (?:secreto|de acesso)"
)
_PINS = r"pin(?:[ -]?(?:code|nr|nummer|number))?|code pin|c(?:o|ó)digo pin|cvv2?|cvc2?|otp|geheim(?:zahl|nummer)|pr(?:u|ü)fziffer|clave"
_IS = r"(?:is|was|are|ist|lautet|est|es|é)"
"""The words of English, German, French, Spanish and Portuguese."""
_PAIRS = (
    re.compile(rf"(?<!\w)(?:{_PASSWORDS}|{_PINS})(?: ?\([^)]{{0,30}}\))?\s*[:=]\s*\S", re.IGNORECASE),
    re.compile(
        rf"(?<!\w)(?:{_PASSWORDS}) (?:for|of|für|pour|para|de|da|do|del)(?: \S+){{1,4}}?\s?[:=]\s*\S",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<!\w)(?:{_PASSWORDS})(?: \S+){{0,4}}? {_IS} (?:[\"'“„«`]|\S*[0-9])", re.IGNORECASE),
    re.compile(rf"(?<!\w)(?:{_PASSWORDS}) \S*[0-9]\S*", re.IGNORECASE),
    re.compile(rf"(?<!\w)(?:{_PINS}) (?:[0-9] ){{2,7}}[0-9](?![\w%.,])", re.IGNORECASE),
    re.compile(rf"(?<!\w)(?:{_PINS})(?: \S+){{0,4}}?(?: {_IS})? [0-9]{{3,8}}(?![\w%.,])", re.IGNORECASE),
)
_CARD = re.compile(
    r"(?<![\w.,])(?:[2-9][0-9]{12,18}|[2-9][0-9]{3}(?:[ -][0-9]{4}){2,3}[ -][0-9]{1,4}|3[0-9]{3}[ -][0-9]{6}[ -][0-9]{4,5})(?!\w)"
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
_OBJECT = re.compile(r"238[0-9]{10,16}")
"""How older ids of campaigns, ad sets and ads begin; newer ones begin with 1, as no card does."""


def private(note: str) -> str:
    """What in a note is nobody's business, in words; nothing where there is nothing."""
    seen = (c for c in unicodedata.normalize("NFKC", note) if not unseen(c))
    text = "".join(seen)
    if any(_is_card(found[0]) for found in _CARD.finditer(text)):
        return "what looks like the number of a card"
    if any(_is_iban(found[0]) for found in _IBAN.finditer(text)):
        return "what looks like the number of a bank account (IBAN)"
    return "what looks like a password or PIN" if any(pair.search(text) for pair in _PAIRS) else ""


def without_cards(text: str) -> str:
    """A text in which the numbers of cards are hidden."""
    return _CARD.sub(lambda found: HIDDEN if _is_card(found[0]) else found[0], text)


def _is_card(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    if _OBJECT.fullmatch(text) or len(set(digits)) == 1:
        return False
    doubled = [d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """Whether any beginning of it has the check digits of an IBAN: words may follow without a gap that shows."""
    plain = re.sub(r"[ -]", "", text).upper()
    return any(_checks(plain[:length]) for length in range(15, len(plain) + 1))


def _checks(iban: str) -> bool:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
