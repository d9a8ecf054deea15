"""SVG charts: well-formed whatever the figures, harmless whatever the names, the same values as the rows they are made of."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.support import Desk
from tools.read.charts import svg
from tools.read.charts.day_chart import Meaning, day_chart, days_of
from tools.read.charts.picture import Chart, Panel

NS = "{http://www.w3.org/2000/svg}"
AMOUNTS = st.none() | st.decimals(0, 10**9, places=2)
MEANS = Meaning("USD", "purchase", date(2026, 11, 20), Decimal(25))


def parts(text: str, name: str) -> list[ET.Element]:
    """The elements of a kind in a drawing."""
    return list(ET.fromstring(text).iter(f"{NS}{name}"))  # noqa: S314 - our own text


def test_the_panels_show_what_get_insights_says(reading: Desk) -> None:
    """Each day has a bar whose tip is the row's figure; the table beside has the same; newest days are pale."""
    answer = reading.ask("get_insights", level="account", date_preset="last_14d", time_increment=1)
    chart = day_chart(days_of(answer["rows"]), MEANS)
    spend, results, cost = svg.panels(chart)
    said = [f"{Decimal(row['spend']):,.2f}" for row in answer["rows"]]
    tips = [tip.text or "" for bar in parts(spend, "rect") for tip in bar]
    assert [tip.split(": ")[1] for tip in tips] == said
    assert [row[1] for row in svg.table(chart)] == said
    assert [row[3] for row in svg.table(chart)] == [row["cost_per_result"] for row in answer["rows"]]
    assert [bool(bar.get("fill-opacity")) for bar in parts(results, "rect")] == [False] * 11 + [True] * 3
    assert "target 25.00" in (parts(cost, "title")[0].text or "")
    assert [line for line in parts(cost, "path") if line.get("stroke-dasharray")]


def test_days_without_rows_are_drawn_as_days_of_nothing() -> None:
    """A pause is seen in the chart: no bar, no cost, and the line breaks there."""
    rows = [{"date_start": f"2026-11-0{n}", "spend": "10.00", "results": "2"} for n in (1, 2, 5, 6)]
    chart = day_chart(days_of(rows), MEANS)
    assert [row[1:] for row in svg.table(chart)][2] == ["0.00", "0", "–"]
    assert len(parts(svg.panels(chart)[2], "polyline")) == 2
    assert days_of([]) == {}


@settings(max_examples=20)
@given(st.lists(AMOUNTS, max_size=40), AMOUNTS, st.integers(0, 5), st.booleans(), st.text(max_size=9))
def test_any_figures_and_names_make_a_drawing_that_only_draws(
    values: list[Decimal | None], goal: Decimal | None, open_days: int, bars: bool, name: str
) -> None:
    """Holes, zeros and huge amounts stay in the picture, hostile names stay text, nothing is fetched or run."""
    clean = f'<script>"&\x1b\u202e{name}'
    panel = Panel(clean, values, 2, bars=bars, goal=goal)
    chart = Chart(clean, "", [f"<b>{n}" for n in range(len(values))], [panel], open_days)
    (text,) = svg.panels(chart)
    assert not {"\x1b", "\u202e"} & set(text)
    drawn = list(ET.fromstring(text).iter())  # noqa: S314 - our own text
    tags = {element.tag.removeprefix(NS) for element in drawn}
    assert tags <= {"svg", "title", "desc", "text", "path", "rect", "circle", "polyline"}
    assert not {"href", "style", "id", "onload"} & {name for element in drawn for name in element.attrib}
    for bar in parts(text, "rect"):
        assert 0 <= float(bar.get("y", "-1")) <= svg.HEIGHT - svg.BOTTOM
    assert all(float(a.get("cx", "")) < float(b.get("cx", "")) for a, b in pairwise(parts(text, "circle")))


def test_another_way_to_write_numbers_is_used_everywhere() -> None:
    """The client's report writes them as its language does."""
    chart = day_chart(days_of([{"date_start": "2026-11-01", "spend": "1234.50", "results": "2"}]), MEANS)
    swapped = str.maketrans(",.", ".,")
    drawn = svg.panels(chart, lambda number, decimals: svg.plain(number, decimals).translate(swapped))
    assert "1.234,50" in drawn[0]
    assert "1,234.50" not in drawn[0]
