"""Whatever a model writes into arguments, tools answer, propose or refuse, and never write."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.draws import examples
from tests.tools.examples import EXAMPLES
from tests.tools.support import BROAD, EARLY_BIRD, PROSPECTING, SPRING, TENT, Desk
from tools.domain.changes import Effect
from tools.domain.tool import Proposal, Result, ToolError
from tools.graph import GraphFailure
from tools.registry import TOOLS, find, validated

few = settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
IDS = [
    TENT,
    EARLY_BIRD,
    PROSPECTING,
    BROAD,
    SPRING,
    "act_123456789",
    "123456789",
    "23849000000001",
    "new:Hero",
]
words = st.text(max_size=12) | st.text("'\"\\%#?&=/:~.[]{}<>\0\n\u202e\ud83d€٣", max_size=12)
plain = words | st.sampled_from(
    [*IDS, "ACTIVE", "ad", "last_7d", "2026-11-01", "50.00 USD", "1e9 USD", "age", "+1e9 %", "-7 %", "x0"]
)
value = (
    plain | st.integers(-3, 10**18) | st.none() | st.booleans() | st.floats() | st.lists(plain, max_size=3)
)
USUAL: dict[str, dict[str, Any]] = {
    "inspect": {"id": TENT},
    "set_status": {"ids": [TENT], "status": "PAUSED"},
    "set_budget": {"id": PROSPECTING, "daily_budget": "50 USD"},
    "upload_image": {"paths": ["a.png"]},
    "create_creative": {"name": "n", "image_hashes": ["h"], "bodies": ["b"]},
    "create_ad": {"name": "n", "creative_id": "23849000000001"},
    "undo": {"change_set_id": "cs-1"},
}


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A call that is right but for one or two arguments: of the right type, or of any."""
    tool = draw(st.sampled_from(TOOLS))
    arguments = dict(USUAL.get(tool.name, {}))
    fields = st.sampled_from([*tool.Input.model_fields, "other"])
    for name in draw(st.lists(fields, min_size=1, max_size=2, unique=True)):
        text = st.lists(plain, min_size=1, max_size=3) if isinstance(arguments.get(name), list) else plain
        arguments[name] = draw(text | value)
    return tool.name, arguments


def answered(desk: Desk, name: str, arguments: dict[str, Any]) -> Result | Proposal | str:
    """What a tool gives, or why it refuses; anything else that is raised fails the test."""
    desk.context.pending.clear()
    try:
        return desk.call(name, **arguments)
    except (ToolError, GraphFailure) as refused:
        return str(refused)


@given(call=calls())
@few
def test_any_arguments_are_answered_proposed_or_refused(
    reading: Desk, call: tuple[str, dict[str, Any]]
) -> None:
    """No argument breaks a tool or makes it write."""
    assert answered(reading, *call)
    assert reading.writes() == []


@given(name=words.filter(lambda text: text.strip()), body=words)
@few
def test_any_text_of_a_creative_is_only_a_text(reading: Desk, name: str, body: str) -> None:
    """A creative takes any text as it is, but for blanks around it, or is refused for it."""
    image = next(node.data["hash"] for node in reading.world.of("image"))
    answer = answered(reading, "create_creative", {"name": name, "image_hashes": [image], "bodies": [body]})
    if isinstance(answer, str):
        assert answer.startswith("create_creative: ")
        return
    assert isinstance(answer, Proposal)
    params = answer.changes[0].request.params
    assert params["name"].strip() == name.strip()
    assert params["object_story_spec"]["link_data"]["message"].strip() == body.strip()


ODD_IDS = ("２３８４８００００００００７２", "٢٣٨٤٨٠٠٠٠٠٠٠٠٧٢", "238480000000²")


def test_digits_of_other_scripts_are_no_ids(reading: Desk) -> None:
    """They are refused as a name that nothing has, in every argument that takes ids, before a path is made of them."""
    for name, arguments in EXAMPLES:
        for key in arguments:
            if key in ("id", "ids", "scope") or key.endswith(("_id", "_ids")):
                odd = [ODD_IDS[0]] if isinstance(arguments[key], list) else ODD_IDS[0]
                assert answered(reading, name, arguments | {key: odd}), (name, key)
    for text in ODD_IDS:
        assert f"Not a campaign, ad set or ad of act_123456789: '{text}'" in reading.refusal(
            "inspect", id=text
        )


@pytest.mark.parametrize("name", ["\u2065", " \u200b", "\u3164\U000e0080"])
def test_a_name_can_be_seen(name: str) -> None:
    """No tool gives a name, or a label, in which there is nothing to see."""
    naming = [tool for tool in TOOLS if tool.effect is not Effect.READ and "name" in tool.Input.model_fields]
    assert len(naming) > 8
    for tool, given_as in [*((tool, {"name": name}) for tool in naming), (find("label"), {"add": [name]})]:
        with pytest.raises(ToolError, match="nothing in it can be seen"):
            validated(tool, given_as)


@pytest.mark.parametrize("name", ["__class__", "_dry_run", "model_config", "limits"])
def test_what_is_no_argument_is_named(name: str) -> None:
    """Every tool refuses it, whatever it looks like; none leaves it out as if it had not been said."""
    for tool, arguments in EXAMPLES:
        with pytest.raises(ToolError, match=f"{name}: no such argument"):
            validated(find(tool), arguments | {name: "1"})
