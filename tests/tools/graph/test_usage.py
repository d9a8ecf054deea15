"""Usage headers: percent of the allowance, minutes and seconds told apart, junk harmless."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.graph.support import jsons
from tools.graph.usage_headers import Usage, read_usage

NAMES = ("x-app-usage", "x-ad-account-usage", "x-business-use-case-usage", "x-fb-ads-insights-throttle")


@pytest.mark.parametrize(
    ("name", "value", "usage"),
    [
        ("X-App-Usage", {"call_count": 28, "total_time": 25, "total_cputime": 31}, Usage(31, None)),
        ("X-Ad-Account-Usage", {"acc_id_util_pct": 9.67, "reset_time_duration": 100}, Usage(9.67, None)),
        ("X-Ad-Account-Usage", {"acc_id_util_pct": 100, "reset_time_duration": 100}, Usage(100, 100)),
        ("X-FB-Ads-Insights-Throttle", {"app_id_util_pct": 10.5, "acc_id_util_pct": 9.67}, Usage(10.5, None)),
        (
            "X-Business-Use-Case-Usage",
            {
                "1": [
                    {"type": "ads_management", "call_count": 28, "estimated_time_to_regain_access": 0},
                    {"type": "ads_insights", "total_time": 100, "estimated_time_to_regain_access": 3},
                ],
                "2": [{"type": "pages", "total_cputime": 50, "estimated_time_to_regain_access": 1}],
            },
            Usage(100, 180),
        ),
        ("x-app-usage", {"call_count": True}, Usage()),
        ("x-app-usage", {"call_count": "100"}, Usage()),
        ("x-business-use-case-usage", {"1": [{"estimated_time_to_regain_access": -5}]}, Usage()),
    ],
)
def test_what_a_header_says(name: str, value: Any, usage: Usage) -> None:
    """Percents are the highest, regain times are minutes, reset times are seconds and count at 100 %."""
    assert read_usage({name: json.dumps(value)}) == usage


def test_the_longest_wait_of_all_headers_counts() -> None:
    """Several headers together give the highest percent and the longest wait."""
    headers = {
        "X-APP-USAGE": '{"call_count": 40}',
        "x-ad-account-usage": '{"acc_id_util_pct": 100.0, "reset_time_duration": 90}',
        "x-business-use-case-usage": '{"1": [{"call_count": 90, "estimated_time_to_regain_access": 1}]}',
    }
    assert read_usage(headers) == Usage(100, 90)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "junk",
        "[]",
        "null",
        "[" * 100_000,
        '{"a":' * 20_000,
        "1" * 5000,
        '{"call_count": ' + "9" * 4000 + "}",
    ],
)
def test_unreadable_headers_count_as_absent(name: str, text: str) -> None:
    """Text that is not the header we know, however deep or long, is as good as no header."""
    assert read_usage({name: text}) == Usage()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "1e300", "9" * 400, "-1"])
@pytest.mark.parametrize("field", ["call_count", "estimated_time_to_regain_access", "reset_time_duration"])
def test_numbers_nobody_can_wait_by_count_as_absent(field: str, number: str) -> None:
    """A wait without end, or of no number, is not believed."""
    assert read_usage({"x-app-usage": f'{{"{field}": {number}}}'}) == Usage()


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), st.text() | jsons.map(json.dumps)))
def test_any_headers_are_read(headers: dict[str, str]) -> None:
    """Any headers at all give a usage with a finite percent and no wait or a positive, finite one."""
    usage = read_usage(headers)
    assert 0 <= usage.percent < 1e6
    assert usage.wait_s is None or 0 < usage.wait_s < 1e8


entries = st.dictionaries(
    st.sampled_from(
        ["call_count", "acc_id_util_pct", "estimated_time_to_regain_access", "reset_time_duration"]
    ),
    st.integers(0, 5000) | st.floats(0, 5000) | jsons,
)


@given(st.dictionaries(st.text(), st.lists(entries | jsons) | jsons) | entries)
def test_any_usage_object_is_read(value: dict[str, Any]) -> None:
    """Any JSON in place of a usage object never raises, whatever stands in its fields."""
    for name in NAMES:
        usage = read_usage({name: json.dumps(value)})
        assert usage.wait_s is None or 0 < usage.wait_s < 1e8
