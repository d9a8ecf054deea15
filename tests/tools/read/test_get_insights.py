"""Figures: the sandbox's own, added up and divided here."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.tools.support import (
    ACCOUNT,
    ALWAYS,
    BLOG,
    BROAD,
    JACKET,
    PROSPECTING,
    SPRING,
    TENT,
    Desk,
    demo_brand,
)
from tools.domain.insights import PRESETS, decimal
from tools.read.figures.breakdown_rules import HOURS


def theirs(desk: Desk, node: str = ACCOUNT, **params: Any) -> list[dict[str, Any]]:
    """The rows the sandbox gives, asked without our tools."""
    fields = "spend,impressions,clicks,inline_link_clicks,actions,action_values,campaign_id,adset_id,ad_id"
    return desk.graph(
        f"{node}/insights", limit=1000, **({"date_preset": "last_7d", "fields": fields} | params)
    )["data"]


def purchases(row: dict[str, Any], field: str = "actions") -> Decimal:
    """The purchases of a row, or what they were worth."""
    return next(
        (Decimal(a["value"]) for a in row.get(field, []) if a["action_type"] == "purchase"), Decimal(0)
    )


def added(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What our tool must make of rows of the sandbox."""
    spend = sum((Decimal(row["spend"]) for row in rows), Decimal(0))
    views = sum(int(row["impressions"]) for row in rows)
    clicks = sum(int(row["clicks"]) for row in rows)
    links = sum(int(row.get("inline_link_clicks", 0)) for row in rows)
    results = sum((purchases(row) for row in rows), Decimal(0))
    value = sum((purchases(row, "action_values") for row in rows), Decimal(0))
    ratios = {
        "cpc": clicks and spend / clicks,
        "cost_per_result": results and spend / results,
        "ctr": views and Decimal(100 * clicks) / views,
        "cost_per_link_click": links and spend / links,
        "link_ctr": views and Decimal(100 * links) / views,
    }
    shown = {"spend": f"{spend:.2f}", "impressions": views, "clicks": clicks, "link_clicks": links}
    shown |= {"results": str(results)}
    shown |= {name: f"{ratio:.2f}" for name, ratio in ratios.items() if ratio}
    return shown | ({"roas": f"{value / spend:.2f}"} if spend else {})


@pytest.mark.parametrize("level", ["account", "campaign", "adset", "ad"])
def test_figures_are_the_sandboxes_at_every_level(reading: Desk, level: str) -> None:
    """Rows hold the sandbox's figures with ratios computed from them, the highest spend first."""
    answer = reading.ask("get_insights", level=level, limit=100)
    rows = theirs(reading, level=level)
    expected = {row.get(f"{level}_id", "all"): added([row]) for row in rows}
    shown = {row.pop(f"{level}_id", "all"): row for row in answer["rows"]}
    for row in shown.values():
        row.pop(f"{level}_name", None)
    assert shown == expected
    spent = [Decimal(row["spend"]) for row in answer["rows"]]
    assert spent == sorted(spent, reverse=True)
    assert answer["complete"] == ("1 row, the only one" if len(rows) == 1 else f"all {len(rows)} rows")


def test_totals_are_the_sum_of_the_rows_and_the_same_at_every_level(reading: Desk) -> None:
    """Sums agree with the rows they stand above, and with what the account as a whole delivered."""
    totals = [reading.ask("get_insights", level=at, limit=100)["totals"] for at in ("account", "adset", "ad")]
    assert totals[0] == totals[1] == totals[2] == added(theirs(reading))
    rows = reading.ask("get_insights", level="ad", limit=100)["rows"]
    assert sum(Decimal(row["spend"]) for row in rows) == Decimal(totals[0]["spend"])
    assert sum(int(row["results"]) for row in rows) == int(totals[0]["results"])


def test_figures_match_what_was_really_delivered(reading: Desk) -> None:
    """The account's spend over seven days is what its ads delivered on these days in the sandbox's world."""
    world = reading.world
    days = [
        figures
        for ad in world.of("ad", account_id=world.account.data["account_id"])
        for day, figures in world.delivery.days(ad.id, world.day_index).items()
        if world.day_index - 7 <= day < world.day_index
    ]
    totals = reading.ask("get_insights")["totals"]
    assert Decimal(totals["spend"]) == Decimal(sum(day.spend for day in days)) / 100
    assert int(totals["results"]) == sum(day.purchases for day in days)
    assert totals["clicks"] == sum(day.clicks for day in days)
    assert totals["link_clicks"] == sum(day.link_clicks for day in days)


@pytest.mark.parametrize("node", [ALWAYS, BROAD, TENT])
@pytest.mark.parametrize("level", ["account", "ad"])
def test_ids_of_every_level_narrow_the_figures(reading: Desk, node: str, level: str) -> None:
    """Below a campaign, an ad set or an ad, totals are that object's own."""
    totals = reading.ask("get_insights", ids=[node], level=level, limit=100)["totals"]
    assert totals == added(theirs(reading, node))


def test_several_ids_of_one_level_add_up(reading: Desk) -> None:
    """Two ads together have the sum of their figures, and one row each."""
    answer = reading.ask("get_insights", ids=[TENT, JACKET, TENT], level="ad")
    assert answer["totals"] == added(theirs(reading, TENT) + theirs(reading, JACKET))
    assert {row["ad_id"] for row in answer["rows"]} == {TENT, JACKET}


def test_ids_of_two_levels_are_refused(reading: Desk) -> None:
    """A campaign and an ad cannot be asked for at once."""
    assert "ids of one level at a time" in reading.refusal("get_insights", ids=[ALWAYS, TENT])


def test_ids_of_another_account_are_refused(reading: Desk) -> None:
    """An unknown id is named; figures of the rest are not passed off as the answer."""
    said = reading.refusal("get_insights", ids=[TENT, "999"])
    assert said.startswith(f"Not a campaign, ad set or ad of {ACCOUNT}: 999 (no such id")


SPLIT = "age gender country region publisher_platform platform_position device_platform".split()


@pytest.mark.parametrize("breakdown", [*SPLIT, HOURS])
def test_breakdowns_add_up_to_the_whole(reading: Desk, breakdown: str) -> None:
    """Every breakdown splits the same figures, and each row says its part."""
    answer = reading.ask("get_insights", breakdowns=[breakdown], limit=100)
    assert answer["totals"] == reading.ask("get_insights")["totals"]
    parts = [breakdown] if breakdown != "platform_position" else ["publisher_platform", breakdown]
    values = [tuple(row[part] for part in parts) for row in answer["rows"]]
    assert len(values) == len(set(values)) > 1
    assert all(map(all, values))


def test_a_position_comes_with_its_platform(desk: Desk) -> None:
    """Meta refuses positions alone (100), so the platform is asked for, too, and each row names both."""
    rows = desk.ask("get_insights", breakdowns=["platform_position"], limit=100)["rows"]
    assert {(row["publisher_platform"], row["platform_position"]) for row in rows} >= {
        ("facebook", "feed"),
        ("instagram", "feed"),
    }
    asked = [
        r["params"] for r in desk.http.get("/sandbox/requests").json()["data"] if "breakdowns" in r["params"]
    ]
    assert asked[-1]["breakdowns"] in (
        "publisher_platform,platform_position",
        '["publisher_platform","platform_position"]',
    )


def test_breakdowns_combine_where_meta_combines_them(reading: Desk) -> None:
    """Age and gender go together, and naming one twice changes nothing; age and country do not go."""
    both = reading.ask("get_insights", breakdowns=["age", "gender", "age"], limit=100)
    assert {(row["age"], row["gender"]) for row in both["rows"]} >= {("25-34", "female"), ("65+", "male")}
    before = len(reading.http.get("/sandbox/requests").json()["data"])
    for asked, said in (
        (
            ["age", "country"],
            "age and country do not combine at Meta; age goes with gender, country goes alone",
        ),
        (["hair"], "unknown breakdown 'hair'; use age, gender"),
        (["regoin"], "unknown breakdown 'regoin'; use region"),
        (
            ["action_device", "age"],
            "action_device goes with impression_device, platform_position, publisher_platform",
        ),
        (
            ["action_reaction", "action_device"],
            "each goes with action_type, action_target_id, action_destination",
        ),
    ):
        assert said in reading.refusal("get_insights", breakdowns=asked)
    assert len(reading.http.get("/sandbox/requests").json()["data"]) == before


def test_days_come_in_order(reading: Desk) -> None:
    """By day there is a row for each day, oldest first, and they add up to the period."""
    answer = reading.ask("get_insights", time_increment=1)
    days = [row["date_start"] for row in answer["rows"]]
    assert days == [f"2026-11-{day}" for day in range(13, 20)]
    assert [row["date_stop"] for row in answer["rows"]] == days
    assert answer["totals"] == reading.ask("get_insights")["totals"]
    assert answer["period"] == "last_7d"


def test_months_and_weeks_are_increments_too(reading: Desk) -> None:
    """Monthly rows end with their month, weekly ones after seven days."""
    months = reading.ask("get_insights", since="2026-10-30", until="2026-11-02", time_increment="monthly")
    assert [(r["date_start"], r["date_stop"]) for r in months["rows"]] == [
        ("2026-10-30", "2026-10-31"),
        ("2026-11-01", "2026-11-02"),
    ]
    weeks = reading.ask("get_insights", date_preset="last_14d", time_increment=7)
    assert [r["date_start"] for r in weeks["rows"]] == ["2026-11-06", "2026-11-13"]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_one_of_metas(reading: Desk, preset: str) -> None:
    """Each preset is understood, and the answer says which days it stood for."""
    answer = reading.ask("get_insights", date_preset=preset)
    assert answer["totals"] == added(theirs(reading, date_preset=preset))
    if answer["rows"]:
        (row,) = theirs(reading, date_preset=preset)
        assert answer["period"] == f"{preset} ({row['date_start']} to {row['date_stop']})"


def test_a_range_includes_both_its_days(reading: Desk) -> None:
    """Since and until are both counted, also when they are one day, and may be written without dashes."""
    day = {"since": "2026-11-19", "until": "2026-11-19"}
    one = reading.ask("get_insights", **day)
    assert one["totals"] == added(theirs(reading, date_preset="yesterday"))
    assert one["period"] == "2026-11-19 to 2026-11-19"
    assert reading.ask("get_insights", since="20261119", until="20261119") == one


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ({"date_preset": "last_week"}, "use one of today, yesterday"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "since must not be after until"),
        ({"until": "2026-11-01"}, "give since and until together"),
        ({"since": "1.11.2026", "until": "2.11.2026"}, "write a day as YYYY-MM-DD"),
        (
            {"since": "2026-11-01", "until": "2026-11-02", "date_preset": "today"},
            "give date_preset or since and until, not both",
        ),
    ],
)
def test_impossible_periods_are_refused(reading: Desk, period: dict[str, str], said: str) -> None:
    """A period that is none is answered with how to write one."""
    assert said in reading.refusal("get_insights", **period)


@pytest.mark.parametrize("tool", ["get_insights", "review_performance", "draw_chart"])
def test_a_period_without_figures_is_refused_with_the_reason(reading: Desk, tool: str) -> None:
    """What Meta keeps no more, or what lies ahead, is no period in which nothing was delivered."""
    for since, said in (
        (
            "2023-10-19",
            "No figures of 2023-10-19 to 2027-01-01: Meta keeps 37 months of figures, now since 2023-10-20.",
        ),
        ("2026-11-21", "that lies in the future, today is 2026-11-20."),
    ):
        assert said in reading.refusal(tool, since=since, until="2027-01-01")


def test_rows_over_the_limit_go_into_a_file(reading: Desk) -> None:
    """The first rows are shown, all of them are in the file, and totals are still of all."""
    answer = reading.ask("get_insights", level="ad", limit=5)
    kept = json.loads(Path(answer["all_rows"]).read_text(encoding="utf-8"))
    assert len(answer["rows"]) == 5
    assert kept[:5] == answer["rows"]
    assert len(kept) == len(theirs(reading, level="ad"))
    assert (
        answer["rows_shown"]
        == f"5 of {len(kept)}, highest spend first; totals are of all; the next with offset 5"
    )
    assert answer["totals"] == reading.ask("get_insights")["totals"]


def test_days_over_the_limit_are_the_oldest(reading: Desk) -> None:
    """With an increment the order is by date, and that is what is said."""
    answer = reading.ask("get_insights", time_increment=1, limit=2)
    assert [row["date_start"] for row in answer["rows"]] == ["2026-11-13", "2026-11-14"]
    assert answer["rows_shown"].startswith("2 of 7, oldest first")


def test_the_call_id_of_a_model_names_no_path(desk: Desk) -> None:
    """A call id with slashes stays inside the folder for results."""
    desk.context.call_id = "../../up"
    path = Path(desk.context.save("insights", [{"name": "cut \ud83d"}]))
    assert path.parent == desk.context.results_dir
    assert json.loads(path.read_text(encoding="utf-8"))[0]["name"].startswith("cut ")


def test_a_table_that_cannot_be_saved_is_said(desk: Desk) -> None:
    """A full disk or a forbidden folder costs the file, not the figures."""
    desk.context.results_dir.write_text("a file is in the way")
    answer = desk.ask("get_insights", level="ad", limit=5)
    assert answer["all_rows"].startswith("not saved (")
    assert len(answer["rows"]) == 5


def test_all_pages_are_read(reading: Desk) -> None:
    """Daily rows of all ads take several pages, and the answer says that none is missing."""
    answer = reading.ask("get_insights", level="ad", date_preset="last_30d", time_increment=1)
    number = len(json.loads(Path(answer["all_rows"]).read_text(encoding="utf-8")))
    assert number > 1_000, "one page would hold them"
    assert answer["complete"] == f"all {number} rows"
    assert number > 1000
    whole = reading.ask("get_insights", level="account", date_preset="last_30d")
    assert answer["totals"] == whole["totals"]


def test_no_delivery_is_said(reading: Desk) -> None:
    """An ad that has stopped gives no rows, zeros without ratios, and a word on it."""
    stopped = next(ad for ad, label in reading.world.truth.items() if label == "paused")
    answer = reading.ask("get_insights", ids=[stopped], level="ad")
    assert answer["rows"] == []
    assert answer["totals"] == {
        "spend": "0.00",
        "impressions": 0,
        "clicks": 0,
        "link_clicks": 0,
        "results": "0",
    }
    assert answer["complete"] == "no rows"
    assert answer["note"] == "nothing was delivered in this period"


def test_results_are_the_brands_event(desk: Desk) -> None:
    """Another conversion event counts other actions, and the answer names it."""
    desk.context.brand = demo_brand(conversion_event="add_to_cart")
    answer = desk.ask("get_insights", ids=[SPRING])
    (row,) = theirs(desk, SPRING)
    carts = next(a["value"] for a in row["actions"] if a["action_type"] == "add_to_cart")
    assert (answer["results_are"], answer["totals"]["results"]) == ("add_to_cart", carts)
    assert answer["totals"]["roas"] == "0.00"


def test_rates_of_results_are_of_link_clicks_and_of_value(reading: Desk) -> None:
    """How many of 100 link clicks become a result, and what a result is worth; by words that may be quoted."""
    answer = reading.ask("get_insights", ids=[SPRING], fields=["conversion_rate", "value_per_result"])
    (row,) = theirs(reading, SPRING)
    rate = 100 * purchases(row) / int(row["inline_link_clicks"])
    worth = purchases(row, "action_values") / purchases(row)
    assert answer["totals"] == {"conversion_rate": f"{rate:.2f}", "value_per_result": f"{worth:.2f}"}
    assert answer["totals_in_words"] == f"conversion rate {rate:.2f} %, value per result {worth:.2f} USD"


def test_a_campaign_without_results_has_no_cost_per_result(reading: Desk) -> None:
    """Dividing by nothing gives no number."""
    totals = reading.ask("get_insights", ids=[BLOG])["totals"]
    assert totals["results"] == "0"
    assert "cost_per_result" not in totals
    assert Decimal(totals["cpc"]) > 0


def test_a_currency_without_decimals_shows_none(made: Callable[..., Desk]) -> None:
    """Yen have no decimals, in spend and in costs; ratios keep theirs."""
    row = {
        "spend": "5001",
        "impressions": "1000",
        "clicks": "4",
        "inline_link_clicks": "3",
        "actions": [{"action_type": "purchase", "value": "2"}],
        "date_start": "2026-11-13",
        "date_stop": "2026-11-19",
    }
    totals = made("JPY", insights=[row]).ask("get_insights")["totals"]
    assert (totals["spend"], totals["cost_per_link_click"], totals["cost_per_result"]) == (
        "5001",
        "1667",
        "2500",
    )
    assert (totals["ctr"], totals["link_ctr"], totals["cpc"]) == ("0.40", "0.30", "1250")


def test_one_purchase_under_three_names_counts_once(made: Callable[..., Desk]) -> None:
    """Meta reports a purchase under several action types; they are not added up."""
    names = ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")
    row = {"spend": "10", "impressions": "9", "actions": [{"action_type": n, "value": "4"} for n in names]}
    assert made("USD", insights=[row]).ask("get_insights")["totals"]["results"] == "4"


def test_all_reading_is_free_of_writes(reading: Desk) -> None:
    """Asking for figures, with ids and breakdowns, sends nothing but reads."""
    reading.ask("get_insights", ids=[PROSPECTING], breakdowns=["age"], level="ad")
    assert reading.writes() == []


@pytest.mark.parametrize("value", ["many", "NaN", "Infinity"])
def test_a_figure_that_is_no_number_is_not_guessed(value: str) -> None:
    """Nonsense in a figure raises; a missing one is zero."""
    with pytest.raises(ValueError, match="where a number belongs"):
        decimal(value)
    assert decimal(None) == 0


def test_broken_figures_of_meta_are_not_taken_for_zero(made: Callable[..., Desk]) -> None:
    """A spend that cannot be read is left out and named, with the row it stood in; the rest counts."""
    rows = [
        {"spend": "lots", "impressions": "9", "date_start": "2026-11-13", "date_stop": "2026-11-13"},
        {"spend": "5", "impressions": "8", "date_start": "2026-11-14", "date_stop": "2026-11-14"},
    ]
    answer = made("USD", insights=rows).ask("get_insights")
    assert (answer["totals"]["spend"], answer["totals"]["impressions"]) == ("5.00", 17)
    said = "spend unreadable in 1 row, left out (a row of 2026-11-13: 'lots')"
    assert answer["complete"] == f"all 2 rows; odd: {said}"


def test_meta_is_asked_for_a_page_of_1000(desk: Desk) -> None:
    """Figures of an account are fetched in pages of 1000 rows, at the level and of the fields needed."""
    desk.ask("get_insights", level="adset", ids=[SPRING])
    heard = desk.http.get("/sandbox/requests").json()["data"]
    params = next(r["params"] for r in heard if r["path"].endswith("/insights"))
    assert params == {
        "limit": "1000",
        "level": "adset",
        "use_unified_attribution_setting": "true",
        "date_preset": "last_7d",
        "fields": "spend,impressions,clicks,inline_link_clicks,actions,action_values,conversions,conversion_values,"
        "catalog_segment_actions,catalog_segment_value,adset_id,adset_name",
        "filtering": json.dumps(
            [{"field": "campaign.id", "operator": "IN", "value": [SPRING]}], separators=(",", ":")
        ),
    }


def test_totals_come_in_words_that_may_be_quoted(reading: Desk) -> None:
    """Money with separators and currency, rates with their sign, and what they are compared with."""
    answer = reading.ask("get_insights", compare="previous")
    totals, said = answer["totals"], answer["totals_in_words"]
    spend, before = (
        f"{Decimal(totals[name]):,} {reading.context.account.currency}" for name in ("spend", "spend_before")
    )
    assert said.startswith(f"spend {spend} ({before} before, {totals['spend_percent']} %), impressions ")
    assert f"link CTR {totals['link_ctr']} % (" in said


def test_hours_come_in_their_order(reading: Desk) -> None:
    """From the first to the one that goes on, whatever they spent, and that is said where rows are left out."""
    answer = reading.ask("get_insights", breakdowns=["hour"], date_preset="today", fields=["spend"], limit=5)
    hours = [row["hourly_stats_aggregated_by_advertiser_time_zone"][:2] for row in answer["rows"]]
    assert hours == ["00", "01", "02", "03", "04"]
    assert "oldest first" in answer["rows_shown"]
