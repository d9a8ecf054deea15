"""Insights: every slicing adds up, periods are the account's, rows are Meta's."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import DEMO_ACCOUNT
from tests.draws import examples

ADDITIVE = ("spend", "impressions", "clicks", "inline_link_clicks", "actions", "action_values")
SLICES = (
    [], ["age"], ["gender"], ["age", "gender"], ["country"], ["publisher_platform"],
    ["publisher_platform", "platform_position"], ["device_platform"],
)  # fmt: skip


def total(rows):
    """Add up everything additive over rows; money in cents."""
    sums = Counter()
    for row in rows:
        for name in ADDITIVE:
            if isinstance(row.get(name), list):
                for action in row[name]:
                    sums[name, action["action_type"]] += round(float(action["value"]) * 100)
            elif name in row:
                sums[name] += round(float(row[name]) * 100)
    return +sums


@pytest.fixture(scope="module")
def whole(demo):
    """The totals of the last thirty days."""
    return total(demo.insights(fields=list(ADDITIVE)))


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    level=st.sampled_from(("account", "campaign", "adset", "ad")),
    increment=st.sampled_from(("all_days", "monthly", "1", "7", "11")),
    breakdowns=st.sampled_from(SLICES),
)
def test_slicings_add_up(demo, whole, level, increment, breakdowns):
    """However the month is sliced, the parts are exactly the whole, and no part is impossible."""
    rows = demo.insights(
        level=level, time_increment=increment, breakdowns=breakdowns, fields=[*ADDITIVE, "reach", "frequency"]
    )
    assert total(rows) == whole
    for row in rows:
        assert set(breakdowns) <= row.keys()
        assert 0 < int(row["reach"]) <= int(row["impressions"])
        assert int(row["inline_link_clicks"]) <= int(row["clicks"]) <= int(row["impressions"])


@pytest.mark.parametrize("kind", ["campaigns", "adsets", "ads"])
def test_nodes_add_up_to_the_account(demo, whole, kind):
    """The insights of all nodes of a level are the account's."""
    nodes = demo.everything(f"{DEMO_ACCOUNT}/{kind}", limit=500)
    assert total([row for node in nodes for row in demo.insights(node["id"], fields=list(ADDITIVE))]) == whole


def test_reach_is_not_additive(demo):
    """A month reaches more people than any day and fewer than all its days together."""
    (month,) = demo.insights(fields="reach")
    days = [int(row["reach"]) for row in demo.insights(fields="reach", time_increment=1)]
    assert max(days) < int(month["reach"]) < sum(days)


def test_rows_are_meta_s(demo):
    """Numbers are strings, one purchase has three names, ids and names of all levels can be had."""
    fields = "ad_id,ad_name,adset_id,campaign_name,account_id,account_currency,spend,impressions,ctr,cpc,cpm,actions,cost_per_action_type,purchase_roas,objective,optimization_goal,attribution_setting"
    row = demo.insights(level="ad", fields=fields, sort=["spend_descending"], limit=1)[0]
    assert {"date_start": "2026-10-21", "date_stop": "2026-11-19"}.items() <= row.items()
    assert row["account_currency"] == "USD"
    assert row["objective"] == "OUTCOME_SALES"
    assert row["optimization_goal"] == "OFFSITE_CONVERSIONS"
    actions = {action["action_type"]: action["value"] for action in row["actions"]}
    assert actions["purchase"] == actions["omni_purchase"] == actions["offsite_conversion.fb_pixel_purchase"]
    costs = {action["action_type"]: float(action["value"]) for action in row["cost_per_action_type"]}
    assert costs["purchase"] == pytest.approx(float(row["spend"]) / int(actions["purchase"]), abs=1e-6)
    assert float(row["ctr"]) < 10
    assert all(isinstance(row[name], str) for name in ("spend", "impressions", "ctr", "cpc", "cpm", "ad_id"))


@pytest.mark.parametrize(
    ("promoted", "field", "names"),
    [
        (
            {"custom_event_type": "SUBMIT_APPLICATION"},
            "conversions",
            {"submit_application_total", "submit_application_website"},
        ),
        ({"custom_event_type": "LEAD"}, "actions", {"lead", "offsite_conversion.fb_pixel_lead"}),
        (
            {"custom_event_type": "OTHER", "custom_event_str": "Quiz"},
            "conversions",
            {"offsite_conversion.fb_pixel_custom.Quiz"},
        ),
    ],
)
def test_results_are_reported_as_what_the_ad_set_promotes(graph, promoted, field, names):
    """Meta reports some events in `conversions` alone, with their total and their part on websites."""
    fields = "spend,actions,conversions,conversion_values,cost_per_conversion"
    ad, adset = "23848000000002", graph.get("23848000000002", fields="adset_id")["adset_id"]
    bought = graph.insights(ad, fields=fields)[0]
    sold = next(a["value"] for a in bought["actions"] if a["action_type"] == "purchase")
    assert "conversions" not in bought
    graph.post(adset, promoted_object={"pixel_id": "520000000000001"} | promoted)
    (row,) = graph.insights(ad, fields=fields)
    assert {a["action_type"]: a["value"] for a in row[field] if a["action_type"] in names} == dict.fromkeys(
        names, sold
    )
    assert not any("purchase" in a["action_type"] for a in row["actions"])
    if field == "conversions":
        assert {a["action_type"] for a in row["conversion_values"]} >= names
        assert {a["action_type"] for a in row["cost_per_conversion"]} >= names


@pytest.mark.parametrize(
    ("preset", "dates"),
    [
        ("today", ("2026-11-20", "2026-11-20")),
        ("yesterday", ("2026-11-19", "2026-11-19")),
        ("last_7d", ("2026-11-13", "2026-11-19")),
        ("last_90d", ("2026-08-22", "2026-11-19")),
        ("this_week_mon_today", ("2026-11-16", "2026-11-20")),
        ("this_week_sun_today", ("2026-11-15", "2026-11-20")),
        ("last_week_mon_sun", ("2026-11-09", "2026-11-15")),
        ("last_week_sun_sat", ("2026-11-08", "2026-11-14")),
        ("this_month", ("2026-11-01", "2026-11-20")),
        ("last_month", ("2026-10-01", "2026-10-31")),
        ("this_quarter", ("2026-10-01", "2026-11-20")),
        ("last_quarter", ("2026-07-01", "2026-09-30")),
        ("this_year", ("2026-01-01", "2026-11-20")),
        ("maximum", ("2026-08-23", "2026-11-20")),
    ],
)
def test_presets(demo, preset, dates):
    """Presets are dates of the account's time zone; `last_…` ends yesterday."""
    (row,) = demo.insights(date_preset=preset)
    assert (row["date_start"], row["date_stop"]) == dates


def test_no_delivery_no_row(demo):
    """Where nothing was delivered there is no row, and that is no error."""
    assert demo.insights(date_preset="last_year") == []
    assert demo.insights(time_range={"since": "2030-01-01", "until": "2030-01-31"}) == []


def test_increments(demo):
    """Days, weeks and months are cut from the start of the period."""
    period = {"since": "2026-09-28", "until": "2026-11-03"}
    months = demo.insights(time_range=period, time_increment="monthly")
    assert [row["date_stop"] for row in months] == ["2026-09-30", "2026-10-31", "2026-11-03"]
    weeks = demo.insights(time_range=period, time_increment="7")
    assert [row["date_start"] for row in weeks][:2] == ["2026-09-28", "2026-10-05"]
    assert len(demo.insights(time_range=period, time_increment=1)) == 37


def test_filtering(demo):
    """Conditions on objects choose what is counted, conditions on metrics choose rows."""
    ads = demo.insights(level="ad", fields="ad_id,ad_name,impressions", sort="impressions_descending")
    chosen = [ads[0]["ad_id"], ads[1]["ad_id"]]
    only = [{"field": "ad.id", "operator": "IN", "value": chosen}]
    assert [row["ad_id"] for row in demo.insights(level="ad", fields="ad_id", filtering=only)] == sorted(
        chosen, reverse=True
    )
    assert len(demo.insights(level="account", filtering=only, fields="impressions")) == 1
    big = [{"field": "ad.impressions", "operator": "GREATER_THAN", "value": ads[4]["impressions"]}]
    assert len(demo.insights(level="ad", filtering=big)) == 4
    named = [{"field": "ad.name", "operator": "CONTAIN", "value": "evergreen"}]
    assert len(demo.insights(level="ad", filtering=named)) == 4
    active = [{"field": "ad.effective_status", "operator": "IN", "value": ["ACTIVE"]}]
    assert len(demo.insights(level="ad", filtering=active)) == len(ads) - 4


def test_paging_gives_each_row_once(demo):
    """Pages of any size give the same rows, and the last page has no next."""
    rows = demo.insights(level="ad", fields="ad_id")
    assert demo.insights(level="ad", fields="ad_id", limit=7) == rows
    answer = demo.get(f"{DEMO_ACCOUNT}/insights", level="ad", limit=1000)
    assert set(answer["paging"]) == {"cursors"}


@pytest.mark.parametrize(
    ("params", "code", "subcode"),
    [
        ({"time_range": {"since": "2023-10-01", "until": "2023-11-01"}}, 3018, None),
        ({"breakdowns": "age,country"}, 2, 1504041),
        ({"breakdowns": "shoe_size"}, 100, None),
        ({"breakdowns": "platform_position"}, 100, None),
        ({"level": "galaxy"}, 100, None),
        ({"date_preset": "last_5d"}, 100, None),
        ({"time_range": "{oops"}, 100, None),
        ({"time_range": {"since": "yesterday", "until": "today"}}, 100, None),
        ({"time_range": {"since": "2026-11-02", "until": "2026-11-01"}}, 100, None),
        ({"fields": "spend,profit"}, 100, None),
        ({"time_increment": "91"}, 100, None),
        ({"filtering": [{"field": "ad.shoe", "operator": "IN", "value": []}]}, 100, None),
        ({"filtering": [{"field": "ad.id", "operator": "LIKE", "value": "1"}]}, 100, None),
        ({"sort": "profit_descending"}, 100, None),
        ({"limit": "many"}, 100, None),
        ({"after": "nonsense"}, 100, None),
    ],
)
def test_bad_questions(demo, params, code, subcode):
    """A question that makes no sense is refused with Meta's code, not answered with something else."""
    error = demo.error("GET", f"{DEMO_ACCOUNT}/insights", **params)
    assert (error["code"], error.get("error_subcode")) == (code, subcode)


def test_deleted_ads_stay_in_the_totals(graph):
    """A deleted ad has no row of its own any more unless asked for, but its parents keep its spend."""
    (before,) = graph.insights(fields="spend")
    ad = graph.insights(level="ad", fields="ad_id")[0]["ad_id"]
    graph.http.delete(ad)
    assert graph.insights(fields="spend") == [before]
    assert ad not in json.dumps(graph.insights(level="ad", fields="ad_id"))
    asked = [{"field": "ad.effective_status", "operator": "IN", "value": ["DELETED"]}]
    assert [row["ad_id"] for row in graph.insights(level="ad", fields="ad_id", filtering=asked)] == [ad]
    assert len(graph.insights(ad)) == 1


@pytest.mark.parametrize("one", ["age", "gender"])
def test_a_breakdown_is_what_the_finer_one_adds_up_to(demo, one):
    """Age alone says what age and gender together say, to the cent."""
    fields = {"level": "ad", "fields": [*ADDITIVE, "ad_id"]}

    def by_cell(rows):
        return {
            key: total([row for row in rows if (row["ad_id"], row[one]) == key])
            for key in {(row["ad_id"], row[one]) for row in rows}
        }

    assert by_cell(demo.insights(**fields, breakdowns=one)) == by_cell(
        demo.insights(**fields, breakdowns="age,gender")
    )
