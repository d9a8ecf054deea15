"""A desk to call tools at, on a demo account of its own, watching that no proposal writes."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from sandbox.http.app import create_app
from sandbox.http.inprocess import SandboxTransport
from tools import registry
from tools.domain.account import Account, read_account
from tools.domain.brand import Brand
from tools.domain.brand_layers import file_layer, load_brand
from tools.domain.changes import Change, ChangeSet, resolve, unshown
from tools.domain.files import given
from tools.domain.tool import Applied, Context, Proposal, Result, ToolError
from tools.graph import GraphReader, GraphWriter, Wire
from tools.graph.writer import WriteRequest
from tools.read.intake import day_of

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
ACCOUNT = "act_123456789"
STACK = Path(__file__).parents[2] / "sandbox" / "stack.md"

SPRING, SUMMER, ALWAYS, BLOG = (f"2384600000000{n}" for n in range(1, 5))
PROSPECTING, BROAD = "23847000000001", "23847000000002"
"""Ad sets: with a daily budget of its own, and below a campaign with one."""
TENT, EARLY_BIRD, JACKET, EVERGREEN = "23848000000001", "23848000000011", "23848000000012", "23848000000060"
"""Ads: a loser, a paused one, a loser below a campaign budget, and a protected loser."""


class Ledger:
    """What was applied, held in a list."""

    def __init__(self) -> None:
        self.entries: list[Applied] = []

    def recent(self, account: str, limit: int) -> list[dict[str, Any]]:
        """The newest change sets first."""
        ids = dict.fromkeys(e.change_set_id for e in reversed(self.entries) if e.change.account == account)
        return [{"id": i, "state": "applied"} for i in ids][:limit]

    def change_set(self, change_set_id: str) -> ChangeSet:
        """No tool asks for it."""
        raise KeyError(change_set_id)

    def sent_since(self, account: str, since: datetime) -> list[Applied]:
        """No other workspace did anything."""
        return self.applied(account, since=since, unknown=True)

    def withdraw(self, account: str, change_set_id: str, who: str, reason: str) -> str:
        """Nothing waits here."""
        return f"{change_set_id} of {account} does not wait."

    def standing(self, account: str, change_set_id: str) -> str:
        """In a sentence of the journal."""
        return f"{change_set_id} of {account} stands somewhere."

    def applied(
        self, account: str, *, change_set_id: str = "", since: datetime | None = None, unknown: bool = False
    ) -> list[Applied]:
        """As the journal answers: an empty id stands for every set."""
        return [
            e
            for e in self.entries
            if e.change.account == account
            and change_set_id in ("", e.change_set_id)
            and (since is None or e.at >= since)
            and (unknown or e.known)
        ]


@dataclass(repr=False)
class Desk:
    """Calls tools as the toolbox does."""

    wire: Wire
    context: Context
    ledger: Ledger
    http: httpx.Client
    world: Any = None
    _calls: Any = field(default_factory=lambda: itertools.count(1))

    def call(self, name: str, /, **arguments: Any) -> Result | Proposal:
        """Run one tool."""
        tool = registry.find(name)
        self.context.call_id = f"call{next(self._calls)}"
        answer = tool.run(registry.validated(tool, arguments), self.context)
        if isinstance(answer, Proposal):
            assert not [hidden for change in answer.changes if (hidden := unshown(change))]
            self.context.pending += answer.changes
        return answer

    def ask(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """What a read tool tells the model, as it comes out of JSON."""
        answer = self.call(name, **arguments)
        assert isinstance(answer, Result)
        return json.loads(json.dumps(answer.content, ensure_ascii=False))

    def propose(self, name: str, /, **arguments: Any) -> Proposal:
        """What a write tool proposes; that nothing was written is checked every time."""
        before = self._as_it_was()
        answer = self.call(name, **arguments)
        assert isinstance(answer, Proposal)
        assert self._as_it_was() == before
        return answer

    def one(self, name: str, /, **arguments: Any) -> Change:
        """The only change that is proposed."""
        (change,) = self.propose(name, **arguments).changes
        return change

    def refusal(self, name: str, /, **arguments: Any) -> str:
        """Why a tool refuses; nothing was written then, either."""
        before = self._as_it_was()
        with pytest.raises(ToolError) as refused:
            self.call(name, **arguments)
        assert self._as_it_was() == before
        return str(refused.value)

    def _as_it_was(self) -> tuple[list[dict[str, Any]], bytes]:
        """What was written so far, and every object's writable fields as the sandbox tells them."""
        return self.writes(), self.http.get("/sandbox/state").content

    def writes(self) -> list[dict[str, Any]]:
        """Every write the sandbox has heard; the envelope of a batch is none."""
        heard = self.http.get("/sandbox/requests").json()["data"]
        return [r for r in heard if r["method"] != "GET" and "batch" not in r["params"]]

    def state(self) -> dict[str, Any]:
        """The writable fields of every object in the sandbox."""
        return self.http.get("/sandbox/state").json()["objects"]

    def graph(self, path: str, **params: Any) -> dict[str, Any]:
        """Ask the sandbox directly."""
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        answer = self.http.get(f"/v26.0/{path}", params={"access_token": "sandbox-token", **texts})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def elsewhere(self, object_id: str, **params: str) -> None:
        """Somebody else changes an object."""
        self.send("POST", object_id, params)

    def enact(self, *changes: Change, at: datetime = NOW, change_set: str = "cs-1") -> list[str]:
        """Make the changes at Meta and put them into the ledger; gives the new ids and hashes."""
        results: dict[str, dict[str, Any]] = {}
        for change in changes:
            upload = change.request.upload
            files = {}
            if upload:
                files = {"source": (upload.filename, Path(upload.path).read_bytes(), upload.mime)}
            params = resolve(change.request.params, results)
            answer = self.send(change.request.method, change.request.path, params, files)
            if upload:
                answer = {"hash": answer["images"][upload.filename]["hash"]}
            results[change.id] = answer
            self.ledger.entries.append(Applied(change, change_set, at, answer, undone=False))
        self.context.pending.clear()
        return [str(r.get("id") or r.get("hash") or "") for r in results.values()]

    def send(self, method: str, path: str, params: Any, files: Any = None) -> dict[str, Any]:
        """One write that must succeed."""
        (answer,) = GraphWriter(self.wire).send([WriteRequest(method, path, params, files or {})])
        assert isinstance(answer, dict), answer
        return answer


def within(rows: list[Any], span: str | None) -> list[Any]:
    """The rows that begin within the days asked for; those that do not say their days always come."""
    first, last = map(date.fromisoformat, json.loads(span).values()) if span else (date.min, date.max)
    return [row for row in rows if not (day := _first_day(row)) or first <= day <= last]


def _first_day(row: Any) -> date | None:
    day = day_of(row.get("date_start")) if isinstance(row, dict) else None
    return day if day and day.year in range(2020, 2100) else None


def demo_brand(**changed: Any) -> Brand:
    """The demo account's brand file, with some settings changed."""
    return load_brand([file_layer(STACK)]).brand.model_copy(update=changed)


def open_desk(folder: Path) -> Desk:
    """A desk on a fresh demo account."""
    app = create_app(None, now=NOW)
    transport = SandboxTransport(app)
    wire = Wire("sandbox-token", base_url="http://sandbox", transport=transport, sleep=lambda _: None)
    http = httpx.Client(base_url="http://sandbox", transport=SandboxTransport(app))
    reader, ledger = GraphReader(wire), Ledger()
    context = a_context(reader, read_account(reader, ACCOUNT), demo_brand(), ledger, folder)
    return Desk(wire, context, ledger, http, app.state.world)


def a_context(reader: GraphReader, account: Account, brand: Brand, ledger: Ledger, folder: Path) -> Context:
    """What tools work with, at a fixed moment."""
    return Context(
        graph=reader,
        account=account,
        brand=brand,
        ledger=ledger,
        run_id="run",
        results_dir=folder / "results",
        now=lambda: NOW,
        given=given([folder]),
    )


def a_picture(path: Path, size: tuple[int, int] = (1080, 1080), color: Any = "teal", **options: Any) -> Path:
    """A picture file; its ending says the format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if options:
        Image.new("RGB", size, color).save(path, **options)
    else:
        path.write_bytes(_plain(Image.registered_extensions()[path.suffix], size, color))
    return path


@cache
def _plain(kind: str, size: tuple[int, int], color: Any) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", size, color).save(drawn, kind, compress_level=1)
    return drawn.getvalue()
