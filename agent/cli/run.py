"""`adsteward run REQUEST`: one request, from words to exit code."""

from contextlib import closing

from agent.cli.opening import approval_mode, at_terminal, open_session
from agent.notices.run_notices import telling
from agent.run.braking import settings_and_model
from agent.setup.settings import Options
from agent.setup.stops import ConfigError
from agent.show.table_file import chosen, ended


def run(options: Options, request: str) -> int:
    """One request, from words to exit code."""
    if not request.strip():
        raise ConfigError('Say what to do, for example: adsteward run "how are my ads doing?"')
    settings, model = settings_and_model(options, request)
    output = chosen(options)
    session = open_session(
        options, approval_mode(options), fresh=options.sandbox, model=model.name, settings=settings
    )
    with closing(session), telling(session, attended=at_terminal()):
        report = session.run(request, model)
        return ended(report, output, session.tables.newest, as_json=options.json)
