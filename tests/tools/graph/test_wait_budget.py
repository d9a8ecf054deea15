"""The wait budget: one for a run and all its threads, a person is asked once, and no second is let in twice."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Barrier, Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.graph.support import Clock, Meta, error, ok, usage_header
from tools.graph import Governor, GraphError, Held, MemoryLimits, WaitBudget
from tools.graph.pages import together
from tools.graph.usage_headers import read_usage


def limited(clock: Clock, wait_budget: WaitBudget) -> Meta:
    """An account with limited access whose points are used up but for a few."""
    governor = Governor(MemoryLimits(), host="h", token="t", account="act_1", now=clock.now)
    governor.observe(read_usage({"x-ad-account-usage": '{"ads_api_access_tier": "development_access"}'}))
    return Meta(ok(), governor=governor, wait_budget=wait_budget, sleep=clock.sleep)


def read_often(meta: Meta) -> None:
    for _ in range(200):
        meta.reader.get("1")


def test_the_budget_is_of_the_run_and_not_of_a_read() -> None:
    """Many reads that each wait a little end when their waits add up to the limit."""
    meta = limited(Clock(), WaitBudget(100))
    with pytest.raises(Held, match="--max-wait"):
        read_often(meta)
    assert 50 < sum(meta.waits) <= 100
    assert max(meta.waits) < 50
    assert meta.wire.stats.waited_s == pytest.approx(sum(meta.waits))


def test_retries_and_pacing_use_the_same_budget() -> None:
    """Ten seconds before a retry are ten seconds less for everything else."""
    meta = Meta(error(2), error(2), ok(), wait_budget=WaitBudget(15))
    with pytest.raises(GraphError):
        meta.reader.get("1")
    assert (meta.waits, len(meta.requests)) == ([10], 2)


def test_a_held_call_says_when_it_fits() -> None:
    """What was not sent, why, and when it could be."""
    meta = limited(Clock(), WaitBudget(0))
    with pytest.raises(Held) as raised:
        read_often(meta)
    assert "nearly used up" in str(raised.value)
    assert "was not sent" in str(raised.value)


class Person:
    """Says what was scripted, and remembers what was asked."""

    def __init__(self, *says: bool) -> None:
        self.says, self.asked = list(says), list[tuple[str, float]]()

    def __call__(self, reason: str, wait_s: float) -> bool:
        self.asked.append((reason, wait_s))
        return self.says.pop(0)


def made(budget: WaitBudget, wait_s: float, reason: str = "r") -> bool:
    """Whether a wait is allowed; it is over at once."""
    with budget.wait(reason, wait_s) as allowed:
        return allowed


@given(st.lists(st.floats(0, 500), max_size=12), st.floats(0, 300))
def test_a_person_is_asked_once_for_each_wait_beyond_the_limit(waits: list[float], limit_s: float) -> None:
    """A yes is enough for exactly the wait it was asked for: afterwards the very next second is asked for again."""
    person = Person(*[True] * len(waits))
    budget = WaitBudget(limit_s, ask=person)
    expected = []
    for wait_s in waits:
        if budget.waited_s + wait_s > max(limit_s, budget.waited_s if expected else 0):
            expected.append(("r", wait_s))
        assert made(budget, wait_s)
    nonzero = [asked for asked in person.asked if asked[1] > 1e-6]
    assert nonzero == [asked for asked in expected if asked[1] > 1e-6]


def test_a_no_ends_it_and_is_no_yes_later() -> None:
    """Who does not want to wait is asked again for the next wait, and a short one that fits needs no one."""
    person = Person(False, True, False)
    budget = WaitBudget(60, ask=person)
    assert not made(budget, 100)
    assert made(budget, 60)
    assert made(budget, 100)
    assert not made(budget, 1)
    assert len(person.asked) == 3


def test_a_new_run_begins_with_its_whole_budget() -> None:
    """Neither what was waited nor what was allowed goes over into the next run."""
    budget = WaitBudget(60, ask=Person(True, False))
    assert made(budget, 500)
    budget.renew()
    assert made(budget, 60)
    assert not made(budget, 61)


def test_a_person_who_agrees_is_asked_once_by_the_wire() -> None:
    """One question for a retry, and the wait is as long as was said."""
    person = Person(True)
    meta = Meta(
        error(
            17,
            headers={
                "x-business-use-case-usage": json.dumps({"1": [{"estimated_time_to_regain_access": 10}]})
            },
        ),
        ok(),
        wait_budget=WaitBudget(60, ask=person),
    )
    assert meta.reader.get("1") == {"id": "1"}
    assert person.asked == [("Meta error 17 (throttle)", 600)]
    assert meta.waits == [600]


# -- several threads ---------------------------------------------------------------------------------------------


class Threads:
    """Waits that are in progress at the same time, each until it is told to end, on a clock that stands still."""

    def __init__(self, budget: WaitBudget, clock: Clock) -> None:
        budget.clock = clock.now
        self.budget, self._over = budget, Event()
        self._pool = ThreadPoolExecutor(8)

    def begin(self, wait_s: float) -> Future[bool]:
        """A wait that begins now; what it gives says whether it was allowed, as soon as that is known."""
        answered: Future[bool] = Future()

        def run() -> None:
            try:
                with self.budget.wait("r", wait_s) as allowed:
                    answered.set_result(allowed)
                    if allowed:
                        assert self._over.wait(10)
            except BaseException as stopped:  # noqa: BLE001 - handed on to the test
                answered.set_exception(stopped)

        self._pool.submit(run)
        return answered

    def close(self) -> None:
        self._over.set()
        self._pool.shutdown()


@contextmanager
def threads(budget: WaitBudget, clock: Clock | None = None) -> Iterator[Threads]:
    made = Threads(budget, clock or Clock())
    try:
        yield made
    finally:
        made.close()


class Slow(Person):
    """Answers when it is told to, so that others come while the question is open."""

    def __init__(self, *says: bool | BaseException) -> None:
        super().__init__()
        self.answers, self.reached, self.go = list(says), Event(), Event()

    def __call__(self, reason: str, wait_s: float) -> bool:
        self.asked.append((reason, wait_s))
        self.reached.set()
        assert self.go.wait(10)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def four(run: Threads, person: Slow, waits: tuple[float, ...] = (180,) * 4) -> list[Future[bool]]:
    """Four waits; the first is asked for, and answered when the others may have come."""
    first = run.begin(waits[0])
    assert person.reached.wait(10)
    rest = [run.begin(wait_s) for wait_s in waits[1:]]
    assert not wait(rest, 0.05).done
    person.go.set()
    return [first, *rest]


@pytest.mark.parametrize("answer", [True, False])
def test_four_threads_ask_one_question(answer: bool) -> None:
    """The others wait for the answer and share it; four minutes beside each other are four minutes."""
    person = Slow(answer)
    with threads(WaitBudget(60, ask=person)) as run:
        assert [done.result(10) for done in four(run, person)] == [answer] * 4
        assert len(person.asked) == 1
        assert run.budget.waited_s == (180 if answer else 0)


def test_a_much_longer_wait_is_asked_for_by_itself() -> None:
    """Who agreed to three minutes did not agree to an hour; a little longer is the same wait."""
    person = Slow(True, False)
    with threads(WaitBudget(60, ask=person)) as run:
        assert [done.result(10) for done in four(run, person, (180, 190, 3600, 180))] == [
            True,
            True,
            False,
            True,
        ]
        assert [asked for _, asked in person.asked] == [180, 3600]


def test_a_wait_that_begins_a_little_later_beside_an_agreed_one_needs_no_question() -> None:
    """Parallel calls are refused one after the other; the end of their waits is what a person agreed to, nearly."""
    person, clock = Person(True, False), Clock()
    with threads(WaitBudget(60, ask=person), clock) as run:
        assert run.begin(180).result(10)
        clock.sleep(5)
        assert run.begin(180).result(10)
        clock.sleep(30)
        assert not run.begin(180).result(10)
        assert len(person.asked) == 2
        assert run.budget.waited_s == 185


def test_waits_one_after_the_other_add_up_to_the_limit_and_no_further() -> None:
    """Five times three minutes fit into a quarter of an hour; not one more second does."""
    budget = WaitBudget(900)
    assert [made(budget, 180) for _ in range(6)] == [True] * 5 + [False]
    assert not made(budget, 1)
    assert budget.waited_s == 900


def test_waits_beside_each_other_count_once() -> None:
    """What counts is how long the run waits: five waits at the same time are one, and later ones add their rest."""
    clock = Clock()
    with threads(WaitBudget(900), clock) as run:
        assert all(run.begin(180).result(10) for _ in range(5))
        assert run.budget.waited_s == 180
        clock.sleep(100)
        assert run.begin(180).result(10)
        assert run.budget.waited_s == 280


def test_waits_that_begin_together_are_not_let_in_by_the_same_seconds() -> None:
    """With 720 of 900 s waited, one more wait of 180 s fits; threads that ask at once do not make it two."""
    for _ in range(50):
        budget, start = WaitBudget(900, waited_s=720), Barrier(4)

        def ask(budget: WaitBudget = budget, start: Barrier = start) -> bool:
            start.wait(10)
            return made(budget, 180)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _, ask=ask: ask(), range(4)))
        assert budget.waited_s <= 900


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0.1, 200)), max_size=8), st.floats(0, 500))
def test_the_run_never_waits_longer_than_its_limit(waits: list[tuple[float, float]], limit_s: float) -> None:
    """Waits that begin after any pauses, while others are in progress: the time with a wait in it stays below the limit."""
    clock = Clock()
    budget, spans = WaitBudget(limit_s, clock=clock.now), list[tuple[float, float]]()
    begun: list[tuple[float, Callable[[], object]]] = []
    for pause_s, wait_s in waits:
        until = clock.at + pause_s
        for end, leave in sorted(begun, key=lambda one: one[0]):
            if end <= until:
                leave()
        begun = [one for one in begun if one[0] > until]
        clock.at = until
        waiting = budget.wait("r", wait_s)
        if waiting.__enter__():
            spans.append((clock.at, clock.at + wait_s))
            begun.append((clock.at + wait_s, lambda waiting=waiting: waiting.__exit__(None, None, None)))
    covered, last = 0.0, 0.0
    for start, end in sorted(spans):
        covered += max(0.0, end - max(start, last))
        last = max(last, end)
    assert covered == pytest.approx(budget.waited_s, abs=1e-3)
    assert budget.waited_s <= limit_s


@pytest.mark.parametrize("stopper", [KeyboardInterrupt, RuntimeError])
def test_who_stops_the_question_stops_all_who_wait_for_the_answer(stopper: type[BaseException]) -> None:
    """Ctrl-C or a mistake while asking goes up in the thread that asked; the others hear a no, and nothing hangs."""
    person = Slow(stopper())
    with threads(WaitBudget(60, ask=person)) as run:
        first, *rest = four(run, person)
        with pytest.raises(stopper):
            first.result(10)
        assert [done.result(10) for done in rest] == [False] * 3
        assert run.begin(60).result(10)


def test_a_no_ends_the_waiting_of_all_parallel_calls() -> None:
    """Also of those that come to wait only after it, however short; what comes after them is asked for again."""
    person = Person(False, True)
    budget = WaitBudget(60, ask=person)
    with budget.parallel():
        with budget.parallel():
            assert not made(budget, 100)
        assert not made(budget, 100)
        assert not made(budget, 1)
    assert made(budget, 1)
    assert made(budget, 100)
    assert len(person.asked) == 2


def test_parallel_reads_that_are_refused_ask_once() -> None:
    """Four reads throttled at the same time: one question, and after a no the first failure is what comes of them."""
    together_now, person = Barrier(4), Slow(False)
    refused = error(17, headers=usage_header(10))
    meta = Meta(refused, wait_budget=WaitBudget(60, ask=person))

    def read() -> object:
        together_now.wait(10)
        return meta.reader.get("1")

    Thread(target=lambda: (person.reached.wait(10), person.go.set())).start()
    with pytest.raises(GraphError):
        together(meta.wire, [read] * 4)
    assert (len(person.asked), meta.waits) == (1, [])


def test_no_wait_reaches_beyond_the_end_of_a_call() -> None:
    """However much of the limit is left, and without asking anybody."""
    now, person = [0.0], Person(True)
    budget = WaitBudget(10.0, ask=person, clock=lambda: now[0])
    budget.ends_in(8.0)
    assert made(budget, 7)
    now[0] = 7.0
    assert not made(budget, 2)
    assert not budget.over
    now[0] = 8.0
    assert budget.over
    budget.ends_in(8.0)
    assert not budget.over
    assert person.asked == []


def test_a_call_that_is_cut_short_makes_no_further_request_and_rests_no_longer() -> None:
    """Whoever waits is woken; the next call is served again."""
    meta = Meta(ok(), wait_budget=WaitBudget(60))
    resting = Thread(target=meta.wire.wait_budget.rest, args=(600,))
    resting.start()
    meta.wire.wait_budget.cut()
    resting.join(10)
    assert not resting.is_alive()
    with pytest.raises(Held, match="no further request"):
        meta.reader.get("1")
    assert not made(meta.wire.wait_budget, 1)
    assert meta.requests == []
    meta.wire.wait_budget.ends_in(60)
    assert meta.reader.get("1") == {"id": "1"}
