"""Checks of a targeting spec (docs/graph-api.md §3.3, §8.2) and the size of its audience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.objects.audiences import BY_ID, DECLARED, EU, PEOPLE, PLACE_BY_KEY, REGULATED
from sandbox.request import versions
from sandbox.request.enums import PLATFORMS
from sandbox.request.refusals import GraphError, explained, invalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    Spec = dict[str, Any]

YOUNGEST, OLDEST = 13, 65
OLDEST_MINIMUM = 25
_PLACE_LISTS = {"regions": "region", "cities": "city", "zips": "zip"}
_OTHER_PLACES = ("country_groups", "custom_locations", "places", "geo_markets", "electoral_districts")
_DETAILS = {"interests", "behaviors"}
_REFINED = {
    "flexible_spec", "exclusions", "interests", "behaviors", "custom_audiences", "excluded_custom_audiences", "genders",
    "locales",
}  # fmt: skip


def checked(spec: Any, version: str, today: date, blame: str = "targeting") -> Spec:
    """Give a spec as a version stores it on a day, or refuse it."""
    if not isinstance(spec, dict):
        raise invalid(f"Param {blame} must be a JSON object", blame=blame)
    spec = dict(spec)
    places = _object(spec, "geo_locations")
    if not any(places.get(name) for name in ("countries", *_PLACE_LISTS, *_OTHER_PLACES)):
        raise wrong("Your ad set must be targeted to at least one location.", blame)
    excluded = _object(spec, "excluded_geo_locations")
    for where in (places, excluded):
        _check_places(where, blame)
    both = _words(places, "countries") & _words(excluded, "countries")
    if both:
        raise wrong(f"{', '.join(sorted(both))} cannot be both targeted and excluded.", blame)
    _check_people(spec, blame)
    for interest in details(spec):
        _check_interest(interest, blame)
    return _check_placements(spec, version, today, blame)


def wrong(text: str, blame: str) -> GraphError:
    """Refuse a targeting spec (1487079)."""
    return explained(1487079, "Invalid targeting spec", text, blame=blame)


def _object(spec: Spec, name: str) -> Spec:
    value = spec.get(name) or {}
    if not isinstance(value, dict):
        raise wrong(f"{name} must be an object.", "targeting")
    return value


def _list(spec: Spec, name: str) -> list[Any]:
    value = spec.get(name) or []
    if not isinstance(value, list):
        raise wrong(f"{name} must be a list.", "targeting")
    return value


def _words(spec: Spec, name: str) -> set[str]:
    return set(map(str, _list(spec, name)))


def _check_places(places: Spec, blame: str) -> None:
    for country in sorted(_words(places, "countries")):
        if country not in PEOPLE:
            raise wrong(f"{country} is not a country that can be targeted.", blame)
    for name, kind in _PLACE_LISTS.items():
        for row in _list(places, name):
            if not isinstance(row, dict) or (kind, str(row.get("key"))) not in PLACE_BY_KEY:
                raise wrong(f"{name} holds a place that does not exist.", blame)
            if "radius" in row and kind != "city":
                raise wrong(f"A {kind} cannot be targeted with a radius.", blame)


def _check_people(spec: Spec, blame: str) -> None:
    ages = [spec.get("age_min", 18), spec.get("age_max", OLDEST)]
    if not all(isinstance(age, int) and YOUNGEST <= age <= OLDEST for age in ages) or ages[0] > ages[1]:
        raise wrong(f"age_min and age_max must be between {YOUNGEST} and {OLDEST}, in order.", blame)
    if not _words(spec, "genders") <= {"0", "1", "2"}:
        raise wrong("genders must hold 1 (men) or 2 (women).", blame)
    flag = _object(spec, "targeting_automation").get("advantage_audience", 0)
    if flag not in (0, 1, "0", "1"):
        raise wrong("advantage_audience must be 0 or 1.", blame)
    if flag in (1, "1"):
        _check_controls(ages[0], ages[1], blame)
    begin = spec.get("age_range", ages)
    whole = isinstance(begin, list) and len(begin) == 2 and all(type(age) is int for age in begin)
    if not whole or not YOUNGEST <= begin[0] <= begin[1] <= OLDEST:
        raise wrong("age_range must hold two ages, in order.", blame)


def _check_controls(low: int, high: int, blame: str) -> None:
    """With Advantage+ audience ages are limits within narrow bounds only (§8.2; both subcodes unconfirmed)."""
    if low > OLDEST_MINIMUM:
        text = f"With Advantage+ audience the minimum age cannot be above {OLDEST_MINIMUM}. Suggest it by age_range."
        raise explained(1870188, "Minimum age is above threshold", text, blame=blame)
    if high < OLDEST:
        text = f"With Advantage+ audience the maximum age cannot be below {OLDEST}. Suggest it by age_range."
        raise explained(1870189, "Maximum age is below threshold", text, blame=blame)


def details(spec: Spec) -> Iterator[Any]:
    """Give every interest and behaviour, wherever in the spec it stands."""
    groups = [spec, _object(spec, "exclusions"), *_list(spec, "flexible_spec")]
    for group in groups:
        if not isinstance(group, dict):
            raise wrong("flexible_spec must be a list of objects.", "targeting")
        for name in _DETAILS & group.keys():
            yield from _list(group, name)


def _check_interest(interest: Any, blame: str) -> None:
    interest_id = str(interest.get("id")) if isinstance(interest, dict) else str(interest)
    known = BY_ID.get(interest_id)
    if known is None:
        raise wrong(f"The interest with id {interest_id} is invalid.", blame)
    if known.retired:
        text = f"{known.name} is no longer available for targeting. Remove it or choose another."
        raise explained(1487694, "Targeting option is no longer available", text, blame=blame)


def _check_placements(spec: Spec, version: str, today: date, blame: str) -> Spec:
    unknown = _words(spec, "publisher_platforms") - set(PLATFORMS)
    if unknown:
        raise wrong(f"{', '.join(sorted(unknown))} is not a publisher platform.", blame)
    named = _words(spec, "publisher_platforms")
    for platform in PLATFORMS:
        if named and platform not in named and spec.get(f"{platform}_positions"):
            raise wrong(f"{platform}_positions needs {platform} among publisher_platforms.", blame)
    if named == {"audience_network"}:
        raise wrong("audience_network cannot be the only publisher platform.", blame)
    if "video_feeds" in _list(spec, "facebook_positions"):
        raise explained(
            2490562, "Placement not available", "The video feeds placement no longer exists.", blame=blame
        )
    if version == versions.CURRENT and {"explore", "explore_home"} & _words(spec, "instagram_positions"):
        raise wrong("The Instagram explore placement can no longer be chosen.", blame)
    if versions.strict(version, today) and "messenger_positions" in spec:
        kept = [position for position in _list(spec, "messenger_positions") if position != "story"]
        spec = {name: value for name, value in spec.items() if name != "messenger_positions"}
        spec |= {"messenger_positions": kept} if kept else {}
    return spec


def check_automation(version: str, spec: Spec, categories: list[str]) -> None:
    """Ask for an explicit Advantage+ audience flag where v26.0 wants one: special category, narrowed audience."""
    special = set(categories) & {"HOUSING", "EMPLOYMENT", "CREDIT", "FINANCIAL_PRODUCTS_SERVICES"}
    told = "advantage_audience" in _object(spec, "targeting_automation")
    if version == versions.CURRENT and special and _narrow(spec) and not told:
        text = "Set targeting_automation.advantage_audience to 0 or 1 for this special ad category."
        raise GraphError(
            code=100,
            message="(#100) ADS_TARGETING__REQUIRE_EXPLICIT_ADVANTAGE_AUDIENCE_FLAG",
            title="Advantage+ audience flag is required",
            user_message=text,
            blame="targeting",
        )


def _narrow(spec: Spec) -> bool:
    ages = (spec.get("age_min", 18), spec.get("age_max", OLDEST)) != (18, OLDEST)
    return ages or any(spec.get(name) for name in _REFINED)


def countries(spec: Spec) -> set[str]:
    """Give the countries a spec reaches into."""
    places = _object(spec, "geo_locations")
    rows = [(kind, row) for name, kind in _PLACE_LISTS.items() for row in _list(places, name)]
    within = {PLACE_BY_KEY[kind, str(row["key"])].country for kind, row in rows}
    return _words(places, "countries") | within


def check_transparency(data: Spec, account: Spec, changed: set[str]) -> None:
    """Ask for beneficiary and payor where an ad set delivers in the EU (§8.2)."""
    if not changed & {"targeting", "dsa_beneficiary", "dsa_payor"} or not countries(data["targeting"]) & EU:
        return
    for name in ("dsa_beneficiary", "dsa_payor"):
        if not data.get(name) and not account.get(f"default_{name}"):
            text = "Ads in the European Union must say who benefits and who pays. Set dsa_beneficiary and dsa_payor."
            error = invalid(f"The parameter {name} is required for delivery in the EU", blame=name)
            error.title, error.user_message = "Beneficiary and payor are required", text
            raise error


def check_regions(data: Spec, changed: set[str]) -> None:
    """Ask for what an ad set declares itself to be under, and for ids that are numbers (§8.2)."""
    if not changed & {"targeting", "regional_regulated_categories", "regional_regulation_identities"}:
        return
    given = [str(word) for word in data.get("regional_regulated_categories") or []]
    if unknown := sorted(set(given) - REGULATED):
        raise invalid(
            f"Param regional_regulated_categories does not know {unknown[0]}",
            blame="regional_regulated_categories",
        )
    for country in sorted(countries(data["targeting"]) & DECLARED.keys()):
        if not any(word.startswith(DECLARED[country].partition("_")[0]) for word in given):
            error = invalid(
                f"Use the following value in regional_regulated_categories: {DECLARED[country]}",
                blame="regional_regulated_categories",
            )
            error.title = "Declaration is required"
            raise error
    for name, value in (data.get("regional_regulation_identities") or {}).items():
        if not str(value).isdecimal():
            raise invalid(f"{name} must be a number", blame="regional_regulation_identities")


def audience(spec: Spec) -> int:
    """Estimate how many people a checked spec reaches."""
    places = _object(spec, "geo_locations")
    people: int = sum(PEOPLE[country][1] for country in _words(places, "countries"))
    for name, kind in _PLACE_LISTS.items():
        people += sum(PLACE_BY_KEY[kind, str(row["key"])].people for row in _list(places, name))
    low, high = spec.get("age_min", 18), spec.get("age_max", OLDEST)
    people = people * (high - low + 1) // (OLDEST - YOUNGEST + 1)
    if len(_words(spec, "genders") & {"1", "2"}) == 1:
        people //= 2
    interested = [BY_ID[str(row.get("id") if isinstance(row, dict) else row)].people for row in details(spec)]
    share = min(1.0, sum(interested) / 3_000_000_000) if interested else 1.0
    return max(1000, round(int(people * share), -3))
