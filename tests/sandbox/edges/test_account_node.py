"""The ad account as something that can be changed, and its activity log."""

from __future__ import annotations

import pytest

from sandbox import DEMO_ACCOUNT
from tests.sandbox.conftest import ADSET

AD, CAMPAIGN = "23848000000001", "23846000000002"
JAPAN, OUTLET = "act_234567890", "act_345678901"


def test_names_and_parties(graph):
    """Name, beneficiary and payor can be set and read; the latter serve ad sets in the EU."""
    change = {"name": "Northwind", "default_dsa_beneficiary": "N", "default_dsa_payor": "P"}
    assert graph.post(DEMO_ACCOUNT, **change, fields="name") == {
        "success": True, "name": "Northwind", "id": DEMO_ACCOUNT,
    }  # fmt: skip
    assert graph.get(DEMO_ACCOUNT, fields="default_dsa_payor")["default_dsa_payor"] == "P"
    graph.post(ADSET, targeting={"geo_locations": {"countries": ["DE"]}})


@pytest.mark.parametrize(
    ("account", "sent", "kept"),
    [(DEMO_ACCOUNT, "1500.50", "150050"), (DEMO_ACCOUNT, "0", "0"), (JAPAN, "90000", "90000")],
)
def test_a_spend_cap_is_sent_in_currency_and_read_in_minor_units(graph, account, sent, kept):
    """The SDK's float is whole currency; everything read is minor units."""
    graph.post(account, spend_cap=sent)
    assert graph.get(account, fields="spend_cap")["spend_cap"] == kept


@pytest.mark.parametrize("sent", ["-1", "1.005", "NaN", "Infinity", "1e99", "many", ""])
def test_bad_spend_caps_are_refused(graph, sent):
    """A cap is an amount of the account's currency."""
    assert graph.error("POST", DEMO_ACCOUNT, spend_cap=sent)["code"] == 100


def test_resetting_begins_to_count_anew(graph):
    """`reset` sets `amount_spent` to nought, `delete` takes the cap away; the log says both."""
    graph.post(DEMO_ACCOUNT, spend_cap="99999")
    graph.post(DEMO_ACCOUNT, spend_cap_action="reset")
    assert graph.get(DEMO_ACCOUNT, fields="amount_spent")["amount_spent"] == "0"
    graph.post(DEMO_ACCOUNT, spend_cap_action="delete")
    assert graph.get(DEMO_ACCOUNT, fields="spend_cap")["spend_cap"] == "0"
    log = graph.get(f"{DEMO_ACCOUNT}/activities", category="ACCOUNT")["data"]
    assert [row["event_type"] for row in log] == [
        "ad_account_update_spend_limit", "ad_account_reset_spend_limit", "ad_account_update_spend_limit",
    ]  # fmt: skip


def test_ten_changes_of_the_cap_a_day(graph):
    """The eleventh is refused (613) until a day has passed."""
    for amount in range(10):
        graph.post(DEMO_ACCOUNT, spend_cap=str(1000 + amount))
    assert graph.error("POST", DEMO_ACCOUNT, spend_cap="5")["code"] == 613
    graph.post(DEMO_ACCOUNT, name="Still possible")
    graph.http.post("http://sandbox/sandbox/clock", json={"advance_s": 86_400})
    graph.post(DEMO_ACCOUNT, spend_cap="5")


def test_validation_alone_changes_nothing(graph):
    """`validate_only` is held against the rules only."""
    graph.post(DEMO_ACCOUNT, name="Other", execution_options=["validate_only"])
    assert graph.get(DEMO_ACCOUNT, fields="name")["name"] != "Other"


def test_a_disabled_account_stays_as_it_is(graph):
    """It can be read only."""
    assert graph.error("POST", OUTLET, name="Other")["code"] == 200


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({}, 3),
        ({"category": "STATUS"}, 1),
        ({"category": "BUDGET"}, 1),
        ({"category": "AD"}, 2),
        ({"category": "TARGETING"}, 0),
        ({"oid": AD}, 2),
        ({"oid": AD, "extra_oids": [ADSET]}, 3),
        ({"oid": ADSET, "add_children": True}, 3),
        ({"oid": CAMPAIGN}, 0),
    ],
)
def test_the_log_can_be_narrowed(graph, params, count):
    """By category, by object, by several of them, and with what is below."""
    graph.post(AD, status="PAUSED")
    graph.post(AD, name="Other")
    graph.post(ADSET, daily_budget=9000)
    assert len(graph.get(f"{DEMO_ACCOUNT}/activities", **params)["data"]) == count
