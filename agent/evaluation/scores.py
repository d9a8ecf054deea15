"""What many tasks say of a model: passes, wrong writes, and what they cost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.evaluation.playing import Played
from agent.evaluation.tasks import Topic

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """What a model costs, in USD for a million tokens; None where nobody said."""

    input_usd: Decimal | None = None
    output_usd: Decimal | None = None

    def cost_usd(self, input_tokens: int, output_tokens: int) -> Decimal | None:
        """What so many tokens cost."""
        if self.input_usd is None or self.output_usd is None:
            return None
        return (self.input_usd * input_tokens + self.output_usd * output_tokens) / MILLION


def summary(played: Sequence[Played], prices: Prices) -> dict[str, Any]:
    """The sums over all tasks that were played, and the share of each topic; tokens and cost per task."""
    tokens = {name: sum(getattr(one, name) for one in played) for name in ("input_tokens", "output_tokens")}
    cost = prices.cost_usd(*tokens.values())
    many = max(1, len(played))
    return {
        "tasks": len(played),
        "passed": sum(one.passed for one in played),
        "wrong_writes": sum(len(one.wrong_writes) for one in played),
        "turns_per_task": f"{Decimal(sum(one.turns for one in played)) / many:.1f}",
        **{f"{name}_per_task": total // many for name, total in tokens.items()},
        **({} if cost is None else {"usd_per_task": f"{cost / many:.4f}"}),
        "topics": topics(played),
    }


def topics(played: Iterable[Played]) -> dict[Topic, str]:
    """By topic, how many passed of how many."""
    all_of, passed = Counter[Topic](), Counter[Topic]()
    for one in played:
        all_of[one.task.topic] += 1
        passed[one.task.topic] += one.passed
    return {topic: f"{passed[topic]} of {number}" for topic, number in all_of.items()}
