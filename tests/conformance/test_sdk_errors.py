"""The official SDK raises what Meta's errors are: codes, subcodes, texts, blamed fields, headers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conformance.conftest import NO_SDK

pytest.importorskip("facebook_business", reason=NO_SDK)

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adset import AdSet
from facebook_business.exceptions import FacebookBadObjectError, FacebookRequestError

from tests.conformance.server import running

AD, ADSET = "23848000000001", "23847000000002"
NEW = {"name": "C", "objective": "OUTCOME_SALES", "status": "PAUSED", "special_ad_categories": []}
FLAG = {"is_adset_budget_sharing_enabled": False}


def refused(call, *args, **kwargs) -> FacebookRequestError:
    """Give the error of a call that Meta would refuse."""
    with pytest.raises(FacebookRequestError) as raised:
        call(*args, **kwargs)
    return raised.value


def code(error: FacebookRequestError) -> tuple:
    """Give code and subcode."""
    return error.api_error_code(), error.api_error_subcode()


@pytest.mark.parametrize(
    ("token", "subcode"),
    [
        ("no-such-token", None),
        ("sandbox-expired", 463),
        ("sandbox-revoked", 458),
        ("sandbox-checkpointed", 459),
        ("sandbox-password-changed", 460),
    ],
)
def test_dead_tokens(connect, token, subcode):
    """A token that is unknown, expired or revoked is 190."""
    error = refused(Ad(AD, api=connect(token)).api_get, fields=["name"])
    assert code(error) == (190, subcode)
    assert error.api_error_type() == "OAuthException"
    assert error.http_status() == 400
    assert error.http_headers()["www-authenticate"].startswith('OAuth "Facebook Platform"')


def test_a_token_that_may_only_read(connect):
    """It reads; a write is 294, a permission error and no throttle (docs/graph-api.md §3.2)."""
    ad = Ad(AD, api=connect("sandbox-readonly"))
    assert ad.api_get(fields=["name"])["name"]
    error = refused(ad.api_update, params={"status": "PAUSED"})
    assert code(error) == (294, None)
    assert not error.api_transient_error()


def test_objects_of_others(connect):
    """What does not exist and what belongs to others are the same error."""
    unknown = refused(Ad("404", api=connect()).api_get)
    foreign = refused(Ad(AD, api=connect("sandbox-stranger")).api_get)
    assert code(unknown) == code(foreign) == (100, 33)
    assert unknown.api_error_type() == "GraphMethodException"
    assert "does not exist" in unknown.api_error_message()


def test_the_field_to_blame(account):
    """A missing parameter is named in `blame_field_specs`."""
    error = refused(account.create_campaign, params={"name": "C", "objective": "OUTCOME_SALES"} | FLAG)
    assert error.api_error_code() == 100
    assert error.api_blame_field_specs() == [["special_ad_categories"]]


def test_what_people_are_told(account):
    """Validation explains itself in title and message for people, with a trace id."""
    error = refused(account.create_campaign, params=NEW)
    assert code(error) == (100, 4834011)
    body = error.body()["error"]
    assert body["error_user_title"]
    assert body["error_user_msg"]
    assert body["fbtrace_id"]


def test_a_budget_that_is_too_small(connect):
    """The least budget stands in the message."""
    ad_set = AdSet("23847000000001", api=connect())
    error = refused(ad_set.api_update, params={"daily_budget": 1})
    assert code(error) == (100, 1885272)
    assert "1.00" in error.body()["error"]["error_user_msg"]


def test_a_second_budget(connect):
    """An ad set under a campaign budget has none of its own."""
    assert code(refused(AdSet(ADSET, api=connect()).api_update, params={"daily_budget": 5000})) == (
        100,
        1885621,
    )


def test_enhancements_in_a_bundle(account, story):
    """`standard_enhancements` is refused since v22.0 (docs/graph-api.md §8.4)."""
    bundle = {"creative_features_spec": {"standard_enhancements": {"enroll_status": "OPT_IN"}}}
    params = {"name": "C", "object_story_spec": story, "degrees_of_freedom_spec": bundle}
    assert code(refused(account.create_ad_creative, params=params)) == (100, 3858504)


@pytest.mark.filterwarnings("ignore:.* does not allow field:UserWarning")
def test_fields_that_do_not_exist(connect):
    """The SDK warns, Meta refuses."""
    error = refused(Ad(AD, api=connect()).api_get, fields=["nonsense"])
    assert error.api_error_code() == 100
    assert "nonexisting field (nonsense)" in error.api_error_message()


def test_a_deleted_ad_stays_deleted(connect, own_server):
    """DELETED is final."""
    ad = Ad(AD, api=connect(to=own_server))
    ad.api_delete()
    assert refused(ad.api_update, params={"status": "ACTIVE"}).api_error_code() == 100


def test_objects_without_id_never_reach_meta(connect):
    """The SDK refuses them itself."""
    with pytest.raises(FacebookBadObjectError):
        Ad(api=connect()).get_id_assured()


def test_throttling_with_its_headers(connect):
    """In the Limited tier sixty points are soon spent; the refusal says how full the account is."""
    with running("--tier", "development") as limited:
        ad = Ad(AD, api=connect(to=limited))
        for _ in range(60):
            ad.api_get(fields=["name"])
        error = refused(ad.api_get, fields=["name"])
        assert code(error) == (17, 2446079)
        usage = json.loads(error.http_headers()["x-ad-account-usage"])
        assert usage["acc_id_util_pct"] >= 100
        assert usage["ads_api_access_tier"] == "development_access"
        limited.advance(usage["reset_time_duration"] + 1)
        assert ad.api_get(fields=["name"])["name"]


def test_errors_with_status_200(connect, own_server):
    """An error in the body counts, whatever the HTTP status (31/3858385 comes with 200)."""
    own_server.order({"path": f"/{AD}", "error": {"code": 31, "subcode": 3858385, "http_status": 200}})
    error = refused(Ad(AD, api=connect(to=own_server)).api_get)
    assert (code(error), error.http_status()) == ((31, 3858385), 200)


def test_passing_trouble(connect, own_server):
    """Code 2 is transient, and over at the second try."""
    trouble = {"code": 2, "transient": True, "http_status": 500}
    own_server.order({"path": f"/{AD}", "error": trouble})
    ad = Ad(AD, api=connect(to=own_server))
    assert refused(ad.api_get).api_transient_error()
    assert ad.api_get()["id"] == AD


def test_a_call_with_proof(connect):
    """With an app secret the SDK sends `appsecret_proof` with every call; it is taken, and not logged."""
    api = connect(app_id="910000000000001", app_secret="sandbox-secret")
    assert Ad(AD, api=api).api_get(fields=["name"])["name"]


def test_versions_that_ended_say_so(connect):
    """v24.0 lives on automatic upgrade, named in a header; v19.0 is refused (2635)."""
    api = connect()
    upgraded = api.call("GET", ("me",), api_version="v24.0")
    assert "auto-upgraded to v25.0" in upgraded.headers()["x-ad-api-version-warning"]
    assert refused(api.call, "GET", ("me",), api_version="v19.0").api_error_code() == 2635


def test_a_crash_is_reported_and_forgotten(server):
    """The SDK's excepthook posts its report to `instruments`, and is answered."""
    script = (
        "import sys; from facebook_business.session import FacebookSession;"
        f"FacebookSession.GRAPH = {server.url!r};"
        "from facebook_business.api import FacebookAdsApi; from facebook_business.adobjects.ad import Ad;"
        "FacebookAdsApi.init('910000000000001', None, 'no-such-token', debug=True); Ad('1').api_get()"
    )
    crashed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "Succeed to Send Crash Report." in crashed.stderr
    assert any(asked["path"].endswith("/instruments") for asked in server.requests())
