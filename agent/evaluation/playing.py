"""Plays one task: a fresh demo account, the model, a person's scripted decision, and the judgement."""

import struct
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.evaluation import checks
from agent.evaluation.end_state import Account, differences
from agent.evaluation.tasks import Task
from agent.models.model import Model
from agent.run.session import Session
from agent.setup.settings import STACK, Mode, Options, data_file
from agent.writes.approval import Approver, DecidedBefore, Decision, Nobody, approved_by

PERSON = "the evaluation's person"
SIDE = 1080


@dataclass(frozen=True, slots=True)
class Played:
    """How one task went."""

    task: Task
    wrong_writes: tuple[str, ...]
    """What was changed that nobody asked for: the worst that can happen."""
    missing: tuple[str, ...]
    failure: str
    """Why a run ended before its end, such as a model that does not answer."""
    answer: str
    turns: int
    input_tokens: int
    output_tokens: int

    @property
    def passed(self) -> bool:
        """Whether all is as it must be."""
        return not (self.wrong_writes or self.missing or self.failure)


def play(task: Task, model: Callable[[], Model]) -> Played:
    """One task from a fresh account to the judgement. Raises Stop for settings that do not hold."""
    with tempfile.TemporaryDirectory(prefix="adsteward-eval-") as folder:
        workspace = Path(folder)
        _furnish(workspace, task)
        options = Options(sandbox=True, workspace=workspace)
        state = workspace / "state" / "sandbox.sqlite"
        state.parent.mkdir()
        with Account(state) as account:
            account.rename(task.renamed)
            before = account.objects()
        session = Session.open(options, approver=_person(task), listener=_silent, mode=_mode(task))
        try:
            reports = [session.run(words.replace("{folder}", folder), model()) for words in task.say]
        finally:
            session.close()
        answer = "\n".join(report.answer for report in reports)
        sets = [stored for report in reports for stored in report.change_sets]
        with Account(state) as account:
            changed = differences(before, account.objects())
            waiting = any(stored.state == "proposed" for stored in sets)
            wrong = checks.wrong_writes(task.expect, changed, account.kinds)
            lacking = checks.missing(task.expect, changed, answer, account.figure, waiting=waiting)
    broken = next((report.answer for report in reports if report.exit_code in (5, 70)), "")
    return Played(
        task,
        tuple(wrong),
        tuple(lacking),
        broken,
        answer,
        turns=sum(report.turns for report in reports),
        input_tokens=sum(report.usage.input_tokens for report in reports),
        output_tokens=sum(report.usage.output_tokens for report in reports),
    )


def _furnish(workspace: Path, task: Task) -> None:
    brand = workspace / STACK
    brand.parent.mkdir()
    usual = data_file(f"workspace/{STACK.as_posix()}").read_text(encoding="utf-8")
    said = {line.partition(":")[0] for line in task.stack.splitlines()}
    kept = [line for line in usual.splitlines() if line.partition(":")[0] not in said]
    brand.write_text("\n".join((*kept, task.stack, "")), encoding="utf-8")
    for name in task.files:
        (workspace / name).write_bytes(_picture())


def _picture() -> bytes:
    """A grey square in the size that Meta recommends."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * SIDE) * SIDE)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _mode(task: Task) -> Mode:
    return "none" if task.approve == "nobody" else "ask"


def _person(task: Task) -> Approver:
    if task.approve == "nobody":
        return Nobody()
    return approved_by(PERSON) if task.approve == "yes" else DecidedBefore(Decision("declined", PERSON))


def _silent(_: object) -> None:
    """Nobody watches."""
