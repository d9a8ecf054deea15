"""What rows of campaigns, ad sets and ads cannot say: people reached by all of them, and spend of what has no row any more."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tools.analysis.rows import ZERO
from tools.domain.changes import Level
from tools.domain.insights import fetch, known
from tools.domain.objects import NOUNS
from tools.domain.text import counted
from tools.domain.tool import Context
from tools.graph import GraphFailure
from tools.read.figures.adding_up import RowReader, Sums
from tools.read.figures.breakdown_rules import OF_SOME_ADS
from tools.read.figures.known_fields import Column, column
from tools.read.figures.question import Question
from tools.read.figures.row_sums import Table
from tools.read.intake import Intake

WORTH_SAYING = Decimal("0.001")
"""A smaller part of the spend is told nobody: rows are rounded, and today moves between two reads."""
_ONE_ROW = {"level": "account", "time_increment": "all_days", "breakdowns": []}


def own_columns(question: Question) -> list[Column]:
    """Figures that are never added up, such as reach."""
    return [c for c in question.columns if c.field.how == "own" and c.field.form not in ("text", "raw")]


def complete(table: Table, ctx: Context, period: Mapping[str, Any]) -> str:
    """Give the totals what only Meta can sum; says what is missing in the rows, and what has no total."""
    question = table.question
    people = own_columns(question) if table.totals.rows > 1 else []
    if people and question.ours:
        people, said = [], f"no total of {_names(people)} for chosen rows: it cannot be added up"
    else:
        said = ""
    checks = _checks_spend(table)
    if not people and not checks:
        return said
    whole = _whole(question, ctx, period, people)
    if whole is None:
        return f"no total of {_names(people)}: Meta did not give the account's row" if people else said
    table.totals.own |= whole.own
    spent = whole.number("spend")
    least = max(abs(spent) * WORTH_SAYING, Decimal(max(table.count, 1)).scaleb(-ctx.account.decimals))
    if checks and abs(spent - table.spend) > least:
        said = _gap(table, ctx, period, spent)
    return said


def _names(columns: list[Column]) -> str:
    return " and ".join(one.name for one in columns)


def _checks_spend(table: Table) -> bool:
    """Whether the rows should hold all that was spent above them."""
    question, level = table.question, table.question.args.level
    if question.theirs or question.ours or table.stream.doubt:
        return False
    return bool(_partial(question)) or not (level == "account" or level in question.within)


def _partial(question: Question) -> str:
    """A breakdown that not all ads have rows by."""
    return next((name for name in question.by_rows if name in OF_SOME_ADS), "")


def _whole(question: Question, ctx: Context, period: Mapping[str, Any], people: list[Column]) -> Sums | None:
    """The row above all rows; None where Meta does not give it."""
    columns = [column("spend"), *people]
    plain = replace(
        question,
        args=question.args.model_copy(update=_ONE_ROW),
        columns=columns,
        goals=None,
        by_rows=[],
        by_actions=[],
    )
    intake, found = Intake(ctx), Sums()
    reader = RowReader(columns, question.windows, intake.odd, lambda _: "")
    try:
        for row in intake.rows(plain.stream(ctx, period, "account")):
            found.add(reader.sums(row))
    except GraphFailure as failure:
        if failure.ends_the_run:
            raise
        return None
    return found if found.rows and not intake.odd.said else None


def _gap(table: Table, ctx: Context, period: Mapping[str, Any], whole: Decimal) -> str:
    """How much the account spent beyond the rows, and whose it is."""
    level: Level = table.question.args.level  # type: ignore[assignment]
    above = "these objects" if table.question.within else "the account"
    written, currency = ctx.account.written, ctx.account.currency
    said = f"{above} spent {written(whole)} {currency}, these rows hold {written(table.spend)}"
    gap = whole - table.spend
    if gap < 0:
        return f"{said}: Meta's own figures differ, perhaps because they still come in"
    if by := _partial(table.question):
        return f"{said}: {written(gap)} is of ads that Meta has no {by} of"
    number, gone = _gone(table, ctx, period, level)
    if not number:
        return f"{said}: {written(gap)} of it stands in no {NOUNS[level]}'s row"
    noun = counted(number, f"archived or deleted {NOUNS[level]}")
    rest = gap - gone
    more = f", {written(rest)} stands in no row" if rest > Decimal(1).scaleb(-ctx.account.decimals) else ""
    return f"{said}: {written(gone)} is of {noun}, left out here{more}"


def _gone(table: Table, ctx: Context, period: Mapping[str, Any], level: Level) -> tuple[int, Decimal]:
    """How many archived and deleted objects spent something, and how much."""
    hidden = {"field": f"{level}.effective_status", "operator": "IN", "value": ["ARCHIVED", "DELETED"]}
    fields, ids, spend = ("spend", f"{level}_id"), set[str](), ZERO
    try:
        for row in fetch(
            ctx, level, dict(period), fields=fields, within=table.question.within, where=[hidden]
        ):
            ids.add(str(row.get(f"{level}_id")))
            spend += known(row.get("spend"))
    except GraphFailure as failure:
        if failure.ends_the_run:
            raise
        return 0, ZERO
    return len(ids), spend
