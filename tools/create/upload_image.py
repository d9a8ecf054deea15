"""Uploads images to the account's library, after checking them here first."""

from pydantic import Field

from tools.create.ad_parts import upload_change
from tools.domain.changes import Effect
from tools.domain.image_files import Image, in_library, read_image
from tools.domain.tool import Context, Input, Proposal, Tool, ToolError


class UploadInput(Input):
    paths: list[str] = Field(min_length=1, max_length=50)


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
    changes = tuple(upload_change(ctx, image.upload, index) for index, image in enumerate(new))
    return Proposal(changes, "; ".join(filter(None, notes)))


def _no_need(image: Image, first: Image, known: set[str]) -> str:
    """Why a picture is not sent, or nothing."""
    if image.graph_hash in known:
        return f"{image.name} is already there: image hash {image.graph_hash}"
    return "" if image is first else f"{image.name} is the same picture as {first.name}"


TOOL = Tool(
    name="upload_image",
    description="Upload image files (JPG, PNG); usable as new:FILENAME in the same turn.",
    Input=UploadInput,
    effect=Effect.CREATE,
    run=run,
    words="Add a picture, creative, photo.",
)
