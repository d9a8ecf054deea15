"""Fields as changes hold them: what means the same is the same, and nothing else is."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tools.domain.settings.field_states import same, scalar

NAMES = st.sampled_from(["radius", "min", "genders", "flexible_spec", "x"])
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(10**6), 10**17),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.sampled_from(["1", "01", "1.0", "true", "True", "x", "100.50"]),
)
SPECS = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_size=4,
)


def otherwise_written(value: Any) -> Any:
    """The same with each whole number as one with a point, and the reverse; lists the other way round."""
    if isinstance(value, dict):
        return {name: otherwise_written(part) for name, part in reversed(value.items())}
    if isinstance(value, list):
        return [otherwise_written(part) for part in reversed(value)]
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return float(value) if type(value) is int and abs(value) < 2**53 else value


@given(SPECS)
def test_a_number_is_the_same_however_it_is_written(spec: dict[str, Any]) -> None:
    """1 and 1.0 differ in no targeting and in no rule."""
    for name, shape in (("targeting", spec), ("evaluation_spec", {"filters": [spec]})):
        other = otherwise_written(shape)
        assert same(name, json.dumps(shape), json.dumps(other))


@given(SCALARS, SCALARS)
def test_values_are_the_same_only_when_they_are(one: Any, other: Any) -> None:
    """A yes is no number, an id with a zero in front is another one, and two numbers differ however little."""
    alike = scalar(one) == scalar(other)
    if isinstance(one, bool) != isinstance(other, bool) and not {"True", "False"} & {one, other}:
        assert not alike
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other)):
        assert alike == (one == other)
    if isinstance(one, str) and isinstance(other, str) and "." not in one + other:
        assert alike == (one == other)


def test_what_is_off_is_off_and_what_is_on_is_not_one() -> None:
    """Switches against numbers, and ages against texts of them."""
    assert not same("targeting", '{"a": true}', '{"a": 1}')
    assert not same("targeting", '{"a": ["007"]}', '{"a": [7]}')
    assert same("targeting", '{"a": "2.50"}', '{"a": 2.5}')
    assert same("targeting", '{"age_min": 18.0, "a": 3}', '{"a": "3"}')
