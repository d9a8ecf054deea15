"""To stop all waits for no brand file to be mended: what only stops is done with the settings that can be read."""

from collections.abc import Sequence
from dataclasses import replace

from agent.models.model import Model, ToolCall
from agent.run.places import choose_model
from agent.setup.settings import Options, Settings, load_settings
from agent.setup.stops import BrandFileError
from agent.stores import shared_limits
from tools.domain.changes import ChangeSet, Effect

_BRAKE = "stop"


def settings_and_model(options: Options, request: str) -> tuple[Settings, Model]:
    """Those of a request; where a brand file is wrong, only one that stops is heard, by the offline rules. Raises ConfigError."""
    try:
        settings = load_settings(options)
        return _unhindered(settings, request), choose_model(options)
    except BrandFileError:
        from agent.models.offline import Offline, pulls_brake

        if not pulls_brake(request):
            raise
        return _unhindered(load_settings(options, whole=False), request), Offline()


def settings_of_calls(options: Options, calls: Sequence[ToolCall]) -> Settings:
    """Those of a host's calls. Raises ConfigError."""
    return _settings(options, stops=bool(calls) and all(call.name == _BRAKE for call in calls))


def settings_of_set(options: Options, change_set: ChangeSet) -> Settings:
    """Those to apply a stored set with. Raises ConfigError."""
    return _settings(options, stops=all(change.effect is Effect.STOP_SPEND for change in change_set.changes))


def _settings(options: Options, *, stops: bool) -> Settings:
    try:
        settings = load_settings(options)
    except BrandFileError:
        if not stops:
            raise
        settings = load_settings(options, whole=False)
    return _with_limits(settings) if stops else settings


def _unhindered(settings: Settings, request: str) -> Settings:
    """The settings, for a request that stops with limits that can be read."""
    if not shared_limits.damaged_in(settings.state):
        return settings
    from agent.models.offline import pulls_brake

    return _with_limits(settings) if pulls_brake(request) else settings


def _with_limits(settings: Settings) -> Settings:
    """Without a damaged file of Meta's limits, which is told: it would stop the brake, too."""
    if not (said := shared_limits.aside(settings.state)):
        return settings
    return replace(settings, loaded=replace(settings.loaded, warnings=(*settings.loaded.warnings, said)))
