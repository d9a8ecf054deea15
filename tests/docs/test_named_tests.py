"""What the pages on trust and on field reports name as their proof is there."""

import ast
import re
from pathlib import Path

import pytest

from tests.statements import statements

ROOT = Path(__file__).parents[2]


def _named(page: str) -> set[tuple[str, str]]:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text))


TRUST = _named("trust.md")
NAMED = sorted(TRUST | _named("field-reports.md"))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_the_test_of_a_promise_exists(file, name):
    """A promise whose test was renamed or dropped is found out."""
    names = {node.name for node in statements(ROOT / file) if isinstance(node, ast.FunctionDef)}
    assert name in names if name else any(found.startswith("test_") for found in names)


def test_every_attack_stands_behind_a_promise():
    """No file of the attack suite is forgotten on the page."""
    attacks = {f"tests/attacks/{path.name}" for path in (ROOT / "tests" / "attacks").glob("test_*.py")}
    assert attacks <= {file for file, _ in TRUST}
