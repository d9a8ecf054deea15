"""Accounts, ads and single objects, as the sandbox has them."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.tools.support import (
    ACCOUNT,
    ALWAYS,
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
from tools.domain.changes import Effect, Request
from tools.graph import GraphError

ARCHIVED = "23848000000050"
CREATIVE = "23849000000001"


def ads_in(answer: dict[str, Any]) -> dict[str, str]:
    """Effective status by id of every ad in the tree."""
    sets = [adset for campaign in answer["campaigns"] for adset in campaign["adsets"]]
    return {ad_id: status for adset in sets for ad_id, _, status in adset["ads"]}


def test_accounts_are_listed_with_state_and_currency(reading: Desk) -> None:
    """Every account the token sees is listed, whatever its state and currency, with what it spent today."""
    today, yen = (
        Decimal(reading.graph(f"{i}/insights", date_preset="today", fields="spend")["data"][0]["spend"])
        for i in (ACCOUNT, "act_234567890")
    )
    assert reading.ask("list_accounts") == {
        "complete": "all 3 accounts",
        "in_use": ACCOUNT,
        "accounts": [
            {
                "id": ACCOUNT,
                "name": "Northwind Outdoor (demo)",
                "state": "ACTIVE",
                "currency": "USD",
                "timezone": "America/New_York",
                "spend_today": f"{today:,.2f} USD",
            },
            {
                "id": "act_234567890",
                "name": "Northwind Japan (demo)",
                "state": "ACTIVE",
                "currency": "JPY",
                "timezone": "Asia/Tokyo",
                "spend_today": f"{yen:,.0f} JPY",
            },
            {
                "id": "act_345678901",
                "name": "Northwind Outlet (demo)",
                "state": "DISABLED",
                "currency": "USD",
                "timezone": "America/New_York",
                "problem": (
                    "The ad account is disabled (DISABLED), because its ads broke Meta's advertising policies"
                    " (disable reason 1): it cannot run ads. Open Account Quality in Business Manager and ask for a"
                    " review."
                ),
                "spend_today": "0.00 USD",
            },
        ],
    }


def test_one_odd_account_does_not_hide_the_others(made: Callable[..., Desk]) -> None:
    """An account in an unknown state and currency is listed as Meta shows it."""
    rows = [
        {"id": "act_1", "name": "Odd", "account_status": 42, "currency": "XTS"},
        {"id": "act_2", "name": "Shut", "account_status": 2, "currency": "JPY"},
    ]
    listed = made("JPY", adaccounts=rows).ask("list_accounts")["accounts"]
    assert [(a["id"], a["state"], a["currency"]) for a in listed] == [
        ("act_1", "state 42", "XTS"),
        ("act_2", "DISABLED", "JPY"),
    ]


def test_all_ads_are_listed_under_their_parents(reading: Desk) -> None:
    """The tree holds every ad that is not archived, with the status the sandbox gives it."""
    answer = reading.ask("list_ads")
    rows = reading.graph(f"{ACCOUNT}/ads", fields="effective_status,adset_id", limit=500)["data"]
    assert ads_in(answer) == {row["id"]: row["effective_status"] for row in rows}
    assert answer["complete"] == "all 70 ads"
    assert answer["matching"] == 70
    assert answer["by_status"] == dict(Counter(row["effective_status"] for row in rows))
    assert "left_out" not in answer


def test_budgets_stand_where_they_belong(reading: Desk) -> None:
    """A shared budget is shown on the campaign, any other on the ad set, with the currency."""
    tree = {campaign["id"]: campaign for campaign in reading.ask("list_ads")["campaigns"]}
    state = reading.state()
    assert tree[SPRING]["daily_budget"] == f"{int(state[SPRING]['daily_budget']) / 100:.2f} USD"
    assert not any("daily_budget" in adset for adset in tree[SPRING]["adsets"])
    (adset,) = [a for a in tree[SUMMER]["adsets"] if a["id"] == PROSPECTING]
    assert adset["daily_budget"] == f"{int(state[PROSPECTING]['daily_budget']) / 100:.2f} USD"
    assert "daily_budget" not in tree[SUMMER]
    learning = [a["name"] for campaign in tree.values() for a in campaign["adsets"] if a.get("learning")]
    assert sorted(learning) == ["Retargeting – Catalog viewers 7d", "Summer – Creators test"]


@pytest.mark.parametrize(
    ("where", "parents"),
    [({"campaign_id": ALWAYS}, ("campaign_id", ALWAYS)), ({"adset_id": BROAD}, ("adset_id", BROAD))],
)
def test_a_parent_narrows_the_list(reading: Desk, where: dict[str, str], parents: tuple[str, str]) -> None:
    """Only ads below the campaign or ad set are listed, and the count says so."""
    field, parent = parents
    rows = reading.graph(f"{ACCOUNT}/ads", fields="adset_id,campaign_id", limit=500)["data"]
    expected = {row["id"] for row in rows if row[field] == parent}
    answer = reading.ask("list_ads", **where)
    assert set(ads_in(answer)) == expected
    assert answer["complete"] == f"all {len(expected)} ads"


def test_statuses_narrow_the_list_and_may_be_written_small(reading: Desk) -> None:
    """Only ads of the asked statuses come, whatever the case they are written in."""
    assert set(ads_in(reading.ask("list_ads", effective_status=["disapproved"])).values()) == {"DISAPPROVED"}
    assert EARLY_BIRD in ads_in(reading.ask("list_ads", effective_status=["PAUSED"]))


def test_archived_ads_are_listed_when_asked_for(reading: Desk) -> None:
    """Archived ads appear with that status and never otherwise."""
    archived = ads_in(reading.ask("list_ads", effective_status=["ARCHIVED"]))
    assert len(archived) == 2
    assert not set(archived) & set(ads_in(reading.ask("list_ads")))


def test_a_part_of_a_name_finds_ads(reading: Desk) -> None:
    """Names are matched anywhere and without regard to case; the reading itself was complete."""
    answer = reading.ask("list_ads", name="EVERGREEN")
    assert EVERGREEN in ads_in(answer)
    assert answer["matching"] == len(ads_in(answer)) == 4
    assert answer["complete"] == "all 70 ads"


def test_a_campaign_of_another_account_is_not_an_empty_one(reading: Desk) -> None:
    """An id that is no campaign here is refused, also when it is an ad set's."""
    assert f"Not a campaign of {ACCOUNT}: 1234 (no such id" in reading.refusal("list_ads", campaign_id="1234")
    assert f"{BROAD} (it is the ad set “Spring – Broad US”" in reading.refusal("list_ads", campaign_id=BROAD)
    assert f"Not an ad set of {ACCOUNT}: {SPRING} (it is the campaign" in reading.refusal(
        "list_ads", adset_id=SPRING
    )


def test_a_campaign_without_fitting_ads_is_empty(reading: Desk) -> None:
    """A campaign that exists and has no such ads gives an empty tree, not a refusal."""
    answer = reading.ask("list_ads", campaign_id=ALWAYS, effective_status=["DISAPPROVED"])
    assert (answer["matching"], answer["campaigns"]) == (0, [])


def test_a_long_list_is_cut_and_says_so(made: Callable[..., Desk]) -> None:
    """Of more than a hundred ads the first hundred are shown, with the number left out and how to narrow."""
    rows = [
        {"id": str(n), "name": f"Ad {n}", "status": "ACTIVE", "adset_id": "7", "campaign_id": "8"}
        for n in range(130)
    ]
    answer = made("JPY", ads=rows).ask("list_ads")
    assert len(ads_in(answer)) == 100
    assert answer["matching"] == 130
    assert answer["left_out"].startswith("30 ads; narrow by campaign_id")


@pytest.mark.parametrize(
    ("object_id", "kind", "holds"),
    [
        (TENT, "ad", {"status": "ACTIVE", "adset_id": PROSPECTING, "campaign_id": SUMMER}),
        (PROSPECTING, "ad set", {"optimization_goal": "OFFSITE_CONVERSIONS", "campaign_id": SUMMER}),
        (SPRING, "campaign", {"objective": "OUTCOME_SALES", "special_ad_categories": []}),
        (CREATIVE, "creative", {"account_id": "123456789", "call_to_action_type": "SHOP_NOW"}),
    ],
)
def test_inspect_shows_every_kind_of_object(
    reading: Desk, object_id: str, kind: str, holds: dict[str, Any]
) -> None:
    """The type is said and the fields are the sandbox's own."""
    shown = reading.ask("inspect", id=object_id)
    assert (shown["type"], shown["id"]) == (kind, object_id)
    assert {name: shown[name] for name in holds} == holds


def test_inspect_shows_the_texts_of_an_ad(reading: Desk) -> None:
    """An ad comes with its creative's texts and link."""
    story = reading.ask("inspect", id=TENT)["creative"]["object_story_spec"]["link_data"]
    assert story["message"] == "Tent 20% off. Made for long days outside."
    assert story["link"] == "https://northwind.example/"


def test_inspect_tells_why_an_ad_was_rejected(reading: Desk) -> None:
    """Review feedback is passed on in Meta's words."""
    (ad_id,) = ads_in(reading.ask("list_ads", effective_status=["DISAPPROVED"]))
    feedback = reading.ask("inspect", id=ad_id)["ad_review_feedback"]["global"]
    assert feedback["Personal Attributes"].startswith("Ads must not assert")


def test_inspect_writes_budgets_as_amounts(reading: Desk) -> None:
    """Budgets carry the currency, on the object and on its parents, and minor units appear nowhere."""
    budget = f"{int(reading.state()[SPRING]['daily_budget']) / 100:.2f} USD"
    assert reading.ask("inspect", id=SPRING)["daily_budget"] == budget
    assert reading.ask("inspect", id=SPRING)["budget_remaining"].endswith(" USD")
    assert reading.ask("inspect", id=JACKET)["campaign"]["daily_budget"] == budget
    assert "daily_budget" not in reading.ask("inspect", id=BROAD)


def test_no_budget_is_not_a_budget_of_zero(made: Callable[..., Desk]) -> None:
    """Meta writes 0 for a budget that is not set; it is left out, while nothing remaining is said."""
    row = {"id": "7", "name": "Set", "daily_budget": "5000", "lifetime_budget": "0", "budget_remaining": "0"}
    desk = made("JPY", adsets=[row])
    desk.context.graph.get = lambda *_, **__: row  # type: ignore[method-assign]
    shown = desk.ask("inspect", id="7")
    assert (shown["daily_budget"], shown["budget_remaining"]) == ("5000 JPY", "0 JPY")
    assert "lifetime_budget" not in shown


@pytest.mark.parametrize(
    ("object_id", "why"), [("1234", "no such id"), (ARCHIVED, "archived"), ("104200000000001", "no such id")]
)
def test_what_is_not_in_the_account_cannot_be_inspected(reading: Desk, object_id: str, why: str) -> None:
    """Unknown ids, archived ads and other kinds of objects are refused in plain words, each as what it is."""
    said = reading.refusal("inspect", id=object_id)
    assert ACCOUNT in said
    assert object_id in said
    assert why in said


def test_a_creative_of_another_account_is_not_shown(desk: Desk) -> None:
    """A creative that the token can see but that belongs elsewhere is refused."""
    desk.world.nodes[CREATIVE].data["account_id"] = "999"
    said = f"{CREATIVE} belongs to act_999 (which this token may not read), not to {ACCOUNT}."
    assert desk.refusal("inspect", id=CREATIVE) == said


@pytest.mark.parametrize("text", ["me/accounts", "../act_1", "", "abc", "1?fields=x"])
def test_what_is_no_id_is_not_asked_for(reading: Desk, text: str) -> None:
    """Text that is no id is looked for among the names, and never becomes a path."""
    assert f"{text!r} (no such name)" in reading.refusal("inspect", id=text)
    heard = reading.http.get("/sandbox/requests").json()["data"]
    assert not [call for call in heard if text and call["path"].endswith(f"/{text}")]


def test_a_dead_token_is_passed_on(reading: Desk) -> None:
    """A failure that is not about the id keeps its own name."""
    headers = reading.wire._http._client.headers
    good = headers["Authorization"]
    headers["Authorization"] = "Bearer sandbox-expired"
    try:
        with pytest.raises(GraphError, match="expired"):
            reading.call("inspect", id=CREATIVE)
    finally:
        headers["Authorization"] = good


def test_history_gives_the_newest_sets(desk: Desk) -> None:
    """As many sets as asked for, newest first, with their number."""
    for number in range(3):
        change = desk.context.change(
            "set_status", Effect.STOP_SPEND, name=f"Ad {number}", request=Request(path=TENT)
        )
        desk.enact(change.model_copy(update={"request": Request(path=TENT)}), change_set=f"cs-{number}")
    assert desk.ask("history", limit=2) == {
        "shown": "2 newest",
        "older": "there are older ones; limit is at most 50",
        "today": "2026-11-20",
        "change_sets": [{"id": "cs-2", "state": "applied"}, {"id": "cs-1", "state": "applied"}],
    }


def test_history_of_an_untouched_account_is_empty(reading: Desk) -> None:
    """Nothing done is said as nothing."""
    assert reading.ask("history") == {"shown": "0 newest", "today": "2026-11-20", "change_sets": []}


def test_names_for_protection_hold_each_part_once(reading: Desk) -> None:
    """An ad is known by the ids and names of itself and its parents; a campaign by its own."""
    names = reading.one("set_status", ids=[TENT], status="PAUSED").names
    assert names[:3] == (TENT, PROSPECTING, SUMMER)
    assert demo_brand(protect=("summer sale*",)).is_protected(*names) == "summer sale*"
    campaign = reading.one("set_status", ids=[SPRING], status="PAUSED").names
    assert campaign == (SPRING, reading.state()[SPRING]["name"])


def test_campaigns_and_ad_sets_without_ads_are_listed(desk: Desk) -> None:
    """A campaign without ad sets, and an ad set without ads, wherever it stands and by name; but not by the status of ads."""
    made = desk.propose("create_campaign", name="Winter", objective="OUTCOME_SALES", daily_budget="50.00 USD")
    (winter,) = desk.enact(*made.changes)
    copied = {"campaign_id": SPRING, "name": "Spring – Nobody yet", "status": "PAUSED"}
    fields = ("optimization_goal", "billing_event", "targeting", "promoted_object", "daily_budget")
    rest = desk.graph(BROAD, fields=",".join(fields))
    params = copied | {field: rest[field] for field in fields if field in rest}
    adset = desk.send("POST", f"{ACCOUNT}/adsets", params)["id"]
    tree = {campaign["id"]: campaign for campaign in desk.ask("list_ads")["campaigns"]}
    assert (tree[winter]["name"], tree[winter]["adsets"]) == ("Winter", [])
    assert {"id": adset, "name": "Spring – Nobody yet", "ads": []}.items() <= tree[SPRING]["adsets"][
        -1
    ].items()
    (spring,) = desk.ask("list_ads", campaign_id=SPRING)["campaigns"]
    assert adset in [row["id"] for row in spring["adsets"]]
    for narrowed in ({"effective_status": ["ACTIVE"]}, {"name": "bug net"}, {"adset_id": BROAD}):
        answer = desk.ask("list_ads", **narrowed)
        assert winter not in [campaign["id"] for campaign in answer["campaigns"]]
        assert adset not in [row["id"] for campaign in answer["campaigns"] for row in campaign["adsets"]]
    assert winter in [campaign["id"] for campaign in desk.ask("list_ads", name="WINTER")["campaigns"]]
    by_name = desk.ask("list_ads", name="nobody")
    assert [row["id"] for row in by_name["campaigns"][0]["adsets"]] == [adset]
    assert by_name["counts"] == {"campaigns": 0, "ad sets": 1, "ads": 0, "without ads": 1}


def test_counts_alone_and_what_is_called_alike(desk: Desk) -> None:
    """Without rows the answer is counts of all levels, and names that several things of one level have."""
    desk.elsewhere(EARLY_BIRD, name="Twin")
    desk.elsewhere(TENT, name="Twin")
    whole, counts = desk.ask("list_ads"), desk.ask("list_ads", limit=0)
    assert counts == {name: value for name, value in whole.items() if name != "campaigns"}
    assert counts["counts"] == {"campaigns": 4, "ad sets": 11, "ads": 70}
    assert counts["same_name"] == ["Twin (2 ads)"]
    few = desk.ask("list_ads", limit=3)
    assert (len(ads_in(few)), few["left_out"].partition(";")[0]) == (3, "67 ads")
    handle = few["left_out"].rpartition(" ")[2]
    assert desk.ask("read_result", handle=handle, limit=1)["shown"] == "1 to 1 of 85"


def test_too_many_empty_ones_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit is said, as with ads."""
    monkeypatch.setattr("tools.read.list_ads.MOST_EMPTY", 1)
    for name in ("Winter", "Autumn"):
        desk.enact(*desk.propose("create_campaign", name=name, objective="OUTCOME_SALES").changes)
    answer = desk.ask("list_ads")
    assert "1 empty campaigns and ad sets; narrow by" in answer["left_out"]


def test_the_account_tells_its_limits_before_they_are_met(reading: Desk) -> None:
    """Smallest budget, lengths of texts and the buttons are a look away, without asking Meta."""
    before = len(reading.http.get("/sandbox/requests").json()["data"])
    told = reading.ask("inspect", id="account")
    assert reading.ask("inspect", id=ACCOUNT) == told
    assert len(reading.http.get("/sandbox/requests").json()["data"]) == before
    assert (told["currency"], told["budgets"]["smallest_daily"]) == ("USD", "1.00 USD")
    assert told["characters"]["titles"] == {"most": 50, "shown_whole": 40}
    assert "SHOP_NOW" in told["buttons"]["common"]
    assert "notes" not in told
