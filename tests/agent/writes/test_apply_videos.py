"""A video is sent in parts, made once, and shown only when Meta has processed it."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.writes.approval import approved_by
from sandbox.objects import videos as sandbox_videos
from sandbox.objects.videos import CHUNK
from tests.agent.support import (
    ACCOUNT,
    Killed,
    Sandbox,
    ScriptedModel,
    die_after,
    die_before,
    drop_after,
    drop_before,
    graph_error,
    html_after,
    refuse,
)
from tests.tools.create.videos import a_video
from tests.tools.support import a_picture
from tools.graph import Wire

PART = 4096
SIZE = 2 * PART + 5
"""Three parts: with beginning and end, five requests."""
REQUESTS = 5


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """The server wants small parts; what is lost between them is the same, and fifty uploads of 8 MB take long."""
    monkeypatch.setattr(sandbox_videos, "CHUNK", PART)


def upload(path: Path) -> ScriptedModel:
    return ScriptedModel([[("upload_video", {"paths": [str(path)]})], "done"])


def run(session: Any, model: ScriptedModel, folder: Path) -> Any:
    """One run in which the files of a folder may be read."""
    return session.run(f"upload what is in {folder}", model)


def videos(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Those that were finished, and are ours."""
    rows = sandbox.get(f"{ACCOUNT}/advideos", fields="id,title,description,status", limit=100)["data"]
    return [row for row in rows if str(row.get("description")).startswith("adsteward:")]


def test_a_video_goes_up_in_parts(open_session, sandbox, faults, tmp_path, monkeypatch):
    """As many requests as Meta wants parts, and a beginning and an end; these are as large as they are."""
    monkeypatch.setattr(sandbox_videos, "CHUNK", CHUNK)
    size = 2 * CHUNK + 5
    report = run(open_session(), upload(a_video(tmp_path / "lake.mp4", size)), tmp_path)
    (outcome,) = report.change_sets[0].outcomes
    (video,) = videos(sandbox)
    assert (outcome.said, outcome.result) == ("done", {"id": video["id"]})
    assert video["title"] == "lake.mp4"
    assert sandbox.world.nodes[video["id"]].data["received"] == size
    assert len(faults.sent_writes()) == REQUESTS


@pytest.mark.parametrize("position", range(REQUESTS))
@pytest.mark.parametrize(
    "fault",
    [refuse, drop_before, drop_after, html_after, graph_error(2, after=True), graph_error(17, 2446079)],
    ids=["refused", "before", "after", "html after", "code 2 after", "throttled"],
)
def test_whatever_is_lost_one_video_is_made(open_session, sandbox, faults, tmp_path, position, fault):
    """A part that was received is not sent again from its beginning; a lost end is looked for."""
    faults.writes = [None] * position + [fault]
    report = run(open_session(), upload(a_video(tmp_path / "lake.mp4", SIZE)), tmp_path)
    (outcome,) = report.change_sets[0].outcomes
    (video,) = videos(sandbox)
    assert (outcome.said, outcome.result["id"]) == ("done", video["id"])
    assert sandbox.world.nodes[video["id"]].data["received"] == SIZE


@pytest.mark.parametrize("position", range(REQUESTS))
@pytest.mark.parametrize("death", [die_before, die_after])
def test_after_a_death_one_video_is_made(open_session, sandbox, faults, tmp_path, position, death):
    """The one that was finished, or a new one."""
    path = a_video(tmp_path / "lake.mp4", SIZE)
    faults.writes = [None] * position + [death]
    with pytest.raises(Killed):
        run(open_session(), upload(path), tmp_path)
    session = open_session()
    (stored,) = session.journal.recent(ACCOUNT, 5)
    faults.clock.later(3600)
    report = session.apply(session.journal.change_set(stored["id"]))
    assert [o.said for o in report.change_sets[0].outcomes] == ["done"]
    assert len(videos(sandbox)) == 1


def test_an_upload_that_never_gets_through_makes_nothing(open_session, sandbox, faults, tmp_path):
    """It is called not sent, for nothing of it can be seen, and goes on later."""
    faults.writes = [None, *[drop_before] * 40]
    session = open_session()
    report = run(session, upload(a_video(tmp_path / "lake.mp4", SIZE)), tmp_path)
    (outcome,) = report.change_sets[0].outcomes
    assert outcome.said == "not sent"
    assert "did not get to its end; nothing was made" in outcome.note
    assert not videos(sandbox)
    faults.writes = []
    assert session.apply(report.change_sets[0].change_set).status == "done"
    assert len(videos(sandbox)) == 1


def test_a_file_that_changes_while_it_is_sent_is_not_made_a_video(open_session, sandbox, faults, tmp_path):
    """Neither the old nor the new content: what was approved is not there any more."""
    path = a_video(tmp_path / "lake.mp4", SIZE)

    def edit(forward, request):
        answer = forward()
        a_video(path, SIZE, fill=b"x")
        os.utime(path, ns=(1, 1))
        return answer

    faults.writes = [None, edit]
    report = run(open_session(), upload(path), tmp_path)
    (outcome,) = report.change_sets[0].outcomes
    assert outcome.said == "refused"
    assert "is not the file that was approved" in outcome.note
    assert not videos(sandbox)


def launch(folder: Path) -> ScriptedModel:
    """A video with its thumbnail, a creative that shows it, and an ad."""
    video, still = a_video(folder / "lake.mp4"), a_picture(folder / "still.png")
    creative = {"name": "Lake", "video_id": "new:lake.mp4", "thumbnail_hash": "new:still.png"}
    calls = [
        ("upload_video", {"paths": [str(video)]}),
        ("upload_image", {"paths": [str(still)]}),
        (
            "create_video_creative",
            creative | {"bodies": ["Look"], "link": "https://a.example", "page_id": "104200000000001"},
        ),
        ("create_ad", {"name": "Lake ad", "creative_id": "new:Lake", "adset_id": "23847000000001"}),
    ]
    return ScriptedModel([calls, "done"])


def test_a_creative_waits_until_meta_has_processed_its_video(open_session, sandbox, faults, tmp_path):
    """Then it is made, and the ad after it."""
    report = run(open_session(), launch(tmp_path), tmp_path)
    outcomes = report.change_sets[0].outcomes
    assert [o.said for o in outcomes] == ["done"] * 4
    assert faults.clock.waits.count(5.0) >= 1
    (video,) = videos(sandbox)
    assert video["status"]["video_status"] == "ready"
    ad = sandbox.get(outcomes[3].result["id"], fields="status,creative{object_story_spec}")
    assert ad["status"] == "PAUSED"
    assert ad["creative"]["object_story_spec"]["video_data"]["video_id"] == video["id"]


def test_a_video_that_takes_too_long_leaves_the_rest_for_later(
    open_session, sandbox, faults, tmp_path, monkeypatch
):
    """It is said, and applied again it goes on."""
    monkeypatch.setattr("sandbox.objects.videos.ENCODING_S", 10_000)
    session = open_session()
    report = run(session, launch(tmp_path), tmp_path)
    outcomes = report.change_sets[0].outcomes
    assert [o.said for o in outcomes] == ["done", "done", "not sent", "not sent"]
    assert outcomes[2].note == "not sent: Meta still processes the video; apply it again later"
    monkeypatch.setattr("sandbox.objects.videos.ENCODING_S", 5)
    again = session.apply(report.change_sets[0].change_set)
    assert [o.said for o in again.change_sets[0].outcomes] == ["done"] * 4
    assert len(videos(sandbox)) == 1


def of_the_library(sandbox, folder: Path) -> tuple[str, ScriptedModel]:
    """A creative that shows a video which is there already."""
    video = sandbox.post(f"{ACCOUNT}/advideos", file_url="https://a.example/v.mp4")["id"]
    still = a_picture(folder / "still.png")
    creative = {"name": "Lake", "video_id": video, "thumbnail_hash": "new:still.png", "bodies": ["Look"]}
    creative |= {"link": "https://a.example", "page_id": "104200000000001"}
    calls = [("upload_image", {"paths": [str(still)]}), ("create_video_creative", creative)]
    return video, ScriptedModel([calls, "done"])


def test_a_video_that_was_there_is_waited_for_too(open_session, sandbox, faults, tmp_path):
    """Its creative is made when it is ready, and until then it is said how far Meta is."""
    video, model = of_the_library(sandbox, tmp_path)
    session = open_session()
    report = run(session, model, tmp_path)
    assert [o.said for o in report.change_sets[0].outcomes] == ["done", "done"]
    assert faults.clock.waits.count(5.0) >= 1
    assert sandbox.get(video, fields="status")["status"]["video_status"] == "ready"


def test_what_shows_a_video_that_failed_is_not_sent(open_session, sandbox, faults, tmp_path):
    """It says which, and what to do."""
    video, model = of_the_library(sandbox, tmp_path)

    def fail(forward, request):
        sandbox.world.nodes[video].data.pop("uploaded", None)
        return forward()

    faults.writes = [fail]
    report = run(open_session(), model, tmp_path)
    picture, creative = report.change_sets[0].outcomes
    assert (picture.said, creative.said) == ("done", "refused")
    assert creative.note == (
        f"not sent: Meta could not process the video {video}; upload it again, or another one"
    )


def test_videos_go_to_their_own_host_at_meta():
    """Only uploads, and only at Meta: a test server has one address."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.host))
        return httpx.Response(200, json={"data": []})

    for base in ("https://graph.facebook.com", "https://proxy.example"):
        wire = Wire("token", base_url=base, transport=httpx.MockTransport(answer))
        for method in ("POST", "GET"):
            wire.exchange(method, "act_1/advideos", {})
        wire.exchange("POST", "act_1/ads", {})
        wire.close()
    hosts = [host for _, host in asked]
    assert hosts == [
        "graph-video.facebook.com",
        "graph.facebook.com",
        "graph.facebook.com",
        *["proxy.example"] * 3,
    ]


def test_a_launch_with_a_video_is_undone_when_all_that_can_go_is_gone(open_session, tmp_path):
    """The video stays in the library, as a picture does; the set is `undone` all the same."""
    session = open_session("ask", approver=approved_by("test"))
    (stored,) = run(session, launch(tmp_path), tmp_path).change_sets
    assert stored.state == "applied"
    session.tool("undo", {"change_set_id": stored.change_set.id})
    assert session.journal.state(stored.change_set.id) == "undone"
