"""What must be said beside figures: rows that are not there, and figures that no row holds."""

from collections.abc import Iterator, Sequence

from tools.domain.text import counted, listed
from tools.read.figures.breakdown_rules import OF_SOME_ADS, OPT_IN
from tools.read.figures.known_fields import COUNTED, Column
from tools.read.figures.row_sums import NEVER, Table


def beside(found: Table, rows: Sequence[object]) -> list[str]:
    """What a reader must know who sees only rows and totals."""
    notes = [found.note] if found.note else []
    if not rows:
        notes.append(_no_rows(found))
    elif found.left:
        notes.append(f"{_left(found)}; totals are of those that do")
    if found.totals.mixed and found.question.goals and found.question.args.level != "account":
        notes.append("no total of results: they are of several goals")
    if rows:
        notes += _absent(found)
        if silent := sorted(set(found.question.windows) - found.reader.told):
            notes.append(f"no row says anything of {listed(silent)}, so figures by it are not known")
    if rows and (late := _begun_later(found)):
        notes.append(late)
    if found.stream.doubt:
        notes.append("totals are of what is here; see `complete` for what is missing")
    return notes


def _begun_later(found: Table) -> str:
    """That the first row of weeks or months may hold a few days alone, as nothing was delivered before it."""
    step, chosen = found.question.args.time_increment, found.question.ours
    if step in ("all_days", 1) or chosen or not str(found.span[0]) < found.began < NEVER:
        return ""
    return f"nothing was delivered before the row of {found.began}, so delivery may have begun within it"


def _left(found: Table) -> str:
    said = f"{counted(found.left, 'row')} {'does' if found.left == 1 else 'do'} not meet the conditions"
    why = [f"{number} without any {name}" for name, number in found.lacking.items()]
    return f"{said} ({', '.join(why)})" if why else said


def _no_rows(found: Table) -> str:
    """Why there is no row at all; that nothing was delivered is the reason only where no other is."""
    if found.left:
        why = _left(found) if found.lacking else ""
        return f"no row meets the conditions{f': {why}' if why else ''}"
    for name in found.question.by_rows:
        if name in OPT_IN:
            return f"Meta gave no rows by {name}, which it gives only to accounts that opted in: no sign that nothing was delivered"
        if name in OF_SOME_ADS:
            return f"no ad that delivered in this period has a {name} that Meta reports"
    return "nothing was delivered in this period"


def _absent(found: Table) -> Iterator[str]:
    """Figures that were asked for and that no row holds, each with its reason."""
    told = {"", *found.reader.told}
    there = [one for one in found.question.columns if one.by_window in told]
    missing = [one for one in there if one.name not in found.given]
    if own := [one.name for one in missing if one.field.how == "own"]:
        yield f"Meta gave no {', '.join(own)} for these rows"
    if lists := [one.name for one in missing if one.field.by_action and one.field.how != "own"]:
        yield f"no {', '.join(lists)} in this period: Meta lists only what happened"
    ratios = [one for one in missing if one.field.how == "ratio" and not one.field.by_action]
    for under in dict.fromkeys(one.field.under for one in ratios if not _explained(one, found)):
        names = [one.name for one in ratios if one.field.under == under]
        yield f"no {', '.join(names)}, as {under} {'is' if under == 'spend' else 'are'} 0"
    seen = found.reader.seen
    counts = [c for c in found.question.columns if c.field.how == "sum" and not c.field.by_action]
    yield from _scarce(found)
    if untold := [c.name for c in counts if c.meta not in COUNTED and c.meta not in seen]:
        yield f"no row says anything of {', '.join(untold)}, taken as 0"


def _scarce(found: Table) -> Iterator[str]:
    """Figures that were named and that only some rows hold."""
    names = [c.name for c in found.question.columns if found.question.args.fields]
    for number in sorted({found.given[name] for name in names} - {0, found.count}):
        those = ", ".join(name for name in names if found.given[name] == number)
        yield f"{those} in {number} of {found.count} rows: nothing of it in the others"


def _explained(one: Column, found: Table) -> bool:
    """Whether another note says why results give no figure."""
    return one.meta in COUNTED and (found.totals.mixed or bool(found.note))
