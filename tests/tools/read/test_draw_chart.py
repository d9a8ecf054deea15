"""Charts: what is drawn is what Meta said, the file can be opened, and odd accounts are drawn or refused plainly."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.tools.support import BROAD, Desk, demo_brand
from tools.read.charts import day_chart, draw_chart, picture
from tools.read.charts.picture import BAR, BAR_OPEN, GOAL, Chart, Panel

AMOUNTS = st.none() | st.decimals(0, 10**9, places=2)


def colors(data: bytes) -> set[str]:
    """The colours in a picture."""
    with Image.open(BytesIO(data)) as opened:
        found = opened.convert("RGB").getcolors(1 << 24) or []
    return {"#{:02x}{:02x}{:02x}".format(*rgb) for _, rgb in found if isinstance(rgb, tuple)}


def test_a_chart_is_a_picture_file_whose_caption_has_the_figures_of_get_insights(reading: Desk) -> None:
    """The answer names a PNG of the size it says, never bytes, with totals that code computed."""
    answer = reading.ask("draw_chart", id=BROAD, date_preset="last_14d")
    totals = reading.ask("get_insights", ids=[BROAD], date_preset="last_14d")["totals"]
    assert f"{Decimal(totals['spend']):,} USD, {totals['results']} purchases" in answer["caption"]
    assert answer["complete"] == "all 14 rows"
    path = Path(answer["picture"])
    assert path.is_absolute()
    with Image.open(path) as opened:
        assert (opened.format, *opened.size) == ("PNG", answer["width"], answer["height"])


def test_the_newest_days_are_pale_and_the_target_is_drawn(reading: Desk) -> None:
    """Results of the newest days are still coming in; a target stands as a line of its own."""
    reading.brand = demo_brand(target_cpa="25 USD")
    late = Path(reading.ask("draw_chart", date_preset="last_14d")["picture"]).read_bytes()
    early = Path(reading.ask("draw_chart", since="2026-09-01", until="2026-09-14")["picture"]).read_bytes()
    assert {BAR, BAR_OPEN, GOAL} <= colors(late)
    assert BAR_OPEN not in colors(early)


def test_a_long_period_is_drawn_in_bars_of_several_days(
    reading: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the period, there is room for its bars, and no spend is left out."""
    drawn: list[Chart] = []
    real = picture.png
    monkeypatch.setattr(picture, "png", lambda chart: (drawn.append(chart), real(chart))[1])
    monkeypatch.setattr(day_chart, "MAX_BARS", 40)
    answer = reading.ask("draw_chart", since="2026-08-25", until="2026-11-19")
    (chart,) = drawn
    assert len(chart.labels) == 29
    assert chart.panels[0].title == "Spend per 3 days (USD)"
    assert f"{sum(v for v in chart.panels[0].values if v):,.2f} USD" in answer["caption"]


def test_nothing_delivered_is_said_and_nothing_drawn(reading: Desk) -> None:
    """An empty picture would tell nobody anything."""
    assert "nothing to draw" in reading.refusal("draw_chart", since="2026-03-01", until="2026-03-03")


def test_an_object_of_another_account_is_refused(reading: Desk) -> None:
    """Ids are looked up first."""
    assert "99999" in reading.refusal("draw_chart", id="99999")


@given(st.lists(AMOUNTS, max_size=120), AMOUNTS, st.integers(0, 5), st.booleans())
def test_any_figures_can_be_drawn(
    values: list[Decimal | None], goal: Decimal | None, open_days: int, bars: bool
) -> None:
    """No days, one day, zeros, holes and huge amounts give a picture."""
    panel = Panel("spend", values, 2, bars=bars, goal=goal)
    chart = Chart("t", "s", [str(n) for n in range(len(values))], [panel], open_days)
    with Image.open(BytesIO(picture.png(chart))) as opened:
        assert opened.size == chart.size


@given(st.decimals(Decimal("0.01"), 10**12, places=2))
def test_the_scale_covers_the_highest_value_in_at_most_five_steps(highest: Decimal) -> None:
    """Neither cut off nor lost at the bottom."""
    step, steps = picture.scale(highest)
    assert highest <= step * steps
    assert step * (steps - 1) < highest
    assert 1 <= steps <= 5


@pytest.mark.parametrize(
    ("name", "drawn"),
    [("Sommer – Größe", "Sommer – Größe"), ("夏のセール", ""), ("A\u202eB\n", "AB"), ("🔥 Sale", "Sale")],
)
def test_letters_that_the_font_lacks_are_left_out(name: str, drawn: str) -> None:
    """Boxes and reversed text help nobody; the caption beside the picture has the whole name."""
    assert draw_chart.drawable(name) == drawn
