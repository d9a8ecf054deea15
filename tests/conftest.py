"""No test touches the network, a developer's keys or home folder, or waits."""

import os
from pathlib import Path

import httpx
import httpx2
import pytest

ENVIRONMENT = ("FACEBOOK_", "META_", "ANTHROPIC_", "ADSTEWARD_")


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with a home of its own; real connections fail, except to this machine."""
    for name in [name for name in os.environ if name.startswith(ENVIRONMENT)]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(home / "anthropic"))
    for transport in (httpx.HTTPTransport, httpx2.HTTPTransport):
        monkeypatch.setattr(transport, "handle_request", _local_only(transport.handle_request))
    monkeypatch.chdir(tmp_path_factory.mktemp("cwd"))
    return home


def _local_only(handle):
    def handle_request(self, request):
        if request.url.host not in ("127.0.0.1", "localhost"):
            raise AssertionError(f"a test tried to reach {request.url.host}")
        return handle(self, request)

    return handle_request
