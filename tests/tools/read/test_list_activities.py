"""Who changed what: the account's log in words, and which of it was adsteward."""

import json
from typing import Any

import pytest

from tests.tools.support import ACCOUNT, PROSPECTING, SUMMER, TENT, Desk
from tools.read.activity_words import entry, merged


def test_who_changed_what_is_told_with_both_values(desk: Desk) -> None:
    """Others' changes by name, adsteward's own marked with their set, amounts as money, on the account's clock."""
    desk.elsewhere(PROSPECTING, daily_budget="45000")
    desk.elsewhere(TENT, status="PAUSED")
    desk.enact(desk.one("set_budget", id=PROSPECTING, daily_budget="+10 USD"), change_set="cs-7")
    told = desk.ask("list_activities")
    own, paused, others = told["changes"]
    assert (own["by"], own["change_set"]) == ("adsteward, as Sandbox System User", "cs-7")
    assert (own["before"], own["after"]) == ("450.00 USD", "460.00 USD")
    assert others == {
        "at": "2026-11-20 12:00:00",
        "by": "Sandbox System User",
        "what": "Update ad set budget (daily budget)",
        "on": f"ad set “Summer – Prospecting” ({PROSPECTING})",
        "before": "360.00 USD",
        "after": "450.00 USD",
        "through": "adsteward sandbox",
    }
    assert (paused["before"], paused["after"]) == ("ACTIVE", "PAUSED")
    assert told["complete"] == "all 3 logged changes"
    assert told["by_whom"] == {"Sandbox System User": 2, "adsteward, as Sandbox System User": 1}
    assert "note" not in told
    outside = desk.ask("list_activities", ids=["Summer – Prospecting"], kind="budget", by="others")
    assert outside["changes"] == [others]
    assert outside["ids_mean"] == {"Summer – Prospecting": f"ad set “Summer – Prospecting” ({PROSPECTING})"}
    assert [row["change_set"] for row in desk.ask("list_activities", by="adsteward")["changes"]] == ["cs-7"]
    assert len(desk.ask("list_activities", ids=[SUMMER])["changes"]) == 3
    short = desk.ask("list_activities", limit=1)
    assert (short["changes"], short["shown"]) == ([own], "the newest 1 of 3")
    assert desk.ask("list_activities", date_preset="yesterday")["note"].startswith("Meta's log names no such")
    assert len(desk.ask("list_activities", date_preset="maximum")["changes"]) == 3


def test_the_last_days_reach_up_to_now(desk: Desk) -> None:
    """What was done a minute ago is within the last seven days, though figures of them end with yesterday."""
    desk.elsewhere(TENT, status="PAUSED")
    assert len(desk.ask("list_activities", date_preset="last_7d")["changes"]) == 1
    assert desk.ask("list_activities", date_preset="yesterday")["changes"] == []


def test_a_persons_change_right_after_ours_stays_theirs(desk: Desk) -> None:
    """The same object within minutes: another value, or another field, was somebody else."""
    desk.enact(desk.one("set_status", ids=[TENT], status="PAUSED"), change_set="cs-8")
    desk.elsewhere(TENT, status="ACTIVE")
    desk.elsewhere(TENT, name="Tent")
    marks = [row.get("change_set") for row in desk.ask("list_activities")["changes"]]
    assert marks == [None, None, "cs-8"]


def test_what_the_log_lacks_is_said(desk: Desk) -> None:
    """A set of adsteward's that the log does not hold stands in a note, unless something narrower was asked."""
    change = desk.one("set_status", ids=[TENT], status="PAUSED")
    desk.enact(change, change_set="cs-9")
    desk.world.activities.clear()
    assert (
        "1 change set of adsteward not in Meta's log, which may come late: cs-9"
        in (desk.ask("list_activities")["note"])
    )
    assert "cs-9" not in desk.ask("list_activities", by="others")["note"]


def test_the_period_is_asked_for_on_the_accounts_clock(desk: Desk) -> None:
    """Whole days of the account in seconds; today has no end."""
    desk.ask("list_activities", since="2026-11-10", until="2026-11-11", ids=[TENT, PROSPECTING], kind="adset")
    desk.ask("list_activities", since="2026-11-19", until="2026-11-20")
    narrow, wide = (
        call["params"]
        for call in desk.http.get("/sandbox/requests").json()["data"]
        if call["path"] == f"/{ACCOUNT}/activities"
    )
    assert int(narrow["until"]) - int(narrow["since"]) == 2 * 86400 - 1
    assert (narrow["category"], narrow["oid"], json.loads(narrow["extra_oids"])) == (
        "AD_SET",
        TENT,
        [PROSPECTING],
    )
    assert "until" not in wide


def a_row(event: str, extra: Any, **more: str) -> dict[str, Any]:
    row = {"event_type": event, "event_time": "2026-11-20T12:00:00+0000", "object_id": "1"}
    return row | {"extra_data": extra if isinstance(extra, str) else json.dumps(extra)} | more


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            a_row(
                "update_campaign_budget",
                {
                    "old_value": {"old_value": 308993000, "type": "Lifetime budget"},
                    "new_value": {"new_value": 299910200, "type": "Lifetime budget"},
                },
            ),
            ("campaign", "update campaign budget (Lifetime budget)", "3,089,930.00 EUR", "2,999,102.00 EUR"),
        ),
        (a_row("ad_account_billing_charge", {"new_value": 14368}), ("account", "", "", "143.68 EUR")),
        (a_row("update_ad_set_budget", {"old_value": "n/a", "new_value": "7500"}), ("ad set", "", "n/a", "75.00 EUR")),
        (a_row("update_ad_run_status", {"old_value": "Active", "new_value": "Inactive"}), ("ad", "", "Active", "Inactive")),
        (a_row("update_ad_set_target_spec", {"new_value": {"age_min": 18}}), ("ad set", "", "", '{"age_min": 18}')),
        (a_row("brand_new", "no json", object_type="CAMPAIGN_GROUP"), ("campaign", "brand new", "", "")),
        (a_row("x", "[1]", translated_event_type="Ad reviewed"), ("“1”", "Ad reviewed", "", "")),
    ],
)  # fmt: skip
def test_entries_in_every_shape_of_metas(row: dict[str, Any], said: tuple[str, ...]) -> None:
    """Nested and bare amounts, old names of levels, texts, and what is no JSON."""
    found = entry(row, "EUR")
    assert found
    on, what, before, after = said
    assert found.on.startswith(on)
    assert (found.before, found.after) == (before, after)
    assert what in ("", found.what)
    assert entry(row | {"event_time": "soon"}, "EUR") is None


def test_the_steps_of_one_pause_are_one_change() -> None:
    """Meta writes three entries for it; two changes that a person made stay two."""
    steps = [
        ("Pending Process", "Inactive"),
        ("to be set after review", "Inactive"),
        ("Active", "Pending Process"),
    ]
    rows = [a_row("update_ad_run_status", {"old_value": old, "new_value": new}) for old, new in steps]
    found = [one for row in rows if (one := entry(row, "EUR"))]
    (only,) = merged(found)
    assert (only.before, only.after) == ("Active", "Inactive")
    back = a_row("update_ad_run_status", {"old_value": "Inactive", "new_value": "Active"})
    assert len(merged([*(one for one in [entry(back, "EUR")] if one), *found])) == 2
