"""An A/B pair: the same ad with exactly one thing different, which is shown before and after."""

from typing import Any

import pytest

from tests.tools.support import PROSPECTING, TENT, Desk
from tools.domain.copying.ad_creatives import creatives
from tools.domain.copying.carrying import carried


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Each single value by its path."""
    if isinstance(value, dict):
        return {k: v for key, inner in value.items() for k, v in leaves(inner, f"{path}.{key}").items()}
    if isinstance(value, list):
        return {k: v for i, inner in enumerate(value) for k, v in leaves(inner, f"{path}[{i}]").items()}
    return {path: value}


@pytest.mark.parametrize(
    ("change", "to", "differing"),
    [
        ("headline", "Sleep outside", ["link_data.name"]),
        ("text", "Two nights, one tent.", ["link_data.message"]),
        ("button", "sign up", ["call_to_action.type"]),
        ("link", "https://northwind.example/tents", ["call_to_action.value.link", "link_data.link"]),
    ],
)
def test_exactly_one_thing_differs(reading: Desk, change: str, to: str, differing: list[str]) -> None:
    """In the new creative; the ad stands beside the old one, PAUSED, and says which thing it is."""
    creative, ad = reading.propose("duplicate_ad", ad_id=TENT, change=change, to=to).changes
    old = reading.graph(TENT, fields="creative{id}")["creative"]["id"]
    before = leaves(carried(creatives(reading.context, [old])[old]).params)
    after = leaves({k: v for k, v in creative.request.params.items() if k not in ("name", "adlabels")})
    other = [path for path in sorted({*before, *after}) if before.get(path) != after.get(path)]
    assert len(other) == len(differing)
    assert all(path.endswith(end) for path, end in zip(other, differing, strict=True))
    assert creative.shown["differs"].startswith(f"{change}: ")
    assert creative.shown["differs"].endswith("; all else is the same")
    assert (ad.request.params["adset_id"], ad.request.params["status"]) == (PROSPECTING, "PAUSED")
    assert ad.depends_on == (creative.id,)
    assert ad.name.endswith(f" – {change}")


def test_a_variant_is_made_and_shows_its_own_creative(desk: Desk) -> None:
    """The sandbox takes both, and the first ad stays as it is."""
    proposal = desk.propose("duplicate_ad", ad_id=TENT, change="headline", to="Sleep outside")
    creative, ad = desk.enact(*proposal.changes)
    assert desk.graph(ad, fields="creative{id}")["creative"]["id"] == creative
    assert desk.graph(TENT, fields="creative{id}")["creative"]["id"] != creative
    assert desk.graph(creative, fields="title")["title"] == "Sleep outside"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"change": "headline"}, "change and to go together"),
        ({}, "give adset_ids, or change and to"),
        ({"change": "headline", "to": "x" * 51}, "at most 50"),
        ({"change": "button", "to": "shop nwo"}, "use "),
        ({"change": "link", "to": "http://northwind.example"}, "is no https link"),
        ({"change": "headline", "to": "Tent 20% off"}, "nothing would differ"),
        ({"change": "image", "to": "nohash"}, "Not in the image library"),
    ],
)
def test_what_is_no_variant_is_refused(reading: Desk, asked: dict[str, Any], said: str) -> None:
    """With what is wrong."""
    assert said in reading.refusal("duplicate_ad", ad_id=TENT, **asked)
