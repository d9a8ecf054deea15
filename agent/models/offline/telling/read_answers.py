"""What reads found, in plain words; every figure is quoted from a tool's result."""

from collections.abc import Mapping
from typing import Any

from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.period_days import said
from agent.models.offline.language.pieces import shown
from agent.models.offline.telling.change_answers import left_alone, where, why
from agent.models.offline.telling.figure_tables import not_read, totals
from agent.models.offline.telling.steps import Result, failed, rows_of
from tools.domain.money import separated

_HELP: dict[str, str] = {part: text.strip("\n") for part, text in sayings()["help"].items()}
EXAMPLES, CONNECT, HELP = _HELP["examples"], _HELP["connect"], _HELP["whole"].format(**_HELP)
_DECISIONS = ("pause", "scale", "watch", "refresh", "keep")
BY_FEW = "By figures of few results alone, which is too few to say."
LONGEST_LINE = 300


def unclear(reason: str) -> str:
    """Nothing was done, said once, and why."""
    if reason:
        return reason if "othing was done" in reason else f"Nothing was done. {reason}"
    return f"I do not understand that, and nothing was done. I do understand, for example:\n{EXAMPLES}\n{CONNECT}"


def too_few(enough: str) -> str:
    """What an order by cost leaves out, and what judges that as well."""
    return (
        f"Left out: what has fewer than {enough} results, too few to say unless it spent more than {2 * int(enough)} times what one"
        ' costs on average. What the evidence says of all ads: "winners and losers".'
    )


HEADINGS: dict[str, str] = sayings()["check"]
FOCUS: dict[str, str] = sayings()["part_of_check"]
"""The lines of the check that answer a narrower question."""


def checked(check: Result, period: Result | None, topic: str = "") -> str:
    """The daily check as it was told, problems first, then what to ask next; or the part that was asked for."""
    lines = [_money(period) if not period.error else failed(period)] if period else []
    if check.error:
        return "\n".join([*lines, failed(check)])
    if isinstance(rows := check.content.get("rows"), list):
        each = [_of_account(row, topic) for row in rows if isinstance(row, dict)]
        return "\n\n".join([*each, *not_read(check.content)])
    told = check.content.get("answers")
    answers = told if isinstance(told, dict) else {}
    wanted = [FOCUS[topic]] if topic in FOCUS else list(HEADINGS)
    lines.append(f"Daily check, {shown(check.content.get('at'))}")
    if not answers.get("problems") and "problems" in wanted:
        lines.append("No problems found.")
    for key in wanted:
        if found := answers.get(key):
            lines += [HEADINGS[key], *(f"  {shown(line, LONGEST_LINE)}" for line in found)]
    lines += (
        ["It was accepted just now; when it expires is said by: adsteward doctor"] if topic == "token" else []
    )
    return "\n".join([*lines, *(_next(check.content.get("ids") or {}) if topic not in FOCUS else [])])


def _of_account(row: Mapping[str, Any], topic: str) -> str:
    """The check of one account of several."""
    name = f"{shown(row.get('account_name') or row.get('account'))}:"
    return f"{name}\n{checked(Result('daily_check', dict(row)), None, topic)}"


def _money(result: Result) -> str:
    period = said(str(result.content.get("period")))
    return f"{period[:1].upper()}{period[1:]}: {totals(result.content)}"


def _verdicts(review: Mapping[str, Any]) -> str:
    counts = review.get("counts") or {}
    parts = [
        f"{number} {'to ' * (decision in _DECISIONS)}{shown(decision)}" for decision, number in counts.items()
    ]
    return f"Review of {said(str(review.get('period')))}: {', '.join(parts) or 'no ads'}"


def _next(ids: Mapping[str, Any]) -> list[str]:
    """What to ask next."""
    asks = {"pause": "pause underperforming ads", "revive": "revive paused ads"}
    found = [f'"{ask}"' for key, ask in asks.items() if ids.get(key)]
    return [f"Next: {' or '.join(found)}"] if found else []


def reviewed(review: Mapping[str, Any], pick: str, name: str, most: int = 0) -> str:
    """The verdicts a person asked for, with the reasons."""
    focus = {"weak": "pause", "winners": "scale"}.get(pick, "all")
    lines = [_verdicts(review) + where(name) + "."]
    wanted = ("pause", "scale") if focus == "all" else (focus,)
    for decision in wanted:
        rows = rows_of(review, decision)[: most or None]
        noun = {"pause": "Underperforming", "scale": "Winners"}[decision]
        lines.append(f"{noun}:" if rows else f"{noun}: none.")
        currency = shown((review.get("totals") or {}).get("currency") or "")
        lines += [f"  {shown(row.get('name') or row.get('id'))}: {why(row, currency)}" for row in rows]
        lines += _more(review, decision) if rows and not most else []
    if focus != "scale":
        lines += [*_tired(review), *left_alone(review)]
        weak = rows_of(review, "pause")
        lines += [f"To pause {'it' if len(weak) == 1 else 'them'}: {_order(name)}"] if weak else []
    if focus != "pause" and review.get("scale"):
        lines += _budget_steps(review)
        lines.append(
            'Nothing is proposed by that. Budgets are set per ad set or campaign: say, for example, raise the budget of "AD SET" by 10%'
        )
    lines += _shifts(review)
    if beside := shown(review.get("judged_beside") or "", 200):
        lines.append(f"{beside[:1].upper()}{beside[1:]}.")
    lines += [f"Complete: {shown(review['complete'], 500)}."] if review.get("complete") else []
    return "\n".join(lines)


def _tired(review: Mapping[str, Any]) -> list[str]:
    """Ads that were good and tire: not to be paused for good, but to be given something new."""
    rows = rows_of(review, "refresh")
    told = [
        f"  {shown(row.get('name') or row.get('id'))}: {shown(row.get('now'))} now, {shown(row.get('cost'))} over the period"
        f"; link CTR fell {shown(row.get('ctr_fell'))} since about {shown(row.get('since'))}"
        for row in rows
    ]
    return ["Tired, better refreshed than paused:", *told, *_more(review, "refresh")] if told else []


def _more(review: Mapping[str, Any], decision: str) -> list[str]:
    """What a list leaves out of what is counted."""
    left = (review.get("more_in_full_table") or {}).get(decision)
    return [f"  {shown(left)} more in the full table"] if left else []


def _order(name: str) -> str:
    """The words that pause what underperforms in what was looked at."""
    return f'pause underperforming ads in "{shown(name)}"' if name else '"pause underperforming ads"'


def _shifts(review: Mapping[str, Any]) -> list[str]:
    """Budget that would bring more elsewhere."""
    rows = rows_of(review, "shifts")
    told = [
        f"  {shown(row.get('amount'))} a day from {shown(row.get('from_name'))} to {shown(row.get('to_name'))}:"
        f" {shown(row.get('gain_a_week'))} a week more ({shown(row.get('with_80_pct'))} with 80 %), {shown(row.get('sure'))} sure"
        for row in rows
    ]
    order = 'To move it: "shift budget from losers to winners"'
    return ["Budget that brings more elsewhere:", *told, order] if told else []


def _budget_steps(review: Mapping[str, Any]) -> list[str]:
    """Where the winners' budgets could go, or what speaks against it."""
    lines = []
    for step in rows_of(review, "budgets"):
        name = shown(step.get("ad_set") or step.get("campaign") or step.get("id"))
        to = separated(f"from {shown(step.get('daily_budget'))} to {shown(step.get('raise_to'))} a day")
        said = (
            f"could go {to}, {shown(step.get('why'), 120)}"
            if "raise_to" in step
            else f"leave it: {shown(step.get('leave'), 120)}"
        )
        lines.append(f"  Budget of {name}: {said}")
    return lines
