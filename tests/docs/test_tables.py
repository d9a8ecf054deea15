"""The pages say what the code says: what repeats it is made of it, and every link leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from agent.cli.entry import _guarded
from agent.run.report_keys import MORE_KEYS, REPORT_KEYS
from agent.setup.environment import VARIABLES
from tests.docs import first_minutes, generate, schemas, tables
from tools.domain.brand_layers import ENVIRONMENT

ROOT = generate.ROOT
EVERY_PAGE = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])
PAUSES = ("run", "pause underperforming ads", "--sandbox", "--json", "--approve", "safe")


def test_no_page_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    """Filling in the pages again changes none of them."""
    code = generate.run("--check", "--diff")
    told = capsys.readouterr().out
    assert code == 0, f"{told}\nrun `make docs`, and read what changed"


def test_every_table_stands_on_a_page() -> None:
    """What nobody shows need not be made."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in generate.pages())
    made = {name for name in (*tables.__all__, *schemas.__all__) if name.islower()}
    assert made == set(re.findall(r"\[\[\[cog out\((\w+)\(", text))


def test_every_link_leads_to_a_file_and_a_heading() -> None:
    """Moved pages and renamed headings are noticed."""
    lost = [
        f"{page.name}: {link}"
        for page in EVERY_PAGE
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not re.match(r"https?:|mailto:", link) and not leads_somewhere(page, link)
    ]
    assert lost == []


def leads_somewhere(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.parent / name) if name else page
    if not target.exists() or not anchor:
        return target.exists()
    headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command in a workspace of its own; gives the object it prints."""
    import json

    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(tmp_path))

    def of(*arguments: str) -> dict[str, Any]:
        capsys.readouterr()
        _guarded(list(arguments))
        printed: dict[str, Any] = json.loads(capsys.readouterr().out)
        return printed

    return of


def test_every_key_of_a_report_is_explained_and_no_other(report: Any) -> None:
    """`run --json`, also when it could not begin."""
    found = set(keys(report(*PAUSES))) | set(keys(report("run", 'pause ad "Nobody"', "--sandbox", "--json")))
    assert found == {key for key, _ in REPORT_KEYS}
    failed = report("run", "x", "--json", "--workspace", "/nonexistent")
    assert set(failed) == {key.removesuffix("[]") for key, _ in REPORT_KEYS if "." not in key}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("tool", ("tool", "list_accounts", "--sandbox")),
        ("history --outcomes", ("history", "--outcomes", "--sandbox", "--json")),
        (
            "run --output",
            ("run", "list my campaigns", "--output", "TABLE", "--sandbox", "--json", "--model", "offline"),
        ),
        ("launch", ("launch", "LAUNCH", "--sandbox", "--json")),
        ("launch --dry-run", ("launch", "LAUNCH", "--dry-run", "--sandbox", "--json")),
        ("replay", ("replay", "RECORD", "--sandbox", "--json")),
        ("hooks subscribe", ("hooks", "subscribe", "--sandbox", "--json")),
    ],
)
def test_what_a_command_adds_is_explained(
    report: Any, tmp_path: Path, command: str, arguments: tuple[str, ...]
) -> None:
    """Each with its own keys."""
    files = {
        "LAUNCH": tmp_path / "ads.json",
        "RECORD": tmp_path / "record.jsonl",
        "TABLE": tmp_path / "t.csv",
    }
    files["LAUNCH"].write_text('{"ads": []}', encoding="utf-8")
    if command == "launch --dry-run":
        files["LAUNCH"].write_text(
            '{"ads": [{"name": "A", "image_hashes": ["h"], "bodies": ["b"]}]}', encoding="utf-8"
        )
    if command == "replay":
        report("tool", "list_accounts", "--sandbox", "--record", str(files["RECORD"]))
    printed = report(*(str(files.get(argument, argument)) for argument in arguments))
    usual = {key.removesuffix("[]") for key, _ in REPORT_KEYS if "." not in key}
    assert set(printed) - usual == {key for name, key, _ in MORE_KEYS if name == command}, printed["answer"]


def keys(node: Any, place: str = "") -> Iterator[str]:
    """Every key of an object in the way REPORT_KEYS writes it; what has no keys there is not looked into."""
    for name, value in node.items():
        key = f"{place}{name}" + ("[]" if isinstance(value, list) else "")
        yield key
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict) and any(known.startswith(f"{key}.") for known, _ in REPORT_KEYS):
            yield from keys(inner, f"{key}.")


def test_the_first_five_minutes_are_those_of_the_commands_there_are() -> None:
    """The page has each step of its script with what must be seen, and no line wider than its window."""
    text = first_minutes.PAGE.read_text(encoding="utf-8")
    for step in (*first_minutes.TALK, *first_minutes.COMMANDS):
        _, typed, after = text.partition(f" {step.typed}\n")
        assert typed, step
        assert step.shows in " ".join(after.split()), step
    for capture in text.split("```text\n")[1:]:
        lines = capture.partition("\n```")[0].splitlines()
        assert len(lines) < first_minutes.LINES
        assert max(map(cell_len, lines)) <= first_minutes.COLUMNS


def test_every_variable_the_code_asks_for_is_explained() -> None:
    """Each by the name that the code uses, and as the setting that it sets."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "agent").rglob("*.py"))
    asked = set(re.findall(r"(?:variable|_env_path|environ\.get)\(\"([A-Z_]+)\"", sources)) | set(ENVIRONMENT)
    text = " ".join([*VARIABLES, *VARIABLES.values()])
    assert {name for name in asked if name not in text} == set()
    assert set(VARIABLES) <= asked
    assert {name: VARIABLES[name] for name in ENVIRONMENT} == {
        n: f"`{key}`" for n, key in ENVIRONMENT.items()
    }
