"""The offline rules duplicate ads, swap their picture or words, and make campaigns; else they ask."""

import pytest

from agent.models.offline import Offline
from agent.writes.change_events import Proposed
from tests.agent.models.offline.talking import A3, WRITES, Talk, applied
from tests.agent.support import Sandbox
from tests.tools.support import a_picture

TENT, BROAD, SUMMER = "23848000000001", "23847000000002", "23847000000001"


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (f"duplicate ad {TENT} into ad set {BROAD}", ("duplicate_ad", {"ad_id": TENT, "adset_ids": [BROAD]})),
        (
            f'please copy "Static - Easter" to ad sets {BROAD} and "Summer – Prospecting"',
            ("duplicate_ad", {"ad_id": A3, "adset_ids": [BROAD, SUMMER]}),
        ),
        (f"clone ad {TENT} into the summer prospecting ad set", ("duplicate_ad", {"ad_id": TENT, "adset_ids": [SUMMER]})),
        (f'duplicate ad {TENT} with the headline "New"', ("duplicate_ad", {"ad_id": TENT, "change": "headline", "to": "New"})),
        (f"swap the image of ad {TENT} for new.jpg", ("refresh_ad", {"ad_ids": [TENT], "image_hashes": ["new:new.jpg"]})),
        (f'replace the picture in {TENT} with "my new.png"', ("refresh_ad", {"ad_ids": [TENT], "image_hashes": ["new:my new.png"]})),
        (f'change the text of {TENT} to "Not now, pause"', ("refresh_ad", {"ad_ids": [TENT], "bodies": ["Not now, pause"]})),
        (f'set the headline of ad {TENT} to "New"', ("refresh_ad", {"ad_ids": [TENT], "titles": ["New"]})),
        (f'update the description of {TENT} to "x"', ("refresh_ad", {"ad_ids": [TENT], "descriptions": ["x"]})),
        (f'rename {TENT} to "New, not old"', ("rename", {"ids": [TENT], "name": "New, not old"})),
        ("archive the easter ad", ("remove", {"ids": [A3], "how": "archive"})),
        (
            "create a sales campaign called Winter Sale with 50 USD a day",
            ("create_campaign", {"name": "Winter Sale", "objective": "sales", "daily_budget": "50 USD"}),
        ),
        (
            'make a campaign "W" for traffic with a daily budget of 20.50 EUR',
            ("create_campaign", {"name": "W", "objective": "traffic", "daily_budget": "20.50 EUR"}),
        ),
        (
            'set up a new leads campaign named "L" at €900 in total',
            ("create_campaign", {"name": "L", "objective": "leads", "lifetime_budget": "900 EUR"}),
        ),
        ('create a campaign called "W" for awareness', ("create_campaign", {"name": "W", "objective": "awareness"})),
    ],
)  # fmt: skip
def test_everyday_forms_are_understood(text: str, call: tuple[str, object]) -> None:
    """With ids, names and quotes, each proposes exactly this."""
    talk = Talk()
    talk.say(text)
    assert talk.turns[-1][-1] == call


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("duplicate my ads", "Which ad, into which ad set?"),
        (f"duplicate ad {TENT} into campaign 23846000000002", "needs the ad set"),
        (f"swap the image of ad {TENT} for new.gif", '"new.gif" is no image file'),
        (f'swap the image of ad {TENT} for "new.gif"', '"new.gif" is no image file'),
        (f"change the text of ad {TENT} to something warmer", '"warmer"'),
        (f"change the text of ad {TENT}", "To which words?"),
        ('change the text of it to "x"', "Which one?"),
        ("pause the first one", "Which one?"),
        ("create a campaign", "What is it called"),
        ('create a campaign called "W" with 50 USD a day', "What is it for"),
        ('create a sales campaign called "W" with $50 a day', "Write its code, as in 50 USD."),
        ('create a sales campaign called "W" with 50 a day', "Write its code"),
        ('create a sales campaign called "W" with 50 USD a day in Austria', "A part of the audience"),
        (f"don't duplicate ad {TENT} into ad set {BROAD}", "in it: I take no orders"),
        (f"duplicate ad {TENT} into ad set {BROAD} tomorrow", "I only act now"),
        (f"duplicate ad {TENT} into ad set {BROAD} and pause it", "more than one action"),
        (f"should I duplicate ad {TENT} into ad set {BROAD}?", "reads like a question"),
        (f'rename {TENT} to "A" or "B"', '"or" in it'),
        (f"archive {TENT} except Static – Easter", "none of those that are named"),
    ],
)
def test_what_is_not_said_is_asked_for(text: str, asked: str) -> None:
    """Nothing is guessed, nothing half done, and that is said at most once."""
    talk = Talk()
    told = talk.say(text)
    assert asked in told
    assert told.lower().count("nothing was done") <= 1
    assert not WRITES & set(talk.called)


def test_names_are_looked_up_once_and_a_picture_goes_up_in_the_same_turn() -> None:
    """One listing, then one turn and one approval."""
    answers = {"duplicate_ad": applied("Copy"), "refresh_ad": applied("New", "Ad")}
    talk = Talk(**answers)
    answer = talk.say('swap the image of "UGC – Maria unboxing v2" for folder/new.jpg')
    ad = talk.turns[1][1][1]["ad_ids"][0]
    assert talk.turns == [
        [("find_names", {"text": "", "parts": ["UGC – Maria unboxing v2"]})],
        [
            ("upload_image", {"paths": ["folder/new.jpg"]}),
            ("refresh_ad", {"ad_ids": [ad], "image_hashes": ["new:new.jpg"]}),
        ],
    ]
    assert answer.endswith("Meta reviews the ad again, and does not show it until it is approved.")
    assert "New ads are PAUSED" in talk.say(f"duplicate ad {ad} into ad set {BROAD}")
    assert talk.turns == [[("duplicate_ad", {"ad_id": ad, "adset_ids": [BROAD]})]]


def test_a_refusal_is_told_without_a_promise() -> None:
    """What the tool refuses, nothing is said to be made of."""
    talk = Talk(create_campaign={"error": "The account is in EUR; write the amount in EUR."})
    answer = talk.say('create a sales campaign called "W" with 50 USD a day')
    assert "The account is in EUR" in answer
    assert "PAUSED" not in answer


def test_why_ads_were_rejected_takes_one_request_and_proposes_a_change() -> None:
    """Meta's words, the ad's words, and what to change."""
    why = {
        "id": TENT,
        "name": "Bad",
        "reasons": ["Personal Attributes: no claims"],
        "texts": ["Are you tired?"],
        "look_at": ["Are you"],
        "try": "Speak of the product.",
    }
    talk = Talk(list_ads={"matching": 3, "why": [why], "campaigns": []})
    answer = talk.say("what was rejected and why")
    assert talk.turns == [[("list_ads", {"effective_status": ["DISAPPROVED"]})]]
    assert answer.splitlines()[1:] == [
        "3 ads are disapproved:",
        f"  {TENT}  Bad",
        "    Personal Attributes: no claims",
        "    says: Are you tired?",
        "    look at: Are you",
        "    → Speak of the product.",
        "The first 1 are shown.",
        'To change a text: change the text of ad ID to "NEW TEXT"',
    ]
    assert Talk(list_ads={"matching": 0}).say("any rejected ads?").endswith("\nNo ad is disapproved.")


def test_on_the_demo_account_it_all_happens(open_session, sandbox: Sandbox, tmp_path) -> None:
    """A campaign, a duplicate and another picture, from words to the account."""
    session = open_session("all")
    report = session.run("create a sales campaign called Winter with 50 USD a day", Offline())
    assert report.status == "done"
    new = sandbox.get(report.change_sets[0].outcomes[0].result["id"], fields="status,daily_budget,objective")
    assert (new["status"], new["daily_budget"], new["objective"]) == ("PAUSED", "5000", "OUTCOME_SALES")
    assert session.run(f"duplicate ad {TENT} into ad set {BROAD}", Offline()).status == "done"
    picture = a_picture(tmp_path / "new.png")
    before = sandbox.get(TENT, fields="creative{id}")["creative"]["id"]
    report = session.run(f'swap the image of ad {TENT} for "{picture}"', Offline())
    assert report.status == "done"
    assert sandbox.get(TENT, fields="creative{id}")["creative"]["id"] != before
    rejected = session.run("what was rejected and why", Offline())
    assert "Personal Attributes" in rejected.answer


def test_a_name_that_is_not_whole_is_asked_about_as_such(open_session, events, sandbox: Sandbox) -> None:
    """An empty campaign is found by its name, its exact name goes first, and a part of a name is called that in the question."""
    session = open_session("all")
    for name in ("Winter sale", "Winter"):
        session.run(f'create a sales campaign called "{name}" with 50 USD a day', Offline())
    session.mode = "none"
    report = session.run('activate "Winter"', Offline())
    (change,) = report.change_sets[0].change_set.changes
    assert change.name == "Winter"
    assert events.of(Proposed)[-1].change_set.notes == ()
    report = session.run('activate campaign "sale, Winter"', Offline())
    (change,) = report.change_sets[0].change_set.changes
    assert (change.name, report.change_sets[0].state) == ("Winter sale", "proposed")
    said = '"Winter sale" is not exactly what was typed: "sale, Winter"'
    assert said in events.of(Proposed)[-1].change_set.notes[0]
    assert said in report.answer
