"""What is asked of Meta for a table of figures: fields, objects, breakdowns, conditions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from tools.domain.changes import Level
from tools.domain.insights import Period, fetch
from tools.domain.references import require
from tools.domain.tool import Context, ToolError
from tools.graph import Stream
from tools.read.ad_figures import Goals, fields_for, goals
from tools.read.figures import breakdown_rules, choosing, spans
from tools.read.figures.choosing import Condition
from tools.read.figures.known_fields import COUNTED, FEW, FIELDS, USUAL, Column, column, needed, windows_of

DATES = "date_start", "date_stop"
COSTS = "cost_per_result", "cost_per_action_type"
"""What one result costs, of all or of a kind."""
_WHOLE = re.compile(r"-?[0-9]+\.0+")


class InsightsInput(Period):
    level: Literal["account", "campaign", "adset", "ad"] = "account"
    ids: list[str] = Field(default=[], max_length=50, description="only below these")
    fields: list[str] = Field(default=[])
    filtering: list[dict[str, Any]] = Field(default=[])
    breakdowns: list[str] = Field(default=[])
    time_increment: Literal["all_days", "monthly"] | Annotated[int, Field(strict=True, ge=1, le=90)] = Field(
        default="all_days", description="days per row"
    )
    attribution: list[str] = Field(default=[])
    compare: str = Field(default="", description="previous, last_year, DAY..DAY")
    sort: str = ""
    limit: int = Field(default=25, strict=True, ge=1, le=100)
    offset: int = Field(default=0, strict=True, ge=0)

    @field_validator("breakdowns")
    @classmethod
    def _combined(cls, asked: list[str]) -> list[str]:
        return breakdown_rules.checked(asked)

    @field_validator("fields")
    @classmethod
    def _known_fields(cls, asked: list[str]) -> list[str]:
        return list(dict.fromkeys(column(text).name for text in asked))

    @field_validator("attribution")
    @classmethod
    def _known_windows(cls, asked: list[str]) -> list[str]:
        return windows_of(asked)

    @field_validator("compare")
    @classmethod
    def _period_to_compare(cls, asked: str) -> str:
        return spans.wanted(asked)

    @field_validator("filtering")
    @classmethod
    def _values_as_text(cls, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Numbers and their texts mean the same."""
        return [
            {
                name: [_text(part) for part in value] if isinstance(value, list) else _text(value)
                for name, value in one.items()
            }
            for one in asked
        ]

    @field_validator("sort", mode="before")
    @classmethod
    def _one_order(cls, asked: Any) -> Any:
        """Meta writes a list of them; one holds."""
        return asked[0] if isinstance(asked, list) and len(asked) == 1 else asked

    @model_validator(mode="after")
    def _of_these_rows(self) -> "InsightsInput":
        """Conditions and order name figures, or what rows are told apart by."""
        choosing.parted(self.filtering, self.level, self.keys)
        if self.sort:
            choosing.ordered(self.sort, self.keys)
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """What tells rows apart."""
        own = () if self.level == "account" else (f"{self.level}_id", f"{self.level}_name")
        days = () if self.time_increment == "all_days" else DATES
        return (*own, *breakdown_rules.split(self.breakdowns)[0], *days)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was understood: what is sent, and what is done here with the answer."""

    args: InsightsInput
    columns: list[Column]
    windows: list[str]
    theirs: list[dict[str, Any]]
    """Conditions for Meta."""
    ours: list[Condition]
    within: dict[Level, list[str]]
    goals: Goals | None
    """What counts as results; None where none are asked for."""
    by_rows: list[str] = field(default_factory=list)
    by_actions: list[str] = field(default_factory=list)

    def event_of(self, row: Mapping[str, Any]) -> str:
        """What counts as a result of a row."""
        return self.goals.of(row) if self.goals else ""

    @property
    def order(self) -> tuple[str, bool]:
        """By what rows are sorted, as it is called in them, and whether the highest comes first; no name without an order of one's own."""
        if not self.args.sort:
            return "", True
        name, descending = choosing.ordered(self.args.sort, self.args.keys)
        return name if name in self.args.keys else choosing.shown_as(name, self.columns), descending

    @property
    def worst_first(self) -> bool:
        """Whether rows are ordered by what a result costs, the dearest first, or by ROAS, the least first."""
        name, descending = self.order
        return name.startswith(COSTS) if descending else name == "roas"

    @property
    def of_costs(self) -> bool:
        """Whether single ads, ad sets or campaigns are chosen or ordered by what a result costs, which those without one pass by."""
        args = self.args
        plain = (
            args.level != "account"
            and args.time_increment == "all_days"
            and not (args.breakdowns or args.compare)
        )
        return plain and (self.worst_first or any(one.name.startswith(COSTS) for one in self.ours))

    @property
    def first(self) -> str:
        """The figure by which rows are ordered unless another is named: spend where it is there, else the first."""
        names = [one.name for one in self.columns if one.single and one.field.form != "text"]
        return "spend" if "spend" in names or not names else names[0]

    @property
    def several(self) -> bool:
        """Whether ad sets of the account are after different things, and rows say which."""
        return bool(self.goals and len(self.goals.events) > 1)

    def stream(self, ctx: Context, period: Mapping[str, Any], level: str) -> Stream:
        """The rows as Meta gives them."""
        increment = self.args.time_increment
        return fetch(
            ctx,
            level,
            dict(period),
            fields=self._fields(level),
            within=self.within,
            where=self.theirs,
            keep=True,
            breakdowns=self.by_rows or None,
            action_breakdowns=list(dict.fromkeys(("action_type", *self.by_actions)))
            if self.by_actions
            else None,
            action_attribution_windows=self.windows or None,
            time_increment=None if increment == "all_days" else increment,
        )

    def _fields(self, level: str) -> list[str]:
        fields = needed(self.columns)
        if self.goals:
            fields += [name for event in self.goals.events for name in fields_for(event)[3:]]
        if self.several and level in ("adset", "ad"):
            fields.append("adset_id")
        if self.several and level == "campaign":
            fields.append("campaign_id")
        fields += [key for key in self.args.keys if key in FIELDS]
        return list(dict.fromkeys(fields))


def understood(args: InsightsInput, ctx: Context) -> Question:
    """The question with what it takes to ask it; looks up goals and objects. Raises ToolError, GraphFailure."""
    theirs, ours = choosing.parted(args.filtering, args.level, args.keys)
    by_rows, by_actions = breakdown_rules.split(args.breakdowns)
    wanted = [column(name) for name in args.fields or (FEW if args.compare else USUAL)]
    order = [choosing.ordered(args.sort, args.keys)[0]] if args.sort else []
    for name in (*(one.name for one in ours), *order):
        if name not in args.keys and choosing.shown_as(name, wanted) == choosing.named(name):
            wanted.append(choosing.figure(name))
    ours = [
        one if one.name in args.keys else one._replace(name=choosing.shown_as(one.name, wanted))
        for one in ours
    ]
    if by_actions and not any(one.field.by_action for one in wanted):
        wanted.append(column("actions"))
    windows = list(dict.fromkeys([*args.attribution, *(one.window for one in wanted if one.window)]))
    columns = [each for one in wanted for each in (one, *_windowed(one, args.attribution))]
    counts = any(one.meta in COUNTED for one in columns)
    return Question(
        args,
        list(dict.fromkeys(one for one in columns if one.name not in args.keys)),
        windows,
        theirs,
        ours,
        _within(args, ctx),
        goals(ctx) if counts else None,
        by_rows,
        by_actions,
    )


def _text(value: Any) -> Any:
    """A number as its text, whether it came as one, as a float or in quotes."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    text = str(value).strip()
    return text.partition(".")[0] if _WHOLE.fullmatch(text) else text


def _windowed(one: Column, windows: list[str]) -> list[Column]:
    """The same figure by each attribution window; lists of actions name theirs themselves."""
    if one.meta in COUNTED and not one.window:
        return [column(f"{one.meta}_{window}") for window in windows]
    return [column(f"{one.name} {window}") for window in windows] if one.kind else []


def _within(args: InsightsInput, ctx: Context) -> dict[Level, list[str]]:
    within: dict[Level, list[str]] = {}
    for obj in require(ctx, args.ids, parts=True) if args.ids else []:
        within.setdefault(obj.level, []).append(obj.id)
    if len(within) > 1:
        raise ToolError("Give ids of one level at a time: campaigns, ad sets or ads.")
    return within
