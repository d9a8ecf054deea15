"""Draws the panels of a chart as SVG text, each a picture of its own, and as the table that stands beside them.

Without scripts, styles, ids and outside fonts, so it may stand in any page and any file; colours hold on white and on black.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import groupby

from tools.domain.text import visible
from tools.read.charts.picture import Chart, Panel, scale, scale_decimals

WIDTH, HEIGHT = 480, 190
TOP, RIGHT, BOTTOM = 34, 8, 24
LETTER, LABEL_ROOM = 6.6, 56
"""How wide a digit of the small print is, and what a day below the bars needs."""
BLUE, ORANGE = "#4a7fd8", "#d2611c"
PALE = 0.45
SMALL, TITLE = 11, 13
LOOK = 'font-family="system-ui, sans-serif" fill="currentColor"'

Write = Callable[[Decimal, int], str]
"""Writes a number with so many decimals; the report writes them as its language does."""


def plain(number: Decimal, decimals: int) -> str:
    """A number such as 1,234.50."""
    return f"{number:,.{decimals}f}"


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where a panel's values stand in its picture."""

    panel: Panel
    labels: Sequence[str]
    first_open: int
    step: Decimal
    steps: int
    left: float
    right: float

    @property
    def room(self) -> float:
        return (self.right - self.left) / max(len(self.panel.values), 1)

    def x(self, n: int) -> float:
        """The middle of a day."""
        return self.left + (n + 0.5) * self.room

    def y(self, value: Decimal) -> float:
        return HEIGHT - BOTTOM - float(value / (self.step * self.steps)) * (HEIGHT - BOTTOM - TOP)


def panels(chart: Chart, write: Write = plain, width: int = WIDTH) -> tuple[str, ...]:
    """One `<svg>` for each panel of a chart; its `<title>` and `<desc>` say what it shows to who cannot see it.

    `width` is about how many pixels wide it will be shown, so that its letters have the size of the page's small print.
    """
    return tuple(_panel(chart, panel, write, width) for panel in chart.panels)


def table(chart: Chart, write: Write = plain) -> list[list[str]]:
    """What the panels show, as rows of cells: the days first, one panel a column; what is not known is a dash."""
    columns = [
        ["–" if value is None else write(value, panel.decimals) for value in panel.values]
        for panel in chart.panels
    ]
    return [list(row) for row in zip(chart.labels, *columns, strict=True)]


def _panel(chart: Chart, panel: Panel, write: Write, width: int) -> str:
    known = [value for value in (*panel.values, panel.goal) if value is not None]
    step, steps = scale(max(known, default=Decimal(0)))
    decimals = scale_decimals(step, panel.decimals)
    levels = [write(step * n, decimals) for n in range(steps + 1)]
    left = max(map(len, levels)) * LETTER + 10
    plot = _Plot(panel, chart.labels, len(panel.values) - chart.open_days, step, steps, left, width - RIGHT)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" role="img" font-size="{SMALL}" {LOOK}>',
        f"<title>{_text(panel.title)}</title><desc>{_text(_said(chart, panel, write))}</desc>",
        f'<text x="0" y="14" font-size="{TITLE}" font-weight="600">{_text(panel.title)}</text>',
        *_grid(plot, levels),
        *(_bars(plot, write) if panel.bars else _line(plot, write)),
        *_goal(plot),
        *_days(plot),
        "</svg>",
    ]
    return "".join(parts)


def _said(chart: Chart, panel: Panel, write: Write) -> str:
    """The panel in a sentence: its days, and its lowest and highest value."""
    known = [
        (value, label) for value, label in zip(panel.values, chart.labels, strict=True) if value is not None
    ]
    if not known:
        return "No values."
    (low, low_day), (high, high_day) = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    ends = f"{chart.labels[0]} – {chart.labels[-1]}"
    return f"{ends}; {write(low, panel.decimals)} ({low_day}) – {write(high, panel.decimals)} ({high_day})."


def _grid(plot: _Plot, levels: Sequence[str]) -> Iterator[str]:
    for n, level in enumerate(levels):
        y = plot.y(plot.step * n)
        yield (
            f'<path d="M{plot.left:.1f} {y:.1f}H{plot.right}" stroke="currentColor" stroke-opacity=".18"/>'
            f'<text x="{plot.left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end" fill-opacity=".75">{_text(level)}</text>'
        )


def _bars(plot: _Plot, write: Write) -> Iterator[str]:
    wide = max(plot.room * 0.7, 1)
    for n, value in enumerate(plot.panel.values):
        if value:
            y = plot.y(value)
            yield (
                f'<rect x="{plot.x(n) - wide / 2:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{HEIGHT - BOTTOM - y:.1f}"'
                f' fill="{BLUE}"{_pale(plot, n)}>{_tip(plot, n, value, write)}</rect>'
            )


def _line(plot: _Plot, write: Write) -> Iterator[str]:
    """A line with a dot for each day; it breaks where there is no value, and is pale where results still come in."""
    dots = [(n, value) for n, value in enumerate(plot.panel.values) if value is not None]
    for is_pale in (False, True):
        for _, run in groupby(
            enumerate(dots), key=lambda one: (one[1][0] - one[0], one[1][0] >= plot.first_open)
        ):
            at = [n for _, (n, _) in run]
            if (at[0] >= plot.first_open) is not is_pale:
                continue
            if is_pale and at[0] and plot.panel.values[at[0] - 1] is not None:
                at = [at[0] - 1, *at]  # joined to the last day that is complete
            points = " ".join(f"{plot.x(n):.1f},{plot.y(plot.panel.values[n] or Decimal(0)):.1f}" for n in at)
            opacity = f' stroke-opacity="{PALE}"' if is_pale else ""
            yield f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="2"{opacity}/>'
    radius = min(3.0, max(1.5, plot.room / 4))
    for n, value in dots:
        yield (
            f'<circle cx="{plot.x(n):.1f}" cy="{plot.y(value):.1f}" r="{radius:.1f}" fill="{BLUE}"{_pale(plot, n)}>'
            f"{_tip(plot, n, value, write)}</circle>"
        )


def _goal(plot: _Plot) -> Iterator[str]:
    if plot.panel.goal is not None:
        y = plot.y(plot.panel.goal)
        yield (
            f'<path d="M{plot.left:.1f} {y:.1f}H{plot.right}" stroke="{ORANGE}" stroke-width="1.5"'
            ' stroke-dasharray="6 5"/>'
        )


def _days(plot: _Plot) -> Iterator[str]:
    """The days below, as many as there is room for."""
    every = max(1, -(-LABEL_ROOM // max(int(plot.room), 1)))
    for n in range(0, len(plot.labels), every):
        x = min(plot.x(n), plot.right - LABEL_ROOM / 2)
        text = _text(plot.labels[n])
        yield f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle" fill-opacity=".75">{text}</text>'


def _pale(plot: _Plot, n: int) -> str:
    return f' fill-opacity="{PALE}"' if n >= plot.first_open else ""


def _text(text: str) -> str:
    """Somebody's text as text of a drawing, without what nobody sees."""
    return escape(visible(text))


def _tip(plot: _Plot, n: int, value: Decimal, write: Write) -> str:
    return f"<title>{_text(plot.labels[n])}: {_text(write(value, plot.panel.decimals))}</title>"
