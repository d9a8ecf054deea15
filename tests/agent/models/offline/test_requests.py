"""What people say is read as what it means; what is unclear or cannot be leads to no change, and the answer says why."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from agent.models.offline.language.period_days import said
from agent.models.offline.language.period_words import PRESET_DAYS
from agent.models.offline.language.slots import Amount, Request, Thing
from agent.models.offline.plans.conversation_so_far import Talk as SoFar
from agent.models.offline.plans.frames import FRAMES
from agent.models.offline.reading import answer
from tests.agent.models.offline.reading_aids import kind_of, request_of
from tests.agent.models.offline.talking import TODAY, WRITES, Talk
from tools import registry
from tools.domain.insights import PRESETS

TABLES: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "said_in_en.toml").read_text(encoding="utf-8")
)
UNDERSTOOD, REFUSED, WRONG = TABLES["understood"], TABLES["refused"], TABLES["wrong"]
HOW = {True: "by", False: "to", None: ""}


def told(value: Any) -> Any:
    """A slot as the table writes it."""
    if isinstance(value, Amount):
        return " ".join(
            filter(None, (HOW[value.relative], value.number, "%" if value.percent else value.currency))
        )
    if isinstance(value, Thing):
        return " ".join(filter(None, (value.role, value.level, value.text)))
    if hasattr(value, "operator"):
        return f"{value.figure} {value.operator} {value.value}"
    if isinstance(value, dict):
        return {key: told(part) for key, part in value.items()}
    return [told(part) for part in value] if isinstance(value, tuple) else value


def slots(request: Request) -> dict[str, Any]:
    """The slots of a request that matter, as the table writes them."""
    found = {key: told(value) for key, value in request.set_slots.items()}
    if request.periods:
        found["periods"] = [one.preset or f"{one.since}..{one.until}" for one in request.periods]
    return {key: value for key, value in found.items() if key not in ("want", "topic", "asked", "leading")}


@pytest.mark.parametrize("text", UNDERSTOOD, ids=[text[:60] for text in UNDERSTOOD])
def test_requests_are_understood(text):
    """Each phrasing gives exactly this kind of request with exactly these slots."""
    assert {"kind": kind_of(text)} | slots(request_of(text)) == UNDERSTOOD[text]


@pytest.mark.parametrize("text", REFUSED, ids=[text[:60] for text in REFUSED])
def test_what_is_unclear_leads_to_no_change(text):
    """Negations, conditions, double orders, questions and gaps: a reason that names the word, and not one write."""
    talk = Talk()
    told = talk.say(text)
    assert not WRITES & set(talk.called)
    assert REFUSED[text] in told
    assert "othing was done" in told or talk.ending == "refused"
    assert talk.ending


@pytest.mark.parametrize("text", WRONG, ids=[text[:60] for text in WRONG])
def test_a_value_that_cannot_be_is_refused_by_its_name(text):
    """The request was understood: the answer names the value, nothing is changed, and the run ends as refused."""
    talk = Talk()
    told = talk.say(text)
    assert "othing was done" in told
    assert WRONG[text] in told
    assert talk.ending == "refused"
    assert set(talk.called) <= {"find_names"}


@pytest.mark.parametrize("length", [1_500, 30_000])
def test_a_text_without_words_is_answered(length):
    """A single word without end is none of ours, what is longer than a request is said to be, and quotes in quotes are opened."""
    talk = Talk()
    assert "othing was done" in talk.say("x" * length)
    assert not WRITES & set(talk.called)
    assert "too long" in talk.say("x " * length)
    assert talk.say("“" * 1_000 + "”" * 1_000)


def test_the_tables_are_large_enough():
    """The tables stay what they were meant to be."""
    assert len(UNDERSTOOD) >= 150
    assert len(REFUSED) >= 60
    assert {row["kind"] for row in UNDERSTOOD.values()} <= set(FRAMES)


def test_periods_are_ones_the_tools_take():
    """The presets used exist, and every period is written as the tools want it."""
    assert {f"last_{n}d" for n in PRESET_DAYS} <= set(PRESETS)
    for text in UNDERSTOOD:
        for period in request_of(text).periods:
            registry.validated(registry.find("get_insights"), dict(period.args))
    assert said("last_week_mon_sun") == "last week (Mon-Sun)"
    unknown = answer("show spend since 2026-11-01", None, SoFar())
    with pytest.raises(StopIteration) as end:
        next(unknown)
    assert "today's date is not known" in end.value.value.text


@pytest.mark.parametrize(
    "part",
    [
        "pause ",
        "'a ",
        "the my ",
        "ads by ads ",
        ", and then ",
        "2026-11-01 ",
        "ctr and cpa ",
        "of Summer to 5 ",
    ],
)
def test_long_texts_are_read_in_a_moment(part):
    """No pattern runs away on repetition."""
    for length in (900, 19_000):
        start = time.process_time()
        for text in ((part * length)[:length], ("show " + part * length)[:length]):
            next(answer(text, TODAY, SoFar()), None)
        assert time.process_time() - start < 2


def test_what_cannot_be_done_so_is_told_how():
    """A launch file may be YAML, a table goes into a file of a name by /export, and a short number is no id."""
    talk = Talk()
    talk.say("launch ok.yaml")
    assert talk.last == {"file": "ok.yaml"}
    assert "Nothing in the account has the id 999999" in talk.say("pause ad 999999")
    assert "then: /export camp.xlsx" in talk.say("export spend by campaign this month to camp.xlsx")
    talk.say("spend by campaign last week")
    talk.say("export this")
    assert talk.last == {"file": "xlsx"}
    assert '"undo ID" takes one back' in talk.say("undo everything I did today")
    told = talk.say("pause ads in Spring Collection – Sales")
    assert 'All of them? Say "pause all ads in Spring Collection – Sales". Nothing was done.' in told
    talk.say("pause all ads in Spring Collection – Sales")
    assert "set_status" in talk.called


def test_what_was_declined_is_listed():
    """By the day on which it was proposed, with how its reason is shown."""
    row = {"when": "2026-11-12T10:00:00+00:00", "changes": 1, "on": "2026-11-12"}
    sets = [row | {"id": "cs-1", "state": "declined"}, row | {"id": "cs-2", "state": "applied"}]
    talk = Talk(history={"change_sets": sets, "today": str(TODAY)})
    for text in ("what was declined today?", "why was it declined?"):
        answer = talk.say(text)
        assert ("cs-1" in answer, "cs-2" in answer, '"show ID"' in answer) == (True, False, True)
    assert "was declined" in Talk().say("what was declined yesterday?")
