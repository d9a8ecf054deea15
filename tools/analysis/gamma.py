"""The regularised lower incomplete gamma function, the only special function the judgement needs.

P(a, x) is the chance that a Gamma variable with shape `a` and scale 1 is below `x`; for whole `a` it is
also the chance that a Poisson variable with mean `x` reaches `a`. Standard library only.
"""

import math

_STIRLING_FROM = 50.0  # above it, log-gamma differences would lose digits
_NORMAL_FROM = 1e8  # above it, Wilson and Hilferty's cube root is as exact and takes one step
_TINY = 1e-300
_PRECISION = 1e-16


def gamma_p(a: float, x: float) -> float:
    """Give P(a, x), between 0 and 1, to an absolute error below 1e-10.

    `a` must be positive and neither may be NaN, else ValueError; `x` at or below 0 gives 0.0.
    """
    if not a > 0 or math.isnan(x):
        raise ValueError(f"gamma_p needs a positive shape and a number, not {a} and {x}")
    if x <= 0:
        return 0.0
    if math.isinf(x):
        return 0.5 if math.isinf(a) else 1.0
    if a > _NORMAL_FROM:
        return _cube_root_normal(a, x)
    if x < a + 1:
        return min(1.0, density(a, x) * _series(a, x))
    return max(0.0, 1.0 - density(a, x) * a * _continued_fraction(a, x))


def density(a: float, x: float) -> float:
    """x^a e^-x / Gamma(a + 1), for `a` and `x` above 0: P(a, x) - P(a + 1, x), and the factor in front of both expansions."""
    if a < _STIRLING_FROM:
        return math.exp(a * math.log(x) - x - math.lgamma(a + 1))
    away = (x - a) / a
    log_ratio = math.log1p(away) if away > -0.5 else math.log(x) - math.log(a)
    correction = 1 / (12 * a) - 1 / (360 * a**3) + 1 / (1260 * a**5)
    return math.exp(a * (log_ratio - away) - correction) / math.sqrt(2 * math.pi * a)


def _series(a: float, x: float) -> float:
    """1 + x/(a+1) + x²/((a+1)(a+2)) + …; every term is positive, and converges for x < a + 1."""
    term = total = 1.0
    step = a
    while term > total * _PRECISION:
        step += 1
        term *= x / step
        total += term
    return total


def _continued_fraction(a: float, x: float) -> float:
    """Legendre's fraction for the upper function, evaluated by Lentz's method; for x ≥ a + 1."""
    b = x + 1 - a
    c = 1 / _TINY
    d = 1 / b
    value = d
    for i in range(1, 1_000_000):
        numerator = -i * (i - a)
        b += 2
        below = numerator * d + b
        d = 1 / below if abs(below) > _TINY else 1 / _TINY
        c = b + numerator / c
        if abs(c) <= _TINY:
            c = _TINY
        step = c * d
        value *= step
        if abs(step - 1) < _PRECISION * 4:
            break
    return value


def _cube_root_normal(a: float, x: float) -> float:
    if math.isinf(a):
        return 0.0
    spread = 1 / (9 * a)
    return 0.5 * math.erfc(-((x / a) ** (1 / 3) - 1 + spread) / math.sqrt(2 * spread))
