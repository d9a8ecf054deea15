"""The plugin in Claude Code, and the server under the inspector, in both eras of the protocol."""

import json
import time

import pytest

from tests.hosts.conftest import ROOT, installed

PREFIX = "mcp__plugin_adsteward_adsteward__"


@pytest.fixture(scope="module")
def claude(machine):
    installed("claude")
    machine.env |= {
        "CLAUDE_CONFIG_DIR": str(machine.home / "claude"),
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "ANTHROPIC_BASE_URL": machine.model.url,
        "ANTHROPIC_API_KEY": "sk-ant-nothing",
    }
    return machine


@pytest.fixture(scope="module")
def inspector(machine):
    installed("inspector")
    machine.env["MCP_CATALOG_PATH"] = str(machine.home / "catalog.json")

    def inspect(*arguments, era="legacy", check=True):
        command = ("mcp-inspector", "--cli", "adsteward", "mcp", "-q", "--format", "json")
        command += ("--protocol-era", era, *arguments)
        return machine.run(*command, check=check)

    return inspect


def ask(claude, words, *, allowed=()):
    command = ["claude", "-p", words, "--plugin-dir", str(ROOT / "plugin"), "--output-format", "json"]
    command += ["--allowedTools", ",".join(PREFIX + tool for tool in allowed)] if allowed else []
    return json.loads(claude.run(*command).stdout)


def last_result(claude):
    bodies = [b for b in claude.model.seen if any("tool_result" in json.dumps(m) for m in b["messages"])]
    return json.dumps(bodies[-1]["messages"])


@pytest.mark.parametrize(
    "arguments", [("--strict", "plugin"), ("--strict", "."), ("--profile", "directory", "plugin")]
)
def test_claude_finds_plugin_and_marketplace_valid(claude, arguments):
    """`claude plugin validate`, without a warning where it is strict."""
    *options, folder = arguments
    claude.run("claude", "plugin", "validate", *options, str(ROOT / folder))


def test_the_plugin_installs_from_the_repository(claude):
    """Its marketplace file names the folder; the server starts from where it was copied to."""
    claude.run("claude", "plugin", "marketplace", "add", str(ROOT))
    claude.run("claude", "plugin", "install", "adsteward@adsteward")
    listed = claude.run("claude", "mcp", "list").stdout
    assert "Connected" in next(line for line in listed.splitlines() if "adsteward" in line)
    claude.run("claude", "plugin", "uninstall", "adsteward@adsteward")


def test_claude_code_calls_a_tool(claude):
    """A read, allowed beforehand."""
    claude.model.script = [(f"{PREFIX}review_performance", {}), "Checked."]
    told = ask(claude, "daily check of my ads", allowed=["review_performance"])
    assert told["result"] == "Checked."
    assert not told["permission_denials"]
    assert "assumptions" in last_result(claude)


def test_claude_code_without_a_person_changes_nothing(claude):
    """With -p the elicitation is cancelled, although the tool itself was allowed."""
    ads = claude.losers(0, 2)
    pause = (f"{PREFIX}set_status", {"ids": ads, "status": "PAUSED"})
    claude.model.script = [pause, (f"{PREFIX}apply_changes", {"change_set_id": "{id}"}), "Finished."]
    ask(claude, "pause underperforming ads", allowed=["set_status", "apply_changes"])
    assert "approval_required" in last_result(claude)
    assert claude.statuses(ads) == {"ACTIVE"}


def test_claude_code_asks_before_a_tool_that_was_not_allowed(claude):
    """Its own permission comes first."""
    claude.model.script = [(f"{PREFIX}apply_changes", {"change_set_id": "cs-000000000000"}), "Finished."]
    told = ask(claude, "apply it")
    assert [denial["tool_name"] for denial in told["permission_denials"]] == [f"{PREFIX}apply_changes"]


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_inspector_lists_and_calls(inspector, machine, era):
    """All schemas hold under --strict; a read answers, a write proposes, an application is not approved."""
    tools = inspector("--method", "tools/list", "--strict", era=era).stdout
    assert "apply_changes" in tools

    def call(tool, arguments):
        told = inspector(
            *("--method", "tools/call", "--tool-name", tool, "--tool-args-json", json.dumps(arguments)),
            era=era,
        )
        return told.stdout

    assert "pause" in call("review_performance", {})
    ads = machine.losers(0, 2)
    proposed = call("set_status", {"ids": ads, "status": "PAUSED"})
    change_set_id = "cs-" + proposed.split("cs-")[1][:12]
    assert "needs_approval" in proposed
    assert "approval_required" in call("apply_changes", {"change_set_id": change_set_id})
    assert machine.statuses(ads) == {"ACTIVE"}


def test_an_unknown_tool_is_a_tool_error_for_the_inspector(inspector):
    """Exit code 5."""
    assert inspector("--method", "tools/call", "--tool-name", "rm", check=False).returncode == 5


def test_the_server_is_ready_soon(machine):
    """From the start of the process to the answer of the handshake."""
    import subprocess

    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})
    took = []
    for _ in range(5):
        begun = time.monotonic()
        process = subprocess.Popen(
            ["adsteward", "mcp"], env=machine.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{line}\n".encode())
        process.stdin.flush()
        assert b'"serverInfo"' in process.stdout.readline()
        took.append(time.monotonic() - begun)
        process.stdin.close()
        process.wait(20)
        process.stdout.close()
    print(f"ready after {min(took):.2f} s")  # noqa: T201 - shown with -rP
    assert min(took) < 3
