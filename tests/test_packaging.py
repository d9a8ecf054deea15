"""What people install has everything it needs and nothing of ours that it should not."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEXICONS = ROOT / "agent/models/offline/language/lexicons"
PAGES = ROOT / "agent/web/pages"
REPORT = ROOT / "tools/read/client_report"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    stray = ROOT / "workspace" / "state" / "packaging-test.log"
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("private", encoding="utf-8")
    try:
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
    finally:
        stray.unlink()
    return next(out.glob("*.whl"))


def test_the_wheel_has_code_prompts_and_the_default_brand_file_only(wheel):
    """Three packages, the prompts, the brand files, the tasks of `eval`, the languages and sentences of the offline rules, the page, the words and the page of a report; no state, no tests."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    data = {name for name in names if not name.endswith(".py") and ".dist-info/" not in name}
    assert tops == {"agent", "tools", "sandbox"}
    assert data == {
        "agent/_data/prompts/system.md.j2",
        "agent/_data/workspace/brand/stack.md",
        "agent/evaluation/tasks.toml",
        "agent/models/offline/language/sayings.toml",
        "sandbox/stack.md",
        *(path.relative_to(ROOT).as_posix() for path in (*LEXICONS.iterdir(), *PAGES.iterdir())),
        *(path.relative_to(ROOT).as_posix() for path in REPORT.glob("*/*.*") if path.suffix != ".pyc"),
    }
    assert "agent/models/offline/language/lexicons/en.toml" in data
    modules = {p.relative_to(ROOT).as_posix() for room in tops for p in (ROOT / room).rglob("*.py")}
    assert modules == {name for name in names if name.endswith(".py")}


def test_every_prompt_reaches_the_wheel(wheel):
    """A new template must be added to the allow-list."""
    packed = {name.rpartition("/")[2] for name in zipfile.ZipFile(wheel).namelist() if "/prompts/" in name}
    assert packed == {path.name for path in (ROOT / "prompts").iterdir()}


def test_an_installed_wheel_runs_from_an_empty_folder(wheel, tmp_path):
    """Prompts and default workspace are found without the checkout."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import agent; assert sys.argv[1] in agent.__file__;"
        "from agent.cli.entry import _guarded; sys.exit(_guarded(['init', 'ws']) or _guarded(['run', 'help', '--sandbox', '--workspace', 'ws', '--json']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(site)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_lock_files_pin_by_hash_and_name_no_addresses():
    """Every requirement has a version and hashes; no registry is named."""
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.findall(r"^(\S+)==\S+", text, re.MULTILINE)
        assert len(pins) > (2 if path.stem == "browser" else 20)
        assert text.count("--hash=sha256:") >= len(pins)


def test_the_readme_names_commands_that_exist():
    """Each `adsteward COMMAND` and `make TARGET` of the README is real."""
    from agent.cli.entry import cli

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^\s*(?:\$ )?adsteward ([a-z]+)", readme, re.MULTILINE)) <= set(cli.commands)
    for target in re.findall(r"\bmake ([a-z]+)\b", readme):
        assert f"\n{target}:" in makefile, target
