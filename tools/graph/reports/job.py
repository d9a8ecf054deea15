"""One report: asked for, waited for, and judged (docs/graph-api.md §7.4).

Asking for a report is a POST, but changes nothing in the account: it is a read in all but its method.
"""

from collections.abc import Mapping
from typing import Any

from tools.graph.code_table import find
from tools.graph.codes import Family
from tools.graph.errors import GraphError, GraphFailure, OddAnswer
from tools.graph.governor import Held
from tools.graph.pages import IMPATIENT, read_object
from tools.graph.retry import always, guarded_read
from tools.graph.wire import Wire

POLLS_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
FRESH_S = 60.0
"""So long Meta may not yet know a report it has just promised."""
STALLED_S = 300.0
LONGEST_S = 1800.0
STATUS_FIELDS = (
    "id,async_status,async_percent_completion,date_start,date_stop,error_code,error_subcode,error_message,"
    "error_user_title,error_user_msg"
)
_HOPELESS = frozenset({Family.VALIDATION, Family.PERMISSION, Family.TOKEN, Family.BLOCKED})


class ReportFailed(GraphFailure):
    """Meta did not finish a report. Says why, and what a person can do."""

    def __init__(self, why: str, since: str = "", until: str = "", *, stalled: bool = False) -> None:
        super().__init__(
            f"Meta could not prepare the report ({why}). Nothing was changed. Ask for a shorter period or fewer breakdowns."
        )
        self.since = since
        self.until = until
        self.stalled = stalled
        """It was given up, which took long: asking for the same again would."""


def finished(wire: Wire, path: str, params: Mapping[str, Any]) -> str:
    """Have one report prepared and wait for it; gives its id. Raises ReportFailed, and GraphFailure when Meta promises none."""
    started = guarded_read(wire, lambda: wire.exchange("POST", path, params).body, patience=always(IMPATIENT))
    run_id = str(started.get("report_run_id") or "") if isinstance(started, dict) else ""
    if not run_id:
        raise OddAnswer("Meta promised a report but gave no number for it.")
    waited_s, percent, completed = 0.0, 0, 0
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
        completed = completed + 1 if status.get("async_status") == "Job Completed" else 0
        if _judged(status, waited_s, completed):
            return run_id
        percent = _percent(status) or 0


def _status(wire: Wire, run_id: str, waited_s: float) -> Mapping[str, Any]:
    try:
        status: Mapping[str, Any] = wire.redactor.value(read_object(wire, run_id, {"fields": STATUS_FIELDS}))
        return status  # noqa: TRY300
    except GraphError as error:
        if error.family is Family.NOT_FOUND and waited_s < FRESH_S:
            return {}
        raise


def _judged(status: Mapping[str, Any], waited_s: float, completed: int) -> bool:
    """Whether the report is finished: completed, and not at less than 100 %. Raises ReportFailed.

    Some reports say no percentage, or an odd one; then it counts when Meta calls it completed the second time.
    """
    state, percent = str(status.get("async_status") or ""), _percent(status)
    since, until = str(status.get("date_start") or ""), str(status.get("date_stop") or "")
    if state in ("Job Failed", "Job Skipped"):
        _hopeless(status)
        raise ReportFailed(_why(status, state), since, until)
    unsaid = status.get("async_percent_completion") is None
    if completed and (percent == 100 or unsaid or (completed > 1 and not percent)):
        return True
    if waited_s > LONGEST_S or (waited_s > STALLED_S and not percent):
        raise ReportFailed(f"{percent or 0} % after {waited_s / 60:.0f} min", since, until, stalled=True)
    return False


def _hopeless(status: Mapping[str, Any]) -> None:
    """Raises GraphError for a report that failed for what no smaller one could mend."""
    named = {
        "code": status.get("error_code"),
        "error_subcode": status.get("error_subcode"),
        "message": status.get("error_message"),
        "error_user_title": status.get("error_user_title"),
        "error_user_msg": status.get("error_user_msg"),
    }
    failure = GraphError(named, http_status=400)
    known = find(failure.code, failure.subcode)
    if known and failure.family in _HOPELESS and not failure.entry.too_much:
        raise failure


def _why(status: Mapping[str, Any], state: str) -> str:
    code, subcode = status.get("error_code"), status.get("error_subcode")
    said = status.get("error_user_msg") or status.get("error_message") or ""
    label = f"Meta error {code}" + (f"/{subcode}" if subcode else "") if code else state
    return f"{label}: {said}" if said else label


def _percent(status: Mapping[str, Any]) -> int | None:
    """How far it is, as a number or as text; None for nothing, and for what is none."""
    value = status.get("async_percent_completion")
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    return value if type(value) is int and 0 <= value <= 100 else None
