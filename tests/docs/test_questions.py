"""The page of questions is true: its calls are taken, what it says of their answers is there, and nothing is written."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from agent.setup.notebook import FileNotebook
from tests.tools.support import NOW, Desk, Ledger, a_picture, open_desk
from tools import registry
from tools.domain.tool import Proposal, Result, ToolError
from tools.graph.redact import Redactor

PAGE = Path(__file__).parents[2] / "docs" / "questions.md"
CODE = re.compile(r"`([^`]+)`")
SLOW = ("daily_check", "review_performance")
"""They read weeks of every ad, and answer the same each time: each is asked once."""
PICTURES = ("hero.jpg", "tent.jpg", "tent2.jpg")


class Row(NamedTuple):
    """A question, its calls, and the sayings about their answers: keys, or kinds of changes, or words of a refusal."""

    question: str
    calls: list[tuple[str, dict[str, Any]]]
    answer: str

    def said(self, begins: str) -> list[str]:
        """What stands in code in the part that begins so; keys stand in the first, which begins with one."""
        part = next((p for p in self.answer.split("; ") if p.startswith(begins)), "")
        return CODE.findall(part)


def sections() -> Iterator[tuple[str, list[Row]]]:
    """Each heading of the page with the rows of its table."""
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        cells = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
        yield section.partition("\n")[0], [_row(*row) for row in cells[2:]]


def _row(question: str, calls: str, answer: str) -> Row:
    parts = [code.partition(" ") for code in CODE.findall(calls)]
    return Row(question, [(name, json.loads(arguments)) for name, _, arguments in parts], answer)


SECTIONS = dict(sections())


class Waiting(Ledger):
    """A ledger with a set that waits for approval."""

    def withdraw(self, account: str, change_set_id: str, who: str, reason: str) -> str:
        """It is withdrawn."""
        return ""


class Played(NamedTuple):
    """Where the questions are asked."""

    desk: Desk
    folder: Path
    known: dict[str, Any]

    def answer(self, name: str, arguments: dict[str, Any]) -> Any:
        """What a tool gives. Raises ToolError."""
        call = json.dumps([name, arguments])
        if call not in self.known:
            answer = self.desk.call(name, **arguments)
            if name not in SLOW:
                return answer
            self.known[call] = answer
        return self.known[call]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The demo account with one pause in the ledger, and a folder with the files that questions name."""
    folder = tmp_path_factory.mktemp("questions")
    for number, name in enumerate(PICTURES):
        a_picture(folder / name, color=(40 * number, 90, 90))
    shared = {"adset_id": "23847000000002", "bodies": ["Text."]}
    one = {"name": "From a file", "image_path": "hero.jpg"}
    (folder / "ads.json").write_text(json.dumps(shared | {"ads": [one]}), encoding="utf-8")
    desk = open_desk(folder)
    desk.ledger = desk.context.ledger = Waiting()
    desk.context.notes = FileNotebook(
        folder, Redactor(()), lambda: NOW, lambda _: None, desk.context.account.id
    )
    desk.enact(desk.one("set_status", ids=["Static – Picnic blanket"], status="PAUSED"))
    yield Played(desk, folder, {})
    desk.wire.close()
    desk.http.close()


@pytest.mark.parametrize("section", SECTIONS)
def test_every_call_answers_as_the_page_says(
    section: str, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keys are there, its kinds are proposed, its refusals come in these words, and the account is as before."""
    desk = played.desk
    monkeypatch.chdir(played.folder)
    before = desk.writes(), desk.state()
    assert [f"{row.question}: {wrong}" for row in SECTIONS[section] for wrong in untrue(row, played)] == []
    assert (desk.writes(), desk.state()) == before


@pytest.mark.parametrize("section", SECTIONS)
def test_no_row_is_empty(section: str) -> None:
    """Each has a question and an answer; one without calls says so, one with calls says what comes of them."""
    rows = SECTIONS[section]
    assert rows
    assert [row for row in rows if not (row.question.strip() and row.answer.strip(" –"))] == []
    assert [r.question for r in rows if r.calls and not any(map(r.said, ("`", "proposes", "refused")))] == []


def test_every_tool_of_the_page_is_one_and_most_of_them_are_on_it() -> None:
    """What nobody would ask for by itself is the rest."""
    used = {name for rows in SECTIONS.values() for row in rows for name, _ in row.calls}
    parts = {"more_tools", "find_names", "create_creative", "create_ad", "upload_video", "remove_rules"}
    parts |= {"create_carousel", "create_video_creative", "create_post_creative", "set_webhooks"}
    assert used | parts == set(registry.BY_NAME)


def untrue(row: Row, played: Played) -> Iterator[str]:
    """What the page says of a row and is not so."""
    told, kinds, refusals = list[Any](), set[str](), list[str]()
    context = played.desk.context
    context.pending.clear()
    context.given = replace(context.given, words=(row.question,))
    for name, arguments in row.calls:
        registry.validated(registry.find(name), arguments)
        try:
            answer = played.answer(name, arguments)
        except ToolError as refused:
            refusals.append(str(refused))
            continue
        if isinstance(answer, Result):
            told.append(answer.content)
        elif isinstance(answer, Proposal):
            kinds |= {change.kind for change in answer.changes}
    for key in row.said("`"):
        if not any(holds(content, key.split(".")) for content in told):
            yield f"no {key} in {[list(content) for content in told]}"
    if kinds != set(row.said("proposes")):
        yield f"proposed {sorted(kinds)}"
    wanted = row.said("refused")
    if len(refusals) != len(wanted) or any(w not in r for w, r in zip(wanted, refusals, strict=True)):
        yield f"refused: {refusals}"


def holds(node: Any, path: list[str]) -> bool:
    """Whether a key is there, in at least one item of each list on the way."""
    if not path:
        return True
    key, each = path[0].removesuffix("[]"), path[0].endswith("[]")
    if not isinstance(node, Mapping) or key not in node:
        return False
    if each:
        return any(holds(item, path[1:]) for item in node[key])
    return holds(node[key], path[1:])
