"""A request for figures as the question that the tool understands: level, fields, conditions, order."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import NOUNS, Found, Period, Request
from agent.models.offline.plans.choices import LEVELS
from agent.models.offline.telling import figure_tables
from agent.models.offline.telling.steps import Call, Ended, Steps, needed

EVERY: dict[str, int | str] = {"day": 1, "week": 7, "month": "monthly"}
BELOW = {"campaign": "adset", "adset": "ad", "ad": "ad"}
RANKED = 10
MOST_MEETING = 100
_LOW_IS_GOOD = ("cost_per", "cp", "frequency")


def level_of(request: Request, node: Found | None) -> str:
    """The level of the rows: as asked, or the parts of what is named."""
    named = next((part for part in request.splits if part in LEVELS), "")
    if named or (request.level in LEVELS and not (node and node.level == request.level)):
        return named or request.level
    split = any(part not in LEVELS for part in request.by) or request.step
    if (request.rank or request.tests) and not split:
        return "ad"
    if request.compare == "worse":
        return "campaign"
    if not (node and node.level):
        return "account"
    broken = split or request.only or request.figures
    return node.level if broken else BELOW.get(node.level, node.level)


def insights(request: Request, node: Found | None, period: Period | None) -> Call:
    """The question for figures that a request is."""
    sort = order_of(request)
    column = sort.lstrip("-") if not sort.endswith(("_percent", "date_start")) else ""
    tested = [test.figure for test in request.tests]
    fields = dict.fromkeys((*request.figures, *tested, *filter(None, (column,))))
    splits = [part for part in request.by if part not in LEVELS]
    breakdowns = dict.fromkeys((*splits, *(field for field, _ in request.only)))
    compare = "previous" if request.compare == "worse" else request.compare
    asked: dict[str, Any] = {
        "ids": [node.id] if node else [],
        "fields": list(dict.fromkeys(("spend", *fields))) if fields else list(figure_tables.usual(request)),
        "breakdowns": list(breakdowns),
        "filtering": _filtering(request),
        "time_increment": EVERY.get(request.step),
        "compare": compare,
        "sort": sort,
        "account": request.account,
        **(period.args if period else {}),
    }
    limit = request.count or (RANKED if request.rank else figure_tables.MOST_LINES)
    said = {key: value for key, value in asked.items() if value}
    return Call("get_insights", {"level": level_of(request, node)} | said | {"limit": min(limit, 100)})


def beside(request: Request, found: Sequence[Found]) -> Callable[[Period | None], Call]:
    """The question for several things, a row for each. Raises Ended where they are not of one level."""
    levels = {node.level for node in found}
    if "" in levels:
        raise Ended("What are these? Say it, such as: spend of the ads ID and ID, or name them.")
    if len(levels) > 1:
        raise Ended(
            "These are not of one level: "
            + ", ".join(f'{NOUNS.get(node.level, "object")} "{shown(node.name)}"' for node in found)
            + ". Name campaigns, ad sets or ads alone."
        )
    split = request.level in LEVELS or set(request.by) & set(LEVELS)
    rows = request if split else request.but(by=(*request.by, *levels))

    def asked(period: Period | None) -> Call:
        call = insights(rows, None, period)
        return replace(call, arguments=call.arguments | {"ids": [node.id for node in found]})

    return asked


def meeting(
    request: Request, level: str, within: Sequence[str], *, whole: bool = True
) -> Steps[tuple[list[str], dict[str, Any]]]:
    """The ids of what of a level meets the conditions, in order; and the answer that says so, of 30 days unless others are said.

    Raises Ended where the whole is wanted and is more than one answer shows.
    """
    period = request.periods[0] if request.periods else Period("last_30d")
    call = insights(request.but(level=level), None, period)
    asked = call.arguments | {"limit": MOST_MEETING} | ({"ids": list(within)} if within else {})
    content = yield from needed(Call("get_insights", asked))
    if content.get("rows_shown") and whole:
        raise Ended(
            f"More meets that than one answer shows ({shown(content['rows_shown'])}). Nothing was done; name a campaign."
        )
    rows = figure_tables.ranked(content, request)
    return [str(row[f"{level}_id"]) for row in rows if row.get(f"{level}_id")], content


def _filtering(request: Request) -> list[dict[str, Any]]:
    found = [{"field": test.figure, "operator": test.operator, "value": test.value} for test in request.tests]
    fields = dict[str, list[str]]()
    for field, values in request.only:
        fields.setdefault({"placement": "platform_position"}.get(field, field), []).extend(values.split("+"))
    return found + [{"field": field, "operator": "IN", "value": values} for field, values in fields.items()]


def order_of(request: Request) -> str:
    """The column to sort by: the figure that was named, else the cost of a result."""
    if request.compare == "worse":
        return "-cost_per_result_percent"
    if not request.rank:
        return "-date_start" if request.step else ""  # where not all rows are shown, the newest are
    figure = request.ranked_by
    low = figure.startswith(_LOW_IS_GOOD)
    down = {"highest": True, "lowest": False, "best": not low, "worst": low}[request.rank]
    return f"-{figure}" if down else figure
