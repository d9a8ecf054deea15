"""What must be said beside the figures: how complete they are, which days still fill up, how they are counted."""

import re
from collections.abc import Iterator
from datetime import timedelta

from tools.read.ad_figures import LAG_DAYS
from tools.read.client_report.figure_words import Pen
from tools.read.client_report.gathering import Gathered, whole

_SEEN = re.compile(
    r" rows: nothing of it|^nothing was delivered|^no total of results: they are of several|^no figures of "
    r"|: changes of sums are per day$|^results since .* still come in"
)
"""What the report shows anyway, or says in its own words."""


def notes(found: Gathered, pen: Pen) -> tuple[str, ...]:
    """The sentences at the end of a report, the gravest first."""
    return (*_missing(found, pen), *filling(found, pen), *_counting(pen))


def filling(found: Gathered, pen: Pen) -> Iterator[str]:
    """Whether the last days of the period are not what they will be."""
    if found.running:
        yield pen.say("running", day=pen.language.day(found.now[1]))
    first = max(found.today - timedelta(days=LAG_DAYS), found.now[0])
    if found.now[1] >= first:
        yield pen.say("filling", day=pen.language.day(first))


def _missing(found: Gathered, pen: Pen) -> Iterator[str]:
    said = {
        "part_total": found.totals["complete"],
        "part_campaigns": found.campaigns["complete"],
        "part_days": found.days_said,
        "part_ads": str(found.judged.content["complete"]),
    }
    open_ends = {part: text for part, text in said.items() if not whole(text)}
    for part, text in open_ends.items():
        yield pen.say("incomplete", part=pen.say(part), said=text)
    if not open_ends:
        yield pen.say("complete")
    for part, answer in (("part_total", found.totals), ("part_campaigns", found.campaigns)):
        told = [one for one in answer.get("note", "").split("; ") if one and not _SEEN.search(one)]
        if note := "; ".join(told):
            yield pen.say("note", part=pen.say(part), said=note)
    for text in found.judged.content.get("nothing_judged", ()):
        yield pen.say("note", part=pen.say("part_ads"), said=text)
    if odd := found.outcomes_said.partition("; odd: ")[2]:
        yield pen.say("note", part=pen.say("part_changes"), said=odd)


def _counting(pen: Pen) -> Iterator[str]:
    yield pen.say("counting")
    yield pen.say("clock", zone=pen.account.timezone)
