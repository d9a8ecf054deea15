"""A real browser before the page, which listens on a port of this computer and works on the sandbox."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from agent.setup.settings import Options
from agent.web.guard import Address
from agent.web.page_app import Site
from agent.web.sign_in import Door
from tests.agent.conftest import events, faults, sandbox, workspace  # noqa: F401
from tests.agent.web.conftest import account, clock, journal, links, options, propose  # noqa: F401

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage"
).split()
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SIZES = {"desktop": DESKTOP, "phone": PHONE}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, driven by Playwright."""
    driver = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed here; `make browser` brings it"
    )
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium here (looked for {', '.join(NAMES)})")
    with driver.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def served(options: Options, links: list[str], clock: Any, account: Any) -> Iterator[Site]:  # noqa: F811
    """The page on a port; `address` is where."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        site = Site(options, Door(None, links.append, clock.monotonic), Address.of([address]))
        site.base = address  # type: ignore[attr-defined]
        config = uvicorn.Config(site.app, lifespan="off", ws="none", log_level="critical", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield site
        server.should_exit = True
        site.house.works.close()
        thread.join()


Visit = Callable[..., Any]


@pytest.fixture
def visit(chromium: Any, served: Site, links: list[str]) -> Iterator[Visit]:  # noqa: F811
    """Opens a window of a size; the person is in unless said otherwise. What goes wrong in it fails the test."""
    contexts, wrong = list[Any](), list[str]()

    def opened(size: str = "desktop", path: str = "/", **more: Any) -> Any:
        context = chromium.new_context(base_url=served.base, **SIZES[size], **more)  # type: ignore[attr-defined]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"dialog {dialog.message}"))
        page.on(
            "request",
            lambda asked: wrong.append(asked.url) if not asked.url.startswith(served.base) else None,
        )  # type: ignore[attr-defined]
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        served.house.door._link_at_s = float("-inf")
        served.house.door.new_link()
        page.goto(f"/enter?key={links[-1]}")
        page.wait_for_url(f"{served.base}/")  # type: ignore[attr-defined]
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def pictures() -> Path:
    """Where the pictures of the documentation are."""
    return Path(__file__).parents[3] / "docs" / "pictures"
