"""What a model sees of the tools: small, stable, and true to what they accept."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from tests.tools.examples import EXAMPLES
from tests.tools.support import Desk
from tools import registry
from tools.domain.tool import Input, ToolError

NAMED = [tool.name for tool in registry.TOOLS if not tool.toolset]
ON_REQUEST = [tool.name for tool in registry.TOOLS if tool.toolset]
"""Those that a model has to ask for."""
TYPES = {"string": str, "integer": int, "number": float, "array": list, "object": dict, "boolean": bool}
LEAST, MOST = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")


def walk(node: Any) -> list[dict[str, Any]]:
    """Every object inside a schema, names of properties aside."""
    if isinstance(node, list):
        return [found for item in node for found in walk(item)]
    if not isinstance(node, dict):
        return []
    inner = [v for k, v in node.items() if k != "properties"] + list(node.get("properties", {}).values())
    return [node, *(found for item in inner for found in walk(item))]


def fits(value: Any, schema: dict[str, Any]) -> bool:  # noqa: PLR0911 - one way out per rule
    """A JSON Schema check of as much as our schemas use."""
    if "anyOf" in schema:
        return any(fits(value, option) for option in schema["anyOf"])
    if isinstance(value, bool) or schema["type"] == "boolean":
        return isinstance(value, bool) and schema["type"] == "boolean"
    if not isinstance(value, TYPES[schema["type"]]):
        return False
    size = value if isinstance(value, int | float) else len(value)
    least, most = (next((schema[n] for n in names if n in schema), size) for names in (LEAST, MOST))
    if not least <= size <= most or value not in schema.get("enum", [value]):
        return False
    if isinstance(value, list):
        return all(fits(item, schema["items"]) for item in value)
    if not isinstance(value, dict):
        return True
    known = schema.get("properties")
    if known is None:
        return schema["additionalProperties"] is True
    named = set(schema.get("required", [])) <= set(value) <= set(known)
    return named and all(fits(item, known[name]) for name, item in value.items())


def test_every_tool_has_a_name_of_its_own() -> None:
    """A second tool of the same name could never be called."""
    assert len(registry.BY_NAME) == len(registry.TOOLS)
    assert all(registry.find(name).name == name for name in [*NAMED, *ON_REQUEST])


def test_a_toolset_is_shown_when_it_is_asked_for(reading: Desk) -> None:
    """Behind the tools of every day, which stay the same bytes."""
    assert [d["name"] for d in registry.definitions()] == [t.name for t in registry.TOOLS if not t.toolset]
    reading.ask("more_tools")
    shown = registry.definitions(reading.context.toolsets)
    assert shown[: len(registry.definitions())] == registry.definitions()
    assert sorted(d["name"] for d in shown) == sorted([*NAMED, *ON_REQUEST])


def test_all_definitions_are_small() -> None:
    """All definitions together take less than 6,000 characters of a model's context."""
    assert len(json.dumps(registry.definitions())) < 6000


def test_definitions_are_the_same_bytes_in_every_process() -> None:
    """Definitions do not depend on hash seeds or earlier calls, so that a model's cache holds."""
    code = "import json; from tools import registry; print(json.dumps(registry.definitions()))"
    root = Path(registry.__file__).parents[1]
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert json.dumps(registry.definitions()) == json.dumps(registry.definitions()) == other.stdout.strip()


@pytest.mark.parametrize("definition", registry.definitions({"launch"}), ids=lambda d: d["name"])
def test_schemas_hold_only_what_a_model_needs(definition: dict[str, Any]) -> None:
    """No titles, defaults, references or null branches are left, and unknown arguments are ruled out."""
    schema = definition["input_schema"]
    assert definition["description"].endswith((".", ")"))
    assert schema["type"] == "object"
    assert schema.get("additionalProperties", False) is False
    with pytest.raises(ToolError, match="no such argument"):
        registry.validated(registry.find(definition["name"]), {"nonsense": 1})
    for node in walk(schema):
        assert not {"title", "default", "$ref", "$defs"} & set(node)
        assert {"type": "null"} not in node.get("anyOf", [])


def schema_of(name: str) -> dict[str, Any]:
    return next(d["input_schema"] for d in registry.definitions({"launch"}) if d["name"] == name)


@pytest.mark.parametrize(
    ("name", "arguments"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_schema_and_tool_accept_the_same(name: str, arguments: dict[str, Any]) -> None:
    """Good arguments pass both the schema and the tool; one unknown argument passes neither."""
    assert fits(arguments, schema_of(name))
    assert isinstance(registry.validated(registry.find(name), arguments), Input)
    assert not fits(arguments | {"force": True}, schema_of(name))
    with pytest.raises(ToolError, match="force"):
        registry.validated(registry.find(name), arguments | {"force": True})


def test_every_tool_is_among_the_inputs_tried() -> None:
    """The comparison of schema and tool leaves no tool out, and no argument of those of every day."""
    assert {tool for tool, _ in EXAMPLES} == set(registry.BY_NAME)
    for name in NAMED:
        tried = {argument for tool, arguments in EXAMPLES if tool == name for argument in arguments}
        optional = {"lifetime_budget", "reason", "adset_id", "date_preset", "since", "until"}
        assert set(schema_of(name)["properties"]) - tried <= optional


@given(name=st.sampled_from(NAMED), data=st.data())
@settings(max_examples=examples(60))
def test_what_a_tool_accepts_fits_its_schema(name: str, data: st.DataObject) -> None:
    """Whatever JSON arguments a tool takes, its schema allows them too, apart from spelling of types and null."""
    names = st.sampled_from([*schema_of(name)["properties"], "other"])
    value = st.none() | st.integers(-2, 300) | st.sampled_from(["", "1", "ACTIVE", "ad", "last_7d", "50 USD"])
    arguments = data.draw(st.dictionaries(names, value | st.lists(st.sampled_from(["1", "age"]), max_size=6)))
    try:
        taken = registry.validated(registry.find(name), arguments)
    except ToolError as error:
        assert str(error).startswith(f"{name}: ")  # noqa: PT017 - the other half of the property
        return
    assert fits(taken.model_dump(exclude_none=True, include=set(arguments)), schema_of(name))


def test_an_unknown_tool_is_answered_with_the_known_ones() -> None:
    """A wrong name brings the list of right ones."""
    with pytest.raises(ToolError) as refused:
        registry.find("delete_campaign")
    assert "'delete_campaign'" in str(refused.value)
    assert all(name in str(refused.value) for name in NAMED)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("set_status", {"ids": ["1"], "status": "DELETED"}, "status: Input should be 'ACTIVE' or 'PAUSED'"),
        ("set_status", {"ids": "1, 2", "status": "PAUSED"}, "ids: must be a list"),
        ("set_status", {"ids": [1], "status": "PAUSED"}, "ids.0: must be a text"),
        ("set_status", {"ids": [], "status": "PAUSED"}, "ids: empty; give at least one"),
        ("set_status", {"status": "PAUSED"}, "ids: missing"),
        ("set_status", {"ids": ["1"] * 201, "status": "PAUSED"}, "too many, at most 200"),
        (
            "inspect",
            {"id": "1", "fields": "name"},
            "fields: no such argument. Arguments: account, id.",
        ),
        ("list_accounts", {"limit": 3}, "Arguments: no arguments."),
        ("inspect", [], "should be a valid dictionary"),
        ("inspect", None, "should be a valid dictionary"),
        ("history", {"limit": 51}, "limit: must be at most 50"),
        ("get_insights", {"date_preset": "last_2d"}, "date_preset: use one of today, yesterday, last_3d"),
        ("get_insights", {"time_increment": 0}, "time_increment: must be at least 1"),
        (
            "get_insights",
            {"time_increment": "daily"},
            "time_increment: Input should be 'all_days' or 'monthly'",
        ),
        ("get_insights", {"level": "creative"}, "'account', 'campaign', 'adset' or 'ad'"),
        ("get_insights", {"since": "2026-11-01"}, "get_insights: give since and until together"),
        ("set_budget", {"id": "1"}, "set_budget: give either daily_budget or lifetime_budget"),
        ("set_budget", {"id": "1", "daily_budget": 50}, "daily_budget: must be a text"),
        ("list_ads", {"campaign_id": "1", "adset_id": "2"}, "give campaign_id or adset_id, not both"),
        ("list_ads", {"effective_status": ["STOPPED"]}, "'STOPPED' is no status; use RUNNING, ACTIVE"),
        ("undo", {"change_set_id": " "}, "change_set_id: empty; say what it is to be"),
    ],
)
def test_wrong_arguments_are_answered_with_what_is_allowed(name: str, arguments: Any, said: str) -> None:
    """A refusal names the tool, the argument and what it may be."""
    with pytest.raises(ToolError) as refused:
        registry.validated(registry.find(name), arguments)
    assert str(refused.value).startswith(f"{name}: ")
    assert said in str(refused.value)


def test_a_field_inside_of_an_argument_is_named() -> None:
    """What is unknown or missing inside of an object is found without guessing."""
    arguments = {"name": "n", "campaign_id": "1", "targeting": {"countries": ["US"], "town": "x"}}
    with pytest.raises(ToolError, match=r"targeting\.town: no such argument"):
        registry.validated(registry.find("create_ad_set"), arguments)
    with pytest.raises(ToolError, match=r"cards\.0\.image_hash: missing"):
        registry.validated(
            registry.find("create_carousel"), {"name": "n", "bodies": ["b"], "cards": [{}, {}]}
        )
