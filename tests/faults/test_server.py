"""The server of the histories stands alone, and each fault does what its name says."""

import json
import subprocess
import sys

import httpx
import pytest

from tests.faults import faults
from tests.faults.account import ACCOUNT, demo_account
from tests.faults.clock import Clock
from tests.faults.server import LISTED_S, TOKEN, GraphServer


class Plain:
    """A client of a few lines: it asks the server without any of the product's code."""

    def __init__(self, page_rows: int = 500) -> None:
        self.clock = Clock()
        self.server = GraphServer(demo_account(self.clock), page_rows)
        self.http = httpx.Client(
            transport=self.server,
            base_url="http://graph/v26.0/",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )

    def get(self, path, **params):
        return self.http.get(path, params={k: _text(v) for k, v in params.items()}).json()

    def post(self, path, **params):
        return self.http.post(path, data={k: _text(v) for k, v in params.items()}).json()

    def ids(self, edge, **params):
        return {row["id"] for row in self.get(edge, limit=500, **params)["data"]}


def _text(value):
    return value if isinstance(value, str) else json.dumps(value)


@pytest.fixture
def plain() -> Plain:
    return Plain()


def test_nothing_of_the_product_is_behind_the_server():
    """A mistake in the client or the sandbox cannot be mirrored: their code is not even loaded."""
    code = (
        "import sys, tests.faults.faults; "
        "print([m for m in sys.modules if m.split('.')[0] in ('agent', 'tools', 'sandbox')])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == "[]", ran.stderr


@pytest.mark.parametrize("fault", faults.EVERY_WRITE_FAULT, ids=repr)
def test_a_fault_executes_what_its_name_says(plain, fault):
    """Of a batch of two, "before", throttled and refused ones execute nothing of what they hit, "after" everything."""
    plain.server.script_writes = [fault]
    items = [{"method": "POST", "relative_url": ad, "body": "status=PAUSED"} for ad in ("3000", "3001")]
    try:
        plain.http.post("", data={"batch": json.dumps(items)})
    except httpx.RequestError:
        plain.clock.sleep(60)
        plain.server.account.catch_up()
    paused = len(plain.server.account.commits)
    if any(word in fault.name for word in ("after", "late", "slow", "too short")):
        assert paused == 2
    else:
        assert paused == ("items" in fault.name)


def test_a_list_is_read_in_pages():
    """A page says when there is more, and how to get it."""
    plain = Plain(page_rows=7)
    found, after = [], {}
    while True:
        page = plain.get(f"{ACCOUNT}/ads", fields="id", limit="50", **after)
        found += [row["id"] for row in page["data"]]
        if "next" not in page.get("paging", {}):
            break
        after = {"after": page["paging"]["cursors"]["after"]}
    assert len(found) == len(set(found)) == 60


def test_lists_show_neither_deleted_nor_unasked_archived_ads(plain):
    """Deleted ads are only found by their id, archived ones when asked for."""
    plain.http.delete("3000")
    plain.post("3001", status="ARCHIVED")
    assert not {"3000", "3001"} & plain.ids(f"{ACCOUNT}/ads")
    assert plain.ids(f"{ACCOUNT}/ads", effective_status=["ARCHIVED"]) == {"3001"}
    assert plain.get("3000", fields="status") == {"status": "DELETED"}


def test_fields_reach_into_parents(plain):
    """Only what was asked for is shown, parents in braces."""
    condition = [{"field": "ad.id", "operator": "IN", "value": ["3004"]}]
    fields = "id,effective_status,adset{name,campaign_id},campaign{name},creative{id}"
    assert plain.get(f"{ACCOUNT}/ads", fields=fields, filtering=condition)["data"] == [
        {
            "id": "3004",
            "effective_status": "PAUSED",
            "adset": {"name": "Set 4", "campaign_id": "12"},
            "campaign": {"name": "Winter"},
            "creative": {"id": "41"},
        }
    ]


def test_a_new_ad_is_listed_late_and_found_by_its_id(plain):
    """A stale read hides what is new from lists."""
    spec = {
        "adset_id": "20",
        "creative": {"creative_id": "40"},
        "status": "PAUSED",
        "adlabels": [{"name": "m"}],
    }
    new = plain.post(f"{ACCOUNT}/ads", name="N", **spec)["id"]
    plain.server.script_reads = [faults.OLDEST]
    assert new not in plain.ids("20/ads")
    assert new in plain.ids("20/ads")
    plain.clock.sleep(LISTED_S)
    plain.server.script_reads = [faults.OLDEST]
    assert new in plain.ids("20/ads")
    assert plain.get(new, fields="adlabels")["adlabels"] == [{"name": "m"}]


def test_the_activity_log_says_what_happened(plain):
    """Newest first, each with what it was and what it became."""
    plain.post("20", daily_budget="3100")
    plain.post("3000", status="PAUSED")
    pause, budget = plain.get(f"{ACCOUNT}/activities")["data"]
    assert (pause["event_type"], pause["object_id"]) == ("update_ad_run_status", "3000")
    assert budget["event_type"] == "update_ad_set_budget"
    assert json.loads(budget["extra_data"]) == {
        "field": "daily_budget",
        "old_value": "3000",
        "new_value": "3100",
    }


def test_the_same_bytes_are_one_image(plain):
    """An upload may be repeated."""
    hashes = {
        plain.http.post(f"{ACCOUNT}/adimages", files={"source": (name, b"same", "image/png")}).json()[
            "images"
        ][name]["hash"]
        for name in ("a.png", "b.png")
    }
    assert len(hashes) == len(plain.get(f"{ACCOUNT}/adimages")["data"]) == 1


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("404", {"status": "PAUSED"}, 100),
        ("22", {"status": "PAUSED", "daily_budget": "1"}, None),
        ("24", {"daily_budget": "1"}, 100),
        (f"{ACCOUNT}/ads", {"adset_id": "404", "creative": {"creative_id": "40"}}, 100),
    ],
)
def test_what_cannot_be_done_is_refused(plain, path, params, code):
    """An unknown id, a budget where there is none, an ad without its ad set."""
    assert plain.post(path, **params).get("error", {}).get("code") == code
