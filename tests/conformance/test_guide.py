"""Every curl command of the Meta Ads Kit guide, run by bash: only the address and the placeholders are filled in.

Where the guide is wrong about Meta (docs/graph-api.md §10), the sandbox does as Meta does, and the test says so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import NoneType
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox import DEMO_ACCOUNT

COMMANDS = dict(
    re.findall(
        r"^#: (.+)\n([\s\S]+?)(?=^#: |\Z)",
        Path(__file__).with_name("guide_commands.sh").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
MISSING = [tool for tool in ("bash", "curl", "jq") if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"this machine has no {' and no '.join(MISSING)}")
ADSET, AD, CREATIVE = "23847000000001", "23848000000002", "23849000000002"
MADE = {"name": "Elided", "adset_id": ADSET, "creative": {"creative_id": CREATIVE}, "status": "PAUSED"}
"""What stands for the bodies that the guide leaves out."""

SHAPES: dict[str, Any] = {
    "who am I": {"id": str},
    "ad accounts": {"id": str, "name": str, "account_status": int, "currency": str},
    "upload an image": {"images": {"hero-v1.jpg": {"hash": str, "url": str, "width": int, "height": int}}},
    "create a creative": {"id": str},
    "create an ad": {"id": str},
    "insights of an ad": {
        "data": [
            dict.fromkeys(
                ("impressions", "clicks", "ctr", "spend", "cpc", "date_start", "date_stop"),
                str,
            )
        ]
    },
    "activate an ad": {"success": bool},
    "pause an ad": {"success": bool},
    "upload with retry": {"id": str},
    "retry with backoff": {"id": str},
    "retry by error": {"id": str},
    "replay a request": {"id": str},
    "inspect a creative": {"id": str, "name": str, "status": str, "object_story_spec": {"page_id": str}},
    # The guide calls it `valid`; Meta's name is `is_valid`, so jq finds nothing.
    "how long the token lasts": {"valid": NoneType, "expires_at": int, "scopes": [str]},
}
TEXTS = {
    "keep the hash of an image": r"^Image hash: [0-9a-f]{32}$",
    "a fresh hash": r"^[0-9a-f]{32}$",
    "is the token valid": r"^null$",
    "quick test of the token": r"^Token valid$",
    "verbose": r'< HTTP/1.1 200 OK[\s\S]*\{"id":"\d+"\}',
    "rate limit headers": r"^HTTP/1.1 200 OK",
    "how long to wait": r"^x-business-use-case-usage: \{",
}


@pytest.fixture
def run(server, picture, tmp_path):
    """Run a command with an address and values for its placeholders; gives what it wrote."""

    def ran(name: str, to: Any = server, **placeholders: str) -> str:
        token = placeholders.get("FACEBOOK_ACCESS_TOKEN", "sandbox-token")
        body = MADE | {"access_token": token}
        form = urlencode(body | {"creative": json.dumps(body["creative"])})
        command = COMMANDS[name].replace("https://graph.facebook.com", to.url)
        command = command.replace("'...'", f"'{form}'").replace("'{...}'", f"'{json.dumps(body)}'")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "FACEBOOK_ACCESS_TOKEN": token,
            "META_AD_ACCOUNT": DEMO_ACCOUNT,
            "IMAGE_NAME": "hero-v1.jpg",
            "IMAGE_PATH": str(picture),
            "IMAGE_HASH": "6d0a1e9e1c55a1d4dd4dcf1d5f6aa4c4",
            "PAGE_ID": "104200000000001",
            "ADSET_ID": ADSET,
            "AD_ID": AD,
            "CREATIVE_ID": CREATIVE,
        }
        done = subprocess.run(
            ["bash", "-c", command],
            env=environment | placeholders,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout or done.stderr

    return ran


def fits(value: Any, shape: Any) -> bool:
    """Tell whether a value has every part of a shape, of the right types."""
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(n in value and fits(value[n], s) for n, s in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and bool(value) and all(fits(item, shape[0]) for item in value)
    return isinstance(value, shape)


def test_every_command_is_judged():
    """No command of the guide is run without looking at what it wrote."""
    assert COMMANDS.keys() == SHAPES.keys() | TEXTS.keys()


@pytest.mark.parametrize("name", SHAPES)
def test_documented_fields_are_there(run, name):
    """The JSON has the fields that the guide shows."""
    uploaded = json.loads(run("upload an image"))["images"]["hero-v1.jpg"]["hash"]
    answer, _ = json.JSONDecoder().raw_decode(run(name, IMAGE_HASH=uploaded))
    assert fits(answer, SHAPES[name]), answer


@pytest.mark.parametrize("name", TEXTS)
def test_documented_texts_are_there(run, name):
    """What is no JSON reads as the guide shows."""
    assert re.search(TEXTS[name], run(name).strip(), re.MULTILINE)


def test_usage_is_in_percent(run):
    """The header has the fields of the guide; they are percentages of the allowance, not calls and seconds."""
    header = run("how long to wait").partition(": ")[2]
    (usage, *_) = json.loads(header)[DEMO_ACCOUNT.removeprefix("act_")]
    names = ("call_count", "total_cputime", "total_time", "estimated_time_to_regain_access")
    assert usage["type"] == "ads_management"
    assert all(0 <= usage[name] <= 100 for name in names)


def test_v22_has_ended(run):
    """The guide's version lives on automatic upgrade since February 2026, and every answer says so."""
    assert "x-ad-api-version-warning: The call has been auto-upgraded" in run("rate limit headers")


def test_what_is_made_can_be_seen(run, server):
    """The ad is PAUSED in its ad set and carries its creative; activated, it goes to review."""
    creative = json.loads(run("create a creative", IMAGE_HASH=_uploaded(run)))["id"]
    ad = json.loads(run("create an ad", CREATIVE_ID=creative))["id"]
    feed = json.loads(run("inspect a creative", CREATIVE_ID=creative))["asset_feed_spec"]
    assert feed["titles"][0]["text"] == "AI That Reads Your Receipts"
    assert server.objects()[ad]["status"] == "PAUSED"
    assert server.objects()[ad]["creative_id"] == creative
    run("activate an ad", AD_ID=ad)
    assert server.objects()[ad]["status"] == "ACTIVE"
    run("pause an ad", AD_ID=ad)
    assert server.objects()[ad]["status"] == "PAUSED"


def test_the_bundle_of_enhancements_ends_with_v22(run, monkeypatch):
    """The guide's creative carries `standard_enhancements`; from v23.0 on that is refused (100/3858504)."""
    later = COMMANDS["create a creative"].replace("/v22.0/", "/v26.0/")
    monkeypatch.setitem(COMMANDS, "create a creative", later)
    error = json.loads(run("create a creative", IMAGE_HASH=_uploaded(run)))["error"]
    assert (error["code"], error["error_subcode"]) == (100, 3858504)


def test_error_structure(run):
    """An error has the fields of the guide; an unknown hash is code 100."""
    error = json.loads(run("create a creative", IMAGE_HASH="0" * 32))["error"]
    assert error["code"] == 100
    assert {"message", "type", "fbtrace_id"} <= error.keys()


def test_an_expired_token_is_code_190(run):
    """The guide's script tells an expired token by its code."""
    assert run("retry by error", FACEBOOK_ACCESS_TOKEN="sandbox-expired").startswith("Token expired")
    assert run("quick test of the token", FACEBOOK_ACCESS_TOKEN="sandbox-expired").startswith("Token invalid")


def test_a_throttle_is_not_code_294(run, own_server):
    """The guide waits for 294; a throttled account is 17/2446079, which its script does not know."""
    own_server.order({"path": f"/{DEMO_ACCOUNT}/ads", "error": {"code": 17, "subcode": 2446079}})
    assert run("retry by error", to=own_server).startswith("Unknown error 17")


def test_code_294_is_a_missing_permission(run):
    """A token that may only read gets the 294 that the guide takes for a throttle."""
    error = json.loads(run("pause an ad", FACEBOOK_ACCESS_TOKEN="sandbox-readonly"))["error"]
    assert error["code"] == 294
    assert "ads_management" in error["message"]


def _uploaded(run) -> str:
    return json.loads(run("upload an image"))["images"]["hero-v1.jpg"]["hash"]
