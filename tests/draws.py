"""How many examples a property draws."""

from hypothesis import settings

USUAL = 100
"""What hypothesis draws when nobody says otherwise."""


def examples(number: int) -> int:
    """So many, and as many times more as the profile of the run asks for."""
    return number * settings().max_examples // USUAL
