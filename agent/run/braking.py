"""To stop all waits for no brand file to be mended and for no language model: it is done with what can be read, by rules."""

from collections.abc import Sequence
from dataclasses import replace

from agent.models.model import Model, ToolCall
from agent.run.places import choose_model
from agent.setup.settings import Options, Settings, load_settings
from agent.stores import shared_limits
from tools.domain.changes import ChangeSet, Effect

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
    return _settings(options, stops=bool(calls) and all(call.name == _BRAKE for call in calls))


def settings_of_set(options: Options, change_set: ChangeSet) -> Settings:
    """Those to apply a stored set with. Raises ConfigError."""
    return _settings(options, stops=all(change.effect is Effect.STOP_SPEND for change in change_set.changes))


def _brake(request: str) -> Model | None:
    from agent.models.offline import Offline, pulls_brake

    return Offline() if pulls_brake(request) else None


def _settings(options: Options, *, stops: bool) -> Settings:
    if not stops:
        return load_settings(options)
    return _with_limits(replace(load_settings(options, whole=False), brakes=True))


def _with_limits(settings: Settings) -> Settings:
    """Without a damaged file of Meta's limits, which is told: it would stop the brake, too."""
    if not (said := shared_limits.aside(settings.state)):
        return settings
    return replace(settings, loaded=replace(settings.loaded, warnings=(*settings.loaded.warnings, said)))
