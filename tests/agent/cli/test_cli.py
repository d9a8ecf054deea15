"""The outside contract: commands, JSON and exit codes, as scripts and people use them."""

import json
import re
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.cli.entry import _guarded
from agent.setup import private
from tests.agent.servers import Messages, graph_server, messages_server
from tests.agent.support import ACCOUNT, Sandbox, brand
from tests.tools.create.videos import a_video
from tests.tools.examples import EXAMPLES
from tools import registry
from tools.domain.changes import Effect
from tools.domain.text import clock

CANARY = "EAAcanaryTOKENcanaryTOKEN0123456789"
CHANGE_KEYS = {"kind", "target", "name", "before", "after", "effect", "reason", "outcome"}


@pytest.fixture
def cli(ws, capsys):
    """Runs a command in this process; gives exit code and JSON (or text) and the error output."""

    def call(*arguments):
        capsys.readouterr()
        code = _guarded([str(a) for a in arguments])
        out, err = capsys.readouterr()
        try:
            return code, json.loads(out), err
        except ValueError:
            return code, out, err

    return call


def reads(tool: str) -> bool:
    return registry.find(tool).effect is Effect.READ


def sandbox_of(ws) -> Sandbox:
    return Sandbox(ws / "state" / "sandbox.sqlite")


PAUSE = ("run", "pause underperforming ads", "--sandbox", "--json")


def test_nobody_is_paused_for_an_event_that_nobody_reports(cli, ws):
    """Unattended, with an event in stack.md that the account never saw: nothing is paused, and the answer says why."""
    with Sandbox() as untouched:
        paused_before = untouched.paused()
    brand(ws, "conversion_event: submit_application\ntarget_cpa: 25 USD\n")
    code, report, _ = cli(*PAUSE, "--approve", "safe")
    assert (code, report["change_sets"]) == (0, [])
    assert "Nothing was judged by it: no submit_application result anywhere" in report["answer"]
    assert "looked for submit_application_total" in report["answer"]
    assert "the ad sets optimise for purchase" in report["answer"]
    with sandbox_of(ws) as sandbox:
        assert sandbox.paused() == paused_before


def test_pausing_underperformers_pauses_exactly_the_losers(cli, ws):
    """The main job: all losers, no protected ad, none with too little data, each with its evidence."""
    with Sandbox() as untouched:
        paused_before, losers = untouched.paused(), set(untouched.of_class("loser"))
    code, report, _ = cli(*PAUSE, "--approve", "safe")
    assert (code, report["status"]) == (0, "done")
    with sandbox_of(ws) as sandbox:
        assert sandbox.paused() - paused_before == losers
    (change_set,) = report["change_sets"]
    assert {c["target"] for c in change_set["changes"]} == losers
    for change in change_set["changes"]:
        assert set(change) >= CHANGE_KEYS
        assert (change["before"], change["after"]) == ({"status": "ACTIVE"}, {"status": "PAUSED"})
        assert change["outcome"] == "done"
        assert "target 25.00 USD" in change["reason"]
    assert set(report) == {
        "status",
        "answer",
        "world",
        "change_sets",
        "refusals",
        "usage",
        "graph",
        "transcript",
    }
    assert Path(report["transcript"]).is_file()


def test_without_approval_the_same_set_is_saved_and_applied_by_id(cli, ws):
    """Exit 3 with an id; `apply ID` does exactly that set; a second apply changes nothing."""
    code, proposed, _ = cli(*PAUSE, "--approve", "none")
    assert (code, proposed["status"]) == (3, "needs_approval")
    (saved,) = proposed["change_sets"]
    assert saved["state"] == "proposed"
    assert saved["id"] in proposed["answer"]
    with sandbox_of(ws) as sandbox:
        before = sandbox.paused()
        assert not sandbox.writes()
    code, applied, _ = cli("apply", saved["id"], "--json")
    assert (code, applied["status"]) == (0, "done")
    assert [c["outcome"] for c in applied["change_sets"][0]["changes"]] == ["done"] * len(saved["changes"])
    code, again, _ = cli("apply", saved["id"], "--json")
    assert (code, "nothing was sent" in again["answer"]) == (0, True)
    with sandbox_of(ws) as sandbox:
        assert sandbox.paused() - before == {c["target"] for c in saved["changes"]}
        assert len(sandbox.writes()) == len(saved["changes"])


def test_an_edited_set_is_refused(cli, ws):
    """Whoever edits the stored content breaks its digest."""
    _, proposed, _ = cli(*PAUSE, "--approve", "none")
    change_set_id = proposed["change_sets"][0]["id"]
    with sqlite3.connect(ws / "state" / "journal.sqlite") as journal:
        journal.execute("UPDATE change_sets SET content=replace(content, 'PAUSED', 'ACTIVE')")
    journal.close()
    code, report, _ = cli("apply", change_set_id, "--json")
    assert (code, report["status"]) == (2, "error")
    assert "altered" in report["answer"]
    with sandbox_of(ws) as sandbox:
        assert not sandbox.writes()


def test_guardrails_written_after_the_proposal_hold(cli, ws):
    """What was protected since is not touched, though the set was saved before."""
    _, proposed, _ = cli(*PAUSE, "--approve", "none")
    saved = proposed["change_sets"][0]
    brand(ws, f'protect:\n- "{saved["changes"][0]["target"]}"\n')
    code, report, _ = cli("apply", saved["id"], "--json")
    assert (code, report["status"], "protected" in report["answer"]) == (6, "refused", True)
    with sandbox_of(ws) as sandbox:
        assert not sandbox.writes()


def test_safe_never_activates(cli, ws):
    """Activating can raise spend: it is saved for a person instead."""
    code, report, _ = cli("run", "activate all paused ads", "--sandbox", "--approve", "safe", "--json")
    assert (code, report["status"]) == (3, "needs_approval")
    with sandbox_of(ws) as sandbox:
        assert not sandbox.writes()


def test_undo_puts_back_what_was_done(cli, ws):
    """`undo ID` restores every status and says so in history."""
    _, done, _ = cli(*PAUSE, "--approve", "safe")
    change_set_id = done["change_sets"][0]["id"]
    code, undone, _ = cli("undo", change_set_id, "--json")
    assert (code, undone["status"]) == (0, "done")
    with sandbox_of(ws) as sandbox, Sandbox() as untouched:
        assert sandbox.paused() == untouched.paused()
    _, history, _ = cli("history", "--json")
    (row,) = (row for row in history["change_sets"] if row["id"] == change_set_id)
    assert (row["state"], row["status"]) == ("undone", "done")


def test_what_a_command_without_a_model_could_not_do_is_said_once(cli):
    """`undo` of what was not done names the reason in its answer alone, not before it as well."""
    _, done, _ = cli(*PAUSE)
    code, out, err = cli("undo", done["change_sets"][0]["id"])
    assert (code, (out + err).count("Nothing to undo.")) == (2, 1)


def test_history_begins_on_the_day_that_is_asked_for(cli):
    """`--since` narrows to what was proposed or decided since that day; a day that is none, and --outcomes beside it, are refused."""
    cli(*PAUSE)
    assert len(cli("history", "--json", "--since", "2020-01-01")[1]["change_sets"]) == 1
    _, told, _ = cli("history", "--json", "--since", "2999-01-01")
    assert (told["change_sets"], told["of"]) == ([], 0)
    assert (
        "Nothing was proposed or decided since 2999-01-01 UTC." in cli("history", "--since", "2999-01-01")[1]
    )
    assert cli("history", "--since", "yesterday")[0] == 2
    assert cli("history", "--since", "2020-01-01", "--outcomes")[0] == 2


def test_the_daily_check_is_the_same_on_screen_and_in_json(cli):
    """Five questions, problems first; one tool call, few requests, nothing changed."""
    code, told, _ = cli("run", "daily check", "--sandbox", "--json", "--model", "offline")
    _, screen, _ = cli("run", "daily check", "--sandbox", "--model", "offline")
    assert code == 0
    assert told["change_sets"] == []
    assert told["graph"]["requests"] <= 7
    heads = [[line for line in text.splitlines()[1:] if line[0] != " "] for text in (told["answer"], screen)]
    assert heads[0][0] == "PROBLEMS"
    assert heads[0] == heads[1]


def test_a_token_that_ends_soon_is_a_problem_of_the_day(cli, monkeypatch):
    """The check asks Meta about the token as doctor does; a healthy one is not mentioned."""
    from agent.run import session

    _, told, _ = cli("run", "daily check", "--sandbox", "--json", "--model", "offline")
    assert "oken" not in told["answer"]
    asked = []
    monkeypatch.setattr(
        session, "token_troubles", lambda *where: asked.append(where) or ["Token expires: in 2 days."]
    )
    _, told, _ = cli("run", "daily check", "--sandbox", "--json", "--model", "offline")
    assert "  Token expires: in 2 days." in told["answer"]
    assert len(asked) == 1


def test_what_was_done_in_a_sandbox_that_is_gone_is_said_to_be_gone(cli, ws):
    """In the history and by undo, with and without its id; its state stays that of the record."""
    _, done, _ = cli(*PAUSE, "--approve", "safe")
    change_set_id = done["change_sets"][0]["id"]
    assert "gone" not in cli("history", "--json")[1]["change_sets"][0]
    cli("run", "how many ads do I have?", "--sandbox", "--model", "offline", "--json")
    (row,) = cli("history", "--json")[1]["change_sets"]
    assert (row["state"], row["gone"]) == ("applied", True)
    assert "applied, gone with its sandbox" in cli("history")[1]
    assert "state: applied, gone with its sandbox" in cli("show", change_set_id)[1]
    said = cli("undo", change_set_id, "--json")[1]["answer"]
    assert f"{change_set_id} was done in a sandbox that was started afresh since" in said
    assert "Nothing was applied in" in cli("undo", "--sandbox", "--json")[1]["answer"]


def test_an_undo_is_listed_before_what_it_took_back(cli):
    """The newest comes first, although both became what they are at once."""
    _, done, _ = cli(*PAUSE, "--approve", "safe")
    cli("undo", done["change_sets"][0]["id"], "--json")
    listed = cli("history", "--json")[1]["change_sets"]
    assert [row["state"] for row in listed] == ["applied", "undone"]


def test_history_says_of_a_set_that_all_of_it_was_so_already(cli):
    """As every other surface does, instead of calling it applied."""
    one, both = '"Static – Gift card"', '"Static – Gift card", "Static – Bug net"'
    pause = '{{"ids": [{}], "status": "PAUSED"}}'
    waits = cli("tool", "set_status", pause.format(one), "--sandbox")[1]["change_sets"][0]["id"]
    cli("tool", "set_status", pause.format(both), "--sandbox", "--approve", "all")
    cli("apply", waits, "--json")
    rows = {row["id"]: row for row in cli("history", "--json")[1]["change_sets"]}
    assert rows[waits]["said"] == "was so already; nothing was sent"
    assert "was so already" in cli("history")[1]


def test_history_tells_what_came_of_changes(cli):
    """A table for people, rows for programs; what was done just now is too early to say."""
    cli("run", "pause underperforming ads", "--sandbox", "--approve", "safe", "--model", "offline")
    code, shown, _ = cli("history", "--outcomes", "--sandbox")
    assert code == 0
    assert "paused Static – Tent 20% off" in shown
    assert "too early to say" in shown
    assert "seasons and other changes play in" in shown
    _, told, _ = cli("history", "--outcomes", "--sandbox", "--json")
    assert told["result"]["outcomes"][0]["rested_on"]


def test_outcomes_of_nothing_are_said(cli):
    """An empty journal is no error."""
    code, shown, _ = cli("history", "--outcomes", "--sandbox")
    assert (code, shown.strip()) == (0, "No pause, activation or budget was applied in these sets.")


def test_a_question_for_what_was_done_is_answered_from_the_history(cli):
    """Whoever approved it stands there; what only waits is counted, and the exit code is that of an answer."""
    kept = (*PAUSE[:2], "--sandbox", "--json")
    _, done, _ = cli(*kept, "--approve", "safe")
    _, tool, _ = cli("tool", "history", "{}", "--sandbox")
    assert [(row["approved_by"], row["on"]) for row in tool["result"]["change_sets"]] == [
        ("policy", tool["result"]["today"])
    ]
    (row,) = tool["result"]["change_sets"]
    approved = datetime.fromisoformat(row["approved_at"]).astimezone(ZoneInfo("America/New_York"))
    assert row["at"] == clock(approved)
    assert "older" not in tool["result"]
    code, told, _ = cli("what did I change today?", "--sandbox-state", "kept.sqlite", "--json")
    assert (code, told["status"]) == (0, "done")
    assert "Nothing was approved with adsteward in that time." in told["answer"]
    assert done["change_sets"][0]["id"] not in told["answer"]  # another world


def test_undo_without_an_id_takes_back_what_was_done_last(cli, ws):
    """It waits for a yes, as nobody named it; a second one changes nothing and says what it could mean."""
    assert cli("undo", "--sandbox", "--json")[0] == 2
    _, done, _ = cli(*PAUSE, "--approve", "safe")
    (first,) = (one["id"] for one in done["change_sets"])
    code, waits, _ = cli("undo", "--sandbox", "--json")
    assert (code, waits["change_sets"][0]["state"]) == (3, "proposed")
    undo = waits["change_sets"][0]["id"]
    assert cli("apply", undo, "--json")[0] == 0
    code, said, _ = cli("undo", "--sandbox", "--json")
    assert (code, said["change_sets"]) == (2, [])
    assert f"The last change was taken back already ({undo})" in said["answer"]
    assert (
        f"`adsteward undo {undo}` makes it again (in a chat: `redo`); nothing older is left to take back."
        in said["answer"]
    )
    code, again, _ = cli("undo", undo, "--json", "--approve", "safe")
    assert (code, again["answer"].count(f"{undo} took {first} back, so this does {first} again")) == (0, 1)


def test_undo_and_apply_obey_an_explicit_approve(cli):
    """`--approve none` shows and saves, also for apply and undo."""
    _, proposed, _ = cli(*PAUSE, "--approve", "none")
    change_set_id = proposed["change_sets"][0]["id"]
    assert cli("apply", change_set_id, "--json", "--approve", "none")[0] == 3
    assert cli("apply", change_set_id, "--json", "--approve", "safe")[0] == 0
    assert cli("undo", change_set_id, "--json", "--approve", "safe")[0] == 3


def test_a_dead_token_costs_one_request_and_says_how_to_renew(cli, ws, monkeypatch):
    """Exit 4, nothing changed, one request."""
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "sandbox-expired")
    with Sandbox() as sandbox, graph_server(sandbox) as url:
        monkeypatch.setenv("META_GRAPH_URL", url)
        for extra in ([], ["--sandbox"]):
            seen = len(sandbox.world.requests)
            code, report, _ = cli("run", "pause underperforming ads", "--json", "--account", ACCOUNT, *extra)
            assert (code, report["status"]) == (4, "error")
            assert "expired" in report["answer"]
            assert "FACEBOOK_ACCESS_TOKEN" in report["answer"]
            assert len(sandbox.world.requests) - seen <= 1
        assert not sandbox.writes()


def test_a_read_only_token_cannot_write(cli, monkeypatch):
    """Meta's refusal is reported as such, and nothing is tried twice."""
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "sandbox-readonly")
    code, report, _ = cli(*PAUSE, "--approve", "safe")
    assert (code, report["status"]) == (4, "error")
    assert {c["outcome"] for c in report["change_sets"][0]["changes"]} == {"refused"}
    assert "ads_management" in report["change_sets"][0]["changes"][0]["note"]


def test_the_same_job_over_a_socket(cli, ws, monkeypatch):
    """A real server at META_GRAPH_URL with a token is the live path."""
    with Sandbox() as sandbox, graph_server(sandbox) as url:
        monkeypatch.setenv("META_GRAPH_URL", url)
        monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "sandbox-token")
        monkeypatch.setenv("META_AD_ACCOUNT", ACCOUNT)
        brand(ws, "target_cpa: 25.00\nconversion_event: purchase\nprotect: ['*evergreen*']\n")
        before = sandbox.paused()
        code, report, _ = cli("run", "pause underperforming ads", "--approve", "safe", "--json")
        assert (code, report["world"].startswith("LIVE")) == (0, True)
        assert sandbox.paused() - before == set(sandbox.of_class("loser"))


def test_one_server_has_one_day_in_every_spelling(cli, ws, monkeypatch):
    """What was taken of the limits counts at its address however that is written."""
    with Sandbox() as sandbox, graph_server(sandbox) as url:
        monkeypatch.setenv("META_AD_ACCOUNT", ACCOUNT)
        monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "sandbox-token")
        brand(ws, "max_pauses_per_day: 2\n")
        running = [ad["id"] for ad in sandbox.ads() if ad["effective_status"] == "ACTIVE"]
        port = url.rpartition(":")[2]
        pause = ["tool", "set_status", "--approve", "safe", "--json"]
        exits = list[int]()
        for at, spelled in enumerate((url, f"{url}//", f"HTTP://LocalHost:0{port}")):
            monkeypatch.setenv("META_GRAPH_URL", spelled)
            ids = running[2 * at : 2 * at + 2]
            exits.append(cli(*pause, json.dumps({"ids": ids, "status": "PAUSED"}))[0])
        assert exits == [0, 3, 3]


@pytest.mark.parametrize(
    "address", ["https://me:pw@graph.facebook.com", "http://127.0.0.1:1/?access_token=EAABsecret"]
)
def test_an_address_with_more_in_it_is_refused(cli, ws, monkeypatch, address):
    """A secret in it is neither sent, nor shown, nor kept."""
    monkeypatch.setenv("META_GRAPH_URL", address)
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "sandbox-token")
    code, out, err = cli("run", "show my campaigns")
    assert (code, "META_GRAPH_URL is an address alone" in err) == (2, True)
    assert not any(secret in f"{out}{err}" for secret in ("me:pw", "EAABsecret"))
    assert not any(b"EAABsecret" in path.read_bytes() for path in ws.rglob("*") if path.is_file())


def test_a_target_nobody_gave_is_said_to_be_assumed(cli, ws, monkeypatch):
    """Without a goal in the brand file the account's own cost serves, and the person reads that."""
    with Sandbox() as sandbox, graph_server(sandbox) as url:
        monkeypatch.setenv("META_GRAPH_URL", url)
        monkeypatch.setenv("META_AD_ACCOUNT", ACCOUNT)
        monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", "sandbox-token")
        code, shown, _ = cli("run", "pause underperforming ads", "--approve", "none")
    assert code == 3
    assert shown.count("no target is given") == 2


def test_every_tool_can_be_driven_by_a_model_server(cli, ws, monkeypatch):
    """A scripted Messages API calls every tool; each call gets one result that is no failure of ours."""
    from PIL import Image

    picture = ws / "hero.jpg"
    Image.new("RGB", (800, 800), (10, 90, 200)).save(picture)
    with Sandbox() as sandbox:
        ad = next(a["id"] for a in sandbox.ads() if a["status"] == "ACTIVE")
    inputs = {
        "list_accounts": {},
        "list_ads": {"effective_status": ["DISAPPROVED"]},
        "inspect": {"id": ad},
        "get_insights": {"level": "campaign", "date_preset": "last_7d"},
        "review_performance": {},
        "daily_check": {},
        "history": {},
        "set_status": {"ids": [ad], "status": "PAUSED"},
        "set_budget": {"id": "23847000000001", "daily_budget": "60.00 USD"},
        "upload_image": {"paths": [str(picture)]},
        "create_creative": {"name": "C", "image_hashes": ["new:hero.jpg"], "bodies": ["Hello"]},
        "create_ad": {"name": "A", "creative_id": "new:C"},
        "undo": {"change_set_id": "cs-none"},
        "stop": {},
        "decline": {"change_set_id": "cs-none"},
        "more_tools": {},
        "read_result": {},
        "create_campaign": {"name": "Winter", "objective": "traffic"},
        "create_ad_set": {"name": "S", "campaign_id": "new:Winter", "daily_budget": "20 USD"}
        | {"targeting": {"countries": ["United States"]}},
        "refresh_ad": {"ad_ids": [ad], "bodies": ["Hello"]},
        "duplicate_ad": {"ad_id": ad, "adset_ids": ["23847000000002"]},
        "upload_video": {"paths": [str(a_video(ws / "lake.mp4"))]},
        "create_carousel": {"name": "K", "bodies": ["Hello"], "cards": [{"image_hash": "new:hero.jpg"}] * 2},
        "create_video_creative": {"name": "V", "video_id": "new:lake.mp4", "thumbnail_hash": "new:hero.jpg"}
        | {"bodies": ["Hello"]},
        "create_post_creative": {"name": "P", "post_id": "104200000000001_1"},
        "draw_chart": {"inline": True},
        "edit_targeting": {"adset_ids": ["23847000000001"], "age_min": 30},
        "edit_limits": {"id": "23847000000002", "end_time": "2099-12-31"},
        "label": {"ids": [ad], "add": ["Q4"]},
        "make_rule": {"spend_over": "50 USD", "no_results": True},
        "remove_rules": {"ids": ["1"]},
        "rename": {"ids": [ad], "name": "Q4 {name}"},
        "remove": {"ids": ["23848000000011"], "how": "archive"},
        "set_webhooks": {"webhooks": "on"},
        "launch_ads": {"ads": [{"name": "L", "image_path": str(picture), "bodies": ["Hello"]}]},
    }
    inputs |= {name: example for name, example in EXAMPLES if name not in inputs and reads(name)}
    assert set(inputs) == set(registry.BY_NAME)
    script = Messages(list(inputs.items()), "all called")
    with messages_server(script) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-canary-0123456789")
        request = f"call everything, and remember: {inputs['remember']['note']}"
        _, report, err = cli("run", request, "--sandbox", "--approve", "safe", "--json")
    results = script.results()
    assert [r["tool_use_id"] for r in results] == [f"t1_{i}" for i in range(len(inputs))]
    errors = {name for name, r in zip(inputs, results, strict=True) if r["is_error"]}
    assert errors <= {"undo", "set_budget", "decline", "remove_rules"}
    assert (report["usage"]["turns"], report["usage"]["input_tokens"]) == (2, 200)
    assert script.headers[0]["Authorization"] == "Bearer sk-ant-canary-0123456789"
    assert "canary" not in json.dumps(report) + err + Path(report["transcript"]).read_text(encoding="utf-8")


def test_wrong_arguments_come_back_with_what_is_allowed(cli, monkeypatch):
    """A model can mend its call from the message."""
    script = Messages([("set_status", {"ids": ["1"], "status": "OFF", "extra": 1})], "sorry")
    with messages_server(script) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url + "/v1")
        cli("run", "x", "--sandbox", "--json")
    (result,) = script.results()
    assert result["is_error"]
    for part in (
        "'ACTIVE' or 'PAUSED'",
        "extra: no such argument",
        "Arguments: ids, status, reason",
    ):
        assert part in result["content"]


def test_a_model_that_loops_ends_with_6(cli, monkeypatch):
    """The turn limit is on."""
    script = Messages([("history", {})])
    with messages_server(script) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        code, report, _ = cli("run", "x", "--sandbox", "--json", "--max-turns", "3")
    assert (code, report["status"], len(script.bodies)) == (6, "limit", 3)
    assert "--max-turns" in report["answer"]


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/html", "<html>welcome</html>"),
        (400, "application/json", '{"type":"error","error":{"type":"invalid_request_error","message":"no"}}'),
        (200, "application/json", "{}"),
        (200, "application/json", ""),
    ],
)
def test_a_model_server_that_is_none_ends_with_5(cli, monkeypatch, answer):
    """HTML, an error or nothing: a clear message, exit 5."""
    with messages_server(Messages(answer)) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        code, report, _ = cli("run", "x", "--sandbox", "--json")
    assert (code, report["status"]) == (5, "error")
    assert report["answer"]


def test_hostile_text_in_the_account_only_ever_proposes(cli, monkeypatch, ws):
    """A model that obeys an ad's name can still only propose what a person must approve."""
    with Sandbox() as sandbox:
        paused = sorted(sandbox.paused())[:3]
    script = Messages([("list_ads", {})], [("set_status", {"ids": paused, "status": "ACTIVE"})], "activated")
    with messages_server(script) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        code, _, _ = cli("run", "how are my ads?", "--sandbox", "--approve", "safe", "--json")
    assert code == 3
    with sandbox_of(ws) as sandbox:
        assert not sandbox.writes()


def test_the_token_appears_nowhere(cli, ws, monkeypatch, tmp_path):
    """Grep over everything written and printed, through success and failures."""
    secrets = (CANARY, "app-secret-canary-value")
    printed = ""
    monkeypatch.setenv("FACEBOOK_ACCESS_TOKEN", CANARY)
    monkeypatch.setenv("META_APP_SECRET", secrets[1])
    with Sandbox() as sandbox, graph_server(sandbox) as url:
        monkeypatch.setattr("sandbox.http.app.TOKENS", {})
        for address in (url, "http://127.0.0.1:9", "http://graph.example"):
            monkeypatch.setenv("META_GRAPH_URL", address)
            monkeypatch.setattr("tools.graph.retry.CONNECT_BACKOFF_S", (0.0,))
            for command in (("run", "how are my ads?"), ("doctor",), ("tool", "list_ads")):
                for extra in ([], ["--json"]):
                    record = tmp_path / "record.jsonl"
                    code, out, err = cli(*command, "--verbose", "--record", record, *extra)
                    assert code in (2, 4)
                    printed += f"{out}{err}"
    files = "".join(
        p.read_text(encoding="utf-8", errors="replace")
        for p in [*ws.rglob("*"), *tmp_path.rglob("*")]
        if p.is_file()
    )
    for secret in secrets:
        assert secret not in printed + files


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "  "), "Say what to do"),
        (("run", "x", "--approve", "maybe"), "maybe"),
        (("apply", "cs-nothing"), "no change set"),
        (("undo", "cs-nothing"), "no change set"),
        (("show", "../../etc/passwd"), "no change set"),
        (("tool", "nonsense"), "there are daily_check"),
        (("tool", "inspect", "{"), "not JSON"),
        (("tool", "inspect", "[]"), "inspect"),
        (("tool", "inspect", '{"id": 1}'), "must be a text"),
        (("run", "x", "--sandbox", "--workspace", "/nowhere/at/all"), "adsteward init"),
        (("run", "x"), "--sandbox"),
        (("run", "x", "--sandbox", "--max-turns", "0"), "max-turns"),
        (("frobnicate",), "No such command"),
    ],
)
def test_bad_usage_ends_with_2_and_says_what_is_allowed(cli, arguments, says):
    """One or two lines, no traceback."""
    code, out, err = cli(*arguments)
    said = f"{out}{err}"
    assert code == 2
    assert says in said
    assert "Traceback" not in said


def test_a_bad_brand_file_stops_everything_before_anything_is_sent(cli, ws):
    """File, line, what was found and what is allowed."""
    brand(ws, "target_cpa: cheap\n\nmax_pauses_per_day: many\n")
    code, report, _ = cli(*PAUSE)
    assert code == 2
    assert "stack.md line 1: target_cpa" in report["answer"]
    assert "stack.md line 3: max_pauses_per_day" in report["answer"]


def test_guardrails_of_the_brand_file_hold_in_the_sandbox(cli, ws):
    """Two pauses allowed, two pauses made, the worst ones."""
    brand(ws, "max_pauses_per_day: 2\n")
    code, report, _ = cli(*PAUSE, "--approve", "safe")
    assert code == 0
    assert len(report["change_sets"][0]["changes"]) == 2


def test_typing_the_id_does_not_go_over_the_limits_of_a_day(cli, ws):
    """Without a terminal nobody can have seen the set: it waits on, exit 3, and where it can be approved is said."""
    brand(ws, "max_pauses_per_day: 2\n")
    with Sandbox() as untouched:
        ids = untouched.of_class("loser")[:3]
    call = json.dumps({"ids": ids, "status": "PAUSED"})
    code, proposed, _ = cli("tool", "set_status", call, "--sandbox", "--approve", "none")
    assert code == 3
    assert "max_pauses_per_day 2: 2 left, this needs 3" in proposed["result"]["reason"]
    code, report, _ = cli("apply", proposed["change_sets"][0]["id"], "--json")
    assert (code, report["status"]) == (3, "needs_approval")
    assert "Only a person at a terminal may go over that" in report["answer"]
    with sandbox_of(ws) as sandbox:
        assert not sandbox.writes()


def test_doctor_counts_what_waits(cli, ws):
    """One change set is no "1 change sets"."""
    cli(*PAUSE)
    _, report, _ = cli("doctor", "--sandbox", "--json")
    (journal,) = [check["found"] for check in report["checks"] if check["what"] == "journal"]
    assert journal == "1 change set, 1 waiting for approval"


def test_a_new_sandbox_has_a_new_day_for_every_command(cli, ws):
    """What was done to a sandbox that is gone counts neither in the run that made the new one nor when its set is applied."""
    brand(ws, "max_pauses_per_day: 2\n")
    for _ in range(2):
        code, report, _ = cli(*PAUSE)
        assert (code, len(report["change_sets"][0]["changes"])) == (3, 2)
        assert cli("apply", report["change_sets"][0]["id"], "--json")[0] == 0
    with sandbox_of(ws) as sandbox:
        (other, *_) = [ad for ad in sandbox.of_class("loser") if ad not in sandbox.paused()]
    call = json.dumps({"ids": [other], "status": "PAUSED"})
    code, report, _ = cli("tool", "set_status", call, "--sandbox", "--approve", "safe")
    assert code == 3
    assert "max_pauses_per_day 2: 0 left" in report["result"]["reason"]


def test_a_brand_file_for_another_account_still_works_in_the_sandbox(cli, ws):
    """Trying things out needs no second brand file; that the demo account is used is said."""
    brand(ws, "ad_account: act_999\ncurrency: EUR\ntarget_cpa: 9.00 EUR\nmax_pauses_per_day: 1\n")
    code, report, err = cli("run", "pause underperforming ads", "--sandbox", "--approve", "safe")
    assert code == 0
    assert "The sandbox does not have act_999" in err
    assert "1 of 1" in f"{report}" or "1 done" in f"{report}"


MISUSES = (
    (("show",), "ID is missing: `adsteward show ID`"),
    (("run", "x", "--bogus"), "No such option '--bogus'"),
    (("completion", "tcsh"), "SHELL: 'tcsh' is not one of"),
    (("sandbox", "--port", "abc"), "--port: 'abc' is no whole number."),
    (("history", "--since", "yesterday"), "--since: 'yesterday' is no day: write one such as 2026-01-31."),
    (("frobnicate",), "If it is a request: `adsteward run frobnicate`."),
    (("web", "user", "add"), "NAME is missing: `adsteward web user add NAME`"),
    (("init", "a", "b"), "Got unexpected extra argument (b)"),
    (("run", "--model"), "Option '--model' requires an argument."),
)


@pytest.mark.parametrize(("arguments", "why"), MISUSES)
def test_a_line_that_fits_no_command_is_told_as_everything_else_is(cli, arguments, why):
    """What is wrong, that nothing was done, what to look at; with --json as one object."""
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert why in " ".join(err.split())
    assert "Nothing was done" in err
    assert "Usage:" not in err
    code, told, err = cli(*arguments[:1], *arguments[1:-1], "--json", *arguments[1:][-1:])
    assert (code, told["status"], err) == (2, "error", "")
    assert "Nothing was done" in told["answer"]


def test_a_set_of_another_workspace_is_not_called_absent(cli, ws, tmp_path, monkeypatch):
    """`init` says what waits where one worked before, the lists do, and an id is found in its workspace."""
    monkeypatch.delenv("ADSTEWARD_WORKSPACE")
    monkeypatch.chdir(tmp_path)
    waits = cli(*PAUSE, "--approve", "none")[1]["change_sets"][0]["id"]
    home = private.folder()
    there = f"1 change set waits in another workspace of yours: `adsteward inbox --workspace {home}`."
    _, out, _ = cli("init")
    assert there in " ".join(out.split())
    for listing in ("inbox", "history"):
        assert there in " ".join("".join(cli(listing)[1:]).split())
    for command in (("show",), ("apply",), ("undo",), ("decline",), ("inbox", "show"), ("inbox", "assign")):
        code, _, err = cli(*command, waits, *(["Tom"] if command[-1] == "assign" else []))
        assert code == 2
        assert f"{waits} is not of the workspace" in err
        assert f"--workspace {home}" in " ".join(err.split())
    assert cli("show", waits, "--workspace", home)[0] == 0
    assert "There is no change set cs-nope." in cli("show", "cs-nope")[2]
    assert there not in cli("inbox", "--workspace", ws)[1]


def test_init_tells_programs_what_it_made(cli, tmp_path):
    """One object, as of any command; the second time it made nothing."""
    target = tmp_path / "mine"
    _, first, _ = cli("init", target, "--json")
    assert (first["status"], first["made"], first["workspace"]) == ("done", True, str(target))
    assert f"adsteward doctor --workspace {target}" in first["answer"]
    assert cli("init", target, "--json")[1]["made"] is False


def test_init_makes_a_workspace_once(cli, tmp_path):
    """The default brand file is copied, and never over one that is there."""
    target = tmp_path / "mine"
    assert cli("init", target)[0] == 0
    file = target / "brand" / "stack.md"
    assert file.read_text(encoding="utf-8").startswith("#")
    file.write_text("max_pauses_per_run: 7\n", encoding="utf-8")
    code, out, _ = cli("init", target)
    assert (code, "was there already and is as it was" in out) == (0, True)
    assert file.read_text(encoding="utf-8") == "max_pauses_per_run: 7\n"


def test_doctor_says_where_every_value_comes_from(cli, ws, monkeypatch):
    """Argument > environment > stack.md > default."""
    brand(ws, "target_cpa: 30\nmodel: from-file\n")
    monkeypatch.setenv("ADSTEWARD_MODEL", "offline")
    code, report, _ = cli("doctor", "--sandbox", "--json")
    origins = {key: row["origin"] for key, row in report["settings"].items()}
    assert code == 0
    assert origins["target_cpa"] == "stack.md line 1"
    assert origins["model"] == "environment ADSTEWARD_MODEL"
    assert origins["page_id"].startswith("sandbox default")
    assert origins["max_pauses_per_day"] == "built-in default"
    assert origins["min_ctr"] == "not set"


def test_doctor_names_the_limits_that_hold_where_there_is_no_file(cli):
    """In the sandbox they are its own; nothing calls them built in."""
    report = cli("doctor", "--sandbox", "--json")[1]
    (file,) = [check["found"] for check in report["checks"] if check["what"] == "stack.md"]
    assert file == "no stack.md: the sandbox's own settings apply; `adsteward init` makes one"
    assert report["settings"]["max_daily_budget"]["origin"].startswith("sandbox default")


def test_help_starts_without_the_heavy_libraries():
    """`--help` imports neither anthropic nor httpx, pydantic or rich."""
    code = "import sys; from agent.cli.entry import _guarded; _guarded(['--help']); print([m for m in ('anthropic', 'httpx', 'rich', 'pydantic', 'jinja2', 'starlette', 'psycopg', 'dbos', 'sqlalchemy', 'numpy') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


def test_a_run_without_a_model_server_does_not_load_anthropic(cli):
    """Offline work does not pay for the SDK, nor for arrays where nothing is judged."""
    code = (
        "import sys; from agent.cli.entry import _guarded;"
        "_guarded(['run', 'help', '--sandbox', '--json']); sys.exit(any(m in sys.modules for m in ('anthropic', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_moments_are_told_on_the_clock_of_the_account_everywhere(cli) -> None:
    """A list, a set and what waits name the same moment alike, with the offset of the account's zone."""
    _, out, _ = cli("run", "pause Static – Gift card", "--sandbox", "--model", "offline", "--json")
    made = out["change_sets"][0]["id"]
    listed = cli("history")[1]
    (at,) = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC-0[45]:00", listed)
    assert f"proposed {at}" in cli("show", made)[1]
    assert cli("history", "--json")[1]["change_sets"][0]["timezone"] == "America/New_York"
