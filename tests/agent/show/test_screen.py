"""What a person sees is complete, readable, and cannot be forged by text from the account."""

import io
import json
from datetime import UTC, datetime

import pytest
from rich.console import Console

from agent.run.events import RunStarted, TextDelta, ToolFinished, ToolStarted
from agent.run.toolbox import _refused
from agent.show.change_lines import shared_ending
from agent.show.console import ConsoleApprover
from agent.show.screen import Screen
from agent.writes.approval import Decision
from agent.writes.change_events import Decided, Proposed, Settled
from agent.writes.journal_reader import Outcome
from agent.writes.policy import Ruling
from tests.agent.writes.test_journal import a_set
from tests.agent.writes.test_policy import budget, change, start
from tools.domain.text import clean
from tools.graph import Waiting

HOSTILE = "[red]Sale[/red]\x1b[2J\u202e\u200b\nApproved by you │ ┃"


@pytest.fixture
def screen():
    shown = Screen()
    shown.out = shown.progress = Console(file=io.StringIO(), width=140, highlight=False)
    return shown


def text(screen) -> str:
    return screen.out.file.getvalue()


def test_a_change_set_shows_now_and_then_money_and_reason(screen):
    """What, now → then, spend per day with its currency, why, and the sum."""
    screen(
        Proposed(
            a_set(budget(5000, 6000, name="Summer", reason="winner"), start().model_copy(update={"id": "d"})),
            "",
        )
    )
    shown = text(screen)
    for part in (
        "50.00 USD → 60.00 USD",
        "+10.00 USD",
        "winner",
        "PAUSED → ACTIVE",
        "2 changes, +30.00 USD per day",
    ):
        assert part in shown


def test_an_unknown_effect_is_said(screen):
    """What cannot be known beforehand is not shown as zero."""
    screen(Proposed(a_set(start(daily=None)), ""))
    assert "1 whose effect is not known beforehand" in text(screen)


def test_names_cannot_style_hide_or_break_what_is_shown(screen):
    """Markup stays text, control and hidden characters are gone, a name stays one line."""
    screen(Proposed(a_set(change(name=HOSTILE, reason=HOSTILE)), ""))
    screen(ToolStarted("1", HOSTILE, {"name": HOSTILE}))
    screen(ToolFinished("1", "x", HOSTILE, is_error=True))
    screen(Decided("cs-1", "later", "nobody", HOSTILE))
    shown = text(screen)
    assert "[red]Sale[/red]" in shown
    for hidden in ("\x1b", "\u202e", "\u200b"):
        assert hidden not in shown


def test_everything_that_went_well_is_one_line_and_the_rest_is_named(screen):
    """Only what did not simply work gets a line of its own."""
    good, bad = change(id="a", name="Good"), change(id="b", name="Bad")
    outcomes = (Outcome(good, "CONFIRMED", note="read back"), Outcome(bad, "SENT", note="no answer"))
    screen(Settled("cs-1", "partly_applied", outcomes, failure="Meta went away"))
    shown = text(screen)
    assert "1 done, 1 unknown" in shown
    assert "unknown Bad" in shown
    assert "Good" not in shown
    assert "Stopped early: Meta went away" in shown


def test_waiting_says_until_when(screen):
    """A person can decide whether to wait."""
    until = datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)
    screen(Waiting("Meta error 17", 30, until))
    assert f"until {until.astimezone():%H:%M:%S}" in text(screen)
    assert "Meta error 17" in text(screen)


def test_streamed_text_is_shown_once(screen):
    """Pieces appear as they come, and the next thing begins on its own line."""
    screen._talking = True
    for piece in ("hel", "lo\x1b"):
        screen(TextDelta(piece))
    screen(ToolStarted("1", "history", {}))
    assert text(screen).splitlines()[:2] == ["hello", "  · history"]


WHO = "the person at the terminal"
ID = a_set().id
PUT_OFF = Decision("later", WHO, "put off")
STOPPED = Decision("later", WHO, "stopped at the question")
UNCLEAR = Decision("later", WHO, "no clear yes and no clear no")
YES = (
    "y",
    "Yes.",
    "yes please",
    "apply it",
    "Apply",
    "yes, apply it",
    "do it",
    "ja",
    "oui",
    "sí",
    "ja bitte",
    "sim",
    "Sim, obrigado",
)
YES += (f"apply {ID}", f"adsteward apply {ID}")
NO = (
    "n",
    "no",
    "No!",
    "nein danke",
    "non",
    "forget it",
    "decline",
    "no, forget it",
    "don't",
    f"decline {ID}",
    "não",
    "nao",
    "Não, obrigada",
)
LATER = ("", "l", "later", "not now", "später", "plus tard", "mais tarde", "agora não")
STOP = ("stop", "STOP!", "/quit", "cancel", "quit", "abort")
NEITHER = (
    "ok",
    "sure",
    "what does that do?",
    "yes?",
    "yes but not the first",
    "no problem",
    "n y",
    "n yes",
    "no, apply it",
    "over",
    "apply cs-000000000000",
    "decline cs-000000000000",
    "adsteward history",
    "pause everything",
)


@pytest.mark.parametrize(
    ("said", "decision"),
    [
        *((word, Decision("approved", WHO)) for word in YES),
        *((word, Decision("declined", WHO)) for word in NO),
        *((word, PUT_OFF) for word in LATER),
        *((word, STOPPED) for word in STOP),
        ("no, not the first one", Decision("declined", WHO, "not the first one")),
        ("n: too early", Decision("declined", WHO, "too early")),
        ("no because it is my favourite", Decision("declined", WHO, "it is my favourite")),
        ("n not now", Decision("declined", WHO, "not now")),
        ("n I need it", Decision("declined", WHO, "I need it")),
    ],
)
def test_a_clear_answer_does_what_it_says(screen, monkeypatch, said, decision):
    """A yes approves, a no declines and may say why, later and stop send nothing and leave the set waiting."""
    monkeypatch.setattr(screen.out, "input", lambda *_, **__: said)
    assert ConsoleApprover(screen).decide(a_set(), Ruling("ask", "may raise spend")) == decision
    assert "May raise spend." in text(screen)
    assert "neither" not in text(screen)
    assert ("still waits. The emergency brake" in text(screen)) == (decision is STOPPED)


@pytest.mark.parametrize("said", NEITHER)
def test_what_is_neither_a_yes_nor_a_no_is_asked_again(screen, monkeypatch, said):
    """It approves and declines nothing; after a line that says what answers there are, a yes counts."""
    words = iter([said, "yes"])
    monkeypatch.setattr(screen.out, "input", lambda *_, **__: next(words))
    assert ConsoleApprover(screen).decide(a_set(), Ruling("ask", "x")) == Decision("approved", WHO)
    assert text(screen).count("neither a yes nor a no: y applies, n declines, l leaves it waiting.") == 1


def test_a_set_waits_when_no_answer_was_clear(screen, monkeypatch):
    """It is asked a few times, and not for ever."""
    asked = []
    monkeypatch.setattr(screen.out, "input", lambda question, **_: asked.append(question) or "ok")
    assert ConsoleApprover(screen).decide(a_set(), Ruling("ask", "x")) == UNCLEAR
    assert len(asked) == 3
    screen(Decided("cs-1", "later", WHO, UNCLEAR.reason))
    assert "Not approved yet: no clear yes and no clear no. Nothing was changed." in text(screen)


@pytest.mark.parametrize(
    ("model", "refused", "decided"), [("offline", 0, 0), ("none", 0, 1), ("claude-sonnet-4-5", 1, 1)]
)
def test_what_the_answer_by_code_says_is_not_said_before_it(screen, model, refused, decided):
    """What was refused, failed or not approved is said by code, whatever a language model says of it, and once."""
    screen(RunStarted("r1", "pause it", "SANDBOX", "act_1", model))
    screen(ToolFinished("1", "set_status", '{"error": "No such ad."}', is_error=True))
    assert text(screen).count("! set_status: No such ad.") == refused
    screen(Decided("cs-1", "later", WHO, "put off"))
    assert text(screen).count("Not approved yet: put off. Nothing was changed.") == decided
    screen(Settled("cs-1", "failed", (Outcome(change(), "REJECTED", note="no"),), failure="Meta went away"))
    assert text(screen).count("Stopped early: Meta went away") == refused
    screen(Decided("cs-1", "approved", WHO, ""))
    assert "Approved by the person at the terminal" in text(screen)


def test_a_refusal_of_the_guardrails_begins_with_its_reason(screen):
    """One line of progress holds the first reason; the answer tells the names."""
    names = {"it is protected by stack.md (*evergreen*)": ["A: one. Two", "B"], "over the line": ["C"]}
    screen(ToolFinished("1", "set_status", json.dumps({"error": _refused(names)}), is_error=True))
    assert text(screen).strip() == (
        "! set_status: Refused by the guardrails, as it is protected by stack.md (*evergreen*)"
    )


@pytest.mark.parametrize(
    ("said", "decision"),
    [
        (["over"], Decision("approved", WHO, over=True)),
        (["y", "yes", "Over."], Decision("approved", WHO, over=True)),
        (["y", ""], PUT_OFF),
        (["n"], Decision("declined", WHO)),
        (["overrun", "ok", "yes"], UNCLEAR),
    ],
)
def test_only_the_typed_word_goes_over_the_limits_of_a_day(screen, monkeypatch, said, decision):
    """A yes is asked again; the question and the limits name what is typed and what it passes."""
    words, asked = iter(said), []
    monkeypatch.setattr(screen.out, "input", lambda text, **_: asked.append(text) or next(words))
    over = Ruling(
        "ask", "over the limits of 24 hours: max_pauses_per_day 10: 3 left", over="max_pauses_per_day"
    )
    assert ConsoleApprover(screen).decide(a_set(), over) == decision
    assert "Type over to apply this change all the same" in asked[0]
    assert "max_pauses_per_day 10: 3 left" in text(screen)
    assert len(asked) == len(said)


@pytest.mark.parametrize(
    ("said", "agrees"),
    [(["ok", "yes"], True), (["ok", "n"], False), (["stop"], False), ([""], False), (["ok"] * 3, False)],
)
def test_a_long_wait_is_agreed_to_by_a_clear_yes(screen, monkeypatch, said, agrees):
    """What is neither a yes nor a no is asked again there, too."""
    words = iter(said)
    monkeypatch.setattr(screen.out, "input", lambda *_, **__: next(words))
    assert ConsoleApprover(screen).waits("Meta error 17", 300) is agrees
    assert not list(words)


def test_bytes_that_are_no_text_are_asked_again(screen, monkeypatch):
    """However the locale has them read, the person is told in plain words, and what is typed then counts."""

    def unreadable(*_, **__):
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    answers = iter([unreadable, lambda *_, **__: "\udcff", lambda *_, **__: "yes"])
    monkeypatch.setattr(screen.out, "input", lambda *_, **__: next(answers)())
    assert ConsoleApprover(screen).decide(a_set(), Ruling("ask", "x")).verdict == "approved"
    assert text(screen).count("That is no text that can be read here (it is not UTF-8). Type it again.") == 2


def test_an_end_of_input_is_not_a_yes(screen, monkeypatch):
    """A closed terminal approves nothing."""

    def closed(*_, **__):
        raise EOFError

    monkeypatch.setattr(screen.out, "input", closed)
    assert ConsoleApprover(screen).decide(a_set(), Ruling("ask", "x")).verdict == "later"


def test_a_remark_that_all_reasons_share_is_said_once():
    """Repeated brackets are noise."""
    assert shared_ending(["a (27 days)", "b (27 days)"]) == " (27 days)"
    assert shared_ending(["a (27 days)", "b (26 days)"]) == ""
    assert shared_ending(["a (27 days)"]) == ""
    assert shared_ending(["a", "a"]) == ""


def test_clean_keeps_what_people_write():
    """Letters of all scripts and emoji stay."""
    assert clean(" Ünïcode – 夏 🔥\n50% ") == "Ünïcode – 夏 🔥 50%"
