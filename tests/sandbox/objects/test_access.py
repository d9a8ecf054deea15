"""Tokens, scopes, headers, and what is said backstage."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import png

AD = "23848000000001"


@pytest.mark.parametrize(
    "send",
    [
        {"headers": {"authorization": "Bearer sandbox-token"}},
        {"params": {"access_token": "sandbox-token"}},
        {"data": {"access_token": "sandbox-token"}},
        {"json": {"access_token": "sandbox-token"}},
        {"data": {"access_token": "sandbox-token"}, "files": {"f": ("f", b"f")}},
    ],
)
def test_places_of_the_token(connect, graph, send):
    """The token is taken from header, query, form, JSON or multipart."""
    bare = connect(graph.app, "")
    del bare.http.headers["authorization"]
    method = "GET" if "params" in send else "POST"
    assert bare.http.request(method, AD, **send).status_code == 200


@pytest.mark.parametrize(
    ("token", "code", "subcode", "text"),
    [
        ("", 190, None, "An access token is required"),
        ("guess", 190, None, "Invalid OAuth access token"),
        ("sandbox-expired", 190, 463, "Error validating access token: Session has expired"),
    ],
)
def test_bad_tokens(connect, demo, *, token, code, subcode, text):
    """A missing, unknown or expired token is told apart."""
    error = connect(demo.app, token).error("GET", AD)
    assert (error["code"], error.get("error_subcode"), error["http"]) == (code, subcode, 400)
    assert error["message"].startswith(text)


def test_readonly_token(connect, graph):
    """A token without ads_management reads, and its writes fail with 294 and change nothing."""
    weak = connect(graph.app, "sandbox-readonly")
    assert weak.get(AD, fields="status")["status"] == "ACTIVE"
    error = weak.error("POST", AD, status="PAUSED")
    assert (error["code"], error["http"]) == (294, 403)
    assert weak.http.delete(AD).status_code == 403
    assert graph.get(AD, fields="status")["status"] == "ACTIVE"
    granted = {row["permission"]: row["status"] for row in weak.get("me/permissions")["data"]}
    assert (granted["ads_read"], granted["ads_management"]) == ("granted", "declined")


@pytest.mark.parametrize(
    ("token", "valid"), [("sandbox-token", True), ("sandbox-expired", False), ("x", False)]
)
def test_debug_token(demo, token, valid):
    """A token's state is a good answer even when the token is not."""
    about = demo.get("debug_token", input_token=token)["data"]
    assert about["is_valid"] is valid
    assert ("error" in about) is not valid


def test_usage_headers(graph):
    """Every answer says how much is used; writes cost more than reads."""
    answers = [graph.http.get("me"), *[graph.http.post(AD, data={"name": f"n{i}"}) for i in range(40)]]
    used = [json.loads(answer.headers["x-ad-account-usage"])["acc_id_util_pct"] for answer in answers]
    assert used[0] < used[-1] < 5
    business = json.loads(answers[-1].headers["x-business-use-case-usage"])["123456789"][0]
    assert business["type"] == "ads_management"
    assert 0 < business["call_count"] < 10
    assert answers[0].headers["facebook-api-version"] == "v26.0"
    assert graph.http.get("http://sandbox/v24.0/me").headers["facebook-api-version"] == "v24.0"


def test_request_log_keeps_no_token(graph):
    """The log of requests names methods, paths and parameters, and no token however it was sent."""
    graph.get(AD, fields="name")
    graph.http.get("me", params={"access_token": "sandbox-token"})
    graph.get("debug_token", input_token="sandbox-expired")
    graph.batch({"method": "POST", "relative_url": f"{AD}?access_token=EAAsecret", "body": "status=PAUSED"})
    graph.http.post(f"{DEMO_ACCOUNT}/adimages", files={"f": ("a.png", png())})
    answer = graph.http.get("http://sandbox/sandbox/requests")
    log = answer.json()["data"]
    assert log[0] == {"method": "GET", "path": f"/{AD}", "params": {"fields": "name"}}
    assert {"method": "POST", "path": f"/{AD}", "params": {"status": "PAUSED"}, "in_batch": True} in log
    assert log[-1]["files"] == ["a.png"]
    assert not any(secret in answer.text for secret in ("sandbox-token", "sandbox-expired", "EAAsecret"))


@pytest.mark.parametrize(
    "params",
    [
        {"client_secret": "s3cret", "fb_exchange_token": "s3cret"},
        {"name": "access_token=s3cret"},
        {"name": "EAAs3cret0123456789012345"},
        {"name": "910000000000001|sandbox-secret"},
    ],
)
def test_request_log_hides_secrets_in_odd_places(graph, params):
    """A secret under another name, or inside a text, is not shown either."""
    graph.http.post(f"{AD}/sandbox-token", data=params)
    text = graph.http.get("http://sandbox/sandbox/requests").text
    assert "s3cret" not in text
    assert "sandbox-" not in text


PROOF = hmac.new(b"sandbox-secret", b"sandbox-token", hashlib.sha256).hexdigest()


def test_the_right_proof_is_taken(graph):
    """`appsecret_proof` made of the token with the app's secret passes, alone and for a batch."""
    assert graph.get(AD, fields="id", appsecret_proof=PROOF)["id"] == AD
    assert graph.batch({"method": "GET", "relative_url": AD}, appsecret_proof=PROOF)[0]["code"] == 200


@pytest.mark.parametrize("proof", ["", PROOF[:-1], PROOF.upper(), "é"])
def test_a_wrong_proof_is_refused(graph, proof):
    """A proof of another token or secret is refused, and a write with it does nothing."""
    for path, params in ((AD, {"status": "PAUSED"}), ("", {"batch": [{"relative_url": AD}]})):
        error = graph.error("POST", path, appsecret_proof=proof, **params)
        assert (error["code"], error["type"]) == (100, "GraphMethodException")
    assert graph.get(AD, fields="status")["status"] == "ACTIVE"


def test_nothing_unforeseen_leaves_a_traceback(graph):
    """Strange requests get Graph errors."""
    strange = [
        graph.http.post(AD, content=b"{oops", headers={"content-type": "application/json"}),
        graph.http.post(AD, content=b"[1]", headers={"content-type": "application/json"}),
        graph.http.post(AD, content=b"no boundary", headers={"content-type": "multipart/form-data"}),
        graph.http.post(AD, content=b"\xff\xfe=1&creative=%ff"),
        graph.http.get(f"{AD}/insights", params={"fields": "[1"}),
        graph.http.get(AD, params={"fields": ",".join(["name"] * 1000) + "}"}),
        graph.http.post("me", data={"name": "x"}),
        graph.http.post(f"{AD}/previews"),
        graph.http.get("/%00/%ff"),
        graph.http.get("http://sandbox/sandbox/secrets"),
    ]
    assert all(400 <= answer.status_code < 500 and "code" in answer.json()["error"] for answer in strange)
