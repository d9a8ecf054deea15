"""Plans for notes: kept, listed, taken out again."""

from agent.models.offline.language.slots import Request
from agent.models.offline.plans import look_plans
from agent.models.offline.plans.conversation_so_far import Talk
from agent.models.offline.telling import change_answers
from agent.models.offline.telling.steps import Answer, Call, Ended, Plan, needed


def remember(request: Request, _: Talk) -> Plan:
    """A note for later conversations, or one taken out again."""
    if not request.texts.get("note"):
        raise Ended("Which note? Such as: remember that we never pause brand ads. Nothing was done.")
    return change_answers.noted((yield from needed(Call(request.want, {"note": request.texts["note"][0]}))))


def forget_last(_: Request, talk: Talk) -> Plan:
    """Take the newest note out again."""
    number = talk.notes[-1].partition(". ")[0] if talk.notes else ""
    if not number.isdecimal():
        raise Ended("There are no notes for this account. Nothing was done.")
    return change_answers.noted((yield from needed(Call("forget", {"note": number}))))


def forget_it(request: Request, talk: Talk) -> Plan:
    """What was said last: the note, where one was kept; else what waits is told."""
    if not talk.noted:
        return (yield from look_plans.answered(request, talk))
    return change_answers.noted((yield from needed(Call("forget", {"note": talk.noted}))))


def notes(_: Request, talk: Talk) -> Answer:
    """What is kept for later conversations."""
    return Answer(change_answers.all_notes(talk.notes))
