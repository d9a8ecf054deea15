"""Makes many ads in one change set: pictures, creatives and ads, all PAUSED."""

from tools.create.launch.checked_launch import LaunchInput, planned
from tools.domain.changes import Effect
from tools.domain.tool import TOOLSET, Context, Proposal, Tool


def run(args: LaunchInput, ctx: Context) -> Proposal:
    launch = planned(args, ctx)
    return Proposal(launch.changes, "\n".join(launch.notes))


TOOL = Tool(
    name="launch_ads",
    description=(
        "Make one or many ads, PAUSED, from pictures and texts in one change set, or from a launch file."
        " What ads share is said once beside `ads`; all problems come back at once."
    ),
    Input=LaunchInput,
    effect=Effect.CREATE,
    run=run,
    toolset=TOOLSET,
    words="Many new ads from a file, bulk upload, campaign launch.",
)
