"""Draws spend, results and cost per result day by day as a picture that can be sent into a chat."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import Field

from tools.analysis.rows import AdDay, Totals, totals
from tools.domain.changes import Effect, Level
from tools.domain.insights import Period, fetch
from tools.domain.references import require_one
from tools.domain.text import counted
from tools.domain.tool import TOOLSET, Context, Picture, Result, Tool, ToolError
from tools.graph import GraphFailure, Stream
from tools.read.ad_figures import LAG_DAYS, event_counted, fields_for
from tools.read.charts import picture
from tools.read.charts.picture import Chart, Panel
from tools.read.daily.daily_text import Words, day_said, short
from tools.read.intake import Intake

DEFAULT_PRESET = "last_30d"
MAX_BARS = 92


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
    if not sums:
        return {}
    first, last = min(sums), max(sums)
    return {day: sums[day] for n in range((last - first).days + 1) for day in [first + timedelta(n)]}


def _chart(words: Words, name: str, by_day: dict[date, Totals], total: Totals) -> Chart:
    days = list(by_day)
    each = -(-len(days) // MAX_BARS)
    starts = days[::each]
    sums = [sum((by_day[d] for d in days[n : n + each]), Totals()) for n in range(0, len(days), each)]
    today = words.now.astimezone(words.ctx.account.zone).date()
    still_open = sum(
        1 for n in range(0, len(days), each) if today - days[n : n + each][-1] <= timedelta(LAG_DAYS)
    )
    per = "per day" if each == 1 else f"per {each} days"
    currency, decimals = words.ctx.account.currency, words.ctx.account.decimals
    wanted = words.ctx.brand.target_cpa
    target = wanted.money(currency).major if wanted else None
    goal = f", target {words.money(target)} dashed" if target else ""
    panels = [
        Panel(f"Spend {per} ({currency})", [s.spend for s in sums], decimals),
        Panel(f"{words.noun.capitalize()}s {per}", [s.results for s in sums], 0),
        Panel(
            f"Cost per {words.noun} ({currency}{goal})",
            [s.cpa for s in sums],
            decimals,
            bars=False,
            goal=target,
        ),
    ]
    return Chart(
        title=drawable(short(name)) or "Ads",
        subtitle=f"{days[0]} to {days[-1]}: {words.figures(total)}",
        labels=[day_said(day) for day in starts],
        panels=panels,
        open_days=still_open,
        note=f"Pale: the newest {counted(LAG_DAYS, 'day')} and today, whose results are still coming in."
        if still_open
        else "",
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
