"""Batches: outcomes per item, references between items, files."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET, PAGE, png

AD = "23848000000001"


def test_outcomes_are_per_item(graph):
    """One bad item leaves the others alone; versions and slashes in front do not matter."""
    rows = graph.batch(
        {"method": "POST", "relative_url": AD, "body": "status=PAUSED"},
        {"method": "GET", "relative_url": f"/v26.0/{AD}/?fields=status"},
        {"method": "GET", "relative_url": "999"},
        {"method": "DELETE", "relative_url": "23848000000002"},
    )
    assert [row["code"] for row in rows] == [200, 200, 400, 200]
    assert rows[1]["body"] == {"status": "PAUSED", "id": AD}
    assert rows[2]["body"]["error"]["error_subcode"] == 33
    assert "x-app-usage" in {header["name"] for header in rows[0]["headers"]}


def test_references(graph):
    """An item uses the id another made; the maker's answer is left out unless asked for."""
    story = json.dumps({"page_id": PAGE, "link_data": {"link": "https://northwind.example/"}})
    make = {
        "method": "POST",
        "name": "c",
        "relative_url": f"{DEMO_ACCOUNT}/adcreatives",
        "body": urlencode({"object_story_spec": story}),
    }
    ad = {"name": "A", "adset_id": ADSET, "creative": '{"creative_id":"{result=c:$.id}"}'}
    use = {"method": "POST", "name": "a", "relative_url": f"{DEMO_ACCOUNT}/ads", "body": urlencode(ad)}
    read = {"method": "GET", "relative_url": "{result=a:$.id}?fields=name,creative"}
    hidden, also_hidden, shown = graph.batch(make, use, read)
    assert hidden is also_hidden is None
    assert shown["body"]["name"] == "A"
    kept = graph.batch({**make, "omit_response_on_success": False}, {**use, "name": ""})
    assert kept[1]["body"]["id"]
    assert kept[0]["body"]["id"] != shown["body"]["creative"]["id"]


def test_lists_of_results(graph):
    """A path with a star gives all values, joined by commas."""
    first = {"name": "ads", "relative_url": f"{ADSET}/ads?limit=3", "omit_response_on_success": False}
    condition = '[{"field":"ad.id","operator":"IN","value":["{result=ads:$.data[0].id}"]}]'
    second = {"relative_url": f"{DEMO_ACCOUNT}/ads?" + urlencode({"filtering": condition})}
    listed, found = graph.batch(first, second)
    assert found["body"]["data"] == listed["body"]["data"][:1]


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("$.data.*.id", [0, 1]),
        ("$.data[*].id", [0, 1]),
        ("$['data'][*]['id']", [0, 1]),
        ("$.data[0].id", [0]),
        ("$.data[1]['id']", [1]),
    ],
)
def test_ways_through_a_result(graph, path, taken):
    """Stars, numbers and quoted keys lead through a result; several values are joined by commas."""
    first = {"name": "ads", "relative_url": f"{ADSET}/ads?limit=2", "omit_response_on_success": False}
    rename = {"method": "POST", "relative_url": AD, "body": f"name={{result=ads:{path}}}"}
    listed, _ = graph.batch(first, rename)
    ids = [row["id"] for row in listed["body"]["data"]]
    assert graph.get(AD, fields="name")["name"] == ",".join(ids[place] for place in taken)


def test_depends_on_waits_for_success(graph):
    """`depends_on` alone makes an item follow another, and leaves the other's answer out."""
    bad = {"method": "POST", "name": "a", "relative_url": AD, "body": "status=FLYING"}
    after = {"method": "POST", "relative_url": "23848000000002", "body": "status=PAUSED", "depends_on": "a"}
    assert [row["code"] for row in graph.batch(bad, after)] == [400, 400]
    assert graph.get("23848000000002", fields="status")["status"] == "ACTIVE"
    first, second = graph.batch({**bad, "body": "status=PAUSED"}, after)
    assert (first, second["code"]) == (None, 200)


def test_items_take_the_batchs_version(graph):
    """An item without a version is of the batch's; one with a version is of its own."""
    items = json.dumps([{"relative_url": AD}, {"relative_url": f"v25.0/{AD}"}])
    rows = graph.http.post("http://sandbox/v24.0/", data={"batch": items}).json()
    versions = [
        next(h["value"] for h in row["headers"] if h["name"] == "facebook-api-version") for row in rows
    ]
    assert versions == ["v24.0", "v25.0"]


def test_files_of_several_items(graph):
    """Two items take their own parts of one multipart batch, videos as well as images."""
    items = [
        {"method": "POST", "relative_url": f"{DEMO_ACCOUNT}/adimages", "attached_files": "one,two"},
        {"method": "POST", "relative_url": f"{DEMO_ACCOUNT}/advideos", "attached_files": "three"},
    ]
    files = {"one": ("a.png", png()), "two": ("b.png", png("red")), "three": ("c.mp4", b"abc")}
    images, video = graph.http.post("", data={"batch": json.dumps(items)}, files=files).json()
    assert json.loads(images["body"])["images"].keys() == {"a.png", "b.png"}
    assert graph.get(f"{DEMO_ACCOUNT}/advideos")["data"][0]["id"] == json.loads(video["body"])["id"]


@pytest.mark.parametrize("url", ["//[x", "//", "?", "https://graph.facebook.com/v26.0/me"])
def test_odd_addresses_fail_alone(graph, url):
    """An address that is none fails its item only."""
    odd, good = graph.batch({"relative_url": url}, {"relative_url": AD})
    assert (odd["code"], good["code"]) == (400, 200)


def test_failed_parent_fails_the_child(graph):
    """What depends on a failed item fails too, and nothing is made."""
    make = {"method": "POST", "name": "c", "relative_url": f"{DEMO_ACCOUNT}/adcreatives", "body": ""}
    use = {"method": "POST", "relative_url": f"{DEMO_ACCOUNT}/ads", "body": "creative={result=c:$.id}"}
    assert [row["code"] for row in graph.batch(make, use)] == [400, 400]


def test_files(graph):
    """Images attached to the batch belong to the items that name their part."""
    item = {"method": "POST", "relative_url": f"{DEMO_ACCOUNT}/adimages", "attached_files": "one"}
    answer = graph.http.post(
        "", data={"batch": json.dumps([item])}, files={"one": ("a.png", png()), "two": ("b.png", png("red"))}
    )
    assert json.loads(answer.json()[0]["body"])["images"].keys() == {"a.png"}


def test_without_headers(graph):
    """`include_headers=false` drops the headers of the items."""
    (row,) = graph.batch({"relative_url": "me"}, include_headers="false")
    assert row.keys() == {"code", "body"}


@pytest.mark.parametrize("items", [[{"relative_url": "me"}] * 51, [], [5], "{}"])
def test_refused_batches(graph, items):
    """More than fifty items, or none, fail as a whole."""
    assert graph.error("POST", "", batch=items)["code"] == 100


def test_too_many_is_a_batch_exception(graph):
    """Too many items have an error type of their own."""
    assert graph.error("POST", "", batch=[{"relative_url": "me"}] * 51)["type"] == "GraphBatchException"


def test_items_are_authorised_one_by_one(connect, graph):
    """A weak token fails its writes only, and an item may bring its own token."""
    weak = connect(graph.app, "sandbox-readonly")
    rows = weak.batch(
        {"method": "POST", "relative_url": AD, "body": "status=PAUSED"},
        {"relative_url": AD},
        {"method": "POST", "relative_url": AD, "body": "status=PAUSED&access_token=sandbox-token"},
    )
    assert [row["code"] for row in rows] == [403, 200, 200]
