"""That something was judged in this talk, and otherwise than what is asked for now."""

from collections.abc import Sequence

from tools.domain.objects import AdObject
from tools.domain.tool import Context

MOST_WARNINGS = 20


def judged_otherwise(ctx: Context, wanted: Sequence[AdObject], status: str) -> list[str]:
    """A line for each of those whose last judgement says the opposite; what is removed or ends is asked about as PAUSED."""
    judged = [(obj.name, one) for obj in wanted if (one := ctx.evidence.get(obj.id)) and one.judged]
    lines = [
        f"Warning: “{name}” was judged {one.judged}: {one.reason}"
        for name, one in judged
        if one.speaks_for != status and (status == "PAUSED" or one.speaks_for)
    ]
    more = len(lines) - MOST_WARNINGS
    return lines[:MOST_WARNINGS] + ([f"Warning: {more} more were judged otherwise"] if more > 0 else [])
