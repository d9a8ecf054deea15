"""Small files that are videos by their boxes."""

from pathlib import Path


def box(kind: bytes, content: bytes = b"", *, size: int | None = None) -> bytes:
    """One box of an MP4 file."""
    return (len(content) + 8 if size is None else size).to_bytes(4) + kind + content


def a_video(path: Path, size: int = 1000, brand: bytes = b"isom", fill: bytes = b"\0") -> Path:
    """A file of that many bytes whose boxes are those of a video."""
    head = box(b"ftyp", brand + bytes(8)) + box(b"moov", bytes(20))
    path.write_bytes(head + box(b"mdat", fill * (size - len(head) - 8)))
    return path
