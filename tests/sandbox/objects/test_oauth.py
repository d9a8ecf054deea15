"""Tokens are exchanged, issued, asked about and subscribed with, as other clients of Meta do it."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from sandbox import APP_ID, APP_SECRET, APP_TOKEN, DEMO_ACCOUNT
from tests.sandbox.conftest import PAGE

USER, BUSINESS = "122100000000001", "330000000000001"
APP = {"client_id": APP_ID, "client_secret": APP_SECRET}
BACK = "https://northwind.example/back"
EXCHANGE = APP | {"grant_type": "fb_exchange_token"}


@pytest.fixture
def nobody(connect, graph):
    """A client without a token."""
    return connect(graph.app, "")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_persons_token_lasts_longer_after_an_exchange(connect, graph, nobody, method):
    """Sixty days, with the same scopes; then it is over (190/463)."""
    ask = getattr(nobody, method)
    given = ask("oauth/access_token", **EXCHANGE, fb_exchange_token="sandbox-user-token")
    assert (given["token_type"], given["expires_in"]) == ("bearer", 60 * 86400)
    token = given["access_token"]
    assert connect(graph.app, token).get(DEMO_ACCOUNT, fields="currency")["currency"] == "USD"
    about = graph.get("debug_token", input_token=token)["data"]
    assert (about["is_valid"], about["type"], about["app_id"]) == (True, "USER", APP_ID)
    assert about["expires_at"] - about["issued_at"] == 60 * 86400
    world = graph.app.state.world
    world.move(world.clock() + 60 * 86400)
    assert connect(graph.app, token).error("GET", "me")["error_subcode"] == 463
    assert graph.get("debug_token", input_token=token)["data"]["is_valid"] is False


def test_an_exchanged_token_can_no_more_than_before(connect, graph, nobody):
    """Scopes and accounts stay, and a system user's token that never ends goes on so."""
    given = nobody.get("oauth/access_token", **EXCHANGE, fb_exchange_token="sandbox-readonly")
    assert "expires_in" not in given
    assert connect(graph.app, given["access_token"]).error("POST", DEMO_ACCOUNT, name="x")["code"] == 294
    given = nobody.get("oauth/access_token", **EXCHANGE, fb_exchange_token="sandbox-stranger")
    assert connect(graph.app, given["access_token"]).error("GET", DEMO_ACCOUNT)["error_subcode"] == 33
    ending = EXCHANGE | {"set_token_expires_in_60_days": True}
    assert nobody.get("oauth/access_token", **ending, fb_exchange_token="sandbox-token")["expires_in"]


def test_a_code_is_good_once(connect, graph, nobody):
    """It becomes a person's token of an hour and a half; again it is refused."""
    asked = APP | {"redirect_uri": BACK, "code": "sandbox-code-7"}
    given = nobody.get("oauth/access_token", **asked)
    assert given["expires_in"] == 5400
    assert connect(graph.app, given["access_token"]).get("me")["id"] == USER
    assert nobody.error("GET", "oauth/access_token", **asked)["error_subcode"] == 36009


def test_the_apps_own_token(connect, graph, nobody):
    """Client credentials give it, without the secret in it; it is nobody's, and of no account."""
    token = nobody.get("oauth/access_token", **APP, grant_type="client_credentials")["access_token"]
    assert token.startswith(f"{APP_ID}|")
    assert APP_SECRET not in token
    for app in (connect(graph.app, token), connect(graph.app, APP_TOKEN)):
        assert app.get("debug_token", input_token=token)["data"]["type"] == "APP"
        assert app.get("debug_token", input_token="sandbox-token")["data"]["is_valid"]
        assert app.get(APP_ID)["name"] == app.get("app")["name"] == "adsteward sandbox"
        assert (app.error("GET", "me")["code"], app.error("GET", DEMO_ACCOUNT)["code"]) == (2500, 200)
        assert app.error("POST", DEMO_ACCOUNT, name="x")["code"] == 294


@pytest.mark.parametrize(
    ("asked", "code", "subcode"),
    [
        ({}, 101, None),
        ({"client_id": "1"}, 101, None),
        ({"client_id": APP_ID}, 1, None),
        ({"client_id": APP_ID, "client_secret": "guess"}, 1, None),
        (APP, 1, None),
        (APP | {"code": "sandbox-code"}, 191, None),
        (APP | {"code": "sandbox-code-expired", "redirect_uri": BACK}, 100, 36007),
        (APP | {"code": "guess", "redirect_uri": BACK}, 100, 36009),
        (APP | {"grant_type": "password"}, 100, None),
        (EXCHANGE, 1, None),
        (EXCHANGE | {"fb_exchange_token": "guess"}, 190, None),
        (EXCHANGE | {"fb_exchange_token": "sandbox-expired"}, 190, 463),
        (EXCHANGE | {"fb_exchange_token": APP_TOKEN}, 190, None),
    ],
)
def test_refused_exchanges(nobody, asked, code, subcode):
    """What is missing or wrong is an OAuthException with HTTP 400, and changes nothing."""
    error = nobody.error("GET", "oauth/access_token", **asked)
    assert (error["code"], error.get("error_subcode"), error["http"]) == (code, subcode, 400)
    assert error["type"] == "OAuthException"


@pytest.mark.parametrize(
    ("token", "text"),
    [
        (f"{APP_ID}|guess", "Invalid OAuth access token signature."),
        ("1|guess", "Error validating application."),
        ("EAAS" + "0" * 60, "Invalid OAuth access token"),
        ("EAASé", "Invalid OAuth access token"),
    ],
)
def test_tokens_that_nobody_issued(connect, graph, token, text):
    """They are 190, and debug_token says so in a good answer."""
    asked = graph.get("debug_token", input_token=token)["data"]
    assert (asked["is_valid"], asked["error"]["code"], asked["scopes"]) == (False, 190, [])
    given = connect(graph.app, "").error("GET", "me", access_token=token)
    assert (given["code"], given["message"][: len(text)]) == (190, text)


def test_only_those_of_the_app_ask_about_tokens(connect, graph):
    """Anybody else is 100."""
    assert connect(graph.app, "sandbox-stranger").error("GET", "debug_token", input_token="x")["code"] == 100


def test_system_users_are_listed_and_get_tokens(connect, graph):
    """With the scopes that were asked for, and a proof if one is sent."""
    (user,) = graph.get(f"{BUSINESS}/system_users", fields="id,name,role")["data"]
    assert (user["id"], user["role"]) == (USER, "ADMIN")
    assert graph.get(f"{USER}/assigned_ad_accounts")["data"]
    proof = hmac.new(APP_SECRET.encode(), b"sandbox-token", hashlib.sha256).hexdigest()
    asked = {"business_app": APP_ID, "scope": ["ads_read"], "appsecret_proof": proof}
    token = graph.post(f"{USER}/access_tokens", **asked)["access_token"]
    about = graph.get("debug_token", input_token=token)["data"]
    assert (about["type"], about["scopes"], about["expires_at"]) == ("SYSTEM_USER", ["ads_read"], 0)
    assert connect(graph.app, token).get(DEMO_ACCOUNT)["account_id"] == "123456789"
    by_business = {"system_user_id": USER, "scope": "ads_read,ads_management"}
    ending = graph.post(
        f"{BUSINESS}/system_user_access_tokens", **by_business, set_token_expires_in_60_days=True
    )
    assert graph.get("debug_token", input_token=ending["access_token"])["data"]["expires_at"]
    assert graph.post(f"{USER}/applications", business_app=APP_ID) == {"success": True}


@pytest.mark.parametrize(
    ("token", "change", "code"),
    [
        ("sandbox-readonly", {}, 200),
        ("sandbox-token", {"scope": ["everything"]}, 3962),
        ("sandbox-token", {"scope": ""}, 100),
        ("sandbox-token", {"business_app": "1"}, 100),
        ("sandbox-token", {"appsecret_proof": "0" * 64}, 100),
    ],
)
def test_refused_tokens_of_system_users(connect, graph, token, change, code):
    """A scope that does not exist is 3962; who does not manage the business is 200."""
    asked = {"business_app": APP_ID, "scope": ["ads_read"]} | change
    assert connect(graph.app, token).error("POST", f"{USER}/access_tokens", **asked)["code"] == code


def test_webhooks_are_subscribed_with_the_apps_token(connect, graph):
    """Fields are added, listed with their version, and taken away; the secret word is never shown."""
    app, path = connect(graph.app, APP_TOKEN), f"{APP_ID}/subscriptions"
    asked = {
        "object": "ad_account",
        "callback_url": "https://northwind.example/hook",
        "verify_token": "verified-7",
    }
    assert app.post(path, **asked, fields="with_issues_ad_objects") == {"success": True}
    app.post(path, **asked, fields=["creative_fatigue"])
    (row,) = app.get(path)["data"]
    assert [field["name"] for field in row["fields"]] == ["with_issues_ad_objects", "creative_fatigue"]
    assert (row["object"], row["active"], row["callback_url"]) == ("ad_account", True, asked["callback_url"])
    gone = {"object": "ad_account", "fields": "creative_fatigue"}
    assert app.http.request("DELETE", path, params=gone).json() == {"success": True}
    assert len(app.get(path)["data"][0]["fields"]) == 1
    app.http.delete(path)
    assert app.get(path) == {"data": []}
    assert "verified-7" not in json.dumps(graph.http.get("http://sandbox/sandbox/requests").json())


@pytest.mark.parametrize(
    ("token", "change", "code"),
    [
        ("sandbox-token", {}, 15),
        (APP_TOKEN, {"object": "moon"}, 100),
        (APP_TOKEN, {"fields": "moon"}, 100),
        (APP_TOKEN, {"fields": ""}, 100),
        (APP_TOKEN, {"callback_url": ""}, 100),
        (APP_TOKEN, {"callback_url": "http://northwind.example"}, 2200),
        (APP_TOKEN, {"verify_token": ""}, 100),
    ],
)
def test_refused_subscriptions(connect, graph, token, change, code):
    """Any other token is 15; an address that Meta would not call is 2200."""
    asked = {"object": "ad_account", "callback_url": BACK, "verify_token": "v", "fields": "creative_fatigue"}
    assert (
        connect(graph.app, token).error("POST", f"{APP_ID}/subscriptions", **asked | change)["code"] == code
    )


def test_accounts_and_pages_are_subscribed_to_the_app(connect, graph):
    """They say which app hears of them, until it does not."""
    account, page = f"{DEMO_ACCOUNT}/subscribed_apps", f"{PAGE}/subscribed_apps"
    assert (
        graph.post(account, app_id=APP_ID)
        == graph.post(page, subscribed_fields="leadgen")
        == {"success": True}
    )
    assert graph.get(account)["data"] == [{"app_id": APP_ID, "app_name": "adsteward sandbox"}]
    assert graph.get(page)["data"][0]["subscribed_fields"] == ["leadgen"]
    assert graph.http.request("DELETE", account, params={"app_id": APP_ID}).json() == {"success": True}
    assert graph.get(account) == {"data": []}
    assert graph.error("POST", account, app_id="1")["code"] == 100
    assert graph.error("POST", page)["code"] == 100
    assert connect(graph.app, APP_TOKEN).error("POST", page, subscribed_fields="leadgen")["code"] == 210
    assert connect(graph.app, "sandbox-readonly").error("POST", account, app_id=APP_ID)["code"] == 294


def test_nothing_secret_is_listed(connect, graph, nobody):
    """Secrets, codes and tokens, issued ones too, stand in no logged request, whichever way they came."""
    nobody.get("oauth/access_token", **APP, redirect_uri=BACK, code="sandbox-code-secret")
    issued = nobody.post("oauth/access_token", **EXCHANGE, fb_exchange_token="sandbox-token")["access_token"]
    app = nobody.get("oauth/access_token", **APP, grant_type="client_credentials")["access_token"]
    connect(graph.app, issued).get("me", note=f"{issued} {APP_TOKEN} {app}", other=app.replace("|", "%7C"))
    inside = f"oauth/access_token?client_id={APP_ID}&client_secret={APP_SECRET}&code=sandbox-code-secret"
    graph.batch(
        {"method": "GET", "relative_url": inside}, {"method": "GET", "relative_url": f"me?x={issued}"}
    )
    graph.batch({"method": "GET", "relative_url": "oauth/access_token?code=another-code"})
    connect(graph.app, issued).get(
        "me", x=json.dumps({"client_secret": "hunter3", "verify_token": "told-us"})
    )
    listed = json.dumps(graph.http.get("http://sandbox/sandbox/requests").json())
    secrets = (
        "another-code",
        "hunter3",
        "told-us",
        APP_SECRET,
        "sandbox-code",
        "sandbox-token",
        issued,
        app.partition("|")[2],
    )
    assert [secret for secret in secrets if secret in listed] == []
    assert issued not in json.dumps(graph.http.get("http://sandbox/sandbox/state").json())
