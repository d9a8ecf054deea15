"""What is kept as a person sees it: the worst first, the tools' own figures, each with its age, names as they are."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.overview import account_view, tree_view
from agent.overview.ad_view import Shown, ad_view, shown
from agent.overview.ages import ago
from agent.overview.glance import at_a_glance
from agent.overview.readings import ADS, CHECK, DAYS, REVIEW, TREE, ad_part
from agent.overview.snapshots import Kept, Place, Snapshots
from tests.agent.overview.conftest import LIVE, NOW, Looked
from tests.agent.support import ACCOUNT
from tests.tools.support import SUMMER, TENT

EVERYTHING = (*account_view.PARTS, *tree_view.PARTS, ad_part(TENT))


@pytest.fixture
def kept(looked: Looked) -> Kept:
    found = looked.snapshots.one_of(ACCOUNT, *EVERYTHING, sandboxed=True)
    assert found
    return found


def check(problems: tuple[str, ...] = (), use: int = 100, **numbers: Any) -> dict[str, Any]:
    """An answer of the daily check, half way through the month."""
    stretch = {"spent_minor": 5 * use, "planned_minor": 500, "whole_minor": 1000, "share": "0.5000"}
    figures = {"today": stretch, "month": stretch, "forecast_minor": 123456789, "problems": len(problems)}
    return {
        "answers": {"problems": list(problems)},
        "numbers": figures | {"currency": "USD", "result": "lead"} | numbers,
    }


AT_TARGET = {"cost_minor": 1000, "target_cost_minor": 1000}
ACCOUNTS = {
    "act_1": ("bad", check(("it is disabled", "and unpaid"), **AT_TARGET)),
    "act_2": ("bad", check(cost_minor=3000, target_cost_minor=1000)),
    "act_3": ("bad", check(cost_minor=1200, target_cost_minor=1000)),
    "act_4": ("bad", check(roas="1.00", target_roas="2.00")),
    "act_5": ("warn", check(use=130, **AT_TARGET)),
    "act_6": ("warn", check(target_cost_minor=1000)),
    "act_7": ("good", check(**AT_TARGET)),
    "act_8": ("good", check(cost_minor=900)),
}
"""By what stands first; the last has no target, which is no reason to look."""


def test_accounts_at_a_glance_stand_in_the_order_in_which_they_need_a_look(snapshots: Snapshots) -> None:
    """Problems, then cost far above target, then pace, then what is well, then what was never read."""
    for account, (_, answer) in reversed(ACCOUNTS.items()):
        snapshots.keep(Place(LIVE.world, account, f"Name {account}", "USD", "UTC"), CHECK, answer)
    snapshots.fail(Place(LIVE.world, "act_9", "Broken", "USD", "UTC"), [CHECK], "no permission")
    snapshots.keep(Place("sandbox", "act_0", "Demo", "USD", "UTC"), CHECK, check())
    found = at_a_glance(snapshots, NOW, sandboxed=False)
    order = [(line.place.account, line.tone) for line in found.lines]
    assert order[0] == ("act_1", "bad")
    assert [one for one in order if one[0] in ACCOUNTS] == [
        (account, tone) for account, (tone, _) in sorted(ACCOUNTS.items(), key=lambda one: _place(one[0]))
    ]
    assert found.troubled == 7
    broken = next(line for line in found.lines if line.place.account == "act_9")
    assert (broken.tone, broken.today) == ("bad", None)
    assert "no permission" in broken.age.problem


def _place(account: str) -> int:
    return ["act_1", "act_2", "act_4", "act_3", "act_5", "act_6", "act_7", "act_8"].index(account)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (AT_TARGET, ("per lead", "10.00", "10.00", "on target", "good")),
        (
            {"cost_minor": 1120, "target_cost_minor": 1000},
            ("per lead", "11.20", "10.00", "12 % above target", "good"),
        ),
        (
            {"cost_minor": 800, "target_cost_minor": 1000},
            ("per lead", "8.00", "10.00", "20 % below target", "good"),
        ),
        ({"target_cost_minor": 1000}, ("per lead", "–", "10.00", "no result in the week judged", "warn")),
        ({"cost_minor": 800}, ("per lead", "8.00", "", "", "none")),
        ({}, ("per lead", "–", "", "", "none")),
        ({"roas": "4.00", "target_roas": "3.00"}, ("ROAS", "4.00", "3.00", "25 % above target", "good")),
        ({"roas": "0.00", "target_roas": "3.00"}, ("ROAS", "0.00", "3.00", "", "none")),
    ],
)
def test_a_cost_stands_beside_its_target(
    snapshots: Snapshots, numbers: dict[str, Any], said: tuple[str, ...]
) -> None:
    """Whichever target is set, with how far it is away; without one nothing is judged."""
    snapshots.keep(LIVE, CHECK, check(**numbers))
    (line,) = at_a_glance(snapshots, NOW, sandboxed=False).lines
    assert line.cost
    cost = line.cost
    assert (cost.what, cost.figure, cost.target, cost.word, cost.tone) == said
    assert (line.forecast, line.month and line.month.whole) == ("1,234,567.89", "10.00")


def test_an_account_shows_what_the_tools_said(kept: Kept) -> None:
    """Figures of the check, the charts and the verdicts are those of the answers, with the evidence beside them."""
    view = account_view.account_view(kept, NOW)
    answers, days = kept.parts[CHECK].answer["answers"], kept.parts[DAYS].answer
    assert list(view.problems) == answers["problems"]
    titles = [section.title for section in view.sections]
    assert titles[:3] == ["On track", "What runs", "Performance"]
    assert view.today
    assert view.month
    assert view.cost
    today, month, cost = answers["on_track"]
    assert today.startswith(f"Today: {view.today.spent} of {view.today.whole} USD")
    assert view.today.word in today
    assert month.startswith(f"Month: {view.month.spent} of ")
    assert month.endswith(f"heading for {view.forecast} of {view.month.whole} by its end")
    assert cost.startswith(f"Cost: {view.cost.figure} per purchase, {view.cost.word} of {view.cost.target}")
    assert not [line for section in view.sections for line in section.lines if "█" in line]
    assert view.charts
    assert len(view.charts.drawings) == 3
    assert [row[1] for row in reversed(view.charts.rows)] == [
        f"{Decimal(r['spend']):,}" for r in days["rows"]
    ]
    losers = view.verdicts[0]
    assert (losers.title, losers.ads[0].id, losers.ads[0].results, losers.ads[0].cost) == (
        "Losers",
        TENT,
        "0",
        "–",
    )
    assert "without a purchase" in losers.ads[0].reason
    waste = [Decimal(ad.wasted.replace(",", "")) for ad in losers.ads]
    assert waste == sorted(waste, reverse=True)
    assert [ad.protected_by for ad in losers.ads if ad.protected_by] == ["*evergreen*"] * 2
    by_title = {one.title: one.ads for one in view.verdicts}
    assert {ad.wasted for ad in by_title["Winners"]} == {"–"}
    assert view.counts.startswith("9 pause, ")
    assert [line for line in view.rests_on if line.startswith("review: all 70 ads")]


def test_an_account_that_was_never_read_is_shown_as_such(snapshots: Snapshots) -> None:
    """Without figures nothing is shown as one; why it could not be read stands there."""
    snapshots.fail(LIVE, [CHECK, DAYS, REVIEW, TREE], "no permission")
    found = snapshots.one_of("act_1", *EVERYTHING, sandboxed=False)
    assert found
    view = account_view.account_view(found, NOW)
    assert (view.today, view.charts, view.verdicts, view.check_age.said) == (None, None, (), "not read yet")
    assert "no permission" in view.review_age.problem
    assert tree_view.tree_view(found, NOW).campaigns == ()
    assert snapshots.one_of("act_1", *EVERYTHING, sandboxed=True) is None
    assert ad_view(found, TENT, NOW) is None


def test_the_tree_has_every_ad_in_its_place_with_the_figures_of_its_row(kept: Kept) -> None:
    """What spends most stands first on each level; budgets and verdicts stand where they belong."""
    view = tree_view.tree_view(kept, NOW)
    ads = [ad for campaign in view.campaigns for adset in campaign.children for ad in adset.children]
    assert (len(view.campaigns), len(ads)) == (4, 70)
    assert view.campaigns[0].id == SUMMER
    figures = {row["ad_id"]: row["spend"] for row in kept.parts[ADS].answer["rows"]}
    assert {ad.id: ad.spend.replace(",", "") for ad in ads if ad.spend != "–"} == figures
    spent = [Decimal(c.spend.replace(",", "")) for c in view.campaigns]
    assert spent == sorted(spent, reverse=True)
    tent = next(ad for ad in ads if ad.id == TENT)
    assert (tent.decision, tent.runs, tent.above) == ("pause", True, view.campaigns[0].children[0].id)
    assert view.campaigns[0].children[0].budget == "360.00 a day"
    assert [ad.status for ad in ads if not ad.runs]
    assert (view.counts, view.results_are) == ("4 campaigns, 11 ad sets, 70 ads", "purchase")
    assert view.period.startswith("last 30 days (")


def test_what_is_left_out_of_the_tree_is_said(snapshots: Snapshots) -> None:
    """An account that is too big for a page says how much is not shown."""
    snapshots.keep(LIVE, TREE, {"rows": [], "rows_left_out": "8,000 rows more"})
    found = snapshots.one_of("act_1", TREE, sandboxed=False)
    assert found
    assert tree_view.tree_view(found, NOW).left_out == ("campaigns, ad sets and ads: 8,000 rows more",)
    rows = [
        {"level": "ad", "id": str(n), "name": "a", "now": "paused", "status": "PAUSED"} for n in range(501)
    ]
    snapshots.keep(LIVE, TREE, {"rows": rows})
    found = snapshots.one_of("act_1", TREE, sandboxed=False)
    assert found
    assert tree_view.tree_view(found, NOW).left_out == ("1 ad that spent less: not shown",)


def test_an_ad_shows_its_texts_and_what_stands_above_it(kept: Kept) -> None:
    """Text, title, description, link and button as they were read; nothing of it is fetched."""
    view = ad_view(kept, TENT, NOW)
    assert view
    assert [node.level for node in view.above] == ["campaign", "ad set"]
    told = [(one.what, one.text) for one in view.shows]
    assert told == [
        ("Text", "Tent 20% off. Made for long days outside."),
        ("Title", "Tent 20% off"),
        ("Description", "Free returns for 60 days"),
        ("Link", "https://northwind.example/"),
        ("Button", "shop now"),
    ]
    assert view.now == "running"
    assert ad_view(kept, SUMMER, NOW) is None


@pytest.mark.parametrize(
    ("creative", "told"),
    [
        ({}, []),
        ({"object_story_spec": None, "asset_feed_spec": "odd", "call_to_action_type": 7}, []),
        (
            {"object_story_spec": {"link_data": {"message": "m", "child_attachments": [{"name": "a"}, {"name": "b"}, 3]}}},
            [("Text", "m"), ("Title", "a"), ("Title", "b")],
        ),
        (
            {"asset_feed_spec": {"bodies": [{"text": "x"}, {"text": "y"}, None], "link_urls": [{"website_url": "https://a.example"}]}},
            [("Text", "x"), ("Text", "y"), ("Link", "https://a.example")],
        ),
        ({"object_story_spec": {"video_data": {"title": "t", "message": "<script>"}}}, [("Text", "<script>"), ("Title", "t")]),
    ],
)  # fmt: skip
def test_every_sort_of_creative_is_told(creative: dict[str, Any], told: list[tuple[str, str]]) -> None:
    """Links, videos, carousels and many texts; what is odd is left out, what is hostile stays text."""
    assert shown(creative) == tuple(Shown(*one) for one in told)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=119), "1 hour ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(hours=50), "2 days ago"),
    ],
)
def test_ages_are_said_in_the_unit_that_a_person_would_use(passed: timedelta, said: str) -> None:
    """Whole units, rounded down: nothing looks older or younger than it is by more than one."""
    assert ago(passed) == said


def test_every_figure_knows_how_old_it_is(snapshots: Snapshots) -> None:
    """On the account's clock and in words; a day later it is marked as old."""
    snapshots.keep(LIVE, CHECK, check())
    (now,) = at_a_glance(snapshots, NOW + timedelta(hours=3), sandboxed=False).lines
    assert (now.age.at, now.age.said, now.age.is_old) == ("2026-11-20 18:00 UTC+01:00", "3 hours ago", False)
    (later,) = at_a_glance(snapshots, NOW + timedelta(hours=25), sandboxed=False).lines
    assert later.age.is_old
