"""No test touches the network, a developer's keys or home folder, waits, or depends on luck.

Properties draw the same examples every time; `make fuzz` looks for luck.
"""

import gc
import os
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import httpx2
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from agent.stores.database import Database
from agent.stores.shared_limits import Allowances
from sandbox.world import world_file
from tests import warm
from tests.draws import USUAL
from tests.fewer_reports import tell_less
from tests.memory import MEMORY
from tests.postgres import NoPostgres, Server, server

ENVIRONMENT = ("FACEBOOK_", "META_", "ANTHROPIC_", "ADSTEWARD_", "COLUMNS", "LINES")
"""The last two are set for the workers of xdist: by the readline of the process that starts them."""

SCHEMAS = count()

# How fast a machine is decides nothing: no deadline.
ALWAYS = settings(database=None, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", ALWAYS, derandomize=True)
settings.register_profile("fuzz", ALWAYS, derandomize=False, max_examples=10 * USUAL)
settings.load_profile("same")

if MEMORY:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# A run in the background is begun deaf to these, and so would be all that the tests start and interrupt.
for number, heard in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, heard)

# What a test makes dies with it, mostly without circles: looking for them seldom saves a tenth of all time.
gc.set_threshold(400_000, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems() -> None:
    """Nothing drawn may depend on the modules that other tests happened to load: before hypothesis reads them all."""
    if settings().derandomize:
        providers.is_local_module_file = lambda _path: False


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays until the end: the garbage collector need not look at it again and again."""
    gc.freeze()
    tell_less(session.config)
    if hasattr(session.config, "workerinput"):  # of many tests, some want processes
        warm.begin()


@pytest.fixture(scope="session", autouse=True)
def unsynced() -> Iterator[None]:
    """Databases of this process die with the machine; what is tested by kill -9 runs in others."""
    with pytest.MonkeyPatch.context() as patch:
        for tables in (Database, Allowances):
            patch.setattr(tables, "synchronous", "OFF")
        patch.setattr(world_file, "SYNCHRONOUS", "OFF")
        yield


@pytest.fixture(scope="session", autouse=True)
def homeless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is made for a whole module or session is no more in the developer's home than a test is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A Postgres of this process, begun with the first test that wants it."""
    try:
        with server() as running:
            yield running
    except NoPostgres as missing:
        pytest.skip(f"no Postgres can be started here: {missing}")


@pytest.fixture
def database(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database that this test's machines share; it goes with its server."""
    import psycopg

    name = f"t{next(SCHEMAS)}"
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(f"CREATE SCHEMA {name}")
    url = f"{postgres.url}&options=-csearch_path%3D{name}"
    monkeypatch.setenv("ADSTEWARD_DATABASE_URL", url)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """The test runs on both engines: the file of a state folder, and a shared database."""
    if request.param == "postgres":
        request.getfixturevalue("database")
    return str(request.param)


@pytest.fixture(scope="session")
def new_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Empty folders, for tests of which there are thousands."""
    base = tmp_path_factory.mktemp("folders")

    def made() -> Iterator[Path]:
        for number in count():
            (folder := base / str(number)).mkdir()
            yield folder

    return made()


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch, new_folder: Iterator[Path]) -> Path:
    """A clean environment with a home of its own; real connections fail, except to this machine."""
    for name in [name for name in os.environ if name.startswith(ENVIRONMENT)]:
        monkeypatch.delenv(name)
    home = next(new_folder)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(home / "anthropic"))
    for transport in (httpx.HTTPTransport, httpx2.HTTPTransport):
        monkeypatch.setattr(transport, "handle_request", _local_only(transport.handle_request))
    monkeypatch.chdir(next(new_folder))
    return home


def _local_only(handle):
    def handle_request(self, request):
        if request.url.host not in ("127.0.0.1", "localhost"):
            raise AssertionError(f"a test tried to reach {request.url.host}")
        return handle(self, request)

    return handle_request
