"""Several accounts at a terminal: `adsteward accounts`, `use ACCOUNT` in a talk, and where a value comes from."""

import json
from typing import Any

import httpx
import pytest

from agent.cli.entry import _guarded
from tests.agent.support import ACCOUNT, Faults, Sandbox, brand
from tests.attacks.test_a_yes import ASKED, READY, chat, states, statuses, terminal, ws  # noqa: F401
from tests.tools.support import TENT

JAPAN, OUTLET = "act_234567890", "act_345678901"
THEIR_AD = "23848000900001"


@pytest.fixture
def cli(ws, capsys):  # noqa: F811
    """Runs a command on the sandbox in this process; gives exit code, output and error output."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = _guarded([*arguments, "--sandbox"])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def words(shown: str) -> str:
    return " ".join(shown.split())


def refused_for(account_id: str, code: int) -> Any:
    """What Meta says of one account, also as an item of a batch."""

    def action(forward: Any, request: httpx.Request) -> httpx.Response:
        answer = forward()
        if b"batch" not in request.content:
            return answer
        items = answer.json()
        error = {"error": {"message": "No permission here", "type": "OAuthException", "code": code}}
        items[1] |= {"code": 403, "body": json.dumps(error)}
        return httpx.Response(200, json=items, headers=answer.headers, request=request)

    return action


def test_accounts_are_listed_with_what_they_spent_today(cli, ws) -> None:  # noqa: F811
    """State in words, currency, time zone, and why one cannot run; the one in use is marked. In JSON, whole minor units of the currency beside them."""
    code, out, _ = cli("accounts", "--json")
    listed = json.loads(out)
    assert (code, listed["complete"]) == (0, "all 3 accounts")
    assert listed["in_use"] == ACCOUNT
    with Sandbox(ws / "state" / "sandbox.sqlite") as sandbox:
        for row in listed["accounts"]:
            spent = sandbox.get(f"{row['id']}/insights", date_preset="today", fields="spend")["data"]
            offset = 1 if row["currency"] == "JPY" else 100
            assert type(row["spend_today_minor"]) is int
            assert row["spend_today_minor"] == int(float(spent[0]["spend"] if spent else 0) * offset + 0.5)
            assert "spend_today" not in row
    code, out, _ = cli("accounts")
    shown = words(out)
    assert f"→ Northwind Outdoor (demo) {ACCOUNT} active USD America/New_York" in shown
    assert f"Northwind Japan (demo) {JAPAN} active JPY Asia/Tokyo" in shown
    assert f"Northwind Outlet (demo) {OUTLET} disabled USD America/New_York 0.00 USD" in shown
    assert (
        f"{OUTLET}: The ad account is disabled (DISABLED), because its ads broke Meta's advertising policies"
        in shown
    )


def test_what_cannot_be_read_of_one_takes_nothing_from_the_others(cli, monkeypatch) -> None:
    """A refusal, a closed account and a hostile name each stand in their row, and nothing else is changed by them."""
    sandbox, faults = Sandbox(), Faults()
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    sandbox.world.nodes[OUTLET].data |= {
        "account_status": 101,
        "disable_reason": 0,
        "name": "[red]X[/red]\x1b[2J\n→",
    }
    faults.reads = [None, refused_for(JAPAN, 200)]
    code, out, err = cli("accounts")
    shown = words(out)
    assert (code, err) == (0, "")
    assert f"Northwind Outdoor (demo) {ACCOUNT} active USD America/New_York" in shown
    assert f"Northwind Japan (demo) {JAPAN} active JPY Asia/Tokyo not known" in shown
    assert f"{JAPAN}: Meta error 200: No permission here." in shown
    assert "[red]X[/red]⟨U+001B⟩[2J" in shown
    assert "closed USD" in shown
    faults.reads = [None, refused_for(JAPAN, 200)]
    rows = json.loads(cli("accounts", "--json")[1])["accounts"]
    assert [row["spend_today_minor"] is None for row in rows] == [row["id"] == JAPAN for row in rows]
    faults.reads = [None, refused_for(JAPAN, 190)]
    code, _, err = cli("accounts")
    assert (code, "Meta error 190" in err, "Nothing was changed." in err) == (4, True, True)


def test_doctor_shows_which_line_comes_from_which_file(cli, ws) -> None:  # noqa: F811
    """The file of the account is named beside that of the workspace, and so is each line."""
    brand(ws, "max_pauses_per_day: 5\nconversion_event: lead\n")
    own = ws / "brand" / "accounts" / f"{JAPAN}.md"
    own.parent.mkdir()
    own.write_text("max_pauses_per_day: 3\ntarget_cpa: 4000\n", encoding="utf-8")
    _, out, _ = cli("doctor", "--account", JAPAN, "--json")
    told = json.loads(out)
    (files,) = (check["found"] for check in told["checks"] if check["what"] == "stack.md")
    assert files == f"{ws}/brand/stack.md, {own}"
    origins = {key: row["origin"] for key, row in told["settings"].items()}
    assert origins["max_pauses_per_day"] == f"accounts/{JAPAN}.md line 1"
    assert origins["target_cpa"] == f"accounts/{JAPAN}.md line 2"
    assert origins["conversion_event"] == "stack.md line 2"
    assert {told["settings"][key]["value"] for key in ("max_daily_budget", "max_lowering_per_day")} == {
        "10000 JPY"
    }
    assert told["settings"]["target_cpa"]["value"] == "4000 JPY"


def test_doctor_shows_every_limit_that_holds(cli, ws) -> None:  # noqa: F811
    """Also those that follow from another one: with value and currency, and where they come from."""
    brand(ws, "max_daily_budget: 500.00\nmax_new_ads_per_day: 2\n")
    said = words(cli("doctor")[1])
    for line in (
        "max_daily_budget 500.00 USD stack.md line 1",
        "max_lowering_per_day 500.00 USD as max_daily_budget (stack.md line 1)",
        "max_new_objects_per_day 6 3 × max_new_ads_per_day (stack.md line 2)",
        "assistant_approval ask built-in default",
    ):
        assert line in said
    assert "_per_day" not in said.rpartition("not set: ")[2]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_doctor_breaks_no_setting_that_has_room(cli, ws, width) -> None:  # noqa: F811
    """A value stands behind its key, and where it comes from there or in a line of its own, not in the middle of both."""
    brand(ws, "max_daily_budget: 500.00\ndefault_link: https://northwind.example/\n")
    lines = cli("doctor", "--sandbox", "--width", str(width))[1].partition("Settings (")[2].splitlines()
    (at,) = [n for n, line in enumerate(lines) if "default_link" in line]
    told = [" ".join(line.split()) for line in lines[at : at + 3]]
    link, place = "default_link https://northwind.example/", "stack.md line 2"
    wanted = [*link.split(), place] if width == 40 else [f"{link} {place}"]
    assert told[: len(wanted)] == wanted


def test_a_talk_goes_on_in_another_account(terminal, ws) -> None:  # noqa: F811
    """Visibly; what waits belongs to the account it was made in, cannot be decided elsewhere, and is there on the way back."""
    talk = chat(terminal)
    talk.answer(f"pause {TENT}", ASKED)
    talk.answer("later", READY)
    (waits,) = states(ws)
    shown = words(talk.answer("use japan", READY))
    assert f"1 change set in {ACCOUNT} waits there: `use {ACCOUNT}` goes back." in shown
    assert f"Northwind Japan (demo) ({JAPAN}, JPY) · model offline" in shown
    assert shown.endswith(f"SANDBOX Northwind Japan (demo) ({JAPAN}, JPY) >")
    there = f"Nothing waits in {JAPAN}. 1 change set in {ACCOUNT} waits: `use {ACCOUNT}` goes there."
    for said in ("apply", "apply it", "what waits", "/waiting"):
        assert there in words(talk.answer(said, READY))
    for said in (f"apply {waits}", f"forget {waits}", f"show {waits}"):
        shown = words(talk.answer(said, READY))
        assert f"{waits} was made for {ACCOUNT}, and this is {JAPAN}." in shown
    assert (statuses(ws, TENT), states(ws)) == (["ACTIVE"], {waits: "proposed"})
    shown = words(talk.answer(f"pause {THEIR_AD}", ASKED))
    assert f"SANDBOX · Northwind Japan (demo) · {JAPAN} · JPY" in shown
    talk.answer("y", READY)
    assert statuses(ws, THEIR_AD) == ["PAUSED"]
    assert f"Still on {JAPAN}." in words(talk.answer("use act_999", READY))
    assert "names 3 accounts" in words(talk.answer("use northwind", READY))
    assert f"({ACCOUNT}, USD) · model offline" in words(talk.answer(f"use account {ACCOUNT}", READY))
    talk.answer("apply it", ASKED)
    talk.answer("y", READY)
    assert (statuses(ws, TENT), states(ws)[waits]) == (["PAUSED"], "applied")


def test_a_set_of_another_account_is_ended_by_its_id_alone(cli, ws) -> None:  # noqa: F811
    """What a schedule proposed in one of many accounts is applied and taken back without naming the account again."""
    _, out, _ = cli("run", f"pause {THEIR_AD}", "--account", JAPAN, "--approve", "none", "--json")
    change_set_id = json.loads(out)["change_sets"][0]["id"]
    assert cli("apply", change_set_id, "--approve", "all")[0] == 0
    with Sandbox(ws / "state" / "sandbox.sqlite") as sandbox:
        assert sandbox.get(THEIR_AD, fields="status")["status"] == "PAUSED"
    assert cli("undo", change_set_id, "--approve", "all")[0] == 0
    with Sandbox(ws / "state" / "sandbox.sqlite") as sandbox:
        assert sandbox.get(THEIR_AD, fields="status")["status"] == "ACTIVE"
