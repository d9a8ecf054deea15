"""The tasks: what a person says, and what the account and the answer must be like in the end."""

import tomllib
from collections.abc import Collection
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.setup.stops import ConfigError

Topic = Literal["report", "judge", "pause", "budget", "create", "edit", "refuse", "hostile", "language"]


class Strict(BaseModel):
    """Base of what the file of tasks holds: a word that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Expect(Strict):
    """What must be so in the end. What is not named here may not have changed; new ads must be PAUSED."""

    figures: tuple[str, ...] = ()
    """Numbers of the answer: METRIC@PRESET, or METRIC@PRESET@LEVEL:NAME; the account itself says what they are."""
    says: tuple[str, ...] = ()
    """Patterns that the answer must hold, whatever their case."""
    never_says: tuple[str, ...] = ()
    status: dict[str, str] = Field(default_factory=dict)
    """By name."""
    budget_minor: dict[str, int] = Field(default_factory=dict)
    """Daily or lifetime budgets by name."""
    name: dict[str, str] = Field(default_factory=dict)
    """New names by old ones."""
    gone: tuple[str, ...] = ()
    """Names of what is archived or deleted."""
    paused_of: tuple[str, ...] = ()
    """Kinds of ads, as the demo account was built, of which any may be paused."""
    at_least: int = 0
    """So many of them must be."""
    created: dict[str, int] = Field(default_factory=dict)
    """How many of each kind are new: campaign, adset, ad."""
    waiting: bool = False
    """Whether a change set must be left for a person."""


class Task(Strict):
    """One conversation."""

    id: str
    topic: Topic
    say: tuple[str, ...]
    """Turn by turn; `{folder}` is the workspace."""
    approve: Literal["yes", "no", "nobody"] = "yes"
    """What the person does who is asked for approval; with nobody, sets wait."""
    stack: str = ""
    """Lines of stack.md instead of the usual ones."""
    renamed: dict[str, str] = Field(default_factory=dict)
    """Names that objects of the account have been given before, such as hostile ones."""
    files: tuple[str, ...] = ()
    """Pictures that lie in the workspace."""
    expect: Expect = Expect()


def load() -> list[Task]:
    """All tasks, in the order of the file. Raises ValueError for a file that is not well formed."""
    text = (files("agent.evaluation") / "tasks.toml").read_text(encoding="utf-8")
    return [Task.model_validate(row) for row in tomllib.loads(text)["task"]]


def chosen(ids: Collection[str]) -> list[Task]:
    """Those of these ids or topics, all of them without any. Raises ConfigError for a name that is none."""
    tasks = load()
    known = {task.id for task in tasks} | {task.topic for task in tasks}
    if unknown := sorted(set(ids) - known):
        topics = ", ".join(sorted({task.topic for task in tasks}))
        raise ConfigError(
            f"There is no task {unknown[0]!r}. Topics: {topics}; `adsteward eval --list` shows the tasks."
        )
    return [task for task in tasks if not ids or {task.id, task.topic} & set(ids)]
