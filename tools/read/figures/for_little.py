"""What spent much and has no cost to go by, as little or nothing came of it: worse than any row with a cost, and in none."""

from decimal import Decimal
from typing import Any

from tools.analysis.rows import ZERO
from tools.domain import objects
from tools.domain.tool import Context
from tools.graph import GraphFailure
from tools.read.ad_figures import own_event
from tools.read.figures.adding_up import Sums, shown
from tools.read.figures.question import COSTS, Question
from tools.read.figures.row_sums import Key, Table, seen

MUCH = 4
"""Times a cost without a result; the chance of none at that cost is below one in fifty."""
MOST = 10
"""So many are named, those that spent most."""
_OVER = ("GREATER_THAN", "GREATER_THAN_OR_EQUAL")


def for_little(found: Table, ctx: Context) -> dict[str, Any]:
    """Those that a condition on a cost, or an order by it, passes over; nothing where there are none."""
    question, told = found.question, list[tuple[Decimal, str, Key, Sums]]()
    by = {question.order[0], *(one.name for one in question.ours)}
    if not {one.by_window for one in question.columns if one.name in by} <= {"", *found.reader.told}:
        return {}  # what is not known is no proof of none
    for key, row in found.passed:
        limit, why = _limit(question, key, row, found.totals)
        if limit and row.number("spend") >= limit:
            told.append((row.number("spend"), why, key, row))
    worst = sorted(told, key=lambda one: (-one[0], str(one[2])))[:MOST]
    single = question.args.level == "ad"
    other = _of_another_goal(question, [key["ad_id"] for _, _, key, _ in worst] if single else [], ctx)
    left = [one for one in worst if one[2].get("ad_id") not in other]
    if not left:
        return {}
    rows = [{**key, **shown(row, question.columns, found.decimals)} for _, _, key, row in left]
    return {"much_spent_for_little": {"why": left[0][1], "rows": rows}}


def _limit(question: Question, key: Key, row: Sums, totals: Sums) -> tuple[Decimal, str]:
    """What a row may spend before it says enough, and in words; 0 where it is passed over for another reason."""
    failed = [one for one in question.ours if not one.holds(seen(one.name, key, row, question))]
    results = totals.number("results")
    average = totals.number("spend") / results if results else ZERO
    if not failed:
        return question.order[
            1
        ] * MUCH * average, f"spent over {MUCH} times what a result costs on average, without one"
    bounds = [one.bounds[0] for one in failed if one.operator in _OVER]
    if len(bounds) < len(failed):
        return ZERO, ""
    if all(one.name.startswith(COSTS) for one in failed):
        none = all(seen(one.name, key, row, question) is None for one in failed)
        return none * MUCH * max(bounds), f"spent over {MUCH} times that without any, so they have no cost"
    if question.worst_first and all(one.name == "results" for one in failed):
        why = f"spent over {2 * max(bounds)} times what a result costs on average, with fewer than {max(bounds)}"
        return 2 * max(bounds) * average, why
    return ZERO, ""


def _of_another_goal(question: Question, ids: list[str], ctx: Context) -> set[str]:
    """Those of these ads whose ad sets are after something else, such as visits; none where that cannot be read."""
    if not ids or not question.goals:
        return set()
    try:
        found = objects.find(ctx.graph, ctx.account.id, ids, ("ad",))
    except GraphFailure as failure:
        if failure.ends_the_run:
            raise
        return set()
    main = question.goals.main
    return {i for i, ad in found.items() if own_event(ad.adset, main) != main}
