"""The daily check: is it on track, what runs, how does it perform, who wins and loses, who tires; problems first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tools.analysis.cases import delivers
from tools.analysis.chain.tiredness import reconciled
from tools.analysis.fatigue import Fatigue, fatigue
from tools.analysis.pacing import Pacing, pacing
from tools.analysis.verdicts import Review
from tools.domain.changes import Effect
from tools.domain.insights import Period
from tools.domain.objects import minor_units
from tools.domain.text import shortened
from tools.domain.tool import Context, ReadInput, Result, Tool
from tools.read import revive
from tools.read.daily import lines, problems
from tools.read.daily.daily_reads import Reads, budgets, minor, read
from tools.read.daily.daily_text import Words
from tools.read.daily.emptying import emptying
from tools.read.daily.numbers import numbers
from tools.read.review.judgement import Judgement, judged

LONGEST_ANSWER = 5000
LONGEST_LINE = 260
MOST_IDS = 10


class CheckInput(ReadInput):
    """Nothing else to choose: the check is the same every day."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was read and what the arithmetic says of it."""

    event: str
    reads: Reads
    review: Review
    pace: Pacing
    tired: list[Fatigue]
    again: list[revive.Vindicated]


def run(_: CheckInput, ctx: Context) -> Result:
    now = ctx.here
    judgement = judged(ctx, Period())
    found = _found(ctx, judgement, now)
    words = Words(ctx, found.event, now, {v.ad.ad_id: v for v in found.review.verdicts})
    answers = _answers(words, found)
    content = {
        "at": f"{now:%Y-%m-%d %H:%M} {ctx.account.timezone}",
        "answers": _fitting(answers),
        "ids": _ids(judgement.content, found),
        "complete": found.reads.said,
        "full_table": ctx.save("daily-check", [_row(words, one) for one in found.tired]),
    }
    return Result(
        content, {"numbers": numbers(words, found.reads, found.pace) | {"problems": len(answers["problems"])}}
    )


def _found(ctx: Context, judgement: Judgement, now: datetime) -> Found:
    """Read what the review did not, and do the arithmetic."""
    review, event = judgement.review, judgement.event
    events = {v.ad.ad_id: v.ad.event for v in review.verdicts if v.ad.event}
    reads = read(ctx, event, events, now)
    scanned = fatigue(
        reads.rows,
        today=now.date(),
        delivering=[v.ad.ad_id for v in review.verdicts if delivers(v.ad)],
        reach=reads.reach,
        max_frequency=ctx.brand.max_frequency,
    )
    tired = reconciled(scanned, review.verdicts, ctx.brand.max_frequency)
    pace = pacing(
        [] if reads.known.stopped else budgets(ctx, reads, now),
        reads.spent,
        {day.date: minor(day.spend, ctx) for day in reads.account_days},
        now=now,
        cap_minor=minor_units(reads.account, "spend_cap"),
        amount_spent_minor=minor_units(reads.account, "amount_spent"),
    )
    return Found(event, reads, review, pace, tired, revive.vindicated(ctx, reads.rows))


def _answers(words: Words, found: Found) -> dict[str, list[str]]:
    """The problems, then the five questions, then what to revive."""
    reads, review, pace = found.reads, found.review, found.pace
    return {
        "problems": [
            *problems.account_problems(words, reads, pace),
            *emptying(words, review, pace),
            *(f"Nothing is judged by it: {line}" for line in review.nothing),
            *words.ctx.token_troubles(),
            *problems.delivery_problems(words, reads, review),
        ],
        "on_track": lines.on_track(words, reads, pace),
        "running": lines.running(words, reads, review, pace),
        "performance": lines.performance(words, reads),
        "winners_and_losers": lines.winners_and_losers(words, review),
        "fatigue": lines.tired(words, reads, found.tired),
        "revive": lines.again(found.again),
    }


def _ids(judged: Mapping[str, Any], found: Found) -> dict[str, list[str]]:
    """What can be acted on: pause by set_status PAUSED, revive by set_status ACTIVE, refresh with a new creative.

    Nothing where the account cannot run ads.
    """
    if found.reads.known.problem:
        return {}
    ids = {
        "pause": [str(row["id"]) for row in judged.get("pause", ())],
        "revive": [one.ad.id for one in found.again],
        **{
            advice: [one.ad_id for one in found.tired if one.advice == advice]
            for advice in ("refresh", "rest")
        },
    }
    return {what: some[:MOST_IDS] for what, some in ids.items() if some}


def _fitting(answers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The answers with as many lines each as a model's context should hold; what is left out is counted."""
    for most in (12, 8, 6, 4):
        shown = {name: _first(found, most) for name, found in answers.items() if found}
        if len(json.dumps(shown, ensure_ascii=False)) <= LONGEST_ANSWER:
            break
    return shown


def _first(found: Sequence[str], most: int) -> list[str]:
    cut = [shortened(line, LONGEST_LINE) for line in found[:most]]
    return cut + ([f"and {len(found) - most} more"] if len(found) > most else [])


def _row(words: Words, one: Fatigue) -> dict[str, Any]:
    """One ad in the full table."""
    row: dict[str, Any] = {"id": one.ad_id, "name": words.name(one.ad_id), "fatigue": one.advice}
    row |= {"reason": one.reason}
    turned = {"turned": one.turned.isoformat()} if one.turned else {}
    seen = {"frequency_7d": one.reach.frequency, "first_time_share": one.reach.first_time_share}
    return row | turned | {name: f"{value:.2f}" for name, value in seen.items() if value is not None}


TOOL = Tool(
    name="daily_check",
    description="How is it going: problems, pacing, trends, winners, losers, tired and revivable ads.",
    Input=CheckInput,
    effect=Effect.READ,
    run=run,
    words="Daily check, morning report, overview, how are my ads doing, what is wrong.",
)
