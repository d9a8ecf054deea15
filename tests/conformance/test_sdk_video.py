"""The official SDK uploads a video in chunks; its uploader knows no other host than Meta's."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.conformance.conftest import NO_SDK

pytest.importorskip("facebook_business", reason=NO_SDK)

from facebook_business.adobjects.advideo import AdVideo
from facebook_business.video_uploader import VideoUploader


@pytest.fixture
def clip(connect, tmp_path):
    """Give a video that is not uploaded yet."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40_000)
    video = AdVideo(api=connect())
    video[AdVideo.Field.filepath] = str(path)
    video._parent_id = DEMO_ACCOUNT  # as the SDK's own constructor does, which calls it deprecated
    return video


@pytest.mark.usefixtures("through_proxy")
def test_a_video_in_chunks(clip, server, connect):
    """It starts, transfers chunk by chunk and finishes; then the video is encoded."""
    done = VideoUploader().upload(clip)
    shown = AdVideo(done["id"], api=connect()).api_get(fields=["status", "title"])
    assert shown["title"] == "clip.mp4"
    assert shown["status"]["video_status"] in ("processing", "ready")
    phases = [asked["params"].get("upload_phase") for asked in server.requests()]
    assert phases.count("transfer") > 1


@pytest.mark.usefixtures("through_proxy")
def test_a_chunk_whose_answer_was_lost(clip, server, monkeypatch):
    """The SDK sends it again, is told the right offsets (1363037), and goes on from there."""
    monkeypatch.setattr("facebook_business.video_uploader.time.sleep", lambda _: None)
    trouble = {"code": 2, "transient": True, "http_status": 500}
    server.order({"path": f"/{DEMO_ACCOUNT}/advideos", "nth": 2, "when": "after", "error": trouble})
    before = len(server.requests())
    assert VideoUploader().upload(clip)["id"]
    sent = [asked["params"].get("start_offset") for asked in server.requests()[before:]]
    offsets = [int(offset) for offset in sent if offset is not None]
    assert offsets[:2] == [0, 0]
    assert sorted(set(offsets)) == offsets[1:]
