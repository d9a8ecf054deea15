"""The incomplete gamma function against sums and closed forms."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.analysis.gamma import gamma_p


def poisson_reaches(count: int, mean: float) -> float:
    return 1 - math.fsum(math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(count))


@pytest.mark.parametrize("count", [1, 2, 3, 8, 20, 49, 50, 51, 120, 400])
@pytest.mark.parametrize("ratio", [0.2, 0.8, 0.97, 1.0, 1.03, 1.3, 3.0])
def test_whole_shapes_are_poisson_sums(count, ratio):
    """For whole shapes P(a, x) is the chance that a Poisson count with mean x reaches a."""
    assert gamma_p(count, count * ratio) == pytest.approx(poisson_reaches(count, count * ratio), abs=1e-10)


@pytest.mark.parametrize("x", [1e-12, 0.01, 0.5, 1.0, 1.49, 1.51, 4.0, 20.0, 300.0])
def test_half_and_one_are_the_error_function_and_the_exponential(x):
    """P(1/2, x) is erf(sqrt x) and P(1, x) is 1 - exp(-x)."""
    assert gamma_p(0.5, x) == pytest.approx(math.erf(math.sqrt(x)), abs=1e-12)
    assert gamma_p(1, x) == pytest.approx(-math.expm1(-x), abs=1e-12)


@pytest.mark.parametrize("shape", [0.7, 12.5, 49.9, 50.1, 999.5, 1e5 + 0.5])
@pytest.mark.parametrize("away", [-3, -0.5, 0, 0.5, 3])
def test_the_recurrence_holds_across_all_branches(shape, away):
    """P(a, x) - P(a + 1, x) is x^a e^-x / Gamma(a + 1), whichever expansion computes either side."""
    x = max(0.1, shape + away * math.sqrt(shape))
    step = math.exp(shape * math.log(x) - x - math.lgamma(shape + 1))
    assert gamma_p(shape, x) - gamma_p(shape + 1, x) == pytest.approx(step, abs=1e-10)


@pytest.mark.parametrize("sigmas", [-4, -1, 0, 1, 4])
def test_nothing_jumps_where_the_normal_takes_over(sigmas):
    """Just below and just above the switch to the cube-root normal the values agree."""
    below, above = (gamma_p(a, a + sigmas * math.sqrt(a)) for a in (0.9999e8, 1.0001e8))
    assert below == pytest.approx(above, abs=1e-8)


@given(st.floats(1e-3, 1e6), st.floats(0, 1e7), st.floats(0, 1e6))
def test_it_is_a_distribution(shape, x, more):
    """It lies between 0 and 1 and never falls as x grows."""
    assert 0 <= gamma_p(shape, x) <= gamma_p(shape, x + more) + 1e-12 <= 1 + 1e-12


def test_edges():
    """Nothing is below zero, everything is below infinity, and shapes must be positive."""
    assert (gamma_p(3, 0), gamma_p(3, -1), gamma_p(3, math.inf), gamma_p(1e300, 1)) == (0, 0, 1, 0)
    for shape, x in ((0, 1), (-1, 1), (math.nan, 1), (1, math.nan)):
        with pytest.raises(ValueError, match="gamma_p"):
            gamma_p(shape, x)
