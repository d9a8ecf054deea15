"""People at one account: one approves what adsteward proposed, a colleague changes things meanwhile."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from PIL import Image

from agent.run.reopen import carry_out
from agent.run.report import Report
from agent.run.session import Session
from agent.writes.approval import DecidedBefore, Decision
from agent.writes.change_events import Settled
from agent.writes.journal_reader import Outcome
from tests.agent.support import ACCOUNT, Faults, Killed, Sandbox, ScriptedModel, batch_of, graph_error
from tools.domain.changes import ChangeSet

CAMPAIGN, OTHER = "23846000000002", "23846000000003"
"""Without budgets of their own; their ad sets have some."""
SHARED, IN_SHARED = "23846000000001", "23847000000004"
"""A campaign with a budget, and an ad set below it."""
ADSET, SECOND = "23847000000006", "23847000000005"
"""Two ad sets of CAMPAIGN."""
YES = DecidedBefore(Decision("approved", "a person", over=True))
Call = tuple[str, dict[str, Any]]
Edit = Callable[[], object]


def activate(*ids: str) -> Call:
    return "set_status", {"ids": list(ids), "status": "ACTIVE"}


def pause(*ids: str) -> Call:
    return "set_status", {"ids": list(ids), "status": "PAUSED"}


def budget(object_id: str, amount: str) -> Call:
    return "set_budget", {"id": object_id, "daily_budget": f"{amount} USD"}


def ad_set(campaign: str) -> Call:
    """A new one, named Set."""
    people = {"targeting": {"countries": ["US"]}, "daily_budget": "10.00 USD"}
    return "create_ad_set", {"name": "Set", "campaign_id": campaign, **people}


@dataclass
class Office:
    """`sandbox` is what a colleague works in; everything else is adsteward's."""

    open_session: Callable[..., Session]
    sandbox: Sandbox
    faults: Faults
    folder: Path
    sessions: list[Session] = field(default_factory=list)

    def session(self) -> Session:
        """Another process."""
        self.sessions.append(self.open_session("none", YES))
        return self.sessions[-1]

    def propose(self, *calls: Call) -> ChangeSet:
        """The set that one turn proposes; nobody has decided on it."""
        session = self.open_session("none")
        report = session.run("please", model := ScriptedModel([list(calls), "ok"]))
        assert not [told["error"] for told in model.results() if "error" in told]
        self.faults.clock.later(60)
        return report.change_sets[0].change_set

    def apply(self, made: ChangeSet) -> Report:
        """`adsteward apply ID` in a process of its own."""
        report = carry_out(self.session(), made)
        self.faults.clock.later(60)
        return report

    def do(self, *calls: Call) -> ChangeSet:
        """Proposed, approved and done; nobody else touched anything."""
        made = self.propose(*calls)
        assert set(said(self.apply(made))) == {"done"}
        self.faults.requests.clear()
        return made

    def undo(self, made: ChangeSet) -> ChangeSet:
        """The waiting undo of a set."""
        return self.propose(("undo", {"change_set_id": made.id}))

    def launch(self, number: int = 1) -> ChangeSet:
        """A campaign, an ad set, a creative and an ad."""
        path = self.folder / f"hero{number}.png"
        Image.new("RGB", (1080, 1080), (200, 30, number)).save(path, compress_level=1)
        creative = {"name": "Hero", "image_hashes": [f"new:{path.name}"], "bodies": ["Snap and go"]}
        return self.do(
            ("create_campaign", {"name": "New", "objective": "sales"}),
            ad_set("new:New"),
            ("upload_image", {"paths": [str(path)]}),
            ("create_creative", creative),
            ("create_ad", {"name": "Hero ad", "creative_id": "new:Hero", "adset_id": "new:Set"}),
        )

    def made(self, name: str, edge: str = "ads") -> str:
        """The id of an object of this name."""
        rows = self.sandbox.get(f"{ACCOUNT}/{edge}", fields="id,name", limit=500)["data"]
        (found,) = (row["id"] for row in rows if row["name"] == name)
        return str(found)

    def paused_ads(self, adset: str) -> list[str]:
        return [a["id"] for a in self.sandbox.ads() if (a["adset_id"], a["status"]) == (adset, "PAUSED")]

    def running_ads(self, adset: str) -> list[str]:
        ads = self.sandbox.ads()
        return [a["id"] for a in ads if (a["adset_id"], a["effective_status"]) == (adset, "ACTIVE")]

    def set(self, object_id: str, **values: Any) -> None:
        """The colleague changes something, or several things of one object."""
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
        answer = self.sandbox.post(object_id, **texts)
        assert answer.get("success"), answer

    def new_ad(self, adset: str, status: str = "ACTIVE") -> str:
        """The colleague adds an ad with a creative that is there."""
        creative = self.creative()
        answer = self.sandbox.post(
            f"{ACCOUNT}/ads",
            name="Colleague's",
            adset_id=adset,
            creative=json.dumps({"creative_id": creative}),
            status=status,
        )
        return str(answer["id"])

    def creative(self, besides: str = "") -> str:
        rows = self.sandbox.get(f"{ACCOUNT}/adcreatives", fields="id", limit=50)["data"]
        return next(str(row["id"]) for row in rows if row["id"] != besides)

    def swap(self, ad: str) -> None:
        """The colleague gives an ad another creative."""
        now = self.sandbox.get(ad, fields="creative{id}")["creative"]["id"]
        self.set(ad, creative={"creative_id": self.creative(besides=now)})

    def sent_to(self, object_id: str) -> list[str]:
        """What was sent for an object, as methods; from the wire, with batches taken apart."""
        return [method for method, path in self.sent() if path == object_id]

    def sent(self) -> list[tuple[str, str]]:
        """Every write that left: method and path."""
        return [write for request in self.faults.sent_writes() for write in _writes(request)]

    def throttled_while(self, edit: Edit) -> Any:
        """Meta is full for a minute, in which somebody edits."""

        def act(forward: Any, request: httpx.Request) -> httpx.Response:
            edit()
            return graph_error(17, 2446079)(forward, request)

        return act

    def slow_while(self, edit: Edit) -> Any:
        """The answer takes seconds, in which somebody edits."""

        def act(forward: Any, request: httpx.Request) -> httpx.Response:
            answer = forward()
            edit()
            self.faults.clock.sleep(5)
            return answer

        return act


def dies_before(forward: Any, request: httpx.Request) -> httpx.Response:
    raise Killed


def _writes(request: httpx.Request) -> Iterator[tuple[str, str]]:
    if not (items := batch_of(request)):
        form = parse_qs(request.content.decode("utf-8", "replace"))
        yield form.get("method", [request.method])[0], request.url.path.removeprefix("/v26.0/")
    for item in items:
        if item["method"] != "GET":
            yield item["method"], item["relative_url"].removeprefix("v26.0/")


def outcomes(report: Report | Settled) -> list[Outcome]:
    if isinstance(report, Settled):
        return list(report.outcomes)
    return [outcome for stored in report.change_sets for outcome in stored.outcomes]


def said(report: Report) -> list[str]:
    """What became of each change, in a word."""
    return [outcome.said for outcome in outcomes(report)]


def notes(report: Report) -> str:
    """What a person reads about what did not go ahead."""
    return "\n".join(o.note for o in outcomes(report) if o.state == "CONFLICT")
