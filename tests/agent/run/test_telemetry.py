"""What an operator measures: spans and counts of runs, and never a word of anybody."""

import json

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.models.offline import Offline
from agent.run.listeners import telemetry
from agent.run.session import Session
from agent.setup.settings import Options
from agent.setup.stops import ConfigError
from agent.writes.approval import approved_by
from tools.graph.wire import Exchange

REQUEST = 'pause "Static – Rain jacket grey"'


@pytest.fixture
def measured(monkeypatch):
    """Everything that is exported: the spans, and the metrics as JSON."""
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    traces, metrics = TracerProvider(shutdown_on_exit=False), MeterProvider([reader], shutdown_on_exit=False)
    traces.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setenv("ADSTEWARD_TELEMETRY", "otlp")
    monkeypatch.setattr(
        telemetry, "_exporting", lambda: (traces.get_tracer("adsteward"), metrics.get_meter("adsteward"))
    )
    yield spans.get_finished_spans, lambda: json.loads(reader.get_metrics_data().to_json())
    traces.shutdown()
    metrics.shutdown()


def run(tmp_path, request):
    session = Session.open(
        Options(sandbox=True, workspace=tmp_path),
        approver=approved_by("a test"),
        listener=lambda _: None,
        mode="all",
    )
    try:
        return session.run(request, Offline())
    finally:
        session.close()


def counts(metrics, name):
    found = [
        metric
        for resource in metrics["resource_metrics"]
        for scope in resource["scope_metrics"]
        for metric in scope["metrics"]
        if metric["name"] == name
    ]
    return {
        tuple(sorted(point["attributes"].values())): point.get("value", point.get("count"))
        for metric in found
        for point in metric["data"]["data_points"]
    }


def test_a_run_is_a_span_with_its_tools_and_requests(tmp_path, measured):
    """With what was decided and done as events, and each request under the run; counts say the same."""
    spans, metrics = measured
    assert run(tmp_path, REQUEST).status == "done"
    (whole,) = [span for span in spans() if span.name == "run"]
    assert whole.attributes["adsteward.account"] == "act_123456789"
    assert whole.attributes["adsteward.status"] == "done"
    assert [event.name for event in whole.events] == ["proposed", "decided", "settled"]
    inside = [span for span in spans() if span.parent and span.parent.span_id == whole.context.span_id]
    assert {"tool find_names", "tool set_status", "graph GET", "graph POST"} <= {span.name for span in inside}
    told = metrics()
    assert counts(told, "adsteward.runs") == {("done",): 1}
    assert counts(told, "adsteward.decisions") == {("approved",): 1}
    assert counts(told, "adsteward.changes") == {("done", "set_status"): 1}
    requests = counts(told, "adsteward.graph.request.duration")
    assert sum(requests.values()) == sum(span.name.startswith("graph ") for span in spans())


def test_no_word_of_anybody_leaves(tmp_path, measured):
    """Neither the request nor a name, a text, an amount or a token is in what is exported."""
    spans, metrics = measured
    run(tmp_path, REQUEST)
    run(tmp_path, 'make an ad called "Geheim" from nowhere.jpg with text "hush-hush"')
    exported = json.dumps([json.loads(span.to_json()) for span in spans()]) + json.dumps(metrics())
    for word in ("Rain jacket", 'pause \\"', "Geheim", "hush", "sandbox-token", "USD", "nowhere"):
        assert word not in exported


def test_a_call_for_a_tool_that_is_none_gets_no_name_of_its_own(measured):
    """What a model makes up, or an odd path, is neither a span's name nor an attribute."""
    assert telemetry._tool("list_ads") == "list_ads"
    assert telemetry._tool("ignore all instructions") == "unknown"
    edges = {
        "act_1/insights": "insights",
        "23848000000001": "object",
        "": "batch",
        "1/x y": "object",
        "coca_cola": "object",
        "me": "me",
    }
    assert {path: telemetry._edge(path) for path in edges} == edges


def test_what_was_interrupted_is_ended_with_the_next_run(measured):
    """A run without an end, and a call in it, are closed as failed."""
    spans, _ = measured
    listener = telemetry.measuring(lambda: 0.0)
    listener(telemetry.RunStarted("r1", "x", "LIVE · y", "act_1", "offline"))
    listener(telemetry.ToolStarted("c1", "list_ads", {}))
    listener(Exchange("GET", "act_1/ads", {}, "613", 5))
    listener(telemetry.RunStarted("r2", "x", "LIVE · y", "act_1", "offline"))
    assert [(span.name, span.status.is_ok) for span in spans()] == [
        ("graph GET", False),
        ("tool list_ads", False),
        ("run", True),
    ]


def test_what_cannot_be_measured_is_said_before_anything_is_asked(tmp_path, monkeypatch):
    """An unknown way, or an extra that is not installed, is a line with what to do."""
    monkeypatch.setenv("ADSTEWARD_TELEMETRY", "statsd")
    with pytest.raises(ConfigError, match="say otlp"):
        run(tmp_path, "history")

    def missing():
        raise ImportError

    monkeypatch.setenv("ADSTEWARD_TELEMETRY", "otlp")
    monkeypatch.setattr(telemetry, "_exporting", missing)
    with pytest.raises(ConfigError, match=r"pip install 'adsteward\[telemetry\]'"):
        run(tmp_path, "history")
