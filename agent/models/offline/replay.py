"""A conversation read again from its first words: what each request meant, what it found, what it left open or waiting."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from agent.models.offline.language.items import itemised
from agent.models.offline.language.slots import WRITES, NotUnderstood, Request
from agent.models.offline.plans import conversation_so_far as so_far
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.plans.frames import frame_of, refuse_more
from agent.models.offline.reading import answer, read
from agent.models.offline.telling.steps import Answer, Ended, Result, follow

MOST_REMEMBERED = 8
"""Requests of the conversation that a follow-up may go on from."""
Turns = Sequence[Sequence[Result]]


def talk_before(said: Sequence[tuple[str, Turns]], today: date | None, currency: str) -> Talk:
    """The talk after these requests, each with the results of its turns."""
    talk = Talk(currency=currency)
    for left, (text, turns) in zip(range(len(said), 0, -1), said, strict=True):
        results = [result for turn in turns for result in turn]
        proposed = any(result.content.get("change_set") for result in results)
        kept = [str(result.content["remembered"]) for result in results if "remembered" in result.content]
        talk = replace(talk, noted=kept[-1] if kept else "")
        if proposed:
            talk = replace(talk, latest=so_far.latest_set(results))
        understood = None
        if left <= MOST_REMEMBERED:
            understood, order = _understood(text, today, talk, turns)
            last = understood or talk.last
            last = last.but(output="") if last and last.output == "rest" else last
            if understood and not proposed and _asks_back(understood, text, today, talk, turns):
                order = understood
            talk = replace(
                talk,
                last=last,
                unclear=not understood,
                open=order,
                rows=so_far.named_in(results, last, talk.rows),
                seen=so_far.rows_seen(results, talk.seen),
                code=_language(text, talk),
            )
        if understood or proposed:
            waits, named = so_far.left_waiting(results), understood.things if understood else ()
            about = (*talk.rows, *(one for thing in named for one in thing.found))
            talk = replace(talk, waits=waits, held=so_far.held_in(results, about) if waits else ())
    return talk


def _understood(
    text: str, today: date | None, talk: Talk, turns: Turns
) -> tuple[Request | None, Request | None]:
    """An earlier request, read again with what was looked up for it then; none where it was refused for what it said.

    Behind it the order that was understood but for a gap.
    """
    reading = read(text, today, talk)
    try:
        next(reading)
        for results in (*turns, ()):
            reading.send(results)
    except StopIteration as end:
        return (end.value if isinstance(end.value, Request) and _taken(end.value) else None), None
    except NotUnderstood as unclear:
        return None, unclear.order if unclear.order and unclear.order.want in WRITES else None
    except (Ended, ValueError):
        return None, None
    return None, None


def _asks_back(request: Request, text: str, today: date | None, talk: Talk, turns: Turns) -> bool:
    """Whether an order ended with a question, or with what stands in its way."""
    if request.want not in WRITES:
        return False
    end = follow(answer(text, today, talk), turns)
    return isinstance(end, Answer) and bool(end.ending)


def _taken(request: Request) -> bool:
    """Whether all that it said goes together."""
    try:
        refuse_more(request, frame_of(request))
    except NotUnderstood:
        return False
    return True


def _language(text: str, talk: Talk) -> str:
    try:
        return itemised(text, talk.code, talk.lexicons).lexicon.code
    except NotUnderstood:
        return talk.code
