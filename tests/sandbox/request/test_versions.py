"""API versions: what is live, what is upgraded, what is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from tests.sandbox.conftest import NOW, PAGE

AD = "23848000000001"
BEFORE = datetime(2026, 8, 20, 17, 0, tzinfo=UTC)
"""v26.0 is out, and the other versions still have what it lost."""
STORY = {"page_id": PAGE, "link_data": {"link": "https://northwind.example/"}}
BUNDLE = {"creative_features_spec": {"standard_enhancements": {"enroll_status": "OPT_IN"}}}


def at(graph, version, path, **params):
    """Ask with a version in the path."""
    return graph.http.get(f"http://sandbox/{version}/{path}", params=params)


@pytest.mark.parametrize("version", ["v22.0", "v23.0", "v24.0"])
def test_ended_versions_are_upgraded_and_say_so(demo, version):
    """A version whose Marketing API has ended answers, with the version it was upgraded to in a header."""
    answer = at(demo, version, AD)
    assert answer.json() == {"id": AD}
    assert answer.headers["facebook-api-version"] == version
    assert f"auto-upgraded to v25.0 as {version}" in answer.headers["x-ad-api-version-warning"]


@pytest.mark.parametrize("version", ["v25.0", "v26.0"])
def test_live_versions_carry_no_warning(demo, version):
    """What is live needs no upgrade."""
    assert "x-ad-api-version-warning" not in at(demo, version, AD).headers


def test_a_version_is_live_until_its_last_day(connect):
    """The end of a version depends on the world's date."""
    graph = connect(create_app(now=BEFORE))
    assert "x-ad-api-version-warning" not in at(graph, "v24.0", AD).headers
    assert "upgraded to v24.0" in at(graph, "v23.0", AD).headers["x-ad-api-version-warning"]


def test_without_upgrade_ended_versions_are_refused(connect):
    """The app's switch turns the upgrade into 2635, also for a whole batch."""
    graph = connect(create_app(now=NOW, auto_upgrade=False))
    assert at(graph, "v24.0", AD).json()["error"]["code"] == 2635
    batch = graph.http.post("http://sandbox/v24.0/", data={"batch": '[{"relative_url":"me"}]'})
    assert (batch.status_code, batch.json()["error"]["code"]) == (400, 2635)
    assert graph.get(AD) == {"id": AD}


def test_several_ids_at_once_are_gone(demo, connect):
    """`?ids=` is refused on every version since October 2026, and before that on v26.0 only."""
    assert at(demo, "v25.0", "", ids=AD).json()["error"]["code"] == 100
    graph = connect(create_app(now=BEFORE))
    assert at(graph, "v26.0", "", ids=AD).json()["error"]["code"] == 100
    both = at(graph, "v25.0", "", ids=f"{AD},{DEMO_ACCOUNT}", fields="name").json()
    assert both.keys() == {AD, DEMO_ACCOUNT}
    assert at(graph, "v25.0", "", ids=f"{AD},1").json()["error"]["error_subcode"] == 33
    assert at(graph, "v25.0", "", ids=",".join([AD] * 51)).json()["error"]["code"] == 100


def test_dead_protocol_features(demo, connect):
    """`date_format` is refused since October 2026; `pretty` and `debug` are overlooked."""
    assert at(demo, "v25.0", AD, date_format="U").json()["error"]["error_data"] == {
        "blame_field_specs": [["date_format"]]
    }
    assert at(connect(create_app(now=BEFORE)), "v25.0", AD, date_format="U").status_code == 200
    plain = at(demo, "v26.0", AD)
    assert at(demo, "v26.0", AD, pretty="1", debug="all").content == plain.content


def test_the_feature_bundle_lives_on_v22_only(graph):
    """`standard_enhancements` passes on v22.0 with the warning and is 100/3858504 from then on."""
    asked = {"object_story_spec": STORY, "degrees_of_freedom_spec": BUNDLE}
    sent = {"json": asked}
    old = graph.http.post(f"http://sandbox/v22.0/{DEMO_ACCOUNT}/adcreatives", **sent)
    assert old.status_code == 200
    assert "v22.0" in old.headers["x-ad-api-version-warning"]
    for version in ("v23.0", "v25.0", "v26.0"):
        refused = graph.http.post(f"http://sandbox/{version}/{DEMO_ACCOUNT}/adcreatives", **sent)
        assert refused.json()["error"]["error_subcode"] == 3858504
    ad = graph.post(
        f"{DEMO_ACCOUNT}/ads", name="A", adset_id="23847000000001", creative={"creative_id": old.json()["id"]}
    )
    assert graph.error("POST", f"{ad['id']}/copies")["error_subcode"] == 3858504
    fresh = {"degrees_of_freedom_spec": {"creative_features_spec": {}}}
    assert graph.post(f"{ad['id']}/copies", creative_parameters=fresh)["copied_ad_id"]
