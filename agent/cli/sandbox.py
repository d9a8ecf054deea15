"""The demo account as a server."""

import json
import sys
from pathlib import Path
from typing import Any

from agent.setup.stops import ConfigError


def sandbox(
    host: str, port: int, state: Path | None, *, clock: str, faults: Path | None, **world: Any
) -> int:
    """Serve the demo account until Ctrl-C; `world` is what `create_app` takes besides. Raises ConfigError."""
    from sandbox.http.app import create_app
    from sandbox.http.keep_telling import telling
    from sandbox.http.server import serve
    from sandbox.request.clock import iso, iso_moment
    from sandbox.request.refusals import GraphError

    try:
        rules = json.loads(faults.read_text(encoding="utf-8")) if faults else None
        moment = iso_moment(clock) if clock else None
        app = create_app(state, now=moment, faults=rules, **world)
        if moment and moment.timestamp() > app.state.world.clock():
            app.state.world.move(moment.timestamp())
    except GraphError as error:
        raise ConfigError(f"{error.message.removeprefix('(#100) ')}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(
            f"{faults or state} cannot be used ({getattr(error, 'strerror', error)})."
        ) from None

    def ready(bound: int) -> None:
        address = f"http://{host}:{bound}"
        sys.stdout.write(
            f"Sandbox listens on {address}; its clock says {iso(app.state.world.clock())}\n"
            f'  META_GRAPH_URL={address} adsteward run "how are my ads doing?" --sandbox\n'
            f"  curl -H 'Authorization: Bearer sandbox-token' {address}/v26.0/act_123456789/ads?fields=name\n"
        )
        sys.stdout.flush()

    try:
        with telling(app.state.world):
            serve(host, port, app, on_ready=ready)
    except OSError as error:
        raise ConfigError(f"{host}:{port} cannot be used ({error.strerror}).") from None
    return 0
