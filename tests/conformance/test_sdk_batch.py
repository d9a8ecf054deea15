"""The official SDK sends batches: fifty at once, with failures, files, unfinished items."""

from __future__ import annotations

import json

import pytest

from sandbox import DEMO_ACCOUNT
from tests.conformance.conftest import NO_SDK

pytest.importorskip("facebook_business", reason=NO_SDK)

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adimage import AdImage
from facebook_business.exceptions import FacebookRequestError


def numbered(first: int, count: int) -> list[str]:
    """Give the ids of ads of the demo account."""
    return [str(23_848_000_000_000 + number) for number in range(first, first + count)]


class Answers:
    """Collects what a batch calls back."""

    def __init__(self) -> None:
        self.good: list = []
        self.bad: list = []

    def add(self, batch, request) -> None:
        """Add a request of the SDK to a batch."""
        request.add_to_batch(batch, success=self.good.append, failure=self.bad.append)


def test_fifty_reads(connect):
    """Fifty reads go in one request and come back in order, each with its headers."""
    api, answers = connect(), Answers()
    batch = api.new_batch()
    for ad_id in numbered(1, 50):
        answers.add(batch, Ad(ad_id, api=api).api_get(fields=["name"], pending=True))
    assert batch.execute() is None
    assert [answer.json()["id"] for answer in answers.good] == numbered(1, 50)
    headers = {header["name"].lower() for header in answers.good[0].headers()}
    assert "x-business-use-case-usage" in headers


def test_fifty_one_are_refused(connect):
    """More than fifty fail as a whole."""
    api, answers = connect(), Answers()
    batch = api.new_batch()
    for ad_id in numbered(1, 51):
        answers.add(batch, Ad(ad_id, api=api).api_get(fields=["name"], pending=True))
    with pytest.raises(FacebookRequestError) as refused:
        batch.execute()
    assert refused.value.api_error_type() == "GraphBatchException"


def test_fifty_writes(connect, own_server):
    """Fifty updates go in one request; the objects have changed."""
    api, answers = connect(to=own_server), Answers()
    batch = api.new_batch()
    for ad_id in numbered(12, 20):
        answers.add(batch, Ad(ad_id, api=api).api_update(params={"status": "PAUSED"}, pending=True))
    assert batch.execute() is None
    assert len(answers.good) == 20
    assert {Ad(i, api=api).api_get(fields=["status"])["status"] for i in numbered(12, 20)} == {"PAUSED"}
    assert sum(asked.get("in_batch", False) for asked in own_server.requests()) == 20


def test_one_bad_item_spoils_no_other(connect):
    """A failed item calls back with its own error."""
    api, answers = connect(), Answers()
    batch = api.new_batch()
    for ad_id in (*numbered(1, 2), "404"):
        answers.add(batch, Ad(ad_id, api=api).api_get(fields=["name"], pending=True))
    batch.execute()
    assert len(answers.good) == 2
    error = answers.bad[0].error()
    assert (error.api_error_code(), error.api_error_subcode(), error.http_status()) == (100, 33, 400)


def test_unfinished_items_come_back_as_a_new_batch(connect, own_server):
    """For a null item the SDK gives a batch to send again, and that works."""
    own_server.order({"path": "/", "null_items": [1]})
    api, answers = connect(to=own_server), Answers()
    batch = api.new_batch()
    for ad_id in numbered(1, 3):
        answers.add(batch, Ad(ad_id, api=api).api_get(fields=["name"], pending=True))
    rest = batch.execute()
    assert len(rest) == 1
    assert rest.execute() is None
    assert sorted(answer.json()["id"] for answer in answers.good) == numbered(1, 3)


def test_a_picture_in_a_batch(connect, picture):
    """Files are attached to their item."""
    api, answers = connect(), Answers()
    batch = api.new_batch()
    account = AdAccount(DEMO_ACCOUNT, api=api)
    with picture.open("rb") as opened:
        request = account.create_ad_image(params={"name": "hero"}, pending=True)
        batch.add(
            "POST",
            [DEMO_ACCOUNT, "adimages"],
            files={"source0": opened},
            success=answers.good.append,
            request=request,
        )
        batch.execute()
    (image,) = answers.good[0].json()["images"].values()
    found = account.get_ad_images(fields=[AdImage.Field.width], params={"hashes": [image["hash"]]})
    assert [i["width"] for i in found] == [1080]


def test_one_item_uses_what_another_made(connect):
    """`{result=name:$.id}` is filled in; the answer it was taken from is left out unless asked for."""
    body = "name=Chained&objective=OUTCOME_SALES&status=PAUSED&special_ad_categories=%5B%5D&daily_budget=5000"
    made = {"method": "POST", "relative_url": f"{DEMO_ACCOUNT}/campaigns", "body": body, "name": "made"}
    read = {"method": "GET", "relative_url": "{result=made:$.id}?fields=name"}
    first, second = connect().call("POST", (), params={"batch": [made, read]}).json()
    assert first is None
    assert json.loads(second["body"])["name"] == "Chained"
