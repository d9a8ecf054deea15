"""The ASGI application: HTTP around the world."""

from __future__ import annotations

import asyncio
import logging
import re
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

from sandbox import APP_ID, APP_SECRET, TOKENS
from sandbox.edges import jobs
from sandbox.http import answering, background, batch_calls, control, drawn_pictures, staging
from sandbox.http.json_text import json_text
from sandbox.request import incoming
from sandbox.request.refusals import GraphError
from sandbox.world.state import World

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from sandbox.request.incoming import Call

_SECRET = re.compile(
    "|".join(
        [
            *map(re.escape, sorted(TOKENS, key=len, reverse=True)),
            rf"{APP_ID}(?:\||%7[Cc])[^&\"\s]+",
            re.escape(APP_SECRET),
            r"EAA\w{20,}",
            r"sandbox-code[\w-]*",
            r"(?<=\bcode=)[^&\"\s]+",
            *(
                rf"(?<=_{name}{between})[^&\"\s]+"
                for name in ("secret", "token", "proof")
                for between in ("=", '":"', '": "')
            ),
        ]
    )
)
_UNLOGGED = re.compile("token|secret|proof|^(?:code|payload)$")
"""Not listed: secrets, and the rows of people that audiences take."""
_SHORT = 1000
"""Up to it texts are looked at once: names of parameters, fields and ids come again and again."""
_JSON = "application/json"
_log = logging.getLogger(__name__)


class App:
    """Answers every request in one place, whatever its path and method: Meta's envelope is on each refusal."""

    def __init__(self, world: World) -> None:
        """Take the world, which is `state.world` to whoever looks at it from outside."""
        self.state = SimpleNamespace(world=world)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as ASGI has it."""
        # Starlette is slow to load and `sandbox.http.app` is imported by programs that may not need it.
        from starlette.requests import Request

        answer = await _respond(self.state.world, Request(scope, receive))
        await answer(scope, receive, send)


def create_app(
    state: Path | None = None,
    *,
    fresh: bool = False,
    now: datetime | None = None,
    seed: int = 7,
    ads: int = 0,
    tier: Literal["development", "standard"] | None = None,
    faults: list[dict[str, Any]] | None = None,
    auto_upgrade: bool = True,
) -> App:
    """Make the application around the world kept in `state`, or around one in memory.

    With `now` the clock stands there until it is moved (`POST /sandbox/clock`); without, it is real time.
    `ads` is how many ads the demo account has at least. A state that exists goes on where it was and keeps its
    own seed, clock and size, unless `fresh`; a `tier` that is given is kept from then on, and so are `faults`
    (`sandbox.world.faults`), of which the same list again changes nothing. Without `auto_upgrade` versions whose
    Marketing API has ended are refused (2635) instead of upgraded.

    Raises GraphError when the faults make no sense.
    """
    world = World.open(state, fresh=fresh, now=now, seed=seed, ads=ads, tier=tier or "")
    world.auto_upgrade = auto_upgrade
    if faults is not None:
        world.faults.order(faults)

    return App(world)


async def _respond(world: World, request: Request) -> Response:
    from starlette.responses import Response

    from sandbox.http import transit

    call = incoming.Call(request.method, (), {}, "")
    try:
        path = incoming.split_path(request.url.path)[1]
        if path[:1] == (control.ROOM,):
            told = json_text(await control.answer(world, request, path))
            return Response(told, media_type=_JSON)
        if path[:1] == (drawn_pictures.ROOM,) and request.method == "GET":
            return Response(drawn_pictures.answer(world, path), media_type="image/png")
        call = await incoming.read(request)
        given = _answer(world, call)
    except GraphError as error:
        given = answering.refusal(world, call, error)
    except Exception:  # noqa: BLE001  no traceback may leave; it goes to the log
        _log.exception("%s %s failed", request.method, request.url.path)
        given = answering.refusal(world, call, answering.unknown())
    if given.delay_s:
        await request.scope.get(transit.WAIT, asyncio.sleep)(given.delay_s)
    if given.lost:
        return transit.NoAnswer()
    if isinstance(given.body, str):
        return Response(given.body, given.status, given.headers, media_type="text/html")
    text = "\ufeff" * given.mark + json_text(given.body)
    return Response(text, given.status, given.headers, media_type=_JSON)


def _answer(world: World, call: Call) -> answering.Answer:
    _hear(world, call)
    if call.method == "POST" and not call.path and "batch" in call.params:
        return staging.perform(world, call, _batch)
    if call.method == "POST" and call.path[1:] == (jobs.EDGE,):
        return staging.perform(world, call, _jobs)
    return staging.perform(world, call)


def _batch(world: World, call: Call) -> answering.Answer:
    rows = batch_calls.run(world, call, partial(_item, world))
    return answering.Answer(answering.GOOD, rows, answering.headers(world, call))


def _item(world: World, item: Call) -> answering.Answer:
    _hear(world, item, in_batch=True)
    return staging.perform(world, item)


def _jobs(world: World, call: Call) -> answering.Answer:
    given = answering.answer(world, call)
    if given.good:
        background.carry_out(world, call, given.body["id"], partial(_item, world))
    return given


def _hear(world: World, call: Call, *, in_batch: bool = False) -> None:
    """Log a call without anything secret."""
    shown = {
        _hidden(name): _hidden(value)
        for name, value in call.params.items()
        if not _UNLOGGED.search(name) and (name, call.path[-1:]) != ("data", ("events",))
    }
    entry: dict[str, Any] = {
        "method": call.method,
        "path": _hidden("/" + "/".join(call.path)),
        "params": shown,
    }
    if call.files:
        entry["files"] = [_hidden(file.filename) for file in call.files]
    world.requests.append(entry | ({"in_batch": True} if in_batch else {}))


def _hidden(text: str) -> str:
    return _again(text) if len(text) <= _SHORT else _looked(text)


def _looked(text: str) -> str:
    return _SECRET.sub("<token>", text)


_again = lru_cache(maxsize=4096)(_looked)
