"""Limits come from the person, and from nobody who can lay a file into a folder.

An attacker may write into the folder where adsteward is started, before or while it runs; not into the home folder.
"""

import asyncio
import hashlib
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume
from hypothesis import given as drawn
from hypothesis import strategies as st
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from agent.cli.entry import _guarded
from agent.hosts.host_session import STALE_AFTER_S, Desk
from agent.hosts.mcp_server import HostServer
from agent.models.model import ToolCall
from agent.run.events import Noted
from agent.run.reopen import policy_for
from agent.run.session import Session
from agent.setup import trusted
from agent.setup.settings import CHANGED, ROOT, Options, find_workspace
from agent.setup.stops import ConfigError, Exit
from agent.writes.approval import Nobody
from agent.writes.journal import Journal
from agent.writes.policy import ALLOWED
from tests.agent.support import ACCOUNT, Events, Sandbox, ScriptedModel
from tests.attacks.terminals import Terminal, terminals
from tools.domain.brand import Amount, Brand
from tools.domain.brand_layers import GUARDRAILS, as_texts, of_texts, tightened
from tools.domain.changes import ChangeSet

HOSTILE = (
    "assistant_approval: safe\nmax_pauses_per_day: 999\nmax_budget_step_pct: 1000\nmax_daily_budget: 99999\n"
)
NOBODY_CHOSE = "has a workspace that nobody chose; using"
CAMPAIGN = "23846000000002"
COMMANDS = (
    ("run", "how are my ads doing?"),
    ("run", "how are my ads doing?", "--json"),
    ("tool", "list_accounts"),
    ("history",),
    ("doctor",),
    ("history", "--json"),
    ("launch", "ads.json", "--dry-run"),
)


def lay(folder: Path, text: str = HOSTILE) -> Path:
    """A workspace with this brand file."""
    (folder / "brand").mkdir(parents=True, exist_ok=True)
    (folder / "brand" / "stack.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def home(sealed: Path) -> Path:
    """The person's own workspace."""
    return lay(sealed / ".adsteward", "max_pauses_per_day: 3\n")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command in this process, where no terminal is; gives exit code, output and errors."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = _guarded(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


# A folder that nobody chose


@pytest.mark.parametrize("place", [".", "workspace"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_takes_a_workspace_that_lies_in_the_folder(cli, home, command, place) -> None:
    """It is said once, with the two ways to use it; nothing is read from it and nothing is written into it."""
    folder = lay(Path.cwd() / place)
    *_, err = cli(*command, "--sandbox")
    assert err.count(NOBODY_CHOSE) == 1
    assert f"--workspace {folder.resolve()}, or `adsteward init {folder.resolve()}`" in err
    assert not (folder / "state").exists()
    assert (home / "state").exists()


def test_a_file_in_the_folder_raises_no_limit_under_approve_all(cli, home) -> None:
    """The scenario of the report: a clone's own limits let `--approve all` raise a budget forty times."""
    lay(Path.cwd())
    raised = json.dumps({"id": "23847000000001", "daily_budget": "999.00 USD"})
    _, out, _ = cli("tool", "set_budget", raised, "--sandbox", "--approve", "all")
    assert "over max_daily_budget 500.00 USD" in json.loads(out)["result"]["error"]
    assert json.loads(out)["change_sets"] == []


def test_an_assistant_takes_no_limits_from_the_folder_it_is_started_in(home: Path) -> None:
    """Four pauses, where the person allows three: they wait, with nothing let through by the folder's approval."""
    lay(Path.cwd())
    desk = Desk(Options(sandbox=True))
    with Sandbox() as sandbox:
        ads = [ad["id"] for ad in sandbox.ads() if ad["status"] == "ACTIVE"][:4]
    proposed = desk.call([pause(ads)], "host").content["change_set_id"]
    answer = desk.weigh(proposed, "")
    desk.close()
    assert "max_pauses_per_day 3" in str(answer)
    with closing(journal_of(home)) as journal:
        assert journal.change_set(proposed).settings["max_pauses_per_day"] == "3"
        assert journal.state(proposed) == "proposed"


def test_the_server_says_on_stderr_what_it_left_aside(home: Path, tmp_path: Path) -> None:
    """A process as a host starts it: one line, and the person's own workspace is used."""
    folder = lay(Path.cwd())
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = StdioServerParameters(command=sys.executable, args=["-m", "agent", "mcp", "--sandbox"], env=env)

    async def run() -> None:
        with (tmp_path / "err").open("w") as err:
            async with Client(stdio_client(server, errlog=err)) as client:
                await client.call_tool("list_accounts", {})
                await client.call_tool("list_accounts", {})

    asyncio.run(run())
    assert (tmp_path / "err").read_text() == trusted.left_aside(folder)
    assert (home / "state" / "journal.sqlite").exists()
    assert not (folder / "state").exists()


def test_the_brand_file_as_it_is_shipped_says_nothing(cli, home, monkeypatch, tmp_path) -> None:
    """In a checkout every command works without a question or a note; `init` chooses its workspace."""
    shutil.copytree(ROOT / "workspace" / "brand", tmp_path / "workspace" / "brand")
    monkeypatch.chdir(tmp_path)
    assert cli("history", "--sandbox")[2] == ""
    assert not (tmp_path / "workspace" / "state").exists()
    assert cli("init")[0] == 0
    assert cli("history", "--sandbox")[2] == ""
    assert (tmp_path / "workspace" / "state").exists()


def test_a_workspace_that_is_named_needs_no_choice(cli, home, monkeypatch) -> None:
    """By argument or environment: the person's word is enough, and nothing is said or remembered."""
    folder = lay(Path.cwd() / "mine", "max_pauses_per_day: 7\n")
    assert cli("history", "--sandbox", "--workspace", str(folder))[2] == ""
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(folder))
    assert cli("history", "--sandbox")[2] == ""
    assert not trusted.record().exists()


# Choosing one


def test_init_chooses_a_workspace_that_is_there_and_leaves_it_as_it_is(cli, home) -> None:
    """What it sets is said; from then on it counts, for scripts and servers as well."""
    folder = lay(Path.cwd(), "max_pauses_per_day: 7\nprotect:\n- Evergreen\n")
    before = (folder / "brand" / "stack.md").read_bytes()
    code, out, _ = cli("init", str(folder))
    assert code == 0
    assert "It sets: protect Evergreen; max_pauses_per_day 7." in out
    assert (folder / "brand" / "stack.md").read_bytes() == before
    assert cli("history", "--sandbox")[2] == ""
    assert find_workspace(None) == (folder, "current folder")


def test_another_folder_laid_in_its_place_was_not_chosen(cli, home) -> None:
    """Same path, same owner, another folder: as if it had never been chosen."""
    folder = lay(Path.cwd() / "workspace", "max_pauses_per_day: 7\n")
    cli("init")
    folder.rename(folder.with_name("away"))
    lay(folder)
    assert cli("history", "--sandbox")[2].count(NOBODY_CHOSE) == 1
    shutil.rmtree(folder)
    folder.symlink_to(lay(Path.cwd() / "other"))
    assert cli("history", "--sandbox")[2].count(NOBODY_CHOSE) == 1


def test_a_folder_that_changed_hands_was_not_chosen(cli, home) -> None:
    """The owner belongs to what was chosen."""
    folder = lay(Path.cwd() / "workspace")
    cli("init")
    known = json.loads(trusted.record().read_text())
    known[str(folder)]["owner"] += 1
    trusted.record().write_text(json.dumps(known))
    assert cli("history", "--sandbox")[2].count(NOBODY_CHOSE) == 1


def test_a_damaged_record_is_said_before_anything_is_sent(cli, home) -> None:
    """Also where it is not needed to find the workspace: it says which state folders are closed to tools."""
    cli("init", "mine")
    trusted.record().write_text("{")
    code, _, err = cli("run", "how are my ads doing?", "--sandbox", "--workspace", "mine")
    assert (code, "is damaged" in err) == (2, True)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.chmod(0o644), "can be read by others"),
        (lambda path: path.write_text("{"), "is damaged"),
        (lambda path: path.write_text("[]"), "is damaged"),
        (lambda path: path.write_bytes(b"\xff"), "cannot be read"),
    ],
)
def test_a_record_that_others_could_have_written_chooses_nothing(cli, home, harm, said) -> None:
    """It is refused with the fix, not read."""
    lay(Path.cwd() / "workspace")
    cli("init")
    harm(trusted.record())
    code, _, err = cli("history", "--sandbox")
    assert (code, said in err) == (2, True)


# The question at a terminal


@pytest.fixture
def terminal(home: Path) -> Iterator[Callable[..., Terminal]]:
    with terminals() as start:
        yield lambda **options: start("history", "--sandbox", **options)


def test_a_person_is_asked_once_and_sees_what_the_file_sets(terminal) -> None:
    """A yes is remembered: the next run asks nothing."""
    folder = lay(Path.cwd(), "max_pauses_per_day: 7\nassistant_approval: safe\nad_account: act_1\n")
    first = terminal()
    shown = " ".join(first.until("[n]o: ").split())
    assert "Its stack.md sets: max_pauses_per_day 7; assistant_approval safe; also ad_account" in shown
    first.answer("yes")
    assert trusted.is_chosen(folder)
    assert "[n]o" not in terminal().end()


@pytest.mark.parametrize("word", ["n", "", "no thanks", "later", "\x04"])
def test_anything_but_a_clear_yes_holds_for_this_run_alone(terminal, word) -> None:
    """Nothing is remembered, and the next run asks again."""
    folder = lay(Path.cwd())
    first = terminal()
    first.until("[n]o: ")
    assert "Not used" in first.answer(word)
    assert not trusted.is_chosen(folder)
    assert not (folder / "state").exists()
    terminal().until("[n]o: ")


@pytest.mark.parametrize("word", ["ye", "yes, but not now", "use it?"])
def test_what_is_neither_yes_nor_no_is_asked_again_and_then_not_used(terminal, word) -> None:
    """A few times; then it holds for this run alone."""
    folder = lay(Path.cwd())
    first = terminal()
    first.until("[n]o: ")
    first.answer(word, "[n]o: ")
    first.answer(word, "[n]o: ")
    assert "Not used" in first.answer(word)
    assert not trusted.is_chosen(folder)


def test_what_was_typed_before_the_question_does_not_answer_it(terminal) -> None:
    """A paste of several lines holds no yes to a question that nobody had seen."""
    folder = lay(Path.cwd())
    opened = terminal(typed_before=b"yes\nyes\n")
    opened.until("[n]o: ")
    assert "Not used" in opened.answer("no")
    assert not trusted.is_chosen(folder)


def test_a_file_that_others_can_write_is_not_even_asked_about(terminal) -> None:
    """The fix is said instead."""
    folder = lay(Path.cwd())
    (folder / "brand" / "stack.md").chmod(0o666)
    shown = " ".join(terminal().end().split())
    assert "chmod go-w" in shown
    assert "[n]o" not in shown


# Whose file it is


def loosen_file(folder: Path) -> None:
    (folder / "brand" / "stack.md").chmod(0o664)


def loosen_world(folder: Path) -> None:
    (folder / "brand" / "stack.md").chmod(0o646)


def loosen_brand(folder: Path) -> None:
    (folder / "brand").chmod(0o775)


def loosen_root(folder: Path) -> None:
    folder.chmod(0o777)


def link_to_loose(folder: Path) -> None:
    """The link is fine, what it leads to is not."""
    file = folder / "brand" / "stack.md"
    target = folder.parent / "shared" / "limits.md"
    target.parent.mkdir()
    file.rename(target)
    target.chmod(0o666)
    file.symlink_to(target)


def link_into_loose_folder(folder: Path) -> None:
    """The file is fine, but another can be put into its place."""
    link_to_loose(folder)
    (folder.parent / "shared" / "limits.md").chmod(0o644)
    (folder.parent / "shared").chmod(0o777)


LOOSE = [loosen_file, loosen_world, loosen_brand, loosen_root, link_to_loose, link_into_loose_folder]


@pytest.mark.parametrize("loosen", LOOSE)
def test_limits_that_others_can_write_are_refused_with_the_fix(cli, tmp_path, loosen) -> None:
    """File, folders and what a link leads to; the command that is named makes it good."""
    folder = lay(tmp_path / "ws", "max_pauses_per_day: 7\n")
    loosen(folder)
    code, _, err = cli("doctor", "--sandbox", "--workspace", str(folder))
    assert code == 2
    fix = err.partition("`")[2].partition("`")[0]
    assert fix.startswith("chmod go-w '")
    subprocess.run(shlex.split(fix), check=True)
    assert cli("doctor", "--sandbox", "--workspace", str(folder))[0] == 0


def test_the_own_workspace_is_judged_like_any_other(cli, home) -> None:
    """`~/.adsteward/brand/stack.md` is a file, too; a server that finds it so answers with the fix."""
    (home / "brand" / "stack.md").chmod(0o666)
    assert "chmod go-w" in cli("history", "--sandbox")[2]
    with pytest.raises(ConfigError, match="chmod go-w"):
        Desk(Options(sandbox=True)).call([ToolCall("1", "list_accounts", {})], "host")


def test_limits_of_somebody_else_are_refused(cli, tmp_path, monkeypatch) -> None:
    """Another user's file sets nothing here; root's may."""
    folder = lay(tmp_path / "ws")
    if os.geteuid():
        monkeypatch.setattr(os, "geteuid", lambda: 4242)
    else:
        os.chown(folder / "brand" / "stack.md", 4242, -1)
    code, _, err = cli("history", "--sandbox", "--workspace", str(folder))
    assert (code, "belongs to another user" in err, "sudo chown" in err) == (2, True, True)


def test_init_takes_back_what_others_could_write(cli, home) -> None:
    """A checkout under a wide umask is chosen by one command, and what was changed is said."""
    folder = lay(Path.cwd() / "workspace", "max_pauses_per_day: 7\n")
    loosen_file(folder)
    loosen_root(folder)
    code, out, _ = cli("init")
    assert (code, out.count("Nobody else can write to")) == (0, 2)
    assert cli("history", "--sandbox")[0] == 0


# Once per session


def pause(ads: list[str]) -> ToolCall:
    return ToolCall("1", "set_status", {"ids": ads, "status": "PAUSED"})


@dataclass
class Server:
    """A server in the person's own workspace, and its clock."""

    home: Path
    now_s: float = 0.0

    def __post_init__(self) -> None:
        self.desk = Desk(Options(sandbox=True), monotonic=lambda: self.now_s)

    def ask(self, *calls: ToolCall) -> dict[str, Any]:
        return self.desk.call(list(calls) or [ToolCall("1", "list_accounts", {})], "host").content

    def limits(self, ads: list[str]) -> dict[str, str]:
        """Those that a pause proposed now is judged by."""
        proposed = self.ask(pause(ads[-1:]))["change_set_id"]
        with closing(journal_of(self.home)) as journal:
            return journal.change_set(proposed).settings

    def write(self, text: str) -> None:
        lay(self.home, text)


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    opened = Server(home)
    yield opened
    opened.desk.close()


@pytest.fixture
def ads() -> list[str]:
    """Ads that run and are not protected by the demo's own brand file."""
    with Sandbox() as sandbox:
        return [ad["id"] for ad in sandbox.ads() if ad["status"] == "ACTIVE"][:6]


def nothing(_: Server) -> None:
    """The next call comes at once."""


def a_quarter_of_an_hour(server: Server) -> None:
    """The account is read anew."""
    server.now_s += STALE_AFTER_S + 1


def a_bug(server: Server) -> None:
    """The session is closed after what nobody foresaw."""
    server.desk.close()


MOMENTS = [nothing, a_quarter_of_an_hour, a_bug]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_looser_file_takes_effect_in_the_next_session(server, ads, moment) -> None:
    """It is told once, and the limits stay those the session began with."""
    server.ask()
    server.write(HOSTILE)
    moment(server)
    assert server.limits(ads)["max_pauses_per_day"] == "3"
    moment(server)
    assert server.limits(ads)["max_pauses_per_day"] == "3"
    assert server.desk.noted() == [CHANGED]
    again = Server(server.home)
    assert again.limits(ads)["max_pauses_per_day"] == "999"
    again.desk.close()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_tighter_file_takes_effect_at_once(server, ads, moment) -> None:
    """A person who protects an ad need not look for the servers that run; loosening it again waits."""
    server.ask()
    server.write(f'max_pauses_per_day: 1\nprotect:\n- "{ads[0]}"\n')
    moment(server)
    assert "protected by stack.md" in server.ask(pause(ads[:1]))["error"]
    assert server.limits(ads)["max_pauses_per_day"] == "1"
    server.write("max_pauses_per_day: 3\n")
    moment(server)
    assert "protected by stack.md" in server.ask(pause(ads[:1]))["error"]
    assert server.desk.noted() == [CHANGED, CHANGED]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_workspace_that_appears_in_mid_session_is_nobodys(server, ads, moment) -> None:
    """The scenario of the report: a project folder got a brand file while the server ran in it."""
    server.ask()
    lay(Path.cwd())
    moment(server)
    assert server.limits(ads)["max_pauses_per_day"] == "3"
    assert server.desk.noted() == []


def test_a_standing_approval_that_appears_in_mid_session_approves_nothing(server, ads) -> None:
    """Nor does it in the next session for a set that was proposed before."""
    proposed = server.ask(pause(ads[:1]))["change_set_id"]
    server.write(HOSTILE)
    assert "Apply this change set?" in server.desk.weigh(proposed, "").text
    again = Server(server.home)
    assert "Apply this change set?" in again.desk.weigh(proposed, "").text
    fresh = again.ask(pause(ads[1:2]))["change_set_id"]
    assert again.desk.weigh(fresh, "").content["status"] == "applied"
    assert [
        c.id
        for c in journal_of(server.home).approved_by(
            ALLOWED["standing"][0], ACCOUNT, datetime.min.replace(tzinfo=UTC)
        )
    ] == [fresh]
    again.desk.close()


@pytest.mark.parametrize(
    "harm", [lambda file: file.write_text("max_pauses_per_day: many\n"), lambda file: file.chmod(0o666)]
)
def test_a_file_that_cannot_be_used_any_more_changes_nothing(server, ads, harm) -> None:
    """The session keeps its limits and says why the file does not count."""
    server.ask()
    harm(server.home / "brand" / "stack.md")
    assert server.limits(ads)["max_pauses_per_day"] == "3"
    server.ask()
    (told,) = server.desk.noted()
    assert "Until the next session its settings hold as they were" in told


def test_a_host_is_told_of_it_with_the_next_answer(home: Path) -> None:
    """Once, beside the answer of the tool."""
    lay(home, "max_pauses_per_day: 3\n")
    server = HostServer(lambda: Desk(Options(sandbox=True)), sandbox=True)

    async def run() -> list[Any]:
        async with Client(server.mcp) as client:
            before = await client.call_tool("list_accounts", {})
            lay(home, HOSTILE)
            after = [await client.call_tool("list_accounts", {}) for _ in range(2)]
            return [told.structured_content.get("settings_note") for told in (before, *after)]

    assert asyncio.run(run()) == [None, [CHANGED], None]
    server.close()


def test_a_chat_keeps_the_limits_it_began_with(home: Path, ads) -> None:
    """Each request of a talk is a run of its own; the settings are the talk's."""
    events = Events()
    session = Session.open(Options(sandbox=True), approver=Nobody(), listener=events, mode="none")
    calls = [("set_status", {"ids": ads[:1], "status": "PAUSED"})]
    for text in ("max_pauses_per_day: 3\n", HOSTILE, HOSTILE):
        lay(home, text)
        (stored,) = session.run("pause it", ScriptedModel([calls, "done"])).change_sets
        assert stored.change_set.settings["max_pauses_per_day"] == "3"
    session.close()
    assert [event.text for event in events.of(Noted)] == [CHANGED]


AMOUNT = st.none() | st.builds(
    Amount, st.integers(0, 300).map(Decimal), st.sampled_from([None, "EUR", "USD"])
)
BRANDS = st.builds(
    Brand,
    protect=st.lists(st.sampled_from(["a", "b", "*c*"]), unique=True, max_size=3).map(tuple),
    max_pauses_per_day=st.integers(0, 30),
    max_new_ads_per_day=st.integers(0, 30),
    max_new_objects_per_day=st.none() | st.integers(0, 30),
    max_budget_step_pct=st.decimals(0, 1000, places=1),
    max_daily_budget=AMOUNT,
    max_lowering_per_day=AMOUNT,
    assistant_approval=st.sampled_from([None, "ask", "safe"]),
    target_cpa=st.none() | st.integers(1, 9).map(lambda n: Amount(Decimal(n))),
)
READ_AS: dict[str, Callable[[Brand, str], Any]] = {
    "max_new_objects_per_day": lambda brand, _: brand.new_objects_limit,
    "max_daily_budget": lambda brand, currency: brand.daily_budget_ceiling(currency),
    "max_lowering_per_day": lambda brand, currency: brand.lowering_limit(currency),
}
"""Limits that follow from others while nobody set them."""


def comparable(brand: Brand, currency: str) -> bool:
    """Whether no amount is meant in another currency."""
    amounts = (brand.max_daily_budget, brand.max_lowering_per_day)
    return all(amount is None or amount.currency in (None, currency) for amount in amounts)


def looser(brand: Brand, than: Brand, currency: str) -> list[str]:
    """The guardrails in which one lets through more than another."""
    found = list[str]()
    for key in (key for key in GUARDRAILS if key.startswith("max_")):
        read = READ_AS.get(key, lambda b, _, key=key: getattr(b, key))
        if read(brand, currency) > read(than, currency):
            found.append(key)
    if not set(than.protect) <= set(brand.protect):
        found.append("protect")
    if brand.assistant_approval == "safe" != than.assistant_approval:
        found.append("assistant_approval")
    return found


@drawn(BRANDS, BRANDS, st.sampled_from(["EUR", "USD", "JPY"]))
def test_tightening_loosens_nothing(held: Brand, now: Brand, currency: str) -> None:
    """Against neither of the two, done once or again; and nothing but guardrails changes."""
    assume(comparable(held, currency))
    tight = tightened(held, now, currency)
    assert looser(tight, held, currency) == []
    assert not comparable(now, currency) or looser(tight, now, currency) == []
    assert tightened(tight, now, currency) == tightened(tight, held, currency) == tight
    assert tight.target_cpa == held.target_cpa


@drawn(BRANDS)
def test_guardrails_survive_being_written_down(brand: Brand) -> None:
    """What is stamped into a change set is what it was judged by."""
    again = of_texts(as_texts(brand) | {"origin": "/somewhere"})
    assert {key: getattr(again, key) for key in GUARDRAILS} == {
        key: getattr(brand, key) for key in GUARDRAILS
    }


def test_every_setting_is_a_guardrail_or_known_to_be_none() -> None:
    """A new limit that tightening forgot would be loosened in mid-session."""
    goals = {
        "target_cpa",
        "target_roas",
        "min_ctr",
        "max_cpc",
        "max_cpm",
        "max_frequency",
        "conversion_event",
    }
    names = {"ad_account", "currency", "timezone", "page_id", "instagram_user_id", "pixel_id"}
    names |= {"default_adset_id", "default_link", "model", "graph_version"}
    names |= {"dsa_beneficiary", "dsa_payor", "verified_beneficiary", "verified_payer"}
    names |= {"notify"}  # who is told, by the names of variables and files
    names |= {"report_language", "report_colour", "report_logo"}
    assert set(Brand.model_fields) == goals | names | set(GUARDRAILS)


# Stamped


def journal_of(folder: Path) -> Journal:
    return Journal(folder / "state" / "journal.sqlite")


def test_a_change_set_says_by_which_limits_it_was_judged(cli, home) -> None:
    """Named as in stack.md, with the file; the digest covers them."""
    lay(home, 'max_pauses_per_day: 7\nprotect:\n- Evergreen\n- "[x], y"\n')
    change_set = proposed(cli, CAMPAIGN)
    assert change_set.settings == {
        "timezone": "America/New_York",  # whose clock tells of it
        "protect": "Evergreen\n[x], y",
        "max_pauses_per_day": "7",
        "max_daily_budget": "500.00",  # the demo's
        "max_new_ads_per_day": "10",
        "max_budget_step_pct": "20",
        "origin": str(home / "brand" / "stack.md"),
        "workspace": str(home),
    }
    other = change_set.model_copy(update={"settings": change_set.settings | {"max_pauses_per_day": "8"}})
    assert ChangeSet.model_validate(other.model_dump()).digest != change_set.digest


def test_a_set_that_an_older_version_stored_keeps_its_digest(cli, home) -> None:
    """It has no settings, and loads as it is."""
    change_set = proposed(cli, CAMPAIGN)
    old = json.loads(change_set.content)
    del old["settings"]
    text = json.dumps(old, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    stored = ChangeSet.stored(text)
    assert (stored.settings, stored.content) == ({}, text)
    assert stored.digest == hashlib.sha256(text.encode()).hexdigest()


def test_a_set_is_applied_by_the_tighter_of_two_limits(cli, home) -> None:
    """Proposed where it had to be asked for, it is asked for after the file was loosened; a fresh one is not."""
    lay(home, "max_pauses_per_day: 2\n")
    change_set = proposed(cli, CAMPAIGN)
    assert sum(change.stops for change in change_set.changes) > 2
    lay(home, "max_pauses_per_day: 500\n")
    code, _, err = cli("apply", change_set.id, "--approve", "safe")
    assert (code, "max_pauses_per_day 2" in err) == (3, True)
    assert cli("apply", proposed(cli, CAMPAIGN).id, "--approve", "safe")[0] == 0


def test_a_set_is_refused_by_limits_that_were_tightened_since(cli, home) -> None:
    """Protection counts from the moment it is written down."""
    change_set = proposed(cli, CAMPAIGN)
    lay(home, f'protect:\n- "{CAMPAIGN}"\n')
    code, _, err = cli("apply", change_set.id)
    assert (code, "protected by stack.md" in err) == (6, True)


def test_limits_that_mean_nothing_here_let_nothing_through(cli, home) -> None:
    """A set that a later version stored is asked for again, not guessed at."""
    change_set = proposed(cli, CAMPAIGN)
    odd = change_set.model_copy(update={"settings": {"max_pauses_per_day": "many"}})
    odd = ChangeSet.model_validate(odd.model_dump())
    with closing(journal_of(home)) as journal:
        with pytest.raises(sqlite3.IntegrityError):
            journal.propose(odd)  # its changes are known under another set
        session = Session.open(Options(sandbox=True), approver=Nobody(), listener=Events(), mode="none")
        with pytest.raises(ConfigError, match="Ask for the change again"):
            policy_for(session, odd)
        session.close()


def proposed(cli, target: str) -> ChangeSet:
    """A stored set that pauses an object."""
    pausing = json.dumps({"ids": [target], "status": "PAUSED"})
    _, out, _ = cli("tool", "set_status", pausing, "--sandbox")
    (told,) = json.loads(out)["change_sets"]
    with closing(journal_of(find_workspace(None)[0])) as journal:
        return journal.change_set(told["id"])


@pytest.mark.parametrize("wrong", ["notify: json://127.0.0.1:9/x", "max_pauses_per_day: many"])
def test_a_wrong_line_of_a_brand_file_stops_neither_the_brake_nor_a_look(workspace, capsys, wrong) -> None:
    """What was done is seen and declined, `doctor` names the line, and all can be stopped; nothing else is begun."""
    place, stack = ["--workspace", str(workspace)], workspace / "brand" / "stack.md"
    good = stack.read_text(encoding="utf-8")
    pause = ["tool", "set_status", '{"ids": ["23848000000001"], "status": "PAUSED"}', "--sandbox", *place]
    assert _guarded(pause) == Exit.APPROVAL
    (waiting,) = json.loads(capsys.readouterr().out)["change_sets"]
    stack.write_text(f"{good}{wrong}\n", encoding="utf-8")

    for command in ("inbox", "history", f"show {waiting['id']}", f"decline {waiting['id']}", "fleet status"):
        assert _guarded([*command.split(), *place]) == 0, command
    capsys.readouterr()
    assert _guarded(["doctor", "--sandbox", *place]) == Exit.META
    assert f": {wrong.partition(':')[0]}: " in capsys.readouterr().out.replace("\n", " ")

    assert _guarded(["run", "how are my ads doing?", "--sandbox", *place]) == Exit.USAGE
    assert _guarded(["run", "pause everything", "--sandbox", *place]) == Exit.APPROVAL
    with closing(Journal(workspace / "state" / "journal.sqlite")) as journal:
        stops = journal.recent("act_123456789", 1)[0]["id"]
    assert _guarded(["apply", stops, "--sandbox", *place]) == 0
    assert f"{stops}: " in capsys.readouterr().out


def test_what_takes_a_stop_back_waits_for_a_right_brand_file(workspace, capsys) -> None:
    """To apply what only stops needs none; its undo starts, and is judged by limits that are all known."""
    place, stack = ["--workspace", str(workspace)], workspace / "brand" / "stack.md"
    pause = ["tool", "set_status", '{"ids": ["23848000000001"], "status": "PAUSED"}', "--sandbox", *place]
    assert _guarded([*pause, "--approve", "all"]) == 0
    (done,) = json.loads(capsys.readouterr().out)["change_sets"]
    stack.write_text(f"{stack.read_text(encoding='utf-8')}max_pauses_per_day: 1O\n", encoding="utf-8")
    assert _guarded(["undo", done["id"], "--approve", "all", *place]) == Exit.USAGE
    assert "max_pauses_per_day: found '1O'" in capsys.readouterr().err
    with closing(Journal(workspace / "state" / "journal.sqlite")) as journal:
        assert journal.state(done["id"]) == "applied"


def test_a_brand_file_that_cannot_be_read_does_not_hold_up_a_stop(workspace, capsys) -> None:
    """What the command line and the environment say holds."""
    place, stack = ["--workspace", str(workspace)], workspace / "brand" / "stack.md"
    stack.write_bytes(b"\xff\xfe no text")
    assert _guarded(["run", "how are my ads doing?", "--sandbox", *place]) == Exit.USAGE
    capsys.readouterr()
    state = ["--sandbox-state", str(workspace / "kept.sqlite")]  # a world of which several accounts are seen
    assert _guarded(["run", "stop everything", "--account", ACCOUNT, *state, *place]) == Exit.APPROVAL
    told = capsys.readouterr()
    assert "stack.md line 1: this is not UTF-8 text" in told.err
    assert "stop that spend or soon would" in told.out
