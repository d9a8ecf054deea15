"""`adsteward run REQUEST`: one request, from words to exit code."""

from contextlib import closing

from agent.cli.opening import approval_mode, at_terminal, open_session
from agent.models.model import Model
from agent.notices.run_notices import telling
from agent.run.places import choose_model
from agent.setup.settings import Options, Settings, load_settings
from agent.setup.stops import BrandFileError, ConfigError
from agent.show.table_file import chosen, ended


def run(options: Options, request: str) -> int:
    """One request, from words to exit code."""
    if not request.strip():
        raise ConfigError('Say what to do, for example: adsteward run "how are my ads doing?"')
    settings, model = _settings_and_model(options, request)
    output = chosen(options)
    session = open_session(
        options, approval_mode(options), fresh=options.sandbox, model=model.name, settings=settings
    )
    with closing(session), telling(session, attended=at_terminal()):
        report = session.run(request, model)
        return ended(report, output, session.tables.newest, as_json=options.json)


def _settings_and_model(options: Options, request: str) -> tuple[Settings, Model]:
    """Those of the run. To stop all waits for no brand file to be mended; nothing else is done then. Raises ConfigError."""
    try:
        return load_settings(options), choose_model(options)
    except BrandFileError:
        from agent.models.offline import Offline, pulls_brake

        if not pulls_brake(request):
            raise
        return load_settings(options, whole=False), Offline()
