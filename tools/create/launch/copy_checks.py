"""Checks of what an ad says, without asking anybody: lengths, counts, button, link, names."""

import re
from collections import Counter
from collections.abc import Sequence

from tools.create.launch.findings import Findings
from tools.create.launch.wanted import IMAGES, Wanted
from tools.domain.creative_fields import DEFAULT_BUTTON, LONGEST, SHOWN_WHOLE, call_to_action, link_problem
from tools.graph.redact import Redactor

MOST = {"bodies": 5, "titles": 5, "descriptions": 5}
MOST_IMAGES = 10
_ID = re.compile(r"[0-9]{1,25}")
_FEATURE = re.compile(r"[a-z][a-z0-9_]{0,80}")
_TOKENS = Redactor()


def check_copy(ads: Sequence[Wanted], findings: Findings) -> None:
    """All that can be told of the texts alone; every problem goes to `findings`."""
    for ad in ads:
        for name in MOST:
            _check_texts(ad, name, findings)
        _check_values(ad, findings)
        _check_images(ad, findings)
        _check_secrets(ad, findings)
    _check_names(ads, findings)


def button(ad: Wanted) -> str:
    """Its call to action in Meta's words. Raises ValueError with the nearest."""
    written = ad.text("call_to_action")
    return call_to_action(written) if written else DEFAULT_BUTTON


def _check_texts(ad: Wanted, name: str, findings: Findings) -> None:
    texts, place = ad.texts(name), ad.place_of(name)
    if len(texts) > MOST[name]:
        findings.error(place, f"has {len(texts)} texts; Meta takes at most {MOST[name]}")
    for number, text in enumerate(texts):
        if not text.strip():
            findings.error(place.below(number), "is empty")
        elif len(text) > LONGEST[name]:
            findings.error(
                place.below(number), f"{_head(text)} has {len(text)} characters; at most {LONGEST[name]}"
            )
        elif len(text) > SHOWN_WHOLE[name]:
            findings.note(
                place.below(number),
                f"{_head(text)} has {len(text)} characters; most placements show {SHOWN_WHOLE[name]} of {name}",
                (ad.number,),
            )
    for text, times in Counter(texts).items():
        if times > 1:
            findings.error(place, f"{_head(text)} is there {times} times; each text once")


def _check_values(ad: Wanted, findings: Findings) -> None:
    try:
        button(ad)
    except ValueError as wrong:
        findings.error(
            ad.place_of("call_to_action"), f"{ad.text('call_to_action')!r} is no button of Meta's: {wrong}"
        )
    link = ad.text("destination_url")
    if link and (wrong_link := link_problem(link)):
        findings.error(ad.place_of("destination_url"), f"{link!r} {wrong_link}; write it as people open it")
    for name in ("page_id", "instagram_user_id"):
        if (written := ad.text(name)) and not _ID.fullmatch(written):
            findings.error(
                ad.place_of(name), f"{written[:40]!r} is no id: digits only, such as 23847000000001"
            )
    features = ad.fields.get("creative_features")
    for name in features.value if features else ():
        if not _FEATURE.fullmatch(name) or name == "standard_enhancements":
            findings.error(
                ad.place_of("creative_features").below(name), "is no single feature, such as image_touchups"
            )
    if "display_url" in ad.fields and not ad.text("display_url").isprintable():
        findings.error(ad.place_of("display_url"), "must be one line of text")


def _check_images(ad: Wanted, findings: Findings) -> None:
    images = [source for _, source in ad.images()]
    if len(images) > MOST_IMAGES:
        findings.error(
            images[MOST_IMAGES].place, f"is picture {MOST_IMAGES + 1}; Meta takes at most {MOST_IMAGES}"
        )


def _check_secrets(ad: Wanted, findings: Findings) -> None:
    """What everybody would read in the ad must open nothing; and what is hidden on a screen cannot be approved."""
    said = [("name", ad.name, ad.place.below("name"))]
    said += [(name, str(found.value), found.place) for name, found in ad.fields.items()]
    for name, text, place in said:
        if name not in IMAGES and _TOKENS.tokens(text) != text:
            findings.error(place, "contains an access token or another secret; take it out")


def _check_names(ads: Sequence[Wanted], findings: Findings) -> None:
    first: dict[tuple[str, str], Wanted] = {}
    for ad in ads:
        if not ad.name.isprintable():
            findings.error(ad.place.below("name"), "must be one line of text without hidden characters")
        key = ad.text("adset_id"), ad.name.casefold()
        earlier = first.setdefault(key, ad)
        if earlier is not ad:
            findings.error(
                ad.place.below("name"), f"ad {earlier.number} of the same ad set has this name already"
            )


def _head(text: str) -> str:
    return f"{text[:30]!r}…" if len(text) > 30 else repr(text)
