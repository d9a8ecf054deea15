"""Figures of any size: at once where Meta can, by a report where it cannot, in parts where even that fails."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from threading import Lock
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from tests.tools.graph.support import TOKEN, Meta, batch_item, error, form_of, ok
from tools.graph import AnswerLost, GraphError, GraphFailure, Held, WaitBudget
from tools.graph.listing import ListCall
from tools.graph.reports import LONGEST_S, STALLED_S, ReportFailed

PATH = "act_1/insights"
FIELDS = {"level": "ad", "fields": "ad_id,spend", "date_preset": "last_30d"}
TOO_MUCH = [
    error(100, 1487534),
    error(100, 1504018),
    error(2, 1504038),
    error(1, message="Please reduce the amount of data you're asking for, then retry your request"),
]
DONE = {"async_status": "Job Completed", "async_percent_completion": 100}
RUNNING = {"async_status": "Job Running", "async_percent_completion": 40}
FAILED = {"async_status": "Job Failed", "async_percent_completion": 100}
SKIPPED = {"async_status": "Job Skipped", "async_percent_completion": 0}


def rows_of(*numbers: int) -> dict[str, Any]:
    return {"data": [{"n": n} for n in numbers]}


def read(meta: Meta, *, large: bool = False, **params: Any) -> list[dict[str, Any]]:
    return list(meta.reader.insights(PATH, page_size=100, large=large, **(FIELDS | params)))


def asked(meta: Meta) -> list[str]:
    return [f"{r.method} {r.url.path.removeprefix('/v26.0/')}" for r in meta.requests]


def report(*statuses: Any, rows: Any = None, start: Any = None, **options: Any) -> Meta:
    """A Meta that refuses the figures at once and has these states of a report, one after the other."""
    replies = [ok(state) if isinstance(state, dict) else state for state in statuses]
    promised = ok({"report_run_id": "77"}) if start is None else start
    return Meta(TOO_MUCH[0], promised, *replies, ok(rows or rows_of(1)), **options)


# -- at once, or by a report -----------------------------------------------------------------------------------


def test_figures_come_at_once_where_they_can() -> None:
    """One request, no report."""
    meta = Meta(ok(rows_of(1, 2)))
    assert read(meta) == [{"n": 1}, {"n": 2}]
    assert asked(meta) == [f"GET {PATH}"]


@pytest.mark.parametrize("refusal", TOO_MUCH)
def test_too_much_data_becomes_a_report(refusal: Any) -> None:
    """Smaller pages first, then a report with the same parameters, whose rows come page by page."""
    first = {"data": [{"n": 1}], "paging": {"next": "x", "cursors": {"after": "c"}}}
    meta = Meta(*[refusal] * 3, ok({"report_run_id": "77"}), ok(DONE), ok(first), ok(rows_of(2)))
    assert read(meta) == [{"n": 1}, {"n": 2}]
    assert asked(meta) == [
        *[f"GET {PATH}"] * 3,
        f"POST {PATH}",
        "GET 77",
        "GET 77/insights",
        "GET 77/insights",
    ]
    assert [query["limit"] for query in meta.queries()[:3]] == ["100", "50", "25"]
    assert meta.forms()[3] == FIELDS
    assert meta.queries()[-1] == {"limit": "100", "after": "c"}


@pytest.mark.parametrize("reply", [error(190), error(100), error(200)])
def test_another_error_is_no_reason_for_a_report(reply: Any) -> None:
    """A dead token or a wrong parameter is said at once."""
    meta = Meta(reply)
    with pytest.raises(GraphError):
        read(meta)
    assert asked(meta) == [f"GET {PATH}"]


def test_large_figures_are_a_report_from_the_start() -> None:
    """What is known to be large is not asked for at once."""
    meta = Meta(ok({"report_run_id": "77"}), ok(DONE), ok(rows_of(1)))
    assert read(meta, large=True) == [{"n": 1}]
    assert asked(meta) == [f"POST {PATH}", "GET 77", "GET 77/insights"]


def test_a_first_page_in_a_batch_that_is_too_much_becomes_a_report() -> None:
    """Read together with other lists, figures that do not fit switch to a report of their own."""
    refused = batch_item({"error": {"code": 100, "error_subcode": 1487534, "message": "no"}}, 400)
    meta = Meta(
        ok([refused, batch_item(rows_of(9))]),
        *[TOO_MUCH[0]] * 2,
        ok({"report_run_id": "77"}),
        ok(DONE),
        ok(rows_of(1)),
    )
    figures, ads = meta.reader.lists(ListCall(PATH, 100, FIELDS), ListCall("act_1/ads", 100, {}))
    assert (list(figures), list(ads)) == ([{"n": 1}], [{"n": 9}])
    assert asked(meta)[1:] == [*[f"GET {PATH}"] * 2, f"POST {PATH}", "GET 77", "GET 77/insights"]


def started(meta: Meta) -> list[str]:
    return [line for line in asked(meta) if line.startswith("POST")]


# -- waiting for it ---------------------------------------------------------------------------------------------


def small(*statuses: Any, **options: Any) -> Meta:
    """A report from the start, with these states."""
    replies = [ok(state) if isinstance(state, dict) else state for state in statuses]
    return Meta(ok({"report_run_id": "77"}), *replies, of_report_only(ok(rows_of(1))), **options)


def of_report_only(reply: Any) -> Any:
    """Rows for a report that is finished; at once there are none, whatever is asked for."""
    return lambda request: (TOO_MUCH[0] if request.url.path.endswith(PATH) else reply)(request)


def test_polls_are_spread_out() -> None:
    """Looked at after 1, 2, 4, 8, 16 and then every 30 s, and said so with how far it is."""
    meta = small(*[RUNNING] * 7, DONE, wait_budget=WaitBudget(1000))
    assert read(meta, large=True) == [{"n": 1}]
    assert meta.waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert meta.pauses[-1].reason == "for Meta's report, 40 % done"


@pytest.mark.parametrize(
    "state",
    [
        {"async_status": "Job Completed", "async_percent_completion": 99},
        {"async_status": "Job Completed", "async_percent_completion": "99"},
        {"async_status": "Job Completed", "async_percent_completion": True},
        {"async_status": "Job Completed", "async_percent_completion": "all"},
        {"async_status": "Job Running", "async_percent_completion": 100},
        {"async_status": "Job Started", "async_percent_completion": -3},
        {"async_status": None, "async_percent_completion": None},
        {},
    ],
)
def test_only_completed_and_a_hundred_is_finished(state: dict[str, Any]) -> None:
    """Neither word alone counts, and odd values count as not there yet."""
    meta = small(state, DONE)
    assert read(meta, large=True) == [{"n": 1}]
    assert asked(meta)[1:] == ["GET 77", "GET 77", "GET 77/insights"]


@pytest.mark.parametrize(
    "said", [{}, {"async_percent_completion": None}, {"async_percent_completion": "100"}]
)
def test_completed_without_a_percentage_is_finished(said: dict[str, Any]) -> None:
    """Nothing against it is said, or a hundred as text: the rows are read at once."""
    meta = small({"async_status": "Job Completed"} | said)
    assert read(meta, large=True) == [{"n": 1}]
    assert asked(meta) == [f"POST {PATH}", "GET 77", "GET 77/insights"]


@pytest.mark.parametrize("odd", [True, 0, -3, "all", [100]])
def test_completed_with_an_odd_percentage_is_finished_when_it_is_said_again(odd: Any) -> None:
    """Nobody waits half an hour for a number that does not come."""
    meta = small(*[{"async_status": "Job Completed", "async_percent_completion": odd}] * 2)
    assert read(meta, large=True) == [{"n": 1}]
    assert asked(meta)[1:] == ["GET 77", "GET 77", "GET 77/insights"]


def test_a_report_that_is_not_known_yet_is_asked_for_again() -> None:
    """In its first minute Meta may not know the report it promised; later that is an error."""
    meta = small(error(100, 33), error(100, 33), DONE)
    assert read(meta, large=True) == [{"n": 1}]
    assert meta.waits == [1, 2, 4]
    late = small(*[error(100, 33)] * 20)
    with pytest.raises(GraphError, match="100/33"):
        read(late, large=True)
    assert 60 <= sum(late.waits) <= 120


def test_a_poll_that_fails_in_passing_is_repeated() -> None:
    """A throttle or an error of Meta between two looks costs nothing but time."""
    meta = small(RUNNING, error(2), error(17), DONE)
    assert read(meta, large=True) == [{"n": 1}]
    assert len(started(meta)) == 1


@pytest.mark.parametrize(
    "lost", [lambda r: (_ for _ in ()).throw(httpx.ReadTimeout("x", request=r)), error(2)]
)
def test_a_report_whose_number_was_lost_is_started_again(lost: Any) -> None:
    """Asking for a report changes nothing, so a lost answer is asked for again."""
    meta = Meta(lost, ok({"report_run_id": "78"}), ok(DONE), ok(rows_of(1)))
    assert read(meta, large=True) == [{"n": 1}]
    assert asked(meta) == [*[f"POST {PATH}"] * 2, "GET 78", "GET 78/insights"]


@pytest.mark.parametrize("body", [{}, {"report_run_id": None}, {"report_run_id": ""}, [], "77"])
def test_a_promise_without_a_number_is_a_lost_answer(body: Any) -> None:
    """An answer that names no report is said to be one."""
    with pytest.raises(AnswerLost, match="no number"):
        read(Meta(lambda _: httpx.Response(200, json=body)), large=True)


def test_a_report_that_takes_longer_than_the_run_may_is_given_up() -> None:
    """The end says how far it was, that nothing changed, and what to do."""
    meta = small(*[RUNNING] * 30, wait_budget=WaitBudget(100))
    with pytest.raises(Held) as raised:
        read(meta, large=True)
    assert sum(meta.waits) <= 100
    for part in ("40 %", "Nothing was changed", "shorter period", "--max-wait"):
        assert part in str(raised.value)


# -- when Meta does not make it ---------------------------------------------------------------------------------


def test_why_it_failed_reaches_the_person() -> None:
    """Meta's code and words, and what to do, in the text of the failure."""
    state = FAILED | {"error_code": -2, "error_subcode": 2490547, "error_user_msg": "Too large a job"}
    with pytest.raises(ReportFailed) as raised:
        read(small(state, wait_budget=WaitBudget(1000)), large=True, fields="ad_id,reach")
    for part in ("Meta error -2/2490547: Too large a job", "Nothing was changed", "shorter period"):
        assert part in str(raised.value)


@pytest.mark.parametrize("state", [FAILED, SKIPPED])
def test_without_details_the_state_is_the_reason(state: dict[str, Any]) -> None:
    """A failure that Meta does not explain is named by its state."""
    with pytest.raises(ReportFailed, match=f"\\({state['async_status']}\\)"):
        read(small(state), large=True, fields="ad_id,reach")


def test_what_meta_says_about_a_failure_shows_no_secret() -> None:
    """A token that Meta repeats in the details of a failed report does not get out."""
    foreign = "EAAforeign0123456789abcdefghijk"
    state = FAILED | {"error_code": 1, "error_user_msg": f"Bad {TOKEN} and access_token={foreign}"}
    meta = small(state)
    with pytest.raises(ReportFailed) as raised:
        read(meta, large=True, fields="ad_id,reach")
    assert TOKEN not in f"{raised.value}{raised.value!r}{meta.events}"


def test_a_failed_report_shows_no_foreign_token() -> None:
    """As in an error (`test_secrets`), a page's token in the details is hidden."""
    foreign = "EAAforeign0123456789abcdefghijk"
    with pytest.raises(ReportFailed) as raised:
        read(small(FAILED | {"error_user_msg": f"Bad {foreign}"}), large=True, fields="ad_id,reach")
    assert foreign not in str(raised.value)


@pytest.mark.parametrize(
    ("states", "most_s"),
    [
        ([{"async_status": "Job Not Started", "async_percent_completion": 0}] * 100, STALLED_S + 31),
        ([RUNNING] * 100, LONGEST_S + 31),
    ],
)
def test_a_report_that_stands_still_is_given_up(states: list[Any], most_s: float) -> None:
    """After five minutes at 0 %, or half an hour in all."""
    meta = small(*states, wait_budget=WaitBudget(1e6))
    with pytest.raises(ReportFailed, match="% after"):
        read(meta, large=True, fields="ad_id,reach")
    assert most_s - 31 < sum(meta.waits) <= most_s


# -- in parts ---------------------------------------------------------------------------------------------------


class Figures:
    """Rows by day, week or month over a period; reports longer than `most_days` fail in some way."""

    def __init__(self, most_days: int, failing: Mapping[str, Any] = FAILED, preset: Any = None) -> None:
        self.most_days, self.failing, self.preset = most_days, failing, preset
        self.spans: list[tuple[date, date]] = []
        self.made: dict[str, tuple[date, date]] = {}
        self._runs: dict[str, tuple[date, date, Any]] = {}
        self._lock = Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path.endswith(PATH):
            return TOO_MUCH[0](request)
        with self._lock:
            return httpx.Response(200, json=self._answer(request))

    def _answer(self, request: httpx.Request) -> Any:
        path = request.url.path.removeprefix("/v26.0/")
        if request.method == "POST":
            form = form_of(request)
            span = json.loads(form["time_range"]) if "time_range" in form else self.preset
            first, last = date.fromisoformat(span["since"]), date.fromisoformat(span["until"])
            assert first <= last
            run = str(100 + len(self._runs))
            self._runs[run] = (
                first,
                last,
                json.loads(form.get("time_increment", "null").replace("monthly", '"monthly"')),
            )
            return {"report_run_id": run}
        first, last, increment = self._runs[path.split("/")[0]]
        if path.endswith("insights"):
            self.made[path] = (first, last)
            return {"data": [{"from": str(a), "to": str(b)} for a, b in periods(first, last, increment)]}
        fits = (last - first).days < self.most_days
        return {**(DONE if fits else self.failing), "date_start": str(first), "date_stop": str(last)}


def periods(first: date, last: date, increment: Any) -> list[tuple[date, date]]:
    """The rows Meta gives: pieces of `increment` days from the first day on, calendar months, or all in one."""
    found = []
    while first <= last:
        if increment == "monthly":
            end = (first.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        else:
            end = first + timedelta(days=increment - 1) if increment else last
        found.append((first, min(end, last)))
        first = end + timedelta(days=1)
    return found


increments = st.sampled_from([None, 1, 7, 28, "monthly"])


@settings(max_examples=examples(40))
@given(
    st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    st.integers(1, 250),
    st.integers(4, 120),
    increments,
    st.booleans(),
)
def test_parts_together_are_the_period(
    first: date, days: int, most_days: int, increment: Any, by_preset: bool
) -> None:
    """In whatever parts Meta can make it: the same rows as in one, none lost, none doubled, none cut."""
    last = first + timedelta(days=days - 1)
    span = {"since": str(first), "until": str(last)}
    meta_side = Figures(most_days, preset=span)
    meta = Meta(meta_side, wait_budget=WaitBudget(1e6))
    asked_for = {"date_preset": "last_90d"} if by_preset else {"date_preset": None, "time_range": span}
    try:
        rows = read(meta, large=True, time_increment=increment, **asked_for)
    except ReportFailed:
        smallest = {"monthly": 62, None: 1}.get(increment, increment)
        assert most_days < smallest  # not even the smallest part can be made
        return
    spans = sorted(meta_side.made.values())
    covered = [a + timedelta(days=i) for a, b in spans for i in range((b - a).days + 1)]
    assert covered == [first + timedelta(days=i) for i in range(days)]
    if increment is not None:
        assert [(r["from"], r["to"]) for r in rows] == [
            (str(a), str(b)) for a, b in periods(first, last, increment)
        ]


@pytest.mark.parametrize(
    "failing", [FAILED, SKIPPED, {"async_status": "Job Running", "async_percent_completion": 0}]
)
def test_a_report_that_fails_or_stands_still_is_halved(failing: dict[str, Any]) -> None:
    """However a report ends without figures, its halves are tried."""
    side = Figures(15, failing)
    rows = read(Meta(side, wait_budget=WaitBudget(1e6)), large=True, date_preset=None, time_range=OCTOBER)
    assert rows == [{"from": "2026-10-01", "to": "2026-10-15"}, {"from": "2026-10-16", "to": "2026-10-30"}]


OCTOBER = {"since": "2026-10-01", "until": "2026-10-30"}


@pytest.mark.parametrize(
    "fields", ["ad_id,spend,reach", "frequency", "cpm,spend", "purchase_roas", "", "spend,ctr"]
)
def test_figures_that_do_not_add_up_are_not_split(fields: str) -> None:
    """Reach of two halves is not the reach of the whole: rather no figure than a wrong one."""
    side = Figures(5)
    with pytest.raises(ReportFailed):
        read(
            Meta(side, wait_budget=WaitBudget(1e6)),
            large=True,
            date_preset=None,
            time_range=OCTOBER,
            fields=fields,
        )
    assert side.made == {}


def test_figures_by_day_are_split_whatever_they_are() -> None:
    """A row of a day stays the row of that day."""
    side = Figures(5)
    rows = read(
        Meta(side, wait_budget=WaitBudget(1e6)),
        large=True,
        date_preset=None,
        time_range=OCTOBER,
        fields="reach",
        time_increment=1,
    )
    assert [row["from"] for row in rows] == [f"2026-10-{day:02}" for day in range(1, 31)]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"fields": "reach", "time_increment": "all_days"}, id="a total by another name"),
        pytest.param(
            {"filtering": [{"field": "spend", "operator": "GREATER_THAN", "value": 50}]},
            id="a filter on a sum",
        ),
        pytest.param({"sort": "spend_descending"}, id="an order over the whole"),
    ],
)
def test_what_changes_by_halving_is_not_split(params: dict[str, Any]) -> None:
    """A request whose halves together are not its whole is not halved."""
    side = Figures(15)
    with pytest.raises(ReportFailed):
        read(
            Meta(Unincreased(side), wait_budget=WaitBudget(1e6)),
            large=True,
            date_preset=None,
            time_range=OCTOBER,
            **params,
        )


class Unincreased:
    """Figures for which `all_days` is what it is: no increment."""

    def __init__(self, side: Figures) -> None:
        self._side = side

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            content = request.content.replace(b"time_increment=all_days", b"time_increment=null")
            request = httpx.Request(
                "POST",
                request.url,
                headers={"content-type": "application/x-www-form-urlencoded"},
                content=content,
            )
        return self._side(request)


def test_an_end_in_one_part_is_the_end() -> None:
    """When a part meets a dead token, nothing is passed off as all."""
    side = Figures(15)
    calls: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        calls.append(request.method)
        if calls.count("POST") > 2:
            return error(190)(request)
        return side(request)

    with pytest.raises(GraphFailure):
        read(Meta(reply, wait_budget=WaitBudget(1e6)), large=True, date_preset=None, time_range=OCTOBER)
    assert side.made == {}
