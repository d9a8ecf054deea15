"""Nothing is made twice because it was asked for twice: what is there by now is seen before anything is sent."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.agent.support import ACCOUNT, Faults, Sandbox
from tests.attacks.moved import ADSET, CAMPAIGN, SECOND, Call, Office, ad_set, notes, outcomes, said

CAMPAIGN_CALL: Call = ("create_campaign", {"name": "New", "objective": "sales", "daily_budget": "10 USD"})


@pytest.fixture
def office(open_session: Any, sandbox: Sandbox, faults: Faults, workspace: Path) -> Office:
    text = "page_id: 104200000000001\npixel_id: 520000000000001\ndefault_link: https://northwind.example/\nmax_daily_budget: 1000\n"
    (workspace / "brand" / "stack.md").write_text(text, encoding="utf-8")
    return Office(open_session, sandbox, faults, workspace)


def launch(office: Office) -> Call:
    path = office.folder / "hero.png"
    Image.new("RGB", (1080, 1080), (200, 30, 1)).save(path, compress_level=1)
    ad = {"name": "Launch B", "image_path": str(path), "bodies": ["Snap and go"], "titles": ["Snap"]}
    return "launch_ads", {"adset_id": ADSET, "ads": [ad]}


def new_ad(office: Office) -> Call:
    return "create_ad", {"name": "Hero", "adset_id": ADSET, "creative_id": office.creative()}


def copy(office: Office) -> Call:
    source = next(ad for ad in office.sandbox.ads() if ad["adset_id"] == SECOND)
    return "duplicate_ad", {"ad_id": source["id"], "adset_ids": [ADSET]}


MAKERS = [
    (lambda _: CAMPAIGN_CALL, "campaigns"),
    (lambda _: ad_set(CAMPAIGN), "adsets"),
    (new_ad, "ads"),
    (copy, "ads"),
    (launch, "ads"),
    (lambda _: ("make_rule", {"spend_over": "50 USD", "no_results": True}), "adrules_library"),
]
made_twice = pytest.mark.parametrize(
    ("call", "edge"), MAKERS, ids=["campaign", "ad set", "ad", "copy", "launch", "rule"]
)


def later(office: Office) -> None:
    """So late that an equal request is a wish of its own."""
    office.faults.clock.later(3600)


def count(office: Office, edge: str) -> int:
    return len(office.sandbox.get(f"{ACCOUNT}/{edge}", fields="id", limit=500)["data"])


@made_twice
def test_the_second_of_two_equal_proposals_is_a_conflict_and_nothing_of_it_is_sent(
    office: Office, call: Any, edge: str
) -> None:
    """Not the picture or the creative of an ad either, which nothing would use."""
    first = office.propose(call(office))
    later(office)
    second = office.propose(call(office))
    assert second.id != first.id
    assert set(said(office.apply(first))) == {"done"}
    before = count(office, edge)
    office.faults.requests.clear()
    report = office.apply(second)
    assert office.sent() == []
    assert said(report)[-1] == "conflict", outcomes(report)
    assert "of the same name by now" in notes(report)
    assert count(office, edge) == before


@made_twice
def test_a_set_that_waits_and_makes_the_same_is_named_before_the_question(
    office: Office, call: Any, edge: str
) -> None:
    """As a warning in the newer set; the older one has none."""
    first = office.propose(call(office))
    later(office)
    second = office.propose(call(office))
    assert not any("waits and makes" in note for note in first.notes)
    assert any(first.id in note and "waits and makes" in note for note in second.notes)


def test_what_was_there_of_the_name_at_the_proposal_is_told_and_stops_nothing(office: Office) -> None:
    """A person who saw it and wants another one gets it."""
    office.do(CAMPAIGN_CALL)
    again = office.propose(CAMPAIGN_CALL)
    assert any("of the same name already" in note for note in again.notes)
    assert said(office.apply(again)) == ["done"]


def test_one_set_may_make_the_same_in_two_places_and_twice_in_one(office: Office) -> None:
    """What a set makes itself is not held against it."""
    creative = office.creative()
    calls = [("create_ad", {"name": "Hero", "adset_id": i, "creative_id": creative}) for i in (ADSET, SECOND)]
    office.do(*calls, ("create_ad", {"name": "hero", "adset_id": ADSET, "creative_id": creative}))


def test_another_name_or_another_place_is_no_conflict(office: Office) -> None:
    """Two ads of one name in two ad sets, and two names in one, are all made."""
    creative = office.creative()
    wanted = [("Hero", ADSET), ("Hero", SECOND), ("Hero 2", ADSET)]
    calls = [("create_ad", {"name": name, "adset_id": i, "creative_id": creative}) for name, i in wanted]
    sets = [office.propose(call) for call in calls]
    assert [said(office.apply(made)) for made in sets] == [["done"]] * 3


def test_a_call_that_comes_again_at_once_finds_the_set_that_waits(office: Office) -> None:
    """A host that had no answer in time has one set, whatever it then applies."""
    first, second = office.propose(CAMPAIGN_CALL), office.propose(CAMPAIGN_CALL)
    assert second.id == first.id
    assert [row["id"] for row in office.session().journal.recent("", 9)] == [first.id]


def test_a_wish_that_differs_at_all_is_a_set_of_its_own(office: Office) -> None:
    """Another budget is another campaign, though the name is the same."""
    name, fields = CAMPAIGN_CALL
    first = office.propose(CAMPAIGN_CALL)
    second = office.propose((name, fields | {"daily_budget": "11 USD"}))
    assert second.id != first.id


def test_what_people_do_not_tell_apart_in_a_name_is_the_same_name(office: Office) -> None:
    """Case, another dash, a space that does not break: the second is not made."""
    first = office.propose(("create_campaign", CAMPAIGN_CALL[1] | {"name": "Spring – Boots"}))
    later(office)
    second = office.propose(("create_campaign", CAMPAIGN_CALL[1] | {"name": "SPRING -\u00a0boots"}))
    assert any("waits and makes" in note for note in second.notes)
    office.apply(first)
    report = office.apply(second)
    assert said(report) == ["conflict"]
    assert "of the same name by now" in notes(report)


def test_what_changes_what_waits_already_says_so_before_the_question(office: Office) -> None:
    """A pause of an ad that waits in another set is named there; the equal set that it stands for is not."""
    ads = [str(ad["id"]) for ad in office.sandbox.ads() if ad["effective_status"] == "ACTIVE"][:2]
    pause = {"status": "PAUSED"}
    first = office.propose(("set_status", pause | {"ids": ads[:1]}))
    second = office.propose(("set_status", pause | {"ids": ads}))
    assert [note for note in second.notes if f" waits in {first.id} as well: counted there and here" in note]
    again = office.propose(("set_status", pause | {"ids": ads, "reason": "once more"}))
    assert not any(second.id in note for note in again.notes)
    assert any(first.id in note for note in again.notes)
