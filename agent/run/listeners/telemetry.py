"""Measures runs for whoever operates many: spans and metrics by OpenTelemetry, where ADSTEWARD_TELEMETRY=otlp asks for them.

Kinds, counts, times and ids alone: no words of a person or of an account, no figures of ads. Where they go is said by the
variables of OpenTelemetry itself, such as OTEL_EXPORTER_OTLP_ENDPOINT.
"""

import logging
import os
import re
import time
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from agent.run.events import Emit, Event, Replied, RunEnded, RunStarted, ToolFinished, ToolStarted
from agent.setup.environment import variable
from agent.setup.stops import ConfigError
from agent.writes.change_events import Decided, Proposed, Settled
from tools import registry
from tools.graph.wire import Exchange, Waiting

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter
    from opentelemetry.trace import Span, Tracer

NAME = "adsteward"
UNLESS_SAID = {"OTEL_SERVICE_NAME": NAME, "OTEL_EXPORTER_OTLP_TIMEOUT": "3"}
"""What OpenTelemetry is told; the second are the seconds that the end of a command waits for a collector that is away."""
ROOTS = frozenset({"app", "debug_token", "me", "search"})
"""What stands alone in a path and is no object."""
_EDGE = re.compile(r"[a-z_]+")
_KINDS = {"run": "{run}", "decision": "{decision}", "change": "{change}", "token": "{token}"}


def measuring(used_percent: Callable[[], float], *, must: bool = True) -> Emit | None:
    """What measures the runs of a session, or nothing; `used_percent` says how much of Meta's allowance is used.

    Raises ConfigError when it is asked for and cannot be done, unless nothing is to wait for that.
    """
    if not (wanted := variable("ADSTEWARD_TELEMETRY")):
        return None
    if wanted != "otlp":
        wrong = f"ADSTEWARD_TELEMETRY={wanted} is not known: say otlp, or leave it out. Nothing was changed."
    else:
        try:
            tracer, meter = _exporting()
            return Telemetry(tracer, meter, used_percent)
        except ImportError:
            wrong = (
                "ADSTEWARD_TELEMETRY is set, and what it needs is not installed: pip install 'adsteward[telemetry]'."
                " Nothing was changed."
            )
    if must:
        raise ConfigError(wrong)
    return None


@cache
def _exporting() -> "tuple[Tracer, Meter]":
    """The way out of this process; what is left is sent when it ends."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # a collector that is away is no news
    for name, value in UNLESS_SAID.items():
        os.environ.setdefault(name, value)
    traces = TracerProvider()
    traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    return traces.get_tracer(NAME), MeterProvider([reader]).get_meter(NAME)


class Telemetry:
    """Listens to a session. For any thread."""

    def __init__(self, tracer: "Tracer", meter: "Meter", used_percent: Callable[[], float]) -> None:
        self._tracer, self._used_percent = tracer, used_percent
        self._count = {
            kind: meter.create_counter(f"{NAME}.{kind}s", unit=unit) for kind, unit in _KINDS.items()
        }
        self._request_s = meter.create_histogram(f"{NAME}.graph.request.duration", unit="s")
        self._wait_s = meter.create_histogram(f"{NAME}.graph.wait.duration", unit="s")
        self._used = meter.create_gauge(f"{NAME}.graph.allowance.used", unit="%")
        self._run: Span | None = None
        self._account = ""
        self._calls = dict[str, "Span"]()
        self._turn = Lock()

    def __call__(self, event: Event) -> None:
        """Take note of what can be counted or timed."""
        with self._turn:
            self._time(event)
            self._note(event)

    def _time(self, event: Event) -> None:
        """What has a beginning and an end is a span."""
        match event:
            case RunStarted():
                self._begin(event)
            case ToolStarted():
                self._calls[event.call_id] = self._span(f"tool {_tool(event.name)}")
            case ToolFinished() if span := self._calls.pop(event.call_id, None):
                _end(span, failed=event.is_error)
            case Exchange():
                self._exchanged(event)
            case RunEnded():
                self._ended(event)

    def _note(self, event: Event) -> None:
        """What happens at one moment is counted, and an event of its run."""
        match event:
            case Waiting():
                self._wait_s.record(event.wait_s)
                self._happened("wait", {"wait_s": event.wait_s})
            case Replied():
                for kind, number in event.usage.items():
                    self._add("token", {"type": kind}, number)
            case Proposed():
                self._happened("proposed", {"change_set": event.change_set.id})
            case Decided():
                self._add("decision", {"decision": event.decision})
                self._happened("decided", {"change_set": event.change_set_id, "decision": event.decision})
            case Settled():
                for outcome in event.outcomes:
                    self._add("change", {"kind": str(outcome.change.kind), "outcome": outcome.said})
                self._happened("settled", {"change_set": event.change_set_id, "state": event.state})

    def _begin(self, event: RunStarted) -> None:
        self._close()
        self._account = event.account
        self._run = self._tracer.start_span(
            "run",
            attributes={
                "adsteward.run": event.run_id,
                "adsteward.account": event.account,
                "adsteward.world": event.world.partition(" ")[0],
                "gen_ai.request.model": event.model,
            },
        )

    def _exchanged(self, event: Exchange) -> None:
        now_ns = time.time_ns()
        said = {
            "http.request.method": event.method,
            "adsteward.graph.edge": _edge(event.path),
            "adsteward.graph.outcome": event.outcome,
        }
        self._request_s.record(event.elapsed_ms / 1000, said)
        span = self._span(f"graph {event.method}", said, now_ns - event.elapsed_ms * 1_000_000)
        _end(span, failed=event.outcome != "ok", at_ns=now_ns)

    def _ended(self, event: RunEnded) -> None:
        self._add("run", {"status": event.status})
        self._used.set(self._used_percent(), {"adsteward.account": self._account})
        if self._run:
            self._run.set_attribute("adsteward.status", event.status)
        self._close(failed=event.status == "error")

    def _close(self, *, failed: bool = False) -> None:
        """End the run, and the calls that an interruption left open."""
        for span in self._calls.values():
            _end(span, failed=True)
        self._calls.clear()
        if self._run:
            _end(self._run, failed=failed)
        self._run = None

    def _span(
        self, name: str, attributes: dict[str, str] | None = None, start_ns: int | None = None
    ) -> "Span":
        from opentelemetry.trace import set_span_in_context

        parent = set_span_in_context(self._run) if self._run else None
        return self._tracer.start_span(name, parent, attributes=attributes, start_time=start_ns)

    def _happened(self, name: str, attributes: dict[str, Any]) -> None:
        if self._run:
            self._run.add_event(name, {f"adsteward.{key}": value for key, value in attributes.items()})

    def _add(self, kind: str, attributes: dict[str, str], number: int = 1) -> None:
        self._count[kind].add(number, {f"adsteward.{key}": value for key, value in attributes.items()})


def _end(span: "Span", *, failed: bool, at_ns: int | None = None) -> None:
    from opentelemetry.trace import StatusCode

    if failed:
        span.set_status(StatusCode.ERROR)
    span.end(at_ns)


def _tool(name: str) -> str:
    """The name of a tool that there is: a model may call for any."""
    return name if any(name == tool.name for tool in registry.TOOLS) else "unknown"


def _edge(path: str) -> str:
    """What of an object was asked for, without its id."""
    node, _, last = path.strip("/").rpartition("/")
    named = _EDGE.fullmatch(last) and (node or last in ROOTS)  # a page may go by its name
    return last if named else "object" if last else "batch"
