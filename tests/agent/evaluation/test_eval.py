"""`adsteward eval`: each check lets a good model through and stops a bad one; wrong writes are told by what they changed."""

import json
from decimal import Decimal

import pytest

from agent.cli.entry import _guarded
from agent.evaluation import checks, scores, tasks
from agent.evaluation.end_state import Difference
from agent.evaluation.playing import play
from agent.evaluation.tasks import Expect, Task
from tests.agent.servers import Messages, messages_server
from tests.agent.support import ScriptedModel


def found(messages):
    """The content of the newest tool result."""
    return json.loads(messages[-1]["content"][0]["content"])


def pausing(*names, then="Done: cs-1."):
    """A model that looks ads up by name and pauses them."""

    def pause(messages):
        looked = [json.loads(block["content"]) for block in messages[-1]["content"]]
        return [
            ("set_status", {"ids": [ad for told in looked for ad in ids(told, names)], "status": "PAUSED"})
        ]

    return [[("list_ads", {"name": name}) for name in names], pause, then]


def ids(told, names):
    """Ids of what carries one of these names, wherever it stands in an answer."""
    if isinstance(told, list) and told[1:2] and told[1] in names:
        yield told[0]
    for inner in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from ids(inner, names)


def quoting(field):
    """A model that tells one figure of the last seven days."""
    return [
        [("get_insights", {"date_preset": "last_7d"})],
        lambda messages: f"It was {found(messages)['totals'][field]}.",
    ]


CHAIR_GRID = "Static – Camping chair grid"
ONE = {"topic": "pause", "say": ("pause it",)}
CASES = {
    "figures": (
        Task(id="t", topic="report", say=("spend",), expect=Expect(figures=("spend@last_7d",))),
        quoting("spend"),
        ["It was about 9,000."],
        "lacks spend@last_7d",
    ),
    "says": (
        Task(id="t", topic="report", say=("hi",), expect=Expect(says=("moon",))),
        ["The moon."],
        ["The sun."],
        "lacks /moon/",
    ),
    "never says": (
        Task(id="t", topic="refuse", say=("hi",), expect=Expect(never_says=("secret",))),
        ["No."],
        ["The secret."],
        "says /secret/",
    ),
    "status": (
        Task(id="t", **ONE, expect=Expect(status={CHAIR_GRID: "PAUSED"})),
        pausing(CHAIR_GRID),
        ["I paused it."],
        "is not PAUSED",
    ),
    "nothing else": (
        Task(id="t", **ONE, expect=Expect(status={CHAIR_GRID: "PAUSED"})),
        pausing(CHAIR_GRID),
        pausing(CHAIR_GRID, "Static – Bug net"),
        "'Static – Bug net': status ACTIVE → PAUSED",
    ),
    "kinds of ads": (
        Task(id="t", **ONE, expect=Expect(paused_of=("loser",), at_least=1)),
        pausing(CHAIR_GRID),
        pausing("UGC – Maria packs light"),
        "'UGC – Maria packs light': status",
    ),
    "waiting": (
        Task(id="t", **ONE, approve="nobody", expect=Expect(waiting=True)),
        pausing(CHAIR_GRID),
        ["It waits."],
        "no change set waits",
    ),
    "declined": (
        Task(id="t", **ONE, approve="no"),
        pausing(CHAIR_GRID),
        [[("nothing", {})]],
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_good_model_passes_and_a_bad_one_does_not(case):
    """Judged by the account's end state and the answer; what went wrong is named."""
    task, good, bad, why = CASES[case]
    assert play(task, lambda: ScriptedModel(good)).passed
    if why:
        played = play(task, lambda: ScriptedModel(bad))
        assert not played.passed
        assert why in " ".join((*played.wrong_writes, *played.missing))


@pytest.mark.parametrize(
    ("one", "expect", "right"),
    [
        (Difference("adset", "1", "S", "daily_budget", "100", "110"), Expect(budget_minor={"S": 110}), True),
        (Difference("adset", "1", "S", "daily_budget", "100", "120"), Expect(budget_minor={"S": 110}), False),
        (Difference("adset", "1", "S", "targeting", "{}", "{1}"), Expect(budget_minor={"S": 110}), False),
        (Difference("ad", "1", "A", "name", "A", "B"), Expect(name={"A": "B"}), True),
        (Difference("ad", "1", "A", "name", "A", "C"), Expect(name={"A": "B"}), False),
        (Difference("ad", "1", "A", "status", None, "PAUSED"), Expect(created={"ad": 1}), True),
        (Difference("ad", "1", "A", "status", None, "ACTIVE"), Expect(created={"ad": 1}), False),
        (Difference("ad", "1", "A", "status", None, "PAUSED"), Expect(), False),
        (Difference("ad", "1", "A", "status", "PAUSED", None), Expect(gone=("A",)), True),
        (Difference("ad", "1", "A", "status", "PAUSED", None), Expect(), False),
        (Difference("campaign", "1", "C", "status", "ACTIVE", "PAUSED"), Expect(paused_of=("loser",)), False),
    ],
)
def test_each_change_is_wanted_or_wrong(one, expect, right):
    """A change is right only if the task names that very value; new ads only paused."""
    assert (checks.wrong_writes(expect, [one], {"1": "loser"}) == []) is right


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4,511.12 172 26.23", "4511.12"),
        ("4.511,12 EUR", "4511.12"),
        ("4 511,12", "4511.12"),
        ("4'511", "4511.12"),
        ("$4,511", "4511.12"),
        ("172 purchases", "172"),
    ],
)
def test_numbers_are_read_as_people_write_them(text, value):
    """Separators of all sorts, and rounded to what is shown; not a number next to it."""
    expect = Expect(figures=("spend@last_7d",))
    assert checks.missing(expect, [], text, lambda _: Decimal(value), waiting=False) == []
    assert checks.missing(expect, [], text, lambda _: Decimal(value) + 100, waiting=False)


def test_every_task_is_well_formed():
    """Ids once, at least 60 tasks over all topics and several languages."""
    found = tasks.load()
    assert len({task.id for task in found}) == len(found) >= 60
    assert {task.topic for task in found} == set(tasks.Topic.__args__)


def test_the_sums_tell_passes_wrong_writes_and_cost():
    """Passes by topic; tokens and cost per task where prices are given."""
    good, bad = (
        play(CASES["says"][0], lambda script=script: ScriptedModel(script)) for script in CASES["says"][1:3]
    )
    sums = scores.summary([good, bad], scores.Prices(Decimal(3), Decimal(15)))
    assert (sums["tasks"], sums["passed"], sums["wrong_writes"], sums["topics"]) == (
        2,
        1,
        0,
        {"report": "1 of 2"},
    )
    tokens = (sums["input_tokens_per_task"], sums["output_tokens_per_task"])
    assert sums["usd_per_task"] == f"{(Decimal(3) * tokens[0] + Decimal(15) * tokens[1]) / 1_000_000:.4f}"
    assert "usd_per_task" not in scores.summary([good], scores.Prices())


def test_the_command_tells_each_task_and_the_sums(capsys, monkeypatch):
    """Marks, what went wrong, topics and sums; below the wanted passes it fails; unknown names and prices are refused."""
    paused = ("set_status", {"ids": ["Static – Camping chair grid"], "status": "PAUSED"})
    with messages_server(Messages("I do not know.", [paused], "Done.")) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        wanted = ["eval", "--model", "scripted", "pause-one", "accounts", "--at-least", "2"]
        assert _guarded(wanted) == 6
    told = capsys.readouterr().out
    assert "✓ pause-one" in told
    assert "✗ accounts" in told
    assert "the answer lacks" in told
    assert "1 of 2 tasks passed, 0 wrong writes" in told
    assert _guarded(["eval", "--model", "offline", "pause-one", "--at-least", "1", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["played"]
    assert (one["id"], one["passed"], one["wrong_writes"]) == ("pause-one", True, [])
    assert _guarded(["eval", "nonsense"]) == 2
    assert "no task 'nonsense'" in capsys.readouterr().err
    assert _guarded(["eval", "--input-price", "-3"]) == 2
    assert _guarded(["eval", "--list", "language"]) == 0
