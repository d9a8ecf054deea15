"""Before something is stopped, a person reads what goes down with it."""

import re
from decimal import Decimal
from typing import Any

import pytest

from tests.agent.writes.test_policy import change
from tests.tools.support import ACCOUNT, BLOG, EARLY_BIRD, PROSPECTING, SPRING, SUMMER, TENT, Desk, demo_brand
from tools.analysis.rows import Totals
from tools.domain.text import visible
from tools.read import going_down

TARGET = Decimal(25)


def running(desk: Desk, holder: str) -> list[tuple[Decimal, int]]:
    """Spend and purchases of each ad that runs under it, asked without our tools."""
    rows = desk.graph(
        f"{holder}/insights",
        level="ad",
        date_preset="last_7d",
        fields="ad_id,spend,actions",
        limit="200",
        filtering=[{"field": "ad.effective_status", "operator": "IN", "value": ["ACTIVE"]}],
    )["data"]
    bought = [[a for a in row.get("actions", ()) if a["action_type"] == "purchase"] for row in rows]
    return [
        (Decimal(row["spend"]), int(some[0]["value"]) if some else 0)
        for row, some in zip(rows, bought, strict=True)
    ]


def figures(desk: Desk, holder: str) -> tuple[str, ...]:
    """Their number, how many meet the target, what they spent and brought, as the line has it."""
    ads = running(desk, holder)
    good = sum(bool(results) and spend / results <= TARGET for spend, results in ads)
    spent, results = sum(spend for spend, _ in ads), sum(results for _, results in ads)
    return (
        f"{len(ads)} ads that delivered, {good} of which meet",
        f"spent {spent:,.2f} USD, brought {results} purchases (",
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "how"),
    [
        ("set_status", {"ids": [SUMMER], "status": "PAUSED"}, "Stops with"),
        ("set_status", {"ids": [PROSPECTING], "status": "PAUSED"}, "Stops with"),
        ("remove", {"ids": [SUMMER], "how": "archive"}, "Stops with"),
        ("remove", {"ids": [PROSPECTING], "how": "delete"}, "Stops with"),
        ("set_budget", {"ids": [PROSPECTING], "daily_budget": "-50 %"}, "Lives on the budget of"),
        ("edit_limits", {"id": PROSPECTING, "end_time": "2026-11-22"}, "Ends with"),
        ("edit_limits", {"id": SUMMER, "end_time": "2026-11-22"}, "Ends with"),
        ("edit_limits", {"id": SUMMER, "spend_cap": "900000 USD"}, "Stops at the cap of"),
    ],
)
def test_what_goes_down_is_told_with_its_figures(
    reading: Desk, tool: str, arguments: dict[str, Any], how: str
) -> None:
    """Pause, removal, a halved budget, an end and a cap name the ads that deliver, those that are good, and what they brought."""
    change = reading.one(tool, **arguments)
    (line,) = going_down.told(reading.context, [change])
    assert line.startswith(f"{how} “{change.name}” ({change.target}): ")
    for said in figures(reading, change.target):
        assert said in line
    assert " % of the account's purchases)" in line


def test_what_stops_nothing_asks_nothing(reading: Desk) -> None:
    """A small step, a name, a start and the emergency brake cost no read of figures."""
    calls: list[tuple[str, dict[str, Any]]] = [
        ("set_budget", {"ids": [PROSPECTING], "daily_budget": "-10 %"}),
        ("set_budget", {"ids": [PROSPECTING], "daily_budget": "+20 %"}),
        ("rename", {"ids": [SUMMER], "name": "Other"}),
        ("set_status", {"ids": [EARLY_BIRD], "status": "ACTIVE"}),
        ("stop", {"reach": "all"}),
    ]
    for tool, arguments in calls:
        changes = reading.propose(tool, **arguments).changes
        heard = len(reading.http.get("/sandbox/requests").json()["data"])
        assert changes
        assert going_down.told(reading.context, changes) == ()
        assert len(reading.http.get("/sandbox/requests").json()["data"]) == heard


def test_a_review_of_the_talk_is_used(desk: Desk) -> None:
    """Ads it judged are not read again, and of a campaign it says how many it found good."""
    asked = desk.ask("review_performance")
    paused = desk.propose("set_status", ids=[row["id"] for row in asked["pause"]], status="PAUSED").changes
    assert going_down.told(desk.context, paused) == ()
    (line,) = going_down.told(desk.context, [desk.one("set_status", ids=[SUMMER], status="PAUSED")])
    under = {row["id"] for row in desk.graph(f"{SUMMER}/ads", fields="id", limit="100")["data"]}
    good = [i for i in under if (e := desk.context.evidence.get(i)) and e.judged and not e.speaks_for]
    assert good
    assert line.endswith(f"; the review judged {len(good)} of them good or good enough")


@pytest.mark.parametrize(
    ("tool", "how"),
    [("remove", {"how": "delete"}), ("remove", {"how": "archive"}), ("set_status", {"status": "PAUSED"})],
)
def test_what_goes_down_is_told_after_a_review_as_before_it(
    desk: Desk, tool: str, how: dict[str, Any]
) -> None:
    """One ad that a review judged good has its line and the warning, however it is to go."""
    desk.ask("review_performance")
    good = next(i for i, e in desk.context.evidence.items() if e.judged and not e.speaks_for and e.numbers)
    proposal = desk.propose(tool, ids=[good], **how)
    (line,) = going_down.told(desk.context, proposal.changes)
    assert line.startswith(f"Stops “{proposal.changes[0].name}” ({good}): 1 ad that delivered")
    assert proposal.remarks[0].startswith(f"Warning: “{proposal.changes[0].name}” was judged good")


def test_many_are_told_in_a_few_lines(reading: Desk) -> None:
    """The five that spent most have their line and the rest are summed; many single ads have one line together."""
    rows = reading.graph(f"{ACCOUNT}/adsets", fields="id,status", limit="50")["data"]
    ids = [row["id"] for row in rows if row["status"] == "ACTIVE"]
    changes = reading.propose("set_status", ids=ids, status="PAUSED").changes
    lines = going_down.told(reading.context, changes)
    assert len(lines) == going_down.MOST + 1
    assert lines[-1].startswith("And ")
    spent = [Decimal(line.partition("spent ")[2].partition(" USD")[0].replace(",", "")) for line in lines]
    assert spent[:-1] == sorted(spent[:-1], reverse=True)
    assert sum(spent) == sum(spend for adset in ids for spend, _ in running(reading, adset))
    ads = [row["id"] for row in reading.graph(f"{SPRING}/ads", fields="id", limit="20")["data"]]
    (line,) = going_down.told(
        reading.context, reading.propose("set_status", ids=ads, status="PAUSED").changes
    )
    delivered = [spend for adset in ids for spend, _ in running(reading, adset)]
    assert re.match(r"Stops [0-9]+ ads that delivered, [0-9]+ of which meet", line)
    spent_by_all = Decimal(line.partition("spent ")[2].partition(" USD")[0].replace(",", ""))
    assert 0 < spent_by_all <= sum(delivered)


def test_of_very_many_single_ads_it_is_said_that_nothing_was_read(reading: Desk) -> None:
    """A silence would read as if nothing good went down with them."""
    rows = reading.graph(f"{ACCOUNT}/ads", fields="id,effective_status", limit="100")["data"]
    ids = [row["id"] for row in rows if row["effective_status"] == "ACTIVE"][:50]
    changes = [
        c for c in reading.propose("set_status", ids=ids, status="PAUSED").changes if going_down.how(c)
    ]
    assert len(changes) > going_down.MANY
    assert going_down.told(reading.context, changes) == (
        f"Warning: Stops {len(changes)} ads; {going_down.UNREAD}",
    )


def test_a_single_ad_meets_the_target_or_misses_it(reading: Desk) -> None:
    """One that is paused, archived or deleted without a review is told by itself."""
    calls = (
        ("set_status", {"status": "PAUSED"}),
        ("remove", {"how": "archive"}),
    )
    for tool, how in calls:
        (line,) = going_down.told(reading.context, [reading.one(tool, ids=[TENT], **how)])
        assert line.startswith(
            f"Stops “Static – Tent 20% off” ({TENT}): 1 ad that delivered and misses the target"
        )


def test_what_spent_little_is_not_called_a_miss(reading: Desk) -> None:
    """An ad that spent less than twice what a result may cost, or a little more with some results, is told without a verdict."""
    target = Decimal(25)
    for spend, results, misses in (
        (6, 0, False),
        (49, 0, False),
        (60, 0, True),
        (60, 1, False),
        (200, 2, True),
    ):
        seen = Totals(spend=Decimal(spend), results=Decimal(results))
        one = going_down._one(reading.context, seen, "purchase", target)
        assert (one.meeting, bool(one.missing)) == (0, misses)
        line = going_down._said(reading.context, one, going_down.Brought())
        assert ("and misses the target" in line) is misses
        assert ("too little to say whether it meets the target" in line) is not misses


def test_an_ad_that_buys_visits_is_told_by_its_clicks(reading: Desk) -> None:
    """It is held to no target for purchases, whatever event stack.md counts."""
    ads = reading.graph(f"{BLOG}/ads", fields="id,status", limit="50")["data"]
    (ad, *_) = [row["id"] for row in ads if row["status"] == "ACTIVE"]
    (line,) = going_down.told(reading.context, [reading.one("set_status", ids=[ad], status="PAUSED")])
    assert "1 ad that delivered, whose goal is not what the target is for" in line
    assert re.search(r"brought [1-9][0-9]* link clicks", line)


@pytest.mark.parametrize("goal", ["REACH", "THRUPLAY", "LEAD_GENERATION", "SOMETHING_NEW"])
def test_what_a_review_holds_to_no_target_is_held_to_none(desk: Desk, goal: str) -> None:
    """Ads that buy views or other results miss no target for purchases, alone or with what holds them."""
    desk.context.brand = demo_brand(conversion_event="purchase")
    target = desk.one("set_status", ids=[PROSPECTING], status="PAUSED")
    desk.world.nodes[PROSPECTING].data["optimization_goal"] = goal
    (line,) = going_down.told(desk.context, [target])
    assert "ads that delivered, whose goal is not what the target is for;" in line
    (line,) = going_down.told(desk.context, [desk.one("set_status", ids=[SUMMER], status="PAUSED")])
    assert re.search(r", [0-9]+ of which meet the target .* and [0-9]+ of which have another goal;", line)


def test_without_any_value_a_target_roas_is_not_called_one_for_another_goal(desk: Desk) -> None:
    """What a result may cost is not known then, and that is all that can be said."""
    desk.context.brand = demo_brand(
        target_cpa=None, target_roas=Decimal(3), conversion_event="complete_registration"
    )
    (line,) = going_down.told(desk.context, [desk.one("set_status", ids=[TENT], status="PAUSED")])
    assert "too little to say whether it meets the target (a ROAS of 3 or more)" in line


def test_without_a_target_none_is_held_to_one(reading: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ROAS serves as well; where the owner set nothing, that is said."""
    change = reading.one("set_status", ids=[SUMMER], status="PAUSED")
    monkeypatch.setattr(reading.context, "brand", demo_brand(target_cpa=None))
    (line,) = going_down.told(reading.context, [change])
    assert "ads that delivered, no target is set; " in line
    monkeypatch.setattr(reading.context, "brand", demo_brand(target_cpa=None, target_roas=Decimal(3)))
    (line,) = going_down.told(reading.context, [change])
    assert "meet the target (a ROAS of 3 or more)" in line


def test_figures_that_cannot_be_read_hold_nothing_up(made: Any) -> None:
    """A pause is proposed all the same, and the line says what is not known."""
    desk = made("USD", adsets=[], insights=lambda _: "no list")
    pause = change(account="act_9", level="campaign", target="1", name="One")
    (line,) = going_down.told(desk.context, [pause])
    assert line.startswith("Warning: what these ads brought in the last 7 days could not be read")


def test_a_name_from_the_right_is_isolated_once_where_it_is_shown(reading: Desk) -> None:
    """What is kept has no marks yet, so that none is named as one that nobody sees."""
    reading.elsewhere(SUMMER, name="סנדלים")
    (line,) = going_down.told(reading.context, [reading.one("set_status", ids=[SUMMER], status="PAUSED")])
    assert "“\u2068סנדלים\u2069”" in visible(line)
    assert "⟨U+" not in visible(line)
