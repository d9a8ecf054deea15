"""Words that go on from an answer or from a set that waits: what they stand for is said, and nothing else is done."""

import pytest

from tests.agent.models.offline.talking import Talk


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("did the cpa go up", "29 Oct – 4 Nov 2026"),
        ("compare last week with the week before", "26 Oct – 1 Nov 2026"),
        ("which campaigns got worse this month", "1–11 Oct 2026"),
    ],
)
def test_the_days_compared_with_are_named(text, then):
    """Also where the period itself was not said; never "the period before" alone."""
    first = Talk().say(text).splitlines()[0]
    assert f"compared with {then}" in first, first
    assert "the period before" not in first
