"""The plugin folder: whole, of one version, and its gate signs what the server accepts. Needs no host."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from agent.hosts import definitions, gate_approvals
from agent.setup import private
from agent.setup.stops import ConfigError
from tests.hosts.conftest import ROOT
from tools import registry

PLUGIN = ROOT / "plugin"
ID, DIGEST = "cs-0123456789ab", "0123456789ab" + "0" * 52


def read(name):
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


def test_all_manifests_have_the_version_of_the_program():
    """pyproject.toml says it; a release changes it there and this test says where else."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    manifests = (".claude-plugin/plugin.json", "openclaw.plugin.json", "package.json")
    assert {name: read(f"plugin/{name}")["version"] for name in manifests} == dict.fromkeys(
        manifests, version
    )


def test_the_skill_names_every_tool_and_no_other():
    """What hosts must call is written down exactly."""
    skill = (PLUGIN / "skills" / "adsteward" / "SKILL.md").read_text(encoding="utf-8")
    named = set(re.findall(r"adsteward__(\w+)", skill))
    offered = {tool.name for tool in definitions.definitions(every=True)}
    assert named <= offered
    assert {t.name for t in registry.TOOLS if not t.toolset and t.name != "more_tools"} <= named
    assert len(skill.splitlines()) < 500
    description = re.search(r"^description: (.*)$", skill, re.MULTILINE)
    assert description
    assert len(description[1]) <= 1024


def test_nothing_is_downloaded_or_run_at_install():
    """No scripts, no dependencies, no network code."""
    package = read("plugin/package.json")
    assert not package.keys() & {"scripts", "dependencies", "devDependencies"}
    gate = (PLUGIN / "openclaw-gate.js").read_text(encoding="utf-8")
    assert not re.search(r"child_process|eval\(|fetch|https?:|process\.env", gate)
    assert "curl" not in (PLUGIN / "bin" / "adsteward-mcp").read_text(encoding="utf-8")


def test_the_plugin_has_the_licence_of_the_program():
    """The folder is handed out on its own."""
    assert (PLUGIN / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


@pytest.fixture
def gate(tmp_path, sealed):
    """Runs the gate in Node, with a stand-in for the one thing that it takes from OpenClaw."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    shutil.copy(PLUGIN / "openclaw-gate.js", tmp_path)
    shutil.copy(PLUGIN / "package.json", tmp_path)
    stub = tmp_path / "node_modules" / "openclaw"
    stub.mkdir(parents=True)
    exports = {"./plugin-sdk/plugin-entry": "./entry.js"}
    (stub / "package.json").write_text(json.dumps({"name": "openclaw", "type": "module", "exports": exports}))
    (stub / "entry.js").write_text("export const definePluginEntry = (entry) => entry;")
    code = "import { gate } from './openclaw-gate.js'; console.log(JSON.stringify(gate(JSON.parse(process.argv[1])) ?? null));"

    def call(tool="adsteward__apply_changes", **params):
        event = json.dumps({"toolName": tool, "params": params})
        command = [node, "--input-type=module", "-e", code, event]
        told = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "HOME": str(sealed)},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(told.stdout)

    return call


def announce(**more):
    gate_approvals.key()
    whole = "pause everything"
    sha256 = hashlib.sha256(whole.encode()).hexdigest()
    told = {"id": ID, "digest": DIGEST, "summary": whole, "sha256": sha256, **more}
    private.write(gate_approvals.folder() / "waiting" / f"{ID}.txt", whole)
    private.write(gate_approvals.folder() / "waiting" / f"{ID}.json", json.dumps(told))


def test_the_gate_asks_and_signs_what_the_server_accepts(gate):
    """Key, text and form are the same on both sides; the model's own token is dropped."""
    announce()
    told = gate(change_set_id=ID, approval_token="v1.1.aa.bb", extra="x")
    assert told["requireApproval"]["description"] == "pause everything"
    assert told["requireApproval"]["allowedDecisions"] == ["allow-once", "deny"]
    assert told["params"].keys() == {"change_set_id", "approval_token"}
    change_set = SimpleNamespace(id=ID, digest=DIGEST)
    gate_approvals.redeem(told["params"]["approval_token"], change_set, lambda: datetime.now(UTC))
    with pytest.raises(ConfigError, match="used before"):
        gate_approvals.redeem(told["params"]["approval_token"], change_set, lambda: datetime.now(UTC))


@pytest.mark.parametrize("change_set_id", ["", "cs-aaaaaaaaaaaa", "../../token", f"{ID}/../{ID}", "x" * 3000])
def test_the_gate_blocks_what_was_not_announced(gate, change_set_id):
    """Nothing to show, nothing to approve."""
    announce()
    told = gate(change_set_id=change_set_id)
    assert told["block"]
    assert "requireApproval" not in told


@pytest.mark.parametrize(
    "damage",
    [{"digest": "0"}, {"id": "cs-aaaaaaaaaaaa"}, {"digest": None}, {"sha256": "0" * 64}, {"sha256": None}],
)
def test_the_gate_blocks_a_damaged_notice(gate, damage):
    """It signs a whole digest of that very set, or nothing."""
    announce(**damage)
    assert gate(change_set_id=ID)["block"]


def test_the_gate_blocks_without_a_key(gate):
    """Where the server never ran, nothing can be approved."""
    announce()
    (gate_approvals.folder() / "gate.key").unlink()
    assert gate(change_set_id=ID)["block"]


def test_the_gate_leaves_other_tools_alone(gate):
    """Reads and proposals need no approval."""
    assert gate("adsteward__set_status", ids=["1"]) is None
    assert gate("exec", command="ls") is None


def launch(tmp_path, **env):
    command = [str(PLUGIN / "bin" / "adsteward-mcp"), "--sandbox"]
    base = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, env=base | env, cwd=tmp_path, capture_output=True, text=True, check=False)


def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "{path.parent.name}" "$@"\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("named", ["", "${ADSTEWARD_BIN}", "/nowhere/adsteward"])
def test_the_launcher_finds_the_program_on_the_path_or_in_the_home_folder(tmp_path, named):
    """A placeholder that a host did not fill in, or a program that is gone, counts as not set."""
    program(tmp_path / ".local" / "bin" / "adsteward")
    assert launch(tmp_path, ADSTEWARD_BIN=named).stdout == "bin mcp --sandbox\n"
    program(tmp_path / "path" / "adsteward")
    path = f"{tmp_path / 'path'}:/usr/bin:/bin"
    assert launch(tmp_path, ADSTEWARD_BIN=named, PATH=path).stdout == "path mcp --sandbox\n"
    own = program(tmp_path / "own" / "adsteward")
    assert launch(tmp_path, ADSTEWARD_BIN=own, PATH=path).stdout == "own mcp --sandbox\n"


def test_the_launcher_says_what_is_missing(tmp_path):
    """One line on stderr, nothing on stdout, which belongs to the protocol."""
    copy = tmp_path / "elsewhere" / "bin"
    copy.mkdir(parents=True)
    shutil.copy(PLUGIN / "bin" / "adsteward-mcp", copy)
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    told = subprocess.run([str(copy / "adsteward-mcp")], env=env, capture_output=True, text=True, check=False)
    assert told.returncode == 127
    assert told.stdout == ""
    assert len(told.stderr.splitlines()) == 1
