"""What waits is listed over all accounts and worlds, oldest and dearest first."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.fleet.pending_sets import pending
from agent.writes.journal import Journal
from tests.agent.support import Clock
from tests.agent.writes.test_policy import budget, change
from tools.domain.changes import ChangeSet, Spend

pytestmark = pytest.mark.usefixtures("engine")
LIVE = "https://graph.facebook.com"


@pytest.fixture
def journal(state: Path, clock: Clock) -> Iterator[Journal]:
    with closing(Journal(state / "journal.sqlite", now=clock.now)) as opened:
        yield opened


def proposed(
    journal: Journal,
    at: str,
    daily: int | None,
    currency: str = "USD",
    account: str = "act_1",
    world: str = LIVE,
) -> ChangeSet:
    spend = Spend(daily_minor=daily, currency=currency)
    made = ChangeSet(
        run_id="r", created_at=f"2026-11-{at}:00+00:00", world=world, account=account, currency=currency,
        request=f"{at} {daily}", changes=(change(id=f"{at}{daily}{currency}{account}{world}", spend=spend),),
    )  # fmt: skip
    journal.propose(made)
    return made


def ids(*sets: ChangeSet) -> list[str]:
    return [one.id for one in sets]


def test_oldest_day_first_and_of_a_day_the_dearest(journal: Journal) -> None:
    """What nobody knows the cost of stands before what is known; currencies are not compared; the sandbox comes last."""
    cheap = proposed(journal, "25T08:00", -500)
    dear = proposed(journal, "25T09:00", 90_000, account="act_2")
    unknown = proposed(journal, "25T10:00", None)
    yen = proposed(journal, "25T07:00", 100_000, "JPY", account="act_3")
    old = proposed(journal, "24T23:59", -1)
    tried = proposed(journal, "20T08:00", 900_000, world="sandbox")
    found, unreadable = pending(journal)
    assert ids(*(one.change_set for one in found)) == ids(old, unknown, yen, dear, cheap, tried)
    assert ([one.spend_minor for one in found], unreadable) == (
        [-1, None, 100_000, 90_000, -500, 900_000],
        [],
    )
    assert ids(*(one.change_set for one in pending(journal, "act_2")[0])) == ids(dear)


def test_only_what_waits_is_there(journal: Journal, clock: Clock) -> None:
    """Declined and done sets are not; what was approved and not sent is, with the end of its approval."""
    declined, approved, waits = (proposed(journal, "25T08:00", daily) for daily in (1, 2, 3))
    journal.decline(declined, "me", "no")
    journal.approve(approved, "me")
    found, _ = pending(journal)
    assert [(one.change_set.id, one.state) for one in found] == [
        (waits.id, "proposed"),
        (approved.id, "approved"),
    ]
    assert found[0].expires_at is None
    assert found[1].expires_at
    assert (found[1].expires_at - clock.now()).total_seconds() == 86_400


def test_what_is_new_counts_as_if_it_were_started(journal: Journal) -> None:
    """A new ad set costs nothing while it is paused; what it may cost is what makes it dear."""
    spend = Spend(daily_minor=0, currency="USD", once_started_minor=5_000)
    new = ChangeSet(
        run_id="r", created_at="2026-11-25T08:00:00+00:00", world="sandbox", account="act_1", currency="USD",
        request="new", changes=(change(id="n", spend=spend), budget(1000, 1500, id="b")),
    )  # fmt: skip
    journal.propose(new)
    assert [one.spend_minor for one in pending(journal)[0]] == [5_500]


def test_a_set_that_was_altered_is_said_and_hides_no_other(journal: Journal) -> None:
    """Whoever can write the file cannot have something else approved."""
    bad, good = proposed(journal, "25T08:00", 1), proposed(journal, "25T08:00", 2)
    journal._store.run("UPDATE change_sets SET content=replace(content, '7', '8') WHERE id=?", bad.id)
    found, unreadable = pending(journal)
    assert ids(*(one.change_set for one in found)) == ids(good)
    assert [bad.id in problem and "altered" in problem for problem in unreadable] == [True]


def test_what_waits_in_two_sets_is_named_in_both(journal: Journal) -> None:
    """An object that two sets of a place would set the same field of; not its other fields, another account, or what is done."""
    pause = proposed(journal, "25T08:00", 1)
    both = ChangeSet(
        run_id="r", created_at="2026-11-25T09:00:00+00:00", world=LIVE, account="act_1", currency="USD",
        request="both", changes=(change(id="p"), budget(1000, 1500, id="b")),
    )  # fmt: skip
    journal.propose(both)
    proposed(journal, "25T08:00", 1, account="act_2")
    proposed(journal, "25T08:00", 1, world="sandbox")
    told = {one.change_set.id: one.also_in for one in pending(journal)[0]}
    assert told[pause.id].sets == (both.id,)
    said = f"“Ad seven” waits in {pause.id} as well: counted there and here, done once"
    assert told[both.id].said == said
    assert sum(bool(shared.said) for shared in told.values()) == 2
    journal.decline(pause, "me", "no")
    assert not any(one.also_in.said for one in pending(journal)[0])
