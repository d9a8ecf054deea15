"""What is sent is what is shown: every value of a request, on every surface, at every width."""

import io
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from agent.hosts import plain_lines
from agent.show.change_blocks import ChangeBlocks
from agent.show.change_lines import change_set_lines
from agent.show.leaves import LINKS
from tests.agent.writes import test_policy
from tests.agent.writes.test_journal import a_set
from tests.attacks.terminals import packed
from tools.domain.change_kind import Covered
from tools.domain.changes import Change, ChangeSet, Effect, Request, Spend, Upload
from tools.domain.kinds import KINDS
from tools.domain.money import Money
from tools.domain.settings import meta_words
from tools.domain.text import visible

WIDTHS = (40, 60, 80, 120, 200)
TEXTS = st.text(min_size=1, max_size=60) | st.sampled_from(
    [
        "https://shop.example/" + "a" * 120,
        "Schönes Zelt 🏕\nnur heute",
        "1. pause ad “X” (1)",
        "夏" * 50,
        "[red]x[/red]",
    ]
)
SCALARS = TEXTS | st.integers(0, 10**9) | st.booleans()
KEYS = st.sampled_from(
    ["name", "message", "link", "enroll_status", "text", "a_new_field", "value", "page_id"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def _params(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Any parameters of a kind, whatever is in them; budgets are numbers."""
    named = {
        p: VALUES for p in KINDS[kind].parameters if p not in ("daily_budget", "lifetime_budget", "spend_cap")
    }
    budgets = {p: st.integers(1, 10**12).map(str) for p in KINDS[kind].parameters if p not in named}
    return st.fixed_dictionaries({}, optional=named | budgets)


KIND_NAMES, EFFECTS, IDS = st.sampled_from(sorted(KINDS)), st.sampled_from(Effect), st.uuids()
PARAMS = {kind: _params(kind) for kind in KINDS}
SHOWN = st.dictionaries(st.sampled_from(["text", "page", "places", "note", "ad set"]), TEXTS, max_size=3)
TARGETS = st.sampled_from(["", "23840000000000001"])
BEFORE = st.lists(st.tuples(st.integers(0, 99), TEXTS), max_size=2)
"""Former values, and of which parameter each is."""
AMOUNTS = st.none() | st.integers(-(10**9), 10**9)
STAYING = st.sampled_from([0, 0, 4190])


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A change of any kind with any of its parameters, whatever is in them."""
    kind = draw(KIND_NAMES)
    params = draw(PARAMS[kind])
    shown, names = draw(SHOWN), sorted(params) or ["status"]
    uploads = Upload(path="/x/hero.jpg", sha256="0" * 64, filename="hero.jpg", mime="image/jpeg")
    return Change(
        id=draw(IDS).hex,
        kind=kind,
        effect=draw(EFFECTS),
        account="act_1",
        target=draw(TARGETS),
        name=draw(TEXTS),
        request=Request(path="1", params=params, upload=uploads if kind.startswith("upload") else None),
        before={names[place % len(names)]: text for place, text in draw(BEFORE)},
        shown=shown,
        spend=Spend(daily_minor=draw(AMOUNTS), currency="EUR", note=draw(TEXTS), stays_minor=draw(STAYING)),
        reason=draw(TEXTS),
        undo_note=draw(TEXTS),
    )


def sent(change: Change) -> list[str]:
    """Every value of the request that its kind does not cover with a sentence, as a person reads it."""
    found = []
    for name, value in change.request.params.items():
        if not isinstance(KINDS[change.kind].parameters[name], Covered):
            found += [_read(key, leaf) for key, leaf in _leaves(name, value)]
    return found


def _leaves(key: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        return [leaf for inner, part in value.items() for leaf in _leaves(inner, part)]
    if isinstance(value, list) and value:
        return [leaf for part in value for leaf in _leaves(key, part)]
    return [(key, value)]


def _read(key: str, value: Any) -> str:
    if key.endswith("_budget") or (key in ("bid_amount", "spend_cap") and str(value).isdecimal()):
        return Money(int(value), "EUR").said if str(value).isdecimal() else visible(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        value = meta_words.value(key, value)
    return visible(value, link=key in LINKS) if value not in ([], {}) else "none"


def on_screen(proposed: ChangeSet, width: int, *, styled: bool) -> str:
    out = Console(file=io.StringIO(), width=width, force_terminal=styled, highlight=False, color_system=None)
    out.print(ChangeBlocks(proposed), soft_wrap=not styled)
    text = out.file.getvalue()
    assert not styled or all(len(line) <= width for line in text.splitlines() if line.isascii())
    return text


@given(st.lists(changes(), min_size=1, max_size=4, unique_by=lambda change: change.id))
def test_every_value_that_is_sent_is_shown_at_every_width(found):
    """All kinds, all parameters: the name, each value, what it was before, why, and how it is undone."""
    proposed = a_set(*found)
    surfaces = [on_screen(proposed, width, styled=True) for width in WIDTHS]
    surfaces += [on_screen(proposed, 80, styled=False), plain_lines.whole(proposed)]
    for text in map(packed, surfaces):
        for change in found:
            wanted = [visible(change.name), *sent(change), visible(change.target)]
            wanted += [
                visible(meta_words.value(field, value))
                for field, value in change.before.items()
                if field in _simple(change)
            ]
            missing = [value for value in wanted if packed(value) not in text]
            assert not missing, (missing, surfaces[0])


def _simple(change: Change) -> set[str]:
    """Parameters with one value, whose former one stands before it."""
    return {
        name
        for name, value in change.request.params.items()
        if not isinstance(value, list | dict)
        and not isinstance(KINDS[change.kind].parameters[name], Covered)
        and not (name in ("name", "title") and value == change.name)
        and not name.endswith(("_budget", "_cap", "_amount"))
    }


@given(st.lists(changes(), min_size=1, max_size=3, unique_by=lambda change: change.id))
def test_a_pipe_and_a_question_have_the_same_lines(found):
    """One rendering: what differs between surfaces is where lines break."""
    proposed = a_set(*found)
    assert on_screen(proposed, 80, styled=False) == plain_lines.whole(proposed) + "\n"
    assert packed(on_screen(proposed, 40, styled=True)) == packed(plain_lines.whole(proposed))


@given(st.lists(changes(), min_size=1, max_size=12, unique_by=lambda change: change.id))
def test_a_prompt_holds_every_change_or_names_where_it_is(found):
    """A short prompt shows each value of each change, or the number of changes that it leaves out and their file."""
    proposed = a_set(*found)
    text = plain_lines.prompt(proposed, "~/waiting/x.txt", plain_lines.whole(proposed))
    assert plain_lines.units(text) <= plain_lines.PROMPT_WIDTH
    if "not fit here" in text:
        assert re.search(rf"… \d+ of {len(found)} changes? do(?:es)? not fit here", text)
        assert "~/waiting/x.txt (sha256 " in text
    else:
        cut = {visible(change.name) for change in found if change.target}  # its id stands beside it
        missing = [v for c in found for v in sent(c) if v not in cut and packed(v) not in packed(text)]
        assert not missing


def pauses(number: int, name: str = "Static – Tent 20% off, summer prospecting, variant") -> ChangeSet:
    return a_set(
        *(
            Change(
                id=f"r.1.{n}",
                kind="set_status",
                effect=Effect.STOP_SPEND,
                account="act_1",
                level="ad",
                target=f"1202100000000{n:05}",
                name=f"{name} {n}",
                request=Request(path=str(n), params={"status": "PAUSED"}),
                before={"status": "ACTIVE"},
                after={"status": "PAUSED"},
                spend=Spend(daily_minor=-123456, currency="EUR"),
            )
            for n in range(number)
        )
    )


def test_ten_pauses_are_one_question_everywhere():
    """An everyday set fits the shortest prompt, each ad with its id."""
    proposed = pauses(10)
    text = plain_lines.prompt(proposed, "~/x", plain_lines.whole(proposed))
    assert "do not fit" not in text
    assert all(change.target in text for change in proposed.changes)
    assert "ACTIVE → PAUSED" in text
    assert "-12,345.60 EUR per day" in text
    assert len(plain_lines.whole(proposed)) < plain_lines.QUESTION_WIDTH


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u202e", "\x1b", "\u3164", "\ufe0f", "\u2060", "\U000e0041", "\x00"]
)
def test_what_nobody_sees_is_named(hidden):
    """A mark without a form of its own is shown by its number, in names and in values."""
    text = plain_lines.whole(pauses(1, name=f"Summer{hidden}Sale"))
    assert hidden not in text
    assert f"Summer⟨U+{ord(hidden):04X}⟩Sale" in text


def test_before_and_after_keep_their_sides():
    """Names that are read from the right are isolated, so the arrow, the quotes and the id are drawn where they are said."""
    old, new = "מבצע חורף", "מבצע קיץ"
    change = (
        a_set()
        .changes[0]
        .model_copy(update={"name": old, "before": {"name": old}, "after": {"name": new}, "target": "7"})
    )
    text = plain_lines.whole(a_set(change))
    assert f"“\u2068{old}\u2069” (7)" in text
    assert f"name: \u2068{old}\u2069 → \u2068{new}\u2069" in text


@pytest.mark.parametrize("width", range(40, 91, 5))
def test_each_line_of_a_broken_name_keeps_its_sides(width):
    """A terminal takes each for a paragraph of its own, so an isolate that goes on over a break begins again behind it."""
    old, new = "מבצע חורף על כל הנעליים והמעילים של המשפחה", "מבצע קיץ על הסנדלים של כל הילדים"
    change = (
        a_set().changes[0].model_copy(update={"name": old, "before": {"name": old}, "after": {"name": new}})
    )
    console = Console(width=width, file=io.StringIO(), force_terminal=True)
    console.print(ChangeBlocks(a_set(change)))
    lines = console.file.getvalue().splitlines()
    assert any("\u2068" in line for line in lines)
    assert [line for line in lines if line.count("\u2068") != line.count("\u2069")] == []


@pytest.mark.parametrize("emoji", ["❤️", "1️⃣", "🏕"])
def test_what_makes_an_emoji_stays(emoji):
    """A mark that can be seen as colour is no hidden one."""
    assert emoji in plain_lines.whole(pauses(1, name=f"Sale {emoji}"))


def test_a_name_cannot_look_like_another_line():
    """A line break in a name is a sign within its line."""
    text = plain_lines.whole(pauses(1, name="X” (1)\n2. pause ad “Y"))
    assert "X” (1) ⏎ 2. pause ad “Y" in text
    assert not any(line.startswith("2.") for line in text.splitlines())


@pytest.mark.parametrize("width", range(40, 90, 7))
def test_a_filled_up_name_cannot_look_like_a_line(width):
    """At any width what goes on from the line above begins with a bar, which no line of the set does."""
    name = " ".join(["Summer"] * 3 + ["." * fill for fill in range(3, 30)] + ["daily budget: 50.00 USD"] * 4)
    proposed = a_set(*pauses(3).changes, test_policy.change(name=name))
    real = {line.plain for line in change_set_lines(proposed)}
    for line in on_screen(proposed, width, styled=True).splitlines():
        begins = any(one.startswith(line) for one in real)
        assert begins != line.lstrip(" ").startswith("│ "), line


def test_what_stays_in_a_budget_is_no_money_saved() -> None:
    """The head and each change say what a pause leaves to other ads, beside what is saved, never as a minus."""
    ad = test_policy.change(spend=Spend(daily_minor=0, currency="USD", note="of 7 days", stays_minor=4190))
    own = test_policy.change(id="c2", spend=Spend(daily_minor=-1000, currency="USD"))
    lines = [line.plain.strip() for line in change_set_lines(a_set(ad))]
    said = "41.90 USD per day stays in the budget, for other ads"
    assert lines[1].endswith(f": 1 change, {said}")
    assert f"spend: {said}" in lines
    both = change_set_lines(a_set(ad, own))[1].plain
    assert both.endswith(
        ": 2 changes, -10.00 USD per day, and 41.90 USD per day stays in the budgets, for other ads"
    )


def test_how_many_ads_below_run_is_said_of_all_of_them() -> None:
    """The names that follow are those of all ads under it, so the number of running ones does not introduce them."""
    below = ("11", "Runs", "12", "Is paused")
    pause = a_set().changes[0].model_copy(update={"effect": Effect.STOP_SPEND, "below": below, "stops": 1})
    lines = plain_lines.whole(a_set(pause))
    assert "ads under it: 2 (1 running or about to): “Runs” (11), “Is paused” (12)" in lines


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2026-12-31T23:59:00-0500", "2026-12-31 23:59 UTC-05:00"),
        ("2026-12-31T23:59:30+0000", "2026-12-31 23:59:30 UTC"),
        ("2026-12-31T23:59:00+0530", "2026-12-31 23:59 UTC+05:30"),
        ("soon", "soon"),
    ],
)
def test_a_moment_that_is_sent_is_shown_in_the_one_form(sent: str, shown: str) -> None:
    """With its offset, and with seconds where there are some; what is no moment stays as it is."""
    edit = test_policy.change("edit", Effect.CHANGE_SPEND, before={"end_time": ""}, after={"end_time": sent})
    edit = edit.model_copy(update={"request": Request(path="7", params={"end_time": sent})})
    text = "\n".join(line.plain for line in change_set_lines(a_set(edit)))
    assert f"ends: none → {shown}\n" in text


def test_what_is_built_on_is_told_apart_from_its_namesake() -> None:
    """Two pictures of one file name: each creative says which of them it shows, and no name passes for a number of ours."""
    names = ["same.jpg", "same.jpg", "same.jpg (change 2)", "other.jpg"]
    pictures = [_made(f"p{n}", "upload_image", name) for n, name in enumerate(names)]
    builds = [{"image_hash": {"$from": f"p{n}", "field": "hash"}} for n in range(4)]
    creatives = [
        _made(f"c{n}", "create_creative", "A", object_story_spec=one) for n, one in enumerate(builds)
    ]
    text = plain_lines.whole(a_set(*pictures, *creatives))
    told = re.findall("‹hash of (.*)›", text)
    assert told[:2] == ["same.jpg (change 1)", "same.jpg (change 2)"]
    assert told[2:] == ["same.jpg (change 2) (change 3)", "other.jpg"]
    assert "the same" not in text.partition("new creative")[2]


def _made(change_id: str, kind: str, name: str, **params: Any) -> Change:
    return Change(
        id=change_id,
        kind=kind,
        effect=Effect.CREATE,
        account="act_1",
        name=name,
        request=Request(path="act_1/made", params=params),
        spend=Spend(daily_minor=0, currency="EUR"),
    )
