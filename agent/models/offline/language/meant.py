"""What words mean together that mean something else alone: "stop" said of ads, "vs" between parts, "best performing" of a split."""

from agent.models.offline.language.slots import NOUNS, WRITES, Request

_RANKS = {"winners": "best", "weak": "worst"}
"""Ads are judged; what figures are split by is put in order."""


_REPORTS = {"weekly_report": "week", "monthly_report": "month"}
"""What the names of some reports say beside that they are one."""


def meant(request: Request) -> Request:
    """What "stop" and "cut" mean: pausing, where they are said of ads, not of everything or of money. A greeting before a question is none."""
    if step := _REPORTS.get(request.topic):
        request = request.but(topic="report", step=request.step or step)
    if request.want == "hello" and set(request.set_slots) - {"want", "asked", "leading"}:
        request = request.but(want="")
    if request.pick in _RANKS and set(request.by) - set(NOUNS) and request.want not in WRITES:
        request = request.but(pick="", rank=_RANKS[request.pick])
    brake = request.every and (request.ref == "your_work" or request.topic == "protected")
    some = request.level not in ("", "account") and not brake
    of_ads = request.pick or request.tests or request.named or request.rank or request.states or some
    if (
        request.want == "pause"
        and request.asked in ("which", "would")
        and not (request.every or request.tests)
        and len(request.named) <= (request.asked == "would")
    ):
        return request.but(want="", pick=request.pick or "weak")
    looks = (
        request.figures
        or request.periods
        or request.want in ("how_is", "check")
        or request.topic in ("performance", "check")
    )
    if request.level == "account" and request.every and looks and request.want not in WRITES:
        return request.but(account="all", level="", every=False)
    cuts = request.want == "lower" and request.pick == "weak" and not request.amount and not request.topic
    return request.but(want="pause") if (request.want == "stop" and of_ads) or cuts else request


def compared(request: Request) -> Request:
    """A comparison of parts of one period ("link clicks vs all clicks") is a table of them; of anything else, with before."""
    if request.compare != "with":
        return request
    parts = (len(request.figures) > 1, len(request.only) > 1, len(request.named) > 1, len(request.by) > 1)
    return request.but(compare="" if any(parts) else "previous")
