"""The account's log: who changed what and when, with the values before and after; what adsteward did is marked."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

from pydantic import Field

from tools.domain.changes import Effect
from tools.domain.insights import Period
from tools.domain.naming.candidates import is_id
from tools.domain.references import meaning, require
from tools.domain.text import counted, listed
from tools.domain.tool import TOOLSET, Applied, Context, Result, Tool, object_id
from tools.read.activity_words import Entry, entry, merged
from tools.read.figures.spans import span_of, up_to_now

FIELDS = (
    "event_type,event_time,translated_event_type,actor_name,application_name,object_id,object_name,"
    "object_type,extra_data"
)
DAYS = 7
CLOSE = timedelta(minutes=5)
"""How far Meta's moment of a change may lie from the one at which it was sent."""
_CATEGORIES = {"dates": "DATE", "adset": "AD_SET"}
_EVENTS = {
    "set_status": ("status",),
    "set_budget": ("budget",),
    "rename": ("name",),
    "label": ("label",),
    "refresh_ad": ("creative",),
    "create_creative": ("creative",),
    "edit": ("bid", "target", "duration", "schedule", "spend"),
    "archive": ("status",),
    "delete": ("status", "delete"),
}
"""Words of which the event of such a change has one; of a creation it is its own."""
_STATES = {"active": "ACTIVE", "inactive": "PAUSED", "paused": "PAUSED"}
"""How the log writes what a change sets."""


class ActivitiesInput(Period):
    ids: list[str] = Field(default=[], max_length=50, description="and what is in them")
    kind: (
        Literal[
            "budget", "status", "bid", "targeting", "dates", "campaign", "adset", "ad", "audience", "account"
        ]
        | None
    ) = None
    by: Literal["anybody", "adsteward", "others"] = "anybody"
    limit: int = Field(default=50, strict=True, ge=1, le=500)


def run(args: ActivitiesInput, ctx: Context) -> Result:
    first, last = _moments(args, ctx)
    listing = ctx.graph.read_all(
        f"{ctx.account.id}/activities", fields=FIELDS, **_narrowed(args, ctx, first, last)
    )
    read = [one for row in listing.rows if (one := entry(row, ctx.account.currency))]
    found = merged(sorted(read, key=lambda one: one.at, reverse=True))
    own = ctx.ledger.applied(ctx.account.id, since=first - CLOSE if first else None)
    marks = [_set_of(one, own) for one in found]
    wanted = [
        (one, mark) for one, mark in zip(found, marks, strict=True) if args.by in ("anybody", _whose(mark))
    ]
    rows = [_row(one, mark, ctx) for one, mark in wanted]
    content: dict[str, Any] = {
        "period": args.said(f"last {DAYS} days and today"),
        **meaning(ctx, args.ids),
        "complete": listing.said("logged changes"),
        "by_whom": dict(Counter(str(row["by"]) for row in rows).most_common()),
        "changes": rows[: args.limit],
    }
    if len(rows) > args.limit:
        content["shown"] = f"the newest {args.limit} of {len(rows)}"
        content["all_rows"] = ctx.save("activities", rows)
    else:
        ctx.keep("activities", rows)
    if note := _note(args, rows, marks, own, last):
        content["note"] = note
    return Result(content)


def _moments(args: ActivitiesInput, ctx: Context) -> tuple[datetime | None, datetime | None]:
    """The first moment of the period and the first after it, on the account's clock; None for open ends."""
    today = ctx.here.date()
    if args.date_preset == "maximum":
        return None, None
    if args.since or args.date_preset:
        begin, end = up_to_now(span_of(args, "", today), args, today)
    else:
        begin, end = today - timedelta(days=DAYS), today
    first = datetime.combine(begin, time(), ctx.account.zone)
    return first, None if end >= today else datetime.combine(
        end + timedelta(days=1), time(), ctx.account.zone
    )


def _narrowed(
    args: ActivitiesInput, ctx: Context, first: datetime | None, last: datetime | None
) -> dict[str, Any]:
    """The parameters by which Meta narrows its log; what was deleted since has no name, and is asked for by its id."""
    asked: dict[str, Any] = {}
    if first:
        asked["since"] = int(first.timestamp())
    if last:
        asked["until"] = int(last.timestamp()) - 1
    if args.kind:
        asked["category"] = _CATEGORIES.get(args.kind, args.kind.upper())
    names = [text for text in args.ids if not is_id(text)]
    ids = [text for text in args.ids if is_id(text)]
    ids += [obj.id for obj in require(ctx, names, parts=True)] if names else []
    if ids:
        asked |= {"oid": ids[0], "add_children": "true"}
        asked |= {"extra_oids": ids[1:]} if ids[1:] else {}
    return asked


def _set_of(one: Entry, own: Sequence[Applied]) -> str:
    """The change set of adsteward's by which an entry came about, or nothing."""
    for done in own:
        near = object_id(done) == one.object_id and abs(one.at - done.at) <= CLOSE
        if near and any(
            word in one.event for word in _EVENTS.get(done.change.kind, ("create", "image", "video"))
        ):
            value = _STATES.get(one.raw_after.casefold(), one.raw_after)
            if done.change.kind not in ("set_status", "set_budget") or value in done.change.after.values():
                return done.change_set_id
    return ""


def _whose(mark: str) -> str:
    return "adsteward" if mark else "others"


def _row(one: Entry, mark: str, ctx: Context) -> dict[str, Any]:
    row = {
        "at": f"{one.at.astimezone(ctx.account.zone):%Y-%m-%d %H:%M:%S}",
        "by": f"adsteward, as {one.by}" if mark else one.by,
        "what": one.what,
        "on": one.on,
        "before": one.before,
        "after": one.after,
        "through": one.through,
        "change_set": mark,
    }
    return {name: text for name, text in row.items() if text}


def _note(
    args: ActivitiesInput,
    rows: Sequence[Any],
    marks: Sequence[str],
    own: Sequence[Applied],
    last: datetime | None,
) -> str:
    """What the log does not hold, as far as that is known."""
    notes = [] if rows else ["Meta's log names no such change in this period"]
    ended = last or datetime.max.replace(tzinfo=UTC)
    sets = dict.fromkeys(done.change_set_id for done in own if done.at < ended)
    missing = [change_set for change_set in sets if change_set not in marks]
    if missing and not args.ids and not args.kind and args.by != "others":
        what = counted(len(missing), "change set")
        notes.append(
            f"{what} of adsteward not in Meta's log, which may come late: {listed(missing)}; see history"
        )
    return "; ".join(notes)


TOOL = Tool(
    name="list_activities",
    description="Meta's log of the account: who changed what, when, before and after; adsteward's own changes are marked.",
    Input=ActivitiesInput,
    effect=Effect.READ,
    run=run,
    toolset=TOOLSET,
    words="Who changed the budget, what changed since yesterday, activity log, audit, change history, other people.",
)
