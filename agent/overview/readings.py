"""Reads of an account what is kept of it, through the tools of an ordinary session; nothing is proposed or sent."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from agent.models.model import ToolCall
from agent.overview.snapshots import Place, Snapshots
from agent.overview.thumbnails import thumbnail
from agent.run.report import Report
from agent.run.session import Session
from agent.run.toolbox import Toolbox, whole
from tools.domain.files import Given

PICTURE = "picture"
"""The key of an ad's answer under which its picture is kept: a PNG, in base64."""
CHECK, DAYS, REVIEW, TREE = "check", "days", "review", "tree"
CAMPAIGNS, ADSETS, ADS = "campaign figures", "ad set figures", "ad figures"
DAYS_SHOWN = 35
PERIOD, PERIOD_SAID = "last_30d", "last 30 days"
MOST_ROWS = 2000
"""Of one table; an account with more says that the rest is left out."""
OWN_FILES = ("full_table", "full_table_csv", "all_rows")
"""Keys under which an answer names files of its run, which are gone when it is over: their rows are kept."""
FRESH = timedelta(hours=1)
"""What was read so lately is not read again after a scheduled run."""

Tell = Callable[[int, int, str], None]
"""Hears how far a look is: the parts that are done, all of them, and what is read now."""


def to_nobody(_done: int, _all: int, _what: str) -> None:
    """Hears how far a look is where nobody watches."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One part: a read tool and its arguments; `table` is what the tool calls the rows that are kept beside its answer."""

    part: str
    said: str
    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    table: str = ""
    first: Callable[[Mapping[str, Any]], Any] = lambda _row: 0
    """By what those rows come first that are kept of very many."""
    beside: Callable[[Toolbox, Mapping[str, Any]], Mapping[str, Any]] = lambda _toolbox, _answer: {}
    """What is kept with an answer that no tool gives."""


def _spent_most(row: Mapping[str, Any]) -> Decimal:
    return -Decimal(row.get("spend") or 0)


def _holders_and_running(row: Mapping[str, Any]) -> tuple[bool, bool]:
    return row["level"] == "ad", row["now"] != "running"


def readings(session: Session) -> tuple[Reading, ...]:
    """What is read of every account, the problems first."""
    today = session.now().astimezone(session.world.account.zone).date()
    days = {"since": str(today - timedelta(DAYS_SHOWN - 1)), "until": str(today)}
    by_day = {"level": "account", "time_increment": 1, "limit": DAYS_SHOWN, **days}
    levels = ((CAMPAIGNS, "campaign"), (ADSETS, "adset"), (ADS, "ad"))
    return (
        Reading(CHECK, "the daily check", "daily_check"),
        Reading(DAYS, "figures by day", "get_insights", by_day, "insights"),
        Reading(REVIEW, "winners, losers and tired ads", "review_performance", table="review"),
        Reading(TREE, "campaigns, ad sets and ads", "list_ads", {"limit": 0}, "ads", _holders_and_running),
        *(
            Reading(
                part, part, "get_insights", {"level": level, "date_preset": PERIOD}, "insights", _spent_most
            )
            for part, level in levels
        ),
    )


def place_of(session: Session) -> Place:
    """The account of a session."""
    account = session.world.account
    return Place(session.world.id, account.id, account.name, account.currency, account.timezone)


def look(session: Session, snapshots: Snapshots, tell: Tell = to_nobody) -> Report:
    """Read the account anew, part by part. What cannot be read stays as it was and says why; never raises Stop."""
    return _read(session, snapshots, readings(session), tell)


def look_at_ad(session: Session, snapshots: Snapshots, ad_id: str) -> Report:
    """Read what one ad shows, and its picture where there is one to be had, to be kept with the account."""

    def picture(toolbox: Toolbox, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        creative = answer.get("creative")
        found = thumbnail(session.world, toolbox.context.graph, str((creative or {}).get("id") or ""))
        return {PICTURE: b64encode(found).decode()} if found else {}

    reading = Reading(ad_part(ad_id), "the ad", "inspect", {"id": ad_id}, beside=picture)
    return _read(session, snapshots, (reading,), to_nobody)


def ad_part(ad_id: str) -> str:
    """The name of the part that holds one ad."""
    return f"ad {ad_id}"


def renew(session: Session, snapshots: Snapshots) -> Report | None:
    """Read an account anew that somebody wanted to see before, unless that was done within the last hour."""
    taken = snapshots.taken_at(place_of(session), CHECK)
    if taken is None or snapshots.now() - taken < FRESH:
        return None
    return look(session, snapshots)


def _read(session: Session, snapshots: Snapshots, asked: Sequence[Reading], tell: Tell) -> Report:
    place, open_parts = place_of(session), [reading.part for reading in asked]
    redactor = session.world.redactor

    def job(toolbox: Toolbox) -> str:
        problems = []
        for done, reading in enumerate(asked):
            tell(done, len(asked), reading.said)
            answer, problem = _answer(toolbox, reading)
            if problem:
                snapshots.fail(place, [reading.part], redactor.tokens(problem))
                problems.append(f"{reading.said}: {problem}")
            else:
                clean = json.loads(redactor.tokens(json.dumps(whole(answer))))
                snapshots.keep(place, reading.part, {**clean, **reading.beside(toolbox, answer)})
            open_parts.remove(reading.part)
        _tidy(toolbox)
        return "\n".join(problems)

    report = session.play("look at the account", job, Given())
    if open_parts:
        snapshots.fail(place, open_parts, report.answer)
    tell(len(asked), len(asked), "")
    return report


def _answer(toolbox: Toolbox, reading: Reading) -> tuple[dict[str, Any], str]:
    """What a tool says, with its numbers and its rows, or why it says nothing. Raises Stop when no other tool will."""
    (result,) = toolbox.run([ToolCall(reading.part, reading.tool, dict(reading.arguments))])
    content: dict[str, Any] = json.loads(result.content)
    if result.is_error:
        return {}, str(content["error"])
    kept = {key: value for key, value in content.items() if key not in OWN_FILES}
    if numbers := result.details.get("numbers"):
        kept["numbers"] = numbers
    if reading.table:
        kept |= _rows(toolbox, reading)
    return kept, ""


def _rows(toolbox: Toolbox, reading: Reading) -> dict[str, Any]:
    table = toolbox.context.tables.newest_of(reading.table)
    if table is None:
        return {"rows": []}
    try:
        rows = sorted(table.rows(), key=reading.first)
    except OSError as error:
        return {"rows": [], "rows_left_out": f"the table is gone ({error.strerror})"}
    left = len(rows) - MOST_ROWS
    return {"rows": rows[:MOST_ROWS]} | ({"rows_left_out": f"{left:,} rows more"} if left > 0 else {})


def _tidy(toolbox: Toolbox) -> None:
    """Remove the tables that this run wrote into files: their rows are kept, and nobody was told of the files."""
    context = toolbox.context
    for path in context.results_dir.glob(f"*-{context.run_id}-*"):
        with suppress(OSError):
            path.unlink()
