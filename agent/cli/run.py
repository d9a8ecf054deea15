"""`adsteward run REQUEST`: one request, from words to exit code."""

from agent.cli.opening import at_terminal, choose_model, open_session
from agent.setup.settings import Options
from agent.setup.stops import ConfigError
from agent.show.ending import reported


def run(options: Options, request: str) -> int:
    """One request, from words to exit code."""
    if not request.strip():
        raise ConfigError('Say what to do, for example: adsteward run "how are my ads doing?"')
    with_person = at_terminal() and not options.json
    mode = options.approve or ("ask" if with_person else "none")
    model = choose_model(options)
    session = open_session(options, mode, fresh=options.sandbox, model=model.name)
    try:
        return reported(session.run(request, model), as_json=options.json)
    finally:
        session.close()
