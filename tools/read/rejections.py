"""Why Meta rejected an ad or holds it back, the words that may be meant, and what to change.

Meta names a policy and a sentence, never a place in the ad (docs/graph-api.md §8.7).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tools.domain.objects import FIELDS, AdObject

STATUSES = frozenset({"DISAPPROVED", "WITH_ISSUES"})
AD_FIELDS = FIELDS["ad"].replace(
    "creative{id}", "creative{id,object_story_spec,asset_feed_spec},ad_review_feedback,issues_info"
)
"""Those of a list of ads, and what tells why."""
MISTAKE = "If it is a mistake, ask for a review in Account Quality."
_TEXTS = ("message", "name", "title", "description", "link_description", "text", "caption")
MOST_TEXTS = 8
LONGEST = 300


class Policy(NamedTuple):
    """What a policy is about, in words of its name; words in an ad that may break it; and what to do."""

    about: tuple[str, ...]
    words: re.Pattern[str]
    change: str


def _policy(about: str, words: str, change: str) -> Policy:
    return Policy(tuple(about.split("|")), re.compile(words, re.IGNORECASE), change)


POLICIES = (
    _policy(
        "personal attributes",
        r"\b(?:(?:are|do|have|were) you|your (?:weight|body|debts?|age|health|skin|depression|disability|religion"
        r"|medical \w+)|(?:feeling|tired of being) \w+|other (?:\w+ )?(?:singles|moms|dads))\b",
        "Speak of the product, not of the reader: no questions or claims about their body, health, age, money or faith.",
    ),
    _policy(
        "personal health|health and wellness|body image|weight loss",
        r"\b(?:lose \w+ (?:fast|quickly)|\w+ (?:kg|kilos|pounds|lbs)\b|before and after|fat|overweight|slim\w*|diet\w*)\b",
        "No before-and-after pictures, no ideal bodies, no promised weight; say what the product is and does.",
    ),
    _policy(
        "misleading|unrealistic|deceptive|sensational|clickbait|exaggerated",
        r"\b(?:guarantee\w*|miracle\w*|cures?|instant(?:ly)?|overnight|secret|100 ?%|best in the world|no risk|risk[- ]free)",
        "Promise nothing that cannot be shown: drop guarantees, cures and superlatives, and back figures up on the page.",
    ),
    _policy(
        "unacceptable business|get rich|work from home|multilevel",
        r"\b(?:get rich|fast money|easy money|passive income|work from home|be your own boss|earn \S+ (?:a|per) \w+)\b",
        "No quick earnings; say what is sold, at which price, and who sells it.",
    ),
    _policy(
        "landing page|destination|non-functional|low quality",
        r"(?!)",
        "Check the link on a phone: it must load, show what the ad offers, and not be full of ads or pop-ups.",
    ),
    _policy(
        "intellectual property|trademark|copyright|third-party",
        r"(?!)",
        "Remove brands, logos, music and pictures that are not yours, or show Meta the permission.",
    ),
    _policy(
        "adult|sexual|nudity",
        r"\b(?:sexy|nude|naked|hot singles|seduc\w*)\b",
        "Show less skin and no poses or words that suggest sex, whatever the product is.",
    ),
    _policy(
        "grammar|profanity|symbols",
        r"[!?]{2,}|\b[A-Z]{6,}\b",
        "Write plainly: no swear words, no rows of symbols or capitals.",
    ),
    _policy(
        "alcohol|gambling|dating|pharmac|drugs|crypto|financial",
        r"(?!)",
        "This trade needs Meta's permission or a limit on age and country; get it, or set age and places in the ad set.",
    ),
    _policy(
        "social issues|elections|politic",
        r"(?!)",
        "Confirm your identity for political ads at Meta and make the campaign of category ISSUES_ELECTIONS_POLITICS.",
    ),
    _policy(
        "circumventing|cloaking",
        r"(?!)",
        "Do not send a changed copy again and again: clear it up in Account Quality first, more would cost the account.",
    ),
)
_OTHERWISE = "Compare the ad and its page with the policy Meta names, and change what fits its words."


def why(ad: AdObject) -> dict[str, Any]:
    """An ad that was rejected or has issues: Meta's reasons, the words they may mean, and what to change."""
    reasons = list(_feedback(ad.row.get("ad_review_feedback")))
    texts = texts_of(ad.row.get("creative") or {})
    named = [reason.partition(":")[0].casefold() for reason in reasons]
    policies = [policy for name in named for policy in POLICIES if any(word in name for word in policy.about)]
    found = [match[0] for policy in policies for text in texts for match in policy.words.finditer(text)]
    told: dict[str, Any] = {"id": ad.id, "name": ad.name, "reasons": reasons or ["Meta gives no reason"]}
    told |= {"issues": issues} if (issues := list(_issues(ad.row.get("issues_info")))) else {}
    told |= {"texts": texts[:MOST_TEXTS]} if texts else {}
    told |= {"look_at": list(dict.fromkeys(found))[:MOST_TEXTS]} if found else {}
    if reasons:
        advice = list(dict.fromkeys(policy.change for policy in policies)) or [_OTHERWISE]
        told["try"] = " ".join([*advice, MISTAKE])
    return told


def texts_of(creative: Mapping[str, Any]) -> list[str]:
    """All that a creative says, each text once."""
    specs = (creative.get("object_story_spec"), creative.get("asset_feed_spec"))
    return list(dict.fromkeys(text[:LONGEST] for spec in specs for text in _said(spec)))


def _said(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for inner in node:
            yield from _said(inner)
    elif isinstance(node, Mapping):
        for name, value in node.items():
            if isinstance(value, str) and name in _TEXTS and value.strip():
                yield value
            else:
                yield from _said(value)


def _feedback(node: Any, name: str = "", place: str = "") -> Iterator[str]:
    """`global` and `placement_specific` feedback as lines "policy: sentence (place)"."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            below = (
                place
                if key in ("global", "placement_specific") or not isinstance(value, Mapping)
                else str(key)
            )
            yield from _feedback(value, str(key), below)
    elif isinstance(node, list):
        for inner in node:
            yield from _feedback(inner, name, place)
    elif node is not None:
        yield f"{name}: {str(node)[:LONGEST]}" + (f" ({place})" if place else "")


def _issues(node: Any) -> Iterator[str]:
    for row in node if isinstance(node, list) else ():
        if isinstance(row, Mapping):
            parts = [str(row[k]) for k in ("error_summary", "error_message") if row.get(k)]
            yield ": ".join(dict.fromkeys(parts))[:LONGEST] or "an issue without a text"
