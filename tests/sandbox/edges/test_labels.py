"""Ad labels: on objects, on their own, and as a way to find things."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET

AD, OTHER, CAMPAIGN, CREATIVE = "23848000000001", "23848000000002", "23846000000002", "23849000000001"
EDGES = {CAMPAIGN: "campaigns", ADSET: "adsets", AD: "ads", CREATIVE: "adcreatives"}


def label(graph, name):
    """Make a label and give its id."""
    return graph.post(f"{DEMO_ACCOUNT}/adlabels", name=name)["id"]


def names(graph, node):
    """Give the names of an object's labels."""
    return [row["name"] for row in graph.get(node, fields="adlabels").get("adlabels", [])]


def test_the_same_name_is_the_same_label(graph):
    """Labels are made by name once per account, alone or on an object."""
    first = label(graph, "op:1")
    assert label(graph, "op:1") == first
    graph.post(AD, adlabels=[{"name": "op:1"}, {"name": "new"}])
    assert graph.get(AD, fields="adlabels{id}")["adlabels"][0] == {"id": first}
    assert [row["name"] for row in graph.get(f"{DEMO_ACCOUNT}/adlabels", fields="name")["data"]] == [
        "new",
        "op:1",
    ]


@pytest.mark.parametrize("node", EDGES)
def test_labels_on_every_kind(graph, node):
    """Labels join and leave campaigns, ad sets, ads and creatives, and lead back to them."""
    one, two = label(graph, "one"), label(graph, "two")
    assert graph.post(f"{node}/adlabels", adlabels=[{"id": one}]) == {"success": True}
    graph.post(f"{node}/adlabels", adlabels=[{"name": "two"}, {"id": one}])
    assert names(graph, node) == ["one", "two"]
    edge = EDGES[node]
    assert graph.get(f"{one}/{edge}")["data"] == [{"id": node}]
    by = f"{DEMO_ACCOUNT}/{edge}bylabels"
    assert graph.get(by, ad_label_ids=[one, two], operator="ALL")["data"] == [{"id": node}]
    graph.http.request("DELETE", f"{node}/adlabels", params={"adlabels": f'[{{"id":"{one}"}}]'})
    assert names(graph, node) == ["two"]
    assert graph.get(by, ad_label_ids=[one, two], operator="ALL")["data"] == []
    assert graph.get(by, ad_label_ids=[one, two])["data"] == [{"id": node}]


def test_setting_labels_replaces_them(graph):
    """An update of the object sets exactly these labels."""
    graph.post(AD, adlabels=[{"name": "a"}, {"name": "b"}])
    graph.post(AD, adlabels=[{"name": "c"}])
    assert names(graph, AD) == ["c"]
    graph.post(AD, adlabels=[])
    assert names(graph, AD) == []


def test_renamed_and_deleted_labels(graph):
    """A label's name and end reach everything that carries it."""
    one = label(graph, "one")
    for ad in (AD, OTHER):
        graph.post(ad, adlabels=[{"id": one}, {"name": "kept"}])
    graph.post(one, name="uno")
    assert names(graph, AD) == ["uno", "kept"]
    assert graph.http.delete(one).json() == {"success": True}
    assert names(graph, AD) == names(graph, OTHER) == ["kept"]
    assert label(graph, "uno") != one


def test_archived_ads_show_by_label_when_asked_for(graph):
    """Lookup by label hides what other lists hide."""
    one = label(graph, "one")
    graph.post(AD, adlabels=[{"id": one}])
    graph.post(AD, status="ARCHIVED")
    by = f"{DEMO_ACCOUNT}/adsbylabels"
    assert graph.get(by, ad_label_ids=[one])["data"] == []
    assert graph.get(by, ad_label_ids=[one], effective_status=["ARCHIVED"])["data"] == [{"id": AD}]


def test_labels_at_creation(graph):
    """Several new labels of one creation get ids of their own."""
    sent = {"name": "A", "adset_id": ADSET, "creative": {"creative_id": CREATIVE}, "status": "PAUSED"}
    ad = graph.post(f"{DEMO_ACCOUNT}/ads", **sent, adlabels=[{"name": "x"}, {"name": "y"}])["id"]
    ids = {row["id"] for row in graph.get(ad, fields="adlabels")["adlabels"]}
    assert len(ids | {ad}) == 3
    assert graph.get(f"{DEMO_ACCOUNT}/adsbylabels", ad_label_ids=sorted(ids), operator="ALL")["data"] == [
        {"id": ad}
    ]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (f"{AD}/adlabels", {}),
        (f"{AD}/adlabels", {"adlabels": [{"id": "999"}]}),
        (f"{AD}/adlabels", {"adlabels": ["x"]}),
        (f"{AD}/adlabels", {"adlabels": {"name": "x"}}),
        (AD, {"adlabels": [{"id": CAMPAIGN}]}),
        (f"{DEMO_ACCOUNT}/adlabels", {"name": " "}),
    ],
)
def test_refused_labels(graph, path, params):
    """Labels that are none are refused, and nothing is made."""
    assert graph.error("POST", path, **params)["code"] == 100
    assert graph.get(f"{DEMO_ACCOUNT}/adlabels")["data"] == []


def test_lookup_needs_labels(demo):
    """Without label ids the lookup is refused, as is an unknown operator."""
    by = f"{DEMO_ACCOUNT}/adsbylabels"
    assert (
        demo.error("GET", by)["code"]
        == demo.error("GET", by, ad_label_ids=["1"], operator="SOME")["code"]
        == 100
    )
