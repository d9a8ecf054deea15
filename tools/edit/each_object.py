"""One change for each of several objects, with what stands below it."""

from collections.abc import Callable, Sequence

from tools.domain import objects
from tools.domain.changes import Change
from tools.domain.objects import AdObject
from tools.domain.tool import Context


def each(
    ctx: Context,
    wanted: Sequence[AdObject],
    change: Callable[[AdObject, int], Change],
    *,
    stops: bool = False,
) -> tuple[Change, ...]:
    """What `change` makes of each object and its number; with `stops` how many running ads it touches. Raises GraphFailure."""
    touched = objects.touched(ctx.graph, ctx.account.id, wanted)
    return tuple(
        change(obj, index).model_copy(
            update=touched[obj.id]._asdict() if stops else {"below": touched[obj.id].below}
        )
        for index, obj in enumerate(wanted)
    )
