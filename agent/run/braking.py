"""To stop all waits for no brand file to be mended and for no language model: it is done with what can be read, by rules.

What it cannot do without (the journal, a token that works) has it say at least where a person stops all by hand.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from agent.models.model import Model, ToolCall
from agent.run.places import choose_model
from agent.run.report import Report
from agent.setup.settings import Options, Settings, load_settings
from agent.setup.stops import Exit, Interrupted, NotApproved, Stop
from agent.stores import shared_limits
from tools.domain.changes import ChangeSet, Effect
from tools.graph.wire import GRAPH_VERSION

BY_HAND = (
    "Ads Manager stops ads at once: https://adsmanager.facebook.com, switch off there what must not run."
)
_BRAKE = "stop"


def settings_and_model(options: Options, request: str) -> tuple[Settings, Model]:
    """Those of a request: one that stops all is heard by the offline rules, whatever else is set or away. Raises ConfigError."""
    if brake := _brake(request):
        return _settings(options, stops=True), brake
    return load_settings(options), choose_model(options)


def heard_by(request: str, model: Model) -> Model:
    """Who hears a request of a talk: the offline rules one that stops all, else the model of the talk."""
    return _brake(request) or model


def settings_of_calls(options: Options, calls: Sequence[ToolCall]) -> Settings:
    """Those of calls without a model. Raises ConfigError."""
    return _settings(options, stops=only_stops(calls))


def only_stops(calls: Sequence[ToolCall]) -> bool:
    """Whether calls pull the brake and do nothing else."""
    return bool(calls) and all(call.name == _BRAKE for call in calls)


def settings_of_set(options: Options, change_set: ChangeSet) -> Settings:
    """Those to apply a stored set with. Raises ConfigError."""
    return _settings(options, stops=all(change.effect is Effect.STOP_SPEND for change in change_set.changes))


@contextmanager
def or_by_hand(*, brakes: bool) -> Iterator[None]:
    """What keeps the brake from being pulled inside says where it is done by hand. Raises Stop."""
    try:
        yield
    except Stop as stop:
        if brakes and not isinstance(stop, Interrupted | NotApproved) and BY_HAND not in str(stop):
            stop.args = (f"{stop}\n{BY_HAND}",)
        raise


def by_hand(report: Report, *, brakes: bool) -> Report:
    """The report on a run; on a brake that failed, with where it is done by hand."""
    failed = report.status in ("error", "limit") and report.exit_code != Exit.INTERRUPTED
    if not (brakes and failed) or BY_HAND in report.answer:
        return report
    return replace(report, answer="\n".join(filter(None, (report.answer, BY_HAND))))


def _brake(request: str) -> Model | None:
    from agent.models.offline import Offline, pulls_brake

    return Offline() if pulls_brake(request) else None


def _settings(options: Options, *, stops: bool) -> Settings:
    if not stops:
        return load_settings(options)
    with or_by_hand(brakes=True):
        settings = load_settings(options, whole=False)
        version = max(settings.graph_version, GRAPH_VERSION, key=_numbers)
        return _with_limits(replace(settings, brakes=True, graph_version=version))


def _numbers(version: str) -> list[int]:
    """So that the newer of two versions of Meta's API is the greater: the older may have ended."""
    return [int(digits) for digits in re.findall("[0-9]+", version)]


def _with_limits(settings: Settings) -> Settings:
    """Without a damaged file of Meta's limits, which is told: it would stop the brake, too."""
    if not (said := shared_limits.aside(settings.state)):
        return settings
    return replace(settings, loaded=replace(settings.loaded, warnings=(*settings.loaded.warnings, said)))
