"""One change set: everything a terminal shows of it, the yes and the no to exactly that, and what became of it."""

from functools import partial
from hmac import compare_digest
from typing import Any

from starlette.responses import Response

from agent.run.places import stored_set
from agent.run.report import StoredSet
from agent.setup.stops import ConfigError
from agent.show.change_lines import world_name
from agent.web import decisions
from agent.web.decisions import Sight
from agent.web.visits import Page, Visit
from agent.web.wording import Happened, happened
from agent.web.works import Work

REFRESH_S = 2
LONGEST_REASON = 500
NOT_AS_SHOWN = (
    "This is not what you were shown, or it stands otherwise by now. Nothing was done: read it again."
)


def show(visit: Visit, wrong: str = "", status: int = 200) -> Response:
    """A set as it is now; with the buttons only if all of it is on the page."""
    set_id = visit.part("set_id")
    work = visit.house.works.of(set_id)
    running = (
        work is not None and not work.over
    )  # asked before the page reads: what ends meanwhile is shown next
    try:
        with visit.house.journal() as journal:
            change_set = stored_set(visit.house.options, journal, set_id)
            sight = Sight.of(journal, change_set)
            past = happened(journal, set_id)
            terminal = decisions.only_at_a_terminal(visit.house.options, journal, sight)
    except ConfigError as error:
        return visit.show("trouble.html", status=404, wrong=str(error))
    told = _told(sight, past, work, running=running) | {"wrong": wrong, "status": status}
    told["terminal"] = terminal
    page = visit.show("set.html", seal=_seal(visit, sight), whole=True, **told)
    if sight.stands_in(bytes(page.body).decode()):
        return page
    return visit.show("set.html", seal="", whole=False, **told)


def _told(sight: Sight, past: list[Happened], work: Work | None, *, running: bool) -> dict[str, Any]:
    """What stands on the page of a set."""
    held = sight.stored.change_set
    return {
        "world": world_name(held.world),
        "account": f"{held.account_name or 'account'} · {held.account}",
        "sight": sight,
        "set": held,
        "state": sight.stored.said,
        "past": past,
        "ended": work.answer if work and work.over and _of_now(work, sight.stored) else "",
        "outcomes": [outcome for outcome in sight.stored.outcomes if outcome.attempt or outcome.ended],
        "undoable": sight.stored.lasts
        and any(outcome.said == "done" for outcome in sight.stored.outcomes)
        and not running,
        "work": work,
        "running": running,
        "refresh_s": REFRESH_S if running else 0,
    }


def approve(visit: Visit) -> Response:
    """Apply what was shown, in a thread; a second click on the same finds the first one at work."""
    set_id, seal, house = visit.part("set_id"), visit.said("seal"), visit.house
    work = house.works.of(set_id)
    if work is None or not seal or not compare_digest(work.seal.encode(), seal.encode()):
        sight = _as_shown(visit)
        if sight is None or not sight.open:
            return show(visit, NOT_AS_SHOWN, 409)
        job = partial(decisions.carried_out, house.options, sight.stored, visit.entered.who)
        house.works.begin(set_id, job, seal=seal)
    return visit.go(f"/sets/{set_id}")


def decline(visit: Visit) -> Response:
    """Withdraw what was shown."""
    sight = _as_shown(visit)
    if sight is None or not sight.waits:
        return show(visit, NOT_AS_SHOWN, 409)
    if len(visit.said("reason")) > LONGEST_REASON:
        return show(visit, f"A reason has up to {LONGEST_REASON} characters. Nothing was done.", 422)
    try:
        with visit.house.journal() as journal:
            decisions.decline(journal, sight.stored.change_set, visit.entered.who, visit.said("reason"))
    except ConfigError as error:
        return show(visit, str(error), 409)
    return visit.go(f"/sets/{visit.part('set_id')}")


def take_part(visit: Visit) -> Response:
    """Put the chosen changes in the place of the set, to be approved by themselves."""
    sight = _as_shown(visit)
    if sight is None or not sight.waits:
        return show(visit, NOT_AS_SHOWN, 409)
    chosen = set(visit.form.get("change", ()))
    numbers = [one.number for one in sight.changes if str(one.number) in chosen]
    try:
        with visit.house.journal() as journal:
            part = decisions.take_part(journal, sight.stored.change_set, numbers, visit.entered.who)
    except ConfigError as error:
        return show(visit, str(error), 409)
    return visit.go(f"/sets/{part.id}")


def propose_undo(visit: Visit) -> Response:
    """Have taking it back proposed, in a thread: it is read what is there now. One that waits already is shown instead."""
    set_id, house = visit.part("set_id"), visit.house
    change_set = decisions.seen(house, set_id).stored.change_set
    if waiting := decisions.waiting_undo(house, change_set):
        return visit.go(f"/sets/{waiting}")
    house.works.begin(f"undo {set_id}", partial(decisions.undo_proposed, house.options, change_set))
    return visit.go(f"/sets/{set_id}/undo")


def undo(visit: Visit) -> Response:
    """How far the proposal is; once it is there, its page."""
    set_id = visit.part("set_id")
    work = visit.house.works.of(f"undo {set_id}")
    if work is None:
        return visit.go(f"/sets/{set_id}")
    if work.over and work.report and work.report.change_sets:
        return visit.go(f"/sets/{work.report.change_sets[0].change_set.id}")
    return visit.show("undo.html", set_id=set_id, work=work, refresh_s=0 if work.over else REFRESH_S)


def _of_now(work: Work, stored: StoredSet) -> bool:
    """Whether how a work ended is still how the set stands."""
    return work.report is None or all(one.state == stored.state for one in work.report.change_sets)


def _as_shown(visit: Visit) -> Sight | None:
    """The set, if it is exactly what a page of this session showed. Raises ConfigError."""
    sight = decisions.seen(visit.house, visit.part("set_id"))
    same = compare_digest(_seal(visit, sight).encode(), visit.said("seal").encode())
    return sight if same else None


def _seal(visit: Visit, sight: Sight) -> str:
    """What proves that this session was shown all of it, as it stands and after what was tried so far."""
    work = visit.house.works.of(sight.stored.change_set.id)
    return visit.entered.seal(f"{sight.text}\n{work.number if work else 0}")


_SET = "/sets/{set_id}"
SITE = (
    Page(_SET, show),
    Page(f"{_SET}/approve", approve, role="approve", method="POST"),
    Page(f"{_SET}/decline", decline, role="approve", method="POST"),
    Page(f"{_SET}/part", take_part, role="approve", method="POST"),
    Page(f"{_SET}/undo", propose_undo, role="operate", method="POST"),
    Page(f"{_SET}/undo", undo),
)
