"""A talk at a terminal: unclear answers, Ctrl-C, and next steps that can be typed as they are printed."""

import json
import re
import signal

import pytest

from tests.agent.support import Sandbox
from tests.attacks.terminals import packed
from tests.attacks.test_a_yes import ASKED, READY, chat, cli, proposed, states, statuses, terminal, ws  # noqa: F401
from tests.tools.support import JACKET, TENT

PAUSE = f"pause {TENT}"
STEP = re.compile(r"(?:adsteward )?(?:apply|undo|show|decline) cs-[0-9a-f]{12}")


def words(shown: str) -> str:
    return " ".join(shown.replace("│ ", "").split())


def test_what_is_neither_a_yes_nor_a_no_is_asked_again(terminal, ws) -> None:  # noqa: F811
    """A word, a question, a pasted command and bytes that are no text: nothing is sent or declined, and a yes then counts."""
    talk = chat(terminal)
    talk.answer(PAUSE, ASKED)
    for said in ("ok", "what does that do?"):
        assert "y applies, n declines, l leaves it waiting" in words(talk.answer(said, ASKED))
    talk.paste("adsteward apply cs-0123456789ab")
    assert "Pasted text answers no question" in words(talk.until(ASKED))
    talk.type(b"\xffyes\xfe\n")
    assert "no text that can be read here" in words(talk.until(ASKED))
    assert (statuses(ws, TENT), set(states(ws).values())) == (["ACTIVE"], {"proposed"})
    talk.answer("yes please", READY)
    assert statuses(ws, TENT) == ["PAUSED"]


def test_three_unclear_answers_leave_the_set_waiting(terminal, ws) -> None:  # noqa: F811
    """That is said, once, with its id and what to type."""
    talk = chat(terminal)
    talk.answer(PAUSE, ASKED)
    talk.answer("ok", ASKED)
    talk.answer("sure", ASKED)
    shown = words(talk.answer("hm", READY))
    (waits,) = states(ws)
    assert (
        "Nothing was changed yet: 1 change waits for your approval (no clear yes and no clear no)." in shown
    )
    assert "Not approved yet" not in shown
    assert f"apply {waits}" in shown
    assert states(ws) == {waits: "proposed"}


def test_stop_at_the_question_sends_nothing_and_leaves_the_set_waiting(terminal, ws) -> None:  # noqa: F811
    """Which of the two it is, is said; the emergency brake is another request."""
    talk = chat(terminal)
    talk.answer(PAUSE, ASKED)
    shown = words(talk.answer("stop", READY))
    assert "Stopped: nothing is sent, and the set still waits." in shown
    assert set(states(ws).values()) == {"proposed"}
    assert "Nothing to stop: adsteward started and raised nothing" in words(talk.answer("stop", READY))


def test_every_next_step_can_be_typed_as_it_is_printed(terminal, ws) -> None:  # noqa: F811
    """Waiting, shown, applied and undone: no line names the program, and each works in the same talk."""
    talk = chat(terminal)
    talk.answer(PAUSE, ASKED)
    shown = talk.answer("later", READY)
    (waits,) = states(ws)
    assert {*STEP.findall(words(shown))} == {f"apply {waits}"}
    shown = words(talk.answer(f"show {waits}", READY))
    assert packed(f"pause ad “Static – Tent 20% off” ({TENT})") in packed(shown)
    assert "state: waits for approval" in shown
    assert f"It waits: `apply {waits}` asks for your approval, `decline {waits}` withdraws it." in shown
    said = words(talk.answer("y", READY))
    assert f"Nothing was asked just now. {waits} waits: `apply {waits}`" in said
    assert "ANTHROPIC" not in said
    talk.answer(f"apply {waits}", ASKED)
    shown = words(talk.answer("y", READY))
    assert STEP.findall(shown) == [f"undo {waits}"]
    assert "Nothing is open, and nothing waits" in words(talk.answer("no", READY))
    assert "state: applied" in words(talk.answer(f"/show {waits}", READY))
    assert waits in words(talk.answer("history", READY))
    talk.answer(f"undo {waits}", ASKED)
    talk.answer("y", READY)
    assert statuses(ws, TENT) == ["ACTIVE"]


def test_a_no_to_what_waited_is_said_with_its_reason(cli, terminal, ws) -> None:  # noqa: F811
    """At once, in the history, where the set is shown, and to whoever asks what it is by now."""
    talk = chat(terminal)
    talk.answer(PAUSE, ASKED)
    talk.answer("later", READY)
    (waits,) = states(ws)
    talk.answer("/apply", ASKED)
    said = words(talk.answer("n too early", READY))
    assert "Declined by the person at the terminal: too early. Nothing was changed." in said
    assert "(declined: too early)" in cli("history")[1]
    assert "declined by the person at the terminal: too early" in cli("show", waits)[1]
    assert "by the person at the terminal: too early: at a terminal" in words(cli("inbox", "show", waits)[1])
    shown = words(talk.answer(f"forget {waits}", READY))
    assert f"{waits} was declined at" in shown
    assert "is withdrawn" not in shown
    assert (json.loads(cli("history", "--json")[1])["change_sets"][0]["why"], states(ws)) == (
        "too early",
        {waits: "declined"},
    )


def test_several_that_wait_stand_one_below_the_other(cli, terminal, ws) -> None:  # noqa: F811
    """`apply it` that may mean two of them asks which, each on its own line with its time and zone."""
    for ad in (TENT, JACKET):
        proposed(cli, "--sandbox", ids=ad)
    shown = chat(terminal).answer("apply it", READY)
    assert re.search(
        r"Which one\?\s*\n\s*cs-[0-9a-f]{12}  \d{4}-\d\d-\d\d \d\d:\d\d UTC-0[45]:00  1 change", shown
    )


def test_a_set_of_another_world_is_not_shown_in_a_talk(cli, terminal, ws) -> None:  # noqa: F811
    """As with apply: both worlds are named."""
    kept = proposed(cli, "--sandbox-state", ws / "kept.sqlite")
    talk = chat(terminal, columns=40)
    said = packed(talk.answer(f"show {kept}", READY))
    assert packed(f"{kept} was made for sandbox:{ws / 'kept.sqlite'}") in said
    assert "There is no change set cs-000000000000. `history` lists them." in words(
        talk.answer("show cs-000000000000", READY)
    )


@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("asked", [False, True])
def test_a_kill_ends_the_talk_and_loses_nothing(cli, terminal, ws, number, *, asked) -> None:  # noqa: F811
    """At the prompt as at the question: what waits still waits, the talk can go on, and the exit code is that of an interruption."""
    talk = chat(terminal)
    talk.answer(PAUSE if asked else "how many ads do I have?", ASKED if asked else READY)
    talk.process.send_signal(getattr(signal, number))
    shown = words(talk.end())
    assert talk.code == 130
    assert "Ended from outside. Nothing more was changed." in shown
    (kept,) = re.findall(r"chat --resume (t-\w+)", shown)
    assert f'"{kept}"' in cli("sessions", "--json")[1]
    waiting = states(ws)
    assert set(waiting.values()) == ({"proposed"} if asked else set())
    assert all(f"apply {one}" in shown for one in waiting)


def test_ctrl_c_at_the_question_says_that_the_set_waits(terminal, ws) -> None:  # noqa: F811
    """When it is proposed and when it is applied later: the talk goes on, and what is printed can be typed."""
    talk = chat(terminal)
    talk.answer(PAUSE, ASKED)
    for again in (True, False):
        shown = talk.interrupt(READY)
        (waits,) = states(ws)
        assert "\nInterrupted. Nothing was changed.\n" in shown
        assert f"{waits} still waits: `apply {waits}` shows it again and asks, `decline {waits}`" in words(
            shown
        )
        if again:
            talk.answer(f"apply {waits}", ASKED)
    assert states(ws) == {waits: "proposed"}
    assert "is withdrawn" in talk.answer(f"decline {waits}", READY)
    assert statuses(ws, TENT) == ["ACTIVE"]


@pytest.mark.parametrize("command", ["run", "apply", "undo", "tool"])
def test_ctrl_c_at_the_question_of_a_command_names_the_command(cli, terminal, ws, command) -> None:  # noqa: F811
    """With the program's name, as it is typed in a shell; it is an interruption for whoever called."""
    pause = json.dumps({"ids": [TENT], "status": "PAUSED"})
    given = {
        "run": (PAUSE, "--model", "offline", "--sandbox"),
        "tool": ("set_status", pause, "--approve", "ask", "--sandbox"),
    }
    if command in ("apply", "undo"):
        given[command] = (proposed(cli, "--sandbox"),)
    if command == "undo":
        cli("apply", *given[command])
    opened = terminal(command, *given[command])
    opened.until(ASKED)
    shown = words(opened.interrupt())
    waits = next(i for i, state in states(ws).items() if state == "proposed")
    assert opened.code == 130
    assert "Interrupted. Nothing was changed." in shown
    assert f"`adsteward apply {waits}` shows it again and asks" in shown


def test_an_order_is_stopped_with_two_sets_in_it(terminal, ws) -> None:  # noqa: F811
    """Ctrl-C at the second question of a talk leaves the first as it was applied, and says nothing else of it."""
    talk = chat(terminal)
    talk.answer(PAUSE, ASKED)
    talk.answer("y", READY)
    talk.answer(f"pause {JACKET}", ASKED)
    shown = words(talk.interrupt(READY))
    assert statuses(ws, TENT, JACKET) == ["PAUSED", "ACTIVE"]
    assert len(STEP.findall(shown)) == 2


def test_the_second_word_of_stop_works_as_its_note_prints_it(cli, terminal, ws) -> None:  # noqa: F811
    """In a talk and in `run`: what is protected is left out and named, then paused by the word that the note says."""
    (ws / "brand").mkdir()
    (ws / "brand" / "stack.md").write_text('protect: ["*Tent 20*"]\n', encoding="utf-8")
    talk = chat(terminal)
    shown = words(talk.answer("pause everything", ASKED))
    assert "still running: Static – Tent 20% off; say `stop protected` to pause them, too" in shown
    talk.answer("later", READY)
    shown = words(talk.answer("stop protected", ASKED))
    assert "which stack.md protects" in shown
    talk.answer("yes", READY)
    with Sandbox(ws / "state" / "sandbox.sqlite") as sandbox:
        assert "ACTIVE" not in {ad["effective_status"] for ad in sandbox.ads()}
    code, said = cli("run", "stop protected", "--model", "offline", "--sandbox", "--approve", "none")
    assert (code, "change waits" in said or "changes wait" in said) == (3, True)
