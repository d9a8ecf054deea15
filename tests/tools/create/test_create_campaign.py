"""Campaigns and ad sets are made PAUSED, complete, with budgets Meta takes and for people who are named."""

from typing import Any

import pytest

from sandbox.objects import audiences, search
from tests.tools.support import ACCOUNT, BLOG, SPRING, SUMMER, Desk, demo_brand
from tools.domain.changes import Change, Effect

US = {"countries": ["United States"]}


def campaign(desk: Desk, **given: Any) -> Change:
    return desk.one("create_campaign", **{"name": "Winter", "objective": "sales"} | given)


def adset(desk: Desk, **given: Any) -> Change:
    return desk.one("create_ad_set", **_adset(given))


def refused(desk: Desk, **given: Any) -> str:
    return desk.refusal("create_ad_set", **_adset(given))


def _adset(given: dict[str, Any]) -> dict[str, Any]:
    given.setdefault("targeting", US)
    if "lifetime_budget" not in given and "daily_budget" not in given:
        given["daily_budget"] = "20 USD"
    given = {name: value for name, value in given.items() if value is not None}
    return {"name": "Hikers", "campaign_id": SUMMER} | given


def test_a_campaign_carries_what_meta_asks_for_today(reading: Desk) -> None:
    """PAUSED, with its special ad categories said, its budget in minor units, and a label to be found by."""
    change = campaign(reading, daily_budget="50.00 USD")
    assert (change.kind, change.effect, change.level) == ("create_campaign", Effect.CREATE, "campaign")
    assert change.request.path == f"{ACCOUNT}/campaigns"
    assert change.request.params == {
        "name": "Winter",
        "objective": "OUTCOME_SALES",
        "status": "PAUSED",
        "special_ad_categories": [],
        "daily_budget": "5000",
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "adlabels": [{"name": change.marker}],
    }
    assert change.after == {"status": "PAUSED", "daily_budget": "5000"}
    assert (change.spend.daily_minor, change.spend.once_started_minor) == (0, 5000)


def test_a_campaign_without_a_budget_says_that_nothing_is_shared(reading: Desk) -> None:
    """Meta refuses it without the flag (docs/graph-api.md §8.1)."""
    proposal = reading.propose("create_campaign", name="n", objective="OUTCOME_TRAFFIC")
    (change,) = proposal.changes
    assert change.request.params["is_adset_budget_sharing_enabled"] is False
    assert "bid_strategy" not in change.request.params
    assert proposal.note == "each ad set needs a budget of its own"


def test_times_are_those_of_the_account(reading: Desk) -> None:
    """A day begins and ends in the account's zone, also across a change of the clock."""
    change = campaign(
        reading, lifetime_budget="900 USD", start_time="2026-12-01", end_time="2027-04-01 18:30"
    )
    assert change.request.params["start_time"] == "2026-12-01T00:00:00-0500"
    assert change.request.params["stop_time"] == "2027-04-01T18:30:00-0400"
    assert change.shown["ends"] == "2027-04-01 18:30 UTC-04:00"
    for day in ("2026-12-24", "20261224", "2026-W52-4"):
        assert campaign(reading, end_time=day).request.params["stop_time"] == "2026-12-24T23:59:00-0500"
    with_zone = campaign(reading, end_time="2026-12-24T12:00:00Z").request.params["stop_time"]
    assert with_zone == "2026-12-24T07:00:00-0500"


def test_a_lifetime_budget_counts_as_its_average_day(reading: Desk) -> None:
    """Ten days and 900 USD are 90 USD a day, also for the guardrails."""
    change = campaign(
        reading, lifetime_budget="900 USD", start_time="2026-12-01", end_time="2026-12-11 00:00"
    )
    assert change.spend.once_started_minor == 9000
    assert "90.00 USD per day once it is started" in change.spend.note


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"daily_budget": "50"}, "an amount needs its currency"),
        ({"daily_budget": "50 EUR"}, "The account is in USD"),
        ({"daily_budget": "0.50 USD"}, "The smallest daily budget in this account is 1.00 USD."),
        ({"daily_budget": "0 USD"}, "The smallest daily budget"),
        ({"lifetime_budget": "50 USD"}, "A lifetime budget needs an end_time."),
        (
            {"lifetime_budget": "9 USD", "end_time": "2026-11-30 12:00"},
            "The smallest lifetime budget for 10 days in this account is 10.00 USD.",
        ),
        ({"daily_budget": "5 USD", "lifetime_budget": "5 USD"}, "not both"),
        ({"bid_strategy": "COST_CAP"}, "bid_strategy belongs to the ad sets"),
        ({"start_time": "2026-11-19"}, "lies in the past"),
        ({"end_time": "2026-11-19"}, "lies in the past"),
        ({"start_time": "2026-12-02", "end_time": "2026-12-01"}, "lies before start_time"),
        ({"daily_budget": "5 USD", "end_time": "2026-11-20 20:00"}, "more than 24 hours"),
        ({"start_time": "tomorrow"}, "'tomorrow' is no time; write 2026-12-01"),
        ({"end_time": "9999-12-31T23:59:59-23:59"}, "is no time"),
        ({"objective": "profit"}, "use OUTCOME_AWARENESS"),
        ({"special_ad_categories": ["CARS"]}, "special_ad_categories.0: Input should be 'HOUSING'"),
        ({"status": "ACTIVE"}, "status: no such argument"),
    ],
)
def test_what_meta_would_refuse_is_refused_here(reading: Desk, given: dict[str, Any], said: str) -> None:
    """Each refusal says what is wrong and what to write."""
    assert said in reading.refusal("create_campaign", **{"name": "n", "objective": "sales"} | given)


def test_the_minimum_is_read_from_the_account(desk: Desk) -> None:
    """What is billed by clicks has a higher one than what is billed by impressions."""
    said = refused(
        desk, optimization_goal="LINK_CLICKS", billing_event="LINK_CLICKS", daily_budget="4.99 USD"
    )
    assert said == "The smallest daily budget in this account is 5.00 USD."
    adset(desk, optimization_goal="LINK_CLICKS", billing_event="LINK_CLICKS", daily_budget="5 USD")


def test_a_new_campaign_ad_set_and_ad_build_on_each_other_at_meta(desk: Desk) -> None:
    """Proposed in one turn and made in that order, all are there, PAUSED, each in the other."""
    first = campaign(desk)
    second = desk.one("create_ad_set", **_adset({"campaign_id": "new:Winter"}))
    third = desk.one("create_ad", name="Ad", creative_id="23849000000001", adset_id="new:Hikers")
    assert (second.depends_on, third.depends_on) == ((first.id,), (second.id,))
    assert third.names == ("new:Hikers", "Winter", "Hikers", "Ad")
    campaign_id, adset_id, ad_id = desk.enact(first, second, third)
    row = desk.graph(
        ad_id, fields="status,adset{id,status,daily_budget,adlabels},campaign{id,status,adlabels}"
    )
    assert (row["status"], row["adset"]["status"], row["campaign"]["status"]) == ("PAUSED",) * 3
    assert (row["adset"]["id"], row["adset"]["daily_budget"], row["campaign"]["id"]) == (
        adset_id,
        "2000",
        campaign_id,
    )
    labels = [row[level]["adlabels"][0]["name"] for level in ("adset", "campaign")]
    assert labels == [second.marker, first.marker]


def test_plain_words_become_a_targeting_with_names_and_ids_to_approve(reading: Desk) -> None:
    """Countries, regions, interests and people, each shown by name and id; the Advantage+ flag is always said."""
    change = adset(
        reading,
        targeting={
            "countries": ["austria"],
            "regions": ["Bavaria"],
            "interests": ["hiking", "Engaged shoppers"],
            "languages": ["German"],
            "genders": "women",
            "age_min": 25,
            "age_max": 45,
        },
        dsa_beneficiary="Northwind",
        dsa_payor="Northwind",
    )
    assert change.request.params["targeting"] == {
        "geo_locations": {"countries": ["AT"], "regions": [{"key": "2655"}]},
        "age_min": 25,
        "age_max": 45,
        "genders": [2],
        "flexible_spec": [
            {
                "interests": [{"id": "6003092330156", "name": "Hiking (sport & outdoors)"}],
                "behaviors": [{"id": "6071631541183", "name": "Engaged shoppers"}],
            }
        ],
        "locales": [5],
        "targeting_automation": {"advantage_audience": 0},
    }
    shown = change.shown
    assert shown["places"] == "Austria [AT], Bavaria, DE [2655]"
    assert shown["people"] == "women, 25-45"
    assert shown["interests"].startswith("Hiking (sport & outdoors) [6003092330156], ")
    assert shown["audience"].endswith("people a month")
    assert shown["Advantage+ audience"] == "off"


def test_all_words_are_looked_up_in_one_request(desk: Desk) -> None:
    """However many words there are."""
    before = desk.wire.stats.requests
    words = {"countries": ["Austria", "US"], "cities": ["Munich"], "interests": ["hiking", "fishing"]}
    adset(desk, targeting=words, dsa_beneficiary="n", dsa_payor="n")
    assert desk.wire.stats.requests - before == 4  # campaign, minimum budgets, words, audience


@pytest.mark.parametrize(
    ("targeting", "said"),
    [
        ({"cities": ["York"]}, "'York' (cities) could be: New York, New York, US [2490299]"),
        ({"countries": ["Atlantis"]}, "'Atlantis' (countries) is nothing Meta knows"),
        (
            US | {"interests": ["out"]},
            "'out' (interests) could be: Camping (outdoors activities) [6003397496347]",
        ),
        (US | {"interests": ["survivalism"]}, "'survivalism' (interests) is nothing Meta knows"),
        (US | {"cities": ["Portland, Oregon"]}, "lies in United States, which is targeted as a whole"),
        ({"countries": []}, "targeting needs at least one of countries"),
        ({"countries": [" "]}, "targeting needs at least one of countries"),
        (US | {"cities": ["[2490299]"]}, "a name is empty"),
        (US | {"interests": [", yoga"]}, "a name is empty"),
        (US | {"age_min": 40, "age_max": 30}, "age_min is above age_max"),
        (US | {"age_min": 12}, "must be at least 18"),
    ],
)
def test_what_is_not_clear_is_refused_with_the_candidates(
    reading: Desk, targeting: dict[str, Any], said: str
) -> None:
    """Nothing is guessed about who sees the ads."""
    assert said in refused(reading, targeting=targeting)


def test_two_things_of_one_name_are_told_apart_by_what_the_refusal_wrote(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every candidate can be given back as it is written, and means itself alone."""
    second = audiences.Place("99", "Portland", "city", "US", "Maine", 68_000)
    monkeypatch.setattr(search, "PLACES", (*search.PLACES, second))
    said = refused(desk, targeting={"cities": ["Portland"]})
    assert "Portland, Oregon, US [2511140], Portland, Maine, US [99]" in said
    for word in ("Portland, Maine, US [99]", "Portland, Maine", "portland, maine, us"):
        change = adset(desk, targeting={"cities": [word]})
        assert change.request.params["targeting"]["geo_locations"] == {"cities": [{"key": "99"}]}
    assert "could be" in refused(desk, targeting={"cities": ["Portland, US"]})


def test_in_the_eu_beneficiary_and_payor_must_be_known(desk: Desk) -> None:
    """Given, or defaults of the account; a region in the EU counts, elsewhere neither is needed."""
    bavaria = {"regions": ["Bavaria"]}
    said = refused(desk, targeting=bavaria, dsa_payor="Us")
    assert said.endswith("must say who benefits and who pays: give dsa_beneficiary.")
    assert "dsa_payor" not in adset(desk).request.params
    desk.world.nodes[ACCOUNT].data["default_dsa_beneficiary"] = "Northwind"
    params = adset(desk, targeting=bavaria, dsa_payor="Us").request.params
    assert (params["dsa_beneficiary"], params["dsa_payor"]) == ("Northwind", "Us")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"optimization_goal": "APP_INSTALLS"}, "APP_INSTALLS does not go with OUTCOME_SALES"),
        ({"billing_event": "LINK_CLICKS"}, "LINK_CLICKS does not go with OFFSITE_CONVERSIONS"),
        ({"bid_strategy": "COST_CAP"}, "COST_CAP needs bid_amount."),
        ({"bid_amount": "2 USD"}, "LOWEST_COST_WITHOUT_CAP takes no bid_amount."),
        ({"bid_strategy": "COST_CAP", "bid_amount": "0 USD"}, "A bid is above zero."),
        ({"min_roas": "2"}, "min_roas goes with LOWEST_COST_WITH_MIN_ROAS"),
        (
            {"bid_strategy": "LOWEST_COST_WITH_MIN_ROAS", "optimization_goal": "VALUE", "min_roas": "NaN"},
            "is no return",
        ),
        ({"event": "WIN"}, "'WIN' is no event of the pixel"),
        ({"campaign_id": "99"}, f"Not a campaign of {ACCOUNT}: 99 (no such id"),
        ({"campaign_id": "new:Nothing"}, "names nothing proposed before it"),
        ({"campaign_id": SPRING}, "has the budget; give the ad set none"),
        ({"daily_budget": None, "lifetime_budget": "9 USD"}, "A lifetime budget needs an end_time."),
    ],
)
def test_pairs_that_do_not_fit_are_refused(reading: Desk, given: dict[str, Any], said: str) -> None:
    """Objective, goal, billing, bid and budget are checked against each other and the campaign."""
    if given.get("campaign_id") == SPRING:
        rows = reading.state()
        given["campaign_id"] = next(
            i for i, r in rows.items() if r.get("objective") and r.get("daily_budget")
        )
    assert said in refused(reading, **given)


def test_an_ad_set_below_a_campaign_budget_has_none(desk: Desk) -> None:
    """And the campaign's own bid strategy."""
    campaign(desk, daily_budget="50 USD", bid_strategy="COST_CAP")
    change = desk.one(
        "create_ad_set", name="n", campaign_id="new:Winter", targeting=US, bid_amount="12.50 USD"
    )
    params = change.request.params
    assert params["bid_amount"] == 1250
    assert not {"daily_budget", "bid_strategy"} & set(params)
    assert change.shown["budget"] == "of its campaign"
    assert len(desk.enact(*desk.context.pending)) == 2


def test_pixel_and_event_come_from_the_brand_file(desk: Desk) -> None:
    """Without them it is said what to give; a return floor is sent in Meta's scale."""
    promoted = adset(desk).request.params["promoted_object"]
    assert promoted == {"pixel_id": "520000000000001", "custom_event_type": "PURCHASE"}
    floor = {"bid_strategy": "LOWEST_COST_WITH_MIN_ROAS", "optimization_goal": "VALUE", "min_roas": "2.5"}
    assert adset(desk, **floor).request.params["bid_constraints"] == {"roas_average_floor": 25000}
    desk.context.brand = demo_brand(pixel_id=None, conversion_event=None)
    assert refused(desk) == "OFFSITE_CONVERSIONS needs a pixel: give pixel_id, or set it in stack.md."
    assert "Which event counts? Give event: " in refused(desk, pixel_id="520000000000001")


def test_a_conversion_needs_no_pixel_where_clicks_are_the_goal(reading: Desk) -> None:
    """A traffic campaign aims for link clicks unless told otherwise."""
    change = adset(reading, campaign_id=BLOG)
    assert change.request.params["optimization_goal"] == "LINK_CLICKS"
    assert "promoted_object" not in change.request.params


def test_undo_deletes_what_is_still_paused_and_empty(desk: Desk) -> None:
    """Ad before ad set before campaign; with an ad of somebody else inside, ad set and campaign stay."""
    campaign(desk)
    desk.propose("create_ad_set", **_adset({"campaign_id": "new:Winter"}))
    desk.propose("create_ad", name="Ad", creative_id="23849000000001", adset_id="new:Hikers")
    campaign_id, adset_id, ad_id = desk.enact(*desk.context.pending)
    proposal = desk.propose("undo", change_set_id="cs-1")
    assert [c.target for c in proposal.changes] == [ad_id, adset_id, campaign_id]
    assert proposal.changes[2].depends_on == (proposal.changes[1].id, proposal.changes[0].id)
    desk.context.pending.clear()
    other = desk.one("create_ad", name="Other", creative_id="23849000000001", adset_id=adset_id)
    desk.enact(other, change_set="cs-2")
    proposal = desk.propose("undo", change_set_id="cs-1")
    assert [c.target for c in proposal.changes] == [ad_id]
    assert "Hikers: still holds Other, left alone" in proposal.note
    assert "Winter: still holds" in proposal.note


def test_undo_leaves_a_campaign_that_runs_or_was_renamed(desk: Desk) -> None:
    """It is somebody's by now."""
    (campaign_id,) = desk.enact(campaign(desk))
    desk.elsewhere(campaign_id, name="Mine")
    assert "renamed since to Mine" in desk.refusal("undo", change_set_id="cs-1")
    desk.elsewhere(campaign_id, status="ACTIVE")
    assert "changed again since (now ACTIVE), left alone" in desk.refusal("undo", change_set_id="cs-1")
