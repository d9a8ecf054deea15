"""`adsteward launch`: from a file to paused ads, with results where people look, resumable after anything."""

import json
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console

from agent.cli.entry import _guarded
from agent.models.model import ToolCall
from agent.run.events import ToolFinished
from agent.run.toolbox import Toolbox
from agent.show import change_blocks
from agent.show.launch_tables import progress
from agent.writes.change_events import Landed, Progress, Proposed
from agent.writes.launch_results import file_name
from tests.agent.support import (
    ACCOUNT,
    Killed,
    Sandbox,
    die_after,
    die_before,
    drop_after,
    graph_error,
    item_errors,
)
from tools.domain.files import given

ADSET = "23847000000001"
LINK = "https://northwind.example/autumn"
BATCH = {
    "campaign": "summer-sale-2026",
    "adset_id": ADSET,
    "page_id": "104200000000001",
    "destination_url": LINK,
}
# The guide's own payload as it is printed there, the pieces of shell included.
GUIDE = """{
"name": "Summer Sale - Hero v1",
"object_story_spec": {
"page_id": "'" $PAGE_ID "'"
},
"asset_feed_spec": {
"bodies": [
{"text": "Stop losing receipts. Snap a photo and let AI handle the rest. Simple expense tracking that actually works."},
{"text": "Track expenses in seconds. No manual entry, no categories. Just snap, and AI files it. Built for people who hate budgeting apps."}
],
"titles": [
{"text": "AI That Reads Your Receipts"},
{"text": "Never Lose a Receipt Again"}
],
"descriptions": [
{"text": "Snap. AI logs it. Done."}
],
"images": [
{"hash": "'" $IMAGE_HASH "'"}
],
"call_to_actions": [
{
"type": "LEARN_MORE",
"value": {
"link": "https://yoursite.com/lp",
"link_caption": "yoursite.com"
}
}
],
"optimization_type": "DEGREES_OF_FREEDOM"
},
"degrees_of_freedom_spec": {
"creative_features_spec": {
"standard_enhancements": {"enroll_status": "OPT_IN"}
}
},
"access_token": "'" $FACEBOOK_ACCESS_TOKEN "'"
}
"""


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """A workspace that every command finds."""
    folder = tmp_path / "ws"
    (folder / "brand").mkdir(parents=True)
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(folder))
    return folder


@pytest.fixture
def cli(ws, capsys):
    """Runs a command in this process; gives exit code and JSON (or text) and the error output."""

    def call(*arguments):
        capsys.readouterr()
        code = _guarded([str(a) for a in arguments])
        out, err = capsys.readouterr()
        try:
            return code, json.loads(out), err
        except ValueError:
            return code, out, err

    return call


def sandbox_of(ws) -> Sandbox:
    return Sandbox(ws / "state" / "sandbox.sqlite")


def picture(path: Path, turn: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_drawn(turn))


@cache
def _drawn(turn: int) -> bytes:
    grey = Image.linear_gradient("L").resize((1080, 1080)).rotate(turn)
    drawn = BytesIO()
    Image.merge("RGB", (grey, grey.rotate(90), grey)).save(drawn, "JPEG")
    return drawn.getvalue()


def batch(folder: Path, count: int = 3, **shared: object) -> Path:
    """A launch file with as many ads, each with its own picture and text."""
    for number in range(count):
        picture(folder / f"p{number}.jpg", 9 * number)
    ads = [{"name": f"Hero {n}", "image_path": f"p{n}.jpg", "bodies": [f"Text {n}."]} for n in range(count)]
    file = folder / "batch-upload.json"
    file.write_text(json.dumps({**BATCH, **shared, "ads": ads}, indent=1), encoding="utf-8")
    return file


def made(sandbox: Sandbox, word: str = "Hero") -> list[dict]:
    return [ad for ad in sandbox.ads() if ad["name"].startswith(word)]


RUN = ("--sandbox", "--json", "--approve", "safe")


def test_a_file_becomes_paused_ads(cli, ws):
    """Every ad of the file is there, PAUSED, and the report names ids and links of each, as the table of `--output` does."""
    code, report, _ = cli("launch", batch(ws), *RUN, "--output", ws / "made.json")
    assert (code, report["status"]) == (0, "done")
    with sandbox_of(ws) as sandbox:
        ads = {ad["id"]: ad for ad in made(sandbox)}
    assert sorted(ad["name"] for ad in ads.values()) == ["Hero 0", "Hero 1", "Hero 2"]
    assert {(ad["status"], ad["adset_id"]) for ad in ads.values()} == {("PAUSED", ADSET)}
    rows = report["launch"]["ads"]
    assert {row["ad_id"] for row in rows} == set(ads)
    for row in rows:
        assert row["creative_id"]
        assert row["image_hashes"]
        assert row["preview_url"] == f"https://fb.example/preview/{row['ad_id']}"
        assert row["manager_url"].endswith(f"?act=123456789&selected_ad_ids={row['ad_id']}")
    assert report["launch"]["problems"] == []
    assert json.loads((ws / "made.json").read_text(encoding="utf-8")) == rows


def test_results_land_where_people_look(cli, ws):
    """A file for each ad below the campaign, a row for each in the table of assets; not twice."""
    assets = ws / "brand" / "assets.md"
    assets.write_text("# Ours\n\nNotes of people.", encoding="utf-8")
    _, report, _ = cli("launch", batch(ws), *RUN)
    folder = ws / "campaigns" / "summer-sale-2026" / "ads"
    assert sorted(path.name for path in folder.iterdir()) == [f"Hero-{n}.upload.json" for n in range(3)]
    kept = json.loads((folder / "Hero-1.upload.json").read_text(encoding="utf-8"))
    (row,) = (row for row in report["launch"]["ads"] if row["name"] == "Hero 1")
    assert kept == {
        "uploaded_at": row["made_at"],
        "campaign": "summer-sale-2026",
        "ad_name": "Hero 1",
        "image_hash": row["image_hashes"][0],
        "image_hashes": row["image_hashes"],
        "creative_id": row["creative_id"],
        "ad_id": row["ad_id"],
        "adset_id": ADSET,
        "status": "PAUSED",
        "preview_url": row["preview_url"],
        "review_url": row["manager_url"],
        "change_set": report["change_sets"][0]["id"],
        "world": "sandbox",
    }
    text = assets.read_text(encoding="utf-8")
    assert text.startswith("# Ours\n\nNotes of people.\n\n| asset | kind |")
    line = f"| summer-sale-2026 Hero 1 | ad (sandbox) | {row['made_at'][:10]} | creative: {row['creative_id']} ad: {row['ad_id']} | PAUSED |"
    assert line in text.split("\n")
    code, _, _ = cli("apply", report["change_sets"][0]["id"], "--json")
    assert (code, assets.read_text(encoding="utf-8")) == (0, text)


def test_results_that_were_lost_are_put_down_again(cli, ws):
    """A process that died after the last ad left no results; `apply ID` brings them, and sends nothing."""
    _, report, _ = cli("launch", batch(ws), *RUN)
    kept = {path: path.read_text() for path in (ws / "campaigns").rglob("*.upload.json")}
    for path in kept:
        path.unlink()
    (ws / "brand" / "assets.md").unlink()
    code, again, _ = cli("apply", report["change_sets"][0]["id"], "--json")
    assert (code, "nothing was sent" in again["answer"]) == (0, True)
    assert {path: path.read_text() for path in kept} == kept
    assert (ws / "brand" / "assets.md").read_text().count("| ad (sandbox) |") == 3


def test_the_result_of_another_ad_is_not_overwritten(cli, ws):
    """Two ads of one name in two launches keep a file each."""
    file = batch(ws, 1)
    _, first, _ = cli("launch", file, *RUN)
    file.write_text(file.read_text().replace(ADSET, "23847000000002").replace("Text", "Other"))
    code, second, _ = cli("launch", file, *RUN)
    assert code == 0
    folder = ws / "campaigns" / "summer-sale-2026" / "ads"
    (one,), (two,) = (report["launch"]["ads"] for report in (first, second))
    assert json.loads((folder / "Hero-0.upload.json").read_text())["ad_id"] == one["ad_id"]
    assert json.loads((folder / f"Hero-0-{two['ad_id']}.upload.json").read_text())["ad_id"] == two["ad_id"]


def test_the_guides_example_ends_as_a_paused_ad(cli, ws):
    """Copied as it stands: what Meta refuses today is translated, and said in what is approved."""
    picture(ws / "hero-v1.jpg")
    (ws / "hero.json").write_text(GUIDE, encoding="utf-8")
    ad = {"name": "Summer Sale - Hero v1", "image_path": "hero-v1.jpg", "asset_feed_spec_path": "hero.json"}
    (ws / "batch.json").write_text(json.dumps({**BATCH, "ads": [ad]}))
    code, report, _ = cli("launch", ws / "batch.json", *RUN)
    assert (code, report["status"]) == (0, "done"), report["answer"]
    with sandbox_of(ws) as sandbox:
        (ad,) = made(sandbox, "Summer Sale - Hero v1")
        creative_id = sandbox.get(ad["id"], fields="creative{id}")["creative"]["id"]
        creative = sandbox.get(creative_id, fields="asset_feed_spec,degrees_of_freedom_spec")
    assert ad["status"] == "PAUSED"
    assert [len(creative["asset_feed_spec"][name]) for name in ("bodies", "titles", "descriptions")] == [
        2,
        2,
        1,
    ]
    assert "standard_enhancements" not in creative["degrees_of_freedom_spec"]["creative_features_spec"]
    (change,) = (c for c in report["change_sets"][0]["changes"] if c["kind"] == "create_ad")
    for word in (
        "standard_enhancements",
        "call_to_actions",
        "link_caption",
        "flexible format",
        "access token",
    ):
        assert word in change["after"]["note"]
        assert word in report["result"]["note"]


def test_a_dry_run_shows_every_request_and_sends_none(cli, ws):
    """The same requests as the launch makes, with what Meta has yet to give in angle brackets, and no token."""
    file = batch(ws)
    code, shown, _ = cli("launch", file, "--sandbox", "--dry-run", "--json")
    assert (code, shown["status"], shown["change_sets"]) == (0, "done", [])
    with sandbox_of(ws) as sandbox:
        assert sandbox.writes() == []
    kinds = [request["path"].rpartition("/")[2] for request in shown["requests"]]
    assert kinds == ["adimages"] * 3 + ["adcreatives"] * 3 + ["ads"] * 3
    assert shown["requests"][0]["file"]["filename"] == "p0.jpg"
    data = shown["requests"][3]["params"]["object_story_spec"]["link_data"]
    assert data["image_hash"] == "<hash of p0.jpg>"
    assert shown["requests"][-1]["params"]["creative"] == {"creative_id": "<id of Hero 2>"}
    code, text, _ = cli("launch", file, "--sandbox", "--dry-run")
    assert code == 0
    assert "9. POST act_123456789/ads" in text
    assert text.endswith("Dry run: 9 requests would be sent. Nothing was sent.\n")
    assert "sandbox-token" not in text + json.dumps(shown)


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--json",), ("--dry-run", "--json")])
def test_problems_end_the_command_before_anything_is_sent(cli, ws, more):
    """Exit 2, all problems, once; nothing sent, nothing saved."""
    file = batch(ws, destination_url="http://x.example")
    code, out, err = cli("launch", file, "--sandbox", *more)
    assert code == 2
    said = out["answer"] if "--json" in more else err
    assert said.count("is no https link") == 1
    with sandbox_of(ws) as sandbox:
        assert sandbox.writes() == []


def test_without_approval_it_is_saved_and_made_by_id(cli, ws):
    """Exit 3; `apply ID` makes the ads and puts the results down; a second time sends nothing."""
    code, proposed, _ = cli("launch", batch(ws), "--sandbox", "--json")
    assert (code, proposed["status"], proposed["launch"]["ads"]) == (3, "needs_approval", [])
    change_set = proposed["change_sets"][0]["id"]
    for _ in range(2):
        code, applied, _ = cli("apply", change_set, "--json")
        assert (code, applied["status"]) == (0, "done")
    with sandbox_of(ws) as sandbox:
        assert len(made(sandbox)) == 3
    assert len(list((ws / "campaigns").rglob("*.upload.json"))) == 3


def test_meta_can_be_asked_first(cli, ws):
    """--validate-remote sends what Meta checks and does not make."""
    code, report, _ = cli("launch", batch(ws), "--sandbox", "--json", "--validate-remote", "--dry-run")
    assert (code, report["status"]) == (0, "done")
    with sandbox_of(ws) as sandbox:
        assert sandbox.writes() == []


def test_without_a_file_it_says_what_to_do(cli):
    """And --schema prints the form of one."""
    code, _, err = cli("launch")
    assert (code, err) == (2, "Name a launch FILE; `adsteward launch --schema` prints its form.\n")
    code, schema, _ = cli("launch", "--schema")
    assert (code, schema["properties"]["ads"]["type"]) == (0, "array")


def test_a_folder_that_cannot_be_written_is_said(cli, ws):
    """The ads are made all the same, and the report says what is missing."""
    (ws / "campaigns").write_text("in the way")
    code, report, _ = cli("launch", batch(ws, 1), *RUN)
    assert (code, report["status"]) == (0, "done")
    assert "cannot be written" in report["launch"]["problems"][0]


# With faults between client and sandbox.


def launched(session, file: Path):
    """A launch in an open session; gives the report."""

    def job(toolbox: Toolbox) -> str:
        toolbox.run([ToolCall("cli", "launch_ads", {"file": str(file)})])
        return ""

    return session.play("launch", job, given([file.parent]))


def outcomes(report) -> dict[str, tuple[str, str]]:
    (stored,) = report.change_sets
    return {f"{o.change.kind} {o.change.name}": (o.said, o.note) for o in stored.outcomes}


def test_a_picture_that_fails_stops_only_what_needs_it(open_session, faults, sandbox, workspace, events):
    """The other ads are made; what was left out is named with its reason."""
    file = batch(workspace)
    session = open_session("safe")
    faults.writes = [graph_error(100)]
    report = launched(session, file)
    assert report.status == "error"
    found = outcomes(report)
    assert sum(said == "done" for said, _ in found.values()) == 6
    (failed,) = (
        name.split()[1] for name, (said, _) in found.items() if said == "refused" and "upload" in name
    )
    number = failed[1]
    assert found[f"create_creative Hero {number}"] == ("refused", f"not sent, because it builds on {failed}")
    assert found[f"create_ad Hero {number}"] == ("refused", f"not sent, because it builds on Hero {number}")
    assert len(made(sandbox)) == 2
    (landed,) = events.of(Landed)
    assert sorted(ad.outcome for ad in landed.ads) == ["done", "done", "refused"]
    assert len(list((workspace / "campaigns").rglob("*.upload.json"))) == 2


def test_a_creative_that_fails_stops_only_its_ad(open_session, faults, sandbox, workspace):
    """One item of a batch is refused, the others go on."""
    file = batch(workspace)
    session = open_session("safe")
    faults.writes = [None] * 3 + [item_errors(100, 1)]
    found = outcomes(launched(session, file))
    assert found["create_creative Hero 1"][0] == "refused"
    assert found["create_ad Hero 1"] == ("refused", "not sent, because it builds on Hero 1")
    assert {ad["name"] for ad in made(sandbox)} == {"Hero 0", "Hero 2"}


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("fault", [drop_after, die_after, die_before])
def test_after_any_loss_it_goes_on_without_doubling(open_session, faults, sandbox, workspace, fault, place):
    """A lost answer or a death at any write: `apply ID` ends with every ad once, PAUSED, and nothing left over."""
    file = batch(workspace)
    session = open_session("safe")
    faults.writes = [None] * place + [fault]
    try:
        launched(session, file)
    except Killed:
        session.close()
        session = open_session("safe")
    (saved,) = session.journal.recent(ACCOUNT, 1)
    change_set = session.journal.change_set(saved["id"])
    faults.clock.later(100)
    report = session.apply(change_set)
    assert report.status == "done"
    assert sorted((ad["name"], ad["status"]) for ad in made(sandbox)) == [
        (f"Hero {n}", "PAUSED") for n in range(3)
    ]
    creatives = sandbox.get(f"{ACCOUNT}/adcreatives", fields="name", limit=500)["data"]
    assert sorted(c["name"] for c in creatives if c["name"].startswith("Hero")) == [
        f"Hero {n}" for n in range(3)
    ]
    assert len(list((workspace / "campaigns").rglob("*.upload.json"))) == 3


def test_a_lost_batch_is_looked_for_in_one_list(open_session, faults, sandbox, workspace):
    """Twelve ads without an answer are found with a few requests, not with some for each."""
    (workspace / "brand" / "stack.md").write_text("max_new_ads_per_day: 20\n")
    file = batch(workspace, 12)
    faults.writes = [None] * 13 + [drop_after]
    report = launched(open_session("safe"), file)
    assert report.status == "done"
    assert {note for name, (_, note) in outcomes(report).items() if "create_ad" in name} == {
        "found done after a lost answer"
    }
    lost_at = max(n for n, request in enumerate(faults.requests) if request in faults.sent_writes())
    assert len(faults.requests) - lost_at - 1 <= 3
    assert len(made(sandbox)) == 12


def test_every_text_of_a_launch_is_shown(workspace, open_session, faults, events):
    """A launch of many ads is read block by block, with every text in it."""
    (workspace / "brand" / "stack.md").write_text("max_new_ads_per_day: 20\n")
    launched(open_session("none"), batch(workspace, 12))
    (proposed,) = events.of(Proposed)
    console = Console(width=200, record=True, file=StringIO())
    console.print(change_blocks.ChangeBlocks(proposed.change_set))
    text = console.export_text()
    assert text.count("\n") < 12 * 30
    assert all(f"text: Text {number}." in " ".join(text.split()) for number in range(12))


def test_previews_that_cannot_be_read_are_said(open_session, faults, workspace, events):
    """The results are put down without them."""

    def refuse_previews(forward, request):
        asked = b"preview_shareable_link" in request.content
        return graph_error(200, status=403)(forward, request) if asked else forward()

    faults.reads = [refuse_previews] * 40
    assert launched(open_session("safe"), batch(workspace, 1)).status == "done"
    (landed,) = events.of(Landed)
    assert "preview links could not be read" in landed.problems[0]
    assert [Path(file).name for file in landed.files] == ["Hero-0.upload.json", "assets.md"]


def test_progress_tells_counts_and_time(open_session, workspace, events):
    """After each group: how many are done, of what, and a bar with the time left when there are many."""
    (workspace / "brand" / "stack.md").write_text("max_new_ads_per_day: 20\n")
    launched(open_session("safe"), batch(workspace, 12))
    told = events.of(Progress)
    assert [(p.kind, p.of_kind) for p in told] == [
        ("upload_image", (8, 12)),
        ("upload_image", (12, 12)),
        ("create_creative", (12, 12)),
        ("create_ad", (12, 12)),
    ]
    assert progress(told[0]).startswith(
        "████░░░░░░░░░░░░░░░░ 8 of 36 changes made · pictures 8 of 12 · about "
    )
    assert progress(told[-1]) == "████████████████████ 36 of 36 changes made · ads 12 of 12"
    assert progress(Progress("cs", 2, 3, failed=1)) == "2 of 3 changes made, 1 failed"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Summer Sale – Hero v1.2", "Summer-Sale-Hero-v1.2"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "unnamed"),
        (".hidden", "hidden"),
        ("a\x00b\nc/d\\e:f", "a-b-c-d-e-f"),
        ("", "unnamed"),
        ("Größe 😀 ١", "Größe-١"),
        ("x" * 500, "x" * 120),
        ("ü" * 100, "ü" * 60),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_names_of_people_become_safe_file_names(name, safe):
    """No way out of the folder, nothing hidden, no odd characters, not too long."""
    assert file_name(name) == safe


@pytest.mark.parametrize("mode", ["none", "safe", "all"])
def test_more_ads_than_the_brand_allows(open_session, faults, events, workspace, mode):
    """All of it waits for a person, the line of stack.md that allows it is said, and nothing was sent."""
    (workspace / "brand" / "stack.md").write_text("max_new_ads_per_day: 11\n")
    report = launched(open_session(mode), batch(workspace, 12))
    assert report.status == "needs_approval"
    (told,) = [json.loads(event.content) for event in events.of(ToolFinished)]
    assert "max_new_ads_per_day 11: 11 left, this needs 12" in told["reason"]
    assert not faults.sent_writes()
    (workspace / "brand" / "stack.md").write_text("max_new_ads_per_day: 12\n")
    assert launched(open_session("safe"), batch(workspace, 12)).status == "done"
