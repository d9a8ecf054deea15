"""The answer to a question about figures: of one period, or of two side by side; sums and ratios are computed here, never by the model."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tools.domain.references import meaning
from tools.domain.text import counted, listed
from tools.domain.tool import Context
from tools.graph import GraphFailure
from tools.read.figures import account_truth, choosing, comparing, spans
from tools.read.figures.adding_up import Sums, shown
from tools.read.figures.breakdown_rules import CLOCKS, ON_META_ONLY
from tools.read.figures.figure_notes import beside
from tools.read.figures.for_little import for_little
from tools.read.figures.in_words import in_words
from tools.read.figures.open_days import filling, with_period
from tools.read.figures.question import InsightsInput, Question, understood
from tools.read.figures.row_sums import Key, Table, table

DEFAULT_PRESET = "last_7d"

Rows = tuple[Table, list[dict[str, Any]], str]

OF_ADS = "insights-of-ads"


def answered(args: InsightsInput, ctx: Context) -> dict[str, Any]:
    """The figures that were asked for, with totals and how complete they are. Raises ToolError, GraphFailure."""
    args = with_period(args, ctx.here.date())
    question = understood(args, ctx)
    return _compared(question, ctx) if args.compare else _figures(question, ctx)


def _figures(question: Question, ctx: Context) -> dict[str, Any]:
    """The figures of one period."""
    args, period = question.args, question.args.params(DEFAULT_PRESET, ctx.here.date())
    found, rows, saved = _read(question, ctx, period, args.level)
    if found.lacks_results:
        found, rows, saved = _finer(question, ctx, period, (found, rows, saved))
    missing = account_truth.complete(found, ctx, period)
    content = {
        "period": args.said(DEFAULT_PRESET) + _dates(args, found.dates),
        **_about(found, ctx, missing),
        **_totals(question, ctx, shown(found.totals, _summable(question), ctx.account.decimals)),
        "rows": rows[args.offset :],
        **for_little(found, ctx),
    }
    notes = [missing] if missing and "spent" not in missing else []
    return content | _ending(found, rows, saved, [*notes, *filling(question, found.span, found.today)])


def _read(question: Question, ctx: Context, period: Mapping[str, Any], level: str) -> Rows:
    """The rows as they were asked for, from figures of that level or of a finer one."""
    found = table(question, ctx, period, level)
    rows, saved = _saved(question, ctx, found, found.written(found.groups()))
    return found, rows, saved


def _saved(question: Question, ctx: Context, found: Table, rows: Any) -> tuple[list[dict[str, Any]], str]:
    args = question.args
    return ctx.save_rows(
        "insights" if found.level == args.level else OF_ADS,
        rows,
        args.offset + args.limit,
        key=_order(question),
    )


def _order(question: Question) -> Any:
    """By what was asked for, else the oldest first, hour by hour, then the highest spend, or whatever stands first."""
    name, descending = question.order
    if name:
        by = choosing.order_key(name, descending=descending)
        return lambda row: (by(row), json.dumps(row))
    most = choosing.order_key(question.first, descending=True)
    hour = next((name for name in CLOCKS if name in question.by_rows), "")
    return lambda row: (row.get("date_start", ""), row.get(hour, ""), most(row), json.dumps(row))


def _finer(question: Question, ctx: Context, period: Mapping[str, Any], coarse: Rows) -> Rows:
    """Whether the rows of single ads have the results that those of the level lack, and what there is instead."""
    fine = _ads(question, ctx, period) if question.args.level != "ad" else None
    results = fine[0].totals.number("results") if fine else Decimal(0)
    if fine and results:
        fine[0].note = (
            f"the {question.args.level} rows show none of the {results:f} results that the ads' rows show:"
            " these figures are added up from the ads"
        )
        return fine
    ctx.tables.forget(OF_ADS)
    event = min(coarse[0].totals.events)
    coarse[0].note = f"not one {event} here: {coarse[0].intake.nothing_of(event)}; judge no ad by it"
    if by := ON_META_ONLY.intersection(question.by_rows):
        coarse[0].note += f"; by {min(by)} Meta gives no conversions of websites and apps"
    return coarse


def _ads(question: Question, ctx: Context, period: Mapping[str, Any]) -> Rows | None:
    """The rows of single ads; None where Meta does not give them, which takes nothing from what is there."""
    try:
        return _read(question, ctx, period, "ad")
    except GraphFailure as failure:
        if failure.ends_the_run:
            raise
        return None


def _compared(question: Question, ctx: Context) -> dict[str, Any]:
    """The figures of two periods side by side."""
    args, decimals = question.args, ctx.account.decimals
    sides = _sides(args, ctx.here.date())
    now, then = sides.now, sides.then
    (found, new), (earlier, old) = [_grouped(question, ctx, span) for span in (now, then)]
    ends = comparing.ends_of(sides, old)
    pairs = list[tuple[Key, Sums, Sums]]()
    found.totals.days, earlier.totals.days = spans.length(now), spans.length(then)
    for key, row, before in comparing.side_by_side(sides, args.time_increment, new, old):
        if found.holds(comparing.values(found, key, row, before, ends)):
            pairs.append((key, row, before))
            found.totals.add(row)
            earlier.totals.add(before)
    found.count = len(pairs)
    missing = [
        account_truth.complete(one, ctx, spans.asked(span)) for one, span in ((found, now), (earlier, then))
    ]
    rows, saved = _saved(
        question,
        ctx,
        found,
        found.noted(_row(found, key, row, before, ends) for key, row, before in pairs),
    )
    content = {
        "period": spans.said(now),
        "compared_with": f"{spans.said(then)}{_lengths(now, then)}",
        **_about(found, ctx, missing[0]),
        **_totals(
            question,
            ctx,
            comparing.compared(found.totals, earlier.totals, _summable(question), decimals, ends),
        ),
        "rows": rows[args.offset :],
    }
    content["complete"] = f"{content['complete']}; before: {_complete(earlier, missing[1])}"
    notes = [*comparing.notes(sides, old), *filling(question, max(now, then), found.today)]
    return content | _ending(found, rows, saved, notes)


def _row(found: Table, key: Key, row: Sums, before: Sums, ends: Sequence[str]) -> dict[str, Any]:
    """A row of both periods as it is shown and saved."""
    figures = comparing.compared(row, before, found.question.columns, found.decimals, ends)
    return {**key, **found.partly(key), **figures, **found.results_are(row, before)}


def _sides(args: InsightsInput, today: date) -> spans.Sides:
    """The two periods of a comparison. Raises ToolError."""
    preset = "" if args.since else args.date_preset or DEFAULT_PRESET
    asked = spans.span_of(args, DEFAULT_PRESET, today)
    spans.check(asked, today)
    sides = spans.sides(args.compare, preset, asked, today)
    spans.check(sides.then, today)
    return sides


def _totals(question: Question, ctx: Context, totals: dict[str, Any]) -> dict[str, Any]:
    """The sums, and the same in words that may be quoted."""
    said = in_words(totals, _summable(question), ctx.account.currency)
    return {"totals": totals} | ({"totals_in_words": said} if said else {})


def _grouped(question: Question, ctx: Context, span: spans.Span) -> tuple[Table, list[tuple[Key, Sums]]]:
    found = table(question, ctx, spans.asked(span), question.args.level)
    groups = list(found.groups())
    found.spend = sum((row.number("spend") for _, row in groups), Decimal(0))
    return found, groups


def _lengths(now: spans.Span, then: spans.Span) -> str:
    """A word where the periods are not equally long."""
    first, second = spans.length(now), spans.length(then)
    return f" ({counted(second, 'day')} against {first})" if first != second else ""


def _about(found: Table, ctx: Context, missing: str) -> dict[str, Any]:
    """What the figures are in and of, and whether all of them are there."""
    about: dict[str, Any] = {"currency": ctx.account.currency}
    if goals := found.question.goals:
        about["results_are"] = goals.main
        if found.question.several:
            others = listed(goals.events[1:])
            by_row = f"each ad set's own goal, see the rows ({goals.main}, {others})"
            whole = f"{goals.main}; some ad sets are after {others}: ask by adset for results of each by its own goal"
            about["results_are"] = whole if found.question.args.level == "account" else by_row
    return about | meaning(ctx, found.question.args.ids) | {"complete": _complete(found, missing)}


def _complete(found: Table, missing: str) -> str:
    said = found.intake.said(found.stream.said("rows"))
    return f"{said}; {missing}" if "spent" in missing else said


def _summable(question: Question) -> list[Any]:
    """The figures that totals are of; texts and shapes of Meta's own have none."""
    return [column for column in question.columns if column.field.form not in ("text", "raw")]


def _ending(found: Table, rows: list[dict[str, Any]], saved: str, notes: list[str]) -> dict[str, Any]:
    """What is to be said beside the figures, and where the rows are that are not shown."""
    args, ending = found.question.args, dict[str, Any]()
    notes = [*beside(found, rows), *notes]
    if notes:
        ending["note"] = "; ".join(notes)
    if saved or args.offset:
        order = _order_said(found.question)
        of = f"all{' that came' if found.stream.doubt else ''}"
        last = min(args.offset + args.limit, found.count)
        which = f"{args.offset + 1} to {last}" if args.offset else args.limit
        more = f"; the next with offset {last}" if last < found.count else ""
        ending["rows_shown"] = f"{which} of {found.count}, {order}; totals are of {of}{more}"
    if saved:
        ending["all_rows"] = saved
    return ending


def _order_said(question: Question) -> str:
    """The order of the rows in words."""
    name, descending = question.order
    if not name:
        by_day = question.args.time_increment != "all_days" or CLOCKS.intersection(question.by_rows)
        return "oldest first" if by_day else f"highest {question.first} first"
    return f"{'highest' if descending else 'lowest'} {name} first"


def _dates(args: InsightsInput, dates: set[str]) -> str:
    """The days a preset stood for; rows of a whole period carry them."""
    if args.since or args.time_increment != "all_days" or not dates:
        return ""
    return f" ({min(dates)} to {max(dates)})"
