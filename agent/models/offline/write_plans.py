"""Plans that change something: pause, activate, stop and undo."""

from collections.abc import Sequence
from typing import Any

from agent.models.offline import change_answers
from agent.models.offline.intents import NOUNS, PauseWeak, Revive, SetAll, SetStatus, Stop, Undo
from agent.models.offline.names import Node, chosen, guessed, nodes, shown
from agent.models.offline.parse import parse
from agent.models.offline.scopes import scope_node
from agent.models.offline.steps import Call, Ended, Plan, Result, Steps, needed, one

MOST_IDS = 200
DEEDS = {"ACTIVE": "activated", "PAUSED": "paused"}
EVERYTHING = Call("stop", {"reach": "all"})
"""Pauses what runs, however many it is, and leaves out what is protected."""
DONE = frozenset({"applied", "partly_applied"})


def pause_weak(intent: PauseWeak) -> Plan:
    """Review, then propose to pause what underperforms."""
    node = yield from scope_node(intent.scope)
    scope = {"scope": node.id} if node else {}
    content = yield from needed(Call("review_performance", {**scope, **intent.period}))
    rows = [row for row in content.get("pause") or [] if isinstance(row, dict) and row.get("id")]
    if not rows:
        return change_answers.none_weak(content, node)
    ids = [str(row["id"]) for row in rows]
    note = guessed((intent.scope, node))
    result = yield from one(Call("set_status", {"ids": ids, "status": "PAUSED"}, note))
    return change_answers.weak_paused(result, content, rows, node)


def revive(_: Revive) -> Plan:
    """Look who was vindicated, then propose to activate them."""
    content = yield from needed(Call("daily_check"))
    ids = (content.get("ids") or {}).get("revive") or []
    if not ids:
        return "Nothing to revive: no ad that adsteward paused was vindicated by late results."
    result = yield from one(Call("set_status", {"ids": [str(i) for i in ids], "status": "ACTIVE"}))
    lines = (content.get("answers") or {}).get("revive") or []
    return "\n".join(
        [change_answers.told([result], DEEDS["ACTIVE"]), *(f"  {shown(line, 300)}" for line in lines)]
    )


def set_status(intent: SetStatus) -> Plan:
    """Pause or activate what was named; names are looked up first, all in one listing."""
    named = yield from chosen(intent.targets)
    ids = list(dict.fromkeys(found for _, found, _ in named))
    note = guessed(*((target, node) for target, _, node in named))
    result = yield from one(Call("set_status", {"ids": ids, "status": intent.status}, note))
    return change_answers.told([result], DEEDS[intent.status])


def set_all(intent: SetAll) -> Plan:
    """All that runs is paused, or all that is paused is activated."""
    now = "PAUSED" if intent.status == "ACTIVE" else "ACTIVE"
    node = yield from scope_node(intent.scope)
    found = yield from _all(intent, now, node)
    where = f" in {shown(node.name)}" if node else ""
    noun = NOUNS[intent.level] + "s"
    if not found:
        return f"Nothing to do: no {noun}{where} are {now}."
    everything = intent.status == "PAUSED" and intent.level == "ad" and not node
    if len(found) > MOST_IDS and everything:
        return change_answers.told([(yield from one(EVERYTHING))], DEEDS["PAUSED"])
    if len(found) > MOST_IDS:
        return f"{len(found)} {noun}{where} are {now}, more than the {MOST_IDS} of one request. Name a campaign or an ad set."
    note = guessed((intent.scope, node))
    result = yield from one(Call("set_status", {"ids": [n.id for n in found], "status": intent.status}, note))
    if everything and "protected by stack.md" in result.error:
        result = yield from one(EVERYTHING)
    return change_answers.told([result], DEEDS[intent.status])


def _all(intent: SetAll, now: str, node: Node | None) -> Steps[list[Node]]:
    """The nodes of one level that have a status. Raises Ended when the list does not hold them all."""
    within = {f"{node.level}_id": node.id} if node else {}
    statuses = {"effective_status": [now]} if intent.level == "ad" else {}
    content = yield from needed(Call("list_ads", {**within, **statuses}))
    if content.get("left_out"):
        left = shown(content["left_out"], 120)
        raise Ended(
            f"There are more than one list shows ({left}). Nothing was done. Name a campaign or an ad set."
        )
    return [n for n in nodes(content) if n.level == intent.level and n.status == now]


def stop(intent: Stop) -> Plan:
    """The emergency, without looking at anything first."""
    hours: dict[str, object] = {"hours": intent.hours} if intent.hours != 24 else {}
    reach = {"reach": intent.reach} if intent.reach != "own" else {}
    result = yield from one(Call("stop", hours | reach))
    return change_answers.stopped(result, intent)


def undo(intent: Undo, earlier: Sequence[Result]) -> Plan:
    """Take back the set that was named, or the last one: of this conversation, else of the journal."""
    change_set = intent.change_set or _latest(earlier)
    if not change_set:
        content = yield from needed(Call("history", {"limit": 20}))
        settled = _settled(content)
        if settled and _is_undo(settled[0]):
            return change_answers.undone_before(settled[0], [row for row in settled if not _is_undo(row)])
        change_set = str(settled[0].get("id")) if settled else ""
    if not change_set:
        return 'There is nothing to undo: no change set was applied lately. "history" lists them.'
    result = yield from one(Call("undo", {"change_set_id": change_set}))
    return change_answers.undone(result, change_set)


def _latest(earlier: Sequence[Result]) -> str:
    """The last set applied in this conversation, unless one waits since or something was taken back since."""
    for result in reversed(earlier):
        change_set, done = str(result.content.get("change_set") or ""), result.content.get("state") in DONE
        if change_set and (done or result.name != "undo"):
            return change_set if done and result.name != "undo" else ""
    return ""


def _settled(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The applied sets of the journal, undos among them, newest first."""
    sets = content.get("change_sets")
    return [row for row in sets if row.get("state") in DONE] if isinstance(sets, list) else []


def _is_undo(row: dict[str, Any]) -> bool:
    request = str(row.get("request") or "")
    return request.startswith(("tool undo", "undo cs-")) or isinstance(parse(request), Undo)
