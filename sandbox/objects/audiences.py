"""What can be targeted: a small fixed catalogue of places and interests."""

from __future__ import annotations

from typing import NamedTuple

PEOPLE = {
    "US": ("United States", 250_000_000), "CA": ("Canada", 31_000_000), "GB": ("United Kingdom", 52_000_000),
    "AU": ("Australia", 20_000_000), "NZ": ("New Zealand", 3_900_000), "MX": ("Mexico", 92_000_000),
    "BR": ("Brazil", 145_000_000), "IN": ("India", 480_000_000), "JP": ("Japan", 55_000_000),
    "KR": ("South Korea", 24_000_000), "VN": ("Vietnam", 72_000_000), "PH": ("Philippines", 88_000_000),
    "ID": ("Indonesia", 150_000_000), "TH": ("Thailand", 50_000_000), "SG": ("Singapore", 4_300_000),
    "TW": ("Taiwan", 19_000_000), "AE": ("United Arab Emirates", 8_100_000), "ZA": ("South Africa", 28_000_000), "NG": ("Nigeria", 42_000_000),
    "CH": ("Switzerland", 5_100_000), "NO": ("Norway", 3_600_000), "TR": ("Turkey", 56_000_000),
    "UA": ("Ukraine", 18_000_000), "IL": ("Israel", 5_900_000), "AR": ("Argentina", 29_000_000),
    "CL": ("Chile", 14_000_000), "CO": ("Colombia", 37_000_000), "PE": ("Peru", 24_000_000),
    "AT": ("Austria", 5_200_000), "BE": ("Belgium", 7_300_000), "BG": ("Bulgaria", 3_800_000),
    "CY": ("Cyprus", 900_000), "CZ": ("Czechia", 5_800_000), "DE": ("Germany", 44_000_000),
    "DK": ("Denmark", 4_200_000), "EE": ("Estonia", 800_000), "ES": ("Spain", 31_000_000),
    "FI": ("Finland", 3_400_000), "FR": ("France", 43_000_000), "GR": ("Greece", 6_600_000),
    "HR": ("Croatia", 2_300_000), "HU": ("Hungary", 5_900_000), "IE": ("Ireland", 3_500_000),
    "IT": ("Italy", 38_000_000), "LT": ("Lithuania", 1_800_000), "LU": ("Luxembourg", 440_000),
    "LV": ("Latvia", 1_100_000), "MT": ("Malta", 440_000), "NL": ("Netherlands", 13_000_000),
    "PL": ("Poland", 23_000_000), "PT": ("Portugal", 7_100_000), "RO": ("Romania", 11_000_000),
    "SE": ("Sweden", 7_300_000), "SI": ("Slovenia", 1_100_000), "SK": ("Slovakia", 2_900_000),
}  # fmt: skip
"""Countries by code: name and how many people can be reached."""
EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
DECLARED = {"TW": "TAIWAN_UNIVERSAL", "SG": "SINGAPORE_UNIVERSAL"}
"""What an ad set for these countries must declare itself to be under (§8.2)."""
REGULATED = {
    "TAIWAN_UNIVERSAL", "TAIWAN_FINSERV", "SINGAPORE_UNIVERSAL", "AUSTRALIA_FINSERV", "INDIA_FINSERV",
    "THAILAND_UNIVERSAL", "BRAZIL_REGULATION",
}  # fmt: skip


class Place(NamedTuple):
    """A place below a country."""

    key: str
    name: str
    type: str
    country: str
    region: str
    people: int


PLACES = (
    Place("3843", "California", "region", "US", "", 29_000_000),
    Place("3875", "New York", "region", "US", "", 15_000_000),
    Place("3878", "Oregon", "region", "US", "", 3_100_000),
    Place("3889", "Vermont", "region", "US", "", 480_000),
    Place("533", "Ontario", "region", "CA", "", 12_000_000),
    Place("2655", "Bavaria", "region", "DE", "", 6_900_000),
    Place("2490299", "New York", "city", "US", "New York", 7_400_000),
    Place("2420605", "Los Angeles", "city", "US", "California", 4_100_000),
    Place("2511140", "Portland", "city", "US", "Oregon", 690_000),
    Place("2517450", "Burlington", "city", "US", "Vermont", 52_000),
    Place("296875", "Toronto", "city", "CA", "Ontario", 3_000_000),
    Place("577700", "Munich", "city", "DE", "Bavaria", 1_200_000),
    Place("US:97201", "97201", "zip", "US", "Oregon", 19_000),
    Place("US:10001", "10001", "zip", "US", "New York", 26_000),
)


class Interest(NamedTuple):
    """A detailed targeting option; `type` is `interests` or `behaviors`; `retired` ones cannot be used any more."""

    id: str
    name: str
    path: tuple[str, ...]
    people: int
    type: str = "interests"
    retired: bool = False


_OUTDOORS = ("Interests", "Sports and outdoors", "Outdoor recreation")
_SHOPPING = ("Interests", "Shopping and fashion")
INTERESTS = (
    Interest("6003397496347", "Camping (outdoors activities)", _OUTDOORS, 74_000_000),
    Interest("6003092330156", "Hiking (sport & outdoors)", _OUTDOORS, 61_000_000),
    Interest("6003348453981", "Outdoor recreation (sport & outdoors)", _OUTDOORS, 212_000_000),
    Interest("6003270811593", "Backpacking (wilderness) (outdoors activities)", _OUTDOORS, 18_000_000),
    Interest("6003106813190", "Mountain biking (sport & outdoors)", _OUTDOORS, 25_000_000),
    Interest("6003269553527", "Fishing (outdoors activities)", _OUTDOORS, 98_000_000),
    Interest("6003146729229", "Patagonia (clothing)", (*_SHOPPING, "Brands"), 9_300_000),
    Interest("6003455147233", "Sporting goods (retail)", (*_SHOPPING, "Shopping"), 45_000_000),
    Interest("6003346592981", "Online shopping (retail)", (*_SHOPPING, "Shopping"), 430_000_000),
    Interest("6003107902433", "Association football (Soccer)", ("Interests", "Sports"), 610_000_000),
    Interest("6003139266461", "Movies (entertainment & media)", ("Interests", "Entertainment"), 940_000_000),
    Interest("6003020834693", "Music (entertainment & media)", ("Interests", "Entertainment"), 1_050_000_000),
    Interest("6002714895372", "Frequent travellers", ("Behaviors", "Travel"), 160_000_000, "behaviors"),
    Interest(
        "6071631541183", "Engaged shoppers", ("Behaviors", "Purchase behaviour"), 230_000_000, "behaviors"
    ),
    Interest("6003012461997", "Survivalism (outdoors activities)", _OUTDOORS, 0, retired=True),
)
BY_ID = {interest.id: interest for interest in INTERESTS}
PLACE_BY_KEY = {(place.type, place.key): place for place in PLACES}
LOCALES = {
    6: "English (US)",
    24: "English (UK)",
    1001: "English (All)",
    5: "German",
    9: "French (France)",
    23: "Spanish",
}
CATEGORIES = {
    "user_os": ("iOS", "Android", "Windows Phone"),
    "user_device": ("iPhone 17", "Galaxy S26", "Pixel 11"),
    "life_events": ("Newly engaged (6 months)", "Recently moved"),
    "family_statuses": ("Parents (All)", "Parents with preschoolers (3-5 years)"),
}
"""Options of `type=adTargetingCategory` besides interests and behaviours, by class."""
