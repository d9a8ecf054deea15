"""`adsteward eval`: whether a model is to be trusted with an account, by tasks on demo accounts."""

import json
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from agent.evaluation.playing import Played, play
from agent.evaluation.scores import Prices, summary
from agent.evaluation.tasks import Task, chosen
from agent.models.model import Model
from agent.setup.stops import Exit
from agent.show.screen import Screen
from tools.domain.text import harmless


def evaluate(
    model_of: Callable[[], Model],
    *,
    tasks: Sequence[str],
    input_price: Decimal | None,
    output_price: Decimal | None,
    at_least: int,
    show: bool,
    as_json: bool,
) -> int:
    """Play the tasks one by one and tell how they went.

    With `at_least` the exit code is 6 when fewer passed or anything was written wrongly. Raises ConfigError.
    """
    wanted = chosen(tasks)
    if show:
        return _list(wanted)
    screen, played = Screen(verbose=False), list[Played]()
    for task in wanted:
        one = play(task, model_of)
        played.append(one)
        if not as_json:
            _tell(screen, one)
    sums = summary(played, Prices(input_price, output_price))
    if as_json:
        told = sums | {"played": [_as_json(one) for one in played]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        _tell_sums(screen, sums)
    short = at_least and (sums["passed"] < at_least or sums["wrong_writes"])
    return Exit.LIMIT if short else Exit.DONE


def _list(tasks: Sequence[Task]) -> int:
    screen = Screen(verbose=False)
    for task in tasks:
        screen.say(f"{task.id} ({task.topic}): {' · '.join(task.say)}")
    return Exit.DONE


def _tell(screen: Screen, one: Played) -> None:
    mark, style = ("✓", "green") if one.passed else ("✗", "red")
    screen.say(f"{mark} {one.task.id}", style=style)
    whys = (*(f"wrong write: {text}" for text in one.wrong_writes), *one.missing, one.failure)
    for why in filter(None, whys):
        screen.say(f"    {harmless(why)}")


def _tell_sums(screen: Screen, sums: dict[str, Any]) -> None:
    cost = f", {sums['usd_per_task']} USD" if "usd_per_task" in sums else ""
    topics = ", ".join(f"{topic} {told}" for topic, told in sums["topics"].items())
    tokens = f"{sums['input_tokens_per_task']:,} tokens in, {sums['output_tokens_per_task']:,} out"
    screen.say(
        f"\n{sums['passed']} of {sums['tasks']} tasks passed, {sums['wrong_writes']} wrong writes",
        style="bold",
    )
    screen.say(topics)
    screen.say(f"per task: {sums['turns_per_task']} turns, {tokens}{cost}")


def _as_json(one: Played) -> dict[str, Any]:
    return {
        "id": one.task.id,
        "passed": one.passed,
        "wrong_writes": list(one.wrong_writes),
        "missing": list(one.missing),
        "failure": one.failure,
        "answer": one.answer,
        "turns": one.turns,
        "input_tokens": one.input_tokens,
        "output_tokens": one.output_tokens,
    }
