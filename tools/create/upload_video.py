"""Uploads videos to the account's library, after checking them here first."""

from pydantic import Field

from tools.domain.changes import Effect, Request
from tools.domain.tool import TOOLSET, Context, Input, Proposal, Tool, ToolError, sending
from tools.domain.video_files import Video, read_video


class VideoInput(Input):
    paths: list[str] = Field(min_length=1, max_length=10)


def run(args: VideoInput, ctx: Context) -> Proposal:
    videos, problems = dict[str, Video](), []
    for text in dict.fromkeys(args.paths):
        try:
            video = read_video(text, ctx.given)
            videos.setdefault(video.file.sha256, video)
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ToolError("Nothing was uploaded. " + "; ".join(problems))
    changes = []
    for index, video in enumerate(videos.values()):
        change = ctx.change(
            "upload_video",
            Effect.CREATE,
            index=index,
            name=video.name,
            request=Request(path=f"{ctx.account.id}/advideos", upload=video.upload),
            shown={"file": str(video.file.path), "size": f"{-(-video.file.size // 1024**2)} MB"},
            reason="asked for",
            undo_note="stays in the video library; an unused video costs nothing",
        )
        # A video takes no ad label; its description is shown nowhere in an ad.
        params = {"title": video.name, "description": change.marker}
        changes.append(sending(change, params))
    return Proposal(tuple(changes))


TOOL = Tool(
    name="upload_video",
    description="Upload video files (MP4, MOV) of this computer; create_video_creative of the same turn may use them as new:FILENAME.",
    Input=VideoInput,
    effect=Effect.CREATE,
    run=run,
    toolset=TOOLSET,
    words="Add a clip, film, reel.",
)
