"""A campaign budget that moves to the ad sets."""

from __future__ import annotations

import pytest

SHARED = "23846000000001"
"""The campaign with a budget of its own."""
MONEY = "daily_budget,bid_strategy"
SHARING = "is_adset_budget_sharing_enabled"


def below(graph):
    """Give the ids of the campaign's ad sets."""
    return sorted(row["id"] for row in graph.get(f"{SHARED}/adsets")["data"])


def rows(graph, amount=7000):
    """Give each ad set a budget."""
    return [{"adset_id": adset, "daily_budget": amount} for adset in below(graph)]


def test_the_budget_moves_at_once(graph):
    """The campaign loses budget and strategy, every ad set has its own, and the log says so."""
    strategy = graph.get(SHARED, fields="bid_strategy")["bid_strategy"]
    assert graph.post(SHARED, adset_budgets=rows(graph))["success"]
    assert graph.get(SHARED, fields=f"{MONEY},{SHARING}") == {
        "is_adset_budget_sharing_enabled": False,
        "id": SHARED,
    }
    for adset in below(graph):
        shown = graph.get(adset, fields="daily_budget,bid_strategy")
        assert shown == {"daily_budget": "7000", "bid_strategy": strategy, "id": adset}
    log = graph.get("act_123456789/activities", category="BUDGET")["data"]
    assert {row["object_id"] for row in log} == {SHARED, *below(graph)}


def test_shared_budgets_keep_the_strategy_on_the_campaign(graph):
    """With sharing the ad sets follow the campaign's strategy."""
    graph.post(SHARED, status="PAUSED")
    graph.post(SHARED, adset_budgets=rows(graph), is_adset_budget_sharing_enabled=True)
    assert graph.get(SHARED, fields=SHARING)[SHARING] is True
    assert "bid_strategy" not in graph.get(below(graph)[0], fields="bid_strategy")


@pytest.mark.parametrize(
    "bend",
    [
        lambda given: given[1:],
        lambda given: [*given[1:], {"adset_id": given[0]["adset_id"]}],
        lambda given: [*given[1:], given[0] | {"daily_budget": 1}],
        lambda given: [*given[1:], given[0] | {"daily_budget": "much"}],
        lambda given: [*given, {"adset_id": "23847000000099", "daily_budget": 7000}],
        lambda _: [],
        lambda _: [5],
    ],
)
def test_all_or_nothing(graph, bend):
    """A move that leaves an ad set out, names a stranger or a bad amount changes nothing at all."""
    before = [graph.get(node, fields=MONEY) for node in (SHARED, *below(graph))]
    assert graph.error("POST", SHARED, adset_budgets=bend(rows(graph)))["code"] == 100
    assert [graph.get(node, fields=MONEY) for node in (SHARED, *below(graph))] == before


def test_a_campaign_without_budget_has_none_to_give(graph):
    """Only a campaign budget can move, and alone."""
    graph.post(SHARED, adset_budgets=rows(graph))
    assert graph.error("POST", SHARED, adset_budgets=rows(graph))["code"] == 100


def test_nothing_else_changes_with_it(graph):
    """A name does not travel along; validation alone moves nothing."""
    assert graph.error("POST", SHARED, adset_budgets=rows(graph), name="N")["code"] == 100
    graph.post(SHARED, adset_budgets=rows(graph), execution_options=["validate_only"])
    assert "daily_budget" in graph.get(SHARED, fields="daily_budget")


def test_only_legacy_campaigns_are_migrated(graph):
    """No campaign here is of the legacy kind, so nothing can be migrated to Advantage+."""
    assert graph.error("POST", SHARED, migrate_to_advantage_plus=True)["code"] == 100
    assert graph.post(SHARED, migrate_to_advantage_plus=False, name="N")["success"]
