"""CONTRIBUTING.md tells the truth: its recipe for a read tool, followed in a copy of the checkout, is all there is to do."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", ".cache", ".hypothesis", "state", "dist", "build"
)
SEEN = """
import json, sys
from pathlib import Path
from agent.run.session import Session
from agent.setup.settings import Options
from agent.writes.approval import Nobody
from tests.agent.hosts.hosts import Host
from tests.agent.support import Clock, ScriptedModel

model = ScriptedModel([[("more_tools", {})], [("count_ads", {})], "counted"])
options = Options(sandbox=True, workspace=Path.cwd())
session = Session.open(options, approver=Nobody(), listener=lambda event: None, mode="none")
report = session.run("how many ads are there?", model)
session.close()
host = Host(Path.cwd(), Clock())
offered = host.call("find_tools", query="what is the number of ads")["tools"]
told = {"loop": [report.status, model.results()], "offered": {tool["name"]: tool["description"] for tool in offered}}
told["called"] = host.call("count_ads")
host.desk.close()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which the steps of the recipe were done, down to `make docs`."""
    copy = tmp_path_factory.mktemp("recipe") / "checkout"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    follow((copy / "CONTRIBUTING.md").read_text(encoding="utf-8"), copy)
    python(copy, "-m", "tests.docs.generate")
    return copy


def follow(page: str, copy: Path) -> None:
    """Do what the section says: new files as they stand there, lines of known files where they belong."""
    section = page.partition("## A new read tool")[2].partition("\n## ")[0]
    for form, code in re.findall(r" *```(python|diff)\n(.*?)```", section, re.DOTALL):
        first, rest = textwrap.dedent(code).split("\n", 1)
        file = copy / first.removeprefix("# ").strip()
        if form == "diff":
            rest = amended(file.read_text(encoding="utf-8"), re.findall(r"^\+(.*)$", rest, re.MULTILINE))
        file.write_text(rest, encoding="utf-8")


def amended(text: str, lines: list[str]) -> str:
    """A module with these lines: an import below the first import of ours, an item at the end of the list."""
    for line in lines:
        if line.startswith("from "):
            text = re.sub(r"^(?=from tools)", f"{line}\n", text, count=1, flags=re.MULTILINE)
        else:
            head, name, rest = re.split(r"^((?:TOOLS|EXAMPLES)\b)", text, maxsplit=1, flags=re.MULTILINE)
            rest = re.sub(r"^(?=[\])]$)", f"{line}\n", rest, count=1, flags=re.MULTILINE)
            text = head + name + rest
    return text


def python(copy: Path, *arguments: str, cwd: Path | None = None) -> str:
    """Run Python on the copy alone; gives what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd or copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_new_tool_is_in_the_loop_and_offered_to_hosts(checkout: Path, tmp_path: Path) -> None:
    """A scripted model calls it on the demo account, and an MCP host sees and calls it, found by its words."""
    told = json.loads(python(checkout, "-c", SEEN, cwd=tmp_path))
    status, results = told["loop"]
    assert status == "done"
    assert sum(results[-1]["by_status"].values()) >= 70
    assert told["called"]["by_status"] == results[-1]["by_status"]
    assert told["offered"]["count_ads"] == "Count the ads of the account by status."


def test_the_new_tool_is_listed_and_run_by_the_command(checkout: Path, tmp_path: Path) -> None:
    """`adsteward tool list` and `adsteward tool count_ads`."""
    listed = json.loads(python(checkout, "-m", "agent", "tool", "list", cwd=tmp_path))
    assert "count_ads" in {tool["name"] for tool in listed}
    report = json.loads(python(checkout, "-m", "agent", "tool", "count_ads", "--sandbox", cwd=tmp_path))
    assert report["result"]["by_status"]["ACTIVE"] > 0


def test_the_new_tool_is_on_the_page(checkout: Path) -> None:
    """With its description and its arguments, and nothing else of the pages changed."""
    page = (checkout / "docs" / "tools.md").read_text(encoding="utf-8")
    assert "| [`count_ads`](#count_ads) | Count the ads of the account by status. | reads | launch |" in page
    assert "### count_ads\n\nNo arguments.\n" in page
    changed = [
        p.name for p in checkout.glob("docs/*.md") if p.read_bytes() != (ROOT / "docs" / p.name).read_bytes()
    ]
    assert changed == ["tools.md"]


def test_every_test_about_tools_still_passes(checkout: Path) -> None:
    """Its own test, and those of others that look at each tool: registry, skill, imports."""
    files = (
        "tests/tools/read/test_count_ads.py",
        "tests/tools/test_registry.py",
        "tests/hosts/test_plugin.py",
        "tests/test_architecture.py",
    )
    about = "count_ads or every_tool or every_ad or small or toolset or one_way"
    python(checkout, "-m", "ruff", "check", "--no-cache", "tools/read/count_ads.py", files[0])
    python(checkout, "-m", "pytest", "-x", "-p", "no:cacheprovider", "-k", about, *files)
