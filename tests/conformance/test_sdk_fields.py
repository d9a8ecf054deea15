"""Every field the official SDK knows may be asked for, and what comes has the type the SDK expects.

The SDK warns of a value whose type it does not expect, and warnings are errors here.
"""

from __future__ import annotations

from importlib import import_module

import pytest

from sandbox import DEMO_ACCOUNT
from tests.conformance.conftest import NO_SDK

pytest.importorskip("facebook_business", reason=NO_SDK)

WRITTEN_ONLY = {
    "execution_options",
    "filename",
    "adbatch",
    "video_file_chunk",
    "bytes",
    "copy_from",
    "zipbytes",
}
REPORT = {"async_status", "async_percent_completion", "is_running", "is_async_export", "time_completed"}
"""An async report's class mixes its fields with the parameters of the question; these are fields."""
NODES = {
    "AdAccount": DEMO_ACCOUNT,
    "Campaign": "23846000000001",
    "AdSet": "23847000000001",
    "Ad": "23848000000010",
    "AdCreative": "23849000000001",
    "AdsPixel": "520000000000001",
    "Page": "104200000000001",
    "Business": "330000000000001",
    "User": "122100000000001",
}
EDGES = {
    "AdImage": "get_ad_images",
    "Campaign": "get_campaigns",
    "AdSet": "get_ad_sets",
    "Ad": "get_ads",
    "AdCreative": "get_ad_creatives",
}


def fields_of(name: str) -> list[str]:
    """Give the fields of a class of the SDK."""
    fields = vars(class_of(name).Field)
    return sorted({v for k, v in fields.items() if not k.startswith("_")} - WRITTEN_ONLY)


def class_of(name: str) -> type:
    """Give a class of the SDK."""
    return getattr(import_module(f"facebook_business.adobjects.{name.lower()}"), name)


@pytest.mark.parametrize("name", NODES)
def test_all_fields_of_an_object(connect, name):
    """One request asks for them all."""
    found = class_of(name)(NODES[name], api=connect()).api_get(fields=fields_of(name))
    assert found["id"] == NODES[name]
    assert found["name"]


@pytest.mark.parametrize("name", EDGES)
def test_all_fields_of_a_list(account, name):
    """So does a list."""
    found = list(getattr(account, EDGES[name])(fields=fields_of(name), params={"limit": 100}))
    assert found
    assert all(one["id"] for one in found)


def test_fields_of_a_report(account):
    """The state of a report has the types of its class."""
    run = account.get_insights(params={"date_preset": "last_7d"}, is_async=True)
    run.api_get(fields=sorted(REPORT))
    assert run["async_percent_completion"] < 100
