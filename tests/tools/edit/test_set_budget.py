"""Budgets: amounts with their currency, minor units only in the request."""

from collections.abc import Callable

import pytest

from tests.tools.support import ACCOUNT, BROAD, PROSPECTING, SPRING, SUMMER, TENT, Desk
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
        ("50", "an amount needs its currency: write 50 EUR. This account is in USD."),
        ("50 EUR", "The account is in USD; write the amount in USD."),
        ("5000 JPY", "The account is in USD"),
        ("50.005 USD", "USD has two decimals"),
        ("-50 USD", "no sign"),
        ("1,000 USD", "no thousands separators"),
        ("+20%", "This account is in USD."),
        ("", "give either daily_budget or lifetime_budget"),
        ("0.99 USD", "The smallest daily budget of this account is 1.00 USD."),
        ("0 USD", "A budget is above zero; to end spending, pause it with set_status."),
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
        (TENT, f"is an ad; budgets belong to its ad set {PROSPECTING} or campaign."),
        (BROAD, f"The budget sits on the campaign {SPRING}; set it there."),
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
