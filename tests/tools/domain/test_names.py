"""Names, parts of names and labels mean what people mean by them wherever ids are taken."""

import json
from typing import Any

import pytest

from tests.tools.support import (
    ACCOUNT,
    BROAD,
    EARLY_BIRD,
    EVERGREEN,
    JACKET,
    PROSPECTING,
    SPRING,
    SUMMER,
    TENT,
    Desk,
    demo_brand,
)
from tools.domain.naming.matching import Known, broadest, fitting, near

THINGS = [
    Known("campaign", "1", "Summer – Sale", frozenset({"hot"})),
    Known("adset", "2", "Summer – Sale"),
    Known("ad", "3", "summer - sale"),
    Known("ad", "4", "Static – Tent 10% off", frozenset({"hot"})),
    Known("ad", "5", "2024"),
    Known("ad", "6", "Tent 2024"),
]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("4", "4"),
        ("summer - sale", "3"),
        ("SUMMER — SALE", "123"),
        ("Summer – Sale", "12"),
        ("tent", "46"),
        ("static - tent 10%", "4"),
        ("label: HOT", "14"),
        ("label:cold", ""),
        ("2024", "5"),
        ("monsoon", ""),
        ("", ""),
        ("  ", ""),
    ],
)
def test_the_best_fit_counts(text: str, ids: str) -> None:
    """An id first, then the name as it is written, in any spelling, and only then a part of it."""
    assert "".join(one.id for one in fitting(text, THINGS)) == ids


def test_a_number_is_a_whole_name_or_none() -> None:
    """Digits that are no id never stand for a part of a name: one digit too few would hit something else."""
    assert [one.id for one in fitting("2024", THINGS, parts=False)] == ["5"]
    assert not fitting("024", THINGS, parts=False)


def test_words_in_another_order_and_slips_bring_names_that_are_near() -> None:
    """Near names are offered, never taken."""
    names = ["Carousel – All sandals", "Static – Tent", "Video – Boots"]
    assert near("sandals carousel", names) == ["Carousel – All sandals"]
    assert near("sttic - tent", names) == ["Static – Tent"]
    assert not near("", names)


def test_a_broad_part_stands_for_the_highest_level() -> None:
    """Who names a campaign means what is in it."""
    assert [one.id for one in broadest(THINGS[:4])] == ["1"]


def name_of(desk: Desk, object_id: str) -> str:
    return str(desk.graph(object_id, fields="name")["name"])


@pytest.mark.parametrize(
    ("tool", "given", "target"),
    [
        ("set_status", {"ids": ["early bird"], "status": "ACTIVE"}, EARLY_BIRD),
        ("set_status", {"ids": [EARLY_BIRD, "Static - Early Bird summer"], "status": "ACTIVE"}, EARLY_BIRD),
        ("set_budget", {"id": "summer - prospecting", "daily_budget": "55.00 USD"}, PROSPECTING),
        ("refresh_ad", {"ad_ids": ["early bird"], "bodies": ["New"]}, EARLY_BIRD),
    ],
)
def test_one_name_is_as_good_as_its_id(reading: Desk, tool: str, given: dict[str, Any], target: str) -> None:
    """A write by name is the same change as by id."""
    try:
        changes = reading.propose(tool, **given).changes
        assert [change.target for change in changes if change.target] == [target]
        assert changes[-1].name == name_of(reading, target)
    finally:
        reading.context.pending.clear()


def test_places_of_new_things_are_named_too(reading: Desk) -> None:
    """An ad set for an ad, a campaign for an ad set, and both sides of a duplicate."""
    try:
        ad = reading.one(
            "create_ad", name="n", creative_id="23849000000001", adset_id=name_of(reading, BROAD)
        )
        assert ad.request.params["adset_id"] == BROAD
        copies = reading.propose(
            "duplicate_ad", ad_id="early bird", adset_ids=["summer - prospecting"]
        ).changes
        assert [copy.request.params["adset_id"] for copy in copies] == [PROSPECTING]
        assert reading.ask("inspect", id="early bird")["id"] == EARLY_BIRD
        assert reading.ask("list_ads", adset_id="summer - prospecting") == reading.ask(
            "list_ads", adset_id=PROSPECTING
        )
    finally:
        reading.context.pending.clear()


def test_an_id_that_is_another_things_name_is_asked_back(desk: Desk) -> None:
    """Once names were read, a number that means two things is a question; `id:` before it is the answer."""
    desk.elsewhere(EARLY_BIRD, name=TENT)
    assert desk.ask("inspect", id="summer - prospecting")["id"] == PROSPECTING
    said = desk.refusal("set_status", ids=[TENT], status="PAUSED")
    assert f"'{TENT}' is the id of ad “Static – Tent 20% off” ({TENT})" in said
    assert f"and the name of ad “{TENT}” ({EARLY_BIRD})" in said
    assert f"Say which: id:{TENT} or id:{EARLY_BIRD}." in said
    assert desk.one("set_status", ids=[f"id:{TENT}"], status="PAUSED").target == TENT
    assert desk.one("set_status", ids=[f"id:{EARLY_BIRD}"], status="ACTIVE").target == EARLY_BIRD


def test_creatives_are_named_too(desk: Desk) -> None:
    """For a new ad, for an ad that is there, and to look at; an unclear name brings the candidates."""
    rows = desk.graph(f"{ACCOUNT}/adcreatives", fields="id,name", limit="500")["data"]
    one = next(row for row in rows if [r["name"] for r in rows].count(row["name"]) == 1)
    name = str(one["name"])
    ad = desk.one("create_ad", name="n", creative_id=name.upper(), adset_id=BROAD)
    assert ad.request.params["creative"] == {"creative_id": one["id"]}
    swap = desk.propose("refresh_ad", ad_ids=[EARLY_BIRD, TENT], creative_id=name).changes
    assert {c.request.params["creative"]["creative_id"] for c in swap} == {one["id"]}
    first, second = rows[0]["id"], rows[1]["id"]
    desk.elsewhere(first, name="Lone creative")
    assert desk.ask("inspect", id="lone creative")["id"] == first
    desk.elsewhere(second, name="Lone creative")
    said = desk.refusal("create_ad", name="n", creative_id="Lone creative", adset_id=BROAD)
    assert "'Lone creative' fits 2 creatives, nothing was done. Say which by id: " in said
    assert first in said
    assert second in said
    assert "Not a campaign, ad set or ad" in desk.refusal("inspect", id="Lone creative")


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("set_status", {"ids": [TENT, "summer"], "status": "PAUSED"}),
        ("set_budget", {"id": "summer", "daily_budget": "55.00 USD"}),
        ("inspect", {"id": "summer"}),
        ("draw_chart", {"id": "summer"}),
        ("list_ads", {"adset_id": "summer"}),
        ("refresh_ad", {"ad_ids": ["summer"], "bodies": ["New"]}),
        ("duplicate_ad", {"ad_id": TENT, "adset_ids": ["summer"]}),
    ],
)
def test_an_unclear_name_is_answered_with_the_candidates(
    reading: Desk, tool: str, given: dict[str, Any]
) -> None:
    """Each with kind, name, id and status; nothing of the call is done, not even its clear part."""
    said = reading.refusal(tool, **given)
    assert "'summer' fits" in said
    assert "Say which by id" in said
    assert "“Summer" in said or "summer” (2384" in said
    assert "ACTIVE" in said


def test_reading_takes_a_part_for_several_and_says_so(reading: Desk) -> None:
    """A part of a name stands for the highest level it fits, and the answer names what that is."""
    by_name = reading.ask("get_insights", level="campaign", ids=["summer"])
    by_id = reading.ask("get_insights", level="campaign", ids=[SUMMER])
    assert by_name.pop("ids_mean") == {"summer": f"campaign “{name_of(reading, SUMMER)}” ({SUMMER})"}
    assert by_name == by_id


def test_a_label_stands_for_all_that_has_it(desk: Desk) -> None:
    """One label is no guess: a write takes all of it, and one that nothing has is refused."""
    for object_id in (TENT, JACKET):
        desk.elsewhere(object_id, adlabels=json.dumps([{"name": "Clearance"}]))
    changes = desk.propose("set_status", ids=["label:clearance"], status="PAUSED").changes
    assert {change.target for change in changes} == {TENT, JACKET}
    desk.context.pending.clear()
    assert set(desk.ask("get_insights", level="ad", ids=["label:clearance"])["ids_mean"]) == {
        "label:clearance"
    }
    assert desk.ask("list_ads", name="label:clearance")["matching"] == 2
    assert "nothing has this label" in desk.refusal("set_status", ids=["label:none"], status="PAUSED")
    assert "fits 2 things" in desk.refusal("inspect", id="label:clearance")


def test_what_is_not_there_is_told_apart(desk: Desk) -> None:
    """Archived, deleted, another account's, of another kind, and a name with a slip in it: each as what it is."""
    desk.elsewhere(JACKET, status="ARCHIVED")
    desk.elsewhere(EARLY_BIRD, status="DELETED")
    name = name_of(desk, JACKET)
    said = desk.refusal("set_status", ids=[JACKET, EARLY_BIRD, "7", name, "evergren"], status="PAUSED")
    assert f"{JACKET} (archived: “{name}”)" in said
    assert f"{EARLY_BIRD} (deleted: “" in said
    assert "7 (no such id" in said
    assert f"{name!r} (archived: ad “{name}” ({JACKET}))" in said
    desk.world.nodes[TENT].data["account_id"] = "999"
    assert f"'{name_of(desk, SPRING)}' (it is campaign “" in desk.refusal(
        "refresh_ad", ad_ids=[name_of(desk, SPRING)], bodies=["x"]
    )


def test_the_account_is_read_once_for_all_names(desk: Desk) -> None:
    """Names of one run share one batch of three lists."""
    desk.ask("inspect", id="early bird")
    requests = desk.wire.stats.requests
    desk.ask("get_insights", ids=["summer"])
    heard = desk.http.get("/sandbox/requests").json()["data"]
    lists = [call for call in heard if call["path"] == f"/{ACCOUNT}/campaigns"]
    assert len([call for call in lists if "filtering" not in call["params"]]) == 1
    assert desk.wire.stats.requests - requests <= 2


def test_protected_by_name_is_as_protected_as_by_id(reading: Desk) -> None:
    """The change carries the names that the guardrails look at, however the ad was called."""
    brand = demo_brand()
    change = reading.one("set_status", ids=[name_of(reading, EVERGREEN)], status="PAUSED")
    reading.context.pending.clear()
    assert brand.is_protected(*change.names)
