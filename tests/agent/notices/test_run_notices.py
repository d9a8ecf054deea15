"""Runs that nobody watches tell people elsewhere what came of them; a bad name or a dead target changes nothing of them."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.fleet.orders import Claim, End, Order, Spot
from agent.notices.notice_ledger import NoticeLedger
from agent.notices.order_notices import told_of_order
from agent.notices.run_notices import Heard, _problems, _told, launch_notice, telling, waiting_notice
from agent.run.session import Session
from agent.setup.stops import Exit
from agent.writes.change_events import Landed, LaunchedAd
from tests.agent.cli.test_schedules import PAUSE, Cli, make_due
from tests.agent.notices.conftest import Hall
from tests.agent.support import ACCOUNT, NOT_NOW, Faults, ScriptedModel, graph_error, refuse
from tests.agent.writes.test_policy import change
from tools.domain.changes import ChangeSet
from tools.domain.notify.notify_targets import NotifyTarget
from tools.read.daily.emptying import LIFETIME
from tools.read.daily.problems import USED_UP

ONE_AD = (
    *("tool", "set_status", '{"ids": ["Static – Tent 20% off"], "status": "PAUSED"}'),
    *("--sandbox", "--approve", "none"),
)
"""Leaves a set waiting, without a review."""
DEMO = f"SANDBOX · Northwind Outdoor (demo) ({ACCOUNT})"


@pytest.fixture
def told_at(ws: Path) -> Callable[[str], None]:
    """Writes `notify` of the workspace."""

    def write(text: str) -> None:
        (ws / "brand").mkdir(exist_ok=True)
        (ws / "brand" / "stack.md").write_text(f"notify: {text}\n", encoding="utf-8")

    return write


def test_what_waits_is_told_with_what_it_does_and_how_to_end_it(
    cli: Cli,
    faults: Faults,
    hall: Hall,
    told_at: Callable[[str], None],
) -> None:
    """By `run`, and not again by `apply` that leaves it waiting; who has a target that is down gets the same answer and code."""
    told_at("$HALL about waiting, $DOWN")
    code, report, err = cli("run", PAUSE, "--sandbox", "--json")
    (waiting,) = report["change_sets"]
    assert (code, waiting["state"]) == (3, "proposed")
    assert err.startswith("Not told: $DOWN did not take the message")
    (told,) = hall.told
    lines = told.splitlines()
    assert lines[0] == DEMO
    assert lines[1].startswith(f"Waits for your approval: {len(waiting['changes'])} changes, ")
    assert lines[1].endswith(" USD per day stays in the budgets, for other ads")
    assert lines[2].startswith("pause ad “")
    assert lines[2].endswith(f"and {len(waiting['changes']) - 3} more")
    assert lines[3:] == [
        f"Asked for: {PAUSE}",
        f"Look: adsteward inbox show {waiting['id']} – then adsteward apply {waiting['id']}, or adsteward decline {waiting['id']}",
    ]
    assert cli("apply", waiting["id"], "--approve", "none")[0] == 3
    assert len(hall.got) == 1


def test_an_order_tells_what_waits_and_what_failed_once_until_it_goes_well(
    cli: Cli,
    faults: Faults,
    hall: Hall,
    told_at: Callable[[str], None],
    ws: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A failure is told once however often it comes, and again after it was gone; what is tried again later is no failure yet."""
    told_at("$HALL")
    assert cli("schedule", "add", "how many ads do I have?", *NOT_NOW, "--sandbox")[0] == 0
    for broken in (True, True, False, True):
        faults.reads[:] = [graph_error(190, 463)] if broken else []
        make_due(ws)
        assert cli("work", "--once", "--json")[0] == (4 if broken else 0)
    assert len(hall.got) == 2
    assert "s1 “how many ads do I have?” failed (exit 4): Meta error 190/463" in hall.told[0]
    faults.reads[:] = [refuse] * 20
    monkeypatch.setattr("tools.graph.retry.CONNECT_BACKOFF_S", (0.0,))
    make_due(ws)
    _, done, _ = cli("work", "--once", "--json")
    assert "tried again from" in done["runs"][0]["note"]
    assert len(hall.got) == 2


def test_what_was_held_back_goes_out_with_the_next_look(
    cli: Cli,
    faults: Faults,
    hall: Hall,
    told_at: Callable[[str], None],
    ws: Path,
) -> None:
    """Nothing needs to be due for it."""
    told_at("$HALL quiet 00:00-23:59")
    assert cli(*ONE_AD)[0] == 3
    assert (cli("work", "--once")[0], hall.got) == (0, [])
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="microseconds")
    with closing(NoticeLedger.of(ws / "state")) as ledger:
        ledger.run("UPDATE notices SET send_after=?, quiet=''", past)
    assert (cli("work", "--once")[0], len(hall.got)) == (0, 1)


def test_the_test_message_says_of_each_target_whether_it_arrived(
    cli: Cli,
    hall: Hall,
    told_at: Callable[[str], None],
    ws: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By name; exit code 2 when one did not, or there is none."""
    told_at("$HALL about waiting")
    assert cli("notify", "test")[:2] == (0, "$HALL about waiting: told")
    assert hall.told == ["A test of adsteward. This target is told about waiting."]
    told_at("$HALL quiet 00:00-23:59, $DOWN")
    code, said, _ = cli("notify", "test", "--json")
    assert (code, [one["problem"] for one in said["targets"]]) == (2, ["", "$DOWN did not take the message"])
    told_at("")
    code, _, err = cli("notify", "test")
    assert (code, err.startswith("Nobody is told: `notify` is not set in stack.md.")) == (2, True)


def test_doctor_shows_targets_by_name(
    cli: Cli, faults: Faults, hall: Hall, told_at: Callable[[str], None]
) -> None:
    """What each is told, what is held back, and what is missing; never the address."""
    told_at("$HALL about waiting quiet 00:00-23:59, $NOWHERE about problems")
    cli(*ONE_AD)
    code, report, _ = cli("doctor", "--sandbox", "--json")
    found = [(c["found"], c["warning"]) for c in report["checks"] if c["what"] == "notify"]
    assert found == [
        ("$HALL about waiting quiet 00:00-23:59 (1 message held back)", ""),
        ("$NOWHERE about problems", "$NOWHERE is not set: put the address into the variable NOWHERE."),
    ]
    assert (code, "secret-of" in str(report)) == (0, False)


@pytest.fixture
def watched(open_session: Callable[..., Session], workspace: Path, hall: Hall) -> Session:
    """A session whose workspace has a target."""
    (workspace / "brand" / "stack.md").write_text("notify: $HALL\n", encoding="utf-8")
    return open_session(mode="none")


def test_problems_of_a_daily_check_are_told_when_nobody_watches(watched: Session, hall: Hall) -> None:
    """Each once, however often it is checked."""
    with telling(watched, attended=False):
        watched.run("daily check", ScriptedModel([[("daily_check", {})], "done"]))
        heard = watched.listener
    assert isinstance(heard, Heard)
    assert heard.problems
    for attended in (True, False):
        assert _told(watched, heard, attended=attended) == []
    assert hall.got[0]["title"] == "adsteward: 1 problem"
    assert hall.told[0].startswith(f"{DEMO}\nRejected: Static – Feeling unfit? Go outside: ")


def test_money_that_runs_out_is_a_topic_of_its_own(watched: Session, hall: Hall) -> None:
    """The account's spend cap; figures that move do not make it another thing."""
    heard = Heard(lambda _: None)
    for left in ("900.00", "450.00"):
        heard.problems = [
            f"The account's spend cap has {left} USD left, gone in 3 days. Raise it.",
            "and 3 more",
        ]
        assert _told(watched, heard, attended=False) == []
    assert [message["title"] for message in hall.got] == ["adsteward: 1 budget runs out"]


def test_numbers_of_names_are_no_figures(watched: Session, hall: Hall) -> None:
    """Whose ads are numbered hears of each of them, and of a count that moves once."""
    for number in ("1", "2"):
        heard = Heard(lambda _: None)
        heard.problems = [
            f"Rejected: Video {number}: Personal health: before and after",
            f"Ad set Men {number}: Audience too small",
            f"{number} ads are on, but showed nothing in 3 days: Static 7",
        ]
        assert _told(watched, heard, attended=False) == []
    told = [line for message in hall.told for line in message.splitlines()]
    assert [sum(word in line for line in told) for word in ("Video", "Men", "Static 7")] == [2, 2, 1]


def test_a_lifetime_budget_that_runs_out_is_told_once_and_each_of_them(watched: Session, hall: Hall) -> None:
    """Amounts and days move without another notice; budgets whose names differ in a digit are two."""
    heard = Heard(lambda _: None)
    for name, left, end in (
        ("Set 1", "90.00", "2026-11-30"),
        ("Set 1", "4.50", "2026-12-01"),
        ("Set 2", "90.00", "2026-11-30"),
    ):
        heard.problems = [
            f"{LIFETIME} ad set “{name}” (7) has {left} USD of 900.00 left; its end is {end} 00:00.",
            "and 1 more",
        ]
        assert _told(watched, heard, attended=False) == []
    assert [message["title"] for message in hall.got] == ["adsteward: 1 budget runs out"] * 2
    assert ["Set 1" in hall.told[0], "Set 2" in hall.told[1]] == [True, True]


def test_an_account_that_stands_still_is_told_by_any_run(watched: Session, hall: Hall) -> None:
    """Disabled or with its cap used up, in the words of the daily check, so that this is the same thing; and once."""
    for heard in (Heard(lambda _: None), Heard(lambda _: None, problems=[USED_UP])):
        watched.world = replace(watched.world, account=replace(watched.world.account, cap_left_minor=0))
        assert _told(watched, heard, attended=False) == []
    watched.world = replace(
        watched.world,
        account=replace(watched.world.account, cap_left_minor=None, state="DISABLED", disable_reason=1),
    )
    assert _told(watched, Heard(lambda _: None), attended=False) == []
    assert [message["title"] for message in hall.got] == [
        "adsteward: 1 budget runs out",
        "adsteward: 1 problem",
    ]
    assert "The ad account" in hall.told[1]


def test_a_screen_that_is_gone_keeps_nobody_from_being_told() -> None:
    """A closed pipe ends what is printed, and nothing else."""
    shown = list[Any]()

    def screen(event: Any) -> None:
        shown.append(event)
        raise BrokenPipeError

    heard = Heard(screen)
    ad = LaunchedAd("L", "ad", "done", "1")
    for number in range(2):
        heard(Landed(f"cs-{number}", (ad,), ()))
    assert (len(shown), len(heard.landed)) == (1, 2)


def test_a_launch_is_told_as_it_came_to_rest() -> None:
    """Complete, or how far it came and how it goes on; each once."""
    ads = [LaunchedAd("Spring @channel", f"ad {n}", "done" if n else "refused", "1") for n in range(3)]
    whole, part = (launch_notice(Landed("cs-1", tuple(some), ()), "LIVE") for some in (ads[1:], ads))
    assert whole.text == "Launch “Spring @ channel”: 2 of 2 ads made, PAUSED.\nLook: adsteward show cs-1"
    assert part.text.endswith(
        "2 of 3 ads made, PAUSED. The rest was not.\nLook: adsteward show cs-1 – adsteward apply cs-1 goes on"
    )


def test_hostile_names_do_nothing() -> None:
    """Names of accounts and ads and the words of a request come from outside."""
    evil = "<!channel> @everyone [pay](http://evil.example) `x`\nEAAcanaryTOKENcanaryTOKEN0123456789"
    made = ChangeSet(
        run_id="r", created_at="2026-11-25T08:00:00+00:00", world="https://graph.facebook.com", account="act_1",
        account_name=evil, currency="USD", request=evil, changes=(change(id="a", name=evil),),
    )  # fmt: skip
    notice = waiting_notice(made)
    for sign in ("<!", "@everyone", "](", "http://evil", "evil.example", "canary"):
        assert sign not in notice.where + notice.text
    assert notice.text.count("\n") == 3


def test_what_meta_told_by_webhook_is_told_on(hall: Hall, state: Path) -> None:
    """Each look once, with what it found, in words that do nothing."""
    order = Order(7, "look: has issues", time(), "day", "act_1", "none", {}, "active", prefix="w")
    claim = Claim(7, order, Spot("act_1", "Shop", "UTC"), datetime.now(UTC), datetime.now(UTC), "me")
    end = End(
        "done", Exit.DONE, "Meta tells that 1 of act_1 has issues: “@channel”.\nThe ad x is now: rejected."
    )
    fine = replace(claim, order=replace(order, number=8))
    for one, of in ((end, claim), (end, claim), (replace(end, news=False), fine)):
        assert told_of_order(state, [NotifyTarget("$HALL")], of, one) == []
    assert hall.told == [
        "Shop (act_1)\nMeta tells that 1 of act_1 has issues: “@ channel”. ⏎ The ad x is now: rejected."
    ]


def test_looks_that_fail_alike_are_one_failure(hall: Hall, state: Path) -> None:
    """A token that expired is told once, not for each of the ads that Meta tells of, and again after it was well."""
    expired, gone = "Meta error 190/463: expired. [trace {}]", "Meta error 100/33: {} is gone."
    for number, (why, ends) in enumerate(
        (
            (expired, Exit.META),
            (expired, Exit.META),
            (gone, Exit.META),
            ("fine", Exit.DONE),
            (expired, Exit.META),
        )
    ):
        order = Order(number, "look: has issues", time(), "day", "act_1", "none", {}, "active", prefix="w")
        claim = Claim(number, order, Spot("act_1", "Shop", "UTC"), datetime.now(UTC), datetime.now(UTC), "me")
        end = End("error", ends, f"Meta tells that {number} of act_1 has issues.\n{why.format(number)}")
        assert told_of_order(state, [NotifyTarget("$HALL")], claim, end) == []
    assert [told.split(" ")[4] for told in hall.told] == ["0", "2", "3", "4"]


def test_the_night_is_that_of_the_account(hall: Hall, state: Path) -> None:
    """A webhook does not say where that is; the look that it led to does."""
    order = Order(7, "look: has issues", time(), "day", "act_1", "none", {}, "active", prefix="w")
    claim = Claim(7, order, Spot("act_1", "act_1", "UTC"), datetime.now(UTC), datetime.now(UTC), "me")
    here = datetime.now(UTC) + timedelta(hours=9)  # Tokyo
    quiet = (here - timedelta(hours=1)).time(), (here + timedelta(hours=1)).time()
    end = End("done", Exit.DONE, "The ad x is now: rejected.", timezone="Asia/Tokyo")
    assert told_of_order(state, [NotifyTarget("$HALL", quiet=quiet)], claim, end) == []
    assert hall.told == []


def test_what_a_person_stopped_is_no_failure_and_what_died_is(hall: Hall, state: Path) -> None:
    """Ctrl-C is known to who pressed it; a worker that was killed twice leaves nobody who knows."""
    order = Order(1, "daily check", time(), "day", "act_1", "none", {}, "active")
    claim = Claim(1, order, Spot("act_1", "Shop", "UTC"), datetime.now(UTC), datetime.now(UTC), "me")
    for attempt, told in ((1, 0), (3, 1)):
        end = End("error", Exit.INTERRUPTED, "Its worker ended while it ran.")
        assert told_of_order(state, [NotifyTarget("$HALL")], replace(claim, attempt=attempt), end) == []
        assert len(hall.got) == told
    assert "s1 “daily check” failed (exit 130): Its worker ended while it ran." in hall.told[0]


def test_what_is_no_daily_check_of_this_account_is_no_news() -> None:
    """Another account's, or an answer of another form, says nothing here."""
    assert _problems('{"answers": {"problems": ["a"]}}') == ["a"]
    for other in ('{"accounts": []}', '{"answers": {}}', '{"answers": []}'):
        assert _problems(other) == []
