"""Whatever is sent, the answer is Graph's: a good one or an error that says why, never a fault of the sandbox."""

from __future__ import annotations

import copy
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import DEMO_ACCOUNT
from sandbox.edges import routes
from sandbox.http.app import create_app
from sandbox.objects import nodes, schema
from tests.draws import examples
from tests.sandbox.conftest import ADSET, NOW, PAGE

AD, CAMPAIGN, CREATIVE = "23848000000001", "23846000000002", "23849000000001"
LINK = "https://northwind.example/"
STORY = {
    "page_id": PAGE,
    "link_data": {
        "link": LINK,
        "call_to_action": {"type": "SHOP_NOW", "value": {"link": LINK}},
        "child_attachments": [{"link": LINK}, {"link": LINK}],
    },
    "video_data": {"video_id": "1", "image_url": LINK},
}
FEED = {
    "ad_formats": ["SINGLE_IMAGE"],
    "bodies": [{"text": "a"}],
    "link_urls": [{"website_url": LINK}],
    "images": [{"hash": "x"}],
    "videos": [{"video_id": "1"}],
    "call_to_action_types": ["SHOP_NOW"],
    "call_to_actions": [{"type": "SHOP_NOW", "value": {"link": LINK}}],
    "optimization_type": "DEGREES_OF_FREEDOM",
}
SPEC = {
    "geo_locations": {
        "countries": ["US"],
        "regions": [{"key": "3843"}],
        "cities": [{"key": "2511140", "radius": 10}],
    },
    "excluded_geo_locations": {"countries": ["CA"]},
    "age_min": 20,
    "age_max": 40,
    "genders": [1],
    "interests": [{"id": "6003397496347"}],
    "flexible_spec": [{"behaviors": [{"id": "6002714895372"}]}],
    "exclusions": {"interests": ["6003397496347"]},
    "publisher_platforms": ["facebook"],
    "messenger_positions": ["story"],
    "facebook_positions": ["feed"],
    "instagram_positions": ["stream"],
    "targeting_automation": {"advantage_audience": 0},
}
FILTERS = [
    {"field": "entity_type", "operator": "EQUAL", "value": "AD"},
    {"field": "time_preset", "operator": "EQUAL", "value": "LAST_7D"},
    {"field": "spent", "operator": "IN_RANGE", "value": [1, 2]},
    {"field": "ad.id", "operator": "IN", "value": ["1"]},
]
SHARED = "23846000000001"
UPDATES: dict[str, dict[str, Any]] = {
    DEMO_ACCOUNT: {"name": "N", "spend_cap": 1000.5, "spend_cap_action": "reset", "default_dsa_payor": "P"},
    SHARED: {
        "adset_budgets": [{"adset_id": "23847000000005", "daily_budget": 5000}], "migrate_to_advantage_plus": False,
        "is_adset_budget_sharing_enabled": False, "execution_options": ["validate_only"],
    },
    "http://sandbox/sandbox/clock": {"advance_s": 60},
}  # fmt: skip
FAULT: dict[str, Any] = {
    "method": "GET", "path": "/none", "nth": 1, "times": 1, "probability": 0.5, "when": "after", "headers": {"a": "b"}, "delay_s": 0,
    "error": {"code": 1, "subcode": 2, "http_status": 400, "message": "m", "transient": True}, "null_items": [0], "stale_writes": 1,
}  # fmt: skip
CHANGE = {"field": "change_spec", "value": {"amount": 5, "unit": "PERCENTAGE", "limit": 5000}}
GOOD: dict[str, dict[str, Any]] = {
    "campaigns": {
        "name": "N", "objective": "OUTCOME_SALES", "special_ad_categories": ["HOUSING"], "is_adset_budget_sharing_enabled": False,
        "adlabels": [{"name": "x"}], "stop_time": "2027-01-01", "spend_cap": 20_000,
    },
    "adsets": {
        "name": "S", "campaign_id": CAMPAIGN, "billing_event": "IMPRESSIONS", "optimization_goal": "VALUE", "daily_budget": 5000,
        "targeting": SPEC, "promoted_object": {"pixel_id": "520000000000001", "custom_event_type": "PURCHASE"},
        "attribution_spec": [{"event_type": "CLICK_THROUGH", "window_days": 7}], "end_time": "2027-01-01", "bid_strategy": "COST_CAP",
        "bid_amount": 5, "pacing_type": ["standard"],
    },
    "adcreatives": {
        "object_story_spec": STORY, "asset_feed_spec": FEED, "adlabels": [{"name": "x"}],
        "degrees_of_freedom_spec": {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_IN"}}},
    },
    "ads": {
        "name": "A", "adset_id": ADSET, "creative": {"creative_id": CREATIVE}, "conversion_domain": "a.b",
        "tracking_specs": [{"action.type": ["offsite_conversion"], "fb_pixel": ["520000000000001"]}],
    },
    "adrules_library": {
        "name": "R", "evaluation_spec": {"evaluation_type": "SCHEDULE", "filters": FILTERS},
        "execution_spec": {"execution_type": "CHANGE_CAMPAIGN_BUDGET", "execution_options": [CHANGE]},
        "schedule_spec": {"schedule_type": "DAILY"},
    },
    "copies": {
        "rename_options": {"rename_strategy": "DEEP_RENAME", "rename_suffix": "x", "rename_prefix": "y"}, "status_option": "PAUSED",
        "creative_parameters": {"object_story_spec": STORY}, "deep_copy": False,
    },
    "adlabels": {"adlabels": [{"name": "x"}, {"id": "1"}], "name": "x"},
    "advideos": {"upload_phase": "start", "file_size": 5},
    "adimages": {"copy_from": {"source_account_id": "123456789", "hash": "x"}},
    "customconversions": {
        "name": "C", "event_source_id": "520000000000001", "rule": {"url": {"i_contains": "x"}}, "custom_event_type": "LEAD",
    },
    "async_batch_requests": {
        "name": "J", "adbatch": [{"name": "a", "relative_url": AD, "body": "name=x"}, {"name": "b", "relative_url": "{result=a:$.id}"}],
    },
    "insights": {
        "level": "ad", "time_range": {"since": "2026-11-01", "until": "2026-11-09"}, "time_increment": 1, "breakdowns": ["age"],
        "time_ranges": [{"since": "2026-11-01", "until": "2026-11-09"}], "sort": ["spend_descending"], "fields": ["spend"],
        "summary": ["spend"], "action_breakdowns": ["action_type"], "filtering": [{"field": "ad.id", "operator": "IN", "value": ["1"]}],
    },
}  # fmt: skip
"""Parameters that Meta takes, with as much inside them as there is to get wrong."""
LISTS: dict[str, Any] = {
    "filtering": [{"field": "ad.impressions", "operator": "IN_RANGE", "value": [1, 2]}, {"field": "ad.name", "operator": "CONTAIN", "value": "x"}],
    "effective_status": ["ACTIVE"], "limit": 5, "updated_since": 5, "after": "c2FuZGJveDow", "summary": True,
    "fields": "name,adlabels{name},insights.date_preset(last_7d){spend}", "targeting_spec": SPEC, "optimization_goal": "REACH",
    "creative": {"object_story_spec": STORY}, "ad_format": "MOBILE_FEED_STANDARD", "ad_label_ids": ["1"], "hashes": ["x"],
    "since": "2026-11-01", "until": 5, "category": "AD", "oid": AD, "extra_oids": [AD], "add_children": True,
    "q": "camp", "type": "adinterestvalid", "interest_list": ["x"], "targeting_list": [{"type": "interests", "id": "1"}],
    "id_list": ["1"], "location_types": ["city"], "class": "interests", "ids": [AD],
}  # fmt: skip
KINDS = {"campaigns": "campaign", "adsets": "adset", "adcreatives": "creative", "ads": "ad"}
NODES = {"campaign": CAMPAIGN, "adset": ADSET, "creative": CREATIVE, "ad": AD}

words = st.sampled_from(
    ["", "0", "-1", "1e9", "²", "NaN", "\x00", "ACTIVE", "US", "https://[", "id", "2026-99-99", PAGE]
)
leaves = words | st.integers(-(10**20), 10**20) | st.floats() | st.booleans() | st.none()
values = leaves | st.lists(leaves, max_size=2) | st.dictionaries(words, leaves, max_size=2)


def places(value, path=()):
    """Give the path to everything inside a value."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inside in below:
        yield (*path, key)
        yield from places(inside, (*path, key))


@st.composite
def bent(draw, good):
    """Good parameters in which one or two places hold something else, or nothing."""
    sent = copy.deepcopy(good)
    for path in draw(st.lists(st.sampled_from(sorted(places(good), key=str)), min_size=1, max_size=2)):
        holder = sent
        for key in path[:-1]:
            holder = holder[key] if isinstance(holder, dict | list) and _has(holder, key) else {}
        if isinstance(holder, dict | list) and _has(holder, path[-1]):
            if draw(st.booleans()) or isinstance(holder, list):
                holder[path[-1]] = draw(values)
            else:
                del holder[path[-1]]
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent.items()}


def _has(holder, key):
    return key in holder if isinstance(holder, dict) else isinstance(key, int) and key < len(holder)


@pytest.fixture(scope="module")
def graph(connect):
    """One account for all examples, none refused for how many there were; what was taken can be read afterwards."""
    graph = connect(create_app(now=NOW))
    graph.http.event_hooks = {"request": [lambda _: graph.app.state.world.usage.reset()]}
    yield graph
    graph.http.request("DELETE", "http://sandbox/sandbox/faults")
    for kind, edge in (
        ("campaign", "campaigns"),
        ("adset", "adsets"),
        ("ad", "ads"),
        ("creative", "adcreatives"),
    ):
        graph.everything(f"{DEMO_ACCOUNT}/{edge}", fields=",".join(nodes.FIELDS[kind]), limit=500)
    for name in ("state", "requests", "clock"):
        assert graph.http.get(f"http://sandbox/sandbox/{name}").status_code == 200


def check(answer):
    """The answer is JSON, and a refusal is one of Graph's own."""
    assert answer.status_code in {200, 400, 403}, answer.text
    assert ("error" in answer.json()) is (answer.status_code != 200)


EASY = settings(max_examples=examples(400), suppress_health_check=list(HealthCheck))
FEW = settings(EASY, max_examples=examples(100))


@EASY
@given(data=st.data(), edge=st.sampled_from(sorted(KINDS)))
def test_creations_and_updates(graph, data, edge):
    """Something else in any place of a creation or an update."""
    sent = data.draw(bent(GOOD[edge])) | {"execution_options": '["validate_only"]'}
    check(graph.http.post(f"{DEMO_ACCOUNT}/{edge}", data=sent))
    movable = {name: value for name, value in sent.items() if name not in schema.FIXED[KINDS[edge]]}
    check(graph.http.post(NODES[KINDS[edge]], data=movable))


@EASY
@given(data=st.data(), edge=st.sampled_from(sorted(edge for edge in routes.WRITES if edge[2] in GOOD)))
def test_written_edges(graph, data, edge):
    """Something else in any place of what an edge takes; rules that were taken are tried out."""
    method, kind, name = edge
    where = "params" if method == "DELETE" else "data"
    sent = data.draw(bent(GOOD[name]))
    answer = graph.http.request(method, f"{start(graph, kind)}/{name}", **{where: sent})
    check(answer)
    if name == "adrules_library" and "id" in answer.json():
        check(graph.http.post(f"{answer.json()['id']}/preview"))


@FEW
@given(data=st.data(), edge=st.sampled_from(sorted(routes.READS)))
def test_read_edges(graph, data, edge):
    """Something else in any place of what a list or a search takes."""
    kind, name = edge
    sent = data.draw(bent(LISTS))
    for path in (f"{start(graph, kind)}/{name}", "search", ""):
        check(graph.http.get(path, params=sent))


@FEW
@given(data=st.data(), path=st.sampled_from(sorted(UPDATES)))
def test_updates_of_other_nodes(graph, data, path):
    """Something else in any place of what the account, a budget that moves, or the clock takes."""
    sent = data.draw(bent(UPDATES[path]))
    if path.startswith("http"):
        body = ", ".join(f"{json.dumps(name)}: {value}" for name, value in sent.items())
        check(graph.http.post(path, content=f"{{{body}}}"))
    else:
        check(graph.http.post(path, data=sent))


@FEW
@given(sent=bent({"rules": [FAULT]}))
def test_faults(graph, sent):
    """Something else in any place of a fault; what is taken breaks the one call it is for, as it says."""
    ordered = graph.http.post("http://sandbox/sandbox/faults", content=sent.get("rules", ""))
    check(ordered)
    try:
        graph.http.get("none", timeout=0.001)  # nobody waits for a delay
    except httpx.TransportError:
        assert ordered.status_code == 200
    graph.http.request("DELETE", "http://sandbox/sandbox/faults")


def start(graph, kind):
    """Give a node of a kind, or an id that does not exist."""
    first = {n.kind: n.id for n in graph.app.state.world.nodes.values()} | NODES | {"account": DEMO_ACCOUNT}
    return first.get(kind, "1")


ITEM = {
    "method": "POST", "relative_url": "{result=a:$.id}?fields=name", "body": "name=x", "name": "b", "depends_on": "a",
    "omit_response_on_success": False, "attached_files": "f", "headers": [{"name": "a", "value": "b"}],
}  # fmt: skip
FIRST = {"method": "GET", "relative_url": AD, "name": "a"}


@FEW
@given(sent=bent({"batch": [FIRST, ITEM], "include_headers": True}))
def test_batches(graph, sent):
    """Something else in any place of a batch."""
    check(graph.http.post("", data=sent))
