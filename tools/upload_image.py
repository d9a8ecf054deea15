"""Uploads images to the account's library, after checking them here first."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from tools.changes import Change, Effect, Request, Upload
from tools.tool import Context, Input, Proposal, Tool, ToolError

MAX_BYTES = 30 * 1024 * 1024
MIN_PIXELS = 600
RATIOS = (0.4, 2.0)
"""Width by height; outside of it no placement shows the picture whole."""
MIME = {"JPEG": "image/jpeg", "PNG": "image/png"}


class UploadInput(Input):
    paths: list[str] = Field(min_length=1, max_length=50)


@dataclass(frozen=True, slots=True)
class Image:
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
            images.append(read_image(Path(text).expanduser()))
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ToolError("Nothing was uploaded. " + "; ".join(problems))
    unique = {image.graph_hash: image for image in images}
    known = _known(ctx, list(unique))
    notes = [f"{unique[h].path.name} is already there: image hash {h}" for h in known]
    new = [image for graph_hash, image in unique.items() if graph_hash not in known]
    changes = tuple(_change(ctx, image, index) for index, image in enumerate(new))
    return Proposal(changes, "; ".join(notes))


def read_image(path: Path) -> Image:
    """Read and check one image. Raises ValueError naming the file and what is allowed."""
    from PIL import Image as Pillow  # heavy, and only needed when a picture is sent
    from PIL import UnidentifiedImageError

    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path.name}: larger than 30 MB")
    data = path.read_bytes()
    try:
        with Pillow.open(path) as picture:
            picture.verify()
            kind, width, height = str(picture.format), picture.width, picture.height
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Pillow.DecompressionBombError):
        raise ValueError(f"{path.name}: not a readable image (use JPG or PNG)") from None
    if kind not in MIME:
        raise ValueError(f"{path.name}: {kind} is not accepted (use JPG or PNG)")
    if min(width, height) < MIN_PIXELS:
        raise ValueError(f"{path.name}: {width}x{height} is too small (at least {MIN_PIXELS} px each side)")
    if not RATIOS[0] <= width / height <= RATIOS[1]:
        raise ValueError(f"{path.name}: {width}x{height} is too narrow or too wide (ratio 2:5 to 2:1)")
    return Image(path.resolve(), data, MIME[kind])


def _known(ctx: Context, hashes: list[str]) -> list[str]:
    """Those hashes that the account's library has: same bytes, same hash (graph-api-facts §8.5)."""
    listing = ctx.graph.read_all(f"{ctx.account.id}/adimages", hashes=hashes, fields="hash,name")
    have = {str(row.get("hash")) for row in listing.rows}
    return [h for h in hashes if h in have]


def _change(ctx: Context, image: Image, index: int) -> Change:
    upload = Upload(
        path=str(image.path),
        sha256=hashlib.sha256(image.data).hexdigest(),
        filename=image.path.name,
        mime=image.mime,
    )
    return ctx.change(
        "upload_image",
        Effect.CREATE,
        index=index,
        name=image.path.name,
        request=Request(path=f"{ctx.account.id}/adimages", upload=upload),
        reason="asked for",
        undo_note="stays in the image library; an unused image costs nothing",
    )


TOOL = Tool(
    name="upload_image",
    description="Upload image files (JPG, PNG). In the same turn, create_creative may use them as new:FILENAME.",
    Input=UploadInput,
    effect=Effect.CREATE,
    run=run,
)
