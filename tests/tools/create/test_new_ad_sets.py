"""What Meta asks of a new ad set beyond its form: known before anything is proposed, and shown where it is added."""

from typing import Any

import pytest

from tests.tools.create.test_create_campaign import US, adset, campaign, refused
from tests.tools.edit.test_rename_remove import shown
from tests.tools.support import BLOG, PROSPECTING, SUMMER, TENT, Desk, demo_brand

TAIWAN = {"countries": ["Taiwan"]}


def targeting(change: Any) -> dict[str, Any]:
    found = change.request.params["targeting"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("ages", "sent"),
    [
        ({"age_min": 18, "age_max": 65}, {"age_min": 18, "age_max": 65}),
        ({"age_min": 25}, {"age_min": 25, "age_max": 65}),
        ({"age_min": 26}, {"age_min": 25, "age_max": 65, "age_range": [26, 65]}),
        ({"age_min": 30, "age_max": 45}, {"age_min": 25, "age_max": 65, "age_range": [30, 45]}),
        ({"age_max": 64}, {"age_min": 18, "age_max": 65, "age_range": [18, 64]}),
        ({"age_min": 21, "age_max": 40}, {"age_min": 21, "age_max": 65, "age_range": [21, 40]}),
    ],
)
def test_with_advantage_audience_ages_are_where_meta_begins(
    desk: Desk, ages: dict[str, int], sent: dict[str, Any]
) -> None:
    """What Meta does not hold to becomes a suggestion, and is shown as one; Meta takes it."""
    change = adset(desk, targeting=US | ages | {"advantage_audience": True})
    assert {k: v for k, v in targeting(change).items() if k.startswith("age_")} == sent
    assert ("to begin with" in change.shown["people"]) == ("age_range" in sent)
    assert len(desk.enact(change)) == 1
    plain = targeting(adset(desk, targeting=US | ages))
    assert "age_range" not in plain
    assert (plain["age_min"], plain["age_max"]) == (ages.get("age_min", 18), ages.get("age_max", 65))


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        (["instagram story"], {"publisher_platforms": ["instagram"], "instagram_positions": ["story"]}),
        (["facebook feed"], {"publisher_platforms": ["facebook"], "facebook_positions": ["feed"]}),
        (["Instagram Feed"], {"publisher_platforms": ["instagram"], "instagram_positions": ["stream"]}),
        (["facebook_reels"], {"publisher_platforms": ["facebook"], "facebook_positions": ["facebook_reels"]}),
        (["threads feed"], {"publisher_platforms": ["threads"], "threads_positions": ["threads_stream"]}),
        (["whatsapp status"], {"publisher_platforms": ["whatsapp"], "whatsapp_positions": ["status"]}),
        (
            ["messenger inbox", "audience network classic"],
            {
                "publisher_platforms": ["messenger", "audience_network"],
                "messenger_positions": ["messenger_home"],
                "audience_network_positions": ["classic"],
            },
        ),
        (["facebook", "instagram stories"], {
            "publisher_platforms": ["facebook", "instagram"],
            "instagram_positions": ["story"],
        }),
    ],
)  # fmt: skip
def test_a_position_brings_its_platform(desk: Desk, words: list[str], sent: dict[str, Any]) -> None:
    """For every platform, shown for approval, and Meta takes it."""
    change = adset(desk, targeting=US | {"placements": words})
    assert {k: v for k, v in targeting(change).items() if "platforms" in k or "positions" in k} == sent
    text = shown(change)
    assert text.count("placements on: ") == 1
    assert all(platform in text for platform in sent["publisher_platforms"])
    assert text.count("placements in ") == sum(name.endswith("_positions") for name in sent)
    assert len(desk.enact(change)) == 1


def test_placements_may_be_said_in_metas_own_fields(reading: Desk) -> None:
    """Positions alone bring their platform, too."""
    given = {"instagram_positions": ["story", "reels"], "facebook_positions": ["feed"]}
    found = targeting(adset(reading, targeting=US | given))
    assert found["publisher_platforms"] == ["instagram", "facebook"]
    assert found["instagram_positions"] == ["story", "reels"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["audience_network"], "cannot be the only placement"),
        (["myspace"], "'myspace' is no placement"),
        (["instagram explore"], "it can be chosen no more"),
        (["facebook video feeds"], "Meta stopped this placement"),
        (["messenger story"], "Meta drops this placement"),
        (["facebook fed"], "did you mean feed?"),
    ],
)
def test_placements_that_meta_refuses_are_refused(reading: Desk, words: list[str], said: str) -> None:
    """With what there is."""
    assert said in refused(reading, targeting=US | {"placements": words})


def test_taiwan_is_declared_with_the_verified_parties(desk: Desk) -> None:
    """As given, else as in stack.md; without any it is said who decides."""
    desk.context.brand = demo_brand(verified_beneficiary="71", verified_payer="72")
    change = adset(desk, targeting=TAIWAN, verified_payer="73")
    assert change.request.params["regional_regulated_categories"] == ["TAIWAN_UNIVERSAL"]
    assert change.request.params["regional_regulation_identities"] == {
        "taiwan_universal_beneficiary": "71",
        "taiwan_universal_payer": "73",
    }
    assert change.shown["declared for"] == "taiwan universal"
    assert (change.shown["verified beneficiary"], change.shown["verified payer"]) == ("71", "73")
    assert len(desk.enact(change)) == 1
    desk.context.brand = demo_brand()
    bare = adset(desk, targeting=TAIWAN)
    assert "regional_regulation_identities" not in bare.request.params
    assert bare.shown["not said"].startswith(
        "verified_beneficiary and verified_payer: Meta takes the account's own"
    )
    assert len(desk.enact(bare)) == 1


@pytest.mark.parametrize(
    ("given", "categories"),
    [
        ({"targeting": {"countries": ["SG"]}}, ["SINGAPORE_UNIVERSAL"]),
        ({"targeting": {"countries": ["TH", "TW"]}}, ["THAILAND_UNIVERSAL", "TAIWAN_UNIVERSAL"]),
        ({"targeting": TAIWAN, "regional_regulated_categories": ["taiwan_finserv"]}, ["TAIWAN_FINSERV", "TAIWAN_UNIVERSAL"]),
        ({"regional_regulated_categories": ["AUSTRALIA_FINSERV"]}, ["AUSTRALIA_FINSERV"]),
        ({}, None),
    ],
)  # fmt: skip
def test_countries_and_categories_are_declared(reading: Desk, given: dict[str, Any], categories: Any) -> None:
    """By country, and what is said beside; nothing where nothing asks for it."""
    assert adset(reading, **given).request.params.get("regional_regulated_categories") == categories


def test_in_the_eu_the_parties_of_stack_md_are_used(desk: Desk) -> None:
    """Shown for approval; what is given comes first, and territories count as the EU does."""
    desk.context.brand = demo_brand(dsa_beneficiary="Northwind", dsa_payor="Agency")
    change = adset(desk, targeting={"countries": ["Germany"]}, dsa_payor="Us")
    assert (change.shown["dsa_beneficiary"], change.shown["dsa_payor"]) == ("Northwind", "Us")
    assert change.request.params["dsa_beneficiary"] == "Northwind"
    assert "dsa_payor" not in adset(desk).request.params
    assert len(desk.enact(change)) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"regional_regulated_categories": ["MARS"]}, "MARS is no regulated category"),
        ({"verified_payer": "me"}, "verified_payer: String should match"),
        ({"verified_payer": "abc1xyz"}, "verified_payer: String should match"),
        ({"verified_payer": "7"}, "need a country or category that asks for them"),
        ({"destination_type": "ON_POST"}, "ON_POST does not go with OUTCOME_SALES"),
        ({"destination_type": "MARS"}, "MARS is no destination_type"),
        ({"destination_type": "ON_AD", "campaign_id": BLOG}, "ON_AD does not go with OUTCOME_TRAFFIC"),
        ({"optimization_goal": "CONVERSATIONS"}, "CONVERSATIONS needs a destination_type that talks"),
        ({"event": "OTHER"}, "'OTHER' is no event of the pixel"),
        (
            {"app_id": "5", "app_store_url": "https://a.example/app"},
            "is no page of apps.apple.com",
        ),
    ],
)
def test_other_pairs_that_meta_refuses_are_refused(reading: Desk, given: dict[str, Any], said: str) -> None:
    """Each with what goes."""
    assert said in refused(reading, **given)


@pytest.mark.parametrize("given", [{"age_min": 25}, {"age_max": 50}, {"genders": "women"}])
def test_in_special_categories_nobody_is_chosen_by_age_or_gender(desk: Desk, given: dict[str, Any]) -> None:
    """In the countries that restrict it, with Advantage+ audience or without; elsewhere it may be."""
    campaign(desk, special_ad_categories=["HOUSING"], special_ad_category_country=["US"])
    for more in ({}, {"advantage_audience": True}):
        said = refused(desk, campaign_id="new:Winter", targeting=US | given | more)
        assert "special ad category HOUSING, in which Meta takes no choice of age or gender in US" in said
    assert adset(desk, campaign_id="new:Winter", targeting={"countries": ["IN"]} | given)
    assert adset(desk, campaign_id="new:Winter", targeting=US)


def test_a_special_category_without_its_country_is_said(reading: Desk) -> None:
    """Before the approval."""
    proposal = reading.propose(
        "create_campaign", name="n", objective="sales", special_ad_categories=["CREDIT"]
    )
    assert "special_ad_category_country is not said" in proposal.note


def test_engagement_on_a_post_names_its_page(desk: Desk) -> None:
    """Meta takes no page afterwards (1885154)."""
    campaign(desk, objective="engagement")
    given = {
        "campaign_id": "new:Winter",
        "optimization_goal": "POST_ENGAGEMENT",
        "destination_type": "ON_POST",
    }
    assert adset(desk, **given).request.params["promoted_object"] == {"page_id": desk.context.brand.page_id}
    desk.context.brand = demo_brand(page_id=None)
    assert "ON_POST needs a page" in refused(desk, **given)


def test_an_ad_of_dynamic_creative_is_not_copied_to_where_it_cannot_run(desk: Desk) -> None:
    """Meta refuses it in an ordinary ad set, and a second one in a set of its kind."""
    desk.world.nodes[PROSPECTING].data["is_dynamic_creative"] = True
    (other,) = desk.enact(adset(desk, campaign_id=SUMMER))
    assert "mixes none: Meta refuses it there" in desk.refusal("duplicate_ad", ad_id=TENT, adset_ids=[other])
    (free,) = desk.enact(adset(desk, name="Free", campaign_id=SUMMER, dynamic_creative=True))
    assert desk.one("duplicate_ad", ad_id=TENT, adset_ids=[free]).request.params["adset_id"] == free
    assert "takes one ad, which it has already" in desk.refusal(
        "duplicate_ad", ad_id=TENT, adset_ids=[PROSPECTING]
    )
