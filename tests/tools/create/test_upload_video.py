"""Videos are looked at before they are proposed, and are what they were when they are sent."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from tests.tools.create.videos import a_video, box
from tests.tools.support import ACCOUNT, Desk
from tools.domain.changes import Effect
from tools.domain.files import Closed, Given, large_file
from tools.domain.video_files import read_video

FTYP, MOOV = box(b"ftyp", b"isom" + bytes(8)), box(b"moov", bytes(20))


def test_a_video_is_one_change_without_its_bytes(desk: Desk, tmp_path: Path) -> None:
    """It carries what it is recognised by in its description, for a video takes no label."""
    path = a_video(tmp_path / "lake.mp4")
    change = desk.one("upload_video", paths=[str(path)])
    assert (change.kind, change.effect, change.level) == ("upload_video", Effect.CREATE, None)
    assert change.request.path == f"{ACCOUNT}/advideos"
    assert change.request.params == {"title": "lake.mp4", "description": change.marker}
    upload = change.request.upload
    assert upload is not None
    assert (upload.path, upload.filename, upload.mime) == (str(path), "lake.mp4", "video/mp4")
    assert upload.sha256 == large_file(path, Closed(), max_bytes=10**6).sha256
    assert change.shown == {"file": str(path), "size": "1 MB"}


def test_the_same_video_is_sent_once(desk: Desk, tmp_path: Path) -> None:
    """Under two names it is still one."""
    paths = [str(a_video(tmp_path / name)) for name in ("a.mp4", "b.mp4")]
    assert [c.name for c in desk.propose("upload_video", paths=paths).changes] == ["a.mp4"]


def test_type_comes_from_the_content(tmp_path: Path) -> None:
    """Whatever the file is called."""
    video = read_video(str(a_video(tmp_path / "clip.jpg", brand=b"qt  ")), Given((tmp_path,)))
    assert (video.name, video.mime) == ("clip.jpg", "video/quicktime")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a video"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not a video"),
        (b"RIFF\0\0\0\0AVI LIST" + bytes(50), "not a video"),
        (box(b"ftyp", b"heic" + bytes(8)) + MOOV, "not a video"),
        (FTYP, "cut off or damaged"),
        (FTYP + MOOV + box(b"mdat", bytes(50))[:-1], "cut off or damaged"),
        (FTYP + MOOV + box(b"mdat", b"", size=7), "cut off or damaged"),
        (FTYP + MOOV + b"\0\0\0\x01mdat" + (5).to_bytes(8), "cut off or damaged"),
        (FTYP + MOOV + b"\0\0", "cut off or damaged"),
    ],
)
def test_what_is_no_whole_video_is_refused(desk: Desk, tmp_path: Path, content: bytes, said: str) -> None:
    """Other formats, and files that end too early."""
    (tmp_path / "v.mp4").write_bytes(content)
    refused = desk.refusal("upload_video", paths=[str(tmp_path / "v.mp4")])
    assert refused.startswith("Nothing was uploaded. v.mp4: ")
    assert said in refused


@pytest.mark.parametrize(
    "content",
    [
        FTYP + MOOV + box(b"mdat", b"", size=0) + bytes(99),
        FTYP + MOOV + b"\0\0\0\x01mdat" + (16 + 99).to_bytes(8) + bytes(99),
    ],
    ids=["to the end", "64 bits"],
)
def test_boxes_may_be_long(tmp_path: Path, content: bytes) -> None:
    """The last may go to the end of the file, and a large one says its size in 64 bits."""
    (tmp_path / "v.mp4").write_bytes(content)
    assert read_video(str(tmp_path / "v.mp4"), Given((tmp_path,))).mime == "video/mp4"


@given(st.binary(max_size=60))
@settings(max_examples=examples(200))
def test_any_bytes_are_judged(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Nothing but a refusal comes of a strange file."""
    path = tmp_path_factory.mktemp("v") / "v.mp4"
    path.write_bytes(FTYP + content)
    try:
        read_video(str(path), Given((path.parent,)))
    except ValueError as refused:
        assert str(refused).startswith("v.mp4: ")  # noqa: PT017 - the other half of the property


@pytest.mark.parametrize("name", ["gone.mp4", "/etc/hostname", "~nobody/v.mp4"])
def test_only_what_was_given_is_looked_at(desk: Desk, tmp_path: Path, name: str) -> None:
    """A path of a model opens nothing."""
    assert "Nothing was uploaded" in desk.refusal("upload_video", paths=[str(tmp_path / name)])


def test_a_large_file_is_read_in_parts_and_only_while_it_is_the_same(tmp_path: Path) -> None:
    """Another content, size or file in its place is noticed before a part of it is given."""
    path = a_video(tmp_path / "v.mp4", size=3_000_000, fill=b"a")
    file = large_file(path, Closed(), max_bytes=10**7)
    whole = path.read_bytes()
    assert file.read(0, 10) + file.read(10, 3_000_000) == whole
    path.write_bytes(whole[:-1] + b"b")
    os.utime(path, ns=(1, 1))
    with pytest.raises(ValueError, match="was changed in the meantime"):
        file.read(0, 10)
    with pytest.raises(ValueError, match="larger than 1 MB"):
        large_file(path, Closed(), max_bytes=1024 * 1024)
