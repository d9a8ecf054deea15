"""`adsteward web`: the page as a server, until Ctrl-C; what was being done then has its record."""

import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import uvicorn

from agent.setup.own_files import make_private
from agent.setup.settings import Options, load_settings
from agent.setup.stops import ConfigError
from agent.setup.world import LOOPBACK
from agent.web.guard import Address
from agent.web.page_app import Site
from agent.web.sign_in import Door
from agent.web.users import Users

USUAL_PORT = 80
LAST_REQUESTS_S = 3
"""How long open connections have when the server ends."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the page is served, and how it is reached."""

    host: str = "127.0.0.1"
    port: int = 8765
    url: str = ""
    """The address that people open, where that is not this computer."""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False

    def check(self) -> None:
        """Other computers reach it over TLS only. Raises ConfigError."""
        if bool(self.tls_cert) != bool(self.tls_key):
            raise ConfigError("--tls-cert and --tls-key go together. Nothing is served.")
        protected = self.tls_cert is not None or self.behind_proxy
        if self.host not in LOOPBACK and not protected:
            raise ConfigError(
                f"--host {self.host} is open to other computers: give --tls-cert and --tls-key, or say --behind-proxy"
                " where a proxy speaks TLS before it. Nothing is served."
            )
        if protected and not _opened_by_browsers(self.url):
            raise ConfigError(
                "Say with --url what people open, such as https://ads.example.com. Nothing is served."
            )
        if self.url and not protected:
            raise ConfigError("--url is for --tls-cert or --behind-proxy. Nothing is served.")

    def address(self, port: int) -> Address:
        """The origins that are this page, once it is known which port it has."""
        if self.url:
            split = urlsplit(self.url.lower())
            return Address.of([f"https://{split.netloc.removesuffix(':443')}"], proxied=self.behind_proxy)
        # Browsers leave out the port that is usual.
        at = "" if port == USUAL_PORT else f":{port}"
        return Address.of(f"http://{name}{at}" for name in ("127.0.0.1", "localhost", "[::1]"))


def serve(options: Options, listening: Listening) -> int:
    """Serve until interrupted. Raises ConfigError."""
    listening.check()
    settings = load_settings(options, whole=False)
    make_private(settings.state)
    options = replace(options, workspace=settings.workspace, json=True)
    users = Users.of(settings.state) if listening.url else None
    if users is not None and not users.listed():
        raise ConfigError(
            "Nobody could sign in: `adsteward web user add NAME --role approve` comes first. Nothing is served."
        )
    try:
        family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
        listener = socket.create_server((listening.host, listening.port), family=family)
    except OSError as error:
        why = str(error.strerror).partition(" (while")[0]
        raise ConfigError(
            f"{listening.host}:{listening.port} cannot be used ({why}). --host and --port take others."
        ) from None
    with listener:
        port = listener.getsockname()[1]
        _run(options, listening, users, listener, port)
    return 0


def _run(
    options: Options, listening: Listening, users: Users | None, listener: socket.socket, port: int
) -> None:
    base = listening.url.rstrip("/") or f"http://{_named(listening.host)}:{port}"
    door = Door(users, lambda key: _say(f"Open, once: {base}/enter?key={key}"))
    site = Site(options, door, listening.address(port), _say)
    config = uvicorn.Config(
        site.app,
        ws="none",
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        ssl_certfile=listening.tls_cert,
        ssl_keyfile=listening.tls_key,
        timeout_graceful_shutdown=LAST_REQUESTS_S,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"--tls-cert and --tls-key cannot be used ({error}). Nothing is served.") from None
    _say(
        f"{site.house.place}: the page of {options.workspace} on {base}; Ctrl-C ends it, which is safe at any moment."
    )
    door.new_link()
    works = site.house.works
    try:
        server = _Server(config, works.cut)
        with _calm_signals(server):
            server.run(sockets=[listener])
    finally:
        works.close()


def _opened_by_browsers(url: str) -> bool:
    """Whether it is https, a host as browsers send it, perhaps a port, and nothing else."""
    try:
        split = urlsplit(url)
        named = bool(split.hostname) and split.port != 0
    except ValueError:
        return False
    rest = split.path.strip("/") or split.query or split.fragment or "@" in split.netloc
    return split.scheme == "https" and named and not rest and split.netloc.isascii()


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class _Server(uvicorn.Server):
    """Has works end when it is asked to end itself: a page that watches one would wait for it."""

    def __init__(self, config: uvicorn.Config, on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_end = on_end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._on_end()
        super().handle_exit(sig, frame)


@contextmanager
def _calm_signals(server: _Server) -> Iterator[None]:
    """Have a closed terminal end the server as a kill does, and let uvicorn's repeat of what stopped it pass without effect."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, server.handle_exit)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
