"""The governor: whatever is asked in whatever order, Meta's limits are not reached, and a lock stops everything."""

import itertools
import json
import math
import signal
import sqlite3
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.setup.stops import ConfigError
from agent.stores.shared_limits import SharedLimits
from tests import warm
from tests.draws import examples
from tests.memory import MEMORY
from tests.tools.graph.support import (
    BASE,
    TOKEN,
    Clock,
    Meta,
    batch_item,
    error,
    form_of,
    ok,
    usage_header,
)
from tools.graph import Governor, GraphError, Held, LimitStore, MemoryLimits, WaitBudget
from tools.graph.allowance import Cost, Reserved
from tools.graph.usage_headers import read_usage
from tools.graph.writer import WriteRequest

ROOT = Path(__file__).parents[3]
READ, WRITE, FIGURES = Cost(reads=1), Cost(writes=1), Cost(reads=1, insights=True)
PAUSE = WriteRequest("POST", "123", {"status": "PAUSED"})

# -- Meta's score, as it may be meant (docs/graph-api.md §4.2): nobody outside knows how its points decay ---------


class Score:
    """What Meta may count: 1 a read, 3 a write, gone after 300 s in one of four ways; more than 60 is a block."""

    LIMIT, DECAY_S = 60, 300.0

    def __init__(self, way: str) -> None:
        self.way = way
        self.calls: list[tuple[float, int]] = []
        self.level, self.level_at = 0.0, 0.0

    def call(self, at: float, reads: int, writes: int) -> None:
        points = reads + 3 * writes
        self.level, self.level_at = self.total(at) + points, at
        self.calls = [(t, p) for t, p in self.calls if at - t < self.DECAY_S] + [(at, points)]

    def total(self, at: float) -> float:
        passed = at - self.level_at
        match self.way:
            case "sliding window":
                return sum(p for t, p in self.calls if at - t < self.DECAY_S)
            case "each melts":
                return sum(p * max(0.0, 1 - (at - t) / self.DECAY_S) for t, p in self.calls)
            case "leaking":
                return max(0.0, self.level - passed * self.LIMIT / self.DECAY_S)
            case _:
                return self.level * math.exp(-passed / self.DECAY_S)


WAYS = ("sliding window", "each melts", "leaking", "exponential")


def scores() -> list[Score]:
    return [Score(way) for way in WAYS]


def headers_of(score: Score, at: float, *, percent: bool) -> dict[str, str]:
    """What Meta says with each answer: the tier, and how full it is if it cares to."""
    said: dict[str, Any] = {"ads_api_access_tier": "development_access"}
    if percent:
        said["acc_id_util_pct"] = round(min(100.0, 100 * score.total(at) / score.LIMIT), 2)
    return {"x-ad-account-usage": json.dumps(said)}


Step = Cost | float
"""A call, or seconds in which nothing is done."""
steps = st.lists(
    st.sampled_from([READ, WRITE, FIGURES])
    | st.integers(1, 28).map(lambda n: Cost(reads=n))
    | st.integers(1, 9).map(lambda n: Cost(writes=n))
    | st.floats(0, 400),
    max_size=60,
)


def play(
    clock: Clock, processes: Sequence[tuple[Governor, Sequence[Step]]], meant: list[Score], *, percent: bool
) -> None:
    """Processes that work off their steps at the same time, each waiting as it is told; none may exceed."""
    left = [deque(plan) for _, plan in processes]
    ready = [clock.at] * len(processes)
    while any(left):
        i = min((i for i, plan in enumerate(left) if plan), key=ready.__getitem__)
        clock.at = ready[i] = max(clock.at, ready[i])
        governor, step = processes[i][0], left[i][0]
        if isinstance(step, float):
            ready[i] += step
        elif (wait_s := governor.admit(step)) > 0:
            assert wait_s <= 2 * Score.DECAY_S
            ready[i] += max(wait_s, 0.001)
            continue
        else:
            for score in meant:
                score.call(clock.at, step.reads, step.writes)
                assert score.total(clock.at) <= score.LIMIT, score.way
            governor.observe(read_usage(headers_of(meant[0], clock.at, percent=percent)))
        left[i].popleft()


def a_governor(clock: Clock, store: LimitStore | None = None, **options: Any) -> Governor:
    named = {"host": BASE, "token": TOKEN, "account": "act_1"} | options
    return Governor(store or MemoryLimits(), **named, now=clock.now)


@given(steps, st.booleans())
def test_limited_access_is_never_exceeded(plan: list[Step], percent: bool) -> None:
    """However Meta lets points decay, any order of reads, writes, batches and breaks stays within 60."""
    clock = Clock()
    play(clock, [(a_governor(clock), [READ, *plan])], scores(), percent=percent)


@settings(max_examples=examples(40))
@given(st.lists(steps, min_size=2, max_size=3), st.booleans())
def test_processes_share_what_they_know(plans: list[list[Step]], percent: bool) -> None:
    """Several processes at once, each with its own governor on the same file, stay within 60 together."""
    clock, meant = Clock(), scores()
    with TemporaryDirectory(dir=MEMORY) as folder:
        stores = [SharedLimits(Path(folder) / "limits.sqlite") for _ in plans]
        governors = [a_governor(clock, store) for store in stores]
        play(clock, [(governors[0], [READ])], meant, percent=percent)
        play(clock, list(zip(governors, plans, strict=True)), meant, percent=percent)
        for governor in governors:
            governor.close()


@settings(max_examples=examples(60))
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3), st.booleans(), st.floats(0, 90)), max_size=25)
)
def test_room_that_was_reserved_counts_when_it_is_used(plan: list[tuple[int, int, bool, float]]) -> None:
    """Looks come between the reservation of writes and the writes; what is not sent after all counts no longer."""
    clock, meant = Clock(), scores()
    governor = a_governor(clock)

    def sent(cost: Cost) -> None:
        for score in meant:
            score.call(clock.at, cost.reads, cost.writes)
            assert score.total(clock.at) <= score.LIMIT, score.way
        governor.observe(read_usage(headers_of(meant[0], clock.at, percent=False)))

    def admitted(cost: Cost) -> None:
        while wait_s := governor.admit(cost):
            clock.at += max(wait_s, 0.001)

    admitted(READ)
    sent(READ)
    for writes, looks, given_up, rest_s in plan:
        write = Cost(writes=writes)
        admitted(write)
        reserved = Reserved(write, clock.at)
        for _ in range(looks):
            admitted(READ)
            sent(READ)
        governor.recount(reserved, Cost() if given_up else write)
        if not given_up:
            sent(write)
        clock.at += rest_s


def test_a_reservation_that_is_given_back_leaves_nothing() -> None:
    """As much is left as before."""
    clock = Clock()
    governor = a_governor(clock)
    governor.admit(WRITE)
    clock.at += 10
    before = governor.forecast()
    write = Cost(writes=5)
    assert governor.admit(write) == 0
    governor.recount(Reserved(write, clock.at), Cost())
    assert governor.forecast() == before


def test_the_check_can_fail() -> None:
    """Without what another process did, the same check finds the limit exceeded."""
    clock, meant = Clock(), scores()
    with pytest.raises(AssertionError):
        play(
            clock, [(a_governor(clock), [READ] * 50), (a_governor(clock), [READ] * 50)], meant, percent=False
        )


# -- how it feels ----------------------------------------------------------------------------------------------


def stream(
    clock: Clock, governor: Governor, seconds: float, cost: Cost = READ, tier: str = ""
) -> list[float]:
    """The moments of calls made as fast as it is allowed, from the start."""
    begun, moments = clock.at, list[float]()
    while clock.at - begun < seconds:
        if (wait_s := governor.admit(cost)) > 0:
            clock.sleep(max(wait_s, 0.001))
            continue
        moments.append(clock.at - begun)
        clock.sleep(0.2)  # the answer takes its time
        governor.observe(read_usage({"x-ad-account-usage": json.dumps({"ads_api_access_tier": tier})}))
    return moments


@pytest.mark.parametrize(("cost", "calls"), [(READ, 1300), (WRITE, 430)])
def test_a_steady_stream_is_slowed_without_a_long_stall(cost: Cost, calls: int) -> None:
    """Limited access: what the first burst used is waited for once, under four minutes; half an hour on, it flows."""
    clock = Clock()
    moments = stream(clock, a_governor(clock), 7200, cost, "development_access")
    gaps = [(later - sooner, sooner) for sooner, later in itertools.pairwise(moments)]
    assert max(gap for gap, since in gaps if since > 60) < 240
    assert max(gap for gap, since in gaps if since > 1800) <= 20.5
    assert len(moments) >= calls  # of 1500 points that Meta allows in that time


def test_full_access_is_not_slowed_at_low_use() -> None:
    """Four thousand reads in a quarter of an hour, less than half of what Meta allows, are made without a wait."""
    clock = Clock()
    moments = stream(clock, a_governor(clock), 800, READ, "standard_access")
    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    assert len(moments) == 4000
    assert max(gaps) < 0.201


Header = Callable[[float], dict[str, str]]
ACCOUNT_HEADERS: list[Header] = [
    lambda p: {"X-Ad-Account-Usage": json.dumps({"acc_id_util_pct": p})},
    lambda p: {"X-Business-Use-Case-Usage": json.dumps({"1": [{"type": "ads_management", "total_time": p}]})},
]
APP_HEADERS: list[Header] = [
    lambda p: {"X-App-Usage": json.dumps({"call_count": p})},
    lambda p: {"X-App-Usage": json.dumps({"call_count": 0, "total_cputime": p})},
]
HEADERS = [*ACCOUNT_HEADERS, *APP_HEADERS]


def wait_after(headers: dict[str, str], cost: Cost = WRITE) -> float:
    """Seconds to wait right after a call that was answered with these headers."""
    clock = Clock()
    governor = a_governor(clock)
    assert governor.admit(READ) == 0
    governor.observe(read_usage(headers))
    return governor.admit(cost)


def test_what_is_left_is_what_may_still_be_used() -> None:
    """Twenty reads of limited access leave 37 of 57 points until they are five minutes old."""
    clock = Clock()
    governor = a_governor(clock)
    assert (governor.forecast().tier, governor.forecast().points_left) == ("", 8550)
    governor.admit(Cost(reads=20))
    governor.observe(read_usage({"x-ad-account-usage": '{"ads_api_access_tier": "development_access"}'}))
    clock.sleep(299)
    forecast = governor.forecast()
    assert (forecast.tier, forecast.points, forecast.points_left) == ("Limited", 60, 37)
    clock.sleep(3000)
    assert governor.forecast().points_left >= 56


@given(st.sampled_from(HEADERS), st.floats(0, 100), st.floats(0, 100))
def test_the_fuller_the_slower(header: Header, one: float, other: float) -> None:
    """Whatever header says it: a higher percentage never means a shorter wait."""
    low, high = sorted((one, other))
    assert 0 <= wait_after(header(low)) <= wait_after(header(high))


@pytest.mark.parametrize(
    "header",
    [
        *ACCOUNT_HEADERS,
        *APP_HEADERS,
    ],
)
def test_calls_slow_down_from_sixty_percent(header: Header) -> None:
    """Nothing below 60 %, some seconds between calls above."""
    assert wait_after(header(60)) == 0
    assert 1 < wait_after(header(75)) < 10 < wait_after(header(94)) <= 30


@pytest.mark.parametrize("header", HEADERS)
def test_near_a_hundred_percent_calls_wait(header: Header) -> None:
    """From 95 % minutes pass before the next call, and never an hour on a percentage alone."""
    assert 60 <= wait_after(header(95)) < wait_after(header(100)) < 3600


def asking(minutes: float, percent: float = 10, kind: str = "ads_management") -> dict[str, str]:
    """A business usage header with a wait of its own."""
    entry = {"type": kind, "call_count": percent, "estimated_time_to_regain_access": minutes}
    return {"x-business-use-case-usage": json.dumps({"123": [entry]})}


@pytest.mark.parametrize(
    ("headers", "waits_s"),
    [
        (asking(5), 300),
        (asking(60), 3600),
        (asking(60, percent=100), 3600),
        (asking(5, percent=100), 300),
        ({"x-ad-account-usage": '{"acc_id_util_pct": 100, "reset_time_duration": 200}'}, 200),
        ({"x-ad-account-usage": '{"acc_id_util_pct": 40, "reset_time_duration": 200}'}, 0),
    ],
)
def test_regain_is_minutes_and_reset_is_seconds(headers: dict[str, str], waits_s: float) -> None:
    """The wait Meta asks for is kept to the second, and over when it is over."""
    clock = Clock()
    governor = a_governor(clock)
    governor.observe(read_usage(headers))
    if waits_s:
        assert governor.admit(WRITE) == pytest.approx(waits_s, abs=1e-3)
    clock.sleep(waits_s)
    assert governor.admit(WRITE) == 0


@pytest.mark.parametrize(
    "headers",
    [
        usage_header(60, "ads_insights"),
        {"x-fb-ads-insights-throttle": '{"app_id_util_pct": 100, "acc_id_util_pct": 100}'},
    ],
)
def test_figures_never_hold_back_a_pause(headers: dict[str, str]) -> None:
    """An allowance of insights that is used up stops insights alone."""
    assert wait_after(headers, WRITE) == wait_after(headers, READ) == 0
    assert wait_after(headers, FIGURES) > 60


@pytest.mark.parametrize("code", [4, 17, 80000])
def test_refused_figures_never_hold_back_a_pause(code: int) -> None:
    """An insights call that Meta throttles, even for the whole app, stops insights alone."""
    clock = Clock()
    meta = governed(clock, error(code, headers=usage_header(30, "ads_insights")), ok({"success": True}))
    with pytest.raises(GraphError):
        meta.wire.exchange("GET", "act_1/insights", {})
    assert meta.writer.send([PAUSE]) == [{"success": True}]
    assert meta.waits == []
    assert meta.wire.governor is not None
    assert meta.wire.governor.admit(FIGURES) == pytest.approx(1800)


def test_the_stricter_of_two_insights_headers_counts() -> None:
    """An hour that the business header asks for is not forgotten because the throttle header is relaxed."""
    relaxed = {"x-fb-ads-insights-throttle": '{"app_id_util_pct": 5, "acc_id_util_pct": 5}'}
    assert wait_after(usage_header(60, "ads_insights") | relaxed, FIGURES) == pytest.approx(3600)


@pytest.mark.parametrize("cost", [WRITE, Cost(writes=9), Cost(writes=50)])
def test_writes_keep_their_distance(cost: Cost) -> None:
    """With all the points there are, no second has more writes than the hundred that Meta takes (§4.4), whole batches included."""
    clock = Clock()
    moments = stream(clock, a_governor(clock), 10, cost, "standard_access")
    for first in moments:
        in_a_second = sum(cost.writes for moment in moments if first <= moment < first + 1)
        assert in_a_second <= 100
    assert cost.writes * len(moments) >= 45


def test_writes_go_slowly_until_meta_names_the_full_tier() -> None:
    """Ten batches of fifty take a minute where no tier is known, and seconds in the Full one."""

    def last_moment(tier: str) -> float:
        clock = Clock()
        moments = stream(clock, a_governor(clock), 200, Cost(writes=50), tier)[:10]
        return moments[-1] - moments[0]

    assert 45 <= last_moment("") <= 60
    assert 4 <= last_moment("standard_access") <= 10


@pytest.mark.parametrize(
    ("tier", "reads", "writes"), [("development_access", 28, 9), ("standard_access", 50, 50)]
)
def test_a_batch_is_never_more_than_half_the_points(tier: str, reads: int, writes: int) -> None:
    """Limited access gets small batches, of reads and of writes; full access gets Meta's fifty."""
    clock = Clock()

    def reply(request: Any) -> Any:
        items = json.loads(form_of(request)["batch"])
        return ok([batch_item({"id": "1"})] * len(items))(request)

    meta = governed(clock, reply, wait_budget=WaitBudget(1e6))
    assert meta.wire.governor is not None
    meta.wire.governor.observe(read_usage({"x-ad-account-usage": json.dumps({"ads_api_access_tier": tier})}))
    assert meta.writer.largest_batch == writes
    meta.reader.get_many([(str(i), {}) for i in range(120)])
    assert max(len(items) for items in meta.batches()) == reads


@pytest.mark.parametrize("cost", [READ, WRITE])
def test_a_clock_that_is_set_back_stops_nothing(cost: Cost) -> None:
    """A machine whose clock was an hour ahead does not wait that hour once it is put right."""
    clock = Clock()
    governor = a_governor(clock)
    assert governor.admit(WRITE) == 0
    clock.sleep(-3600)
    assert governor.admit(cost) < 60


# -- the breaker -----------------------------------------------------------------------------------------------


def governed(
    clock: Clock,
    *replies: Any,
    store: LimitStore | None = None,
    wait_budget: WaitBudget | None = None,
    **named: Any,
) -> Meta:
    """A scripted Meta behind a governor, on a clock of its own."""
    token = named.get("token", TOKEN)
    governor = a_governor(clock, store, **named)
    return Meta(*replies, token=token, governor=governor, sleep=clock.sleep, wait_budget=wait_budget)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "limits.sqlite"


@pytest.fixture
def clock() -> Clock:
    return Clock()


LOCKS = [
    (368, None),
    (368, 1390008),
    (31, None),
    (31, 3858385),
    (190, 459),
    (190, 464),
    (190, 490),
    (1404078, None),
]


@pytest.mark.parametrize(("code", "subcode"), LOCKS)
def test_a_lock_stops_every_later_process_until_a_person_says_otherwise(
    file: Path, clock: Clock, code: int, subcode: int | None
) -> None:
    """After a lock nothing is sent, by nobody, for however long; `close_breaker` alone ends it."""
    first = governed(clock, error(code, subcode), store=SharedLimits(file))
    assert isinstance(first.writer.send([PAUSE])[0], GraphError)
    clock.sleep(30 * 86400)
    second = governed(clock, ok({"success": True}), store=SharedLimits(file))
    (outcome,) = second.writer.send([PAUSE])
    assert isinstance(outcome, Held)
    assert (outcome.ends_the_run, outcome.executed, second.requests) == (True, "no", [])
    assert f"{code}" in str(outcome)
    assert "Nothing was sent" in str(outcome)
    assert "adsteward doctor" in str(outcome)
    governor = second.wire.governor
    assert governor is not None
    (name,) = governor.breakers()
    assert not governor.close_breaker("act_999")
    assert isinstance(second.writer.send([PAUSE])[0], Held)
    assert governor.close_breaker(name)
    assert second.writer.send([PAUSE]) == [{"success": True}]
    assert governor.breakers() == {}
    assert not governor.close_breaker(name)


@pytest.mark.parametrize(("code", "subcode"), LOCKS)
def test_a_lock_concerns_only_what_it_says(file: Path, clock: Clock, code: int, subcode: int | None) -> None:
    """368 and its like stop one account, a lock of the person one token; others go on."""
    with pytest.raises(GraphError):
        governed(clock, error(code, subcode), store=SharedLimits(file)).reader.get("1")
    of_token = code in (31, 190)
    for named, goes in (
        ({"account": "act_2"}, not of_token),
        ({"token": "EAAanother0123456789"}, of_token),
        ({"account": "act_2", "token": "EAAanother0123456789"}, True),
        ({"host": "https://else.test"}, True),
    ):
        meta = governed(clock, ok(), store=SharedLimits(file), **named)
        if goes:
            assert meta.reader.get("1") == {"id": "1"}
        else:
            with pytest.raises(Held):
                meta.reader.get("1")


@pytest.mark.parametrize(
    ("code", "subcode"), [(190, 463), (190, None), (102, None), (100, None), (200, None), (1, None)]
)
def test_other_errors_stop_no_later_process(clock: Clock, code: int, subcode: int | None) -> None:
    """A dead token is renewed, a wrong call is mended: neither is a lock."""
    meta = governed(clock, error(code, subcode))
    meta.writer.send([PAUSE])
    assert meta.wire.governor is not None
    assert meta.wire.governor.breakers() == {}
    assert meta.wire.governor.admit(READ) == 0


def nameless_at(clock: Clock, *moments_s: float) -> Governor:
    """A governor that met 613 without a subcode at these moments."""
    governor, begun = a_governor(clock), clock.at
    for moment_s in moments_s:
        clock.at = begun + moment_s
        governor.failed(GraphError({"code": 613, "message": "abuse"}, http_status=400), WRITE)
    return governor


@pytest.mark.parametrize(
    ("moments_s", "opens"),
    [((0,), False), ((0, 3599), True), ((0, 3600), False), ((0, 3600, 7300), False), ((0, 5000, 6000), True)],
)
def test_the_second_defence_against_abuse_within_an_hour_is_a_lock(
    clock: Clock, moments_s: tuple[float, ...], opens: bool
) -> None:
    """One 613 without a subcode is a long wait; two within an hour stop everything."""
    governor = nameless_at(clock, *moments_s)
    assert bool(governor.breakers()) == opens
    if opens:
        with pytest.raises(Held, match="613 without a subcode"):
            governor.admit(READ)
    else:
        assert governor.admit(WRITE) == pytest.approx(900)
        clock.sleep(901)
        assert governor.admit(WRITE) == 0


def test_one_answer_is_one_incident(clock: Clock) -> None:
    """A batch whose items were all refused by the same defence against abuse is the first time, not the second."""
    refused = batch_item({"error": {"code": 613, "message": "abuse"}}, 400)
    meta = governed(clock, ok([refused] * 3))
    meta.writer.send([PAUSE] * 3)
    assert meta.wire.governor is not None
    assert meta.wire.governor.breakers() == {}


def test_a_locked_budget_blocks_nothing(clock: Clock) -> None:
    """613/1487632 speaks of one ad set: everything else goes on at once."""
    meta = governed(clock, error(613, 1487632, headers=usage_header(60, "pages")), ok({"success": True}))
    assert meta.wire.governor is not None
    failure = GraphError({"code": 613, "error_subcode": 1487632}, http_status=400, wait_s=3600)
    meta.wire.governor.failed(failure, WRITE)
    assert meta.wire.governor.admit(WRITE) == 0
    assert meta.wire.governor.breakers() == {}


@pytest.mark.parametrize(
    ("code", "same_token_only"), [(17, False), (80004, False), (4, True), (32, True), (341, True)]
)
def test_a_refusal_holds_back_the_others(file: Path, clock: Clock, code: int, same_token_only: bool) -> None:
    """The wait that comes with a throttle holds for every process on the account, or for the app's codes on the token."""
    refused = governed(clock, error(code, headers=asking(7)), store=SharedLimits(file))
    refused.writer.send([PAUSE])
    same = a_governor(clock, SharedLimits(file))
    assert same.admit(READ) == pytest.approx(420)
    elsewhere = a_governor(clock, SharedLimits(file), account="act_2")
    assert (elsewhere.admit(READ) > 0) == same_token_only
    clock.sleep(421)
    assert same.admit(WRITE) == 0


# -- the app and the business ------------------------------------------------------------------------------------

OTHER = "EAAanother0123456789"
APP_FULL = {"x-app-usage": '{"call_count": 97}'}


Machine = Callable[[], SharedLimits]


@pytest.fixture
def machine(engine: str, file: Path) -> Iterator[Machine]:
    """What is known of limits, as one machine after the other opens it."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(SharedLimits(file)))


def test_an_app_is_paced_as_a_whole(machine: Machine, clock: Clock) -> None:
    """What Meta says of the app holds back all of its tokens and accounts, those of another app go on."""
    ours, theirs, elsewhere = (
        a_governor(clock, machine(), account=account, token=token)
        for account, token in (("act_1", TOKEN), ("act_2", OTHER), ("act_3", "EAAthird0123456789"))
    )
    for governor, app in ((ours, "77"), (theirs, "77"), (elsewhere, "88"), (elsewhere, "no id")):
        governor.of_app(app)
    began = ours.now()
    ours.observe(read_usage(APP_FULL))
    assert min(theirs.admit(READ), ours.admit(READ)) > 1000
    assert elsewhere.admit(READ) == 0
    later = a_governor(clock, machine(), account="act_9", token=OTHER)
    assert later.admit(READ) > 1000
    error_4 = GraphError({"code": 4}, http_status=400, wait_s=7200)
    theirs.failed(error_4, READ)
    assert ours.admit(WRITE) == pytest.approx(began + 7200 - ours.now(), abs=5)
    assert ours.forecast().percent == theirs.forecast().percent == 0


def test_accounts_of_a_business_share_what_is_counted_for_it(machine: Machine, clock: Clock) -> None:
    """Usage that Meta gives for another id than the account's is the business's, and holds for the accounts it was given with."""
    first, second, third = (
        a_governor(clock, machine(), account=account) for account in ("act_1", "act_2", "act_3")
    )

    def told(holder: str, percent: int) -> Any:
        entry = {"type": "ads_management", "call_count": percent}
        return read_usage({"x-business-use-case-usage": json.dumps({holder: [entry]})})

    first.observe(told("500", 10))
    second.observe(told("500", 97))
    third.observe(told("3", 20))
    assert second.admit(READ) > 1000
    assert first.admit(READ) > 1000
    assert third.admit(READ) < 1
    third.observe(told("3", 97))
    assert third.admit(READ) > 1000
    assert a_governor(clock, machine(), account="act_4").admit(READ) == 0


@pytest.mark.parametrize("code", [368, 31])
def test_a_stop_stops_other_machines_before_their_next_request(
    machine: Machine, clock: Clock, code: int
) -> None:
    """Also one that has looked already and kept room for its write: it asks once more before it sends."""
    ours = governed(clock, error(code), store=machine())
    theirs = governed(clock, ok(), ok(), store=machine())
    assert theirs.reader.get("1")
    with pytest.raises(Held, match=f"stopped since Meta error {code}"), theirs.writer.room(1):  # noqa: PT012
        ours.writer.send([PAUSE])
        (outcome,) = theirs.writer.send([PAUSE])
        assert isinstance(outcome, Held)
        assert outcome.executed == "no"
        raise outcome
    with pytest.raises(Held):
        theirs.reader.get("1")
    assert len(theirs.requests) == 1


# -- the file --------------------------------------------------------------------------------------------------

ROWS = ["", "no json", "[]", "3", '{"full": 1}', '{"full": {"account": [1]}}']
ODD_ROWS = [
    '{"buckets": {"x": 1}}',
    '{"buckets": 5}',
    '{"level": "high", "level_at": 1}',
    '{"nameless": 3, "last_at": "then"}',
]


def with_row(file: Path, text: str) -> LimitStore:
    """A file in which what is known of the account is this text."""
    store = SharedLimits(file)
    with sqlite3.connect(file) as db:
        db.execute("REPLACE INTO allowances(scope, data) VALUES (?,?)", (f"{BASE} act_1", text))
    db.close()
    return store


def held(meta: Meta) -> str:
    """What is said of a read and a write that must not be sent."""
    with pytest.raises(Held) as raised:
        meta.reader.get("1")
    (outcome,) = meta.writer.send([PAUSE])
    assert isinstance(outcome, Held)
    assert meta.requests == []
    return str(raised.value)


@pytest.mark.parametrize(
    "row",
    [
        *ROWS,
        *ODD_ROWS,
    ],
)
def test_a_file_that_makes_no_sense_stops_everything(file: Path, clock: Clock, row: str) -> None:
    """When it cannot be known whether calls are stopped, none is made; the sentence names the file and the way out."""
    said = held(governed(clock, ok(), store=with_row(file, row)))
    assert str(file) in said
    assert "nothing was sent" in said
    assert "Move it away" in said


def test_a_file_that_is_overwritten_under_us_stops_everything(file: Path, clock: Clock) -> None:
    """Bytes that are no database are noticed at the next call."""
    meta = governed(clock, ok(), store=SharedLimits(file))
    for path in file.parent.iterdir():
        path.write_bytes(b"\x00not a database" * 4096)
    assert "nothing was sent" in held(meta)


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_file_that_is_none_is_one_plain_error(file: Path, content: bytes | None) -> None:
    """Garbage, or a folder in its place: what is wrong, and the way out."""
    file.parent.mkdir()
    file.mkdir() if content is None else file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"limits.sqlite cannot be used .*Move it away"):
        SharedLimits(file)


ENDLESS = """
import itertools, sys
from pathlib import Path
from agent.stores.shared_limits import SharedLimits
from tools.graph import Governor, GraphError
from tools.graph.allowance import Cost
from tools.graph.usage_headers import read_usage
governor = Governor(SharedLimits(Path(sys.argv[1])), host="h", token="t" * 20, account="act_1")
usage = read_usage({"x-ad-account-usage": '{"acc_id_util_pct": 50, "ads_api_access_tier": "standard_access"}'})
governor.failed(GraphError({"code": 368}, http_status=400), Cost(writes=1))
governor.close_breaker("act_1")
for n in itertools.count():
    governor.admit(Cost(reads=1)); governor.observe(usage)
    governor.failed(GraphError({"code": 368}, http_status=400), Cost(writes=1)); print(n, flush=True)
    governor.close_breaker("act_1")
"""


@pytest.mark.parametrize("killed_after", [1, 7, 30])
def test_a_process_that_is_killed_leaves_a_readable_file(file: Path, killed_after: int) -> None:
    """kill -9 at any moment between and within writes: the next process reads the file and works on."""
    command = [sys.executable, "-c", ENDLESS, str(file)]
    with warm.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(killed_after):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    store = SharedLimits(file)
    with store.open("h act_1") as (account,):
        assert account.tier == "standard_access"


HUNDRED = """
import sys
from pathlib import Path
from agent.stores.shared_limits import SharedLimits
from tools.graph import Governor
from tools.graph.allowance import Cost
governor = Governor(SharedLimits(Path(sys.argv[1])), host="h", token="t" * 20, account="act_1")
for _ in range(100):
    assert governor.admit(Cost(reads=1)) == 0
"""


def test_processes_at_the_same_time_lose_no_call(file: Path) -> None:
    """Three real processes of a hundred reads each leave three hundred points in the file."""
    SharedLimits(file).close()
    command = [sys.executable, "-c", HUNDRED, str(file)]
    processes = [warm.Popen(command, cwd=ROOT) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    with SharedLimits(file).open("h act_1") as (account,):
        assert sum(account.buckets.values()) == 300


def files_of(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_token_is_not_in_the_file(file: Path, clock: Clock) -> None:
    """The file names account and host, and of the token only the beginning of its digest."""
    meta = governed(clock, error(190, 459, headers=usage_header(1)), store=SharedLimits(file))
    meta.writer.send([PAUSE])
    written = b"".join(files_of(file.parent))
    assert b"act_1" in written
    assert b"190/459" in written
    assert TOKEN.encode() not in written
    assert TOKEN[3:20].encode() not in written
