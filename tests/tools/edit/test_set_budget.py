"""Budgets: amounts with their currency, minor units only in the request."""

from collections.abc import Callable

import pytest

from tests.tools.support import ACCOUNT, BROAD, JACKET, PROSPECTING, SPRING, SUMMER, TENT, Desk
from tools.domain.changes import Change, Effect, Request, Spend, marker_of


def budget_of(desk: Desk, node: str) -> int:
    return int(desk.state()[node]["daily_budget"])


def test_a_budget_is_one_complete_change(reading: Desk) -> None:
    """The request holds minor units, people read amounts, and the effect is the difference."""
    now = budget_of(reading, PROSPECTING)
    change = reading.one("set_budget", id=PROSPECTING, daily_budget="400.50 USD", reason="more of it")
    call, names = reading.context.call_id, [reading.state()[i]["name"] for i in (PROSPECTING, SUMMER)]
    rows = reading.graph(f"{PROSPECTING}/ads", fields="id,name,effective_status", limit=100)["data"]
    assert change == Change(
        id=f"run.{call}.0",
        kind="set_budget",
        effect=Effect.CHANGE_SPEND,
        account=ACCOUNT,
        level="adset",
        target=PROSPECTING,
        name=names[0],
        names=(PROSPECTING, SUMMER, *names),
        where=(f"“{names[1]}” ({SUMMER})",),
        below=tuple(part for row in rows for part in (row["id"], row["name"])),
        stops=sum(row["effective_status"] == "ACTIVE" for row in rows),
        request=Request(path=PROSPECTING, params={"daily_budget": "40050"}),
        before={"daily_budget": str(now)},
        after={"daily_budget": "40050"},
        spend=Spend(daily_minor=40050 - now, currency="USD"),
        reason="more of it",
        marker=marker_of(f"run.{call}.0"),
        undo_note=f"set back to {now / 100:.2f} USD",
    )


def test_a_campaign_budget_can_be_lowered(reading: Desk) -> None:
    """A smaller budget has a negative effect, with the currency before or after the number."""
    change = reading.one("set_budget", id=SPRING, daily_budget="USD 10")
    assert change.level == "campaign"
    assert change.after == {"daily_budget": "1000"}
    assert change.spend.daily_minor == 1000 - budget_of(reading, SPRING) < 0
    assert change.reason == "asked for"


def test_the_same_budget_needs_no_change(reading: Desk) -> None:
    """Setting what is set already proposes nothing and says so."""
    now = f"{budget_of(reading, PROSPECTING) / 100:.2f} USD"
    proposal = reading.propose("set_budget", id=PROSPECTING, daily_budget=now)
    assert proposal.changes == ()
    assert proposal.note == f"Summer – Prospecting already has a daily budget of {now}"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("50", "an amount needs its currency: write 50 USD. This account is in USD."),
        ("50 EUR", "The account is in USD; write the amount in USD."),
        ("5000 JPY", "The account is in USD"),
        ("50.005 USD", "USD has two decimals"),
        ("$-50 USD", "no sign: write 50.00 USD"),
        (
            "-5",
            "'-5' is a step from the budget there is, and its amount is not clear: found '5'; an amount needs",
        ),
        ("-0.00001 USD", "the smallest amount of USD is 0.01 USD: write that or more"),
        ("1,000 USD", "no thousands separators"),
        ("1,000 USD", "1000 or 1.00?"),
        ("5.000 USD", "write 5.00 USD or 5000.00 USD. This account is in USD."),
        ("+5.000 USD", "write 5.00 USD or 5000.00 USD. This account is in USD."),
        ("+5.000 %", "'+5.000 %' has two readings, 5.0 and 5000: write one of them."),
        ("+12,5 %", "write a point before the decimals, 12.5."),
        ("20 %", "'20 %' has two readings: write +20 %, -20 %, or that share as a factor (x0.2)."),
        ("+5 EUR", "The account is in USD; write the amount in USD."),
        ("by 5", "an amount needs its currency"),
        ("x101", "more than 100 times the budget"),
        ("-100 %", "A budget is above zero"),
        ("-400.00 USD", "A budget is above zero"),
        ("-99.9 %", "is 1.00 USD. (It is 360.00 USD now, and would be 0.36 USD.)"),
        ("a lot", "found 'a lot'"),
        ("", "give either daily_budget or lifetime_budget"),
        ("0.99 USD", "The smallest daily budget of this account is 1.00 USD."),
        ("0 USD", "A budget is above zero; to end spending, pause it."),
    ],
)
def test_impossible_amounts_are_refused(reading: Desk, amount: str, said: str) -> None:
    """An amount in another currency, too small or unreadable is refused, with what to write."""
    assert said in reading.refusal("set_budget", id=PROSPECTING, daily_budget=amount)


def test_the_smallest_budget_is_allowed(reading: Desk) -> None:
    """The account's minimum itself may be set."""
    assert reading.one("set_budget", id=PROSPECTING, daily_budget="1.00 USD").after == {"daily_budget": "100"}


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (
            TENT,
            f"is an ad; its budget sits on its ad set “Summer – Prospecting” ({PROSPECTING}), 360.00 USD daily; set it there.",
        ),
        (
            JACKET,
            f"is an ad; its budget sits on the campaign “Spring Collection – Sales” ({SPRING}), 610.00 USD daily; set it there.",
        ),
        (
            BROAD,
            f"The budget sits on the campaign “Spring Collection – Sales” ({SPRING}), 610.00 USD daily; set it there.",
        ),
        (SUMMER, f", “Summer – Prospecting” ({PROSPECTING}) 360.00 USD daily"),
        (SUMMER, "This campaign has no budget of its own; set the budgets of its ad sets."),
        ("999", f"Not a campaign, ad set or ad of {ACCOUNT}"),
    ],
)
def test_budgets_are_set_where_they_sit(reading: Desk, node: str, said: str) -> None:
    """Ads, children of a campaign budget and campaigns without one are told where the budget is."""
    assert said in reading.refusal("set_budget", id=node, daily_budget="50 USD")


def test_the_kind_of_budget_is_not_changed(reading: Desk) -> None:
    """A daily budget does not become a lifetime budget."""
    said = reading.refusal("set_budget", id=PROSPECTING, lifetime_budget="500 USD")
    assert said == "This ad set has a daily_budget; changing the kind of budget is not done here."


def test_a_lifetime_budget_changes_spend_by_an_unknown_amount_a_day(made: Callable[..., Desk]) -> None:
    """The difference is named over the lifetime; per day it is not known."""
    desk = made("USD", adsets=[an_adset(lifetime_budget="50000", daily_budget="0")])
    change = desk.one("set_budget", id="7", lifetime_budget="600.00 USD")
    assert change.request.params == {"lifetime_budget": "60000"}
    assert change.before == {"lifetime_budget": "50000"}
    assert change.spend == Spend(daily_minor=None, currency="USD", note="100.00 USD over its lifetime")
    assert "above zero" in desk.refusal("set_budget", id="7", lifetime_budget="0 USD")
    said = desk.refusal("set_budget", id="7", daily_budget="5 USD")
    assert said == "This ad set has a lifetime_budget; changing the kind of budget is not done here."


def an_adset(**fields: str) -> dict[str, str]:
    return {"id": "7", "name": "Set", "status": "ACTIVE", "campaign_id": "8"} | fields


def test_yen_are_not_multiplied_by_a_hundred(made: Callable[..., Desk]) -> None:
    """In a currency without decimals 6000 yen are 6000 minor units, and the minimum is in yen too."""
    desk = made("JPY", adsets=[an_adset(daily_budget="5000")])
    change = desk.one("set_budget", id="7", daily_budget="6000 JPY")
    assert change.request.params == {"daily_budget": "6000"}
    assert change.spend == Spend(daily_minor=1000, currency="JPY")
    assert change.undo_note == "set back to 5000 JPY"
    assert "is 200 JPY." in desk.refusal("set_budget", id="7", daily_budget="199 JPY")
    assert "JPY has no decimals" in desk.refusal("set_budget", id="7", daily_budget="6000.00 JPY")


def test_a_paused_object_says_that_it_does_not_deliver(desk: Desk) -> None:
    """The difference stands, with the word that nothing is spent now."""
    desk.elsewhere(SUMMER, status="PAUSED")
    spend = desk.one("set_budget", id=PROSPECTING, daily_budget="400 USD").spend
    assert spend.note == "not delivering now"
    assert spend.daily_minor == 40000 - budget_of(desk, PROSPECTING)


@pytest.mark.parametrize(
    ("wish", "now", "becomes"),
    [
        ("+20 %", 36000, 43200),
        ("-10%", 36000, 32400),
        ("by 20 %", 36000, 43200),
        ("by -5 USD", 36000, 35500),
        ("\u2212 5.50 USD", 36000, 35450),
        ("+15.00 USD", 36000, 37500),
        ("by 15 USD", 36000, 37500),
        ("double", 36000, 72000),
        ("Halve", 36001, 18001),
        ("\u00d71.5", 36000, 54000),
        ("1.5x", 333, 499),
        ("x0.9", 333, 300),
        ("+10 %", 333, 366),
        ("+33.3 %", 10000, 13330),
    ],
)
def test_a_budget_moves_from_what_it_is_now(
    made: Callable[..., Desk], wish: str, now: int, becomes: int
) -> None:
    """A step is computed exactly from the budget as Meta has it; a part of a cent makes the change the smaller one."""
    desk = made("USD", adsets=[an_adset(daily_budget=str(now))])
    change = desk.one("set_budget", id="7", daily_budget=wish)
    assert (change.before, change.after) == ({"daily_budget": str(now)}, {"daily_budget": str(becomes)})
    assert change.request.params == {"daily_budget": str(becomes)}
    assert change.reason == f"asked for: {wish}"
    assert change.spend.daily_minor == becomes - now


def test_a_step_in_yen_is_in_yen(made: Callable[..., Desk]) -> None:
    """Where the smallest unit is 1, a tenth of 5,005 yen is 500 yen, and less than one yen is no change."""
    desk = made("JPY", adsets=[an_adset(lifetime_budget="5005", daily_budget="0")])
    assert desk.one("set_budget", id="7", lifetime_budget="+10 %").after == {"lifetime_budget": "5505"}
    assert desk.one("set_budget", id="7", lifetime_budget="+300 JPY").after == {"lifetime_budget": "5305"}
    tiny = desk.propose("set_budget", id="7", lifetime_budget="+0.01 %")
    assert (tiny.changes, tiny.note) == (
        (),
        "+0.01 % of Set's lifetime budget of 5005 JPY is less than the smallest unit of JPY",
    )
    assert "write 5 JPY or 5000 JPY" in desk.refusal("set_budget", id="7", lifetime_budget="5.000 JPY")


def test_several_budgets_move_at_once(made: Callable[..., Desk]) -> None:
    """Each from its own, each once; where one cannot, none is proposed and each reason is said."""
    rows = [an_adset(daily_budget="1000"), an_adset(daily_budget="2000") | {"id": "9", "name": "Other"}]
    desk = made("USD", adsets=rows)
    changes = desk.propose("set_budget", id="7", ids=["9", "7"], daily_budget="+50 %").changes
    assert [(c.target, c.after) for c in changes] == [
        ("7", {"daily_budget": "1500"}),
        ("9", {"daily_budget": "3000"}),
    ]
    assert len({c.id for c in changes}) == 2
    said = desk.refusal("set_budget", ids=["7", "9"], daily_budget="-15.00 USD")
    assert said == (
        "Nothing of this call was proposed. “Set” (7): A budget is above zero; to end spending, pause it."
    )
    assert "give ids" in desk.refusal("set_budget", daily_budget="+1 %")
