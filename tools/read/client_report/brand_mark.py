"""The logo and the colour of a brand: a picture of the workspace as a data: address, a colour that can be read on white."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

from tools.domain.files import Given, read_regular, real_path
from tools.domain.image_files import pixels

MAX_BYTES = 1024 * 1024
SHOWN = (480, 160)
"""No larger than this is it put into a report: twice what is seen, for sharp screens."""
USUAL = "#1f4e8c"
READABLE = 4.5
"""The contrast that WCAG 2 asks of text."""


def logo(place: str, given: Given) -> str:
    """The picture at a place of the workspace as a data: address of a PNG made anew, so that nothing else of the file goes along.

    Raises ValueError saying why it cannot be used.
    """
    home = real_path(given.workspace) if given.workspace else None
    real = real_path(home / place) if home else None
    if home is None or real is None or not real.is_relative_to(home):
        raise ValueError(f"{place}: not in the workspace")
    return f"data:image/png;base64,{b64encode(_png(real, given)).decode()}"


def _png(path: Path, given: Given) -> bytes:
    data = read_regular(path, given.closed, max_bytes=MAX_BYTES)
    try:
        shown = pixels(data, ("PNG", "JPEG"))
    except ValueError as wrong:
        raise ValueError(f"{path.name}: {wrong}") from None
    shown.thumbnail(SHOWN)
    file = BytesIO()
    shown.save(file, "PNG", optimize=True)
    return file.getvalue()


def readable(colour: str) -> str:
    """A colour as it is, or as much darker as text on white must be."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    while contrast(parts) < READABLE:
        parts = [part * 9 // 10 for part in parts]
    return "#" + "".join(f"{part:02x}" for part in parts)


def contrast(parts: list[int]) -> float:
    """The contrast of a colour with white, as WCAG 2 counts it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (p / 255 for p in parts)]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
