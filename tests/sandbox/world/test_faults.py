"""Faults on demand: which calls they strike and what becomes of these."""

from __future__ import annotations

import json

import httpx
import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.http.app import create_app
from sandbox.request.refusals import GraphError
from tests.sandbox.conftest import NOW

AD, OTHER = "23848000000001", "23848000000002"
FAULTS = "http://sandbox/sandbox/faults"
ADS = f"/{DEMO_ACCOUNT}/ads"


def order(graph, *rules):
    """Order faults."""
    answer = graph.http.post(FAULTS, json=list(rules))
    assert answer.status_code == 200, answer.text


def codes(graph, number, path="me"):
    """Give the HTTP status of several calls."""
    return [graph.http.get(path).status_code for _ in range(number)]


def status(graph, ad=AD):
    """Give an ad's own status."""
    return graph.get(ad, fields="status")["status"]


def test_an_error_as_ordered(graph):
    """Code, subcode, texts, HTTP status and headers are those of the rule; the next call is answered."""
    error = {"code": 2, "subcode": 1504043, "http_status": 503, "message": "Try later", "type": "GraphX"}
    error |= {"title": "T", "user_message": "U", "transient": True}
    order(graph, {"error": error, "headers": {"x-test": "1"}})
    answer = graph.http.get("me")
    found = answer.json()["error"]
    assert (answer.status_code, answer.headers["x-test"]) == (503, "1")
    assert found.pop("fbtrace_id")
    assert found == {
        "message": "Try later", "type": "GraphX", "code": 2, "error_subcode": 1504043, "is_transient": True,
        "error_user_title": "T", "error_user_msg": "U",
    }  # fmt: skip
    assert graph.get("me")["name"]


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        ({}, [1, 0, 0, 0, 0, 0]),
        ({"nth": 3}, [0, 0, 1, 0, 0, 0]),
        ({"times": 2}, [1, 1, 0, 0, 0, 0]),
        ({"nth": 2, "times": 3}, [0, 1, 1, 1, 0, 0]),
        ({"method": "POST"}, [0] * 6),
        ({"path": "/m*"}, [1, 0, 0, 0, 0, 0]),
        ({"path": "/M*"}, [0] * 6),
        ({"probability": 1}, [1] * 6),
        ({"probability": 0}, [0] * 6),
        ({"probability": 1, "times": 2}, [1, 1, 0, 0, 0, 0]),
    ],
)
def test_which_calls_are_struck(graph, rule, struck):
    """Method, path, count, times and probability choose the calls."""
    order(graph, {**rule, "error": {"code": 1, "http_status": 500}})
    assert [code == 500 for code in codes(graph, 6)] == [bool(hit) for hit in struck]


def test_chance_is_drawn_from_the_seed(connect):
    """The same seed strikes the same calls, another one others."""

    def drawn(seed):
        graph = connect(create_app(now=NOW, seed=seed))
        order(graph, {"probability": 0.5, "html": 502})
        return codes(graph, 40)

    assert drawn(7) == drawn(7) != drawn(8)
    assert 5 < drawn(7).count(502) < 35


def test_the_first_rule_that_strikes_decides(graph):
    """Rules are tried in their order; one that is used up leaves the call to the next."""
    order(graph, {"html": 502}, {"html": 503, "times": 2})
    assert codes(graph, 4) == [502, 503, 503, 200]
    rules = graph.http.get(FAULTS).json()["data"]
    assert [(row["seen"], row["struck"]) for row in rules] == [(4, 1), (3, 2)]


def test_faults_can_be_taken_back(graph):
    """After a clear nothing goes wrong any more."""
    order(graph, {"times": 9, "html": 502})
    assert codes(graph, 1) == [502]
    assert graph.http.delete(FAULTS).json() == {"success": True}
    assert codes(graph, 1) == [200]
    assert graph.http.get(FAULTS).json() == {"data": []}


@pytest.mark.parametrize(
    "effect", [{"drop": True}, {"html": 502}, {"error": {"code": 2, "http_status": 500}}]
)
@pytest.mark.parametrize(("when", "left"), [("before", "ACTIVE"), ("after", "PAUSED")])
def test_before_or_after_the_write(graph, effect, when, left):
    """A lost or spoiled answer tells nothing about whether the write was carried out."""
    order(graph, {"method": "POST", "path": f"/{AD}", "when": when, **effect})
    try:
        assert graph.http.post(AD, data={"status": "PAUSED"}).status_code >= 500
    except httpx.RemoteProtocolError as lost:
        assert "drop" in effect
        assert lost.request.url.path.endswith(AD)  # noqa: PT017
    assert status(graph) == left


def test_html_is_html(graph):
    """A bad gateway answers in HTML and without Meta's headers."""
    order(graph, {"html": 502})
    answer = graph.http.get("me")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.startswith("<html>")
    assert "x-app-usage" not in answer.headers


def test_too_slow_for_the_client(graph):
    """A delay beyond the client's patience is a timeout after the write, and nobody waits for it."""
    order(graph, {"method": "POST", "delay_s": 600})
    with pytest.raises(httpx.ReadTimeout):
        graph.http.post(AD, data={"status": "PAUSED"}, timeout=30)
    assert status(graph) == "PAUSED"


def test_a_short_delay_is_only_a_delay(graph):
    """A delay within the client's patience ends in the answer."""
    order(graph, {"delay_s": 0.01})
    assert graph.get("me")["name"]


def test_null_items(graph):
    """Chosen items of a batch were carried out but come back as null."""
    order(graph, {"path": "/", "null_items": [0, 7]})
    items = [{"method": "POST", "relative_url": ad, "body": "status=PAUSED"} for ad in (AD, OTHER)]
    answers = graph.batch(*items)
    assert answers[0] is None
    assert answers[1]["body"] == {"success": True}
    assert (status(graph), status(graph, OTHER)) == ("PAUSED", "PAUSED")


def test_odd_rows(graph):
    """Rows of a list have other values, lack fields or come twice, in the chosen rows or in all."""
    path = f"/{DEMO_ACCOUNT}/insights"
    right = graph.get(path, fields="spend,actions", level="campaign")["data"]
    order(graph, {"path": path, "set": {"spend": None}, "leave_out": ["actions"], "rows": [1]})
    first, second, *rest = graph.get(path, fields="spend,actions", level="campaign")["data"]
    assert (first, rest) == (right[0], right[2:])
    assert second == {name: right[1][name] for name in ("date_start", "date_stop")} | {"spend": None}
    order(graph, {"path": path, "repeat_rows": True})
    twice = graph.get(path, fields="spend,actions", level="campaign")["data"]
    assert twice == [row for row in right for _ in range(2)]


def test_faults_strike_single_items(graph):
    """An item can be refused, or be lost before it is carried out, while the others go well."""
    order(
        graph,
        {"path": f"/{AD}", "error": {"code": 17, "subcode": 2446079}},
        {"path": f"/{OTHER}", "drop": True},
    )
    items = [
        {"method": "POST", "relative_url": ad, "body": "status=PAUSED"}
        for ad in (AD, OTHER, "23848000000003")
    ]
    refused, lost, good = graph.batch(*items)
    assert refused["body"]["error"]["error_subcode"] == 2446079
    assert lost is None
    assert good["code"] == 200
    assert [status(graph, ad) for ad in (AD, OTHER, "23848000000003")] == ["ACTIVE", "ACTIVE", "PAUSED"]


def test_throttled_for_minutes(graph):
    """Every call is refused, the headers say for how long, and then it is over."""
    order(graph, {"method": "POST", "path": f"/{AD}", "throttle_minutes": 3})
    error = graph.error("POST", AD, status="PAUSED")
    assert (error["code"], error["error_subcode"]) == (17, 2446079)
    answer = graph.http.get("me")
    assert answer.status_code == 400
    account = json.loads(answer.headers["x-ad-account-usage"])
    assert (account["acc_id_util_pct"], account["reset_time_duration"]) == (100.0, 180)
    business = json.loads(answer.headers["x-business-use-case-usage"])["123456789"][0]
    assert (business["call_count"], business["estimated_time_to_regain_access"]) == (100, 3)
    graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": 180})
    assert status(graph) == "ACTIVE"


def test_a_stale_list_shows_what_was(graph):
    """A list can lag a number of writes or seconds behind, while the object itself is up to date."""
    paused = {"effective_status": ["PAUSED"], "limit": 100}
    before = graph.get(ADS, **paused)["data"]
    graph.post(AD, status="PAUSED")
    graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": 60})
    graph.post(OTHER, status="PAUSED")
    order(
        graph,
        {"path": ADS, "stale_writes": 1},
        {"path": ADS, "stale_writes": 2},
        {"path": ADS, "stale_s": 61},
    )
    shown = [len(graph.get(ADS, **paused)["data"]) - len(before) for _ in range(4)]
    assert shown == [1, 0, 0, 2]
    assert status(graph, OTHER) == "PAUSED"


def test_a_stale_list_does_not_know_what_is_new(graph):
    """What was made since is not in it, even when far more writes are asked back than there were."""
    new = {"name": "N", "objective": "OUTCOME_SALES", "special_ad_categories": [], "daily_budget": 5000}
    campaign = graph.post(f"{DEMO_ACCOUNT}/campaigns", **new)["id"]
    order(graph, {"method": "GET", "path": f"/{DEMO_ACCOUNT}/campaigns", "stale_writes": 99})
    shown = [[row["id"] for row in graph.get(f"{DEMO_ACCOUNT}/campaigns")["data"]] for _ in range(2)]
    assert campaign not in shown[0]
    assert campaign in shown[1]


@pytest.mark.parametrize(
    "rules",
    [
        {}, None, "x", [1], [{}], [{"path": "/me"}], [{"drop": False}], [{"drop": True, "path": "me"}],
        [{"drop": True, "method": "PUT"}], [{"drop": True, "nth": 0}], [{"drop": True, "times": 1.5}],
        [{"drop": True, "probability": 2}], [{"drop": True, "colour": "red"}], [{"error": {"code": "17"}}],
        [{"error": {"subcode": 1}}], [{"error": {"code": True}}], [{"error": {"code": 1, "http_status": 99}}],
        [{"headers": {"x": 1}}], [{"headers": {"x": "a\nb"}}], [{"html": 99}], [{"delay_s": -1}],
        [{"null_items": [-1]}], [{"throttle_minutes": "3"}], [{"stale_s": None}], [{"report": "Job Done"}], [{"set": []}], [{"leave_out": "spend"}],
        [{"rows": [0]}], [{"repeat_rows": 1}],
        [{"drop": True, "when": "during"}], [{"drop": True}] * 1001, [{"drop": True, "method": ["GET"]}],
    ],
)  # fmt: skip
def test_bad_rules_are_refused_as_a_whole(graph, rules):
    """A list with one bad rule is refused, and none of it is kept."""
    good = [{"html": 502}]
    wanted = [*good, *rules] if isinstance(rules, list) else rules
    answer = graph.http.post(FAULTS, json=wanted)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)
    assert graph.http.get(FAULTS).json() == {"data": []}


def test_no_json_is_refused(graph):
    """A body that is no JSON is refused."""
    assert graph.http.post(FAULTS, content=b"{oops").status_code == 400
    assert graph.http.post(FAULTS, content=b"[" * 100_000).status_code == 400


def test_faults_from_the_start(connect):
    """An application can be made with faults, and is not made with bad ones."""
    assert codes(connect(create_app(now=NOW, faults=[{"html": 502}])), 2) == [502, 200]
    with pytest.raises(GraphError) as refused:
        create_app(faults=[{"html": "502"}])
    assert "Rule 0: html must be an HTTP status" in refused.value.message


def test_faults_survive_a_restart(connect, tmp_path):
    """Rules and their counts are kept, and the same rules given again go on counting."""
    path, rules = tmp_path / "world.sqlite", [{"nth": 2, "times": 2, "html": 502}]
    assert codes(connect(create_app(path, faults=rules)), 2) == [200, 502]
    assert codes(connect(create_app(path)), 1) == [502]
    assert codes(connect(create_app(path, faults=rules)), 1) == [200]
    assert codes(connect(create_app(path, faults=[{"html": 503}])), 2) == [503, 200]


def test_calls_that_faults_refuse_count_too(graph):
    """A call that is never carried out still uses points (§4.4)."""
    order(graph, {"times": 40, "html": 502})
    codes(graph, 40)
    used = json.loads(graph.http.get("me").headers["x-ad-account-usage"])["acc_id_util_pct"]
    assert used == round(100 * 41 / 9000, 2)


def test_creatives_are_shown_as_old_ones(graph):
    """Under the old name of the Instagram account, with the address beside the hash; what is stored stays."""
    order(graph, {"old_shapes": True, "path": "/2384900000000*"})
    first, second = (
        graph.get("23849000000001", fields="object_story_spec")["object_story_spec"] for _ in range(2)
    )
    link = first["link_data"]
    assert link.pop("picture").endswith(f"{link['image_hash']}.jpg")
    assert first.pop("instagram_actor_id") == second["instagram_user_id"]
    assert first | {"instagram_user_id": second["instagram_user_id"]} == second


@pytest.mark.parametrize(
    ("rule", "asked", "struck"),
    [
        ({"limit_above": 10}, "limit=11", True),
        ({"limit_above": 10}, "limit=10", False),
        ({"limit_above": 10}, "", True),
        ({"days_above": 6}, "date_preset=last_7d", True),
        ({"days_above": 7}, "date_preset=last_7d", False),
        ({"days_above": 1}, 'time_range={"since":"2026-11-01","until":"2026-11-02"}', True),
        ({"days_above": 2}, 'time_range={"since":"2026-11-01","until":"2026-11-02"}', False),
        ({"later_page": True}, "limit=2", False),
    ],
)
def test_calls_that_ask_for_much_are_struck(graph, rule, asked, struck):
    """More rows, more days, later pages; of figures at once and of reports."""
    order(graph, {"probability": 1, "path": f"/{DEMO_ACCOUNT}/insights", "html": 504, **rule})
    answer = graph.http.get(f"{DEMO_ACCOUNT}/insights?level=ad&{asked}")
    assert (answer.status_code == 504) is struck
    if "limit" not in asked and "limit_above" not in rule:
        posted = graph.http.post(f"{DEMO_ACCOUNT}/insights?level=ad&{asked}")
        assert (posted.status_code == 504) is struck


def test_a_later_page_is_struck_alone(graph):
    """The first is answered, the second not."""
    order(graph, {"probability": 1, "later_page": True, "html": 504})
    first = graph.get(f"{DEMO_ACCOUNT}/ads", limit=2)
    after = first["paging"]["cursors"]["after"]
    assert graph.http.get(f"{DEMO_ACCOUNT}/ads?limit=2&after={after}").status_code == 504


@pytest.mark.parametrize("how", ["new", "same", "none"])
def test_a_list_that_promises_more_at_its_end(graph, how):
    """Its last page and the empty ones behind it say so; cursors are new, the same, or missing. No row is lost."""
    rows = graph.get(f"{DEMO_ACCOUNT}/campaigns", limit=500)["data"]
    order(graph, {"probability": 1, "path": "/*/campaigns", "cursors": how})
    seen, after, found = [], "", []
    for _ in range(5):
        page = graph.get(f"{DEMO_ACCOUNT}/campaigns", limit=500, **({"after": after} if after else {}))
        found += page["data"]
        assert page["paging"]["next"]
        after = page["paging"].get("cursors", {}).get("after", "")
        seen.append(after)
        if not after:
            break
    assert found == rows
    assert len(set(seen)) == {"new": 5, "same": 1, "none": 1}[how]


def test_a_cursor_that_is_stuck(graph):
    """A page in the middle repeats the cursor it was asked with, and has rows."""
    order(graph, {"probability": 1, "later_page": True, "cursors": "stuck"})
    after = graph.get(f"{DEMO_ACCOUNT}/ads", limit=2)["paging"]["cursors"]["after"]
    page = graph.get(f"{DEMO_ACCOUNT}/ads", limit=2, after=after)
    assert (len(page["data"]), page["paging"]["cursors"]["after"]) == (2, after)


@pytest.mark.parametrize("body", [False, None, [], 7])
def test_a_body_that_is_no_object(graph, body):
    """Any JSON instead of the answer, with a byte order mark if that is wanted."""
    order(graph, {"body": body, "mark": True})
    answer = graph.http.get("me")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert json.loads(answer.content.decode("utf-8-sig")) == body


@pytest.mark.parametrize("data", [{"blame_field": "targeting"}, "no page"])
def test_what_an_error_adds(graph, data):
    """`error_data` as an object or as text."""
    order(graph, {"error": {"code": 100, "data": data}})
    assert graph.http.get("me").json()["error"]["error_data"] == data


@pytest.mark.parametrize(("end", "percent"), [("no percent", None), ("percent as text", "100")])
def test_a_report_that_completes_oddly(graph, end, percent):
    """Completed, with its rows, but without a number that says so."""
    order(graph, {"method": "POST", "report": end})
    run = graph.post(f"{DEMO_ACCOUNT}/insights", level="ad")["report_run_id"]
    for _ in range(6):
        state = graph.get(run, fields="async_status,async_percent_completion")
    assert (state["async_status"], state.get("async_percent_completion")) == ("Job Completed", percent)
    assert graph.get(f"{run}/insights")["data"]
