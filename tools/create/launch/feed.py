"""Translates an asset feed as Meta Ads Kit writes it to the fields of an ad, and says what was translated.

It may be the feed itself, or a whole creative around it. What Meta does not take any more
(docs/graph-api.md §8.4, §10) becomes what it takes today; what cannot be translated is an error, and nothing is dropped silently.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tools.create.launch.findings import Findings, Place, Sourced
from tools.create.launch.spec import nearest

BUNDLE = "standard_enhancements"
BUNDLED = ("image_templates", "image_touchups", "text_optimizations", "inline_comment")
"""What the bundle switched for pictures (docs/graph-api.md §1.1)."""
FLEXIBLE = "DEGREES_OF_FREEDOM"
_STORY = ("page_id", "instagram_user_id", "instagram_actor_id")
_PLACEHOLDER = re.compile(r"\$\{?\w+\}?|YOUR_[A-Z_]+|.*['\"$\s].*|")
"""What a script would have filled in."""


@dataclass(slots=True)
class Feed:
    """What a feed says, under the names of an ad's fields."""

    fields: dict[str, Sourced[Any]] = field(default_factory=dict)
    notes: list[tuple[Place, str]] = field(default_factory=list)
    flexible: bool = False
    """It asked for DEGREES_OF_FREEDOM."""


def read_feed(source: Sourced[Any], findings: Findings) -> Feed:
    """Translate a feed; what is wrong with it goes to `findings`."""
    reader = _Reader(Feed(), findings)
    spec, place = source.value, source.place
    if not isinstance(spec, dict):
        findings.error(place, "must be an object with named fields")
    elif {"asset_feed_spec", "object_story_spec"} & set(spec):
        reader.each(
            spec,
            place,
            {
                "name": _nothing,
                "object_story_spec": reader.story,
                "asset_feed_spec": reader.feed,
                "degrees_of_freedom_spec": reader.features,
                "access_token": reader.token,
            },
        )
    else:
        reader.feed(spec, place)
    return reader.found


def _nothing(_value: Any, _place: Place) -> None:
    """The ad has its own name."""


class _Reader:
    def __init__(self, found: Feed, findings: Findings) -> None:
        self.found, self.findings = found, findings

    def each(self, spec: Any, place: Place, readers: dict[str, Callable[[Any, Place], None]]) -> None:
        """Hand each part to its reader; a part that has none is an error."""
        if not isinstance(spec, dict):
            self.findings.error(place, "must be an object with named fields")
            return
        for name, value in spec.items():
            if name in readers:
                readers[name](value, place.below(name))
            else:
                hint = nearest(name, list(readers))
                self.findings.error(place.below(name), f"is not read here; {hint}")

    def feed(self, spec: Any, place: Place) -> None:
        texts = {name: self._texts(name) for name in ("bodies", "titles", "descriptions")}
        self.each(
            spec,
            place,
            {
                **texts,
                "images": self._images,
                "call_to_action_types": self._buttons,
                "call_to_actions": self._actions,
                "link_urls": self._links,
                "ad_formats": self._formats,
                "optimization_type": self._optimization,
                "degrees_of_freedom_spec": self.features,
                "asset_customization_rules": self._rules,
            },
        )

    def _rules(self, value: Any, place: Place) -> None:
        if value:
            self.findings.error(
                place,
                "ads by placement or language are not made from a file; make one in Ads Manager, and refresh_ad"
                " keeps its rules",
            )

    def story(self, spec: Any, place: Place) -> None:
        self.each(spec, place, dict.fromkeys(_STORY, self._identity))

    def _identity(self, value: Any, place: Place) -> None:
        name = str(place.at[-1])
        if name == "instagram_actor_id":
            self._say(place, "instagram_actor_id is called instagram_user_id today")
            name = "instagram_user_id"
        if isinstance(value, str) and _PLACEHOLDER.fullmatch(value):
            self._say(place, f"{value!r} is only a placeholder and is left out")
            return
        self._set(name, str(value) if type(value) is int else value, place)

    def token(self, _value: Any, place: Place) -> None:
        self._say(place, "an access token stands in this file; it is not used: take it out")

    def features(self, spec: Any, place: Place) -> None:
        self.each(spec, place, {"creative_features_spec": self._features})

    def _features(self, spec: Any, place: Place) -> None:
        if not isinstance(spec, dict):
            self.findings.error(place, "must be an object with named features")
            return
        features: dict[str, Any] = {}
        for name, value in spec.items():
            status = value.get("enroll_status") if isinstance(value, dict) else None
            if status not in ("OPT_IN", "OPT_OUT"):
                self.findings.error(place.below(name), "enroll_status must be OPT_IN or OPT_OUT")
            elif name == BUNDLE:
                features = dict.fromkeys(BUNDLED, status) | features
                said = f"{BUNDLE} is refused by Meta today; sent instead: {', '.join(BUNDLED)} {status}"
                self._say(place.below(name), said)
            else:
                features[name] = status
        self._set("creative_features", features, place)

    def _texts(self, name: str) -> Callable[[Any, Place], None]:
        def read(value: Any, place: Place) -> None:
            rows = value if isinstance(value, list) else [value]
            texts = [row.get("text") if isinstance(row, dict) else row for row in rows]
            for number, text in enumerate(texts):
                if not isinstance(text, str):
                    self.findings.error(place.below(number), "needs a text")
            self._set(name, [text.strip() for text in texts if isinstance(text, str)], place)

        return read

    def _images(self, value: Any, place: Place) -> None:
        rows = value if isinstance(value, list) else [value]
        hashes = [row.get("hash") if isinstance(row, dict) else row for row in rows]
        good = [h for h in hashes if isinstance(h, str) and not _PLACEHOLDER.fullmatch(h)]
        if len(good) < len(hashes):
            self._say(place, "an image hash is only a placeholder and is left out")
        self._set("image_hashes", good or None, place)

    def _buttons(self, value: Any, place: Place) -> None:
        kinds = list(dict.fromkeys(value)) if _all_text(value) else []
        if len(kinds) != 1:
            self.findings.error(place, "must be a list with one button: an ad has one call to action here")
            return
        self._set("call_to_action", kinds[0], place.below(0))

    def _actions(self, value: Any, place: Place) -> None:
        """The old form, which names the link a second time; today there are call_to_action_types and link_urls."""
        if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
            self.findings.error(place, "must be a list with one button: an ad has one call to action here")
            return
        self._say(place, "call_to_actions is sent as call_to_action_types and link_urls")
        readers = {
            "type": lambda text, at: self._set("call_to_action", text, at),
            "value": lambda spec, at: self.each(
                spec, at, {"link": self._link, "link_caption": self._caption}
            ),
        }
        self.each(value[0], place.below(0), readers)

    def _link(self, value: Any, place: Place) -> None:
        self._set("destination_url", value, place)

    def _caption(self, value: Any, place: Place) -> None:
        self._say(place, "link_caption is sent as the display address of the link")
        self._set("display_url", value, place)

    def _links(self, value: Any, place: Place) -> None:
        if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
            self.findings.error(place, "must be a list with one link")
            return
        display = {"display_url": lambda text, at: self._set("display_url", text, at)}
        self.each(value[0], place.below(0), {"website_url": self._link, **display})

    def _formats(self, value: Any, place: Place) -> None:
        if value not in (["SINGLE_IMAGE"], ["AUTOMATIC_FORMAT"]):
            self.findings.error(place, "only SINGLE_IMAGE and AUTOMATIC_FORMAT are made here")

    def _optimization(self, value: Any, place: Place) -> None:
        if value != FLEXIBLE:
            self.findings.error(place, f"only {FLEXIBLE} is known here")
            return
        self.found.flexible = True
        self.found.fields["optimization_type"] = Sourced(value, place)

    def _set(self, name: str, value: Any, place: Place) -> None:
        if isinstance(value, str) and not value:
            value = None
        if value is not None and not isinstance(value, str | list | dict):
            self.findings.error(place, "must be a text")
        elif value is not None:
            self.found.fields[name] = Sourced(value, place)

    def _say(self, place: Place, said: str) -> None:
        self.found.notes.append((place, said))


def _all_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
