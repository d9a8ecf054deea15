"""Who an ad set is for: plain words become Meta's places and interests, or the candidates are named.

Meta's search gives many things for a word; a word is only taken when it fits exactly one of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from tools.domain.settings.placements import placements, shown_placements, words_of
from tools.domain.text import listed
from tools.domain.tool import Context, Input, ToolError
from tools.graph import UNREADABLE, GraphError, GraphFailure, is_digits

YOUNGEST, OLDEST = 18, 65
OLDEST_MINIMUM = 25
"""With Advantage+ audience Meta holds to no higher minimum age, and to no maximum (docs/graph-api.md §8.2)."""
MOST_FOUND = 50
MOST_SHOWN = 6
Kind = Literal["countries", "regions", "cities", "interests", "languages"]
KINDS: tuple[Kind, ...] = ("countries", "regions", "cities", "interests", "languages")
_PLACES: dict[Kind, str] = {"countries": "country", "regions": "region", "cities": "city"}
_WITH_KEY = re.compile(r"(?P<words>.*?)\s*\[(?P<key>[^\[\]]+)\]")
Words = list[str]


class PeopleWords(Input):
    """Who and where in plain words, as they are given for a new ad set and for one that is there."""

    countries: Words = Field(default=[], max_length=25, description='names or codes: "Austria", "AT"')
    regions: Words = Field(default=[], max_length=25)
    cities: Words = Field(default=[], max_length=25, description='such as "Munich" or "Portland, Oregon"')
    interests: Words = Field(default=[], max_length=25, description="in plain words; any of them")
    languages: Words = Field(default=[], max_length=10)
    placements: Words = Field(
        default=[], max_length=30, description='such as "instagram" or "facebook feed"; all if left out'
    )

    @model_validator(mode="before")
    @classmethod
    def _in_metas_words(cls, given: Any) -> Any:
        """Placements as Meta's own fields say them are read, too."""
        return words_of(given) if isinstance(given, dict) else given

    @field_validator("placements")
    @classmethod
    def _known(cls, words: Words) -> Words:
        placements(words)
        return words

    @field_validator(*KINDS)
    @classmethod
    def _said(cls, words: Words) -> Words:
        if any(not _split(word)[0].partition(",")[0].strip() for word in words):
            raise ValueError("a name is empty")
        return words


class TargetingInput(PeopleWords):
    genders: Literal["all", "women", "men"] = "all"
    age_min: int = Field(default=YOUNGEST, strict=True, ge=YOUNGEST, le=OLDEST)
    age_max: int = Field(
        default=OLDEST, strict=True, ge=YOUNGEST, le=OLDEST, description="65 means 65 and older"
    )
    advantage_audience: bool = Field(default=False, description="let Meta go beyond what is said here")

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not (self.countries or self.regions or self.cities):
            raise ValueError("targeting needs at least one of countries, regions, cities")
        if self.age_min > self.age_max:
            raise ValueError("age_min is above age_max")
        return self


@dataclass(frozen=True, slots=True)
class Found:
    """One place, interest or language of Meta's catalogue."""

    key: str
    name: str
    label: str
    """Names it among its like, and is understood when given back."""
    country: str
    """Code of the country a place lies in."""
    type: str
    also: frozenset[str] = frozenset()
    """Words in lower case that may follow the name: its region and country."""


@dataclass(frozen=True, slots=True)
class Targeting:
    """A targeting as Meta takes it, and as a person approves it."""

    spec: dict[str, Any]
    shown: dict[str, str]
    countries: frozenset[str]


Catalogue = dict[Kind, dict[str, Found]]
"""What was found for the words of each kind, by key."""


def targeting(ctx: Context, args: TargetingInput) -> Targeting:
    """Who a new ad set is for. Raises ToolError."""
    found = look_up(ctx, args)
    places = [one for kind in _PLACES for one in found[kind].values()]
    return Targeting(_spec(args, found), _shown(args, found), frozenset(one.country for one in places))


def look_up(ctx: Context, args: PeopleWords) -> Catalogue:
    """Resolve all words in one request. Raises ToolError with the candidates of every word that is not clear."""
    words = [(kind, word) for kind in KINDS for word in dict.fromkeys(getattr(args, kind))]
    answers = ctx.graph.get_many([_search(ctx, kind, word) for kind, word in words])
    found: Catalogue = {kind: {} for kind in KINDS}
    problems = []
    for (kind, word), answer in zip(words, answers, strict=True):
        if isinstance(answer, GraphFailure):
            raise answer
        rows = [_found(kind, row) for row in answer.get("data") or [] if isinstance(row, dict)]
        fitting = list({one.key: one for one in rows if _fits(one, word)}.values())
        if len(fitting) == 1:
            found[kind][fitting[0].key] = fitting[0]
        else:
            problems.append(_unclear(kind, word, fitting or rows))
    problems += _overlaps(found)
    if problems:
        raise ToolError("Not clear: " + "; ".join(problems) + ". Use a name as it is written here.")
    return found


def _search(ctx: Context, kind: Kind, word: str) -> tuple[str, dict[str, Any]]:
    text = _split(word)[0]
    if kind == "interests":
        return f"{ctx.account.id}/targetingsearch", {"q": text, "limit": MOST_FOUND}
    if kind == "languages":
        return "search", {"type": "adlocale", "q": text, "limit": MOST_FOUND}
    query = {"type": "adgeolocation", "q": text.partition(",")[0], "limit": MOST_FOUND}
    return "search", query | {"location_types": [_PLACES[kind]]}


def _split(word: str) -> tuple[str, str]:
    """The words and the key in brackets, if one is given."""
    match = _WITH_KEY.fullmatch(word.strip())
    return (match["words"], match["key"]) if match else (word.strip(), "")


def _found(kind: Kind, row: dict[str, Any]) -> Found:
    key, name = str(row.get("id") or row.get("key")), str(row.get("name") or "")
    if kind not in _PLACES:
        return Found(key, name, f"{name} [{key}]", "", str(row.get("type") or kind))
    country, region = str(row.get("country_code") or key), str(row.get("region") or "")
    if kind == "countries":
        return Found(key, name, f"{name} [{key}]", country, "country", frozenset({key.casefold()}))
    within = [part for part in (region, country) if part]
    also = frozenset(part.casefold() for part in (*within, str(row.get("country_name") or "")))
    return Found(key, name, f"{', '.join([name, *within])} [{key}]", country, _PLACES[kind], also)


def _fits(one: Found, word: str) -> bool:
    """Whether a word means exactly this: its key, or its name, with the region or country that was said."""
    text, key = _split(word)
    if key:
        return key == one.key
    if _plain(text) == _plain(one.name) or (one.type == "country" and text.upper() == one.key):
        return True
    name, *rest = (part.strip().casefold() for part in text.split(","))
    return name in (one.name.casefold(), _plain(one.name)) and bool(rest) and set(rest) <= one.also


def _plain(name: str) -> str:
    """A name without the explanation Meta puts behind it: "Hiking (sport & outdoors)" is hiking."""
    return re.sub(r"\s*\([^()]*\)$", "", name.strip()).casefold()


def _unclear(kind: Kind, word: str, candidates: Sequence[Found]) -> str:
    labels = listed([one.label for one in candidates], most=MOST_SHOWN)
    return f"{word!r} ({kind}) could be: {labels}" if labels else f"{word!r} ({kind}) is nothing Meta knows"


def _overlaps(found: Catalogue) -> list[str]:
    """Places inside of a country that is targeted as a whole."""
    whole = found["countries"]
    inside = [one for kind in ("regions", "cities") for one in found[kind].values() if one.country in whole]
    return [f"{one.label} lies in {whole[one.country].name}, which is targeted as a whole" for one in inside]


def _spec(args: TargetingInput, found: Catalogue) -> dict[str, Any]:
    spec: dict[str, Any] = {"geo_locations": places_in(found)}
    spec |= ages(args.age_min, args.age_max, advantage=args.advantage_audience) | placements(args.placements)
    spec |= gender(args.genders) | chosen(found)
    return spec | {"targeting_automation": {"advantage_audience": int(args.advantage_audience)}}


def places_in(found: Catalogue) -> dict[str, Any]:
    """The places that were found, as Meta takes them."""
    places: dict[str, Any] = {"countries": list(found["countries"])} if found["countries"] else {}
    lists: tuple[Kind, ...] = ("regions", "cities")
    return places | {kind: [{"key": key} for key in found[kind]] for kind in lists if found[kind]}


def chosen(found: Catalogue) -> dict[str, Any]:
    """The interests and languages that were found, as Meta takes them; nothing for none."""
    spec = dict[str, Any]()
    if found["interests"]:
        group: dict[str, list[dict[str, str]]] = {}
        for one in found["interests"].values():
            group.setdefault(one.type, []).append({"id": one.key, "name": one.name})
        spec["flexible_spec"] = [group]
    if found["languages"]:
        spec["locales"] = [int(key) if is_digits(key) else key for key in found["languages"]]
    return spec


def gender(said: str) -> dict[str, Any]:
    """Men or women as Meta takes them; nothing for all."""
    return {} if said == "all" else {"genders": [1 if said == "men" else 2]}


def ages(youngest: int, oldest: int, *, advantage: bool) -> dict[str, Any]:
    """Limits; what Meta does not hold to with Advantage+ audience is where it begins."""
    if not advantage or (youngest <= OLDEST_MINIMUM and oldest == OLDEST):
        return {"age_min": youngest, "age_max": oldest}
    return {
        "age_min": min(youngest, OLDEST_MINIMUM),
        "age_max": OLDEST,
        "age_range": [youngest, oldest],
    }


def _shown(args: TargetingInput, found: Catalogue) -> dict[str, str]:
    """Names with their ids, and whom they stand for."""
    people = args.genders if args.genders != "all" else "everybody"
    oldest = "65+" if args.age_max == OLDEST else str(args.age_max)
    shown = {"places": labels(found, *_PLACES)}
    shown["people"] = f"{people}, {args.age_min}-{oldest}"
    if "age_range" in (limits := ages(args.age_min, args.age_max, advantage=args.advantage_audience)):
        shown["people"] += (
            f" to begin with: with Advantage+ audience Meta holds only to {limits['age_min']} and older"
        )
    if args.placements:
        shown |= shown_placements(args.placements)
    shown |= {kind: labels(found, kind) for kind in KINDS[3:] if found[kind]}
    return shown | {
        "Advantage+ audience": "on: the above is where Meta begins" if args.advantage_audience else "off"
    }


def labels(found: Catalogue, *kinds: Kind) -> str:
    """What was found of some kinds, for people."""
    return ", ".join(one.label for kind in kinds for one in found[kind].values())


def audience(ctx: Context, spec: dict[str, Any], goal: str, promoted: dict[str, Any]) -> str:
    """How many people Meta counts for a targeting, or why it does not say. Raises GraphFailure."""
    query: dict[str, Any] = {
        "targeting_spec": spec,
        "optimization_goal": goal,
        "promoted_object": promoted or None,
    }
    try:
        rows = ctx.graph.read_all(f"{ctx.account.id}/delivery_estimate", **query).rows
    except GraphError as error:
        if error.family not in UNREADABLE:
            raise
        return f"not known, Meta says: {error}"
    row = rows[0] if rows else {}
    low, high = (row.get(f"estimate_mau_{side}_bound") for side in ("lower", "upper"))
    if not isinstance(low, int) or not isinstance(high, int) or not row.get("estimate_ready", True):
        return "not known"
    return f"{low:,} to {high:,} people a month"
