"""`adsteward schedule`: standing orders, kept in the state folder."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from agent.cli.fleet.foretold import foretold
from agent.cli.fleet.opening import kept_of, open_book, spots
from agent.fleet.order_book import OrderBook
from agent.fleet.orders import ALL, ENDED_AS, WELL, Order, OrderState, Slot, moment
from agent.models.model import RULES
from agent.models.offline.planner import why_no_standing_order
from agent.run.places import model_name
from agent.run.session import Session
from agent.setup.settings import Options
from agent.setup.stops import ConfigError
from agent.show.ending import print_json
from agent.show.table_file import NOT_ASKED, Saved, chosen, saved
from tools.domain.text import clean, clock, counted, shortened, visible, zone_of
from tools.graph.redact import Redactor

MOST_LISTED = 20
MOST_WORDS = 6
LONGEST = 200
"""Of an answer in the list; the transcript has the whole."""
HOW = "`adsteward work` does it: `adsteward work --print systemd` and the like."
DONE: Mapping[OrderState, str] = {
    "paused": "is paused; it does not come until `adsteward schedule resume {}`.",
    "active": "comes again.",
    "removed": "is removed. Transcripts and change sets of its runs stay.",
}


def add(options: Options, request: str, at: str, every: str, *, first: bool) -> int:
    """Keep a new order. Raises Stop when the account cannot be read, as its clock decides."""
    request = Redactor().tokens(" ".join(request.split()))
    if not request:
        raise ConfigError('Say what to do, for example: adsteward schedule add "daily check" --at 08:00')
    everywhere = (options.account or "").casefold() == ALL
    options = replace(options, account=None if everywhere else options.account)
    answers, rules = list[str](), model_name(options) == RULES

    def look(session: Session) -> bool:
        answers.append(foretold(session, request))
        return bool(answers[-1])  # until it would do anything in one

    found, _ = spots(options, ALL if everywhere else options.account, look if rules else None)
    if rules:
        _must_be_understood(request)
    notes = [HOW, *_nothing_comes(answers, len(found))]
    with closing(open_book(options)) as book:
        order = book.add(
            request,
            at=time.fromisoformat(at),
            every=every,
            account=ALL if everywhere else found[0].account,
            approve=options.approve or "none",
            options=kept_of(options),
            spots=found,
            ahead=first,
        )
        _print(options, book, [order], "\n".join(notes))
    return 0


def _nothing_comes(answers: list[str], accounts: int) -> list[str]:
    """What is answered instead where nothing would be done in any account that was looked at."""
    if not answers or not all(answers):
        return []
    verb = "is" if len(answers) == 1 else "are"
    where = "the account is" if accounts == 1 else f"{len(answers)} of the {accounts} accounts {verb}"
    return [f"As {where} now, all that comes of it is: {answers[0]}"]


def _must_be_understood(request: str) -> None:
    """Refuse what the built-in rules would ask back at any time, or that leans on a talk; a model is not asked. Raises ConfigError."""
    if why := why_no_standing_order(request, datetime.now(UTC).date()):
        raise ConfigError(f"No schedule was added, as the built-in rules would not do it. {why}")


def show_all(options: Options) -> int:
    """All orders. Raises ConfigError."""
    output = chosen(options)
    with closing(open_book(options)) as book:
        orders = book.orders()
        rows = [row for order in orders for row in _rows(order, book.slots(order))]
        file = saved(output, "schedules", rows)
        nothing = 'There are no schedules. For example: adsteward schedule add "daily check" --at 08:00'
        _print(options, book, orders, "" if orders else nothing, file)
    return file.code


def set_state(options: Options, order_id: str, state: OrderState) -> int:
    """Pause, resume or remove an order. Raises ConfigError for one that is not there."""
    with closing(open_book(options)) as book:
        order = book.order(order_id)
        book.set_state(order, state)
        _print(options, book, [replace(order, state=state)], f"{order.id} {DONE[state].format(order.id)}")
    return 0


def _print(
    options: Options, book: OrderBook, orders: list[Order], said: str, file: Saved = NOT_ASKED
) -> None:
    slots = {order.number: book.slots(order) for order in orders}
    if options.json:
        listed = [_object(order, slots[order.number]) for order in orders]
        print_json({"schedules": listed, "said": said} | file.told)
        return
    from agent.show.screen import Screen

    screen = Screen()
    for order in orders:
        screen.say(_head(order))
        told = _many(order, slots[order.number]) if order.state != "removed" else []
        for line in told:
            screen.say(f"  {line}")
    if said:
        screen.say(said)
    if file.said:
        screen.line(file.said)


def _rows(order: Order, slots: list[Slot]) -> list[dict[str, Any]]:
    """An order as rows of a file, one for each account."""
    told = _object(order, slots)
    accounts = told.pop("accounts")
    return [
        told | slot | {"last": slot["last"]["status"] if slot["last"] else None} for slot in accounts
    ] or [told]


def _head(order: Order) -> str:
    world = "SANDBOX" if order.options["sandbox"] else "LIVE"
    state = " · before others" if order.ahead else ""
    state += "" if order.state == "active" else f" · {order.state}"
    return (
        f"{order.id}  {visible(order.request)} · {order.when} · {world} {order.account}"
        f" · approval: {order.approve}{state}"
    )


def _many(order: Order, slots: list[Slot]) -> Iterator[str]:
    """Each account; of more than a screen holds their sums, and those that somebody should look at."""
    shown = slots
    if len(slots) > MOST_LISTED:
        shown = [slot for slot in slots if slot.again or (slot.last and slot.last["status"] not in WELL)]
        coming = "" if order.state == "paused" else f": next {_often(_at(slot, slot.due) for slot in slots)}"
        yield f"{len(slots):,} accounts{coming}"
        last = [slot.last["status"] for slot in slots if slot.last]
        yield f"last: {_often(ENDED_AS.get(status, status) if status else 'running' for status in last) or 'not done yet'}"
    for slot in shown[:MOST_LISTED]:
        yield from _lines(order, slot)
    if len(shown) > MOST_LISTED:
        yield f"and {len(shown) - MOST_LISTED:,} more that failed or are under way"
    if len(slots) > MOST_LISTED:
        yield "`adsteward schedule list --output FILE` has every account."


def _often(words: Iterable[str]) -> str:
    """Words with how often each is there, the most frequent first."""
    counts = Counter(words).most_common()
    more = [f"{len(counts) - MOST_WORDS} more"] if len(counts) > MOST_WORDS else []
    return ", ".join([*(f"{word} ({times:,})" for word, times in counts[:MOST_WORDS]), *more])


def _lines(order: Order, slot: Slot) -> list[str]:
    due = "" if order.state == "paused" else f": next {_at(slot, slot.due)}"
    due += f", before that tried again from {_at(slot, slot.again)} on" if slot.again else ""
    head = f"{visible(slot.spot.name)} ({slot.spot.account}){due}"
    return [head, f"  last {_last(slot, slot.last)}"] if slot.last else [head]


def _last(slot: Slot, last: Mapping[str, Any]) -> str:
    if last["state"] == "running":
        return f"taken {_at(slot, moment(last['claimed_at']))}, and not ended yet"
    note = f" ({last['note']})" if last["note"] else ""
    sets = json.loads(last["change_sets"])
    named = f" [{counted(len(sets), 'change set')}: {', '.join(sets)}]" if sets else ""
    answer = shortened(" · ".join(filter(None, map(clean, str(last["answer"]).splitlines()))), LONGEST)
    ended = ENDED_AS.get(last["status"], last["status"])
    return f"{_at(slot, moment(last['ended_at']))}: {ended}{note}{named}: {answer}"


def _at(slot: Slot, at: datetime) -> str:
    return clock(at.astimezone(zone_of(slot.spot.timezone)))


def _object(order: Order, slots: list[Slot]) -> dict[str, Any]:
    return {
        "id": order.id,
        "request": order.request,
        "at": f"{order.at:%H:%M}",
        "every": order.every,
        "account": order.account,
        "approve": order.approve,
        "sandbox": order.options["sandbox"],
        "state": order.state,
        "first": order.ahead,
        "accounts": [
            {
                "account": slot.spot.account,
                "name": slot.spot.name,
                "timezone": slot.spot.timezone,
                "next": slot.due.isoformat() if order.state == "active" else None,
                "again": slot.again.isoformat() if slot.again else None,
                "last": _ended(slot.last) if slot.last else None,
            }
            for slot in slots
        ],
    }


def _ended(last: Mapping[str, Any]) -> dict[str, Any]:
    told = ("state", "due", "claimed_at", "ended_at", "status", "exit_code", "answer", "note", "transcript")
    return {name: last[name] for name in told} | {"change_sets": json.loads(last["change_sets"])}
