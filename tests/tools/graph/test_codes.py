"""The error table holds every code of docs/graph-api.md, and `adsteward explain` says what it holds."""

import json
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.cli.entry import _guarded
from tools.graph import GraphError
from tools.graph.code_table import ENTRIES, entry_for, find
from tools.graph.codes import FIXES, TREATMENTS, Executed, Family, Repeat
from tools.graph.errors import too_much_data
from tools.graph.retry import may_repeat

# docs/graph-api.md §3.2, §4.4 and §7.6, by what may be done: Y backoff, W wait, N never, F fix,
# R token (104 with it: a dead token, by its text), S stop, ? not confirmed.
PAGE = {
    "Y": """-3 1 1/99 2 2/1504038 2/1504043 2/1504044 -2/2490547 100/1487390 100/1504018 960 2601 5000 1363037 1487390 3910001""",
    "W": """4 4/1504022 4/1504039 17 17/2446079 32 294/2446079 341 613 613/1487742 613/1487632 613/1487225
        613/5044001 613/1996 80000 80000/2446079 80001 80002 80003 80004 80005 80006 80008 80009 80014""",
    "N": """1/2853001 3 10 100/33 200 200/1870034 294 506 801 2635""",
    "F": """2/1504041 2/1504042 100 100/1487534 105 194 500 2500 2606 2607 2615 2654 3018""",
    "R": """102 104 190 190/456 190/457 190/458 190/460 190/461 190/462 190/463 190/465 190/466 190/467 190/468 190/492
        190/493""",
    "S": """31 31/3858385 190/459 190/464 190/490 368 1404078 1404163 2859015 100/1359188""",
    "?": """2061015 1487195 1487395""",
}
# §3.3: subcodes of 100, and those that Meta documents as codes
REFUSED = """4834011 4834002 4834005 4834006 4834009 3858418 3858504 1885183 1885272 1885650 2446307 1885621 1885261
    1487061 1487079 1487694 1487534 1487033 1487056 1487901 2490562 3858258 1815199 2446211 1443048""".split()
AS_CODES = "1487033 1487056 1487901".split()
FAMILIES = {
    "Y": {Family.TRANSIENT},
    "W": {Family.THROTTLE},
    "N": {Family.PERMISSION, Family.VALIDATION, Family.NOT_FOUND},
    "F": {Family.VALIDATION},
    "R": {Family.TOKEN},
    "S": {Family.BLOCKED},
    "?": {Family.UNKNOWN},
}
ROWS = [
    *[(label, FAMILIES[retry]) for retry, labels in PAGE.items() for label in labels.split()],
    *[(f"100/{subcode}", FAMILIES["F"]) for subcode in REFUSED],
    *[(code, FAMILIES["F"]) for code in AS_CODES],
]
ids = st.integers(-(10**10), 10**10) | st.sampled_from([entry.code for entry in ENTRIES])


def parts(label):
    code, _, subcode = label.partition("/")
    return int(code), int(subcode) if subcode else None


@pytest.fixture
def explain(capsys):
    """Runs `adsteward explain` in this process; gives the exit code, the output in one line, and the errors."""

    def call(*arguments):
        code = _guarded(["explain", *arguments])
        out, err = capsys.readouterr()
        return code, " ".join(out.split()), err

    return call


@pytest.mark.parametrize(("label", "families"), ROWS, ids=[label for label, _ in ROWS])
def test_every_row_of_the_page_has_its_own_entry(label, families):
    """Found by exactly its code and subcode, in a family that fits what the page says of it."""
    code, subcode = parts(label)
    entry = find(code, subcode)
    assert entry is not None
    assert (entry.code, entry.subcode, entry.last) == (code, subcode, None)
    assert entry.family in families


def test_no_code_has_two_entries_and_they_stand_in_order():
    """Each label once, sorted by code; the ranges do not overlap."""
    labels = [entry.label for entry in ENTRIES]
    assert len(set(labels)) == len(labels)
    assert [entry.code for entry in ENTRIES] == sorted(entry.code for entry in ENTRIES)
    ranges = [range(e.code, e.last + 1) for e in ENTRIES if e.last is not None]
    assert [len(r) for r in ranges] == [99, 15]
    assert not set(ranges[0]) & set(ranges[1])


def test_every_entry_says_what_it_is_and_what_to_do_in_a_line():
    """No entry without meaning and fix; the fix is sentences, the meaning is none."""
    for entry in ENTRIES:
        assert 5 < len(entry.meaning) < 100, entry
        assert not entry.meaning.endswith("."), entry
        assert 10 < len(entry.fix) < 200, entry
        assert entry.fix.endswith("."), entry
        assert "\n" not in entry.meaning + entry.fix
    assert set(FIXES) == set(TREATMENTS) == set(Family)


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.label for entry in ENTRIES])
def test_the_client_does_what_the_table_says(entry):
    """A read is repeated, a run ended, a write left open exactly when the entry says so."""
    failure = GraphError({"code": entry.code, "error_subcode": entry.subcode}, http_status=400)
    assert may_repeat(failure) is (entry.treatment.read in (Repeat.AFTER_WAIT, Repeat.AFTER_BACKOFF))
    assert too_much_data(failure) is (entry.treatment.read is Repeat.IN_PARTS)
    assert failure.ends_the_run is (entry.treatment.read is Repeat.STOP)
    assert failure.executed is entry.treatment.executed
    assert failure.wait_s == entry.wait_s


def test_what_may_be_repeated_is_the_design_s_table():
    """Throttles wait; passing problems look before a write; refusals, tokens and locks never repeat."""
    repeated = {f for f, t in TREATMENTS.items() if t.read in (Repeat.AFTER_WAIT, Repeat.AFTER_BACKOFF)}
    assert repeated == {Family.THROTTLE, Family.TRANSIENT}
    doubtful = {f for f, t in TREATMENTS.items() if t.executed is Executed.UNKNOWN}
    assert doubtful == {Family.TRANSIENT, Family.UNKNOWN}
    for family in doubtful:
        looks = {Repeat.IF_UNDONE, Repeat.IF_ABSENT, Repeat.AFTER_LOOK}
        assert {TREATMENTS[family].update, TREATMENTS[family].create} <= looks
    assert {f for f, t in TREATMENTS.items() if t.create is Repeat.STOP} == {Family.TOKEN, Family.BLOCKED}


@pytest.mark.parametrize(
    ("code", "subcode", "label"),
    [
        (190, 999, "190"),
        (2, 1504099, "2"),
        (100, 0, "100"),
        (200, None, "200"),
        (201, None, "201-299"),
        (250, 7, "201-299"),
        (299, None, "201-299"),
        (294, 5, "294"),
        (80007, None, "80000-80014"),
        (80013, 2446079, "80000-80014"),
        (80014, None, "80014"),
        (300, None, None),
        (80015, None, None),
        (463, None, None),
        (0, None, None),
    ],
)
def test_what_has_no_entry_of_its_own(code, subcode, label):
    """An unknown subcode counts as its code, a code inside a range as the range, others have none."""
    entry = find(code, subcode)
    assert (entry.label if entry else None) == label


@given(ids, st.none() | ids, st.text(), st.booleans())
def test_any_code_is_met_safely(code, subcode, message, transient):
    """Whatever Meta sends: a code without an entry leaves open whether a write happened."""
    entry = entry_for(code, subcode, message, transient=transient)
    if find(code, subcode) is None:
        assert entry.family is (Family.TRANSIENT if transient or code < 0 else Family.UNKNOWN)
        assert entry.treatment.executed is Executed.UNKNOWN
    assert entry.meaning
    assert entry.fix


@pytest.mark.parametrize(
    ("subcode", "message", "family"),
    [
        (None, "", Family.PERMISSION),
        (None, "(#294) Managing advertisements requires ads_management", Family.PERMISSION),
        (None, "Application RATE LIMIT reached", Family.THROTTLE),
        (2446079, "", Family.THROTTLE),
        (5, "x", Family.PERMISSION),
    ],
)
def test_294_is_a_permission_error_unless_it_says_rate_limit(subcode, message, family):
    """By its text or by subcode 2446079, and by nothing else; a 5xx does not make it pass."""
    assert entry_for(294, subcode, message, transient=True).family is family


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["190/463"], ["190/463, token: The access token has expired.", "Get a new token", "no more calls"]),
        (["17"], ["throttle", "read, update, create sent again when Meta says"]),
        (["80004"], ["ads management", "write executed no"]),
        (["294"], ["permission", "ads_management", "rate limit"]),
        (["100/33"], ["not found", "Check the id"]),
        (["100", "1885272"], ["100/1885272", "minimum"]),
        (["100 / 1885272"], ["100/1885272"]),
        (["2/1504043"], ["read back", "looked for by its label", "nobody can say"]),
        (["-2/2490547"], ["-2/2490547, transient"]),
        (["-77"], ["transient", "Negative codes are internal errors of Meta"]),
        (["613/1487632"], ["60 min"]),
        (["100/1487534"], ["read asked for in smaller parts", "create not sent again"]),
        (["250"], ["250 has no entry of its own; that of 201-299 counts"]),
        (["190/1"], ["Meta error 190, token", "Subcode 1 has no entry"]),
        (["999999"], ["unknown", "Nothing is sent again", "nobody can say", "With HTTP 5xx"]),
        (["1885272"], ["unknown", "known as a subcode: 100/1885272"]),
        (["1487395"], ["unconfirmed", "With HTTP 5xx"]),
    ],
)
def test_an_entry_is_explained(explain, arguments, says):
    """Code, family, meaning, what is done about it, what to do; and what is not known is said."""
    code, out, err = explain(*arguments)
    assert (code, err) == (0, "")
    for part in says:
        assert part in out


@pytest.mark.parametrize(
    "arguments",
    [["abc"], ["190/"], ["/463"], ["1/2/3"], ["12345678901"], ["1.5"], ["\x1b[31m"], ["--x"], ["１７"]],
)
def test_what_is_no_code_ends_with_2_and_the_way_to_write_one(explain, arguments):
    """One line, nothing else."""
    code, out, err = explain(*arguments)
    assert (code, out) == (2, "")
    assert "adsteward explain 190/463" in err
    assert err.count("\n") == 1
    assert "\x1b" not in err


def test_without_a_code_all_are_listed(explain):
    """Every family and every entry, in the table's order."""
    code, out, _ = explain()
    assert code == 0
    families, codes = out.split("Codes:")
    for family in Family:
        assert f"{family} write executed: " in families
    listed = re.findall(rf"(?<= )(-?\d[\d/-]*) (?:{'|'.join(Family)}) ", codes)
    assert listed == [entry.label for entry in ENTRIES]


def test_json_gives_the_same_entry(explain):
    """One object with the code asked for, the entry that counts and what is done about it."""
    _, out, _ = explain("--json", "250/9")
    entry = json.loads(out)
    assert (entry["code"], entry["subcode"], entry["known"], entry["entry"]) == (250, 9, True, "201-299")
    assert (entry["family"], entry["executed"], entry["create"]) == ("permission", "no", "not sent again")
    assert set(entry) == {
        *("code", "subcode", "known", "entry", "family", "meaning", "executed"),
        *("read", "update", "create", "wait_s", "fix", "note"),
    }
    _, out, _ = explain("999999", "--json")
    assert json.loads(out)["known"] is False
    _, out, _ = explain("--json")
    everything = json.loads(out)
    assert [row["family"] for row in everything["families"]] == list(Family)
    assert [row["entry"] for row in everything["codes"]] == [entry.label for entry in ENTRIES]
    code, out, _ = explain("abc", "--json")
    assert (code, json.loads(out)["status"]) == (2, "error")


def test_explain_starts_without_the_heavy_libraries():
    """It loads the Graph client's package, but neither pydantic nor the model's SDK."""
    code = "import sys; from agent.cli.entry import _guarded; _guarded(['explain', '17']); print([m for m in ('anthropic', 'pydantic', 'jinja2', 'starlette') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
