"""Plans that propose a change: they look up what is meant, propose it in one call, and tell what became of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.models.offline.language.items import wanted
from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import NOUNS, Found, Request, Thing
from agent.models.offline.plans import choices, figure_questions, look_plans
from agent.models.offline.plans.budget_plans import money
from agent.models.offline.plans.conversation_so_far import DONE, Talk
from agent.models.offline.telling import change_answers, figure_tables, read_answers, tree_rows
from agent.models.offline.telling.steps import Call, Ended, Plan, Steps, needed, rows_of
from agent.models.offline.telling.steps import one as turn
from tools.domain.settings.ad_statuses import SWITCHES
from tools.read.figures.open_days import STILL

STATUS = {"pause": "PAUSED", "activate": "ACTIVE"}
DEED = {"pause": "paused", "activate": "activated"}
BIDS = {"bid_cap": "LOWEST_COST_WITH_BID_CAP", "cost_cap": "COST_CAP"}
MOST_REMOVED = 50
OWN_WORK: str = sayings()["sentences"]["own_work"]


def named(request: Request, levels: Sequence[str] = choices.LEVELS) -> list[Found]:
    """All that is named, each once, without what is left out. Raises Ended where one of them is not clear."""
    if request.ref == "your_work":
        raise Ended(OWN_WORK)
    if not request.named:
        raise Ended(choices.WHICH)
    several = request.every and all(thing.level for thing in request.named)
    if several and any(thing.more for thing in request.named):
        raise Ended("More things have that name than one answer shows. Nothing was done; name fewer.")
    fits = (
        choices.candidates(thing, levels) if several else [choices.one(thing, levels)]
        for thing in request.named
    )
    found = [each for those in fits for each in those]
    return choices.remaining(found, request)


def set_status(request: Request, _: Talk) -> Plan:
    """Pause or activate what is named."""
    wanted = {"ids": [found.id for found in named(request)], "status": STATUS[request.want]}
    result = yield from turn(Call("set_status", wanted, choices.guessed(request.things)))
    return change_answers.told([result], DEED[request.want])


def _called(request: Request) -> Request | None:
    """The request where the level is that of what is named: "the ad for the tent"."""
    thing = next(iter(request.named), Thing(""))
    others = len(request.named) > 1 or request.every or request.states
    if others or {one.level for one in thing.found} != {request.level}:
        return None
    named = replace(thing, level=request.level)
    return request.but(level="", things=tuple(named if one is thing else one for one in request.things))


def set_all(request: Request, talk: Talk) -> Plan:
    """All of a level that have the other status, in the account or in one campaign or ad set."""
    if called := _called(request):
        return (yield from set_status(called, talk))
    node = choices.holder(request, choices.HOLDERS)
    level = request.level if request.level in choices.LEVELS else "ad"
    now = "OFF" if request.want == "activate" else "ON"
    if request.want == "activate" and not request.states:
        raise Ended(
            'All of them? Say "activate all paused ads", or name a campaign or an ad set. Nothing was done.'
        )
    if node and node.level != level and not request.every and not request.states:
        raise Ended(
            f'All of them? Say "{request.want} all {NOUNS[level]}s in {shown(node.name)}". Nothing was done.'
        )
    if not node and not request.every and request.states and request.want == "pause":
        raise Ended(
            f'All of them? Say "pause all {NOUNS[level]}s", or name a campaign or an ad set. Nothing was done.'
        )
    if (not request.every and not request.states) or (node and node.level == level):
        raise Ended(choices.WHICH)
    if choices.all_spend(request):
        return change_answers.stopped((yield from turn(Call("stop", {"reach": "all"}))), "all", 24)
    skip = yield from choices.ids_left_out(request)
    rows = [row for row in (yield from _listed(node, level, now)) if row.id not in skip]
    where = f" in {shown(node.name)}" if node else ""
    if not rows:
        return f"Nothing to do: no {NOUNS[level]}s are switched {now.lower()}{where}."
    idle = change_answers.idle(rows) if now == "ON" else ""
    note = "; ".join(filter(None, (choices.guessed(request.things, [node]), idle)))
    wanted = {"ids": [row.id for row in rows], "status": STATUS[request.want]}
    result = yield from choices.but_refused(Call("set_status", wanted, note))
    return change_answers.told([result], DEED[request.want])


def _listed(node: Found | None, level: str, now: str) -> Steps[list[Found]]:
    """Those of a level that are themselves switched ON or OFF. Raises Ended when one list does not hold them all."""
    within = choices.within(node)
    content = yield from needed(
        Call("list_ads", within | ({"effective_status": [now]} if level == "ad" else {}))
    )
    if content.get("left_out"):
        left = shown(content["left_out"], 120)
        raise Ended(
            f"There are more than one list shows ({left}). Nothing was done. Name a campaign or an ad set; or say"
            ' "stop everything", which pauses whole campaigns.'
        )
    rows = [row for row in tree_rows.nodes(content) if row.level == level]
    return [row for row in rows if level == "ad" or row.status == SWITCHES[now]]


def pause_weak(request: Request, _: Talk) -> Plan:
    """Judge, then propose to pause what underperforms, and nothing else."""
    node = choices.holder(request)
    skip = yield from choices.ids_left_out(request)
    days = request.days if request.days != {"date_preset": "today"} else {}
    review = yield from needed(look_plans.review_of(request, node, days))
    rows = [row for row in rows_of(review, "pause") if row.get("id")]
    weak = [row for row in rows if str(row["id"]) not in skip][: request.count or None]
    name = node.name if node else ""
    if not weak:
        return change_answers.none_weak(review, name)
    wanted = {"ids": [str(row["id"]) for row in weak], "status": "PAUSED"}
    result = yield from turn(Call("set_status", wanted, choices.guessed(request.things, [node])))
    fewer = f"\nNot {request.count}: by the evidence only {len(weak)} may be paused."
    return change_answers.weak_paused(result, review, weak, name) + fewer * (len(weak) < request.count)


def pause_where(request: Request, _: Talk) -> Plan:
    """Pause or activate the ads whose figures meet the conditions, but for those left out; 30 days unless others are said."""
    nodes = choices.chosen_from(request)
    skip = yield from choices.ids_left_out(request)
    level = request.level if request.rank and request.level in choices.LEVELS else "ad"
    if not (request.tests or request.count):
        raise Ended("How many of them? Such as: pause the 3 ads with the highest CPA. Nothing was done.")
    sure, within = look_plans.of_enough(request), [node.id for node in nodes]
    found, content = yield from figure_questions.meeting(sure, level, within, whole=bool(request.tests))
    days = figure_tables.period_of(content)
    if not (ids := [i for i in found if i not in skip][: request.count or None]):
        return f"No {NOUNS[level]} meets that in {days}. Nothing was done."
    wanted = {"ids": ids, "status": STATUS[request.want]}
    open_days = [part for part in str(content.get("note", "")).split("; ") if part.startswith(STILL)]
    note = "; ".join(filter(None, (choices.guessed(request.things, nodes), *open_days)))
    result = yield from choices.but_refused(Call("set_status", wanted, note))
    told = [f"By the figures of {days}.", change_answers.told([result], DEED[request.want])]
    told += [] if sure is request else [read_answers.too_few(look_plans.ENOUGH)]
    return "\n".join([*told, *figure_tables.passed_by(content, skip | set(ids), request.want)])


def revive(_: Request, __: Talk) -> Plan:
    """Activate the ads that late results have vindicated after they were paused."""
    check = yield from needed(Call("daily_check"))
    ids = [str(i) for i in (check.get("ids") or {}).get("revive") or []]
    lines = [shown(line, 300) for line in (check.get("answers") or {}).get("revive") or []]
    if not ids:
        return "Nothing to revive: no paused ad has been vindicated by late results."
    result = yield from turn(Call("set_status", {"ids": ids, "status": "ACTIVE"}))
    return "\n".join([change_answers.told([result], "activated"), *lines])


def stop(request: Request, _: Talk) -> Plan:
    """The emergency, without looking at anything first."""
    whole = (request.every or request.level == "account") and request.ref != "your_work"
    reach = "protected" if request.topic == "protected" else "all" if whole else "own"
    hours = request.count or 24
    if not 1 <= hours <= 168:
        raise Ended("stop looks back 1 to 168 hours. Nothing was done.")
    result = yield from turn(
        Call("stop", ({"reach": reach} if reach != "own" else {}) | ({"hours": hours} if hours != 24 else {}))
    )
    return change_answers.stopped(result, reach, hours)


def undo(request: Request, talk: Talk) -> Plan:
    """Take back the set that was named, or the last one: of this conversation, else of the journal."""
    change_set = request.change_set or talk.latest
    if request.every and not request.change_set:
        raise Ended(
            'I take back one change set at a time: "undo" takes back the last change set, "history" lists them.'
        )
    if not change_set:
        settled = yield from _settled()
        if settled and _is_undo(settled[0]):
            return change_answers.undone_before(settled[0], [row for row in settled if not _is_undo(row)])
        change_set = str(settled[0].get("id")) if settled else ""
    if not change_set:
        return 'There is nothing to undo: no change set was applied lately. "history" lists them.'
    result = yield from turn(Call("undo", {"change_set_id": change_set}))
    return change_answers.undone(result, change_set)


def redo(request: Request, _: Talk) -> Plan:
    """Take back the undo that was named, or the last one if nothing was done after it."""
    change_set = request.change_set
    if not change_set:
        settled = yield from _settled()
        if not settled or not _is_undo(settled[0]):
            raise Ended(
                "The last thing done was no undo, so there is nothing to make again. Nothing was done."
            )
        change_set = str(settled[0].get("id"))
    result = yield from turn(Call("undo", {"change_set_id": change_set}))
    return change_answers.undone(result, change_set, again=True)


def _settled() -> Steps[list[dict[str, Any]]]:
    """The change sets that were applied lately, newest first."""
    content = yield from needed(Call("history", {"limit": 20}))
    return [row for row in rows_of(content, "change_sets") if row.get("state") in DONE]


def _is_undo(row: dict[str, Any]) -> bool:
    """Whether a change set took another one back, by what was asked."""
    request = str(row.get("request") or "")
    return request.startswith("tool undo") or wanted(request) == "undo"


def rename(request: Request, _: Talk) -> Plan:
    """Another name for one thing."""
    names = request.texts.get("name", ())
    if len(names) != 1 or len(request.named) != 1:
        raise Ended(
            'Which one, and what shall it be called? Such as: rename "OLD" to "NEW". Nothing was done.'
        )
    found = choices.one(request.named[0])
    result = yield from turn(
        Call("rename", {"ids": [found.id], "name": names[0]}, choices.guessed(request.things))
    )
    now = f'now called "{shown(names[0])}"'
    return change_answers.told([result], "renamed", reasons={found.id: now, found.name: now})


def remove(request: Request, _: Talk) -> Plan:
    """Archive or delete what is named, or all in a state."""
    of_all = request.level and not all(thing.level == request.level for thing in request.named)
    if request.states or (request.every and (of_all or (request.level and not request.named))):
        skip, node = (yield from choices.ids_left_out(request)), choices.holder(request, choices.HOLDERS)
        within = choices.within(node)
        states = {"effective_status": list(request.states)} if request.states else {}
        content = yield from needed(Call("list_ads", within | states))
        level = request.level if request.level in choices.LEVELS else "ad"
        ids = [row.id for row in tree_rows.nodes(content) if row.level == level and row.id not in skip]
        if content.get("left_out") or len(ids) > MOST_REMOVED:
            raise Ended("There are more than one list shows. Nothing was done. Name a campaign or an ad set.")
    else:
        ids = [found.id for found in named(request)]
    if request.want == "delete":
        choices.whole_names(request.things)
    if not ids:
        return "Nothing is in that state. Nothing was done."
    result = yield from turn(
        Call("remove", {"ids": ids, "how": request.want}, choices.guessed(request.things))
    )
    return change_answers.told([result], f"{request.want}d")


def limit(request: Request, talk: Talk) -> Plan:
    """An end date, or a cap on what a campaign may spend."""
    found = choices.holder(request, choices.HOLDERS)
    if found is None:
        raise Ended("Which one? Name the campaign or ad set. Nothing was done.")
    ends = next(iter(request.texts.get("end", ())), "")
    if request.want != "end" and request.amount is None:
        raise Ended("At which amount? Nothing was done.")
    if request.want == "end" and not ends:
        raise Ended("On which day? Such as: end the campaign on 2026-12-31. Nothing was done.")
    if request.amount and (request.amount.relative or request.want in ("double", "halve")):
        raise Ended("To which amount? A cap is set whole, such as: to 5 USD. Nothing was done.")
    asked = {"spend_cap": money(request.amount, talk)} if request.amount else {"end_time": ends}
    if request.topic and request.amount:
        asked = {"bid_strategy": BIDS[request.topic], "bid_amount": asked["spend_cap"]}
    result = yield from turn(
        Call("edit_limits", {"id": found.id, **asked}, choices.guessed(request.things, [found]))
    )
    return change_answers.told([result], "set")


def label(request: Request, _: Talk) -> Plan:
    """A label on what is named: the last quoted text is the label."""
    if len(request.named) < 2 or request.named[-1].role != "to":
        raise Ended('With which label? Such as: label "NAME" with "LABEL". Nothing was done.')
    *targets, mark = request.named
    found = named(request.but(things=tuple(targets)))
    result = yield from turn(
        Call("label", {"ids": [each.id for each in found], "add": [mark.text]}, choices.guessed(targets))
    )
    return change_answers.told([result], "labelled")
