"""A recording can be pasted anywhere, and replayed: reads are sent, writes are proposed, nothing else happens."""

import json
import sqlite3
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.cli.entry import _guarded
from agent.run.listeners.recorded_writes import NotReplayed, tool_call
from agent.run.listeners.recording import Recorded, Recorder, load
from agent.setup.stops import ConfigError
from tests.agent.support import ACCOUNT, graph_error
from tests.agent.writes.test_apply import active
from tools.domain.account import Account
from tools.domain.brand import Brand
from tools.graph import Exchange

CANARY = "EAAcanaryTOKENcanaryTOKEN0123456789"
HEADER = {"adsteward": "0.1.0", "graph_version": "v26.0", "account": ACCOUNT, "recorded": "", "note": ""}


@pytest.fixture
def cli(workspace, sandbox, faults, monkeypatch, capsys):
    """Runs a command in the sandbox and gives exit code, JSON or text, and error output; `faults` sees all requests."""

    def in_process(settings, *, fresh):
        return faults.around(sandbox.transport), "sandbox"

    monkeypatch.setattr("agent.setup.world._in_process", in_process)

    def call(*arguments):
        capsys.readouterr()
        faults.requests.clear()
        code = _guarded([*map(str, arguments), "--sandbox", "--workspace", str(workspace)])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments or arguments[0] == "tool" else out, err

    return call


@pytest.fixture
def recorded(tmp_path):
    """Makes a recording of the given lines."""

    def make(*lines, header=HEADER):
        path = tmp_path / "recording.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in (header, *lines)]
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return path

    return make


def line(method, path, outcome="ok", /, **params):
    return {"method": method, "path": path, "params": params, "outcome": outcome, "elapsed_ms": 1}


def batch(*items):
    keys = ("method", "path", "params")
    return line("POST", "", batch=[{key: item[key] for key in keys} for item in items])


def changes(workspace):
    """The changes of the newest change set, exactly as they are stored."""
    with sqlite3.connect(workspace / "state" / "journal.sqlite") as journal:
        (content,) = journal.execute("SELECT content FROM change_sets ORDER BY rowid DESC").fetchone()
    journal.close()
    return json.loads(content)["changes"]


# -- recording -----------------------------------------------------------------------------------------


def test_a_recording_reads_like_what_was_asked(cli, tmp_path, sandbox):
    """First what the file is, then each request with its parameters, items of batches spelled out; nobody else may read it."""
    path, ads = tmp_path / "new" / "r.jsonl", active(sandbox, 2)
    code, _, _ = cli(
        "tool",
        "set_status",
        json.dumps({"ids": ads, "status": "PAUSED"}),
        "--approve",
        "all",
        "--record",
        path,
    )
    assert code == 0
    header, *requests = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    assert set(header) == {"adsteward", "graph_version", "account", "recorded", "note"}
    assert header["account"] == ACCOUNT
    assert requests[0]["path"] == ACCOUNT
    assert all(set(r) >= {"method", "path", "params", "outcome", "elapsed_ms"} for r in requests)
    items = [item for r in requests for item in r["params"].get("batch", [])]
    assert {"method": "POST", "path": ads[0], "params": {"status": "PAUSED"}} in items
    lookup = next(i for i in items if i["path"] == f"{ACCOUNT}/ads")
    assert lookup["params"]["filtering"][0]["value"] == sorted(ads)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "body",
    [
        f"note=%7B%22page_access_token%22%3A+%22short%22%7D&x={CANARY}",
        "spec=%5B%7B%22access_token%22%3A%22short%22%7D%5D",
        "url=https%3A%2F%2Fx.fbcdn.net%2Fa.jpg%3Foh%3Dshort%26oe%3D1&status=PAUSED",
        "url=https%3A%2F%2Fx.fbcdn.net%2Fa.jpg%253Foh%253Dshort",
    ],
)
def test_a_recording_hides_what_batch_items_wrap(tmp_path, body):
    """What is encoded in a batch item is looked through again when it is spelled out."""
    recorder = Recorder(tmp_path / "r", graph_version="v26.0", account=None)
    recorder(
        Exchange("POST", "", {"batch": [{"method": "POST", "relative_url": "1", "body": body}]}, "ok", 1)
    )
    text = (tmp_path / "r").read_text(encoding="utf-8")
    assert "[hidden]" in text
    assert "short" not in text
    assert CANARY not in text


def test_a_file_that_cannot_be_written_stops_before_anything_is_sent(cli, tmp_path, faults):
    """Neither a place that is none nor a file of something else is recorded to."""
    other = tmp_path / "notes.txt"
    other.write_text("mine\n", encoding="utf-8")
    for path in (other, other / "r.jsonl", "/dev/full"):
        code, report, _ = cli("run", "how are my ads?", "--json", "--record", path)
        assert (code, "Nothing was sent" in report["answer"]) == (2, True)
        assert not faults.requests
    assert other.read_text(encoding="utf-8") == "mine\n"


def test_a_new_recording_takes_the_place_of_an_old_one(tmp_path, recorded):
    """The same --record FILE twice keeps the newer."""
    path = recorded(line("GET", "1"))
    Recorder(path, graph_version="v26.0", account=None)
    assert load(path).requests == ()


def test_a_recording_that_breaks_off_does_not_touch_the_write(cli, tmp_path, sandbox, faults):
    """When the file is gone in the middle, the change is made, journalled and proven all the same, and it is said."""
    folder, (ad,) = tmp_path / "gone", active(sandbox, 1)

    def lose_the_folder(forward, request):
        (folder / "r.jsonl").unlink()
        folder.rmdir()
        return forward()

    faults.writes = [lose_the_folder]
    arguments = json.dumps({"ids": [ad], "status": "PAUSED"})
    code, report, _ = cli("tool", "set_status", arguments, "--approve", "all", "--record", folder / "r.jsonl")
    assert (code, report["change_sets"][0]["changes"][0]["note"]) == (0, "read back")
    assert "broke off" in report["answer"]
    assert not folder.exists()


# -- reading and proposing -----------------------------------------------------------------------------


def test_reads_are_sent_and_compared(cli, recorded, faults):
    """Reads and the reads of a batch are made again; the outcome is set beside the recorded one."""
    path = recorded(
        line("GET", f"{ACCOUNT}/ads", "17/2446079", fields="id", limit=5),
        {"reason": "throttled", "wait_s": 10.0, "until": ""},
        batch(line("GET", ACCOUNT, fields="name"), line("GET", "77", fields="id")),
    )
    code, report, _ = cli("replay", path, "--json")
    assert [(s["line"], s["item"], s["was"], s["outcome"]) for s in report["replayed"]] == [
        (2, None, "17/2446079", "ok"),
        (4, 1, "ok", "ok"),
        (4, 2, "ok", "100/33"),
    ]
    assert (code, report["status"]) == (4, "error")
    assert len(faults.requests) == 3
    code, out, _ = cli("replay", path, "--line", 2)
    assert f"2     GET {ACCOUNT}/ads → ok (was 17/2446079)" in out
    assert code == 0
    _, out, _ = cli("replay", path, "--line", 4)
    assert f"4.1   GET {ACCOUNT} → ok (its batch was ok)" in out


def test_writes_become_one_change_set(cli, recorded, sandbox, faults):
    """Nothing is written before approval: exit 3, one set, which `apply ID` makes."""
    ads = active(sandbox, 3)
    pauses = [line("POST", ad, status="PAUSED") for ad in ads]
    code, report, _ = cli("replay", recorded(pauses[0], batch(*pauses[1:])), "--json")
    assert (code, report["status"]) == (3, "needs_approval")
    assert not faults.sent_writes()
    (change_set,) = report["change_sets"]
    assert [c["target"] for c in change_set["changes"]] == ads
    assert {s["outcome"] for s in report["replayed"]} == {"waiting for approval; nothing was changed"}
    code, applied, _ = cli("apply", change_set["id"], "--json")
    assert [c["outcome"] for c in applied["change_sets"][0]["changes"]] == ["done"] * 3
    assert set(ads) <= sandbox.paused()


def test_approved_writes_are_made_and_named(cli, recorded, sandbox):
    """A status and a budget in minor units are set as recorded; what is so already is named."""
    (ad,) = active(sandbox, 1)
    paused = min(sandbox.paused())
    adset = next(
        s for s in sandbox.get(f"{ACCOUNT}/adsets", fields="id,daily_budget")["data"] if s.get("daily_budget")
    )
    less = str(int(adset["daily_budget"]) - 100)
    path = recorded(
        line("POST", ad, status="PAUSED"),
        line("POST", adset["id"], daily_budget=less),
        line("POST", paused, status="PAUSED"),
    )
    code, report, _ = cli("replay", path, "--json", "--approve", "all")
    assert (code, [s["outcome"] for s in report["replayed"]]) == (0, ["done", "done", "nothing to change"])
    assert sandbox.status(ad) == "PAUSED"
    assert sandbox.get(adset["id"], fields="daily_budget")["daily_budget"] == less


CREATIVE = {
    "name": "Tent – new",
    "bodies": ["One"],
    "link": "https://shop.example/x",
    "page_id": "1",
    "call_to_action": "SHOP_NOW",
}


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"titles": ["T"], "descriptions": ["[1]"]},
        {"bodies": ["One", '{"Two": "&=%"}'], "titles": ["A", "B"], "descriptions": ["D"]},
    ],
)
def test_a_creative_and_its_ad_come_again_as_they_were(cli, tmp_path, workspace, sandbox, texts):
    """What the tools made is proposed again with the same content, a new label, and the ad PAUSED."""
    image = sandbox.get(f"{ACCOUNT}/adimages", fields="hash")["data"][0]["hash"]
    page = sandbox.get("me/accounts", fields="id")["data"][0]["id"]
    adset = sandbox.get(f"{ACCOUNT}/adsets", fields="id")["data"][0]["id"]
    first, second = tmp_path / "creative.jsonl", tmp_path / "ad.jsonl"
    arguments = CREATIVE | {"image_hashes": [image], "page_id": page} | texts
    code, made, _ = cli(
        "tool", "create_creative", json.dumps(arguments), "--approve", "all", "--record", first
    )
    assert code == 0
    (creative,) = changes(workspace)
    ad = {"name": '{"a":1}', "adset_id": adset, "creative_id": made["change_sets"][0]["changes"][0]["target"]}
    if "bodies" not in texts:
        code, _, _ = cli("tool", "create_ad", json.dumps(ad), "--approve", "all", "--record", second)
        assert code == 0
        pairs = [(first, creative), (second, changes(workspace)[0])]
    else:
        pairs = [(first, creative)]
    for path, change in pairs:
        code, report, _ = cli("replay", path, "--json")
        assert (code, report["status"]) == (3, "needs_approval"), report["replayed"]
        (again,) = changes(workspace)
        assert again["marker"] != change["marker"]
        old, new = change["request"]["params"], again["request"]["params"]
        assert old.pop("adlabels") != new.pop("adlabels") == [{"name": again["marker"]}]
        assert (again["request"]["path"], new) == (change["request"]["path"], old)


def test_an_ad_recorded_as_active_is_proposed_paused(cli, recorded, workspace, sandbox):
    """Whatever a recording says, new ads are PAUSED."""
    ad = sandbox.ads(fields="id,adset_id,creative{id}")[0]
    made = {"name": "x", "adset_id": ad["adset_id"], "creative": {"creative_id": ad["creative"]["id"]}}
    code, _, _ = cli("replay", recorded(line("POST", f"{ACCOUNT}/ads", status="ACTIVE", **made)), "--json")
    assert (code, changes(workspace)[0]["request"]["params"]["status"]) == (3, "PAUSED")


def test_guardrails_hold_and_the_rest_goes_on(cli, recorded, workspace, sandbox):
    """A protected ad is named as refused; the others are proposed. The same write twice is one."""
    kept, paused = active(sandbox, 2)
    (workspace / "brand" / "stack.md").write_text(f'protect:\n- "{kept}"\n', encoding="utf-8")
    path = recorded(*[line("POST", ad, status="PAUSED") for ad in (kept, paused, paused)])
    code, report, _ = cli("replay", path, "--json")
    assert [c["target"] for c in report["change_sets"][0]["changes"]] == [paused]
    first, _, twice = report["replayed"]
    assert (code, first["outcome"], twice["outcome"]) == (3, "not replayed", "not replayed")
    assert "protected" in first["because"]
    assert "already changed" in twice["because"]


STORY = {"page_id": "1", "instagram_user_id": "17841400000000001"}
MADE = {"object_story_spec": STORY | {"link_data": {}}, "name": "x"}
AD = {"name": "x", "adset_id": "1", "creative": {"creative_id": "2"}}
NEVER = [
    (line("DELETE", "123"), "deletion"),
    (line("METHOD", "123"), "method"),
    (line("post", "123", status="PAUSED"), "method"),
    (line("POST", f"{ACCOUNT}/adimages"), "does not hold the file"),
    (line("POST", "123", status="DELETED"), "only ACTIVE and PAUSED"),
    (line("POST", "123", status="PAUSED", name="x"), "only a status or one budget"),
    (line("POST", "123"), "only a status or one budget"),
    (line("POST", "123", daily_budget="1e3"), "minor units"),
    (line("POST", "123", daily_budget=[]), "minor units"),
    (line("POST", ""), "path"),
    (line("POST", f"{ACCOUNT}/campaigns", name="x"), "not made again"),
    (line("POST", "act_1/ads", **AD), "made in act_1"),
    (line("POST", f"{ACCOUNT}/ads", **AD, adlabels=[{"name": "mine"}]), "other things"),
    (line("POST", f"{ACCOUNT}/ads", **AD, bid_amount=1), "other things"),
    (line("POST", f"{ACCOUNT}/ads", **AD | {"creative": {"creative_id": "new:x"}}), "other things"),
    (line("POST", f"{ACCOUNT}/adcreatives", **MADE), "other things"),
    (line("POST", f"{ACCOUNT}/adcreatives", name="x", object_story_spec=[1]), "other things"),
    (
        line("POST", f"{ACCOUNT}/adcreatives", name="x", object_story_spec={"instagram_user_id": "5"}),
        "stack.md",
    ),
    (line("POST", "123", status="[hidden]"), "hidden"),
    (line("GET", "123", access_token="x"), "hidden"),
    (line("GET", f"me/{CANARY}"), "hidden"),
    (line("GET", "123", method="post"), "method"),
    (line("GET", "123", batch="[]"), "batch"),
    (line("GET", "123") | {"params": {"path": "x"}}, "path"),
    (line("GET", "123?method=post"), "path"),
    (line("GET", "../123"), "path"),
    (line("GET", "1", fields="\ud800"), "cannot be sent"),
    (batch(line("GET", "1/../2"), line("DELETE", "1")), ""),
    ({"method": 5, "path": "x", "params": {}}, "no recorded request"),
    ({"method": "GET", "path": "x", "params": []}, "no recorded request"),
    ("[]", "not readable"),
    ("{", "not readable"),
    ('{"method":"GET","path":"1","params":{"x":' + "[" * 700 + "]" * 700 + "}}", "nested too deep"),
    ('{"method":"GET","path":"' + "x" * 10_000_000 + '"}', "longer than 1 MB"),
]


@pytest.mark.parametrize(("entry", "because"), NEVER)
def test_what_cannot_be_replayed_is_named_and_nothing_is_sent(cli, recorded, faults, entry, because):
    """Anything but a plain read or a write that a tool proposes: a reason, no request, no change set, no secret."""
    code, report, _ = cli("replay", recorded(entry), "--json", "--approve", "all")
    assert (code, report["status"], report["change_sets"]) == (2, "refused", [])
    assert len(faults.requests) == 1  # the account
    for step in report["replayed"]:
        assert step["outcome"] == "not replayed"
        assert because in step["because"]
    assert CANARY not in json.dumps(report)
    code, out, _ = cli("replay", recorded(entry))
    assert (code, "not replayed: " in out, len(out) < 1000) == (2, True, True)


def test_a_dead_token_ends_it_before_anything_is_proposed(cli, recorded, sandbox, faults):
    """Exit 4; the lines that were not reached are named as such."""
    (ad,) = active(sandbox, 1)
    faults.reads = [None, graph_error(190)]
    path = recorded(line("GET", ACCOUNT), line("GET", ACCOUNT), line("POST", ad, status="PAUSED"))
    code, report, _ = cli("replay", path, "--json", "--approve", "all")
    assert (code, report["change_sets"]) == (4, [])
    assert [s["outcome"] for s in report["replayed"]] == ["190", "not replayed", "not replayed"]
    assert report["replayed"][2]["because"] == "the replay ended before it"
    assert "nothing was changed" in report["answer"]


# -- files ---------------------------------------------------------------------------------------------


def test_half_a_line_at_the_end_is_said(cli, recorded, faults):
    """After kill -9 while recording, the whole lines count."""
    path = recorded(line("GET", ACCOUNT, fields="id"))
    path.write_text(path.read_text(encoding="utf-8") + '{"method": "POST", "pa', encoding="utf-8")
    code, report, _ = cli("replay", path, "--json")
    assert (code, [s["outcome"] for s in report["replayed"]]) == (0, ["ok"])
    assert "cut off" in report["answer"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe" * 10,
        b"some notes\nof mine\n",
        b'{"method": "GET", "path": "1", "params": {}}\n',
        b'{"adsteward": 5}\n',
        b'{"adsteward": "0.1.0", "no',
        json.dumps(HEADER).encode(),
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_no_recording_is_refused(cli, tmp_path, faults, content):
    """Exit 2 in plain words, and no world is opened."""
    path = tmp_path / "file"
    path.write_bytes(content)
    code, report, _ = cli("replay", path, "--json")
    assert (code, "Nothing was sent" in report["answer"], faults.requests) == (2, True, [])


def test_a_file_that_is_not_there_and_a_line_that_is_none(cli, tmp_path, recorded, faults):
    """Exit 2, each with its reason; neither does a recording run over the file it is read from."""
    path = recorded(line("GET", "1"))
    before = path.read_bytes()
    for arguments in ((tmp_path / "no",), (path, "--line", 9), (path, "--record", path)):
        code, report, _ = cli("replay", *arguments, "--json")
        assert (code, "Nothing was sent" in report["answer"], faults.requests) == (2, True, [])
    assert path.read_bytes() == before


jsons = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["PAUSED", "1", ACCOUNT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = "status daily_budget name adset_id creative adlabels object_story_spec asset_feed_spec".split()


@given(
    st.sampled_from(["POST", "DELETE", "PUT", ""]),
    st.sampled_from(["1", f"{ACCOUNT}/ads", f"{ACCOUNT}/adcreatives", ACCOUNT, "²", ""])
    | st.text(max_size=5),
    st.dictionaries(st.sampled_from(NAMES), jsons, max_size=4),
)
def test_any_write_is_a_call_of_a_write_tool_or_refused(method, path, params):
    """Whatever a file says, the outcome is one of four tools or a reason, never another error."""
    account = Account(ACCOUNT, "x", "EUR", "UTC")
    try:
        name, _ = tool_call(Recorded(2, method, path, params), account, Brand(), "")
    except NotReplayed:
        return
    assert name in ("set_status", "set_budget", "create_creative", "create_ad")


@given(st.lists(jsons, max_size=4), st.binary(max_size=40))
def test_any_file_loads_or_is_refused(tmp_path_factory, values, tail):
    """A header and anything after it: requests with a reason each, or a plain refusal."""
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    lines = [json.dumps(value).encode() for value in (HEADER, *values)]
    path.write_bytes(b"\n".join([*lines, tail]))
    try:
        recording = load(path)
    except ConfigError:
        pytest.fail("the header says that it is a recording")
    assert all(r.unreadable or r.method is not None for r in recording.requests)
