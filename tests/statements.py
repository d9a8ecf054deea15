"""The statements of a file of Python: imports and functions are nothing else, and nine of ten nodes are expressions."""

import ast
from collections.abc import Iterator
from pathlib import Path

_INNER = ("body", "orelse", "finalbody", "handlers", "cases")


def statements(file: Path) -> Iterator[ast.AST]:
    """The module, and every statement in it however deep, with the clauses of `try` and `match`."""
    found: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    for node in found:
        yield node
        for field in _INNER:
            found += getattr(node, field, ())
