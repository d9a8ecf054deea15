"""Results that Meta counts elsewhere than a purchase's: found where they are, and nobody judged where there are none."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.tools.support import NOW, TENT, Desk, demo_brand, within
from tools.analysis.conversion_events import aim_of, main_event
from tools.domain.brand import Amount
from tools.domain.tool import Applied
from tools.read.intake import Intake

SUBMITTED = {"pixel_id": "520000000000001", "custom_event_type": "SUBMIT_APPLICATION"}
AFTER_THREE = [{"action_type": f"submit_application_{name}", "value": "3"} for name in ("total", "website")]
TODAY = (NOW + timedelta(hours=9)).date()
"""In Tokyo, where the account is."""


def an_account(days: int = 30, promoted: Any = None, ads: int = 3, **figures: Any) -> dict[str, Any]:
    """Ads that spend every day, with what their rows hold beside spend."""
    adset = {"name": "Set", "status": "ACTIVE", "optimization_goal": "OFFSITE_CONVERSIONS"}
    adset |= {
        "id": "7",
        "effective_status": "ACTIVE",
        "daily_budget": "9000",
        "promoted_object": promoted or SUBMITTED,
    }
    rows = [
        {"ad_id": f"{10**13 + n}", "adset_id": "7", "campaign_id": "8", "spend": "90", "impressions": "5000"}
        | {"date_start": day, "date_stop": day}
        | figures
        for n in range(ads)
        for ago in range(1, days + 1)
        for day in [(TODAY - timedelta(days=ago)).isoformat()]
    ]
    listed = [
        {"id": f"{10**13 + n}", "name": f"Ad {n}", "status": "ACTIVE", "effective_status": "ACTIVE"}
        | {"created_time": "2026-01-01T00:00:00+0000", "adset_id": "7", "campaign_id": "8"}
        | {"adset": adset, "campaign": {"name": "C", "status": "ACTIVE"}}
        for n in range(ads)
    ]
    return {"ads": listed, "adsets": [adset], "insights": rows}


def counted(desk: Desk) -> dict[str, Any]:
    """The totals of a review of the newest month."""
    totals: dict[str, Any] = desk.ask("review_performance", date_preset="last_30d")["totals"]
    return totals


@pytest.mark.parametrize(
    ("promoted", "figures", "results"),
    [
        (SUBMITTED, {"conversions": AFTER_THREE}, 3),
        (
            {"custom_event_type": "SCHEDULE"},
            {"conversions": [{"action_type": "schedule_website", "value": "2"}]},
            2,
        ),
        (
            {"custom_event_type": "CONTACT"},
            {
                "conversions": [
                    {"action_type": "contact_website", "value": "2"},
                    {"action_type": "contact_mobile_app", "value": "1"},
                    {"action_type": "contact_offline", "value": "4"},
                ]
            },
            7,
        ),
        (
            {"application_id": "1", "custom_event_type": "TUTORIAL_COMPLETION"},
            {"actions": [{"action_type": "app_custom_event.fb_mobile_tutorial_completion", "value": "5"}]},
            5,
        ),
        (
            {"application_id": "1", "custom_event_type": "CONTENT_VIEW"},
            {"actions": [{"action_type": "app_custom_event.fb_mobile_content_view", "value": "5"}]},
            5,
        ),
        (
            {"custom_event_type": "PURCHASE"},
            {"actions": [{"action_type": "offline_conversion.purchase", "value": "2"}]},
            2,
        ),
        (
            {"product_set_id": "1", "custom_event_type": "PURCHASE"},
            {"catalog_segment_actions": [{"action_type": "omni_purchase", "value": "2"}]},
            2,
        ),
        (
            {"custom_event_type": "OTHER", "custom_event_str": "QuizDone"},
            {
                "actions": [{"action_type": "offsite_conversion.fb_pixel_custom", "value": "9"}],
                "conversions": [{"action_type": "offsite_conversion.fb_pixel_custom.QuizDone", "value": "4"}],
            },
            4,
        ),
        (
            {"custom_conversion_id": "77"},
            {"conversions": [{"action_type": "offsite_conversion.custom.77", "value": "6"}]},
            6,
        ),
    ],
)
def test_results_are_found_where_meta_counts_them(
    made: Callable[..., Desk], promoted: dict[str, str], figures: dict[str, Any], results: int
) -> None:
    """Each event is read from its own field, each conversion once, in the review and in figures alike."""
    desk = made("USD", **an_account(1, promoted, ads=1, **figures))
    assert counted(desk)["results"] == str(results)
    assert desk.ask("get_insights")["totals"]["results"] == str(results)
    assert f"{results} " in desk.ask("draw_chart")["caption"]


@pytest.mark.parametrize(
    ("promoted", "actions", "conversions"),
    [
        (
            {"custom_event_type": "OTHER", "custom_event_str": "QuizDone"},
            [{"action_type": "offsite_conversion.fb_pixel_custom", "value": "9"}],
            [{"action_type": "offsite_conversion.fb_pixel_custom.Other", "value": "9"}],
        ),
        (
            {"application_id": "1", "custom_event_type": "OTHER", "custom_event_str": "won"},
            [{"action_type": "app_custom_event.other", "value": "9"}],
            [{"action_type": "app_custom_event.lost", "value": "9"}],
        ),
    ],
)
def test_another_custom_event_is_not_counted_for_this_one(
    made: Callable[..., Desk], promoted: dict[str, str], actions: Any, conversions: Any
) -> None:
    """Where one field lists custom events by name, the sum of all in another field says nothing of this one."""
    desk = made("USD", **an_account(30, promoted, actions=actions, conversions=conversions))
    answer = desk.ask("review_performance", date_preset="last_30d")
    assert (answer["totals"]["results"], answer["counts"]) == ("0", {"not judged": 3})
    assert "Other 810" in answer["nothing_judged"][0] or "lost 810" in answer["nothing_judged"][0]


@pytest.mark.parametrize(
    ("goal", "counts"),
    [
        ("IN_APP_VALUE", {"not judged": 3}),
        ("MESSAGING_PURCHASE_CONVERSION", {"not judged": 3}),
        ("MESSAGING_APPOINTMENT_CONVERSION", {"not judged": 3}),
        ("SOMETHING_NEW", {"not judged": 3}),
        ("THRUPLAY", {"not judged": 3}),
        ("PAGE_LIKES", {"not judged": 3}),
        ("VISIT_INSTAGRAM_PROFILE", {"not judged": 3}),
        ("LINK_CLICKS", {"pause": 1, "scale": 2}),
    ],
)
def test_only_what_buys_clicks_is_held_to_clicks(
    made: Callable[..., Desk], goal: str, counts: dict[str, int]
) -> None:
    """An ad whose results nobody can name is not paused for what its clicks cost, unattended or not."""
    told = an_account(30, {"page_id": "1"}, inline_link_clicks="9")
    for ad in told["ads"]:
        ad["adset"] = ad["adset"] | {"optimization_goal": goal}
    for row in told["insights"]:
        row["spend"] = "900" if row["ad_id"] == str(10**13) else row["spend"]
    answer = made("USD", **told).ask("review_performance", date_preset="last_30d")
    assert answer["counts"] == counts


def test_what_conversions_are_worth_counts_too(made: Callable[..., Desk]) -> None:
    """`conversion_values` hold the value of what stands in `conversions`."""
    worth = [{"action_type": "submit_application_total", "value": "270.00"}]
    desk = made("USD", **an_account(1, ads=1, conversions=AFTER_THREE, conversion_values=worth))
    assert counted(desk)["roas"] == "3.00"


def test_an_event_without_any_result_judges_nobody(made: Callable[..., Desk]) -> None:
    """Where it is nowhere, nobody is paused, and it is told what was looked for and what was there instead."""
    desk = made("USD", **an_account(actions=[{"action_type": "link_click", "value": "40"}]))
    desk.context.brand = demo_brand(conversion_event=None)
    answer = desk.ask("review_performance", date_preset="last_30d")
    assert (answer["pause"], answer["counts"]) == ([], {"not judged": 3})
    (why,) = answer["nothing_judged"]
    assert why == (
        "no submit_application result anywhere in the account and period: looked for submit_application_total,"
        " omni_submit_application, submit_application and 8 more in conversions and actions; there was link_click"
        " 3600; check the event and its tracking"
    )
    check = desk.ask("daily_check")
    assert any(why[:40] in line for line in check["answers"]["problems"])
    assert "pause" not in check["ids"]


def test_a_wrong_event_in_stack_md_is_named(desk: Desk) -> None:
    """The demo account sells; with leads in stack.md nothing is judged, and what the ad sets are after is said."""
    desk.context.brand = demo_brand(conversion_event="lead")
    answer = desk.ask("review_performance")
    assert answer["pause"] == []
    assert "pause" not in answer["counts"]
    assert "stack.md counts lead, the ad sets optimise for purchase" in answer["nothing_judged"][0]
    assert re.search(r"there was add_to_cart \d+, .*purchase \d+", answer["nothing_judged"][0])


def test_a_scope_without_results_is_judged_by_the_account(desk: Desk) -> None:
    """A loser alone is still a loser: the account has results, though not this ad."""
    answer = desk.ask("review_performance", scope=TENT)
    assert [row["id"] for row in answer["pause"]] == [TENT]
    desk.context.brand = demo_brand(conversion_event="donate")
    answer = desk.ask("review_performance", scope=TENT)
    assert (answer["pause"], answer["counts"]) == ([], {"not judged": 1})


def test_one_blind_event_leaves_the_others_judged(made: Callable[..., Desk]) -> None:
    """Ads after an event that nobody reports are not judged; those after purchases are, the loser among them."""
    sold = [{"action_type": "purchase", "value": "5"}]
    sells, blind = an_account(promoted={"custom_event_type": "PURCHASE"}, actions=sold), an_account()
    for row in sells["insights"]:
        if row["ad_id"] == str(10**13):
            del row["actions"]
    for row in (*blind["ads"], *blind["insights"]):
        name = "ad_id" if "ad_id" in row else "id"
        row |= {name: f"2{row[name]}", "adset_id": "70"}
    desk = made("USD", **{edge: sells[edge] + blind[edge] for edge in sells})
    answer = desk.ask("review_performance", date_preset="last_30d")
    assert [row["id"] for row in answer["pause"]] == [str(10**13)]
    assert answer["counts"]["not judged"] == 3
    assert answer["nothing_judged"][0].startswith("no submit_application result anywhere")


def test_clicks_and_views_need_no_results(made: Callable[..., Desk]) -> None:
    """Ads held to a price per click are judged although the account has no result of any kind."""
    told = an_account(inline_link_clicks="9")
    for ad in told["ads"]:
        ad["adset"] = ad["adset"] | {"optimization_goal": "LINK_CLICKS"}
    desk = made("USD", **told)
    desk.context.brand = demo_brand(conversion_event=None, max_cpc=Amount.parse("1"))
    assert desk.ask("review_performance", date_preset="last_30d")["counts"] == {"pause": 3}
    for row in told["insights"]:
        del row["inline_link_clicks"]
    answer = desk.ask("review_performance", date_preset="last_30d")
    assert (answer["pause"], answer["counts"]) == ([], {"not judged": 3})
    assert answer["nothing_judged"] == ["no row says anything of link clicks: the report lacks the figure"]


def test_figures_without_a_result_say_what_there_was(made: Callable[..., Desk]) -> None:
    """A table of zeros comes with what was looked for, so that nobody is judged by it."""
    desk = made(
        "USD",
        insights=[
            {"spend": "90", "impressions": "9", "clicks": "3", "inline_link_clicks": "2"}
            | {"actions": [{"action_type": "rsvp", "value": "4"}]}
        ],
    )
    note = desk.ask("get_insights", level="ad")["note"]
    assert note.startswith(
        "not one purchase here: looked for omni_purchase, web_app_in_store_purchase, purchase"
    )
    assert note.endswith("there was rsvp 4; judge no ad by it")
    desk.ask("get_insights", level="campaign")
    newest = desk.context.tables.newest
    assert newest is not None
    assert newest.what == "insights", "not the rows of ads that were only looked at"


def levels(**by_level: list[dict[str, Any]]) -> Callable[[dict[str, str]], list[dict[str, Any]]]:
    """Rows of Insights that are not the same at every level."""
    return lambda asked: [] if "time_ranges" in asked else by_level.get(asked.get("level", ""), [])


@pytest.fixture
def split(made: Callable[..., Desk]) -> Callable[[str], Desk]:
    """An account of which one level, `account` or `ad`, lacks the purchases that the other shows."""

    def make(lacking: str) -> Desk:
        sold = [{"action_type": "purchase", "value": "5"}]
        told = an_account(60, {"custom_event_type": "PURCHASE"}, ads=1, actions=sold)
        bare = [{name: value for name, value in row.items() if name != "actions"} for row in told["insights"]]
        above = [{name: value for name, value in row.items() if name != "ad_id"} for row in told["insights"]]
        rows = {"account": above, "ad": told["insights"]}
        rows[lacking] = [row if lacking == "ad" else {**row, "ad_id": ""} for row in bare]
        return made("USD", ads=told["ads"], adsets=told["adsets"], insights=levels(**rows))

    return make


def test_the_finer_level_goes_before_the_account(split: Callable[[str], Desk]) -> None:
    """Account rows without the purchases of the ads' rows: the ads' are used everywhere, and that is said."""
    desk = split("account")
    check = desk.ask("daily_check")
    problems, told = check["answers"]["problems"], check["answers"]["performance"]
    said = "those of its ads 5,400.00 spent and 300 purchase results: the ads' are used."
    assert problems[0] == f"The account's rows show 5,400.00 spent and 0 purchase results, {said}"
    assert not any("check the pixel" in line for line in problems)
    assert "35 purchases" in told[1]
    figures = desk.ask("get_insights")
    assert figures["totals"]["results"] == "300"
    assert "the account rows show none of the 300 results that the ads' rows show" in figures["note"]
    chart = desk.ask("draw_chart")
    assert "300 purchases" in chart["caption"]
    assert chart["note"].endswith("drawn from the ads")


def test_purchases_that_only_the_account_shows_judge_no_ad(split: Callable[[str], Desk]) -> None:
    """Ads' rows without the account's purchases: nobody is judged, and where they are is said."""
    desk = split("ad")
    answer = desk.ask("review_performance")
    assert (answer["pause"], answer["counts"]) == ([], {"not judged": 1})
    assert answer["nothing_judged"][0].startswith(
        "no ad's rows hold a purchase result, but the account's rows do"
    )
    problems = desk.ask("daily_check")["answers"]["problems"]
    assert any("those of its ads none: no ad can be judged by them" in line for line in problems)
    assert not any("check the pixel" in line for line in problems)


@pytest.mark.parametrize("tool", ["get_insights", "review_performance", "daily_check", "draw_chart"])
def test_every_tool_counts_in_the_windows_of_the_ad_sets(desk: Desk, tool: str) -> None:
    """The same results whoever is asked: figures of other windows than the judgement's would contradict it."""
    desk.ask(tool)
    heard = desk.http.get("/sandbox/requests").json()["data"]
    asked = [one["params"] for one in heard if one["path"].endswith("/insights")]
    assert {params.get("use_unified_attribution_setting") for params in asked} == {"true"}


def test_outcomes_without_a_result_are_no_verdict(made: Callable[..., Desk]) -> None:
    """What came of a change is not told by an event that has no result at all."""
    desk = made("USD", **an_account(60, ads=1, promoted={"custom_event_type": "PURCHASE"}))
    (change,) = desk.propose("set_budget", id="7", daily_budget="20 USD").changes
    desk.ledger.entries.append(Applied(change, "cs-1", NOW - timedelta(days=20), {}, undone=False))
    note = desk.ask("history", outcomes=True)["outcomes_note"]
    assert note.startswith("not one purchase, so nothing can be said: looked for omni_purchase")


@pytest.mark.parametrize(
    ("field", "event", "there"),
    [
        ("actions", "thruplay", False),
        ("video_thruplay_watched_actions", "thruplay", True),
        ("video_continuous_2_sec_watched_actions", "thruplay", False),
        ("video_continuous_2_sec_watched_actions", "two_second_view", True),
    ],
)
def test_a_kind_counts_in_the_field_that_its_event_is_reported_in(
    made: Callable[..., Desk], field: str, event: str, there: bool
) -> None:
    """Plays, ThruPlays and two seconds of a view all are called video_view."""
    intake = Intake(made("USD").context)
    row = {"spend": "9", field: [{"action_type": "video_view", "value": "50"}]}
    assert list(intake.rows([row])) == [row]
    assert intake.has(event) is there


@pytest.mark.parametrize("tool", ["get_insights", "draw_chart"])
def test_a_second_look_that_fails_takes_nothing_from_the_first(made: Callable[..., Desk], tool: str) -> None:
    """The rows of ads are asked for once, where those above show no result; what is there is told all the same."""
    asked: list[str] = []

    def insights(query: dict[str, str]) -> list[dict[str, Any]]:
        asked.append(query["level"])
        if query["level"] == "ad":
            return [["no row"]]  # type: ignore[list-item]
        return [{"spend": "90", "impressions": "9", "date_start": "2026-11-10", "date_stop": "2026-11-10"}]

    answer = made("USD", insights=insights).ask(tool)
    assert "90.00" in json.dumps(answer)
    assert asked[0] == "account"
    assert asked.count("account") == 1


@pytest.fixture
def partly(made: Callable[..., Desk]) -> Callable[..., Desk]:
    """Three ads of one campaign, of which only the first shows purchases; the campaign or account may show more."""

    def make(*, campaign: int, account: int, ads: int = 3, gone: int = 0, **brand: Any) -> Desk:
        told = an_account(28, {"custom_event_type": "PURCHASE"}, ads=ads)
        first = [row for row in told["insights"] if row["ad_id"] == str(10**13)]
        for row in first:
            row["actions"] = [{"action_type": "purchase", "value": "5"}]
        spend = str(90 * 28 * (ads + gone))

        def insights(asked: dict[str, str]) -> list[dict[str, Any]]:
            if "time_increment" in asked or asked["level"] == "ad":
                return within(told["insights"], asked.get("time_range"))
            number = {"campaign": campaign, "adset": campaign, "account": account}[asked["level"]]
            where = (
                {}
                if asked["level"] == "account"
                else {f"{asked['level']}_id": "8" if asked["level"] == "campaign" else "7"}
            )
            row = {"spend": spend, "actions": [{"action_type": "purchase", "value": str(number)}]}
            row |= {"date_start": "2026-10-14", "date_stop": "2026-11-10"}
            return within([{**where, **row}], asked.get("time_range"))

        desk = made("USD", ads=told["ads"], adsets=told["adsets"], insights=insights)
        desk.context.brand = demo_brand(conversion_event=None, **brand)
        return desk

    return make


@pytest.mark.parametrize(
    ("campaign", "account", "gone", "paused"),
    [
        (140, 140, 0, 2),
        (141, 141, 0, 2),
        (420, 420, 0, 0),
        (140, 420, 0, 0),
        (420, 420, 6, 2),
    ],
)
def test_results_of_no_ad_pause_no_ad(
    partly: Callable[..., Desk], campaign: int, account: int, gone: int, paused: int
) -> None:
    """Where a campaign or the account shows more than its ads do, an ad is paused only if it would be with all of it.

    What ads spent that are gone explains as many results as that money brings.
    """
    answer = partly(campaign=campaign, account=account, gone=gone).ask(
        "review_performance", date_preset="last_28d"
    )
    assert len(answer["pause"]) == paused
    assert ("nothing_judged" in answer) is (paused == 0)
    if not paused:
        assert answer["nothing_judged"] == [
            "the rows above the ads hold 280 purchases that are those of no ad, and with them it would not be paused (2 ads)"
        ]


@pytest.mark.parametrize("scope", ["C", "Set"])
def test_a_scope_compares_its_own_rows(partly: Callable[..., Desk], scope: str) -> None:
    """Within a campaign or ad set its own rows are compared; the account's are not asked for."""
    desk = partly(campaign=420, account=0)
    answer = desk.ask("review_performance", date_preset="last_28d", scope=scope)
    assert answer["pause"] == []
    assert len(answer["nothing_judged"]) == 1


@pytest.mark.parametrize(
    ("goal", "field", "kind"),
    [
        ("THRUPLAY", "video_thruplay_watched_actions", "video_view"),
        ("TWO_SECOND_CONTINUOUS_VIDEO_VIEWS", "video_continuous_2_sec_watched_actions", "video_view"),
        ("POST_ENGAGEMENT", "actions", "post_engagement"),
        ("PAGE_LIKES", "actions", "like"),
        ("EVENT_RESPONSES", "actions", "rsvp"),
    ],
)
def test_engagement_is_held_to_its_own_results(
    made: Callable[..., Desk], goal: str, field: str, kind: str
) -> None:
    """Ads that buy views or engagement are held to what one of those costs, not to what a click costs."""
    told = an_account(30, {"page_id": "1"}, inline_link_clicks="9")
    for ad in told["ads"]:
        ad["adset"] = ad["adset"] | {"optimization_goal": goal}
    for row in told["insights"]:
        row[field] = [{"action_type": kind, "value": "3" if row["ad_id"] == str(10**13) else "300"}]
    answer = made("USD", **told).ask("review_performance", date_preset="last_30d")
    assert [row["id"] for row in answer["pause"]] == [str(10**13)]
    assert "90" in answer["pause"][0]["reason"]


def test_sales_decide_what_the_account_counts() -> None:
    """Where some ad sets sell, the account's event is theirs, however many buy views or likes."""
    aims = [aim_of(None, "THRUPLAY", None)] * 5 + [aim_of(None, None, {"custom_event_type": "LEAD"})]
    assert main_event(aims) == "lead"
    assert main_event(aims[:5]) == "thruplay"
