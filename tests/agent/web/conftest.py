"""The page on the sandbox, and somebody who looks at it."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from agent.run.places import open_journal
from agent.setup.settings import Options
from agent.web.decisions import opened
from agent.web.guard import Address
from agent.web.page_app import Site
from agent.web.sign_in import LINK_AGAIN_S, Door
from agent.web.users import Users
from agent.web.works import Work
from agent.writes.journal import Journal
from tests.agent.support import Clock, Faults, Sandbox
from tools.domain.changes import ChangeSet

ORIGIN = "http://127.0.0.1:8765"


class Browser:
    """One browser at the page: it follows redirects, keeps cookies, and sends the forms of the page it is on."""

    def __init__(self, site: Site, origin: str = ORIGIN, place: str = "127.0.0.1") -> None:
        self.site, self.origin = site, origin
        self.http = TestClient(site.app, base_url=origin, client=(place, 50000))
        self.page = self.entered = httpx2.Response(200)

    def get(self, path: str, **headers: str) -> str:
        self.page = self.http.get(path, headers=headers)
        return self.text

    def post(self, path: str, **fields: Any) -> str:
        """Send a form with what is hidden in the page, unless other values are given."""
        data = self.hidden() | fields
        self.page = self.http.post(path, data=data, headers={"origin": self.origin})
        return self.text

    def hidden(self) -> dict[str, str]:
        found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.page.text)
        return {name: unescape(value) for name, value in found}

    def wait(self, key: str) -> None:
        """Until what is being done under a key is over."""
        if work := self.site.house.works.of(key):
            list(work.told(30))

    @property
    def text(self) -> str:
        """What a person reads."""
        body = self.page.text.partition("<body")[2].partition(">")[2]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def status(self) -> int:
        return self.page.status_code

    def approve(self, set_id: str) -> str:
        """Look at a set, say yes, and look again when it is done."""
        self.get(f"/sets/{set_id}")
        self.post(f"/sets/{set_id}/approve")
        self.wait(set_id)
        return self.get(f"/sets/{set_id}")


@pytest.fixture
def links() -> list[str]:
    """The keys of the links that were told."""
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def options(workspace: Path) -> Options:
    return Options(sandbox=True, workspace=workspace, json=True, model="offline")


@pytest.fixture
def account(sandbox: Sandbox, faults: Faults, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The demo account; faults can be put between it and the page."""

    def in_process(settings: Any, *, fresh: bool) -> Any:
        return faults.around(sandbox.transport), "sandbox"

    monkeypatch.setattr("agent.setup.world._in_process", in_process)
    faults.dated = lambda _: None
    return sandbox


@pytest.fixture
def site(options: Options, links: list[str], clock: Clock) -> Iterator[Site]:
    """The page at this computer."""
    door = Door(None, links.append, clock.monotonic)
    made = Site(options, door, Address.of([ORIGIN, "http://localhost:8765"]))
    yield made
    made.house.works.close()


@pytest.fixture
def remote(options: Options, workspace: Path, clock: Clock, links: list[str]) -> Iterator[Site]:
    """The page for other computers, with users."""
    users = Users.of(workspace / "state")
    door = Door(users, links.append, clock.monotonic)
    made = Site(options, door, Address.of(["https://ads.example.com"]))
    yield made
    made.house.works.close()


@pytest.fixture
def let_in(site: Site, links: list[str], clock: Clock) -> Callable[[], Browser]:
    """Somebody who opened a new link."""

    def one() -> Browser:
        clock.sleep(LINK_AGAIN_S)
        site.house.door.new_link()
        made = Browser(site)
        made.get(f"/enter?key={links[-1]}")
        made.entered = made.page
        made.get("/")
        return made

    return one


@pytest.fixture
def browser(let_in: Callable[[], Browser]) -> Browser:
    return let_in()


@pytest.fixture
def journal(options: Options) -> Iterator[Journal]:
    opened = open_journal(options)
    yield opened
    opened.close()


Propose = Callable[..., ChangeSet]


@pytest.fixture
def propose(account: Sandbox, options: Options) -> Propose:
    """Has a tool propose a set, which waits."""

    def made(tool: str, request: str = "", **arguments: Any) -> ChangeSet:
        session = opened(options, Work())
        try:
            report, _ = session.tool(tool, arguments, request=request)
        finally:
            session.close()
        return report.change_sets[0].change_set

    return made


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with next to no work: what it is worth is not what is tested."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("agent.web.users._hasher", lambda: hasher)
    monkeypatch.setattr("agent.web.users._nobody", lambda: hasher.hash("nobody"))
