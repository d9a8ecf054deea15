"""Draws bars and lines over days as a PNG; knows nothing of ads."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, PANEL_HEIGHT, HEAD, FOOT = 1200, 330, 90, 50
LEFT, RIGHT, PANEL_TOP, PANEL_BOTTOM = 120, 40, 60, 20
TITLE = 20
INK, FAINT, GRID, PAPER = "#1f2933", "#6b7785", "#e3e7ec", "#ffffff"
BAR, BAR_OPEN, GOAL = "#3b6fd4", "#b6c8ee", "#c2410c"
STEPS = tuple(Decimal(step) for step in ("1", "2", "2.5", "5", "10"))


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure per day; `bars` or a line, which breaks where a value is None. `goal` is a dashed level."""

    title: str
    values: Sequence[Decimal | None]
    decimals: int
    bars: bool = True
    goal: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Panels under each other over the same days; the newest `open_days` are drawn pale."""

    title: str
    subtitle: str
    labels: Sequence[str]
    panels: Sequence[Panel]
    open_days: int = 0
    note: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return WIDTH, HEAD + PANEL_HEIGHT * len(self.panels) + FOOT


def png(chart: Chart) -> bytes:
    """The chart as a PNG file."""
    from PIL import Image, ImageDraw  # heavy, and only needed when a picture is made

    picture = Image.new("RGB", chart.size, PAPER)
    draw = ImageDraw.Draw(picture)
    _write(draw, (LEFT, 18), chart.title, 28)
    _write(draw, (LEFT, 56), chart.subtitle, 18)
    for number, panel in enumerate(chart.panels):
        _panel(draw, chart, panel, HEAD + number * PANEL_HEIGHT)
    _days(draw, chart)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def scale(highest: Decimal) -> tuple[Decimal, int]:
    """A step that reads well and how many of them (at most five) cover `highest`."""
    if highest <= 0:
        return Decimal(1), 1
    size = Decimal(1).scaleb((highest / 5).adjusted())
    step = next(size * step for step in STEPS if size * step * 5 >= highest)
    return step, int((highest / step).to_integral_value(ROUND_CEILING))


def scale_decimals(step: Decimal, decimals: int) -> int:
    """How many decimals the numbers of a scale have: some only where its steps need them."""
    return 0 if step == step.to_integral_value() else max(decimals, 1)


def _panel(draw: "ImageDraw", chart: Chart, panel: Panel, top: int) -> None:
    known = [value for value in (*panel.values, panel.goal) if value is not None]
    step, steps = scale(max(known, default=Decimal(0)))
    floor, height = top + PANEL_HEIGHT - PANEL_BOTTOM, PANEL_HEIGHT - PANEL_TOP - PANEL_BOTTOM

    def level(value: Decimal) -> float:
        return floor - float(value / (step * steps)) * height

    _write(draw, (LEFT, top + 18), panel.title, 20)
    for n in range(steps + 1):
        y = level(step * n)
        draw.line((LEFT, y, WIDTH - RIGHT, y), GRID)
        _write(draw, (LEFT - 12, y), f"{step * n:,.{scale_decimals(step, panel.decimals)}f}", 16, "rm")
    first_open = len(panel.values) - chart.open_days
    marks = _bars if panel.bars else _line
    marks(draw, [None if v is None else level(v) for v in panel.values], floor, first_open)
    if panel.goal is not None:
        for x in range(LEFT, WIDTH - RIGHT, 14):
            draw.line((x, level(panel.goal), min(x + 7, WIDTH - RIGHT), level(panel.goal)), GOAL, 2)


def _bars(draw: "ImageDraw", levels: Sequence[float | None], floor: int, first_open: int) -> None:
    room = _room(len(levels))
    for n, y in enumerate(levels):
        if y is not None and y < floor:
            left = LEFT + n * room
            box = (left + room * 0.15, y, left + max(room * 0.85, room * 0.15 + 1), floor)
            draw.rectangle(box, BAR if n < first_open else BAR_OPEN)


def _line(draw: "ImageDraw", levels: Sequence[float | None], _: int, first_open: int) -> None:
    room = _room(len(levels))
    dots = [None if y is None else (LEFT + (n + 0.5) * room, y) for n, y in enumerate(levels)]
    for n, (one, other) in enumerate(pairwise(dots), 1):
        if one and other:
            draw.line((one, other), BAR if n < first_open else BAR_OPEN, 4)
    radius = min(5.0, max(2.0, room / 4))
    for n, dot in enumerate(dots):
        if dot:
            draw.circle(dot, radius, BAR if n < first_open else BAR_OPEN)


def _days(draw: "ImageDraw", chart: Chart) -> None:
    """The days below the lowest panel, as many as there is room for, and the note."""
    y = HEAD + PANEL_HEIGHT * len(chart.panels)
    room = _room(len(chart.labels))
    every = max(1, -(-90 // int(max(room, 1))))
    for n in range(0, len(chart.labels), every):
        _write(draw, (LEFT + (n + 0.5) * room, y - PANEL_BOTTOM + 14), chart.labels[n], 16, "mt")
    _write(draw, (LEFT, y + 22), chart.note, 16)


def _room(days: int) -> float:
    return (WIDTH - LEFT - RIGHT) / max(days, 1)


def _write(draw: "ImageDraw", at: tuple[float, float], text: str, size: int, anchor: str = "lt") -> None:
    """Titles are dark, small print is faint."""
    from PIL import ImageFont

    draw.text(at, text, INK if size >= TITLE else FAINT, ImageFont.load_default(size), anchor)
