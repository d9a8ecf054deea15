"""What runs and asks at GitHub: valid, with few rights, and the commands it names exist."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
FILES = [*(ROOT / ".github").rglob("*.yml"), ROOT / ".pre-commit-config.yaml"]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_every_file_is_yaml() -> None:
    """Each is one object."""
    assert len(FILES) == 4
    assert all(isinstance(read(path), dict) for path in FILES)


def test_workflows_may_only_read_and_use_actions_of_a_named_version() -> None:
    """A job that needs more must say so here."""
    for path in (ROOT / ".github" / "workflows").iterdir():
        workflow = read(path)
        assert workflow["permissions"] == {"contents": "read"}
        for job in workflow["jobs"].values():
            assert "permissions" not in job
            used = [step["uses"] for step in job["steps"] if "uses" in step]
            assert all(re.fullmatch(r"actions/[\w-]+@(v\d+|[0-9a-f]{40})", action) for action in used)


def test_ci_makes_what_the_repository_makes() -> None:
    """The workflow runs the targets of `.ci/run`, and all targets that are named anywhere exist."""
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    named = {
        path.name: set(re.findall(r"\bmake ([a-z]+)", path.read_text(encoding="utf-8"))) for path in FILES
    }
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    made = {target for line in re.findall(r"^make ([a-z ]+)", ci, re.MULTILINE) for target in line.split()}
    assert named["ci.yml"] == made - {"setup"}
    assert set().union(*named.values()) <= targets


def test_a_report_of_a_bug_asks_for_version_command_and_what_happened() -> None:
    """And for a recording, which it may do without."""
    fields = {item["id"]: item for item in read(ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml")["body"][1:]}
    needed = {name for name, field in fields.items() if field.get("validations", {}).get("required")}
    assert needed == {"version", "command", "happened"}
    assert "--record" in fields["record"]["attributes"]["description"]
