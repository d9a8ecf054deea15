"""Requests that no client sends: each gets an error of Meta's form, and leaves nothing that could not be read again."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET

AD = "23848000000001"
DEEP = "[" * 100_000
BOMB = "campaign{ads.limit(500){" * 8 + "id" + "}}" * 8


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "FOO"])
def test_other_methods_are_refused_in_metas_form(graph, method):
    """Methods Graph does not have."""
    answer = graph.http.request(method, AD)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


def test_a_head_is_a_read(graph):
    """HEAD is answered like GET."""
    assert graph.http.head(AD).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        f'{{"name":{DEEP}{"]" * 100_000}}}',
        '{"name":"\\ud800"}',
        '{"name":NaN}',
        '{"name":1e999}',
        "\ufeff{}",
        "[]",
        "",
        '{"name":' + "9" * 5000 + "}",
    ],
)
def test_json_that_cannot_be_kept(graph, body):
    """JSON too deep, with half a character or without a number is refused; the world can still be read."""
    headers = {"content-type": "application/json"}
    assert graph.http.post(ADSET, content=body.encode(), headers=headers).status_code in {200, 400}
    assert graph.get(ADSET, fields="name")["name"]
    assert all(
        graph.http.get(f"http://sandbox/sandbox/{name}").status_code == 200 for name in ("state", "requests")
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("targeting", DEEP),
        ("targeting", '{"geo_locations":{"countries":["US"]},"x":"\\ud800"}'),
        ("targeting", '{"geo_locations":{"countries":["US"]},"x":-Infinity}'),
        ("fields", "a{" * 4000 + "b" + "}" * 4000),
        ("adlabels", '[{"name":"\\udc00"}]'),
    ],
)
def test_parameters_that_cannot_be_kept(graph, name, value):
    """The same inside a parameter."""
    answer = graph.http.post(ADSET, data={name: value})
    assert (answer.status_code, "error" in answer.json()) == (400, True)
    assert graph.get(ADSET, fields="targeting,adlabels")


def test_an_answer_has_its_limits(graph):
    """Fields that unfold into millions of nodes are refused in Meta's words, and quickly."""
    answer = graph.http.get(f"{DEMO_ACCOUNT}/ads", params={"fields": BOMB, "limit": "500"})
    assert answer.json()["error"]["message"].startswith("Please reduce the amount of data")


@pytest.mark.parametrize(
    "params",
    [
        {"time_range": '{"since":"2026-11-01","until":"9999-12-31"}', "time_increment": "1"},
        {"time_range": '{"since":"2026-11-01","until":"9999-12-31"}', "time_increment": "monthly"},
        {"time_increment": "²"},
        {"time_ranges": '[{"since":[],"until":{}}]'},
        {"filtering": '[{"field":{},"operator":[],"value":{}}]'},
        {"filtering": '[{"field":"spend","operator":"IN_RANGE","value":"12"}]'},
        {"action_attribution_windows": '["8d_click"]'},
        {"action_breakdowns": '[["a"]]'},
        {"sort": '[{"a":1}]'},
    ],
)
def test_odd_questions(graph, params):
    """Figures are asked for in impossible ways."""
    answer = graph.http.get(f"{DEMO_ACCOUNT}/insights", params=params)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


@pytest.mark.parametrize(
    "rule",
    [
        {"headers": {"a b": "x"}},
        {"headers": {"": "x"}},
        {"headers": {"Content-Length": "5"}},
        {"html": 304},
        {"html": 204},
        {"error": {"code": 1, "http_status": 204}},
    ],
)
def test_faults_that_would_break_http_are_refused(graph, rule):
    """A fault spoils an answer, not the protocol that carries it."""
    answer = graph.http.post("http://sandbox/sandbox/faults", json=[rule])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


def test_lists_can_be_narrowed_by_time(graph):
    """Times compare with unix seconds, as connectors send them."""
    for operator, count in (("GREATER_THAN", 1), ("LESS_THAN", 0)):
        rows = [{"field": "ad.updated_time", "operator": operator, "value": 1_700_000_000}]
        assert len(graph.get(f"{DEMO_ACCOUNT}/ads", filtering=rows, limit=1)["data"]) == count
