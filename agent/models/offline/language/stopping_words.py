"""Words that stand in the way: what takes an order back, puts it off or ties it to something, and what no slot took."""

import re

from agent.models.offline.language.items import Items
from agent.models.offline.language.lexicon import sayings
from agent.models.offline.language.slots import IN_QUOTES, WRITES, NotUnderstood, Request, Unexplained

_SILENT = frozenset({"fill", "link", "join", "ask", "end", "go_on"})
_PUNCTUATION = "()–—-/:"
_PAST = re.compile("é(e?s?)$")
_HAVE = {"ai", "as", "a", "avons", "avez", "ont", "été"}
_GUARDS: dict[str, str] = sayings()["guards"]
"""What stands in the way of an order, and what is not done here at all; each with what is next to it."""


def sure_of_days(request: Request) -> None:
    """Refuse to change anything by days that are not clear."""
    if loose := next((period for period in request.periods if period.loose), None):
        raise NotUnderstood(
            f'"{loose.said}": a day, month or year that may lie ahead. Say the days, such as: last 14 days.'
        )
    if len(request.periods) > 1:
        raise NotUnderstood("Which of the two periods? Say one.")


def said_once(items: Items, request: Request) -> None:
    """Refuse an order that is to be carried out again and again ("every day", "by 10 % daily")."""
    percent = request.amount is not None and request.amount.percent
    for item in items.row:
        each = any(kind == "all" for kind, _ in items.alone(items.words[item.first].key))
        if item.kind == "step" and (each or percent):
            raise NotUnderstood(f'"{item.said}" in it: {_GUARDS["later"]} {IN_QUOTES}')


def not_told(items: Items) -> None:
    """Refuse what tells of an order, in words that are written as one but for an accent ("j'ai coupé A", "pausé A")."""
    for at, item in enumerate(items.row):
        if item.kind != "want" or item.value not in WRITES or not _PAST.search(item.said.casefold()):
            continue
        helps = items.row[at - 1].said.casefold().split()[-1] if at else ""
        verb = items.words[item.first].key[:-1] + "ar"
        if (helps in _HAVE) if items.lexicon.code == "fr" else ((item.kind, item.value) in items.alone(verb)):
            raise NotUnderstood(
                f'"{item.said}" tells what was done. To change something, say it as an order.'
            )


def said_whole(items: Items) -> None:
    """Refuse an order that has words that suit an answer ("short", "recent")."""
    if word := items.take("fill:form"):
        raise NotUnderstood(f'I do not know what "{word.said}" means here. {IN_QUOTES}')


def breaks_off(items: Items) -> None:
    """Refuse what breaks off ("pause weak ads in"), and what may be an order by its last word ("Bug net aus")."""
    row = [item for item in items.row if item.kind != "fill"]
    for item, after in zip(row, [*row[1:], None], strict=True):
        behind = after.kind if after else "end"
        if (item.kind == "link" and behind in ("end", "join")) or (item.is_a("join:and") and behind == "end"):
            raise NotUnderstood(f'"{item.said}" what? The request breaks off there.')


def known(items: Items) -> None:
    """Refuse what has words that nobody knows."""
    unknown = [item for item in items.row if item.kind == "unknown"]
    if unknown:
        said = " ".join(item.said for item in unknown[:4])
        raise Unexplained(
            f'I do not know what "{said}" means here: it is none of my words, and nothing in the account is called so.',
            (item.first for item in unknown),
        )


def guarded(items: Items, *, writes: bool) -> None:
    """Refuse an order that a word in it takes back, puts off or ties to something; a question with such a word as well."""
    if items.take_all("not:only_look") and writes:
        raise NotUnderstood(f"Only looking and an order in one. Say only what to do. {IN_QUOTES}")
    for kind, why in _GUARDS.items():
        if (word := items.take(kind)) and (writes or not word.is_a("not:instead")):
            raise NotUnderstood(f'"{word.said}" in it: {why} {IN_QUOTES}')


def left_over(items: Items) -> None:
    """Refuse what has a word that no slot took."""
    for at, item in enumerate(items.row):
        if at in items.used or item.kind in _SILENT or (item.kind == "sign" and item.value in _PUNCTUATION):
            continue
        raise Unexplained(f'I do not know what "{item.said}" means here. {IN_QUOTES}', [item.first])
