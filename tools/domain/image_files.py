"""Images: the files of this computer, checked before they are sent, and those the account's library has."""

import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tools.domain.changes import Upload
from tools.domain.files import Given, read_regular, real_path
from tools.domain.tool import Context

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MAX_BYTES = 30 * 1024 * 1024
MIN_PIXELS = 600
MOST_DECODED = 16_000_000
"""Pixels of a picture that is only shown, before it is decoded."""
RATIOS = (0.4, 2.0)
"""Width by height; outside of it no placement shows the picture whole."""
MIME = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}
"""By what Pillow calls the format; MPO is what many phones and cameras put into a .jpg."""


@dataclass(frozen=True, slots=True)
class Image:
    name: str
    """The file's name as it was given: a link keeps its own."""
    path: Path
    data: bytes
    mime: str

    @property
    def graph_hash(self) -> str:
        """Meta's hash of an image, as far as is known the MD5 of its bytes; only used to look it up."""
        return hashlib.md5(self.data, usedforsecurity=False).hexdigest()

    @property
    def upload(self) -> Upload:
        """What is approved and sent of it, without its bytes."""
        return Upload(
            path=str(self.path),
            sha256=hashlib.sha256(self.data).hexdigest(),
            filename=self.name,
            mime=self.mime,
            graph_hash=self.graph_hash,
        )


def read_image(text: str, given: Given) -> Image:
    """Read and check one image at a path as a model wrote it.

    Raises ValueError naming the file and what is allowed; a file that was not given is not even looked at.
    """
    real = real_path(text)
    if real is None:
        raise ValueError(f"{text}: cannot be read (no usable file name)")
    name = Path(text).name
    if refusal := given.refusal(real):
        raise ValueError(f"{text}: {refusal}")
    data = read_regular(real, given.closed, max_bytes=MAX_BYTES)
    try:
        return Image(name, real, data, checked_mime(data))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def checked_mime(data: bytes) -> str:
    """The type of a picture, by its content, that Meta takes and that can be decoded to its end.

    Raises ValueError naming all that is wrong with it.
    """
    from PIL import Image as Pillow  # heavy, and only needed when a picture is sent

    bombs = (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's words on odd files belong on no screen
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(BytesIO(data)) as picture:
                wrong = _wrong(picture)
                if not wrong:
                    picture.load()
                mime = MIME.get(str(picture.format), "")
    except bombs:
        wrong = (
            f"more than {(Pillow.MAX_IMAGE_PIXELS or 0) // 1_000_000} million pixels (use a smaller picture)"
        )
    except Exception:  # noqa: BLE001 - a broken picture fails in Pillow in any way there is
        wrong = "not a readable image (use JPG or PNG)"
    if wrong:
        raise ValueError(wrong)
    return mime


def _wrong(picture: "Picture") -> str:
    """What its header says against a picture, or nothing. Asked before decoding: some formats start programs for it."""
    kind, width, height = str(picture.format), picture.width, picture.height
    if kind not in MIME:
        return f"{kind} is not accepted (use JPG or PNG)"
    if kind == "PNG" and getattr(picture, "is_animated", False):
        return "an animated PNG is not accepted (use a still JPG or PNG)"
    wrong = []
    if min(width, height) < MIN_PIXELS:
        wrong.append(f"{width}x{height} is too small (at least {MIN_PIXELS} px each side)")
    if not RATIOS[0] <= width / height <= RATIOS[1]:
        wrong.append(f"{width}x{height} is too narrow or too wide (ratio 2:5 to 2:1)")
    return " and ".join(wrong)


def pixels(data: bytes, formats: tuple[str, ...]) -> "Picture":
    """A picture's first frame with its transparency, and with nothing else of its file.

    Raises ValueError for what is none of these formats, is broken, or is too large to be decoded.
    """
    from PIL import Image as Pillow  # heavy, and only needed when a picture is shown

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's words on odd files belong on no screen
            with Pillow.open(BytesIO(data), formats=formats) as picture:
                if picture.width * picture.height <= MOST_DECODED:
                    return picture.convert("RGBA")
    except Exception:  # noqa: BLE001 - a broken picture fails in Pillow in any way there is
        raise ValueError(f"not a readable {' or '.join(formats).replace('JPEG', 'JPG')}") from None
    raise ValueError(f"more than {MOST_DECODED // 1_000_000} million pixels")


def in_library(ctx: Context, hashes: Iterable[str]) -> set[str]:
    """Those hashes that the account's library has: same bytes, same hash (docs/graph-api.md §8.5)."""
    listing = ctx.graph.read_all(f"{ctx.account.id}/adimages", hashes=list(hashes), fields="hash,name")
    return {str(row.get("hash")) for row in listing.rows}
