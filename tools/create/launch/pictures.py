"""The pictures of a launch: read once each, checked, and compared with each other."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from tools.create.launch.findings import Findings, Sourced
from tools.create.launch.wanted import Files, Wanted
from tools.domain.changes import Upload
from tools.domain.files import Closed, read_regular
from tools.domain.image_files import MAX_BYTES, Image, checked_mime

SHARP_PX = 1080
"""Below it on the shorter side, feeds on large screens show a soft picture."""
USUAL_RATIOS = {"1:1": 1.0, "4:5": 0.8, "1.91:1": 1.91, "16:9": 16 / 9, "9:16": 9 / 16}
NEAR_BITS, NEAR_LEVELS = 6, 6.0
"""How alike two pictures are that people would take for the same: bits of the hash, mean levels of colour."""
_CELLS = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without its bytes."""

    upload: Upload
    width: int
    height: int
    gradient: int
    """Whether each of 64 cells is brighter than its neighbour: survives another size, format or quality."""
    colours: bytes
    """An 8 by 8 thumbnail."""


@dataclass(slots=True)
class Album:
    """All pictures of a launch, by their path."""

    by_path: dict[Path, Picture] = field(default_factory=dict)
    of_ad: dict[int, tuple[Picture, ...]] = field(default_factory=dict)
    """The pictures to upload for each ad, by its number."""


def read_pictures(ads: Sequence[Wanted], files: Files, findings: Findings) -> Album:
    """Read every picture the ads name; what is wrong with them goes to `findings`."""
    album, wrong = Album(), dict[Path, str]()
    written: dict[Path, Sourced[str]] = {}
    users: dict[Path, list[int]] = {}
    for ad in ads:
        mine = list[Picture]()
        for kind, source in ad.images():
            if kind != "path":
                continue
            try:
                path = files.locate(source.value)
            except ValueError as error:
                findings.error(source.place, f"{source.value}: {error}")
                continue
            written.setdefault(path, source)
            users.setdefault(path, []).append(ad.number)
            if path not in album.by_path and path not in wrong:
                try:
                    album.by_path[path] = _picture(path, Path(source.value).name, files.given.closed)
                except ValueError as error:
                    wrong[path] = str(error).removeprefix(f"{path}: ")
            if path in wrong:
                findings.error(source.place, f"{source.value}: {wrong[path]}")
            else:
                mine.append(album.by_path[path])
        album.of_ad[ad.number] = tuple({p.upload.sha256: p for p in mine}.values())
    _remark(album, written, users, findings)
    return album


def _picture(path: Path, name: str, closed: Closed) -> Picture:
    """Read one picture. Raises ValueError saying what is wrong with it."""
    data = read_regular(path, closed, max_bytes=MAX_BYTES)
    image = Image(name, path, data, checked_mime(data))
    from PIL import Image as Pillow

    with warnings.catch_warnings(), Pillow.open(BytesIO(data)) as picture:
        warnings.simplefilter("ignore")  # Pillow's words on odd palettes
        width, height = picture.size
        picture.draft("RGB", (_CELLS * 16, _CELLS * 16))  # a JPEG need not be decoded whole for this
        small: Any = picture.convert("RGB").resize((_CELLS + 1, _CELLS))
    grey = small.convert("L").tobytes()
    bits = 0
    for row in range(_CELLS):
        for column in range(_CELLS):
            at = row * (_CELLS + 1) + column
            bits = bits << 1 | (grey[at] > grey[at + 1])
    return Picture(image.upload, width, height, bits, small.tobytes())


def _remark(
    album: Album, written: dict[Path, Sourced[str]], users: dict[Path, list[int]], findings: Findings
) -> None:
    pictures = list(album.by_path.items())
    for path, picture in pictures:
        place, name = written[path].place, picture.upload.filename
        size = f"{name} has {picture.width}x{picture.height} px"
        if min(picture.width, picture.height) < SHARP_PX:
            findings.note(place, f"{size}; {SHARP_PX} on the shorter side look sharp everywhere", users[path])
        ratio = picture.width / picture.height
        if all(abs(ratio / usual - 1) > 0.03 for usual in USUAL_RATIOS.values()):
            findings.note(
                place,
                f"{size}; no usual ratio ({', '.join(USUAL_RATIOS)}), so it will be cropped",
                users[path],
            )
    for index, (path, picture) in enumerate(pictures):
        for earlier, other in pictures[:index]:
            if picture.upload.sha256 == other.upload.sha256:
                continue
            if alike(picture, other):
                said = f"{picture.upload.filename} is nearly the same picture as {other.upload.filename}"
                findings.note(written[path].place, said, (*users[path], *users[earlier]))


def alike(one: Picture, other: Picture) -> bool:
    """Whether people would take two pictures for the same."""
    if (one.gradient ^ other.gradient).bit_count() > NEAR_BITS:
        return False
    apart = sum(abs(a - b) for a, b in zip(one.colours, other.colours, strict=True))
    return apart / len(one.colours) <= NEAR_LEVELS
