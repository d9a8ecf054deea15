"""What became of changes, in a few lines: the state first, then what differs, then what to do next."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.period_days import said
from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import Found
from agent.models.offline.telling.steps import Result, failed, rows_of
from tools.domain.money import grouped
from tools.domain.settings.ad_statuses import MEANINGS
from tools.domain.text import counted, listed

MOST_LINES = 25
_OF_ALL = ("pause_expected_good", "pause_effect")
"""What a review says of all that it would pause; it is not true of fewer."""


def told(results: Sequence[Result], deed: str, *, reasons: Mapping[str, str] | None = None) -> str:
    """One answer for the writing calls of a turn."""
    errors = [failed(result) for result in results if result.error]
    settled = [r.content for r in results if r.content.get("change_set")]
    lines = [_state(settled, deed, reasons or {})] if settled else []
    lines += [_untouched(result.content) for result in results if result.content.get("note")]
    if not settled and not errors and not lines:
        lines = ["Nothing to change."]
    lines = [*errors, *lines]
    lines += [hint for key, hint in sayings()["hints"].items() if any(key in error for error in errors)]
    return "\n".join(lines)


def _untouched(content: Mapping[str, Any]) -> str:
    note = shown(content["note"], 600)
    return f"Nothing to change: {note}" if content.get("state") == "nothing to change" else f"Note: {note}"


def _state(settled: Sequence[Mapping[str, Any]], deed: str, reasons: Mapping[str, str]) -> str:
    """The state of the one change set that all of a turn's changes belong to."""
    change_set, state = str(settled[0]["change_set"]), str(settled[0].get("state"))
    changes = [change for content in settled for change in content.get("changes") or []]
    if state.startswith("waiting"):
        why = shown(settled[0].get("reason") or "", 500)
        why = "" if why.endswith(("needs your approval", "need your approval")) else why
        wait = "waits" if len(changes) == 1 else "wait"
        head = f"Nothing was changed yet: {counted(len(changes), 'change')} {wait} for your approval{f' ({why})' if why else ''}."
        end = f"Do it with: adsteward apply {change_set}"
        return "\n".join([head, *_lines(changes, reasons), end])
    if state.startswith("declined"):
        why = shown(settled[0].get("reason") or "", 200)
        return f"Declined; nothing was changed ({change_set}){f': {why}' if why else ''}."
    return _applied(settled, changes, deed, reasons)


def _applied(
    settled: Sequence[Mapping[str, Any]], changes: Sequence[Any], deed: str, reasons: Mapping[str, str]
) -> str:
    change_set = str(settled[0]["change_set"])
    done = sum(_outcome(change) == "done" for change in changes)
    word = "Done" if done == len(changes) else "Partly done" if done else "Not done"
    lines = [f"{word}: {done} of {len(changes)} {deed} (change set {change_set})."]
    lines += _lines(changes, reasons)
    lines += [f"Stopped: {shown(c['stopped'], 300)}" for c in settled[:1] if c.get("stopped")]
    if any(_outcome(change) in ("unknown", "not sent") for change in changes):
        lines.append(f"To look what became of the rest, and go on: adsteward apply {change_set}")
    if done and not settled[0].get("undo"):
        lines.append(f"Take back with: adsteward undo {change_set}")
    return "\n".join(lines)


def _lines(changes: Sequence[Any], reasons: Mapping[str, str]) -> list[str]:
    """A line for each change; a creative and its ad of the same name are one."""
    lines = list(dict.fromkeys(_line(change, reasons) for change in changes))
    more = len(lines) - MOST_LINES
    return lines[:MOST_LINES] + ([f"  and {more} more"] if more > 0 else [])


def _line(change: Any, reasons: Mapping[str, str]) -> str:
    """What happened to one object, and why it was to happen; while it waits there is only its name."""
    if not isinstance(change, dict):
        reason = reasons.get(str(change), "")
        return f"  {shown(change)}" + (f": {reason}" if reason else "")
    outcome = _outcome(change)
    note = "" if outcome == "done" else shown(change.get("note") or "", 300)
    reason = reasons.get(str(change.get("id") or ""), "")
    head = ("  " if outcome == "done" else f"  {outcome.upper()}  ") + shown(change.get("name"))
    return head + "".join(f": {text}" for text in (note, reason) if text)


def _outcome(change: Any) -> str:
    return str(change.get("outcome") or "") if isinstance(change, dict) else ""


def weak_paused(
    result: Result, review: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], name: str
) -> str:
    """The end of the main job: what was paused and why, what was left and why."""
    by_id = {str(row["id"]): why(row) for row in rows}
    by_name = {str(row.get("name")): by_id[str(row["id"])] for row in rows}
    settled = told([result], "underperforming ads paused", reasons=by_name | by_id)
    if len(rows) < len(review.get("pause") or []):
        review = {key: value for key, value in review.items() if key not in _OF_ALL}
    over = "" if review.get("judged_by") else f" over {said(str(review.get('period')))}"
    return "\n".join(
        [settled, *left_alone(review), *([f"Judged{over}{where(name)}."] if over or name else [])]
    )


def why(row: Mapping[str, Any], currency: str = "") -> str:
    """The reason of a verdict, without the days it covers; where there is none, the figures."""
    if reason := shown(row.get("reason") or "", 300):
        return re.sub(r" \([0-9]+ days? judged[^()]*\)$", "", reason)
    parts = [f"spent {grouped(str(row['spend']))} {currency}".strip()] if "spend" in row else []
    parts += [f"{row['results']} results"] if "results" in row else []
    cost = grouped(str(row.get("cost_per_result")))
    parts += [f"{cost} {currency} each".replace("  ", " ")] if "cost_per_result" in row else []
    return shown(", ".join(parts), 120)


def none_weak(review: Mapping[str, Any], name: str) -> str:
    """There was nothing to pause."""
    counts = ", ".join(f"{number} {decision}" for decision, number in (review.get("counts") or {}).items())
    head = f"No ad is to be paused{where(name)} ({said(str(review.get('period')))})."
    return "\n".join([head, *([f"The ads: {counts}."] if counts else []), *left_alone(review)])


def _go_on(later: str) -> str:
    """When those left for later can be paused."""
    used_up = "; 0 may be paused" in str(later)
    return "Ask again once 24 hours are over since earlier pauses." if used_up else "Ask again to go on."


def left_alone(review: Mapping[str, Any]) -> list[str]:
    """What was assumed; what is bad but not paused, being protected or over the limit; and the risk."""
    lines = [f"{shown(review['account'], 200)}."] if review.get("account") else []
    lines += [f"Judged are {shown(review['judged_by'], 200)}."] if review.get("judged_by") else []
    lines += [f"Nothing was judged by it: {shown(text, 500)}." for text in review.get("nothing_judged") or []]
    lines += [f"{shown(review['target_note'], 200)}."] if review.get("target_note") else []
    protected = rows_of(review, "protected")
    if protected:
        names = ", ".join(
            f"{shown(row.get('name'))} ({shown(row.get('protected_by'))})" for row in protected[:5]
        )
        lines.append(f"Underperforming but protected, left alone: {names}" + _rest(len(protected) - 5))
    last = rows_of(review, "last_delivering")
    if last:
        names = ", ".join(shown(row.get("name")) for row in last[:5]) + _rest(len(last) - 5)
        lines.append(
            f"Underperforming, but the last that runs in its ad set, left alone: {names}. Name it to pause it."
        )
    if later := review.get("pause_later"):
        lines.append(f"Left for later: {shown(later, 200)}. {_go_on(later)}")
    if good := review.get("pause_expected_good"):
        lines.append(f"Risk: {shown(good, 200)}.")
    lines += [f"Effect: {shown(text, 200)}." for text in list(review.get("pause_effect") or [])[:4]]
    return lines


def _rest(more: int) -> str:
    return f" and {more} more" if more > 0 else ""


def where(name: str) -> str:
    """Says what was looked at, after a blank; nothing for the whole account."""
    return f" in {shown(name)}" if name else ""


def uploaded(result: Result) -> str:
    """Images in the library; there is nothing to take back."""
    lines = told([result], "uploaded").splitlines()
    kept = [line for line in lines if not line.startswith("Take back")]
    return "\n".join(
        [*kept, *(["They stay in the image library; that costs nothing."] if kept != lines else [])]
    )


def launched(result: Result, names: Sequence[str]) -> str:
    """New ads, which are always paused."""
    done = {
        str(row.get("name")): row.get("id")
        for row in rows_of(result.content, "changes")
        if _outcome(row) == "done"
    }
    made = [
        f'The ad "{shown(n)}" is PAUSED, id {shown(done[n])}. To run it: activate {shown(done[n])}'
        for n in names
        if done.get(n)
    ]
    return "\n".join([told([result], "made"), *made])


def essential(results: Sequence[Result]) -> list[Result]:
    """Without the errors that only follow from an earlier one: no creative, hence no ad."""
    first = next((index for index, result in enumerate(results) if result.error), len(results))
    return [result for index, result in enumerate(results) if index <= first or not result.error]


def stopped(result: Result, reach: str, hours: int) -> str:
    """The emergency stop, and what it does not cover."""
    if result.content.get("state") == "nothing to change":
        head = f"Nothing to stop: {shown(result.content.get('note') or '', 300)}."
    else:
        head = told([result], "stopped")
    if reach != "own":
        return head
    return (
        f"{head}\nstop covers what adsteward started in the last {hours} hours."
        ' For everything that runs: "pause everything".'
    )


def spared(refusal: str) -> str:
    """What the guardrails leave out of several and why, and what pauses what is protected."""
    why = refusal.partition(". Nothing of this call")[0]
    way = '; "stop protected" pauses everything that can spend, them too' * ("is protected" in why)
    return f"without what is {why[:1].lower()}{why[1:]}{way}"


def idle(rows: Sequence[Found]) -> str:
    """Which of those that are switched on do not run now, and why; nothing where all do, or are no ads."""
    states = [(row, MEANINGS.get(row.status)) for row in rows if row.level == "ad"]
    told = [
        f'"{shown(row.name)}" ({row.now or (state.word if state else row.status.lower())})'
        for row, state in states
        if row.now or not (state and state.runs)
    ]
    return f"switched on, though not running now: {listed(told, most=10)}" if told else ""


def noted(content: Mapping[str, Any]) -> str:
    """What was noted, or taken out again."""
    if "remembered" in content:
        return f'Remembered: {shown(content["remembered"], 320)}. "forget it" takes it out again, "what do you remember?" lists all.'
    return f"Forgotten: {shown(content.get('forgotten'), 320)}."


def all_notes(notes: Sequence[str]) -> str:
    """The notes kept for later conversations, and how one is taken out."""
    if not notes:
        return 'There are no notes for this account. To make one: "remember that we never pause brand ads".'
    return "\n".join([*(f"  {shown(note, 320)}" for note in notes), 'To take one out: "forget note 1".'])


def undone_before(undo: Mapping[str, Any], left: Sequence[Mapping[str, Any]]) -> str:
    """That the last thing done was an undo, and what one more would take back; `left` are applied sets, newest first."""
    head = f'The last change was taken back already ({shown(undo.get("id"))}); nothing was proposed. "redo" makes it again.'
    if not left:
        return f"{head} Nothing older is left to take back."
    found, changes = shown(left[0].get("id")), int(left[0].get("changes") or 0)
    asked = f"{counted(changes, 'change')}, {shown(left[0].get('request'), 70)}"
    return f'{head}\nNext would be {found}: {asked}. To take that back: "undo {found}".'


def undone(result: Result, change_set: str, *, again: bool = False) -> str:
    """What was taken back; taking back an undo makes it again."""
    if result.content.get("state") == "nothing to change":
        way = "make again" if again else "take back"
        return f"Nothing to {way} of {change_set}: {shown(result.content.get('note') or '', 600)}."
    return told([result], f"{'made again, taking back' if again else 'taken back of'} {shown(change_set)}")
