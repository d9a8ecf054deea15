"""Figures that are too many for one answer: reports that Meta prepares (docs/graph-api.md §7.4), in parts if need be.

Asking for a report is a POST, but changes nothing in the account: it is a read in all but its method.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from tools.graph.errors import AnswerLost, Family, GraphError, GraphFailure, too_much_data
from tools.graph.governor import Held
from tools.graph.listing import Page
from tools.graph.pages import pages, read_object, together
from tools.graph.retry import guarded_read
from tools.graph.wire import Wire

POLLS_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
FRESH_S = 60.0
"""So long Meta may not yet know a report it has just promised."""
STALLED_S = 300.0
LONGEST_S = 1800.0
ADDITIVE = frozenset(
    "spend impressions clicks inline_link_clicks actions action_values conversions conversion_values"
    " catalog_segment_actions catalog_segment_value video_thruplay_watched_actions"
    " video_continuous_2_sec_watched_actions".split()
)
"""Figures whose sums over parts of a period are those of the period; reach and frequency are none."""
STATUS_FIELDS = (
    "id,async_status,async_percent_completion,date_start,date_stop,error_code,error_subcode,error_message,"
    "error_user_title,error_user_msg"
)


class ReportFailed(GraphFailure):
    """Meta did not finish a report. Says why, and what a person can do."""

    def __init__(self, why: str, since: str = "", until: str = "") -> None:
        super().__init__(
            f"Meta could not prepare the report ({why}). Nothing was changed. Ask for a shorter period or fewer breakdowns."
        )
        self.since = since
        self.until = until


def figures(
    wire: Wire,
    path: str,
    params: Mapping[str, Any],
    *,
    page_size: int,
    first: dict[str, Any] | GraphFailure | None = None,
    large: bool = False,
) -> Iterator[Page]:
    """The pages of figures, at once or by reports; `first` is an answer that is there already. Raises GraphFailure."""
    if not large:
        direct = pages(wire, path, params, page_size, first)
        try:
            page = next(direct)
        except GraphFailure as failure:
            if not too_much_data(failure):
                raise
        else:
            yield page
            yield from direct
            return
    for run_id in _runs(wire, path, params):
        yield from pages(wire, f"{run_id}/insights", {}, page_size)


def _runs(wire: Wire, path: str, params: Mapping[str, Any]) -> list[str]:
    """Finished reports that together hold what was asked for; halves of the period are prepared side by side."""
    try:
        return [_finished(wire, path, params)]
    except ReportFailed as failed:
        parts = _halves(params, failed.since, failed.until)
        if not parts:
            raise
    found = together(wire, [partial(_runs, wire, path, part) for part in parts])
    return [run_id for runs in found for run_id in runs]


def _finished(wire: Wire, path: str, params: Mapping[str, Any]) -> str:
    """Have one report prepared and wait for it; gives its id. Raises ReportFailed."""
    started = guarded_read(wire, lambda: wire.exchange("POST", path, params).body)
    run_id = str(started.get("report_run_id") or "") if isinstance(started, dict) else ""
    if not run_id:
        raise AnswerLost("Meta promised a report but gave no number for it.")
    waited_s, percent = 0.0, 0
    while True:
        wait_s = next((step for step in POLLS_S if step > waited_s), POLLS_S[-1])
        reason = f"for Meta's report, {percent} % done"
        if not wire.pause(reason, wait_s):
            raise Held(
                f"Meta is still preparing the report ({percent} % after {waited_s:.0f} s), longer than this run may"
                " wait. Nothing was changed. Try a shorter period, or allow it with --max-wait."
            )
        waited_s += wait_s
        status = _status(wire, run_id, waited_s)
        percent = _percent(status)
        if _judged(status, percent, waited_s):
            return run_id


def _status(wire: Wire, run_id: str, waited_s: float) -> Mapping[str, Any]:
    try:
        status: Mapping[str, Any] = wire.redactor.value(read_object(wire, run_id, {"fields": STATUS_FIELDS}))
        return status  # noqa: TRY300
    except GraphError as error:
        if error.family is Family.NOT_FOUND and waited_s < FRESH_S:
            return {}
        raise


def _judged(status: Mapping[str, Any], percent: int, waited_s: float) -> bool:
    """Whether the report is finished: completed and at 100 %, which either alone does not mean. Raises ReportFailed."""
    state = str(status.get("async_status") or "")
    since, until = str(status.get("date_start") or ""), str(status.get("date_stop") or "")
    if state in ("Job Failed", "Job Skipped"):
        raise ReportFailed(_why(status, state), since, until)
    if state == "Job Completed" and percent == 100:
        return True
    if waited_s > LONGEST_S or (waited_s > STALLED_S and percent == 0):
        raise ReportFailed(f"{percent} % after {waited_s / 60:.0f} min", since, until)
    return False


def _why(status: Mapping[str, Any], state: str) -> str:
    code, subcode = status.get("error_code"), status.get("error_subcode")
    said = status.get("error_user_msg") or status.get("error_message") or ""
    label = f"Meta error {code}" + (f"/{subcode}" if subcode else "") if code else state
    return f"{label}: {said}" if said else label


def _percent(status: Mapping[str, Any]) -> int:
    value = status.get("async_percent_completion")
    return value if type(value) is int and 0 <= value <= 100 else 0


def _halves(params: Mapping[str, Any], since: str, until: str) -> list[dict[str, Any]]:
    """The same request for two halves of its period; none when it cannot be halved without changing its figures."""
    if not _separable(params):
        return []
    given = params.get("time_range")
    if isinstance(given, Mapping):
        since, until = str(given.get("since")), str(given.get("until"))
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        return []
    second = _middle(first, last, params.get("time_increment"))
    if not first < second <= last:
        return []
    rest = {name: value for name, value in params.items() if name not in ("date_preset", "time_range")}
    spans = ((first, second - timedelta(days=1)), (second, last))
    return [rest | {"time_range": {"since": str(start), "until": str(end)}} for start, end in spans]


def _middle(first: date, last: date, increment: object) -> date:
    """The first day of the second half, where a row of `increment` begins."""
    days = (last - first).days + 1
    if increment == "monthly":
        return (first + timedelta(days=days // 2)).replace(day=1)
    step = increment if type(increment) is int else 1
    return first + timedelta(days=(days + step) // 2 // step * step)


def _separable(params: Mapping[str, Any]) -> bool:
    """Whether the rows of two halves are those of the whole: no order or choice by a sum, and what is summed adds up."""
    filters = params.get("filtering") or []
    if params.get("sort") or params.get("time_ranges") or any("." not in f.get("field", "") for f in filters):
        return False
    fields = str(params.get("fields") or "").split(",")
    by_date = params.get("time_increment") not in (None, "", "all_days")
    return by_date or all(name in ADDITIVE or name.endswith(("_id", "_name")) for name in fields)
