"""Automated rules: kept, tried out, carried out, remembered."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET

EDGE = f"{DEMO_ACCOUNT}/adrules_library"
AD = "23848000000001"


def where(*rows, entity="AD", preset="LAST_7D"):
    """Write filters; rows are (field, operator, value)."""
    rows = [("entity_type", "EQUAL", entity), ("time_preset", "EQUAL", preset), *rows]
    filters = [dict(zip(("field", "operator", "value"), row, strict=True)) for row in rows]
    return {"evaluation_type": "SCHEDULE", "filters": filters}


PAUSE = {"execution_type": "PAUSE", "execution_options": []}
COSTLY = where(("spent", "GREATER_THAN", 2000), ("cost_per_purchase_fb", "GREATER_THAN", 5000))


def rule(graph, evaluation=None, execution=None, **more):
    """Make a rule and give its id."""
    sent = {"name": "R", "evaluation_spec": evaluation or COSTLY, "execution_spec": execution or PAUSE}
    return graph.post(EDGE, **sent | more)["id"]


def clock(graph, seconds):
    """Move the clock on."""
    assert graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": seconds}).status_code == 200


def runs(graph, made):
    """Tell of each run of a rule whether somebody asked for it."""
    return [row["is_manual"] for row in graph.get(f"{made}/history")["data"]]


def matched(graph, evaluation):
    """Give the ids a rule matches."""
    return {row["id"] for row in graph.post(f"{rule(graph, evaluation)}/preview")["data"]}


def test_life_of_a_rule(graph):
    """A rule is made, read, changed, listed and deleted."""
    made = rule(graph, status="DISABLED")
    shown = graph.get(made, fields="name,status,evaluation_spec,execution_spec,schedule_spec,created_by")
    assert (shown["status"], shown["schedule_spec"]) == ("DISABLED", {"schedule_type": "SEMI_HOURLY"})
    assert (shown["evaluation_spec"], shown["execution_spec"]) == (COSTLY, PAUSE)
    graph.post(made, name="S", status="ENABLED")
    assert graph.get(EDGE, fields="name,status")["data"] == [{"name": "S", "status": "ENABLED", "id": made}]
    assert graph.http.delete(made).json() == {"success": True}
    assert graph.get(EDGE)["data"] == []
    assert graph.error("POST", f"{made}/execute")["error_subcode"] == 33


def test_costly_ads_are_matched_by_arithmetic(graph):
    """A rule on cost per purchase matches the ads whose insights say so."""
    rows = graph.insights(level="ad", date_preset="last_7d", fields="ad_id,spend,cost_per_action_type")
    costs = {
        row["ad_id"]: next((float(c["value"]) for c in row.get("cost_per_action_type", ()) if c["action_type"] == "purchase"), None)
        for row in rows
    }  # fmt: skip
    wanted = {ad for ad, cost in costs.items() if cost and cost > 50}
    assert wanted
    assert matched(graph, COSTLY) == wanted


@pytest.mark.parametrize(
    ("rows", "entity", "count"),
    [
        ([("id", "IN", [AD, "1"])], "AD", 1),
        ([("name", "CONTAIN", "evergreen")], "AD", 4),
        ([("campaign.id", "EQUAL", "23846000000004")], "AD", 5),
        ([("effective_status", "EQUAL", "PAUSED"), ("spent", "GREATER_THAN", 0)], "AD", 8),
        ([("impressions", "IN_RANGE", [1, 10**9])], "CAMPAIGN", 4),
        ([("impressions", "NOT_IN_RANGE", [1, 10**9])], "CAMPAIGN", 0),
        ([("adset.id", "EQUAL", ADSET)], "ADSET", 1),
        ([("results", "GREATER_THAN", 10**9)], "ADSET", 0),
        ([("cpc", "GREATER_THAN", 0), ("ctr", "GREATER_THAN", 100)], "AD", 0),
    ],
)
def test_filters(graph, rows, entity, count):
    """Fields and metrics narrow what a rule matches."""
    assert len(matched(graph, where(*rows, entity=entity, preset="MAXIMUM"))) == count


def test_amounts_of_a_rule_count_in_the_units_of_the_account(graph):
    """Yen have no smaller unit: what spent 5,000 JPY is not more than 400,000."""
    edge, spent = "act_234567890/adrules_library", "act_234567890/insights"
    rows = graph.get(spent, level="ad", date_preset="last_7d", fields="ad_id,spend", limit="99")["data"]
    dearest = max(float(row["spend"]) for row in rows)
    for over, some in ((dearest - 1, True), (dearest, False)):
        costly = where(("spent", "GREATER_THAN", int(over)))
        made = graph.post(edge, name="R", evaluation_spec=costly, execution_spec=PAUSE)["id"]
        assert bool(graph.post(f"{made}/preview")["data"]) is some


def test_preview_changes_nothing(graph):
    """Trying a rule out leaves world and history alone."""
    made = rule(graph)
    before = graph.http.get("http://sandbox/sandbox/state").json()
    assert graph.post(f"{made}/preview", fields="name")["data"][0].keys() == {"id", "name"}
    assert graph.http.get("http://sandbox/sandbox/state").json() == before
    assert graph.get(f"{made}/history")["data"] == []


def test_execution_pauses_and_remembers(graph):
    """Carrying out a rule does what it says, and the history says what was done."""
    made = rule(graph, where(("id", "EQUAL", AD)))
    assert graph.get(f"{AD}/adrules_governed", fields="name")["data"] == [{"name": "R", "id": made}]
    assert graph.post(f"{made}/execute") == {"success": True}
    assert graph.get(AD, fields="status")["status"] == "PAUSED"
    (entry,) = graph.get(f"{made}/history")["data"]
    (result,) = entry["results"]
    assert (result["object_id"], result["object_type"], entry["is_manual"]) == (AD, "AD", True)
    action = {"action": "PAUSE", "field": "status", "old_value": "ACTIVE", "new_value": "PAUSED"}
    assert result["actions"] == [action]
    assert graph.get(f"{DEMO_ACCOUNT}/adrules_history")["data"][0]["rule_id"] == made
    assert graph.get(f"{made}/history", object_id="1")["data"] == []


@pytest.mark.parametrize(
    ("change", "factor"),
    [
        ({"amount": 10, "unit": "PERCENTAGE"}, lambda now: now * 110 // 100),
        ({"amount": -500, "unit": "ACCOUNT_CURRENCY"}, lambda now: now - 500),
        ({"amount": 900, "unit": "PERCENTAGE", "limit": 99_000}, lambda _: 99_000),
    ],
)
def test_budgets_move(graph, change, factor):
    """A budget goes up or down, by percent or amount, and stops at its limit."""
    now = int(graph.get(ADSET, fields="daily_budget")["daily_budget"])
    options = [{"field": "change_spec", "operator": "EQUAL", "value": change}]
    execution = {"execution_type": "CHANGE_BUDGET", "execution_options": options}
    made = rule(graph, where(("id", "EQUAL", ADSET), entity="ADSET"), execution)
    graph.post(f"{made}/execute")
    assert int(graph.get(ADSET, fields="daily_budget")["daily_budget"]) == factor(now)


def test_what_cannot_be_done_is_in_the_history(graph):
    """A refused step is told and stops nothing."""
    options = [{"field": "change_spec", "value": {"amount": -10_000_000}}]
    execution = {"execution_type": "CHANGE_BUDGET", "execution_options": options}
    made = rule(graph, where(("id", "EQUAL", ADSET), entity="ADSET"), execution)
    graph.post(f"{made}/execute")
    (result,) = graph.get(f"{made}/history")["data"][0]["results"]
    assert (result["actions"], "error" in result) == ([], True)
    assert graph.get(f"{made}/history", hide_no_changes=True)["data"] == []


@pytest.mark.parametrize(
    ("change", "subcode"),
    [
        ({"name": ""}, None),
        ({"evaluation_spec": {}}, None),
        ({"evaluation_spec": {"evaluation_type": "NEVER", "filters": []}}, None),
        ({"evaluation_spec": {"evaluation_type": "SCHEDULE", "filters": [{"field": "spent"}]}}, None),
        ({"evaluation_spec": {"evaluation_type": "SCHEDULE", "filters": [{"field": "spent", "operator": "EQUAL", "value": 1}]}}, None),
        ({"evaluation_spec": where(("spent", "MORE", 1))}, None),
        ({"execution_spec": {"execution_type": "EXPLODE"}}, None),
        ({"execution_spec": {"execution_type": "CHANGE_BUDGET"}}, 1815677),
        ({"execution_spec": {"execution_type": "CHANGE_CAMPAIGN_BUDGET"}}, None),
        ({"status": "ON"}, None),
    ],
)  # fmt: skip
def test_refused_rules(graph, change, subcode):
    """A rule that could not work is refused, and an update leaves the rule as it was."""
    sent = {"name": "R", "evaluation_spec": COSTLY, "execution_spec": PAUSE}
    error = graph.error("POST", EDGE, **sent | change)
    assert (error["code"], error.get("error_subcode")) == (100, subcode)
    made = rule(graph)
    before = graph.get(made, fields="name,status,evaluation_spec,execution_spec")
    assert graph.error("POST", made, **change)["code"] == 100
    assert graph.get(made, fields="name,status,evaluation_spec,execution_spec") == before


EIGHT = [{"start_minute": 480, "end_minute": 480, "days": [6]}]


@pytest.mark.parametrize(
    ("schedule", "seconds", "ran"),
    [
        ({"schedule_type": "SEMI_HOURLY"}, 1799, 0),
        ({"schedule_type": "SEMI_HOURLY"}, 1800, 1),
        ({"schedule_type": "SEMI_HOURLY"}, 86_400, 1),
        ({"schedule_type": "HOURLY"}, 1800, 0),
        ({"schedule_type": "HOURLY"}, 3600, 1),
        ({"schedule_type": "DAILY"}, 11 * 3600, 0),
        ({"schedule_type": "DAILY"}, 12 * 3600, 1),
        ({"schedule_type": "CUSTOM", "schedule": EIGHT}, 19 * 3600, 0),
        ({"schedule_type": "CUSTOM", "schedule": EIGHT}, 20 * 3600, 1),
    ],
)
def test_a_rule_runs_on_its_schedule(graph, schedule, seconds, ran):
    """As the clock is moved over one of its times, the rule acts once, by itself."""
    made = rule(graph, schedule_spec=schedule)
    clock(graph, seconds)
    assert runs(graph, made) == [False] * ran


def test_a_scheduled_rule_pauses_what_it_matches(graph):
    """The kill switch works while nobody looks; a disabled rule and one for events do nothing."""
    idle = [rule(graph, status="DISABLED"), rule(graph, COSTLY | {"evaluation_type": "TRIGGER"})]
    made = rule(graph)
    clock(graph, 1800)
    paused = {row["object_id"] for row in graph.get(f"{made}/history")["data"][0]["results"]}
    assert paused
    assert {graph.get(ad, fields="status")["status"] for ad in paused} == {"PAUSED"}
    assert [runs(graph, other) for other in idle] == [[], []]


def test_a_rule_that_cannot_be_judged_stops_no_clock(graph):
    """Words cannot be compared with numbers: the rule does nothing, the clock goes on."""
    made = rule(graph, where(("name", "GREATER_THAN", 5)))
    clock(graph, 1800)
    assert runs(graph, made) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"schedule_type": "YEARLY"},
        {"schedule_type": "CUSTOM"},
        {"schedule_type": "CUSTOM", "schedule": [{"start_minute": "8", "end_minute": 9}]},
        {"schedule_type": "CUSTOM", "schedule": [{"start_minute": 8, "end_minute": 9, "days": [7]}]},
    ],
)
def test_bad_schedules_are_refused(graph, spec):
    """A schedule that says nothing is refused."""
    sent = {"name": "R", "evaluation_spec": COSTLY, "execution_spec": PAUSE, "schedule_spec": spec}
    assert graph.error("POST", EDGE, **sent)["code"] == 100
