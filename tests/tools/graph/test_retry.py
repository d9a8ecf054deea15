"""Guarded retries: what is tried again, after how long, and when it is enough."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.tools.graph.support import Meta, Reply, broken, error, ok, raw, usage_header
from tools.graph import AnswerLost, Executed, GraphError, GraphFailure, NotSent, WaitBudget
from tools.graph.retry import ATTEMPTS, guarded_read, reason_of
from tools.graph.writer import WriteRequest

PAUSE = WriteRequest("POST", "123", {"status": "PAUSED"})

# What went wrong on the way, its class, whether a write may have happened, and the waits of a read.
ON_THE_WAY: list[tuple[Reply, type[GraphFailure], list[float]]] = [
    (broken(httpx.ConnectError), NotSent, [1, 2, 4]),
    (broken(httpx.ConnectTimeout), NotSent, [1, 2, 4]),
    (broken(httpx.PoolTimeout), NotSent, [1, 2, 4]),
    (broken(httpx.ProxyError), NotSent, [1, 2, 4]),
    (broken(httpx.UnsupportedProtocol), NotSent, [1, 2, 4]),
    (broken(httpx.ReadTimeout), AnswerLost, [10, 20, 40]),
    (broken(httpx.WriteTimeout), AnswerLost, [10, 20, 40]),
    (broken(httpx.ReadError), AnswerLost, [10, 20, 40]),
    (broken(httpx.WriteError), AnswerLost, [10, 20, 40]),
    (broken(httpx.CloseError), AnswerLost, [10, 20, 40]),
    (broken(httpx.RemoteProtocolError), AnswerLost, [10, 20, 40]),
    (raw("<html>Bad Gateway</html>", 502, content_type="text/html"), AnswerLost, [10, 20, 40]),
    (raw("<html>Welcome</html>", 200, content_type="text/html"), AnswerLost, [10, 20, 40]),
    (raw("", 200), AnswerLost, [10, 20, 40]),
    (raw(b"\xff\xfe\xfd", 200), AnswerLost, [10, 20, 40]),
    (raw("[" * 100_000, 200), AnswerLost, [10, 20, 40]),
    (raw("not gzip", 200, content_encoding="gzip"), AnswerLost, [10, 20, 40]),
    (ok({"id": "1"}, 500), AnswerLost, [10, 20, 40]),
    (ok({}, 404), AnswerLost, [10, 20, 40]),
    (ok({"id": "1"}, 302, location="https://evil.test/"), AnswerLost, [10, 20, 40]),
    (ok({"error": "gateway"}, 200), AnswerLost, [10, 20, 40]),
    (ok({"error": ["x"]}, 400), AnswerLost, [10, 20, 40]),
]
on_the_way = pytest.mark.parametrize(("reply", "kind", "waits"), ON_THE_WAY)


@on_the_way
def test_a_read_that_broke_is_tried_four_times(
    reply: Reply, kind: type[GraphFailure], waits: list[float]
) -> None:
    """A read without a readable answer is tried four times: soon when nothing was reached, else 10, 20, 40 s."""
    meta = Meta(reply)
    with pytest.raises(kind) as caught:
        meta.reader.get("123")
    assert type(caught.value) is kind
    assert (len(meta.requests), meta.waits) == (ATTEMPTS, waits)


@on_the_way
def test_a_read_goes_on_once_it_works(reply: Reply, kind: type[GraphFailure], waits: list[float]) -> None:
    """A read that broke twice and then worked gives its answer, and no more requests are made."""
    meta = Meta(reply, reply, ok({"id": "9"}))
    assert meta.reader.get("123") == {"id": "9"}
    assert (len(meta.requests), meta.waits) == (3, waits[:2])


@on_the_way
@pytest.mark.parametrize("count", [1, 3])
def test_a_write_that_broke_was_sent_once(
    reply: Reply, kind: type[GraphFailure], waits: list[float], count: int
) -> None:
    """A write without a readable answer is one request, alone or in a batch, and tells whether it may have happened."""
    meta = Meta(reply)
    outcomes = meta.writer.send([PAUSE] * count)
    assert [type(outcome) for outcome in outcomes] == [kind] * count
    assert (len(meta.requests), meta.waits) == (1, [])
    for failure in outcomes:
        assert isinstance(failure, GraphFailure)
        assert failure.executed is (Executed.NO if kind is NotSent else Executed.UNKNOWN)


@pytest.mark.parametrize("code", [17, 613, 80004, 2])
@pytest.mark.parametrize(("minutes", "waits"), [(1, [60, 60, 60]), (2, [120, 120]), (5, [300])])
def test_meta_says_how_long(code: int, minutes: float, waits: list[float]) -> None:
    """Minutes of the usage header are waited in seconds, as often as they fit into the limit of 300 s in all."""
    meta = Meta(error(code, headers=usage_header(minutes)))
    with pytest.raises(GraphError):
        meta.reader.get("123")
    assert (meta.waits, len(meta.requests)) == (waits, len(waits) + 1)


@pytest.mark.parametrize("minutes", [5.1, 60, 100_000])
def test_too_long_a_wait_is_not_begun(minutes: float) -> None:
    """When Meta asks for more than the limit nothing is waited at all, and the error says how long it would be."""
    meta = Meta(error(17, headers=usage_header(minutes)))
    with pytest.raises(GraphError, match=r"Meta asks to wait \d+ min"):
        meta.reader.get("123")
    assert (meta.waits, len(meta.requests)) == ([], 1)


@pytest.mark.parametrize(
    ("limit", "waits"), [(0, []), (10, [10]), (29.9, [10]), (30, [10, 20]), (70, [10, 20, 40])]
)
def test_a_run_has_its_wait_budget(limit: float, waits: list[float]) -> None:
    """The sum of the waits never goes over the wait budget of the run."""
    meta = Meta(error(17))
    meta.wire.wait_budget = WaitBudget(limit)
    with pytest.raises(GraphError):
        meta.reader.get("123")
    assert (meta.waits, len(meta.requests)) == (waits, len(waits) + 1)


def test_seconds_of_the_account_header_are_seconds() -> None:
    """`reset_time_duration` of an account at 100 % is waited as seconds."""
    full = {"x-ad-account-usage": '{"acc_id_util_pct": 100, "reset_time_duration": 90}'}
    meta = Meta(error(17, 2446079, headers=full), ok())
    meta.reader.get("123")
    assert meta.waits == [90]


def test_each_failure_has_its_own_wait() -> None:
    """Different failures in a row wait each by its own rule, and count as attempts of one read."""
    meta = Meta(broken(httpx.ConnectError), error(17, headers=usage_header(1)), error(2), ok({"id": "9"}))
    assert meta.reader.get("123") == {"id": "9"}
    assert meta.waits == [1, 60, 40]


def test_a_permanent_error_ends_the_retries() -> None:
    """A throttle followed by a dead token raises the dead token at once."""
    meta = Meta(error(17), error(190))
    with pytest.raises(GraphError) as caught:
        meta.reader.get("123")
    assert (caught.value.code, meta.waits, len(meta.requests)) == (190, [10], 2)


def test_waits_are_announced_and_counted() -> None:
    """Each wait is said before it begins, with reason and end, and adds to the statistics."""
    meta = Meta(error(17), broken(httpx.ReadTimeout), broken(httpx.ConnectError), ok())
    before = datetime.now(UTC)
    meta.reader.get("123")
    after = datetime.now(UTC)
    assert [(pause.reason, pause.wait_s) for pause in meta.pauses] == [
        ("Meta error 17 (throttle)", 10),
        ("no answer", 20),
        ("no connection", 4),
    ]
    for pause in meta.pauses:
        assert before <= pause.until - timedelta(seconds=pause.wait_s) <= after
    stats = meta.wire.stats
    assert (stats.requests, stats.retries, stats.waited_s) == (4, 3, 34)
    assert [exchange.outcome for exchange in meta.exchanges] == ["17", "AnswerLost", "NotSent", "ok"]


@pytest.mark.parametrize("stopper", [KeyboardInterrupt, ValueError])
def test_what_is_no_failure_of_a_call_is_not_retried(stopper: type[BaseException]) -> None:
    """Ctrl-C and mistakes of ours go straight through a guarded read."""
    meta = Meta(ok())
    calls = []

    def call() -> None:
        calls.append(1)
        raise stopper

    with pytest.raises(stopper):
        guarded_read(meta.wire, call)
    assert (len(calls), meta.waits) == (1, [])


def test_ctrl_c_during_a_request_is_not_logged_as_done() -> None:
    """An interrupted request shows as interrupted in the events, never as ok."""

    def interrupted(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    meta = Meta(interrupted)
    with pytest.raises(KeyboardInterrupt):
        meta.reader.get("123")
    assert [exchange.outcome for exchange in meta.exchanges] == ["interrupted"]


def test_reasons_fit_into_a_line() -> None:
    """A reason to wait names the code and its family, or what broke."""
    assert reason_of(GraphError({"code": 613, "error_subcode": 1996}, http_status=400)) == (
        "Meta error 613/1996 (throttle)"
    )
    assert reason_of(NotSent("x")) == "no connection"
    assert reason_of(AnswerLost("x")) == "no answer"
