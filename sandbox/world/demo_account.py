"""Generates the demo account "Northwind Outdoor" and its two sisters from a seed and a moment."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.request.clock import HISTORY_DAYS, on_wire
from sandbox.world import catalogue, demo_creatives, identities
from sandbox.world.identities import PIXEL, Row
from sandbox.world.node import Node
from sandbox.world.owners import JAPAN, MAIN, OUTLET, Owner, offset
from sandbox.world.profiles import FATIGUE_DAYS, Profile

if TYPE_CHECKING:
    from sandbox.world.catalogue import AdSetRow, CampaignRow

TARGET_CPA = 25.0


class Class(NamedTuple):
    """How the ads of one class behave: ranges to draw from, CPA as a multiple of the target."""

    spend: tuple[float, float]
    cpa: tuple[float, float] | None
    ctr: tuple[float, float] = (0.010, 0.014)
    age: tuple[int, int] = (50, 125)
    cpm: float = 14.0


CLASSES = {
    "loser": Class((34, 47), (2.5, 3.8), ctr=(0.006, 0.009), age=(52, 120)),
    "mild": Class((24, 34), (1.07, 1.16)),
    "average": Class((22, 40), (0.78, 0.97)),
    "winner": Class((36, 54), (0.47, 0.62), ctr=(0.017, 0.023)),
    "fatigued": Class((28, 36), (0.68, 0.76), ctr=(0.017, 0.021)),
    "new": Class((41, 44), (0.85, 1.0), age=(1, 2)),
    "learning": Class((16, 22), (1.0, 1.5), age=(3, 4)),
    "tiny": Class((0.6, 1.1), (1.4, 1.7)),
    "protected_bad": Class((30, 40), (2.8, 3.4), ctr=(0.006, 0.009), age=(130, 380)),
    "protected_good": Class((30, 40), (0.6, 0.75), age=(130, 380)),
    "disapproved": Class((20, 24), (0.9, 1.1), age=(45, 50)),
    "paused": Class((15, 30), (1.3, 2.4), age=(70, 125)),
    "traffic": Class((12, 18), None, ctr=(0.022, 0.034), cpm=6.0),
    "archived": Class((0, 0), None, age=(120, 125)),
    "shut": Class((15, 30), (0.9, 1.3), age=(70, 125)),
}
STOPPED = {"disapproved": (62, 68), "paused": (40, 72), "shut": (75, 75)}
"""The numbers of the days between which ads of a class stopped."""


class Plan(NamedTuple):
    """What an account is to hold."""

    owner: Owner
    campaigns: tuple[CampaignRow, ...]
    ad_sets: tuple[AdSetRow, ...]


@dataclass
class Demo:
    """Everything generated: nodes, the delivery profile of each ad, and the class of each of the main account's."""

    rows: list[Row] = field(default_factory=list)
    profiles: dict[str, Profile | None] = field(default_factory=dict)
    truth: dict[str, str] = field(default_factory=dict)

    def nodes(self) -> dict[str, Node]:
        """Give the nodes by id, numbered in their order, as a world's own."""
        return {row.id: Node(row.id, row.kind, serial, {**row.data}) for serial, row in enumerate(self.rows)}


@lru_cache(maxsize=4)
def build(seed: int, now: datetime, ads: int = 0) -> Demo:
    """Make the accounts as they stand at `now`, in the main account's time zone; the main one has `ads` at least."""
    demo = Demo()
    since = _ago(now, 900)
    for owner in (OUTLET, JAPAN):
        demo.rows.append(identities.account(owner, since))
        small = Plan(owner, catalogue.CAMPAIGNS_OF[owner.currency], catalogue.AD_SETS_OF[owner.currency])
        _stock(demo, seed, now, small)
    demo.rows += identities.of_main(since)
    campaigns, ad_sets = catalogue.more(seed, ads - sum(len(row.ads) for row in catalogue.AD_SETS))
    main = Plan(MAIN, (*catalogue.CAMPAIGNS, *campaigns), (*catalogue.AD_SETS, *ad_sets))
    _stock(demo, seed, now, main)
    demo.rows += identities.of_app(since, int(now.timestamp()))
    return demo


def _stock(demo: Demo, seed: int, now: datetime, plan: Plan) -> None:
    """Put an account's campaigns, ad sets and ads into it, with the budgets that they need."""
    owner, campaigns, ad_sets = plan
    by_key, first = {row.key: row for row in campaigns}, len(demo.rows)
    demo.rows += [_campaign(row, now, owner) for row in campaigns]
    wanted: dict[str, float] = dict.fromkeys(by_key, 0.0)
    number = owner.first_ad
    for ad_set in ad_sets:
        campaign = by_key[ad_set.campaign]
        ads = _ads(seed, ad_set, now, demo, (owner, campaign.id, number))
        number += len(ad_set.ads)
        spend = _daily_spend(demo, ads)
        wanted[campaign.key] += spend
        demo.rows += [_ad_set(ad_set, campaign, now, owner, spend), *ads]
    for row, campaign in zip(demo.rows[first:], campaigns, strict=False):
        if campaign.shared_budget:
            row.data["daily_budget"] = _budget(wanted[campaign.key], owner)


@lru_cache(maxsize=512)
def _ago(now: datetime, days: int, hour: int = 9) -> str:
    return on_wire((now - timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0))


def _daily_spend(demo: Demo, ads: list[Row]) -> float:
    """Sum what the ads that still run spend on an average day."""
    running = (demo.profiles[ad.id] for ad in ads if ad.id in demo.profiles)
    return sum(profile.daily_spend for profile in running if profile and profile.last_day is None)


def _budget(daily_spend: float, owner: Owner) -> str:
    """Give the daily budget in minor units that fits the spend, in whole steps of five dollars."""
    step = 5 * owner.prices
    return str(max(1, math.ceil(daily_spend / step)) * step * offset(owner.currency))


def _campaign(row: CampaignRow, now: datetime, owner: Owner) -> Row:
    created = _ago(now, row.age_days)
    data: dict[str, Any] = {
        "account_id": owner.number, "name": row.name, "objective": row.objective, "status": "ACTIVE",
        "buying_type": "AUCTION", "special_ad_categories": [], "start_time": created,
        "created_time": created, "updated_time": created,
    }  # fmt: skip
    if row.shared_budget:
        data |= {"daily_budget": "0", "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
    else:
        data["is_adset_budget_sharing_enabled"] = False
    return Row(row.id, "campaign", data)


def _ad_set(row: AdSetRow, campaign: CampaignRow, now: datetime, owner: Owner, daily_spend: float) -> Row:
    created = _ago(now, row.age_days)
    sales = campaign.objective == "OUTCOME_SALES"
    data: dict[str, Any] = {
        "account_id": owner.number, "campaign_id": campaign.id, "name": row.name, "status": "ACTIVE",
        "billing_event": "IMPRESSIONS", "optimization_goal": "OFFSITE_CONVERSIONS" if sales else "LINK_CLICKS",
        "targeting": {
            "age_min": 18, "age_max": 65, "geo_locations": {"countries": ["JP"] if owner is JAPAN else ["US", "CA"]},
            "targeting_automation": {"advantage_audience": 0},
        },
        "attribution_spec": [
            {"event_type": "CLICK_THROUGH", "window_days": 7},
            {"event_type": "VIEW_THROUGH", "window_days": 1},
        ],
        "learning_stage_info": {"status": "SUCCESS"},
        "start_time": created, "created_time": created, "updated_time": created,
    }  # fmt: skip
    if sales:
        data["promoted_object"] = {"pixel_id": PIXEL, "custom_event_type": "PURCHASE"}
    if not campaign.shared_budget:
        data |= {"daily_budget": _budget(daily_spend, owner), "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
    if row.ads[0][0] == "learning":
        edited = round((now - timedelta(days=row.age_days)).timestamp())
        data["learning_stage_info"] = {"status": "LEARNING", "last_sig_edit_ts": edited}
    return Row(row.id, "adset", data)


def _ads(seed: int, ad_set: AdSetRow, now: datetime, demo: Demo, place: tuple[Owner, str, int]) -> list[Row]:
    """Make the ads of an ad set with their creatives and images, and note profile and class."""
    owner, campaign_id, first = place
    ads = []
    for number, (label, name) in enumerate(ad_set.ads, first):
        ad_id = str(23_848_000_000_000 + number)
        age, profile = _profile(seed, label, number, owner)
        demo.profiles[ad_id] = None if label == "archived" else profile
        if owner is MAIN:
            demo.truth[ad_id] = label
        *shown, creative = demo_creatives.shown(number, name, _ago(now, age, 8), owner)
        demo.rows += [*shown, creative]
        parents = {"campaign_id": campaign_id, "adset_id": ad_set.id, "creative_id": creative.id}
        ads.append(_ad(ad_id, label, name, {"account_id": owner.number, **parents}, _ago(now, age)))
    return ads


@lru_cache(maxsize=512)
def _profile(seed: int, label: str, number: int, owner: Owner) -> tuple[int, Profile]:
    """Draw an ad's age in days and its behaviour from the ranges of its class."""
    prices = owner.prices
    random, ranges = Random(f"{seed}/profile/{number}"), CLASSES[label]
    # Every other new ad has yet to sell: it looks bad, but it is too early to say.
    quiet = label == "new" and number % 2 == 1
    age = ranges.age[1] if quiet else random.randint(*ranges.age)
    ratio = random.uniform(*ranges.cpa) if ranges.cpa else None
    profile = Profile(
        daily_spend=random.uniform(*ranges.spend) * prices,
        # The very first loser never sold anything at all.
        cpa=None if ratio is None or number == 1 else ratio * TARGET_CPA * prices,
        ctr=random.uniform(*ranges.ctr),
        cpm=ranges.cpm * random.uniform(0.9, 1.1) * prices,
        first_day=max(0, HISTORY_DAYS - 1 - age),
        last_day=random.randint(*STOPPED[label]) if label in STOPPED else None,
        quiet_days=age + 1 if quiet else 0,
        fatigue_from=HISTORY_DAYS - 1 - FATIGUE_DAYS if label == "fatigued" else None,
        audience=random.randint(45_000, 90_000),
        basket=0.0 if label == "traffic" else random.uniform(55, 80) * prices,
        offset=offset(owner.currency),
    )
    return age, profile


def _ad(ad_id: str, label: str, name: str, parents: dict[str, str], created: str) -> Row:
    data: dict[str, Any] = {
        **parents,
        "name": name, "status": {"paused": "PAUSED", "archived": "ARCHIVED"}.get(label, "ACTIVE"),
        "tracking_specs": [{"action.type": ["offsite_conversion"], "fb_pixel": [PIXEL]}],
        "created_time": created, "updated_time": created,
    }  # fmt: skip
    if label == "disapproved":
        data["review"] = "DISAPPROVED"
        data["ad_review_feedback"] = {
            "global": {
                "Personal Attributes": "Ads must not assert or imply personal attributes, such as fitness."
            }
        }
    return Row(ad_id, "ad", data)
