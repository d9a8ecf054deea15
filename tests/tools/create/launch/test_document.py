"""Launch files as text: JSON and YAML, where each value stands, and what is refused with its line."""

from pathlib import Path

import pytest

from tools.create.launch.document import read_document
from tools.domain.files import Closed


def document(folder: Path, text: str | bytes, name: str = "a.json"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(path, name, Closed())


def test_json_values_know_their_lines(tmp_path):
    """Every value, however deep, has the line on which it begins."""
    found = document(tmp_path, '{\n "a": [1,\n  {"b": "x\\ud83d\\ude00\\" }"}],\n\n "c": null, "d": {}}')
    assert found.data == {"a": [1, {"b": 'x😀" }'}], "c": None, "d": {}}
    lines = [found.line(at) for at in ((), ("a",), ("a", 0), ("a", 1, "b"), ("c",), ("d", "missing"))]
    assert lines == [1, 2, 2, 3, 5, 5]


def test_yaml_keeps_what_was_written(tmp_path):
    """`no` is no false, an id is no number, nothing and ~ are null."""
    found = document(tmp_path, "a: no\nb:\n  - 023: 1.10\n    y: ''\nc: ~\nd:\n", "a.yml")
    assert found.data == {"a": "no", "b": [{"023": "1.10", "y": ""}], "c": None, "d": None}
    assert [found.line(at) for at in (("a",), ("b", 0, "y"), ("c",))] == [1, 4, 5]


def test_a_byte_order_mark_is_no_text(tmp_path):
    """Editors on Windows write one; it is not part of the first value."""
    assert document(tmp_path, b'\xef\xbb\xbf{"a": "\xc3\xa9"}').data == {"a": "é"}


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ('{"a": 1,\n"a": 2}', "a.json", "a.json line 2: 'a' is set twice"),
        ('{"a":\n', "a.json", "a.json line 2: this is not JSON (Expecting value"),
        ('{"a": NaN}', "a.json", "NaN is no JSON value"),
        ("[" * 100_000, "a.json", "a.json: it is nested too deeply"),
        ("[" * 30 + "]" * 30, "a.json", "line 1: it is nested too deeply"),
        ('{"a": "\\ud83d"}', "a.json", "a.json: it holds half a character"),
        (b'{\n"a": "\xff"}', "a.json", "a.json line 2: this is not UTF-8 text"),
        ("", "a.json", "a.json line 1: this is not JSON"),
        ("image,text\n", "a.csv", "a.csv: a table cannot be launched; write it as JSON or YAML"),
        ("PK\x03\x04", "a.XLSX", "a.XLSX: a table cannot be launched"),
        ("a: 1\na: 2\n", "a.yaml", "a.yaml line 2: a key is no text, or set twice"),
        ("? [a]\n: b", "a.yaml", "a.yaml line 1: a key is no text, or set twice"),
        ("a: [", "a.yaml", "a.yaml line 1: this is not YAML"),
        ("a: &x [1]\nb: *x\n", "a.yaml", "write it out; `*` and `&` are not read here"),
        ("a: &x [*x]\n", "a.yaml", "write it out; `*` and `&` are not read here"),
        ("a: 1\n---\nb: 2\n", "a.yaml", "a.yaml line 2: this is not YAML"),
        ("[" * 30_000, "a.yaml", "a.yaml: it is nested too deeply"),
        (b"\x00", "a.yaml", "a.yaml: this is not YAML (unreadable characters)"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(tmp_path, text, name, said):
    """Broken, hostile and ambiguous files end in one sentence."""
    with pytest.raises(ValueError) as refused:
        document(tmp_path, text, name)
    assert said in str(refused.value)


def test_yaml_runs_nothing(tmp_path):
    """Tags that would make objects of other libraries are only texts."""
    found = document(tmp_path, "a: !!python/object/apply:os.system ['touch /tmp/x']\n", "a.yaml")
    assert found.data == {"a": ["touch /tmp/x"]}
