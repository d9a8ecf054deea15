"""Change sets in lines: the newest, those of some days or somebody, and what waits."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.models.offline.language.pieces import shown
from agent.models.offline.telling.steps import rows_of
from tools.domain.text import counted

MOST_OF_HISTORY = 50
WAITS = "proposed"


def looked_back(content: Mapping[str, Any]) -> str:
    """The newest change sets."""
    sets = rows_of(content, "change_sets")
    if not sets:
        return "adsteward has proposed nothing in this account yet."
    lines = [_set_line(row) for row in sets]
    head = f"{shown(content.get('shown') or len(sets))} change sets:"
    older = ["There are older ones: `adsteward history --limit 1000`."] if content.get("older") else []
    back = ['To take one back: "undo ID"'] if any(row.get("state") == "applied" for row in sets) else []
    return "\n".join([head, *lines, *older, *back])


def why_done(content: Mapping[str, Any]) -> str:
    """Where the reasons of what was done stand: with each change of its set."""
    rows = rows_of(content, "change_sets")
    sets = ([row for row in rows if row.get("state") != "declined"] or rows)[:3]
    if not sets:
        return "adsteward has proposed nothing in this account yet."
    head = "The newest change sets, and what they were asked for:"
    why = f'Why each change was proposed stands in the set: "show {shown(sets[0].get("id"))}".'
    return "\n".join([head, *map(_set_line, sets), why])


def done_on(content: Mapping[str, Any], days: tuple[str, str], who: str) -> str:
    """The change sets that were approved on these days, by one person or anybody, and how many that were proposed then were not."""
    rows = rows_of(content, "change_sets")
    approved = [row for row in rows if row.get("approved_by") and row.get("state") != "declined"]
    mine = [
        row
        for row in approved
        if _within(row, "on", days) and who.casefold() in str(row["approved_by"]).casefold()
    ]
    by, when = f" by {shown(who, 60)}" if who else "", " in that time" if days[0] else ""
    lines = [*map(_set_line, mine)] or [f"Nothing was approved{by} with adsteward{when}."]
    left = sum(_within(row, "proposed_on", days) for row in rows if row not in approved)
    if left and not who:
        lines.append(
            f'{counted(left, "change set")} of then {"was" if left == 1 else "were"} not approved: "history" lists them.'
        )
    return "\n".join([*lines, *_cut_off(rows, days), 'By others, as in Ads Manager: "who changed what"'])


def declined_on(content: Mapping[str, Any], days: tuple[str, str]) -> str:
    """The change sets that were declined or withdrawn on these days, each with where its reason is."""
    rows = rows_of(content, "change_sets")
    then = [row for row in rows if row.get("state") == "declined" and _within(row, "on", days)]
    lines = [*map(_set_line, then)] or [f"Nothing was declined {'in that time' if days[0] else 'yet'}."]
    ending = ['Why, and what it was: "show ID"'] if then else []
    return "\n".join([*lines, *_cut_off(rows, days), *ending])


def _within(row: Mapping[str, Any], what: str, days: tuple[str, str]) -> bool:
    """Whether a moment of a set lies on these days."""
    return days[0] <= str(row.get(what) or row.get("on") or "") <= days[1]


def _cut_off(rows: Sequence[Mapping[str, Any]], days: tuple[str, str]) -> list[str]:
    """That there may be more of these days: the sets come newest first, by when each became what it is."""
    if len(rows) < MOST_OF_HISTORY or str(rows[-1].get("state_on") or rows[-1].get("on") or "") < days[0]:
        return []
    return [f"Only the newest {len(rows)} were looked at: `adsteward history --limit 1000` has more."]


def _set_line(row: Mapping[str, Any]) -> str:
    """A change set with its moment, state, what was asked for and who approved it."""
    changes = counted(int(row.get("changes") or 0), "change")
    when = shown(row.get("at") or row.get("when"))
    who = f" · approved by {shown(row['approved_by'], 60)}" if row.get("approved_by") else ""
    head = f"  {shown(row.get('id'))}  {when}  {shown(row.get('said') or row.get('state')):<14}"
    return f"{head}  {changes}  {shown(row.get('request'), 70)}{who}"


def waiting_now(content: Mapping[str, Any]) -> str:
    """The change sets that wait, and how they are decided."""
    rows = [row for row in rows_of(content, "change_sets") if row.get("state") == WAITS]
    if not rows:
        return "Nothing waits for an approval."
    each = shown(rows[0].get("id")) if len(rows) == 1 else "ID"
    way = f"Each is shown again and asked about by `adsteward apply {each}`, and withdrawn by `adsteward decline {each}`."
    return "\n".join([*map(_set_line, rows), *_cut_off(rows, ("", "9999")), way])


def nothing_asked(content: Mapping[str, Any]) -> str:
    """A yes or a no that answers no question: what waits, and how it is applied."""
    waiting = [row for row in content.get("change_sets") or [] if row.get("state") == WAITS]
    if not waiting:
        return "Nothing is open, and nothing waits for an approval."
    ids = ", ".join(shown(row.get("id")) for row in waiting[:5])
    more = f" and {len(waiting) - 5} more" if len(waiting) > 5 else ""
    wanted = shown(waiting[0].get("id")) if len(waiting) == 1 else "ID"
    verb = "waits" if len(waiting) == 1 else "wait"
    return f"Nothing was asked just now. {ids}{more} {verb}: `adsteward apply {wanted}` shows it again and asks, `adsteward decline {wanted}` withdraws it."
