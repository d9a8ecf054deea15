"""Lines of blocks, stretches of days, and before against since."""

from decimal import Decimal

import pytest

from tests.tools.analysis.builders import TODAY, a_day
from tools.analysis.rows import Totals
from tools.analysis.trend import compare, sparkline, stretches


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([1, 2, 4, 8], "▁▂▄█"),
        ([5, 5, 5], "███"),
        ([0, 0], "▁▁"),
        ([None, 3, None], "·█·"),
        ([], ""),
        ([None, None], ""),
        ([Decimal("0.001"), Decimal(100)], "▁█"),
    ],
)
def test_a_line_of_blocks_starts_at_zero(values, line):
    """The largest value is a full block; noise of a few percent stays flat."""
    assert sparkline(values) == line


def test_stretches_end_where_they_are_told_to():
    """Days outside are left out, days inside are summed."""
    rows = [a_day(ago=ago, spend=str(ago)) for ago in range(1, 8)]
    parts = stretches(rows, until=TODAY.replace(day=1) - (TODAY - rows[0].date), number=3, days_each=2)
    assert [part.spend for part in parts] == [Decimal(11), Decimal(7), Decimal(3)]


def spent(spend: int, results: int) -> Totals:
    return Totals(spend=Decimal(spend), results=Decimal(results))


@pytest.mark.parametrize(
    ("before", "since", "said"),
    [
        (spent(1000, 50), spent(1000, 20), "dearer (> 99 % sure)"),
        (spent(1000, 20), spent(1000, 50), "cheaper (> 99 % sure)"),
        (spent(1000, 50), spent(1000, 47), "no clear change"),
        (spent(100, 2), spent(100, 0), "no clear change"),
        (spent(0, 0), spent(100, 4), "no spend before"),
        (spent(100, 4), spent(0, 0), "no spend since"),
    ],
)
def test_a_difference_is_only_called_one_beyond_noise(before, since, said):
    """Few results say little."""
    assert compare(before, since).said == said


def test_the_chance_is_about_that_of_the_exact_model():
    """Beside draws from the two Gamma distributions the shortcut is within two points."""
    import random

    draw = random.Random(3)
    for n, m in ((20, 12), (5, 9), (60, 60)):
        exact = sum(
            100 / draw.gammavariate(m + 0.5, 1) > 100 / draw.gammavariate(n + 0.5, 1) for _ in range(20_000)
        )
        assert compare(spent(100, n), spent(100, m)).chance_dearer == pytest.approx(exact / 20_000, abs=0.02)
