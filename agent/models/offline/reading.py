"""A text to its answer: read, completed from the conversation, matched with a plan, with a line that says what was understood."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from agent.models.offline.language.items import Items, itemised
from agent.models.offline.language.meant import with_before
from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import (
    WRITES,
    Found,
    NotPossible,
    NotUnderstood,
    Request,
    TwoOrders,
    Unexplained,
)
from agent.models.offline.language.understanding import understood
from agent.models.offline.language.unquoted_names import new_names
from agent.models.offline.plans import (
    budget_plans,
    choices,
    named_things,
    offers,
    open_questions,
    said_back,
    waiting,
)
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.plans.following import completed
from agent.models.offline.plans.frames import FRAMES, frame_of, refuse_more
from agent.models.offline.plans.rows_before import (
    by_number,
    first_of_those,
    sure_of_them,
)
from agent.models.offline.telling import read_answers
from agent.models.offline.telling.steps import Answer, Call, Ended, Steps, needed
from agent.models.offline.telling.steps import one as turn

_COMMAND = re.compile(r"/?(apply|approve|show|decline|forget|withdraw|drop|discard) (cs-\w+)", re.IGNORECASE)
_COMMANDS = {"apply": "apply", "approve": "apply", "show": "show"}
_FREE = ("remember", "forget")
_SAY_NO = ("test:0", "not", "later", "want:no", "want:drop_it", "want:forget_it")
MOST_UNKNOWN = 16


def answer(text: str, today: date | None, talk: Talk) -> Steps[Answer]:
    """The plan of a text. Returns its answer and how it ended."""
    try:
        return (yield from _carried_out((yield from read(text, today, talk)), today, talk))
    except TwoOrders as two:
        return (yield from _in_turn(two, today, talk))
    except (NotUnderstood, Ended) as why:
        return _refused(why)


def _refused(why: NotUnderstood | Ended) -> Answer:
    if isinstance(why, Ended):
        return Answer(str(why), "refused")
    return Answer(
        read_answers.unclear(str(why)), "refused" if isinstance(why, NotPossible) else "not_understood"
    )


def _carried_out(request: Request, today: date | None, talk: Talk) -> Steps[Answer]:
    """The answer to a request, headed by what was understood. Raises NotUnderstood and Ended."""
    frame = frame_of(request)
    refuse_more(request, frame)
    if request.want in WRITES:
        choices.sure(request.things)
    plan = FRAMES[frame].plan(request, talk)
    if isinstance(plan, Answer):
        return plan
    told = yield from (waiting.in_its_place(plan, talk) if waiting.replaces(request, talk) else plan)
    if request.leading == "no" and request.want in WRITES and talk.latest and not talk.waits:
        told += f"\nWhat was done before stays done. Take it back with: adsteward undo {talk.latest}"
    heading = said_back.line(request, frame, today)
    heading += f", of {talk.waits}" if request.ref == waiting.OF_IT else ""
    return Answer(f"{heading}\n{told}" if heading else told)


def _in_turn(two: TwoOrders, today: date | None, talk: Talk) -> Steps[Answer]:
    """Two orders one after the other, each with a change set of its own; neither, where one of them is not clear by itself."""
    requests = list[Request]()
    try:
        for part in two.parts:
            requests.append((yield from read(part, today, replace(talk, open=None))))
            refuse_more(requests[-1], frame_of(requests[-1]))
            choices.sure(requests[-1].things)
    except (NotUnderstood, Ended):
        return _refused(two)
    if not (requests and _by_themselves(requests)):
        return _refused(two)
    answers = list[Answer]()
    for part, request in zip(two.parts, requests, strict=True):
        try:
            answers.append((yield from _carried_out(request, today, talk)))
        except (NotUnderstood, Ended) as why:
            refused = _refused(why)
            answers.append(replace(refused, text=f'"{shown(part, 120)}": {refused.text}'))
    first, then = answers
    return Answer(f"{first.text}\n\n{then.text}", first.ending or then.ending)


def _by_themselves(requests: Sequence[Request]) -> bool:
    """Whether each of some orders names single things of its own, none of which is in what another names."""
    found = [[one for thing in request.things for one in thing.found] for request in requests]
    told = {"want", "things", "amount", "topic", "budget", "step", "texts"}
    leans = any(request.want not in WRITES or set(request.set_slots) - told for request in requests)
    clear = all(len(t.found) == 1 and not t.more and t.role != "except" for r in requests for t in r.things)
    first, then = found
    apart = all(_apart(one, other) for one in first for other in then)
    return bool(first and then) and clear and apart and not leans


def _apart(one: Found, other: Found) -> bool:
    """Whether neither is, or may be, in the other: of an ad only its ad set is known."""
    inside = one.id in other.inside or other.id in one.inside
    return one.id != other.id and not inside and {one.level, other.level} != {"campaign", "ad"}


def read(text: str, today: date | None, talk: Talk) -> Steps[Request]:
    """The request that a text is, its names looked up in the account and its gaps filled from the talk."""
    plain = text.strip().strip("\"'").strip()
    if command := _COMMAND.fullmatch(plain):
        verb = _COMMANDS.get(command[1].lower(), "decline")
        raise NotUnderstood(f"That is a command of its own: adsteward {verb} {command[2].lower()}")
    items = itemised(text, talk.code, talk.lexicons)
    order = open_questions.asked_of(talk)
    if order and order.want not in WRITES and offers.accepts(items):
        return order
    if order and order.want in WRITES and open_questions.spoken(items, order):
        whole = None
        with suppress(NotUnderstood, Ended):
            whole = yield from _filled_in(text, items, today, order)
        if whole and open_questions.belongs(whole, talk):
            _sure_of_tests(whole, talk)
            return open_questions.in_its_place(whole, talk)
    return (yield from _plainly(new_names(items), today, talk))


def _filled_in(text: str, items: Items, today: date | None, order: Request) -> Steps[Request]:
    """The order that was asked back about, with the words that answer it. Raises NotUnderstood where they do not."""
    said = open_questions.alone(text, items, order)
    if said is None:
        items = yield from _named(items, writes=True)
        said = understood(new_names(open_questions.spoken(items, order) or items), today)
    whole = open_questions.filled(order, said)
    if choices.all_spend(whole):
        raise NotUnderstood("")  # "all" to "which one?" is not all that can spend
    refuse_more(whole, frame_of(whole))
    return whole


def _plainly(items: Items, today: date | None, talk: Talk) -> Steps[Request]:
    """The request that stands for itself, or goes on from the one before."""
    if not items.row or all(item.kind == "end" for item in items.row):
        return Request(want="help")
    known = None if named_things.runs(items) else waiting.refusal(items, talk)
    if alone := _free_text(items) or known or _only_no(items):
        return alone
    if sum(item.kind == "unknown" for item in items.row) > MOST_UNKNOWN:
        raise NotUnderstood("")
    items, who = _somebody(items)
    items = yield from _named(items, writes=any(i.kind == "want" and i.value in WRITES for i in items.row))
    if no := waiting.refusal(items, talk):
        return no
    items = waiting.left_out(waiting.says_no(items), talk)
    try:
        request = understood(items, today)
    except Unexplained as lost:
        request = offers.without(items, lost, today)
        try:
            request = _of_talk(request, items, today, talk)
        except NotUnderstood:
            raise lost from None
        raise offers.offered(lost, request, today) from None
    request = request.but(texts={**request.texts, "who": (who,)}) if who else request
    return _of_talk(request, items, today, talk)


def _of_talk(request: Request, items: Items, today: date | None, talk: Talk) -> Request:
    """The request with what it leaves to the conversation. Raises NotUnderstood where that does not say it."""
    _sure_of_all(request, items, talk)
    request = by_number(first_of_those(sure_of_them(request, talk), talk), talk)
    request = with_before(waiting.chosen(request, talk) or completed(request, talk), today)
    _sure_of_tests(request, talk)
    return request


def _sure_of_tests(request: Request, talk: Talk) -> None:
    """Refuse a condition in another currency than the account's, and one of no figure."""
    for test in request.tests:
        budget_plans.same_money(test, talk)
    if nameless := next((test for test in request.tests if not test.figure), None):
        why = f'"{nameless.operator} {nameless.value}" of which figure? Such as: CPA over 60.'
        raise NotUnderstood(why, request if request.want in WRITES else None)


def _named(items: Items, *, writes: bool) -> Steps[Items]:
    """The row with what the account has of the names in it; where nothing is changed, with accounts as well."""
    call = named_things.look_up(items)
    if not call:
        return items
    items = new_names(named_things.placed(items, (yield from needed(call))))
    if any(item.kind == "unknown" for item in items.row) and not writes:
        accounts = yield from turn(Call("list_accounts"))
        items = new_names(named_things.of_accounts(items, accounts.content))
    return items


def _sure_of_all(request: Request, items: Items, talk: Talk) -> None:
    """Refuse "all" alone after an answer that names some: those, or all there are? "Everything" is everything."""
    alone = set(request.set_slots) <= {"want", "every", "leading", "amount"}
    whole = any(item.is_a("all:everything") for item in items.row) or request.want in ("stop", "undo")
    if talk.rows and request.every and request.want in WRITES and alone and not whole:
        raise NotPossible('All of those, or all there are? Say "them", or "all ads".')


def _somebody(items: Items) -> tuple[Items, str]:
    """The row without the person whose doings are asked for, and their name: a word that nobody knows, in a question about that."""
    if not any(item.is_a("want:done_by") for item in items.row):
        return items, ""
    name = " ".join(item.said for item in items.row if item.kind in ("unknown", "quote"))
    if not name:
        return items, ""
    return items.rowed([item for item in items.row if item.kind not in ("unknown", "quote")]), name


def _free_text(items: Items) -> Request | None:
    """A note is kept as it was written."""
    first = next((item for item in items.row if item.kind not in ("fill", "join", "link")), None)
    if first and first.kind == "want" and first.value in _FREE:
        rest = items.text[items.words[first.last].end :].strip(" :,.\n")
        return Request(want=first.value, texts={"note": (rest[0].upper() + rest[1:],)}) if rest else None
    return None


def _only_no(items: Items) -> Request | None:
    """A no, in whatever way and however often; and a yes that is written as "if"."""
    said = [item for item in items.row if item.kind not in ("fill", "end", "join")]
    if len(said) == 1 and said[0].is_a("if:yes"):
        return Request(want="yes")
    no = bool(said) and all(any(map(item.is_a, _SAY_NO)) for item in said)
    return Request(want="no") if no and any(item.kind != "want" for item in said) else None
