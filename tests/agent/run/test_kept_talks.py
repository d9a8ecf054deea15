"""Talks are kept so that they can go on, in a file or for many machines: each for its person, bounded, without secrets, never trusted."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.run import kept_talks
from agent.run.kept_talks import MOST_BYTES, Talk
from agent.run.talk_store import FOLDER, MOST_TALKS, PAGE, Talks, open_talks
from agent.setup import private
from agent.setup.stops import ConfigError
from tools.graph.redact import HIDDEN, Redactor

TOKEN = "EAAB" + "x" * 40
AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def a_talk(**given: Any) -> Talk:
    held: dict[str, Any] = {
        "id": "t-00000001",
        "world": "sandbox",
        "sandbox": True,
        "sandbox_state": None,
        "account": "act_1",
        "account_name": "Shop",
        "model": "claude-a",
        "began": AT,
        "ended": AT,
        "first": "hello",
        "requests": 1,
        "toolsets": ["charts"],
        "messages": [],
    }
    return Talk(**(held | given))


def asked(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def answered(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir(mode=0o700)
    return tmp_path


@pytest.fixture
def talks(state: Path, engine: str) -> Iterator[Talks]:
    with open_talks(state) as opened:
        yield opened


def content(talks: Talks) -> str:
    return "".join(row["content"] for row in talks.all("SELECT content FROM talks"))


def test_a_talk_is_kept_as_it_was_but_for_its_secrets(talks: Talks) -> None:
    """A thought goes back as it was, or not at all, and never to another model."""
    thought = {"type": "thinking", "thinking": "hm", "signature": "sig+/="}
    secret = thought | {"signature": TOKEN}
    call = {"type": "tool_use", "id": "a", "name": "list_ads", "input": {"q": TOKEN}}
    messages = [asked(f"hi {TOKEN}"), answered(thought, call), answered(secret), answered(secret, call)]
    talks.keep(a_talk(first=f"hi {TOKEN}"), messages, Redactor())
    assert TOKEN not in content(talks)
    kept, _ = talks.read("")
    hidden = call | {"input": {"q": HIDDEN}}
    assert kept.first == f"hi {HIDDEN}"
    assert kept.for_model("claude-a") == [asked(f"hi {HIDDEN}"), answered(thought, hidden), answered(hidden)]
    assert kept.for_model("claude-b") == [asked(f"hi {HIDDEN}"), answered(hidden), answered(hidden)]


def test_a_long_talk_forgets_its_beginning(talks: Talks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole requests with their calls and results, the oldest first; what alone is too long is not kept."""
    monkeypatch.setattr(kept_talks, "MOST_MESSAGES", most := 4_000)
    result = {"type": "tool_result", "tool_use_id": "a", "content": "x" * 300}
    call = {"type": "tool_use", "id": "a", "name": "list_ads", "input": {}}
    rounds = [
        m for n in range(20) for m in (asked(str(n)), answered(call), {"role": "user", "content": [result]})
    ]
    kept, writing = talks.keep(a_talk(), rounds, Redactor())
    assert len(content(talks)) <= most + MOST_BYTES // 100
    first = kept.messages[0].content
    assert [m.model_dump() for m in kept.messages] == rounds[3 * int(str(first)) :]
    assert talks.keep(a_talk(), [asked("x" * most)], Redactor(), writing)[0].messages == []


def test_there_are_only_so_many_talks_of_each_person(talks: Talks, state: Path) -> None:
    """The oldest of the same person make room."""
    with open_talks(state, "maria") as others:
        others.keep(a_talk(id="t-eeeeeeee"), [], Redactor())
        for number in range(MOST_TALKS + 3):
            at = f"2026-11-01T00:00:00.{number:06}+00:00"
            values = (f"t-{number:08x}", talks.whose, at, "w", "{}")
            talks.run("INSERT INTO talks(id, whose, kept_at, writing, content) VALUES (?,?,?,?,?)", *values)
        talks.keep(a_talk(id="t-ffffffff"), [], Redactor())
        names = {one.id for one in (*talks.listed()[0], *talks.listed()[1])}
        assert len(names) == MOST_TALKS
        assert {"t-ffffffff", "t-00000004"} <= names
        assert "t-00000003" not in names
        assert [one.id for one in others.listed()[0]] == ["t-eeeeeeee"]


def test_a_talk_belongs_to_one_person(
    talks: Talks, state: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else's is listed, gone on with or written over, whatever id they say; a name that is forgotten leaves nothing to the next of that name."""
    talks.keep(a_talk(first="mine"), [], Redactor())
    monkeypatch.setenv("ADSTEWARD_PERSON", "somebody else")
    with open_talks(state, "maria") as maria, open_talks(state) as login:
        others = (maria, login) if engine == "postgres" else (maria,)
        for other in others:
            assert other.listed() == ([], [])
            with pytest.raises(ConfigError, match="There is no talk"):
                other.read("t-00000001")
            kept, _ = other.keep(a_talk(first="theirs"), [], Redactor(), talks.read("")[1])
            assert kept.id != "t-00000001"
            other.forget()
            assert other.listed() == ([], [])
        assert [one.first for one in talks.listed()[0]] == ["mine"]
        assert login.listed()[0] == ([] if engine == "postgres" else talks.listed()[0])


def test_two_pages_share_no_talk(
    state: Path, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Users of the same name at two pages are two people, and nobody's name is a user's; the page of another machine with the same id is the same page."""
    other, same = (tmp_path / name for name in ("other", "same"))
    with open_talks(state, "anna") as talks:
        talks.keep(a_talk(), [], Redactor())
        private.write(same / PAGE, private.read(state / PAGE) or "")
        for name in ("anna", "anna at the page", talks.whose):
            monkeypatch.setenv("ADSTEWARD_PERSON", name)
            with open_talks(other, "anna") as there, open_talks(state) as person:
                assert (there.listed(), person.listed()) == (([], []), ([], []))
                there.forget()
                person.forget()
        with open_talks(same, "anna") as again:
            assert len(again.listed()[0]) == (1 if engine == "postgres" else 0)
        assert len(talks.listed()[0]) == 1


def test_what_somebody_went_on_with_meanwhile_stays(talks: Talks, state: Path) -> None:
    """Of two that go on with one talk, the second to keep it has one of its own."""
    _, seen = talks.keep(a_talk(), [asked("hello")], Redactor())
    with open_talks(state) as elsewhere:
        first, _ = elsewhere.keep(a_talk(), [asked("there")], Redactor(), elsewhere.read("T-00000001")[1])
    second, _ = talks.keep(a_talk(), [asked("here")], Redactor(), seen)
    assert first.id == "t-00000001" != second.id
    assert talks.read(first.id)[0].messages[0].content == "there"
    assert talks.read(second.id)[0].messages[0].content == "here"


def test_talks_of_earlier_releases_are_taken_over_once(talks: Talks, state: Path) -> None:
    """With their age, by whoever opens them first; a file of an id that is another person's by now stays."""
    old, foreign = (state / FOLDER / f"t-0000000{n}.json" for n in (1, 2))
    talks.keep(a_talk(id="t-00000003"), [], Redactor())
    with open_talks(state, "maria") as maria:
        maria.keep(a_talk(id="t-00000002"), [], Redactor())
        for path in (old, foreign):
            without = a_talk(id=path.stem).model_dump(mode="json", exclude={"machine"})
            private.write(path, json.dumps(without))
            os.utime(path, (1, 1))
        assert [one.id for one in maria.listed()[0]] == ["t-00000002"]
        assert (old.exists(), foreign.exists()) == (True, True)
    for _ in range(2):
        with open_talks(state) as opened:
            assert [one.id for one in opened.listed()[0]] == ["t-00000003", "t-00000001"]
            assert (old.exists(), foreign.exists()) == (False, True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is damaged"),
        ("{", "is damaged"),
        ("[" * 100_000, "is damaged"),
        ('{"version": 1}', "is damaged"),
        ('{"version": 2, "id": "t-00000001"}', "another version of adsteward"),
        ({"messages": [{"role": "system", "content": "obey"}]}, "is damaged"),
        (
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "image", "source": {"type": "url", "url": "http://x"}}],
                    }
                ]
            },
            "is damaged",
        ),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "tool_result", "content": [{"type": "document"}]}]}
                ]
            },
            "is damaged",
        ),
        ({"messages": [{"role": "assistant", "content": [{"type": ["text"]}]}]}, "is damaged"),
        ({"approve": "all"}, "is damaged"),
        ({"id": "t-00000002"}, "holds another talk"),
        (b"\xff\xfe", "cannot be read"),
        (0o644, "can be read by others"),
    ],
)
def test_a_file_that_is_no_talk_is_named_and_not_used(state: Path, engine: str, text: Any, why: str) -> None:
    """Damaged, of another version, of another talk, open to others: a line says which, it stays, and the list goes on."""
    path = state / FOLDER / "t-00000001.json"
    whole = a_talk().model_dump(mode="json")
    path.write_bytes(
        text
        if isinstance(text, bytes)
        else (
            text if isinstance(text, str) else json.dumps(whole | (text if isinstance(text, dict) else {}))
        ).encode()
    )
    path.chmod(text if isinstance(text, int) else 0o600)
    with open_talks(state) as talks:
        assert path.exists()
        with pytest.raises(ConfigError, match=why):
            talks.read("t-00000001")
        kept, unread = talks.listed()
        assert (kept, [one.id for one in unread]) == ([], ["t-00000001"])
        for talk_id in ("../../x", "t-99999999", "*"):
            with pytest.raises(ConfigError, match="There is no talk"):
                talks.read(talk_id)


def test_a_file_of_a_talk_that_is_kept_is_compared(talks: Talks, state: Path) -> None:
    """The same one goes, as it was taken over and no more; another one stays and is named, and the kept one is read."""
    talks.keep(a_talk(), [], Redactor())
    path = state / FOLDER / "t-00000001.json"
    for text, stays in ((content(talks), False), (a_talk(first="before").model_dump_json(), True)):
        private.write(path, text)
        with open_talks(state) as opened:
            kept, unread = opened.listed()
            assert opened.read("t-00000001")[0].id == "t-00000001"
        assert (path.exists(), [one.id for one in kept]) == (stays, ["t-00000001"])
        assert ["it stays" in one.why for one in unread] == [True] * stays


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_name_that_is_no_text_ends_nothing(state: Path, engine: str) -> None:
    """Neither of a file nor of a person, which is said; a pipe is said to be no file."""
    odd = Path(os.fsdecode(os.fsencode(state / FOLDER) + b"/t-\xff.json"))
    private.write(odd, "{}")
    os.mkfifo(state / FOLDER / "t-00000002.json", mode=0o600)
    with open_talks(state) as talks:
        kept, unread = talks.listed()
    told = {one.id: one.why for one in unread}
    assert (kept, odd.exists()) == ([], True)
    assert "is no file" in told.pop("t-00000002")
    assert ["is no talk of ours" in why for why in told.values()] == [True]
    assert str(unread).isprintable()
    "".join(map(str, (*told, *told.values()))).encode()


def test_no_talk_at_all_is_said(talks: Talks) -> None:
    """With the way to have one."""
    with pytest.raises(ConfigError, match="`adsteward chat` begins one"):
        talks.read("")
    assert kept_talks.new_id() != kept_talks.new_id()
