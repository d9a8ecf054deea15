"""Draws spend, results and cost per result day by day as a picture that can be sent into a chat."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from tools.analysis.rows import AdDay, Totals, totals
from tools.domain.changes import Effect, Level
from tools.domain.insights import Period, fetch
from tools.domain.references import require_one
from tools.domain.tool import TOOLSET, Context, Picture, Result, Tool, ToolError
from tools.graph import GraphFailure, Stream
from tools.read.ad_figures import event_counted, fields_for
from tools.read.charts import picture
from tools.read.charts.day_chart import Meaning, day_chart, without_holes
from tools.read.charts.picture import Chart
from tools.read.daily.daily_text import Words, short
from tools.read.intake import Intake

DEFAULT_PRESET = "last_30d"


class ChartInput(Period):
    id: str = Field(default="", description="a campaign, ad set or ad; the whole account without it")
    inline: bool = Field(
        default=False, description="for hosts that show pictures of tools: the picture too, not only its file"
    )


def run(args: ChartInput, ctx: Context) -> Result:
    """A file's name; the picture too only for who asked for it: most hosts would paste it as text."""
    of = require_one(ctx, args.id) if args.id else None
    within: dict[Level, list[str]] = {of.level: [of.id]} if of else {}
    event = event_counted(ctx)
    read = _read(args, ctx, event, within, "account")
    found = (
        read if any(day.results for day in read.by_day.values()) else _finer(args, ctx, event, within, read)
    )
    by_day = found.by_day
    if not by_day:
        raise ToolError(f"Nothing was delivered in {args.said(DEFAULT_PRESET)}, so there is nothing to draw.")
    words = Words(ctx, event, ctx.now(), {})
    total = sum(by_day.values(), Totals())
    chart = _chart(words, of.name if of else ctx.account.name, by_day, total)
    drawn = picture.png(chart)
    path = ctx.save_file("chart", ".png", drawn)
    width, height = chart.size
    return Result(
        {
            "picture": path,
            "width": width,
            "height": height,
            "caption": f"{of.name if of else ctx.account.name}: {words.figures(total)}",
            "period": f"{min(by_day)} to {max(by_day)}",
            "complete": found.intake.said(found.stream.said("rows")),
            **({"note": found.note} if found.note else {}),
        },
        pictures=(Picture(drawn, "image/png"),) if args.inline else (),
    )


@dataclass(slots=True)
class _Read:
    """Sums per day, how complete they are, and what is to be said of them."""

    stream: Stream
    intake: Intake
    by_day: dict[date, Totals]
    note: str = ""


def _read(args: ChartInput, ctx: Context, event: str, within: dict[Level, list[str]], level: str) -> _Read:
    fields = ("ad_id", *fields_for(event)) if level == "ad" else fields_for(event)
    stream = fetch(
        ctx,
        level,
        args.params(DEFAULT_PRESET, ctx.here.date()),
        fields=fields,
        within=within or None,
        time_increment=1,
    )
    intake = Intake(ctx)
    return _Read(stream, intake, _by_day(intake.days(stream, lambda _: event, f"{level}_id")))


def _finer(
    args: ChartInput, ctx: Context, event: str, within: dict[Level, list[str]], coarse: _Read
) -> _Read:
    """The rows of single ads where they have the results that the account's rows lack."""
    fine = _ads(args, ctx, event, within) if any(day.spend for day in coarse.by_day.values()) else None
    if fine and any(day.results for day in fine.by_day.values()):
        fine.note = f"the account's rows show no {event} result, those of its ads do: drawn from the ads"
        return fine
    coarse.note = f"not one {event} here: {coarse.intake.nothing_of(event)}" if coarse.by_day else ""
    return coarse


def _ads(args: ChartInput, ctx: Context, event: str, within: dict[Level, list[str]]) -> _Read | None:
    """The rows of single ads; None where Meta does not give them, which takes nothing from what is there."""
    try:
        return _read(args, ctx, event, within, "ad")
    except GraphFailure as failure:
        if failure.ends_the_run:
            raise
        return None


def _by_day(days: Iterable[AdDay]) -> dict[date, Totals]:
    """Sums per day, without holes between the first and the last."""
    sums: defaultdict[date, Totals] = defaultdict(Totals)
    for day in days:
        sums[day.date] += totals([day])
    return without_holes(sums)


def _chart(words: Words, name: str, by_day: dict[date, Totals], total: Totals) -> Chart:
    account, wanted = words.ctx.account, words.ctx.brand.target_cpa
    return day_chart(
        by_day,
        Meaning(
            account.currency,
            words.noun,
            words.now.astimezone(account.zone).date(),
            wanted.money(account.currency).major if wanted else None,
        ),
        title=drawable(short(name)) or "Ads",
        subtitle=f"{min(by_day)} to {max(by_day)}: {words.figures(total)}",
    )


def drawable(name: str) -> str:
    """A name for a picture, whose font has Latin letters; others would be boxes."""
    kept = (c for c in name if c.isprintable() and (ord(c) < 0x180 or c in "–—‘’“”•…€™"))
    return "".join(kept).strip()


TOOL = Tool(
    name="draw_chart",
    description="Draw spend, results and cost per result by day into a picture file (PNG).",
    Input=ChartInput,
    effect=Effect.READ,
    run=run,
    toolset=TOOLSET,
    words="Chart, graph, picture, trend of spend and CPA over time, image for the chat.",
)
