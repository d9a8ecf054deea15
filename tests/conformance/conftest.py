"""Sandboxes to talk to, and Meta's SDK with nothing changed but the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox import DEMO_ACCOUNT
from tests.conformance.proxy import proxied
from tests.conformance.server import Sandbox, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NO_SDK = "facebook-business is not installed here; `make conformance` brings it"


@pytest.fixture(scope="session")
def shared() -> Iterator[Sandbox]:
    """Run the sandbox that most tests share; each changes only what it made or what no other looks at."""
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def server(shared: Sandbox) -> Sandbox:
    """Give the shared sandbox, a moment later: no account takes more than 100 writes in one second."""
    shared.advance(1)
    return shared


@pytest.fixture
def own_server() -> Iterator[Sandbox]:
    """Run a sandbox for one test."""
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def connect(server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Give the SDK's API for a token; `to` is another sandbox."""
    api = pytest.importorskip("facebook_business.api", reason=NO_SDK)
    session = pytest.importorskip("facebook_business.session", reason=NO_SDK)

    def connected(token: str = "sandbox-token", to: Sandbox = server, **more: Any) -> Any:  # noqa: S107  a demo token
        monkeypatch.setattr(session.FacebookSession, "GRAPH", to.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        return api.FacebookAdsApi(session.FacebookSession(access_token=token, **more))

    return connected


@pytest.fixture
def account(connect: Callable[..., Any]) -> Any:
    """Give the SDK's object for the demo account."""
    from facebook_business.adobjects.adaccount import AdAccount

    return AdAccount(DEMO_ACCOUNT, api=connect())


@pytest.fixture
def through_proxy(server: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Meta's own addresses lead to the sandbox."""
    with proxied(server.port, tmp_path) as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
            monkeypatch.delenv(name.lower(), raising=False)
        yield


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Give a small picture."""
    from PIL import Image

    path = tmp_path / "hero-v1.jpg"
    Image.new("RGB", (1080, 1080), (200, 60, 30)).save(path)
    return path


@pytest.fixture
def story() -> dict[str, Any]:
    """Give the story of a creative, without its picture."""
    link = "https://northwind.example/"
    return {
        "page_id": "104200000000001",
        "link_data": {
            "link": link,
            "message": "Made for long days outside.",
            "name": "Tent",
            "call_to_action": {"type": "SHOP_NOW", "value": {"link": link}},
        },
    }
