"""How much of a young day is known, learned from what earlier days showed."""

from datetime import date, timedelta
from decimal import Decimal

from tools.analysis.completeness import DEFAULT, Curve, Snapshot, learned

TODAY = date(2026, 7, 1)


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def snapshots(shares: list[str], per_day: int = 20, back: int = 30) -> tuple[list[Snapshot], Snapshot]:
    """Daily looks at an account that shows these shares of `per_day` results after 1, 2, … days."""
    known = [Decimal(share) * per_day for share in shares]

    def shown(seen_ago: int) -> Snapshot:
        ages = range(1, 10)
        return Snapshot(
            day(seen_ago),
            {day(seen_ago + a): known[a - 1] if a <= len(known) else Decimal(per_day) for a in ages},
        )

    now = Snapshot(TODAY, {day(ago): Decimal(per_day) for ago in range(8, back + 10)})
    return [shown(ago) for ago in range(1, back)], now


def test_the_accounts_own_history_is_the_curve():
    """What earlier runs saw of days that are settled now is the share that was known."""
    curve = learned(*snapshots(["0.4", "0.5", "0.65", "0.8", "0.9", "0.95"]))
    assert curve == Curve(
        tuple(map(Decimal, ("0.400", "0.500", "0.650", "0.800", "0.900", "0.950"))), own=True
    )
    assert [curve.share(age) for age in (0, 1, 7)] == [0, Decimal("0.400"), 1]


def test_little_history_leaves_the_usual_curve():
    """Nothing, few results, or few days are not enough."""
    earlier, now = snapshots(["0.4"] * 6)
    assert learned([], now) == DEFAULT
    assert learned(*snapshots(["0.4"] * 6, per_day=1)) == DEFAULT
    assert learned(earlier[:3], now) == DEFAULT


def test_shares_never_fall_and_never_exceed_one():
    """Corrections and chance do not make an older day less known, or more than whole."""
    shares = learned(*snapshots(["0.8", "0.6", "0.9", "1.3", "1", "1"])).shares
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1


def test_order_does_not_matter():
    """The same looks in another order give the same curve."""
    earlier, now = snapshots(["0.4", "0.5", "0.65", "0.8", "0.9", "0.95"])
    assert learned(reversed(earlier), now) == learned(earlier, now)
