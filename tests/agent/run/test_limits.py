"""Meta's limits as a person meets them: small batches, a breaker across processes, locked budgets, odd answers, old approvals."""

import json
import sqlite3
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.cli.entry import _guarded
from agent.writes.approval import DecidedBefore, Decision, approved_by
from agent.writes.proposing.plan_cost import plan_cost
from tests import warm
from tests.agent.servers import graph_server
from tests.agent.support import (
    ACCOUNT,
    Sandbox,
    batch_of,
    drop_after,
    graph_error,
    is_write,
)
from tests.agent.writes.test_apply import active, image, launch, named, outcomes, pause  # noqa: F401 - `image` is a fixture
from tools.graph import Forecast

PROSPECTING = "23847000000001"
ROOT = Path(__file__).parents[3]

# -- limited access --------------------------------------------------------------------------------------------


class LimitedAccess(httpx.BaseTransport):
    """Counts as Meta's limited access may: 60 points in any 300 s, a read 1, a write 3; above, a block."""

    def __init__(self, inner: httpx.BaseTransport, now: Callable[[], float]) -> None:
        self._inner, self._now = inner, now
        self.calls: deque[tuple[float, int]] = deque()
        self.throttled = 0
        self.fullest = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        now = self._now()
        while self.calls and now - self.calls[0][0] >= 300:
            self.calls.popleft()
        items = batch_of(request)
        points = (
            sum(1 if i["method"] == "GET" else 3 for i in items) if items else 3 if is_write(request) else 1
        )
        self.calls.append((now, points))
        used = sum(points for _, points in self.calls)
        self.fullest = max(self.fullest, used)
        usage = json.dumps({"acc_id_util_pct": 0, "ads_api_access_tier": "development_access"})
        if used > 60:
            self.throttled += 1
            error = {"code": 17, "error_subcode": 2446079, "message": "User request limit reached"}
            return httpx.Response(400, json={"error": error}, headers={"x-ad-account-usage": usage})
        answer = self._inner.handle_request(request)
        body = json.loads(answer.read())
        if items and isinstance(body, list):
            for item in body:
                item["headers"] = [{"name": "x-ad-account-usage", "value": usage}]
        return httpx.Response(answer.status_code, json=body, headers={"x-ad-account-usage": usage})


@pytest.fixture
def limit(sandbox, faults):
    """Meta's limit for an app that was not reviewed, between client and sandbox."""
    sandbox.transport = LimitedAccess(sandbox.transport, lambda: faults.clock.now().timestamp())
    return sandbox.transport


def test_limited_access_is_kept_by_small_batches(open_session, sandbox, faults, limit):
    """Forty pauses go out nine at a time with breaks between them, all are made, and Meta never has to refuse."""
    ids = active(sandbox, 40)
    session = open_session()
    session.world.wire.wait_budget.limit_s = 3600
    report = session.run("pause", pause(ids))
    assert outcomes(report) == ["done"] * 40
    assert set(ids) <= sandbox.paused()
    assert max(len(batch_of(request)) for request in faults.sent_writes()) == 9
    assert (limit.throttled, limit.fullest <= 57) == (0, True)
    assert max(faults.clock.waits) < 310
    assert sum(faults.clock.waits) < 900  # what an unattended run may wait


def test_the_limit_of_this_file_can_refuse(open_session, sandbox, faults, limit):
    """Twenty-one writes past our client are one too many for it."""
    client = httpx.Client(
        transport=limit, base_url="http://sandbox/v26.0", headers={"Authorization": "Bearer sandbox-token"}
    )
    codes = [client.post(ACCOUNT, data={"name": "x"}).status_code for _ in range(21)]
    assert limit.throttled == 1
    assert codes[-1] == 400


def test_without_waiting_what_fits_is_done_and_the_rest_waits(open_session, sandbox, faults, limit):
    """A run that may not wait ends in time, says when the next call fits, and goes on later without doing anything twice."""
    ids = active(sandbox, 40)
    session = open_session()
    session.world.wire.wait_budget.limit_s = 0
    report = session.run("pause", pause(ids))
    assert set(outcomes(report)) == {"done", "not sent"}
    assert "nearly used up" in report.answer
    assert "--max-wait" in report.answer
    assert limit.throttled == 0
    session.world.wire.wait_budget.limit_s = 3600
    faults.clock.later(600)
    assert outcomes(session.apply(report.change_sets[0].change_set)) == ["done"] * 40
    pauses = [w["object_id"] for w in sandbox.writes() if w["event_type"] == "update_ad_run_status"]
    assert sorted(pauses) == sorted(ids)


@pytest.mark.parametrize(
    ("count", "forecast", "says", "not_says"),
    [
        (
            3,
            Forecast("", 9000, 9000, 0),
            "about 11 points of Meta's allowance; Meta has not said how many",
            "min",
        ),
        (
            3,
            Forecast("Full", 9000, 8550, 5),
            "about 11 points of Meta's allowance; you have about 8,550 of 9,000 (Full access)",
            "min",
        ),
        (
            18,
            Forecast("Limited", 60, 57, 5),
            "about 56 points of Meta's allowance; you have about 57 of 60 (Limited access)",
            "min",
        ),
        (40, Forecast("Limited", 60, 57, 5), "takes about 7 min: it is sent in parts", "has not said"),
        (19, Forecast("Limited", 60, 57, 5), "takes about 1 min", "2 min"),
        (400, Forecast("Limited", 60, 0, 100), "about 1,216 points", "has not said"),
    ],
)
def test_what_a_plan_takes_is_said_before_it_is_approved(count, forecast, says, not_says):
    """Points needed, points there, and minutes only where they are too few; a check and a read-back per 50 are in it."""
    said = plan_cost([None] * count, forecast)
    assert says in said
    assert not_says not in said


def test_the_minutes_that_were_said_are_about_the_minutes_it_takes(open_session, sandbox, faults, limit):
    """The promise for forty pauses on limited access is kept within a factor of two."""
    session = open_session()
    session.world.wire.wait_budget.limit_s = 3600
    said = plan_cost([None] * 40, session.world.governor.forecast())
    minutes = int(said.partition("about ")[2].rpartition("takes about ")[2].split()[0])
    session.run("pause", pause(active(sandbox, 40)))
    assert minutes / 2 <= sum(faults.clock.waits) / 60 <= minutes * 2


# -- the breaker -----------------------------------------------------------------------------------------------


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """An empty workspace for commands on a live account."""
    folder = tmp_path / "live"
    folder.mkdir()
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(folder))
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "sandbox-token")
    monkeypatch.setenv("META_AD_ACCOUNT", ACCOUNT)
    return folder


@pytest.fixture
def cli(ws, capsys):
    """Runs a command in this process; gives exit code and JSON or text."""

    def call(*arguments):
        capsys.readouterr()
        code = _guarded([str(a) for a in arguments])
        out, err = capsys.readouterr()
        try:
            return code, json.loads(out)
        except ValueError:
            return code, out + err

    return call


class Refusing(httpx.BaseTransport):
    """Refuses while it is told to, and counts what it is asked."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.asked = 0
        self.refusal: dict[str, Any] | None = None
        self.headers: dict[str, str] = {}
        self.writes_only = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.refusal and (is_write(request) or not self.writes_only):
            return httpx.Response(400, json={"error": self.refusal}, headers=self.headers)
        if request.url.path.endswith("/me/adaccounts"):
            return httpx.Response(200, json={"data": [{"id": ACCOUNT, "name": "the only one"}]})
        return self._inner.handle_request(request)


@pytest.fixture
def live(monkeypatch):
    """The sandbox at an address, behind something that can refuse."""
    with Sandbox() as sandbox:
        sandbox.transport = Refusing(sandbox.transport)
        with graph_server(sandbox) as url:
            monkeypatch.setenv("META_GRAPH_URL", url)
            yield sandbox


def set_pause(sandbox: Sandbox) -> tuple[str, ...]:
    (ad,) = active(sandbox, 1)
    return (
        "tool",
        "set_status",
        json.dumps({"ids": [ad], "status": "PAUSED"}),
        "--json",
        "--approve",
        "safe",
    )


def test_a_lock_met_by_one_process_stops_the_next_until_doctor_closes_it(cli, live):
    """368 once: the next processes send nothing, doctor shows what to do, and `--close` lets calls through again."""
    command, meta = set_pause(live), live.transport
    meta.refusal = {"code": 368, "message": "blocked"}
    code, report = cli(*command)
    assert (code, [c["outcome"] for c in report["change_sets"][0]["changes"]]) == (4, ["not sent"])
    meta.refusal, sent = None, meta.asked
    other = warm.run(
        [sys.executable, "-m", "agent", "run", "how are my ads doing?", "--json"], text=True, cwd=ROOT
    )
    assert (other.returncode, meta.asked) == (4, sent)
    assert "368" in json.loads(other.stdout)["answer"]
    assert "adsteward doctor" in json.loads(other.stdout)["answer"]
    code, report = cli("doctor", "--json")
    assert (code, meta.asked) == (4, sent)
    (stop,) = [check for check in report["checks"] if check["what"] == "calls stopped"]
    assert stop["found"] == ACCOUNT
    for part in ("368", "Account Quality", f"adsteward doctor --close {ACCOUNT}"):
        assert part in stop["problem"]
    code, report = cli("doctor", "--close", ACCOUNT, "--json")
    assert "calls allowed" in {check["what"] for check in report["checks"]}
    assert "calls stopped" not in {check["what"] for check in report["checks"]}
    assert meta.asked > sent
    code, report = cli(*command)
    assert (code, report["status"]) == (0, "done")


def test_a_lock_of_the_person_names_the_token_and_not_its_text(cli, live):
    """A security check stops every account of the token; `--close token` is the way on."""
    live.transport.refusal = {"code": 190, "error_subcode": 459, "message": "check"}
    live.transport.writes_only = False
    assert cli("tool", "list_ads")[0] == 4
    live.transport.refusal, sent = None, live.transport.asked
    assert cli("tool", "list_ads", "--account", "act_999")[0] == 4
    assert live.transport.asked == sent
    _, report = cli("doctor", "--json")
    (stop,) = [check for check in report["checks"] if check["what"] == "calls stopped"]
    assert "System User" in stop["problem"]
    assert "sandbox-token" not in json.dumps(report)
    assert cli("doctor", "--close", "token", "--json")[0] in (0, 4)
    assert cli("tool", "list_ads")[0] == 0


@pytest.mark.parametrize("name", ["act_1", "", "token", "ACT_123456789"])
def test_closing_what_is_not_open_says_what_is(cli, live, name):
    """A wrong name changes nothing and is answered with the right ones."""
    live.transport.refusal = {"code": 368, "message": "blocked"}
    cli(*set_pause(live))
    code, said = cli("doctor", "--close", name)
    if name:
        assert (code, ACCOUNT in said, "Traceback" not in said) == (2, True, True)
    assert cli("tool", "list_ads")[0] == 4


def test_a_stopped_account_is_not_read_even_when_it_has_to_be_found_first(cli, live, monkeypatch):
    """Without ad_account in the settings, the account that the token sees is stopped all the same."""
    live.transport.refusal = {"code": 368, "message": "blocked"}
    cli(*set_pause(live))
    monkeypatch.delenv("META_AD_ACCOUNT")
    sent = live.transport.asked
    cli("tool", "list_ads")
    assert live.transport.asked - sent <= 1  # me/adaccounts, which tells the account


def test_max_wait_is_how_long_a_run_may_wait(cli, live):
    """With `--max-wait 0` a throttle ends the run at once, and says how to allow more."""
    live.transport.writes_only = False
    live.transport.refusal = {"code": 17, "message": "too many"}
    entry = [{"type": "ads_management", "call_count": 10, "estimated_time_to_regain_access": 5}]
    live.transport.headers = {"x-business-use-case-usage": json.dumps({"1": entry})}
    code, report = cli("tool", "list_ads", "--max-wait", "0")
    assert (code, report["graph"]["waited_seconds"], live.transport.asked) == (4, 0, 1)
    live.transport.refusal = None
    code, report = cli("tool", "list_ads", "--max-wait", "200")
    assert (code, live.transport.asked) == (4, 1)
    assert "--max-wait" in json.dumps(report)
    assert "5 min" in json.dumps(report)


@pytest.mark.parametrize("value", ["-1", "soon", "1.5"])
def test_max_wait_is_a_number_of_seconds(cli, value):
    """Anything else is bad usage."""
    assert cli("tool", "list_ads", "--max-wait", value)[0] == 2


@pytest.mark.parametrize("content", [b"no database" * 999, b""])
def test_a_broken_limits_file_sends_nothing(cli, live, ws, content):
    """The file is named, with the way out; an empty one is as good as none."""
    (ws / "state").mkdir()
    (ws / "state" / "limits.sqlite").write_bytes(content)
    code, report = cli("tool", "list_ads")
    if not content:
        assert code == 0
        return
    assert (code, live.transport.asked) == (2, 0)
    assert "limits.sqlite" in report["answer"]
    assert "Nothing was sent" in report["answer"]


# -- budgets ---------------------------------------------------------------------------------------------------


def budget_of(sandbox: Sandbox) -> int:
    return int(sandbox.get(PROSPECTING, fields="daily_budget")["daily_budget"])


def set_budget(session, minor: int):
    arguments = {"id": PROSPECTING, "daily_budget": f"{minor / 100:.2f} USD"}
    return session.tool("set_budget", arguments)


def test_a_fifth_budget_change_within_the_hour_is_not_made(open_session, sandbox, faults):
    """The tool refuses to propose it, apply holds back one that was proposed before; both name the time, and then it goes."""
    before = budget_of(sandbox)
    session = open_session("ask", approver=approved_by("test"))
    waiting = open_session("none")
    report, _ = set_budget(waiting, before + 300)
    held_set = report.change_sets[0].change_set
    for step in (100, 0, 100, 0):
        report, _ = set_budget(session, before + step)
        assert outcomes(report) == ["done"]
        faults.clock.later(300)
    sent = len(faults.sent_writes())
    report, result = set_budget(session, before + 200)
    assert report.change_sets == ()
    assert "four times within the hour" in result["error"]
    assert "Try again after" in result["error"]
    session.journal.approve(held_set, "test")
    report = session.apply(held_set)
    assert outcomes(report) == ["not sent"]
    assert "apply it again after" in report.change_sets[0].outcomes[0].note
    said = report.change_sets[0].outcomes[0].note.split("after ")[1][:5]
    assert said in result["error"]
    assert len(faults.sent_writes()) == sent
    faults.clock.later(2500)
    session.apply(held_set)
    assert len(faults.sent_writes()) == sent + 1


def test_a_budget_that_others_locked_is_held_back_alone(open_session, sandbox, faults):
    """613/1487632 on one ad set: it stays unsent and is not tried again, without any wait for the rest."""
    session = open_session("none")
    report, _ = set_budget(session, budget_of(sandbox) + 100)
    change_set = report.change_sets[0].change_set
    session.journal.approve(change_set, "test")
    faults.clock.later(60)
    faults.writes = [graph_error(613, 1487632)]
    waited = sum(faults.clock.waits)
    report = session.apply(change_set)
    assert (outcomes(report), len(faults.sent_writes())) == (["not sent"], 1)
    assert sum(faults.clock.waits) - waited < 10
    assert session.world.governor.breakers() == {}


def test_two_ad_sets_of_a_campaign_are_never_in_one_batch(open_session, sandbox, faults):
    """Every request holds at most one ad set of each campaign, ads go together, and all is done."""
    adsets = {
        row["id"]: row["campaign_id"]
        for row in sandbox.get(f"{ACCOUNT}/adsets", fields="id,name,campaign_id,status")["data"]
        if "Retargeting" not in row["name"]  # protected in the demo account
    }
    ads = active(sandbox, 5)
    over = DecidedBefore(Decision("approved", "test", over=True))  # they stop more ads than a day may
    session = open_session("ask", approver=over)
    report, _ = session.tool("set_status", {"ids": [*adsets, *ads], "status": "PAUSED"})
    assert set(outcomes(report)) == {"done"}
    assert max(map(list(adsets.values()).count, adsets.values())) > 1
    seen = set()
    for request in faults.sent_writes():
        targets = [item["relative_url"].partition("?")[0] for item in batch_of(request)] or [
            request.url.path.split("/")[-1]
        ]
        campaigns = [adsets[target] for target in targets if target in adsets]
        assert len(campaigns) == len(set(campaigns))
        seen |= set(targets)
    assert seen & set(adsets)
    assert set(ads) <= seen


# -- what nobody knows -----------------------------------------------------------------------------------------


def ad_writes(faults) -> int:
    return sum(request.url.path.endswith("/ads") for request in faults.sent_writes())


def test_an_unknown_code_on_a_create_that_was_made_is_adopted(open_session, sandbox, faults, image):  # noqa: F811
    """987654 says nothing; the account does: the ad is there, so it is done, once."""
    faults.writes = [None, None, graph_error(987654, after=True)]
    report = open_session().run("launch", launch(image))
    assert outcomes(report) == ["done"] * 3
    assert (len(named(sandbox, "Hero ad")), ad_writes(faults)) == (1, 1)


def test_an_unknown_code_on_a_create_that_was_not_made_is_a_refusal(open_session, sandbox, faults, image):  # noqa: F811
    """When it is not there after the settle time it was refused; the same request is not sent again, now or later."""
    faults.writes = [None, None, graph_error(987654)]
    session = open_session()
    report = session.run("launch", launch(image))
    assert outcomes(report) == ["done", "done", "refused"]
    assert sum(faults.clock.waits) >= 90
    assert "987654" in report.change_sets[0].outcomes[2].note
    session.apply(report.change_sets[0].change_set)
    assert (named(sandbox, "Hero ad"), ad_writes(faults)) == ([], 1)


def deleted_after(sandbox: Sandbox):
    """The ad is made, the answer is lost, and somebody deletes the ad at once."""

    def act(forward, request):
        forward()
        (ad,) = named(sandbox, "Hero ad")
        sandbox.post(ad["id"], status="DELETED")
        raise httpx.ReadTimeout("no answer", request=request)

    return act


def test_an_ad_that_a_person_deleted_is_not_made_again(open_session, sandbox, faults, image):  # noqa: F811
    """The account's own log tells that it was made and is gone: a conflict, left as the person wanted it."""
    faults.writes = [None, None, deleted_after(sandbox)]
    report = open_session().run("launch", launch(image))
    assert outcomes(report) == ["done", "done", "conflict"]
    assert "somebody has deleted it" in report.change_sets[0].outcomes[2].note
    assert (named(sandbox, "Hero ad"), ad_writes(faults)) == ([], 1)


def test_an_ad_of_the_log_that_cannot_be_read_is_not_called_absent(open_session, sandbox, faults, image):  # noqa: F811
    """When Meta's answer about the logged ad never comes, its fate is unknown: nothing is made a second time."""
    faults.writes = [None, None, deleted_after(sandbox)]
    session = open_session()
    inner = sandbox.transport.handle_request

    def handle(request):
        items = batch_of(request)
        if items and all(
            "adlabels" in i["relative_url"] and "/" not in i["relative_url"].partition("?")[0] for i in items
        ):
            return httpx.Response(200, json=[None] * len(items))
        return inner(request)

    sandbox.transport.handle_request = handle
    session.run("launch", launch(image))
    assert ad_writes(faults) == 1


def test_an_upload_without_an_answer_is_found_by_its_content(open_session, sandbox, faults, image):  # noqa: F811
    """The same bytes have the same hash: the image is adopted and not sent again."""
    faults.writes = [drop_after]
    report = open_session().run("launch", launch(image))
    assert outcomes(report) == ["done"] * 3
    assert report.change_sets[0].outcomes[0].note.startswith("found done")
    assert sum(request.url.path.endswith("/adimages") for request in faults.sent_writes()) == 1


# -- approvals -------------------------------------------------------------------------------------------------


def test_an_approval_holds_for_a_day(open_session, sandbox, faults):
    """Just before a day it is good, after it nothing is sent until a person approves the same set again."""
    session = open_session("none")
    change_set = session.run("pause", pause(active(sandbox, 1))).change_sets[0].change_set
    session.journal.approve(change_set, "test")
    faults.clock.later(86400 - 1)
    assert session.journal.approved(change_set)
    faults.clock.later(2)
    assert not session.journal.approved(change_set)
    report = session.apply(change_set)
    assert (report.exit_code, "not any more" in report.answer, faults.sent_writes()) == (3, True, [])
    session.journal.approve(change_set, "test")
    assert outcomes(session.apply(change_set)) == ["done"]


def test_a_set_that_was_begun_can_be_approved_again_after_a_day(open_session, sandbox, faults):
    """What stopped half-way goes on with a new approval, and does nothing twice."""
    ids = active(sandbox, 2)
    faults.writes = [graph_error(190, 463)]
    session = open_session()
    report = session.run("pause", pause(ids))
    change_set = report.change_sets[0].change_set
    assert outcomes(report) == ["not sent"] * 2
    faults.clock.later(2 * 86400)
    assert session.apply(change_set).exit_code == 3
    session.journal.approve(change_set, "test")
    assert outcomes(session.apply(change_set)) == ["done"] * 2


def test_applying_an_applied_set_days_later_changes_nothing_and_is_no_error(cli, live, ws):
    """A second `apply ID` says that nothing was sent, also when the approval is of last week."""
    _, report = cli(*set_pause(live))
    with sqlite3.connect(ws / "state" / "journal.sqlite") as journal:
        journal.execute("DROP TRIGGER IF EXISTS approvals_fixed")
        journal.execute("UPDATE approvals SET ts='2020-01-01T00:00:00.000000+00:00'")
    journal.close()
    code, report = cli("apply", report["change_sets"][0]["id"], "--json")
    assert (code, "nothing was sent" in report["answer"]) == (0, True)
