"""Desks on the sandbox's demo account, and accounts made by hand."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.tools.support import Desk, Ledger, a_context, open_desk, within
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.graph import GraphReader, Wire


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk on a demo account of the test's own."""
    opened = open_desk(tmp_path)
    yield opened
    opened.wire.close()
    opened.http.close()


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk shared by tests that change neither the account nor the context."""
    opened = open_desk(tmp_path_factory.mktemp("reading"))
    yield opened
    opened.wire.close()
    opened.http.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes desks on an account written by hand: rows by edge, such as `adsets`, or by what is asked of it."""
    opened: list[Desk] = []

    def make(currency: str, **rows: Any) -> Desk:
        def edge(path: str) -> dict[str, Any]:
            parts = urlsplit(path)
            found, asked = rows.get(parts.path.rsplit("/", 1)[-1], []), dict(parse_qsl(parts.query))
            return {"data": found(asked) if callable(found) else within(found, asked.get("time_range"))}

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.startswith("/sandbox/"):
                return httpx.Response(200, json={"data": [], "objects": {}})
            form = dict(parse_qsl(request.content.decode()))
            if request.method == "GET":
                return httpx.Response(200, json=edge(str(request.url)))
            items = [edge(item["relative_url"]) for item in json.loads(form["batch"])]
            return httpx.Response(200, json=[{"code": 200, "body": json.dumps(item)} for item in items])

        transport = httpx.MockTransport(answer)
        wire = Wire("token", base_url="http://meta", transport=transport)
        account = Account("act_9", "Nine", currency, "Asia/Tokyo", min_daily_budget_minor=200)
        ledger = Ledger()
        context = a_context(GraphReader(wire), account, Brand(), ledger, tmp_path)
        opened.append(Desk(wire, context, ledger, httpx.Client(base_url="http://meta", transport=transport)))
        return opened[-1]

    yield make
    for one in opened:
        one.wire.close()
        one.http.close()
