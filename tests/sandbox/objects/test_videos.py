"""Videos: in chunks, in one piece, by address; encoding takes a while."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from sandbox.objects.videos import CHUNK
from tests.sandbox.conftest import PAGE

EDGE = f"{DEMO_ACCOUNT}/advideos"


def start(graph, size):
    """Begin an upload."""
    return graph.post(EDGE, upload_phase="start", file_size=size)


def transfer(graph, session, offset, chunk):
    """Send a chunk; give the whole answer."""
    values = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": str(offset)}
    return graph.http.post(EDGE, data=values, files={"video_file_chunk": ("v.mp4", chunk)}).json()


def uploaded(graph):
    """Upload a small video and give its id."""
    return graph.http.post(EDGE, data={"title": "Lake"}, files={"source": ("lake.mp4", b"abc")}).json()["id"]


def own(graph):
    """The videos that were uploaded here, newest first; the demo account has some of its own."""
    shown = graph.get(EDGE, fields="title", limit=100)["data"]
    return [video for video in shown if video["id"] > "23850"]


def test_in_chunks(graph):
    """Offsets are strings and meet at the end; then the video gets its title and is encoded."""
    moment = 1000.0
    graph.app.state.world.clock = lambda: moment
    size = CHUNK + 5
    begun = start(graph, size)
    assert (begun["start_offset"], begun["end_offset"]) == ("0", str(CHUNK))
    session, video = begun["upload_session_id"], begun["video_id"]
    assert transfer(graph, session, 0, b"x" * CHUNK) == {"start_offset": str(CHUNK), "end_offset": str(size)}
    assert transfer(graph, session, CHUNK, b"y" * 5) == {"start_offset": str(size), "end_offset": str(size)}
    assert graph.get(video, fields="status")["status"]["video_status"] == "uploading"
    assert graph.post(EDGE, upload_phase="finish", upload_session_id=session, title="Lake") == {
        "success": True
    }
    assert graph.get(video, fields="title,status") == {
        "id": video,
        "title": "Lake",
        "status": {"video_status": "processing", "processing_progress": 0},
    }
    moment += 60
    assert graph.get(video, fields="status")["status"]["video_status"] == "ready"


def test_looking_takes_time(graph):
    """Also under a clock that stands a video is ready after a few looks."""
    video = uploaded(graph)
    seen = [graph.get(video, fields="status")["status"]["video_status"] for _ in range(7)]
    assert seen == ["processing"] * 5 + ["ready"] * 2


@pytest.mark.parametrize(("offset", "chunk"), [(3, b"abc"), (0, b"abcdef"), (0, b"")])
def test_a_wrong_chunk_is_told_where_to_go_on(graph, offset, chunk):
    """A chunk that does not fit gets 1363037 with the offsets that do, as strings."""
    begun = start(graph, 5)
    error = transfer(graph, begun["upload_session_id"], offset, chunk)["error"]
    assert (error["error_subcode"], error["is_transient"]) == (1363037, True)
    assert error["error_data"] == {"start_offset": "0", "end_offset": "5"}
    assert transfer(graph, begun["upload_session_id"], 0, b"abcde")["start_offset"] == "5"


def test_an_unfinished_upload_cannot_end(graph):
    """Finishing early is refused; a finished session cannot go on."""
    session = start(graph, 5)["upload_session_id"]
    finish = {"upload_phase": "finish", "upload_session_id": session}
    assert graph.error("POST", EDGE, **finish)["error_subcode"] == 1363037
    transfer(graph, session, 0, b"abcde")
    graph.post(EDGE, **finish)
    assert graph.error("POST", EDGE, **finish)["code"] == 100


def test_cancelled(graph):
    """A cancelled upload leaves nothing behind."""
    begun = start(graph, 5)
    graph.post(EDGE, upload_phase="cancel", upload_session_id=begun["upload_session_id"])
    assert own(graph) == []


def test_in_one_piece_and_by_address(graph):
    """A whole file or an address makes a video at once; the list shows both."""
    one = uploaded(graph)
    two = graph.post(EDGE, file_url="https://videos.northwind.example/tent.mp4", name="Tent")["id"]
    assert [v["title"] for v in own(graph)] == ["Tent", "Lake"]
    assert graph.get(f"{two}/thumbnails")["data"][0]["is_preferred"] is True
    graph.post(one, title="Sea")
    assert graph.get(one, fields="title")["title"] == "Sea"
    graph.http.delete(one)
    assert [v["id"] for v in own(graph)] == [two]


def test_video_in_a_creative(graph):
    """A video ad names the video and a picture."""
    video = uploaded(graph)
    data = {
        "video_id": video,
        "image_url": "https://images.northwind.example/x.jpg",
        "title": "T",
        "message": "M",
    }
    data["call_to_action"] = {"type": "SHOP_NOW", "value": {"link": "https://northwind.example/"}}
    story = {"page_id": PAGE, "video_data": data}
    creative = graph.post(f"{DEMO_ACCOUNT}/adcreatives", object_story_spec=story)["id"]
    shown = graph.get(creative, fields="video_id,object_type,call_to_action_type,title,body")
    assert shown == {
        "video_id": video, "object_type": "VIDEO", "call_to_action_type": "SHOP_NOW", "title": "T", "body": "M",
        "id": creative,
    }  # fmt: skip


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"upload_phase": "begin"},
        {"upload_phase": "start"},
        {"upload_phase": "start", "file_size": 0},
        {"upload_phase": "start", "file_size": "many"},
        {"upload_phase": "transfer", "upload_session_id": "1", "start_offset": 0},
        {"upload_phase": "finish"},
        {"file_url": "ftp://example.com/x"},
    ],
)
def test_refused_uploads(graph, params):
    """An upload that is none makes nothing."""
    assert graph.error("POST", EDGE, **params)["code"] == 100
    assert own(graph) == []


def test_a_session_lives_in_its_chunks(graph):
    """A transfer without the file part is refused and moves nothing."""
    session = start(graph, 5)["upload_session_id"]
    error = graph.error("POST", EDGE, upload_phase="transfer", upload_session_id=session, start_offset=0)
    assert error["error_data"] == {"blame_field_specs": [["video_file_chunk"]]}
