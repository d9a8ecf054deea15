"""What a question with words that nobody knows would be answered without them: offered, never done unasked."""

from datetime import date

from agent.models.offline.language.items import Items
from agent.models.offline.language.slots import WRITES, NotUnderstood, Request, Unexplained
from agent.models.offline.language.understanding import understood
from agent.models.offline.plans import said_back
from agent.models.offline.plans.frames import frame_of, refuse_more

MOST_LEFT_OUT = 3
"""Times that words are left out of one question."""
_YES = ("want:yes", "want:do_it", "if:yes")
_SAYS_LITTLE = ("fill", "link", "join", "end", "ask", "want", "sign")


def without(items: Items, lost: Unexplained, today: date | None) -> Request:
    """What is read without the words that are lost. Raises `lost` where that would change anything, or hardly says anything."""
    gone, row = lost, items.row
    for _ in range(MOST_LEFT_OUT):
        row = [item for item in row if item.first not in gone.places]
        if sum(item.kind not in _SAYS_LITTLE for item in row) < len(lost.places):
            break
        try:
            request = understood(items.rowed(row), today)
        except Unexplained as more:
            gone = more
            continue
        except NotUnderstood:
            break
        if request.want not in WRITES:
            return request
        break
    raise lost


def offered(lost: Unexplained, request: Request, today: date | None) -> NotUnderstood:
    """That words are not known, and what the question is without them, which a yes asks for."""
    try:
        frame = frame_of(request)
        refuse_more(request, frame)
    except NotUnderstood:
        return lost
    line = said_back.line(request, frame, today)
    return NotUnderstood(f'{lost} Without it I would answer: {line} (say "yes").', request) if line else lost


def accepts(items: Items) -> bool:
    """Whether a text is a yes and nothing else."""
    said = [item for item in items.row if item.kind not in ("fill", "join", "end")]
    return bool(said) and all(any(map(item.is_a, _YES)) for item in said)
