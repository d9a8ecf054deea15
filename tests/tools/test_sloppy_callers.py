"""Callers that do not keep to a schema are read as they mean it, or refused with the right form; never as something else."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.hosts.definitions import HOST_TOOLS
from tests.draws import examples
from tests.tools.examples import EXAMPLES
from tests.tools.test_registry import fits
from tools import registry
from tools.domain.arguments.decoding import decoded
from tools.domain.arguments.input_schema import schema
from tools.domain.arguments.right_form import example
from tools.domain.tool import Input, ToolError

OF_HOSTS: list[tuple[str, dict[str, Any]]] = [
    ("propose", {"calls": [{"tool": "inspect", "arguments": {"id": "1"}}]}),
    ("show_changes", {"change_set_id": "cs-1"}),
    ("apply_changes", {"change_set_id": "cs-1", "approval_token": "null"}),
]
MORE: list[tuple[str, dict[str, Any]]] = [
    (
        "launch_ads",
        {"ads": [{"name": "n", "bodies": ["b"]}], "creative_features": {"image_touchups": "OPT_IN"}},
    ),
    ("create_ad_set", {"name": "n", "campaign_id": "1", "targeting": {"countries": ["AT"], "age_min": 30}}),
    ("draw_chart", {"id": "1", "inline": True}),
]
CALLS = [*EXAMPLES, *MORE, *OF_HOSTS]
MODELS: dict[str, type[Input]] = {t.name: t.Input for t in registry.TOOLS} | {
    t.name: t.Input for t in HOST_TOOLS
}
WRAPPERS = ["input", "arguments", "args", "params", "parameters", "kwargs"]
EMPTY = [None, "", "  ", "null", "None", "undefined", [], {}, [""], [None], "null "]
ALSO_EMPTY = {"array": ["[]", '"[]"', "[null]"], "object": ["{}"]}


def read(name: str, arguments: Any) -> Input:
    return registry.parsed(name, MODELS[name], arguments)


@st.composite
def inexact(draw: st.DrawFn, value: Any) -> Any:
    """A value in a form that a caller gives it: structures and numbers as text, in a float, alone instead of in a list."""
    if isinstance(value, dict):
        value = {key: draw(inexact(inner)) for key, inner in value.items()}
    if isinstance(value, list):
        alone = len(value) == 1 and draw(st.booleans())
        value = value[0] if alone and isinstance(value[0], str | dict) else [draw(inexact(v)) for v in value]
    if isinstance(value, bool):
        return draw(st.sampled_from([value, str(value), str(value).lower(), f" {str(value).upper()} "]))
    if isinstance(value, int):
        return draw(st.sampled_from([value, str(value), float(value), f" {value}.0"]))
    if isinstance(value, dict | list):
        return draw(st.sampled_from([value, json.dumps(value), json.dumps(json.dumps(value))]))
    return value


@st.composite
def renamed(draw: st.DrawFn, arguments: dict[str, Any]) -> dict[str, Any]:
    """The same with names in another case."""
    ways = [str, str.upper, str.title, lambda n: n.replace("_", "-"), lambda n: n.title().replace("_", "")]
    return {draw(st.sampled_from(ways))(name): value for name, value in arguments.items()}


@st.composite
def sloppy(draw: st.DrawFn) -> tuple[str, dict[str, Any], Any]:
    """A good call, and the same as somebody sends it who does not keep to the schema."""
    name, good = draw(st.sampled_from(CALLS))
    form = schema(MODELS[name])
    sent: Any = {key: draw(inexact(value)) for key, value in good.items()}
    optional = sorted(set(form["properties"]) - set(good) - set(form.get("required", [])))
    for field in draw(st.lists(st.sampled_from(optional), max_size=3)) if optional else []:
        kind = form["properties"][field].get("type", "")
        sent[field] = draw(st.sampled_from([*EMPTY, *ALSO_EMPTY.get(kind, [])]))
    sent = draw(renamed(sent))
    if draw(st.booleans()):
        sent |= draw(
            st.sampled_from([{"_meta": {"progressToken": 1}}, {"toolCallId": "call_1", "tool": "Ads"}])
        )
    for _ in range(draw(st.integers(0, 2))):
        inner = draw(st.sampled_from([sent, json.dumps(sent)]))
        sent = {draw(st.sampled_from(WRAPPERS)): inner} | draw(st.sampled_from([{}, {"name": name}]))
    return name, good, draw(st.sampled_from([sent, json.dumps(sent)]))


@given(call=sloppy())
@settings(max_examples=examples(300))
def test_a_sloppy_call_is_the_same_call(call: tuple[str, dict[str, Any], Any]) -> None:
    """Whatever form a caller gives to good arguments of whatever tool, they are read as the same input."""
    name, good, sent = call
    assert read(name, sent) == read(name, good)


@given(call=sloppy())
@settings(max_examples=examples(100))
def test_what_is_read_reads_the_same_again(call: tuple[str, dict[str, Any], Any]) -> None:
    """What was decoded, and perhaps shown, is not read as something else by whoever gets it next."""
    name, _, sent = call
    form = schema(MODELS[name])
    once = decoded(sent, form, name)
    assert decoded(once, form, name) == once


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_right_form_is_one_that_the_tool_takes(name: str) -> None:
    """The example of every field fits its schema, is taken by the tool, and is no id of anything."""
    form = schema(MODELS[name])
    for field, inner in form["properties"].items():
        told = example(field, inner)
        assert decoded({field: told}, form, name) == {field: told}
        free = inner.get("additionalProperties") or inner.get("items", {}).get("additionalProperties")
        assert free or fits(told, inner)


def test_periods_and_breakdowns_are_known_in_any_case() -> None:
    """They are choices as well, although the schema lists them only in words."""
    sloppy = {"date_preset": "LAST_7D", "breakdowns": '["Device_Platform", "PLATFORM_POSITION"]'}
    good = {"date_preset": "last_7d", "breakdowns": ["device_platform", "platform_position"]}
    assert read("get_insights", sloppy) == read("get_insights", good)


TEXTS = [
    '["a", "b"]',
    '{"a": 1}',
    "5",
    "true",
    '"quoted"',
    "[Sale] come",
    "null and void",
    "{}x",
    '["x"',
    "nan",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_a_text(text: str) -> None:
    """In a field that takes a text, what looks like something else is a text."""
    taken = read("create_campaign", {"name": text, "objective": "sales", "reason": text})
    assert (taken.name, taken.reason) == (text, text)  # type: ignore[attr-defined]
    assert read("create_creative", {"name": "n", "image_hashes": ["h"], "bodies": [text]}).bodies == [text]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "ids",
    [
        120210000000000123,
        [120210000000000123],
        1.2e17,
        [1.2e17],
        "[120210000000000123]",
        "[1.2e17]",
        [5],
        "[1, 2]",
        "1, 2",
        "1\n2",
        "1;2",
        "['1', '2']",
        '["1", "2"',
        '"1"',
        [["1"]],
        {"0": "1"},
        '{"id": "1"}',
        True,
        None,
        "",
        "null",
        "[]",
        '[{"id": "1"}]',
    ],
)
@pytest.mark.parametrize("name", ["set_status", "get_insights"])
def test_ids_that_could_be_others_are_refused_with_the_right_form(name: str, ids: Any) -> None:
    """A number may have been rounded and a broken list may be half of one: the answer shows a list of texts."""
    sent = {"ids": ids, "status": "PAUSED"} if name == "set_status" else {"ids": ids}
    if name == "get_insights" and ids in (None, "", "null", "[]"):
        assert read(name, sent) == read(name, {})
        return
    with pytest.raises(ToolError) as refused:
        read(name, sent)
    assert 'For example: {"ids": ["1234567890"]}' in str(refused.value)


@pytest.mark.parametrize(
    ("name", "sent", "said"),
    [
        ("inspect", {"id": 120210000000000123}, 'For example: {"id": "1234567890"}'),
        ("inspect", {"ID": "1", "id": "2"}, "ID: no such argument"),
        ("inspect", {"input": {"id": "1"}, "id": "2"}, "input: no such argument"),
        ("inspect", {"input": {"id": "1"}, "arguments": {"id": "2"}}, '{"id": "1234567890"}'),
        ("inspect", {"name": "set_status", "arguments": {"id": "1"}}, '{"id": "1234567890"}'),
        ("inspect", '{"id": "1", "id": "2"}', "should be a valid dictionary"),
        ("inspect", '{"id": "1"', "should be a valid dictionary"),
        ("inspect", "1", "should be a valid dictionary"),
        ("inspect", "[" * 100_000, "should be a valid dictionary"),
        ("set_budget", {"id": "1", "daily_budget": 50}, '{"daily_budget": "50.00 USD"}'),
        ("set_budget", {"id": "1", "daily_budget": {"amount": 50}}, '{"daily_budget": "50.00 USD"}'),
        ("set_budget", {"id": "1", "daily_budget": None, "lifetime_budget": ""}, "give either daily_budget"),
        ("set_status", {"ids": ["1"], "status": True}, "'ACTIVE' or 'PAUSED'"),
        ("history", {"limit": True}, '{"limit": 25}'),
        ("history", {"limit": "5.5"}, '{"limit": 25}'),
        ("history", {"limit": "five"}, '{"limit": 25}'),
        ("history", {"limit": "1e1"}, '{"limit": 25}'),
        ("history", {"limit": "9" * 5000}, '{"limit": 25}'),
        ("history", {"outcomes": "maybe"}, '{"outcomes": true}'),
        ("get_insights", {"time_increment": True}, "time_increment"),
        ("create_ad_set", {"name": "n", "campaign_id": "1", "targeting": "Austria"}, '{"countries": ["AT"]}'),
        ("create_carousel", {"name": "n", "bodies": ["b"], "cards": '["h"]'}, '"image_hash": "0123'),
        ("launch_ads", {"adset_id": 120210000000000123}, 'adset_id": "1234567890"'),
        ("launch_ads", {"ads": [{"name": "n", "page_id": 120210000000000123}]}, 'page_id": "1234567890"'),
        ("launch_ads", {"ads": [{"name": "n", "bodies": '["a", "b"'}]}, 'bodies": ["'),
        ("propose", {"calls": "set_status"}, '{"tool": "inspect"}'),
        ("apply_changes", {"change_set_id": 1}, '"cs-0123456789ab"'),
    ],
)
def test_what_has_no_reading_or_two_is_refused_with_the_right_form(name: str, sent: Any, said: str) -> None:
    """The caller is shown the field as it should be."""
    with pytest.raises(ToolError) as refused:
        read(name, sent)
    assert str(refused.value).startswith(f"{name}: ")
    assert said in str(refused.value)


def test_the_ads_of_a_launch_are_read_like_arguments() -> None:
    """They have no schema in the definition of their tool, and all the same one here."""
    good = {"name": "n", "bodies": ["a", "b"], "page_id": "1"}
    sent = {"Name": "n", "bodies": '["a", "b"]', "pageId": "1", "titles": "", "link": None, "_meta": {}}
    told = read("launch_ads", {"ads": [json.dumps(sent)]})
    assert told.ads == [good | {"link": None}]  # type: ignore[attr-defined]


@pytest.mark.parametrize("nothing", [None, "", "{}", [], {}, {"input": {}}, {"arguments": ""}, {"_meta": {}}])
def test_no_arguments_are_written_in_many_ways(nothing: Any) -> None:
    """Where none are needed, all of them are taken; where some are, they are asked for."""
    assert read("list_accounts", nothing) == read("list_accounts", {})
    with pytest.raises(ToolError, match="For example"):
        read("inspect", nothing)


@pytest.mark.parametrize(
    "name",
    [
        "functions.set_status",
        "functions.set_status:0",
        "mcp__adsteward__set_status",
        "adsteward__set_status",
        "default_api.set_status",
        "tools/set_status",
        "adsteward:set_status",
        "set_status<|channel|>commentary",
        " Set-Status ",
    ],
)
def test_a_tool_is_found_behind_a_prefix(name: str) -> None:
    """Hosts and models put their own names before it."""
    assert registry.find(name).name == "set_status"


@pytest.mark.parametrize(
    "name", ["", "status", "reset_status", "set_status_now", "set_status.delete", "set status"]
)
def test_a_tool_that_only_looks_like_one_is_none(name: str) -> None:
    """A name that is not whole behind its prefix is not guessed."""
    with pytest.raises(ToolError, match="There is no tool"):
        registry.find(name)
