"""The brand file of an account, over that of the workspace: its values, tighter limits, and the same trust."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli.choosing import guardrails
from agent.run.session import Session
from agent.setup.account_brand import own_file
from agent.setup.settings import Options, data_file, load_settings, unchosen_workspace
from agent.setup.stops import ConfigError
from tests.agent.conftest import Open
from tests.agent.support import ACCOUNT, Events, brand

JAPAN, OUTLET = "act_234567890", "act_345678901"
Write = Callable[..., Path]


@pytest.fixture
def own(workspace: Path) -> Write:
    """Writes the brand file of an account."""

    def write(text: str, account: str = JAPAN) -> Path:
        path = workspace / "brand" / "accounts" / f"{account}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def settled(session: Session, key: str) -> tuple[str, str]:
    """A setting of a session, and where it comes from."""
    loaded = session.settings.loaded
    return str(getattr(loaded.brand, key)), loaded.origin[key]


def test_an_account_has_values_of_its_own(open_session: Open, own: Write, workspace: Path) -> None:
    """They hold for that account alone, each with the file and line that it comes from."""
    brand(workspace, "max_pauses_per_day: 9\nconversion_event: lead\nmax_daily_budget: 10 USD\n")
    own("target_cpa: 4000 JPY\nconversion_event: purchase\nmax_daily_budget: 30000\npage_id: 7\n")
    here, there = open_session(), open_session(account=JAPAN)
    assert settled(there, "target_cpa") == ("4000 JPY", f"accounts/{JAPAN}.md line 1")
    assert settled(there, "conversion_event") == ("purchase", f"accounts/{JAPAN}.md line 2")
    assert settled(there, "max_daily_budget") == ("30000", f"accounts/{JAPAN}.md line 3")
    assert settled(there, "max_pauses_per_day") == ("9", "stack.md line 1")
    assert settled(here, "conversion_event") == ("lead", "stack.md line 2")
    assert settled(here, "target_cpa")[1].startswith("sandbox default")
    assert there.settings.stamp["origin"].endswith(f"stack.md, {workspace}/brand/accounts/{JAPAN}.md")


@pytest.mark.parametrize(
    ("shared", "line", "key", "holds"),
    [
        ("max_pauses_per_day: 5", "max_pauses_per_day: 2", "max_pauses_per_day", "2"),
        ("max_pauses_per_day: 5", "max_pauses_per_day: 50", "max_pauses_per_day", "5"),
        ("max_new_ads_per_day: 2", "max_new_objects_per_day: 90", "max_new_objects_per_day", "None"),
        ("max_daily_budget: 50 USD", "max_daily_budget: 60", "max_daily_budget", "50.00 USD"),
        ("max_daily_budget: 50 USD", "max_lowering_per_day: 900 USD", "max_lowering_per_day", "None"),
        ("assistant_approval: ask", "assistant_approval: safe", "assistant_approval", "ask"),
        ("target_cpa: 9", "max_pauses_per_day: 50", "max_pauses_per_day", "50"),
    ],
)
def test_a_limit_of_the_workspace_is_never_loosened(
    open_session: Open, own: Write, workspace: Path, shared: str, line: str, key: str, holds: str
) -> None:
    """The tighter one holds, and the other is said; what the workspace leaves open, an account may set."""
    brand(workspace, f"{shared}\n")
    own(f"{line}\n", OUTLET)
    session = open_session(account=OUTLET)
    value, origin = settled(session, key)
    assert value == holds
    looser = not origin.startswith("accounts/")
    told = f"accounts/{OUTLET}.md line 1: {line.replace(': ', ' ')} is not tighter than stack.md line 1, which holds."
    assert (told in session.world.notes) is looser


def test_what_is_protected_adds_up(open_session: Open, own: Write, workspace: Path) -> None:
    """Both files protect."""
    brand(workspace, "protect:\n- evergreen\n")
    own("protect:\n- brand*\n", OUTLET)
    protect, origin = settled(open_session(account=OUTLET), "protect")
    assert ("evergreen" in protect, "brand*" in protect) == (True, True)
    assert origin == f"stack.md line 1 and accounts/{OUTLET}.md line 1"


def test_amounts_of_another_currency_say_nothing(open_session: Open, own: Write, workspace: Path) -> None:
    """A goal is left out and that is said; a limit has to be set anew before anything can be changed there."""
    brand(workspace, f"ad_account: {ACCOUNT}\ncurrency: USD\ntarget_cpa: 25\ndefault_adset_id: 1\n")
    session = open_session(account=JAPAN)
    assert [settled(session, key)[0] for key in ("target_cpa", "currency", "default_adset_id")] == [
        "None"
    ] * 3
    assert (
        f"stack.md line 3: target_cpa 25 is in USD and says nothing for {JAPAN} (JPY)." in session.world.notes
    )
    brand(workspace, f"ad_account: {ACCOUNT}\nmax_daily_budget: 100\n")
    with pytest.raises(ConfigError) as refused:
        open_session(account=JAPAN)
    said = f"max_daily_budget 100 is in USD and says nothing for {JAPAN} (JPY): set it in brand/accounts/{JAPAN}.md"
    assert said in str(refused.value)
    own("max_daily_budget: 9000\n")
    assert settled(open_session(account=JAPAN), "max_daily_budget")[0] == "9000"


def test_a_question_about_another_account_goes_by_its_file(
    open_session: Open, own: Write, workspace: Path
) -> None:
    """Its goals judge, and the session's own stay what they were; a bad line is said instead of an answer."""
    brand(workspace, f"ad_account: {ACCOUNT}\nmax_daily_budget: 100 USD\nconversion_event: purchase\n")
    own("conversion_event: lead\n")
    session = open_session()
    _, told = session.tool("get_insights", {"account": "all"})
    assert [row["results_are"] for row in told["by_account"]] == ["purchase", "lead", "purchase"]
    own("max_pauses_per_dy: 3\n")
    _, told = session.tool("get_insights", {"account": "all"})
    (missing,) = told["not_read"]
    assert f"accounts/{JAPAN}.md line 1" in missing["why"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model: offline", "this is settled before there is an account; it belongs into stack.md"),
        ("ad_account: act_1", f"found act_1, but this is the file of {JAPAN}"),
        ("max_pauses_per_day: many", "found 'many'"),
    ],
)
def test_a_bad_line_is_named(open_session: Open, own: Write, text: str, said: str) -> None:
    """With the file and the line; nothing is opened then."""
    own(f"{text}\n")
    with pytest.raises(ConfigError) as refused:
        open_session(account=JAPAN)
    assert f"accounts/{JAPAN}.md line 1" in str(refused.value)
    assert said in str(refused.value)


def test_a_file_that_others_can_write_is_not_used(open_session: Open, own: Write) -> None:
    """Nor is one in a folder in which they could put another in its place."""
    path = own("max_pauses_per_day: 2\n")
    for place in (path, path.parent):
        mode = place.stat().st_mode
        place.chmod(mode | 0o022)
        with pytest.raises(ConfigError, match="Others can write to"):
            open_session(account=JAPAN)
        place.chmod(mode)
    assert settled(open_session(account=JAPAN), "max_pauses_per_day")[0] == "2"


@pytest.mark.parametrize("account_id", ["act_1/../../stack", "../stack", "act_", "act_1\n", ""])
def test_an_id_that_is_none_names_no_file(workspace: Path, account_id: str) -> None:
    """What Meta answers is data: no path is made of it."""
    with pytest.raises(ConfigError, match="is no account's id"):
        own_file(workspace, account_id)


def test_what_is_written_meanwhile_only_tightens(open_session: Open, own: Write, events: Events) -> None:
    """As with the file of the workspace: a looser line waits for the next session, a tighter one holds at once."""
    own("max_pauses_per_day: 8\n")
    session = open_session(account=JAPAN)
    for text, holds in (("max_pauses_per_day: 40\n", "8"), ("max_pauses_per_day: 3\n", "3")):
        own(text)
        session.look_again()
        assert settled(session, "max_pauses_per_day")[0] == holds


def test_a_workspace_is_chosen_with_its_files_of_accounts(
    own: Write, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are shown with the question, they make one of a workspace that else says nothing, and are not taken without it."""
    own("max_pauses_per_day: 2\npage_id: 7\n")
    assert guardrails(workspace).endswith(f". For {JAPAN}: max_pauses_per_day 2; also page_id")
    (workspace / "brand" / "stack.md").write_bytes(data_file("workspace/brand/stack.md").read_bytes())
    monkeypatch.chdir(workspace)
    assert unchosen_workspace(None) == workspace
    assert load_settings(Options(sandbox=True)).workspace != workspace


def test_a_guardrail_names_the_file_of_its_line(open_session: Open, own: Write, workspace: Path) -> None:
    """A refusal sends the person to the file where the limit stands, also when it was written during the session."""
    brand(workspace, "max_daily_budget: 900 USD\nprotect:\n")
    path = own("max_daily_budget: 30 USD\n", account=ACCOUNT)
    session = open_session("none")

    def refusal(tool: str, **arguments: object) -> str:
        return str(session.tool(tool, arguments)[1]["error"])

    budget = {"id": "23847000000001", "daily_budget": "500 USD"}
    assert f"max_daily_budget 30.00 USD, which accounts/{ACCOUNT}.md can set" in refusal(
        "set_budget", **budget
    )
    path.write_text("max_daily_budget: 30 USD\nprotect:\n- *Tent*\n", encoding="utf-8")
    said = refusal("set_status", ids=["23848000000001"], status="PAUSED")
    assert f"protected by accounts/{ACCOUNT}.md (*Tent*)" in said


def test_the_demo_s_own_amounts_bar_no_other_account(open_session: Open, workspace: Path) -> None:
    """What the demo allows in dollars says nothing in yen, and the built-in limit holds there."""
    brand(workspace, "max_pauses_per_day: 9\n")
    there = open_session(account=JAPAN)
    assert settled(there, "max_daily_budget") == ("None", "built-in default")
    assert settled(open_session(), "max_daily_budget")[0] == "500.00"
