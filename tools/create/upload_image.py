"""Uploads images to the account's library, after checking them here first."""

import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tools.domain.changes import Change, Effect, Request, Upload
from tools.domain.files import Given, read_regular, real_path
from tools.domain.tool import Context, Input, Proposal, Tool, ToolError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MAX_BYTES = 30 * 1024 * 1024
MIN_PIXELS = 600
RATIOS = (0.4, 2.0)
"""Width by height; outside of it no placement shows the picture whole."""
MIME = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}
"""By what Pillow calls the format; MPO is what many phones and cameras put into a .jpg."""


class UploadInput(Input):
    paths: list[str] = Field(min_length=1, max_length=50)


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


def run(args: UploadInput, ctx: Context) -> Proposal:
    images, problems = [], []
    for text in dict.fromkeys(args.paths):
        try:
            images.append(read_image(text, ctx.given))
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ToolError("Nothing was uploaded. " + "; ".join(problems))
    first = {image.graph_hash: image for image in reversed(images)}
    known = in_library(ctx, first)
    ctx.library |= {image.name: image.graph_hash for image in images if image.graph_hash in known}
    notes = [_no_need(image, first[image.graph_hash], known) for image in images]
    new = [image for image in images if image is first[image.graph_hash] and image.graph_hash not in known]
    changes = tuple(upload_change(ctx, upload_of(image), index) for index, image in enumerate(new))
    return Proposal(changes, "; ".join(filter(None, notes)))


def _no_need(image: Image, first: Image, known: set[str]) -> str:
    """Why a picture is not sent, or nothing."""
    if image.graph_hash in known:
        return f"{image.name} is already there: image hash {image.graph_hash}"
    return "" if image is first else f"{image.name} is the same picture as {first.name}"


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
    data = read_regular(real, max_bytes=MAX_BYTES)
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


def in_library(ctx: Context, hashes: Iterable[str]) -> set[str]:
    """Those hashes that the account's library has: same bytes, same hash (graph-api-facts §8.5)."""
    listing = ctx.graph.read_all(f"{ctx.account.id}/adimages", hashes=list(hashes), fields="hash,name")
    return {str(row.get("hash")) for row in listing.rows}


def upload_of(image: Image) -> Upload:
    """What is approved and sent of an image, without its bytes."""
    return Upload(
        path=str(image.path),
        sha256=hashlib.sha256(image.data).hexdigest(),
        filename=image.name,
        mime=image.mime,
        graph_hash=image.graph_hash,
    )


def upload_change(
    ctx: Context, upload: Upload, index: int = 0, *, notes: tuple[str, ...] = (), **rest: Any
) -> Change:
    """The change that uploads an image. `notes` are shown before approval."""
    return ctx.change(
        "upload_image",
        Effect.CREATE,
        index=index,
        name=upload.filename,
        request=Request(path=f"{ctx.account.id}/adimages", upload=upload),
        shown={"file": upload.path} | ({"note": "; ".join(notes)} if notes else {}),
        undo_note="stays in the image library; an unused image costs nothing",
        **{"reason": "asked for"} | rest,
    )


TOOL = Tool(
    name="upload_image",
    description="Upload image files (JPG, PNG); create_creative of the same turn may use them as new:FILENAME.",
    Input=UploadInput,
    effect=Effect.CREATE,
    run=run,
    words="Add a picture, creative, photo.",
)
