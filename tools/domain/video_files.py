"""Video files of this computer, checked before they are sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.domain.changes import Upload
from tools.domain.files import Given, LargeFile, large_file, real_path
from tools.graph import is_digits

MAX_BYTES = 4 * 1024**3
MOST_BOXES = 20_000
HEAD = 8
LARGE_HEAD = 16
"""Length of the head of a box whose size needs 64 bits."""
_PICTURES = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx ")
MIME = {b"qt  ": "video/quicktime"}


@dataclass(frozen=True, slots=True)
class Video:
    name: str
    file: LargeFile
    mime: str

    @property
    def upload(self) -> Upload:
        """What is approved and sent of it, without its bytes."""
        return Upload(path=str(self.file.path), sha256=self.file.sha256, filename=self.name, mime=self.mime)


def videos_in(params: Any) -> set[str]:
    """The ids of all videos that a request names, wherever in it they stand."""
    if isinstance(params, Mapping):
        named = params.get("video_id")
        own = {named} if isinstance(named, str) and is_digits(named) else set()
        return own.union(*map(videos_in, params.values()))
    return set().union(*map(videos_in, params)) if isinstance(params, list) else set()


def read_video(text: str, given: Given) -> Video:
    """Look at one video at a path as a model wrote it.

    Raises ValueError naming the file and what is allowed; a file that was not given is not even looked at.
    """
    real = real_path(text)
    if real is None:
        raise ValueError(f"{text}: cannot be read (no usable file name)")
    if refusal := given.refusal(real):
        raise ValueError(f"{text}: {refusal}")
    file = large_file(real, given.closed, max_bytes=MAX_BYTES)
    name = Path(text).name
    try:
        return Video(name, file, _mime(file))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _mime(file: LargeFile) -> str:
    """The type of a video by its content: a row of boxes that fills the file and holds a movie.

    Raises ValueError for what is no MP4 or MOV, or is cut off.
    """
    first = file.read(0, LARGE_HEAD)
    brand = first[8:12]
    if first[4:8] != b"ftyp" or brand in _PICTURES:
        raise ValueError("not a video Meta takes here (use MP4 or MOV)")
    at, kinds = 0, list[bytes]()
    while at < file.size and len(kinds) < MOST_BOXES:
        size, kind = _box(file.read(at, min(at + LARGE_HEAD, file.size)), file.size - at)
        kinds.append(kind)
        at += size
    if at != file.size or b"moov" not in kinds:
        raise ValueError("the video is cut off or damaged; export it again")
    return MIME.get(brand, "video/mp4")


def _box(head: bytes, left: int) -> tuple[int, bytes]:
    """Size and kind of a box; a size of 0 stands for all that is left, an impossible one for too much."""
    size = int.from_bytes(head[:4])
    if len(head) < HEAD:
        return left + 1, b""
    if size == 1:
        size = int.from_bytes(head[8:16]) if len(head) == LARGE_HEAD else 0
        return (size, head[4:8]) if size >= LARGE_HEAD else (left + 1, b"")
    if size == 0:
        return left, head[4:8]
    return (size, head[4:8]) if size >= HEAD else (left + 1, b"")
